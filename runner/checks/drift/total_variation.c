/* total_variation.c: the share of rows that would have to move for the reference's shares to come about. */
#include <modelgate/check.h>

#include "checks/drift/bins.h"
#include "stats/divergence.h"

static const struct mg_field fields[] = {MG_BIN_FIELDS, MG_FIELDS_END};

static double term(const void *context, double p, double q)
{
	(void)context;
	return fabs(p - q) / 2;
}

static struct mg_stat of(const struct mg_check *c, const struct mg_histogram *current,
	const struct mg_histogram *reference)
{
	(void)c;
	return mg_divergence(term, NULL, current, reference);
}

static const struct mg_bin_distance distance = {of, NULL, NULL, NULL};

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	return mg_bin_measure(c, m, &distance);
}

const struct mg_check_kind mg_check_total_variation = {
	.name = "total_variation",
	.family = "drift",
	.summary = "total variation distance from the reference, 0 to 1",
	.details = MG_BIN_DETAILS
	"The distance is the sum of |p - q| / 2 over the bins, where p and q are the current "
	"and the reference share. It is the share of rows that would have to be in another bin "
	"for the two to agree, 1 when no value is common. It is half of what tools call L1 "
	"distance. Deciles alone give 0.24 by chance with 100 rows on either side, 0.15 with 300, "
	"0.08 with 1,000, 0.025 with 10,000; many categories give more. " MG_FEW_ROWS,
	.definition = "total_variation/ref-deciles-10/missing-bin",
	.example = "- total_variation: {on: serving, reference: train, column: origin, max: 0.1}",
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
