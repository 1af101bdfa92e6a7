/* skewness.c: skewness, kurtosis: the shape of a column's distribution. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/chart.h"
#include "checks/detail.h"
#include "checks/statistics/finite.h"
#include "stats/moments.h"

enum estimator { SAMPLE, POPULATION };
static const char *const estimators[] = {"sample", "population", NULL};

struct params {
	int estimator;
	int non_finite;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, estimator, CHOICE,
		"sample corrects for few rows, as pandas and Excel do; population does not, as scipy "
		"and Spark",
		.default_text = "sample", .choices = estimators),
	MG_FINITE_FIELD(struct params),
	MG_FIELDS_END,
};

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct mg_expr *x;
	MG_TRY(mg_finite_plan(pl, c, &x, err));
	return mg_need_freq(pl, c, MG_CURRENT, "values", x, NULL, 1, err);
}

/* Joanes and Gill (1998): what the moments of a sample of n have to be corrected by. */
static double corrected_skewness(double g1, double n)
{
	return g1 * sqrt(n * (n - 1)) / (n - 2);
}

static double corrected_kurtosis(double g2, double n)
{
	return ((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3));
}

struct shape {
	struct mg_stat (*of)(const struct mg_freq *f, struct mg_ranges *ranges);
	double (*corrected)(double value, double n);
	double least_rows; /* of a sample */
};

static struct mg_value measure(
	const struct mg_check *c, const struct mg_measures *m, const struct shape *shape)
{
	const struct params *p = c->params;
	struct mg_value v;
	double n = mg_finite_count(c, m, (enum mg_non_finite)p->non_finite, &v);
	if (n == 0)
		return v;
	if (p->estimator == SAMPLE && n < shape->least_rows)
		return mg_value_undefined(mg_printf(mg_measures_arena(m),
			"that of a sample needs %g values; there %s %g", shape->least_rows,
			n == 1 ? "is" : "are", n));
	const struct mg_freq *f = mg_get_freq(m, "values", 0);
	struct mg_detail detail;
	mg_detail_init(&detail);
	struct mg_stat s = shape->of(f, &detail.ranges);
	mg_detail_refine(m, "values", 0, &detail);
	if (!s.why && p->estimator == SAMPLE) {
		s.value = shape->corrected(s.value, n);
		s.lo = shape->corrected(s.lo, n);
		s.hi = shape->corrected(s.hi, n);
	}
	v = mg_value_of_stat(s, (int64_t)n);
	if (v.state != MG_MEASURED)
		return v;
	mg_finite_facts(m, &v, mg_get(m, "rows"), mg_get(m, "nulls"), n);
	mg_chart_distribution(m, &v, c->column, f, NULL);
	v.definition = mg_printf(
		mg_measures_arena(m), "%s/%s", c->kind->name, estimators[p->estimator]);
	return v;
}

static struct mg_value measure_skewness(const struct mg_check *c, const struct mg_measures *m)
{
	static const struct shape shape = {mg_skewness, corrected_skewness, 3};
	return measure(c, m, &shape);
}

static struct mg_value measure_kurtosis(const struct mg_check *c, const struct mg_measures *m)
{
	static const struct shape shape = {mg_kurtosis, corrected_kurtosis, 4};
	return measure(c, m, &shape);
}

#define SHAPE                                                                                      \
	" Values that are all the same have no shape: that is an error. NULLs are left out. NaN "  \
	"and infinite values make it an error unless `non_finite: ignore` leaves them out too."

const struct mg_check_kind mg_check_skewness = {
	.name = "skewness",
	.family = "statistics",
	.summary = "skewness of a column: 0 when it is symmetric",
	.details =
		"The mean third power of the distance from the mean, in standard deviations: above 0 "
		"when the long tail is on the right. `sample` is the adjusted G1 of pandas, Excel and "
		"SAS; `population` is g1, the default of scipy and Spark's function." SHAPE,
	.definition = "skewness/sample",
	.example = "- skewness: {column: delay, min: -1, max: 10}",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_NUMERIC,
	.value_least = NAN,
	.value_most = NAN,
	.charts = MG_CHARTS({.name = "distribution"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan,
	.measure = measure_skewness,
};

const struct mg_check_kind mg_check_kurtosis = {
	.name = "kurtosis",
	.family = "statistics",
	.summary = "excess kurtosis of a column: 0 for a normal distribution",
	.details =
		"The mean fourth power of the distance from the mean, in standard deviations, less 3: "
		"above 0 when far values are commoner than in a normal distribution. `sample` is the "
		"adjusted G2 of pandas, Excel and SAS; `population` is g2, the default of scipy and "
		"Spark's function. Tools that do not take 3 away print 3 more." SHAPE,
	.definition = "kurtosis/sample",
	.example = "- kurtosis: {column: delay, min: -2, max: 100}",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_NUMERIC,
	.value_least = NAN,
	.value_most = NAN,
	.charts = MG_CHARTS({.name = "distribution"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan,
	.measure = measure_kurtosis,
};
