"""engines: the 40 checks of `fused` on a table of Spark with Delta, against the same numbers by two statements by hand;
what a second look at one column costs; and the 40 checks of `data40` on PostgreSQL, against DuckDB on Parquet."""
import json
import os
import re
from pathlib import Path

from case_fused import AS_OF, flights, name_of
from lab import HERE, Wrong, compare, measured, ratio, say, sum_up

ROWS = 10_000_000
CONNECTION = "connections: {lake: {databricks: {warehouse: wh, schema: bench}}}\n"
DATA = "data: {flights: {table: flights, connection: lake, key: [flight_id]}}\n"
# What Spark writes in another way than DuckDB.
WORDS = [(r"^--.*\n", ""), ('"', "`"), (r"regexp_matches\((\w+), ('.*?')\)", r"\1 RLIKE \2"),
         (r"TIMESTAMP '", "TIMESTAMP_NTZ '"),
         (r"epoch\((TIMESTAMP_NTZ '.*?') - max\(scheduled\)\)",
          r"(unix_micros(CAST(\1 AS TIMESTAMP)) - unix_micros(CAST(max(scheduled) AS TIMESTAMP))) / 1e6"),
         (r"\n\tcount\(DISTINCT carrier\).*", ""), (r"\$source", "flights")]
COLUMNS = {
    "bookings": "flight_id bigint, scheduled timestamp, landed timestamp, carrier text, origin text, destination text, "
                "tail text, distance integer, seats integer, passengers integer, delay double precision, "
                "air_time double precision, fuel double precision, fare double precision, late integer, id text, "
                "booking text, leg integer, customer bigint, status text",
    "customers": "customer bigint, name text"}
QUANTILE = """version: 1
model: bench-engines
%s%ssuites:
  one:
    on: flights
    checks:
      - quantile: {column: delay, q: %s, max: 100000}
"""


def by_hand():
    """One statement, and the distinct values in another: in one Spark would take many times as long."""
    text = (HERE / "fused.sql").read_text()
    for pattern, words in WORDS:
        text = re.sub(pattern, words, text, flags=re.MULTILINE)
    return f"{text}\n;\nSELECT count(DISTINCT carrier) AS `distinct_count[carrier]` FROM flights"


def processor_seconds(pid):
    """Of the warehouse: of Python and of its Java."""
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        pids = [pid, *map(int, children.read().split())]
    total = 0
    for one in pids:
        fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def in_turn(lab, spark, sides, runs):
    """As lab.paired, with the processor time of the warehouse, and what it was asked."""
    costs, asked = {name: [] for name in sides}, {}
    for i in range(0 if lab.quick else -1, runs):
        for name, command in sides.items():
            spark.behave()
            before = processor_seconds(spark.process.pid)
            cost = lab.run(command)
            cost["cpu"] += processor_seconds(spark.process.pid) - before
            asked[name] = spark.seen()["statements"]
            if i >= 0:
                costs[name].append(cost)
    return {name: {**sum_up(of_side), "statements": len(asked[name]), "rows": sum(s["rows"] for s in asked[name])}
            for name, of_side in costs.items()}


def gate(lab, name, text, report):
    spec = lab.folder / "out" / f"{name}.yaml"
    spec.write_text(text)
    return [lab.program, "run", spec, "--json", report, "--quiet", "--as-of", AS_OF]


def figure(what, ours, peer, wanted=None, key="wall"):
    return {"what": what, "ratio": ratio(ours, peer, key), "wanted": wanted,
            "ours": f"{ours[key]['median']:.1f} s", "theirs": f"{peer[key]['median']:.1f} s"}


def forty(lab, spark, runs):
    report = lab.folder / "out" / "engines.json"
    fused = (HERE / "fused.yaml").read_text()
    text = re.sub(r"^vars:.*\ndata:\n.*\n", CONNECTION + DATA, fused, flags=re.MULTILINE)
    statements = lab.folder / "out" / "engines.sql"
    statements.write_text(by_hand())
    sides = in_turn(lab, spark, {"modelgate": gate(lab, "engines", text, report),
                                 "sql": lab.peer("engines_peer.py", spark.address, os.environ["DATABRICKS_TOKEN"],
                                                 statements)}, runs)
    rows = {}
    for answer in json.loads(sides["sql"]["outputs"][-1]):
        rows |= answer[0]
    agreed = compare({name_of(r): r for r in measured(report)}, rows, tolerance=1e-9)
    ours, peer = sides["modelgate"], sides["sql"]
    return sides, agreed, [
        figure("40 checks on Spark, wall time, to two statements by hand", ours, peer, wanted=1.15),
        figure("processor time of the warehouse", ours, peer, key="cpu"),
        {"what": "statements", "value": ours["statements"], "theirs": str(peer["statements"])},
        {"what": "rows moved", "value": ours["rows"], "theirs": str(peer["rows"])}]


