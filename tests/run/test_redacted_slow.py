"""What `redact` hides stands in no report, whatever check looks at it and however it fails: only a measured
number may be a value of the data (docs/data.md). Values are such as occur nowhere else."""

import datetime
import json
import re

import pyarrow
import pyarrow.parquet

from support import program

WORDS = [f"Zq{i}x{chr(65 + i)}w" for i in range(12)]
TIMES = [datetime.datetime(2031, 4, 1 + i, 3, 14, 15) for i in range(12)]
NUMBERS = [7310557 + 104729 * i for i in range(12)]
SECRET = re.compile("|".join([*WORDS, "2031-04", "T03:14", "03:14:15", *map(str, NUMBERS),
    *(f"0[.]{round(n / 1e3)}" for n in NUMBERS), r"7[.,]?[3-9][0-9.,]{3,}e\+?6"]), re.IGNORECASE)

COLUMNS = {
    "word": ["not_null: {max: 0}", "unique: {column: word}", "unique: {key: [word, id]}", "unique: {key: [word]}",
        "one_of: {values: [a, b]}",
        "not_one_of: {values: [a], max: 0}", "matches: {pattern: '^a$'}", "not_matches: {pattern: 'Z', max: 0}",
        "length: {to: 2}", "foreign_key: {column: word, to: {data: then, column: word}}", "distinct_count: {max: 0}",
        "psi: {max: 0}", "jensen_shannon: {max: 0}", "chi_square: {p_value: monte_carlo, min: 1}",
        "cramers_v: {max: 0}",
        "new_category_share: {max: 0}", "null_share_change: {max: 0}", "range: {from: 0, to: 1}", "mean: {max: 1}",
        "ks: {max: 0}", "freshness: {max: 1s}"],
    "moment": ["not_null: {max: 0}", "unique: {column: moment, equals: 0}", "one_of: {values: ['2001-01-01']}",
        "range: {from: '2001-01-01', to: '2001-01-02'}", "freshness: {max: 1s}", "freshness: {min: 36500d}",
        "distinct_count: {max: 0}", "psi: {max: 0}", "foreign_key: {column: moment, to: {data: then, column: moment}}",
        "null_share_change: {max: 0}", "length: {to: 1}", "mean: {max: 1}"],
    "amount": ["not_null: {max: 0}", "unique: {column: amount, equals: 0}", "one_of: {values: [1, 2]}",
        "range: {from: 0, to: 1}",
        "foreign_key: {column: amount, to: {data: then, column: amount}}", "distinct_count: {max: 0}", "psi: {max: 0}",
        "psi: {method: equal_width, max: 0}", "psi: {method: categories, max: 0}", "psi: {method: sturges, max: 0}",
        "jensen_shannon: {max: 0}", "ks: {max: 0}", "wasserstein: {max: 0}",
        "chi_square: {p_value: monte_carlo, min: 1}", "new_category_share: {max: 0}", "matches: {pattern: '^1$'}",
        "length: {to: 1}", "freshness: {max: 1s}"],
}
OTHERS = {
    "slices": "not_null: {column: id, max: 0, slices: [word]}",
    "slices of a time": "mean: {column: id, max: 0, slices: [moment]}",
    "slices of a number": "ks: {column: id, max: 0, slices: [amount]}",
    "a rule": "row_rule: {expr: 'id < 0'}",
    "a rule that fails": "row_rule: {expr: 'CAST(word AS INTEGER) > 0'}",
    "a rule that raises": "row_rule: {expr: \"CASE WHEN id > 1 THEN error(word) END = 'a'\"}",
    "rows": "sql_rows: {query: 'SELECT * FROM now'}",
    "rows of both": "sql_rows: {query: 'SELECT n.id, t.word AS x FROM now n JOIN then t USING (id)'}",
    "rows under other names":
        "sql_rows: {query: 'SELECT n.word AS a, upper(n.word) AS b, n AS whole, struct_pack(w := word).w AS c FROM "
        "now n'}",
    "rows of a CTE": "sql_rows: {query: 'WITH c AS (SELECT word AS id FROM now) SELECT id FROM c'}",
    "a number that is none": "sql: {query: 'SELECT max(word) FROM now', max: 0}",
    "a number of several rows": "sql: {query: 'SELECT word FROM now', max: 0}",
    "a list": "sql: {query: 'SELECT list(word) FROM now', max: 0}",
    "a time as a number": "sql: {query: 'SELECT max(moment) FROM now', max: 0}",
    "a cast": "sql: {query: 'SELECT max(CAST(word AS DATE)) FROM now', max: 0}",
    "accuracy": "accuracy: {task: {type: multiclass, label: word, prediction: guess}, min: 1}",
    "the worst class": "recall: {task: {type: multiclass, label: word, prediction: guess}, average: macro, min: 1}",
    "classes": "accuracy: {task: {type: multiclass, label: word, prediction: guess, classes: [a, b]}, min: 1}",
    "two classes": "accuracy: {task: {type: binary, label: word, prediction: guess, positive: yes}, min: 1}",
    "numbers as classes":
        "accuracy: {task: {type: binary, label: amount, prediction: amount, positive: 1}, min: 1}",
    "a score that is no probability":
        "log_loss: {task: {type: binary, label: id, score: amount, positive: 1}, max: 0.1}",
    "a redacted score": "roc_auc: {task: {type: binary, label: even, score: amount, positive: 1}, min: 1}",
    "a calibration of it":
        "ece: {task: {type: binary, label: even, score: chance}, method: quantile, bins: 20, max: 0}",
    "errors of a model": "mae: {task: {type: regression, label: word, prediction: amount}, max: 0}",
    "missing": "not_null: {column: word, missing: [a], max: 0}",
    "a condition": "not_null: {column: id, where: \"word LIKE 'a%'\", on_empty: fail}",
    "an extreme of text": "maximum: {column: word, max: 1}",
    "a median of a time": "median: {column: moment, max: 1}",
}
# How the same table comes in; {side} is now or then.
DATA = {
    "parquet": "{side}: {{path: {side}.parquet, redact: [word, moment, amount, guess, chance]}}",
    "ndjson": "{side}: {{path: {side}.ndjson, "
        "redact: ['wo*', moment, {{type: numeric, except: [id, even]}}, guess, chance]}}",
    "sql": "of_{side}: {{path: {side}.parquet, redact: [word, moment, amount, guess, chance]}}\n"
        "  {side}: {{sql: 'SELECT * FROM of_{side}'}}",
    "partitions": "{side}: {{path: 'parts/{side}/*/*.csv', redact: [word, moment, amount, guess, chance]}}",
    "file": "{side}: {{path: '{side}.csv', redact: [word, moment, amount, guess, chance, f], filename: f}}",
}
# Files that are wrong in the redacted column.
WRONG = {
    "a type": ("wrong.csv", f"word,id\n{WORDS[0]},1\n", "types: {word: INTEGER}"),
    "a date": ("wrong.csv", f"moment,id\n{WORDS[1]},1\n", "types: {moment: {date: '%d.%m.%Y'}}"),
    "a type of NDJSON": ("wrong.ndjson", f'{{"word": "{WORDS[0]}"}}\n', "types: {word: INTEGER}"),
    "a number of NDJSON": ("wrong.ndjson", f'{{"word": {NUMBERS[0]}.5}}\n', "types: {word: INTEGER}"),
    "an object": ("wrong.ndjson", f'{{"word": {{"a": "{WORDS[0]}"}}}}\n', "types: {word: BOOLEAN}"),
    "a quote": ("wrong.csv", f'word,id\n"{WORDS[0]},1\n', ""),
    "a quote within": ("wrong.csv", f'word,id\n"{WORDS[0]}"x,1\n', ""),
    "a field more": ("wrong.csv", f"word,id\n{WORDS[0]},1,{WORDS[1]}\n", ""),
    "bytes": ("wrong.csv", f"word,id\n{WORDS[0]},1\n".encode() + f"{WORDS[1]}\xe9,2\n".encode("latin-1"), ""),
    "broken JSON": ("wrong.ndjson", f'{{"word": "{WORDS[0]}\\q"}}\n', ""),
    "a word in JSON": ("wrong.ndjson", f'{{"word": {WORDS[0]}}}\n', ""),
    "a key twice": ("wrong.ndjson", '{"word": 1, "word": 2}\n', ""),
    "no header": ("wrong.csv", f"{NUMBERS[0]},1\n{NUMBERS[1]},2\n", ""),
    "dates": ("wrong.csv", "word,id\n2031-04-31,1\n", "types: {word: DATE}"),
    "a decimal": ("wrong.csv", f"word,id\n{NUMBERS[0]}.123,1\n", "types: {word: 'DECIMAL(18, 2)'}"),
    "a late type": ("wrong.csv", "word,id\n" + "1,1\n" * 30000 + f"{WORDS[0]},1\n", "types: {word: BIGINT}"),
}


