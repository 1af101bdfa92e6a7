# program: plain
"""What a run does when the Statement Execution API throttles, loses answers, ends tokens or stops the warehouse: it
reaches the same verdict, or says in words why there is none."""

import contextlib
import json
import re
import signal
import time

import pytest
from databricks import canned, facade

from support import console, program, run_json

SETTLED = ("SUCCEEDED", "FAILED", "CANCELED", "CLOSED")


@contextlib.contextmanager
def a_lake():
    """A warehouse of its own, and a place from which it is asked."""
    with canned.Running() as running, console.Place() as place:
        running.place = place
        place.environment.update(DATABRICKS_HOST=running.facade.address, DATABRICKS_TOKEN=facade.PAT)
        yield running


@pytest.fixture
def lake():
    with a_lake() as running:
        yield running


def run(lake, *options, keys="", data="", source="table: features", **environment):
    """Exit code, results by the kind, and all that was said and written."""
    (lake.place.work / "s.yaml").write_text(
        (canned.SPEC % {"keys": keys, "data": data}).replace("table: features", source))
    out = lake.place.work / "run.json"
    out.unlink(missing_ok=True)
    environment = {k: v for k, v in {**lake.place.environment, **environment}.items() if v is not None}
    lake.place.environment.clear()
    lake.place.environment.update(environment)
    done = program.run(lake.place, ["run", "s.yaml", "--json", "run.json", *options], timeout=100)
    text = (done.stdout + done.stderr).decode()
    lake.run = run_json.read(out) if out.exists() else None
    results = {r["kind"]: r for r in lake.run["results"]} if lake.run else {}
    said = text + (out.read_text() if out.exists() else "")
    for secret in (facade.PAT, facade.SECRET, "federated", "token-"):
        assert secret not in said, "a secret was told"
    return done.returncode, results, text


def statements(lake):
    return [re.sub(r"^/\* .*? \*/ ", "", s.body["statement"]) for s in lake.facade.statements.values()]


def passes(lake, **options):
    code, results, text = run(lake, **options)
    assert code == 0, text
    assert [r["verdict"] for r in results.values()] == ["pass", "pass"], text
    assert results["quantile"]["value"] == 1499.5


def says(lake, words, *options, **settings):
    """No verdict, and words that tell why."""
    code, results, text = run(lake, *options, **settings)
    assert code == 3 or (code == 2 and not results), text
    assert all(r["verdict"] == "error" for r in results.values())
    assert words in " ".join(text.split()), text


def test_one_version(lake):
    """Every statement reads the version that was the newest at the start, and the record says which."""
    passes(lake)
    table = lake.run["inputs"][0]["table"]
    assert (table["version"], table["rows"], table["at"]) == ("4", canned.ROWS, "2026-11-14T12:00:00.500000Z")
    assert lake.run["inputs"][0]["path"] == "prd.churn.features"
    reading = [s for s in statements(lake) if "`features`" in s and not s.startswith("DESCRIBE")]
    assert len(reading) >= 3
    assert all("`prd`.`churn`.`features` VERSION AS OF 4" in s for s in reading)
    assert all(s.startswith(("SELECT ", "WITH ", "DESCRIBE HISTORY ")) for s in statements(lake))
    run_ids = {s.body["statement"].split(", statement ")[0] for s in lake.facade.statements.values()}
    assert len(run_ids) == 1, "statements of one run are not named alike"


def test_one_version_for_all_datasets(lake, monkeypatch):
    """Datasets of one table read the same version of it, whatever is written between their first looks."""
    late = "  late: {table: prd.churn.features, connection: lake, where: x >= 0}\n"
    monkeypatch.setattr(canned, "SPEC", canned.SPEC.replace("suites:\n", f"{late}suites:\n")
                        + "  late:\n    on: late\n    checks:\n      - row_count: {min: 3000}\n")
    answer = lake.table.run

    def written_meanwhile(statement):
        lake.table.versions += "DESCRIBE HISTORY" in statement.body["statement"]
        return answer(statement)
    lake.facade.run = written_meanwhile
    passes(lake)
    assert len(lake.run["inputs"]) == 2
    assert len({one["table"]["version"] for one in lake.run["inputs"]}) == 1
    assert sum(s.startswith("DESCRIBE HISTORY") for s in statements(lake)) == 3, "one to pin, two to see it is there"


