# program: plain
"""A profile of a table of a warehouse: it says which version it is of, and serves runs that reach no warehouse."""

import json

import pytest
from databricks import canned, facade

from support import program

DRIFT = """\
version: 1
model: churn
data: {serving: serving.csv}
suites:
  drift:
    on: serving
    reference: {profile: features.json}
    checks:
      - psi: {column: x, max: 0.2}
      - ks: {column: x, max: 0.2}
"""


@pytest.fixture
def lake(place):
    with canned.Running() as running:
        running.place = place
        place.environment.update(DATABRICKS_HOST=running.facade.address, DATABRICKS_TOKEN=facade.PAT)
        yield running


def test_table_is_read_once(lake):
    work = lake.place.work
    answer = lake.table.run
    lake.facade.run = lambda statement: ([("x", "DOUBLE")], []) if statement.body["statement"].endswith(
        "LIMIT 0") else answer(statement)
    (work / "s.yaml").write_text(canned.SPEC % {"keys": "", "data": ""})
    done = program.run(lake.place, ["profile", "s.yaml", "--data", "features", "--out", "features.json"], timeout=60)
    assert done.returncode == 0, done.stderr
    said = json.loads((work / "features.json").read_text())
    assert said["rows"] == canned.ROWS
    (source,) = said["sources"]
    assert (source["path"], source["table"]["version"]) == ("prd.churn.features", "4")
    lake.facade.behave()
    (work / "serving.csv").write_text("x\n" + "".join(f"{i}.0\n" for i in range(0, canned.ROWS, 2)))
    (work / "drift.yaml").write_text(DRIFT)
    done = program.run(lake.place, ["run", "drift.yaml", "--json", "run.json"], timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not lake.facade.requests
    (profile,) = [i for i in json.loads((work / "run.json").read_text())["inputs"] if "profile" in i]
    assert profile["profile"]["sources"][0]["table"] == source["table"]
