/* median_absolute_error.c: the error of predicted numbers that half of the rows do not exceed. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "checks/chart.h"
#include "checks/detail.h"
#include "checks/regression/errors.h"
#include "stats/order.h"

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_errors_pair p = {0};
	MG_TRY(mg_errors_read(pl, c, &p, err));
	const struct mg_expr *size = mg_abs(mg_planner_arena(pl), mg_errors_of_row(pl, &p));
	MG_TRY(mg_errors_need_loss(pl, c, &p, &size, err));
	return mg_need_freq(pl, c, MG_CURRENT, "sizes", size, NULL, 1, err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v;
	if (mg_errors_rows(c, m, 0, &v) == 0)
		return v;
	const struct mg_freq *sizes = mg_get_freq(m, "sizes", 0);
	struct mg_detail detail;
	mg_detail_init(&detail);
	v = mg_value_of_stat(mg_median(sizes, &detail.ranges), sizes->rows);
	mg_detail_refine(m, "sizes", 0, &detail);
	mg_errors_facts(c, m, &v);
	mg_chart_histogram(m, &v, "size of the error", sizes);
	return v;
}

const struct mg_check_kind mg_check_median_absolute_error = {
	.name = "median_absolute_error",
	.family = "regression",
	.summary = "median of the absolute errors",
	.details =
		"Half of the rows have a smaller |prediction - label|, half a larger one. Unlike mae "
		"it does not care how large the large errors are: hold both, or max_error, where they "
		"matter." MG_ERRORS_ROWS,
	.definition = "median_absolute_error/middle-or-halfway",
	.example = "- median_absolute_error: {on: serving, max: 1000, " MG_ERRORS_TASK,
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_ERRORS_FLAGS,
	.value_least = 0,
	.value_most = NAN,
	.charts = MG_CHARTS({.name = "histogram"}),
	.plan = plan,
	.measure = measure,
};
