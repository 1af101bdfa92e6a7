/* expand_slices.c: a test case for all rows and for each slice, with its name, planned. */
#include "plan/expand.h"

#include <modelgate/check.h>

#include <strings.h>

#include "base/arena.h"
#include "base/text.h"
#include "plan/columns.h"
#include "plan/redact.h"

static bool is_numeric(enum mg_column_type type)
{
	return type == MG_TYPE_INTEGER || type == MG_TYPE_REAL || type == MG_TYPE_NUMERIC;
}

/* Everything that can be known to be wrong before a query runs. */
static int plan_check(struct mg_expansion *e, struct mg_check *c, struct mg_error *err)
{
	const struct mg_check_kind *kind = c->kind;
	if (!c->schema && c->spec->on)
		return mg_fail(err, MG_ENOTFOUND, "there is no data '%s'", c->spec->on);
	if (c->schema && c->schema->error)
		return mg_fail(err, MG_EENGINE, "%s", c->schema->error);
	if (c->reference && c->reference->error)
		return mg_fail(err, MG_EENGINE, "%s", c->reference->error);
	if (c->column) {
		const struct mg_expr *ignored = NULL;
		const struct mg_column *column = NULL;
		if (c->schema && strcasecmp(c->column, "all") == 0 &&
			!mg_schema_column(c->schema, c->column))
			return mg_fail(err, MG_ENOTFOUND,
				"data '%s' has no column '%s'; for all of its columns, write columns: %s",
				c->schema->data->name, c->column,
				mg_columns_all_words(
					e->planner.arena, e->planner.plan->spec, c->schema));
		MG_TRY(mg_column_find(c->schema, c->column, &column, err));
		c->column_type = column->type;
		if ((kind->flags & MG_KIND_NUMERIC) && !is_numeric(column->type) &&
			!((kind->flags & MG_KIND_BOOLEAN) && column->type == MG_TYPE_BOOLEAN) &&
			!((kind->flags & MG_KIND_MOMENT) && column->type == MG_TYPE_TIME))
			return mg_fail(err, MG_EENGINE,
				"column '%s' is %s; %s needs a numeric column", column->name,
				column->sql_type, kind->name);
		if (kind->flags & MG_KIND_REFERENCE)
			MG_TRY(mg_need_column(
				&e->planner, c, MG_REFERENCE, c->column, &ignored, err));
	}
	for (const struct mg_field *f = kind->fields; f && f->name; f++) {
		const char *at = (const char *)c->params + f->offset;
		if (f->type == MG_FIELD_SQL)
			MG_TRY(mg_redact_check_sql(e->planner.plan->schemas,
				e->planner.plan->spec->data_count,
				*(const char *const *)(const void *)at, err));
	}
	if (c->slice && (c->slice->column || c->spec->min_rows > 0))
		MG_TRY(mg_need_integer(
			&e->planner, c, MG_NEED_SLICES, mg_count_all(e->planner.arena), err));
	if (kind->plan)
		MG_TRY(kind->plan(&e->planner, c, err));
	mg_need_rows_told(&e->planner, c);
	return MG_OK;
}

static struct mg_check *append(struct mg_expansion *e, const struct mg_check *like)
{
	struct mg_plan *plan = e->planner.plan;
	struct mg_check *c = mg_alloc(e->planner.arena, sizeof(*c));
	*c = *like;
	plan->checks = mg_grow(e->planner.arena, plan->checks, plan->check_count,
		&plan->check_capacity, sizeof(*plan->checks));
	plan->checks[plan->check_count++] = c;
	return c;
}

static void plan_or_explain(struct mg_expansion *e, struct mg_check *c)
{
	struct mg_error why = {0};
	e->planner.check = c;
	if (plan_check(e, c, &why) != MG_OK) {
		c->problem = mg_strdup(e->planner.arena, why.text);
		c->need_count = 0;
		c->failing_rows = NULL;
	}
}

