# program: plain
"""Golden cases of every kind reach the same verdict on Spark with Delta as on DuckDB, with the same numbers."""

import csv
import json
import math
import os
import pathlib
import subprocess

import pytest
from databricks import facade, golden_tables, warehouse
from engines import redacted
from engines.test_postgres_cases import tables

from golden import batches
from golden import test_kinds as golden
from support import run_json

RELATIVE = 1e-9
# What the two engines say differently, and why.
DIFFERENT = {"columns": {"columns/as-written": "the spec names a type by DuckDB's own word, VARCHAR"}}


@pytest.fixture(scope="module")
def spark():
    with warehouse.Spark() as running:
        running.at = lambda patch: [patch.setenv(name, value) for name, value in (
            ("DATABRICKS_HOST", running.address), ("DATABRICKS_TOKEN", facade.PAT))]
        running.tables = golden_tables.Tables(running.sql, running.folder)
        yield running


def near(a, b):
    if a is None or b is None or isinstance(a, str):
        return a == b
    return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=1e-12)


def differences(here, there):
    for key in ("verdict", "measured"):
        if here[key] != there[key]:
            yield f"{key} {there[key]} instead of {here[key]}: {there['message']} (here: {here['message']})"
            return
    if not here["measured"]:
        return
    # Bounds instead of a number are fine when the number lies in them.
    if there["lo"] <= here["value"] <= there["hi"] and there["lo"] < there["hi"]:
        return
    if not near(here["value"], there["value"]):
        yield f"{there['value']!r} instead of {here['value']!r}"


@pytest.fixture(scope="module")
def answers(spark, tmp_path_factory):
    """Of the golden cases of all kinds: results by their full names, on files and on Spark, and what was said. Few runs
    of many checks, as each dataset that is opened takes three statements."""
    here, there, said = {}, {}, []
    with pytest.MonkeyPatch.context() as patch:
        spark.at(patch)
        for batch in batches.batches():
            for found, text in ((here, batch.spec()), (there, golden_tables.over(batch, spark.tables))):
                spec = tmp_path_factory.mktemp("golden") / "modelgate.yaml"
                spec.write_text(text, encoding="utf-8")
                results, errors = golden.run(spec, "--allow-path", str(batches.CASES / "data"))
                found |= results or {}
                said.append(errors.strip())
    return here, there, "\n".join(said)


@pytest.mark.parametrize("name", golden.NAMES)
def test_golden(name, answers):
    here, there, said = answers
    wanted = json.loads((batches.CASES / name / "expect.json").read_text(encoding="utf-8"))
    here = batches.only(here, name)
    assert {case.split("/", 1)[1] for case in here} >= set(wanted), f"does not run: {said}"
    assert set(here) <= set(there), f"does not run: {said}"
    wrong = {case: list(differences(here[case], there[case])) for case in here}
    wrong = {case: texts for case, texts in wrong.items() if texts}
    assert wrong == {} or set(wrong) == set(DIFFERENT.get(name, ())), json.dumps(wrong, indent=1)


# Words of conformance.cases that Spark has others for. Its catalog takes no spaces in the names of tables.
WORDS = {'"odd names"': "`odd_names`", "odd names": "odd_names", '{"say ""hi"""}': '{`say "hi"`}',
         "AS HUGEINT": "AS DECIMAL(38, 0)", "AS UBIGINT": "AS DECIMAL(20, 0)"}
# What Delta itself could read in its own way.
OF_DELTA = ("odd_names", "empty", "numbers")


