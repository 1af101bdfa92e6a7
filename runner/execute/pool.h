/* pool.h: runs jobs on engine sessions, a few at once, and stops them in time. */
#ifndef MG_EXECUTE_POOL_H
#define MG_EXECUTE_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/engine.h>
#include <modelgate/error.h>

#include "execute/execute.h"

struct mg_pool;

struct mg_job {
	double timeout_seconds; /* 0: only the pool's own */
	const char *label;      /* for the progress line */
	/* Works with its session; everything shared is touched between mg_pool_enter and
	 * mg_pool_leave only. Not called when the pool has been stopped before its turn. */
	void (*run)(struct mg_pool *pool, struct mg_session *session, size_t worker, size_t job,
		void *context);
};

/* The caller's thread watches the clock, the stop flag and the progress while workers run the jobs
 * in order. Jobs may add others, up to `most_added` in all, which come before those that wait and
 * are run even when the pool has been stopped: they finish what a job began. A job that does not obey a cancel within grace_seconds is left behind: *out_left is
 * set, and the caller must end the process without freeing what the job may still use.
 * *out_stopped (in arena) says why the work ended early, or is NULL. Fails only when no session
 * can be opened. */
MG_MUST_USE int mg_pool_run(struct mg_arena *arena, const struct mg_engine_ops *ops,
	struct mg_engine *engine, const struct mg_execute_options *options, double share_from,
	double share_to, const struct mg_job *jobs, size_t count, size_t most_added, void *context,
	const char **out_stopped, bool *out_left, struct mg_error *err);

/* Inside a job: the one lock of the shared state. A job that was left behind never returns. */
void mg_pool_enter(struct mg_pool *pool);
void mg_pool_leave(struct mg_pool *pool);
/* Between these two: one job more. Returns its number, which `run` gets; the first that is added
 * has the number `count`. */
size_t mg_pool_add(struct mg_pool *pool, struct mg_job job);
/* Why this worker's query was cancelled ("timeout of 5 s", "interrupted"); static or pool memory. */
const char *mg_pool_reason(struct mg_pool *pool, size_t worker);

#define MG_POOL_MAX_WORKERS 16

#endif
