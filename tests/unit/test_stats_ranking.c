/* test_stats_ranking.c: stats/ranking, calibration and confusion: against scikit-learn, and
 * bucketed against exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "close.h"
#include "stats/calibration.h"
#include "stats/confusion.h"
#include "stats/interval.h"
#include "stats/ranking.h"
#include "stats/sort.h"
#include "stats/special.h"
#include "streams.h"

struct score_case {
	const char *name;
	const double *negative;
	size_t negatives;
	const double *positive;
	size_t positives;
	double auc, se, average_precision, ece_10, ece_3;
};
struct matrix_case {
	const char *name;
	const double *counts;
	size_t classes;
	double expected[15];
};
#include "../oracle/expected_confusion.h"
#include "../oracle/expected_scores.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define RANGES 100

static struct mg_freq exact_table(struct mg_arena *arena, const double *values, size_t n)
{
	double *copy = mg_alloc_array(arena, n, sizeof(*copy));
	struct mg_freq f;
	if (n)
		memcpy(copy, values, n * sizeof(*copy));
	mg_freq_from_values(arena, copy, n, &f);
	return f;
}

static void scores_agree_with_sklearn(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(score_cases); i++) {
		const struct score_case *c = &score_cases[i];
		struct mg_calibration_bin bins[10];
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct mg_freq no = exact_table(arena, c->negative, c->negatives);
		struct mg_freq yes = exact_table(arena, c->positive, c->positives);
		assert_close(
			"auc", c->name, mg_roc_auc(&no, &yes, NULL, NULL).value, c->auc, 1e-12, 0);
		assert_close("se", c->name, mg_roc_auc_se(&no, &yes), c->se, 1e-9, 1e-15);
		assert_close("average precision", c->name,
			mg_average_precision(&no, &yes, NULL, NULL).value, c->average_precision,
			1e-12, 0);
		assert_close("ece, 10 bins", c->name,
			mg_ece_quantile(&no, &yes, bins, 10, NULL, NULL).value, c->ece_10, 1e-12,
			1e-14);
		assert_close("ece, 3 bins", c->name,
			mg_ece_quantile(&no, &yes, bins, 3, NULL, NULL).value, c->ece_3, 1e-12,
			1e-14);
	}
}

/* By definition, pair by pair and positive by positive: with ties, repeats, and classes that lie apart. */
static void both_halves_of_the_tables_count(void **state)
{
	(void)state;
	enum { MOST = 60, TRIALS = 400 };
	uint64_t seed = 5;
	for (int trial = 0; trial < TRIALS; trial++) {
		double values[2][MOST];
		int64_t n[2][MOST];
		struct mg_freq f[2];
		for (int side = 0; side < 2; side++) {
			double x = side == trial % 3 ? 40 : 0;
			f[side] = (struct mg_freq){.lo = values[side],
				.n = trial % 2 ? n[side] : NULL,
				.len = 1 + (size_t)(trial * 7 + side * 11) % MOST};
			for (size_t i = 0; i < f[side].len; i++) {
				seed = seed * 6364136223846793005u + 1442695040888963407u;
				values[side][i] = x += (double)(1 + (seed >> 62));
				n[side][i] = 1 + (int64_t)(seed >> 33) % 3;
				f[side].rows += mg_freq_n(&f[side], i);
			}
		}
		double pairs = 0, precisions = 0;
		for (size_t i = 0; i < f[1].len; i++) {
			double right = 0, wrong = 0, rows = (double)mg_freq_n(&f[1], i);
			for (size_t k = i; k < f[1].len; k++)
				right += (double)mg_freq_n(&f[1], k);
			for (size_t j = 0; j < f[0].len; j++) {
				double others = (double)mg_freq_n(&f[0], j);
				double above = values[1][i] - values[0][j];
				pairs += rows * others * (above > 0 ? 1 : above < 0 ? 0 : 0.5);
				wrong += above <= 0 ? others : 0;
			}
			precisions += rows * right / (right + wrong);
		}
		double auc = pairs / ((double)f[0].rows * (double)f[1].rows);
		double ap = precisions / (double)f[1].rows;
		if (fabs(mg_roc_auc(&f[0], &f[1], NULL, NULL).value - auc) > 1e-12 ||
			fabs(mg_average_precision(&f[0], &f[1], NULL, NULL).value - ap) > 1e-12)
			fail_msg("trial %d: not %.17g and %.17g", trial, auc, ap);
	}
}

