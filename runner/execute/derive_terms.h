/* derive_terms.h: counts and sums of rows, from a frequency table that is made of the same rows. */
#ifndef MG_EXECUTE_DERIVE_TERMS_H
#define MG_EXECUTE_DERIVE_TERMS_H

#include <stdbool.h>

#include <modelgate/engine.h>
#include <modelgate/plan.h>

struct mg_arena;

/* Can all terms of the aggregates `query` be told from tables of the same rows: is each a count of a
 * condition, or a sum, of nothing but the table's value and what its group says of the row? */
bool mg_terms_fit(const struct mg_query *query, const struct mg_query *freq);

/* The table that answers `query`, in the arena. false where these tables cannot give it: they are
 * bucketed, hold infinities or NaN that a sum would meet, or the engine has not counted the rows of
 * no group. */
bool mg_terms_derive(const struct mg_query *query, const struct mg_query *freq,
	const struct mg_freq_set *set, struct mg_arena *arena, struct mg_table *out);

#endif
