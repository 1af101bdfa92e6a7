/* errors.h: predicted numbers beside the true ones: what kinds of their errors need and measure. */
#ifndef MG_CHECKS_REGRESSION_ERRORS_H
#define MG_CHECKS_REGRESSION_ERRORS_H

#include <modelgate/check.h>
#include <modelgate/error.h>

#include "stats/freq.h"

/* Labels and predictions as numbers. */
struct mg_errors_pair {
	const struct mg_expr *label, *prediction;
	const struct mg_expr *usable; /* condition: both are there and finite */
};

/* Needs the counts of struct mg_labelled, "not_finite" and "rounded": errors are differences of DOUBLEs. */
MG_MUST_USE int mg_errors_read(struct mg_planner *pl, const struct mg_check *c,
	struct mg_errors_pair *out, struct mg_error *err);
/* Prediction less label, and its square. */
const struct mg_expr *mg_errors_of_row(struct mg_planner *pl, const struct mg_errors_pair *p);
const struct mg_expr *mg_errors_square(struct mg_planner *pl, const struct mg_errors_pair *p);

/* Needs the sum of a row's loss, how many rows have a finite one, and how many are not right. `loss` becomes
 * NULL where a row has none. */
MG_MUST_USE int mg_errors_need_loss(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_errors_pair *p, const struct mg_expr **loss, struct mg_error *err);
/* The same for a mean of losses: also what its interval takes. That is their table, or their spread and the
 * size of labels, which says what of it may be rounding. */
MG_MUST_USE int mg_errors_need_mean(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_errors_pair *p, const struct mg_expr *loss, struct mg_error *err);
/* Needs the label's values over the usable rows, for their variance: running sums in an engine lose
 * it where values are large and near one another. */
MG_MUST_USE int mg_errors_need_labels(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_errors_pair *p, struct mg_error *err);

/* What a row's loss is made of. */
enum mg_errors_loss {
	MG_ERRORS_ERROR,
	MG_ERRORS_SIZE,
	MG_ERRORS_SQUARE,
	MG_ERRORS_LOG_SQUARE,
	MG_ERRORS_SHARE
};

/* The usable rows, each of which has a finite loss; 0, and why, when the number cannot rest on them. `dropped`
 * rows have none, on purpose. */
double mg_errors_rows(const struct mg_check *c, const struct mg_measures *m, double dropped,
	struct mg_value *why);
/* Adds what is known of the rows that were left out. */
void mg_errors_facts(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v);

/* Mean loss over the usable rows. `dropped` rows have none, on purpose. */
struct mg_value mg_errors_mean(const struct mg_check *c, const struct mg_measures *m,
	enum mg_errors_loss of, double dropped);
/* The same with its interval. */
struct mg_value mg_errors_measure(const struct mg_check *c, const struct mg_measures *m,
	enum mg_errors_loss of, double dropped);
/* The root of a mean of squares, its ends and what guessing reaches. */
struct mg_value mg_errors_root(struct mg_value v);
/* Variance of the labels; asks for more detail where they were bucketed. */
struct mg_stat mg_errors_label_variance(const struct mg_measures *m);

/* Parts of descriptors. */
#define MG_ERRORS_ROWS                                                                             \
	" Rows without a label are left out and counted. A row with a label and "                  \
	"without a prediction is an error unless the task says `unpredicted: ignore`; "            \
	"`nulls: fail` makes both an error. NaN and infinite numbers are an error."
#define MG_ERRORS_INTERVAL                                                                         \
	" `confidence` uses Student's t on the rows' errors, corrected for their skewness; where " \
	"these are all equal there is no interval, which is an error."
#define MG_ERRORS_TASK "task: {type: regression, label: delay, prediction: distance}}"
/* of numbers that are above -1 */
#define MG_ERRORS_DISTANCES "task: {type: regression, label: distance, prediction: distance}}"
#define MG_ERRORS_CHARTS MG_CHARTS({.name = "histogram", .when = MG_CHART_BOOTSTRAP})
#define MG_ERRORS_FLAGS (MG_KIND_REGRESSION | MG_KIND_NULLS)

#endif
