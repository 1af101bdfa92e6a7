/* test_stats_distance.c: stats/distance, bins and categories: against scipy and numpy, and bucketed
 * against exact tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "close.h"
#include "stats/bins.h"
#include "stats/categories.h"
#include "stats/distance.h"
#include "stats/divergence.h"
#include "stats/moments.h"
#include "stats/sort.h"
#include "streams.h"

struct sample_case {
	const char *name;
	const double *a;
	size_t a_count;
	const double *b;
	size_t b_count;
	double ks, wasserstein, psi, psi_4, psi_width, psi_sturges, jensen_shannon, variance;
	double chi2, chi2_p, yates, yates_p, cramers_v, bergsma;
};
#include "../oracle/expected_samples.h"

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

/* ---- the statistics, under one signature ---- */

typedef struct mg_stat statistic(struct mg_arena *arena, const struct mg_freq *a,
	const struct mg_freq *b, struct mg_ranges *a_ranges, struct mg_ranges *b_ranges);

static struct mg_stat ks(struct mg_arena *arena, const struct mg_freq *a, const struct mg_freq *b,
	struct mg_ranges *a_ranges, struct mg_ranges *b_ranges)
{
	(void)arena;
	return mg_ks_distance(a, b, a_ranges, b_ranges);
}

static struct mg_stat wasserstein(struct mg_arena *arena, const struct mg_freq *a,
	const struct mg_freq *b, struct mg_ranges *a_ranges, struct mg_ranges *b_ranges)
{
	(void)arena;
	return mg_wasserstein(a, b, a_ranges, b_ranges);
}

static struct mg_stat of_bins(struct mg_arena *arena, const struct mg_freq *a,
	const struct mg_freq *b, enum mg_binning binning, size_t bins, bool is_psi,
	struct mg_ranges *a_ranges, struct mg_ranges *b_ranges)
{
	struct mg_bins made;
	struct mg_histogram current, reference;
	const char *why = mg_bins_make(arena, b, binning, bins, &made);
	if (why)
		return (struct mg_stat){NAN, NAN, NAN, why};
	mg_bins_count(arena, &made, a, false, &current, a_ranges);
	mg_bins_count(arena, &made, b, false, &reference, b_ranges);
	return is_psi ? mg_psi(&current, &reference, 1e-4)
		      : mg_jensen_shannon(&current, &reference);
}

static struct mg_stat psi(struct mg_arena *arena, const struct mg_freq *a, const struct mg_freq *b,
	struct mg_ranges *a_ranges, struct mg_ranges *b_ranges)
{
	return of_bins(arena, a, b, MG_BINNING_QUANTILES, 10, true, a_ranges, b_ranges);
}

static struct mg_stat psi_4(struct mg_arena *arena, const struct mg_freq *a,
	const struct mg_freq *b, struct mg_ranges *a_ranges, struct mg_ranges *b_ranges)
{
	return of_bins(arena, a, b, MG_BINNING_QUANTILES, 4, true, a_ranges, b_ranges);
}

static struct mg_stat psi_width(struct mg_arena *arena, const struct mg_freq *a,
	const struct mg_freq *b, struct mg_ranges *a_ranges, struct mg_ranges *b_ranges)
{
	return of_bins(arena, a, b, MG_BINNING_WIDTH, 10, true, a_ranges, b_ranges);
}

static struct mg_stat psi_sturges(struct mg_arena *arena, const struct mg_freq *a,
	const struct mg_freq *b, struct mg_ranges *a_ranges, struct mg_ranges *b_ranges)
{
	return of_bins(arena, a, b, MG_BINNING_STURGES, 10, true, a_ranges, b_ranges);
}

static struct mg_stat jensen_shannon(struct mg_arena *arena, const struct mg_freq *a,
	const struct mg_freq *b, struct mg_ranges *a_ranges, struct mg_ranges *b_ranges)
{
	return of_bins(arena, a, b, MG_BINNING_QUANTILES, 10, false, a_ranges, b_ranges);
}

