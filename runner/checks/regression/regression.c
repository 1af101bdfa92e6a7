/* regression.c: mae, mse, rmse, mape, bias, r2: how far predicted numbers are from the true
 * ones. */
#include <modelgate/check.h>

#include <float.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/classification/interval.h"
#include "checks/classification/task.h"
#include "checks/detail.h"
#include "stats/moments.h"

/* Labels and predictions as numbers. */
struct pair {
	const struct mg_expr *label, *prediction;
	const struct mg_expr *usable; /* condition: both are there and finite */
};

static int need_count(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_expr *condition, struct mg_error *err)
{
	return mg_need_integer(pl, c, name, mg_count_if(mg_planner_arena(pl), condition), err);
}

/* Needs what mg_task_rows looks at, "not_finite" and "rounded": errors are differences of DOUBLEs. */
static int pair_of(
	struct mg_planner *pl, const struct mg_check *c, struct pair *out, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const char *columns[] = {c->task->label, c->task->prediction};
	const struct mg_expr *numbers[2], *rounded[2];
	if (!c->task->prediction)
		return mg_fail(err, MG_ESPEC, "the task names no `prediction` column");
	for (int i = 0; i < 2; i++) {
		const struct mg_column *column = mg_schema_column(c->schema, columns[i]);
		MG_TRY(mg_need_column(pl, c, MG_CURRENT, columns[i], &numbers[i], err));
		if (column && column->type != MG_TYPE_INTEGER && column->type != MG_TYPE_REAL)
			return mg_fail(err, MG_ESPEC, "column '%s' holds no numbers", columns[i]);
		rounded[i] = mg_x_call(a, MG_FN_ROUNDED, 1, numbers[i]);
		numbers[i] = mg_as_real(a, numbers[i]);
	}
	MG_TRY(need_count(pl, c, "rounded", mg_x_list(a, MG_FN_OR, rounded, 2), err));
	const struct mg_expr *missing = mg_or(
		a, mg_is_null(a, numbers[0]), mg_is_null(a, numbers[1]));
	const struct mg_expr *usable = mg_and(
		a, mg_is_finite(a, numbers[0]), mg_is_finite(a, numbers[1]));
	MG_TRY(mg_need_integer(pl, c, "rows", mg_count_all(a), err));
	MG_TRY(need_count(pl, c, "missing", missing, err));
	MG_TRY(mg_task_unlabelled(pl, c, mg_is_null(a, numbers[0]), err));
	MG_TRY(need_count(
		pl, c, "not_finite", mg_and(a, mg_not(a, missing), mg_not(a, usable)), err));
	*out = (struct pair){numbers[0], numbers[1], usable};
	return MG_OK;
}

static const struct mg_expr *size_of(struct mg_planner *pl, const struct mg_expr *x)
{
	return mg_abs(mg_planner_arena(pl), x);
}

/* Needs the sum of a row's loss, how many rows have a finite one, and how many are not right. `loss` becomes
 * NULL where a row has none. */
static int need_loss(struct mg_planner *pl, const struct mg_check *c, const struct pair *p,
	const struct mg_expr **loss, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	*loss = mg_x_call(a, MG_FN_FINITE, 1, mg_if(a, p->usable, *loss, mg_x_null(a)));
	MG_TRY(mg_need_real(pl, c, "loss", mg_sum(a, *loss), err));
	MG_TRY(need_count(pl, c, "losses", mg_not(a, mg_is_null(a, *loss)), err));
	return need_count(
		pl, c, "wrong", mg_and(a, p->usable, mg_ne(a, p->prediction, p->label)), err);
}

/* The same for a mean of losses: also what its interval takes. That is their table, or their spread and the
 * size of labels, which says what of it may be rounding. */
static int need_mean(struct mg_planner *pl, const struct mg_check *c, const struct pair *p,
	const struct mg_expr *loss, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	MG_TRY(need_loss(pl, c, p, &loss, err));
	mg_row_value(pl, c, loss);
	if (mg_interval_resamples(c))
		return mg_need_freq(pl, c, MG_CURRENT, "table", loss, NULL, 1, err);
	if (!mg_interval_wanted(c))
		return MG_OK;
	MG_TRY(mg_need_real(pl, c, "largest",
		mg_x_call(
			a, MG_FN_MAX, 1, mg_if(a, p->usable, size_of(pl, p->label), mg_x_null(a))),
		err));
	return mg_interval_need_mean(pl, c, loss, err);
}

