/* expand_columns.c: a test case for each column that a check names, or that its patterns and types find. */
#include "plan/expand.h"

#include <modelgate/check.h>

#include <assert.h>

#include "base/arena.h"
#include "base/text.h"
#include "plan/columns.h"

/* The checked data, and what it is compared with where it is: a selector is to find what either has,
 * so that a column that vanished or changed its type is an ERROR and not left out. */
struct sides {
	const struct mg_schema *list[2];
	size_t count;
};

static struct sides sides_of(const struct mg_check *c)
{
	struct sides sides = {.count = 0};
	if (c->schema && !c->schema->error)
		sides.list[sides.count++] = c->schema;
	if (c->reference && !c->reference->error)
		sides.list[sides.count++] = c->reference;
	return sides;
}

/* Why a column that a type found on one side cannot be compared with the other's; NULL when it can. */
static const char *changed_type(struct mg_expansion *e, const struct mg_check *c,
	const struct mg_selectors *columns, size_t i, const char *name)
{
	const struct mg_column *now = mg_schema_column(c->schema, name);
	const struct mg_column *then = c->reference ? mg_schema_column(c->reference, name) : NULL;
	if (!now || !then ||
		(mg_selector_means(columns, i, now) && mg_selector_means(columns, i, then)))
		return NULL;
	assert(c->schema && c->reference);
	return mg_printf(e->planner.arena,
		"column '%s' is %s in data '%s' but %s in '%s', so '%s' finds it on one side only; name "
		"it to check it all the same",
		name, now->sql_type, c->schema->data->name, then->sql_type,
		c->reference->data->name, mg_selector_text(e->planner.arena, &columns->list[i]));
}

/* A case of its own for a column, unless there is one already. */
static int add_column(struct mg_expansion *e, const struct mg_check *like, struct mg_map *seen,
	const char *column, const char *problem)
{
	const char *key = mg_lower(e->planner.arena, column);
	if (mg_map_has(seen, key))
		return MG_OK;
	mg_map_put(seen, key, NULL);
	struct mg_check one = *like;
	one.column = column;
	one.problem = problem;
	return mg_expand_slices(e, &one);
}

/* One case for each column that a pattern or a type finds; none found is an ERROR. */
static int add_open(
	struct mg_expansion *e, const struct mg_check *like, struct mg_map *seen, size_t i)
{
	const struct mg_selectors *columns = &like->spec->columns;
	const char *text = mg_selector_text(e->planner.arena, &columns->list[i]);
	struct sides sides = sides_of(like);
	size_t matched = 0;
	for (size_t side = 0; side < sides.count; side++) {
		for (size_t k = 0; k < sides.list[side]->count; k++) {
			const struct mg_column *column = &sides.list[side]->columns[k];
			if (!mg_selector_means(columns, i, column))
				continue;
			matched++;
			MG_TRY(add_column(e, like, seen, column->name,
				changed_type(e, like, columns, i, column->name)));
		}
	}
	if (matched)
		return MG_OK;
	const char *problem = like->schema ? like->schema->error : "there is no such data";
	if (sides.count && !problem)
		problem = mg_printf(e->planner.arena, "no column of data '%s' matches '%s'",
			like->schema->data->name, text);
	return add_column(e, like, seen, text, problem);
}

/* An exception that names nothing is a slip: the columns would be others than was meant. */
static int add_exception(
	struct mg_expansion *e, const struct mg_check *like, struct mg_map *seen, size_t i)
{
	struct mg_arena *arena = e->planner.arena;
	const struct mg_selector *s = &like->spec->columns.list[i];
	if (!like->schema || like->schema->error || mg_selector_touches(s, like->schema) ||
		mg_selector_touches(s, like->reference))
		return MG_OK;
	return add_column(e, like, seen, mg_printf(arena, "except: %s", s->pattern),
		mg_printf(arena, "data '%s' has no column '%s', which is to be left out",
			like->schema->data->name, s->pattern));
}

static const struct mg_run *baseline_run(const struct mg_expansion *e, const struct mg_baseline *of)
{
	for (size_t i = 0; e->baselines && i < e->baselines->count; i++)
		if (e->baselines->list[i].kind == of->kind &&
			mg_streq(e->baselines->list[i].name, of->name))
			return e->baselines->list[i].run;
	return NULL;
}

/* Would a pattern or a type mean a column of this name, were it there and of the right type? */
static bool could_mean(const struct mg_selectors *columns, const char *name)
{
	for (size_t i = 0; i < columns->count; i++) {
		const struct mg_column column = {.name = name,
			.type = columns->list[i].type == MG_TYPE_NUMERIC ? MG_TYPE_REAL
									 : columns->list[i].type};
		if (mg_selector_open(&columns->list[i]) && mg_selector_means(columns, i, &column))
			return true;
	}
	return false;
}

static const char *gone_since(struct mg_expansion *e, const struct mg_check *like, const char *name)
{
	const struct mg_column *now = mg_schema_column(like->schema, name);
	if (!now)
		return mg_printf(e->planner.arena,
			"the baseline has this test case, and data '%s' has no column '%s' any more",
			like->schema->data->name, name);
	return mg_printf(e->planner.arena,
		"the baseline has this test case, and column '%s' of data '%s' is %s now, which the "
		"check's types do not find",
		name, like->schema->data->name, now->sql_type);
}

/* A column that was measured for the baseline, and that no pattern or type finds any more: it is an
 * ERROR and not left out. */
static int add_of_baseline(struct mg_expansion *e, const struct mg_check *like, struct mg_map *seen)
{
	const struct mg_run *run = baseline_run(e, &like->spec->baseline);
	const char *base = like->spec->name ? like->spec->name : like->kind->name;
	const char *start = mg_printf(e->planner.arena, "%s/%s[", like->suite->name, base);
	if (!run || !like->schema || like->schema->error)
		return MG_OK;
	for (size_t i = 0; i < run->result_count; i++) {
		const struct mg_result *r = &run->results[i];
		if (!r->measured || !r->column || r->slice || !mg_starts_with(r->name, start) ||
			!could_mean(&like->spec->columns, r->column))
			continue;
		const char *name = mg_strdup(e->planner.arena, r->column);
		MG_TRY(add_column(e, like, seen, name, gone_since(e, like, name)));
	}
	return MG_OK;
}

int mg_expand_columns(struct mg_expansion *e, const struct mg_check *like)
{
	const struct mg_selectors *columns = &like->spec->columns;
	struct mg_map seen;
	mg_map_init(&seen, e->planner.arena);
	for (size_t i = 0; i < columns->count; i++) {
		const struct mg_selector *s = &columns->list[i];
		if (s->exclude)
			MG_TRY(add_exception(e, like, &seen, i));
		else if (mg_selector_open(s))
			MG_TRY(add_open(e, like, &seen, i));
		else
			MG_TRY(add_column(e, like, &seen, s->pattern, NULL));
	}
	return add_of_baseline(e, like, &seen);
}
