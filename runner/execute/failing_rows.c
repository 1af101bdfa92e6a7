/* failing_rows.c: shows a few failing rows of what did not hold, with redacted columns masked. */
#include "execute/execute.h"
#include "plan/plan.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "execute/pool.h"
#include "plan/measures.h"
#include "plan/planner.h"
#include "plan/redact.h"

struct sampling {
	const struct mg_plan *plan;
	const struct mg_engine_ops *ops;
	struct mg_run *run;
	size_t *results;                 /* job -> result */
	const struct mg_query **queries; /* job -> query */
	const struct mg_check **checks;  /* job -> check */
	struct mg_arena *arena;          /* used inside the pool's lock only */
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
static bool masked(
	const struct sampling *s, size_t job, const char *column, size_t i, const bool *harmless)
{
	const struct mg_query *q = s->queries[job];
	const struct mg_check *c = s->checks[job];
	if (q->kind == MG_QUERY_SAMPLE_SQL)
		return !harmless[i];
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

static void keep(const struct sampling *s, size_t job, const struct mg_table *table,
	const char *const *columns, const bool *harmless, struct mg_result *r)
{
	struct mg_arena *a = s->arena;
	r->sample_columns = mg_alloc_array(a, table->columns, sizeof(*r->sample_columns));
	r->samples = mg_alloc_array(a, table->rows * table->columns, sizeof(*r->samples));
	r->sample_column_count = table->columns;
	r->sample_rows = table->rows;
	for (size_t i = 0; i < table->columns; i++) {
		r->sample_columns[i] = mg_strdup(a, mg_text_short(a, columns[i], MG_VALUE_SHOWN));
		bool hide = masked(s, job, columns[i], i, harmless);
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

static void run_job(
	struct mg_pool *pool, struct mg_session *session, size_t worker, size_t job, void *context)
{
	struct sampling *s = context;
	struct mg_error err = {0};
	struct mg_table table = {0};
	const char **columns = NULL;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	int code = s->ops->query(session, s->queries[job], scratch, &table, &columns, &err);
	bool *harmless = mg_alloc_array(scratch, table.columns, sizeof(*harmless));
	if (code == MG_OK && s->queries[job]->sql)
		mg_redact_harmless(scratch, s->plan->schemas, s->plan->spec->data_count, s->ops,
			session, s->queries[job]->source.data, s->queries[job]->sql, columns,
			table.columns, harmless);
	const char *reason = code == MG_ECANCELLED ? mg_pool_reason(pool, worker) : NULL;

	mg_pool_enter(pool);
	struct mg_result *r = &s->run->results[s->results[job]];
	if (code != MG_OK)
		r->sample_note = mg_printf(
			s->arena, "no failing rows: %s", reason ? reason : err.text);
	else
		keep(s, job, &table, columns, harmless, r);
	mg_pool_leave(pool);
}

void mg_gather_failing_rows(struct mg_arena *arena, const struct mg_plan *plan,
	struct mg_measured *measured, const struct mg_engine_ops *ops, struct mg_engine *engine,
	const struct mg_execute_options *options, struct mg_run *run)
{
	if (measured->stopped || measured->engine_left)
		return;
	struct sampling *s = mg_alloc(arena, sizeof(*s));
	*s = (struct sampling){.plan = plan, .ops = ops, .run = run, .arena = arena};
	s->results = mg_alloc_array(arena, run->result_count, sizeof(*s->results));
	s->queries = mg_alloc_array(arena, run->result_count, sizeof(*s->queries));
	s->checks = mg_alloc_array(arena, run->result_count, sizeof(*s->checks));
	struct mg_job *jobs = mg_alloc_array(arena, run->result_count, sizeof(*jobs));
	size_t count = 0, at = 0;
	for (size_t i = 0; i < measured->count; i++) {
		const struct mg_case *one = &measured->cases[i];
		if (one->check->is_reference_check)
			continue;
		size_t result = at++;
		const struct mg_result *r = &run->results[result];
		if ((r->verdict != MG_FAIL && r->verdict != MG_WARN) || !one->check->failing_rows)
			continue;
		s->results[count] = result;
		s->queries[count] = sample_query(arena, plan, one);
		s->checks[count] = one->check;
		jobs[count++] = (struct mg_job){.run = run_job,
			.label = "failing rows",
			.timeout_seconds = one->check->spec->timeout_seconds};
	}
	struct mg_error err = {0};
	const char *stopped = NULL;
	if (mg_pool_run(arena, ops, engine, options, 1, 1, jobs, count, 0, s, &stopped,
		    &measured->engine_left, &err) == MG_OK)
		return;
	/* The verdicts stand without them. */
	for (size_t i = 0; i < count; i++)
		run->results[s->results[i]].sample_note = mg_printf(
			arena, "no failing rows: %s", err.text);
}
