/* execute.h: a plan becomes measures: its queries run, while the clock and the signals are watched. */
#ifndef MG_EXECUTE_EXECUTE_H
#define MG_EXECUTE_EXECUTE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/check.h>
#include <modelgate/engine.h>
#include <modelgate/error.h>
#include <modelgate/plan.h>
#include <modelgate/run.h>

struct mg_arena;

struct mg_execute_options {
	int threads;            /* queries at once; at least 1 */
	double timeout_seconds; /* 0: none */
	double began;           /* mg_clock_ticks() that the timeout counts from; 0: now */
	const char *stopped;  /* why all ended before, or NULL: measures nothing, asks no engine */
	double grace_seconds; /* for an engine to obey a cancel; then it is left behind */
	const volatile sig_atomic_t *stop; /* set by a signal; NULL: never */
	void (*progress)(void *context, double share, const char *label); /* or NULL */
	/* Once in a while instead of it: what a service has to do first, in words. Or NULL. */
	void (*waits)(void *context, const char *words);
	void *context;
};

/* How a number and the same on the reference rest on the same rows, told by their key. */
struct mg_pairing {
	int64_t rows;       /* on both sides; 0: none, and `why` says why, or nothing was asked */
	double correlation; /* of the two numbers, from -1 to 1 */
	const char *why;
};

/* One test case: a check, or one slice of it. */
struct mg_case {
	const struct mg_check *check;
	bool sliced; /* by a column: slice holds the value, NULL for NULL */
	const char *slice;
	size_t number; /* of the slice among those of its check, from 1 */
	int64_t slice_rows;
	const char *error;     /* why it was not measured, or NULL */
	const char *skip;      /* why it was skipped (a tiny slice), or NULL */
	struct mg_value value; /* when error is NULL */
	struct mg_pairing pairing;
	double seconds;
	int64_t rows_read; /* -1 unknown */
	/* By side: rows of the data, and those that conditions (but for a slice's) kept. -1: no conditions, or
	 * not counted. */
	int64_t side_rows[2], side_kept[2];
};

struct mg_measured {
	struct mg_case *cases; /* in order of the plan's checks */
	size_t count;
	const char *stopped;      /* why it ended early, or NULL */
	bool engine_left;         /* the engine did not obey: exit without closing it */
	struct mg_arena **arenas; /* what the values point into */
	size_t arena_count;
};

/* Runs the plan's queries and measures every check. What could not be measured has its reason;
 * only a failure to start at all (no session) returns an error. */
MG_MUST_USE int mg_execute(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_engine_ops *ops, struct mg_engine *engine,
	const struct mg_execute_options *options, struct mg_measured **out, struct mg_error *err);
void mg_measured_free(struct mg_measured *measured); /* NULL is fine */

/* Reads failing rows for what failed (or warned), with redacted columns masked. */
void mg_gather_failing_rows(struct mg_arena *arena, const struct mg_plan *plan,
	struct mg_measured *measured, const struct mg_engine_ops *ops, struct mg_engine *engine,
	const struct mg_execute_options *options, struct mg_run *run);

/* What the queries are expected to take, for people; `at_once` of them run at a time. */
char *mg_memory_text(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_engine_ops *ops, struct mg_engine *engine, int at_once);
/* Says which checks `limit` is not expected to hold, what then happens, and what would be enough. */
MG_MUST_USE int mg_memory_warn(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_engine_ops *ops, struct mg_engine *engine, uint64_t limit,
	void (*warn)(void *context, const char *text), void *context, struct mg_error *err);

/* The plan for people: checks, what they need, and the SQL. */
char *mg_plan_text(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_engine_ops *ops, struct mg_engine *engine);

#endif
