/* describe.c: what a dataset is read from, and which columns it has. */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "engine/sql/datasets.h"
#include "engine/sql/dialect.h"

static const struct mg_dialect *const d = &mg_dialect_databricks;

static struct mg_databricks_dataset *find(struct mg_engine *engine, const struct mg_data *data)
{
	for (size_t i = 0; i < engine->dataset_count; i++)
		if (engine->datasets[i].data == data)
			return &engine->datasets[i];
	return NULL;
}

/* ---- the session's own rules ---- */

enum { ZONE, ANSI, VERSION, CATALOG, SCHEMA, RULES };
#define ASK_RULES                                                                                  \
	"SELECT current_timezone() AS zone, typeof(coalesce(1, '1')) AS ansi, "                    \
	"substring_index(version(), ' ', 1) AS version, current_catalog() AS catalog, "            \
	"current_schema() AS schema"

/* Times are read in the session's zone, and only ANSI mode tells of overflows. */
static int take_rules(struct mg_engine *engine, const struct mg_databricks_result *rules,
	struct mg_arena *arena, struct mg_error *err)
{
	static const char *const utc[] = {"UTC", "Etc/UTC", "Z", "GMT", "Etc/GMT", "+00:00"};
	const struct mg_cell *cells = rules->table.cells;
	bool told = rules->table.rows == 1 && rules->table.columns >= RULES;
	for (size_t i = 0; told && i < RULES; i++)
		told = cells[i].type == MG_CELL_TEXT;
	if (!told)
		return mg_fail(
			err, MG_EENGINE, "the warehouse does not tell its time zone and version");
	bool is_utc = false;
	for (size_t i = 0; i < sizeof(utc) / sizeof(*utc); i++)
		is_utc = is_utc || mg_streq(cells[ZONE].text, utc[i]);
	if (!is_utc)
		return mg_fail(err, MG_EENGINE,
			"the warehouse reads times as of %s; modelgate needs TIMEZONE UTC (in the workspace's "
			"SQL settings)",
			mg_log_safe_cut(arena, cells[ZONE].text, 60));
	if (!mg_streq(cells[ANSI].text, "bigint"))
		return mg_fail(err, MG_EENGINE,
			"the warehouse does not tell of overflows; modelgate needs ANSI_MODE true (in the "
			"workspace's SQL settings)");
	if (engine->version)
		return MG_OK;
	engine->catalog = mg_strdup(engine->arena, cells[CATALOG].text);
	engine->schema = mg_strdup(engine->arena, cells[SCHEMA].text);
	engine->version = mg_printf(
		engine->arena, "Spark %s", mg_log_safe_cut(arena, cells[VERSION].text, 40));
	return MG_OK;
}

int mg_databricks_check_rules(struct mg_session *session, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_databricks_result rules;
	if (session->engine->version)
		return MG_OK;
	MG_TRY(mg_databricks_run_quick(session, ASK_RULES, arena, &rules, err));
	return take_rules(session->engine, &rules, arena, err);
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
		dataset->columns = other->columns;
		dataset->described = other->described;
		dataset->described_count = other->described_count;
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

/* Texts are equal when their bytes are, as on other engines, whatever collation a column has: so it is taken off. With
 * the lock. */
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
	if (any)
		dataset->columns = mg_strdup(engine->arena, list.data);
}

/* The session's rules, the table's number of rows, and its columns, of which no row is read: in one statement. */
static int look_at_table(
	struct mg_session *session, struct mg_databricks_dataset *dataset, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_databricks_result seen = {0};
	const char *version = dataset->version;
	const char *from = mg_printf(arena, "%s%s%s", dataset->table,
		version ? " VERSION AS OF " : "", version ? version : "");
	const char *sql = mg_printf(arena,
		"SELECT * FROM (" ASK_RULES ", n FROM (SELECT count(*) AS n FROM %s) AS c) AS r "
		"LEFT JOIN (SELECT * FROM %s LIMIT 0) AS t ON true",
		from, from);
	/* A version knows how many rows it has; all others are counted. */
	MG_TRY((version ? mg_databricks_run_quick : mg_databricks_run)(
		session, sql, arena, &seen, err));
	MG_TRY(take_rules(engine, &seen, arena, err));
	if (seen.table.columns <= RULES || seen.table.cells[RULES].type != MG_CELL_INTEGER)
		return mg_fail(err, MG_EENGINE, "the table does not tell how many rows it has");
	dataset->state.rows = seen.table.cells[RULES].integer;
	dataset->described_count = seen.table.columns - RULES - 1;
	dataset->described = mg_alloc_array(
		engine->arena, dataset->described_count, sizeof(*dataset->described));
	for (size_t i = 0; i < dataset->described_count; i++) {
		const struct mg_databricks_column *column = &seen.columns[RULES + 1 + i];
		dataset->described[i].name = mg_strdup(engine->arena, column->name);
		dataset->described[i].type = mg_strdup(engine->arena, column->type);
	}
	plain_texts(engine, dataset, dataset->described, dataset->described_count);
	return MG_OK;
}

