"""Connections by PostgreSQL, on a real server: what users see of them, and what happens when it fails."""
# program: plain

import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time

import pytest
from engines import redacted

from support import postgres, run_json

TABLES = """
CREATE TABLE features (id bigint, fare double precision, amount numeric, city text, y integer, score double precision);
INSERT INTO features SELECT i, i * 0.5, CASE WHEN i = 7 THEN 'NaN' ELSE i / 7.0 END, 'c' || i % 5, i % 2,
    (i % 100) / 100.0 FROM generate_series(1, 20000) i;
CREATE TABLE few AS SELECT * FROM features WHERE id <= 4000;
CREATE TABLE "Odd ""na.mes" ("a b" integer);
INSERT INTO "Odd ""na.mes" VALUES (1), (2);
CREATE ROLE reader LOGIN;
CREATE ROLE stranger LOGIN;
GRANT SELECT ON features TO reader, stranger;
CREATE TABLE guarded (id bigint);
INSERT INTO guarded VALUES (1), (2);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON guarded USING (id = 1);
GRANT SELECT ON guarded TO reader;
CREATE FUNCTION slow(x double precision) RETURNS double precision LANGUAGE sql STABLE AS
    'SELECT x FROM pg_sleep(0.02)';
CREATE FUNCTION rows_after(seconds double precision) RETURNS bigint LANGUAGE sql STABLE AS
    'SELECT count(*) FROM features, pg_sleep(seconds)';
CREATE VIEW slowly AS SELECT id, slow(fare) AS fare FROM features;
"""
# Texts that this server takes for others, rows that are others whenever they are asked for.
ODD_TABLES = """
CREATE EXTENSION citext;
CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TYPE word AS ENUM ('red', 'a');
CREATE TABLE words (collated text COLLATE any_case, padded char(5), folded citext, listed word);
INSERT INTO words VALUES ('A', 'A', 'A', 'red'), ('a', 'a', 'a', 'a');
CREATE VIEW lower_words AS SELECT collated AS plain FROM words;
CREATE VIEW drawn AS SELECT random() AS r FROM features;
CREATE VIEW half AS SELECT * FROM features TABLESAMPLE BERNOULLI (50);
CREATE VIEW some_rows AS SELECT * FROM features LIMIT 10;
CREATE VIEW over_drawn AS SELECT r + 1 AS r FROM drawn;
CREATE VIEW recent AS SELECT * FROM features WHERE now() > TIMESTAMPTZ '2020-01-01';
CREATE MATERIALIZED VIEW kept AS SELECT * FROM drawn;
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE elsewhere (id integer) SERVER files OPTIONS (filename '/dev/null', format 'csv');
CREATE VIEW over_elsewhere AS SELECT * FROM elsewhere;
CREATE TABLE parted (id integer) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (9) SERVER files
    OPTIONS (filename '/dev/null', format 'csv');
CREATE FUNCTION vague(x bigint) RETURNS bigint LANGUAGE sql AS 'SELECT x';
CREATE FUNCTION plain(x bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT x';
"""
HEAD = "version: 1\nmodel: churn\n"


@pytest.fixture(scope="module")
def server():
    with postgres.Server() as server:
        server.sql(TABLES)
        server.sql(ODD_TABLES)
        yield server


