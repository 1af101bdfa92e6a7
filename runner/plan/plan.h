/* plan.h: a spec, its schemas and what it is compared with become a plan. */
#ifndef MG_PLAN_PLAN_H
#define MG_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/engine.h>
#include <modelgate/error.h>
#include <modelgate/plan.h>
#include <modelgate/run.h>
#include <modelgate/spec.h>

#include "plan/selection.h"

struct mg_arena;

/* A run on record, and what its record is told by. */
struct mg_past_run {
	const char *record;     /* its name in the history */
	const char *sha256;     /* of the record's bytes */
	const char *run_sha256; /* of the run.json that it holds, as tags name it */
	uint64_t bytes;
	const struct mg_run *run;
};

/* Measures of earlier runs, by what the spec calls them. */
struct mg_baseline_run {
	enum mg_baseline_kind kind;
	const char *name;         /* file, stage or how many */
	const struct mg_run *run; /* of several the newest; or NULL: */
	const char *problem;      /* why there is none */
	bool unfit; /* it is there, but cannot be used: an ERROR, whatever baseline_missing says */
	const struct mg_past_run *previous; /* of a history, newest first */
	size_t previous_count;
};
struct mg_baselines {
	const struct mg_baseline_run *list;
	size_t count;
};

/* schemas: one per spec->data, in its order (`error` set where a dataset could not be opened).
 * Problems of a single check do not fail the plan: its case becomes an ERROR. MG_EUSAGE when
 * nothing is selected, MG_ESPEC when two cases would bear one name, MG_ELIMIT on too many. Columns that
 * a baseline has and patterns or types find no longer become an ERROR each; baselines may be NULL. */
MG_MUST_USE int mg_plan_make(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_schema *schemas, const struct mg_baselines *baselines,
	const struct mg_selection *selection, int64_t as_of_us, uint64_t seed, struct mg_plan **out,
	struct mg_error *err);

#define MG_PLAN_MAX_CASES 10000

/* Bytes of a value of the data, of a message, and of one check's failing rows (but for the first)
 * that a run keeps: however long values are, its file stays one that can be read. */
enum { MG_VALUE_SHOWN = 1000, MG_MESSAGE_SHOWN = 4000, MG_SAMPLE_SHOWN = 200000 };

#endif
