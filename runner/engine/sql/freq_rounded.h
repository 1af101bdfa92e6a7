/* freq_rounded.h: numbers that a frequency table cannot hold. */
#ifndef MG_ENGINE_SQL_FREQ_ROUNDED_H
#define MG_ENGINE_SQL_FREQ_ROUNDED_H

#include <stdint.h>

#include <modelgate/plan.h>

struct mg_arena;

/* How many values are another number than their DOUBLE, as a query. `term` must outlive it. */
struct mg_query mg_freq_count_rounded(
	struct mg_arena *arena, const struct mg_query *freq, struct mg_term *term);
/* MG_ELIMIT when there are any: tables hold DOUBLEs, and numbers that differ must not become one. */
MG_MUST_USE int mg_freq_refuse_rounded(
	struct mg_arena *arena, const struct mg_query *freq, int64_t rows, struct mg_error *err);

#endif
