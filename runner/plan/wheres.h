/* wheres.h: queries that differ in their conditions alone are answered by one read of the rows. */
#ifndef MG_PLAN_WHERES_H
#define MG_PLAN_WHERES_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/plan.h>

#include "plan/merge.h"

/* Is the aggregate of several disjoint sets of rows told by that of each? Counts and sums add up, and the
 * extremes are among the sets' own; deviations and distinct counts are not. */
bool mg_term_adds_up(const struct mg_term *term);
/* Where the query has the term, or SIZE_MAX. */
size_t mg_term_find(const struct mg_query *query, const struct mg_term *term);

/* The same rows: of one dataset, under the same conditions. */
bool mg_source_same(const struct mg_source *a, const struct mg_source *b);

/*
 * Adds a query for each few conditions under which the same data are looked at, when every check has planned.
 * It groups the rows by which of the conditions they meet: its only key is the sum of 2^i over the `parts` i
 * whose condition holds. The parts stay in the plan, for when it fails: one condition's error is not the
 * others'.
 */
void mg_wheres_join(struct mg_merge *m);

#endif
