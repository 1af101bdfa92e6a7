/* log_loss.c: log_loss, brier: how far predicted probabilities are from what happened, row by
 * row. */
#include <modelgate/check.h>

#include <float.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/chart.h"
#include "checks/classification/scores.h"
#include "checks/classification/task.h"
#include "checks/detail.h"
#include "checks/interval.h"
#include "stats/losses.h"

#define SUM_TOLERANCE 1e-3 /* probabilities of a row may miss 1 by this: float32 and rounding */

static const struct mg_expr *minus_one(struct mg_arena *a, const struct mg_expr *p)
{
	return mg_sub(a, mg_x_real(a, 1), p);
}

static const struct mg_expr *square(struct mg_arena *a, const struct mg_expr *x)
{
	return mg_mul(a, x, x);
}

/* -ln of the probability given to what happened, kept within [eps, 1 - eps]. */
static const struct mg_expr *log_of(struct mg_arena *a, const struct mg_expr *p)
{
	const struct mg_expr *kept = mg_x_call(a, MG_FN_LEAST, 2,
		mg_x_call(a, MG_FN_GREATEST, 2, p, mg_x_real(a, DBL_EPSILON)),
		mg_x_real(a, 1 - DBL_EPSILON));
	return mg_sub(a, mg_x_real(a, 0), mg_x_call(a, MG_FN_LN, 1, kept));
}

/* Of two classes. */
static const struct mg_expr *binary_log_of(struct mg_arena *a, const struct mg_binary_row *row)
{
	return log_of(a, mg_if(a, row->positive, row->score, minus_one(a, row->score)));
}

static const struct mg_expr *binary_square_of(struct mg_arena *a, const struct mg_binary_row *row)
{
	const struct mg_expr *label = mg_if(a, row->positive, mg_x_real(a, 1), mg_x_real(a, 0));
	return square(a, mg_sub(a, row->score, label));
}

/* The mean comes out of the scores; rows are looked at where they are paired, and for its interval. */
static int plan_binary(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr *(*loss)(struct mg_arena *, const struct mg_binary_row *),
	struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_binary_row row;
	MG_TRY(mg_task_scores(pl, c, true, &row, err));
	const struct mg_expr *of_row = mg_if(a, row.counts, loss(a, &row), mg_x_null(a));
	mg_row_value(pl, c, of_row);
	return mg_interval_need_mean(pl, c, of_row, err);
}

static int need_loss(struct mg_planner *pl, const struct mg_check *c, const struct mg_expr *loss,
	const struct mg_expr *missing, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	/* Scores that are not probabilities, which alone could make a loss infinite, are counted
	 * apart and make the check an error. */
	const struct mg_expr *of_row = mg_if(a, missing, mg_x_null(a), loss);
	MG_TRY(mg_need(pl, c, MG_CURRENT, "loss", MG_CELL_REAL, mg_sum(a, of_row), err));
	mg_row_value(pl, c, of_row);
	if (mg_interval_resamples(c))
		return mg_need_freq(pl, c, MG_CURRENT, "table", of_row, NULL, 1, err);
	return mg_interval_need_mean(pl, c, of_row, err);
}

/* Rows whose label has no score, and rows whose scores are no distribution. */
static int need_distribution(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_class_task *t, const struct mg_expr *unknown, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	size_t n = c->task->class_count;
	const struct mg_expr **bad = mg_alloc_array(a, n + 1, sizeof *bad), *sum = t->scores[0];
	for (size_t k = 0; k < n; k++) {
		bad[k] = mg_or(a, mg_x_call(a, MG_FN_LT, 2, t->scores[k], mg_x_real(a, 0)),
			mg_x_call(a, MG_FN_GT, 2, t->scores[k], mg_x_real(a, 1)));
		if (k > 0)
			sum = mg_x_call(a, MG_FN_ADD, 2, sum, t->scores[k]);
	}
	bad[n] = mg_x_call(a, MG_FN_GT, 2, mg_abs(a, mg_sub(a, sum, mg_x_real(a, 1))),
		mg_x_real(a, SUM_TOLERANCE));
	const struct mg_expr *there = mg_not(a, t->missing);
	MG_TRY(mg_need(pl, c, MG_CURRENT, "no_distribution", MG_CELL_INTEGER,
		mg_count_if(a, mg_and(a, there, mg_x_list(a, MG_FN_OR, bad, n + 1))), err));
	return mg_need(pl, c, MG_CURRENT, "unknown", MG_CELL_INTEGER,
		mg_count_if(a, mg_and(a, there, unknown)), err);
}

static const char *class_need(struct mg_arena *a, size_t k)
{
	return mg_printf(a, "class %zu", k);
}