def rounds(lab, spark, runs):
    """The least value of a column is known from the first table of counts, its median from a second, of the rows of one
    bucket of the first."""
    reports = {name: lab.folder / "out" / f"{name}.json" for name in ("median", "least")}
    sides = in_turn(lab, spark, {name: gate(lab, name, QUANTILE % (CONNECTION, DATA, q), reports[name])
                                 for name, q in (("median", 0.5), ("least", 0))}, runs)
    looks = {name: sum(one["refinements"] for one in json.loads(report.read_text())["costs"])
             for name, report in reports.items()}
    if looks["least"] or not looks["median"]:
        raise Wrong(f"not what was to be measured: {looks} tables were asked for in more detail")
    for report in reports.values():
        measured(report)
    second, first = sides["median"], sides["least"]
    return sides, [figure("a median, in two looks or more, to the least value in one: wall time", second, first),
                   figure("processor time of the warehouse", second, first, key="cpu"),
                   {"what": "statements", "value": second["statements"], "theirs": str(first["statements"])},
                   {"what": "rows moved", "value": second["rows"], "theirs": str(first["rows"])},
                   {"what": "tables in more detail", "value": looks["median"], "theirs": str(looks["least"])}]


def postgres_forty(lab, runs):
    """On a tenth of the rows: PostgreSQL reads each of them for each of some passes, in one thread."""
    from support import postgres

    if not postgres.programs():
        say("PostgreSQL is SKIPPED: it is not installed")
        return {}, []
    rows = lab.rows(ROWS) // 10
    tables = {"bookings": lab.data(f"bookings-{rows}", "bookings", flights=flights(lab, rows)),
              "customers": lab.data("customers", "customers")}
    text = (HERE / "data40.yaml").read_text()
    for name in tables:
        text = text.replace(f'{name}: {{path: "${{{"file" if name == "bookings" else name}}}"',
                            f"{name}: {{table: {name}, connection: store")
    text = re.sub(r"^vars:.*\n", "connections: {store: postgres}\n", text, flags=re.MULTILINE)
    with postgres.Server() as server:
        for name, file in tables.items():
            server.sql(f"CREATE TABLE {name} ({COLUMNS[name]});\n"
                       f"\\copy {name} from '{lab.text(file, 'csv')}' (format csv, header)\nANALYZE {name};\n")
        os.environ |= server.environment
        there, here = lab.folder / "out" / "postgres.json", lab.folder / "out" / "duckdb.json"
        sides = lab.paired({
            "postgres": gate(lab, "postgres", text, there),
            "duckdb": [*lab.gate("data40", here, file=tables["bookings"], customers=tables["customers"]),
                       "--as-of", AS_OF]}, runs)
    values = {name_of(r): r["value"] for r in measured(here)}
    compare({name_of(r): r for r in measured(there)}, values, tolerance=1e-9)
    return sides, [figure(f"data40 on {rows:,} rows of PostgreSQL, to DuckDB on Parquet: wall time", sides["postgres"],
                          sides["duckdb"])]


def spark_forty(lab, runs):
    from databricks import facade, warehouse

    missing = warehouse.needed()
    if missing:
        say(f"Spark is SKIPPED: {missing}")
        return {}, {}, []
    file = flights(lab, lab.rows(ROWS))
    with warehouse.Spark(large=True) as spark:
        os.environ |= {"DATABRICKS_HOST": spark.address, "DATABRICKS_TOKEN": facade.PAT}
        spark.sql("CREATE SCHEMA bench", f"CREATE TABLE bench.flights USING delta AS SELECT * FROM parquet.`{file}`")
        sides, agreed, figures = forty(lab, spark, runs)
        # A quick run has no times to look at, and here there are no numbers to compare.
        more, others = ({}, []) if lab.quick else rounds(lab, spark, runs)
    if sides["modelgate"]["rows"] > 5000:
        raise Wrong(f"{sides['modelgate']['rows']} rows were moved")
    return sides | more, agreed, figures + others


def measure(lab, runs):
    runs = runs or (1 if lab.quick else 3)
    sides, agreed, figures = spark_forty(lab, runs)
    more, others = postgres_forty(lab, runs)
    return {"rows": lab.rows(ROWS), "agreement": agreed, "sides": sides | more, "figures": figures + others}