static int open_table(
	struct mg_session *session, struct mg_databricks_dataset *dataset, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *sql = NULL, *plain = NULL;
	struct mg_table_state state = {0};
	MG_TRY(mg_databricks_table_name(engine, dataset->data, arena, &sql, &plain, err));
	dataset->table = mg_strdup(engine->arena, sql);
	if (take_state(engine, dataset))
		return MG_OK;
	MG_TRY(mg_databricks_pin(session, dataset, arena, &state, err));
	dataset->version = mg_strdup(engine->arena, state.version);
	dataset->state = (struct mg_table_state){.version = dataset->version, .at_us = state.at_us};
	MG_TRY(look_at_table(session, dataset, err));
	MG_TRY(mg_databricks_access(session, plain, &dataset->state.access, err));
	dataset->state.name = mg_strdup(engine->arena, plain);
	dataset->state.kind = "databricks"; /* whole: others may take it */
	return MG_OK;
}

static int open_dataset(
	struct mg_session *session, struct mg_databricks_dataset *dataset, struct mg_error *err)
{
	if (dataset->data->table)
		return open_table(session, dataset, err);
	MG_TRY(mg_databricks_check_rules(session, err));
	return dataset->data->path ? mg_databricks_volume_open(session, dataset, err) : MG_OK;
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

/* The columns of a table are known since it was opened; those of SQL, of files, and under a condition, which may be
 * wrong, are asked for. */
static int ask_columns(struct mg_session *session, struct mg_databricks_dataset *dataset,
	struct mg_arena *arena, struct mg_databricks_result *out, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	const struct mg_data *data = dataset->data;
	struct mg_text select;
	char *sql = NULL;
	*out = (struct mg_databricks_result){0};
	if (data->table && !data->where) {
		pthread_mutex_lock(&engine->pin_lock);
		int code = open_all(session, dataset, err);
		out->columns = dataset->described;
		out->table.columns = dataset->described_count;
		pthread_mutex_unlock(&engine->pin_lock);
		return code;
	}
	mg_text_init(&select, arena);
	mg_text_add(&select, "SELECT * FROM ");
	mg_dialect_name(d, &select, data->name);
	mg_text_add(&select, " LIMIT 0");
	MG_TRY(mg_databricks_with_datasets(session, select.data, arena, &sql, err));
	int code = mg_databricks_run_quick(session, sql, arena, out, err);
	if (code != MG_OK)
		return code == MG_ECANCELLED ? code : mg_fail_in(err, "data '%s'", data->name);
	pthread_mutex_lock(&engine->pin_lock);
	plain_texts(engine, dataset, out->columns, out->table.columns);
	pthread_mutex_unlock(&engine->pin_lock);
	return MG_OK;
}

int mg_databricks_describe(struct mg_session *session, const struct mg_data *data,
	struct mg_arena *arena, struct mg_schema *out, struct mg_error *err)
{
	struct mg_databricks_dataset *dataset = find(session->engine, data);
	struct mg_databricks_result result;
	if (!dataset)
		return mg_fail(err, MG_ENOTFOUND, "there is no data '%s'", data->name);
	MG_TRY(ask_columns(session, dataset, arena, &result, err));
	*out = (struct mg_schema){
		.data = data, .table = dataset->state, .count = result.table.columns};
	out->columns = mg_alloc_array(arena, out->count, sizeof(*out->columns));
	for (size_t i = 0; i < out->count; i++)
		out->columns[i] = mg_databricks_column_of(arena, &result.columns[i]);
	return MG_OK;
}

/* ---- at the end of a run ---- */

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

static int dataset_unchanged(struct mg_session *session,
	const struct mg_databricks_dataset *dataset, struct mg_error *err)
{
	if (dataset->data->path)
		return mg_databricks_volume_unchanged(session, dataset, err);
	return dataset->version ? mg_databricks_pinned(session, dataset, err)
				: table_unchanged(session, dataset, err);
}

/* Was the same state of the same table looked at already? */
static bool is_known(const struct mg_engine *engine, const struct mg_databricks_dataset *dataset)
{
	for (const struct mg_databricks_dataset *one = engine->datasets; one < dataset; one++)
		if (one->opened && one->version && dataset->version &&
			strcasecmp(one->table, dataset->table) == 0 &&
			mg_streq(one->version, dataset->version))
			return true;
	return false;
}

int mg_databricks_unchanged(struct mg_session *session, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	for (size_t i = 0; i < engine->dataset_count; i++) {
		const struct mg_databricks_dataset *dataset = &engine->datasets[i];
		if (!dataset->opened || dataset->data->sql || is_known(engine, dataset))
			continue;
		int code = dataset_unchanged(session, dataset, err);
		if (code != MG_OK)
			return code == MG_ECANCELLED
				? code
				: mg_fail_in(err, "data '%s'", dataset->data->name);
	}
	return MG_OK;
}
