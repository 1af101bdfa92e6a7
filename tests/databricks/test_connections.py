# program: plain
"""What `modelgate connections` says of a workspace: each fault has words of its own, and a way out."""

import json
import re

import pytest
from databricks import canned, facade

from support import program

SPEC = """\
version: 1
model: churn
connections:
  lake: {databricks: {warehouse: %(warehouse)s, catalog: prd, schema: churn}}
data:
  features: {table: %(table)s, connection: lake}
suites:
  serving: {on: features, checks: [row_count: {min: 1}]}
stages:
  PRD: {suites: [serving], connections: {lake: {databricks: {warehouse: other}}}}
"""


@pytest.fixture
def lake(place):
    with canned.Running() as running:
        running.place = place
        place.environment.update(DATABRICKS_HOST=running.facade.address, DATABRICKS_TOKEN=facade.PAT)
        yield running


def look(lake, *options, warehouse="wh", table="features", spec=SPEC, **environment):
    """Exit code, what is said for people, and the one connection of what is said for programs."""
    (lake.place.work / "s.yaml").write_text(spec % {"warehouse": warehouse, "table": table})
    environment = {**lake.place.environment, **environment}
    told = [program.run(lake.place, ["connections", "s.yaml", "--patience", "300ms", *options, *also],
                environment=environment, timeout=60) for also in ([], ["--json"])]
    assert told[0].returncode == told[1].returncode
    text = (told[0].stdout + told[0].stderr).decode()
    for secret in (facade.PAT, facade.SECRET, "dapi-other"):
        assert secret not in text + told[1].stdout.decode(), "a secret was told"
    said = json.loads(told[1].stdout)
    assert said["good"] == (told[0].returncode == 0) == said["connections"][0]["good"]
    return told[0].returncode, text, said["connections"][0]


def refuse(lake, message, sql_state, where="LIMIT 0"):
    answer = lake.table.run

    def run(statement):
        if where in statement.body["statement"]:
            raise facade.Refused(message, sql_state)
        return answer(statement)
    lake.facade.run = run


def test_all_is_well(lake):
    code, text, said = look(lake)
    assert code == 0, text
    assert (said["login"], said["identity"]) == ("pat", "gate@example.com")
    assert said["address"] == lake.facade.address
    assert said["service"] == "SQL warehouse 'gate', 2X-Small, serverless, RUNNING"
    assert said["seconds"] < 60
    assert said["tables"] == [{"data": "features", "table": "prd.churn.features", "readable": True, "version": "4",
                               "access": "whole"}]
    assert "ok  features: prd.churn.features: can be read, version 4" in text
    reads = [s.body["statement"] for s in lake.facade.statements.values()]
    assert not any("count(*)" in s for s in reads), "rows are read"


def test_view_is_not_pinned(lake):
    lake.table.view = True
    code, text, said = look(lake)
    assert code == 0
    assert "can be read, not pinned" in text
    assert "version" not in said["tables"][0]


@pytest.mark.parametrize("state", ["STOPPED", "STOPPING"])
def test_stopped_warehouse_stays_stopped(lake, state):
    lake.facade.behave(warehouse=state)
    code, text, said = look(lake)
    assert code == 3
    assert said["tables"][0]["problem"] == "not looked at, since the warehouse is stopped"
    assert "modelgate connections --start" in text
    assert not lake.facade.statements
    assert look(lake, "--start")[0] == 0


def test_deleted_warehouse(lake):
    lake.facade.behave(warehouse="DELETED")
    code, _, said = look(lake)
    assert code == 3
    assert said["problem"] == "warehouse 'wh' is deleted"


def test_unknown_warehouse(lake):
    code, _, said = look(lake, warehouse="hw")
    assert code == 3
    assert said["problem"].startswith("warehouse 'hw'")
    assert said["fix"].endswith("to the id of one: wh (gate)")
    assert look(lake, "--stage", "PRD")[2]["problem"].startswith("warehouse 'other'")


def test_warehouse_that_is_not_ours(lake):
    lake.facade.behave(refuse="/sql/warehouses/")
    _, _, said = look(lake)
    assert said["fix"] == "give gate@example.com CAN USE on the warehouse (SQL Warehouses, Permissions)"


def test_token_for_sql_alone(lake):
    """Whom the token stands for is asked of the warehouse, when the workspace does not say."""
    answer = lake.table.run
    lake.facade.run = lambda statement: ([("me", "STRING")], [["gate"]]) if "current_user()" in statement.body[
        "statement"] else answer(statement)
    lake.facade.behave(refuse="/Me")
    code, text, said = look(lake)
    assert code == 0, text
    assert said["identity"] == "gate"


