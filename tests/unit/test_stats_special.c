/* test_stats_special.c: stats/special and stats/interval against scipy, and stats/kolmogorov
 * against scipy's plan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "close.h"
#include "stats/interval.h"
#include "stats/kolmogorov.h"
#include "stats/special.h"

struct special_case {
	const char *name;
	double arguments[3], value;
};
struct kstwo_case {
	int64_t n;
	double x, sf;
};
struct ks_p_case {
	int64_t n, m;
	double d, p;
};
struct wilson_case {
	double part, whole, confidence, lo, hi;
};
struct mean_case {
	double mean, sd, skewness, n, confidence, lo, hi;
};
struct auc_case {
	double auc, se, negatives, positives, confidence, lo, hi;
};
#include "../oracle/expected_intervals.h"
#include "../oracle/expected_kolmogorov.h"
#include "../oracle/expected_special.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static double call(const struct special_case *c)
{
	double a = c->arguments[0], b = c->arguments[1], x = c->arguments[2];
	const struct {
		const char *name;
		double value;
	} table[] = {
		{"normal_quantile", mg_normal_quantile(a)},
		{"normal_cdf", mg_normal_cdf(a)},
		{"normal_sf", mg_normal_sf(a)},
		{"gamma_q", mg_gamma_q(a, b)},
		{"chi2_sf", mg_chi2_sf(a, b)},
		{"beta_inc", mg_beta_inc(a, b, x)},
		{"t_sf", mg_t_sf(a, b)},
		{"t_quantile", mg_t_quantile(a, b)},
		{"binomial_pdf", mg_binomial_pdf(a, b, x, 1 - x)},
	};
	for (size_t i = 0; i < COUNT(table); i++)
		if (strcmp(table[i].name, c->name) == 0)
			return table[i].value;
	fail_msg("no function %s", c->name);
	return NAN;
}

static void special_functions_agree_with_scipy(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(special_cases); i++) {
		const struct special_case *c = &special_cases[i];
		char where[80];
		snprintf(where, sizeof(where), "%g, %g, %g", c->arguments[0], c->arguments[1],
			c->arguments[2]);
		/* scipy's own error is up to 1e-11 in far tails */
		assert_close(c->name, where, call(c), c->value, 1e-10, 1e-300);
	}
}

static void outside_their_domain_functions_say_so(void **state)
{
	(void)state;
	assert_true(isnan(mg_normal_quantile(-0.1)));
	assert_true(isnan(mg_normal_quantile(NAN)));
	assert_true(mg_normal_quantile(0) == -INFINITY);
	assert_true(mg_normal_quantile(1) == INFINITY);
	assert_true(isnan(mg_gamma_q(0, 1)));
	assert_true(isnan(mg_gamma_q(2, NAN)));
	assert_true(mg_gamma_q(2, INFINITY) == 0);
	assert_true(isnan(mg_beta_inc(1, 1, NAN)));
	assert_true(isnan(mg_t_quantile(0.9, 0)));
	assert_true(isnan(mg_kstwo_sf(0, 0.5)));
	assert_true(isnan(mg_kstwo_sf(10, NAN)));
}

static void kstwo_agrees_with_scipy(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kstwo_cases); i++) {
		const struct kstwo_case *c = &kstwo_cases[i];
		char where[64];
		snprintf(where, sizeof(where), "n = %lld, x = %g", (long long)c->n, c->x);
		/* 1 - cdf loses digits where the tail is small: hence the absolute part */
		assert_close("kstwo", where, mg_kstwo_sf(c->n, c->x), c->sf, 1e-9, 1e-14);
	}
}

static void ks_p_values_agree_with_scipy(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ks_p_cases); i++) {
		const struct ks_p_case *c = &ks_p_cases[i];
		char where[64];
		snprintf(where, sizeof(where), "n = %lld, m = %lld, d = %g", (long long)c->n,
			(long long)c->m, c->d);
		const char *method;
		double p = mg_ks_p_value(c->n, c->m, c->d, &method);
		assert_close("p", where, p, c->p, 1e-9, 1e-300);
		assert_close("p with the sides exchanged", where,
			mg_ks_p_value(c->m, c->n, c->d, NULL), p, 1e-9, 1e-300);
		bool small = c->n <= 10000 && c->m <= 10000;
		assert_string_equal(method, small ? "exact" : "kstwo");
	}
	assert_true(mg_ks_p_value(10, 20, 0, NULL) == 1);
	assert_true(isnan(mg_ks_p_value(10, 20, NAN, NULL)));
}

