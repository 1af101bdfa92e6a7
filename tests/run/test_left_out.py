"""What a `where` left out is told, on both sides, and the reference may have a condition of its own."""
# program: plain

from support import spec_run

HEAD = """version: 1
model: m
data:
  now: now.parquet
  then: then.parquet
  part: {path: now.parquet, where: "x > 9"}
  none: {path: now.parquet, where: "x > 999"}
suites:
"""
SPEC = HEAD + """  plain:
    on: now
    checks:
    - mean: {name: all, column: x, max: 999}
    - mean: {name: cut, column: x, where: "g = 'a'", max: 999, slices: [g]}
    - mean: {name: of-part, on: part, column: x, max: 999}
    - mean: {name: of-part-cut, on: part, where: "g = 'a'", column: x, max: 999}
    - mean: {name: kept-all, where: "x >= 0", column: x, max: 999}
    - mean: {name: nothing, where: "x < 0", column: x, max: 999}
    - mean: {name: nothing-of-none, on: none, column: x, max: 999}
    - not_null: {name: rows-fail, where: "g = 'b'", column: n}
    - unique: {name: keys, where: "g = 'a'", column: x}
    - sql: {name: own-sql, query: "SELECT count(*) FROM part", max: 99}
  both:
    on: now
    reference: then
    min_rows: 1
    where: "g = 'a'"
    checks:
    - ks: {name: like-with-like, column: x, max: 1, min_rows: 1}
    - psi: {name: own, column: x, reference: {data: then, where: "g = 'b'"}, max: 99, min_rows: 1}
    - psi: {name: whole-reference, column: x, reference: {data: then, where: "true"}, max: 99, min_rows: 1}
    - ks: {name: of-itself, column: x, reference: {data: now, where: "g = 'b'"}, max: 1, min_rows: 1}
    - mean: {name: baseline, column: x, reference: {data: then, where: "g = 'b'"}, baseline: reference, max_change: 999,
          slices: [h]}
"""


def rows(results, name, read, judged, reference_read=None, reference_judged=None, says=None):
    result = results.get(name)
    assert result, f"no {name}: {sorted(results)}"
    facts = [result["facts"].get(f) for f in ("rows_read", "rows_judged", "reference_rows_read",
        "reference_rows_judged")]
    assert facts == [read, judged, reference_read, reference_judged], f"{name}: {facts}"
    if says is None:
        assert "where kept" not in result["message"], f"{name}: {result['message']}"
    else:
        assert says in result["message"], f"{name}: {result['message']}"


def test_left_out(place):
    spec_run.parquet(place, "now.parquet", {"x": list(range(20)), "g": ["a"] * 15 + ["b"] * 5, "h": ["u", "v"] * 10,
        "n": [None] * 20})
    spec_run.parquet(place, "then.parquet", {"x": list(range(40)), "g": ["a"] * 10 + ["b"] * 30, "h": ["u", "v"] * 20})
    code, results = spec_run.results(place, SPEC)
    assert code == 3, f"exit {code}: {results.get('stderr')}"
    rows(results, "plain/all[x]", None, None)
    rows(results, "plain/cut[x]", 20, 15, says="where kept 15 of 20 rows")
    rows(results, "plain/cut[x][g=a]", 20, 15, says="where kept 15 of 20 rows")
    rows(results, "plain/of-part[x]", 20, 10, says="where kept 10 of 20 rows")
    rows(results, "plain/of-part-cut[x]", 20, 5, says="where kept 5 of 20 rows")
    rows(results, "plain/kept-all[x]", 20, 20)
    rows(results, "plain/nothing[x]", 20, 0, says="there are no rows; where kept 0 of 20 rows")
    rows(results, "plain/nothing-of-none[x]", 20, 0, says="there are no rows; where kept 0 of 20 rows")
    rows(results, "plain/rows-fail[n]", 20, 5, says="NULL in 5 of 5 rows; where kept 5 of 20 rows")
    rows(results, "plain/keys[x]", 20, 15, says="where kept 15 of 20 rows")
    rows(results, "plain/own-sql", None, None)
    assert results["plain/cut[x]"]["rows"] == 15, "the mean rests on 15 rows"
    rows(results, "both/like-with-like[x]", 20, 15, 40, 10,
        "15 rows against 10, missing in 0% against 0%; where kept 15 of 20 rows, and 10 of 40 of the reference")
    rows(results, "both/own[x]", 20, 15, 40, 30, "where kept 15 of 20 rows, and 30 of 40 of the reference")
    rows(results, "both/whole-reference[x]", 20, 15, 40, 40, "15 rows against 40")
    rows(results, "both/of-itself[x]", 20, 15, 20, 5, "where kept 15 of 20 rows, and 5 of 20 of the reference")
    assert results["both/of-itself[x]"]["value"] == 1, "a part against another has nothing in common"
    rows(results, "both/baseline[x]", 20, 15, 40, 30, "where kept 15 of 20 rows, and 30 of 40 of the reference")
    assert results["both/baseline[x]"]["baseline"]["value"] == 24.5, "the mean of 10..39"
    assert results["both/baseline[x][h=u]"]["baseline"]["value"] == 24, "the mean of 10, 12, ... 38"
    for text, message in (
            ("reference: now", "compares 'now' with itself"),
            ("reference: {where: x > 1}", "neither data nor a profile"),
            ("reference: {data: nosuch}", "nosuch")):
        spec = HEAD + f"  s: {{on: now, checks: [ks: {{column: x, max: 1, min_rows: 1, {text}}}]}}\n"
        code, results = spec_run.results(place, spec)
        assert code == 2 and message in results.get("stderr", ""), f"{text}: {code} {results}"
