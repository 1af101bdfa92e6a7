"""A run that is told to stop writes complete reports: what was measured with its verdict, the rest as
not measured. By Ctrl-C, by SIGTERM, by --timeout, and by the timeout of a single check."""

import json
import os
import signal
import time

import pyarrow
import pyarrow.parquet
import pytest

from run.stopping import OUTPUTS, SPEC, look_at, measuring, wait_for
from support import console, program


@pytest.fixture(scope="module")
def place():
    with console.Place() as place:
        (place.work / "rows.csv").write_text("id,x\n1,0.5\n2,1.5\n3,2.5\n")
        (place.work / "modelgate.yaml").write_text(SPEC)
        yield place


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_by_signal(place, number):
    says = "interrupted"
    process = program.start(place, ["run", "--suite", "stopped", "--threads", "2", *OUTPUTS])
    assert wait_for(lambda: measuring(process)), f"{says}: it did not get to measuring"
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=console.TIMEOUT_S)
    took = time.monotonic() - began
    name = signal.Signals(number).name
    assert process.returncode == 3, f"{name}: exit {process.returncode}: {err[-300:]!r}"
    assert took < 5, f"{name}: it took {took:.1f} s"
    assert says in out.decode(), f"{name}: the console does not say {says!r}: {out.decode()[-500:]}"
    run = look_at(place, name, {"row_count": "pass", "endless": "error", "endless-too": "error",
        "mean[x]": "pass"})
    assert run["stopped"] == says, f"{name}: stopped is {run['stopped']!r}"


def test_twice(place):
    process = program.start(place, ["run", "--suite", "stopped", "--json", "none.json"])
    assert wait_for(lambda: measuring(process)), "twice: it did not get to measuring"
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    process.communicate(timeout=console.TIMEOUT_S)
    took = time.monotonic() - began
    assert process.returncode == 3 and took < 2, f"twice: exit {process.returncode} in {took:.1f} s"


def test_by_timeout(place):
    began = time.monotonic()
    done = program.run(place, ["run", "--suite", "stopped", "--threads", "2", "--timeout", "1s", *OUTPUTS])
    took = time.monotonic() - began
    assert done.returncode == 3, f"--timeout: exit {done.returncode}"
    assert took < 10, f"--timeout: it took {took:.1f} s"
    assert b"timeout after 1.0 s" in done.stdout, "--timeout: the console does not say so"
    run = look_at(place, "--timeout", {"row_count": "pass", "endless": "error",
        "endless-too": "error", "mean[x]": "pass"})
    assert "timeout" in run["stopped"], f"--timeout: stopped is {run['stopped']!r}"


def test_of_a_check(place):
    done = program.run(place, ["run", "--suite", "timed", "--threads", "1", *OUTPUTS])
    assert done.returncode == 3, f"timeout of a check: exit {done.returncode}"
    run = look_at(place, "timeout of a check", {"endless": "error", "mean[x]": "pass",
        "endless-too": "error", "row_count": "fail"})
    assert run["stopped"] is None, f"timeout of a check: stopped is {run['stopped']!r}"
    messages = [r["message"] for r in run["results"] if "endless" in r["name"]]
    assert all("timeout of 300 ms" in text for text in messages), f"timeout of a check: {messages}"


def test_while_digesting(place):
    """All is measured, and an input of many gigabytes is being read for its digest."""
    small = place.work / "small.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"id": [1, 2, 3]}), small)
    content = small.read_bytes()
    footer = int.from_bytes(content[-8:-4], "little") + 8
    with open(place.work / "large.parquet", "wb") as large:
        large.write(content[:-footer])
        large.seek(64 << 30)  # a hole, before the footer with the places of the pages
        large.write(content[-footer:])
    (place.work / "large.yaml").write_text("""version: 1
model: large
data:
  rows: {path: rows.csv}
  large: {path: large.parquet}
suites:
  s:
    on: rows
    checks:
      - sql: {name: endless, query: "SELECT count(*) FROM rows", min: 1}
""")
    process = program.start(place, ["run", "large.yaml", *OUTPUTS])
    assert wait_for(lambda: measuring(process)), "digesting: it did not get there"
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=console.TIMEOUT_S)
    took = time.monotonic() - began
    assert process.returncode == 3 and took < 3, f"digesting: exit {process.returncode} in {took:.1f} s: {err[-300:]!r}"
    run = look_at(place, "digesting", {"endless": "pass"})
    assert run["verdict"] == "error" and "digested" in run["stopped"], (
        f"digesting: {run['verdict']}, {run['stopped']!r}")


def test_no_input(place):
    """A file that the engine cannot read is no input, and is not read to its end for a digest."""
    with open(place.work / "endless.parquet", "w") as endless:
        endless.truncate(1 << 40)
    (place.work / "endless.yaml").write_text("""version: 1
model: endless
data: {rows: {path: endless.parquet}}
suites: {s: {on: rows, checks: [{row_count: {min: 1}}]}}
""")
    done = program.run(place, ["run", "endless.yaml", "--json", "r.json"])
    run = json.loads((place.work / "r.json").read_bytes())
    assert done.returncode == 3 and run["inputs"] == [], f"no input: {done}"


def test_while_describing(place):
    """Nothing is measured yet: the engine looks into thousands of files to tell their columns."""
    folder = place.work / "days"
    folder.mkdir()
    (folder / "0.csv").write_text("id,x\n" + "".join(f"{i},{i}.5\n" for i in range(30000)))
    for i in range(1, 3000):
        os.link(folder / "0.csv", folder / f"{i}.csv")
    (place.work / "days.yaml").write_text("""version: 1
model: days
data:
  rows: {path: rows.csv}
  days: {path: "days/*.csv"}
  more: {path: "days/?.csv"}
suites:
  s:
    on: days
    checks:
      - row_count: {name: endless, min: 1}
      - not_null: {columns: ["*"]}
      - row_count: {name: known, on: rows, min: 1}
      - row_count: {name: next, on: more, min: 1}
""")
    wanted = {"endless": "error", "not_null[*]": "error", "known": "error", "next": "error"}
    process = program.start(place, ["run", "days.yaml", *OUTPUTS])
    assert wait_for(lambda: measuring(process)), "describing: it did not get there"
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=console.TIMEOUT_S)
    took = time.monotonic() - began
    assert process.returncode == 3, f"describing: exit {process.returncode}: {err[-300:]!r}"
    assert took < 4, f"describing: it took {took:.1f} s"
    run = look_at(place, "describing", wanted)
    assert run["stopped"] == "interrupted", f"describing: stopped is {run['stopped']!r}"
    for result in run["results"]:
        assert result["message"] == "not measured: interrupted", (
            f"describing: {result['name']} says {result['message']!r}")

    began = time.monotonic()
    done = program.run(place, ["run", "days.yaml", "--timeout", "1s", *OUTPUTS])
    took = time.monotonic() - began
    assert done.returncode == 3 and took < 6, f"describing: exit {done.returncode} after --timeout, in {took:.1f} s"
    run = look_at(place, "describing, --timeout", wanted)
    assert run["stopped"] == "timeout after 1.0 s", f"describing: stopped is {run['stopped']!r}"

    done = program.run(place, ["run", "days.yaml", "--timeout", "1s", "--dump", "plan"])
    assert done.returncode == 3 and b"timeout after 1.0 s" in done.stderr and not done.stdout, (
        f"describing: --dump plan: exit {done.returncode}, {done.stdout[-300:]!r} {done.stderr[-300:]!r}")
