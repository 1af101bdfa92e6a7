/* test_stats_chance.c: stats/permute, chance and adjust: against scipy, and against what is known
 * of the distributions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/arena.h"
#include "close.h"
#include "stats/adjust.h"
#include "stats/categories.h"
#include "stats/chance.h"
#include "stats/permute.h"
#include "stats/sort.h"

struct table_case {
	const char *name;
	double current[8], reference[8];
	size_t count;
	double p; /* exact: of all tables with these sums */
};
struct adjust_case {
	double p[8];
	size_t count;
	double bonferroni[8], holm[8], benjamini_hochberg[8];
};
#include "../oracle/expected_chance.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Dealt one by one, by inversion, and from a normal distribution: mean and variance are those of the law. */
static void random_counts_follow_the_law(void **state)
{
	(void)state;
	static const struct {
		double rows, marked, drawn;
	} cases[] = {{10, 3, 4}, {100, 16, 50}, {100, 17, 50}, {100, 95, 20}, {2000, 500, 1000},
		{1e6, 20, 3e5}, {1e6, 5e5, 1e5}, {1e9, 4e8, 1e7}, {5, 5, 3}, {7, 2, 7}};
	enum { DRAWS = 4000 };
	struct mg_random r;
	mg_random_seed(&r, 7);
	for (size_t i = 0; i < COUNT(cases); i++) {
		double rows = cases[i].rows, marked = cases[i].marked, drawn = cases[i].drawn;
		double share = marked / rows, sum = 0, squares = 0;
		double mean = drawn * share;
		double variance = drawn * share * (1 - share) * (rows - drawn) / fmax(1, rows - 1);
		for (int k = 0; k < DRAWS; k++) {
			double x = mg_random_hypergeometric(&r, rows, marked, drawn);
			assert_true(x == floor(x) && x <= fmin(marked, drawn));
			assert_true(x >= fmax(0, drawn + marked - rows));
			sum += x - mean;
			squares += (x - mean) * (x - mean);
		}
		assert_true(fabs(sum / DRAWS) <= 5 * sqrt(variance / DRAWS));
		assert_true(fabs(squares / DRAWS - variance) <= 0.15 * variance);
	}
}

static void random_p_values_are_near_the_exact_ones(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(table_cases); i++) {
		const struct table_case *c = &table_cases[i];
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		double tables;
		double p = mg_chi_square_random_p(
			arena, c->current, c->reference, c->count, 1, &tables);
		assert_true(tables == 9999);
		assert_close(
			"p", c->name, p, c->p, 0, 1e-4 + 4.5 * sqrt(c->p * (1 - c->p) / tables));
		assert_true(p ==
			mg_chi_square_random_p(
				arena, c->current, c->reference, c->count, 1, &tables));
	}
}

static void adjusted_p_values_agree_with_scipy(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	for (size_t i = 0; i < COUNT(adjust_cases); i++) {
		const struct adjust_case *c = &adjust_cases[i];
		double out[3][8];
		mg_adjust_bonferroni(arena, c->p, c->count, out[0]);
		mg_adjust_holm(arena, c->p, c->count, out[1]);
		mg_adjust_benjamini_hochberg(arena, c->p, c->count, out[2]);
		for (size_t k = 0; k < c->count; k++) {
			assert_close("bonferroni", "", out[0][k], c->bonferroni[k], 1e-12, 0);
			assert_close("holm", "", out[1][k], c->holm[k], 1e-12, 0);
			assert_close("bh", "", out[2][k], c->benjamini_hochberg[k], 1e-12, 0);
		}
	}
}

static double statistic_of_counts(
	const void *context, const double *current, const double *reference, size_t count)
{
	(void)context;
	return mg_chi_square(current, reference, count, false).statistic;
}

static double statistic_itself(
	const void *context, double statistic, double n, double m, size_t used)
{
	(void)context;
	assert_true(n > 0 && m > 0 && used > 1);
	return statistic;
}

