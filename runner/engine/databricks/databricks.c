/* databricks.c: the engine of tables in Unity Catalog: SQL warehouses by the Statement Execution API. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <modelgate/engine.h>

#include "base/escape.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "engine/sql/dialect.h"
#include "engine/sql/freq_sql.h"

enum { MOST_STATEMENTS = 32 };

static const struct mg_field fields[] = {
	MG_FIELD(struct mg_databricks_params, warehouse, TEXT,
		"id of the SQL warehouse; that of DATABRICKS_WAREHOUSE_ID when absent"),
	MG_FIELD(struct mg_databricks_params, host, TEXT,
		"address of the workspace; that of DATABRICKS_HOST when absent"),
	MG_FIELD(struct mg_databricks_params, catalog, TEXT, "catalog of tables that name none"),
	MG_FIELD(struct mg_databricks_params, schema, TEXT, "schema of tables that name none"),
	MG_FIELD(struct mg_databricks_params, start_timeout, DURATION,
		"how long a stopped warehouse may take to start", .default_text = "20m",
		.least = 1),
	MG_FIELD(struct mg_databricks_params, statements, INTEGER, "statements that run at once",
		.default_text = "4", .least = 1, .most = MOST_STATEMENTS),
	MG_FIELDS_END};

/* ---- open and close ---- */

static const char *or_variable(const char *value, const char *name)
{
	if (value)
		return value;
	value = getenv(name);
	return value && *value ? value : NULL;
}

static int read_host(struct mg_engine *engine, struct mg_error *err)
{
	const char *host = or_variable(engine->params.host, "DATABRICKS_HOST");
	if (!host)
		return mg_fail(err, MG_EUSAGE,
			"nothing says where the workspace is: set DATABRICKS_HOST, or the connection's host");
	return mg_databricks_host(engine->arena, host, &engine->host, err);
}

static int read_params(
	struct mg_engine *engine, const struct mg_engine_options *options, struct mg_error *err)
{
	engine->params = *(const struct mg_databricks_params *)options->connection->params;
	MG_TRY(read_host(engine, err));
	engine->params.warehouse = or_variable(engine->params.warehouse, "DATABRICKS_WAREHOUSE_ID");
	if (!engine->params.warehouse)
		return mg_fail(err, MG_EUSAGE,
			"nothing says which SQL warehouse runs the statements: set DATABRICKS_WAREHOUSE_ID, or "
			"the connection's warehouse");
	return MG_OK;
}

static void name_run(char out[17])
{
	unsigned char bytes[8];
	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		abort(); /* the kernel always has eight random bytes */
	mg_hex(bytes, sizeof(bytes), out);
}

static void engine_close(struct mg_engine *engine)
{
	if (!engine)
		return;
	mg_databricks_auth_done(&engine->auth);
	mg_databricks_costs_done(&engine->costs);
	mg_arena_free(engine->auth_arena);
	pthread_mutex_destroy(&engine->lock);
	pthread_mutex_destroy(&engine->pin_lock);
	mg_arena_free(engine->arena); /* the engine itself lives in it */
}

static int engine_open(
	struct mg_engine **out, const struct mg_engine_options *options, struct mg_error *err)
{
	const struct mg_spec *spec = options->spec;
	struct mg_arena *arena = mg_arena_new();
	struct mg_engine *engine = mg_alloc(arena, sizeof(*engine));
	engine->arena = arena;
	engine->auth_arena = mg_arena_new();
	engine->spec = spec;
	engine->connection = options->connection;
	engine->rules = (struct mg_sql_rules){
		.spec = spec, .connection = options->connection, .as_of_us = options->as_of_us};
	engine->dialect = mg_dialect_databricks;
	engine->dialect.rules = &engine->rules;
	pthread_mutex_init(&engine->lock, NULL);
	pthread_mutex_init(&engine->pin_lock, NULL);
	mg_databricks_costs_init(&engine->costs);
	name_run(engine->run);
	engine->datasets = mg_alloc_array(arena, spec->data_count, sizeof(*engine->datasets));
	for (size_t i = 0; i < spec->data_count; i++)
		if (spec->data[i].connection == options->connection)
			engine->datasets[engine->dataset_count++].data = &spec->data[i];
	int code = read_params(engine, options, err);
	engine->slots = engine->params.statements > 0 ? (int)engine->params.statements : 1;
	if (code == MG_OK)
		code = mg_databricks_auth_init(
			&engine->auth, engine->auth_arena, engine->host, err);
	if (code != MG_OK) {
		engine_close(engine);
		return mg_fail_in(err, "connection '%s'", options->connection->name);
	}
	*out = engine;
	return MG_OK;
}

