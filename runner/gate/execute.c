/* execute.c: runs the plan's queries and measures each check as soon as its numbers are in. */
#include "gate/gate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "gate/derive.h"
#include "gate/measures.h"
#include "gate/planner.h"
#include "gate/pool.h"
#include "stats/freq.h"
#include "stats/sort.h"

/* Entries of a bucketed frequency table; enough that most statistics need no second look. */
#define FREQ_ENTRIES 65536
/* Second looks at a bucketed table before its bounds are reported as they are. */
#define REFINE_ROUNDS 8

struct case_list {
	struct mg_case *list;
	size_t count;
	size_t waiting; /* queries that are not done */
	bool finished;
};

struct execution {
	struct mg_arena *arena;
	const struct mg_plan *plan;
	const struct mg_engine_ops *ops;
	struct mg_engine *engine;
	struct mg_answer *answers;
	size_t *order;           /* jobs -> queries */
	size_t *from;            /* queries -> that whose slices give them, or SIZE_MAX */
	struct case_list *lists; /* per check */
	struct mg_arena *arenas[MG_POOL_MAX_WORKERS]; /* per worker, to the end of the run */
};

/* ---- one query ---- */

struct
try {
	struct execution *e;
	struct mg_session *session;
	const struct mg_query *query;
	struct mg_answer *answer;
	struct mg_error err; /* of the last attempt */
};

static bool gave_up(const struct try *t)
{
	return t->err.code == MG_ECANCELLED || t->err.code == MG_ETIMEOUT;
}

/* Runs terms [from, to) that have no error yet, and puts their columns into the answer's table. */
static int run_terms(struct try *t, size_t from, size_t to)
{
	struct mg_answer *a = t->answer;
	struct mg_query part = *t->query;
	struct mg_term *terms = mg_alloc_array(a->arena, to - from, sizeof(*terms));
	size_t *place = mg_alloc_array(a->arena, to - from, sizeof(*place));
	part.terms = terms;
	part.term_count = 0;
	for (size_t i = from; i < to; i++) {
		if (a->term_errors && a->term_errors[i])
			continue;
		place[part.term_count] = t->query->key_count + i;
		terms[part.term_count++] = t->query->terms[i];
	}
	if (!part.term_count)
		return MG_OK;
	struct mg_table got = {0};
	const char **columns = NULL;
	int code = t->e->ops->query(t->session, &part, a->arena, &got, &columns, &t->err);
	if (code != MG_OK)
		return code;
	size_t keys = part.key_count, width = keys + t->query->term_count;
	if (!a->table.columns) {
		a->table.columns = width;
		a->table.rows = got.rows;
		struct mg_cell *cells = mg_alloc_array(
			a->arena, got.rows * width + 1, sizeof(*cells));
		for (size_t row = 0; row < got.rows; row++)
			memcpy(&cells[row * width], &got.cells[row * got.columns],
				keys * sizeof(*cells));
		a->table.cells = cells;
	}
	struct mg_cell *cells = (struct mg_cell *)a->table.cells;
	for (size_t row = 0; row < got.rows; row++) {
		const struct mg_cell *from_row = &got.cells[row * got.columns];
		size_t to_row = row;
		if (keys) /* attempts may come back in another order */
			to_row = mg_slice_row(
				&a->table, from_row->type == MG_CELL_NULL ? NULL : from_row->text);
		for (size_t i = 0; to_row < a->table.rows && i < part.term_count; i++)
			cells[to_row * width + place[i]] = from_row[keys + i];
	}
	return MG_OK;
}

static void blame(struct try *t, size_t term)
{
	struct mg_answer *a = t->answer;
	a->term_errors[term] = mg_strdup(a->arena, t->err.text);
}

/* Halves the terms until only the culprits have failed. */
static void bisect(struct try *t, size_t from, size_t to)
{
	if (run_terms(t, from, to) == MG_OK || gave_up(t))
		return;
	if (to - from == 1) {
		blame(t, from);
		return;
	}
	size_t middle = from + (to - from) / 2;
	bisect(t, from, middle);
	if (!gave_up(t))
		bisect(t, middle, to);
}

/* A fused query failed: first find the terms that cannot even be prepared, then bisect. */
static void isolate(struct try *t)
{
	struct mg_answer *a = t->answer;
	size_t count = t->query->term_count;
	a->term_errors = mg_alloc_array(a->arena, count, sizeof(*a->term_errors));
	for (size_t i = 0; i < count; i++) {
		struct mg_query alone = *t->query;
		alone.terms = &t->query->terms[i];
		alone.term_count = 1;
		if (t->e->ops->prepare(t->session, &alone, &t->err) != MG_OK)
			blame(t, i);
	}
	t->err.code = MG_OK;
	bisect(t, 0, count);
}

