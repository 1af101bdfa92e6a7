/* pinball.c: how well predicted numbers are a quantile of the true ones. */
#include <modelgate/check.h>

#include "base/text.h"
#include "checks/regression/errors.h"

struct params {
	double q;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, q, SHARE,
		"which quantile the prediction is: 0.9 or 90% should lie above nine labels in ten",
		.required = true, .least = 0, .most = 1),
	MG_FIELDS_END,
};

/* Koenker and Bassett (1978): q times what the prediction lies too low, 1 - q times what it lies too high. */
static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *params = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	struct mg_errors_pair p = {0};
	MG_TRY(mg_errors_read(pl, c, &p, err));
	const struct mg_expr *too_low = mg_x_call(a, MG_FN_LT, 2, p.prediction, p.label);
	const struct mg_expr *share = mg_if(
		a, too_low, mg_x_real(a, params->q), mg_x_real(a, 1 - params->q));
	return mg_errors_need_mean(
		pl, c, &p, mg_mul(a, share, mg_abs(a, mg_errors_of_row(pl, &p))), err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *params = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_value v = mg_errors_measure(c, m, MG_ERRORS_SIZE, 0);
	if (v.state == MG_MEASURED)
		v.definition = mg_printf(a, "pinball/q-%s", mg_double_text(a, params->q));
	return v;
}

const struct mg_check_kind mg_check_pinball = {
	.name = "pinball",
	.family = "regression",
	.summary = "mean pinball loss of a predicted quantile",
	.details =
		"A row whose prediction is too low counts q (label - prediction), one whose prediction is "
		"too high (1 - q) (prediction - label). The mean is least when the prediction is the "
		"quantile `q` of the label. It is the quantile loss, in the label's unit; with q = 0.5 "
		"half of mae." MG_ERRORS_ROWS MG_ERRORS_INTERVAL,
	.definition = "pinball/q",
	.example = "- pinball: {on: serving, q: 90%, max: 1000, " MG_ERRORS_TASK,
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_ERRORS_FLAGS | MG_KIND_INTERVAL | MG_KIND_BOOTSTRAP,
	.value_least = 0,
	.value_most = NAN,
	.charts = MG_ERRORS_CHARTS,
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan,
	.measure = measure,
};
