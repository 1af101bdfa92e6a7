/* plan.c: a spec and the shapes of its data become test cases and the queries they need. */
#include "plan/plan.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"
#include "plan/columns.h"
#include "plan/planner.h"
#include "plan/redact.h"
#include "plan/wheres.h"

/* ---- what is selected ---- */

static bool has_suite(const struct mg_spec *spec, const char *name)
{
	for (size_t i = 0; i < spec->suite_count; i++)
		if (mg_streq(spec->suites[i].name, name))
			return true;
	return false;
}

static bool listed(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (mg_streq(list[i], name))
			return true;
	return false;
}

static bool suite_named(const struct mg_spec *spec, const struct mg_selection *s, const char *name)
{
	if (s->suite_count)
		return listed(s->suites, s->suite_count, name);
	if (spec->stage)
		return listed(
			(const char *const *)spec->stage_suites, spec->stage_suite_count, name);
	return true;
}

const char **mg_plan_suites(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_selection *selection, size_t *out_count)
{
	const char **list = mg_alloc_array(arena, spec->suite_count, sizeof(*list));
	size_t n = 0;
	for (size_t i = 0; i < spec->suite_count; i++)
		if (suite_named(spec, selection, spec->suites[i].name))
			list[n++] = spec->suites[i].name;
	*out_count = n;
	return list;
}

/* named: how many suites before this one were named; it is counted up. */
static bool suite_selected(
	const struct mg_spec *spec, const struct mg_selection *s, const char *name, size_t *named)
{
	if (!suite_named(spec, s, name))
		return false;
	size_t index = (*named)++;
	return !s->parts || mg_part_of(index, s->parts) == s->part;
}

/* An empty part would have to be a green run that checked nothing. */
static int check_parts(
	const struct mg_spec *spec, const struct mg_selection *s, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	size_t count = 0;
	const char **names = mg_plan_suites(scratch, spec, s, &count);
	struct mg_text list;
	mg_text_init(&list, scratch);
	if (s->parts <= count)
		return MG_OK;
	for (size_t i = 0; i < count; i++)
		mg_text_addf(&list, "%s%s", i ? ", " : "", names[i]);
	return mg_fail(err, MG_EUSAGE,
		"--part %zu/%zu: there %s only %zu suite%s to share out (%s); make at most %zu "
		"part%s of the run",
		s->part, s->parts, count == 1 ? "is" : "are", count, count == 1 ? "" : "s",
		list.data, count, count == 1 ? "" : "s");
}

static const char *const term_keys[] = {"tag:", "name:", "kind:", "column:"};
enum { TERM_TAG, TERM_NAME, TERM_KIND, TERM_COLUMN, TERM_KEYS };

static int check_selection(
	const struct mg_spec *spec, const struct mg_selection *s, struct mg_error *err)
{
	for (size_t i = 0; i < s->suite_count; i++) {
		if (has_suite(spec, s->suites[i]))
			continue;
		MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
		struct mg_text names;
		mg_text_init(&names, scratch);
		for (size_t k = 0; k < spec->suite_count; k++)
			mg_text_addf(&names, "%s%s", k ? ", " : "", spec->suites[k].name);
		return mg_fail(err, MG_EUSAGE, "there is no suite '%s'; %s has %s", s->suites[i],
			spec->path, names.data);
	}
	for (size_t i = 0; i < s->term_count; i++) {
		size_t k = 0;
		while (k < TERM_KEYS && !mg_starts_with(s->terms[i], term_keys[k]))
			k++;
		if (k == TERM_KEYS)
			return mg_fail(err, MG_EUSAGE,
				"cannot select by '%s'; write tag:x, name:x, kind:x or column:x",
				s->terms[i]);
	}
	return check_parts(spec, s, err);
}

static bool term_matches(const struct mg_check *c, size_t key, const char *want)
{
	const struct mg_spec_check *spec = c->spec;
	switch (key) {
	case TERM_TAG:
		return listed((const char *const *)spec->tags, spec->tag_count, want);
	case TERM_NAME: /* the check's name, or the case's with or without its suite */
		return mg_glob_match(want, spec->name ? spec->name : c->kind->name) ||
			mg_glob_match(want, c->name) ||
			mg_glob_match(want, c->name + strlen(c->suite->name) + 1);
	case TERM_KIND:
		return mg_glob_match(want, c->kind->name);
	default:
		return c->column && mg_glob_match(want, c->column);
	}
}

