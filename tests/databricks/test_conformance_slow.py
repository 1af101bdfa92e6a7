# program: plain
"""Each golden case of each kind reaches the same verdict on Spark with Delta as on DuckDB, with the same numbers."""

import json
import math

import pytest
from databricks import facade, golden_tables, warehouse

from golden import test_kinds as golden

RELATIVE = 1e-9
# What the two engines say differently, and why.
DIFFERENT = {"columns": {"columns/as-written": "the spec names a type by DuckDB's own word, VARCHAR"}}


@pytest.fixture(scope="module")
def spark():
    with warehouse.Spark() as running:
        running.tables = golden_tables.Tables(running.sql)
        yield running


def near(a, b):
    if a is None or b is None or isinstance(a, str):
        return a == b
    return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=1e-12)


def differences(here, there):
    for key in ("verdict", "measured"):
        if here[key] != there[key]:
            yield f"{key} {there[key]} instead of {here[key]}: {there['message']} (here: {here['message']})"
            return
    if not here["measured"]:
        return
    # Bounds instead of a number are fine when the number lies in them.
    if there["lo"] <= here["value"] <= there["hi"] and there["lo"] < there["hi"]:
        return
    if not near(here["value"], there["value"]):
        yield f"{there['value']!r} instead of {here['value']!r}"


@pytest.mark.parametrize("name", golden.NAMES)
def test_golden(name, spark, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABRICKS_HOST", spark.address)
    monkeypatch.setenv("DATABRICKS_TOKEN", facade.PAT)
    folder = golden.CASES / name
    here, errors = golden.run(folder / "modelgate.yaml", "--allow-path", str(golden.CASES / "data"))
    assert here is not None, errors
    there, errors = golden.run(golden_tables.rewrite(folder, spark.tables, tmp_path / name))
    assert there is not None, f"does not run: {errors.strip()}"
    assert set(here) == set(there)
    wrong = {case: list(differences(here[case], there[case])) for case in here}
    wrong = {case: texts for case, texts in wrong.items() if texts}
    assert wrong == {} or set(wrong) == set(DIFFERENT.get(name, ())), json.dumps(wrong, indent=1)
