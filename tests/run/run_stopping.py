#!/usr/bin/env python3
"""A run that is told to stop writes complete reports: what was measured with its verdict, the rest as
not measured. By Ctrl-C, by SIGTERM, by --timeout, and by the timeout of a single check."""

import json
import os
import pathlib
import signal
import time
import xml.etree.ElementTree as ElementTree

import pyarrow
import pyarrow.parquet

from support import console, program

# Counting pairs takes minutes, and the engine looks around while it does.
LONG = "SELECT count(*) FROM range(3000000) a, range(3000000) b WHERE a.range + b.range = -1"
SPEC = f"""version: 1
model: slow
data:
  rows: {{path: rows.csv}}
suites:
  stopped:
    on: rows
    checks:
      - row_count: {{min: 1}}
      - sql: {{name: endless, query: "{LONG}", min: 0}}
      - sql: {{name: endless-too, query: "{LONG} OR false", min: 0}}
      - mean: {{column: x, min: 0}}
  timed:
    on: rows
    checks:
      - sql: {{name: endless, query: "{LONG}", min: 0, timeout: 300ms}}
      - mean: {{column: x, min: 0}}
      - sql: {{name: endless-too, query: "{LONG} OR false", min: 0, timeout: 300ms}}
      - row_count: {{min: 5}}
"""
OUTPUTS = ["--junit", "j.xml", "--json", "r.json", "--markdown", "m.md"]


def look_at(checks, place, name, wanted):
    """wanted: verdicts by the check's name in the order of the spec."""
    run = json.loads((place.work / "r.json").read_bytes())
    found = {r["name"].split("/")[1]: r["verdict"] for r in run["results"]}
    checks.that(found == wanted, f"{name}: verdicts are {found}, not {wanted}")
    root = ElementTree.parse(place.work / "j.xml").getroot()
    errors = [case.get("name") for case in root.iter("testcase") if case.find("error") is not None]
    checks.that(len(list(root.iter("testcase"))) >= len(wanted), f"{name}: JUnit is not complete")
    checks.that(len(errors) >= list(wanted.values()).count("error"), f"{name}: JUnit errors: {errors}")
    checks.that("endless" in (place.work / "m.md").read_text(), f"{name}: Markdown is not complete")
    return run


def wait_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


def measuring(process):
    """Has it been at work long enough to be in the endless query? CPU time tells, not the clock."""
    stat = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(stat[11]) + int(stat[12])) / 100 > 1.2


def by_signal(checks, place, number, says):
    process = program.start(place, ["run", "--suite", "stopped", "--threads", "2", *OUTPUTS])
    checks.that(wait_for(lambda: measuring(process)), f"{says}: it did not get to measuring")
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=console.TIMEOUT_S)
    took = time.monotonic() - began
    name = signal.Signals(number).name
    checks.that(process.returncode == 3, f"{name}: exit {process.returncode}: {err[-300:]!r}")
    checks.that(took < 5, f"{name}: it took {took:.1f} s")
    checks.that(says in out.decode(), f"{name}: the console does not say {says!r}: {out.decode()[-500:]}")
    run = look_at(checks, place, name, {"row_count": "pass", "endless": "error", "endless-too": "error",
        "mean[x]": "pass"})
    checks.that(run["stopped"] == says, f"{name}: stopped is {run['stopped']!r}")


def twice(checks, place):
    process = program.start(place, ["run", "--suite", "stopped", "--json", "none.json"])
    checks.that(wait_for(lambda: measuring(process)), "twice: it did not get to measuring")
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    process.communicate(timeout=console.TIMEOUT_S)
    took = time.monotonic() - began
    checks.that(process.returncode == 3 and took < 2, f"twice: exit {process.returncode} in {took:.1f} s")