static bool check_selected(const struct mg_check *c, const struct mg_selection *s)
{
	for (size_t key = 0; key < TERM_KEYS; key++) {
		bool asked = false, matched = false;
		for (size_t i = 0; i < s->term_count; i++) {
			if (!mg_starts_with(s->terms[i], term_keys[key]))
				continue;
			asked = true;
			matched = matched ||
				term_matches(c, key, s->terms[i] + strlen(term_keys[key]));
		}
		if (asked && !matched)
			return false;
	}
	return true;
}

/* ---- which datasets are touched ---- */

static void mark(const struct mg_spec *spec, const char *name, bool *used)
{
	for (size_t i = 0; name && i < spec->data_count; i++)
		if (mg_streq(spec->data[i].name, name))
			used[i] = true;
}

/* SQL names datasets of its own engine as tables; which ones, only that one knows. */
static void mark_place(
	const struct mg_spec *spec, const struct mg_connection *connection, bool *used)
{
	for (size_t i = 0; i < spec->data_count; i++)
		used[i] = used[i] ||
			(spec->data[i].connection == connection &&
				!mg_data_is_profile(&spec->data[i]));
}

static void mark_check(const struct mg_spec *spec, const struct mg_spec_check *check, bool *used)
{
	mark(spec, check->on, used);
	mark(spec, check->reference, used);
	bool any_sql = false;
	for (const struct mg_field *f = check->kind->fields; f && f->name; f++) {
		const char *at = (const char *)check->params + f->offset;
		if (f->type == MG_FIELD_DATASET)
			mark(spec, *(const char *const *)(const void *)at, used);
		else if (f->type == MG_FIELD_TARGET)
			mark(spec, ((const struct mg_target *)(const void *)at)->data, used);
		else if (f->type == MG_FIELD_SQL && *(const char *const *)(const void *)at)
			any_sql = true;
	}
	if (any_sql && check->on)
		mark_place(spec, mg_spec_data(spec, check->on)->connection, used);
	for (size_t i = 0; i < spec->data_count; i++)
		if (used[i] && spec->data[i].sql)
			mark_place(spec, spec->data[i].connection, used);
}

int mg_plan_datasets(const struct mg_spec *spec, const struct mg_selection *selection,
	bool *out_used, struct mg_error *err)
{
	MG_TRY(check_selection(spec, selection, err));
	size_t named = 0;
	memset(out_used, 0, spec->data_count * sizeof(*out_used));
	for (size_t i = 0; i < spec->suite_count; i++) {
		const struct mg_suite *suite = &spec->suites[i];
		if (!suite_selected(spec, selection, suite->name, &named))
			continue;
		for (size_t k = 0; k < suite->check_count; k++)
			if (!suite->checks[k].skip)
				mark_check(spec, &suite->checks[k], out_used);
	}
	return MG_OK;
}

/* ---- expansion ---- */

struct expansion {
	struct mg_planner planner;
	const struct mg_selection *selection;
	const struct mg_baselines *baselines; /* or NULL */
	struct mg_map names;
	struct mg_error *err;
};

static bool is_numeric(enum mg_column_type type)
{
	return type == MG_TYPE_INTEGER || type == MG_TYPE_REAL || type == MG_TYPE_NUMERIC;
}

/* Everything that can be known to be wrong before a query runs. */
static int plan_check(struct expansion *e, struct mg_check *c, struct mg_error *err)
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

static struct mg_check *append(struct expansion *e, const struct mg_check *like)
{
	struct mg_plan *plan = e->planner.plan;
	struct mg_check *c = mg_alloc(e->planner.arena, sizeof(*c));
	*c = *like;
	plan->checks = mg_grow(e->planner.arena, plan->checks, plan->check_count,
		&plan->check_capacity, sizeof(*plan->checks));
	plan->checks[plan->check_count++] = c;
	return c;
}

