/* f_beta.c: precision and recall as one number, recall counting beta times as much. */
#include <modelgate/check.h>

#include "base/text.h"
#include "checks/classification/one_class.h"

struct params {
	struct mg_one_class_params of;
	double beta;
};

static const struct mg_field fields[] = {
	MG_ONE_CLASS_FIELDS,
	MG_FIELD(struct params, beta, NUMBER,
		"how many times as much recall counts as precision does", .required = true,
		.least = 1e-6, .most = 1e6),
	MG_FIELDS_END,
};

static double f_beta(const void *params, struct mg_binary_counts c)
{
	double beta = ((const struct params *)params)->beta, square = beta * beta;
	double whole = (1 + square) * c.tp + square * c.fn + c.fp;
	return whole > 0 ? (1 + square) * c.tp / whole : NAN;
}

static const char *id(const void *params, struct mg_arena *a)
{
	return mg_printf(
		a, "f_beta/beta-%s", mg_double_text(a, ((const struct params *)params)->beta));
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	static const struct mg_one_class_metric metric = {
		f_beta, NULL, NULL, "no row is labelled with it or predicted to be of it", id};
	return mg_one_class_measure(c, m, &metric);
}

const struct mg_check_kind mg_check_f_beta = {
	.name = "f_beta",
	.family = "classification",
	.summary = "weighted harmonic mean of precision and recall",
	.details =
		"(1 + b^2) tp / ((1 + b^2) tp + b^2 fn + fp) with b = `beta`. Recall counts b "
		"times as much as precision: 2 where a miss is worse than a false alarm, 0.5 "
		"the other way round; 1 is f1. Where only precision or only recall is "
		"undefined that is 0, as it should be." MG_ONE_CLASS_AVERAGES MG_ONE_CLASS_ZERO
		" Guessing (`baseline: dummy`) says positive always; of more than two classes the "
		"commonest, or `class`. The interval of `confidence` is drawn: `interval: bootstrap`.",
	.definition = "f_beta/positive",
	.example = "- f_beta: {on: scored, beta: 2, min: 0.3, task: {type: binary, label: late, "
		   "positive: 1, score: p_late, threshold: 0.25}}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_BOOTSTRAP |
		MG_KIND_DUMMY | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "confusion"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = mg_one_class_check,
	.plan = mg_confusion_plan,
	.measure = measure,
};