static void intervals_agree_with_scipy(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wilson_cases); i++) {
		const struct wilson_case *c = &wilson_cases[i];
		struct mg_interval found = mg_interval_wilson(c->part, c->whole, c->confidence);
		assert_close("lower end", "wilson", found.lo, c->lo, 1e-9, 1e-12);
		assert_close("upper end", "wilson", found.hi, c->hi, 1e-9, 1e-12);
	}
	for (size_t i = 0; i < COUNT(mean_cases); i++) {
		const struct mean_case *c = &mean_cases[i];
		struct mg_interval found = mg_interval_mean(
			c->mean, c->sd, c->skewness, c->n, c->confidence);
		assert_close("lower end", "t-hall", found.lo, c->lo, 1e-9, 0);
		assert_close("upper end", "t-hall", found.hi, c->hi, 1e-9, 0);
	}
	for (size_t i = 0; i < COUNT(auc_cases); i++) {
		const struct auc_case *c = &auc_cases[i];
		char where[64];
		snprintf(where, sizeof(where), "%g of %g + %g at %g", c->auc, c->negatives,
			c->positives, c->confidence);
		struct mg_interval found = mg_interval_auc(
			c->auc, c->se, c->negatives, c->positives, c->confidence);
		assert_close("lower end", where, found.lo, c->lo, 1e-9, 1e-12);
		assert_close("upper end", where, found.hi, c->hi, 1e-9, 1e-12);
	}
}

/* Equal values prove nothing of the next one, unless it cannot lie far off. */
static void no_interval_is_a_point(void **state)
{
	(void)state;
	assert_true(isnan(mg_interval_mean(1, 0, 0, 2, 0.999).lo));
	assert_true(isnan(mg_interval_bounded(1000, 1000, NAN, 0.95).lo));
	struct mg_interval certain = mg_interval_bounded(0, 20, 2, 0.95);
	struct mg_interval of_none = mg_interval_wilson(0, 20, 0.95);
	assert_true(certain.lo == 0);
	assert_close("upper end", "bounded", certain.hi, 2 * of_none.hi, 1e-15, 0);
	struct mg_interval separated = mg_interval_auc(1, 0, 2, 2, 0.95);
	assert_true(separated.lo > 0.3 && separated.lo < 0.4 && separated.hi == 1);
	struct mg_interval tied = mg_interval_auc(0.5, 0, 2, 2, 0.95);
	assert_true(tied.lo < 0.15 && tied.hi > 0.85);
}

static void there_is_no_interval_without_rows(void **state)
{
	(void)state;
	assert_true(isnan(mg_interval_wilson(0, 0, 0.95).lo));
	assert_true(isnan(mg_interval_wilson(3, 2, 0.95).lo));
	assert_true(isnan(mg_interval_wilson(1, 2, 1).lo));
	assert_true(isnan(mg_interval_mean(1, 1, 0, 1, 0.95).hi));
	assert_true(isnan(mg_interval_mean(1, NAN, 0, 10, 0.95).hi));
	assert_true(isnan(mg_interval_auc(0.5, 0.1, 1, 20, 0.95).lo));
	assert_true(isnan(mg_interval_auc(0.5, NAN, 20, 20, 0.95).lo));
	assert_true(isnan(mg_interval_auc(0.5, 0.1, 20, 20, 0).hi));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(special_functions_agree_with_scipy),
		cmocka_unit_test(outside_their_domain_functions_say_so),
		cmocka_unit_test(kstwo_agrees_with_scipy),
		cmocka_unit_test(ks_p_values_agree_with_scipy),
		cmocka_unit_test(intervals_agree_with_scipy),
		cmocka_unit_test(no_interval_is_a_point),
		cmocka_unit_test(there_is_no_interval_without_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