static void plan_or_explain(struct expansion *e, struct mg_check *c)
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
static int add_case(struct expansion *e, const struct mg_check *like)
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
	if (!check_selected(&candidate, e->selection))
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

static int add_slice(struct expansion *e, const struct mg_check *like, const struct mg_slice *slice,
	const char *problem)
{
	struct mg_check sliced = *like;
	sliced.slice = slice;
	sliced.problem = sliced.problem ? sliced.problem : problem;
	return add_case(e, &sliced);
}

/* A pattern stands for a slice by each column that it finds. */
static int add_slice_pattern(
	struct expansion *e, const struct mg_check *like, const struct mg_slice *slice)
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

static int add_slices(struct expansion *e, const struct mg_check *like)
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
static const char *changed_type(struct expansion *e, const struct mg_check *c,
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
static int add_column(struct expansion *e, const struct mg_check *like, struct mg_map *seen,
	const char *column, const char *problem)
{
	const char *key = mg_lower(e->planner.arena, column);
	if (mg_map_has(seen, key))
		return MG_OK;
	mg_map_put(seen, key, NULL);
	struct mg_check one = *like;
	one.column = column;
	one.problem = problem;
	return add_slices(e, &one);
}

/* One case for each column that a pattern or a type finds; none found is an ERROR. */
static int add_open(struct expansion *e, const struct mg_check *like, struct mg_map *seen, size_t i)
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
	struct expansion *e, const struct mg_check *like, struct mg_map *seen, size_t i)
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

static const struct mg_run *baseline_run(const struct expansion *e, const struct mg_baseline *of)
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

static const char *gone_since(struct expansion *e, const struct mg_check *like, const char *name)
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
static int add_of_baseline(struct expansion *e, const struct mg_check *like, struct mg_map *seen)
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

static int add_columns(struct expansion *e, const struct mg_check *like)
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

static int add_suite(struct expansion *e, const struct mg_suite *suite)
{
	for (size_t i = 0; i < suite->check_count; i++) {
		const struct mg_spec_check *spec = &suite->checks[i];
		struct mg_check like = {.spec = spec,
			.suite = suite,
			.kind = spec->kind,
			.params = spec->params,
			.task = spec->task,
			.schema = mg_planner_schema(&e->planner, spec->on),
			.reference = mg_planner_schema(&e->planner, spec->reference)};
		if (spec->columns.count)
			MG_TRY(add_columns(e, &like));
		else
			MG_TRY(add_slices(e, &like));
	}
	return MG_OK;
}

int mg_plan_make(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_schema *schemas, const struct mg_baselines *baselines,
	const struct mg_selection *selection, int64_t as_of_us, uint64_t seed, struct mg_plan **out,
	struct mg_error *err)
{
	MG_TRY(check_selection(spec, selection, err));
	struct mg_plan *plan = mg_alloc(arena, sizeof(*plan));
	plan->spec = spec;
	plan->schemas = schemas;
	plan->as_of_us = as_of_us;
	plan->seed = seed;
	plan->whole_suites = selection->term_count == 0;
	plan->suites = mg_alloc_array(arena, spec->suite_count, sizeof(*plan->suites));
	struct expansion e = {.planner = {.arena = arena, .plan = plan},
		.selection = selection,
		.baselines = baselines,
		.err = err};
	mg_merge_init(&e.planner.merge, arena, plan);
	mg_map_init(&e.names, arena);
	size_t named = 0;
	for (size_t i = 0; i < spec->suite_count; i++) {
		if (!suite_selected(spec, selection, spec->suites[i].name, &named))
			continue;
		size_t before = plan->check_count;
		MG_TRY(add_suite(&e, &spec->suites[i]));
		if (plan->check_count > before)
			plan->suites[plan->suite_count++] = spec->suites[i].name;
	}
	if (!plan->check_count)
		return mg_fail(err, MG_EUSAGE,
			"nothing to check: the selection matches no check of %s; a gate never passes on nothing",
			spec->path);
	mg_wheres_join(&e.planner.merge);
	*out = plan;
	return MG_OK;
}
