/* baselines.h: reads the earlier runs that a spec compares with. */
#ifndef MG_RUN_BASELINES_H
#define MG_RUN_BASELINES_H

#include "base/arena.h"
#include "plan/plan.h"
#include "run/run.h"

/* One entry for every file, stage or number of earlier runs that checks of the selected suites name. A baseline
 * that cannot be read has a problem instead of a run: the judge makes its checks an ERROR (or, where there is none,
 * what their baseline_missing says). Files lie under the spec's folder or one of the engine's allow_paths, and are
 * opened in its sources. */
void mg_baselines_read(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_run_request *request, struct mg_baselines *out);

/* Adds the records that the run was judged by to its inputs, so that its verdict can be repeated. */
void mg_baselines_note(
	struct mg_arena *arena, const struct mg_baselines *baselines, struct mg_run *run);

#endif
