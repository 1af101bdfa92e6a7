/* test_stats_bootstrap.c: stats/bootstrap: against scipy, whose resamples are others: the ends
 * agree but for the luck of the draw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stats/bootstrap.h"
#include "stats/confusion.h"

struct boot_case {
	const char *statistic;
	const double *values;
	const int64_t *rows;
	size_t cells;
	double confidence, lo, hi;
};
#include "../oracle/expected_bootstrap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct mg_binary_counts binary(const int64_t *counts)
{
	return (struct mg_binary_counts){.tp = (double)counts[0],
		.fp = (double)counts[1],
		.fn = (double)counts[2],
		.tn = (double)counts[3]};
}

static double f1(void *context, const int64_t *counts)
{
	(void)context;
	return mg_f1(binary(counts));
}

static double mcc(void *context, const int64_t *counts)
{
	(void)context;
	return mg_mcc(binary(counts));
}

static double mean(void *context, const int64_t *counts)
{
	const struct boot_case *c = context;
	double sum = 0, rows = 0;
	for (size_t i = 0; i < c->cells; i++) {
		sum += (double)counts[i] * c->values[i];
		rows += (double)counts[i];
	}
	return sum / rows;
}

static mg_cells_statistic *statistic_of(const char *name)
{
	return strcmp(name, "f1") == 0 ? f1 : strcmp(name, "mcc") == 0 ? mcc : mean;
}

static struct mg_interval draw(const struct boot_case *c, uint64_t seed)
{
	const char *why;
	double acceleration;
	struct boot_case copy = *c;
	struct mg_interval found = mg_interval_bca(c->rows, c->cells, statistic_of(c->statistic),
		&copy, false, c->confidence, seed, &acceleration, &why);
	if (why)
		fail_msg("%s: %s", c->statistic, why);
	return found;
}

/* An end of 2,000 resamples lies within a quarter of the spread of where endless ones would have it. */
static void intervals_agree_with_scipy(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(boot_cases); i++) {
		const struct boot_case *c = &boot_cases[i];
		struct mg_interval found = draw(c, 1);
		double room = 0.07 * (c->hi - c->lo);
		if (fabs(found.lo - c->lo) > room || fabs(found.hi - c->hi) > room)
			fail_msg("%s of %zu cells at %g: %.6g to %.6g, not %.6g to %.6g",
				c->statistic, c->cells, c->confidence, found.lo, found.hi, c->lo,
				c->hi);
	}
}

static void the_seed_is_the_only_chance(void **state)
{
	(void)state;
	struct mg_interval first = draw(&boot_cases[0], 1), again = draw(&boot_cases[0], 1);
	struct mg_interval other = draw(&boot_cases[0], 2);
	assert_true(first.lo == again.lo && first.hi == again.hi);
	assert_true(first.lo != other.lo || first.hi != other.hi);
}

static void what_chance_cannot_move_has_no_interval(void **state)
{
	(void)state;
	static const struct {
		int64_t rows[4];
		const char *says;
	} cases[] = {
		{{50, 0, 0, 50}, "all resamples give the same number"},
		{{1, 0, 0, 0}, "all resamples give the same number"},
		{{0, 0, 1, 40}, "all resamples give the same number"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *why = "";
		double acceleration;
		struct mg_interval found = mg_interval_bca(
			cases[i].rows, 4, f1, NULL, false, 0.95, 1, &acceleration, &why);
		assert_true(isnan(found.lo) && isnan(found.hi));
		assert_non_null(strstr(why, cases[i].says));
	}
}

/* One positive row of 20: a third of the resamples have none, and no mcc. */
static void resamples_without_a_value_lie_beyond_both_ends(void **state)
{
	(void)state;
	const int64_t one[] = {2, 3, 1, 30};
	const char *why;
	double acceleration;
	struct mg_interval found = mg_interval_bca(
		one, 4, mcc, NULL, false, 0.95, 1, &acceleration, &why);
	assert_null(why);
	assert_true(found.lo == -INFINITY && found.hi == INFINITY);
	const int64_t single[] = {1, 3, 0, 30};
	found = mg_interval_bca(single, 4, mcc, NULL, false, 0.95, 1, &acceleration, &why);
	assert_non_null(strstr(why, "without a single row"));
	assert_true(isnan(found.lo));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_agree_with_scipy),
		cmocka_unit_test(the_seed_is_the_only_chance),
		cmocka_unit_test(what_chance_cannot_move_has_no_interval),
		cmocka_unit_test(resamples_without_a_value_lie_beyond_both_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
