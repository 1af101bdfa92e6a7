/* r2.c: the share of the label's variance that predictions explain. */
#include <modelgate/check.h>

#include <stdlib.h>

#include "base/arena.h"
#include "checks/chart.h"
#include "checks/interval.h"
#include "checks/regression/errors.h"

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_errors_pair p = {0};
	MG_TRY(mg_errors_read(pl, c, &p, err));
	const struct mg_expr *loss = mg_errors_square(pl, &p), *null = mg_x_null(a);
	MG_TRY(mg_errors_need_loss(pl, c, &p, &loss, err));
	MG_TRY(mg_errors_need_labels(pl, c, &p, err));
	if (!mg_interval_resamples(c))
		return MG_OK;
	/* the plan keeps the terms: they must live in its arena */
	struct mg_term *keys = mg_alloc_array(a, 2, sizeof *keys),
		       *count = mg_alloc(a, sizeof *count);
	keys[0] = (struct mg_term){mg_if(a, p.usable, p.label, null), MG_CELL_REAL};
	keys[1] = (struct mg_term){mg_if(a, p.usable, p.prediction, null), MG_CELL_REAL};
	*count = (struct mg_term){mg_count_all(a), MG_CELL_INTEGER};
	return mg_need_groups(pl, c, MG_CURRENT, "pairs", keys, 2, count, 1, err);
}

/* A label and the prediction for it. */
struct pair_cell {
	double label, prediction;
	int64_t rows;
};

static int by_pair(const void *left, const void *right)
{
	const struct pair_cell *a = left, *b = right;
	int order = (a->label > b->label) - (a->label < b->label);
	return order ? order : (a->prediction > b->prediction) - (a->prediction < b->prediction);
}

struct pair_cells {
	const struct pair_cell *list;
	size_t count;
};

static double r2_of(void *context, const int64_t *counts)
{
	const struct pair_cells *cells = context;
	double start = cells->list[0].label, rows = 0, sum = 0, loss = 0, spread = 0;
	for (size_t i = 0; i < cells->count; i++) {
		rows += (double)counts[i];
		sum += (double)counts[i] * (cells->list[i].label - start);
	}
	for (size_t i = 0; i < cells->count; i++) {
		double error = cells->list[i].prediction - cells->list[i].label;
		double far = cells->list[i].label - start - sum / rows;
		loss += (double)counts[i] * error * error;
		spread += (double)counts[i] * far * far;
	}
	if (loss == 0)
		return 1;
	return spread > 0 ? 1 - loss / spread : NAN;
}

static void resample_r2(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v)
{
	if (!mg_interval_resamples(c))
		return;
	MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
	struct mg_table table = mg_get_groups(m, "pairs");
	struct pair_cell *list = mg_alloc_array(a, table.rows + 1, sizeof *list);
	int64_t *rows = mg_alloc_array(a, table.rows + 1, sizeof *rows);
	struct pair_cells cells = {.list = list};
	for (size_t row = 0; row < table.rows; row++) {
		const struct mg_cell *at = &table.cells[row * table.columns];
		if (at[0].type == MG_CELL_REAL && at[1].type == MG_CELL_REAL)
			list[cells.count++] = (struct pair_cell){
				at[0].real, at[1].real, at[2].integer};
	}
	/* in an order that no engine chooses */
	qsort(list, cells.count, sizeof *list, by_pair);
	for (size_t i = 0; i < cells.count; i++)
		rows[i] = list[i].rows;
	mg_interval_of_cells(c, m, v, rows, cells.count, r2_of, &cells, false);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v = mg_errors_mean(c, m, MG_ERRORS_SQUARE, 0);
	if (v.state != MG_MEASURED)
		return v;
	struct mg_stat variance = mg_errors_label_variance(m);
	double loss = v.value;
	if (variance.why && loss > 0)
		return mg_value_undefined(variance.why);
	if (variance.hi == 0 && loss > 0)
		return mg_value_undefined(
			"the label is the same in all rows, so there is no variance "
			"to explain");
	v.value = loss == 0 ? 1 : 1 - loss / variance.value;
	v.lo = loss == 0 ? 1 : 1 - loss / variance.lo;
	v.hi = loss == 0 ? 1 : 1 - loss / variance.hi;
	v.dummy = 0;
	resample_r2(c, m, &v);
	if (v.state == MG_MEASURED)
		mg_chart_distribution(m, &v, c->task->label, mg_get_freq(m, "labels", 0), NULL);
	return v;
}

const struct mg_check_kind mg_check_r2 = {
	.name = "r2",
	.family = "regression",
	.summary = "share of the label's variance that predictions explain",
	.details = "1 - (sum of squared errors) / (sum of squared distances of the labels from "
		   "their mean). 1 is perfect, 0 as good as always saying the mean, and there is "
		   "no lower end. When all labels are equal there is no variance to explain: that "
		   "is an error, unless all predictions are right, which gives 1 (scikit-learn "
		   "gives 0 and 1)." MG_ERRORS_ROWS,
	.definition = "r2/variance-explained",
	.example = "- r2: {on: serving, min: -1000, " MG_ERRORS_TASK,
	.better = MG_HIGHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_ERRORS_FLAGS | MG_KIND_BOOTSTRAP | MG_KIND_DUMMY,
	.value_least = NAN,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "distribution"}),
	.plan = plan,
	.measure = measure,
};