def table_of(rows, first, guesses):
    return [{"id": i, "word": WORDS[first + i % 6], "moment": TIMES[first + i % 6], "amount": NUMBERS[first + i % 6],
        "guess": WORDS[i % guesses], "even": i % 2, "chance": NUMBERS[first + i % 6] / 1e7} for i in range(rows)]


def text(value):
    return "" if value is None else value.isoformat() if isinstance(value, datetime.datetime) else str(value)


def csv_of(rows, names):
    return "".join(",".join(line) + "\n" for line in [names, *([text(row[n]) for n in names] for row in rows)])


def write(place):
    then = table_of(60, 0, 5)
    now = table_of(60, 6, 7) + [dict.fromkeys(then[0]) | {"id": 99}]
    names = list(then[0])
    for side, table in (("then", then), ("now", now)):
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(table), place.work / f"{side}.parquet")
        (place.work / f"{side}.csv").write_text(csv_of(table, names))
        with open(place.work / f"{side}.ndjson", "w", encoding="utf-8") as out:
            for row in table:
                out.write(json.dumps(row | {"moment": row["moment"] and text(row["moment"])}) + "\n")
        for word in {row["word"] for row in table}:
            # the folder's name is the value: the file's name tells it too
            part = place.work / "parts" / side / f"word={word or '__HIVE_DEFAULT_PARTITION__'}"
            part.mkdir(parents=True)
            (part / "a.csv").write_text(csv_of([r for r in table if r["word"] == word],
                [n for n in names if n != "word"]))


