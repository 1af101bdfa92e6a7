"""What a run says that it will take of memory, beside what the kernel counted: within a factor of 1.5 either way.

Warnings before the work name the check, what happens, and what to give."""
# program: plain

import re
import subprocess
import sys

import pyarrow
import pyarrow.csv
import pyarrow.parquet
import pytest

from support import console, program

ROWS = 400_000
FACTOR = 1.5
# The peak of a child that was started by a small process: one that a large process starts counts that one's.
WATCH = ("import resource, subprocess, sys; code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL); "
         "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024, code)")

TEXTS = [f"ticket-{i * 2654435761 % 2**32:010d}-abcdef" for i in range(ROWS)]
COLUMNS = {
    "id": TEXTS,
    "half": [TEXTS[i // 2] for i in range(ROWS)],
    "score": [i * 2654435761 % 2**32 / 7 for i in range(ROWS)],
    "other": [i * 2246822519 % 2**32 / 3 for i in range(ROWS)],
    "carrier": [f"carrier {i % 14}" for i in range(ROWS)],
}

# name: what it reads, checks, memory that a run is given
SHAPES = {
    "keys": ("rows.parquet", ["unique: {column: id}"], None),
    "different texts": ("rows.parquet", ["distinct_count: {column: id, min: 1}"], None),
    "few different texts": ("rows.parquet", ["distinct_count: {column: carrier, min: 1}"], None),
    "foreign key": ("rows.parquet", ["foreign_key: {column: half, to: {data: keys, column: id}}"], None),
    "values": ("rows.parquet", ["quantile: {columns: [score, other], q: 99%, min: 0}"], None),
    "pairs": ("rows.parquet", ["mean: {column: score, max_change: 1e12, baseline: reference, confidence: 95%, "
                               "reference: then}"], None),
    "long texts": ("long.parquet", ["unique: {column: id}"], None),
    "text file that is kept": ("rows.csv", ["unique: {column: id}", "not_null: {column: id}",
                                            "quantile: {columns: [score, other], q: 99%, min: 0}"], None),
    "text file": ("rows.csv", ["unique: {column: id}", "quantile: {column: score, q: 99%, min: 0}"], "60MB"),
}


@pytest.fixture(scope="module")
def data():
    with console.Place() as place:
        table = pyarrow.table(COLUMNS)
        pyarrow.parquet.write_table(table, place.work / "rows.parquet", row_group_size=122_880)
        pyarrow.parquet.write_table(table.select(["id"]), place.work / "keys.parquet", row_group_size=122_880)
        then = table.select(["id", "other"]).rename_columns(["id", "score"])
        pyarrow.parquet.write_table(then, place.work / "then.parquet", row_group_size=122_880)
        pyarrow.csv.write_csv(table, place.work / "rows.csv")
        long = pyarrow.table({"id": [text + "x" * 2000 for text in TEXTS[:50_000]]})
        pyarrow.parquet.write_table(long, place.work / "long.parquet", row_group_size=25_000, use_dictionary=False)
        yield place


def spec(place, file, checks):
    lines = "".join(f"      - {check}\n" for check in checks)
    (place.work / "s.yaml").write_text(
        f"version: 1\nmodel: m\ndata:\n  rows: {{path: {file}, key: [id]}}\n  keys: {{path: keys.parquet}}\n"
        f"  then: {{path: then.parquet, key: [id]}}\n"
        f"suites:\n  s:\n    on: rows\n    checks:\n{lines}")


def expected_bytes(place, *options):
    plan = program.run(place, ["run", "s.yaml", "--threads", "2", *options, "--dump", "plan"]).stdout.decode()
    found = re.search(r"^memory: about ([0-9]+) MB", plan, re.M)
    assert found, plan
    return int(found[1]) * 1e6


@pytest.mark.parametrize("name", SHAPES)
def test_it_takes_what_the_plan_says(data, name):
    file, checks, memory = SHAPES[name]
    spec(data, file, checks)
    options = ["--memory", memory] if memory else []
    expected = expected_bytes(data, *options)
    done = subprocess.run([sys.executable, "-S", "-c", WATCH, console.PROGRAM, "run", "s.yaml", "--quiet",
        "--threads", "2", *options], cwd=data.work, env=data.environment, capture_output=True, text=True,
        timeout=console.TIMEOUT_S, check=True)
    peak, code = map(int, done.stdout.split())
    print(f"{name}: {expected / 1e6:.0f} MB expected, {peak / 1e6:.0f} MB taken, exit {code}")
    assert code == 0, done.stderr
    assert expected / FACTOR < peak < expected * FACTOR, f"{name}: {expected:.0f} bytes expected, {peak} taken"


def test_what_a_bound_does_not_hold_is_said_before(data):
    spec(data, "rows.parquet", ["unique: {column: id}", "distinct_count: {column: id, min: 1}",
                                "foreign_key: {column: half, to: {data: keys, column: id}}", "row_count: {min: 1}"])
    done = program.run(data, ["run", "s.yaml", "--quiet", "--threads", "2", "--memory", "14MB"])
    said = done.stderr.decode()
    for check, what in (("s/unique[id]", "hashes of 400,000 keys"),
                        ("s/distinct_count[id]", "400,000 different values"),
                        ("s/foreign_key[half]", "400,000 values of 'keys'")):
        assert re.search(rf"{re.escape(check)}[^:]*: (at most )?{what} take about .*; with --memory 14 MB the rows "
                         r"are read again .*--memory [0-9]+MB is expected to hold them at once", said), said
    assert "row_count" not in said, said
    enough = max(int(size) for size in re.findall(r"--memory ([0-9]+)MB is", said))
    done = program.run(data, ["run", "s.yaml", "--quiet", "--threads", "2", "--memory", f"{enough}MB"])
    assert done.returncode == 0 and not done.stderr, done


def test_rows_that_are_too_long_are_told_before(data):
    spec(data, "long.parquet", ["unique: {column: id}"])
    said = program.run(data, ["run", "s.yaml", "--quiet", "--threads", "2", "--memory", "6MB"]).stderr.decode()
    found = re.search(r"s/unique\[id\]: the rows that are read at a time take about [0-9]+ MB; with --memory 6 MB the "
                      r"query may fail; --memory ([0-9]+)MB", said)
    assert found, said
    done = program.run(data, ["run", "s.yaml", "--quiet", "--threads", "2", "--memory", f"{found[1]}MB"])
    assert done.returncode == 0 and not done.stderr, done


def test_nothing_is_said_where_it_fits(data):
    spec(data, "rows.parquet", ["unique: {column: id}"])
    done = program.run(data, ["run", "s.yaml", "--quiet", "--memory", "500MB"])
    assert done.returncode == 0 and not done.stderr, done.stderr
