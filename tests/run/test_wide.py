"""Statements over a wide table name its columns one by one: every kind of check says what it says of a narrow one,
on the same columns, in Parquet (with NaN), CSV, and a dataset of SQL."""
# program: plain

import random

import pyarrow
import pyarrow.csv
import pyarrow.parquet
import pytest

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


# What a dataset's SELECT may be, over a table p of many columns; its own columns are n1 to n90 and more.
NUMBERS = ", ".join(f"n{i}" for i in range(1, 91))
SELECTS = {
    "columns": f"SELECT {NUMBERS}, k, t FROM p",
    "expressions": f"SELECT {NUMBERS}, n1 + k AS s, CASE WHEN t LIKE 'a%' THEN 1.5 ELSE 0.1 END AS c FROM p "
                   "WHERE lower(t) <> 'b'",
    "aliases that others use": f"SELECT {NUMBERS}, n1 * 2 AS twice, twice + k AS s FROM p WHERE twice > 3",
    "aliases that hide columns": f"SELECT {NUMBERS}, n1 AS k, k AS t FROM p WHERE k > 2",
    "text that looks like the parser's": f"SELECT {NUMBERS}, '\"select_list\":\"\"' || t AS s FROM p "
                                         "WHERE t <> '\"query_location\":12' AND n2 < 18446744073709551615",
    "star": "SELECT * FROM p WHERE n1 % 2 = 0",
    "star of another name": "SELECT * FROM p AS q WHERE q.n1 > 5",
    "star without some": "SELECT * EXCLUDE (n90) FROM p",
    "star and one more": "SELECT *, n1 + 1 AS s FROM p",
    "star of the table": "SELECT q.* FROM p q WHERE k < 5",
    "star with one made of others": "SELECT * REPLACE (n1 + 2 * n2 AS n2), n2 + 1 AS s FROM p WHERE n2 > 1",
    "star with a name that another had": "SELECT * EXCLUDE (N2) RENAME (n3 AS n2) FROM p",
    "star with a name that is used below": "SELECT * EXCLUDE (n90) RENAME (n2 AS s, n3 AS n2) FROM p WHERE n2 > 4",
    "star behind others": "SELECT n1 + 1 AS s, p.* FROM p",
    "star and its columns": "SELECT *, n1 AS m1, n2 AS m2 FROM p",
    "star of names": "SELECT COLUMNS('n.*') FROM p",
    "star and lists": "SELECT *, unnest([1, n1]) AS u FROM p",
    "star and windows": "SELECT *, row_number() OVER (ORDER BY n1, k) AS w FROM p",
    "star and whole rows": "SELECT *, len(CAST(p AS VARCHAR)) AS s FROM p WHERE s > 600",
    "functions": f"SELECT {NUMBERS}, greatest(n1, k) AS s, upper(t) AS u FROM p WHERE s > 2",
    "macros": f"SELECT {NUMBERS}, nullif(n1, 2) AS s FROM p WHERE s > 2",
    "functions of several rows": f"SELECT {NUMBERS}, generate_subscripts([7, 7], 1) AS u FROM p",
    "rows that differ": f"SELECT DISTINCT {NUMBERS} FROM p",
    "rows that differ in all": "SELECT * FROM p WHERE k < (SELECT count(*) FROM (SELECT DISTINCT * FROM p)) - 30",
    "whole rows": f"SELECT {NUMBERS}, k FROM p WHERE len(CAST(p AS VARCHAR)) > 600",
    "sums": f"SELECT {', '.join(f'max(n{i}) AS n{i}' for i in range(1, 91))}, k FROM p GROUP BY k",
    "one sum": f"SELECT {', '.join(f'min(n{i}) AS n{i}' for i in range(1, 91))} FROM p",
    "groups by number": f"SELECT {NUMBERS} FROM p GROUP BY ALL",
    "windows": f"SELECT {NUMBERS}, row_number() OVER (ORDER BY n1, k) AS w FROM p",
    "first rows": f"SELECT {NUMBERS} FROM p ORDER BY 1, 2, n3 LIMIT 20",
    "lists": f"SELECT {NUMBERS}, unnest([1, 2]) AS u FROM p",
    "a join": f"SELECT {NUMBERS}, o.k AS s FROM p JOIN o USING (k)",
    "both": f"SELECT {NUMBERS} FROM p UNION SELECT {NUMBERS} FROM p",
    "with": f"WITH q AS (SELECT * FROM p) SELECT {NUMBERS} FROM q",
}


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_sql_of_many_columns(place, form):
    """Each column's mean is that of the spec's own SQL, for which nothing is left out."""
    rng = random.Random(5)
    rows = [[rng.randrange(9) for _ in range(90)] for _ in range(60)]
    columns = {"k": [i % 7 for i in range(60)], "t": [rng.choice(["a", "ab", "b"]) for _ in range(60)],
               **{f"n{i + 1}": [row[i] for row in rows] for i in range(90)}, "spare": list(range(60))}
    for name, table in (("p", columns), ("o", {"k": [1, 2, 2]})):
        write = pyarrow.parquet.write_table if form == "parquet" else pyarrow.csv.write_csv
        write(pyarrow.table(table), place.work / f"{name}.{form}")
    wanted = [1, 2, 45, 89]
    data = suites = ""
    for d, select in enumerate(SELECTS.values()):
        quoted = select.replace("'", "''")
        data += f"  d{d}: {{sql: '{quoted}'}}\n"
        suites += f"  s{d}:\n    on: d{d}\n    checks:\n"
        suites += f'      - sql: {{query: "SELECT count(*) FROM d{d}", min: 0, name: rows}}\n'
        for i in wanted:
            suites += f"""      - mean: {{column: n{i}, max: 1000, name: mean{i}}}
      - sql: {{query: "SELECT avg(n{i}) FROM d{d}", max: 1000, name: own{i}}}
"""
    _, found = spec_run.results(place, f"""version: 1
model: m
data:
  p: {{path: p.{form}}}
  o: {{path: o.{form}}}
{data}suites:
{suites}""")
    assert "stderr" not in found, found["stderr"]
    for d, words in enumerate(SELECTS):
        for i in wanted:
            mean, own = found[f"s{d}/mean{i}[n{i}]"], found[f"s{d}/own{i}"]
            assert mean["measured"] and own["measured"], (words, mean["message"], own["message"])
            assert mean["value"] == pytest.approx(own["value"], rel=1e-12), words
            assert mean["rows"] == found[f"s{d}/rows"]["value"], words
