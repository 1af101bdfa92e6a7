/* columns.c: the one place that finds the columns that a spec asks for. */
#include "plan/columns.h"

#include <modelgate/check.h>

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"
#include "plan/redact.h"
#include "plan/stays.h"
#include "spec/sql_piece.h"

/* ---- by name ---- */

const struct mg_column *mg_schema_column(const struct mg_schema *schema, const char *name)
{
	const struct mg_column *found = NULL;
	for (size_t i = 0; schema && i < schema->count; i++) {
		const struct mg_column *column = &schema->columns[i];
		if (strcasecmp(column->name, name) != 0)
			continue;
		if (strcmp(column->name, name) == 0)
			return column->ambiguous ? NULL : column;
		if (!column->ambiguous)
			found = column;
	}
	return found;
}

static int fail_ambiguous(
	const struct mg_schema *schema, const struct mg_column *column, struct mg_error *err)
{
	const struct mg_column *other = NULL;
	for (size_t i = 0; i < schema->count && !other; i++)
		if (&schema->columns[i] != column &&
			strcasecmp(schema->columns[i].name, column->name) == 0)
			other = &schema->columns[i];
	if (!other || strcmp(other->name, column->name) == 0)
		return mg_fail(err, MG_ESPEC,
			"data '%s' has several columns '%s', so the name is ambiguous; give them "
			"different names in the file",
			schema->data->name, column->name);
	return mg_fail(err, MG_ESPEC,
		"data '%s' has a column '%s' and a column '%s', which SQL does not tell apart; give "
		"them names in the file that differ in more than case",
		schema->data->name, column->name, other->name);
}

static int fail_absent(const struct mg_schema *schema, const char *name, struct mg_error *err)
{
	enum { SHOWN = 12 };
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const char **names = mg_alloc_array(scratch, schema->count, sizeof(*names));
	struct mg_text list;
	mg_text_init(&list, scratch);
	for (size_t i = 0; i < schema->count; i++) {
		names[i] = schema->columns[i].name;
		if (i < SHOWN)
			mg_text_addf(&list, "%s%s", i ? ", " : "", names[i]);
	}
	if (schema->count > SHOWN)
		mg_text_addf(&list, " and %zu more", schema->count - SHOWN);
	const char *nearest = mg_nearest_word(name, names, schema->count);
	if (nearest)
		return mg_fail(err, MG_ENOTFOUND,
			"data '%s' has no column '%s'; did you mean '%s'? It has %s",
			schema->data->name, name, nearest, list.data);
	return mg_fail(err, MG_ENOTFOUND, "data '%s' has no column '%s'; it has %s",
		schema->data->name, name, list.data);
}

int mg_column_find(const struct mg_schema *schema, const char *name, const struct mg_column **out,
	struct mg_error *err)
{
	if (schema->error)
		return mg_fail(err, MG_EENGINE, "%s", schema->error);
	*out = mg_schema_column(schema, name);
	if (*out)
		return MG_OK;
	for (size_t i = 0; i < schema->count; i++)
		if (strcasecmp(schema->columns[i].name, name) == 0)
			return fail_ambiguous(schema, &schema->columns[i], err);
	return fail_absent(schema, name, err);
}

static bool task_names(const struct mg_task *task, const char *name)
{
	if (!task)
		return false;
	const char *const columns[] = {task->label, task->prediction, task->score};
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		if (columns[i] && strcasecmp(columns[i], name) == 0)
			return true;
	for (size_t i = 0; i < task->class_count; i++)
		if (strcasecmp(task->class_columns[i], name) == 0)
			return true;
	return false;
}

static bool any_task_names(const struct mg_spec *spec, const char *name)
{
	for (size_t i = 0; i < spec->suite_count; i++)
		for (size_t k = 0; k < spec->suites[i].check_count; k++)
			if (task_names(spec->suites[i].checks[k].task, name))
				return true;
	return false;
}

