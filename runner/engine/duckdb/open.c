/* open.c: datasets of the spec as views of DuckDB, made when first needed. */
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/file.h"
#include "base/text.h"
#include "engine/duckdb/engine.h"
#include "engine/sql/dialect.h"

/* How far datasets made of datasets are followed when files are to be read once. */
enum { MADE_OF_DEPTH = 4 };

static const struct mg_dialect *const d = &mg_dialect_duckdb;

struct dataset *mg_duckdb_find(struct mg_engine *engine, const struct mg_data *data)
{
	for (size_t i = 0; i < engine->dataset_count; i++)
		if (engine->datasets[i].data == data)
			return &engine->datasets[i];
	for (size_t i = 0; i < engine->dataset_count; i++)
		if (mg_streq(engine->datasets[i].data->name, data->name))
			return &engine->datasets[i];
	return NULL;
}

static int open_locked(struct mg_session *session, struct dataset *dataset, struct mg_error *err);

/* `SELECT * FROM <read> WHERE (...)`: the rows of a dataset. */
static int rows_sql(struct mg_engine *engine, const struct dataset *dataset, const char **out,
	struct mg_error *err)
{
	struct mg_text text;
	mg_text_init(&text, engine->arena);
	mg_text_addf(&text, "SELECT * FROM %s", dataset->read);
	if (dataset->data->where) {
		mg_text_add(&text, " WHERE ");
		MG_TRY(mg_dialect_piece(d, &text, "`where`", dataset->data->where, err));
	}
	*out = text.data;
	return MG_OK;
}

static int make_view(struct mg_engine *engine, duckdb_connection con, const struct dataset *dataset,
	struct mg_error *err)
{
	const char *rows = NULL;
	MG_TRY(rows_sql(engine, dataset, &rows, err));
	struct mg_text text;
	mg_text_init(&text, engine->arena);
	mg_text_add(&text, "CREATE OR REPLACE VIEW ");
	mg_dialect_name(d, &text, dataset->data->name);
	mg_text_addf(&text, " AS %s", rows);
	MG_TRY(mg_duckdb_run(engine, con, text.data, NULL, NULL, err));
	if (!dataset->data->where)
		return MG_OK;
	mg_text_init(&text, engine->arena);
	mg_text_addf(&text, "CREATE OR REPLACE VIEW %s", d->whole);
	mg_dialect_name(d, &text, dataset->data->name);
	mg_text_addf(&text, " AS SELECT * FROM %s", dataset->read);
	return mg_duckdb_run(engine, con, text.data, NULL, NULL, err);
}

static int make_table(struct mg_engine *engine, duckdb_connection con,
	const struct dataset *dataset, const atomic_bool *cancelled, const char **out,
	struct mg_error *err)
{
	struct mg_text name, text;
	mg_text_init(&name, engine->arena);
	mg_text_add(&name, MG_DUCKDB_TABLES ".");
	mg_dialect_name(d, &name, dataset->data->name);
	mg_text_init(&text, engine->arena);
	mg_text_addf(
		&text, "CREATE OR REPLACE TABLE %s AS SELECT * FROM %s", name.data, dataset->read);
	MG_TRY(mg_duckdb_run(engine, con, text.data, cancelled, NULL, err));
	*out = name.data;
	return MG_OK;
}

static bool open_mentioned_locked(struct mg_session *session, const char *sql)
{
	struct mg_engine *engine = session->engine;
	bool opened = false;
	for (size_t i = 0; i < engine->dataset_count; i++) {
		struct dataset *other = &engine->datasets[i];
		struct mg_error ignored;
		if (other->state == DATASET_CLOSED && mg_sql_mentions(sql, other->data->name))
			opened = open_locked(session, other, &ignored) == MG_OK || opened;
	}
	return opened;
}

/* When SQL names a table that is not there: perhaps a dataset that could not be opened. */
static int blame_dataset(struct mg_engine *engine, struct mg_error *err)
{
	if (!strstr(err->text, "does not exist"))
		return err->code;
	for (size_t i = 0; i < engine->dataset_count; i++) {
		const struct dataset *other = &engine->datasets[i];
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		const char *missing = mg_printf(
			arena, "Table with name %s does not exist", other->data->name);
		if (strncasecmp(err->text, missing, strlen(missing)) != 0)
			continue;
		if (other->state == DATASET_BROKEN)
			return mg_fail(err, other->error.code, "%s", other->error.text);
		if (other->state == DATASET_OPENING)
			return mg_fail(err, MG_ESPEC,
				"it is made of data '%s', which is made of it in turn",
				other->data->name);
	}
	return err->code;
}

