"""More numbers over the same rows than one statement takes: each check has its own, of all rows and of every slice,
whichever statement has it."""
# program: plain

import random

from support import program, spec_run

CHECKS = 700  # a statement takes 300
HEAD = "version: 1\nmodel: m\ndata: {d: d.parquet}\nsuites:\n  s:\n    on: d\n    checks:\n"


def test_many_checks(place):
    rng = random.Random(3)
    rows = [(rng.randrange(1000), rng.choice("abc")) for _ in range(2000)]
    spec_run.parquet(place, "d.parquet", {"x": [x for x, _ in rows], "g": [g for _, g in rows]})
    for extra, slices in (("", [None]), (", slices: [g]", [None, "g=a", "g=b", "g=c"])):
        lines = [f"    - range: {{name: c{i}, column: x, from: {i}, min: 0{extra}}}\n" for i in range(CHECKS)]
        code, results = spec_run.results(place, HEAD + "".join(lines))
        assert code == 0 and len(results) == CHECKS * len(slices), f"{extra}: {code}, {len(results)} results"
        plan = program.run(place, ["run", "s.yaml", "--dump", "plan"]).stdout
        assert plan.count(b"\nquery ") >= 3, "all numbers still fit into one statement"
        for name, r in results.items():
            least = int(name.removeprefix("s/c").partition("[")[0])
            kept = [x for x, g in rows if r["slice"] in (None, f"g={g}")]
            assert r["slice"] in slices and r["rows"] == len(kept), f"{name}: {r['rows']} rows"
            wanted = sum(x >= least for x in kept) / len(kept)
            assert abs(r["value"] - wanted) < 1e-12, f"{name}: {r['value']}, not {wanted}"


def test_terms_of_a_column_stay_together(place):
    """Kinds that a suite names one after the other, each for all columns: a column is read by one statement."""
    columns = [f"c{i}" for i in range(120)]
    spec_run.parquet(place, "d.parquet", {name: [i, i + 1, None] for i, name in enumerate(columns)})
    kinds = ["not_null: {columns: ['*'], severity: warn}", "range: {columns: ['*'], from: 0}",
             "mean: {columns: ['*'], min: 0}"]
    code, results = spec_run.results(place, HEAD + "".join(f"    - {kind}\n" for kind in kinds))
    assert code == 0 and len(results) == 3 * len(columns)
    for i, name in enumerate(columns):
        assert results[f"s/mean[{name}]"]["value"] == i + 0.5, name
    plan = program.run(place, ["run", "s.yaml", "--dump", "plan"]).stdout.decode()
    statements = [part for part in plan.split("\nquery ")[1:]]
    assert len(statements) > 1
    for name in columns:
        assert sum(f'"{name}"' in statement for statement in statements) == 1, name
