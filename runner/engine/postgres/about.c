/* about.c: where a connection leads, as whom, and which of the spec's tables may be read. */
#include "engine/about.h"

#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "engine/postgres/engine.h"

/* ---- the connection ---- */

/* What people do about the usual failures; libpq's words are those of no locale but the program's own. */
static const char *fix_of(const char *failure)
{
	static const struct {
		const char *words, *fix;
	} fixes[] = {
		{"definition of service",
			"write the service into ~/.pg_service.conf, or name its file in "
			"PGSERVICEFILE"},
		{"could not translate host name",
			"set PGHOST, or the service's host, to a server that this machine knows"},
		{"password authentication failed",
			"set PGUSER and PGPASSWORD, or give ~/.pgpass the server's line"},
		{"no password supplied", "set PGPASSWORD, or give ~/.pgpass the server's line"},
		{"no pg_hba.conf entry",
			"the server's pg_hba.conf has to let this role in from this machine"},
		{"database \"",
			"set dbname of the connection, of the service, or PGDATABASE, to a database "
			"of that server"},
		{"role \"", "set PGUSER, or the service's user, to a role of that server"},
		{"did not answer in time",
			"set PGHOST and PGPORT to a server that this machine reaches"},
		{"timeout expired", "set PGHOST and PGPORT to a server that this machine reaches"},
		{"connection to server",
			"set PGHOST and PGPORT, or the service's host and port, to a server that "
			"runs"},
	};
	for (size_t i = 0; i < sizeof(fixes) / sizeof(*fixes); i++)
		if (strstr(failure, fixes[i].words))
			return fixes[i].fix;
	return NULL;
}

static const char *login_of(struct mg_session *session, struct mg_arena *arena)
{
	const struct mg_libpq_api *api = &session->engine->api;
	const char *host = api->host(session->con);
	const char *how = api->connectionUsedPassword(session->con)
		? "password"
		: "no password: trust, peer, a certificate or Kerberos";
	const char *wire = api->sslInUse(session->con) ? "TLS"
		: host && *host == '/'                 ? "socket"
						       : "not encrypted";
	return mg_printf(arena, "%s; %s", how, wire);
}

static int tell_server(struct mg_session *session, struct mg_arena *arena, struct mg_about *out,
	struct mg_error *err)
{
	const struct mg_engine *engine = session->engine;
	const struct mg_libpq_api *api = &engine->api;
	PGresult *result = NULL;
	out->login = login_of(session, arena);
	out->address = mg_printf(arena, "%s port %s, database %s",
		mg_log_safe_cut(arena, api->host(session->con), 200),
		mg_log_safe_cut(arena, api->port(session->con), 10),
		mg_log_safe_cut(arena, engine->database, 100));
	out->service = mg_printf(arena, "PostgreSQL %s", engine->version);
	MG_TRY(mg_postgres_run(session, "SELECT CAST(current_user AS TEXT)", &result, err));
	out->identity = mg_strdup(arena, api->getvalue(result, 0, 0));
	api->clear(result);
	return MG_OK;
}

/* ---- tables ---- */

/* The first `count` booleans of the first row, if there is one. */
static int ask_flags(struct mg_session *session, const char *sql, bool *out, size_t count,
	size_t *out_rows, struct mg_error *err)
{
	const struct mg_libpq_api *api = &session->engine->api;
	PGresult *result = NULL;
	MG_TRY(mg_postgres_run(session, sql, &result, err));
	*out_rows = (size_t)api->ntuples(result);
	for (size_t i = 0; i < count && *out_rows; i++)
		out[i] = *api->getvalue(result, 0, (int)i) == 't';
	api->clear(result);
	return MG_OK;
}

/* A schema that is not there, or into which the role must not look, hides its tables. */
static int check_schema(struct mg_session *session, struct mg_arena *arena, const char *schema,
	const char *role, struct mg_about_table *table, struct mg_error *err)
{
	bool usable = false;
	size_t rows = 0;
	const char *sql = mg_printf(arena,
		"SELECT has_schema_privilege(n.oid, 'USAGE') FROM pg_catalog.pg_namespace n WHERE "
		"n.nspname = %s",
		mg_postgres_literal(arena, schema));
	table->problem = NULL;
	MG_TRY(ask_flags(session, sql, &usable, 1, &rows, err));
	if (rows == 0) {
		table->problem = mg_printf(arena, "database '%s' has no schema '%s'",
			session->engine->database, schema);
		table->fix = "write SCHEMA.TABLE, or the connection's schema, as the database has "
			     "it";
	} else if (!usable) {
		table->problem = mg_printf(arena, "USAGE on schema %s is missing", schema);
		table->fix = mg_printf(arena, "GRANT USAGE ON SCHEMA %s TO %s;",
			mg_postgres_name(arena, schema), role);
	}
	return MG_OK;
}

