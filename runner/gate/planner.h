/* planner.h: the planner while it works on one check; shared by plan.c and needs.c. */
#ifndef MG_GATE_PLANNER_H
#define MG_GATE_PLANNER_H

#include <stdbool.h>

#include <modelgate/check.h>
#include <modelgate/plan.h>

struct mg_planner {
	struct mg_arena *arena;
	struct mg_plan *plan;
	struct mg_check *check; /* the one being planned */
};

/* The same rows: of one dataset, under the same conditions. */
bool mg_same_source(const struct mg_source *a, const struct mg_source *b);

/* The column, NULL where it holds a value that counts as missing (missing.c). */
const struct mg_expr *mg_without_missing(struct mg_arena *arena, const struct mg_column *column,
	const struct mg_missing *of_data, const struct mg_missing *of_check);

/* Name of the need that counts rows per slice value of a check sliced by a column. */
#define MG_NEED_SLICES "(slices)"

#endif
