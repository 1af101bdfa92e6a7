/* tally.h: labels counted against predictions, for all metrics of a confusion matrix. */
#ifndef MG_CHECKS_CLASSIFICATION_TALLY_H
#define MG_CHECKS_CLASSIFICATION_TALLY_H

#include <modelgate/check.h>
#include <modelgate/error.h>

#include "stats/confusion.h"

struct mg_tally {
	bool binary;
	struct mg_binary_counts counts; /* binary */
	struct mg_confusion confusion;  /* multiclass */
	const char **names;             /* its classes, sorted as text */
	double rows;                    /* with a label and an answer */
};

/* Needs the counts. */
MG_MUST_USE int mg_tally_plan(
	struct mg_planner *pl, const struct mg_check *c, struct mg_error *err);

/* What a row counts as. Of two classes conditions: it is positive, it is predicted so. Of more its classes. */
struct mg_tally_row {
	const struct mg_expr *counts; /* condition: it has a label and an answer */
	const struct mg_expr *label, *predicted;
};
/* The same, and gives what a row counts as. */
MG_MUST_USE int mg_tally_plan_row(struct mg_planner *pl, const struct mg_check *c,
	struct mg_tally_row *out, struct mg_error *err);

/* False when there is nothing to count; *why is then the measurement. */
bool mg_tally_get(const struct mg_check *c, const struct mg_measures *m, struct mg_tally *out,
	struct mg_value *why);

/* A measured value with the facts of the tally (tp, fp, fn, tn; classes). */
struct mg_value mg_tally_value(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_tally *t, double value, double rows);

/* Share of the most frequent label: what always guessing it would get right. */
double mg_tally_majority(const struct mg_tally *t);

/* A metric of a tally; NAN where it is not defined. */
typedef double mg_tally_metric(
	const struct mg_check *c, const struct mg_tally *t, const void *context);
/* The bootstrap's interval of a metric, when the check asks for it. */
void mg_tally_resample(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	const struct mg_tally *t, mg_tally_metric *of, const void *context);

#endif
