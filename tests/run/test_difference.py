"""With confidence, limits of a baseline look at the interval of the difference; and data are not their own
reference under another name."""
# program: plain

import random

import pytest

from support import console, spec_run

HEAD = """version: 1
model: m
data: {d: d.parquet, copy: copy.parquet, half: {path: copy.parquet, where: "p > 0.5"}, other: other.parquet}
suites:
  s:
    on: d
    task: {type: binary, label: y, score: p}
    checks:
"""
BASE = "confidence: 95%, baseline: {file: base.json}"


def spec(*checks):
    return HEAD + "".join(f"    - {check}\n" for check in checks)


def write(place, name, rng, skill):
    y = [int(rng.random() < 0.4) for _ in range(400)]
    spec_run.parquet(place, name, {"y": y, "p": [min(1, max(0, rng.gauss(0.5 + skill * (v - 0.5), 0.25))) for v in y]})


@pytest.fixture(scope="module")
def place():
    """The second test looks at files of the first."""
    with console.Place() as place:
        yield place


def test_difference(place):
    rng = random.Random(5)
    kinds = ("accuracy", "recall", "roc_auc")
    write(place, "d.parquet", rng, 0.4)
    (place.work / "copy.parquet").write_bytes((place.work / "d.parquet").read_bytes())
    write(place, "other.parquet", rng, 0.4)
    for kind in kinds:
        spec_run.results(place, spec(f"{kind}: {{name: q, min: 0, confidence: 95%}}"))
        (place.work / "r.json").rename(place.work / "base.json")
        for prove in ("not_worse", "worse"):
            _, found = spec_run.results(place, spec(f"{kind}: {{name: q, max_drop: 0, prove: {prove}, {BASE}}}"))
            r = found["s/q"]
            assert r["verdict"] == "pass" and r["difference"] == {"lo": 0, "hi": 0}, (
                f"{kind}, the same, {prove}: {r['message']}")
    # other rows of the same quality are not surely as good, nor surely worse
    (place.work / "d.parquet").rename(place.work / "before.parquet")
    write(place, "d.parquet", rng, 0.4)
    for prove, verdict in (("not_worse", "fail"), ("worse", "pass")):
        _, found = spec_run.results(place, spec(f"roc_auc: {{name: q, max_drop: 0.001, prove: {prove}, {BASE}}}"))
        r = found["s/q"]
        assert r["verdict"] == verdict and r["difference"]["lo"] < 0 < r["difference"]["hi"], (
            f"alike, {prove}: {r['message']}")
    write(place, "d.parquet", rng, 0.05)
    _, found = spec_run.results(place, spec(f"roc_auc: {{name: q, max_drop: 0.01, prove: worse, {BASE}}}"))
    assert found["s/q"]["verdict"] == "fail" and "difference -0." in found["s/q"]["message"], found["s/q"]["message"]
    spec_run.results(place, spec("roc_auc: {name: q, min: 0}"))
    (place.work / "r.json").rename(place.work / "base.json")
    write(place, "d.parquet", rng, 0.4)
    _, found = spec_run.results(place, spec(f"roc_auc: {{name: q, max_drop: 0.5, prove: worse, {BASE}}}"))
    r = found["s/q"]
    assert r["verdict"] == "error" and "has no interval" in r["message"] and r["limits"][0]["state"] == "open", (
        r["message"])
    for vain in ("roc_auc: {min: 0, confidence: 95%, prove: worse}",
            "roc_auc: {max_drop: 1, prove: worse, baseline: dummy}", "roc_auc: {min: 0, same_data: allowed}"):
        code, found = spec_run.results(place, spec(vain))
        assert code == 2 and "no effect" in found["stderr"], f"{vain}: exit {code}, {found}"


def test_itself(place):
    """d and copy are one file under two names."""
    rng = random.Random(5)
    write(place, "d.parquet", rng, 0.4)
    write(place, "other.parquet", rng, 0.4)
    (place.work / "copy.parquet").write_bytes((place.work / "d.parquet").read_bytes())
    for name, check, verdict in (
            ("drift", "psi: {name: q, column: p, reference: copy, max: 9}", "error"),
            ("allowed", "psi: {name: q, column: p, reference: copy, max: 9, same_data: allowed}", "pass"),
            ("other", "psi: {name: q, column: p, reference: other, max: 9}", "pass"),
            ("other rows", "psi: {name: q, column: p, reference: half, max: 9, missing_bin: true}", "pass"),
            ("foreign", "foreign_key: {name: q, column: y, to: {data: copy, column: y}}", "error"),
            ("baseline", "mean: {name: q, column: p, max_drop: 1, reference: copy, baseline: reference}", "error")):
        _, found = spec_run.results(place, spec("recall: {min: 0}", check))
        r = next((r for key, r in found.items() if key.startswith("s/q")), None)
        assert r and r["verdict"] == verdict and (verdict == "pass" or "same file" in r["message"]), (
            f"{name}: {r and r['verdict']}, {r['message'] if r else found}")
