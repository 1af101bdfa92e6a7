/* jaccard.c: how far labels and predictions of a class overlap. */
#include <modelgate/check.h>

#include "checks/classification/one_class.h"

static const struct mg_field fields[] = {MG_ONE_CLASS_FIELDS, MG_FIELDS_END};

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_confusion_row row;
	MG_TRY(mg_confusion_plan_row(pl, c, &row, err));
	mg_one_class_plan_row(pl, c, &row, mg_or(a, row.label, row.predicted),
		mg_and(a, row.label, row.predicted));
	return MG_OK;
}

static double both(struct mg_binary_counts c)
{
	return c.tp;
}

static double either(struct mg_binary_counts c)
{
	return c.tp + c.fp + c.fn;
}

static double jaccard(const void *params, struct mg_binary_counts c)
{
	(void)params;
	return mg_jaccard(c);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	static const struct mg_one_class_metric metric = {
		jaccard, both, either, "no row is labelled with it or predicted to be of it", NULL};
	return mg_one_class_measure(c, m, &metric);
}

const struct mg_check_kind mg_check_jaccard = {
	.name = "jaccard",
	.family = "classification",
	.summary = "share of rows of a class, by label or prediction, that are of it by both",
	.details =
		"tp / (tp + fp + fn), Jaccard's index, or intersection over union. It puts models in "
		"the same order as f1, which is 2 j / (1 + j)." MG_ONE_CLASS_AVERAGES
			MG_ONE_CLASS_ZERO
		" `confidence` uses Wilson's interval; averages have one by `interval: bootstrap`. "
		"Guessing (`baseline: dummy`) says positive always; of more than two classes the "
		"commonest, or `class`.",
	.definition = "jaccard/positive",
	.example =
		"- jaccard: {on: scored, min: 20%, task: {type: binary, label: late, positive: 1, score: p_late, threshold: 0.25}}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_INTERVAL |
		MG_KIND_BOOTSTRAP | MG_KIND_DUMMY | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "confusion"}),
	.fields = fields,
	.params_size = sizeof(struct mg_one_class_params),
	.check = mg_one_class_check,
	.plan = plan,
	.measure = measure,
};