def leaks(place, done):
    """Where a secret is seen."""
    seen = [("console", done.stdout + done.stderr)]
    seen += [(p.name, p.read_bytes()) for p in place.work.glob("out.*")]
    for name, content in seen:
        # paths of inputs are no values; digests and durations are made of any digits
        shown = re.sub(r'parts/(now|then)/[^/]*/a.csv|[0-9a-f]{64}|time="[0-9.]+"|"seconds": [0-9.e-]+', "",
            content.decode(errors="replace"))
        for found in SECRET.finditer(shown):
            yield f"{name}: {shown[max(0, found.start() - 150):found.end() + 60]!r}"


def play(place, what, spec):
    for old in place.work.glob("out.*"):
        old.unlink()
    (place.work / "modelgate.yaml").write_text("version: 1\nmodel: m\ndata:\n" + spec)
    done = program.run(place, ["run", "-v", "--as-of", "2031-01-01", "--json", "out.json", "--junit", "out.xml",
        "--markdown", "out.md", "--html", "out.html"])
    whole = done.returncode in (1, 3) and (place.work / "out.json").exists()
    assert whole, f"{what}: exit {done.returncode}\n{done.stderr.decode()[:1500]}"
    for leak in list(leaks(place, done))[:12]:
        raise AssertionError(f"{what}: {leak}")


def checks_of_all():
    for column, kinds in COLUMNS.items():
        for i, kind in enumerate(kinds):
            key = "" if "column: " in kind or "key:" in kind else f"column: {column}, "
            yield "- " + kind.replace("{", f"{{name: {column}-{i}, {key}", 1)
    for name, check in OTHERS.items():
        yield "- " + check.replace("{", f"{{name: {name}, ", 1)


def test_redacted(place):
    write(place)
    suite = "suites:\n  s:\n    on: now\n    reference: then\n    min_rows: 1\n    checks:\n    " + "\n    ".join(
        checks_of_all()) + "\n"
    for form, data in DATA.items():
        play(place, form, "".join(f"  {data.format(side=side)}\n" for side in ("now", "then")) + suite)
    for what, (name, content, keys) in WRONG.items():
        (place.work / name).write_bytes(content.encode() if isinstance(content, str) else content)
        redacted = "moment" if "moment" in keys else "word"
        play(place, what, f"  now: {{path: {name}, redact: [{redacted}]{', ' if keys else ''}{keys}}}\n"
            "suites:\n  s: {on: now, checks: [row_count: {max: 0}]}\n")
