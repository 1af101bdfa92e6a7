/* mape.c: the mean error of predicted numbers as a share of the true ones. */
#include <modelgate/check.h>

#include <float.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/regression/errors.h"

enum zero { ZERO_ERROR, ZERO_DROP, ZERO_EPS };
static const char *const zero_words[] = {"error", "drop", "eps", NULL};

struct params {
	int zero;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, zero, CHOICE,
		"rows whose label is 0: an error, left out, or divided by 2.2e-16 as scikit-learn does",
		.default_text = "error", .choices = zero_words),
	MG_FIELDS_END,
};

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *params = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_errors_pair p = {0};
	MG_TRY(mg_errors_read(pl, c, &p, err));
	MG_TRY(mg_need_integer(pl, c, "zeros",
		mg_count_if(a, mg_and(a, p.usable, mg_eq(a, p.label, mg_x_real(a, 0)))), err));
	const struct mg_expr *size = mg_abs(a, p.label);
	if (params->zero == ZERO_EPS)
		size = mg_x_call(a, MG_FN_GREATEST, 2, size, mg_x_real(a, DBL_EPSILON));
	return mg_errors_need_mean(
		pl, c, &p, mg_div(a, mg_abs(a, mg_errors_of_row(pl, &p)), size), err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *params = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	double zeros = mg_get(m, "zeros");
	if (zeros > 0 && params->zero == ZERO_ERROR)
		return mg_value_undefined(mg_printf(a,
			"the label is 0 in %s, where a share of it is not defined (`zero: drop` leaves "
			"them out)",
			mg_rows_text(a, zeros)));
	struct mg_value v = mg_errors_measure(
		c, m, MG_ERRORS_SHARE, params->zero == ZERO_DROP ? zeros : 0);
	if (v.state != MG_MEASURED)
		return v;
	mg_fact_number(m, &v, "zero_labels", zeros);
	if (params->zero != ZERO_ERROR)
		v.definition = params->zero == ZERO_DROP ? "mape/share/zero-drop"
							 : "mape/share/zero-eps-2.2e-16";
	return v;
}

const struct mg_check_kind mg_check_mape = {
	.name = "mape",
	.family = "regression",
	.summary = "mean absolute error as a share of the label",
	.details =
		"The mean of |prediction - label| / |label|, as a share: 0.1 and 10% are the same "
		"limit. A label of 0 makes it an error unless `zero: drop` leaves such rows out or "
		"`zero: eps` divides by 2.2e-16, as scikit-learn does. Negative labels count by their "
		"size (a tool that divides by max(label, eps) reports 4.5e17 for them)." MG_ERRORS_ROWS
			MG_ERRORS_INTERVAL,
	.definition = "mape/share",
	.example = "- mape: {on: serving, zero: drop, max: 1000, " MG_ERRORS_TASK,
	.better = MG_LOWER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_ERRORS_FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP,
	.value_least = 0,
	.value_most = NAN,
	.charts = MG_ERRORS_CHARTS,
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan,
	.measure = measure,
};