static struct mg_stat variance(struct mg_arena *arena, const struct mg_freq *a,
	const struct mg_freq *b, struct mg_ranges *a_ranges, struct mg_ranges *b_ranges)
{
	(void)arena;
	(void)b_ranges;
	if (b->rows == 0)
		return (struct mg_stat){NAN, NAN, NAN, "no rows"};
	return mg_variance(a, a_ranges);
}

static const struct {
	const char *name;
	statistic *of;
	size_t expected; /* in struct sample_case */
	double absolute; /* the oracle's own noise near 0 */
} statistics[] = {
	{"ks", ks, offsetof(struct sample_case, ks), 1e-15},
	{"wasserstein", wasserstein, offsetof(struct sample_case, wasserstein), 0},
	{"psi", psi, offsetof(struct sample_case, psi), 1e-12},
	{"psi with 4 bins", psi_4, offsetof(struct sample_case, psi_4), 1e-12},
	{"psi, equal width", psi_width, offsetof(struct sample_case, psi_width), 1e-12},
	{"psi, sturges", psi_sturges, offsetof(struct sample_case, psi_sturges), 1e-12},
	{"jensen_shannon", jensen_shannon, offsetof(struct sample_case, jensen_shannon), 1e-8},
	{"variance", variance, offsetof(struct sample_case, variance), 1e-300},
};

static void distances_agree_with_the_oracle(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sample_cases); i++) {
		const struct sample_case *c = &sample_cases[i];
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct mg_freq a = exact_table(arena, c->a, c->a_count);
		struct mg_freq b = exact_table(arena, c->b, c->b_count);
		for (size_t s = 0; s < COUNT(statistics); s++) {
			struct mg_stat found = statistics[s].of(arena, &a, &b, NULL, NULL);
			double expected;
			memcpy(&expected, (const char *)c + statistics[s].expected, 8);
			assert_close(statistics[s].name, c->name, found.value, expected, 1e-9,
				statistics[s].absolute);
			assert_close("lower bound", c->name, found.lo, found.value, 0, 0);
			assert_close("upper bound", c->name, found.hi, found.value, 0, 0);
			assert_true(isnan(expected) == (found.why != NULL));
		}
	}
}

/* Counts of either side for every value of both, in order. */
static size_t count_values(struct mg_arena *arena, const struct mg_freq *a, const struct mg_freq *b,
	double **of_a, double **of_b)
{
	*of_a = mg_alloc_array(arena, a->len + b->len, sizeof(**of_a));
	*of_b = mg_alloc_array(arena, a->len + b->len, sizeof(**of_b));
	size_t i = 0, j = 0, count = 0;
	for (; i < a->len || j < b->len; count++) {
		bool take_a = j == b->len || (i < a->len && a->lo[i] <= b->lo[j]);
		bool take_b = i == a->len || (j < b->len && b->lo[j] <= a->lo[i]);
		if (take_a)
			(*of_a)[count] = (double)mg_freq_n(a, i++);
		if (take_b)
			(*of_b)[count] = (double)mg_freq_n(b, j++);
	}
	return count;
}

static void chi_square_agrees_with_scipy(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sample_cases); i++) {
		const struct sample_case *c = &sample_cases[i];
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct mg_freq a = exact_table(arena, c->a, c->a_count);
		struct mg_freq b = exact_table(arena, c->b, c->b_count);
		double *of_a, *of_b;
		size_t n = count_values(arena, &a, &b, &of_a, &of_b);
		double rows = (double)(c->a_count + c->b_count);
		struct mg_chi_square plain = mg_chi_square(of_a, of_b, n, false);
		struct mg_chi_square yates = mg_chi_square(of_a, of_b, n, true);
		assert_close("chi-square", c->name, plain.statistic, c->chi2, 1e-9, 1e-12);
		assert_close("p", c->name, plain.p, c->chi2_p, 1e-9, 0);
		assert_close("with Yates", c->name, yates.statistic, c->yates, 1e-9, 1e-12);
		assert_close("p with Yates", c->name, yates.p, c->yates_p, 1e-9, 0);
		assert_close(
			"V", c->name, mg_cramers_v(plain, rows, false), c->cramers_v, 1e-9, 1e-9);
		assert_close("corrected V", c->name, mg_cramers_v(plain, rows, true), c->bergsma,
			1e-9, 1e-9);
	}
}

