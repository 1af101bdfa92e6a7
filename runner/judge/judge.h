/* judge.h: measures are held to limits: they become the results and the verdict of a run. */
#ifndef MG_JUDGE_JUDGE_H
#define MG_JUDGE_JUDGE_H

#include <stdbool.h>

#include <modelgate/run.h>

#include "execute/execute.h"
#include "plan/plan.h"

struct mg_arena;

/* Adjusts the p-values of suites that have a `correction`: each value becomes what is judged, its facts and
 * message tell the p-value itself. What was not measured does not count. */
void mg_correct(struct mg_arena *arena, const struct mg_plan *plan, struct mg_measured *measured);

/* Are the digests of the inputs needed to judge: to see that data are not their own reference, or the very
 * data of the baseline? */
bool mg_judge_wants_inputs(const struct mg_plan *plan);
/* Fills run->results, suites, counts and verdict (everything in arena). */
void mg_judge(struct mg_arena *arena, const struct mg_plan *plan,
	const struct mg_measured *measured, const struct mg_baselines *baselines,
	const struct mg_engine_ops *ops, struct mg_engine *engine, struct mg_run *run);

#endif