/* Needs the label's values over the usable rows, for their variance: running sums in an engine lose
 * it where values are large and near one another. */
static int need_labels(
	struct mg_planner *pl, const struct mg_check *c, const struct pair *p, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *only = mg_if(a, p->usable, mg_x_integer(a, 0), mg_x_null(a));
	return mg_need_freq(pl, c, MG_CURRENT, "labels", p->label, only, 1, err);
}

static const struct mg_expr *error_of(struct mg_planner *pl, const struct pair *p)
{
	return mg_sub(mg_planner_arena(pl), p->prediction, p->label);
}

static int plan_bias(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct pair p = {0};
	MG_TRY(pair_of(pl, c, &p, err));
	return need_mean(pl, c, &p, error_of(pl, &p), err);
}

static int plan_mae(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct pair p = {0};
	MG_TRY(pair_of(pl, c, &p, err));
	return need_mean(pl, c, &p, size_of(pl, error_of(pl, &p)), err);
}

static const struct mg_expr *square_of(struct mg_planner *pl, const struct pair *p)
{
	const struct mg_expr *e = error_of(pl, p);
	return mg_mul(mg_planner_arena(pl), e, e);
}

static int plan_squares(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct pair p = {0};
	MG_TRY(pair_of(pl, c, &p, err));
	MG_TRY(need_mean(pl, c, &p, square_of(pl, &p), err));
	/* what always saying the mean would reach */
	return c->spec->baseline.kind == MG_BASELINE_DUMMY ? need_labels(pl, c, &p, err) : MG_OK;
}

