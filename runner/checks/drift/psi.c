/* psi.c: how much the shares of bins or categories have moved from the reference, in logarithms. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/drift/bins.h"
#include "stats/divergence.h"

struct params {
	struct mg_bin_params of;
	double floor;
};

static const struct mg_field fields[] = {
	MG_BIN_FIELDS,
	MG_FIELD(struct params, floor, NUMBER,
		"share that stands in for an empty bin, at most half a row",
		.default_text = "0.0001", .least = 1e-12, .most = 0.1),
	MG_FIELDS_END,
};

static struct mg_stat of(const struct mg_check *c, const struct mg_histogram *current,
	const struct mg_histogram *reference)
{
	return mg_psi(current, reference, ((const struct params *)c->params)->floor);
}

static double near(double chi_square)
{
	return chi_square;
}

static const char *id(const struct mg_check *c, struct mg_arena *a)
{
	const struct params *p = c->params;
	return mg_printf(
		a, "empty-floor-%s", p->floor == 1e-4 ? "1e-4" : mg_double_text(a, p->floor));
}

/* How much of both sides the floor was needed for. */
static void tell_floored(const struct mg_measures *m, struct mg_value *v,
	const struct mg_histogram *current_side, const struct mg_histogram *reference_side)
{
	struct mg_arena *a = mg_measures_arena(m);
	double current = mg_alone_share(current_side, reference_side);
	double reference = mg_alone_share(reference_side, current_side);
	mg_fact_number(m, v, "current_floored_share", current);
	mg_fact_number(m, v, "reference_floored_share", reference);
	if (current > 0 || reference > 0)
		v->message = mg_printf(a,
			"%s%s%s%% of the rows lie in bins that the reference leaves empty, %s%% of "
			"the reference's the other way round",
			v->message ? v->message : "", v->message ? "; " : "",
			mg_human_double(a, 100 * current, 3),
			mg_human_double(a, 100 * reference, 3));
}

static const struct mg_bin_distance distance = {of, near, id, tell_floored};

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	return mg_bin_measure(c, m, &distance);
}

const struct mg_check_kind mg_check_psi = {
	.name = "psi",
	.family = "drift",
	.summary = "population stability index against the reference",
	.details = MG_BIN_DETAILS
	"The index is the sum over the bins of (p - q) ln(p / q), where p and q are "
	"the current and the reference share. Where one side of a bin is empty, 0.0001 "
	"(`floor`) stands in for its 0. It is at most half a row of that side, and at "
	"most half the other side's share. So rows that move to many rare values "
	"count, however rare each is. Shares that are not 0 stay as they are. "
	"`current_floored_share` and `reference_floored_share` tell which share of "
	"each side's rows lies in bins that the other side leaves empty. Common "
	"limits: 0.1 is worth a look, 0.2 or 0.25 a shift. The same two samples give "
	"0.85 to 18 in other tools, by their binning and what they do with empty bins, "
	"so limits do not carry over. Deciles alone give 0.37 by chance with 100 rows "
	"on either side, 0.12 with 300, 0.037 with 1,000, 0.0037 with 10,000. " MG_FEW_ROWS,
	.definition = "psi/ref-deciles-10/empty-floor-1e-4/missing-bin",
	.example = "- psi: {on: serving, reference: train, columns: [distance, delay], max: 0.2, "
		   "warn: {max: 0.1}}\n"
		   "- psi: {on: serving, reference: train, column: origin, max: 0.2}",
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_REFERENCE | MG_KIND_PROFILE,
	.value_least = 0,
	.value_most = NAN,
	.charts = MG_CHARTS({.name = "bins"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = mg_bin_plan,
	.measure = measure,
};