class Gate:
    """Runs specs in a folder of its own."""

    def __init__(self, folder, server):
        self.folder, self.server = folder, server

    def start(self, spec, *options, **environment):
        (self.folder / "modelgate.yaml").write_text(HEAD + spec, encoding="utf-8")
        return subprocess.Popen(
            [os.environ["MODELGATE"], "run", "modelgate.yaml", "--json", "run.json", *options], cwd=self.folder,
            env={**os.environ, **self.server.environment, **environment}, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def run(self, spec, *options, **environment):
        started = self.start(spec, *options, **environment)
        try:
            out, errors = started.communicate(timeout=60)
        finally:
            started.kill()
        return started.returncode, out + errors

    def results(self):
        return {r["name"]: r for r in self.read()["results"]}

    def read(self):
        return run_json.read(self.folder / "run.json")


@pytest.fixture
def gate(tmp_path, server):
    return Gate(tmp_path, server)


def spec(table="features", checks="[{row_count: {min: 1}}]", connection="postgres", also=""):
    return (f"connections: {{store: {connection}}}\n"
            f"data:\n  serving: {{table: '{table}', connection: store}}\n{also}"
            f"suites:\n  a: {{on: serving, checks: {checks}}}\n")


def test_state_of_the_table_stands_where_files_have_digests(gate):
    code, said = gate.run(spec())
    assert code == 0, said
    run = gate.read()
    (table,) = run["inputs"]
    assert run["engine"]["name"] == "postgres"
    assert table["path"] == "postgres.public.features"
    assert table["sha256"] == ""
    assert table["table"]["engine"] == "postgres"
    assert table["table"]["rows"] == 20000
    assert "version" not in table["table"]
    assert table["table"]["snapshot"].count(":") == 2
    (costs,) = run["costs"]
    assert (costs["engine"], costs["connection"], costs["queries"]) == ("postgres", "store", 1)
    assert costs["statement_count"] >= 1 and costs["rows"] >= 1
    assert costs["bytes_read"] is None and "statements" not in costs, "PostgreSQL does not tell"


def test_reports_come_again_from_the_file(gate):
    assert gate.run(spec(), "--markdown", "first.md")[0] == 0
    subprocess.run([os.environ["MODELGATE"], "report", "run.json", "--markdown", "again.md"], cwd=gate.folder,
        check=True)
    first = (gate.folder / "first.md").read_text(encoding="utf-8")
    assert "not pinned, snapshot " in first
    assert first == (gate.folder / "again.md").read_text(encoding="utf-8")


def test_a_promotion_keeps_the_state_on_record(gate):
    """As an input that git does not hold; what was decided can be decided again without the server."""
    (gate.folder / "modelgate.yaml").write_text(HEAD + spec() + "stages: {PPD: {suites: [a]}}\n", encoding="utf-8")
    (gate.folder / ".gitignore").write_text("run.json\n", encoding="utf-8")
    for command in (["init", "-q", "-b", "main"], ["config", "user.name", "Ada"], ["config", "user.email", "ada@x"],
                    ["add", "-A"], ["commit", "-q", "-m", "A spec"]):
        subprocess.run(["git", *command], cwd=gate.folder, check=True)
    said = ""
    for command in (["run", "--stage", "PPD", "--json", "run.json"],
                    ["promote", "--model", "churn", "--to", "PPD", "--run", "run.json"],
                    ["verify"], ["show", "churn#PPD"]):
        server = gate.server.environment if command[0] == "run" else {}
        done = subprocess.run([os.environ["MODELGATE"], *command], cwd=gate.folder, capture_output=True, text=True,
            check=False, env={**os.environ, **server})
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
    assert "outside git serving: postgres.public.features  not pinned, snapshot " in said, said


def test_all_statements_see_one_snapshot(gate, server):
    """Rows that are added while it runs are not there for it."""
    slow = "[{sql: {query: 'SELECT rows_after(1)', equals: 20000}}, " \
           "{sql: {name: second, query: 'SELECT count(*) + 0 FROM serving', equals: 20000}}]"
    started = gate.start(spec(checks=slow), "--threads", "1")
    try:
        time.sleep(0.7)
        server.sql("INSERT INTO features VALUES (20001)")
        out, errors = started.communicate(timeout=60)
        assert started.returncode == 0, out + errors
    finally:
        server.sql("DELETE FROM features WHERE id = 20001")


def test_a_file_against_a_table(gate):
    """Tables of counts meet in the program."""
    rows = "".join(f"{i},{i * 0.5}\n" for i in range(1, 4001))
    (gate.folder / "train.csv").write_text("id,fare\n" + rows, encoding="utf-8")
    code, said = gate.run(spec("few", also="  train: train.csv\n",
        checks="[{ks: {column: fare, reference: train, max: 0}}, {psi: {column: fare, reference: train, max: 0}}, "
               "{wasserstein: {column: fare, reference: train, max: 100}}]"))
    assert code == 0, said
    run = gate.read()
    assert run["engine"]["name"] == "duckdb, postgres"
    assert [i["data"] for i in run["inputs"]] == ["serving", "train"]


def test_many_values_come_in_buckets(gate):
    """No check moves more than some thousand rows, and a bound that is too wide is refined."""
    rows = "".join(f"{i},{i * 0.5}\n" for i in range(1, 20001))
    (gate.folder / "train.csv").write_text("id,fare\n" + rows, encoding="utf-8")
    code, said = gate.run(spec(also="  train: train.csv\n",
        checks="[{quantile: {column: fare, q: 50%, min: 5000, max: 5000.5}}, "
               "{median: {column: fare, min: 5000, max: 5000.5}}, "
               "{ks: {column: fare, reference: train, max: 0.02}}, "
               "{distinct_count: {column: fare, equals: 20000}}]"))
    assert code == 0, said


def test_names(gate):
    for table in ('public.features', '"features"', '"public"."features"', '"Odd ""na.mes"', 'public."Odd ""na.mes"'):
        code, said = gate.run(spec(table))
        assert code == 0, f"{table}: {said}"


def test_a_decimal_may_be_no_number(gate):
    code, said = gate.run(spec(checks="[{mean: {column: amount, min: 0}}]"))
    assert code == 3
    assert "1 row" in said or "NaN" in said, said


@pytest.mark.parametrize(("table", "words"), [
    ("feature", "did you mean 'features'?"),
    ("public.feature", "did you mean 'features'?"),
    ("nowhere.features", "has no table"),
    ("a.b.c", "write TABLE or SCHEMA.TABLE"),
])
def test_a_table_that_is_not_there(gate, table, words):
    code, said = gate.run(spec(table))
    assert code == 3
    assert words in said, said


def test_rights(gate):
    code, said = gate.run(spec('"Odd ""na.mes"'), PGUSER="stranger")
    assert code == 3
    assert "permission denied" in said and "GRANT SELECT" in said, said


def test_rows_that_policies_hide_are_an_error(gate):
    code, said = gate.run(spec("guarded"), PGUSER="reader")
    assert code == 3
    assert "row-level security hides rows" in said, said


@pytest.mark.parametrize("column", ["collated", "padded", "folded", "listed"])
def test_texts_are_equal_when_their_bytes_are(gate, column):
    """As in a file, whatever the server's collations and types take for equal; a word that an ENUM lacks is one."""
    code, said = gate.run(spec("words", checks=f"[{{unique: {{column: {column}}}}}, "
        f"{{distinct_count: {{column: {column}, equals: 2}}}}, "
        f"{{one_of: {{column: {column}, values: [a, blue], equals: 50%}}}}, "
        f"{{length: {{column: {column}, to: 3}}}}, "
        f"{{row_count: {{where: \"{column} = 'a'\", equals: 1}}}}]"))
    assert code == 0, said


def test_texts_of_queries_are_equal_when_their_bytes_are(gate):
    code, said = gate.run(spec("words", also="  made: {sql: 'SELECT collated AS k FROM serving', connection: store}\n"
        "  viewed: {table: lower_words, connection: store}\n",
        checks="[{one_of: {on: made, column: k, values: [a], equals: 50%}}, "
               "{one_of: {on: viewed, column: plain, values: [a], equals: 50%}}, "
               "{sql: {query: \"SELECT count(*) FROM serving WHERE collated = 'a'\", equals: 1}}, "
               "{foreign_key: {column: collated, to: {data: only_a, column: k}, equals: 50%}}]").replace(
                   "suites:", "  only_a: {sql: \"SELECT 'a' AS k\", connection: store}\nsuites:"))
    assert code == 0, said


@pytest.mark.parametrize(("table", "words"), [
    ("drawn", "view 'drawn': the SQL calls random"),
    ("over_drawn", "view 'drawn': the SQL calls random"),
    ("half", "view 'half': the SQL takes a sample"),
    ("some_rows", "view 'some_rows': the SQL keeps some rows by LIMIT without an ORDER BY"),
    ("elsewhere", "'elsewhere', a foreign table"),
    ("over_elsewhere", "'elsewhere', a foreign table"),
    ("parted", "'part', a foreign table"),
])
def test_rows_that_no_snapshot_holds_are_an_error(gate, table, words):
    code, said = gate.run(spec(table, checks="[{row_count: {min: 0}}]"))
    assert code == 3, said
    assert words in said


@pytest.mark.parametrize("table", ["recent", "kept"])
def test_views_that_the_snapshot_holds(gate, table):
    code, said = gate.run(spec(table, checks="[{row_count: {equals: 20000}}]"))
    assert code == 0, said


@pytest.mark.parametrize(("query", "words"), [
    ("SELECT random()", "calls random, which answers differently"),
    ("SELECT max(vague(id)) FROM serving", "calls vague, which the server declares VOLATILE"),
    ("SELECT set_config('row_security', 'on', false) FROM serving", "calls set_config"),
    ("SELECT count(*) FROM features", "reads from features, which is not a dataset of the connection"),
    ("SELECT count(*) FROM public.features", "reads from public.features"),
    ("SELECT sum(id) FROM (SELECT id FROM serving LIMIT 5) q", "keeps some rows by LIMIT"),
    ("SELECT pg_catalog.now() > now()", "bypasses the as-of time"),
])
def test_queries_repeat(gate, query, words):
    code, said = gate.run(spec(checks=f'[{{sql: {{query: "{query}", min: 0}}}}]'))
    assert code == 3, said
    assert words in said


def test_queries_see_the_as_of_time(gate):
    code, said = gate.run(spec(checks="[{sql: {query: \"SELECT current_date - DATE '2024-02-28'\", equals: 1}}, "
        "{sql: {name: b, query: \"SELECT extract(hour FROM now() AT TIME ZONE 'UTC')\", equals: 10}}, "
        "{row_count: {where: \"DATE '2024-02-29' = current_date AND plain(id) > 0\", equals: 20000}}]"),
        "--as-of", "2024-02-29T10:20:30Z")
    assert code == 0, said


def test_nobody_answers(gate, tmp_path):
    code, said = gate.run(spec(), PGHOST=str(tmp_path))
    assert code == 3
    assert "connection 'store'" in said and "No such file" in said, said


def test_statement_timeout(gate):
    code, said = gate.run(spec("slowly", connection="{postgres: {statement_timeout: 200ms}}",
        checks="[{mean: {column: fare, min: 0}}]"))
    assert code == 3
    assert "statement_timeout" in said, said


def test_timeout_of_a_check_stops_the_statement(gate, server):
    code, said = gate.run(spec("slowly", checks="[{mean: {column: fare, min: 0, timeout: 300ms}}]"))
    assert code == 3
    assert "timeout of 300 ms" in said, said
    assert running(server) == 0


def running(server):
    """Statements of the gate that the server works on."""
    for _ in range(40):
        ((count,),) = server.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'modelgate' "
                                 "AND state = 'active'")
        if count == "0":
            return 0
        time.sleep(0.05)
    return int(count)


