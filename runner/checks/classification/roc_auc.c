/* roc_auc.c: roc_auc, average_precision: how well the score puts positives above negatives. */
#include <modelgate/check.h>

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/chart.h"
#include "checks/classification/estimate.h"
#include "checks/classification/scores.h"
#include "checks/classification/task.h"
#include "checks/detail.h"
#include "checks/interval.h"
#include "stats/curves.h"
#include "stats/interval.h"
#include "stats/ranking.h"

#define ONE_CLASS "of a binary task that is not estimated, or with `class`"

enum average { MACRO, WEIGHTED };
static const char *const averages[] = {"macro", "weighted", NULL};

struct params {
	int average;
	const char *class;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, average, CHOICE,
		"multiclass: plain mean of each class against the rest, or weighted by the number of "
		"labels",
		.default_text = "macro", .choices = averages),
	MG_FIELD(struct params, class, TEXT, "multiclass: this class against all others instead"),
	MG_FIELDS_END,
};

static int check(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	const struct params *p = params;
	if (p->class && spec->task && spec->task->type == MG_TASK_BINARY)
		return mg_fail(err, MG_ESPEC,
			"`class` is for multiclass tasks; a binary task says `positive`");
	return MG_OK;
}

static const char *class_need(struct mg_arena *a, size_t k)
{
	return mg_printf(a, "class %zu", k);
}

static bool wanted(const struct mg_check *c, size_t k)
{
	const struct params *p = c->params;
	return !p->class || mg_streq(p->class, c->task->classes[k]);
}

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *p = c->params;
	struct mg_binary_row row;
	if (mg_estimated(c))
		return mg_estimate_plan(pl, c, err);
	if (c->task->type == MG_TASK_BINARY)
		return mg_task_scores(pl, c, false, &row, err);
	struct mg_class_task t;
	MG_TRY(mg_task_classes(pl, c, true, &t, err));
	bool any = false;
	for (size_t k = 0; k < c->task->class_count; k++) {
		if (!wanted(c, k))
			continue;
		const struct mg_expr *is_class;
		MG_TRY(mg_task_is_class(pl, c, c->task->classes[k], &is_class, err));
		MG_TRY(mg_need_scores(pl, c, class_need(mg_planner_arena(pl), k), t.scores[k],
			is_class, t.missing, err));
		any = true;
	}
	if (!any)
		return mg_fail(err, MG_ESPEC, "the task's `scores` name no class '%s'", p->class);
	return MG_OK;
}

/* Of mg_roc_auc and its like. */
typedef struct mg_stat statistic(const struct mg_freq *negative, const struct mg_freq *positive,
	struct mg_ranges *negative_ranges, struct mg_ranges *positive_ranges);

static double of_tables(const void *context, const struct mg_freq *tables)
{
	statistic *const *of = context;
	bool both = tables[0].rows > 0 && tables[1].rows > 0;
	return both ? (*of)(&tables[0], &tables[1], NULL, NULL).value : NAN;
}

static struct mg_stat of_scores(const void *context, const struct mg_freq *negative,
	const struct mg_freq *positive, struct mg_ranges *negative_ranges,
	struct mg_ranges *positive_ranges)
{
	statistic *const *of = context;
	return (*of)(negative, positive, negative_ranges, positive_ranges);
}

/* ---- the picture ---- */

static bool is_roc(statistic *of)
{
	return of == mg_roc_auc;
}

static size_t curve_of(const struct mg_scores *scores, statistic *of, double *points)
{
	enum { MOST = MG_CHART_POINTS / 2 };
	return (is_roc(of) ? mg_curve_roc : mg_curve_precision_recall)(
		scores->negative, scores->positive, MOST, points);
}

static const char **columns_of(statistic *of)
{
	static const char *rates[] = {"false_positive_rate", "true_positive_rate"};
	static const char *precisions[] = {"recall", "precision"};
	return is_roc(of) ? rates : precisions;
}

/* The curve under which the area is. */
static void add_curve(const struct mg_measures *m, struct mg_value *v,
	const struct mg_scores *scores, statistic *of)
{
	double points[2 * MG_CHART_POINTS];
	size_t rows = curve_of(scores, of, points);
	struct mg_chart *chart = mg_chart_add(m, v,
		&(struct mg_chart){.name = is_roc(of) ? "roc" : "precision_recall",
			.x = is_roc(of) ? "false positive rate" : "recall",
			.y = is_roc(of) ? "true positive rate" : "precision",
			.columns = columns_of(of),
			.column_count = 2,
			.row_count = rows},
		false);
	memcpy(chart->numbers, points, 2 * rows * sizeof(*points));
}

/* The classes to show: those with the least areas, of equal ones the first. */
static size_t choose_classes(const double *areas, size_t classes, size_t most, bool *shown)
{
	size_t count = 0;
	for (; count < most; count++) {
		size_t best = classes;
		for (size_t k = 0; k < classes; k++)
			if (!shown[k] && !isnan(areas[k]) &&
				(best == classes || areas[k] < areas[best]))
				best = k;
		if (best == classes)
			break;
		shown[best] = true;
	}
	return count;
}

