/* one_class.h: metrics of how one class is told from the rest, or of all classes averaged. */
#ifndef MG_CHECKS_CLASSIFICATION_ONE_CLASS_H
#define MG_CHECKS_CLASSIFICATION_ONE_CLASS_H

#include <modelgate/check.h>

#include "checks/classification/confusion.h"

/* The parameters of such a kind, or the first member of them. */
struct mg_one_class_params {
	int average;
	const char *class;
	double zero_division;
};
extern const char *const mg_one_class_averages[]; /* enum mg_average */

#define MG_ONE_CLASS_FIELDS                                                                        \
	MG_FIELD(struct mg_one_class_params, average, CHOICE,                                      \
		"multiclass: plain mean over the classes, counts of all classes together, or "     \
		"mean weighted by the number of labels",                                           \
		.default_text = "macro", .choices = mg_one_class_averages),                        \
		MG_FIELD(struct mg_one_class_params, class, TEXT,                                  \
			"multiclass: this class against all others instead"),                      \
		MG_FIELD(struct mg_one_class_params, zero_division, NUMBER,                        \
			"the value where the denominator is 0; without it that is an error",       \
			.least = 0, .most = 1)

/* A metric of a kind: part / whole, so that it has an interval and a reason when whole is 0. */
struct mg_one_class_metric {
	mg_class_metric *of;                       /* its context is the kind's params */
	double (*part)(struct mg_binary_counts c); /* NULL: not a share of rows */
	double (*whole)(struct mg_binary_counts c);
	const char *why; /* when it is undefined */
	/* The beginning of the definition id, where parameters choose it; NULL: the kind's name. */
	const char *(*id)(const void *params, struct mg_arena *arena);
};

MG_MUST_USE int mg_one_class_check(
	const void *params, const struct mg_spec_check *spec, struct mg_error *err);
/* Each row of `counted` adds whether it is of `hit`: what a binary task's metric is the mean of. Averages over
 * classes are no mean over rows. */
void mg_one_class_plan_row(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_confusion_row *row, const struct mg_expr *counted,
	const struct mg_expr *hit);
struct mg_value mg_one_class_measure(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_one_class_metric *metric);

/* Parts of details. */
#define MG_ONE_CLASS_AVERAGES                                                                      \
	" For more than two classes `average` says how the classes' numbers become "               \
	"one: macro (the default) is their plain mean, weighted the mean weighted by "             \
	"the number of labels. `micro` takes the counts of all classes together. "                 \
	"Classes are those that occur among labels or predictions. `class` measures "              \
	"one class against the rest. Tools differ in their default: scikit-learn "                 \
	"demands a choice, Evidently takes macro, MLflow weighted."
#define MG_ONE_CLASS_ZERO                                                                          \
	" Where the denominator is 0 the number is not defined and the check is an error: "        \
	"scikit-learn silently gives 0, which `zero_division: 0` chooses here."

#endif
