/* pool.c: a few workers, one watcher. */
#include "execute/pool.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"

enum { NO_JOB = -1 };

struct worker {
	struct mg_pool *pool;
	pthread_t thread;
	struct mg_session *session;
	size_t index;
	long job;           /* NO_JOB when idle */
	double started;     /* of the job, in ticks */
	double cancelled;   /* when its query was first told to stop, or 0 */
	const char *reason; /* why */
	bool ended;
};

struct mg_pool {
	pthread_mutex_t lock;
	pthread_cond_t changed; /* for the watcher: a job or a worker has ended */
	pthread_cond_t more;    /* for idle workers: a job was added, or none will be */
	struct mg_arena *arena;
	const struct mg_engine_ops *ops;
	struct mg_engine *engine;
	const struct mg_job *jobs;
	size_t count, next, done;
	struct mg_job *added;
	size_t added_count, added_next, most_added;
	size_t running;
	void *context;
	const char *stopped;
	bool left; /* the caller went on without us */
	struct worker workers[MG_POOL_MAX_WORKERS];
	size_t worker_count;
};

void mg_pool_enter(struct mg_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	if (!pool->left)
		return;
	/* Nobody waits for this thread any more, and what it would write may be read right now. */
	pthread_mutex_unlock(&pool->lock);
	pthread_exit(NULL);
}

void mg_pool_leave(struct mg_pool *pool)
{
	pthread_mutex_unlock(&pool->lock);
}

const char *mg_pool_reason(struct mg_pool *pool, size_t worker)
{
	pthread_mutex_lock(&pool->lock);
	const char *reason = pool->workers[worker].reason;
	pthread_mutex_unlock(&pool->lock);
	return reason ? reason : "cancelled";
}

/* A session that was told to stop answers nothing any more. Lock held. */
static bool renew_session(struct worker *w)
{
	struct mg_pool *pool = w->pool;
	struct mg_error ignored = {0};
	struct mg_session *fresh = NULL;
	if (pool->ops->session_open(&fresh, pool->engine, &ignored) != MG_OK)
		return false;
	pool->ops->session_close(w->session);
	w->session = fresh;
	return true;
}

size_t mg_pool_add(struct mg_pool *pool, struct mg_job job)
{
	assert(pool->added_count < pool->most_added);
	pool->added[pool->added_count++] = job;
	pthread_cond_signal(&pool->more);
	return pool->count + pool->added_count - 1;
}

static const struct mg_job *job_at(const struct mg_pool *pool, size_t job)
{
	return job < pool->count ? &pool->jobs[job] : &pool->added[job - pool->count];
}

/* The next job, waiting for it while others may add one; NO_JOB: there will be none. Lock held. */
static long take_job(struct mg_pool *pool)
{
	for (;;) {
		if (pool->added_next < pool->added_count)
			return (long)(pool->count + pool->added_next++);
		if (!pool->stopped && pool->next < pool->count)
			return (long)pool->next++;
		if (pool->running == 0)
			return NO_JOB;
		pthread_cond_wait(&pool->more, &pool->lock);
		mg_pool_leave(pool);
		mg_pool_enter(pool);
	}
}

static void *work(void *argument)
{
	struct worker *w = argument;
	struct mg_pool *pool = w->pool;
	for (;;) {
		mg_pool_enter(pool);
		long job = take_job(pool);
		if (job == NO_JOB)
			break;
		w->started = mg_clock_ticks();
		w->cancelled = 0;
		w->reason = NULL;
		w->job = job;
		pool->running++;
		mg_pool_leave(pool);

		job_at(pool, (size_t)job)
			->run(pool, w->session, w->index, (size_t)job, pool->context);

		mg_pool_enter(pool);
		w->job = NO_JOB;
		pool->running--;
		pool->done += (size_t)job < pool->count;
		bool usable = !w->cancelled || pool->stopped || renew_session(w);
		pthread_cond_signal(&pool->changed);
		if (pool->running == 0)
			pthread_cond_broadcast(&pool->more);
		if (!usable)
			break;
		mg_pool_leave(pool);
	}
	w->ended = true;
	pthread_cond_signal(&pool->changed);
	mg_pool_leave(pool);
	return NULL;
}

static void cancel(struct mg_pool *pool, struct worker *w, const char *reason, double now)
{
	if (!w->cancelled) {
		w->cancelled = now;
		w->reason = reason;
	}
	pool->ops->cancel(w->session);
}

/* One look at everything, with the lock held. Returns false when a worker must be left behind. */
static bool watch(struct mg_pool *pool, const struct mg_execute_options *options, double began)
{
	double now = mg_clock_ticks();
	if (!pool->stopped && options->stop && *options->stop)
		pool->stopped = "interrupted";
	if (!pool->stopped && options->timeout_seconds > 0 &&
		now - began > options->timeout_seconds)
		pool->stopped = mg_printf(pool->arena, "timeout after %s",
			mg_human_duration(pool->arena, options->timeout_seconds));
	for (size_t i = 0; i < pool->worker_count; i++) {
		struct worker *w = &pool->workers[i];
		if (w->job == NO_JOB)
			continue;
		double allowed = job_at(pool, (size_t)w->job)->timeout_seconds;
		if (pool->stopped)
			cancel(pool, w, pool->stopped, now);
		else if (w->cancelled || (allowed > 0 && now - w->started > allowed))
			cancel(pool, w,
				mg_printf(pool->arena, "timeout of %s",
					mg_human_duration(pool->arena, allowed)),
				now);
		if (w->cancelled && now - w->cancelled > options->grace_seconds)
			return false;
	}
	return true;
}

