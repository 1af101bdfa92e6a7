/* share.h: what all value checks measure, the share of rows for which a condition holds. */
#ifndef MG_CHECKS_SHARE_H
#define MG_CHECKS_SHARE_H

#include <modelgate/check.h>
#include <modelgate/error.h>

/* Says that the check needs its rows counted: all, those for which `holds` is true, and those for
 * which `null` is, where the condition cannot be decided. `holds` must be NULL exactly where `null`
 * is true. The rows to show are those that do not hold, under the check's `nulls:` rule. */
MG_MUST_USE int mg_share_plan(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr *null, const struct mg_expr *holds, struct mg_error *err);

/* The share of rows that hold. With `nulls: ignore` rows with a NULL are left out, with `fail` they
 * do not hold, with `pass` they do. EMPTY when no row is left. `failing` describes rows that do not
 * hold ("outside 0..1", "NULL") and ends the message "3 of 50 rows <failing>". */
struct mg_value mg_share_measure(
	const struct mg_check *c, const struct mg_measures *m, const char *failing);

/* The same when the counts are already known: all rows, those with a NULL, and those that hold among the
 * rest; with `nulls: equal` among all. */
struct mg_value mg_share_of_counts(const struct mg_check *c, const struct mg_measures *m,
	double rows, double nulls, double held, const char *failing);

/* EMPTY: "all 3 values are NULL". */
struct mg_value mg_only_nulls(const struct mg_measures *m, double rows);

#endif
