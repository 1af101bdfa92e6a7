"""Any run that was written can be read back: names, slices, values and numbers of the worst sort, at random, through
many kinds; `report` makes the same bytes of the file again, and the other reports of it."""

import json
import random
import xml.etree.ElementTree

from support import console, program, spec_run

ROUNDS = 6
PIECES = ["NULL", "'NULL'", "", " ", "'", '"', "\\", "]", "[", "=", "/", ":", "#", "##vso[x]", "]]>", "<b>", "&amp;",
    "\n", "\r", "\t",
    "\x01", "\x1b[31m", "\u2028", "\u202e", "\ufffe", "\U0001f600", "ä", "%", "{", "}", "(2)", "nan", "inf", "-0",
    "1e999", "x" * 1200]
NUMBERS = [0.0, -0.0, 1.5, -2.5, 5e-324, 1.7976931348623157e308, -1.7976931348623157e308, float("inf"), float("-inf"),
    float("nan"), None, 0.1, 2.0**53 + 2, 1e-300, 123456789.123456789]
WHOLE = [0, 1, -1, 2**53 + 1, 2**63 - 1, -(2**63), None]
SPEC = """version: 1
model: m
owner: {owner}
vars: {{v: {owner}}}
data:
  now: {{path: now.parquet, key: [{column}]}}
  then: {{path: then.parquet}}
suites:
  values:
    on: now
    checks:
    - not_null: {{columns: ["*"], max: 50%, slices: [{column}]}}
    - one_of: {{name: {name}, column: {column}, values: [{owner}], samples: 5}}
    - unique: {{column: {column}, samples: 9}}
    - minimum: {{columns: [{{type: numeric}}], min: 0, slices: [{column}]}}
    - mean: {{column: number, max: 0, warn: {{min: 1}}, confidence: 95%, on_empty: pass}}
    - sql: {{query: "SELECT 'inf'::DOUBLE", max: 1}}
    - row_count: {{min: 1, tags: [t], skip: {owner}}}
    - row_rule: {{expr: "number > 0", slices: [{{name: {name}, where: "whole = 1"}}, {column}]}}
  drift:
    on: now
    reference: then
    correction: holm
    min_rows: 1
    checks:
    - psi: {{columns: ["*"], max: 0.1}}
    - ks: {{columns: [number, whole], max: 0.1, max_missing_change: 100%, slices: [{column}]}}
    - ks: {{name: p, column: number, measure: p_value, min: 0.01, max_missing_change: 100%}}
    - chi_square: {{column: {column}, p_value: monte_carlo, min: 0.01, slices: [{column}]}}
    - new_category_share: {{column: {column}}}
    - null_share_change: {{columns: ["*"], max: 1%}}
    - drift_share: {{of: psi, max: 30%}}
    - drift_share: {{name: new, of: new_category_share, max: 0}}
"""


def text(draw):
    return "".join(draw.choice(PIECES) for _ in range(draw.randint(0, 4)))


def side(draw, column, rows):
    return {column: [None if draw.random() < 0.1 else text(draw) for _ in range(rows)],
        "number": ([draw.choice(NUMBERS) for _ in range(rows)],), "whole": ([draw.choice(WHOLE) for _ in range(rows)],)}


def round_trip(place, seed):
    draw = random.Random(seed)
    quoted = {key: json.dumps(value, ensure_ascii=True) for key, value in {
        "column": f"c {draw.choice(['NULL', 'a]b', 'q=1', 'ü', 'x' * 90])}", "name": f"n{seed}",
        "owner": "o" + draw.choice(["", "'", "##vso[x]", "]]>", "\u2028", "\x1b[31m"])}.items()}
    column = json.loads(quoted["column"])
    spec_run.parquet(place, "now.parquet", side(draw, column, 40))
    spec_run.parquet(place, "then.parquet", side(draw, column, 50))
    _, results = spec_run.results(place, SPEC.format(**quoted), "--junit", "j.xml")
    assert len(results) > 50, f"seed {seed}: {results.get('stderr', results.keys())}"
    again = program.run(place, ["report", "r.json", "--json", "again.json", "--junit", "k.xml", "--markdown", "m.md"])
    assert again.returncode in (0, 1, 3) and not again.stderr, f"seed {seed}: {again.stderr.decode()}"
    for one, other in (("r.json", "again.json"), ("j.xml", "k.xml")):
        there = (place.work / other).exists()
        assert there and (place.work / one).read_bytes() == (place.work / other).read_bytes(), (
            f"seed {seed}: {other} differs")
    names = [case.get("name") for case in xml.etree.ElementTree.parse(place.work / "j.xml").iter("testcase")]
    assert len(set(names)) == len(names), f"seed {seed}: names in JUnit are not unique"
    shown = program.run(place, ["report", "r.json", "-v"])
    assert b"100% of \n" not in shown.stdout and b" of \n" not in shown.stdout, f"seed {seed}: of what?"


def test_read_back():
    for seed in range(ROUNDS):
        with console.Place() as place:
            round_trip(place, seed)
