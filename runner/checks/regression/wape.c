/* wape.c: the sum of the errors of predicted numbers as a share of the sum of the true ones. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "checks/regression/errors.h"

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_errors_pair p = {0};
	MG_TRY(mg_errors_read(pl, c, &p, err));
	const struct mg_expr *error = mg_abs(a, mg_errors_of_row(pl, &p));
	const struct mg_expr *size = mg_if(a, p.usable, mg_abs(a, p.label), mg_x_null(a));
	MG_TRY(mg_errors_need_loss(pl, c, &p, &error, err));
	return mg_need_real(pl, c, "size", mg_sum(a, mg_x_call(a, MG_FN_FINITE, 1, size)), err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v = mg_errors_mean(c, m, MG_ERRORS_SIZE, 0);
	if (v.state != MG_MEASURED)
		return v;
	double size = mg_get(m, "size");
	if (size == 0)
		return mg_value_undefined("the label is 0 in all rows, so there is no size to "
					  "hold the errors against");
	if (!isfinite(size))
		return mg_value_undefined("the sum of the labels is too large for a double");
	v.value = v.lo = v.hi = mg_get(m, "loss") / size;
	if (!isfinite(v.value))
		return mg_value_undefined("the result is too large for a double");
	return v;
}

const struct mg_check_kind mg_check_wape = {
	.name = "wape",
	.family = "regression",
	.summary = "sum of the absolute errors as a share of the labels' sum",
	.details =
		"The sum of |prediction - label| divided by the sum of |label|, as a share: 0.1 and "
		"10% are the same limit. Unlike mape it takes labels of 0, and large labels count as "
		"much as they are large. Tools also call it WMAPE or MAD/mean. Where all labels are 0 "
		"it is an error." MG_ERRORS_ROWS,
	.definition = "wape/sum-of-sizes",
	.example = "- wape: {on: serving, max: 10000%, " MG_ERRORS_TASK,
	.better = MG_LOWER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_ERRORS_FLAGS,
	.value_least = 0,
	.value_most = NAN,
	.plan = plan,
	.measure = measure,
};