static void categories_on_neither_side_do_not_count(void **state)
{
	(void)state;
	const double a[] = {10, 0, 5, 0}, b[] = {4, 0, 9, 0};
	const double packed_a[] = {10, 5}, packed_b[] = {4, 9};
	struct mg_chi_square sparse = mg_chi_square(a, b, 4, false);
	struct mg_chi_square packed = mg_chi_square(packed_a, packed_b, 2, false);
	assert_true(sparse.statistic == packed.statistic);
	assert_true(sparse.df == 1 && sparse.categories == 2);
}

static void without_rows_a_distance_is_undefined(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const double one[] = {1};
	struct mg_freq some = exact_table(arena, one, 1), none = exact_table(arena, one, 0);
	for (size_t s = 0; s < COUNT(statistics); s++) {
		struct mg_stat left = statistics[s].of(arena, &none, &some, NULL, NULL);
		struct mg_stat right = statistics[s].of(arena, &some, &none, NULL, NULL);
		assert_true(isnan(left.value) && isnan(right.value));
		assert_non_null(left.why);
		assert_non_null(right.why);
	}
}

static void large_values_of_many_rows_are_not_too_far_apart(void **state)
{
	(void)state;
	double zero[] = {0}, large[] = {1e300}, least[] = {-DBL_MAX}, most[] = {DBL_MAX};
	int64_t million[] = {1000000};
	const struct mg_freq at_zero = {.len = 1, .lo = zero, .n = million, .rows = 1000000};
	const struct mg_freq at_large = {.len = 1, .lo = large, .n = million, .rows = 1000000};
	const struct mg_freq at_least = {.len = 1, .lo = least, .rows = 1};
	const struct mg_freq at_most = {.len = 1, .lo = most, .rows = 1};
	assert_true(mg_wasserstein(&at_zero, &at_large, NULL, NULL).value == 1e300);
	assert_true(isnan(mg_wasserstein(&at_least, &at_most, NULL, NULL).value));
	assert_true(mg_ks_distance(&at_zero, &at_large, NULL, NULL).value == 1);
}

/* A table without repeats, of every `keep`-th multiple of 1/4 at random, from `first` on. */
static struct mg_freq some_quarters(
	struct mg_arena *arena, size_t n, uint64_t keep, double first, uint64_t draw)
{
	struct mg_freq f = {.lo = mg_alloc_array(arena, n, sizeof(*f.lo))};
	for (size_t i = 0; i < n; i++) {
		draw = draw * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		if ((draw >> 33) % keep == 0)
			f.lo[f.len++] = first + (double)i / 4;
	}
	f.rows = (int64_t)f.len;
	return f;
}

/* Tables without repeats are leapt through, others walked: with counts of one they are the same. */
static void leaps_miss_no_gap(void **state)
{
	(void)state;
	static const struct {
		size_t n, m;
		uint64_t keep_a, keep_b;
		double shift;
	} cases[] = {{1, 1, 1, 1, 0}, {1, 1, 1, 1, 9}, {300, 300, 1, 1, 0}, {5000, 5000, 2, 2, 0},
		{100000, 100000, 2, 2, 0}, {100000, 100000, 2, 3, 100}, {100000, 700, 1, 7, 12000},
		{200000, 200000, 3, 3, 2500.125}, {200000, 200000, 5, 3, -30000},
		{50000, 50000, 2, 2, 20000}};
	for (size_t c = 0; c < COUNT(cases); c++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct mg_freq a = some_quarters(arena, cases[c].n, cases[c].keep_a, 0, c + 1);
		struct mg_freq b = some_quarters(
			arena, cases[c].m, cases[c].keep_b, cases[c].shift, 77 * c + 5);
		struct mg_freq walked = a;
		walked.n = mg_alloc_array(arena, a.len, sizeof(*walked.n));
		for (size_t i = 0; i < a.len; i++)
			walked.n[i] = 1;
		double leapt = mg_ks_distance(&a, &b, NULL, NULL).value;
		assert_true(leapt == mg_ks_distance(&walked, &b, NULL, NULL).value);
		assert_true(leapt == mg_ks_distance(&b, &a, NULL, NULL).value);
		double area = mg_wasserstein(&walked, &b, NULL, NULL).value;
		leapt = mg_wasserstein(&a, &b, NULL, NULL).value;
		assert_close("area", "leaps", leapt, area, 1e-13, 0);
		leapt = mg_wasserstein(&b, &a, NULL, NULL).value;
		assert_close("area", "leaps the other way", leapt, area, 1e-13, 0);
		assert_true(mg_wasserstein(&a, &a, NULL, NULL).value == 0);
	}
}

