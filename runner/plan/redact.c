/* redact.c: which values no report may show: of columns that a dataset redacts, and of what SQL makes of them. */
#include "plan/redact.h"

#include <string.h>

#include <modelgate/check.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "spec/sql_piece.h"

bool mg_schema_redacts(const struct mg_schema *schema, const char *column)
{
	const struct mg_column *found = schema && column ? mg_schema_column(schema, column) : NULL;
	return found && found->redacted;
}

static bool redacted_on_a_side(const struct mg_check *c, const char *column)
{
	return mg_schema_redacts(c->schema, column) || mg_schema_redacts(c->reference, column) ||
		mg_schema_redacts(c->compared, column);
}

bool mg_check_redacted(const struct mg_check *c)
{
	return redacted_on_a_side(c, c->column) ||
		(c->task &&
			(redacted_on_a_side(c, c->task->label) ||
				redacted_on_a_side(c, c->task->prediction)));
}

bool mg_check_redacts_any(const struct mg_check *c)
{
	bool any = mg_check_redacted(c);
	if (!c->task)
		return any;
	any = any || redacted_on_a_side(c, c->task->score);
	for (size_t i = 0; i < c->task->class_count; i++)
		any = any || redacted_on_a_side(c, c->task->class_columns[i]);
	return any;
}

enum { QUOTED_MOST = 60 };

const char *mg_redact_quoted(const struct mg_check *c, struct mg_arena *arena, const char *value)
{
	if (mg_check_redacted(c))
		return MG_REDACTED;
	size_t shown = mg_utf8_fit(value, QUOTED_MOST);
	return mg_printf(arena, "'%.*s%s'", (int)shown, value, value[shown] ? "\xe2\x80\xa6" : "");
}

bool mg_redact_is(const struct mg_check *c, const char *key, const char *value)
{
	char digest[65];
	if (mg_streq(key, value) || !mg_check_redacted(c))
		return mg_streq(key, value);
	mg_sha256(value, strlen(value), digest);
	return mg_streq(key, digest);
}

bool mg_slice_redacted(const struct mg_check *c)
{
	return redacted_on_a_side(c, c->slice->column);
}

/* ---- queries over datasets that redact ---- */

static void add_name(
	struct mg_arena *arena, struct mg_texts *names, size_t *capacity, const char *name)
{
	names->list = mg_grow(arena, names->list, names->count, capacity, sizeof(*names->list));
	names->list[names->count++] = name;
}

/* Columns of the datasets that a query mentions: what one of them redacts is hidden, by whatever name. */
static void sort_names(struct mg_arena *arena, const struct mg_schema *schemas, size_t count,
	const char *sql, struct mg_texts *shown, struct mg_texts *hidden)
{
	size_t shown_capacity = 0, hidden_capacity = 0;
	for (size_t i = 0; i < count; i++) {
		const struct mg_schema *schema = &schemas[i];
		if (schema->error || schema->data->sql == sql ||
			!mg_sql_mentions(sql, schema->data->name))
			continue;
		for (size_t k = 0; k < schema->count; k++) {
			const struct mg_column *column = &schema->columns[k];
			if (column->redacted)
				add_name(arena, hidden, &hidden_capacity, column->name);
			else if (!column->ambiguous)
				add_name(arena, shown, &shown_capacity, column->name);
		}
	}
}

bool mg_redact_concerns(const struct mg_schema *schemas, size_t count, const char *sql)
{
	struct mg_texts shown = {NULL, 0}, hidden = {NULL, 0};
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	sort_names(arena, schemas, count, sql, &shown, &hidden);
	return hidden.count > 0;
}

void mg_redact_harmless(struct mg_arena *arena, const struct mg_schema *schemas, size_t count,
	const struct mg_engine_ops *ops, struct mg_session *session, const struct mg_data *data,
	const char *sql, const char *const *outputs, size_t output_count, bool *out)
{
	struct mg_texts shown = {NULL, 0}, hidden = {NULL, 0};
	struct mg_error ignored = {0};
	sort_names(arena, schemas, count, sql, &shown, &hidden);
	for (size_t i = 0; i < output_count; i++)
		out[i] = hidden.count == 0;
	if (hidden.count && ops->harmless && session &&
		ops->harmless(session, data, sql, &shown, &hidden, outputs, output_count, out,
			&ignored) != MG_OK)
		memset(out, 0, output_count * sizeof(*out));
}

int mg_redact_check_sql(
	const struct mg_schema *schemas, size_t count, const char *sql, struct mg_error *err)
{
	for (size_t i = 0; sql && i < count; i++)
		if (schemas[i].error && schemas[i].data->redact.count &&
			mg_sql_mentions(sql, schemas[i].data->name))
			return mg_fail(err, MG_EENGINE, "%s", schemas[i].error);
	return MG_OK;
}
