/* mae.c: mae, bias: the mean error of predicted numbers, by its size or as it is. */
#include <modelgate/check.h>

#include "checks/regression/errors.h"

static int plan_mae(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_errors_pair p = {0};
	MG_TRY(mg_errors_read(pl, c, &p, err));
	return mg_errors_need_mean(
		pl, c, &p, mg_abs(mg_planner_arena(pl), mg_errors_of_row(pl, &p)), err);
}

static struct mg_value measure_mae(const struct mg_check *c, const struct mg_measures *m)
{
	return mg_errors_measure(c, m, MG_ERRORS_SIZE, 0);
}

static int plan_bias(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_errors_pair p = {0};
	MG_TRY(mg_errors_read(pl, c, &p, err));
	return mg_errors_need_mean(pl, c, &p, mg_errors_of_row(pl, &p), err);
}

static struct mg_value measure_bias(const struct mg_check *c, const struct mg_measures *m)
{
	return mg_errors_measure(c, m, MG_ERRORS_ERROR, 0);
}

const struct mg_check_kind mg_check_mae = {
	.name = "mae",
	.family = "regression",
	.summary = "mean absolute error",
	.details = "The mean of |prediction - label|, in the label's unit." MG_ERRORS_ROWS
		MG_ERRORS_INTERVAL,
	.definition = "mae/mean",
	.example = "- mae: {on: serving, max: 1000, " MG_ERRORS_TASK,
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_ERRORS_FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP,
	.value_least = 0,
	.value_most = NAN,
	.charts = MG_ERRORS_CHARTS,
	.plan = plan_mae,
	.measure = measure_mae,
};

const struct mg_check_kind mg_check_bias = {
	.name = "bias",
	.family = "regression",
	.summary = "mean error: whether predictions are too high or too low",
	.details =
		"The mean of prediction - label: positive when predictions are too high. Neither "
		"direction is better, so give `min` and `max`." MG_ERRORS_ROWS MG_ERRORS_INTERVAL,
	.definition = "bias/prediction-minus-label",
	.example = "- bias: {on: serving, min: -1000, max: 1000, " MG_ERRORS_TASK,
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_ERRORS_FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP,
	.value_least = NAN,
	.value_most = NAN,
	.charts = MG_ERRORS_CHARTS,
	.plan = plan_bias,
	.measure = measure_bias,
};
