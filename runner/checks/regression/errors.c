/* errors.c: predicted numbers beside the true ones: what kinds of their errors need and measure. */
#include "checks/regression/errors.h"

#include <float.h>
#include <math.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/chart.h"
#include "checks/detail.h"
#include "checks/interval.h"
#include "checks/labelled.h"
#include "stats/moments.h"

static int need_count(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_expr *condition, struct mg_error *err)
{
	return mg_need_integer(pl, c, name, mg_count_if(mg_planner_arena(pl), condition), err);
}

int mg_errors_read(struct mg_planner *pl, const struct mg_check *c, struct mg_errors_pair *out,
	struct mg_error *err)
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
	MG_TRY(need_count(pl, c, "unlabelled", mg_is_null(a, numbers[0]), err));
	MG_TRY(need_count(
		pl, c, "not_finite", mg_and(a, mg_not(a, missing), mg_not(a, usable)), err));
	*out = (struct mg_errors_pair){numbers[0], numbers[1], usable};
	return MG_OK;
}

const struct mg_expr *mg_errors_of_row(struct mg_planner *pl, const struct mg_errors_pair *p)
{
	return mg_sub(mg_planner_arena(pl), p->prediction, p->label);
}

const struct mg_expr *mg_errors_square(struct mg_planner *pl, const struct mg_errors_pair *p)
{
	const struct mg_expr *e = mg_errors_of_row(pl, p);
	return mg_mul(mg_planner_arena(pl), e, e);
}

int mg_errors_need_loss(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_errors_pair *p, const struct mg_expr **loss, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	*loss = mg_x_call(a, MG_FN_FINITE, 1, mg_if(a, p->usable, *loss, mg_x_null(a)));
	MG_TRY(mg_need_real(pl, c, "loss", mg_sum(a, *loss), err));
	MG_TRY(need_count(pl, c, "losses", mg_not(a, mg_is_null(a, *loss)), err));
	return need_count(
		pl, c, "wrong", mg_and(a, p->usable, mg_ne(a, p->prediction, p->label)), err);
}

int mg_errors_need_mean(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_errors_pair *p, const struct mg_expr *loss, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	MG_TRY(mg_errors_need_loss(pl, c, p, &loss, err));
	mg_row_value(pl, c, loss);
	if (mg_interval_resamples(c))
		return mg_need_freq(pl, c, MG_CURRENT, "table", loss, NULL, 1, err);
	if (!mg_interval_wanted(c))
		return MG_OK;
	MG_TRY(mg_need_real(pl, c, "largest",
		mg_x_call(a, MG_FN_MAX, 1,
			mg_if(a, p->usable, mg_abs(mg_planner_arena(pl), p->label), mg_x_null(a))),
		err));
	return mg_interval_need_mean(pl, c, loss, err);
}

int mg_errors_need_labels(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_errors_pair *p, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *only = mg_if(a, p->usable, mg_x_integer(a, 0), mg_x_null(a));
	return mg_need_freq(pl, c, MG_CURRENT, "labels", p->label, only, 1, err);
}

/* ---- measuring ---- */

static bool is_square(enum mg_errors_loss of)
{
	return of == MG_ERRORS_SQUARE || of == MG_ERRORS_LOG_SQUARE;
}

/* How far rounding of the differences alone may spread losses that are all equal. */
static double noise_of(enum mg_errors_loss of, const struct mg_measures *m, double mean)
{
	double size = is_square(of) ? sqrt(mean) : fabs(mean); /* of an error */
	double rounding = 4 * DBL_EPSILON * fmax(mg_get(m, "largest"), size);
	if (is_square(of))
		return 2 * size * rounding;
	return of == MG_ERRORS_SHARE ? 4 * DBL_EPSILON * (2 + mean) : rounding;
}

/* Has the mean lost digits at the small end of doubles, or all of them? */
static bool underflows(enum mg_errors_loss of, const struct mg_measures *m, double mean)
{
	if (of == MG_ERRORS_ERROR) /* may well cancel out */
		return fabs(mean) < DBL_MIN && mg_get(m, "loss") != 0;
	double least = is_square(of) ? DBL_MIN / DBL_EPSILON : DBL_MIN;
	return mean < least && mg_get(m, "wrong") > 0;
}

static struct mg_labelled counts_of(const struct mg_measures *m)
{
	return (struct mg_labelled){
		.rows = mg_get(m, "rows"),
		.missing = mg_get(m, "missing"),
		.unlabelled = mg_get(m, "unlabelled"),
	};
}