const char *mg_columns_all_words(
	struct mg_arena *arena, const struct mg_spec *spec, const struct mg_schema *schema)
{
	struct mg_text list;
	mg_text_init(&list, arena);
	for (size_t i = 0; i < schema->count; i++) {
		const struct mg_column *column = &schema->columns[i];
		bool out = column->type == MG_TYPE_TIME || any_task_names(spec, column->name);
		for (size_t k = 0; k < schema->key_count && !out; k++)
			out = strcasecmp(schema->key[k], column->name) == 0;
		if (out)
			mg_text_addf(&list, "%s%s", list.len ? ", " : "", column->name);
	}
	return list.len ? mg_printf(arena, "[\"*\", {except: [%s]}]", list.data) : "[\"*\"]";
}

/* ---- by lists ---- */

static bool type_fits(enum mg_column_type want, enum mg_column_type is)
{
	return want == MG_TYPE_ANY || want == is ||
		(want == MG_TYPE_NUMERIC && (is == MG_TYPE_INTEGER || is == MG_TYPE_REAL));
}

/* Case makes no difference to patterns either: what `ssn*` is to mask or forbid, SSN is as well. */
static bool fits(const struct mg_selector *s, const struct mg_column *column)
{
	if (!type_fits(s->type, column->type))
		return false;
	if (!s->pattern)
		return true;
	if (!s->is_glob)
		return strcasecmp(s->pattern, column->name) == 0;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	return mg_glob_match(mg_lower(scratch, s->pattern), mg_lower(scratch, column->name));
}

bool mg_selector_open(const struct mg_selector *s)
{
	return s->is_glob || !s->pattern;
}

bool mg_selector_means(
	const struct mg_selectors *selectors, size_t i, const struct mg_column *column)
{
	const struct mg_selector *s = &selectors->list[i];
	if (s->exclude || !fits(s, column))
		return false;
	for (size_t k = 0; k < selectors->count && mg_selector_open(s); k++)
		if (selectors->list[k].exclude && fits(&selectors->list[k], column))
			return false;
	return true;
}

const char *mg_selector_text(struct mg_arena *arena, const struct mg_selector *s)
{
	static const char *const words[] = {
		"any", "numeric", "integer", "real", "text", "boolean", "time", "other"};
	return s->pattern ? s->pattern : mg_printf(arena, "type: %s", words[s->type]);
}

static int fail_nothing(
	const struct mg_schema *schema, const struct mg_selector *s, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	if (!mg_selector_open(s))
		return fail_absent(schema, s->pattern, err);
	return mg_fail(err, MG_ENOTFOUND, "no column of data '%s' matches '%s'", schema->data->name,
		mg_selector_text(scratch, s));
}

/* The columns of an entry that is a pattern or a type. */
static int find_open(struct mg_arena *arena, const struct mg_schema *schema,
	const struct mg_selectors *selectors, size_t i, const struct mg_column ***out,
	size_t *out_count, struct mg_error *err)
{
	const struct mg_column **list = NULL;
	size_t count = 0, capacity = 0;
	for (size_t k = 0; k < schema->count; k++) {
		const struct mg_column *column = &schema->columns[k];
		if (!mg_selector_means(selectors, i, column))
			continue;
		if (column->ambiguous)
			return fail_ambiguous(schema, column, err);
		list = mg_grow(arena, list, count, &capacity, sizeof(*list));
		list[count++] = column;
	}
	*out = list;
	*out_count = count;
	return count ? MG_OK : fail_nothing(schema, &selectors->list[i], err);
}

bool mg_selector_touches(const struct mg_selector *s, const struct mg_schema *schema)
{
	for (size_t k = 0; schema && k < schema->count; k++)
		if (fits(s, &schema->columns[k]))
			return true;
	return false;
}

static int find_all(struct mg_arena *arena, const struct mg_schema *schema,
	const struct mg_selectors *selectors, const struct mg_column ***out, size_t *out_count,
	struct mg_error *err)
{
	const struct mg_column **list = NULL;
	size_t count = 0, capacity = 0;
	bool *seen = mg_alloc_array(arena, schema->count, sizeof(*seen));
	for (size_t i = 0; i < selectors->count; i++) {
		const struct mg_selector *s = &selectors->list[i];
		const struct mg_column *one = NULL, **found = &one;
		size_t found_count = 1;
		if (s->exclude) {
			if (!mg_selector_touches(s, schema))
				return fail_nothing(schema, s, err);
			continue;
		}
		if (mg_selector_open(s))
			MG_TRY(find_open(arena, schema, selectors, i, &found, &found_count, err));
		else
			MG_TRY(mg_column_find(schema, s->pattern, &one, err));
		for (size_t k = 0; k < found_count; k++) {
			if (seen[found[k] - schema->columns])
				continue;
			seen[found[k] - schema->columns] = true;
			list = mg_grow(arena, list, count, &capacity, sizeof(*list));
			list[count++] = found[k];
		}
	}
	*out = list;
	*out_count = count;
	return MG_OK;
}