def by_timeout(checks, place):
    began = time.monotonic()
    done = program.run(place, ["run", "--suite", "stopped", "--threads", "2", "--timeout", "1s", *OUTPUTS])
    took = time.monotonic() - began
    checks.that(done.returncode == 3, f"--timeout: exit {done.returncode}")
    checks.that(took < 10, f"--timeout: it took {took:.1f} s")
    checks.that(b"timeout after 1.0 s" in done.stdout, "--timeout: the console does not say so")
    run = look_at(checks, place, "--timeout", {"row_count": "pass", "endless": "error",
        "endless-too": "error", "mean[x]": "pass"})
    checks.that("timeout" in run["stopped"], f"--timeout: stopped is {run['stopped']!r}")


def of_a_check(checks, place):
    done = program.run(place, ["run", "--suite", "timed", "--threads", "1", *OUTPUTS])
    checks.that(done.returncode == 3, f"timeout of a check: exit {done.returncode}")
    run = look_at(checks, place, "timeout of a check", {"endless": "error", "mean[x]": "pass",
        "endless-too": "error", "row_count": "fail"})
    checks.that(run["stopped"] is None, f"timeout of a check: stopped is {run['stopped']!r}")
    messages = [r["message"] for r in run["results"] if "endless" in r["name"]]
    checks.that(all("timeout of 300 ms" in text for text in messages), f"timeout of a check: {messages}")


def while_digesting(checks, place):
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
    checks.that(wait_for(lambda: measuring(process)), "digesting: it did not get there")
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=console.TIMEOUT_S)
    took = time.monotonic() - began
    checks.that(process.returncode == 3 and took < 3,
        f"digesting: exit {process.returncode} in {took:.1f} s: {err[-300:]!r}")
    run = look_at(checks, place, "digesting", {"endless": "pass"})
    checks.that(run["verdict"] == "error" and "digested" in run["stopped"],
        f"digesting: {run['verdict']}, {run['stopped']!r}")


def no_input(checks, place):
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
    checks.that(done.returncode == 3 and run["inputs"] == [], f"no input: {done}")


def while_describing(checks, place):
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
    checks.that(wait_for(lambda: measuring(process)), "describing: it did not get there")
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=console.TIMEOUT_S)
    took = time.monotonic() - began
    checks.that(process.returncode == 3, f"describing: exit {process.returncode}: {err[-300:]!r}")
    checks.that(took < 4, f"describing: it took {took:.1f} s")
    run = look_at(checks, place, "describing", wanted)
    checks.that(run["stopped"] == "interrupted", f"describing: stopped is {run['stopped']!r}")
    for result in run["results"]:
        checks.that(result["message"] == "not measured: interrupted",
            f"describing: {result['name']} says {result['message']!r}")

    began = time.monotonic()
    done = program.run(place, ["run", "days.yaml", "--timeout", "1s", *OUTPUTS])
    took = time.monotonic() - began
    checks.that(done.returncode == 3 and took < 6,
        f"describing: exit {done.returncode} after --timeout, in {took:.1f} s")
    run = look_at(checks, place, "describing, --timeout", wanted)
    checks.that(run["stopped"] == "timeout after 1.0 s", f"describing: stopped is {run['stopped']!r}")

    done = program.run(place, ["run", "days.yaml", "--timeout", "1s", "--dump", "plan"])
    checks.that(done.returncode == 3 and b"timeout after 1.0 s" in done.stderr and not done.stdout,
        f"describing: --dump plan: exit {done.returncode}, {done.stdout[-300:]!r} {done.stderr[-300:]!r}")


def main():
    checks = program.Checks()
    with console.Place() as place:
        (place.work / "rows.csv").write_text("id,x\n1,0.5\n2,1.5\n3,2.5\n")
        (place.work / "modelgate.yaml").write_text(SPEC)
        by_signal(checks, place, signal.SIGINT, "interrupted")
        by_signal(checks, place, signal.SIGTERM, "interrupted")
        twice(checks, place)
        by_timeout(checks, place)
        of_a_check(checks, place)
        while_digesting(checks, place)
        no_input(checks, place)
        while_describing(checks, place)
    checks.end()


if __name__ == "__main__":
    main()
