/* precision.c: precision, recall, specificity, f1: how one class is told from the rest, or all
 * classes averaged. */
#include <modelgate/check.h>

#include "checks/classification/one_class.h"

static const struct mg_field fields[] = {MG_ONE_CLASS_FIELDS, MG_FIELDS_END};

static int check_precision(
	const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	const struct mg_one_class_params *p = params;
	bool of_all = spec->task && spec->task->type != MG_TASK_BINARY && !p->class;
	if (of_all && p->average != MG_AVERAGE_MICRO && isnan(p->zero_division) &&
		spec->baseline.kind == MG_BASELINE_DUMMY)
		return mg_fail(err, MG_ESPEC,
			"guessing always says one class, and the precision of the others is not defined; "
			"say `zero_division: 0` to count it as 0");
	return mg_one_class_check(params, spec, err);
}

static double true_positives(struct mg_binary_counts c)
{
	return c.tp;
}

static double true_negatives(struct mg_binary_counts c)
{
	return c.tn;
}

static double predicted(struct mg_binary_counts c)
{
	return c.tp + c.fp;
}

static int plan_precision(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_confusion_row row;
	MG_TRY(mg_confusion_plan_row(pl, c, &row, err));
	mg_one_class_plan_row(pl, c, &row, row.predicted, row.label);
	return MG_OK;
}

static int plan_recall(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_confusion_row row;
	MG_TRY(mg_confusion_plan_row(pl, c, &row, err));
	mg_one_class_plan_row(pl, c, &row, row.label, row.predicted);
	return MG_OK;
}

static int plan_specificity(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_confusion_row row;
	MG_TRY(mg_confusion_plan_row(pl, c, &row, err));
	mg_one_class_plan_row(pl, c, &row, mg_not(a, row.label), mg_not(a, row.predicted));
	return MG_OK;
}

static double precision(const void *params, struct mg_binary_counts c)
{
	(void)params;
	return mg_precision(c);
}

static double recall(const void *params, struct mg_binary_counts c)
{
	(void)params;
	return mg_recall(c);
}

static double specificity(const void *params, struct mg_binary_counts c)
{
	(void)params;
	return mg_specificity(c);
}

static double f1(const void *params, struct mg_binary_counts c)
{
	(void)params;
	return mg_f1(c);
}

static struct mg_value measure_precision(const struct mg_check *c, const struct mg_measures *m)
{
	static const struct mg_one_class_metric metric = {
		precision, true_positives, predicted, "no row is predicted to be of it", NULL};
	return mg_one_class_measure(c, m, &metric);
}

static struct mg_value measure_recall(const struct mg_check *c, const struct mg_measures *m)
{
	static const struct mg_one_class_metric metric = {
		recall, true_positives, mg_positives, "no row is labelled with it", NULL};
	return mg_one_class_measure(c, m, &metric);
}

static struct mg_value measure_specificity(const struct mg_check *c, const struct mg_measures *m)
{
	static const struct mg_one_class_metric metric = {
		specificity, true_negatives, mg_negatives, "all rows are labelled with it", NULL};
	return mg_one_class_measure(c, m, &metric);
}

static struct mg_value measure_f1(const struct mg_check *c, const struct mg_measures *m)
{
	static const struct mg_one_class_metric metric = {
		f1, NULL, NULL, "no row is labelled with it or predicted to be of it", NULL};
	return mg_one_class_measure(c, m, &metric);
}

#define TASK "task: {type: binary, label: late, positive: 1, score: p_late, threshold: 0.25}}"

const struct mg_check_kind mg_check_precision = {
	.name = "precision",
	.family = "classification",
	.summary = "share of rows predicted positive that are",
	.details = "tp / (tp + fp)." MG_ONE_CLASS_AVERAGES MG_ONE_CLASS_ZERO
		   " `confidence` uses Wilson's interval; averages "
		   "have one by `interval: bootstrap`.",
	.definition = "precision/positive",
	.example = "- precision: {on: scored, min: 25%, warn: {min: 30%}, " TASK,
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_INTERVAL |
		MG_KIND_BOOTSTRAP | MG_KIND_DUMMY | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "confusion"}),
	.fields = fields,
	.params_size = sizeof(struct mg_one_class_params),
	.check = check_precision,
	.plan = plan_precision,
	.measure = measure_precision,
};

const struct mg_check_kind mg_check_recall = {
	.name = "recall",
	.family = "classification",
	.summary = "share of positive rows that are predicted so",
	.details =
		"tp / (tp + fn), the true positive rate or sensitivity." MG_ONE_CLASS_AVERAGES
			MG_ONE_CLASS_ZERO
		" `confidence` uses Wilson's interval; averages have one by `interval: bootstrap`.",
	.definition = "recall/positive",
	.example = "- recall: {on: scored, min: 40%, " TASK,
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_INTERVAL |
		MG_KIND_BOOTSTRAP | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "confusion"}),
	.fields = fields,
	.params_size = sizeof(struct mg_one_class_params),
	.check = mg_one_class_check,
	.plan = plan_recall,
	.measure = measure_recall,
};

const struct mg_check_kind mg_check_specificity = {
	.name = "specificity",
	.family = "classification",
	.summary = "share of negative rows that are predicted so",
	.details =
		"tn / (tn + fp), the true negative rate; 1 less the false positive rate." MG_ONE_CLASS_AVERAGES
			MG_ONE_CLASS_ZERO
		" `confidence` uses Wilson's interval; averages have one by `interval: bootstrap`.",
	.definition = "specificity/positive",
	.example = "- specificity: {on: scored, min: 60%, " TASK,
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_INTERVAL |
		MG_KIND_BOOTSTRAP | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "confusion"}),
	.fields = fields,
	.params_size = sizeof(struct mg_one_class_params),
	.check = mg_one_class_check,
	.plan = plan_specificity,
	.measure = measure_specificity,
};

const struct mg_check_kind mg_check_f1 = {
	.name = "f1",
	.family = "classification",
	.summary = "harmonic mean of precision and recall",
	.details =
		"2 tp / (2 tp + fp + fn). Where only precision or only recall is undefined that is "
		"0, as it should be." MG_ONE_CLASS_AVERAGES MG_ONE_CLASS_ZERO
		" Guessing (`baseline: dummy`) says positive "
		"always; of more than two classes the commonest, or `class`. The interval of `confidence` is drawn: `interval: bootstrap`.",
	.definition = "f1/positive",
	.example = "- f1: {on: scored, min: 0.3, confidence: 95%, interval: bootstrap, " TASK,
	.better = MG_HIGHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_BOOTSTRAP |
		MG_KIND_DUMMY | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "confusion"}),
	.fields = fields,
	.params_size = sizeof(struct mg_one_class_params),
	.check = mg_one_class_check,
	.plan = mg_confusion_plan,
	.measure = measure_f1,
};