@pytest.mark.parametrize(("settings", "problem", "fix"), [
    ({"DATABRICKS_HOST": "https://localhost:1"}, "cannot be reached", "a workspace that this machine reaches"),
    ({"DATABRICKS_HOST": ""}, "nothing says where the workspace is: set DATABRICKS_HOST", None),
    ({"DATABRICKS_HOST": "https://a.example/?o=1"}, "is not as https://adb-1.azuredatabricks.net", None),
    ({"DATABRICKS_TOKEN": "dapi-other"}, "does not take the token (pat)", "the token may be of another workspace"),
    ({"DATABRICKS_TOKEN": "", "PATH": "/nowhere"}, "set DATABRICKS_TOKEN", None),
    ({"DATABRICKS_TOKEN": "", "DATABRICKS_CLIENT_ID": facade.CLIENT, "DATABRICKS_CLIENT_SECRET": "wrong"},
     "gives no token (oauth-m2m", "the token may be of another workspace"),
    ({"DATABRICKS_AUTH_TYPE": "magic"}, "DATABRICKS_AUTH_TYPE is 'magic'", None),
])
def test_faults_of_the_connection(lake, settings, problem, fix):
    code, text, said = look(lake, **settings)
    assert code == 3
    assert problem in said["problem"], text
    assert (fix in said["fix"]) if fix else "fix" not in said, text
    assert not said["tables"] or not said["tables"][0]["readable"]


def test_no_workspace(lake):
    lake.facade.behave(nonsense=1000)
    assert "is DATABRICKS_HOST a workspace?" in look(lake)[2]["problem"]


@pytest.mark.parametrize(("message", "fix"), [
    ("[INSUFFICIENT_PERMISSIONS] Insufficient privileges: User does not have USE CATALOG on Catalog 'prd'. "
     "SQLSTATE: 42501", "GRANT USE CATALOG ON CATALOG prd TO `gate@example.com`;"),
    ("[INSUFFICIENT_PERMISSIONS] Insufficient privileges: User does not have USE SCHEMA on Schema 'prd.churn'.",
     "GRANT USE SCHEMA ON SCHEMA prd.churn TO `gate@example.com`;"),
    ("PERMISSION_DENIED: User does not have SELECT on Table 'prd.churn.features'.",
     "GRANT SELECT ON TABLE prd.churn.features TO `gate@example.com`;"),
    ("[INSUFFICIENT_PERMISSIONS] Insufficient privileges.",
     "GRANT SELECT ON TABLE prd.churn.features TO `gate@example.com`;"),
])
def test_rights(lake, message, fix):
    refuse(lake, message, "42501")
    code, text, said = look(lake)
    assert code == 3
    assert said["tables"][0]["fix"] == fix, text
    assert fix in text


def test_history_that_may_not_be_seen(lake):
    """A run needs it as well: what is only half readable is not readable."""
    refuse(lake, "[INSUFFICIENT_PERMISSIONS] Insufficient privileges: User does not have SELECT on Table 'x'.", "42501",
           "DESCRIBE HISTORY")
    assert look(lake)[0] == 3


@pytest.mark.parametrize(("tables", "schemas", "fix"), [
    (["features", "scored"], [], "did you mean 'features'?"),
    ([], ["chrun", "sales"], "did you mean the schema 'chrun'?"),
    ([], [], "GRANT SELECT ON TABLE prd.churn.featurs TO `gate@example.com`;"),
])
def test_table_that_is_not_there(lake, tables, schemas, fix):
    answer = lake.table.run

    def run(statement):
        sql = re.sub(r"^/\* .*? \*/ ", "", statement.body["statement"])
        if "information_schema.tables" in sql:
            assert sql.endswith("WHERE table_schema = 'churn' LIMIT 1000")
            return [("table_name", "STRING")], [[t] for t in tables]
        if "information_schema.schemata" in sql:
            return [("schema_name", "STRING")], [[s] for s in schemas]
        if "LIMIT 0" in sql:
            raise facade.Refused("[TABLE_OR_VIEW_NOT_FOUND] The table or view `prd`.`churn`.`featurs` cannot be found.",
                                 "42P01")
        return answer(statement)
    lake.facade.run = run
    code, text, said = look(lake, table="featurs")
    assert code == 3
    assert "cannot be found" in said["tables"][0]["problem"]
    assert fix in said["tables"][0]["fix"], text


def test_files_of_a_volume(lake):
    """They are looked at as tables are; without a row of them."""
    spec = SPEC.replace("table: %(table)s", "path: '%(table)s'")
    path = "/Volumes/prd/churn/scored/*.parquet"
    code, text, said = look(lake, spec=spec, table=path)
    assert code == 0, text
    assert said["tables"] == [{"data": "features", "table": path, "readable": True, "access": "whole"}]
    assert any(s.body["statement"].endswith(f"SELECT * FROM parquet.`{path}` LIMIT 0")
               for s in lake.facade.statements.values())
    refuse(lake, "User does not have READ VOLUME on Volume 'prd.churn.scored'. SQLSTATE: 42501", "42501")
    code, text, said = look(lake, spec=spec, table=path)
    assert code == 3
    assert said["tables"][0]["fix"] == "GRANT READ VOLUME ON VOLUME prd.churn.scored TO `gate@example.com`;"
    assert "is in no volume" in look(lake, spec=spec, table="/etc/x.parquet")[2]["tables"][0]["problem"]


def test_settings_of_the_warehouse(lake):
    lake.table.zone = "Europe/Berlin"
    assert "modelgate needs TIMEZONE UTC" in look(lake)[2]["problem"]


def test_nothing_to_ask(lake):
    (lake.place.work / "plain.yaml").write_text(
        "version: 1\nmodel: churn\ndata: {d: d.csv}\nsuites: {s: {on: d, checks: [row_count: {min: 1}]}}\n")
    done = program.run(lake.place, ["connections", "plain.yaml"])
    assert done.returncode == 2
    assert b"the spec has no connections" in done.stderr
