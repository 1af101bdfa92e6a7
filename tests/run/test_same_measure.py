"""A baseline is the same measure: of other rows, parameters, classes or kinds of data it is an ERROR that names
the difference. What may differ from run to run (files, limits, severity) may."""
# program: plain

import json
import random

from support import console, spec_run

HEAD = """version: 1
model: m
data:
  train: {path: d.parquet}
  other: {path: d.parquet}
"""
SUITE = """  sI:
    on: dI
    reference: train
    same_data: allowed
    task: {type: binary, label: y, TASK}
    SUITE
    checks:
    - CHECK
    - roc_auc: {name: takes-the-task, task: {type: binary, label: y, score: p}, min: 0}
    - recall: {name: takes-it-too, min: 0}
    - ks: {name: takes-the-reference, column: p, max: 1, min_rows: 1}
"""
TASK = "score: p, threshold: 0.3"
RELATIVE = "max_change: 0.9, baseline: {file: base.json}, baseline_missing: pass"
# What changes, in the data, the suite, the task or the check; and the part that the ERROR names, None: nothing.
CASES = [
    ("recall", {}, {}, None),
    ("recall", {}, {"task": "score: p, threshold: 0.1"}, "threshold was 0.3, is 0.1"),
    ("recall", {}, {"task": "score: p2, threshold: 0.3"}, "score was p, is p2"),
    ("recall", {}, {"task": "prediction: y2"}, "something else"),
    ("recall", {}, {"task": "score: p, threshold: 0.3, positive: 0"}, "positive was 1, is 0"),
    ("roc_auc", {}, {"task": "score: p, threshold: 0.1"}, None),
    ("ece", {"check": "bins: 10"}, {"check": "bins: 20"}, "bins was"),
    ("ece", {"check": "bins: 10"}, {"check": ""}, None),
    ("mean", {"check": "column: x"}, {"check": "column: x, where: x > 0"}, "where was not given, is x > 0"),
    ("mean", {"check": "column: x"}, {"suite": "where: x > 0"}, "where was"),
    ("mean", {"check": "column: x"}, {"data": "where: x > 0"}, "where was"),
    ("mean", {"check": "column: x"}, {"data": "missing: [\"0.5\"]"}, "missing was"),
    ("quantile", {"check": "column: x, q: 0.9"}, {"check": "column: x, q: 0.99"}, "q was 0.9, is 0.99"),
    ("quantile", {"check": "column: x, q: 0.9"}, {"check": "column: x, q: 90%, severity: warn"}, None),
    ("ks", {"check": "column: x"}, {"check": "column: x, reference: other"}, "reference was train, is other"),
    ("not_null", {"check": "column: x"}, {"path": "texts.parquet"}, "values was numbers, is text"),
    ("one_of", {"check": "column: k, values: [a, b]"}, {"check": "column: k, values: ['a, b']"}, "values was"),
    ("mean", {"check": "column: x"}, {"kind": "median"}, "kind was mean, is median"),
]


def suite(i, kind, parts, limits):
    check = f"{parts.get('kind', kind)}: {{name: q, {parts.get('check', '')}, {limits}}}".replace(", ,", ",")
    return (SUITE.replace("CHECK", check).replace("TASK", parts.get("task", TASK))
        .replace("SUITE", parts.get("suite", "")).replace("I", str(i), 2))


def spec(suites, limits):
    data = "".join(f"  d{i}: {{path: {parts.get('path', 'd.parquet')}, {parts.get('data', '')}}}\n"
        for i, (_, parts) in enumerate(suites))
    return HEAD + data + "suites:\n" + "".join(suite(i, kind, parts, limits) for i, (kind, parts) in enumerate(suites))


def write_data(place, rng):
    n = 200
    y = [int(rng.random() < 0.4) for _ in range(n)]
    x = [rng.random() for _ in range(n)]
    columns = {"y": y, "y2": y, "p": [0.2 + v * 0.5 * rng.random() for v in y], "p2": x, "x": x,
        "k": [rng.choice("ab") for _ in y]}
    spec_run.parquet(place, "d.parquet", columns)
    spec_run.parquet(place, "texts.parquet", {**columns, "x": [str(v) for v in x]})


def compare(results):
    for i, (kind, before, changes, difference) in enumerate(CASES):
        found = next((r for name, r in results.items() if name.startswith(f"s{i}/q")), None)
        assert found, f"{i} {kind}: {results.get('stderr')}"
        if difference is None:
            good = found["verdict"] == "pass" and found["baseline"]["value"] is not None
        else:
            good = found["verdict"] == "error" and "measured something else" in found[
                "message"] and difference in found["message"]
        assert good, f"{i} {kind}, {before}, {changes}: {found['verdict']}, {found['message']}"


def test_same_measure():
    rng = random.Random(7)
    with console.Place() as place:
        write_data(place, rng)
        _, results = spec_run.results(place, spec([(kind, before) for kind, before, _, _ in CASES], "max: 1"))
        assert "s0/q" in results, results.get("stderr")
        (place.work / "r.json").rename(place.work / "base.json")
        write_data(place, rng)
        after = spec([(kind, {**before, **changes}) for kind, before, changes, _ in CASES], RELATIVE)
        _, results = spec_run.results(place, after)
        compare(results)
        old(place, after)


def old(place, after):
    """A run of a version that did not say what it measured is a baseline that is missing."""
    run = json.loads((place.work / "base.json").read_text())
    for result in run["results"]:
        del result["measure"]
    del run["seal"]
    (place.work / "base.json").write_text(json.dumps(run))
    _, results = spec_run.results(place, after)
    found = results["s0/q"]
    assert found["verdict"] == "pass" and "early version" in found["message"], found["message"]
