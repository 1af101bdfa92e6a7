"""A SQL warehouse on this machine: Spark with Delta behind the facade. Dialect and numbers are those of Spark.

    spark.py FOLDER     tells its address in FOLDER/address once it is ready; lines on standard input are asked of it

A line is JSON: {"sql": [...], "settings": {...}} runs statements that make tables and sets what all statements run
with, {"behave": {...}} calls Facade.behave, {"seen": true} asks what was seen. Each is answered with a line of JSON.
"""

import json
import os
import pathlib
import sys
import threading

from databricks.facade import Facade, Refused
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

JARS = pathlib.Path(sys.prefix).parent / "spark-jars"


class Warehouse:
    def __init__(self, session, folder):
        self.session, self.settings, self.volumes = session, {}, folder / "Volumes"

    def run(self, statement):
        session = self.session.newSession()
        for name, value in self.settings.items():
            session.conf.set(name, value)
        try:
            if statement.body.get("schema"):
                catalog = statement.body.get("catalog") or "spark_catalog"
                session.sql(f"USE `{catalog}`.`{statement.body['schema']}`")
            session.addTag(statement.id)
            # A folder of this machine stands for what volumes hold.
            frame = session.sql(statement.body["statement"].replace("`/Volumes/", f"`{self.volumes}/"))
            columns = [(field.name, field.dataType.simpleString().upper()) for field in frame.schema.fields]
            texts = frame.toDF(*[f"c{i}" for i in range(len(columns))])
            rows = texts.selectExpr(*[f"CAST(c{i} AS STRING)" for i in range(len(columns))]).collect()
        except PySparkException as error:
            condition, text = error.getCondition(), str(error).split("\n\nJVM stacktrace")[0]
            raise Refused(text if not condition or condition in text else f"[{condition}] {text}",
                          error.getSqlState()) from error
        except Exception as error:  # noqa: BLE001 (Py4J has errors of its own)
            raise Refused(str(error)[:2000], code="INTERNAL_ERROR") from error
        return columns, [[cell and cell.replace(f"file://{self.volumes}/", "dbfs:/Volumes/") for cell in row]
                         for row in rows]

    def stop(self, statement):
        self.session.interruptTag(statement.id)


def start_spark(folder):
    session = (
        SparkSession.builder.master("local[2]").appName("facade")
        .config("spark.jars", ",".join(str(jar) for jar in sorted(JARS.glob("*.jar"))))
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "3g").config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC").config("spark.sql.ansi.enabled", "true")
        # For tables this small, compiling costs more than it gains.
        .config("spark.sql.codegen.wholeStage", "false").config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.adaptive.enabled", "false").config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.sources.parallelPartitionDiscovery.parallelism", "2")
        .config("spark.databricks.delta.stalenessLimit", "0").config("spark.default.parallelism", "1")
        .config("spark.databricks.delta.snapshotPartitions", "1")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.driver.extraJavaOptions", f"-Dderby.system.home={folder}")
        .config("spark.sql.catalogImplementation", "in-memory")
        .getOrCreate())
    session.sparkContext.setLogLevel("ERROR")
    session.range(1).count()
    return session


def obey(warehouse, facade, order):
    warehouse.settings = order.get("settings", warehouse.settings)
    for sql in order.get("sql", []):
        warehouse.session.sql(sql)
    if "behave" in order:
        facade.behave(**order["behave"])
    if "seen" in order:
        return {"requests": facade.requests, "statements": [
            {"sql": s.body["statement"], "state": s.state, "rows": len(s.rows)} for s in facade.statements.values()]}
    return {}


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    # Delta prints lines of its own to standard output, from within Java.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warehouse = Warehouse(start_spark(folder), folder)
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


if __name__ == "__main__":
    main()
