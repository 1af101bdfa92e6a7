"""The first case of each file of cases/; see cases.py."""

import pytest

from input import cases


@pytest.mark.parametrize("case", cases.firsts())
def test_case(case, tmp_path):
    assert not list(cases.complaints(case, tmp_path))
