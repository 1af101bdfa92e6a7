/* accuracy.c: accuracy, balanced_accuracy, mcc: one number for a whole confusion matrix. */
#include <modelgate/check.h>

#include "checks/classification/confusion.h"
#include "checks/interval.h"

static double accuracy(const struct mg_check *c, const struct mg_confusion *cm, const void *context)
{
	(void)c;
	(void)context;
	return cm->binary ? (cm->counts.tp + cm->counts.tn) / cm->rows
			  : mg_classes_accuracy(cm->matrix);
}

/* Among the labels. */
static double classes_of(const struct mg_confusion *cm)
{
	double classes = 0;
	if (cm->binary)
		return 2;
	for (size_t k = 0; k < cm->matrix.classes; k++)
		classes += mg_classes_support(cm->matrix, k) > 0;
	return classes;
}

static double balanced(const struct mg_check *c, const struct mg_confusion *cm, const void *context)
{
	(void)c;
	(void)context;
	if (cm->binary)
		return (mg_recall(cm->counts) + mg_specificity(cm->counts)) / 2;
	return classes_of(cm) < 2 ? NAN : mg_classes_balanced_accuracy(cm->matrix);
}

static double mcc(const struct mg_check *c, const struct mg_confusion *cm, const void *context)
{
	(void)c;
	(void)context;
	return cm->binary ? mg_mcc(cm->counts) : mg_classes_mcc(cm->matrix);
}

static int plan_accuracy(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_confusion_row row;
	MG_TRY(mg_confusion_plan_row(pl, c, &row, err));
	mg_row_hit(pl, c, row.counts, mg_eq(mg_planner_arena(pl), row.label, row.predicted));
	return MG_OK;
}

/* Always guessing the most frequent label. */
static double majority(const struct mg_check *c, const struct mg_confusion *cm, const void *context)
{
	(void)c;
	(void)context;
	if (cm->binary)
		return fmax(cm->counts.tp + cm->counts.fn, cm->counts.tn + cm->counts.fp) /
			cm->rows;
	double most = 0;
	for (size_t k = 0; k < cm->matrix.classes; k++)
		most = fmax(most, mg_classes_support(cm->matrix, k));
	return most / cm->rows;
}

static double one_in_classes(
	const struct mg_check *c, const struct mg_confusion *cm, const void *context)
{
	(void)c;
	(void)context;
	return 1 / classes_of(cm);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m,
	mg_confusion_metric *of, mg_confusion_metric *guess)
{
	struct mg_confusion cm;
	struct mg_value v;
	return mg_confusion_get(c, m, &cm, &v) ? mg_confusion_measure(c, m, &cm, of, guess, NULL)
					       : v;
}

static struct mg_value measure_accuracy(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v = measure(c, m, accuracy, majority);
	double rows = (double)v.rows;
	if (v.state == MG_MEASURED)
		mg_interval_of_share(c, &v, nearbyint(v.value * rows), rows);
	return v;
}

static struct mg_value measure_balanced(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, balanced, one_in_classes);
}

static struct mg_value measure_mcc(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, mcc, mg_confusion_zero);
}

const struct mg_check_kind mg_check_accuracy = {
	.name = "accuracy",
	.family = "classification",
	.summary = "share of rows whose prediction is right",
	.details = "Right predictions / rows, for two classes or more. A row is predicted "
		   "positive when its prediction equals `positive`. Where the task names no "
		   "prediction, its score must be at or above `threshold`; without a threshold "
		   "scores have to be probabilities. `confidence` uses Wilson's interval; "
		   "guessing (`baseline: dummy`) always says the most frequent label. Rows "
		   "without a label are left out and counted, at most `max_unlabelled` of the "
		   "task. A row without a prediction is an error unless the task's `unpredicted` "
		   "says `wrong` or `ignore`. A label or prediction that is not a class of the "
		   "task is an error, and so is a NaN score.",
	.definition = "accuracy/share-right",
	.example = "- accuracy: {on: scored, min: 70%, confidence: 95%, "
		   "task: {type: binary, label: late, positive: 1, score: p_late}}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_INTERVAL |
		MG_KIND_BOOTSTRAP | MG_KIND_DUMMY | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "confusion"}),
	.plan = plan_accuracy,
	.measure = measure_accuracy,
};

const struct mg_check_kind mg_check_balanced_accuracy = {
	.name = "balanced_accuracy",
	.family = "classification",
	.summary = "mean over the classes of the share of their rows that are found",
	.details =
		"The plain mean of the recall of each class that occurs among the labels, as "
		"scikit-learn's balanced_accuracy_score; for two classes (recall + specificity) / 2. "
		"Unlike accuracy it is 0.5 for a model that always says the commoner class. Labels "
		"of one class only make it an error rather than a number that means little.",
	.definition = "balanced_accuracy/mean-recall",
	.example =
		"- balanced_accuracy: {on: scored, min: 55%, "
		"task: {type: binary, label: late, positive: 1, score: p_late, threshold: 0.25}}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_BOOTSTRAP |
		MG_KIND_DUMMY | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "confusion"}),
	.plan = mg_confusion_plan,
	.measure = measure_balanced,
};

const struct mg_check_kind mg_check_mcc = {
	.name = "mcc",
	.family = "classification",
	.summary = "Matthews correlation coefficient of labels and predictions",
	.details = "(tp tn - fp fn) / sqrt((tp+fp)(tp+fn)(tn+fp)(tn+fn)); for more classes "
		   "Gorodkin's R_K. 1 is perfect, 0 as good as guessing. With one class only, "
		   "among the labels or among the predictions, the formula divides by zero. There "
		   "scikit-learn says 0; here it is an error, because a gate must not judge a "
		   "number that was not measured.",
	.definition = "mcc/gorodkin",
	.example =
		"- mcc: {on: scored, min: 0.1, "
		"task: {type: binary, label: late, positive: 1, score: p_late, threshold: 0.25}}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_BOOTSTRAP |
		MG_KIND_DUMMY | MG_KIND_NULLS,
	.value_least = -1,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "confusion"}),
	.plan = mg_confusion_plan,
	.measure = measure_mcc,
};
