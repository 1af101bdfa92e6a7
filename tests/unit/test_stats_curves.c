/* test_stats_curves.c: stats/curves: points lie on the curves, and are few. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "stats/curves.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct mg_freq table(double *values, int64_t *n, size_t len)
{
	struct mg_freq f = {.len = len, .lo = values, .n = n};
	for (size_t i = 0; i < len; i++)
		f.rows += mg_freq_n(&f, i);
	return f;
}

static void close_to(const double *got, const double *want, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fabs(got[i] - want[i]) > 1e-12)
			fail_msg("number %zu is %g, not %g", i, got[i], want[i]);
}

/* ---- distribution functions ---- */

static void all_values_of_small_tables(void **state)
{
	(void)state;
	double a[] = {1, 2, 4}, b[] = {2, 3};
	int64_t n[] = {1, 2, 1};
	struct mg_freq current = table(a, n, 3), reference = table(b, NULL, 2);
	const struct mg_freq *tables[] = {&current, &reference};
	double out[3 * 20];
	const double want[] = {1, 0.25, 0, 2, 0.75, 0.5, 3, 0.75, 1, 4, 1, 1};
	assert_int_equal(mg_curve_distribution(tables, 2, 20, out), 4);
	close_to(out, want, COUNT(want));
}

static void infinities_only_count(void **state)
{
	(void)state;
	double a[] = {-INFINITY, 1, 2, INFINITY};
	struct mg_freq f = table(a, NULL, 4);
	const struct mg_freq *tables[] = {&f};
	double out[2 * 20];
	const double want[] = {1, 0.5, 2, 0.75};
	assert_int_equal(mg_curve_distribution(tables, 1, 20, out), 2);
	close_to(out, want, COUNT(want));
	double none[] = {-INFINITY, INFINITY};
	f = table(none, NULL, 2);
	assert_int_equal(mg_curve_distribution(tables, 1, 20, out), 0);
}

enum { MANY = 10000 };

/* ---- histograms ---- */

static void far_values_are_in_the_outer_ranges(void **state)
{
	(void)state;
	static double a[MANY];
	double out[3 * 20], rows = 0;
	for (size_t i = 0; i < MANY; i++)
		a[i] = (double)i;
	a[0] = -1e9;
	a[MANY - 1] = 1e9;
	struct mg_freq f = table(a, NULL, MANY);
	size_t count = mg_curve_histogram(&f, 20, out);
	assert_int_equal(count, 20);
	/* the middle 98% are 100..9899, in 20 ranges of 489.95 */
	assert_true(out[0] == -1e9 && fabs(out[1] - 589.95) < 1e-9 && out[2] == 590);
	assert_true(fabs(out[4] - out[3] - 489.95) < 1e-9 && out[5] == 490);
	assert_true(out[3 * 19 + 1] == 1e9);
	for (size_t i = 0; i < count; i++) {
		rows += out[3 * i + 2];
		assert_true(i == 0 || out[3 * i] == out[3 * i - 2]);
	}
	assert_true(rows == MANY);
}

static void a_value_at_an_edge_is_in_the_lower_range(void **state)
{
	(void)state;
	double a[] = {0, 1, 2, 4};
	int64_t n[] = {1, 2, 3, 4};
	struct mg_freq f = table(a, n, 4);
	double out[3 * 4];
	const double want[] = {0, 1, 3, 1, 2, 3, 2, 3, 0, 3, 4, 4};
	assert_int_equal(mg_curve_histogram(&f, 4, out), 4);
	close_to(out, want, COUNT(want));
}

static void one_value_has_one_range(void **state)
{
	(void)state;
	double a[] = {5}, wide[] = {-1.7e308, 1.7e308};
	int64_t n[] = {7};
	struct mg_freq f = table(a, n, 1), none = {0}, far = table(wide, NULL, 2);
	double out[3 * 20];
	const double want[] = {5, 5, 7};
	assert_int_equal(mg_curve_histogram(&f, 20, out), 1);
	close_to(out, want, COUNT(want));
	assert_int_equal(mg_curve_histogram(&none, 20, out), 0);
	assert_int_equal(mg_curve_histogram(&far, 20, out), 20);
	for (size_t i = 0; i < 60; i++)
		assert_true(isfinite(out[i]));
	assert_true(out[2] == 1 && out[59] == 1);
}

