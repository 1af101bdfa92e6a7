/* mse.c: mse, rmse: the mean squared error of predicted numbers. */
#include <modelgate/check.h>

#include "checks/regression/errors.h"

static int plan_squares(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_errors_pair p = {0};
	MG_TRY(mg_errors_read(pl, c, &p, err));
	MG_TRY(mg_errors_need_mean(pl, c, &p, mg_errors_square(pl, &p), err));
	/* what always saying the mean would reach */
	return c->spec->baseline.kind == MG_BASELINE_DUMMY ? mg_errors_need_labels(pl, c, &p, err)
							   : MG_OK;
}

static struct mg_value measure_mse(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v = mg_errors_measure(c, m, MG_ERRORS_SQUARE, 0);
	if (v.state == MG_MEASURED && c->spec->baseline.kind == MG_BASELINE_DUMMY)
		v.dummy = mg_errors_label_variance(m).value;
	return v;
}

static struct mg_value measure_rmse(const struct mg_check *c, const struct mg_measures *m)
{
	return mg_errors_root(measure_mse(c, m));
}

const struct mg_check_kind mg_check_mse = {
	.name = "mse",
	.family = "regression",
	.summary = "mean squared error",
	.details = "The mean of (prediction - label)^2. `baseline: dummy` always says the mean "
		   "label." MG_ERRORS_ROWS MG_ERRORS_INTERVAL,
	.definition = "mse/mean",
	.example = "- mse: {on: serving, max: 1000000, " MG_ERRORS_TASK,
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_ERRORS_FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP | MG_KIND_DUMMY,
	.value_least = 0,
	.value_most = NAN,
	.charts = MG_ERRORS_CHARTS,
	.plan = plan_squares,
	.measure = measure_mse,
};

const struct mg_check_kind mg_check_rmse = {
	.name = "rmse",
	.family = "regression",
	.summary = "root of the mean squared error",
	.details =
		"The square root of the mean of (prediction - label)^2, in the label's unit; so are "
		"the ends of its interval. `baseline: dummy` always says the mean label." MG_ERRORS_ROWS
			MG_ERRORS_INTERVAL,
	.definition = "rmse/root-of-mean",
	.example = "- rmse: {on: serving, max: 1000, " MG_ERRORS_TASK,
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_ERRORS_FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP | MG_KIND_DUMMY,
	.value_least = 0,
	.value_most = NAN,
	.charts = MG_ERRORS_CHARTS,
	.plan = plan_squares,
	.measure = measure_rmse,
};