/* The curve of each class against the rest, one after the other. */
static void add_curves(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	statistic *of, const double *areas)
{
	struct mg_arena *a = mg_measures_arena(m);
	size_t classes = c->task->class_count, rows = 0;
	bool *shown = mg_alloc_array(a, classes, sizeof(*shown));
	size_t count = choose_classes(areas, classes, MG_CHART_CURVES, shown);
	double *points = mg_alloc_array(a, count * 2 * MG_CHART_POINTS, sizeof(*points));
	size_t *of_class = mg_alloc_array(a, classes, sizeof(*of_class));
	for (size_t k = 0; k < classes; k++) {
		struct mg_scores scores = mg_get_scores(m, class_need(a, k));
		if (shown[k])
			of_class[k] = curve_of(&scores, of, &points[2 * rows]);
		rows += of_class[k];
	}
	struct mg_chart *chart = mg_chart_add(m, v,
		&(struct mg_chart){
			.name = is_roc(of) ? "roc_by_class" : "precision_recall_by_class",
			.x = "class",
			.y = count < classes
				? mg_printf(a, "the %zu of %zu classes with the least area", count,
					  classes)
				: "each class against the rest",
			.columns = columns_of(of),
			.column_count = 2,
			.row_count = rows},
		true);
	memcpy(chart->numbers, points, 2 * rows * sizeof(*points));
	for (size_t k = 0, row = 0; k < classes; k++)
		for (size_t i = 0; i < of_class[k]; i++)
			chart->labels[row++] = c->task->classes[k];
}

/* One class against the rest, with its interval when asked for. */
static struct mg_value measure_need(
	const struct mg_check *c, const struct mg_measures *m, const char *need, statistic *of)
{
	struct mg_scores scores = mg_get_scores(m, need);
	const struct mg_freq *negative = scores.negative, *positive = scores.positive;
	if (negative->rows == 0 || positive->rows == 0)
		return mg_task_one_class(m, (double)positive->rows, (double)negative->rows);
	struct mg_stat s = mg_scores_measure(m, need, of_scores, &of);
	double rows = (double)(negative->rows + positive->rows);
	struct mg_value v = mg_value_of_stat(s, (int64_t)rows);
	mg_fact_number(m, &v, "positives", (double)positive->rows);
	mg_fact_number(m, &v, "negatives", (double)negative->rows);
	add_curve(m, &v, &scores, of);
	v.dummy = of == mg_average_precision ? (double)positive->rows / rows : 0.5;
	const struct mg_freq *tables[] = {negative, positive};
	mg_interval_of_tables(c, m, &v, tables, 2, of_tables, &of, false);
	if (!mg_interval_wanted(c))
		return v;
	double se = mg_roc_auc_se(negative, positive);
	if (isnan(se))
		return mg_value_undefined(
			"an interval needs two positive and two negative rows or more");
	double counts[] = {(double)negative->rows, (double)positive->rows};
	v.interval_lo = mg_interval_auc(s.lo, se, counts[0], counts[1], c->spec->confidence).lo;
	v.interval_hi = mg_interval_auc(s.hi, se, counts[0], counts[1], c->spec->confidence).hi;
	v.interval = "logit-delong-newcombe";
	return v;
}

/* A weighted mean over classes, of all numbers that a value has. */
struct mean {
	double value, lo, hi, interval_lo, interval_hi, dummy, weights;
};

static void add(struct mean *sum, const struct mg_value *v, double weight)
{
	sum->value += weight * v->value;
	sum->lo += weight * v->lo;
	sum->hi += weight * v->hi;
	sum->interval_lo += weight * v->interval_lo;
	sum->interval_hi += weight * v->interval_hi;
	sum->dummy += weight * v->dummy;
	sum->weights += weight;
}

/* Ends that are means of ends are wide enough however the classes' errors go together: the standard error of
 * a mean is at most the mean of standard errors. */
static struct mg_value mean_value(const struct mean *sum)
{
	struct mg_value v = mg_value_of(sum->value / sum->weights, 0);
	v.lo = sum->lo / sum->weights;
	v.hi = sum->hi / sum->weights;
	v.interval_lo = sum->interval_lo / sum->weights;
	v.interval_hi = sum->interval_hi / sum->weights;
	v.dummy = sum->dummy / sum->weights;
	return v;
}

static struct mg_value measure_class(const struct mg_check *c, const struct mg_measures *m,
	statistic *of, const char *base, size_t k)
{
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_value v = measure_need(c, m, class_need(a, k), of);
	if (v.state == MG_MEASURED)
		v.definition = mg_printf(a, "%s/class-%s", base, c->task->classes[k]);
	return v;
}