int mg_columns_find(struct mg_arena *arena, const struct mg_schema *schema,
	const struct mg_selectors *selectors, const char *what, const struct mg_column ***out,
	size_t *out_count, struct mg_error *err)
{
	if (schema->error)
		return mg_fail(err, MG_EENGINE, "%s", schema->error);
	if (find_all(arena, schema, selectors, out, out_count, err) != MG_OK)
		return mg_fail_in(err, "%s", what);
	return MG_OK;
}

/* ---- what datasets say of their columns ---- */

/* Columns are found before anything is measured: a word in `redact` that names no column would show
 * what it was to mask, so it makes the dataset an error. */
static int settle(struct mg_arena *arena, struct mg_schema *schema, struct mg_error *err)
{
	const struct mg_data *data = schema->data;
	const struct mg_column **found = NULL;
	size_t count = 0;
	MG_TRY(mg_columns_find(arena, schema, &data->redact, "redact", &found, &count, err));
	for (size_t i = 0; i < count; i++) {
		struct mg_column *column = &schema->columns[found[i] - schema->columns];
		column->redacted = true;
		column->stays = column->stays || data->refuses_redacted;
	}
	MG_TRY(mg_columns_find(arena, schema, &data->key, "key", &found, &count, err));
	schema->key = mg_alloc_array(arena, count, sizeof(*schema->key));
	for (size_t i = 0; i < count; i++)
		schema->key[i] = found[i]->name;
	schema->key_count = count;
	return MG_OK;
}

/* ---- datasets in the order in which they are made of each other ---- */

struct settling {
	struct mg_arena *arena;
	struct mg_schema *schemas;
	size_t count;
	const struct mg_engine_ops *ops;
	struct mg_session *session;
	bool *done;
};

/* After the datasets that it is made of: what it takes from redacted columns is redacted too. */
static int follow(struct settling *s, struct mg_schema *schema, struct mg_error *err)
{
	const char *sql = schema->data->sql;
	if (!sql)
		return MG_OK;
	MG_TRY(mg_redact_check_sql(s->schemas, s->count, sql, err));
	const char **outputs = mg_alloc_array(s->arena, schema->count, sizeof(*outputs));
	bool *harmless = mg_alloc_array(s->arena, schema->count, sizeof(*harmless));
	for (size_t i = 0; i < schema->count; i++)
		outputs[i] = schema->columns[i].name;
	mg_redact_harmless(s->arena, s->schemas, s->count, s->ops, s->session, schema->data, sql,
		outputs, schema->count, harmless);
	bool stay = mg_stays_any(s->schemas, s->count, sql) || schema->data->refuses_redacted;
	for (size_t i = 0; i < schema->count; i++) {
		schema->columns[i].redacted = !harmless[i];
		schema->columns[i].stays = !harmless[i] && stay;
	}
	return MG_OK;
}

static void settle_one(struct settling *s, size_t at)
{
	struct mg_schema *schema = &s->schemas[at];
	struct mg_error err = {0};
	if (s->done[at])
		return;
	s->done[at] = true;
	for (size_t i = 0; schema->data->sql && i < s->count; i++)
		if (mg_sql_mentions(schema->data->sql, s->schemas[i].data->name))
			settle_one(s, i);
	if (schema->error)
		return;
	if (follow(s, schema, &err) != MG_OK || settle(s->arena, schema, &err) != MG_OK)
		schema->error = mg_strdup(s->arena, err.text);
}

void mg_columns_settle(struct mg_arena *arena, struct mg_schema *schemas, size_t count,
	const struct mg_engine_ops *ops, struct mg_session *session)
{
	struct settling s = {.arena = arena,
		.schemas = schemas,
		.count = count,
		.ops = ops,
		.session = session,
		.done = mg_alloc_array(arena, count, sizeof(bool))};
	for (size_t i = 0; i < count; i++)
		settle_one(&s, i);
}
