/* describe.c: which version of a table a run reads, and which columns it has. */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "engine/sql/datasets.h"
#include "engine/sql/dialect.h"

static const struct mg_dialect *const d = &mg_dialect_databricks;

enum { MOST_PARTS = 3 };

static struct mg_databricks_dataset *find(struct mg_engine *engine, const struct mg_data *data)
{
	for (size_t i = 0; i < engine->dataset_count; i++)
		if (engine->datasets[i].data == data)
			return &engine->datasets[i];
	return NULL;
}

/* ---- names ---- */

int mg_databricks_table_name(const struct mg_engine *engine, const struct mg_data *data,
	struct mg_arena *arena, const char **out_sql, const char **out_plain, struct mg_error *err)
{
	const char *parts[MOST_PARTS] = {engine->params.catalog, engine->params.schema, NULL};
	const char *own[MOST_PARTS];
	size_t count = 0;
	char *text = mg_strdup(arena, data->table), *save = NULL;
	for (char *part = strtok_r(text, ".", &save); part; part = strtok_r(NULL, ".", &save)) {
		if (count == MOST_PARTS)
			return mg_fail(err, MG_ESPEC, "table '%s' has more than three parts",
				mg_log_safe_cut(arena, data->table, 200));
		own[count++] = part;
	}
	for (size_t i = 0; i < count; i++)
		parts[MOST_PARTS - count + i] = own[i];
	struct mg_text sql, plain;
	mg_text_init(&sql, arena);
	mg_text_init(&plain, arena);
	for (size_t i = 0; i < MOST_PARTS; i++) {
		if (!parts[i])
			continue;
		mg_text_add(&sql, sql.len ? "." : "");
		mg_dialect_name(d, &sql, parts[i]);
		mg_text_addf(&plain, "%s%s", plain.len ? "." : "", parts[i]);
	}
	*out_sql = sql.data;
	*out_plain = plain.data;
	return MG_OK;
}

/* ---- versions ---- */

static bool column_at(const struct mg_databricks_result *history, const char *name, size_t *out)
{
	for (size_t i = 0; i < history->table.columns; i++)
		if (mg_streq(history->columns[i].name, name)) {
			*out = i;
			return true;
		}
	return false;
}

/* A view, or a table that is not Delta's. */
static bool has_no_versions(const char *message)
{
	static const char *const marks[] = {"EXPECT_TABLE_NOT_VIEW", "expects a table but",
		"DELTA_TABLE_ONLY_OPERATION", "DELTA_ONLY_OPERATION", "not a Delta table",
		"only supported for Delta tables", "DELTA_MISSING_DELTA_TABLE"};
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (strstr(message, marks[i]))
			return true;
	return false;
}

struct wanted {
	const struct mg_data *data;
	int64_t as_of_us;
	bool by_time;
};

/* The newest version, that which is asked for, or the newest at a time. */
static int choose_version(const struct wanted *wanted, const struct mg_databricks_result *history,
	struct mg_arena *arena, struct mg_table_state *out, struct mg_error *err)
{
	size_t version = 0, timestamp = 0;
	int64_t best = -1, wanted_version = -1;
	if (!column_at(history, "version", &version) ||
		!column_at(history, "timestamp", &timestamp))
		return mg_fail(err, MG_EENGINE, "the table's history has no versions");
	if (wanted->data->version && !mg_parse_int(wanted->data->version, &wanted_version))
		return mg_fail(err, MG_ESPEC, "version '%s' is not a version", wanted->data->version);
	for (size_t i = 0; i < history->table.rows; i++) {
		const struct mg_cell *row = history->table.cells + i * history->table.columns;
		int64_t at = 0, number = row[version].integer;
		if (row[version].type != MG_CELL_INTEGER || row[timestamp].type != MG_CELL_TEXT ||
			!mg_clock_parse(row[timestamp].text, &at))
			return mg_fail(err, MG_EENGINE,
				"the table's history has a version without a time");
		if ((wanted->by_time && at > wanted->as_of_us) ||
			(wanted_version >= 0 && number != wanted_version) || number <= best)
			continue;
		best = number;
		out->at_us = at;
	}
	if (best < 0 && wanted->data->version)
		return mg_fail(
			err, MG_ENOTFOUND, "the table has no version %s", wanted->data->version);
	if (best < 0)
		return mg_fail(err, MG_ENOTFOUND, "the table had no version yet at %s",
			wanted->by_time ? mg_clock_text(arena, wanted->as_of_us) : "any time");
	out->version = mg_printf(arena, "%lld", (long long)best);
	return MG_OK;
}