static void run_aggregate(struct try *t)
{
	struct mg_answer *a = t->answer;
	const char **columns = NULL;
	a->key_count = t->query->key_count;
	int code = t->e->ops->query(t->session, t->query, a->arena, &a->table, &columns, &t->err);
	if (code == MG_OK || gave_up(t) || !t->query->fused || t->query->term_count < 2)
		return;
	a->table = (struct mg_table){0};
	isolate(t);
	if (!gave_up(t))
		t->err.code = MG_OK; /* the culprits carry their own errors */
}

static void count_rows(const struct mg_query *query, struct mg_answer *a)
{
	a->rows_read = -1;
	if (query->kind == MG_QUERY_FREQ) {
		a->rows_read = 0;
		size_t tables = a->freqs.slice_count * (size_t)query->group_count;
		for (size_t i = 0; i < tables; i++) {
			const struct mg_freq *f = &a->freqs.tables[i];
			a->rows_read += f->rows + f->nulls + f->nans;
		}
	} else if (query->kind == MG_QUERY_AGGREGATE) {
		for (size_t i = 0; i < query->term_count; i++) {
			const struct mg_expr *x = query->terms[i].expr;
			if (x->type != MG_X_CALL || x->fn != MG_FN_COUNT)
				continue;
			a->rows_read = 0;
			for (size_t row = 0; row < a->table.rows; row++) {
				size_t at = row * a->table.columns + query->key_count + i;
				a->rows_read += a->table.cells[at].integer;
			}
			return;
		}
	} else if (query->kind == MG_QUERY_KEYS || query->kind == MG_QUERY_ORPHANS) {
		size_t first = query->slice ? 1 : 0;
		a->rows_read = 0;
		for (size_t row = 0; row < a->table.rows; row++)
			a->rows_read += a->table.cells[row * a->table.columns + first].integer;
	}
}

static void answer_query(struct execution *e, struct mg_pool *pool, struct mg_session *session,
	size_t worker, const struct mg_query *query, struct mg_answer *a)
{
	struct try t = {.e = e, .session = session, .query = query, .answer = a};
	double began = mg_clock_ticks();
	const char **columns = NULL;
	a->arena = mg_arena_new();
	a->rows_read = -1;
	if (query->kind == MG_QUERY_FREQ)
		e->ops->freq(session, query, NULL, 0, FREQ_ENTRIES, a->arena, &a->freqs, &t.err);
	else if (query->kind == MG_QUERY_AGGREGATE)
		run_aggregate(&t);
	else
		e->ops->query(session, query, a->arena, &a->table, &columns, &t.err);
	a->seconds = mg_clock_ticks() - began;
	if (gave_up(&t))
		a->error = mg_printf(a->arena, "not measured: %s", mg_pool_reason(pool, worker));
	else if (t.err.code != MG_OK)
		a->error = mg_strdup(a->arena, t.err.text);
	else
		count_rows(query, a);
}

/* ---- one check ---- */

/* A refined copy of the table that the wish is about, in the measure's own view of the answers. */
static int refine(struct execution *e, struct mg_session *session, struct mg_answer *view,
	const struct mg_wish *wish, struct mg_arena *arena, struct mg_error *err)
{
	const struct mg_query *query = e->plan->queries[wish->query];
	struct mg_freq_set fine = {0};
	MG_TRY(e->ops->freq(
		session, query, wish->opens, wish->count, FREQ_ENTRIES, arena, &fine, err));
	struct mg_freq_set *coarse = &view[wish->query].freqs;
	size_t groups = (size_t)query->group_count;
	struct mg_freq *tables = mg_alloc_array(
		arena, coarse->slice_count * groups, sizeof(*tables));
	memcpy(tables, coarse->tables, coarse->slice_count * groups * sizeof(*tables));
	coarse->tables = tables;
	for (size_t i = 0; i < coarse->slice_count; i++) {
		if (wish->sliced && !mg_streq(coarse->slices[i], wish->slice))
			continue;
		for (size_t k = 0; k < fine.slice_count; k++) {
			if (wish->sliced && !mg_streq(fine.slices[k], wish->slice))
				continue;
			size_t group = (size_t)wish->group;
			mg_freq_refine(arena, &coarse->tables[i * groups + group], wish->opens,
				wish->count, &fine.tables[k * groups + group],
				&tables[i * groups + group]);
		}
	}
	return MG_OK;
}