/* Why a table that is there cannot be read. The server's words depend on its language, so it is asked. */
static int explain(struct mg_session *session, struct mg_arena *arena, const char *from,
	const char *role, const struct mg_error *failure, struct mg_about_table *table,
	struct mg_error *err)
{
	bool flags[2] = {true, false};
	size_t rows = 0;
	const char *literal = mg_postgres_literal(arena, from);
	table->problem = mg_strdup(arena, failure->text);
	MG_TRY(ask_flags(session,
		mg_printf(arena,
			"SELECT has_table_privilege(to_regclass(%s), 'SELECT'), "
			"row_security_active(to_regclass(%s))",
			literal, literal),
		flags, 2, &rows, err));
	if (!flags[0]) {
		table->problem = mg_printf(arena, "SELECT on %s is missing", table->name);
		table->fix = mg_printf(arena, "GRANT SELECT ON TABLE %s TO %s;", from, role);
	} else if (flags[1]) {
		table->problem = mg_printf(
			arena, "row-level security hides rows of %s from this role", table->name);
		table->fix = mg_printf(arena,
			"ALTER ROLE %s BYPASSRLS; or name a view with the rows that count", role);
	}
	return MG_OK;
}

static int look_at(struct mg_session *session, struct mg_arena *arena, const char *role,
	struct mg_about_table *table, struct mg_error *err)
{
	const struct mg_postgres_params *params = session->engine->params;
	struct mg_error failure = {0}, ignored = {0};
	const char *schema = NULL, *plain = NULL, *from = NULL;
	PGresult *result = NULL;
	int code = mg_postgres_split_name(table->data, arena, &schema, &plain, &failure);
	schema = schema ? schema : params->schema;
	if (code == MG_OK && schema)
		code = check_schema(session, arena, schema, role, table, &failure);
	if (code == MG_OK && schema && table->problem)
		return MG_OK;
	if (code == MG_OK)
		code = mg_postgres_table_of(session, table->data, arena, &from, &failure);
	if (code != MG_OK)
		return mg_about_table_problem(arena, code, &failure, table, err);
	const struct mg_postgres_table
		*known = &session->engine->tables[table->data - session->engine->spec->data];
	table->name = mg_strdup(arena, known->name);
	table->access = known->access;
	table->problem = NULL;
	code = mg_postgres_run(
		session, mg_printf(arena, "SELECT * FROM %s LIMIT 0", from), &result, &failure);
	session->engine->api.clear(result);
	if (code == MG_OK)
		return MG_OK;
	if (code != MG_ECANCELLED &&
		explain(session, arena, from, role, &failure, table, &ignored) == MG_OK)
		return MG_OK;
	return mg_about_table_problem(arena, code, &failure, table, err);
}

int mg_postgres_about(struct mg_session *session, const struct mg_about_options *options,
	struct mg_arena *arena, struct mg_about *out, struct mg_error *err)
{
	(void)options; /* a server is asked once, for as long as PGCONNECT_TIMEOUT says */
	struct mg_error local = {0};
	double began = mg_clock_ticks();
	*out = (struct mg_about){.seconds = -1};
	mg_about_list_tables(arena, session->engine->spec, session->engine->connection, out);
	int code = mg_postgres_connect(session, &local);
	if (code != MG_OK) {
		out->fix = fix_of(local.text);
		return mg_fail(err, code, "%s", local.text);
	}
	out->seconds = mg_clock_ticks() - began;
	MG_TRY(tell_server(session, arena, out, err));
	const char *role = mg_postgres_name(arena, out->identity);
	for (size_t i = 0; i < out->table_count; i++)
		MG_TRY(look_at(session, arena, role, &out->tables[i], err));
	return MG_OK;
}
