/* failing_rows.c: shows a few failing rows of what did not hold; redacted values do not leave the engine for it. */
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

/* Is there a redacted column in the expression? */
static bool reads_redacted(const struct mg_schema *schema, const struct mg_expr *x)
{
	bool any = x->type == MG_X_COLUMN && mg_schema_redacts(schema, x->text);
	for (size_t i = 0; x->type == MG_X_CALL && i < x->arg_count && !any; i++)
		any = reads_redacted(schema, x->args[i]);
	return any;
}

/* Which columns of a query of ours hold redacted values. What the spec's own SQL returns is looked at by look_up. */
static const bool *masked(
	struct mg_arena *a, const struct mg_schema *schema, const struct mg_query *query)
{
	bool by_name = query->kind == MG_QUERY_SAMPLE;
	size_t count = by_name ? query->column_count : query->key_count;
	if (query->sql)
		return NULL;
	bool *out = mg_alloc_array(a, count, sizeof(*out));
	for (size_t i = 0; i < count; i++)
		out[i] = by_name ? mg_schema_redacts(schema, query->columns[i])
				 : reads_redacted(schema, query->keys[i].expr);
	return out;
}

/* The sample of one case. */
static const struct mg_query *sample_query(
	struct mg_arena *a, const struct mg_plan *plan, const struct mg_case *one)
{
	const struct mg_query *whole = one->check->failing_rows;
	struct mg_query *query = mg_alloc(a, sizeof(*query));
	*query = *whole;
	query->masked = masked(a, one->check->schema, whole);
	if (!one->sliced)
		return query;
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
	const struct mg_table *table, const char *const *columns)
{
	struct mg_arena *a = s->arena;
	struct mg_result *r = wanted->result;
	r->sample_columns = mg_alloc_array(a, table->columns, sizeof(*r->sample_columns));
	r->samples = mg_alloc_array(a, table->rows * table->columns, sizeof(*r->samples));
	r->sample_column_count = table->columns;
	r->sample_rows = table->rows;
	for (size_t i = 0; i < table->columns; i++) {
		r->sample_columns[i] = mg_strdup(a, mg_text_short(a, columns[i], MG_VALUE_SHOWN));
		for (size_t row = 0; row < table->rows; row++) {
			const struct mg_cell *cell = &table->cells[row * table->columns + i];
			const char *text = cell->text ? cell->text : "";
			if (cell->type != MG_CELL_NULL)
				r->samples[row * table->columns + i] = mg_strdup(
					a, mg_text_short(a, text, MG_VALUE_SHOWN));
		}
	}
	leave_out(a, r);
}

/* Which columns the spec's own SQL returns is seen before its rows are: then those that may show redacted values are
 * masked. */
static int mask_sql(const struct sampling *s, struct mg_session *session, struct mg_arena *arena,
	struct mg_query *query, struct mg_error *err)
{
	struct mg_query none = *query;
	struct mg_table table = {0};
	const char **columns = NULL;
	none.limit = 0;
	MG_TRY(s->ops->query(session, &none, arena, &table, &columns, err));
	bool *flags = mg_alloc_array(arena, table.columns, sizeof(*flags));
	mg_redact_harmless(arena, s->plan->schemas, s->plan->spec->data_count, s->ops, session,
		query->source.data, query->sql, columns, table.columns, flags);
	for (size_t i = 0; i < table.columns; i++)
		flags[i] = !flags[i];
	query->columns = columns;
	query->column_count = table.columns;
	query->masked = flags;
	return MG_OK;
}

static void look_up(const struct sampling *s, struct mg_pool *pool, struct mg_session *session,
	size_t worker, const struct wanted *wanted)
{
	struct mg_error err = {0};
	struct mg_table table = {0};
	const char **columns = NULL;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_query query = *wanted->query;
	int code = MG_OK;
	if (query.sql &&
		mg_redact_concerns(s->plan->schemas, s->plan->spec->data_count, query.sql))
		code = mask_sql(s, session, scratch, &query, &err);
	if (code == MG_OK)
		code = s->ops->query(session, &query, scratch, &table, &columns, &err);
	const char *reason = code == MG_ECANCELLED ? mg_pool_reason(pool, worker) : NULL;

	mg_pool_enter(pool);
	if (code != MG_OK)
		wanted->result->sample_note = mg_printf(
			s->arena, "no failing rows: %s", reason ? reason : err.text);
	else
		keep(s, wanted, &table, columns);
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
		keep(s, &group->list[i], &tables[i], queries[i]->columns);
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