/* The rows of each class, for what always saying their shares would reach. */
static int need_classes(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr *missing, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *there = mg_not(a, missing);
	for (size_t k = 0; k < c->task->class_count; k++) {
		const struct mg_expr *is_class;
		MG_TRY(mg_task_is_class(pl, c, c->task->classes[k], &is_class, err));
		MG_TRY(mg_need(pl, c, MG_CURRENT, class_need(a, k), MG_CELL_INTEGER,
			mg_count_if(a, mg_and(a, there, is_class)), err));
	}
	return MG_OK;
}

static int plan_classes(
	struct mg_planner *pl, const struct mg_check *c, bool squares, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_class_task t;
	MG_TRY(mg_task_classes(pl, c, true, &t, err));
	const struct mg_expr *p = mg_x_null(a), *sum = NULL;
	for (size_t k = c->task->class_count; k-- > 0;) {
		const struct mg_expr *is_class;
		MG_TRY(mg_task_is_class(pl, c, c->task->classes[k], &is_class, err));
		p = mg_if(a, is_class, t.scores[k], p);
		const struct mg_expr *part = square(
			a, mg_if(a, is_class, minus_one(a, t.scores[k]), t.scores[k]));
		sum = sum ? mg_x_call(a, MG_FN_ADD, 2, part, sum) : part;
	}
	MG_TRY(need_distribution(pl, c, &t, mg_is_null(a, p), err));
	if (c->spec->baseline.kind == MG_BASELINE_DUMMY)
		MG_TRY(need_classes(pl, c, t.missing, err));
	return need_loss(pl, c, squares ? sum : log_of(a, p), t.missing, err);
}

static int plan_log_loss(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return c->task->type == MG_TASK_BINARY ? plan_binary(pl, c, binary_log_of, err)
					       : plan_classes(pl, c, false, err);
}

static int plan_brier(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return c->task->type == MG_TASK_BINARY ? plan_binary(pl, c, binary_square_of, err)
					       : plan_classes(pl, c, true, err);
}

static bool is_distribution(const struct mg_measures *m, struct mg_value *out)
{
	struct mg_arena *a = mg_measures_arena(m);
	double unknown = mg_get(m, "unknown"), bad = mg_get(m, "no_distribution");
	if (unknown > 0)
		*out = mg_value_undefined(
			mg_printf(a, "the label of %s rows is a class that `scores` does not name",
				mg_human_double(a, unknown, 15)));
	else if (bad > 0)
		*out = mg_value_undefined(mg_printf(a,
			"the scores of %s rows are not probabilities: outside 0..1, or not 1 together",
			mg_human_double(a, bad, 15)));
	return unknown == 0 && bad == 0;
}

/* Of two classes, from the scores by label. */
static struct mg_stat mean_of_scores(const void *context, const struct mg_freq *negative,
	const struct mg_freq *positive, struct mg_ranges *negative_ranges,
	struct mg_ranges *positive_ranges)
{
	const enum mg_loss *loss = context;
	return mg_loss_mean(*loss, negative, positive, negative_ranges, positive_ranges);
}

static void add_chart(const struct mg_measures *m, struct mg_value *v, const struct mg_scores *s)
{
	enum { BINS = 10 };
	struct mg_calibration_bin bins[BINS];
	(void)mg_ece_uniform(s->negative, s->positive, bins, BINS, NULL, NULL);
	mg_scores_chart(m, v, bins, BINS);
}

static struct mg_value measure_binary(
	const struct mg_check *c, const struct mg_measures *m, enum mg_loss loss, double most)
{
	struct mg_value v;
	double rows = mg_task_rows(c, m, true, &v);
	if (rows == 0)
		return v;
	v = mg_value_of_stat(mg_scores_measure(m, MG_SCORES, mean_of_scores, &loss), (int64_t)rows);
	mg_task_facts(c, m, &v);
	struct mg_scores s = mg_get_scores(m, MG_SCORES);
	if (mg_interval_wanted(c)) {
		mg_interval_of_mean(c, m, &v, 4 * DBL_EPSILON * (1 + v.value), most);
		v.interval_lo -= v.value - v.lo; /* what buckets hide */
		v.interval_hi += v.hi - v.value;
	}
	if (mg_interval_resamples(c)) {
		struct mg_freq losses;
		if (!mg_loss_table(mg_measures_arena(m), loss, s.negative, s.positive, &losses))
			return mg_value_undefined("there is no confidence interval: there is not "
						  "enough memory for a table of all values");
		mg_interval_of_table_mean(c, m, &v, &losses);
	}
	if (v.state == MG_MEASURED)
		add_chart(m, &v, &s);
	return v;
}