static void one_class_has_no_auc(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const double values[] = {0.1, 0.2};
	struct mg_calibration_bin bins[10];
	struct mg_freq some = exact_table(arena, values, 2), none = exact_table(arena, values, 0);
	assert_string_equal(mg_roc_auc(&none, &some, NULL, NULL).why, "no row is negative");
	assert_string_equal(mg_roc_auc(&some, &none, NULL, NULL).why, "no row is positive");
	assert_true(isnan(mg_average_precision(&some, &none, NULL, NULL).value));
	assert_true(mg_average_precision(&none, &some, NULL, NULL).value == 1);
	assert_non_null(mg_ece_quantile(&none, &none, bins, 10, NULL, NULL).why);
}

/* Normal scores around `gap`. */
static struct mg_freq draw_scores(struct mg_arena *arena, size_t n, double gap, uint64_t *state)
{
	double *values = mg_alloc_array(arena, n, sizeof(*values));
	struct mg_freq f;
	for (size_t i = 0; i < n; i++) {
		*state = *state * 6364136223846793005u + 1442695040888963407u;
		double u = ((double)(*state >> 11) + 0.5) * 0x1p-53;
		values[i] = gap + mg_normal_quantile(u);
	}
	mg_freq_from_values(arena, values, n, &f);
	return f;
}

/* tests/oracle/simulate_intervals.py tries many more. An end may miss the truth in 2.5% of samples; three
 * standard errors of 2,000 samples are 1%. DeLong's lower end misses 0.9 in 18% of 10 + 10. */
static void intervals_of_the_auc_hold_the_truth(void **state)
{
	(void)state;
	static const struct {
		size_t negatives, positives;
		double truth;
	} cases[] = {{5, 5, 0.6}, {5, 5, 0.95}, {10, 10, 0.75}, {10, 10, 0.9}, {50, 10, 0.9},
		{10, 50, 0.99}, {50, 50, 0.95}, {200, 200, 0.9}};
	const int samples = 2000;
	uint64_t seed = 1;
	for (size_t i = 0; i < COUNT(cases); i++) {
		double gap = mg_normal_quantile(cases[i].truth) * sqrt(2);
		int above = 0, below = 0;
		for (int k = 0; k < samples; k++) {
			MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
			struct mg_freq no = draw_scores(arena, cases[i].negatives, 0, &seed);
			struct mg_freq yes = draw_scores(arena, cases[i].positives, gap, &seed);
			struct mg_interval found = mg_interval_auc(
				mg_roc_auc(&no, &yes, NULL, NULL).value, mg_roc_auc_se(&no, &yes),
				(double)no.rows, (double)yes.rows, 0.95);
			above += found.lo > cases[i].truth;
			below += found.hi < cases[i].truth;
			assert_true(found.lo < found.hi);
		}
		if (above > samples * 0.035 || below > samples * 0.035)
			fail_msg(
				"%zu + %zu rows, AUC %g: the lower end misses %d and the upper %d of %d",
				cases[i].negatives, cases[i].positives, cases[i].truth, above,
				below, samples);
	}
}

typedef struct mg_stat statistic(struct mg_arena *arena, const struct mg_freq *no,
	const struct mg_freq *yes, struct mg_ranges *no_ranges, struct mg_ranges *yes_ranges);

static struct mg_stat auc(struct mg_arena *arena, const struct mg_freq *no,
	const struct mg_freq *yes, struct mg_ranges *no_ranges, struct mg_ranges *yes_ranges)
{
	(void)arena;
	return mg_roc_auc(no, yes, no_ranges, yes_ranges);
}