/* The 95% point of the statistic, by the distribution and by dealing rows out. */
static void levels_are_those_of_the_distributions(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const struct mg_chance_measure of = {statistic_of_counts, statistic_itself, NULL};
	double many[] = {400, 400, 0, 400}, few[] = {19, 400, 400, 400}, never[] = {0, 0, 0, 0};
	assert_close("chi-square", "many rows", mg_chance_of_counts(arena, &of, many, many, 4),
		5.991464547, 1e-6, 0);
	assert_close("chi-square", "few rows", mg_chance_of_counts(arena, &of, few, few, 4),
		7.814727903, 0.15, 0);
	double one[] = {0, 0, 0, 90};
	assert_true(mg_chance_of_counts(arena, &of, one, many + 3, 1) == 0);
	assert_close("ks", "", mg_chance_ks(1000, 1000), 0.060736, 1e-4, 0);
	assert_true(mg_chance_ks(1, 1) == 1);
	assert_close("share", "", mg_chance_share_change(200, 200, 0.5), 0.0979982, 1e-6, 0);
	assert_true(mg_chance_new_share(arena, many, many, 4) == 0);
	assert_true(mg_chance_new_share(arena, many, never, 4) == 1);
}

/* The area under a Brownian bridge stays under 0.582 in 95 of 100 (Johnson and Killeen 1983). */
static void the_level_of_the_area_is_that_of_a_bridge(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	double values[5000];
	for (size_t i = 0; i < COUNT(values); i++)
		values[i] = (double)i / 5000;
	struct mg_freq f;
	mg_freq_from_values(arena, values, COUNT(values), &f);
	assert_close("wasserstein", "", mg_chance_wasserstein(arena, 5000, &f),
		0.582 * sqrt(2 / 5000.0), 0.1, 0);
}

/* Where all values differ, parts of many are taken together; with a count for each of them none are. Other cells
 * have other draws, of which 400 leave some 3% of chance. */
static void parts_of_the_area_change_its_level_by_little(void **state)
{
	(void)state;
	enum { MANY = 100000, SHAPES = 4 };
	static double values[MANY];
	static int64_t ones[MANY];
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	for (int shape = 0; shape < SHAPES; shape++) {
		for (size_t i = 0; i < MANY; i++) {
			double p = ((double)i + 0.5) / MANY;
			const double quantiles[SHAPES] = {p, -log(1 - p),
				1 / sqrt(1 - p), /* infinite variance */
				tan(3.14159265358979 * (p - 0.5))};
			values[i] = quantiles[shape];
			ones[i] = 1;
		}
		struct mg_freq f = {.len = MANY, .lo = values, .rows = MANY}, each = f;
		each.n = ones;
		double exact = mg_chance_wasserstein(arena, MANY, &each);
		assert_close("wasserstein", "in parts", mg_chance_wasserstein(arena, MANY, &f),
			exact, 0.08, 0);
	}
}

/* One bin has the level of a normal error: 1.96 standard deviations of a share. */
static void the_level_of_calibration_is_that_of_its_bins(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const struct mg_calibration_bin one[] = {{100, 50, 50}, {0, 0, 0}};
	assert_close("ece", "one bin", mg_chance_ece(arena, one, 2), 0.098, 0.1, 0);
	const struct mg_calibration_bin sure[] = {{100, 100, 100}, {10, 0, 0}};
	assert_true(mg_chance_ece(arena, sure, 2) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_counts_follow_the_law),
		cmocka_unit_test(random_p_values_are_near_the_exact_ones),
		cmocka_unit_test(adjusted_p_values_agree_with_scipy),
		cmocka_unit_test(levels_are_those_of_the_distributions),
		cmocka_unit_test(the_level_of_the_area_is_that_of_a_bridge),
		cmocka_unit_test(parts_of_the_area_change_its_level_by_little),
		cmocka_unit_test(the_level_of_calibration_is_that_of_its_bins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