/* Of more classes, from sums over the rows. */
static struct mg_value measure_classes(
	const struct mg_check *c, const struct mg_measures *m, double most)
{
	struct mg_value v;
	double rows = mg_task_rows(c, m, false, &v);
	if (rows == 0 || !is_distribution(m, &v))
		return v;
	v = mg_value_of(mg_get(m, "loss") / rows, (int64_t)rows);
	mg_task_facts(c, m, &v);
	if (mg_interval_wanted(c))
		mg_interval_of_mean(c, m, &v, 4 * DBL_EPSILON * (1 + v.value), most);
	if (mg_interval_resamples(c)) {
		mg_interval_of_table_mean(c, m, &v, mg_get_freq(m, "table", 0));
		if (v.state == MG_MEASURED)
			mg_chart_histogram(m, &v, "loss of a row", mg_get_freq(m, "table", 0));
	}
	return v;
}

/* What always saying the classes' shares of the rows loses, from the share of each. */
static double guess(const struct mg_check *c, const struct mg_measures *m, double rows,
	double (*of)(double share))
{
	if (c->task->type == MG_TASK_BINARY) {
		double share = (double)mg_get_scores(m, MG_SCORES).positive->rows / rows;
		return of(share) + of(1 - share);
	}
	if (c->spec->baseline.kind != MG_BASELINE_DUMMY)
		return NAN;
	double sum = 0;
	for (size_t k = 0; k < c->task->class_count; k++)
		sum += of(mg_get(m, class_need(mg_measures_arena(m), k)) / rows);
	return sum;
}

static double log_part(double share)
{
	return share > 0 ? -share * log(share) : 0;
}

static double square_part(double share)
{
	return share * (1 - share);
}

static struct mg_value measure_log_loss(const struct mg_check *c, const struct mg_measures *m)
{
	const double most = -log(DBL_EPSILON);
	struct mg_value v = c->task->type == MG_TASK_BINARY
		? measure_binary(c, m, MG_LOSS_LOG, most)
		: measure_classes(c, m, most);
	if (v.state == MG_MEASURED)
		v.dummy = guess(c, m, (double)v.rows, log_part);
	return v;
}

static struct mg_value measure_brier(const struct mg_check *c, const struct mg_measures *m)
{
	bool binary = c->task->type == MG_TASK_BINARY;
	struct mg_value v = binary ? measure_binary(c, m, MG_LOSS_SQUARE, 1)
				   : measure_classes(c, m, 2);
	if (v.state != MG_MEASURED)
		return v;
	if (!binary)
		v.definition = "brier/multiclass-sum";
	/* of two classes only one is summed */
	v.dummy = guess(c, m, (double)v.rows, square_part) / (binary ? 2 : 1);
	return v;
}

#define SCORES                                                                                     \
	" A score that is NaN or outside 0..1 makes it an error. So do, for more than "            \
	"two classes, scores that do not add up to 1 within 0.001, and a label without "           \
	"a score. `confidence` uses Student's t on the rows' losses, corrected for "               \
	"their skewness."

const struct mg_check_kind mg_check_log_loss = {
	.name = "log_loss",
	.family = "classification",
	.summary = "mean negative logarithm of the probability given to what happened",
	.details =
		"Natural logarithm; probabilities are kept within [2.2e-16, 1 - 2.2e-16], as "
		"scikit-learn does from 1.2 on (before: 1e-15), so one certain mistake costs 36.04 / "
		"rows and not infinity. Lower is better; `baseline: dummy` always says the share of "
		"positives, or the shares of all classes." SCORES,
	.definition = "log_loss/clip-2.2e-16",
	.example = "- log_loss: {on: scored, max: 0.55, "
		   "task: {type: binary, label: late, positive: 1, score: p_late}}",
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_SCORE | MG_KIND_INTERVAL |
		MG_KIND_BOOTSTRAP | MG_KIND_DUMMY | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = NAN,
	.charts = MG_CHARTS({.name = "calibration", .when = "of a binary task"},
		{.name = "histogram", .when = "of a multiclass task, " MG_CHART_BOOTSTRAP}),
	.plan = plan_log_loss,
	.measure = measure_log_loss,
};

const struct mg_check_kind mg_check_brier = {
	.name = "brier",
	.family = "classification",
	.summary = "mean squared error of predicted probabilities",
	.details =
		"Two classes: the mean of (score - label)^2 with the label as 1 or 0, within 0..1. More "
		"classes: the sum of the squares over all classes, within 0..2 (Brier's own form). "
		"Lower is better; `baseline: dummy` always says the share of positives, or the shares of "
		"all classes." SCORES,
	.definition = "brier/binary",
	.example = "- brier: {on: scored, max: 0.2, "
		   "task: {type: binary, label: late, positive: 1, score: p_late}}",
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_SCORE | MG_KIND_INTERVAL |
		MG_KIND_BOOTSTRAP | MG_KIND_DUMMY | MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 2,
	.charts = MG_CHARTS({.name = "calibration", .when = "of a binary task"},
		{.name = "histogram", .when = "of a multiclass task, " MG_CHART_BOOTSTRAP}),
	.plan = plan_brier,
	.measure = measure_brier,
};