static struct mg_stat average_precision(struct mg_arena *arena, const struct mg_freq *no,
	const struct mg_freq *yes, struct mg_ranges *no_ranges, struct mg_ranges *yes_ranges)
{
	(void)arena;
	return mg_average_precision(no, yes, no_ranges, yes_ranges);
}

static struct mg_stat ece(struct mg_arena *arena, const struct mg_freq *no,
	const struct mg_freq *yes, struct mg_ranges *no_ranges, struct mg_ranges *yes_ranges)
{
	struct mg_calibration_bin bins[10];
	(void)arena;
	return mg_ece_quantile(no, yes, bins, 10, no_ranges, yes_ranges);
}

static struct mg_freq bucketed(struct mg_arena *arena, const double *values, size_t n,
	const struct mg_range *ranges, size_t range_count, size_t most)
{
	struct mg_freq_buckets *b = mg_freq_buckets_new(ranges, range_count, most);
	struct mg_freq f;
	mg_freq_buckets_add(b, values, n);
	mg_freq_buckets_finish(b, arena, &f);
	mg_freq_buckets_free(b);
	return f;
}

static void refine_table(struct mg_arena *arena, struct mg_freq *f, const double *values, size_t n,
	struct mg_ranges *ranges)
{
	size_t count = mg_ranges_merge(ranges->list, ranges->len, f, 1);
	struct mg_freq fine = bucketed(arena, values, n, ranges->list, count, 200), whole;
	mg_freq_refine(arena, f, ranges->list, count, &fine, &whole);
	*f = whole;
}

static void narrow(statistic *of, const char *name, size_t shape_no, size_t shape_yes)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	size_t n = 1500, m = 900;
	double *no = stream_seeded(shape_no, n, 99), *yes = stream_seeded(shape_yes, m, 7);
	if (shape_yes < 2) /* some skill */
		for (size_t i = 0; i < m; i++)
			yes[i] += 0.3;
	struct mg_freq exact_no = exact_table(arena, no, n), exact_yes = exact_table(arena, yes, m);
	struct mg_stat truth = of(arena, &exact_no, &exact_yes, NULL, NULL), found = {0};
	struct mg_freq a = bucketed(arena, no, n, NULL, 0, 40);
	struct mg_freq b = bucketed(arena, yes, m, NULL, 0, 30);
	int round = 0;
	for (; round < 60; round++) {
		struct mg_range of_a[RANGES], of_b[RANGES];
		struct mg_ranges a_ranges = {of_a, 0, RANGES}, b_ranges = {of_b, 0, RANGES};
		found = of(arena, &a, &b, &a_ranges, &b_ranges);
		if (!(found.lo <= truth.value + 1e-12 && truth.value <= found.hi + 1e-12))
			fail_msg("%s of shapes %zu and %zu: %.17g is not within %.17g..%.17g", name,
				shape_no, shape_yes, truth.value, found.lo, found.hi);
		if (a_ranges.len + b_ranges.len == 0)
			break;
		refine_table(arena, &a, no, n, &a_ranges);
		refine_table(arena, &b, yes, m, &b_ranges);
	}
	assert_true(round < 60);
	assert_close(name, "refined", found.value, truth.value, 1e-12, 1e-12);
	assert_close("width", name, found.hi - found.lo, 0, 0, 1e-12);
	free(no);
	free(yes);
}

static void bounds_of_buckets_hold_and_narrow(void **state)
{
	(void)state;
	static const size_t as_scores[] = {0, 9, 5}; /* shapes within 0..1 */
	for (size_t a = 0; a < STREAMS; a++)
		for (size_t b = 0; b < STREAMS; b++) {
			narrow(auc, "auc", a, b);
			narrow(average_precision, "average precision", a, b);
		}
	for (size_t a = 0; a < COUNT(as_scores); a++)
		for (size_t b = 0; b < COUNT(as_scores); b++)
			narrow(ece, "ece", as_scores[a], as_scores[b]);
}

/* ---- confusion matrices ---- */