/* The gap closes as fast as it can, and is passed: values of one table alone take turns with those of the other. */
static void leaps_do_not_pass_a_crossing(void **state)
{
	(void)state;
	enum { RUN = 3000, RUNS = 6 };
	for (size_t first = 0; first < 2; first++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct mg_freq tables[2];
		double next = 0, expected = 0;
		for (int t = 0; t < 2; t++)
			tables[t] = (struct mg_freq){
				.lo = mg_alloc_array(
					arena, (size_t)2 * RUNS * RUN, sizeof(double))};
		for (size_t run = 0; run < RUNS; run++, next += RUN) {
			/* a, b b, a a, b b, ... and a: the runs of two cross in their middle */
			struct mg_freq *f = &tables[run % 2];
			for (size_t i = 0; i < RUN * (run == 0 || run == RUNS - 1 ? 1u : 2u); i++)
				f->lo[f->len++] = next + (double)i / 2;
		}
		for (int t = 0; t < 2; t++)
			tables[t].rows = (int64_t)tables[t].len;
		struct mg_freq walked = tables[0];
		walked.n = mg_alloc_array(arena, walked.len, sizeof(*walked.n));
		for (size_t i = 0; i < walked.len; i++)
			walked.n[i] = 1;
		expected = mg_wasserstein(&walked, &tables[1], NULL, NULL).value;
		double area = mg_wasserstein(&tables[first], &tables[!first], NULL, NULL).value;
		assert_close("area", "crossings", area, expected, 1e-13, 0);
	}
}

/* The area is as exact where values are large beside their distances, and where their sums are too large. */
static void leaps_over_large_values_are_exact(void **state)
{
	(void)state;
	static const struct {
		double first, scale;
	} cases[] = {{1e9, 1}, {-1e9, 1}, {0, 1e300}, {0, 0x1p-900}};
	for (size_t c = 0; c < COUNT(cases); c++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct mg_freq a = some_quarters(arena, 100000, 2, cases[c].first, c + 1);
		struct mg_freq b = some_quarters(arena, 100000, 3, cases[c].first + 2000, 9 * c);
		struct mg_freq at_0 = some_quarters(arena, 100000, 2, 0, c + 1);
		struct mg_freq then = some_quarters(arena, 100000, 3, 2000, 9 * c);
		double expected = mg_wasserstein(&at_0, &then, NULL, NULL).value;
		for (size_t i = 0; i < a.len; i++)
			a.lo[i] *= cases[c].scale;
		for (size_t j = 0; j < b.len; j++)
			b.lo[j] *= cases[c].scale;
		double area = mg_wasserstein(&a, &b, NULL, NULL).value / cases[c].scale;
		assert_close("area", "large values", area, expected, 1e-12, 0);
	}
}