double mg_errors_rows(
	const struct mg_check *c, const struct mg_measures *m, double dropped, struct mg_value *why)
{
	struct mg_arena *a = mg_measures_arena(m);
	const struct mg_labelled counts = counts_of(m);
	double rows = mg_labelled_rows(c, m, &counts, why), bad = mg_get(m, "not_finite");
	if (rows == 0)
		return 0;
	if (bad > 0)
		*why = mg_value_undefined(
			mg_printf(a, "the label or the prediction is NaN or infinite in %s",
				mg_rows_text(a, bad)));
	else if (mg_get(m, "rounded") > 0)
		*why = mg_value_undefined(mg_printf(a,
			"the label or the prediction has more digits than a DOUBLE holds in %s",
			mg_rows_text(a, mg_get(m, "rounded"))));
	else if (rows <= dropped)
		*why = mg_value_empty("the label is 0 in all rows");
	else if (mg_get(m, "losses") < rows - dropped)
		*why = mg_value_undefined(mg_printf(a, "the error of %s is too large for a double",
			mg_rows_text(a, rows - dropped - mg_get(m, "losses"))));
	else
		return rows - dropped;
	return 0;
}

void mg_errors_facts(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v)
{
	const struct mg_labelled counts = counts_of(m);
	mg_labelled_facts(c, m, &counts, v);
}

struct mg_value mg_errors_mean(const struct mg_check *c, const struct mg_measures *m,
	enum mg_errors_loss of, double dropped)
{
	struct mg_value v;
	double rows = mg_errors_rows(c, m, dropped, &v);
	if (rows == 0)
		return v;
	v = mg_value_of(mg_get(m, "loss") / rows, (int64_t)rows);
	if (!isfinite(v.value))
		return mg_value_undefined("the sum of the errors is too large for a double");
	if (underflows(of, m, v.value))
		return mg_value_undefined(is_square(of)
				? "the squares of the errors are too small for a double"
				: "the mean of the errors is too small for a double");
	mg_errors_facts(c, m, &v);
	return v;
}

/* A table of losses is there for the bootstrap alone. Squares are shown by the size of their errors. */
static void add_chart(const struct mg_measures *m, struct mg_value *v, enum mg_errors_loss of,
	const struct mg_freq *losses)
{
	static const char *const words[] = {
		[MG_ERRORS_ERROR] = "prediction less label",
		[MG_ERRORS_SIZE] = "size of the error",
		[MG_ERRORS_SQUARE] = "size of the error",
		[MG_ERRORS_LOG_SQUARE] = "difference of the logarithms",
		[MG_ERRORS_SHARE] = "size of the error as a share",
	};
	struct mg_freq f = *losses;
	if (v->state != MG_MEASURED)
		return;
	if (is_square(of)) {
		f.lo = mg_alloc_array(mg_measures_arena(m), f.len, sizeof(*f.lo));
		for (size_t i = 0; i < f.len; i++)
			f.lo[i] = sqrt(losses->lo[i]);
	}
	mg_chart_histogram(m, v, words[of], &f);
}

struct mg_value mg_errors_measure(const struct mg_check *c, const struct mg_measures *m,
	enum mg_errors_loss of, double dropped)
{
	struct mg_value v = mg_errors_mean(c, m, of, dropped);
	if (mg_interval_wanted(c))
		mg_interval_of_mean(c, m, &v, noise_of(of, m, v.value), NAN);
	if (mg_interval_resamples(c)) {
		mg_interval_of_table_mean(c, m, &v, mg_get_freq(m, "table", 0));
		add_chart(m, &v, of, mg_get_freq(m, "table", 0));
	}
	return v;
}

struct mg_value mg_errors_root(struct mg_value v)
{
	if (v.state != MG_MEASURED)
		return v;
	v.value = v.lo = v.hi = sqrt(v.value);
	v.interval_lo = sqrt(v.interval_lo);
	v.interval_hi = sqrt(v.interval_hi);
	v.dummy = sqrt(v.dummy);
	return v;
}

struct mg_stat mg_errors_label_variance(const struct mg_measures *m)
{
	struct mg_detail detail;
	mg_detail_init(&detail);
	struct mg_stat variance = mg_variance(mg_get_freq(m, "labels", 0), &detail.ranges);
	mg_detail_refine(m, "labels", 0, &detail);
	return variance;
}
