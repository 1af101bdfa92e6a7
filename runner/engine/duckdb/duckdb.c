/* duckdb.c: the embedded engine: DuckDB, opened in memory, reading files only where it may. */
#include <string.h>
#include <unistd.h>

#include <modelgate/engine.h>

#include "base/text.h"
#include "engine/duckdb/engine.h"
#include "engine/sql/dialect.h"

static const struct mg_dialect *const d = &mg_dialect_duckdb;

/* ---- open and close ---- */

static uint64_t machine_bytes(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
	return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : (uint64_t)4 << 30;
}

static int open_database(
	struct mg_engine *engine, const struct mg_engine_options *options, struct mg_error *err)
{
	const struct mg_duckdb_api *api = &engine->api;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	/* Nothing from the network, nothing on disk. */
	const char *settings[][2] = {
		{"autoinstall_known_extensions", "false"},
		{"autoload_known_extensions", "false"},
		{"allow_community_extensions", "false"},
		{"allow_persistent_secrets", "false"},
		{"temp_directory", ""},
		{"preserve_insertion_order", "false"},
		{"threads", options->threads > 0 ? mg_printf(arena, "%d", options->threads) : NULL},
		{"memory_limit",
			options->memory_bytes
				? mg_printf(arena, "%lluKiB",
					  (unsigned long long)(options->memory_bytes >> 10))
				: NULL},
	};
	duckdb_config config = NULL;
	if (api->create_config(&config) != DuckDBSuccess)
		return mg_fail(err, MG_EENGINE, "cannot configure DuckDB");
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		if (settings[i][1] &&
			api->set_config(config, settings[i][0], settings[i][1]) != DuckDBSuccess) {
			api->destroy_config(&config);
			return mg_fail(err, MG_EENGINE, "DuckDB %s does not take %s=%s",
				api->library_version(), settings[i][0], settings[i][1]);
		}
	char *problem = NULL;
	int code = MG_OK;
	if (api->open_ext(NULL, &engine->db, config, &problem) != DuckDBSuccess)
		code = mg_fail(err, MG_EENGINE, "cannot start DuckDB: %s",
			problem ? problem : "no reason given");
	if (problem)
		api->free(problem);
	api->destroy_config(&config);
	if (code == MG_OK && api->connect(engine->db, &engine->con) != DuckDBSuccess)
		code = mg_fail(err, MG_EENGINE, "cannot connect to DuckDB");
	return code;
}

/* The files of all datasets, as a list in SQL. */
static const char *files_sql(struct mg_engine *engine, struct mg_arena *arena)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	mg_text_add_char(&out, '[');
	for (size_t i = 0; i < engine->dataset_count; i++)
		for (size_t f = 0; f < engine->datasets[i].file_count; f++) {
			mg_text_add(&out, out.len > 1 ? ", " : "");
			mg_dialect_text(d, &out, engine->datasets[i].files[f]);
		}
	mg_text_add_char(&out, ']');
	return out.data;
}

/* The order matters: connections that show progress first, then the lock on all settings. */
static int lock_down(struct mg_engine *engine, int64_t as_of_us, int sessions, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	static const char make_schema[] = "CREATE SCHEMA " MG_DUCKDB_TABLES,
			  make_whole[] = "CREATE SCHEMA modelgate_whole";
	const char *settings[] = {
		"SET GLOBAL TimeZone='UTC'",
		"SET GLOBAL parquet_metadata_cache=true",
		make_schema,
		make_whole,
		mg_printf(arena, "SET GLOBAL allowed_paths=%s", files_sql(engine, arena)),
		"SET GLOBAL enable_external_access=false",
	};
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		MG_TRY(mg_duckdb_run(engine, engine->con, settings[i], NULL, NULL, err));
	MG_TRY(mg_duckdb_freq_register(engine, err));
	MG_TRY(mg_duckdb_keys_register(engine, err));
	MG_TRY(mg_duckdb_within_register(engine, err));
	MG_TRY(mg_duckdb_rows_register(engine, err));
	MG_TRY(mg_duckdb_samples_register(engine, err));
	MG_TRY(mg_duckdb_set_clock(engine, as_of_us, err));
	for (int i = 0; i < sessions; i++) {
		duckdb_connection con = NULL;
		if (engine->api.connect(engine->db, &con) != DuckDBSuccess)
			return mg_fail(err, MG_EENGINE, "cannot connect to DuckDB");
		engine->pool[engine->pool_count++] = con;
		MG_TRY(mg_duckdb_run(engine, con, "SET enable_progress_bar=true", NULL, NULL, err));
		MG_TRY(mg_duckdb_run(
			engine, con, "SET enable_progress_bar_print=false", NULL, NULL, err));
	}
	return mg_duckdb_run(
		engine, engine->con, "SET GLOBAL lock_configuration=true", NULL, NULL, err);
}

