/* explained_variance.c: the share of the label's variance that predictions explain, however far off they are as
 * a whole. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "checks/chart.h"
#include "checks/detail.h"
#include "checks/regression/errors.h"
#include "stats/moments.h"

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_errors_pair p = {0};
	MG_TRY(mg_errors_read(pl, c, &p, err));
	const struct mg_expr *error = mg_errors_of_row(pl, &p);
	MG_TRY(mg_errors_need_loss(pl, c, &p, &error, err));
	MG_TRY(mg_errors_need_labels(pl, c, &p, err));
	return mg_need_freq(pl, c, MG_CURRENT, "errors", error, NULL, 1, err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v;
	double rows = mg_errors_rows(c, m, 0, &v);
	if (rows == 0)
		return v;
	struct mg_detail detail;
	mg_detail_init(&detail);
	struct mg_stat error = mg_variance(mg_get_freq(m, "errors", 0), &detail.ranges);
	mg_detail_refine(m, "errors", 0, &detail);
	struct mg_stat label = mg_errors_label_variance(m);
	if (error.why)
		return mg_value_undefined(error.why);
	if (label.why && error.hi > 0)
		return mg_value_undefined(label.why);
	if (label.hi == 0 && error.hi > 0)
		return mg_value_undefined("the label is the same in all rows, so there is no "
					  "variance to explain");
	v = mg_value_of(error.hi == 0 ? 1 : 1 - error.value / label.value, (int64_t)rows);
	v.lo = error.hi == 0 ? 1 : 1 - error.hi / label.lo;
	v.hi = error.hi == 0 ? 1 : 1 - error.lo / label.hi;
	v.dummy = 0;
	mg_errors_facts(c, m, &v);
	mg_chart_histogram(m, &v, "prediction less label", mg_get_freq(m, "errors", 0));
	return v;
}

const struct mg_check_kind mg_check_explained_variance = {
	.name = "explained_variance",
	.family = "regression",
	.summary = "share of the label's variance that predictions explain, but for a constant",
	.details =
		"1 - (variance of the errors) / (variance of the labels). As r2, but predictions that "
		"are all too high by the same amount lose nothing: where the two differ, look at bias. "
		"When all labels are equal there is no variance to explain: that is an error, unless "
		"all errors are equal, which gives 1 (scikit-learn gives 0 and 1)." MG_ERRORS_ROWS,
	.definition = "explained_variance/of-errors",
	.example = "- explained_variance: {on: serving, min: -1000, " MG_ERRORS_TASK,
	.better = MG_HIGHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_ERRORS_FLAGS | MG_KIND_DUMMY,
	.value_least = NAN,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "histogram"}),
	.plan = plan,
	.measure = measure,
};
