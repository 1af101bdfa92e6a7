"""Metrics that are finished from the slices' frequency tables are those that the rows themselves give.

The same checks run three times: with one table a slice and that of all rows made of them, with time limits that
keep every table to itself, and without slices. The label's classes are told by the tables as well. Counts and losses
are also worked out here, row by row."""
# program: plain

import math
import random

from support import program, run_json

COUNTED = ["accuracy: {min: 0}", "precision: {min: 0, zero_division: 0}", "recall: {min: 0, zero_division: 0}",
           "f1: {min: 0, zero_division: 0}", "log_loss: {max: 100}", "brier: {max: 1}"]
RANKED = ["roc_auc: {min: 0}", "average_precision: {min: 0}"]
SEGMENTS = ["north", "south", "a segment with a long name", "", "one class", "no label", "no score", "single"]


def rows_of(kind):
    """segment, label, score: with NULLs in all three, ties, and slices that lack something."""
    random.seed(7)
    yield "single", "1", "0.75"
    for i in range(6000):
        segment = random.choice(SEGMENTS[:-1])
        label = "1" if segment == "one class" else random.choice("01")
        score = repr(random.random()) if segment != "south" else repr(random.randrange(20) / 16)[:6]
        score = score if float(score) <= 1 else "0.5"
        if segment == "no label" or random.random() < 0.02:
            label = ""
        if segment == "no score" or random.random() < 0.02:
            score = ""
        if kind == "nan" and segment == "north" and i % 50 == 0:
            score = "nan"
        if kind == "outside" and segment == "south" and i % 50 == 0:
            score = random.choice(["-0.25", "1.5", "inf", "-inf"])
        yield segment, label, score


def spec(counted, ranked, slices):
    listed = [(check, counted) for check in COUNTED] + [(check, ranked) for check in RANKED]
    checks = "\n".join(f"      - {check[:-1]}, timeout: {limit}}}" if limit else f"      - {check}"
        for check, limit in listed)
    return f"""version: 1
model: m
data: {{scored: {{path: scored.csv, types: {{segment: VARCHAR, label: INTEGER, score: DOUBLE}}}}}}
suites:
  s:
    on: scored
    task: {{type: binary, label: label, score: score, threshold: 0.5, unpredicted: ignore}}
    {"slices: [segment]" if slices else ""}
    checks:
{checks}
"""


def measure(place, text):
    (place.work / "s.yaml").write_text(text)
    done = program.run(place, ["run", "s.yaml", "--json", "r.json"])
    assert done.returncode in (0, 1, 3), f"exit {done.returncode}: {done.stderr[-500:]!r}"
    plan = program.run(place, ["run", "s.yaml", "--dump", "plan"]).stdout.decode()
    results = run_json.read(place.work / "r.json")["results"]
    return {r["name"]: r for r in results}, plan.count("from query")


def same(a, b):
    if isinstance(a, float) or isinstance(b, float):
        return a == b or (a is not None and b is not None and math.isclose(a, b, rel_tol=1e-12))
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return a == b


def worked_out(rows):
    """What the counted checks must give of these rows, by kind; what is not there cannot be measured."""
    known = [(label == "1", float(score)) for _, label, score in rows if label and score]
    if not known or any(math.isnan(score) for _, score in known):
        return {}
    said = [(positive, score >= 0.5) for positive, score in known]
    tp, fp, fn = said.count((True, True)), said.count((False, True)), said.count((True, False))
    clipped = [min(max(score if positive else 1 - score, 2**-52), 1 - 2**-52) for positive, score in known]
    counted = {"accuracy": sum(a == b for a, b in said) / len(said), "precision": tp / (tp + fp) if tp + fp else 0,
               "recall": tp / (tp + fn) if tp + fn else 0, "f1": 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None}
    if any(not 0 <= score <= 1 for _, score in known):
        return counted  # a threshold needs no probabilities
    return {**counted, "log_loss": -math.fsum(map(math.log, clipped)) / len(known),
            "brier": math.fsum((score - positive) ** 2 for positive, score in known) / len(known)}


def compare_with_rows(what, results, rows):
    for result in results.values():
        slice_of = (result["slice"] or "").removeprefix("segment=")
        chosen = [row for row in rows if result["slice"] is None or (row[0] or "NULL") == slice_of]
        assert chosen, f"{what}: no rows are in {result['slice']}"
        wanted = worked_out(chosen).get(result["kind"])
        if result["kind"] in ("roc_auc", "average_precision"):
            continue
        assert same(result["value"], wanted), f"{what}: {result['name']} is {result['value']}, not {wanted}"


def compare(what, derived, read):
    for name, expected in read.items():
        got = derived.get(name, {})
        for field in ("measured", "value", "verdict", "rows", "facts"):
            assert same(got.get(field), expected.get(field)), (
                f"{what}: {name}: {field} is {got.get(field)!r}, not {expected.get(field)!r}")


def test_derived(place):
    for kind in ("plain", "nan", "outside"):
        rows = list(rows_of(kind))
        lines = ["segment,label,score", *(",".join(row) for row in rows)]
        (place.work / "scored.csv").write_text("\n".join(lines) + "\n")
        derived, from_others = measure(place, spec(None, None, True))
        assert from_others == 3, f"{kind}: {from_others} queries are derived, not 3"
        assert len(derived) == 9 * 8, f"{kind}: {len(derived)} results"
        compare_with_rows(kind, derived, rows)
        read, from_others = measure(place, spec("1h", "2h", True))
        compare(f"{kind}, slices", derived, read)
        whole, from_others = measure(place, spec("1h", "2h", False))
        assert from_others == 2, f"{kind}: {from_others} queries are derived, not 2 (classes for each limit)"
        compare(f"{kind}, whole", derived, whole)
