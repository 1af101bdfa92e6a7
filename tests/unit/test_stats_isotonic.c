/* test_stats_isotonic.c: stats/isotonic: the function of scikit-learn's IsotonicRegression. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/arena.h"
#include "stats/isotonic.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct mg_freq table(double *values, int64_t *n, size_t len)
{
	struct mg_freq f = {.len = len, .lo = values, .n = n};
	for (size_t i = 0; i < len; i++)
		f.rows += mg_freq_n(&f, i);
	return f;
}

/* IsotonicRegression(out_of_bounds="clip") of scikit-learn 1.7.2 on the same rows. */
static void agrees_with_sklearn(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
	double no[] = {0.1, 0.3, 0.5, 0.8}, yes[] = {0.2, 0.3, 0.6, 0.8};
	int64_t no_rows[] = {3, 1, 2, 1}, yes_rows[] = {1, 2, 1, 4};
	static const double x[] = {0, 0.1, 0.15, 0.2, 0.3, 0.5, 0.55, 0.6, 0.7, 0.8, 1};
	static const double want[] = {
		0, 0, 0.25, 0.5, 0.5, 0.5, 2.0 / 3, 5.0 / 6, 5.0 / 6, 5.0 / 6, 5.0 / 6};
	struct mg_freq negative = table(no, no_rows, 4), positive = table(yes, yes_rows, 4);
	struct mg_isotonic f = {0};
	size_t at = 0;
	assert_true(mg_isotonic_fit(a, &negative, &positive, &f));
	for (size_t i = 0; i < COUNT(x); i++)
		assert_true(fabs(mg_isotonic_at(&f, x[i], &at) - want[i]) < 1e-12);
}

static void of_one_class_it_is_level(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
	double scores[] = {0.2, 0.7};
	struct mg_freq some = table(scores, NULL, 2), none = {0};
	struct mg_isotonic f = {0};
	size_t at = 0;
	assert_true(mg_isotonic_fit(a, &none, &some, &f));
	assert_true(mg_isotonic_at(&f, 0.1, &at) == 1 && mg_isotonic_at(&f, 0.9, &at) == 1);
}

static void needs_rows_and_exact_tables(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
	double from[] = {0.2, 0.6}, to[] = {0.5, 0.6};
	struct mg_freq bucketed = table(from, NULL, 2), none = {0};
	struct mg_isotonic f = {0};
	bucketed.hi = to;
	assert_false(mg_isotonic_fit(a, &none, &none, &f));
	assert_false(mg_isotonic_fit(a, &none, &bucketed, &f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_sklearn),
		cmocka_unit_test(of_one_class_it_is_level),
		cmocka_unit_test(needs_rows_and_exact_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
