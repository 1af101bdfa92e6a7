/* postgres.c: PostgreSQL as an engine: tables of a connection, read by libpq. */
#include <stdlib.h>
#include <string.h>

#include <modelgate/run.h>

#include "base/text.h"
#include "engine/postgres/engine.h"
#include "engine/sql/dialect.h"
#include "engine/sql/freq_sql.h"

/* ---- the engine ---- */

static int engine_find(const char **out_version, struct mg_error *err)
{
	struct mg_libpq_api api;
	MG_TRY(mg_libpq_load(&api, err));
	*out_version = "libpq";
	return MG_OK;
}

/* Connects nobody: that may take long, and is done where the clock and the signals are watched. */
static int engine_open(
	struct mg_engine **out, const struct mg_engine_options *options, struct mg_error *err)
{
	(void)err;
	struct mg_arena *arena = mg_arena_new();
	struct mg_engine *engine = mg_alloc(arena, sizeof(*engine));
	engine->arena = arena;
	engine->spec = options->spec;
	engine->connection = options->connection;
	engine->params = options->connection->params;
	mg_postgres_set_rules(engine, options->as_of_us);
	engine->tables = mg_alloc_array(arena, options->spec->data_count, sizeof(*engine->tables));
	pthread_mutex_init(&engine->lock, NULL);
	*out = engine;
	return MG_OK;
}

static void engine_close(struct mg_engine *engine)
{
	if (!engine)
		return;
	if (engine->keeper)
		engine->api.finish(engine->keeper);
	pthread_mutex_destroy(&engine->lock);
	mg_arena_free(engine->arena); /* the engine itself lives in it */
}

static const char *engine_version(const struct mg_engine *engine)
{
	return engine->version;
}

/* ---- sessions ---- */

static int session_open(struct mg_session **out, struct mg_engine *engine, struct mg_error *err)
{
	(void)err;
	struct mg_arena *arena = mg_arena_new();
	struct mg_session *session = mg_alloc(arena, sizeof(*session));
	session->arena = arena;
	session->engine = engine;
	*out = session;
	return MG_OK;
}

static void session_close(struct mg_session *session)
{
	if (!session)
		return;
	if (session->con)
		session->engine->api.finish(session->con);
	mg_arena_free(session->arena);
}

/* Whoever waits for the server sees it and tells it. */
static void cancel(struct mg_session *session)
{
	atomic_store(&session->cancelled, true);
}

/* ---- queries ---- */

static int sql_of(struct mg_session *session, const struct mg_query *query, struct mg_arena *arena,
	char **out, struct mg_error *err)
{
	const struct mg_dialect *d = &session->engine->dialect;
	char *select = NULL;
	if (atomic_load(&session->cancelled))
		return mg_fail(err, MG_ECANCELLED, "the query was stopped");
	MG_TRY(mg_postgres_connect(session, err));
	MG_TRY(mg_dialect_sql(d, query, arena, &select, err));
	if (query->sql && !mg_sql_is_select(&d->lexis, query->sql))
		return mg_fail(err, MG_ESPEC, "the SQL is not a SELECT; only reading is allowed");
	return mg_postgres_with_datasets(session, select, arena, out, err);
}

static int prepare(struct mg_session *session, const struct mg_query *query, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	PGresult *result = NULL;
	char *sql = NULL;
	MG_TRY(sql_of(session, query, arena, &sql, err));
	MG_TRY(mg_postgres_columns(session, sql, &result, err));
	session->engine->api.clear(result);
	return MG_OK;
}

static int by_cell(const struct mg_cell *a, const struct mg_cell *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	switch (a->type) {
	case MG_CELL_INTEGER:
		return (a->integer > b->integer) - (a->integer < b->integer);
	case MG_CELL_REAL:
		return (a->real > b->real) - (a->real < b->real);
	case MG_CELL_TEXT:
		return strcmp(a->text, b->text);
	case MG_CELL_NULL:
		break;
	}
	return 0;
}

