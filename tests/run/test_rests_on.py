"""min_rows is about the rows that a number rests on, with slices and without; and lines tell of rows without a
label, of the end of the interval that was judged, and of points apart from parts of a baseline."""
# program: plain

from support import program, spec_run

HEAD = """version: 1
model: m
data: {d: d.parquet, train: train.parquet}
suites:
  s:
    on: d
    reference: train
    task: {type: binary, label: y, score: p}
    checks:
"""


def spec(*checks):
    return HEAD + "".join(f"    - {check}\n" for check in checks)


def rows(place):
    """14 positives of 150 rows, half of them in slice a; x has 140 values."""
    code, results = spec_run.results(place, spec(
        "recall: {name: few, min: 0, min_rows: 15}", "recall: {name: enough, min: 0, min_rows: 14}",
        "mean: {name: values, column: x, max: 9, min_rows: 141}", "not_null: {column: x, min: 0, min_rows: 150}",
        "recall: {name: cut, min: 0, min_rows: 8, slices: [g, {name: all, where: 'true'}]}"))
    for name, verdict, say in (("few", "error", "it rests on 14 rows, fewer than min_rows 15"), ("enough", "pass", ""),
            ("values[x]", "error", "rests on 140 rows"), ("not_null[x]", "pass", ""), ("cut", "pass", ""),
            ("cut[g=a]", "skip", "rests on 7 rows, fewer than min_rows 8"), ("cut[g=b]", "skip", "rests on 7 rows"),
            ("cut[all]", "pass", "")):
        r = results[f"s/{name}"]
        assert r["verdict"] == verdict and say in r["message"], f"{name}: {r['verdict']}, {r['message']}"
    for kind in ("column_count: {equals: 1, min_rows: 1}",
            "sql_rows: {name: q, query: SELECT 1 FROM d, max: 9, min_rows: 1}"):
        code, results = spec_run.results(place, spec("recall: {min: 0}", "psi: {column: p, max: 9}", kind))
        assert code == 2 and "does not take 'min_rows'" in results["stderr"], f"{kind}: exit {code}, {results}"


def lines(place):
    """What the table of the console and that of the Markdown page say of a check that passed."""
    relative = "baseline: reference"
    spec_run.results(place, spec("recall: {name: in-points, max_drop: 0.08, " + relative + "}",
        "recall: {name: in-parts, max_drop: 8%, " + relative + "}",
        "recall: {name: at-the-end, min: 1%, confidence: 95%}"), "--markdown", "m.md")
    table = program.run(place, ["report", "r.json"]).stdout.decode().splitlines()
    page = (place.work / "m.md").read_text().splitlines()
    for name, say in (("in-points", "max drop 8 points"), ("in-parts", "max drop 8% of the baseline"),
            ("at-the-end", "judged "), ("in-points", "10 of 160 rows have no label")):
        for report in (table, page):
            assert any(name in line.replace("\\", "") and say in line for line in report), (
                f"no '{say}' on the line of {name}")


def test_rests_on(place):
    y = [1] * 14 + [0] * 136
    columns = {"y": y, "p": [0.9] * 10 + [0.1] * 140, "g": (["a"] * 7 + ["b"] * 7) + ["a", "b"] * 68,
        "x": [1.5] * 140 + [None] * 10}
    for name in ("d", "train"):
        spec_run.parquet(place, f"{name}.parquet", {**columns, "z": [name] * 150})
    rows(place)
    more = {**{key: list(values) + list(values[:10]) for key, values in columns.items()}, "y": y + [None] * 10}
    for name in ("d", "train"):
        spec_run.parquet(place, f"{name}.parquet", {**more, "z": [name] * 160})
    lines(place)