static void engine_close(struct mg_engine *engine)
{
	if (!engine)
		return;
	for (size_t i = 0; i < engine->pool_count; i++)
		engine->api.disconnect(&engine->pool[i]);
	if (engine->con)
		engine->api.disconnect(&engine->con);
	if (engine->db)
		engine->api.close(&engine->db);
	pthread_mutex_destroy(&engine->lock);
	pthread_mutex_destroy(&engine->runs_lock);
	pthread_mutex_destroy(&engine->load_lock);
	mg_duckdb_keys_done(engine);
	mg_sources_free(engine->own_sources);
	mg_arena_free(engine->arena); /* the engine itself lives in it */
}

/* One of a connection is none of ours. */
static struct dataset dataset_of(const struct mg_data *data)
{
	struct dataset out = {.data = data};
	if (!data->connection && !mg_data_is_profile(data))
		return out;
	out.state = DATASET_BROKEN;
	if (mg_data_is_profile(data)) {
		mg_ignore(mg_fail(&out.error, MG_EENGINE,
			"data '%s' is a profile, which has no rows", data->name));
		return out;
	}
	mg_ignore(mg_fail(&out.error, MG_EENGINE,
		"data '%s' is on connection '%s', and one statement cannot read that and this "
		"machine's",
		data->name, data->connection->name));
	return out;
}

static int engine_open(
	struct mg_engine **out, const struct mg_engine_options *options, struct mg_error *err)
{
	struct mg_duckdb_api api;
	MG_TRY(mg_duckdb_load(&api, err));
	struct mg_arena *arena = mg_arena_new();
	struct mg_engine *engine = mg_alloc(arena, sizeof(*engine));
	engine->api = api;
	engine->arena = arena;
	engine->spec = options->spec;
	engine->own_sources = options->sources ? NULL : mg_sources_new();
	engine->sources = options->sources ? options->sources : engine->own_sources;
	pthread_mutex_init(&engine->lock, NULL);
	pthread_mutex_init(&engine->runs_lock, NULL);
	pthread_mutex_init(&engine->load_lock, NULL);
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	engine->threads = options->threads > 0 ? options->threads : cpus > 0 ? (int)cpus : 1;
	engine->memory_bytes = options->memory_bytes ? options->memory_bytes
						     : machine_bytes() / 10 * 8;
	engine->freq_bytes = options->freq_bytes ? options->freq_bytes
		: options->memory_bytes          ? options->memory_bytes / 4
						 : (uint64_t)1 << 30;
	engine->key_bits = options->key_bits ? options->key_bits : 64;
	engine->dataset_count = options->spec->data_count;
	engine->datasets = mg_alloc_array(arena, engine->dataset_count, sizeof(*engine->datasets));
	for (size_t i = 0; i < engine->dataset_count; i++)
		engine->datasets[i] = dataset_of(&options->spec->data[i]);
	int sessions = engine->threads < MG_DUCKDB_POOL / 2 ? engine->threads : MG_DUCKDB_POOL / 2;
	int code = mg_duckdb_allowed(engine, options, err);
	if (code == MG_OK)
		mg_duckdb_find_files(engine);
	if (code == MG_OK)
		code = open_database(engine, options, err);
	if (code == MG_OK)
		code = lock_down(engine, options->as_of_us, sessions, err);
	if (code != MG_OK) {
		engine_close(engine);
		return code;
	}
	*out = engine;
	return MG_OK;
}