static int plan_r2(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct pair p = {0};
	MG_TRY(pair_of(pl, c, &p, err));
	const struct mg_expr *loss = square_of(pl, &p), *null = mg_x_null(a);
	MG_TRY(need_loss(pl, c, &p, &loss, err));
	MG_TRY(need_labels(pl, c, &p, err));
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

/* ---- measuring ---- */

static const char *rows_text(struct mg_arena *a, double n)
{
	return mg_printf(a, "%s row%s", mg_human_double(a, n, 15), n == 1 ? "" : "s");
}

/* What a row's loss is made of. */
enum loss { LOSS_ERROR, LOSS_SIZE, LOSS_SQUARE, LOSS_SHARE };

/* How far rounding of the differences alone may spread losses that are all equal. */
static double noise_of(enum loss of, const struct mg_measures *m, double mean)
{
	double size = of == LOSS_SQUARE ? sqrt(mean) : fabs(mean); /* of an error */
	double rounding = 4 * DBL_EPSILON * fmax(mg_get(m, "largest"), size);
	if (of == LOSS_SQUARE)
		return 2 * size * rounding;
	return of == LOSS_SHARE ? 4 * DBL_EPSILON * (2 + mean) : rounding;
}

/* Has the mean lost digits at the small end of doubles, or all of them? */
static bool underflows(enum loss of, const struct mg_measures *m, double mean)
{
	if (of == LOSS_ERROR) /* may well cancel out */
		return fabs(mean) < DBL_MIN && mg_get(m, "loss") != 0;
	double least = of == LOSS_SQUARE ? DBL_MIN / DBL_EPSILON : DBL_MIN;
	return mean < least && mg_get(m, "wrong") > 0;
}

/* Mean loss over the usable rows. `dropped` rows have none, on purpose. */
static struct mg_value mean_loss(
	const struct mg_check *c, const struct mg_measures *m, enum loss of, double dropped)
{
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_value v;
	double rows = mg_task_rows(c, m, false, false, &v), bad = mg_get(m, "not_finite");
	if (rows == 0)
		return v;
	if (bad > 0)
		return mg_value_undefined(mg_printf(a,
			"the label or the prediction is NaN or infinite in %s", rows_text(a, bad)));
	if (mg_get(m, "rounded") > 0)
		return mg_value_undefined(mg_printf(a,
			"the label or the prediction has more digits than a DOUBLE holds in %s",
			rows_text(a, mg_get(m, "rounded"))));
	rows -= dropped;
	if (rows <= 0)
		return mg_value_empty("the label is 0 in all rows");
	if (mg_get(m, "losses") < rows)
		return mg_value_undefined(mg_printf(a, "the error of %s is too large for a double",
			rows_text(a, rows - mg_get(m, "losses"))));
	v = mg_value_of(mg_get(m, "loss") / rows, (int64_t)rows);
	if (!isfinite(v.value))
		return mg_value_undefined("the sum of the errors is too large for a double");
	if (underflows(of, m, v.value))
		return mg_value_undefined(of == LOSS_SQUARE
				? "the squares of the errors are too small for a double"
				: "the mean of the errors is too small for a double");
	mg_task_facts(c, m, &v);
	return v;
}

/* The same with its interval. */
static struct mg_value measure_mean(
	const struct mg_check *c, const struct mg_measures *m, enum loss of, double dropped)
{
	struct mg_value v = mean_loss(c, m, of, dropped);
	if (mg_interval_wanted(c))
		mg_interval_of_mean(c, m, &v, noise_of(of, m, v.value), NAN);
	if (mg_interval_resamples(c))
		mg_interval_of_table_mean(c, m, &v, "table");
	return v;
}

static struct mg_value measure_bias(const struct mg_check *c, const struct mg_measures *m)
{
	return measure_mean(c, m, LOSS_ERROR, 0);
}

static struct mg_value measure_mae(const struct mg_check *c, const struct mg_measures *m)
{
	return measure_mean(c, m, LOSS_SIZE, 0);
}

/* Variance of the labels, asking for more detail where they were bucketed. */
static struct mg_stat label_variance(const struct mg_measures *m)
{
	struct mg_detail detail;
	mg_detail_init(&detail);
	struct mg_stat variance = mg_variance(mg_get_freq(m, "labels", 0), &detail.ranges);
	mg_detail_refine(m, "labels", 0, &detail);
	return variance;
}

static struct mg_value measure_mse(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v = measure_mean(c, m, LOSS_SQUARE, 0);
	if (v.state == MG_MEASURED && c->spec->baseline.kind == MG_BASELINE_DUMMY)
		v.dummy = label_variance(m).value;
	return v;
}

static struct mg_value measure_rmse(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v = measure_mse(c, m);
	if (v.state != MG_MEASURED)
		return v;
	v.value = v.lo = v.hi = sqrt(v.value);
	v.interval_lo = sqrt(v.interval_lo);
	v.interval_hi = sqrt(v.interval_hi);
	v.dummy = sqrt(v.dummy);
	return v;
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

static struct mg_value measure_r2(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v = mean_loss(c, m, LOSS_SQUARE, 0);
	if (v.state != MG_MEASURED)
		return v;
	struct mg_stat variance = label_variance(m);
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
	return v;
}

/* ---- mape ---- */

enum zero { ZERO_ERROR, ZERO_DROP, ZERO_EPS };
static const char *const zero_words[] = {"error", "drop", "eps", NULL};

struct mape_params {
	int zero;
};

static const struct mg_field mape_fields[] = {
	MG_FIELD(struct mape_params, zero, CHOICE,
		"rows whose label is 0: an error, left out, or divided by 2.2e-16 as scikit-learn does",
		.default_text = "error", .choices = zero_words),
	MG_FIELDS_END,
};

static int plan_mape(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct mape_params *params = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	struct pair p = {0};
	MG_TRY(pair_of(pl, c, &p, err));
	MG_TRY(need_count(
		pl, c, "zeros", mg_and(a, p.usable, mg_eq(a, p.label, mg_x_real(a, 0))), err));
	const struct mg_expr *size = size_of(pl, p.label);
	if (params->zero == ZERO_EPS)
		size = mg_x_call(a, MG_FN_GREATEST, 2, size, mg_x_real(a, DBL_EPSILON));
	return need_mean(pl, c, &p, mg_div(a, size_of(pl, error_of(pl, &p)), size), err);
}

static struct mg_value measure_mape(const struct mg_check *c, const struct mg_measures *m)
{
	const struct mape_params *params = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	double zeros = mg_get(m, "zeros");
	if (zeros > 0 && params->zero == ZERO_ERROR)
		return mg_value_undefined(mg_printf(a,
			"the label is 0 in %s, where a share of it is not defined (`zero: drop` leaves "
			"them out)",
			rows_text(a, zeros)));
	struct mg_value v = measure_mean(c, m, LOSS_SHARE, params->zero == ZERO_DROP ? zeros : 0);
	if (v.state != MG_MEASURED)
		return v;
	mg_fact_number(m, &v, "zero_labels", zeros);
	if (params->zero != ZERO_ERROR)
		v.definition = params->zero == ZERO_DROP ? "mape/share/zero-drop"
							 : "mape/share/zero-eps-2.2e-16";
	return v;
}

#define ROWS                                                                                       \
	" Rows without a label are left out and counted; a row with a label and without a "        \
	"prediction is an error unless the task says `unpredicted: ignore`; "                      \
	"`nulls: fail` makes them an error. NaN and infinite numbers are an error."
#define INTERVAL                                                                                   \
	" `confidence` uses Student's t on the rows' errors, corrected for their skewness; where " \
	"these are all equal there is no interval, which is an error."
#define TASK "task: {type: regression, label: delay, prediction: distance}}"
#define FLAGS (MG_KIND_REGRESSION | MG_KIND_NULLS)

const struct mg_check_kind mg_check_mae = {
	.name = "mae",
	.family = "regression",
	.summary = "mean absolute error",
	.details = "The mean of |prediction - label|, in the label's unit." ROWS INTERVAL,
	.definition = "mae/mean",
	.example = "- mae: {on: serving, max: 1000, " TASK,
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP,
	.value_least = 0,
	.value_most = NAN,
	.plan = plan_mae,
	.measure = measure_mae,
};

const struct mg_check_kind mg_check_mse = {
	.name = "mse",
	.family = "regression",
	.summary = "mean squared error",
	.details = "The mean of (prediction - label)^2. `baseline: dummy` always says the mean "
		   "label." ROWS INTERVAL,
	.definition = "mse/mean",
	.example = "- mse: {on: serving, max: 1000000, " TASK,
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP | MG_KIND_DUMMY,
	.value_least = 0,
	.value_most = NAN,
	.plan = plan_squares,
	.measure = measure_mse,
};

const struct mg_check_kind mg_check_rmse = {
	.name = "rmse",
	.family = "regression",
	.summary = "root of the mean squared error",
	.details =
		"The square root of the mean of (prediction - label)^2, in the label's unit; so are "
		"the ends of its interval. `baseline: dummy` always says the mean label." ROWS
			INTERVAL,
	.definition = "rmse/root-of-mean",
	.example = "- rmse: {on: serving, max: 1000, " TASK,
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP | MG_KIND_DUMMY,
	.value_least = 0,
	.value_most = NAN,
	.plan = plan_squares,
	.measure = measure_rmse,
};

const struct mg_check_kind mg_check_mape = {
	.name = "mape",
	.family = "regression",
	.summary = "mean absolute error as a share of the label",
	.details =
		"The mean of |prediction - label| / |label|, as a share: 0.1 and 10% are the same "
		"limit. A label of 0 makes it an error unless `zero: drop` leaves such rows out or "
		"`zero: eps` divides by 2.2e-16, as scikit-learn does. Negative labels count by their "
		"size (a tool that divides by max(label, eps) reports 4.5e17 for them)." ROWS
			INTERVAL,
	.definition = "mape/share",
	.example = "- mape: {on: serving, zero: drop, max: 1000, " TASK,
	.better = MG_LOWER,
	.unit = MG_UNIT_SHARE,
	.flags = FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP,
	.value_least = 0,
	.value_most = NAN,
	.fields = mape_fields,
	.params_size = sizeof(struct mape_params),
	.plan = plan_mape,
	.measure = measure_mape,
};

const struct mg_check_kind mg_check_bias = {
	.name = "bias",
	.family = "regression",
	.summary = "mean error: whether predictions are too high or too low",
	.details =
		"The mean of prediction - label: positive when predictions are too high. Neither "
		"direction is better, so give `min` and `max`." ROWS INTERVAL,
	.definition = "bias/prediction-minus-label",
	.example = "- bias: {on: serving, min: -1000, max: 1000, " TASK,
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP,
	.value_least = NAN,
	.value_most = NAN,
	.plan = plan_bias,
	.measure = measure_bias,
};

const struct mg_check_kind mg_check_r2 = {
	.name = "r2",
	.family = "regression",
	.summary = "share of the label's variance that predictions explain",
	.details =
		"1 - (sum of squared errors) / (sum of squared distances of the labels from their "
		"mean): 1 is perfect, 0 as good as always saying the mean, and there is no lower end. "
		"When all labels are equal there is no variance to explain: that is an error, unless "
		"all predictions are right, which gives 1 (scikit-learn gives 0 and 1)." ROWS,
	.definition = "r2/variance-explained",
	.example = "- r2: {on: serving, min: -1000, " TASK,
	.better = MG_HIGHER,
	.unit = MG_UNIT_NONE,
	.flags = FLAGS | MG_KIND_BOOTSTRAP | MG_KIND_DUMMY,
	.value_least = NAN,
	.value_most = 1,
	.plan = plan_r2,
	.measure = measure_r2,
};
