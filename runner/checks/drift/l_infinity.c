/* l_infinity.c: how far the share of a single bin or category is at most from the reference's. */
#include <modelgate/check.h>

#include "checks/drift/bins.h"
#include "stats/divergence.h"

static const struct mg_field fields[] = {MG_BIN_FIELDS, MG_FIELDS_END};

static double gap(const void *context, double p, double q)
{
	(void)context;
	return fabs(p - q);
}

/* Each bin by itself, as a histogram of one bin. */
static struct mg_stat of(const struct mg_check *c, const struct mg_histogram *current,
	const struct mg_histogram *reference)
{
	(void)c;
	struct mg_stat most = {0};
	for (size_t i = 0; i < current->count; i++) {
		struct mg_histogram one = *current, other = *reference;
		one.bins += i;
		other.bins += i;
		one.count = other.count = 1;
		struct mg_stat s = mg_divergence(gap, NULL, &one, &other);
		if (s.why)
			return s;
		most.value = fmax(most.value, s.value);
		most.lo = fmax(most.lo, s.lo);
		most.hi = fmax(most.hi, s.hi);
	}
	return most;
}

static const struct mg_bin_distance distance = {of, NULL, NULL, NULL};

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	return mg_bin_measure(c, m, &distance);
}

const struct mg_check_kind mg_check_l_infinity = {
	.name = "l_infinity",
	.family = "drift",
	.summary = "largest change of a bin's or category's share from the reference, 0 to 1",
	.details = MG_BIN_DETAILS
	"The distance is the greatest |p - q| over the bins, where p and q are the current and the "
	"reference share. It says by how many points the share that moved most has moved. "
	"TensorFlow Data Validation and Vertex AI call it the L-infinity norm; they compare "
	"categories. " MG_FEW_ROWS,
	.definition = "l_infinity/ref-deciles-10/missing-bin",
	.example = "- l_infinity: {on: serving, reference: train, column: origin, max: 0.1}",
	.better = MG_LOWER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_REFERENCE | MG_KIND_PROFILE,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "bins"}),
	.fields = fields,
	.params_size = sizeof(struct mg_bin_params),
	.plan = mg_bin_plan,
	.measure = measure,
};
