/* closing.c: the last questions to the engines, while the clock, the signals and the progress are watched. */
#include "run/closing.h"

#include "base/text.h"
#include "execute/pool.h"

struct asking {
	const struct mg_engine_ops *ops;
	struct mg_arena *arena; /* with the pool's lock only */
	struct mg_engine_costs *costs;
	size_t count;
	struct mg_error err;
};

static void ask(
	struct mg_pool *pool, struct mg_session *session, size_t worker, size_t job, void *context)
{
	(void)worker;
	(void)job;
	struct asking *asking = context;
	struct mg_error err = {0};
	/* A left-behind worker may go on using it. */
	struct mg_arena *arena = mg_arena_new();
	struct mg_engine_costs *costs = NULL;
	size_t count = 0;
	int code = asking->ops->unchanged ? asking->ops->unchanged(session, &err) : MG_OK;
	mg_engine_router_costs(session, arena, &costs, &count);
	mg_pool_enter(pool);
	asking->arena = arena;
	asking->costs = costs;
	asking->count = count;
	if (code != MG_OK && code != MG_ECANCELLED)
		asking->err = err;
	mg_pool_leave(pool);
}

static void keep_costs(struct mg_runner *r, const struct mg_engine_costs *costs, size_t count)
{
	struct mg_run *run = r->run;
	run->costs = mg_alloc_array(r->arena, count, sizeof(*run->costs));
	run->cost_count = count;
	for (size_t i = 0; i < count; i++) {
		struct mg_engine_costs *one = &run->costs[i];
		*one = costs[i];
		one->statements = mg_alloc_array(
			r->arena, one->listed_count, sizeof(*one->statements));
		for (size_t k = 0; k < one->listed_count; k++) {
			one->statements[k] = costs[i].statements[k];
			one->statements[k].id = mg_strdup(r->arena, one->statements[k].id);
		}
	}
}

/* What is known without asking: a session that was cancelled asks nobody. */
static void count_only(struct mg_runner *r)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_session *session = NULL;
	struct mg_engine_costs *costs = NULL;
	struct mg_error ignored = {0};
	size_t count = 0;
	if (r->engine_left || r->ops->session_open(&session, r->engine, &ignored) != MG_OK)
		return;
	r->ops->cancel(session);
	mg_engine_router_costs(session, scratch, &costs, &count);
	keep_costs(r, costs, count);
	r->ops->session_close(session);
}

int mg_run_closing(struct mg_runner *r, struct mg_error *err)
{
	const struct mg_job job = {.run = ask, .label = "are the data unchanged?"};
	struct asking *asking = mg_alloc(r->arena, sizeof(*asking));
	const char *stopped = NULL;
	bool left = false;
	*asking = (struct asking){.ops = r->ops};
	if (r->run->stopped || r->engine_left) {
		count_only(r);
		return MG_OK;
	}
	MG_TRY(mg_pool_run(r->arena, r->ops, r->engine, &r->request.execute, 1, 1, &job, 1, 0,
		asking, &stopped, &left, err));
	r->engine_left = left;
	if (asking->arena && !left) {
		keep_costs(r, asking->costs, asking->count);
		mg_arena_free(asking->arena);
	}
	if (asking->err.code != MG_OK) {
		*err = asking->err;
		return (int)err->code;
	}
	if (stopped) {
		/* Nobody has shown that what was measured is what is on record. */
		r->run->stopped = stopped;
		mg_run_close(r->run);
		*r->request.stop = 1;
	}
	return MG_OK;
}
