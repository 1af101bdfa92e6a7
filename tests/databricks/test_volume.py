# program: plain
"""Parquet files in a volume: which files were read is on record, and a run in which they changed has no verdict."""

import re

import pytest
from databricks import canned
from databricks.test_protocol_slow import lake, passes, run, says, statements  # noqa: F401 (a fixture)

from support import program

FILES = "path: '/Volumes/prd/churn/scored/*.parquet'"


def test_files(lake):  # noqa: F811
    passes(lake, source=FILES)
    table = lake.run["inputs"][0]["table"]
    assert "version" not in table
    assert re.fullmatch("2 files [0-9a-f]{16}", table["snapshot"])
    assert (table["rows"], table["at"]) == (3000, "2025-11-24T16:00:01Z")
    assert lake.run["inputs"][0]["path"] == "/Volumes/prd/churn/scored/*.parquet"
    asked = statements(lake)
    assert sum("_metadata" in s for s in asked) == 2, "once before, and once when all was measured"
    assert "_metadata" in asked[-1]
    reading = [s for s in asked if "WITH `features`" in s]
    assert len(reading) > 2
    assert all("(SELECT * FROM parquet.`/Volumes/prd/churn/scored/*.parquet` AS `features`)" in s for s in reading)
    # Each file has the columns of all.
    (compared,) = [s for s in asked if "UNION ALL" in s]
    assert compared.count("SELECT `id`, `x` FROM parquet.`/Volumes/prd/churn/scored/part ") == 2


@pytest.mark.parametrize("change", [(0, 1), (1, 701), (2, 1764000000000001), (3, 2001)])
def test_files_that_change(lake, change):  # noqa: F811
    at, value = change
    first, second = lake.table.files
    lake.table.changed = [tuple(value if i == at else cell for i, cell in enumerate(first)), second]
    code, results, text = run(lake, source=FILES)
    assert (code, results) == (3, {}), text
    assert "the files of /Volumes/prd/churn/scored/*.parquet changed while they were read (2 files" in text
    assert lake.run["verdict"] == "error"


def test_profile_of_files_that_change(lake):  # noqa: F811
    """A profile is of one state of the data too."""
    (lake.place.work / "s.yaml").write_text(
        (canned.SPEC % {"keys": "", "data": ""}).replace("table: features", FILES))
    answer = lake.facade.run

    def few(statement):
        columns, rows = answer(statement)
        if "count(DISTINCT" in statement.body["statement"]:
            return columns, [["3"]]
        distribution = len(columns) == 2 and "GROUP BY 1" in statement.body["statement"]
        return columns, [[str(x), "1000"] for x in (0.0, 1.0, 2.0)] if distribution else rows
    lake.facade.run = few
    asked = ["profile", "s.yaml", "--data", "features", "--out", "p.json"]
    done = program.run(lake.place, asked, timeout=100)
    assert done.returncode == 0, done.stderr.decode()
    (lake.place.work / "p.json").unlink()
    lake.table.changed = lake.table.files[:1]
    done = program.run(lake.place, asked, timeout=100)
    assert done.returncode == 3
    assert b"changed while they were read" in done.stderr, done.stderr.decode()
    assert not (lake.place.work / "p.json").exists()


def test_files_with_other_columns(lake):  # noqa: F811
    """Spark would read NULLs where a file has not got a column."""
    lake.table.ragged = True
    says(lake, "not all files have the same columns: [UNRESOLVED_COLUMN.WITH_SUGGESTION]", source=FILES)


def test_too_many_files(lake):  # noqa: F811
    lake.table.files = [(f"dbfs:/Volumes/a/{i}.parquet", 1, 1, 3) for i in range(1001)]
    says(lake, "has more than 1000 files", source=FILES)


def test_places_that_are_none(lake):  # noqa: F811
    for path in ("/etc/*.parquet", "/Volumes/a/../../etc/x.parquet", "dbfs:/x.parquet"):
        says(lake, "is in no volume; write it as /Volumes/", source=f"path: '{path}'")
    says(lake, "a connection reads Parquet files only", source="path: /Volumes/prd/churn/x.csv")
    says(lake, "has no effect", source="path: /Volumes/prd/churn/x.parquet, filename: true")
    says(lake, "it is not a table of a connection", source="path: /Volumes/prd/churn/x.parquet, version: 3")