static int by_lo(const void *a, const void *b)
{
	double x = ((const struct mg_open *)a)->lo, y = ((const struct mg_open *)b)->lo;
	return (x > y) - (x < y);
}

/* Measures; when tables were bucketed and the kind asks for detail, refines and measures again. */
static void measure(struct execution *e, struct mg_session *session, struct mg_arena *arena,
	struct mg_case *out)
{
	struct mg_measures m = {.plan = e->plan,
		.check = out->check,
		.answers = e->answers,
		.sliced = out->sliced,
		.slice = out->slice,
		.arena = arena};
	double began = mg_clock_ticks();
	out->value = out->check->kind->measure(out->check, &m);
	struct mg_answer *view = NULL;
	for (int round = 0; round < REFINE_ROUNDS && m.wish_count; round++) {
		if (!view) {
			view = mg_alloc_array(arena, e->plan->query_count, sizeof(*view));
			memcpy(view, e->answers, e->plan->query_count * sizeof(*view));
			m.answers = view;
		}
		struct mg_wish *wishes = m.wishes;
		size_t count = m.wish_count;
		m.wishes = NULL;
		m.wish_count = m.wish_capacity = 0;
		for (size_t i = 0; i < count; i++) {
			struct mg_error err = {0};
			qsort((void *)wishes[i].opens, wishes[i].count, sizeof(*wishes[i].opens),
				by_lo);
			if (refine(e, session, view, &wishes[i], arena, &err) != MG_OK) {
				out->error = mg_strdup(arena, err.text);
				return;
			}
		}
		out->value = out->check->kind->measure(out->check, &m);
	}
	out->seconds += mg_clock_ticks() - began;
}

static void add_costs(
	const struct execution *e, const struct mg_check *c, size_t cases, struct mg_case *out)
{
	out->rows_read = c->need_count ? 0 : -1;
	for (size_t i = 0; i < c->need_count; i++) {
		bool seen = false;
		for (size_t k = 0; k < i && !seen; k++)
			seen = c->needs[k].query == c->needs[i].query;
		if (seen)
			continue;
		const struct mg_answer *a = &e->answers[c->needs[i].query];
		out->seconds += a->seconds / (double)(a->users ? a->users : 1) / (double)cases;
		if (a->rows_read >= 0 && out->rows_read >= 0)
			out->rows_read += a->rows_read;
		else
			out->rows_read = -1;
	}
}

static int by_slice(const void *a, const void *b)
{
	const char *x = ((const struct mg_case *)a)->slice, *y = ((const struct mg_case *)b)->slice;
	if (!x || !y)
		return (x == NULL) - (y == NULL);
	return strcmp(x, y);
}

/* One case for each value of the slice column. */
static void measure_slices(struct execution *e, struct mg_session *session, struct mg_arena *arena,
	const struct mg_check *c, struct case_list *out)
{
	const struct mg_need *need = mg_measures_need(c, MG_NEED_SLICES);
	const struct mg_table *table = &e->answers[need->query].table;
	if (table->rows > MG_SLICES_MAX || !table->rows) {
		out->list = mg_alloc(arena, sizeof(*out->list));
		out->count = 1;
		out->list->check = c;
		if (!table->rows)
			out->list->value = mg_value_empty("there are no rows to slice");
		else
			out->list->error = mg_printf(arena,
				"column '%s' has %zu values; a slice column may have at most %d",
				c->slice->column, table->rows, MG_SLICES_MAX);
		return;
	}
	out->count = table->rows;
	out->list = mg_alloc_array(arena, table->rows, sizeof(*out->list));
	for (size_t row = 0; row < table->rows; row++) {
		const struct mg_cell *cells = &table->cells[row * table->columns];
		out->list[row] = (struct mg_case){.check = c,
			.sliced = true,
			.slice = cells->type == MG_CELL_NULL ? NULL : mg_strdup(arena, cells->text),
			.slice_rows = cells[need->first].integer};
	}
	qsort(out->list, out->count, sizeof(*out->list), by_slice);
	for (size_t i = 0; i < out->count; i++) {
		struct mg_case *one = &out->list[i];
		add_costs(e, c, out->count, one);
		if (one->slice_rows < c->spec->min_rows)
			one->skip = mg_printf(arena, "%lld row%s, fewer than min_rows %lld",
				(long long)one->slice_rows, one->slice_rows == 1 ? "" : "s",
				(long long)c->spec->min_rows);
		else
			measure(e, session, arena, one);
	}
}

