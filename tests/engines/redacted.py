"""A table whose secrets occur nowhere else, and checks of every kind that fail on it: what an engine of a service sends
us for them is looked through. Texts are secret in whatever form; numbers wherever no verdict is made of them here."""

import re

WORDS = [f"Zq{i}x{chr(65 + i)}w" for i in range(12)]
NUMBERS = [7310557 + 104729 * i for i in range(12)]
SECRET = re.compile("|".join([*WORDS, *map(str, NUMBERS)]), re.IGNORECASE)

OF_COLUMNS = {
    "word": ["not_null: {max: 0}", "one_of: {values: [a, b]}", "not_one_of: {values: [a], max: 0}",
             "matches: {pattern: '^a$'}", "length: {to: 2}", "distinct_count: {max: 0}", "psi: {max: 0}",
             "jensen_shannon: {max: 0}", "chi_square: {p_value: monte_carlo, min: 1}", "cramers_v: {max: 0}",
             "new_category_share: {max: 0}", "null_share_change: {max: 0}", "unique: {min: 1}",
             "unique: {missing: [a], min: 1, name: without}"],
    "amount": ["not_null: {max: 0}", "one_of: {values: [1, 2]}", "range: {from: 0, to: 1}", "distinct_count: {max: 0}",
               "unique: {min: 1}"],
}
OTHERS = [
    "unique: {key: [word, amount]}",
    "foreign_key: {column: word, to: {data: old, column: word}}",
    "foreign_key: {column: amount, to: {data: old, column: amount}}",
    "not_null: {name: slices, column: flag, max: 0, slices: [word]}",
    "range: {name: failing rows of slices, column: id, to: 3, slices: [amount]}",
    "mean: {name: a baseline of slices, column: id, max_change: 5, baseline: reference, slices: [word]}",
    "psi: {name: tables of slices, column: id, max: 0, slices: [word]}",
    "row_rule: {expr: 'id < 0'}",
    "not_null: {name: rows that agree, column: flag, where: 'id > 3'}",
    "sql_rows: {query: 'SELECT * FROM fresh'}",
    "sql_rows: {name: other names, query: 'SELECT word AS a, upper(word) AS b, id FROM fresh'}",
    "sql_rows: {name: a CTE, query: 'WITH c AS (SELECT word AS id FROM fresh) SELECT id FROM c'}",
    "accuracy: {task: {type: multiclass, label: word, prediction: guess}, min: 1}",
    "kappa: {task: {type: multiclass, label: word, prediction: guess}, min: 1}",
    f"recall: {{task: {{type: multiclass, label: word, prediction: guess}}, class: {WORDS[7]}, min: 1}}",
    "accuracy: {name: two, task: {type: binary, label: word, prediction: guess, positive: a}, min: 1}",
    "maximum: {name: raises, column: id, where: 'CAST(word AS BIGINT) > 0', max: 1}",
]


def rows(first, guesses):
    """id, word, amount, guess and flag, as SQL."""
    for i in range(60):
        yield f"({i}, '{WORDS[first + i % 6]}', {NUMBERS[first + i % 6]}, '{WORDS[i % guesses]}', {i} < 40)"
    yield "(99, NULL, NULL, NULL, NULL)"


def tables(schema, using=""):
    """Statements that make the tables `old` and `fresh`."""
    for name, first, guesses in (("old", 0, 5), ("fresh", 6, 12)):
        yield (f"CREATE TABLE {schema}.{name} {using} AS SELECT * FROM (VALUES {', '.join(rows(first, guesses))}) "
               "AS t(id, word, amount, guess, flag)")


def spec(connection, redact):
    """Of the connection `store`."""
    listed = [check.replace("{", f"{{column: {column}, ", 1) if ": {" in check else check
              for column, checks in OF_COLUMNS.items() for check in checks]
    listed = "".join(f"      - {check}\n" for check in [*listed, *OTHERS])
    hidden = ", redact: [word, amount, guess]" if redact else ""
    return (f"version: 1\nmodel: m\nconnections: {{store: {connection}}}\ndata:\n"
            f"  old: {{table: old, connection: store{hidden}}}\n  fresh: {{table: fresh, connection: store{hidden}}}\n"
            f"suites:\n  s:\n    on: fresh\n    reference: old\n    checks:\n{listed}")


# What is judged does not change when values are hidden. Words that values stand in do, and so do names of slices.
def judged(results):
    return sorted((re.sub(r"=[^=\]]*\]", "=]", r["name"]), r["verdict"], r["value"]) for r in results)
