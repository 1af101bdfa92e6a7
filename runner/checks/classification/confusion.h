/* confusion.h: labels counted against predictions, for all metrics of a confusion matrix. */
#ifndef MG_CHECKS_CLASSIFICATION_CONFUSION_H
#define MG_CHECKS_CLASSIFICATION_CONFUSION_H

#include <modelgate/check.h>
#include <modelgate/error.h>

#include "checks/classification/estimate.h"
#include "stats/confusion.h"

struct mg_confusion {
	bool binary;
	struct mg_binary_counts counts; /* binary */
	struct mg_binary_bounds
		bounds; /* where tables of scores are bucketed; else equal to counts */
	struct mg_class_counts matrix;      /* multiclass */
	const char **names;                 /* its classes, sorted as text */
	double rows;                        /* with a label and an answer */
	const struct mg_estimate *estimate; /* that the counts are of; NULL: they are counted */
};

/* Needs the counts. */
MG_MUST_USE int mg_confusion_plan(
	struct mg_planner *pl, const struct mg_check *c, struct mg_error *err);

/* What a row counts as. Of two classes conditions: it is positive, it is predicted so. Of more its classes. */
struct mg_confusion_row {
	const struct mg_expr *counts; /* condition: it has a label and an answer */
	const struct mg_expr *label, *predicted;
};
/* The same, and gives what a row counts as. */
MG_MUST_USE int mg_confusion_plan_row(struct mg_planner *pl, const struct mg_check *c,
	struct mg_confusion_row *out, struct mg_error *err);

/* False when there is nothing to count; *why is then the measurement. */
bool mg_confusion_get(const struct mg_check *c, const struct mg_measures *m,
	struct mg_confusion *out, struct mg_value *why);

/* A metric of a confusion matrix; NAN where it is not defined. That of a binary one grows with tp and falls with fp. */
typedef double mg_confusion_metric(
	const struct mg_check *c, const struct mg_confusion *cm, const void *context);

/* The metric's value over `rows`, with its bounds, the facts of the matrix (tp, fp, fn, tn; classes) and
 * the bootstrap's interval when the check asks for it. Where the metric is NAN, so is the value. */
struct mg_value mg_confusion_value(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_confusion *cm, mg_confusion_metric *of, const void *context, double rows);

/* The metric over all rows of the matrix, and what guessing would reach (NULL: not known). Where the
 * metric is NAN, UNDEFINED says which classes labels and predictions have. */
struct mg_value mg_confusion_measure(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_confusion *cm, mg_confusion_metric *of, mg_confusion_metric *guess,
	const void *context);
/* A guess as good as chance, where that is 0. */
double mg_confusion_zero(
	const struct mg_check *c, const struct mg_confusion *cm, const void *context);

#endif