static void missing_values_can_be_a_bin(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const double values[] = {1, 2, 3, 4};
	struct mg_freq a = exact_table(arena, values, 4), b = exact_table(arena, values, 4);
	a.nulls = 3;
	a.nans = 1;
	struct mg_bins bins;
	struct mg_histogram current, reference;
	assert_null(mg_bins_make(arena, &b, MG_BINNING_QUANTILES, 10, &bins));
	mg_bins_count(arena, &bins, &a, true, &current, NULL);
	mg_bins_count(arena, &bins, &b, true, &reference, NULL);
	assert_true(current.rows == 8 && reference.rows == 4);
	assert_true(current.bins[current.count - 1].lo == 4);
	/* four values go from 1/4 to 1/8 each, missing from 1e-4 (the floor) to 1/2; the bin for other
	 * values is empty on both sides */
	double expected = 4 * (0.125 - 0.25) * log(0.125 / 0.25) + (0.5 - 1e-4) * log(0.5 / 1e-4);
	assert_close(
		"psi", "missing bin", mg_psi(&current, &reference, 1e-4).value, expected, 1e-12, 0);
}

static void edges_of_equal_width_are_exact(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	static const struct {
		double lo, hi;
		size_t bins, k;
		double edge; /* fractions.Fraction in Python, rounded once */
	} cases[] = {{0, 90, 10, 7, 63}, {0, 90, 10, 3, 27}, {-90, 0, 10, 3, -63},
		{3, 73, 10, 9, 66}, {0, 1, 10, 7, 0.7}, {0, 1, 10, 3, 0.3}, {0.1, 0.5, 2, 1, 0.3},
		{-0.1, 0.1, 2, 1, 0}, {0, 0.3, 3, 1, 0.09999999999999999},
		{0, 99, 1000, 707, 69.993}, {-1e308, 5e307, 3, 2, 0},
		{1e15, 1e15 + 7, 7, 5, 1e15 + 5}, {0, 5e-324, 2, 1, 0}};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const double ends[] = {cases[i].lo, cases[i].hi};
		struct mg_freq f = exact_table(arena, ends, 2);
		struct mg_bins bins;
		assert_null(mg_bins_make(arena, &f, MG_BINNING_WIDTH, cases[i].bins, &bins));
		double found = bins.edges[cases[i].k - 1].lo;
		assert_close("edge", mg_printf(arena, "case %zu", i), found, cases[i].edge, 0,
			fabs(cases[i].hi) > 1e300 ? 1e292 : 0);
	}
}

static struct mg_histogram histogram(struct mg_arena *arena, const double *counts, size_t n)
{
	struct mg_histogram h = {.bins = mg_alloc_array(arena, n, sizeof(*h.bins)), .count = n};
	for (size_t i = 0; i < n; i++) {
		h.bins[i] = (struct mg_bin_count){counts[i], counts[i]};
		h.rows += counts[i];
	}
	return h;
}

/* However rare each of the new values is. */
static void rows_that_move_to_many_rare_values_count(void **state)
{
	(void)state;
	enum { RARE = 4900 };
	static const double repeats[] = {1, 3, 20};
	for (size_t i = 0; i < COUNT(repeats); i++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		double *a = mg_alloc_array(arena, 2 * RARE + 1, sizeof(*a));
		double *b = mg_alloc_array(arena, 2 * RARE + 1, sizeof(*b));
		a[0] = b[0] = 2 * RARE * repeats[i];
		for (size_t k = 1; k <= RARE; k++)
			a[k] = b[RARE + k] = repeats[i];
		struct mg_histogram now = histogram(arena, a, 2 * RARE + 1);
		struct mg_histogram then = histogram(arena, b, 2 * RARE + 1);
		assert_true(mg_psi(&now, &then, 1e-4).value > 0.2);
		assert_close("floored", "now", mg_alone_share(&now, &then), 1.0 / 3, 1e-12, 0);
		b[0] += 1e6;
		then = histogram(arena, b, 2 * RARE + 1);
		assert_true(mg_psi(&now, &then, 1e-4).value > 0.2);
		assert_true(mg_psi(&then, &now, 1e-4).value > 0.2);
	}
}

