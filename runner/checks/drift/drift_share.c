/* drift_share.c: the share of a suite's drift checks of one kind whose limits are broken. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/chart.h"

struct params {
	const struct mg_check_kind *of;
};

static const struct mg_field fields[] = {
	MG_FIELD(
		struct params, of, KIND, "the kind whose test cases are counted", .required = true),
	MG_FIELDS_END,
};

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_others others = mg_get_others(m, p->of);
	if (others.unmeasured > 0)
		return mg_value_undefined(mg_printf(a,
			"%zu of the suite's %zu %s checks could not "
			"be measured",
			others.unmeasured, others.cases, p->of->name));
	double judged = (double)(others.held + others.broken);
	if (judged == 0)
		return mg_value_undefined(others.cases > 0
				? mg_printf(
					  a, "all %s checks of the suite are skipped", p->of->name)
				: mg_printf(a, "the suite has no %s checks", p->of->name));
	struct mg_value v = mg_value_of((double)others.broken / judged, (int64_t)judged);
	v.message = mg_printf(
		a, "%zu of %.0f %s checks broke their limits", others.broken, judged, p->of->name);
	mg_fact_number(m, &v, "checks", judged);
	mg_fact_number(m, &v, "broken", (double)others.broken);
	mg_fact_number(m, &v, "skipped", (double)others.skipped);
	static const char *columns[] = {"checks"};
	const struct mg_chart_part parts[] = {{"hold", {(double)others.held}},
		{"broken", {(double)others.broken}}, {"skipped", {(double)others.skipped}}};
	mg_chart_parts(m, &v, p->of->name, columns, 1, parts, 3);
	return v;
}

const struct mg_check_kind mg_check_drift_share = {
	.name = "drift_share",
	.family = "drift",
	.summary = "share of a suite's checks of one kind that broke their limits",
	.details =
		"Counts the test cases of kind `of` in the same suite: those that broke their limits / "
		"those that were judged. A verdict on a whole data set from its columns: one drifting "
		"column in forty need not stop a release. Make the single checks `severity: warn`, so "
		"that they alone do not. Skipped cases do not count; when one could not be measured, "
		"neither can the share.",
	.definition = "drift_share/broken-of-judged",
	.example = "- psi: {on: serving, reference: train, columns: [distance, delay], max: 0.2, "
		   "severity: warn}\n"
		   "- drift_share: {of: psi, max: 30%}",
	.better = MG_LOWER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_OTHERS | MG_KIND_NO_SLICES,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "parts"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.measure = measure,
};
