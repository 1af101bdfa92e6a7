/* derive.h: numbers of all rows, added up from the same numbers of every slice. */
#ifndef MG_GATE_DERIVE_H
#define MG_GATE_DERIVE_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/plan.h>

#include "gate/measures.h"

/* The query of the plan that asks the same of every slice of the same rows, or SIZE_MAX. */
size_t mg_derive_from(const struct mg_plan *plan, size_t query);

/* Fills out->table (in out->arena) with the one row of `query` from the answer to `slices`. false
 * when that cannot give it: something failed, or a value is NaN. */
bool mg_derive(const struct mg_query *query, const struct mg_query *slices,
	const struct mg_answer *of_slices, struct mg_answer *out);

#endif