static struct mg_value measure_classes(
	const struct mg_check *c, const struct mg_measures *m, statistic *of, const char *base)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	struct mean sum = {0};
	const char *interval = NULL;
	double *areas = mg_alloc_array(a, c->task->class_count, sizeof(*areas));
	for (size_t k = 0; k < c->task->class_count; k++) {
		if (!wanted(c, k))
			continue;
		if (p->class)
			return measure_class(c, m, of, base, k);
		double rows = (double)mg_get_scores(m, class_need(a, k)).positive->rows;
		areas[k] = NAN;
		if (p->average == WEIGHTED && rows == 0)
			continue; /* it weighs nothing */
		struct mg_value v = measure_need(c, m, class_need(a, k), of);
		if (v.state != MG_MEASURED)
			return mg_value_undefined(
				mg_printf(a, "class '%s': %s", c->task->classes[k], v.why));
		areas[k] = v.value;
		add(&sum, &v, p->average == WEIGHTED ? rows : 1);
		interval = v.interval;
	}
	struct mg_value v = mean_value(&sum);
	v.definition = mg_printf(a, "%s/one-vs-rest-%s", base, averages[p->average]);
	if (interval)
		v.interval = mg_printf(a, "%s/mean-of-ends", interval);
	mg_fact_number(m, &v, "classes", (double)c->task->class_count);
	add_curves(c, m, &v, of, areas);
	return v;
}

static struct mg_value measure_estimate(
	const struct mg_check *c, const struct mg_measures *m, statistic *of)
{
	struct mg_estimate e;
	struct mg_value v;
	if (!mg_estimate_get(c, m, &e, &v))
		return v;
	double area = (is_roc(of) ? mg_estimate_roc_auc : mg_estimate_average_precision)(&e);
	if (isnan(area))
		return mg_value_undefined("all rows are expected to be of one class");
	v = mg_value_of(area, (int64_t)e.rows);
	mg_estimate_tell(c, m, &e, &v);
	return v;
}

static struct mg_value measure(
	const struct mg_check *c, const struct mg_measures *m, statistic *of, const char *base)
{
	struct mg_value v;
	if (mg_estimated(c))
		return measure_estimate(c, m, of);
	double rows = mg_task_rows(c, m, false, &v);
	if (rows == 0)
		return v;
	v = c->task->type == MG_TASK_BINARY ? measure_need(c, m, MG_SCORES, of)
					    : measure_classes(c, m, of, base);
	v.rows = (int64_t)rows;
	mg_task_facts(c, m, &v);
	return v;
}

static struct mg_value measure_auc(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, mg_roc_auc, "roc_auc/mann-whitney-ties-half");
}

static struct mg_value measure_ap(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, mg_average_precision, "average_precision/step");
}

const struct mg_check_kind mg_check_roc_auc = {
	.name = "roc_auc",
	.family = "classification",
	.summary = "area under the ROC curve of the score",
	.details = "The chance that a positive row scores higher than a negative one, ties "
		   "counting one half (Mann-Whitney), which is the area under the ROC curve by "
		   "trapezoids. It looks at the order of the scores only. For more than two "
		   "classes each class is held against the rest by its own score, and `average` "
		   "is macro or weighted. Rows of one class only make it an error, never a pass. "
		   "`confidence` uses DeLong's standard error on the logit scale. While a class "
		   "has fewer than 200 rows, each end is the wider one of that and of Newcombe's "
		   "method 5, which also holds where a score separates the classes. The ends of "
		   "an average are the means of its classes' ends. It is computed from a table of "
		   "all different scores, so it is exact; where memory does not allow that, its "
		   "bound is printed.",
	.definition = "roc_auc/mann-whitney-ties-half",
	.example = "- roc_auc: {on: scored, min: 0.60, warn: {min: 0.64}, confidence: 95%, "
		   "task: {type: binary, label: late, positive: 1, score: p_late}}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_SCORE |
		MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP | MG_KIND_DUMMY | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "roc", .when = ONE_CLASS},
		{.name = "roc_by_class", .when = "of a multiclass task"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check,
	.plan = plan,
	.measure = measure_auc,
};

const struct mg_check_kind mg_check_average_precision = {
	.name = "average_precision",
	.family = "classification",
	.summary = "area under the precision-recall curve, by steps",
	.details =
		"The sum over the different scores, from high to low, of (R_i - R_i-1) P_i: the mean "
		"precision at the places of the positives, as scikit-learn's "
		"average_precision_score. Trapezoids between the points would be too hopeful. A "
		"score that says nothing reaches the share of positives (`baseline: dummy`). For "
		"more than two classes as roc_auc.",
	.definition = "average_precision/step",
	.example = "- average_precision: {on: scored, min: 0.3, "
		   "task: {type: binary, label: late, positive: 1, score: p_late}}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_ESTIMATE | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_SCORE |
		MG_KIND_BOOTSTRAP | MG_KIND_DUMMY | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "precision_recall", .when = ONE_CLASS},
		{.name = "precision_recall_by_class", .when = "of a multiclass task"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check,
	.plan = plan,
	.measure = measure_ap,
};
