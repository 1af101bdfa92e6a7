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
# Each needs a value of `amount`, however it is added up, or may; `redacted_values: refuse` refuses them.
NEED_VALUES = [
    "mean: {column: amount, min: 0}", "sum: {column: amount, min: 0}", "stddev: {column: amount, min: 0}",
    "minimum: {column: amount, min: 0}", "maximum: {column: amount, min: 0}", "median: {column: amount, min: 0}",
    "quantile: {column: amount, q: 0.9, min: 0}", "psi: {name: numbers, column: amount, max: 0}",
    "psi: {name: numbers as categories, column: amount, method: categories, max: 0}",
    "ks: {column: amount, max: 0}", "wasserstein: {column: amount, max: 0}",
    "new_category_share: {name: new numbers, column: amount, max: 0}",
    "mean: {name: of each, column: id, max: 1, slices: [amount]}",
    "mae: {task: {type: regression, label: amount, prediction: id}, max: 0}",
    "roc_auc: {task: {type: binary, label: flag, score: amount, positive: true}, min: 1}",
    "accuracy: {name: numbers as classes, task: {type: multiclass, label: amount, prediction: id}, min: 1}",
    "sql: {query: 'SELECT max(amount) FROM fresh', min: 0}",
    "maximum: {name: made of it, on: made, column: twice, min: 0}",
    "mean: {name: on the other side, column: id, max_change: 5, baseline: reference, slices: [amount]}",
]
# What one of them may say beside the slices of its own.
REFUSED = "(redacted_values: refuse)"


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


def spec(connection, redact, refuse=None):
    """Of the connection `store`. refuse: with the checks that need values too, and whether these are refused."""
    listed = [check.replace("{", f"{{column: {column}, ", 1) if ": {" in check else check
              for column, checks in OF_COLUMNS.items() for check in checks]
    listed = "".join(f"      - {check}\n" for check in [*listed, *OTHERS, *(NEED_VALUES if refuse is not None else [])])
    hidden = ", redact: [word, amount, guess]" if redact else ""
    hidden += ", redacted_values: refuse" if refuse else ""
    made = "" if refuse is None else (
        "  made: {sql: 'SELECT id, 2 * amount AS twice FROM fresh', connection: store}\n")
    return (f"version: 1\nmodel: m\nconnections: {{store: {connection}}}\ndata:\n"
            f"  old: {{table: old, connection: store{hidden}}}\n"
            f"  fresh: {{table: fresh, connection: store{hidden}}}\n{made}"
            f"suites:\n  s:\n    on: fresh\n    reference: old\n    checks:\n{listed}")


# What is judged does not change when values are hidden. Words that values stand in do, and so do names of slices.
def judged(results):
    return sorted((re.sub(r"=[^=\]]*\]", "=]", r["name"]), r["verdict"], r["value"]) for r in results)



def hold(refusing, before):
    """What needs values is refused, at the place of its check. Nothing else is but slices by numbers, and the rest is
    judged as before."""
    refused = {name for name, r in refusing.items() if REFUSED in r["message"]}
    assert all(refusing[name]["verdict"] == "error" and refusing[name]["line"] > 0 for name in refused)
    needing = {re.search("name: ([^,}]*)", check).group(1) if "name: " in check else check.split(":")[0]
               for check in NEED_VALUES}
    named = {re.sub(r"^s/|\[.*", "", name) for name in refused}
    assert needing <= named, needing - named
    assert named - needing == {"failing rows of slices"}
    left = [name for name in refusing if name not in refused]
    assert judged(refusing[name] for name in left) == judged(before[name] for name in left)
    assert all("[amount=" in name for name in set(before) - set(refusing))
    assert len(left) > 40


def told(cells):
    """Of what an engine sent: texts with a secret, and numbers that are no counts of these few rows."""
    def is_large(cell):
        try:
            return abs(float(cell)) >= 10000
        except ValueError:
            return False
    return [cell for cell in cells if cell and (SECRET.search(cell) or is_large(cell))]