/* `context` is one of mg_precision and its like. */
typedef double plain_metric(struct mg_binary_counts c);
static double plain(const void *context, struct mg_binary_counts c)
{
	plain_metric *const *metric = context;
	return (*metric)(c);
}
static plain_metric *const precision = mg_precision, *const recall = mg_recall;

static void confusion_metrics_agree_with_sklearn(void **state)
{
	(void)state;
	static plain_metric *const metrics[] = {mg_precision, mg_recall, mg_f1, mg_specificity};
	static const char *const names[] = {"precision", "recall", "f1", "specificity"};
	for (size_t i = 0; i < COUNT(matrix_cases); i++) {
		const struct matrix_case *c = &matrix_cases[i];
		struct mg_class_counts table = {c->classes, c->counts, NULL};
		const double *expected = c->expected;
		assert_close(
			"accuracy", c->name, mg_classes_accuracy(table), *expected++, 1e-12, 0);
		assert_close("balanced accuracy", c->name, mg_classes_balanced_accuracy(table),
			*expected++, 1e-12, 0);
		assert_close("mcc", c->name, mg_classes_mcc(table), *expected++, 1e-9, 0);
		for (int average = MG_AVERAGE_MACRO; average <= MG_AVERAGE_WEIGHTED; average++)
			for (size_t k = 0; k < COUNT(metrics); k++)
				assert_close(names[k], c->name,
					mg_classes_average(table, plain, &metrics[k],
						(enum mg_average)average, 0, NULL),
					*expected++, 1e-12, 0);
	}
}

static void binary_mcc_is_that_of_two_classes(void **state)
{
	(void)state;
	const double counts[] = {40, 7, 11, 300};
	struct mg_class_counts table = {2, counts, NULL};
	assert_close("mcc", "binary", mg_mcc(mg_classes_class(table, 0)), mg_classes_mcc(table),
		1e-12, 0);
}

static void what_has_no_denominator_is_not_a_number(void **state)
{
	(void)state;
	struct mg_binary_counts none = {0}, no_positives = {0, 3, 0, 5};
	assert_true(isnan(mg_precision(none)) && isnan(mg_recall(none)));
	assert_true(isnan(mg_f1(none)) && isnan(mg_mcc(none)));
	assert_true(mg_precision(no_positives) == 0);
	assert_true(isnan(mg_recall(no_positives)));
	assert_true(mg_f1(no_positives) == 0);
	assert_true(isnan(mg_mcc(no_positives)));
	/* class 1 is never predicted: its precision is not defined, and so the mean is not */
	const double counts[] = {5, 0, 3, 0};
	struct mg_class_counts table = {2, counts, NULL};
	size_t class = 9;
	assert_true(
		isnan(mg_classes_average(table, plain, &precision, MG_AVERAGE_MACRO, NAN, &class)));
	assert_int_equal(class, 1);
	assert_close("macro precision", "zero division 1",
		mg_classes_average(table, plain, &precision, MG_AVERAGE_MACRO, 1, NULL),
		(5.0 / 8 + 1) / 2, 1e-15, 0);
	/* a class without labels has no weight and spoils nothing */
	const double unlabelled[] = {5, 2, 0, 0};
	table.counts = unlabelled;
	assert_true(isnan(mg_classes_average(table, plain, &recall, MG_AVERAGE_MACRO, NAN, NULL)));
	assert_close("weighted recall", "unlabelled",
		mg_classes_average(table, plain, &recall, MG_AVERAGE_WEIGHTED, NAN, NULL), 5.0 / 7,
		1e-15, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_agree_with_sklearn),
		cmocka_unit_test(both_halves_of_the_tables_count),
		cmocka_unit_test(one_class_has_no_auc),
		cmocka_unit_test(intervals_of_the_auc_hold_the_truth),
		cmocka_unit_test(bounds_of_buckets_hold_and_narrow),
		cmocka_unit_test(confusion_metrics_agree_with_sklearn),
		cmocka_unit_test(binary_mcc_is_that_of_two_classes),
		cmocka_unit_test(what_has_no_denominator_is_not_a_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
