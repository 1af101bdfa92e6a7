/* execute.c: runs the plan's queries and measures each check as soon as its numbers are in. */
#include "execute/execute.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "execute/answer.h"
#include "execute/cases.h"
#include "execute/derive.h"
#include "execute/pool.h"
#include "plan/measures.h"

enum work_kind { ASK, DERIVE, MEASURE };

/* What a job of the pool does: a query is asked or derived, or a check is measured. */
struct work {
	enum work_kind kind;
	size_t index; /* of the query, or of the check */
};

struct checking { /* one check */
	struct mg_case_list cases;
	size_t waiting; /* queries that are not done */
	bool finished;
};

struct execution {
	struct mg_arena *arena;
	const struct mg_plan *plan;
	const struct mg_engine_ops *ops;
	struct mg_engine *engine;
	struct mg_answer *answers;
	struct work *works;        /* by job */
	size_t *from;              /* queries -> that whose answer gives theirs, or SIZE_MAX */
	struct checking *checking; /* per check */
	struct mg_arena *arenas[MG_POOL_MAX_WORKERS]; /* per worker, to the end of the run */
};

/* ---- the jobs ---- */

static bool needs_query(const struct mg_check *c, size_t query)
{
	for (size_t i = 0; i < c->need_count; i++)
		if (c->needs[i].query == query)
			return true;
	return false;
}

/* The check that wants the query, or, of one for several conditions, its first part. */
static const char *label_of(const struct mg_plan *plan, struct work work)
{
	if (work.kind == MEASURE)
		return plan->checks[work.index]->name;
	const struct mg_query *query = plan->queries[work.index];
	if (query->kind == MG_QUERY_AGGREGATE && query->part_count)
		while (plan->queries[work.index] != query->parts[0])
			work.index--;
	for (size_t i = 0; i < plan->check_count; i++)
		if (needs_query(plan->checks[i], work.index))
			return plan->checks[i]->name;
	return "";
}

static void run_job(
	struct mg_pool *pool, struct mg_session *session, size_t worker, size_t job, void *context);

static struct mg_job job_of(const struct mg_plan *plan, struct work work)
{
	return (struct mg_job){.run = run_job,
		.label = label_of(plan, work),
		.timeout_seconds = work.kind == MEASURE
			? plan->checks[work.index]->spec->timeout_seconds
			: plan->queries[work.index]->timeout_seconds};
}

static void add_work(struct execution *e, struct mg_pool *pool, enum work_kind kind, size_t index)
{
	struct work work = {.kind = kind, .index = index};
	e->works[mg_pool_add(pool, job_of(e->plan, work))] = work;
}

/* Keeps the answer to a query and starts what waited for nothing else. */
static void complete(
	struct execution *e, struct mg_pool *pool, size_t query, struct mg_answer answer)
{
	const struct mg_plan *plan = e->plan;
	mg_pool_enter(pool);
	answer.users = e->answers[query].users;
	answer.waiting = e->answers[query].waiting;
	answer.done = true;
	e->answers[query] = answer;
	for (size_t q = 0; q < plan->query_count; q++)
		if (e->from[q] == query)
			add_work(e, pool, DERIVE, q);
	for (size_t i = 0; i < plan->check_count; i++)
		if (needs_query(plan->checks[i], query) && --e->checking[i].waiting == 0)
			add_work(e, pool, MEASURE, i);
	mg_pool_leave(pool);
}

/* One that needed the answer is done with it. With the pool's lock. */
static void release(struct execution *e, size_t query)
{
	if (--e->answers[query].waiting > 0)
		return;
	mg_arena_free(e->answers[query].arena);
	e->answers[query].arena = NULL;
}

static void derive(struct execution *e, struct mg_pool *pool, struct mg_session *session,
	size_t worker, size_t query)
{
	const struct mg_query *const *queries = (const struct mg_query *const *)e->plan->queries;
	size_t from = e->from[query];
	struct mg_answer answer = {.arena = mg_arena_new()};
	if (mg_derive(queries[query], queries[from], &e->answers[from], &answer)) {
		mg_answer_count_rows(queries[query], &answer);
	} else {
		mg_arena_free(answer.arena);
		answer = (struct mg_answer){0};
		mg_answer_query(e->ops, pool, session, worker, queries[query], &answer);
	}
	mg_pool_enter(pool);
	release(e, from);
	mg_pool_leave(pool);
	complete(e, pool, query, answer);
}

static void measure(struct execution *e, struct mg_pool *pool, struct mg_session *session,
	size_t worker, size_t check)
{
	const struct mg_check *c = e->plan->checks[check];
	const struct mg_measuring measuring = {.plan = e->plan,
		.answers = e->answers,
		.ops = e->ops,
		.session = session,
		.arena = e->arenas[worker]};
	struct mg_case_list cases = {0};
	mg_cases_measure(&measuring, c, &cases);
	mg_pool_enter(pool);
	e->checking[check].cases = cases;
	e->checking[check].finished = true;
	for (size_t q = 0; q < e->plan->query_count; q++)
		if (needs_query(c, q))
			release(e, q);
	mg_pool_leave(pool);
}