@pytest.mark.parametrize("versions", [1, 5, 9])
def test_table_that_is_made_again(lake, versions):
    """Dropped and made again while it is read: its versions have the old numbers and other rows."""
    answer = lake.table.run

    def made_again(statement):
        said = answer(statement)
        lake.table.first_day, lake.table.versions = 1, versions
        return said
    lake.facade.run = made_again
    code, results, text = run(lake)
    assert (code, results) == (3, {}), text
    assert "was dropped and made again, or its history rewritten, while it was read: version 4 of 2026-11-14" in text


@pytest.mark.parametrize(("data", "version"), [(", version: 2", "2"), (", as_of: '2026-11-13T00:00:00Z'", "2"),
                                               (", as_of: '2026-11-13T12:00:00.5Z'", "3")])
def test_asked_version(lake, data, version):
    passes(lake, data=data)
    assert lake.run["inputs"][0]["table"]["version"] == version


def test_missing_version(lake):
    says(lake, "the table has no version 9", data=", version: 9")
    says(lake, "the table had no version yet at 2020-01-01", data=", as_of: '2020-01-01'")


def test_view_is_not_pinned(lake):
    lake.table.view = True
    passes(lake)
    assert "version" not in lake.run["inputs"][0]["table"]
    says(lake, "it has no versions", data=", version: 2")


def test_rows_that_come_meanwhile(lake):
    """A table with a version has them in another one; of a view nothing but their number can tell."""
    lake.table.grows = 1
    passes(lake)
    lake.table.view, lake.table.counted = True, 0
    code, results, text = run(lake)
    assert (code, results) == (3, {}), text
    assert "data 'features': prd.churn.features changed while it was read: it had 3000 rows, then 3001" in text


def test_only_reads(lake, monkeypatch):
    """Refused here: it is never sent."""
    monkeypatch.setattr(canned, "SPEC",
                        canned.SPEC + '      - sql_rows: {name: gone, query: "DELETE FROM features"}\n')
    code, results, text = run(lake)
    assert code == 3
    assert "the SQL is not a SELECT" in results["sql_rows"]["message"], text
    assert not [s for s in statements(lake) if "DELETE" in s]


def aggregates(statement):
    return len(re.findall(r"AS `a\d+`", statement))


def test_plan(lake):
    """It shows what would be asked, in the warehouse's own words; for it the table is only looked at."""
    (lake.place.work / "s.yaml").write_text(canned.SPEC % {"keys": "", "data": ""})
    plan = program.run(lake.place, ["run", "s.yaml", "--dump", "plan"]).stdout.decode()
    assert "SELECT CAST(count(*) AS BIGINT) AS `a0` FROM `features`" in plan, plan
    assert "CAST(`x` AS DOUBLE) AS `v` FROM `features`" in plan, plan
    assert [s.split(" (")[0].split(" `")[0] for s in statements(lake)] == ["DESCRIBE HISTORY", "SELECT * FROM"]


