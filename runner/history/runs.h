/* runs.h: what became of each run of a model, from its records. */
#ifndef MG_HISTORY_RUNS_H
#define MG_HISTORY_RUNS_H

#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>
#include <modelgate/run.h>

#include "history/store.h"

struct mg_recorded_run {
	const char *record, *sha256; /* its name in the store, and its digest */
	const char *stage, *commit;  /* or NULL */
	int64_t started_us, as_of_us;
	enum mg_verdict verdict;
	const char *summary; /* "24 checks: 19 passed, 2 warned, 3 failed in 1.4 s" */
};

/* All runs of the model that tags call so, in the order in which they were started; each record is read and
 * proven. None is MG_OK. */
MG_MUST_USE int mg_recorded_runs(struct mg_store *store, const char *model,
	struct mg_recorded_run **out, size_t *out_count, struct mg_error *err);

#endif