static const char *engine_version(const struct mg_engine *engine)
{
	return engine->version;
}

/* ---- sessions ---- */

static int session_open(struct mg_session **out, struct mg_engine *engine, struct mg_error *err)
{
	struct mg_arena *arena = mg_arena_new();
	struct mg_session *session = mg_alloc(arena, sizeof(*session));
	session->arena = arena;
	session->engine = engine;
	int code = mg_http_open(&session->http, engine->host, "", 0, err);
	if (code != MG_OK) {
		mg_arena_free(arena);
		return code;
	}
	session->http.stop = &session->cancelled;
	*out = session;
	return MG_OK;
}

static void session_close(struct mg_session *session)
{
	if (!session)
		return;
	mg_http_close(&session->http);
	mg_arena_free(session->arena);
}

static void cancel(struct mg_session *session)
{
	atomic_store(&session->cancelled, true);
}

static int describe(struct mg_session *session, const struct mg_data *data, struct mg_arena *arena,
	struct mg_schema *out, const char ***out_files, size_t *out_file_count,
	struct mg_error *err)
{
	MG_TRY(mg_databricks_describe(session, data, arena, out, err));
	if (out_files) {
		*out_files = NULL;
		*out_file_count = 0;
	}
	return MG_OK;
}

/* ---- queries ---- */

static int ask(void *context, const char *select, struct mg_arena *arena, struct mg_table *out,
	struct mg_error *err)
{
	struct mg_session *session = context;
	struct mg_databricks_result result;
	char *sql = NULL;
	MG_TRY(mg_databricks_with_datasets(session, select, arena, &sql, err));
	MG_TRY(mg_databricks_run(session, sql, arena, &result, err));
	*out = result.table;
	return MG_OK;
}

/* Spark says what is wrong with a statement before it reads a row, when it is asked to explain it; but EXPLAIN
 * is no SELECT. LIMIT 0 is answered without reading. */
static int prepare(struct mg_session *session, const struct mg_query *query, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_table none;
	char *sql = NULL;
	MG_TRY(mg_databricks_select(session, query, arena, &sql, err));
	return ask(session, mg_printf(arena, "SELECT * FROM (%s) AS `q` LIMIT 0", sql), arena,
		&none, err);
}

static int query_rows(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err)
{
	struct mg_databricks_result result;
	MG_TRY(mg_databricks_query(session, query, arena, &result, err));
	MG_TRY(mg_dialect_check_rows(&session->engine->dialect, query, &result.table, err));
	*out = result.table;
	if (!out_columns)
		return MG_OK;
	*out_columns = mg_alloc_array(arena, result.table.columns, sizeof(**out_columns));
	for (size_t i = 0; i < result.table.columns; i++)
		(*out_columns)[i] = result.columns[i].name;
	return MG_OK;
}

static int freq(struct mg_session *session, const struct mg_query *query,
	const struct mg_range *ranges, size_t range_count, size_t max_entries,
	struct mg_arena *arena, struct mg_freq_set *out, struct mg_error *err)
{
	const struct mg_sql_freq how = {&session->engine->dialect, ask, session};
	return mg_sql_freq(&how, query, ranges, range_count, max_entries, arena, out, err);
}

static char *query_sql(
	struct mg_engine *engine, const struct mg_query *query, struct mg_arena *arena)
{
	return mg_dialect_shown(&engine->dialect, query, arena);
}

const struct mg_engine_ops mg_engine_databricks = {
	.name = "databricks",
	.summary = "tables and volumes of Unity Catalog, by a SQL warehouse",
	.fields = fields,
	.params_size = sizeof(struct mg_databricks_params),
	.flags = MG_ENGINE_VERSIONS | MG_ENGINE_PATHS,
	.open = engine_open,
	.close = engine_close,
	.version = engine_version,
	.describe = describe,
	.session_open = session_open,
	.session_close = session_close,
	.prepare = prepare,
	.query = query_rows,
	.freq = freq,
	.unchanged = mg_databricks_unchanged,
	.cancel = cancel,
	.about = mg_databricks_about,
	.waits = mg_databricks_waits,
	.costs = mg_databricks_costs,
	.sql = query_sql,
};