int mg_databricks_pin(struct mg_session *session, const struct mg_databricks_dataset *dataset,
	struct mg_arena *arena, struct mg_table_state *out, struct mg_error *err)
{
	struct wanted wanted = {.data = dataset->data, .by_time = dataset->data->as_of != NULL};
	if (wanted.by_time && !mg_clock_parse(dataset->data->as_of, &wanted.as_of_us))
		return mg_fail(err, MG_ESPEC, "as_of '%s' is not a time",
			mg_log_safe_cut(arena, dataset->data->as_of, 60));
	bool newest = !wanted.by_time && !dataset->data->version;
	struct mg_databricks_result history;
	int code = mg_databricks_run(session,
		mg_printf(arena, "DESCRIBE HISTORY %s%s", dataset->table, newest ? " LIMIT 1" : ""),
		arena, &history, err);
	if (code == MG_EENGINE && has_no_versions(err->text)) {
		if (newest)
			return MG_OK;
		return mg_fail(
			err, MG_ESPEC, "it has no versions, so version and as_of have no effect");
	}
	MG_TRY(code);
	MG_TRY(choose_version(&wanted, &history, arena, out, err));
	return MG_OK;
}

/* ---- the session's own rules ---- */

/* Times are read in the session's zone, and only ANSI mode tells of overflows. */
int mg_databricks_check_rules(struct mg_session *session, struct mg_error *err)
{
	static const char *const utc[] = {"UTC", "Etc/UTC", "Z", "GMT", "Etc/GMT", "+00:00"};
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_engine *engine = session->engine;
	struct mg_databricks_result rules;
	if (engine->version)
		return MG_OK;
	MG_TRY(mg_databricks_run(session,
		"SELECT current_timezone() AS zone, typeof(coalesce(1, '1')) AS ansi, "
		"substring_index(version(), ' ', 1) AS version",
		arena, &rules, err));
	const struct mg_cell *cells = rules.table.cells;
	if (rules.table.rows != 1 || rules.table.columns != 3 || !cells[0].text || !cells[1].text ||
		!cells[2].text)
		return mg_fail(
			err, MG_EENGINE, "the warehouse does not tell its time zone and version");
	bool is_utc = false;
	for (size_t i = 0; i < sizeof(utc) / sizeof(*utc); i++)
		is_utc = is_utc || mg_streq(cells[0].text, utc[i]);
	if (!is_utc)
		return mg_fail(err, MG_EENGINE,
			"the warehouse reads times as of %s; modelgate needs TIMEZONE UTC (in the workspace's "
			"SQL settings)",
			mg_log_safe_cut(arena, cells[0].text, 60));
	if (!mg_streq(cells[1].text, "bigint"))
		return mg_fail(err, MG_EENGINE,
			"the warehouse does not tell of overflows; modelgate needs ANSI_MODE true (in the "
			"workspace's SQL settings)");
	engine->version = mg_printf(
		engine->arena, "Spark %s", mg_log_safe_cut(arena, cells[2].text, 40));
	return MG_OK;
}

/* ---- all of it ---- */

/* Datasets of one table read the same state of it: that which the first of them has found. */
static bool take_state(const struct mg_engine *engine, struct mg_databricks_dataset *dataset)
{
	for (size_t i = 0; i < engine->dataset_count; i++) {
		const struct mg_databricks_dataset *other = &engine->datasets[i];
		if (!other->state.kind || strcasecmp(other->table, dataset->table) != 0 ||
			!mg_streq(other->data->version, dataset->data->version) ||
			!mg_streq(other->data->as_of, dataset->data->as_of))
			continue;
		dataset->version = other->version;
		dataset->state = other->state;
		return true;
	}
	return false;
}