static void run_job(
	struct mg_pool *pool, struct mg_session *session, size_t worker, size_t job, void *context)
{
	struct execution *e = context;
	struct work work = e->works[job];
	struct mg_answer answer = {0};
	switch (work.kind) {
	case ASK:
		mg_answer_query(
			e->ops, pool, session, worker, e->plan->queries[work.index], &answer);
		complete(e, pool, work.index, answer);
		break;
	case DERIVE:
		derive(e, pool, session, worker, work.index);
		break;
	case MEASURE:
		measure(e, pool, session, worker, work.index);
		break;
	}
}

/* ---- all of them ---- */

/* Queries in the order in which the checks want them, so that tables can go early; without those
 * that can be derived. */
static size_t order_queries(struct execution *e)
{
	const struct mg_plan *plan = e->plan;
	size_t *order = mg_alloc_array(e->arena, plan->query_count, sizeof(*order));
	size_t count = 0, kept = 0;
	for (size_t i = 0; i < plan->check_count; i++) {
		const struct mg_check *c = plan->checks[i];
		for (size_t q = 0; q < plan->query_count; q++) {
			if (!needs_query(c, q))
				continue;
			if (!e->answers[q].users)
				order[count++] = q;
			e->answers[q].users++;
			e->answers[q].waiting++;
			e->checking[i].waiting++;
		}
	}
	for (size_t q = 0; q < plan->query_count; q++) {
		e->from[q] = e->answers[q].users ? mg_derive_from(plan, q) : SIZE_MAX;
		if (e->from[q] == SIZE_MAX)
			continue;
		struct mg_answer *from = &e->answers[e->from[q]];
		if (!from->users && plan->queries[e->from[q]]->part_count && !from->waiting)
			e->works[kept++] = (struct work){.kind = ASK, .index = e->from[q]};
		else if (!from->users && !from->waiting)
			e->from[q] = SIZE_MAX;
		if (e->from[q] != SIZE_MAX)
			from->waiting++;
	}
	for (size_t i = 0; i < count; i++)
		if (e->from[order[i]] == SIZE_MAX)
			e->works[kept++] = (struct work){.kind = ASK, .index = order[i]};
	return kept;
}

/* Tells the engine how often each dataset will be read. */
static void tell_passes(struct execution *e, size_t count)
{
	const struct mg_spec *spec = e->plan->spec;
	for (size_t d = 0; d < spec->data_count; d++) {
		size_t passes = 0;
		for (size_t i = 0; i < count; i++)
			passes += e->plan->queries[e->works[i].index]->source.data ==
				&spec->data[d];
		struct mg_error ignored = {0}; /* reading it directly stays possible */
		if (passes)
			mg_ignore(e->ops->expect(e->engine, &spec->data[d], passes, &ignored));
	}
}

/* Cases of a check that no worker finished: nothing to measure by query, a problem, or a stop. */
static void finish_check(struct execution *e, size_t i, const char *stopped)
{
	const struct mg_check *c = e->plan->checks[i];
	struct mg_case_list *list = &e->checking[i].cases;
	if (e->checking[i].finished)
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
		mg_case_measure(
			&(struct mg_measuring){
				.plan = e->plan, .answers = e->answers, .arena = e->arena},
			list->list);
}

int mg_execute(struct mg_arena *arena, const struct mg_plan *plan, const struct mg_engine_ops *ops,
	struct mg_engine *engine, const struct mg_execute_options *options,
	struct mg_measured **out, struct mg_error *err)
{
	struct execution e = {.arena = arena, .plan = plan, .ops = ops, .engine = engine};
	e.answers = mg_alloc_array(arena, plan->query_count, sizeof(*e.answers));
	e.from = mg_alloc_array(arena, plan->query_count, sizeof(*e.from));
	e.checking = mg_alloc_array(arena, plan->check_count, sizeof(*e.checking));
	size_t most_added = plan->query_count + plan->check_count;
	e.works = mg_alloc_array(arena, plan->query_count + most_added, sizeof(*e.works));
	size_t count = order_queries(&e);
	if (options->stopped)
		count = 0;
	if (count)
		tell_passes(&e, count);
	struct mg_job *jobs = mg_alloc_array(arena, count, sizeof(*jobs));
	for (size_t i = 0; i < count; i++)
		jobs[i] = job_of(plan, e.works[i]);
	struct mg_measured *m = mg_alloc(arena, sizeof(*m));
	m->arenas = mg_alloc_array(arena, MG_POOL_MAX_WORKERS, sizeof(struct mg_arena *));
	m->arena_count = MG_POOL_MAX_WORKERS;
	for (size_t i = 0; i < MG_POOL_MAX_WORKERS; i++)
		m->arenas[i] = e.arenas[i] = mg_arena_new();
	/* A left-behind worker may go on using e: it must outlive this function. */
	struct execution *shared = mg_alloc(arena, sizeof(*shared));
	*shared = e;
	int code = mg_pool_run(arena, ops, engine, options, 0, 1, jobs, count, most_added, shared,
		&m->stopped, &m->engine_left, err);
	if (code != MG_OK) {
		mg_measured_free(m);
		return code;
	}
	if (options->stopped)
		m->stopped = options->stopped;
	size_t total = 0;
	for (size_t i = 0; i < plan->check_count; i++) {
		finish_check(shared, i, m->stopped);
		total += shared->checking[i].cases.count;
	}
	m->cases = mg_alloc_array(arena, total, sizeof(*m->cases));
	for (size_t i = 0; i < plan->check_count; i++)
		for (size_t k = 0; k < shared->checking[i].cases.count; k++)
			m->cases[m->count++] = shared->checking[i].cases.list[k];
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