def test_most_aggregates_of_a_statement(lake, monkeypatch):
    """300 aggregates go out in statements of at most 100 each; counts of distinct values go alone."""
    ranges = "".join(f"      - range: {{name: r{i}, column: x, from: {i}, max: 100%%}}\n" for i in range(300))
    distinct = "      - distinct_count: {columns: [id, x], min: 1}\n"
    monkeypatch.setattr(canned, "SPEC", canned.SPEC + ranges + distinct)
    run(lake)
    assert len(lake.run["results"]) == 304
    assert not [r["message"] for r in lake.run["results"] if r["verdict"] == "error"]
    counts = [aggregates(s) for s in statements(lake) if aggregates(s)]
    alone = [s for s in statements(lake) if "count(DISTINCT" in s and aggregates(s)]
    assert sum(counts) >= 302 and sum(count > 1 for count in counts) == -(-(sum(counts) - len(alone)) // 100)
    assert max(counts) == 100, counts
    assert len(alone) == 2 and all(aggregates(s) == 1 for s in alone)


def test_most_text_of_a_statement(lake, monkeypatch):
    """Aggregates whose text would be too long for one statement go out in several; one that is too long alone is an
    ERROR, and is not sent."""
    columns = [(f"c{i}", "STRING") for i in range(50)]
    monkeypatch.setattr(canned, "COLUMNS", columns)
    monkeypatch.setattr(canned.Table, "look", lambda self, sql: (
        [*((name, "STRING") for name in ("zone", "ansi", "version", "catalog", "schema")), ("n", "BIGINT"), *columns],
        [canned.texts("UTC", "bigint", "4.0.0", "prd", "churn", canned.ROWS, *[None] * len(columns))]))
    words = ", ".join(f"'{'w' * 900}{i}'" for i in range(400))
    head = canned.SPEC[:canned.SPEC.index("      - row_count")]
    monkeypatch.setattr(canned, "SPEC", f"{head}      - one_of: {{columns: ['c*'], values: [{words}], max: 100%%}}\n")
    run(lake)
    assert len(lake.run["results"]) == 50
    assert not [r["message"] for r in lake.run["results"] if r["verdict"] == "error"]
    sizes = [len(s) for s in statements(lake)]
    assert max(sizes) < 16 << 20 < sum(sizes)
    assert len(sizes) < 12, sizes


def test_chunks(lake):
    lake.facade.behave(chunk_rows=700)
    passes(lake)
    assert sum("/result/chunks/" in r for r in lake.facade.requests) >= 4


@pytest.mark.parametrize("fault", ["throttle", "unavailable", "drop_before", "drop_after", "truncate", "nonsense",
                                   "wrong_shape"])
@pytest.mark.parametrize("where", ["POST /api/2.0/sql/statements", "GET /api/2.0/sql/statements"])
def test_fault(lake, fault, where):
    lake.facade.behave(only=where, **{fault: 2})
    passes(lake)


def test_random_faults(lake):
    for seed in range(3):
        lake.facade.behave(faults=0.1, seed=seed, chunk_rows=1000, retry_after="0")
        passes(lake, DATABRICKS_TOKEN=None, DATABRICKS_CLIENT_ID=facade.CLIENT, DATABRICKS_CLIENT_SECRET=facade.SECRET)


def test_forgotten_statement(lake):
    lake.facade.behave(forget=1, slow=0.2)
    passes(lake)


def test_forgotten_chunk(lake):
    """A result of which the service knows a part no more is asked for again as a whole, once."""
    lake.facade.behave(forget_chunks=1, chunk_rows=700)
    code, results, text = run(lake)
    assert (code, results["quantile"]["value"]) == (0, 1499.5), text
    assert "1 statement sent again, since an answer was lost" in " ".join(text.split())
    assert lake.run["costs"][0]["sent_again"] == 1
    lake.facade.behave(forget_chunks=9, chunk_rows=700)
    says(lake, "answers HTTP 404", "--select", "kind:quantile")


def test_lost_answers_are_told(lake):
    lake.facade.beside.bytes = None
    lake.facade.behave(only="POST /api/2.0/sql/statements", drop_after=1)
    _, _, text = run(lake)
    assert lake.run["costs"][0]["sent_again"] == 1
    assert "1 statement sent again, since an answer was lost" in " ".join(text.split())


def test_costs(lake):
    """What a run took, and its statements by the names that the query history has for them."""
    code, _, text = run(lake, "--verbose")
    assert code == 0, text
    (costs,) = lake.run["costs"]
    ran = lake.facade.statements
    assert (costs["engine"], costs["connection"]) == ("databricks", "lake")
    assert costs["statement_count"] == len(ran) == len(costs["statements"])
    assert costs["queries"] == 1, "the table of values tells the rows as well"
    assert costs["sent_again"] == 0
    assert {s["id"]: s["rows"] for s in costs["statements"]} == {i: len(s.rows) for i, s in ran.items()}
    assert costs["rows"] == sum(len(s.rows) for s in ran.values())
    assert costs["bytes_read"] == 1000 * len(ran)
    assert costs["seconds"] > 0
    for id in ran:
        assert re.search(rf"{id}  [0-9.]+ m?s  [0-9,]+ rows?  1000 B read", text), text
    assert f"lake (databricks): 1 query as {len(ran)} statements in " in text


def test_bytes_that_nobody_tells(lake):
    """What is not known is not guessed, and no reason to fail."""
    lake.facade.beside.bytes = None
    passes(lake)
    (costs,) = lake.run["costs"]
    assert costs["bytes_read"] is None
    assert {s["bytes_read"] for s in costs["statements"]} == {None}


def test_truncated_result(lake, monkeypatch):
    """What the service itself cuts short, since it is too large, is never taken for a whole one."""
    whole = facade.Statement.said

    def cut(self):
        said = whole(self)
        if "manifest" in said and len(self.rows) > 100:
            said["manifest"]["truncated"] = True
        return said
    monkeypatch.setattr(facade.Statement, "said", cut)
    says(lake, "Databricks cut the result short, since it is too large", "--select", "kind:quantile")


def test_rows_that_do_not_come(lake):
    """A result that is cut short is never taken for a whole one."""
    whole = facade.Statement.chunk
    try:
        facade.Statement.chunk = lambda self, index: {**whole(self, index), "data_array": whole(self, index).get(
            "data_array", [])[:10]}
        says(lake, "of the result's 3000 rows came", "--select", "kind:quantile")
    finally:
        facade.Statement.chunk = whole


def test_stopped_warehouse(lake):
    lake.facade.behave(starting=0.5)
    passes(lake)
    lake.facade.behave(starting=60)
    says(lake, "warehouse wh did not start within 1.0 s", keys=", start_timeout: 1s")
    assert {s.state for s in lake.facade.statements.values()} <= {"CANCELED"}


@pytest.mark.parametrize(("state", "words"), [
    ("STARTING", "warehouse wh is starting, "), ("RUNNING", "warehouse wh is busy, "),
    (None, "waiting for warehouse wh, ")])
def test_waiting_is_told(lake, state, words):
    """A log that stands still for minutes says why; who may use the warehouse need not be allowed to look at it."""
    answer = lake.facade.run

    def started(statement):
        lake.facade.behaviour.starting = 0
        return answer(statement)
    lake.facade.run = started
    lake.facade.behave(starting=4, **({"warehouse": state} if state else {"refuse": "/sql/warehouses/"}))
    code, _, text = run(lake, "--select", "kind:row_count", keys=", start_timeout: 60s")
    assert code == 0, text
    assert text.count(f"modelgate: {words}") == 1, text


def test_busy_warehouse(lake):
    lake.facade.behave(starting=60)
    says(lake, "warehouse wh is running, and did not begin the statement within 3.0 s", keys=", start_timeout: 3s")


def test_timeout_cancels(lake):
    lake.facade.behave(slow=60)
    began = time.monotonic()
    code, _, _ = run(lake, "--timeout", "1s")
    assert code == 3
    assert time.monotonic() - began < 30
    time.sleep(1)
    assert {s.state for s in lake.facade.statements.values()} <= {"CANCELED"}


def test_interrupt(lake):
    """A cancel that the service does not carry out does not make the run hang."""
    lake.facade.behave(slow=60, deaf=True)
    (lake.place.work / "s.yaml").write_text(canned.SPEC % {"keys": "", "data": ""})
    started = program.start(lake.place, ["run", "s.yaml"])
    while not lake.facade.statements:
        time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    assert started.wait(30) in (3, 130)
    assert any(r.endswith("/cancel") for r in lake.facade.requests)
    started.communicate()


def test_settings(lake):
    lake.table.zone = "Europe/Berlin"
    says(lake, "the warehouse reads times as of Europe/Berlin; modelgate needs TIMEZONE UTC")
    lake.table.zone, lake.table.ansi = "UTC", "string"
    says(lake, "modelgate needs ANSI_MODE true")


def test_vacuumed(lake):
    lake.table.vacuumed = True
    says(lake, "a version of a table that this run reads is not there any more: it was vacuumed or rewritten")


def test_failing_statement(lake):
    lake.facade.run = lambda statement: (_ for _ in ()).throw(facade.Refused(
        "[INSUFFICIENT_PERMISSIONS] Insufficient privileges: User does not have USE CATALOG on Catalog 'prd'. "
        "SQLSTATE: 42501; line 1", "42501"))
    says(lake, "User does not have USE CATALOG on Catalog 'prd'")


def test_addresses(lake):
    says(lake, "which is not as https://adb-1.azuredatabricks.net", DATABRICKS_HOST="http://adb-1.azuredatabricks.net")
    says(lake, "which is not as https://adb-1.azuredatabricks.net",
         DATABRICKS_HOST="https://adb-1.azuredatabricks.net/?o=1")
    says(lake, "set DATABRICKS_HOST", DATABRICKS_HOST=None)


WAYS = {
    "oauth-m2m": {"DATABRICKS_CLIENT_ID": facade.CLIENT, "DATABRICKS_CLIENT_SECRET": facade.SECRET},
    "env-oidc": {"DATABRICKS_CLIENT_ID": facade.CLIENT, "DATABRICKS_OIDC_TOKEN": "federated"},
    "azure-client-secret": {"ARM_TENANT_ID": "tenant", "ARM_CLIENT_ID": facade.CLIENT,
                            "ARM_CLIENT_SECRET": facade.SECRET},
}


@pytest.mark.parametrize("variables", [
    {"SYSTEM_OIDCREQUESTURI": "/azure/oidctoken", "SYSTEM_ACCESSTOKEN": "job"},
    {"ACTIONS_ID_TOKEN_REQUEST_URL": "/github?x=1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "job"}])
def test_workload_identity(lake, variables):
    """A job without any secret: the CI system says who it is."""
    variables = {k: lake.facade.address + v if v.startswith("/") else v for k, v in variables.items()}
    passes(lake, DATABRICKS_TOKEN=None, DATABRICKS_CLIENT_ID=facade.CLIENT, **variables)


@pytest.mark.parametrize("way", WAYS)
def test_tokens(lake, way):
    """They are asked for, and renewed when they end within the run."""
    lake.facade.behave(token_seconds=1, slow=0.3)
    passes(lake, DATABRICKS_TOKEN=None, AZURE_AUTHORITY_HOST=lake.facade.address, **WAYS[way])
    assert sum(r.endswith("/token") for r in lake.facade.requests) >= 2


def test_token_file_and_type(lake):
    (lake.place.work / "oidc").write_text("federated\n")
    both = {"DATABRICKS_CLIENT_ID": facade.CLIENT, "DATABRICKS_OIDC_TOKEN_FILEPATH": str(lake.place.work / "oidc"),
            "DATABRICKS_TOKEN": "old", "DATABRICKS_AUTH_TYPE": "file-oidc"}
    passes(lake, **both)
    says(lake, "DATABRICKS_AUTH_TYPE is oauth-m2m, which needs DATABRICKS_CLIENT_SECRET",
         DATABRICKS_AUTH_TYPE="oauth-m2m")
    says(lake, "DATABRICKS_AUTH_TYPE is 'magic'; known are pat, oauth-m2m", DATABRICKS_AUTH_TYPE="magic")


def test_azure_cli(lake):
    tools = lake.place.work / "tools"
    tools.mkdir()
    said = json.dumps({"accessToken": facade.PAT})
    (tools / "az").write_text(f"#!/bin/sh\necho \"$*\" >{lake.place.work}/argv\necho '{said}'\n")
    (tools / "az").chmod(0o755)
    passes(lake, DATABRICKS_TOKEN=None, PATH=f"{tools}:{lake.place.environment['PATH']}")
    assert (lake.place.work / "argv").read_text().startswith("account get-access-token --resource 2ff814a6-")


def test_refused_tokens(lake):
    says(lake, "does not take the token (pat)", DATABRICKS_TOKEN="dapi-other")
    says(lake, "gives no token (oauth-m2m; HTTP 401: Client authentication failed)", DATABRICKS_TOKEN=None,
         DATABRICKS_CLIENT_ID=facade.CLIENT, DATABRICKS_CLIENT_SECRET="wrong")


def test_most_statements_at_once(lake):
    busy, most = set(), [0]
    answer = lake.table.run

    def counted(statement):
        busy.add(statement.id)
        most[0] = max(most[0], len(busy))
        time.sleep(0.1)
        busy.discard(statement.id)
        return answer(statement)
    lake.facade.run = counted
    passes(lake, keys=", statements: 1")
    assert most[0] == 1