static void many_values_in_few_points(void **state)
{
	(void)state;
	static double a[MANY];
	double out[2 * 50];
	for (size_t i = 0; i < MANY; i++)
		a[i] = (double)i * (double)i; /* skewed: points go by rows, not by values */
	struct mg_freq f = table(a, NULL, MANY);
	const struct mg_freq *tables[] = {&f};
	size_t rows = mg_curve_distribution(tables, 1, 50, out);
	assert_int_equal(rows, 50);
	assert_true(out[0] == 0 && out[2 * 49] == a[MANY - 1] && out[2 * 49 + 1] == 1);
	for (size_t i = 0; i < rows; i++) {
		double exact = (floor(sqrt(out[2 * i]) + 0.5) + 1) / MANY;
		assert_true(fabs(out[2 * i + 1] - exact) < 1e-12);
		assert_true(i == 0 || out[2 * i + 1] - out[2 * i - 1] < 0.022);
	}
}

/* ---- thresholds ---- */

/* scikit-learn's roc_curve(y, s, drop_intermediate=False) and precision_recall_curve. */
static void curves_agree_with_sklearn(void **state)
{
	(void)state;
	double positives[] = {0.35, 0.8}, negatives[] = {0.1, 0.4};
	struct mg_freq positive = table(positives, NULL, 2), negative = table(negatives, NULL, 2);
	double out[2 * 20];
	const double roc[] = {0, 0, 0, 0.5, 0.5, 0.5, 0.5, 1, 1, 1};
	const double pr[] = {0.5, 1, 0.5, 0.5, 1, 2.0 / 3, 1, 0.5};
	assert_int_equal(mg_curve_roc(&negative, &positive, 20, out), 5);
	close_to(out, roc, COUNT(roc));
	assert_int_equal(mg_curve_precision_recall(&negative, &positive, 20, out), 4);
	close_to(out, pr, COUNT(pr));
}

static void ties_are_one_step(void **state)
{
	(void)state;
	double scores[] = {0.5};
	int64_t three[] = {3}, one[] = {1};
	struct mg_freq positive = table(scores, three, 1), negative = table(scores, one, 1);
	double out[2 * 20];
	const double roc[] = {0, 0, 1, 1};
	assert_int_equal(mg_curve_roc(&negative, &positive, 20, out), 2);
	close_to(out, roc, COUNT(roc));
}

static void many_scores_in_few_points(void **state)
{
	(void)state;
	static double a[MANY], b[MANY];
	double out[2 * 40];
	for (size_t i = 0; i < MANY; i++) {
		a[i] = (double)i;
		b[i] = (double)i + 3000.5;
	}
	struct mg_freq negative = table(a, NULL, MANY), positive = table(b, NULL, MANY);
	size_t rows = mg_curve_roc(&negative, &positive, 40, out);
	assert_in_range(rows, 30, 40);
	assert_true(out[2 * rows - 2] == 1 && out[2 * rows - 1] == 1);
	for (size_t i = 1; i < rows; i++)
		assert_true(out[2 * i] >= out[2 * i - 2] && out[2 * i + 1] >= out[2 * i - 1]);
}

static void one_class_has_no_curve(void **state)
{
	(void)state;
	double scores[] = {0.5}, out[4];
	struct mg_freq some = table(scores, NULL, 1), none = {0};
	assert_int_equal(mg_curve_roc(&none, &some, 2, out), 0);
	assert_int_equal(mg_curve_precision_recall(&some, &none, 2, out), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_values_of_small_tables),
		cmocka_unit_test(infinities_only_count),
		cmocka_unit_test(many_values_in_few_points),
		cmocka_unit_test(far_values_are_in_the_outer_ranges),
		cmocka_unit_test(a_value_at_an_edge_is_in_the_lower_range),
		cmocka_unit_test(one_value_has_one_range),
		cmocka_unit_test(curves_agree_with_sklearn),
		cmocka_unit_test(ties_are_one_step),
		cmocka_unit_test(many_scores_in_few_points),
		cmocka_unit_test(one_class_has_no_curve),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
