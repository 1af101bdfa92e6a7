/* ks.c: the Kolmogorov-Smirnov distance of a numeric column from the reference, or its p-value. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "checks/chart.h"
#include "checks/detail.h"
#include "checks/drift/few_rows.h"
#include "checks/drift/pvalue.h"
#include "checks/drift/samples.h"
#include "stats/chance.h"
#include "stats/distance.h"
#include "stats/kolmogorov.h"

#define QUICK_MOST 1e6 /* steps of the exact count */

enum measure { DISTANCE, P_VALUE };
static const char *const measures[] = {"distance", "p_value", NULL};

struct params {
	int measure;
	double max_missing_change;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, measure, CHOICE,
		"the distance itself, or how likely so great a distance is without drift",
		.default_text = "distance", .choices = measures),
	MG_MISSING_CHANGE(struct params),
	MG_FIELDS_END,
};

static bool is_p_value(const void *params)
{
	return ((const struct params *)params)->measure == P_VALUE;
}

static int check(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	return mg_pvalue_check(is_p_value(params), spec, err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	struct mg_samples s;
	struct mg_value v;
	if (!mg_samples_compare(c, m, p->max_missing_change, &s, &v))
		return v;
	const struct mg_freq *current = s.current, *reference = s.reference;
	double n = s.sides.current_rows, r = s.sides.reference_rows;
	struct mg_detail of_current, of_reference;
	mg_detail_init(&of_current);
	mg_detail_init(&of_reference);
	struct mg_stat d = mg_ks_distance(
		current, reference, &of_current.ranges, &of_reference.ranges);
	mg_detail_refine(m, MG_CURRENT_SAMPLE, 0, &of_current);
	mg_detail_refine(m, MG_REFERENCE_SAMPLE, 0, &of_reference);
	const char *method = "kstwo";
	/* As a mere fact beside the distance, p is not worth counting all orderings for. */
	bool quick = p->measure == DISTANCE && 2 * d.value * n * r > QUICK_MOST;
	double p_value = quick ? mg_kstwo_sf((int64_t)nearbyint(n * r / (n + r)), d.value)
			       : mg_ks_p_value(current->rows, reference->rows, d.value, &method);
	if (p->measure == DISTANCE) {
		v = mg_value_of_stat(d, current->rows);
	} else {
		/* the greater the distance, the smaller p */
		v = mg_value_of(p_value, current->rows);
		v.lo = d.hi == d.value ? p_value
				       : mg_ks_p_value(current->rows, reference->rows, d.hi, NULL);
		v.hi = d.lo == d.value ? p_value
				       : mg_ks_p_value(current->rows, reference->rows, d.lo, NULL);
		v.definition = "ks/p-value-two-sided-auto";
	}
	v.effect = d.value;
	mg_samples_tell(c, m, &v, s.sides);
	mg_fact_number(m, &v, "distance", d.value);
	mg_fact_number(m, &v, "p_value", p_value);
	mg_fact_text(m, &v, "p_value_method", method);
	mg_chart_distribution(m, &v, c->column, current, reference);
	if (p->measure == DISTANCE)
		mg_chance_tell(c, m, mg_chance_ks(n, r), n, r, &v);
	return v;
}

const struct mg_check_kind mg_check_ks = {
	.name = "ks",
	.family = "drift",
	.summary = "Kolmogorov-Smirnov distance from the reference, 0 to 1",
	.details = "The greatest difference between the two empirical distribution functions, "
		   "from all values, not from a histogram. Limits are on the distance by default, "
		   "because with a million rows a shift that nobody would notice has a p-value of "
		   "1e-30. `measure: p_value` gives the two-sided p-value as "
		   "scipy.stats.ks_2samp, exact when both sides have at most 10,000 rows (0 "
		   "stands for less than 1e-300). `effect: {max: 0.05}` then says which distance "
		   "is too small to fail for. NULL and NaN are left out and counted; when their "
		   "share moves by more than `max_missing_change` it is an error, as the rest "
		   "would be compared with other rows. Infinities are ordinary values. By chance "
		   "the distance is 0.19 with 100 rows on either side, 0.11 with 300, 0.061 with "
		   "1,000, 0.019 with 10,000. " MG_FEW_ROWS,
	.definition = "ks/distance",
	.example = "- ks: {on: serving, reference: train, columns: [distance, delay], max: 0.1, "
		   "warn: {max: 0.05}}",
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_NUMERIC | MG_KIND_REFERENCE | MG_KIND_PROFILE |
		MG_KIND_EFFECT,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "distribution"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check,
	.p_value = is_p_value,
	.plan = mg_samples_plan,
	.measure = measure,
};
