/* expand.h: checks of a spec become test cases: one for each column and slice. */
#ifndef MG_PLAN_EXPAND_H
#define MG_PLAN_EXPAND_H

#include <modelgate/error.h>
#include <modelgate/plan.h>

#include "base/map.h"
#include "plan/plan.h"
#include "plan/planner.h"

struct mg_expansion {
	struct mg_planner planner;
	const struct mg_selection *selection;
	const struct mg_baselines *baselines; /* or NULL */
	struct mg_map names;
	struct mg_error *err;
};

/* Both take the case that they make others like: all that is the same in them is filled. What is wrong with a
 * single case becomes its `problem`; MG_ESPEC and MG_ELIMIT as mg_plan_make says. */

/* expand_columns.c: a case for each column that the check names or its patterns and types find, with slices. */
MG_MUST_USE int mg_expand_columns(struct mg_expansion *e, const struct mg_check *like);
/* expand_slices.c: a case of all rows, unless only slices are wanted, and one for each slice; planned. */
MG_MUST_USE int mg_expand_slices(struct mg_expansion *e, const struct mg_check *like);

#endif