static int count_rows(struct mg_session *session, const struct mg_databricks_dataset *dataset,
	int64_t *out, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_databricks_result rows;
	const char *version = dataset->version;
	MG_TRY(mg_databricks_run(session,
		mg_printf(arena, "SELECT count(*) AS n FROM %s%s%s", dataset->table,
			version ? " VERSION AS OF " : "", version ? version : ""),
		arena, &rows, err));
	if (rows.table.rows != 1 || rows.table.cells[0].type != MG_CELL_INTEGER)
		return mg_fail(err, MG_EENGINE, "the table does not tell how many rows it has");
	*out = rows.table.cells[0].integer;
	return MG_OK;
}

static int open_table(
	struct mg_session *session, struct mg_databricks_dataset *dataset, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *sql = NULL, *plain = NULL;
	struct mg_table_state state = {.kind = "databricks"};
	MG_TRY(mg_databricks_table_name(engine, dataset->data, arena, &sql, &plain, err));
	dataset->table = mg_strdup(engine->arena, sql);
	if (take_state(engine, dataset))
		return MG_OK;
	MG_TRY(mg_databricks_pin(session, dataset, arena, &state, err));
	state.name = mg_strdup(engine->arena, plain);
	state.version = mg_strdup(engine->arena, state.version);
	dataset->version = state.version;
	MG_TRY(count_rows(session, dataset, &state.rows, err));
	dataset->state = state;
	return MG_OK;
}

static int open_dataset(
	struct mg_session *session, struct mg_databricks_dataset *dataset, struct mg_error *err)
{
	MG_TRY(mg_databricks_check_rules(session, err));
	if (dataset->data->sql)
		return MG_OK;
	return dataset->data->path ? mg_databricks_volume_open(session, dataset, err)
				   : open_table(session, dataset, err);
}

/* A dataset, and all that its own SQL names. With the lock, so that each is pinned once. */
static int open_all(
	struct mg_session *session, struct mg_databricks_dataset *dataset, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	const struct mg_data *data = dataset->data;
	if (dataset->opened || dataset->opening)
		return MG_OK;
	int code = open_dataset(session, dataset, err);
	if (code != MG_OK)
		return code == MG_ECANCELLED ? code : mg_fail_in(err, "data '%s'", data->name);
	dataset->opening = true; /* ends the search where datasets are made of each other */
	for (size_t i = 0; i < engine->dataset_count && code == MG_OK; i++) {
		struct mg_databricks_dataset *other = &engine->datasets[i];
		if ((data->sql && mg_sql_names(&d->lexis, data->sql, other->data->name)) ||
			(data->where && mg_sql_names(&d->lexis, data->where, other->data->name)))
			code = open_all(session, other, err);
	}
	dataset->opening = false;
	dataset->opened = code == MG_OK;
	return code;
}

static bool names(const char *sql, const struct mg_data *data)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	return mg_sql_names(&d->lexis, sql, data->name) ||
		mg_sql_names(&d->lexis, sql, mg_printf(arena, "%s%s", d->whole, data->name));
}

static int from(void *context, const struct mg_data *data, struct mg_arena *arena, const char **out,
	struct mg_error *err)
{
	struct mg_databricks_dataset *dataset = find(context, data);
	if (!dataset || !dataset->opened)
		return mg_fail(err, MG_ENOTFOUND, "there is no data '%s'", data->name);
	*out = dataset->version
		? mg_printf(arena, "%s VERSION AS OF %s", dataset->table, dataset->version)
		: dataset->table;
	return MG_OK;
}

static int columns_of(void *context, const struct mg_data *data, struct mg_arena *arena,
	const char **out, struct mg_error *err)
{
	struct mg_engine *engine = context;
	struct mg_databricks_dataset *dataset = find(engine, data);
	(void)err;
	pthread_mutex_lock(&engine->pin_lock);
	*out = dataset && dataset->columns ? mg_strdup(arena, dataset->columns) : NULL;
	pthread_mutex_unlock(&engine->pin_lock);
	return MG_OK;
}