def test_an_interrupt_cancels_the_statement(gate, server):
    started = gate.start(spec("slowly", checks="[{mean: {column: fare, min: 0}}]"))
    time.sleep(1)
    started.send_signal(signal.SIGINT)
    out, errors = started.communicate(timeout=30)
    assert started.returncode == 3, out + errors
    assert "interrupted" in out + errors
    assert running(server) == 0


def test_connections_are_not_for_untrusted_specs(gate):
    code, said = gate.run(spec(), "--untrusted")
    assert code == 2
    assert "--untrusted opens none" in said, said


def test_a_spec_only_reads(gate):
    for query in ("DELETE FROM serving", "SELECT nextval('s')",
            "WITH gone AS (DELETE FROM features RETURNING 1) SELECT * FROM gone"):
        code, said = gate.run(spec(checks=f"[{{sql_rows: {{query: \"{query}\", min: 0}}}}]"))
        assert code == 3, f"{query}: {said}"
    assert gate.server.sql("SELECT count(*) FROM features") == [["20000"]]


def test_columns_over_redacted_ones_are_all_redacted(gate):
    """What a query over them shows is not followed here, so none of its columns is shown, harmless as it may be."""
    rows = "SELECT id, city FROM serving WHERE id > 19999"
    checks = f"[{{range: {{column: id, to: 19999}}}}, {{sql_rows: {{query: '{rows}', max: 0}}}}]"
    code, said = gate.run(
        "connections: {store: postgres}\n"
        "data:\n  serving: {table: features, connection: store, redact: [city]}\n"
        "  ids: {sql: 'SELECT id, upper(city) AS c FROM serving', connection: store}\n"
        f"suites:\n  a: {{on: ids, checks: {checks}}}\n")
    assert code == 1, said
    results = list(gate.results().values())
    assert [r["verdict"] for r in results] == ["fail", "fail"], said
    for result in results:
        (row,) = result["samples"]["rows"]
        assert len(row) == 2
        assert set(row) == {"***"}, row


