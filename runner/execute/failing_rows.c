/* failing_rows.c: shows a few failing rows of what did not hold, with redacted columns masked. */
#include "execute/execute.h"
#include "plan/plan.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "execute/pool.h"
#include "execute/sample_together.h"
#include "plan/measures.h"
#include "plan/planner.h"
#include "plan/redact.h"

struct wanted { /* failing rows of one test case */
	struct mg_result *result;
	const struct mg_check *check;
	const struct mg_query *query;
	double failing; /* rows; NAN: not known */
};

struct group { /* what one job asks for */
	struct wanted *list;
	size_t count, capacity;
};

struct sampling {
	const struct mg_plan *plan;
	const struct mg_engine_ops *ops;
	struct group *groups;   /* by job */
	struct mg_arena *arena; /* used inside the pool's lock only */
};

/* The sample of one slice value. */
static const struct mg_query *sample_query(
	struct mg_arena *a, const struct mg_plan *plan, const struct mg_case *one)
{
	const struct mg_query *whole = one->check->failing_rows;
	if (!whole || !one->sliced)
		return whole;
	struct mg_query *query = mg_alloc(a, sizeof(*query));
	*query = *whole;
	const struct mg_expr **where = mg_alloc_array(
		a, whole->source.where_count + 1, sizeof(*where));
	for (size_t i = 0; i < whole->source.where_count; i++)
		where[i] = whole->source.where[i];
	/* What the slices were told apart by: values that count as missing are among the NULLs. */
	const struct mg_need *need = mg_measures_need(one->check, MG_NEED_SLICES);
	const struct mg_expr *slice = plan->queries[need->query]->keys[0].expr;
	where[query->source.where_count++] = one->slice ? mg_eq(a, slice, mg_x_text(a, one->slice))
							: mg_is_null(a, slice);
	query->source.where = where;
	return query;
}

static bool redacts(const struct mg_plan *plan, const struct mg_data *data, const char *name)
{
	for (size_t i = 0; data && i < plan->spec->data_count; i++) {
		if (&plan->spec->data[i] != data)
			continue;
		return mg_schema_redacts(&plan->schemas[i], name);
	}
	return false;
}

/* harmless: of the rows of a user's own SELECT, which columns may be shown. */
static bool masked(const struct sampling *s, const struct wanted *wanted, const char *column,
	size_t i, const bool *harmless)
{
	const struct mg_query *q = wanted->query;
	const struct mg_check *c = wanted->check;
	if (q->kind == MG_QUERY_SAMPLE_SQL)
		return !harmless || !harmless[i];
	/* Keys and orphans come first under their own names; the last column is a count. */
	if (q->kind == MG_QUERY_SAMPLE_ORPHANS && i == 0 && c->column)
		return redacts(s->plan, q->source.data, c->column);
	return redacts(s->plan, q->source.data, column);
}

/* Of many long rows only the first: the others say no more. */
static void leave_out(struct mg_arena *a, struct mg_result *r)
{
	size_t bytes = 0, rows = r->sample_rows;
	for (size_t row = 0; row < rows; row++) {
		for (size_t i = 0; i < r->sample_column_count; i++) {
			const char *cell = r->samples[row * r->sample_column_count + i];
			bytes += cell ? strlen(cell) : 0;
		}
		if (row > 0 && bytes > MG_SAMPLE_SHOWN) {
			r->sample_rows = row;
			r->sample_note = mg_printf(
				a, "%zu of %zu failing rows: they are long", row, rows);
			return;
		}
	}
}

static void keep(const struct sampling *s, const struct wanted *wanted,
	const struct mg_table *table, const char *const *columns, const bool *harmless)
{
	struct mg_arena *a = s->arena;
	struct mg_result *r = wanted->result;
	r->sample_columns = mg_alloc_array(a, table->columns, sizeof(*r->sample_columns));
	r->samples = mg_alloc_array(a, table->rows * table->columns, sizeof(*r->samples));
	r->sample_column_count = table->columns;
	r->sample_rows = table->rows;
	for (size_t i = 0; i < table->columns; i++) {
		r->sample_columns[i] = mg_strdup(a, mg_text_short(a, columns[i], MG_VALUE_SHOWN));
		bool hide = masked(s, wanted, columns[i], i, harmless);
		for (size_t row = 0; row < table->rows; row++) {
			const struct mg_cell *cell = &table->cells[row * table->columns + i];
			const char *text = hide ? MG_MASK : cell->text ? cell->text : "";
			if (cell->type != MG_CELL_NULL)
				r->samples[row * table->columns + i] = mg_strdup(
					a, mg_text_short(a, text, MG_VALUE_SHOWN));
		}
	}
	leave_out(a, r);
}