/* Is SQL of a dataset a SELECT that can be prepared? Opens the datasets it is made of. */
static int check_select(struct mg_session *session, const char *sql, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	duckdb_prepared_statement statement = NULL;
	int code = mg_duckdb_prepare(engine, session->con, sql, &statement, err);
	if (code != MG_OK && open_mentioned_locked(session, sql))
		code = mg_duckdb_prepare(engine, session->con, sql, &statement, err);
	if (code != MG_OK)
		return blame_dataset(engine, err);
	engine->api.destroy_prepare(&statement);
	return MG_OK;
}

/* The files of a `sql:` dataset are those of the datasets it mentions. */
static void gather_files(struct mg_engine *engine, struct dataset *dataset)
{
	size_t count = 0, capacity = 0;
	const char **files = NULL;
	for (size_t i = 0; i < engine->dataset_count; i++) {
		const struct dataset *other = &engine->datasets[i];
		if (other == dataset || other->state != DATASET_OPEN ||
			!mg_sql_mentions(dataset->data->sql, other->data->name))
			continue;
		for (size_t f = 0; f < other->file_count; f++) {
			bool seen = false;
			for (size_t k = 0; k < count && !seen; k++)
				seen = mg_streq(files[k], other->files[f]);
			if (seen)
				continue;
			files = mg_grow(engine->arena, files, count, &capacity, sizeof(*files));
			files[count++] = other->files[f];
		}
	}
	dataset->files = files;
	dataset->file_count = count;
}

static int try_open(struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	const struct mg_data *data = dataset->data;
	const char *rows = NULL;
	for (const struct dataset *other = engine->datasets; other != dataset; other++)
		if (strcasecmp(other->data->name, data->name) == 0)
			return mg_fail(err, MG_ESPEC,
				"data '%s' and '%s' differ only in case, which SQL does not see",
				other->data->name, data->name);
	if (data->path) {
		MG_TRY(mg_duckdb_open_files(engine, dataset, err));
		MG_TRY(mg_duckdb_read(session, dataset, err));
	} else {
		struct mg_text text;
		mg_text_init(&text, engine->arena);
		if (mg_dialect_piece(d, &text, "`sql`", data->sql, err) != MG_OK)
			return mg_fail_in(err, "data '%s'", data->name);
		dataset->read = text.data;
		if (mg_duckdb_check_piece(engine, session->con, true, data->sql, err) != MG_OK ||
			check_select(session, text.data, err) != MG_OK ||
			mg_duckdb_name_query(session, dataset, err) != MG_OK)
			return mg_fail_in(err, "data '%s'", data->name);
		gather_files(engine, dataset);
	}
	if (mg_duckdb_is_small(dataset)) {
		const char *table = NULL;
		if (make_table(engine, session->con, dataset, NULL, &table, err) != MG_OK)
			return mg_fail_in(err, "data '%s'", data->name);
		dataset->read = table;
		dataset->slow = false;
	}
	if (data->where) {
		if (rows_sql(engine, dataset, &rows, err) != MG_OK ||
			mg_duckdb_check_piece(engine, session->con, false, data->where, err) !=
				MG_OK ||
			check_select(session, rows, err) != MG_OK)
			return mg_fail_in(err, "data '%s': where", data->name);
	}
	if (make_view(engine, session->con, dataset, err) != MG_OK)
		return mg_fail_in(err, "data '%s'", data->name);
	return MG_OK;
}

/* The lock is held. A session that was told to stop may have been at any statement, also at one whose
 * failure only means less to know; so its dataset is as good as never opened. */
static int open_locked(struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	if (dataset->state == DATASET_CLOSED) {
		dataset->state = DATASET_OPENING;
		int code = try_open(session, dataset, &dataset->error);
		dataset->state = code == MG_OK ? DATASET_OPEN : DATASET_BROKEN;
		if (atomic_load(&session->cancelled))
			dataset->state = DATASET_CLOSED;
	}
	if (atomic_load(&session->cancelled))
		return mg_fail(err, MG_ECANCELLED, "the query was stopped");
	if (dataset->state == DATASET_BROKEN)
		return mg_fail(err, dataset->error.code, "%s", dataset->error.text);
	return MG_OK;
}

