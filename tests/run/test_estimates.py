"""Performance that is estimated while there are no labels (CBPE): of what, from what, and where it is refused. The
numbers are held to NannyML's by the golden cases of the kinds."""
import json
import os
import subprocess

import pytest

PROGRAM = os.environ["MODELGATE"]
# A score stands for a chance of about its square.
DATA = """version: 1
model: estimates
data:
  numbers: {sql: "SELECT i, i * 7919 % 1000 / 1000.0 AS p, i * 6007 % 997 / 997.0 AS luck FROM range(1000) AS t(i)"}
  labelled: {sql: "SELECT i, p, CAST(luck < p * p AS INTEGER) AS y, i % 5 AS part FROM numbers"}
  now: {sql: "SELECT p, CAST(p >= 0.5 AS INTEGER) AS said, i % 5 AS part FROM numbers WHERE i % 2 = 0"}
  few: {sql: "SELECT * FROM labelled WHERE i < 60"}
  rare: {sql: "SELECT p, CAST(i < 5 AS INTEGER) AS y FROM labelled"}
  strange: {sql: "SELECT p, CASE i % 3 WHEN 0 THEN 'yes' WHEN 1 THEN 'no' ELSE 'unknown' END AS y FROM labelled"}
  both: {sql: "SELECT p, CAST(luck < p * p AS INTEGER) AS y FROM numbers WHERE i % 2 = 0"}
  wrong: {sql: "SELECT *, 0 AS y FROM now"}
  blank: {sql: "SELECT CASE WHEN said = 0 THEN p END AS p, said FROM now"}
  beyond: {sql: "SELECT p * 2 AS p FROM now"}
suites:
  est:
    on: now
    reference: labelled
    task: {type: binary, label: y, score: p}
    checks:
"""


def run(folder, *checks, options=()):
    spec = folder / "modelgate.yaml"
    spec.write_text(DATA + "".join(f"      - {check}\n" for check in checks), encoding="utf-8")
    out = folder / "run.json"
    out.unlink(missing_ok=True)
    done = subprocess.run([PROGRAM, "run", spec, "--json", out, *options], capture_output=True, text=True, check=False)
    results = json.loads(out.read_text())["results"] if out.exists() else []
    return {r["name"].split("/", 1)[1]: r for r in results}, done


def test_no_label_is_needed_and_none_is_looked_at(tmp_path):
    found, done = run(
        tmp_path, "roc_auc: {estimate: cbpe, min: 0.5}", "f1: {estimate: cbpe, min: 0}",
        "f1: {name: late, estimate: cbpe, min: 0, on: wrong}",
        options=["--junit", tmp_path / "run.xml", "--markdown", tmp_path / "run.md"])
    auc = found["roc_auc"]
    assert auc["verdict"] == "pass" and auc["estimate"] == "cbpe" and auc["definition"].endswith("/cbpe-isotonic")
    assert "an estimate without labels (CBPE): from 500 rows, calibrated on 1,000 rows" in auc["message"]
    assert "(estimated)" in done.stdout and "(estimated)" in (tmp_path / "run.md").read_text()
    assert "estimated, not measured: " in (tmp_path / "run.xml").read_text(), "a passed case says so, too"
    assert {"name": "estimate", "value": "cbpe"} in auc["measure"]["parts"]
    assert found["late"]["value"] == found["f1"]["value"], "labels of the data are there, and say that none is positive"


def test_decisions_may_be_a_column(tmp_path):
    task = "task: {type: binary, label: y, score: p, prediction: said}"
    found, _ = run(tmp_path, "f1: {name: by-threshold, estimate: cbpe, min: 0}",
        f"f1: {{name: by-column, estimate: cbpe, min: 0, {task}}}")
    assert found["by-column"]["value"] == found["by-threshold"]["value"] > 0.3


def test_slices_are_calibrated_on_their_own_rows(tmp_path):
    found, _ = run(tmp_path, "recall: {estimate: cbpe, min: 0, slices: [part]}")
    slices = [r for r in found.values() if r["slice"]]
    assert len(slices) == 5
    for one in slices:
        facts = {fact["name"]: fact.get("number") for fact in one["facts"]}
        assert (one["rows"], facts["reference_rows"], one["verdict"]) == (100, 200, "pass"), one


@pytest.mark.parametrize(("check", "says"), [
    ("roc_auc: {estimate: cbpe, min: 0, reference: few}", "an estimate needs 100 rows on either side"),
    ("roc_auc: {estimate: cbpe, min: 0, reference: rare}",
        "5 of them positive: an estimate needs 100 rows on either side and 10 labelled ones of either class"),
    ("roc_auc: {estimate: cbpe, min: 0, reference: strange, task: {type: binary, label: y, positive: yes, score: p}}",
        "of the reference: the label has more than one class beside the positive 'yes'"),
    ("f1: {estimate: cbpe, min: 0, on: blank}", " rows have no score or no prediction"),
    ("f1: {estimate: cbpe, min: 0, on: beyond}", "a score is not a probability (outside 0..1)"),
])
def test_too_little_to_estimate_from_is_an_error(tmp_path, check, says):
    found, _ = run(tmp_path, check)
    (result,) = found.values()
    assert result["verdict"] == "error" and says in result["message"], result["message"]


def test_rows_without_a_score_are_left_out_where_the_task_says_so(tmp_path):
    task = "task: {type: binary, label: y, score: p, threshold: 0.2, unpredicted: ignore}"
    found, _ = run(tmp_path, f"f1: {{estimate: cbpe, min: 0, on: blank, {task}}}")
    result = found["f1"]
    facts = {fact["name"]: fact.get("number") for fact in result["facts"]}
    assert result["verdict"] == "pass" and 0 < result["rows"] == 500 - facts["unpredicted"]
    assert f"{facts['unpredicted']:g} rows without a score or a prediction left out" in result["message"]


@pytest.mark.parametrize(("check", "says"), [
    ("log_loss: {estimate: cbpe, max: 1}", "estimate"),
    ("mae: {estimate: cbpe, max: 1, task: {type: regression, label: y, prediction: p}}", "estimate"),
    ("roc_auc: {estimate: cbpe, min: 0, task: {type: multiclass, label: y, scores: {a: p, b: p}}}",
        "is for binary tasks"),
    ("f1: {estimate: cbpe, min: 0, task: {type: binary, label: y, prediction: said}}", "needs the task's score"),
    ("roc_auc: {estimate: cbpe, min: 0, confidence: 95%}", "an estimate has no confidence interval"),
    ("roc_auc: {estimate: cbpe, max_drop: 5%, baseline: {reference: true}}",
        "no baseline that is measured from labels"),
    ("f1: {estimate: cbpe, min: 0, task: {type: binary, label: y, score: p, unpredicted: wrong}}",
        "unpredicted: wrong needs labels"),
    ("roc_auc: {estimate: nannyml, min: 0}", "cbpe"),
])
def test_refused_where_an_estimate_has_no_meaning(tmp_path, check, says):
    found, done = run(tmp_path, check)
    assert done.returncode == 2 and not found and says in done.stderr, done.stderr


def test_an_estimate_is_no_baseline_of_what_is_measured(tmp_path):
    _, done = run(tmp_path, "roc_auc: {on: both, estimate: cbpe, min: 0}")
    assert done.returncode == 0, done.stderr
    (tmp_path / "run.json").rename(tmp_path / "before.json")
    found, _ = run(tmp_path, "roc_auc: {on: both, max_drop: 50%, baseline: {file: before.json}}")
    assert found["roc_auc"]["verdict"] == "error" and "estimate was cbpe" in found["roc_auc"]["message"]
