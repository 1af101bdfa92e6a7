/* chi_square.c: chi_square, cramers_v: whether categories come as often as in the reference, and
 * how much not. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/drift/few_rows.h"
#include "checks/drift/pvalue.h"
#include "checks/drift/samples.h"
#include "stats/categories.h"
#include "stats/chance.h"

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	bool numeric;
	MG_TRY(mg_samples_check(pl, c, &numeric, err));
	return mg_samples_categories(pl, c, numeric, err);
}

/* Both sides counted, with missing values as one more category when that is asked for. */
static bool counted(const struct mg_check *c, const struct mg_measures *m, bool missing_bin,
	struct mg_categories *out, struct mg_value *why)
{
	if (!mg_samples_counts(c, m, missing_bin, out, why))
		return false;
	if (missing_bin)
		mg_categories_add_missing(mg_measures_arena(m), out);
	return true;
}

static double sum(const double *counts, size_t n)
{
	double total = 0;
	for (size_t i = 0; i < n; i++)
		total += counts[i];
	return total;
}

static double all_rows(const struct mg_categories *k)
{
	return sum(k->current, k->count) + sum(k->reference, k->count);
}

static void tell(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	const struct mg_categories *k, struct mg_chi_square test)
{
	mg_samples_tell(c, m, v, k->sides);
	mg_fact_number(m, v, "categories", test.categories);
	mg_fact_number(m, v, "statistic", test.statistic);
	mg_fact_number(m, v, "degrees_of_freedom", test.df);
	mg_fact_number(m, v, "p_value", test.p);
	mg_fact_number(m, v, "cells_expected_under_5", test.small);
	mg_categories_chart(c, m, v, k);
}

/* Cochran's rule for when the chi-square distribution can be trusted. */
static bool keeps_cochrans_rule(struct mg_arena *a, struct mg_chi_square test, struct mg_value *why)
{
	if (test.small <= 0.2)
		return true;
	*why = mg_value_undefined(mg_printf(a,
		"%s%% of the cells expect fewer than 5 rows, where the chi-square distribution gives "
		"no reliable p-value (Cochran's rule). Instead, `p_value: monte_carlo` deals the rows out "
		"at random, and cramers_v measures the size of the difference",
		mg_human_double(a, 100 * test.small, 3)));
	return false;
}

/* ---- chi_square ---- */

enum measure { P_VALUE, STATISTIC };
static const char *const measures[] = {"p_value", "statistic", NULL};
enum way { CHI_SQUARE, MONTE_CARLO };
static const char *const ways[] = {"chi_square", "monte_carlo", NULL};

struct chi_params {
	int measure, p_value;
	bool yates;
	bool missing_bin;
};

static const struct mg_field chi_fields[] = {
	MG_FIELD(struct chi_params, measure, CHOICE,
		"how likely so great a difference is without drift, or the chi-square statistic",
		.default_text = "p_value", .choices = measures),
	MG_FIELD(struct chi_params, p_value, CHOICE,
		"from the chi-square distribution, or from dealing the rows of both sides out at "
		"random, which holds for rare categories too",
		.default_text = "chi_square", .choices = ways),
	MG_FIELD(struct chi_params, yates, BOOL, "Yates' correction when there are two categories",
		.default_text = "false"),
	MG_MISSING_BIN(struct chi_params),
	MG_FIELDS_END,
};

static bool chi_is_p_value(const void *params)
{
	return ((const struct chi_params *)params)->measure == P_VALUE;
}

static int chi_check(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	const struct chi_params *p = params;
	if (p->p_value == MONTE_CARLO && p->yates)
		return mg_fail(err, MG_ESPEC,
			"Yates' correction is of the chi-square distribution; p_value: monte_carlo has "
			"no use for it");
	if (p->p_value == MONTE_CARLO && p->measure == STATISTIC)
		return mg_fail(
			err, MG_ESPEC, "p_value: monte_carlo has no effect on measure: statistic");
	return mg_pvalue_check(chi_is_p_value(params), spec, err);
}

/* The p-value and its definition; false, and why, when the distribution does not hold. */
static bool p_value_of(const struct chi_params *p, const struct mg_measures *m,
	const struct mg_categories *k, struct mg_chi_square *test, struct mg_value *why)
{
	struct mg_arena *a = mg_measures_arena(m);
	if (p->measure == STATISTIC)
		return true;
	if (p->p_value == CHI_SQUARE)
		return keeps_cochrans_rule(a, *test, why);
	test->p = mg_chi_square_random_p(
		a, k->current, k->reference, k->count, mg_measures_seed(m), &test->tables);
	return true;
}

static struct mg_value measure_chi(const struct mg_check *c, const struct mg_measures *m)
{
	const struct chi_params *p = c->params;
	struct mg_categories k;
	struct mg_value v;
	if (!counted(c, m, p->missing_bin, &k, &v))
		return v;
	double n = sum(k.current, k.count), r = sum(k.reference, k.count);
	if (!mg_enough_rows(c, n, r, m, &v))
		return v;
	struct mg_chi_square test = mg_chi_square(k.current, k.reference, k.count, p->yates);
	if (!p_value_of(p, m, &k, &test, &v)) {
		mg_samples_facts(m, &v, k.sides);
		mg_fact_number(m, &v, "cells_expected_under_5", test.small);
		return v;
	}
	v = mg_value_of(p->measure == P_VALUE ? test.p : test.statistic, (int64_t)n);
	struct mg_chi_square plain = mg_chi_square(k.current, k.reference, k.count, false);
	v.effect = mg_cramers_v(plain, all_rows(&k), false);
	v.definition = mg_printf(mg_measures_arena(m), "chi_square/homogeneity/%s%s%s",
		p->measure == STATISTIC             ? "statistic"
			: p->p_value == MONTE_CARLO ? "p-value-monte-carlo"
						    : "p-value-cochran",
		p->yates ? "/yates" : "", p->missing_bin ? "/missing-bin" : "");
	tell(c, m, &v, &k, test);
	mg_fact_number(m, &v, "cramers_v", v.effect);
	if (test.tables > 0)
		mg_fact_number(m, &v, "random_tables", test.tables);
	return v;
}