class Wire:
    """Between libpq and the server: what the server says passes by here."""

    def __init__(self, server, folder):
        self.server, self.said, self.listener = server, bytearray(), socket.socket(socket.AF_UNIX)
        self.listener.bind(str(folder / ".s.PGSQL.5432"))
        self.listener.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                there = socket.socket(socket.AF_UNIX)
                there.connect(f"{self.server.folder}/.s.PGSQL.5432")
                threading.Thread(target=self.carry, args=(client, there, None), daemon=True).start()
                threading.Thread(target=self.carry, args=(there, client, self.said), daemon=True).start()

    @staticmethod
    def carry(source, target, noted):
        with contextlib.suppress(OSError):
            while some := source.recv(65536):
                if noted is not None:
                    noted += some
                target.sendall(some)
            target.shutdown(socket.SHUT_WR)


def test_redacted_values_stay(gate):
    """No row that the server sends has a redacted value, whatever is checked, and the verdicts are the same."""
    gate.server.sql(f"CREATE SCHEMA redacted; {'; '.join(redacted.tables('redacted'))}")
    found = {}
    with tempfile.TemporaryDirectory(prefix="mg-wire-", dir="/tmp") as folder:  # a socket's path is short
        wire = Wire(gate.server, pathlib.Path(folder))
        for redact in (False, True):
            wire.said.clear()
            text = redacted.spec("{postgres: {schema: redacted}}", redact).removeprefix("version: 1\nmodel: m\n")
            _, said = gate.run(text, PGHOST=folder)
            found[redact] = list(gate.results().values())
            # What the server says of a text that is no number is not ours to choose, and no report shows it.
            sent = re.sub(rb"invalid input syntax for type bigint: [^\0]*", b"", bytes(wire.said))
            leaks = redacted.SECRET.findall(sent.decode(errors="replace"))
            assert len(found[redact]) > 40 and b"rows" in wire.said, said
            assert bool(leaks) != redact, leaks[:3]
        wire.listener.close()
    assert redacted.judged(found[True]) == redacted.judged(found[False])