/* Texts are equal when their bytes are, as on other engines, whatever collation a column has: so it is taken off. */
static void plain_texts(struct mg_engine *engine, struct mg_databricks_dataset *dataset,
	struct mg_databricks_column *columns, size_t count)
{
	static const char collated[] = "STRING COLLATE ";
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_text list;
	bool any = false;
	mg_text_init(&list, arena);
	for (size_t i = 0; i < count; i++) {
		mg_text_add(&list, i ? ", " : "");
		mg_dialect_name(d, &list, columns[i].name);
		if (strncasecmp(columns[i].type, collated, sizeof(collated) - 1) != 0)
			continue;
		mg_text_add(&list, " COLLATE UTF8_BINARY AS ");
		mg_dialect_name(d, &list, columns[i].name);
		columns[i].type = "STRING";
		any = true;
	}
	if (!any)
		return;
	pthread_mutex_lock(&engine->pin_lock);
	dataset->columns = mg_strdup(engine->arena, list.data);
	pthread_mutex_unlock(&engine->pin_lock);
}

int mg_databricks_with_datasets(struct mg_session *session, const char *select,
	struct mg_arena *arena, char **out, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	const struct mg_sql_datasets datasets = {.dialect = &engine->dialect,
		.spec = engine->spec,
		.connection = engine->connection,
		.from = from,
		.columns = columns_of,
		.context = engine};
	int code = MG_OK;
	pthread_mutex_lock(&engine->pin_lock);
	for (size_t i = 0; i < engine->dataset_count && code == MG_OK; i++)
		if (names(select, engine->datasets[i].data))
			code = open_all(session, &engine->datasets[i], err);
	pthread_mutex_unlock(&engine->pin_lock);
	MG_TRY(code);
	return mg_sql_with_datasets(&datasets, select, arena, out, err);
}

int mg_databricks_describe(struct mg_session *session, const struct mg_data *data,
	struct mg_arena *arena, struct mg_schema *out, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	struct mg_databricks_dataset *dataset = find(engine, data);
	struct mg_databricks_result result;
	struct mg_text select;
	char *sql = NULL;
	if (!dataset)
		return mg_fail(err, MG_ENOTFOUND, "there is no data '%s'", data->name);
	mg_text_init(&select, arena);
	mg_text_add(&select, "SELECT * FROM ");
	mg_dialect_name(d, &select, data->name);
	mg_text_add(&select, " LIMIT 0");
	MG_TRY(mg_databricks_with_datasets(session, select.data, arena, &sql, err));
	int code = mg_databricks_run(session, sql, arena, &result, err);
	if (code == MG_ECANCELLED)
		return code;
	if (code != MG_OK)
		return mg_fail_in(err, "data '%s'", data->name);
	plain_texts(engine, dataset, result.columns, result.table.columns);
	*out = (struct mg_schema){
		.data = data, .table = dataset->state, .count = result.table.columns};
	out->columns = mg_alloc_array(arena, out->count, sizeof(*out->columns));
	for (size_t i = 0; i < out->count; i++)
		out->columns[i] = mg_databricks_column_of(arena, &result.columns[i]);
	return MG_OK;
}

/* ---- what has no version ---- */

/* Rows that came or went between two statements; what changed within rows cannot be seen. */
static int table_unchanged(struct mg_session *session, const struct mg_databricks_dataset *dataset,
	struct mg_error *err)
{
	int64_t rows = 0;
	MG_TRY(count_rows(session, dataset, &rows, err));
	if (rows == dataset->state.rows)
		return MG_OK;
	return mg_fail(err, MG_EIO,
		"%s changed while it was read: it had %lld rows, then %lld; run again when nobody "
		"writes there, or read a Delta table, which has versions",
		dataset->state.name, (long long)dataset->state.rows, (long long)rows);
}

int mg_databricks_unchanged(struct mg_session *session, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	for (size_t i = 0; i < engine->dataset_count; i++) {
		const struct mg_databricks_dataset *dataset = &engine->datasets[i];
		if (!dataset->opened || dataset->data->sql || dataset->version)
			continue;
		int code = dataset->data->path
			? mg_databricks_volume_unchanged(session, dataset, err)
			: table_unchanged(session, dataset, err);
		if (code != MG_OK)
			return code == MG_ECANCELLED
				? code
				: mg_fail_in(err, "data '%s'", dataset->data->name);
	}
	return MG_OK;
}
