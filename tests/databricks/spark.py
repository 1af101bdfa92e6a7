"""A SQL warehouse on this machine: Spark with Delta behind the facade. Dialect and numbers are those of Spark.

    spark.py FOLDER [--large]   tells its address in FOLDER/address once it is ready; lines on standard input are asked
                                of it; --large: for tables of millions of rows

A line is JSON: {"sql": [...], "settings": {...}} runs statements that make tables and sets what all statements run
with, {"notebook": path, "widgets": {...}} runs a notebook, {"schemas": {...}} says which schemas here stand for those
of other catalogs, {"behave": {...}} calls Facade.behave, {"seen": true} asks what was seen, {"seen": "rows"} also what
rows went out. Each is answered with a line of JSON.
"""

import decimal
import json
import math
import os
import pathlib
import queue
import re
import sys
import threading
import types

from databricks.facade import Facade, Refused, quoted
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

JARS = pathlib.Path(sys.prefix).parent / "spark-jars"
# Types that Warehouse.text_of writes as Spark casts them.
PLAIN = {"STRING", "BIGINT", "INT", "DOUBLE", "BOOLEAN"}


def as_texts(frame, columns):
    """Columns of other types than PLAIN are cast by Spark. That takes as long as the first look at the statement, so it
    is spared where there are none."""
    if all(kind in PLAIN for _, kind in columns):
        return frame
    names = [name for name, _ in columns]
    if len({name.lower() for name in names}) < len(names):
        names = [f"c{i}" for i in range(len(columns))]
        frame = frame.toDF(*names)
    return frame.selectExpr(*[f"CAST({quoted(name)} AS STRING)" for name in names])


def java_double(x):
    """1.5, 1.0E7, -Infinity, NaN."""
    if math.isnan(x) or math.isinf(x):
        return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
    if x == 0 or 1e-3 <= abs(x) < 1e7:
        return repr(x)
    sign, digits, exponent = decimal.Decimal(repr(x)).normalize().as_tuple()
    first, *rest = map(str, digits)
    return f"{'-' * sign}{first}.{''.join(rest) or 0}E{exponent + len(rest)}"


class Warehouse:
    def __init__(self, session, folder, large):
        self.large = large
        self.session, self.settings, self.schemas, self.volumes = session, {}, {}, folder / "Volumes"
        self.free = queue.SimpleQueue()  # sessions, each of which takes a while to be made
        self.rules = session._jvm.org.apache.spark.sql.catalyst.rules.RuleExecutor  # noqa: SLF001

    def set(self, settings):
        self.settings, self.free = settings, queue.SimpleQueue()

    def make_session(self):
        session = self.session.newSession()
        session.place, session.compiles = None, self.large
        for name, value in self.settings.items():
            session.conf.set(name, value)
        return session

    def run(self, statement):
        free = self.free
        try:
            statement.session = free.get_nowait()
        except queue.Empty:
            statement.session = self.make_session()
        try:
            return self.run_in(statement.session, statement)
        finally:
            statement.session.clearTags()
            free.put(statement.session)

    def run_in(self, session, statement):
        try:
            catalog, schema = (statement.body.get(*one) or one[1] for one in (("catalog", "spark_catalog"),
                                                                              ("schema", "default")))
            place = self.here(f"`{catalog}`.`{schema}`")
            if place != session.place:
                session.sql(f"USE {place}")
                session.place = place
            session.addTag(statement.id)
            self.compile(session, statement.body["statement"])
            frame = session.sql(self.here(statement.body["statement"]))
            columns = [(field.name, field.dataType.simpleString().upper()) for field in frame.schema.fields]
            rows = as_texts(frame, columns).collect()
        except PySparkException as error:
            condition, text = error.getCondition(), str(error).split("\n\nJVM stacktrace")[0]
            raise Refused(text if not condition or condition in text else f"[{condition}] {text}",
                          error.getSqlState()) from error
        except Exception as error:  # noqa: BLE001 (Py4J has errors of its own)
            raise Refused(str(error)[:2000], code="INTERNAL_ERROR") from error
        finally:
            # What each rule took is summed up several times a statement, over all rules of all statements.
            self.rules.resetMetrics()
        return columns, [[None if cell is None else self.text_of(cell) for cell in row] for row in rows]

    def compile(self, session, sql):
        """Or not, as SMALL says, which holds for all but statements over many rows of their own."""
        compiles = self.large or bool(MANY_ROWS.search(sql))
        if compiles != session.compiles:
            session.conf.set("spark.sql.codegen.wholeStage", str(compiles).lower())
            session.conf.set("spark.sql.codegen.factoryMode", "FALLBACK" if compiles else "NO_CODEGEN")
            session.compiles = compiles

    def text_of(self, cell):
        if isinstance(cell, str):
            return cell.replace(f"file://{self.volumes}/", "dbfs:/Volumes/")
        if isinstance(cell, bool):
            return str(cell).lower()
        return java_double(cell) if isinstance(cell, float) else str(cell)

    def here(self, sql):
        """Spark without Unity Catalog has a single catalog of Delta tables. A folder of this machine stands for what
        volumes hold."""
        for theirs, ours in self.schemas.items():
            sql = sql.replace(theirs, ours)
        return sql.replace("`/Volumes/", f"`{self.volumes}/")

    def stop(self, statement):
        if session := getattr(statement, "session", None):
            session.interruptTag(statement.id)


