/* freq_rounded.h: frequency tables hold DOUBLEs; numbers that differ must not become one. */
#ifndef MG_ENGINE_FREQ_ROUNDED_H
#define MG_ENGINE_FREQ_ROUNDED_H

#include <modelgate/check.h>
#include <modelgate/error.h>
#include <modelgate/plan.h>

/* One row: how many values of a query for frequency tables are another number than their DOUBLE. */
const struct mg_query *mg_freq_rounded_query(struct mg_arena *arena, const struct mg_query *query);
/* MG_ELIMIT when there are any. */
MG_MUST_USE int mg_freq_check_rounded(
	const struct mg_query *query, const struct mg_table *rounded, struct mg_error *err);

#endif