static void measure_check(struct execution *e, struct mg_session *session, struct mg_arena *arena,
	const struct mg_check *c, struct case_list *out)
{
	const char *error = mg_measures_error(c, e->answers);
	if (!error && c->slice && c->slice->column) {
		measure_slices(e, session, arena, c, out);
		return;
	}
	out->list = mg_alloc(arena, sizeof(*out->list));
	out->count = 1;
	out->list->check = c;
	add_costs(e, c, 1, out->list);
	if (error)
		out->list->error = mg_strdup(arena, error);
	else
		measure(e, session, arena, out->list);
}

/* ---- the job ---- */

static bool needs_query(const struct mg_check *c, size_t query)
{
	for (size_t i = 0; i < c->need_count; i++)
		if (c->needs[i].query == query)
			return true;
	return false;
}

/* Keeps the answer to a query and measures the checks that waited for nothing else. */
static void complete(struct execution *e, struct mg_pool *pool, struct mg_session *session,
	size_t worker, size_t query, struct mg_answer answer)
{
	const struct mg_plan *plan = e->plan;
	mg_pool_enter(pool);
	answer.users = e->answers[query].users;
	answer.waiting = e->answers[query].waiting;
	answer.done = true;
	e->answers[query] = answer;
	size_t *ready = mg_alloc_array(e->arenas[worker], plan->check_count, sizeof(*ready));
	size_t ready_count = 0;
	for (size_t i = 0; i < plan->check_count; i++)
		if (needs_query(plan->checks[i], query) && --e->lists[i].waiting == 0)
			ready[ready_count++] = i;
	mg_pool_leave(pool);

	for (size_t i = 0; i < ready_count; i++) {
		const struct mg_check *c = plan->checks[ready[i]];
		struct case_list list = {0};
		measure_check(e, session, e->arenas[worker], c, &list);
		mg_pool_enter(pool);
		list.finished = true;
		e->lists[ready[i]] = list;
		for (size_t q = 0; q < plan->query_count; q++) {
			if (!needs_query(c, q) || --e->answers[q].waiting > 0)
				continue;
			mg_arena_free(e->answers[q].arena);
			e->answers[q].arena = NULL;
		}
		mg_pool_leave(pool);
	}
}

/* A query, and those that its slices add up to: these are ready before its answer is let go. */
static void run_job(
	struct mg_pool *pool, struct mg_session *session, size_t worker, size_t job, void *context)
{
	struct execution *e = context;
	const struct mg_plan *plan = e->plan;
	size_t query = e->order[job];
	struct mg_answer answer = {0};
	struct mg_answer *sums = mg_alloc_array(
		e->arenas[worker], plan->query_count, sizeof(*sums));
	answer_query(e, pool, session, worker, plan->queries[query], &answer);
	for (size_t q = 0; q < plan->query_count; q++) {
		if (e->from[q] != query)
			continue;
		sums[q].arena = mg_arena_new();
		sums[q].done = mg_derive(plan->queries[q], plan->queries[query], &answer, &sums[q]);
		if (sums[q].done)
			count_rows(plan->queries[q], &sums[q]);
	}
	complete(e, pool, session, worker, query, answer);
	for (size_t q = 0; q < plan->query_count; q++) {
		if (e->from[q] != query)
			continue;
		if (!sums[q].done) {
			mg_arena_free(sums[q].arena);
			sums[q] = (struct mg_answer){0};
			answer_query(e, pool, session, worker, plan->queries[q], &sums[q]);
		}
		complete(e, pool, session, worker, q, sums[q]);
	}
}

/* Queries in the order in which the checks want them, so that tables can go early; without those
 * that others add up to. */
static size_t order_queries(struct execution *e)
{
	const struct mg_plan *plan = e->plan;
	size_t count = 0, kept = 0;
	for (size_t i = 0; i < plan->check_count; i++) {
		const struct mg_check *c = plan->checks[i];
		for (size_t q = 0; q < plan->query_count; q++) {
			if (!needs_query(c, q))
				continue;
			if (!e->answers[q].users)
				e->order[count++] = q;
			e->answers[q].users++;
			e->answers[q].waiting++;
			e->lists[i].waiting++;
		}
	}
	for (size_t q = 0; q < plan->query_count; q++) {
		e->from[q] = e->answers[q].users ? mg_derive_from(plan, q) : SIZE_MAX;
		if (e->from[q] != SIZE_MAX && !e->answers[e->from[q]].users)
			e->from[q] = SIZE_MAX;
	}
	for (size_t i = 0; i < count; i++)
		if (e->from[e->order[i]] == SIZE_MAX)
			e->order[kept++] = e->order[i];
	return kept;
}