static int engine_find(const char **out_version, struct mg_error *err)
{
	struct mg_duckdb_api api;
	MG_TRY(mg_duckdb_load(&api, err));
	*out_version = api.library_version();
	return MG_OK;
}

static const char *engine_version(const struct mg_engine *engine)
{
	return engine->api.library_version();
}

/* ---- describe ---- */

static int fill_schema(const struct dataset *dataset, const struct mg_table *table,
	struct mg_arena *arena, struct mg_schema *out, struct mg_error *err)
{
	enum { MOST_TYPE = 120, MOST_NAME = 1000 };
	out->count = table->rows;
	out->columns = mg_alloc_array(arena, table->rows, sizeof(*out->columns));
	for (size_t i = 0; i < table->rows; i++) {
		const struct mg_cell *row = table->cells + i * table->columns;
		const char *type = row[1].text;
		if (strlen(row[0].text) > MOST_NAME)
			return mg_fail(err, MG_ELIMIT,
				"the name of column %zu takes %zu bytes, which is more than %d; "
				"is there a header? (header: false)",
				i + 1, strlen(row[0].text), MOST_NAME);
		const char *name = dataset->names ? dataset->names[i] : row[0].text;
		out->columns[i] = (struct mg_column){
			.name = name,
			.ambiguous = !mg_streq(name, row[0].text),
			/* Without the values of an ENUM, or all fields of a STRUCT. */
			.sql_type = mg_starts_with(type, "ENUM(") && !mg_ends_with(type, "]")
				? "ENUM"
				: mg_strndup(arena, type, MOST_TYPE),
		};
		mg_duckdb_column_type(arena, type, &out->columns[i]);
	}
	return MG_OK;
}

static int describe(struct mg_session *session, const struct mg_data *data, struct mg_arena *arena,
	struct mg_schema *out, const char ***out_files, size_t *out_file_count,
	struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	struct dataset *dataset = mg_duckdb_find(engine, data);
	if (!dataset)
		return mg_fail(err, MG_ENOTFOUND, "there is no data '%s'", data->name);
	MG_TRY(mg_duckdb_open_dataset(session, dataset, err));
	struct mg_text select;
	struct mg_table table;
	mg_text_init(&select, arena);
	mg_text_add(&select, "SELECT * FROM ");
	mg_dialect_name(d, &select, data->name);
	int code = mg_duckdb_describe(session, select.data, arena, &table, err);
	if (atomic_load(&session->cancelled))
		return mg_fail(err, MG_ECANCELLED, "the query was stopped");
	if (code != MG_OK)
		return mg_fail_in(err, "data '%s'", data->name);
	mg_duckdb_learn_columns(session, dataset, &table);
	*out = (struct mg_schema){.data = data};
	if (dataset->rows)
		out->form = mg_printf(arena, "%s; rows %llu, columns %zu", dataset->rows->form,
			(unsigned long long)dataset->rows->rows, dataset->rows->column_count);
	if (fill_schema(dataset, &table, arena, out, err) != MG_OK)
		return mg_fail_in(err, "data '%s'", data->name);
	if (out_files) {
		const char **files = mg_alloc_array(arena, dataset->file_count, sizeof(*files));
		for (size_t i = 0; i < dataset->file_count; i++)
			files[i] = mg_strdup(arena, dataset->files[i]);
		*out_files = files;
		*out_file_count = dataset->file_count;
	}
	return MG_OK;
}

