"""A warehouse without Spark, for tests of the protocol: a table of whole numbers from 0 to 2,999 that answers what one
spec asks of it."""

import re
import threading

from databricks.facade import Facade, Refused

ROWS = 3000
COLUMNS = [("id", "BIGINT"), ("x", "DOUBLE")]
SPEC = """\
version: 1
model: churn
connections:
  lake: {databricks: {warehouse: wh, catalog: prd, schema: churn%(keys)s}}
data:
  features: {table: features, connection: lake%(data)s}
suites:
  serving:
    on: features
    checks:
      - row_count: {min: 3000, max: 3000}
      - quantile: {column: x, q: 0.5, equals: 1499.5}
"""


def texts(*cells):
    return [None if cell is None else str(cell) for cell in cells]


class Table:
    """run(statement) for a Facade. zone and ansi are the session's settings; vacuumed: old files are gone;
    files: address, size, microseconds and rows of those of a volume."""

    def __init__(self):
        self.zone, self.ansi, self.vacuumed, self.view, self.versions = "Etc/UTC", "bigint", False, False, 5
        self.first_day = 10  # of November, on which version 0 was written
        self.guarded = False  # its history is kept from whoever sees not all of it
        self.files = [("dbfs:/Volumes/prd/churn/scored/part%20a.parquet", 700, 1764000000000000, 2000),
                      ("dbfs:/Volumes/prd/churn/scored/part%20b.parquet", 500, 1764000001000000, 1000)]
        self.changed = None  # the files from the second listing on
        self.ragged = False  # the second file lacks a column
        self.grows, self.counted = 0, 0  # rows that come between two counts, and how many there were

    def run(self, statement):
        sql = re.sub(r"^/\* .*? \*/ ", "", statement.body["statement"])
        if "current_timezone()" in sql:
            return self.look(sql)
        if sql.startswith("DESCRIBE HISTORY"):
            if self.guarded:
                raise Refused("[ROW_LEVEL_SECURITY_COLUMN_MASK_FEATURE_NOT_SUPPORTED.DESCRIBE_HISTORY] Row level "
                              "security policies and column mask policies for `features` are not supported: Reading "
                              "commit history is blocked.  SQLSTATE: 0A000", "0A000")
            if self.view:
                raise Refused("[EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE] 'DESCRIBE HISTORY' expects a table but `v` is a "
                              "view.  SQLSTATE: 42809; line 1 pos 0", "42809")
            history = [texts(v, f"2026-11-{v + self.first_day:02} 12:00:00.5") for v in reversed(range(self.versions))]
            most = re.search(r" LIMIT (\d+)$", sql)
            return [("version", "BIGINT"), ("timestamp", "TIMESTAMP")], history[:int(most[1]) if most else None]
        if "_metadata" in sql:
            listed = [texts(*file) for file in self.files]
            self.files = self.changed or self.files
            return [("path", "STRING"), ("size", "BIGINT"), ("at", "BIGINT"), ("n", "BIGINT")], listed
        if self.ragged and "UNION ALL" in sql:
            raise Refused("[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `x` cannot be resolved.", "42703")
        if self.vacuumed and "count(*) AS n" not in sql and "LEFT JOIN" not in sql:
            raise Refused("[FAILED_READ_FILE.FILE_NOT_EXIST] Error while reading file abfss://lake/part-0.parquet.",
                          "KD001")
        if sql.endswith("LIMIT 0"):
            return COLUMNS, []
        return self.select(sql)

    def look(self, sql):
        """The session's rules; with them, of a table, how many rows it has, and its columns, which have no values."""
        columns = [(name, "STRING") for name in ("zone", "ansi", "version", "catalog", "schema")]
        row = texts(self.zone, self.ansi, "4.0.0", "prd", "churn")
        if "LEFT JOIN" not in sql:
            return columns, [row]
        self.counted += 1
        rows = ROWS + self.grows * (self.counted - 1)
        return [*columns, ("n", "BIGINT"), *COLUMNS], [[*row, *texts(rows), None, None]]

    def select(self, sql):
        wanted = re.findall(r"AS `(\w+)`", sql)
        if "count(*) AS n" in sql:
            self.counted += 1
            return [("n", "BIGINT")], [texts(ROWS + self.grows * (self.counted - 1))]
        if "AS `r` FROM" in sql and "GROUP BY" not in sql:  # values that a DOUBLE rounds
            return [("n", "BIGINT")], [texts(0)]
        if "GROUP BY" in sql:
            return [("b", "DOUBLE"), ("n", "BIGINT")], [texts(float(x), 1) for x in range(ROWS)]
        if "DISTINCT" in sql:
            return [("n", "BIGINT")], [texts(ROWS)]
        names = [name for name in wanted if re.fullmatch(r"a\d+|n\d+|rows", name)]
        return [(name, "BIGINT") for name in names], [texts(*(
            ROWS if re.search(rf"count\(\*\)( AS BIGINT\))? AS `{name}`", sql) else 0 for name in names))]


class Running:
    def __init__(self):
        self.table = Table()
        self.facade = Facade(self.table.run)

    def __enter__(self):
        threading.Thread(target=self.facade.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.facade.server.shutdown()
        self.facade.server.server_close()
