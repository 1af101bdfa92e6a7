/* one_class.c: how one class is told from the rest, or all classes averaged. */
#include "checks/classification/one_class.h"

#include "base/arena.h"
#include "base/text.h"
#include "checks/interval.h"
#include "plan/redact.h"

const char *const mg_one_class_averages[] = {"macro", "micro", "weighted", NULL};

int mg_one_class_check(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	const struct mg_one_class_params *p = params;
	bool binary = spec->task && spec->task->type == MG_TASK_BINARY;
	if (p->class && binary)
		return mg_fail(err, MG_ESPEC,
			"`class` is for multiclass tasks; a binary task says `positive`");
	if (spec->task && !binary && !p->class && spec->confidence > 0 &&
		spec->interval == MG_INTERVAL_FORMULA)
		return mg_fail(err, MG_ESPEC,
			"an average over classes has no formula for a confidence interval; say "
			"`interval: bootstrap` beside `confidence`");
	return MG_OK;
}

void mg_one_class_plan_row(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_confusion_row *row, const struct mg_expr *counted,
	const struct mg_expr *hit)
{
	if (c->task->type == MG_TASK_BINARY)
		mg_row_hit(pl, c, mg_and(mg_planner_arena(pl), row->counts, counted), hit);
}

/* The class that `class` names, among those of the matrix; their number when it is not there. */
static size_t class_of(const struct mg_check *c, const struct mg_confusion *cm)
{
	const struct mg_one_class_params *p = c->params;
	size_t k = 0;
	while (k < cm->matrix.classes && !mg_redact_is(c, cm->names[k], p->class))
		k++;
	return k;
}

static struct mg_binary_counts counts_of(const struct mg_check *c, const struct mg_confusion *cm)
{
	return cm->binary ? cm->counts : mg_classes_class(cm->matrix, class_of(c, cm));
}

/* Of the positive class, of `class`, or the average; context is the metric. */
static double metric_of(
	const struct mg_check *c, const struct mg_confusion *cm, const void *context)
{
	const struct mg_one_class_params *p = c->params;
	const struct mg_one_class_metric *metric = context;
	if (!cm->binary && !p->class)
		return mg_classes_average(cm->matrix, metric->of, c->params,
			(enum mg_average)p->average, p->zero_division, NULL);
	double value = metric->of(p, counts_of(c, cm));
	return isnan(value) ? p->zero_division : value;
}

static const char *definition(const struct mg_check *c, struct mg_arena *a,
	const struct mg_one_class_metric *metric, const char *which)
{
	const struct mg_one_class_params *p = c->params;
	const char *id = metric->id ? metric->id(p, a) : c->kind->name;
	if (isnan(p->zero_division))
		return mg_estimate_definition(c, a, mg_printf(a, "%s/%s", id, which));
	return mg_estimate_definition(c, a,
		mg_printf(a, "%s/%s/zero-division-%s", id, which,
			mg_double_text(a, p->zero_division)));
}

static struct mg_value undefined(const struct mg_check *c, struct mg_arena *a,
	const struct mg_one_class_metric *metric, const char *class)
{
	return mg_value_undefined(mg_printf(a,
		"%s of %s is not defined: %s (say `zero_division: 0` "
		"to count it as 0)",
		c->kind->name, class, metric->why));
}

static struct mg_value measure_one(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_one_class_metric *metric, const struct mg_confusion *cm, const char *class)
{
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_binary_counts counts = counts_of(c, cm);
	double value = metric_of(c, cm, metric);
	bool defined = !isnan(metric->of(c->params, counts));
	if (isnan(value))
		return undefined(c, a, metric, class);
	struct mg_value v = mg_confusion_value(
		c, m, cm, metric_of, metric, metric->whole ? metric->whole(counts) : cm->rows);
	if (metric->part && defined && v.state == MG_MEASURED)
		mg_interval_of_share(c, &v, metric->part(counts), metric->whole(counts));
	return v;
}

/* What always saying the same reaches: `class`, or the commonest label. */
static double guess(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_one_class_metric *metric, const struct mg_confusion *cm)
{
	const struct mg_one_class_params *p = c->params;
	size_t n = cm->matrix.classes, said = p->class ? class_of(c, cm) : 0;
	for (size_t k = 0; !p->class && k < n; k++)
		if (mg_classes_support(cm->matrix, k) > mg_classes_support(cm->matrix, said))
			said = k;
	double *counts = mg_alloc_array(mg_measures_arena(m), n * n, sizeof *counts);
	for (size_t k = 0; k < n; k++)
		counts[k * n + said] = mg_classes_support(cm->matrix, k);
	struct mg_confusion guessed = *cm;
	guessed.matrix.counts = counts;
	return metric_of(c, &guessed, metric);
}

static struct mg_value measure_average(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_one_class_metric *metric, const struct mg_confusion *cm)
{
	const struct mg_one_class_params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	size_t at = 0;
	double value = mg_classes_average(
		cm->matrix, metric->of, p, (enum mg_average)p->average, p->zero_division, &at);
	if (isnan(value))
		return undefined(c, a, metric,
			mg_printf(a, "class %s", mg_redact_quoted(c, a, cm->names[at])));
	struct mg_value v = mg_confusion_value(c, m, cm, metric_of, metric, cm->rows);
	if (c->spec->baseline.kind == MG_BASELINE_DUMMY)
		v.dummy = guess(c, m, metric, cm);
	v.definition = definition(c, a, metric, mg_one_class_averages[p->average]);
	return v;
}

static struct mg_value measure_binary(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_one_class_metric *metric, const struct mg_confusion *cm)
{
	struct mg_value v = measure_one(c, m, metric, cm, "the positive class");
	/* guessing says positive always */
	const struct mg_binary_counts always = {
		.tp = cm->counts.tp + cm->counts.fn, .fp = cm->counts.fp + cm->counts.tn};
	if (v.state == MG_MEASURED && (c->kind->flags & MG_KIND_DUMMY) && !cm->estimate)
		v.dummy = metric->of(c->params, always);
	v.definition = definition(c, mg_measures_arena(m), metric, "positive");
	return v;
}

struct mg_value mg_one_class_measure(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_one_class_metric *metric)
{
	const struct mg_one_class_params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_confusion cm;
	struct mg_value v;
	if (!mg_confusion_get(c, m, &cm, &v))
		return v;
	if (cm.binary)
		return measure_binary(c, m, metric, &cm);
	if (!p->class)
		return measure_average(c, m, metric, &cm);
	if (class_of(c, &cm) == cm.matrix.classes)
		return mg_value_undefined(mg_printf(
			a, "class '%s' is neither among the labels nor the predictions", p->class));
	v = measure_one(c, m, metric, &cm, mg_printf(a, "class '%s'", p->class));
	if (v.state == MG_MEASURED && c->spec->baseline.kind == MG_BASELINE_DUMMY)
		v.dummy = guess(c, m, metric, &cm);
	v.definition = definition(c, a, metric, mg_printf(a, "class-%s", p->class));
	return v;
}