/* ---- cramers_v ---- */

struct v_params {
	bool bias_correction;
	bool missing_bin;
};

static const struct mg_field v_fields[] = {
	MG_FIELD(struct v_params, bias_correction, BOOL,
		"Bergsma's correction, which takes off what chance alone gives",
		.default_text = "false"),
	MG_MISSING_BIN(struct v_params),
	MG_FIELDS_END,
};

static double v_of_statistic(const void *context, double statistic, double n, double m, size_t used)
{
	const struct v_params *p = context;
	const struct mg_chi_square test = {
		.statistic = statistic, .df = (double)used - 1, .categories = (double)used};
	return mg_cramers_v(test, n + m, p->bias_correction);
}

static double v_of_counts(
	const void *context, const double *current, const double *reference, size_t count)
{
	const struct v_params *p = context;
	double rows = sum(current, count) + sum(reference, count);
	return mg_cramers_v(
		mg_chi_square(current, reference, count, false), rows, p->bias_correction);
}

static struct mg_value measure_v(const struct mg_check *c, const struct mg_measures *m)
{
	const struct v_params *p = c->params;
	struct mg_categories k;
	struct mg_value v;
	if (!counted(c, m, p->missing_bin, &k, &v))
		return v;
	double n = sum(k.current, k.count), r = sum(k.reference, k.count);
	if (!mg_enough_rows(c, n, r, m, &v))
		return v;
	struct mg_chi_square test = mg_chi_square(k.current, k.reference, k.count, false);
	v = mg_value_of(mg_cramers_v(test, all_rows(&k), p->bias_correction), (int64_t)n);
	v.definition = mg_printf(mg_measures_arena(m), "cramers_v/%s%s",
		p->bias_correction ? "bergsma" : "plain", p->missing_bin ? "/missing-bin" : "");
	tell(c, m, &v, &k, test);
	const struct mg_chance_measure of = {v_of_counts, v_of_statistic, p};
	mg_chance_tell(c, m,
		mg_chance_of_counts(mg_measures_arena(m), &of, k.current, k.reference, k.count), n,
		r, &v);
	return v;
}

#define CATEGORIES                                                                                 \
	"Categories are the different values of both sides; NULL and NaN are one more, "           \
	"or left out with `missing_bin: false`, and their share on both sides is "                 \
	"reported. "

const struct mg_check_kind mg_check_chi_square = {
	.name = "chi_square",
	.family = "drift",
	.summary = "chi-square test that categories come as often as in the reference",
	.details = CATEGORIES
	"Pearson's test of homogeneity on the table of both samples, without Yates' "
	"correction unless `yates: true`. Both sides count as samples: tools that take "
	"the reference for exact raise a false alarm on identical data 24% of the time "
	"with 3 categories and 97% with 50. A value that the reference has not is one "
	"more category, not p = 0. When over a fifth of the cells expect fewer than 5 "
	"rows, the chi-square distribution does not hold (Cochran's rule), and the "
	"check is an error. `p_value: monte_carlo` deals the rows to both sides at "
	"random instead, 9,999 times, with the run's `--seed`. The p-value is then (n "
	"+ 1) / 10,000, where n of these tables have so great a statistic. Beyond "
	"2,000 categories there are fewer tables, at least 999. `effect: {max: 0.05}` "
	"says which Cramer's V is too small to fail for. With one value on both sides "
	"p is 1. A test of few rows hardly ever sees drift, so either side needs 100, "
	"or `min_rows`.",
	.definition = "chi_square/homogeneity/p-value-cochran/missing-bin",
	.example = "- chi_square: {on: serving, reference: train, column: origin, min: 0.01, "
		   "effect: {max: 0.1}}",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_REFERENCE | MG_KIND_PROFILE | MG_KIND_EFFECT,
	.value_least = 0,
	.value_most = NAN,
	.charts = MG_CHARTS({.name = "bins"}),
	.fields = chi_fields,
	.params_size = sizeof(struct chi_params),
	.check = chi_check,
	.p_value = chi_is_p_value,
	.plan = plan,
	.measure = measure_chi,
};

const struct mg_check_kind mg_check_cramers_v = {
	.name = "cramers_v",
	.family = "drift",
	.summary = "Cramer's V between value and sample, 0 to 1",
	.details = CATEGORIES
	"The square root of chi-square / rows of the table that chi_square tests, "
	"without Yates' correction: 0 when all shares agree, 1 when no value is "
	"common. Unlike a p-value it does not grow with the number of rows. "
	"`bias_correction: true` takes off what chance alone gives, which matters with "
	"many categories and few rows. For 20 categories that is 0.39 with 100 rows on "
	"either side, 0.22 with 300, 0.12 with 1,000, 0.039 with 10,000. " MG_FEW_ROWS,
	.definition = "cramers_v/plain/missing-bin",
	.example = "- cramers_v: {on: serving, reference: train, column: destination, max: 0.1}",
	.better = MG_LOWER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_COLUMN | MG_KIND_REFERENCE | MG_KIND_PROFILE,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "bins"}),
	.fields = v_fields,
	.params_size = sizeof(struct v_params),
	.plan = plan,
	.measure = measure_v,
};