/* Says what a service has to do before it works for us; false: nothing. */
static bool show_wait(const struct mg_pool *pool, const struct mg_execute_options *options)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const char *words = NULL;
	for (size_t i = 0; options->waits && pool->ops->waits && i < pool->worker_count; i++)
		if (!words && pool->workers[i].job != NO_JOB)
			words = pool->ops->waits(pool->workers[i].session, scratch);
	if (words)
		options->waits(options->context, words);
	return words != NULL;
}

static void show_progress(
	struct mg_pool *pool, const struct mg_execute_options *options, double from, double to)
{
	if (show_wait(pool, options))
		return;
	double done = (double)pool->done;
	const char *label = NULL;
	for (size_t i = 0; i < pool->worker_count; i++) {
		struct worker *w = &pool->workers[i];
		if (w->job == NO_JOB)
			continue;
		label = label ? label : job_at(pool, (size_t)w->job)->label;
		double part = pool->ops->progress(w->session);
		done += part > 0 && part < 1 ? part : 0;
	}
	double share = pool->count ? done / (double)pool->count : 1;
	options->progress(options->context, from + (to - from) * share, label ? label : "");
}

static bool all_ended(const struct mg_pool *pool)
{
	for (size_t i = 0; i < pool->worker_count; i++)
		if (!pool->workers[i].ended)
			return false;
	return true;
}

/* Waits by a clock that nobody sets: set back, it would make the watcher sleep that much longer. */
static void init_changed(pthread_cond_t *changed)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

/* Watches until all have ended; false: somebody was left behind. Lock held on entry and exit. */
static bool watch_all(
	struct mg_pool *pool, const struct mg_execute_options *options, double from, double to)
{
	double shown = mg_clock_ticks(), began = options->began > 0 ? options->began : shown;
	while (!all_ended(pool)) {
		struct timespec until;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += 20 * 1000 * 1000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_sec++;
			until.tv_nsec -= 1000000000;
		}
		pthread_cond_timedwait(&pool->changed, &pool->lock, &until);
		if (!watch(pool, options, began))
			return false;
		if (options->progress && mg_clock_ticks() - shown > 0.1) {
			shown = mg_clock_ticks();
			show_progress(pool, options, from, to);
		}
	}
	return true;
}

static int open_sessions(
	struct mg_pool *pool, struct mg_engine *engine, size_t wanted, struct mg_error *err)
{
	for (size_t i = 0; i < wanted; i++) {
		struct worker *w = &pool->workers[i];
		*w = (struct worker){.pool = pool, .index = i, .job = NO_JOB};
		int code = pool->ops->session_open(&w->session, engine, err);
		if (code != MG_OK && i == 0)
			return code;
		if (code != MG_OK)
			break;
		pool->worker_count++;
	}
	return MG_OK;
}

static void start(struct mg_pool *pool)
{
	for (size_t i = 0; i < pool->worker_count; i++) {
		struct worker *w = &pool->workers[i];
		if (pthread_create(&w->thread, NULL, work, w) != 0)
			w->ended = true;
	}
}

int mg_pool_run(struct mg_arena *arena, const struct mg_engine_ops *ops, struct mg_engine *engine,
	const struct mg_execute_options *options, double share_from, double share_to,
	const struct mg_job *jobs, size_t count, size_t most_added, void *context,
	const char **out_stopped, bool *out_left, struct mg_error *err)
{
	*out_stopped = NULL;
	*out_left = false;
	if (!count)
		return MG_OK;
	size_t wanted = options->threads > 0 ? (size_t)options->threads : 1;
	wanted = wanted > count + most_added ? count + most_added : wanted;
	wanted = wanted > MG_POOL_MAX_WORKERS ? MG_POOL_MAX_WORKERS : wanted;
	struct mg_pool *pool = mg_alloc(arena, sizeof(*pool));
	*pool = (struct mg_pool){.arena = arena,
		.ops = ops,
		.engine = engine,
		.jobs = jobs,
		.count = count,
		.added = mg_alloc_array(arena, most_added, sizeof(*pool->added)),
		.most_added = most_added,
		.context = context};
	pthread_mutex_init(&pool->lock, NULL);
	init_changed(&pool->changed);
	pthread_cond_init(&pool->more, NULL);
	MG_TRY(open_sessions(pool, engine, wanted, err));

	pthread_mutex_lock(&pool->lock);
	start(pool);
	bool obeyed = watch_all(pool, options, share_from, share_to);
	pool->left = !obeyed;
	pthread_cond_broadcast(&pool->more);
	if (!obeyed && !pool->stopped)
		pool->stopped = "the engine did not stop when told to";
	*out_stopped = pool->stopped;
	*out_left = pool->left;
	pthread_mutex_unlock(&pool->lock);
	if (!obeyed)
		return MG_OK;
	for (size_t i = 0; i < pool->worker_count; i++) {
		if (pool->workers[i].thread)
			pthread_join(pool->workers[i].thread, NULL);
		ops->session_close(pool->workers[i].session);
	}
	pthread_cond_destroy(&pool->more);
	pthread_cond_destroy(&pool->changed);
	pthread_mutex_destroy(&pool->lock);
	return MG_OK;
}