static int expect(
	struct mg_engine *engine, const struct mg_data *data, size_t passes, struct mg_error *err)
{
	struct dataset *dataset = mg_duckdb_find(engine, data);
	if (!dataset)
		return mg_fail(err, MG_ENOTFOUND, "there is no data '%s'", data->name);
	if (passes >= MG_DUCKDB_WORTH_KEEPING)
		mg_duckdb_expect(engine, dataset);
	return MG_OK;
}

/* ---- sessions ---- */

static int session_open(struct mg_session **out, struct mg_engine *engine, struct mg_error *err)
{
	duckdb_connection con = NULL;
	pthread_mutex_lock(&engine->lock);
	if (engine->pool_count)
		con = engine->pool[--engine->pool_count];
	pthread_mutex_unlock(&engine->lock);
	bool pooled = con != NULL;
	if (!con && engine->api.connect(engine->db, &con) != DuckDBSuccess)
		return mg_fail(err, MG_EENGINE, "cannot connect to DuckDB");
	/* In an arena of its own, since sessions come and go from several threads. */
	struct mg_arena *arena = mg_arena_new();
	struct mg_session *session = mg_alloc(arena, sizeof(*session));
	session->arena = arena;
	session->engine = engine;
	session->con = con;
	session->pooled = pooled;
	*out = session;
	return MG_OK;
}

static void session_close(struct mg_session *session)
{
	if (!session)
		return;
	struct mg_engine *engine = session->engine;
	if (session->pooled) {
		pthread_mutex_lock(&engine->lock);
		engine->pool[engine->pool_count++] = session->con;
		pthread_mutex_unlock(&engine->lock);
	} else {
		engine->api.disconnect(&session->con);
	}
	mg_arena_free(session->arena);
}

static void cancel(struct mg_session *session)
{
	atomic_store(&session->cancelled, true);
	session->engine->api.interrupt(session->con);
}

static double progress(struct mg_session *session)
{
	if (!atomic_load(&session->running))
		return -1;
	double percent = session->engine->api.query_progress(session->con).percentage;
	return percent < 0 ? -1 : percent > 100 ? 1 : percent / 100;
}

/* ---- queries ---- */

static int check_pieces(struct mg_session *session, const struct mg_expr *x, struct mg_error *err)
{
	if (!x)
		return MG_OK;
	if (x->type == MG_X_SQL)
		return mg_duckdb_check_piece(session->engine, session->con, false, x->text, err);
	if (x->type == MG_X_CALL)
		for (size_t i = 0; i < x->arg_count; i++)
			MG_TRY(check_pieces(session, x->args[i], err));
	return MG_OK;
}

static int check_source(
	struct mg_session *session, const struct mg_source *source, struct mg_error *err)
{
	if (!source->data)
		return MG_OK;
	struct dataset *dataset = mg_duckdb_find(session->engine, source->data);
	if (!dataset)
		return mg_fail(err, MG_ENOTFOUND, "there is no data '%s'", source->data->name);
	MG_TRY(mg_duckdb_open_dataset(session, dataset, err));
	for (size_t i = 0; i < source->where_count; i++)
		MG_TRY(check_pieces(session, source->where[i], err));
	return MG_OK;
}

/* Opens what the query reads, and looks at each piece of SQL in it that is the spec's. */
static int check_query(
	struct mg_session *session, const struct mg_query *query, struct mg_error *err)
{
	MG_TRY(check_source(session, &query->source, err));
	MG_TRY(check_source(session, &query->other, err));
	for (size_t i = 0; i < query->key_count; i++)
		MG_TRY(check_pieces(session, query->keys[i].expr, err));
	for (size_t i = 0; i < query->term_count; i++)
		MG_TRY(check_pieces(session, query->terms[i].expr, err));
	MG_TRY(check_pieces(session, query->value, err));
	MG_TRY(check_pieces(session, query->group, err));
	MG_TRY(check_pieces(session, query->slice, err));
	for (size_t i = 0; i < query->part_count; i++)
		MG_TRY(check_query(session, query->parts[i], err));
	return query->with ? check_query(session, query->with, err) : MG_OK;
}

