"""A column of some thousand values makes as many slices, each with its own number; more than the bound is an ERROR."""
# program: plain

from support import spec_run

SLICES = 3000
HEAD = "version: 1\nmodel: m\ndata: {d: d.parquet}\nsuites:\n  s:\n    on: d\n    checks:\n"


def test_many_slices(place):
    rows = [(f"g{i % SLICES}", i % 7, i // SLICES) for i in range(3 * SLICES)]
    spec_run.parquet(place, "d.parquet", {name: [row[i] for row in rows] for i, name in enumerate("gxy")})
    code, results = spec_run.results(place, HEAD + "    - range: {column: x, from: 3, min: 0, slices: [g]}\n"
                                     "    - median: {column: y, equals: 1, slices: [g]}\n")
    assert code == 0 and len(results) == 2 * (SLICES + 1)
    for i in range(SLICES):
        wanted = sum(row[1] >= 3 for row in rows[i::SLICES]) / 3
        assert abs(results[f"s/range[x][g=g{i}]"]["value"] - wanted) < 1e-12


def test_too_many_slices(place):
    spec_run.parquet(place, "d.parquet", {"x": list(range(10001))})
    code, results = spec_run.results(place, HEAD + "    - not_null: {column: x, slices: [x], overall: false}\n")
    assert code == 3 and "more than 10000 slices" in next(iter(results.values()))["message"]
