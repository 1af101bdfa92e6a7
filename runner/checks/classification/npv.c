/* npv.c: the share of rows predicted negative that are. */
#include <modelgate/check.h>

#include "checks/classification/one_class.h"

static const struct mg_field fields[] = {MG_ONE_CLASS_FIELDS, MG_FIELDS_END};

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_confusion_row row;
	MG_TRY(mg_confusion_plan_row(pl, c, &row, err));
	mg_one_class_plan_row(pl, c, &row, mg_not(a, row.predicted), mg_not(a, row.label));
	return MG_OK;
}

static double true_negatives(struct mg_binary_counts c)
{
	return c.tn;
}

static double predicted_negative(struct mg_binary_counts c)
{
	return c.tn + c.fn;
}

static double npv(const void *params, struct mg_binary_counts c)
{
	(void)params;
	return mg_npv(c);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	static const struct mg_one_class_metric metric = {npv, true_negatives, predicted_negative,
		"all rows are predicted to be of it", NULL};
	return mg_one_class_measure(c, m, &metric);
}

const struct mg_check_kind mg_check_npv = {
	.name = "npv",
	.family = "classification",
	.summary = "negative predictive value: share of rows predicted negative that are",
	.details =
		"tn / (tn + fn): how far an all-clear can be trusted." MG_ONE_CLASS_AVERAGES
			MG_ONE_CLASS_ZERO
		" `confidence` uses Wilson's interval; averages have one by `interval: bootstrap`.",
	.definition = "npv/positive",
	.example =
		"- npv: {on: scored, min: 60%, task: {type: binary, label: late, positive: 1, score: p_late, threshold: 0.25}}",
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
	.plan = plan,
	.measure = measure,
};