def test_numbers_of_redacted_columns_stay(gate):
    """Where the data refuse it, no byte that the server sends tells a value, nor a number that is made of them; and
    each check that needs one says so. All others are judged as before."""
    gate.server.sql(f"CREATE SCHEMA refused; {'; '.join(redacted.tables('refused'))}")
    with tempfile.TemporaryDirectory(prefix="mg-wire-", dir="/tmp") as folder:
        wire = Wire(gate.server, pathlib.Path(folder))
        spec = {refuse: redacted.spec("{postgres: {schema: refused}}", True, refuse).removeprefix(
            "version: 1\nmodel: m\n") for refuse in (False, True)}
        found = {}
        for refuse in (False, True):
            wire.said.clear()
            gate.run(spec[refuse], PGHOST=folder)
            found[refuse] = gate.results()
            sent = re.sub(rb"invalid input syntax for type bigint: [^\0]*", b"", bytes(wire.said))
            # As they are, doubled, or a mean of them.
            told = [*redacted.SECRET.findall(sent.decode(errors="replace")),
                    *re.findall(rb"(?<![0-9a-f.])(?:[78]|1[4-6])\d{6}(?![0-9a-f])", sent)]
            assert bool(told) != refuse, told[:5]
        wire.listener.close()
    redacted.hold(found[True], found[False])


def test_redacted_values_are_in_no_message(gate):
    code, said = gate.run(
        "connections: {store: postgres}\n"
        "data:\n  serving: {table: features, connection: store, redact: [city]}\n"
        "suites:\n  a: {on: serving, checks: [{row_rule: {expr: 'CAST(city AS integer) > 0'}}]}\n")
    assert code == 3
    assert "c1" not in said and "SQLSTATE 22" in said, said


def test_the_server_is_gone(gate):
    """In the middle of a run: what was measured stands, the rest says why it was not."""
    with postgres.Server() as server:
        server.sql(TABLES)
        own = Gate(gate.folder, server)
        started = own.start(spec("slowly",
            checks="[{row_count: {min: 1}}, {mean: {column: fare, min: 0, timeout: 20}}]"))
        time.sleep(1.5)
        server.stop()
        out, errors = started.communicate(timeout=30)
        assert started.returncode == 3, out + errors
        assert "connection to PostgreSQL was lost" in out + errors or "terminating connection" in out + errors
        server.start()
