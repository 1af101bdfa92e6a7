"""Estimated beside realized performance on the page of a model, made from records of its runs alone."""
# program: plain

import json
import os
import pathlib
import subprocess

from support import history

SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"]).resolve()
MODULES = SOURCE / "build/deps/browser/node_modules"
# Each day's scores are further right; its labels are there as well, so that both are of the same rows.
SPEC = """version: 1
model: churn
data:
  reference: {sql: "SELECT i / 1000.0 AS p, i * 7919 % 1000 < i AS y FROM range(1000) AS t(i)"}
  now: {path: rows.csv, types: {p: DOUBLE, y: BOOLEAN}}
suites:
  s:
    on: now
    task: {type: binary, label: y, positive: true, score: p}
    checks:
      - f1: {min: 0}
      - f1: {name: expected-f1, estimate: cbpe, reference: reference, min: 0}
      - precision: {name: expected-precision, estimate: cbpe, reference: reference, min: 0}
"""


def test_both_are_on_one_axis(tmp_path):
    model = history.Model(SPEC)
    for day in range(6):
        scores = [((i + day * 40) / 1400, i * 7919 % 1400 < i) for i in range(1000)]
        rows = "".join(f"{p},{str(y).lower()}\n" for p, y in scores)
        (model.work / "rows.csv").write_text("p,y\n" + rows)
        model.run(f"{day}.json", f"2026-11-{day + 1:02}")
    model.good("record", *(f"{day}.json" for day in range(6)), "--to", "history")
    model.good("site", "--from", "history", "--out", tmp_path / "site", "--as-of", "2026-11-07")
    script = pathlib.Path(__file__).with_name("browse_estimates.mjs")
    done = subprocess.run(["node", script, MODULES, tmp_path / "site"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results = {r["name"]: r for r in json.loads((model.work / "5.json").read_text())["results"]}
    for seen in json.loads(done.stdout):
        assert (seen["figures"], seen["dashed"], seen["solid"]) == (1, 1, 1), "one pair, one picture"
        assert len(seen["names"]) == 2 and len(seen["rows"]) == 6
        last = seen["rows"][0].split("\t")
        for at, name in ((1, "s/expected-f1"), (2, "s/f1")):
            assert float(last[at]) == round(results[name]["value"], 6), (name, last)
        assert "; estimated: s/expected-f1: " in seen["says"]
        assert seen["axe"] == [] and seen["troubles"] == []
