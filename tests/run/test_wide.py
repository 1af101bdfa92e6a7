"""Statements over a wide table name its columns one by one: every kind of check says what it says of a narrow one,
on the same columns, in Parquet (with NaN), CSV, and a dataset of SQL."""
# program: plain

import random

import pyarrow
import pyarrow.csv
import pyarrow.parquet

from support import spec_run

COLUMNS = 100
CHECKS = """
      - not_null: {columns: [a, 'Quo"ted', "select"]}
      - range: {columns: [a, 'Quo"ted'], from: 0, to: 50}
      - mean: {columns: [a, x1], max: 1000}
      - maximum: {column: A, max: 1}
      - unique: {column: id}
      - one_of: {column: "select", values: [u, v]}
      - quantile: {column: x2, q: 0.5, max: 1000}
      - distinct_count: {column: "select", max: 3}
      - row_rule: {expr: 'a < 50', name: rule}
      - mean: {column: x3, max: 1000, where: "a < 50", name: some}
      - mean: {column: x3, max: 1000, slices: ["select"], name: sliced}
      - sql: {query: "SELECT count(*) FROM (SELECT DISTINCT * FROM d)", name: all, min: 1}
"""


def spec(data):
    return f"version: 1\nmodel: m\ndata:\n{data}\nsuites:\n  s:\n    on: d\n    checks:{CHECKS}"


def test_wide_is_as_narrow(place):
    rng = random.Random(11)
    columns = {"id": [*range(300)], "a": [rng.choice([float(rng.randrange(100)), None]) for _ in range(300)],
               'Quo"ted': [rng.random() * 60 for _ in range(300)], "select": [rng.choice("uvw") for _ in range(300)],
               **{f"x{i}": [rng.random() for _ in range(300)] for i in range(1, 4)}}
    columns['Quo"ted'][7] = float("nan")  # greater than every number to the engine, and in no statistics of the file
    wide = {**{f"w{i}": [i] * 300 for i in range(COLUMNS)}, **columns}
    for name, table in (("narrow", columns), ("wide", wide)):
        pyarrow.parquet.write_table(pyarrow.table(table), place.work / f"{name}.parquet")
        pyarrow.csv.write_csv(pyarrow.table(table), place.work / f"{name}.csv")
    for form in ("  d: {path: NAME.parquet}", "  d: {path: NAME.csv}",
                 "  p: {path: NAME.parquet}\n  d: {sql: 'SELECT * FROM p WHERE id < 200'}"):
        _, narrow = spec_run.results(place, spec(form.replace("NAME", "narrow")))
        _, found = spec_run.results(place, spec(form.replace("NAME", "wide")))
        assert "stderr" not in found, found["stderr"]
        assert found.keys() == narrow.keys() and len(found) > 15
        for name, result in narrow.items():
            for key in ("verdict", "value", "rows", "message", "facts"):
                assert found[name].get(key) == result.get(key), f"{form} {name} {key}"
            shown, all_shown = result.get("samples"), found[name].get("samples")
            assert bool(shown) == bool(all_shown), f"{form} {name}: failing rows"
