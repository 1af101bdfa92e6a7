"""The golden cases of the kinds, with their files as Delta tables and their specs over these."""

import csv
import pathlib
import re
import shutil

import yaml

DATA = pathlib.Path(__file__).parents[1] / "golden/kinds/data"
SCHEMA = "golden"
SPARK_TYPES = {"VARCHAR": "STRING", "real": "DOUBLE", "integer": "BIGINT", "numeric": "BIGINT", "text": "STRING",
               "boolean": "BOOLEAN", "time": "TIMESTAMP"}
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
    for name, pattern in (("BIGINT", r"-?\d+"), ("DOUBLE", r"-?\d+(\.\d+)?(e[+-]?\d+)?"),
                          ("DATE", r"\d{4}-\d\d-\d\d"), ("TIMESTAMP", r"\d{4}-\d\d-\d\d[ T].*"),
                          ("BOOLEAN", "true|false")):
        if given and all(re.fullmatch(pattern, t) for t in given):
            return name
    return "STRING"


def quoted(name):
    return "`" + name.replace("`", "``") + "`"


class Tables:
    """Makes each table once. sql(*statements) runs them in Spark."""

    def __init__(self, sql):
        self.sql, self.made = sql, {}
        sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")

    def table(self, file, types):
        key = (file.name, tuple(sorted(types.items())))
        if key not in self.made:
            self.made[key] = f"{file.stem}_{len(self.made)}"
            self.make(self.made[key], file, types)
        return self.made[key]

    def make(self, name, file, types, schema=SCHEMA):
        with file.open(newline="", encoding="utf-8") as text:
            header, *rows = list(csv.reader(text))
        columns = []
        for i, column in enumerate(header):
            given = types.get(column)
            kind = SPARK_TYPES.get(given, given) or type_of([row[i] for row in rows if i < len(row)])
            columns.append(f"CAST(c{i} AS {kind}) AS {quoted(column)}")
        source = ", ".join(f"c{i} STRING" for i in range(len(header)))
        self.sql(
            f"CREATE OR REPLACE TEMPORARY VIEW source ({source}) USING csv OPTIONS (path '{file}', header true)",
            # Names of columns may hold anything.
            f"CREATE TABLE {schema}.{quoted(name)} USING delta TBLPROPERTIES ('delta.columnMapping.mode' = 'name') AS "
            f"SELECT {', '.join(columns)} FROM source")


def rewrite(folder, tables, out):
    """Writes the spec of a golden case, over tables, to a folder with all that lies beside it."""
    shutil.copytree(folder, out)
    text = (folder / "modelgate.yaml").read_text(encoding="utf-8")
    datasets = {name: {"path": data} if isinstance(data, str) else data
                for name, data in yaml.safe_load(text)["data"].items()}
    for data in datasets.values():
        data["connection"] = "lake"
        if "sql" in data:
            for pattern, by in TRANSLATED:
                data["sql"] = re.sub(pattern, by, data["sql"])
        else:
            data["table"] = tables.table(DATA / pathlib.Path(data.pop("path")).name, data.pop("types", {}))
    sources = {"connections": {"lake": {"databricks": {"warehouse": "wh", "schema": SCHEMA}}}, "data": datasets}
    # The rest stays as it is written: to this reader `on` is a boolean.
    written = yaml.safe_dump(sources, sort_keys=False, width=1000).replace("\\", r"\\")
    text = re.sub(r"^data:\n(?:[ #].*\n|\n)*", written, text, count=1, flags=re.MULTILINE)
    (out / "modelgate.yaml").write_text(text, encoding="utf-8")
    return out / "modelgate.yaml"