/* Rows stand in the order of their keys' bytes; the server's goes by its collation. */
static int by_keys(const void *left, const void *right, void *context)
{
	const struct mg_cell *a = left, *b = right;
	size_t keys = *(const size_t *)context;
	for (size_t i = 0; i < keys; i++) {
		int order = by_cell(&a[i], &b[i]);
		if (order)
			return order;
	}
	return 0;
}

static int query_rows(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_table table = {0};
	PGresult *result = NULL;
	char *sql = NULL;
	MG_TRY(sql_of(session, query, scratch, &sql, err));
	MG_TRY(mg_postgres_run(session, sql, &result, err));
	int code = mg_postgres_decode(&engine->api, result, arena, &table, out_columns, err);
	engine->api.clear(result);
	MG_TRY(code);
	MG_TRY(mg_dialect_check_rows(&engine->dialect, query, &table, err));
	size_t keys = query->kind == MG_QUERY_AGGREGATE ? query->key_count : query->slice ? 1 : 0;
	if (keys && table.rows)
		qsort_r((void *)(uintptr_t)table.cells, table.rows,
			table.columns * sizeof(*table.cells), by_keys, &keys);
	*out = table;
	return MG_OK;
}

/* A SELECT of ours, by freq_sql.c. */
static int run_select(void *context, const char *select, struct mg_arena *arena,
	struct mg_table *out, struct mg_error *err)
{
	struct mg_session *session = context;
	const struct mg_libpq_api *api = &session->engine->api;
	PGresult *result = NULL;
	char *sql = NULL;
	MG_TRY(mg_postgres_with_datasets(session, select, arena, &sql, err));
	MG_TRY(mg_postgres_run(session, sql, &result, err));
	int code = mg_postgres_decode(api, result, arena, out, NULL, err);
	api->clear(result);
	return code;
}

static int freq(struct mg_session *session, const struct mg_query *query,
	const struct mg_range *ranges, size_t range_count, size_t max_entries,
	struct mg_arena *arena, struct mg_freq_set *out, struct mg_error *err)
{
	const struct mg_sql_freq how = {&session->engine->dialect, run_select, session};
	if (atomic_load(&session->cancelled))
		return mg_fail(err, MG_ECANCELLED, "the query was stopped");
	MG_TRY(mg_postgres_connect(session, err));
	return mg_sql_freq(&how, query, ranges, range_count, max_entries, arena, out, err);
}

static void costs(struct mg_session *session, struct mg_arena *arena, struct mg_engine_costs *out)
{
	(void)arena;
	out->statement_count = atomic_load(&session->engine->statements);
	out->rows = atomic_load(&session->engine->rows);
}

static char *query_sql(
	struct mg_engine *engine, const struct mg_query *query, struct mg_arena *arena)
{
	return mg_dialect_shown(&engine->dialect, query, arena);
}

/* ---- what a spec may say ---- */

static const struct mg_field fields[] = {
	MG_FIELD(struct mg_postgres_params, service, TEXT,
		"service of the connection service file (pg_service.conf), which says host and "
		"user; PGSERVICE and the like by default"),
	MG_FIELD(struct mg_postgres_params, dbname, TEXT,
		"database; that of the service or of PGDATABASE by default"),
	MG_FIELD(struct mg_postgres_params, schema, TEXT,
		"schema of tables that are written without one; the server's search path by "
		"default"),
	MG_FIELD(struct mg_postgres_params, statement_timeout, DURATION,
		"longest time for one statement, which the server ends; its own by default",
		.least = 0.001, .most = 604800),
	MG_FIELDS_END,
};

const struct mg_engine_ops mg_engine_postgres = {
	.name = "postgres",
	.summary = "a PostgreSQL database, by libpq, which takes the rest from its environment",
	.fields = fields,
	.params_size = sizeof(struct mg_postgres_params),
	.find = engine_find,
	.open = engine_open,
	.close = engine_close,
	.version = engine_version,
	.describe = mg_postgres_describe,
	.session_open = session_open,
	.session_close = session_close,
	.prepare = prepare,
	.query = query_rows,
	.freq = freq,
	.cancel = cancel,
	.costs = costs,
	.about = mg_postgres_about,
	.sql = query_sql,
};
