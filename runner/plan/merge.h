/* merge.h: equal needs of many checks become one: each query is asked once, and each aggregate over the
 * same rows is a term of one query, as long as that does not grow too wide. */
#ifndef MG_PLAN_MERGE_H
#define MG_PLAN_MERGE_H

#include <modelgate/plan.h>

#include "base/map.h"

/* Terms of one fused query. DuckDB's time to prepare a statement grows with the square of its terms. */
#define MG_TERMS_MOST 300
/* Columns of one. What a statement knows of a column is read and decoded once, so all terms of a column are to
 * be in one statement, also where a suite names all columns for one kind of check after the other. */
#define MG_COLUMNS_MOST 50
/* With a row for each slice: an engine returns a million values, and slices may be MG_SLICES_MAX. */
#define MG_TERMS_MOST_OF_SLICES 90

struct mg_merge {
	struct mg_arena *arena;
	struct mg_plan *plan;
	struct mg_map queries, fused, terms; /* by the text of what they ask */
};

void mg_merge_init(struct mg_merge *m, struct mg_arena *arena, struct mg_plan *plan);

/* The plan's query that asks the same, added when there is none. Not for fused ones. */
size_t mg_merge_query(struct mg_merge *m, const struct mg_query *query);

/* The place of an aggregate among the plan's queries: over the rows, keys and timeout of `rows`, a query without
 * terms. Every query counts its rows as well: reports say how many were looked at. */
struct mg_place {
	size_t query, term;
};
struct mg_place mg_merge_term(
	struct mg_merge *m, const struct mg_query *rows, const struct mg_term *term);

#endif
