/* smape.c: the mean error of predicted numbers as a share of the size of both. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "checks/regression/errors.h"

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_errors_pair p = {0};
	MG_TRY(mg_errors_read(pl, c, &p, err));
	const struct mg_expr *twice = mg_mul(
		a, mg_x_real(a, 2), mg_abs(a, mg_errors_of_row(pl, &p)));
	const struct mg_expr *both = mg_x_call(
		a, MG_FN_ADD, 2, mg_abs(a, p.label), mg_abs(a, p.prediction));
	const struct mg_expr *right = mg_eq(a, p.label, p.prediction);
	return mg_errors_need_mean(
		pl, c, &p, mg_if(a, right, mg_x_real(a, 0), mg_div(a, twice, both)), err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	return mg_errors_measure(c, m, MG_ERRORS_SHARE, 0);
}

const struct mg_check_kind mg_check_smape = {
	.name = "smape",
	.family = "regression",
	.summary = "mean absolute error as a share of label and prediction, 0 to 2",
	.details =
		"The mean of 2 |prediction - label| / (|prediction| + |label|), as a share: 2 and "
		"200% are the same limit, and the most there is. A row whose label and prediction are "
		"both 0 is right and counts 0. Some tools leave out the 2, so that they reach 100% "
		"at most, and some the signs: see their definition before you compare." MG_ERRORS_ROWS
			MG_ERRORS_INTERVAL,
	.definition = "smape/0-to-2",
	.example = "- smape: {on: serving, max: 200%, " MG_ERRORS_TASK,
	.better = MG_LOWER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_ERRORS_FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP,
	.value_least = 0,
	.value_most = 2,
	.charts = MG_ERRORS_CHARTS,
	.plan = plan,
	.measure = measure,
};