/* A test case with its name, planned; and the same check on the reference when that is its baseline. */
static int add_case(struct mg_expansion *e, const struct mg_check *like)
{
	struct mg_arena *arena = e->planner.arena;
	const char *name = mg_printf(arena, "%s/%s", like->suite->name,
		like->spec->name ? like->spec->name : like->kind->name);
	if (like->column)
		name = mg_printf(arena, "%s[%s]", name, like->column);
	if (like->slice)
		name = mg_printf(arena, "%s[%s]", name, like->slice->name);
	struct mg_check candidate = *like;
	candidate.name = name;
	if (!mg_check_selected(&candidate, e->selection))
		return MG_OK;
	if (e->planner.plan->check_count >= MG_PLAN_MAX_CASES)
		return mg_fail(e->err, MG_ELIMIT,
			"more than %d test cases; select fewer columns or slices",
			MG_PLAN_MAX_CASES);
	const struct mg_spec_check *other = mg_map_get(&e->names, name);
	if (other)
		return mg_fail(e->err, MG_ESPEC,
			"%s:%d:%d: the test case '%s' is also made by line %d; give one of them a `name`",
			e->planner.plan->spec->path, like->spec->pos.line, like->spec->pos.col,
			name, other->pos.line);
	mg_map_put(&e->names, name, (void *)like->spec);

	struct mg_check *c = append(e, &candidate);
	c->skipped = like->spec->skip != NULL;
	if (c->skipped)
		return MG_OK;
	if (!c->problem)
		plan_or_explain(e, c);
	if (!c->problem && like->spec->baseline.kind == MG_BASELINE_REFERENCE && c->reference) {
		candidate.compared = c->schema;
		candidate.schema = c->reference;
		candidate.column_type = c->column_type;
		candidate.is_reference_check = true;
		struct mg_check *reference = append(e, &candidate);
		plan_or_explain(e, reference);
		reference->failing_rows = NULL;
		c->reference_check = reference;
		e->planner.check = c;
		if (like->spec->confidence > 0 && !reference->problem)
			mg_need_pairs_with(&e->planner, c, reference);
	}
	return MG_OK;
}

static int add_slice(struct mg_expansion *e, const struct mg_check *like,
	const struct mg_slice *slice, const char *problem)
{
	struct mg_check sliced = *like;
	sliced.slice = slice;
	sliced.problem = sliced.problem ? sliced.problem : problem;
	return add_case(e, &sliced);
}

/* A pattern stands for a slice by each column that it finds. */
static int add_slice_pattern(
	struct mg_expansion *e, const struct mg_check *like, const struct mg_slice *slice)
{
	struct mg_arena *arena = e->planner.arena;
	const struct mg_selector s = {.pattern = slice->column, .is_glob = true};
	const struct mg_column **found = NULL;
	size_t count = 0;
	struct mg_error why = {0};
	if (!like->schema)
		return add_slice(e, like, slice, "there is no such data");
	if (mg_columns_find(arena, like->schema, &(struct mg_selectors){&s, 1}, "slices", &found,
		    &count, &why) != MG_OK)
		return add_slice(e, like, slice, mg_strdup(arena, why.text));
	for (size_t i = 0; i < count; i++) {
		struct mg_slice *one = mg_alloc(arena, sizeof(*one));
		*one = *slice;
		one->name = one->column = found[i]->name;
		MG_TRY(add_slice(e, like, one, NULL));
	}
	return MG_OK;
}

int mg_expand_slices(struct mg_expansion *e, const struct mg_check *like)
{
	if (!like->spec->slices_only)
		MG_TRY(add_case(e, like));
	if (like->kind->flags & (MG_KIND_NO_SLICES | MG_KIND_OTHERS))
		return MG_OK;
	for (size_t i = 0; i < like->spec->slice_count; i++) {
		const struct mg_slice *slice = &like->spec->slices[i];
		MG_TRY(slice->is_glob ? add_slice_pattern(e, like, slice)
				      : add_slice(e, like, slice, NULL));
	}
	return MG_OK;
}
