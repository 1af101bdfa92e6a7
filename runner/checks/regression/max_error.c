/* max_error.c: the largest error of predicted numbers. */
#include <modelgate/check.h>

#include "checks/regression/errors.h"

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_errors_pair p = {0};
	MG_TRY(mg_errors_read(pl, c, &p, err));
	const struct mg_expr *size = mg_abs(a, mg_errors_of_row(pl, &p));
	MG_TRY(mg_errors_need_loss(pl, c, &p, &size, err));
	return mg_need_real(pl, c, "largest_error", mg_x_call(a, MG_FN_MAX, 1, size), err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v;
	double rows = mg_errors_rows(c, m, 0, &v);
	if (rows == 0)
		return v;
	v = mg_value_of(mg_get(m, "largest_error"), (int64_t)rows);
	mg_errors_facts(c, m, &v);
	return v;
}

const struct mg_check_kind mg_check_max_error = {
	.name = "max_error",
	.family = "regression",
	.summary = "largest absolute error",
	.details = "The greatest |prediction - label|, in the label's unit: the worst that "
		   "happened. One bad row decides it, and it grows with the number of rows, so "
		   "hold data of like size to one limit." MG_ERRORS_ROWS,
	.definition = "max_error/absolute",
	.example = "- max_error: {on: serving, max: 10000, " MG_ERRORS_TASK,
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_ERRORS_FLAGS,
	.value_least = 0,
	.value_most = NAN,
	.plan = plan,
	.measure = measure,
};
