"""The golden cases of the kinds, with their files as Delta tables and their specs over these."""

import csv
import pathlib
import re

from databricks.facade import quoted

from golden.batches import DATA

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

    Tables of golden cases are read by hundreds of statements, of which Delta would double the work. So each of them is
    a view over a file of texts, whose rows Spark keeps in one piece from the first statement on. How Delta is read is
    what the other tests look at."""

    def __init__(self, sql, folder):
        self.sql, self.made, self.folder, self.files = sql, {}, folder, 0
        sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")

    def table(self, file, types):
        key = (file.name, tuple(sorted(types.items())))
        if key not in self.made:
            self.made[key] = f"{file.stem}_{len(self.made)}"
            self.rows(self.made[key], file, types)
        return self.made[key]

    def rows(self, name, file, types, schema=SCHEMA):
        texts, columns = self.texts(file, types)
        self.view(f"{schema}.{quoted(name)}", columns, texts)

    def view(self, name, columns, source):
        """Whose rows Spark keeps, in one piece, from the first statement on."""
        self.sql(f"CREATE VIEW {name} AS SELECT /*+ COALESCE(1) */ {columns} FROM {source}", f"CACHE LAZY TABLE {name}")

    def keep(self, name):
        """A Delta table's rows, likewise."""
        self.sql(f"CACHE LAZY TABLE kept_{self.files} AS SELECT * FROM {name} VERSION AS OF 0")

    def texts(self, file, types):
        """A table over a copy of the file, and what to select from it."""
        with file.open(newline="", encoding="utf-8") as text:
            header, *rows = list(csv.reader(text))
        # An empty line is a row without a value; Spark's reader leaves it out.
        rows = [row or [""] for row in rows]
        self.files += 1
        copy, name = self.folder / f"texts_{self.files}.csv", f"{SCHEMA}.texts_{self.files}"
        with copy.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([[cell or NULL for cell in row] for row in rows])
        columns = []
        for i, column in enumerate(header):
            given = types.get(column)
            kind = SPARK_TYPES.get(given, given) or type_of([row[i] for row in rows])
            columns.append(f"CAST(c{i} AS {kind}) AS {quoted(column)}")
        texts = ", ".join(f"c{i} STRING" for i in range(len(header)))
        self.sql(f"CREATE TABLE {name} ({texts}) USING csv "
                 f"OPTIONS (path '{copy}', nullValue '{NULL}', escape '\"', multiLine true)")
        return name, ", ".join(columns)

    def make(self, name, file, types, schema=SCHEMA):
        """A Delta table."""
        texts, columns = self.texts(file, types)
        # Names of columns may hold anything.
        self.sql(f"CREATE TABLE {schema}.{quoted(name)} USING delta "
                 f"TBLPROPERTIES ('delta.columnMapping.mode' = 'name') AS SELECT {columns} FROM {texts}")
        self.keep(f"{schema}.{quoted(name)}")


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


def over(batch, tables):
    """The batch as a spec over tables."""
    return batch.spec(lambda data: source(data, tables),
                      connections={"lake": {"databricks": {"warehouse": "wh", "schema": SCHEMA}}})
