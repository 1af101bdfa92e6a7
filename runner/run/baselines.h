/* baselines.h: reads the earlier runs that a spec compares with. */
#ifndef MG_RUN_BASELINES_H
#define MG_RUN_BASELINES_H

#include "base/arena.h"
#include "input/source.h"
#include "plan/plan.h"

/* One entry for every file, stage or history that checks of the selected suites name. A baseline that cannot
 * be read has a problem instead of a run: the judge makes its checks an ERROR (or, where there is none,
 * what their baseline_missing says). Files lie under the spec's folder or one of options->allow_paths,
 * and are opened in options->sources. */
void mg_baselines_read(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_selection *selection, const struct mg_engine_options *options,
	struct mg_baselines *out);

#endif
