/* fpr.c: fpr, fnr: the share of negative, or of positive, rows that are predicted wrongly. */
#include <modelgate/check.h>

#include "checks/classification/one_class.h"

static const struct mg_field fields[] = {MG_ONE_CLASS_FIELDS, MG_FIELDS_END};

static int plan_fpr(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_confusion_row row;
	MG_TRY(mg_confusion_plan_row(pl, c, &row, err));
	mg_one_class_plan_row(pl, c, &row, mg_not(mg_planner_arena(pl), row.label), row.predicted);
	return MG_OK;
}

static int plan_fnr(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_confusion_row row;
	MG_TRY(mg_confusion_plan_row(pl, c, &row, err));
	mg_one_class_plan_row(pl, c, &row, row.label, mg_not(mg_planner_arena(pl), row.predicted));
	return MG_OK;
}

static double false_positives(struct mg_binary_counts c)
{
	return c.fp;
}

static double false_negatives(struct mg_binary_counts c)
{
	return c.fn;
}

static double fpr(const void *params, struct mg_binary_counts c)
{
	(void)params;
	return mg_fpr(c);
}

static double fnr(const void *params, struct mg_binary_counts c)
{
	(void)params;
	return mg_fnr(c);
}

static struct mg_value measure_fpr(const struct mg_check *c, const struct mg_measures *m)
{
	static const struct mg_one_class_metric metric = {
		fpr, false_positives, mg_negatives, "all rows are labelled with it", NULL};
	return mg_one_class_measure(c, m, &metric);
}

static struct mg_value measure_fnr(const struct mg_check *c, const struct mg_measures *m)
{
	static const struct mg_one_class_metric metric = {
		fnr, false_negatives, mg_positives, "no row is labelled with it", NULL};
	return mg_one_class_measure(c, m, &metric);
}

const struct mg_check_kind mg_check_fpr = {
	.name = "fpr",
	.family = "classification",
	.summary = "false positive rate: share of negative rows that are predicted positive",
	.details =
		"fp / (fp + tn), the rate of false alarms; 1 less specificity. It is not the "
		"share of alarms that are false, which is 1 less precision." MG_ONE_CLASS_AVERAGES
			MG_ONE_CLASS_ZERO
		" `confidence` uses Wilson's interval; averages have one by `interval: bootstrap`.",
	.definition = "fpr/positive",
	.example =
		"- fpr: {on: scored, max: 40%, task: {type: binary, label: late, positive: 1, score: p_late, threshold: 0.25}}",
	.better = MG_LOWER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_INTERVAL |
		MG_KIND_BOOTSTRAP | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "confusion"}),
	.fields = fields,
	.params_size = sizeof(struct mg_one_class_params),
	.check = mg_one_class_check,
	.plan = plan_fpr,
	.measure = measure_fpr,
};

const struct mg_check_kind mg_check_fnr = {
	.name = "fnr",
	.family = "classification",
	.summary = "false negative rate: share of positive rows that are predicted negative",
	.details =
		"fn / (tp + fn), the rate of misses; 1 less recall." MG_ONE_CLASS_AVERAGES
			MG_ONE_CLASS_ZERO
		" `confidence` uses Wilson's interval; averages have one by `interval: bootstrap`.",
	.definition = "fnr/positive",
	.example =
		"- fnr: {on: scored, max: 60%, task: {type: binary, label: late, positive: 1, score: p_late, threshold: 0.25}}",
	.better = MG_LOWER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_INTERVAL |
		MG_KIND_BOOTSTRAP | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "confusion"}),
	.fields = fields,
	.params_size = sizeof(struct mg_one_class_params),
	.check = mg_one_class_check,
	.plan = plan_fnr,
	.measure = measure_fnr,
};
