/* jensen_shannon.c: how far the shares of bins or categories are from the reference's, 0 to 1. */
#include <modelgate/check.h>

#include "checks/drift/bins.h"
#include "stats/divergence.h"

static const struct mg_field fields[] = {MG_BIN_FIELDS, MG_FIELDS_END};

static struct mg_stat of(const struct mg_check *c, const struct mg_histogram *current,
	const struct mg_histogram *reference)
{
	(void)c;
	return mg_jensen_shannon(current, reference);
}

static double near(double chi_square)
{
	return fmin(1, sqrt(chi_square / (8 * M_LN2)));
}

static const char *id(const struct mg_check *c, struct mg_arena *a)
{
	(void)c;
	(void)a;
	return "base-2-root";
}

static const struct mg_bin_distance distance = {of, near, id, NULL};

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	return mg_bin_measure(c, m, &distance);
}

const struct mg_check_kind mg_check_jensen_shannon = {
	.name = "jensen_shannon",
	.family = "drift",
	.summary = "Jensen-Shannon distance from the reference, 0 to 1",
	.details = MG_BIN_DETAILS
	"The distance is the square root of the Jensen-Shannon divergence to base 2, so 0 means "
	"equal shares and 1 that no value is common. Tools differ: base e ends at 0.83 "
	"(Evidently), the divergence without the root (TensorFlow Data Validation) is its "
	"square. Nothing needs smoothing, as empty bins are well defined. Deciles alone come to "
	"0.26 by chance with 100 rows on either side, 0.15 with 300, 0.081 with 1,000, 0.026 with "
	"10,000; many categories to more. " MG_FEW_ROWS,
	.definition = "jensen_shannon/ref-deciles-10/base-2-root/missing-bin",
	.example = "- jensen_shannon: {on: serving, reference: train, column: origin, max: 0.1}",
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_REFERENCE | MG_KIND_PROFILE,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "bins"}),
	.fields = fields,
	.params_size = sizeof(struct mg_bin_params),
	.plan = mg_bin_plan,
	.measure = measure,
};
