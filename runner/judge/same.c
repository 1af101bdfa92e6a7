/* same.c: the parts of a measure, their digest, and where two measures differ. */
#include "judge/same.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "plan/plan.h"
#include "spec/keys.h"

enum { MOST_PARTS = 48 };

struct parts {
	struct mg_arena *arena;
	struct mg_var list[MOST_PARTS]; /* in full */
	size_t count;
};

static void add(struct parts *p, const char *name, const char *text)
{
	if (text && *text && p->count < MOST_PARTS)
		p->list[p->count++] = (struct mg_var){.name = name, .value = text};
}

/* ---- lists ---- */

/* So that no two lists read alike: 'a', 'it''s'. */
static void add_quoted(struct mg_text *text, const char *s)
{
	mg_text_add(text, text->len ? ", '" : "'");
	for (; *s; s++) {
		if (*s == '\'')
			mg_text_add_char(text, '\'');
		mg_text_add_char(text, *s);
	}
	mg_text_add_char(text, '\'');
}

static const char *texts(struct mg_arena *arena, const char *const *list, size_t count)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; i < count; i++)
		add_quoted(&text, list[i]);
	return text.data;
}

static void add_selectors(struct mg_text *text, const struct mg_selectors *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->list[i].exclude)
			mg_text_add(text, text->len ? ", except" : "except");
		add_quoted(text, mg_selector_text(text->arena, &s->list[i]));
	}
}

/* ---- parameters ---- */

static const char *scalar_text(const struct mg_scalar *s)
{
	return s->type == MG_SCALAR_NULL ? "null" : s->text;
}

static const char *values_text(struct mg_arena *arena, const struct mg_values *values)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; i < values->count; i++) {
		const struct mg_scalar *s = &values->list[i];
		if (s->type == MG_SCALAR_TEXT)
			add_quoted(&text, s->text);
		else
			mg_text_addf(&text, "%s%s", text.len ? ", " : "", scalar_text(s));
	}
	return text.data;
}

static const char *by_column_text(struct mg_arena *arena, const struct mg_by_column *by)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	add_selectors(&text, &by->columns);
	for (size_t i = 0; i < by->columns.count; i++)
		mg_text_addf(&text, "; %s", texts(arena, by->texts[i].list, by->texts[i].count));
	return text.data;
}

static const char *pairs_text(struct mg_arena *arena, const struct mg_pairs *pairs)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; i < pairs->count; i++) {
		add_quoted(&text, pairs->keys[i]);
		add_quoted(&text, pairs->values[i]);
	}
	return text.data;
}

static const char *number_text(struct mg_arena *arena, double x)
{
	return isnan(x) ? NULL : mg_double_text(arena, x);
}

/* NULL where the spec does not give it. */
static const char *list_text(struct mg_arena *arena, enum mg_field_type type, const void *at)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	switch (type) {
	case MG_FIELD_COLUMNS:
		add_selectors(&text, at);
		return text.data;
	case MG_FIELD_TEXTS: {
		const struct mg_texts *list = at;
		return texts(arena, list->list, list->count);
	}
	case MG_FIELD_VALUES:
		return values_text(arena, at);
	case MG_FIELD_MAP:
		return pairs_text(arena, at);
	case MG_FIELD_BY_COLUMN:
		return by_column_text(arena, at);
	case MG_FIELD_TARGET: {
		const struct mg_target *target = at;
		return target->data ? mg_printf(arena, "%s of %s", target->column, target->data)
				    : NULL;
	}
	case MG_FIELD_SCALAR: {
		const struct mg_scalar *s = at;
		return s->text ? scalar_text(s) : NULL;
	}
	default:
		return *(const char *const *)at;
	}
}

static const char *field_text(struct mg_arena *arena, const struct mg_field *f, const void *params)
{
	const void *at = (const char *)params + f->offset;
	switch (f->type) {
	case MG_FIELD_NUMBER:
	case MG_FIELD_SHARE:
	case MG_FIELD_DURATION:
		return number_text(arena, *(const double *)at);
	case MG_FIELD_INTEGER:
		return mg_printf(arena, "%lld", (long long)*(const int64_t *)at);
	case MG_FIELD_BOOL:
		return *(const bool *)at ? "true" : "false";
	case MG_FIELD_CHOICE:
		return f->choices[*(const int *)at];
	case MG_FIELD_KIND: {
		const struct mg_check_kind *const *kind = at;
		return *kind ? (*kind)->name : NULL;
	}
	default:
		return list_text(arena, f->type, at);
	}
}

/* As the table has it, so that a parameter which a later version adds changes no measure before. */
static bool is_default(const struct mg_field *f, const char *text)
{
	double is = 0, by_default = 0;
	if (!f->default_text)
		return mg_streq(text, f->type == MG_FIELD_BOOL ? "false" : "0") &&
			(f->type == MG_FIELD_BOOL || f->type == MG_FIELD_INTEGER);
	return mg_streq(text, f->default_text) ||
		(mg_parse_double(text, false, &is) &&
			(mg_parse_share(f->default_text, &by_default) ||
				mg_parse_duration(f->default_text, &by_default)) &&
			is == by_default);
}

static void add_parameters(struct parts *p, const struct mg_check *c)
{
	for (const struct mg_field *f = c->kind->fields; f && f->name; f++) {
		const char *text = field_text(p->arena, f, c->params);
		if (text && !is_default(f, text))
			add(p, f->name, text);
	}
}

/* ---- rows ---- */

static const char *both(struct mg_arena *arena, const char *a, const char *b)
{
	return a && b ? mg_printf(arena, "(%s) AND (%s)", a, b) : a ? a : b;
}