int mg_duckdb_open_dataset(
	struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	pthread_mutex_lock(&session->engine->lock);
	int code = open_locked(session, dataset, err);
	pthread_mutex_unlock(&session->engine->lock);
	return code;
}

bool mg_duckdb_open_mentioned(struct mg_session *session, const char *sql)
{
	pthread_mutex_lock(&session->engine->lock);
	bool opened = open_mentioned_locked(session, sql);
	pthread_mutex_unlock(&session->engine->lock);
	return opened;
}

int mg_duckdb_blame(struct mg_engine *engine, struct mg_error *err)
{
	pthread_mutex_lock(&engine->lock);
	int code = blame_dataset(engine, err);
	pthread_mutex_unlock(&engine->lock);
	return code;
}

/* ---- reading slow formats only once ---- */

bool mg_duckdb_fits_table(const struct mg_engine *engine, const struct dataset *dataset)
{
	/* A table takes at most about twice the bytes of its text. */
	return dataset->slow && dataset->bytes <= engine->memory_bytes / 4;
}

static void expect(struct mg_engine *engine, struct dataset *dataset, int depth)
{
	if (dataset->state == DATASET_OPEN && mg_duckdb_fits_table(engine, dataset))
		atomic_store(&dataset->load, true);
	if (!dataset->data->sql || depth == 0)
		return;
	for (size_t i = 0; i < engine->dataset_count; i++)
		if (&engine->datasets[i] != dataset &&
			mg_sql_mentions(dataset->data->sql, engine->datasets[i].data->name))
			expect(engine, &engine->datasets[i], depth - 1);
}

void mg_duckdb_expect(struct mg_engine *engine, struct dataset *dataset)
{
	pthread_mutex_lock(&engine->lock);
	expect(engine, dataset, MADE_OF_DEPTH);
	pthread_mutex_unlock(&engine->lock);
}

/* Waits for the lock, but not longer than the session is wanted. */
static int lock_load(struct mg_session *session, struct mg_error *err)
{
	while (pthread_mutex_trylock(&session->engine->load_lock) != 0) {
		if (atomic_load(&session->cancelled))
			return mg_fail(err, MG_ECANCELLED, "the query was stopped");
		nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
	}
	return MG_OK;
}

static int load(struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_error failed = {0};
	const char *table = NULL;
	/* A copy with its own arena: the engine's is not held while files are read. */
	struct mg_engine aside = {.api = engine->api, .arena = arena, .spec = engine->spec};
	atomic_store(&session->running, true);
	int code = make_table(&aside, session->con, dataset, &session->cancelled, &table, &failed);
	atomic_store(&session->running, false);
	if (code == MG_ECANCELLED)
		return mg_fail(err, code, "%s", failed.text);
	atomic_store(&dataset->load, false);
	if (code != MG_OK)
		return MG_OK; /* then it is read from its files, as if nothing had been expected */
	pthread_mutex_lock(&engine->lock);
	dataset->read = mg_strdup(engine->arena, table);
	code = make_view(engine, session->con, dataset, err);
	dataset->slow = false;
	pthread_mutex_unlock(&engine->lock);
	return code;
}

static int load_mentioned(
	struct mg_session *session, const char *sql, int depth, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	for (size_t i = 0; i < engine->dataset_count; i++) {
		struct dataset *dataset = &engine->datasets[i];
		if (!mg_sql_mentions(sql, dataset->data->name))
			continue;
		/* The depth only stops datasets that are made of each other, which stay broken. */
		if (dataset->data->sql && depth > 0)
			MG_TRY(load_mentioned(session, dataset->data->sql, depth - 1, err));
		if (!dataset->data->path || !atomic_load(&dataset->load))
			continue;
		MG_TRY(lock_load(session, err));
		int code = atomic_load(&dataset->load) ? load(session, dataset, err) : MG_OK;
		pthread_mutex_unlock(&engine->load_lock);
		MG_TRY(code);
	}
	return MG_OK;
}

int mg_duckdb_load_mentioned(struct mg_session *session, const char *sql, struct mg_error *err)
{
	return load_mentioned(session, sql, MADE_OF_DEPTH, err);
}
