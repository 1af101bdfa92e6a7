/* planner.h: the planner while it works on one check; shared by expand_*.c and needs.c. */
#ifndef MG_PLAN_PLANNER_H
#define MG_PLAN_PLANNER_H

#include <stdbool.h>

#include <modelgate/check.h>
#include <modelgate/plan.h>

#include "plan/merge.h"

struct mg_planner {
	struct mg_arena *arena;
	struct mg_plan *plan;
	struct mg_check *check; /* the one being planned */
	struct mg_merge merge;
};

/* The column, NULL where it holds a value that counts as missing (missing.c). */
const struct mg_expr *mg_without_missing(struct mg_arena *arena, const struct mg_column *column,
	const struct mg_missing *of_data, const struct mg_missing *of_check);

/* Needs the rows of both sides counted, before and after what conditions (but for the slice's) leave
 * out, where there are any. After the kind has planned. */
void mg_need_rows_told(struct mg_planner *pl, const struct mg_check *c);

/* Names of the needs that tell: rows of the data, and those that conditions keep, by side. */
extern const char *const mg_need_rows_read[2], *const mg_need_rows_judged[2];

/* Needs the rows of the check and of its reference as pairs of one key; where that cannot be, the check's `unpaired`
 * says why. After both have planned. */
void mg_need_pairs_with(
	struct mg_planner *pl, const struct mg_check *c, const struct mg_check *reference);
extern const char *const mg_need_pairs; /* name of that need */

/* Name of the need that counts rows per slice value of a check sliced by a column. */
#define MG_NEED_SLICES "(slices)"

#endif