# For tables of some hundred rows compiling costs more than it gains, and the second compiler and the collectors'
# threads are never earned back either. What is compiled has room enough: else it is thrown out and compiled again.
SMALL = {
    "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false", "spark.sql.shuffle.partitions": "1", "spark.default.parallelism": "1",
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
    "spark.databricks.delta.stats.skipping": "false", "spark.sql.lightweightPlanChangeValidation": "false",
    "spark.sql.ui.explainMode": "simple", "spark.broadcast.compress": "false", "spark.shuffle.compress": "false",
    # The other one starts a program for each file that it looks at.
    "spark.delta.logStore.file.impl": "io.delta.storage.LocalLogStore",
}
SMALL_JAVA = ("-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms1g -Xmn700m -XX:ReservedCodeCacheSize=256m "
              "-XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote")
MANY_ROWS = re.compile(r"\brange\((\d+, )?\d{5,}\)")
# Else each logger looks through the stack for who asks.
JAVA = "-Dlog4j2.contextSelector=org.apache.logging.log4j.core.selector.BasicContextSelector"


def start_spark(folder, large=False):
    builder = (
        SparkSession.builder.master("local[2]").appName("facade")
        .config("spark.jars", ",".join(str(jar) for jar in sorted(JARS.glob("*.jar"))))
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "2g").config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC").config("spark.sql.ansi.enabled", "true")
        .config("spark.databricks.delta.stalenessLimit", "0")
        .config("spark.databricks.delta.snapshotPartitions", "1")
        .config("spark.sql.sources.default", "delta")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.driver.extraJavaOptions", JAVA if large else f"{JAVA} {SMALL_JAVA}")
        .config("spark.sql.catalogImplementation", "in-memory"))
    for name, value in ({} if large else SMALL).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    session.range(1).count()
    return session


def run_notebook(session, path, widgets):
    """Its cells one after the other, as a job runs them; gives what it says at its end."""
    said = []
    dbutils = types.SimpleNamespace(
        widgets=types.SimpleNamespace(text=lambda name, default, label="": widgets.setdefault(name, default),
                                      get=widgets.__getitem__),
        notebook=types.SimpleNamespace(exit=said.append))
    source = pathlib.Path(path).read_text(encoding="utf-8")
    exec(compile(source, path, "exec"), {"spark": session, "dbutils": dbutils})  # noqa: S102
    return said


def obey(warehouse, facade, order):
    if "settings" in order:
        warehouse.set(order["settings"])
    warehouse.schemas = order.get("schemas", warehouse.schemas)
    for sql in order.get("sql", []):
        warehouse.session.sql(sql)
    if "notebook" in order:
        return {"said": run_notebook(warehouse.session, order["notebook"], order["widgets"])}
    if "behave" in order:
        facade.behave(**order["behave"])
    if "seen" in order:
        return {"requests": facade.requests, "statements": [
            {"sql": s.body["statement"], "state": s.state, "rows": len(s.rows),
             **({"table": s.rows} if order["seen"] == "rows" else {})} for s in facade.statements.values()]}
    return {}


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    # Delta prints lines of its own to standard output, from within Java.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    large = "--large" in sys.argv
    warehouse = Warehouse(start_spark(folder, large), folder, large)
    facade = Facade(warehouse.run, warehouse.stop)
    threading.Thread(target=facade.server.serve_forever, daemon=True).start()
    address = folder / "address.new"
    address.write_text(facade.address, encoding="utf-8")
    address.rename(folder / "address")
    for line in sys.stdin:
        try:
            said = obey(warehouse, facade, json.loads(line))
        except Exception as error:  # noqa: BLE001 (the test is told, whatever it was)
            said = {"error": str(error)[:4000]}
        print(json.dumps(said), file=answers, flush=True)
    java = warehouse.session.sparkContext._gateway.proc  # noqa: SLF001 (nobody else waits for it)
    java.stdin.close()
    java.wait()


if __name__ == "__main__":
    main()
