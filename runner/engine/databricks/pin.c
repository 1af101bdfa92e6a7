/* pin.c: which table a spec means, and which version of it a run reads. */
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "engine/sql/dialect.h"

static const struct mg_dialect *const d = &mg_dialect_databricks;

enum { MOST_PARTS = 3, MEANWHILE = 1000 }; /* versions that are written between two questions */

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

/* A view, or a table that is not Delta's, or one whose history is kept from whoever sees not all of it. */
static bool has_no_versions(const char *message)
{
	static const char *const marks[] = {"EXPECT_TABLE_NOT_VIEW", "expects a table but",
		"DELTA_TABLE_ONLY_OPERATION", "DELTA_ONLY_OPERATION", "not a Delta table",
		"only supported for Delta tables", "DELTA_MISSING_DELTA_TABLE",
		"ROW_LEVEL_SECURITY_COLUMN_MASK_FEATURE_NOT_SUPPORTED"};
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
		return mg_fail(
			err, MG_ESPEC, "version '%s' is not a version", wanted->data->version);
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
	int code = mg_databricks_run_quick(session,
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

/* ---- is it still there? ---- */

static int ask_history(struct mg_session *session, const struct mg_databricks_dataset *dataset,
	long long most, struct mg_arena *arena, struct mg_databricks_result *out,
	struct mg_error *err)
{
	const char *sql = mg_printf(
		arena, "DESCRIBE HISTORY %s LIMIT %lld", dataset->table, most);
	MG_TRY(mg_databricks_run_quick(session, sql, arena, out, err));
	return MG_OK;
}

int mg_databricks_pinned(struct mg_session *session, const struct mg_databricks_dataset *dataset,
	struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_databricks_result history;
	struct mg_table_state newest = {0}, now = {0};
	const struct mg_data any = {0}, same = {.version = dataset->version};
	const struct wanted of_any = {.data = &any}, of_same = {.data = &same};
	int64_t pinned = 0, last = 0;
	MG_TRY(ask_history(session, dataset, 1, arena, &history, err));
	MG_TRY(choose_version(&of_any, &history, arena, &newest, err));
	bool numbers = mg_parse_int(dataset->version, &pinned) && mg_parse_int(newest.version, &last);
	if (numbers && last > pinned)
		MG_TRY(ask_history(
			session, dataset, last - pinned + MEANWHILE, arena, &history, err));
	int code = choose_version(&of_same, &history, arena, &now, err);
	if (code != MG_OK && code != MG_ENOTFOUND)
		return code;
	if (code == MG_OK && now.at_us == dataset->state.at_us)
		return MG_OK;
	return mg_fail(err, MG_EIO,
		"%s was dropped and made again, or its history rewritten, while it was read: version %s "
		"of %s is not there any more; run again",
		dataset->state.name, dataset->version, mg_clock_text(arena, dataset->state.at_us));
}