static const char *missing_text(
	struct mg_arena *arena, const struct mg_missing *a, const struct mg_missing *b)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; a && i < a->count; i++)
		add_quoted(&text, a->values[i]);
	for (size_t i = 0; b && i < b->count; i++)
		add_quoted(&text, b->values[i]);
	return text.data;
}

const char *mg_same_family(enum mg_column_type type)
{
	switch (type) {
	case MG_TYPE_NUMERIC:
	case MG_TYPE_INTEGER:
	case MG_TYPE_REAL:
		return "numbers";
	case MG_TYPE_TEXT:
		return "text";
	case MG_TYPE_BOOLEAN:
		return "booleans";
	case MG_TYPE_TIME:
		return "times";
	case MG_TYPE_ANY:
	case MG_TYPE_OTHER:
		break;
	}
	return "other values";
}

static void add_rows(struct parts *p, const struct mg_check *c)
{
	const struct mg_spec_check *spec = c->spec;
	const struct mg_data *data = c->schema ? c->schema->data : NULL;
	const char *own = both(p->arena, c->suite->where, spec->where);
	if (c->column)
		add(p, "values", mg_same_family(c->column_type));
	if (data)
		add(p, "query", data->sql);
	add(p, "where", both(p->arena, data ? data->where : NULL, own));
	add(p, "missing", missing_text(p->arena, data ? &data->missing : NULL, &spec->missing));
	if (c->slice)
		add(p, "slice", c->slice->column ? c->slice->column : c->slice->where);
	if (c->kind->flags & MG_KIND_NULLS)
		add(p, "nulls", mg_nulls_words[spec->nulls]);
	if (spec->estimate != MG_ESTIMATE_NONE)
		add(p, "estimate", mg_estimate_words[spec->estimate]);
	if (!mg_check_compares(spec) || !c->reference)
		return;
	data = c->reference->data;
	add(p, "reference", data->name);
	add(p, "reference query", data->sql);
	add(p, "reference where",
		both(p->arena, data->where, spec->reference_where ? spec->reference_where : own));
	add(p, "reference missing", missing_text(p->arena, &data->missing, &spec->missing));
}

/* ---- the task ---- */

static void add_task(struct parts *p, const struct mg_check *c)
{
	static const char *const types[] = {"none", "binary", "multiclass", "regression"};
	static const char *const unpredicted[] = {NULL, "wrong", "ignore"};
	const struct mg_task *t = c->task;
	bool scores = c->kind->flags & MG_KIND_SCORE;
	if (!t || !(c->kind->flags & (MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_REGRESSION)))
		return;
	add(p, "task", types[t->type]);
	add(p, "label", t->label);
	add(p, "positive", t->positive);
	if (!scores && t->prediction) {
		add(p, "prediction", t->prediction);
	} else {
		add(p, "score", t->score);
		add(p, "scores", texts(p->arena, t->classes, t->class_count));
		add(p, "columns of scores", texts(p->arena, t->class_columns, t->class_count));
		if (!scores && t->type == MG_TASK_BINARY)
			add(p, "threshold", number_text(p->arena, t->threshold));
	}
	add(p, "classes", texts(p->arena, t->known, t->known_count));
	add(p, "ignore_labels", texts(p->arena, t->ignored, t->ignored_count));
	add(p, "unpredicted", unpredicted[t->unpredicted]);
}

void mg_same_describe(struct mg_arena *arena, const struct mg_check *c, struct mg_result *r)
{
	struct parts p = {.arena = arena};
	struct mg_text all;
	char digest[65];
	mg_text_init(&all, arena);
	add_rows(&p, c);
	add_parameters(&p, c);
	add_task(&p, c);
	r->measure = mg_alloc_array(arena, p.count, sizeof(*r->measure));
	r->measure_count = p.count;
	for (size_t i = 0; i < p.count; i++) {
		const struct mg_var *part = &p.list[i];
		mg_text_addf(&all, "%s\n%zu\n%s\n", part->name, strlen(part->value), part->value);
		r->measure[i] = (struct mg_var){.name = part->name,
			.value = mg_text_short(arena, part->value, MG_VALUE_SHOWN)};
	}
	mg_sha256(all.data, all.len, digest);
	r->measure_digest = mg_printf(arena, "sha256:%s", digest);
}

/* ---- two measures ---- */

static const char *part_of(const struct mg_result *r, const char *name)
{
	for (size_t i = 0; i < r->measure_count; i++)
		if (mg_streq(r->measure[i].name, name))
			return r->measure[i].value;
	return "not given";
}

static const char *changed(
	struct mg_arena *arena, const char *name, const char *before, const char *now)
{
	enum { SHOWN = 200 };
	if (mg_streq(before, now))
		return NULL;
	return mg_printf(arena, "%s was %s, is %s", name, mg_text_short(arena, before, SHOWN),
		mg_text_short(arena, now, SHOWN));
}

const char *mg_same_difference(
	struct mg_arena *arena, const struct mg_result *before, const struct mg_result *now)
{
	const char *found = changed(arena, "the kind", before->kind, now->kind);
	if (!before->measure_digest)
		return found
			? found
			: changed(arena, "the definition", before->definition, now->definition);
	for (size_t i = 0; !found && i < now->measure_count; i++)
		found = changed(arena, now->measure[i].name, part_of(before, now->measure[i].name),
			now->measure[i].value);
	for (size_t i = 0; !found && i < before->measure_count; i++)
		found = changed(arena, before->measure[i].name, before->measure[i].value,
			part_of(now, before->measure[i].name));
	if (!found)
		found = changed(arena, "the definition", before->definition, now->definition);
	if (!found && !mg_streq(before->measure_digest, now->measure_digest))
		found = "their texts differ behind what is shown of them";
	return found;
}
