"""A run that takes minutes unless it is told to stop, and what its reports must say then."""

import json
import pathlib
import time
import xml.etree.ElementTree as ElementTree

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


def look_at(place, name, wanted):
    """wanted: verdicts by the check's name in the order of the spec."""
    run = json.loads((place.work / "r.json").read_bytes())
    found = {r["name"].split("/")[1]: r["verdict"] for r in run["results"]}
    assert found == wanted, f"{name}: verdicts are {found}, not {wanted}"
    root = ElementTree.parse(place.work / "j.xml").getroot()
    errors = [case.get("name") for case in root.iter("testcase") if case.find("error") is not None]
    assert len(list(root.iter("testcase"))) >= len(wanted), f"{name}: JUnit is not complete"
    assert len(errors) >= list(wanted.values()).count("error"), f"{name}: JUnit errors: {errors}"
    assert "endless" in (place.work / "m.md").read_text(), f"{name}: Markdown is not complete"
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
