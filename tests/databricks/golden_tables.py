"""The golden cases of the kinds, with their files as Delta tables and their specs over these."""

import csv
import dataclasses
import pathlib
import re

import yaml
from databricks.facade import quoted

DATA = pathlib.Path(__file__).parents[1] / "golden/kinds/data"
SCHEMA = "golden"
SPARK_TYPES = {"VARCHAR": "STRING", "real": "DOUBLE", "integer": "BIGINT", "numeric": "BIGINT", "text": "STRING",
               "boolean": "BOOLEAN", "time": "TIMESTAMP"}
NULL = "NULL"
# SQL that only DuckDB has.
TRANSLATED = [
    (r"\[2, 9, 10\]\[1 \+ (.*?)\] AS", r"element_at(array(2, 9, 10), CAST(1 + \1 AS INT)) AS"),
    (r"\[1 \+ \(i \* i / 3\)", "[1 + (i * i / 3)"),
    (r"::INTEGER", "::INT"),
    (r"AS rows\(", "AS `rows`("),
]


def type_of(texts):
    """Of a column that the spec does not name: as a file's reader would."""
    given = [t for t in texts if t]
    for name, pattern in (("BIGINT", r"-?\d+"), ("DOUBLE", r"-?\d+(\.\d+)?(e[+-]?\d+)?|nan|-?inf"),
                          ("DATE", r"\d{4}-\d\d-\d\d"), ("TIMESTAMP", r"\d{4}-\d\d-\d\d[ T].*"),
                          ("BOOLEAN", "true|false")):
        if given and all(re.fullmatch(pattern, t) for t in given):
            return name
    return "STRING"


class Tables:
    """Makes each table once. sql(*statements) runs them in Spark, which reads files in the folder.

    Tables of golden cases are read by hundreds of statements. For each of these Delta asks Spark once more which files
    there are, which costs as much as the statement itself. So Spark keeps their rows from the first statement on. How
    Delta is read is what the other tests look at: none of their tables is kept."""

    def __init__(self, sql, folder):
        self.sql, self.made, self.texts = sql, {}, folder / "texts.csv"
        sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")

    def table(self, file, types):
        key = (file.name, tuple(sorted(types.items())))
        if key not in self.made:
            self.made[key] = f"{file.stem}_{len(self.made)}"
            self.make(self.made[key], file, types)
            self.keep(self.made[key])
        return self.made[key]

    def keep(self, name):
        self.sql(f"CACHE LAZY TABLE kept_{name} AS SELECT * FROM {SCHEMA}.{quoted(name)} VERSION AS OF 0")

    def make(self, name, file, types, schema=SCHEMA):
        with file.open(newline="", encoding="utf-8") as text:
            header, *rows = list(csv.reader(text))
        # An empty line is a row without a value; Spark's reader leaves it out.
        rows = [row or [""] for row in rows]
        with self.texts.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([[cell or NULL for cell in row] for row in rows])
        columns = []
        for i, column in enumerate(header):
            given = types.get(column)
            kind = SPARK_TYPES.get(given, given) or type_of([row[i] for row in rows])
            columns.append(f"CAST(c{i} AS {kind}) AS {quoted(column)}")
        texts = ", ".join(f"c{i} STRING" for i in range(len(header)))
        self.sql(
            f"CREATE OR REPLACE TEMPORARY VIEW texts ({texts}) USING csv "
            f"OPTIONS (path '{self.texts}', nullValue '{NULL}', escape '\"', multiLine true)",
            # Names of columns may hold anything.
            f"CREATE TABLE {schema}.{quoted(name)} USING delta TBLPROPERTIES ('delta.columnMapping.mode' = 'name') AS "
            f"SELECT {', '.join(columns)} FROM texts")


def source(data, tables):
    """A dataset of a golden case, over a table."""
    data = {"path": data} if isinstance(data, str) else dict(data)
    data["connection"] = "lake"
    if "sql" in data:
        for pattern, by in TRANSLATED:
            data["sql"] = re.sub(pattern, by, data["sql"])
    else:
        data["table"] = tables.table(DATA / pathlib.Path(data.pop("path")).name, data.pop("types", {}))
    return data


@dataclasses.dataclass
class Batch:
    """Golden cases of several kinds as one spec, which opens each dataset once."""

    names: list
    data: dict
    suites: str

    def spec(self, tables):
        # What the spec does not name is written as it stands: to this reader of YAML `on` is a boolean.
        sources = {"version": 1, "model": "golden",
                   "connections": {"lake": {"databricks": {"warehouse": "wh", "schema": SCHEMA}}},
                   "data": {name: source(data, tables) for name, data in self.data.items()}}
        return yaml.safe_dump(sources, sort_keys=False, width=1000).replace("\\", r"\\") + "suites:\n" + self.suites


def batches(folders):
    """Golden cases together wherever none of them gives another's dataset a meaning of its own."""
    made = []
    for folder in folders:
        text = (folder / "modelgate.yaml").read_text(encoding="utf-8")
        head, suites = text.split("\nsuites:\n")
        data = yaml.safe_load(head)["data"]
        fit = next((b for b in made if all(b.data.get(name, one) == one for name, one in data.items())), None)
        if not fit:
            fit = Batch([], {}, "")
            made.append(fit)
        fit.names.append(folder.name)
        fit.data |= data
        fit.suites += suites
    return made
