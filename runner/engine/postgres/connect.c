/* connect.c: sessions that log in as libpq's environment says, read only, and all see one snapshot. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "engine/postgres/engine.h"

enum { LEAST_VERSION = 130000, MOST_SECONDS = 600 };

/* Notices would go to standard error. */
static void pass_over(void *context, const char *message)
{
	(void)context;
	(void)message;
}

/* PGCONNECT_TIMEOUT, else 15 s: libpq heeds its own time-out only where it blocks. */
static double most_seconds(void)
{
	const char *text = getenv("PGCONNECT_TIMEOUT");
	int64_t seconds = 0;
	if (text && mg_parse_int(text, &seconds) && seconds > 0 && seconds < MOST_SECONDS)
		return (double)seconds;
	return 15;
}

static int fail_connect(const struct mg_session *session, const char *why, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	return mg_fail(err, MG_EENGINE, "connection '%s': %s", session->engine->connection->name,
		mg_postgres_one_line(arena, why));
}

static int wait_connected(struct mg_session *session, PGconn *con, struct mg_error *err)
{
	const struct mg_libpq_api *api = &session->engine->api;
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;
	double until = mg_clock_ticks() + most_seconds();
	while (state != PGRES_POLLING_OK) {
		if (state == PGRES_POLLING_FAILED)
			return fail_connect(session, api->errorMessage(con), err);
		if (atomic_load(&session->cancelled))
			return mg_fail(err, MG_ECANCELLED, "the query was stopped");
		if (mg_clock_ticks() > until)
			return fail_connect(session,
				"the server did not answer in time (PGCONNECT_TIMEOUT, else 15 s)",
				err);
		struct pollfd fd = {.fd = api->socket(con),
			.events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT};
		int ready = poll(&fd, 1, 20);
		if (ready < 0 && errno != EINTR)
			return fail_connect(session, strerror(errno), err);
		if (ready > 0)
			state = api->connectPoll(con);
	}
	return MG_OK;
}

static int log_in(struct mg_session *session, PGconn **out, struct mg_error *err)
{
	const struct mg_libpq_api *api = &session->engine->api;
	const struct mg_postgres_params *params = session->engine->params;
	const char *keys[8] = {"application_name", "client_encoding"};
	const char *values[8] = {"modelgate", "UTF8"};
	size_t count = 2;
	if (params->service) {
		keys[count] = "service";
		values[count++] = params->service;
	}
	if (params->dbname) {
		keys[count] = "dbname";
		values[count++] = params->dbname;
	}
	PGconn *con = api->connectStartParams(keys, values, 0);
	if (!con)
		return mg_fail(err, MG_EENGINE, "libpq does not start a connection");
	int code = api->status(con) == CONNECTION_BAD
		? fail_connect(session, api->errorMessage(con), err)
		: wait_connected(session, con, err);
	if (code == MG_OK && api->serverVersion(con) < LEAST_VERSION)
		code = fail_connect(session, "the server is older than PostgreSQL 13", err);
	if (code == MG_OK && api->setnonblocking(con, 1) != 0)
		code = fail_connect(session, api->errorMessage(con), err);
	if (code != MG_OK) {
		api->finish(con);
		return code;
	}
	api->setNoticeProcessor(con, pass_over, NULL);
	*out = con;
	return MG_OK;
}

/* Everything that could change what a statement means is said; what policies of the server hide is an error, not
 * fewer rows. */