def test_cases(spark, tmp_path, monkeypatch):
    """What every engine must answer."""
    spark.at(monkeypatch)
    text = (golden.SOURCE / "tests/engines/conformance.cases").read_text(encoding="utf-8")
    for theirs, ours in WORDS.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    (tmp_path / "cases").write_text(text, encoding="utf-8")
    for name, lines in tables(text):
        (tmp_path / "data.csv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        make = spark.tables.make if name in OF_DELTA else spark.tables.rows
        make(name, tmp_path / "data.csv", {}, schema="default")
    for name, value in {"MODELGATE_CONFORMANCE": "databricks", "MODELGATE_CASES": str(tmp_path / "cases"),
                        "DATABRICKS_WAREHOUSE_ID": "wh"}.items():
        monkeypatch.setenv(name, value)
    program = pathlib.Path(os.environ["MODELGATE_BUILD"]) / "tests/test_conformance"
    done = subprocess.run([program], capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr


# Each pattern that both read matches the same texts; "refused": it has no words in Java.
PATTERNS = {
    "^a.b$": None, "a.b": None, "b$": None, r"\bfoo\b": None, r"o\B": None, r"^\s+$": None, r"[[:alpha:]]+\d": None,
    r"^[^[:space:]]*$": None, r"[a&&b]": None, r"[[]": None, r"^\w+$": None, r"x{2,3}": None, "(?i)STRASSE|k": None,
    r"\.csv\z": None, r"^(ab|cd)+$": None, r"\v": None, r"é|ü": None, r"^.$": None, r"a\$b": None, r"'": None,
    r"\\": None, r"\$\{x\}": None, r"(?P<year>\d{4})-\d\d": None, r"[\w.-]+@[\w-]+": None, "[]a]": None,
    "(?=a)b": "refused", r"\pL": "refused", "(?m)^a": "refused", r"\Qa.b\E": "refused", "a++": "refused",
}
TEXTS = ["a.b", "axb", "a\nb", "a\rb", "a\u2028b", "ab\n", "b", "b\n", "foo bar", "food", "éfooé", " \t", "\u00a0",
         "x9", "é9", "xx", "xxxx", "&", "[", "a", "strasse", "K", "ſ", "\u212a", "a.csv", "a.csv\n", "abcd", "\v",
         "\x85", "é", "ü", "𝄞", "a$b", "it's", "back\\slash", "${x}", "1999-12", "me.x@y-z", "]", "ab_cd", "", "noo"]


def sql_text(text):
    return "'" + "".join(f"\\u{ord(c):04x}" if not c.isalnum() and ord(c) < 0x10000 else c for c in text) + "'"


LAKE = "version: 1\nmodel: m\nconnections:\n  lake: {databricks: {warehouse: wh, schema: golden}}\n"


def run_spec(folder, spec, *options):
    (folder / "s.yaml").write_text(spec, encoding="utf-8")
    return golden.run(folder / "s.yaml", *options)


def test_patterns(spark, tmp_path, monkeypatch):
    spark.at(monkeypatch)
    rows = ", ".join(f"({sql_text(text)})" for text in TEXTS)
    spark.sql(f"CREATE OR REPLACE TABLE golden.texts USING delta AS SELECT * FROM VALUES {rows} AS t(x)")
    with (tmp_path / "texts.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["x"], *([t] for t in TEXTS)])
    checks = "".join(
        f"      - matches: {{name: p{i}, column: x, pattern: {json.dumps(p, ensure_ascii=False).replace('${', '$${')}, "
        "min: 0}\n" for i, p in enumerate(PATTERNS))
    suites = "suites:\n  p:\n    on: d\n    checks:\n" + checks
    files = "version: 1\nmodel: m\ndata:\n  d: {path: texts.csv, types: {x: VARCHAR}}\n"
    here, errors = run_spec(tmp_path, files + suites)
    assert here, errors
    there, errors = run_spec(tmp_path, LAKE + "data:\n  d: {table: texts, connection: lake}\n" + suites)
    assert there, errors
    for i, (pattern, refused) in enumerate(PATTERNS.items()):
        (one,), (other,) = ([r for n, r in found.items() if n.startswith(f"p/p{i}[")] for found in (here, there))
        if refused:
            assert not other["measured"] and "which Spark reads in another way" in other["message"], (pattern, other)
        else:
            assert other["measured"] and one["value"] == other["value"], (pattern, one["message"], other["message"])


def test_pinned(spark, tmp_path, monkeypatch):
    """A run reads one version, whatever is written meanwhile; and says so when that is vacuumed."""
    spark.at(monkeypatch)
    spark.sql("CREATE OR REPLACE TABLE golden.pinned USING delta AS SELECT id FROM range(10)",
              "INSERT INTO golden.pinned SELECT id FROM range(10, 15)", "DELETE FROM golden.pinned WHERE id < 5",
              "OPTIMIZE golden.pinned")
    spec = (LAKE + "data:\n  d: {table: spark_catalog.golden.pinned, connection: lake%s}\n"
            "suites:\n  p:\n    on: d\n    checks:\n      - row_count: {min: 1}\n      - sum: {column: id, min: 0}\n")
    for version, rows, total in (("", 10, 95), (", version: 0", 10, 45), (", version: 1", 15, 105)):
        found, errors = run_spec(tmp_path, spec % version)
        assert found, errors
        assert [found["p/row_count"]["value"], found["p/sum[id]"]["value"]] == [rows, total]
    spark.ask(sql=["SET spark.databricks.delta.retentionDurationCheck.enabled = false",
                   "VACUUM golden.pinned RETAIN 0 HOURS"])
    found, _ = run_spec(tmp_path, spec % ", version: 1")
    assert {r["verdict"] for r in found.values()} == {"error"}
    assert "it was vacuumed or rewritten" in found["p/sum[id]"]["message"]


def read_while(spark, folder, table, *statements):
    """A run of the table, which is changed after the pin and before rows are read; exit code, run.json, words."""
    spec, out = folder / "s.yaml", folder / "run.json"
    spec.write_text(LAKE + f"data:\n  d: {{table: spark_catalog.golden.{table}, connection: lake}}\nsuites:\n  p:\n"
                    "    on: d\n    checks:\n      - row_count: {min: 1}\n      - sum: {column: id, min: 0}\n")
    out.unlink(missing_ok=True)
    spark.behave(slow=1.5 if statements else 0)
    running = subprocess.Popen([golden.PROGRAM, "run", spec, "--json", out], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    while statements and not any("LEFT JOIN" in s["sql"] and s["state"] == "SUCCEEDED"
                                 for s in spark.seen()["statements"]):
        assert running.poll() is None
    spark.sql(*statements)
    said, _ = running.communicate(timeout=120)
    spark.behave()
    return running.returncode, json.loads(out.read_text()) if out.exists() else None, said


def test_restored(spark, tmp_path, monkeypatch):
    """A table that is restored has a version more. Who reads goes on with the one before, and the next run, to which
    the newest is another one, says so in its record."""
    spark.at(monkeypatch)
    spark.sql("CREATE OR REPLACE TABLE golden.restored USING delta AS SELECT id FROM range(10)",
              "INSERT INTO golden.restored SELECT id FROM range(10, 15)")
    code, run, said = read_while(spark, tmp_path, "restored", "RESTORE TABLE golden.restored TO VERSION AS OF 0")
    assert code == 0, said
    assert [r["value"] for r in run["results"]] == [15, 105]
    assert (run["inputs"][0]["table"]["version"], run["inputs"][0]["table"]["rows"]) == ("1", 15)
    code, later, said = read_while(spark, tmp_path, "restored")
    assert [r["value"] for r in later["results"]] == [10, 45], said
    assert later["inputs"][0]["table"]["version"] == "2"


def test_made_again(spark, tmp_path, monkeypatch):
    """Dropped and made again with as many versions: its rows are no rows of the version that was pinned."""
    spark.at(monkeypatch)
    make = ("CREATE TABLE golden.again USING delta AS SELECT id FROM range(10)",
            "INSERT INTO golden.again SELECT id FROM range(10, 15)")
    spark.sql(*make)
    code, run, said = read_while(spark, tmp_path, "again", "DROP TABLE golden.again", *make)
    assert code == 3, said
    assert "dropped and made again" in " ".join(said.split()) or "is not there any more" in " ".join(said.split()), said
    assert not run or not [r for r in run["results"] if r["verdict"] == "pass"]


def test_volume(spark, tmp_path, monkeypatch):
    """Files in a volume give the numbers that the same files give here, and all have the same columns."""
    spark.at(monkeypatch)
    here = spark.folder / "Volumes/prd/churn/odd %20 names"
    for folder, select in (("day=1", "id, id / 4 AS x FROM range(9)"), ("day=2", "id, NULL AS x FROM range(9, 12)")):
        spark.sql(f"INSERT OVERWRITE DIRECTORY '{here}/{folder}' USING parquet SELECT /*+ COALESCE(2) */ "
                  f"{select.replace('NULL', 'CAST(NULL AS DOUBLE)')}")
    suites = ("suites:\n  p:\n    on: d\n    checks:\n      - row_count: {min: 1}\n      - sum: {column: id, min: 0}\n"
              "      - mean: {column: x, min: 0}\n      - sum: {name: days, column: day, min: 0}\n")
    spec = LAKE + "data:\n  d: {path: '/Volumes/prd/churn/odd %%20 names%s', connection: lake, format: parquet}\n"
    files = f"version: 1\nmodel: m\ndata:\n  d: {{path: '{here}/*/*.parquet'}}\n"
    wanted, errors = run_spec(tmp_path, files + suites, "--allow-path", str(here))
    assert wanted, errors
    found, errors = run_spec(tmp_path, spec % "" + suites)
    assert found, errors
    assert {n: r["value"] for n, r in found.items()} == {n: r["value"] for n, r in wanted.items()}, found
    assert found["p/row_count"]["value"] == 12
    spark.sql(f"INSERT OVERWRITE DIRECTORY '{here}/day=3' USING parquet SELECT id FROM range(3)")
    found, errors = run_spec(tmp_path, spec % "" + suites)
    assert {r["verdict"] for r in found.values()} == {"error"}, found
    assert "not all files have the same columns" in found["p/sum[id]"]["message"]


def test_overflow_is_an_error(spark, tmp_path, monkeypatch):
    spark.at(monkeypatch)
    spark.sql("CREATE OR REPLACE TABLE golden.wide USING delta AS SELECT id, 9223372036854775807 - id AS big, "
              "CAST('99999999999999999999999999999999999999' AS DECIMAL(38,0)) AS most FROM range(3)")
    found, errors = run_spec(tmp_path, (
        LAKE + "data:\n  d: {table: wide, connection: lake}\nsuites:\n  p:\n    on: d\n    checks:\n"
        "      - sum: {name: whole, column: big, equals: 27670116110564327418}\n"
        "      - sum: {name: most, column: most, min: 0}\n"
        "      - row_rule: {name: rule, expr: 'big + id * 2 > 0'}\n"))
    assert found, errors
    assert found["p/whole[big]"]["verdict"] == "pass", found["p/whole[big]"]["message"]
    assert found["p/most[most]"]["verdict"] == "error"
    assert found["p/rule"]["verdict"] == "error"


def test_texts_are_equal_when_their_bytes_are(spark, tmp_path, monkeypatch):
    """Whatever collation a column has; in SQL that reads it too."""
    spark.at(monkeypatch)
    spark.sql("CREATE OR REPLACE VIEW golden.words AS SELECT k COLLATE UTF8_LCASE AS k, n "
              "FROM VALUES ('A', 1), ('a', 2) AS t(k, n)")
    found, errors = run_spec(tmp_path, (
        LAKE + "data:\n  d: {table: words, connection: lake}\n"
        "  made: {sql: 'SELECT k, n FROM d', connection: lake}\nsuites:\n  p:\n    on: d\n    checks:\n"
        "      - unique: {column: k}\n"
        "      - distinct_count: {column: k, equals: 2}\n"
        "      - one_of: {column: k, values: [a], equals: 50%}\n"
        "      - one_of: {name: made, on: made, column: k, values: [a], equals: 50%}\n"
        "      - row_count: {where: \"k = 'a'\", equals: 1}\n"
        "      - sql: {query: \"SELECT count(*) FROM d WHERE k = 'a'\", equals: 1}\n"))
    assert found, errors
    assert {r["verdict"] for r in found.values()} == {"pass"}, found


def test_redacted_values_stay(spark, tmp_path, monkeypatch):
    """No row that the warehouse sends has a redacted value, whatever is checked, and the verdicts are the same."""
    spark.at(monkeypatch)
    spark.sql("CREATE SCHEMA redacted", "CREATE SCHEMA redacted_rows", *redacted.tables("redacted_rows", "USING delta"))
    for name in ("old", "fresh"):
        spark.tables.view(f"redacted.{name}", "*", f"redacted_rows.{name}")
    found = {}
    for redact in (False, True):
        spark.behave()
        text = redacted.spec("{databricks: {warehouse: wh, schema: redacted}}", redact)
        results, errors = run_spec(tmp_path, text)
        assert results, errors
        sent = [(s["sql"], redacted.SECRET.findall(json.dumps(s["table"]))) for s in spark.seen("rows")["statements"]]
        found[redact] = results
        leaks = [one for one in sent if one[1]]
        assert bool(leaks) != redact, leaks[:3]
    assert redacted.judged(found[True].values()) == redacted.judged(found[False].values())
    assert "***" in json.dumps([r.get("samples") for r in found[True].values()])


def test_numbers_of_redacted_columns_stay(spark, tmp_path, monkeypatch):
    """Where the data refuse it, no cell that the warehouse sends is more than a count, a digest or a number of a column
    that is not redacted; and each check that needs more says so. All others are judged as before."""
    spark.at(monkeypatch)
    found = {}
    for refuse in (False, True):
        spark.behave()
        found[refuse], errors = run_spec(tmp_path, redacted.spec(
            "{databricks: {warehouse: wh, schema: redacted}}", True, refuse))
        assert found[refuse], errors
        cells = [cell for s in spark.seen("rows")["statements"] for row in s["table"] for cell in row]
        assert bool(redacted.told(cells)) != refuse, redacted.told(cells)[:5]
    redacted.hold(found[True], found[False])


CHURN = golden.SOURCE / "examples/databricks-churn"
CUSTOMERS = """
WITH drawn AS (
    SELECT id, pmod(xxhash64(id, 1), 1000) / 1000e0 AS a, CAST(pmod(xxhash64(id, 2), 72) AS INT) AS tenure,
        pmod(xxhash64(id, 3), 1000) / 1000e0 AS b, pmod(xxhash64(id, 4), 1000) / 1000e0 AS c
    FROM range({begin}, {end})),
signed AS (SELECT *, CASE WHEN a < 0.5 THEN 'monthly' WHEN a < 0.8 THEN 'yearly' ELSE 'two years' END AS contract
    FROM drawn)
SELECT id AS customer_id, DATE'{month}' AS month, contract, tenure, round({charges} * (20 + 80 * b), 2) AS charges,
    CAST(c < CASE contract WHEN 'monthly' THEN 0.5 WHEN 'yearly' THEN 0.15 ELSE 0.05 END * (1.2 - tenure / 72e0) AS INT)
        AS churned
FROM signed"""


def gate_churn(spark, place, stage, charges):
    """Trains and scores in the workspace of a stage by the example's notebook, and runs its spec there."""
    schema = f"{stage.lower()}_churn"
    spark.ask(schemas={f"`{stage.lower()}`.`churn`": f"`spark_catalog`.`{schema}`"})
    known = CUSTOMERS.format(begin=0, end=6000, month="2026-10-01", charges=1)
    new = CUSTOMERS.format(begin=6000, end=8000, month="2026-11-01", charges=charges)
    spark.sql(f"CREATE SCHEMA {schema}",
              f"CREATE TABLE {schema}.customers (customer_id BIGINT, month DATE, contract STRING, tenure INT, "
              "charges DOUBLE, churned INT) USING delta",
              f"INSERT INTO {schema}.customers {known}", f"INSERT INTO {schema}.customers {new}")
    widgets = {"catalog": "spark_catalog", "schema": schema}
    said = spark.ask(notebook=str(CHURN / "notebooks/churn.py"), widgets=widgets)["said"]
    assert said == ["trained on version 1, scored 2026-11-01"]
    out = place / f"{stage}.json"
    done = subprocess.run(
        [golden.PROGRAM, "run", CHURN / "modelgate.yaml", "--stage", stage, "--as-of", "2026-11-30", "--json", out],
        capture_output=True, text=True, check=False, env={**os.environ, "DATABRICKS_WAREHOUSE_ID": "wh"})
    assert out.exists(), done.stderr
    document = run_json.read(out)
    versions = {one["data"]: one["table"]["version"] for one in document["inputs"]}
    assert versions.items() <= {"customers": "2", "predictions": "0", "training": "1"}.items()
    bad = {result["name"]: result["message"] for result in document["results"] if result["verdict"] != "pass"}
    return done.returncode, bad


def test_example(spark, tmp_path, monkeypatch):
    spark.at(monkeypatch)
    assert gate_churn(spark, tmp_path, "PPD", charges=1) == (0, {})
    code, bad = gate_churn(spark, tmp_path, "PRD", charges=1.5)
    assert (code, set(bad)) == (1, {"drift/psi[charges]"}), bad
