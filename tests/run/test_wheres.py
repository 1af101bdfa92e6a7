"""Checks under many conditions are measured in one read of the rows, and get what each gets by itself.

The same checks run twice: joined, and with time limits, which keep every condition to a statement of its own. Some
numbers are also worked out here. A condition that fails is an ERROR of its own checks alone."""
# program: plain

import math
import random

from support import program, spec_run

SEGMENTS = ["a", "b", "c", "d", "e"]
WHERES = [f"segment = '{s}'" for s in SEGMENTS] + [
    "segment IN ('a', 'b')",      # overlaps others
    "x > 50",                     # NULL for some rows: these do not meet it
    "segment = 'none'",           # no rows
    "x IS NULL",
    "segment <> 'a' OR x < 10",
]
KINDS = ["not_null: {column: x}", "range: {column: x, from: 0, to: 50}", "mean: {column: x, max: 10}",
         "minimum: {column: f, min: 0}", "maximum: {column: f, max: 1}", "sum: {column: x, min: 0}",
         "mean: {column: f, max: 1}", "row_count: {min: 1}"]
HEAD = "version: 1\nmodel: m\non_empty: pass\ndata: {d: d.parquet}\nsuites:\n  s:\n    on: d\n    checks:\n"


def write(place):
    rng = random.Random(5)
    rows = [{"segment": rng.choice([*SEGMENTS, None]), "x": rng.choice([None, *range(100)]),
             "f": rng.choice([0.1, 0.25, 1e17, -3.5, None]), "t": "7"} for _ in range(3000)]
    for row in rows:
        if row["segment"] == "c":
            row["t"] = "no number"  # a cast of it fails
        if row["segment"] == "e" and rng.random() < 0.1:
            row["f"] = float("nan")
    spec_run.parquet(place, "d.parquet", {name: [row[name] for row in rows] for name in ("segment", "x", "f", "t")})
    return rows


def run(place, wheres, kinds, extra=""):
    lines = [f"    - {kind[:-1]}, name: {i}-{k}, where: \"{where}\"{extra}}}\n"
             for i, where in enumerate(wheres) for k, kind in enumerate(kinds)]
    _, results = spec_run.results(place, HEAD + "".join(lines))
    assert "stderr" not in results, results["stderr"]
    return results, program.run(place, ["run", "s.yaml", "--dump", "plan"]).stdout.decode()


def told(result):
    """What of a result must not hang on how it was asked."""
    return {key: result.get(key) for key in ("verdict", "measured", "value", "rows", "message", "facts")}


def same(a, b):
    """Sums of floating-point numbers differ in their last digits with the order of the rows."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return math.isclose(a, b, rel_tol=1e-12) if isinstance(a, float) and isinstance(b, float) else a == b


def test_joined_is_as_alone(place):
    rows = write(place)
    joined, plan = run(place, WHERES, KINDS)
    alone, plan_alone = run(place, WHERES, KINDS, ", timeout: 600")
    assert plan.count("derived from query") >= len(WHERES) > 0 == plan_alone.count("derived from query")
    assert joined.keys() == alone.keys() and len(joined) == len(WHERES) * len(KINDS)
    for name, result in joined.items():
        assert same(told(result), told(alone[name])), name
    for i, segment in enumerate(SEGMENTS):
        kept = [row for row in rows if row["segment"] == segment]
        assert joined[f"s/{i}-0[x]"]["value"] == sum(row["x"] is not None for row in kept) / len(kept), segment
        assert joined[f"s/{i}-7"]["value"] == len(kept), segment


def test_one_condition_fails(place):
    """`CAST(t AS INTEGER)` fails on the rows of segment c: those who leave them out first are measured all the same."""
    write(place)
    bad = ["CAST(t AS INTEGER) = 7", "CASE WHEN segment <> 'c' THEN CAST(t AS INTEGER) = 7 END", "nowhere = 1"]
    results, _ = run(place, WHERES[:6] + bad, KINDS[:3])
    wrong = {name for name, result in results.items() if result["verdict"] == "error"}
    assert wrong == {f"s/{i}-{k}[x]" for i in (6, 8) for k in range(3)}
    good, _ = run(place, WHERES[:6], KINDS[:3], ", timeout: 600")
    for name, result in good.items():
        assert same(told(results[name]), told(result)), name


def test_check_fails_on_rows_that_others_leave_out(place):
    """An expression that fails on rows of one condition alone fails there alone."""
    write(place)
    kinds = ["row_rule: {expr: 'CAST(t AS INTEGER) = 7'}", "range: {column: x, from: 0, to: 50}"]
    results, _ = run(place, WHERES[:5], kinds)
    wrong = {name for name, result in results.items() if result["verdict"] == "error"}
    assert wrong == {"s/2-0"}, wrong
