"""What `modelgate connections` says of a PostgreSQL server: each fault has words of its own, and a way out."""
# program: plain

import json
import os
import subprocess

import pytest

from support import postgres

TABLES = """
CREATE TABLE features (id bigint);
CREATE TABLE secret (id bigint);
CREATE TABLE guarded (id bigint);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE SCHEMA hidden;
CREATE TABLE hidden.inner (id bigint);
CREATE ROLE reader LOGIN;
CREATE ROLE "Odd ""role" LOGIN;
GRANT SELECT ON features, guarded TO reader;
CREATE FUNCTION slowly() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true FROM pg_sleep(60)';
CREATE VIEW slow AS SELECT slowly() AS x FROM features;
INSERT INTO features VALUES (1);
CREATE VIEW fickle AS SELECT random() AS x FROM features;
GRANT SELECT ON slow, fickle TO reader;
CREATE TABLE partial (id bigint, name text);
GRANT SELECT (id) ON partial TO reader;
CREATE ROLE keeper;
GRANT SELECT ON guarded TO keeper;
CREATE VIEW behind AS SELECT * FROM guarded;
ALTER VIEW behind OWNER TO keeper;
GRANT SELECT ON behind TO reader;
"""


@pytest.fixture(scope="module")
def server():
    with postgres.Server() as server:
        server.sql(TABLES)
        yield server


@pytest.fixture
def look(tmp_path, server):
    """Exit code, what is said for people, and the one connection of what is said for programs."""
    def look(table="features", connection="postgres", **environment):
        (tmp_path / "s.yaml").write_text(
            f"version: 1\nmodel: churn\nconnections: {{store: {connection}}}\n"
            f"data: {{serving: {{table: '{table}', connection: store}}}}\n"
            "suites: {a: {on: serving, checks: [row_count: {min: 1}]}}\n", encoding="utf-8")
        environment = {**os.environ, **server.environment, "PGUSER": "reader", **environment}
        told = [subprocess.run([os.environ["MODELGATE"], "connections", "s.yaml", *also], cwd=tmp_path, timeout=30,
                    env=environment, capture_output=True, text=True, check=False) for also in ([], ["--json"])]
        said = json.loads(told[1].stdout)
        assert said["good"] == (told[0].returncode == 0)
        return told[0].returncode, told[0].stdout + told[0].stderr, said["connections"][0]
    return look


def test_all_is_well(look, server):
    code, text, said = look()
    assert code == 0, text
    assert said["identity"] == "reader"
    assert said["login"] == "no password: trust, peer, a certificate or Kerberos; socket"
    assert said["address"] == f"{server.folder} port 5432, database postgres"
    assert said["service"].startswith("PostgreSQL 1")
    assert said["tables"] == [{"data": "serving", "table": "postgres.public.features", "readable": True,
                               "access": "whole"}]


def test_no_row_is_read(look):
    code, text, said = look(table="slow")
    assert code == 0, text
    assert said["tables"][0]["access"] == "unknown", "a view may ask who looks"
    assert "can be read, not pinned, access unknown" in text


@pytest.mark.parametrize(("table", "problem", "fix"), [
    ("secret", "SELECT on postgres.public.secret is missing",
     'GRANT SELECT ON TABLE "public"."secret" TO "reader";'),
    ("hidden.inner", "USAGE on schema hidden is missing", 'GRANT USAGE ON SCHEMA "hidden" TO "reader";'),
    ("guarded", "row-level security hides rows of postgres.public.guarded from this role",
     'ALTER ROLE "reader" BYPASSRLS; or name a view with the rows that count'),
    ("partial", "SELECT on postgres.public.partial is missing", 'GRANT SELECT ON TABLE "public"."partial"'),
    ("pubic.features", "database 'postgres' has no schema 'pubic'", "write SCHEMA.TABLE"),
    ("featurs", "database 'postgres' has no table 'featurs'; did you mean 'features'?", None),
    ("a.b.c", "'a.b.c' names no table", None),
    ("fickle", "view 'fickle': the SQL calls random", None),
])
def test_tables(look, table, problem, fix):
    code, text, said = look(table)
    assert code == 3
    assert said["tables"][0]["problem"].startswith(problem), text
    assert said["tables"][0]["fix"].startswith(fix) if fix else "fix" not in said["tables"][0]


def test_rows_that_policies_hide_behind_a_view(look):
    """Those that its owner does not see are an error as well."""
    code, text, said = look("behind")
    assert code == 3
    assert "row-level security policy" in said["tables"][0]["problem"], text


def test_rights_of_a_role_with_an_odd_name(look):
    assert look("secret", PGUSER='Odd "role')[2]["tables"][0]["fix"].endswith('TO "Odd ""role";')


def test_schema_of_the_connection(look):
    assert look("inner", "{postgres: {schema: hidden}}")[2]["tables"][0]["problem"] == (
        "USAGE on schema hidden is missing")


@pytest.mark.parametrize(("connection", "settings", "problem", "fix"), [
    ("postgres", {"PGHOST": "/nowhere"}, "connection to server on socket", "set PGHOST and PGPORT"),
    ("postgres", {"PGHOST": "no-such-host.invalid"}, "could not translate host name", "set PGHOST"),
    ("postgres", {"PGUSER": "nobody-here"}, "does not exist", "set PGUSER"),
    ("{postgres: {dbname: chrun}}", {}, "does not exist", "set dbname of the connection"),
    ("{postgres: {service: chrun}}", {}, "definition of service", "write the service into ~/.pg_service.conf"),
])
def test_faults_of_the_connection(look, connection, settings, problem, fix):
    code, text, said = look(connection=connection, **settings)
    assert code == 3
    assert problem in said["problem"], text
    assert said["fix"].startswith(fix), text
    assert not said["tables"][0]["readable"]
