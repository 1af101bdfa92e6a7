#!/usr/bin/env python3
"""Metrics that are derived from frequency tables are those that the rows themselves give.

The same checks run twice: once so that counts, losses and the tables of all rows come out of the
slices' tables, once with time limits that keep every query to itself."""

import json
import math
import random

from support import console, program

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
    checks = "\n".join(f"      - {check[:-1]}, timeout: {limit}}}" if limit else f"      - {check}" for check, limit in listed)
    return f"""version: 1
model: m
data: {{scored: {{path: scored.csv, types: {{segment: VARCHAR, label: INTEGER, score: DOUBLE}}}}}}
suites:
  s:
    on: scored
    task: {{type: binary, label: label, score: score, threshold: 0.5}}
    {"slices: [segment]" if slices else ""}
    checks:
{checks}
"""


def measure(place, checks, text):
    (place.work / "s.yaml").write_text(text)
    done = program.run(place, ["run", "s.yaml", "--json", "r.json"])
    checks.that(done.returncode in (0, 1, 3), f"exit {done.returncode}: {done.stderr[-500:]!r}")
    plan = program.run(place, ["run", "s.yaml", "--dump", "plan"]).stdout.decode()
    results = json.loads((place.work / "r.json").read_text())["results"]
    return {r["name"]: r for r in results}, plan.count("from query")


def same(a, b):
    if isinstance(a, float) or isinstance(b, float):
        return a == b or (a is not None and b is not None and math.isclose(a, b, rel_tol=1e-12))
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return a == b


def compare(checks, what, derived, read):
    for name, expected in read.items():
        got = derived.get(name, {})
        for field in ("measured", "value", "verdict", "rows", "facts"):
            checks.that(same(got.get(field), expected.get(field)),
                f"{what}: {name}: {field} is {got.get(field)!r}, not {expected.get(field)!r}")


def main():
    checks = program.Checks()
    with console.Place() as place:
        for kind in ("plain", "nan", "outside"):
            lines = ["segment,label,score", *(",".join(row) for row in rows_of(kind))]
            (place.work / "scored.csv").write_text("\n".join(lines) + "\n")
            derived, from_others = measure(place, checks, spec(None, None, True))
            checks.that(from_others == 3, f"{kind}: {from_others} queries are derived, not 3")
            checks.that(len(derived) == 9 * 8, f"{kind}: {len(derived)} results")
            read, from_others = measure(place, checks, spec("1h", "2h", True))
            compare(checks, f"{kind}, slices", derived, read)
            # Without slices only the row counts of the ranked checks come out of their own table.
            whole, from_others = measure(place, checks, spec("1h", "2h", False))
            checks.that(from_others == 1, f"{kind}: {from_others} queries are derived, not 1")
            compare(checks, f"{kind}, whole", derived, whole)
    checks.end()


if __name__ == "__main__":
    main()
