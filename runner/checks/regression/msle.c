/* msle.c: msle, rmsle: the mean squared difference of logarithms, for numbers that grow by factors. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/regression/errors.h"

/*
 * ln(1 + x), NULL where x <= -1. For a small x the digits that 1 + x rounds away are put back by dividing by
 * what is left of it: good to a few units in the last place (Kahan, in the HP-15C Advanced Functions Handbook,
 * 1982, and Goldberg 1991, theorem 4).
 */
static const struct mg_expr *log_of(struct mg_arena *a, const struct mg_expr *x)
{
	const struct mg_expr *one = mg_x_real(a, 1);
	const struct mg_expr *above = mg_x_call(a, MG_FN_ADD, 2, one, x);
	const struct mg_expr *log = mg_div(
		a, mg_mul(a, mg_x_call(a, MG_FN_LN, 1, above), x), mg_sub(a, above, one));
	return mg_if(a, mg_eq(a, above, one), x, log);
}

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *least = mg_x_real(a, -1);
	struct mg_errors_pair p = {0};
	MG_TRY(mg_errors_read(pl, c, &p, err));
	const struct mg_expr *low = mg_or(a, mg_x_call(a, MG_FN_LE, 2, p.label, least),
		mg_x_call(a, MG_FN_LE, 2, p.prediction, least));
	MG_TRY(mg_need_integer(pl, c, "too_low", mg_count_if(a, mg_and(a, p.usable, low)), err));
	const struct mg_errors_pair logs = {log_of(a, p.label), log_of(a, p.prediction), p.usable};
	return mg_errors_need_mean(pl, c, &logs, mg_errors_square(pl, &logs), err);
}

static struct mg_value measure_msle(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_arena *a = mg_measures_arena(m);
	if (mg_get(m, "too_low") > 0)
		return mg_value_undefined(mg_printf(a,
			"the label or the prediction is -1 or less in %s, and ln(1 + x) is not "
			"defined there",
			mg_rows_text(a, mg_get(m, "too_low"))));
	return mg_errors_measure(c, m, MG_ERRORS_LOG_SQUARE, 0);
}

static struct mg_value measure_rmsle(const struct mg_check *c, const struct mg_measures *m)
{
	return mg_errors_root(measure_msle(c, m));
}

#define LOGS                                                                                       \
	" An error by the same factor counts the same whatever the size, and too low a "           \
	"prediction counts more than one that is too high by the same amount. A label or a "       \
	"prediction of -1 or less makes it an error."

const struct mg_check_kind mg_check_msle = {
	.name = "msle",
	.family = "regression",
	.summary = "mean squared logarithmic error",
	.details = "The mean of (ln(1 + prediction) - ln(1 + label))^2." LOGS MG_ERRORS_ROWS
		MG_ERRORS_INTERVAL,
	.definition = "msle/ln-1-plus-x",
	.example = "- msle: {on: serving, max: 100, " MG_ERRORS_DISTANCES,
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_ERRORS_FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP,
	.value_least = 0,
	.value_most = NAN,
	.charts = MG_ERRORS_CHARTS,
	.plan = plan,
	.measure = measure_msle,
};

const struct mg_check_kind mg_check_rmsle = {
	.name = "rmsle",
	.family = "regression",
	.summary = "root of the mean squared logarithmic error",
	.details = "The square root of the mean of (ln(1 + prediction) - ln(1 + label))^2; so are "
		   "the ends of its interval. 0.1 is about 10% off." LOGS MG_ERRORS_ROWS
			   MG_ERRORS_INTERVAL,
	.definition = "rmsle/ln-1-plus-x",
	.example = "- rmsle: {on: serving, max: 10, " MG_ERRORS_DISTANCES,
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_ERRORS_FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP,
	.value_least = 0,
	.value_most = NAN,
	.charts = MG_ERRORS_CHARTS,
	.plan = plan,
	.measure = measure_rmsle,
};
