/* derive.h: the answer to a query out of the answer to another, without reading the rows again. */
#ifndef MG_EXECUTE_DERIVE_H
#define MG_EXECUTE_DERIVE_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/plan.h>

#include "plan/measures.h"

/*
 * The query of the plan whose answer gives that of this one, or SIZE_MAX: of all rows out of the
 * slices' (counts and sums add up, tables merge), the number of rows out of a frequency table of them, the
 * classes of a label out of tables of scores (plan/labels.h), or those under one condition out of the query that has several (plan/wheres.h). What it gives may be derived itself, but never in a circle.
 */
size_t mg_derive_from(const struct mg_plan *plan, size_t query);

/* Fills out->table or out->freqs (in out->arena) from the answer to `source`. false when that cannot
 * give it: something failed, was bucketed, or the engine must say how it takes NaN. */
bool mg_derive(const struct mg_query *query, const struct mg_query *source,
	const struct mg_answer *answer, struct mg_answer *out);

#endif