static void look_up(const struct sampling *s, struct mg_pool *pool, struct mg_session *session,
	size_t worker, const struct wanted *wanted)
{
	struct mg_error err = {0};
	struct mg_table table = {0};
	const char **columns = NULL;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	int code = s->ops->query(session, wanted->query, scratch, &table, &columns, &err);
	bool *harmless = mg_alloc_array(scratch, table.columns, sizeof(*harmless));
	if (code == MG_OK && wanted->query->sql)
		mg_redact_harmless(scratch, s->plan->schemas, s->plan->spec->data_count, s->ops,
			session, wanted->query->source.data, wanted->query->sql, columns,
			table.columns, harmless);
	const char *reason = code == MG_ECANCELLED ? mg_pool_reason(pool, worker) : NULL;

	mg_pool_enter(pool);
	if (code != MG_OK)
		wanted->result->sample_note = mg_printf(
			s->arena, "no failing rows: %s", reason ? reason : err.text);
	else
		keep(s, wanted, &table, columns, harmless);
	mg_pool_leave(pool);
}

/* False: each is to be looked up by itself. */
static bool look_up_together(const struct sampling *s, struct mg_pool *pool,
	struct mg_session *session, const struct group *group)
{
	struct mg_error err = {0};
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_table *tables = mg_alloc_array(scratch, group->count, sizeof(*tables));
	const struct mg_query **queries = mg_alloc_array(scratch, group->count, sizeof(*queries));
	double failing = 0;
	for (size_t i = 0; i < group->count; i++) {
		queries[i] = group->list[i].query;
		failing += group->list[i].failing;
	}
	bool done = false;
	if (mg_sample_together(s->ops, session, group->list[0].check->schema, queries, group->count,
		    failing, scratch, tables, &done, &err) != MG_OK ||
		!done)
		return false;
	mg_pool_enter(pool);
	for (size_t i = 0; i < group->count; i++)
		keep(s, &group->list[i], &tables[i], queries[i]->columns, NULL);
	mg_pool_leave(pool);
	return true;
}

static void run_job(
	struct mg_pool *pool, struct mg_session *session, size_t worker, size_t job, void *context)
{
	const struct sampling *s = context;
	const struct group *group = &s->groups[job];
	if (group->count > 1 && look_up_together(s, pool, session, group))
		return;
	for (size_t i = 0; i < group->count; i++)
		look_up(s, pool, session, worker, &group->list[i]);
}

/* The group that takes it: one of its own, unless others look at rows of the same data. */
static struct group *group_for(struct group *groups, size_t *count, const struct wanted *wanted)
{
	const struct mg_query *query = wanted->query;
	bool alone = query->kind != MG_QUERY_SAMPLE || wanted->check->spec->timeout_seconds > 0;
	for (size_t i = 0; i < *count && !alone; i++) {
		const struct wanted *first = groups[i].list;
		if (groups[i].count < MG_SAMPLES_TOGETHER &&
			first->query->kind == MG_QUERY_SAMPLE &&
			first->check->spec->timeout_seconds <= 0 &&
			first->query->source.data == query->source.data)
			return &groups[i];
	}
	return &groups[(*count)++];
}

void mg_gather_failing_rows(struct mg_arena *arena, const struct mg_plan *plan,
	struct mg_measured *measured, const struct mg_engine_ops *ops, struct mg_engine *engine,
	const struct mg_execute_options *options, struct mg_run *run)
{
	if (measured->stopped || measured->engine_left)
		return;
	struct sampling *s = mg_alloc(arena, sizeof(*s));
	*s = (struct sampling){.plan = plan, .ops = ops, .arena = arena};
	s->groups = mg_alloc_array(arena, run->result_count, sizeof(*s->groups));
	struct mg_job *jobs = mg_alloc_array(arena, run->result_count, sizeof(*jobs));
	size_t count = 0, at = 0;
	for (size_t i = 0; i < measured->count; i++) {
		const struct mg_case *one = &measured->cases[i];
		if (one->check->is_reference_check)
			continue;
		struct mg_result *r = &run->results[at++];
		if ((r->verdict != MG_FAIL && r->verdict != MG_WARN) || !one->check->failing_rows)
			continue;
		const struct wanted wanted = {.result = r,
			.check = one->check,
			.query = sample_query(arena, plan, one),
			.failing = one->value.failing};
		struct group *group = group_for(s->groups, &count, &wanted);
		group->list = mg_grow(
			arena, group->list, group->count, &group->capacity, sizeof(*group->list));
		group->list[group->count++] = wanted;
	}
	for (size_t i = 0; i < count; i++)
		jobs[i] = (struct mg_job){.run = run_job,
			.label = "failing rows",
			.timeout_seconds = s->groups[i].list->check->spec->timeout_seconds};
	struct mg_error err = {0};
	const char *stopped = NULL;
	if (mg_pool_run(arena, ops, engine, options, 1, 1, jobs, count, 0, s, &stopped,
		    &measured->engine_left, &err) == MG_OK)
		return;
	/* The verdicts stand without them. */
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < s->groups[i].count; k++)
			s->groups[i].list[k].result->sample_note = mg_printf(
				arena, "no failing rows: %s", err.text);
}