/* Shares that both sides have stay as they are, however small: the sum has no floor then. */
static void the_floor_is_for_empty_bins_alone(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const double a[] = {999999, 1}, b[] = {999990, 10};
	struct mg_histogram now = histogram(arena, a, 2), then = histogram(arena, b, 2);
	double expected = 0;
	for (size_t i = 0; i < 2; i++)
		expected += (a[i] - b[i]) / 1e6 * log(a[i] / b[i]);
	assert_close("psi", "small shares", mg_psi(&now, &then, 1e-2).value, expected, 1e-9, 0);
}

/* ---- bucketed tables ---- */

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

/* Bounds hold at every step, and the detail that a statistic asks for makes it exact. */
static void narrow(statistic *of, const char *name, size_t shape_a, size_t shape_b)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	size_t n = 2000, m = 1500;
	double *left = stream_seeded(shape_a, n, 17), *right = stream_seeded(shape_b, m, 4711);
	struct mg_freq exact_a = exact_table(arena, left, n),
		       exact_b = exact_table(arena, right, m);
	struct mg_stat truth = of(arena, &exact_a, &exact_b, NULL, NULL);
	struct mg_freq a = bucketed(arena, left, n, NULL, 0, 60);
	struct mg_freq b = bucketed(arena, right, m, NULL, 0, 50);
	struct mg_stat found = {0};
	double slack = 1e-12 * fmax(1, fabs(truth.value));
	/* around 1e15 a double has steps of 1/8, and sums of buckets are that inexact */
	if (of == wasserstein && (shape_a == 4 || shape_b == 4))
		slack = fmax(slack, 0.25);
	if (of == variance && shape_a == 4) /* (n times 1/8)^2 and its cross terms */
		slack = fmax(slack, 500);
	int round = 0;
	for (; round < 60; round++) {
		struct mg_range of_a[RANGES], of_b[RANGES];
		struct mg_ranges a_ranges = {of_a, 0, RANGES}, b_ranges = {of_b, 0, RANGES};
		found = of(arena, &a, &b, &a_ranges, &b_ranges);
		if (isnan(truth.value)) {
			assert_true(isnan(found.value));
			break;
		}
		if (!(found.lo <= truth.value + slack && truth.value <= found.hi + slack))
			fail_msg("%s of shapes %zu and %zu: %.17g is not within %.17g..%.17g", name,
				shape_a, shape_b, truth.value, found.lo, found.hi);
		assert_true(found.lo <= found.value && found.value <= found.hi);
		if (a_ranges.len + b_ranges.len == 0)
			break;
		refine_table(arena, &a, left, n, &a_ranges);
		refine_table(arena, &b, right, m, &b_ranges);
	}
	assert_true(round < 60);
	if (!isnan(truth.value))
		assert_close(name, "refined", found.value, truth.value, 1e-12, slack);
	free(left);
	free(right);
}

static void bounds_of_buckets_hold_and_narrow(void **state)
{
	(void)state;
	for (size_t s = 0; s < COUNT(statistics); s++)
		for (size_t a = 0; a < STREAMS; a++)
			for (size_t b = 0; b < STREAMS; b++)
				narrow(statistics[s].of, statistics[s].name, a, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances_agree_with_the_oracle),
		cmocka_unit_test(chi_square_agrees_with_scipy),
		cmocka_unit_test(categories_on_neither_side_do_not_count),
		cmocka_unit_test(without_rows_a_distance_is_undefined),
		cmocka_unit_test(large_values_of_many_rows_are_not_too_far_apart),
		cmocka_unit_test(leaps_miss_no_gap),
		cmocka_unit_test(leaps_do_not_pass_a_crossing),
		cmocka_unit_test(leaps_over_large_values_are_exact),
		cmocka_unit_test(missing_values_can_be_a_bin),
		cmocka_unit_test(edges_of_equal_width_are_exact),
		cmocka_unit_test(rows_that_move_to_many_rare_values_count),
		cmocka_unit_test(the_floor_is_for_empty_bins_alone),
		cmocka_unit_test(bounds_of_buckets_hold_and_narrow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