int mg_duckdb_start(struct mg_session *session, const struct mg_query *query, const char *before,
	const char *after, duckdb_prepared_statement *out, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_error local = {0};
	err = err ? err : &local; /* messages are looked into */
	if (atomic_load(&session->cancelled))
		return mg_fail(err, MG_ECANCELLED, "the query was stopped");
	char *sql = NULL;
	MG_TRY(mg_dialect_sql(d, query, arena, &sql, err));
	MG_TRY(check_query(session, query, err));
	if (query->sql)
		MG_TRY(mg_duckdb_check_piece(engine, session->con, true, query->sql, err));
	MG_TRY(mg_duckdb_load_mentioned(session, sql, err));
	const char *narrow = mg_duckdb_narrow(session, query, sql, arena);
	if (before && narrow)
		narrow = mg_printf(arena, "%s%s%s", before, narrow, after);
	if (before)
		sql = mg_printf(arena, "%s%s%s", before, sql, after);
	if (narrow && mg_duckdb_prepare(engine, session->con, narrow, out, err) == MG_OK)
		return MG_OK;
	int code = mg_duckdb_prepare(engine, session->con, sql, out, err);
	if (code != MG_OK && mg_duckdb_open_mentioned(session, sql))
		code = mg_duckdb_prepare(engine, session->con, sql, out, err);
	/* Its datasets may have stayed closed for that reason. */
	if (code != MG_OK && atomic_load(&session->cancelled))
		return mg_fail(err, MG_ECANCELLED, "the query was stopped");
	return code == MG_OK ? MG_OK : mg_duckdb_blame(engine, err);
}

static int prepare(struct mg_session *session, const struct mg_query *query, struct mg_error *err)
{
	duckdb_prepared_statement statement = NULL;
	MG_TRY(mg_duckdb_start(session, query, NULL, NULL, &statement, err));
	session->engine->api.destroy_prepare(&statement);
	return MG_OK;
}

int mg_duckdb_query(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	duckdb_prepared_statement statement = NULL;
	duckdb_result result;
	struct mg_table table = {0};
	MG_TRY(mg_duckdb_start(session, query, NULL, NULL, &statement, err));
	int code = mg_duckdb_execute(session, statement, &result, err);
	engine->api.destroy_prepare(&statement);
	MG_TRY(code);
	code = mg_duckdb_decode(engine, &result, arena, &table, out_columns, err);
	engine->api.destroy_result(&result);
	MG_TRY(code);
	MG_TRY(mg_dialect_check_rows(d, query, &table, err));
	*out = table;
	return MG_OK;
}

static int query_rows(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err)
{
	if (query->kind == MG_QUERY_SAMPLES)
		return mg_duckdb_samples(session, query, arena, out, out_columns, err);
	bool by_keys = query->kind == MG_QUERY_KEYS || query->kind == MG_QUERY_SAMPLE_KEYS;
	int code = (by_keys ? mg_duckdb_keys : mg_duckdb_query)(
		session, query, arena, out, out_columns, err);
	return code == MG_EMEMORY && mg_duckdb_has_parts(query)
		? mg_duckdb_query_in_parts(session, query, arena, out, out_columns, err)
		: code;
}

static char *query_sql(
	struct mg_engine *engine, const struct mg_query *query, struct mg_arena *arena)
{
	(void)engine;
	return mg_dialect_shown(d, query, arena);
}

const struct mg_engine_ops mg_engine_duckdb = {
	.name = "duckdb",
	.find = engine_find,
	.open = engine_open,
	.close = engine_close,
	.version = engine_version,
	.describe = describe,
	.expect = expect,
	.session_open = session_open,
	.session_close = session_close,
	.prepare = prepare,
	.query = query_rows,
	.freq = mg_duckdb_freq,
	.cancel = cancel,
	.progress = progress,
	.harmless = mg_duckdb_harmless,
	.memory = mg_duckdb_memory,
	.sql = query_sql,
};
