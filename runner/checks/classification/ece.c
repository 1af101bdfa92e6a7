/* ece.c: whether scores say how often they are right: the expected calibration error. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/classification/scores.h"
#include "checks/classification/task.h"
#include "checks/detail.h"
#include "checks/interval.h"
#include "stats/calibration.h"
#include "stats/chance.h"

enum method { UNIFORM, QUANTILE };
static const char *const methods[] = {"uniform", "quantile", NULL};

enum { BINS_MOST = 100 };

struct params {
	int64_t bins;
	int method;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, bins, INTEGER, "number of bins", .default_text = "10", .least = 2,
		.most = BINS_MOST),
	MG_FIELD(struct params, method, CHOICE,
		"bins of equal width, or of about equal numbers of rows", .default_text = "uniform",
		.choices = methods),
	MG_FIELDS_END,
};

/* Of many classes the likeliest is held against its score, the greatest. */
static int plan_classes(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_class_task t;
	MG_TRY(mg_task_classes(pl, c, true, &t, err));
	const struct mg_expr *score = mg_x_list(a, MG_FN_GREATEST, t.scores, c->task->class_count);
	MG_TRY(mg_task_probability(pl, c, score, t.missing, err));
	return mg_need_scores(
		pl, c, MG_SCORES, score, mg_eq(a, t.label, t.predicted), t.missing, err);
}

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *p = c->params;
	struct mg_binary_row row;
	return c->task->type == MG_TASK_BINARY
		? mg_task_scores(pl, c, p->method == UNIFORM, &row, err)
		: plan_classes(pl, c, err);
}

/* "0.052 said, 0.031 seen, 120 rows; ..." for each bin that has rows */
static const char *bins_text(
	struct mg_arena *a, const struct mg_calibration_bin *bins, size_t count)
{
	struct mg_text t;
	mg_text_init(&t, a);
	for (size_t i = 0; i < count; i++) {
		const struct mg_calibration_bin *b = &bins[i];
		if (b->rows > 0)
			mg_text_addf(&t, "%s%s said, %s seen, %s rows", t.len ? "; " : "",
				mg_human_double(a, b->score_sum / b->rows, 4),
				mg_human_double(a, b->positives / b->rows, 4),
				mg_human_double(a, b->rows, 15));
	}
	return t.data;
}

struct filling {
	const struct params *p;
	struct mg_calibration_bin *bins;
};

static struct mg_stat of_scores(const void *context, const struct mg_freq *negative,
	const struct mg_freq *positive, struct mg_ranges *negative_ranges,
	struct mg_ranges *positive_ranges)
{
	const struct filling *f = context;
	return (f->p->method == UNIFORM ? mg_ece_uniform : mg_ece_quantile)(
		negative, positive, f->bins, (size_t)f->p->bins, negative_ranges, positive_ranges);
}

static double of_tables(const void *context, const struct mg_freq *tables)
{
	const struct params *p = context;
	struct mg_calibration_bin bins[BINS_MOST];
	const struct filling f = {p, bins};
	return of_scores(&f, &tables[0], &tables[1], NULL, NULL).value;
}

/* Tells what scores that are right would measure here, and what is in the bins. */
static void tell_bins(const struct mg_measures *m, struct mg_value *v,
	const struct mg_calibration_bin *bins, size_t count)
{
	struct mg_arena *a = mg_measures_arena(m);
	double chance = mg_chance_ece(a, bins, count);
	mg_fact_number(m, v, "chance_level", chance);
	v->message = mg_printf(a, "chance alone gives up to %s", mg_human_double(a, chance, 3));
	mg_fact_text(m, v, "bins", bins_text(a, bins, count));
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_value v;
	double rows = mg_task_rows(c, m, true, &v);
	if (rows == 0)
		return v;
	struct mg_calibration_bin bins[BINS_MOST];
	const struct filling f = {p, bins};
	v = mg_value_of_stat(mg_scores_measure(m, MG_SCORES, of_scores, &f), (int64_t)rows);
	if (v.state == MG_MEASURED && v.lo == v.hi)
		tell_bins(m, &v, bins, (size_t)p->bins);
	if (v.state == MG_MEASURED)
		mg_scores_chart(m, &v, bins, (size_t)p->bins);
	if (mg_interval_resamples(c)) {
		struct mg_scores s = mg_get_scores(m, MG_SCORES);
		const struct mg_freq *tables[] = {s.negative, s.positive};
		mg_interval_of_tables(c, m, &v, tables, 2, of_tables, p, true);
	}
	v.definition = mg_printf(a, "ece/%s-%lld%s", methods[p->method], (long long)p->bins,
		c->task->type == MG_TASK_BINARY ? "" : "/top-label");
	mg_task_facts(c, m, &v);
	return v;
}

const struct mg_check_kind mg_check_ece = {
	.name = "ece",
	.family = "classification",
	.summary = "expected calibration error: how far scores are from observed shares",
	.details = "Rows are put into bins by their score; each bin's |mean score - share of "
		   "positives| is weighted by its rows. The default has 10 bins of equal width, "
		   "(0, 0.1], (0.1, 0.2], ... with 0 in the first. `method: quantile` cuts at the "
		   "quantiles of all scores instead; equal scores always share a bin (other tools "
		   "split them by their place in the file). For more than two classes the "
		   "greatest score is held against whether its class is right. Labels of one "
		   "class only are allowed: calibration is defined there. Scores that are NaN or "
		   "outside 0..1 make it an error. Scores that are right have an error too, by "
		   "chance: `chance_level` is what it stays under in 95 of 100 runs.",
	.definition = "ece/uniform-10",
	.example = "- ece: {on: scored, max: 0.05, warn: {max: 0.025}, "
		   "task: {type: binary, label: late, positive: 1, score: p_late}}\n"
		   "- ece: {name: ece-quantile, on: scored, method: quantile, max: 0.05, "
		   "task: {type: binary, label: late, positive: 1, score: p_late}}",
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_SCORE | MG_KIND_BOOTSTRAP |
		MG_KIND_NULLS,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "calibration"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan,
	.measure = measure,
};
