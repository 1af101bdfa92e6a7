/* ece.c: whether scores say how often they are right: the expected calibration error. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/classification/interval.h"
#include "checks/classification/task.h"
#include "checks/detail.h"
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

/* What is predicted with which confidence: the positive class with its score, or the likeliest of
 * many classes with the greatest score. */
struct claim {
	const struct mg_expr *score, *holds, *missing;
};

static int claim_of(
	struct mg_planner *pl, const struct mg_check *c, struct claim *out, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	if (c->task->type == MG_TASK_BINARY) {
		struct mg_binary_task t;
		MG_TRY(mg_task_binary(pl, c, &t, err));
		if (!t.score)
			return mg_fail(err, MG_ESPEC, "the task names no `score` column");
		*out = (struct claim){t.score, t.positive, t.missing};
		return mg_task_probability(pl, c, &t, err);
	}
	struct mg_class_task t;
	MG_TRY(mg_task_classes(pl, c, true, &t, err));
	*out = (struct claim){mg_x_list(a, MG_FN_GREATEST, t.scores, c->task->class_count),
		mg_x_call(a, MG_FN_EQ, 2, t.label, t.predicted), t.missing};
	struct mg_binary_task as_binary = {.score = out->score, .missing = t.missing};
	return mg_task_probability(pl, c, &as_binary, err);
}

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	struct claim claim = {0};
	MG_TRY(claim_of(pl, c, &claim, err));
	const struct mg_expr *null = mg_x_null(a);
	const struct mg_expr *holds = mg_x_call(
		a, MG_FN_IF, 3, claim.holds, mg_x_integer(a, 1), mg_x_integer(a, 0));
	if (p->method == QUANTILE || mg_interval_resamples(c))
		MG_TRY(mg_need_freq(pl, c, MG_CURRENT, "scores", claim.score,
			mg_x_call(a, MG_FN_IF, 3, claim.missing, null, holds), 2, err));
	if (p->method == QUANTILE)
		return MG_OK;

	/* the first bin whose right edge k / bins the score does not exceed */
	const struct mg_expr *bin = mg_x_integer(a, p->bins - 1);
	for (int64_t k = p->bins - 1; k > 0; k--)
		bin = mg_x_call(a, MG_FN_IF, 3,
			mg_x_call(a, MG_FN_LE, 2, claim.score,
				mg_x_real(a, (double)k / (double)p->bins)),
			mg_x_integer(a, k - 1), bin);
	/* the plan keeps the terms: they must live in its arena */
	struct mg_term *key = mg_alloc(a, sizeof *key),
		       *terms = mg_alloc_array(a, 3, sizeof *terms);
	*key = (struct mg_term){
		mg_x_call(a, MG_FN_IF, 3, claim.missing, null, bin), MG_CELL_INTEGER};
	terms[0] = (struct mg_term){mg_x_call(a, MG_FN_COUNT, 0), MG_CELL_INTEGER};
	terms[1] = (struct mg_term){mg_x_call(a, MG_FN_COUNT_IF, 1, claim.holds), MG_CELL_INTEGER};
	terms[2] = (struct mg_term){
		mg_x_call(a, MG_FN_SUM, 1, mg_x_call(a, MG_FN_FINITE, 1, claim.score)),
		MG_CELL_REAL};
	return mg_need_groups(pl, c, MG_CURRENT, "bins", key, 1, terms, 3, err);
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

static struct mg_value measure_quantile(
	const struct mg_check *c, const struct mg_measures *m, double rows)
{
	const struct params *p = c->params;
	size_t count = (size_t)p->bins;
	struct mg_calibration_bin *bins = mg_alloc_array(mg_measures_arena(m), count, sizeof *bins);
	struct mg_detail of_negative, of_positive;
	mg_detail_init(&of_negative);
	mg_detail_init(&of_positive);
	struct mg_value v = mg_value_of_stat(
		mg_ece_quantile(mg_get_freq(m, "scores", 0), mg_get_freq(m, "scores", 1), bins,
			count, &of_negative.ranges, &of_positive.ranges),
		(int64_t)rows);
	mg_detail_refine(m, "scores", 0, &of_negative);
	mg_detail_refine(m, "scores", 1, &of_positive);
	if (v.state == MG_MEASURED && v.lo == v.hi)
		tell_bins(m, &v, bins, count);
	return v;
}

static struct mg_value measure_uniform(
	const struct mg_check *c, const struct mg_measures *m, double rows)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	size_t count = (size_t)p->bins;
	struct mg_calibration_bin *bins = mg_alloc_array(a, count, sizeof *bins);
	struct mg_table table = mg_get_groups(m, "bins");
	for (size_t row = 0; row < table.rows; row++) {
		const struct mg_cell *cells = &table.cells[row * table.columns];
		if (cells[0].type != MG_CELL_INTEGER || cells[0].integer < 0 ||
			cells[0].integer >= p->bins)
			continue; /* rows without label or score */
		bins[cells[0].integer] = (struct mg_calibration_bin){mg_cell_number(&cells[1]),
			mg_cell_number(&cells[2]), mg_cell_number(&cells[3])};
	}
	struct mg_value v = mg_value_of(mg_ece(bins, count), (int64_t)rows);
	tell_bins(m, &v, bins, count);
	return v;
}

static double of_tables(const void *context, const struct mg_freq *tables)
{
	const struct params *p = context;
	if (p->method == UNIFORM)
		return mg_ece_uniform(&tables[0], &tables[1], (size_t)p->bins);
	struct mg_calibration_bin bins[BINS_MOST];
	return mg_ece_quantile(&tables[0], &tables[1], bins, (size_t)p->bins, NULL, NULL).value;
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_value v;
	double rows = mg_task_rows(c, m, true, true, &v);
	if (rows == 0)
		return v;
	v = p->method == UNIFORM ? measure_uniform(c, m, rows) : measure_quantile(c, m, rows);
	if (mg_interval_resamples(c)) {
		const struct mg_freq *tables[] = {
			mg_get_freq(m, "scores", 0), mg_get_freq(m, "scores", 1)};
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
	.details =
		"Rows are put into bins by their score; each bin's |mean score - share of positives| is "
		"weighted by its rows. The default has 10 bins of equal width, (0, 0.1], (0.1, 0.2], "
		"... with 0 in the first; `method: quantile` cuts at the quantiles of all scores "
		"instead, and equal scores always share a bin (other tools split them by their place "
		"in the file). For more than two classes the greatest score is held against whether "
		"its class is right. Labels of one class only are allowed: calibration is defined "
		"there. Scores that are NaN or outside 0..1 make it an error. Scores that are right have an "
		"error too, by chance: `chance_level` is what it stays under in 95 of 100 runs.",
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
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan,
	.measure = measure,
};
