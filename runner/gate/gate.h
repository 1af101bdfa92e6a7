/* gate.h: the heart: a spec becomes a plan, a plan becomes measures, measures become a run. */
#ifndef MG_GATE_GATE_H
#define MG_GATE_GATE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/check.h>
#include <modelgate/engine.h>
#include <modelgate/plan.h>
#include <modelgate/run.h>
#include <modelgate/spec.h>

struct mg_arena;

/* ---- time and stops ---- */

struct mg_execute_options {
	int threads;            /* queries at once; at least 1 */
	double timeout_seconds; /* 0: none */
	double began;           /* mg_clock_ticks() that the timeout counts from; 0: now */
	const char *stopped;  /* why all ended before, or NULL: measures nothing, asks no engine */
	double grace_seconds; /* for an engine to obey a cancel; then it is left behind */
	const volatile sig_atomic_t *stop; /* set by a signal; NULL: never */
	void (*progress)(void *context, double share, const char *label); /* or NULL */
	void *context;
};

/* ---- describe ---- */

struct mg_file_list {
	const char **paths; /* absolute */
	size_t count;
};

struct mg_described { /* both in the order of spec->data */
	struct mg_schema *schemas;
	struct mg_file_list *files;
	const char *stopped; /* why it ended early, or NULL */
	bool engine_left;    /* the engine did not obey: exit without closing it */
};

/* Asks for the columns and files of the datasets that are used (see mg_plan_datasets). One that
 * cannot be opened, or was not before a stop, has its reason as its schema's error; only a failure
 * to start at all (no session) returns one. */
int mg_describe(struct mg_arena *arena, const struct mg_spec *spec, const bool *used,
	const struct mg_engine_ops *ops, struct mg_engine *engine,
	const struct mg_execute_options *options, struct mg_described *out, struct mg_error *err);

/* ---- plan ---- */

/* What to run. No suites: those of the spec's stage, or all when no stage was asked for. */
struct mg_selection {
	const char *const *suites;
	size_t suite_count;
	const char *const *terms; /* tag:x name:glob kind:x column:glob; same key: any, keys: all */
	size_t term_count;
	size_t part,
		parts; /* of these suites only those that are part's, see mg_part_of; or 0, 0 */
};

/* The suites that are selected, whichever part they are in, in the order of the spec. */
const char **mg_plan_suites(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_selection *selection, size_t *out_count);

/* Does the selection reach this dataset? Only those are opened. out has spec->data_count flags.
 * MG_EUSAGE: an unknown suite, a term of unknown form, or more parts than suites. */
int mg_plan_datasets(const struct mg_spec *spec, const struct mg_selection *selection,
	bool *out_used, struct mg_error *err);

/* Measures of earlier runs, by what the spec calls them. */
struct mg_baseline_run {
	enum mg_baseline_kind kind;
	const char *name;         /* file or stage */
	const struct mg_run *run; /* or NULL: */
	const char *problem;      /* why there is none */
	bool unfit; /* it is there, but cannot be used: an ERROR, whatever baseline_missing says */
};
struct mg_baselines {
	const struct mg_baseline_run *list;
	size_t count;
};

/* schemas: one per spec->data, in its order (`error` set where a dataset could not be opened).
 * Problems of a single check do not fail the plan: its case becomes an ERROR. MG_EUSAGE when
 * nothing is selected, MG_ESPEC when two cases would bear one name, MG_ELIMIT on too many. Columns that
 * a baseline has and patterns or types find no longer become an ERROR each; baselines may be NULL. */
int mg_plan_make(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_schema *schemas, const struct mg_baselines *baselines,
	const struct mg_selection *selection, int64_t as_of_us, uint64_t seed, struct mg_plan **out,
	struct mg_error *err);

/* The plan for people: checks, what they need, and the SQL. */
char *mg_plan_text(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_engine_ops *ops, struct mg_engine *engine);

#define MG_PLAN_MAX_CASES 10000
#define MG_SLICES_MAX 200 /* values of one slice column */

/* Bytes of a value of the data, of a message, and of one check's failing rows (but for the first)
 * that a run keeps: however long values are, its file stays one that can be read. */
enum { MG_VALUE_SHOWN = 1000, MG_MESSAGE_SHOWN = 4000, MG_SAMPLE_SHOWN = 200000 };

/* ---- execute ---- */

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
int mg_execute(struct mg_arena *arena, const struct mg_plan *plan, const struct mg_engine_ops *ops,
	struct mg_engine *engine, const struct mg_execute_options *options,
	struct mg_measured **out, struct mg_error *err);
void mg_measured_free(struct mg_measured *measured); /* NULL is fine */

/* Adjusts the p-values of suites that have a `correction`: each value becomes what is judged, its facts and
 * message tell the p-value itself. What was not measured does not count. */
void mg_correct(struct mg_arena *arena, const struct mg_plan *plan, struct mg_measured *measured);

/* ---- judge ---- */

/* Are the digests of the inputs needed to judge: to see that data are not their own reference, or the very
 * data of the baseline? */
bool mg_judge_wants_inputs(const struct mg_plan *plan);
/* Fills run->results, suites, counts and verdict (everything in arena). */
void mg_judge(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_measured *measured, const struct mg_baselines *baselines,
	const struct mg_engine_ops *ops, struct mg_engine *engine, struct mg_run *run);

/* Reads failing rows for what failed (or warned), with redacted columns masked. */
void mg_sample_failures(struct mg_arena *arena, const struct mg_plan *plan,
	struct mg_measured *measured, const struct mg_engine_ops *ops, struct mg_engine *engine,
	const struct mg_execute_options *options, struct mg_run *run);

#endif