static int set_up(struct mg_session *session, PGconn *con, struct mg_error *err)
{
	const struct mg_engine *engine = session->engine;
	const struct mg_postgres_wire wire = {&engine->api, con, &session->cancelled, false};
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	static const char *const settings[][2] = {{"standard_conforming_strings", "on"},
		{"TimeZone", "UTC"}, {"DateStyle", "ISO, YMD"}, {"IntervalStyle", "postgres"},
		{"extra_float_digits", "1"}, {"bytea_output", "hex"}, {"row_security", "off"},
		{"idle_in_transaction_session_timeout", "0"},
		{"default_transaction_read_only", "on"}};
	struct mg_text sql;
	mg_text_init(&sql, arena);
	mg_text_add(&sql, "SELECT 1");
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		mg_text_addf(
			&sql, ", set_config('%s', '%s', false)", settings[i][0], settings[i][1]);
	if (engine->params->statement_timeout > 0)
		mg_text_addf(&sql, ", set_config('statement_timeout', '%.0f', false)",
			engine->params->statement_timeout * 1000);
	if (engine->params->schema)
		mg_text_addf(&sql, ", set_config('search_path', %s, false)",
			mg_postgres_literal(
				arena, mg_postgres_name(arena, engine->params->schema)));
	return mg_postgres_ask(&wire, sql.data, NULL, err);
}

static int open_connection(
	struct mg_session *session, const char *snapshot, PGconn **out, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	PGconn *con = NULL;
	MG_TRY(log_in(session, &con, err));
	const struct mg_postgres_wire wire = {&engine->api, con, &session->cancelled, false};
	int code = set_up(session, con, err);
	if (code == MG_OK)
		code = mg_postgres_ask(&wire,
			"BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", NULL, err);
	if (code == MG_OK && snapshot)
		code = mg_postgres_ask(&wire,
			mg_printf(arena, "SET TRANSACTION SNAPSHOT %s",
				mg_postgres_literal(arena, snapshot)),
			NULL, err);
	if (code != MG_OK) {
		engine->api.finish(con);
		if (code != MG_ECANCELLED && err)
			return mg_fail_in(err, "connection '%s'", engine->connection->name);
		return code;
	}
	*out = con;
	return MG_OK;
}

/* The transaction that keeps the snapshot, and what it is. Lock held. */
static int keep(struct mg_session *session, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	PGconn *con = NULL;
	PGresult *result = NULL;
	MG_TRY(open_connection(session, NULL, &con, err));
	const struct mg_postgres_wire wire = {&engine->api, con, &session->cancelled, false};
	int code = mg_postgres_ask(&wire,
		"SELECT pg_export_snapshot(), CAST(pg_current_snapshot() AS TEXT), "
		"current_database(), CAST(extract(epoch FROM now()) * 1000000 AS BIGINT), "
		"current_setting('server_version_num')",
		&result, err);
	if (code == MG_OK)
		code = mg_postgres_learn_volatiles(engine, &wire, err);
	if (code != MG_OK) {
		engine->api.clear(result);
		engine->api.finish(con);
		return code;
	}
	const char *values[5];
	for (int i = 0; i < 5; i++)
		values[i] = mg_strdup(engine->arena, engine->api.getvalue(result, 0, i));
	engine->api.clear(result);
	engine->exported = values[0];
	engine->snapshot = values[1];
	engine->database = values[2];
	engine->taken_us = strtoll(values[3], NULL, 10);
	int version = engine->api.serverVersion(con);
	engine->version = mg_printf(engine->arena, "%d.%d", version / 10000, version % 10000);
	engine->keeper = con;
	return MG_OK;
}

static int keep_once(struct mg_session *session, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	struct mg_error local = {0};
	if (engine->keeper)
		return MG_OK;
	if (!engine->failed.code) {
		int code = mg_libpq_load(&engine->api, &local);
		code = code == MG_OK ? keep(session, &local) : code;
		if (code == MG_OK)
			return MG_OK;
		if (code == MG_ECANCELLED)
			return mg_fail(err, code, "%s", local.text);
		engine->failed = local; /* the others need not wait for the same */
	}
	return mg_fail(err, engine->failed.code, "%s", engine->failed.text);
}

int mg_postgres_connect(struct mg_session *session, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	if (session->con)
		return MG_OK;
	pthread_mutex_lock(&engine->lock);
	int code = keep_once(session, err);
	pthread_mutex_unlock(&engine->lock);
	MG_TRY(code);
	return open_connection(session, engine->exported, &session->con, err);
}