/* Tells the engine how often each dataset will be read. */
static void tell_passes(struct execution *e, size_t count)
{
	const struct mg_spec *spec = e->plan->spec;
	for (size_t d = 0; d < spec->data_count; d++) {
		size_t passes = 0;
		for (size_t i = 0; i < count; i++)
			passes += e->plan->queries[e->order[i]]->source.data == &spec->data[d];
		struct mg_error ignored = {0}; /* reading it directly stays possible */
		if (passes)
			e->ops->expect(e->engine, &spec->data[d], passes, &ignored);
	}
}

static const char *label_of(const struct mg_plan *plan, size_t query)
{
	for (size_t i = 0; i < plan->check_count; i++)
		if (needs_query(plan->checks[i], query))
			return plan->checks[i]->name;
	return "";
}

/* Cases of a check that no worker finished: nothing to measure by query, a problem, or a stop. */
static void finish_check(struct execution *e, size_t i, const char *stopped)
{
	const struct mg_check *c = e->plan->checks[i];
	struct case_list *list = &e->lists[i];
	if (list->finished)
		return;
	list->list = mg_alloc(e->arena, sizeof(*list->list));
	list->count = 1;
	list->list->check = c;
	list->list->rows_read = -1;
	if (c->skipped || (c->kind->flags & MG_KIND_OTHERS))
		; /* the judge has all it needs */
	else if (c->problem)
		list->list->error = c->problem;
	else if (c->need_count)
		list->list->error = mg_printf(
			e->arena, "not measured: %s", stopped ? stopped : "cancelled");
	else
		measure(e, NULL, e->arena, list->list);
}

int mg_execute(struct mg_arena *arena, const struct mg_plan *plan, const struct mg_engine_ops *ops,
	struct mg_engine *engine, const struct mg_execute_options *options,
	struct mg_measured **out, struct mg_error *err)
{
	struct execution e = {.arena = arena, .plan = plan, .ops = ops, .engine = engine};
	e.answers = mg_alloc_array(arena, plan->query_count, sizeof(*e.answers));
	e.order = mg_alloc_array(arena, plan->query_count, sizeof(*e.order));
	e.from = mg_alloc_array(arena, plan->query_count, sizeof(*e.from));
	e.lists = mg_alloc_array(arena, plan->check_count, sizeof(*e.lists));
	size_t count = order_queries(&e);
	if (options->stopped)
		count = 0;
	if (count)
		tell_passes(&e, count);
	struct mg_job *jobs = mg_alloc_array(arena, count, sizeof(*jobs));
	for (size_t i = 0; i < count; i++)
		jobs[i] = (struct mg_job){.run = run_job,
			.label = label_of(plan, e.order[i]),
			.timeout_seconds = plan->queries[e.order[i]]->timeout_seconds};
	struct mg_measured *m = mg_alloc(arena, sizeof(*m));
	m->arenas = mg_alloc_array(arena, MG_POOL_MAX_WORKERS, sizeof(struct mg_arena *));
	m->arena_count = MG_POOL_MAX_WORKERS;
	for (size_t i = 0; i < MG_POOL_MAX_WORKERS; i++)
		m->arenas[i] = e.arenas[i] = mg_arena_new();
	/* A left-behind worker may go on using e: it must outlive this function. */
	struct execution *shared = mg_alloc(arena, sizeof(*shared));
	*shared = e;
	int code = mg_pool_run(arena, ops, engine, options, 0, 1, jobs, count, shared, &m->stopped,
		&m->engine_left, err);
	if (code != MG_OK) {
		mg_measured_free(m);
		return code;
	}
	if (options->stopped)
		m->stopped = options->stopped;
	size_t total = 0;
	for (size_t i = 0; i < plan->check_count; i++) {
		finish_check(shared, i, m->stopped);
		total += shared->lists[i].count;
	}
	m->cases = mg_alloc_array(arena, total, sizeof(*m->cases));
	for (size_t i = 0; i < plan->check_count; i++)
		for (size_t k = 0; k < shared->lists[i].count; k++)
			m->cases[m->count++] = shared->lists[i].list[k];
	for (size_t q = 0; q < plan->query_count && !m->engine_left; q++)
		mg_arena_free(shared->answers[q].arena);
	*out = m;
	return MG_OK;
}

void mg_measured_free(struct mg_measured *measured)
{
	for (size_t i = 0; measured && i < measured->arena_count; i++)
		mg_arena_free(measured->arenas[i]);
}
