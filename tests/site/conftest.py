"""What all tests of sites begin with."""

import pytest

from support import histories
from support.lab import Lab


@pytest.fixture(scope="module")
def plain():
    return histories.template(3)


@pytest.fixture(scope="module")
def lab():
    """churn was promoted to PPD and, by an override, to PRD; it has a run a day in PRD. geo is in the policy alone."""
    with Lab() as lab:
        lab.commit("policy", policy="monitor: {PRD: 1d}\nmodels:\n"
            "  churn: {folder: ., monitor: {PPS: 7d}}\n  geo: {folder: geo}\n")
        lab.good("PPD", "--version", "v1.2.3")
        lab.good("PRD", "--override", "fraud wave <b>INC-7</b>")
        yield lab


@pytest.fixture
def history(lab, tmp_path):
    return tmp_path / "history"
