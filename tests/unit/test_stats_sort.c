/* test_stats_sort.c: stats/sort: sorted, bucketed and refined frequency tables hold exactly the
 * rows they were given. */
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
#include "stats/sort.h"
#include "streams.h"

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

static void keys_keep_the_order(void **state)
{
	(void)state;
	const double ordered[] = {-INFINITY, -DBL_MAX, -1e300, -1.5, -1, -DBL_MIN, -4.9e-324, 0,
		4.9e-324, DBL_MIN, 0.1, 1, 1 + DBL_EPSILON, 1e15, 1e15 + 0.125, DBL_MAX, INFINITY};
	for (size_t i = 0; i < sizeof(ordered) / sizeof(*ordered); i++) {
		assert_true(mg_sort_value(mg_sort_key(ordered[i])) == ordered[i]);
		if (i > 0)
			assert_true(mg_sort_key(ordered[i - 1]) < mg_sort_key(ordered[i]));
	}
	assert_true(mg_sort_key(-0.0) == mg_sort_key(0.0));
}

static void sorts_like_qsort(void **state)
{
	(void)state;
	static const size_t sizes[] = {0, 1, 2, 63, 64, 65, 1000, 30000, 70000};
	for (size_t s = 0; s < STREAMS; s++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
			size_t n = sizes[i];
			double *values = stream_values(s, n), *expected = malloc((n + 1) * 8);
			for (size_t k = 0; k < n; k++)
				values[k] = isnan(values[k]) ? 7 : values[k];
			assert_non_null(expected);
			for (size_t k = 0; k < n; k++)
				expected[k] = values[k] + 0.0;
			qsort(expected, n, sizeof(*expected), by_value);
			mg_sort_doubles(values, n, NULL);
			assert_memory_equal(values, expected, n * sizeof(*values));
			free(values);
			free(expected);
		}
	}
}

/* Values alike in their leading bits, beside ones that are not, in runs of all lengths. */
static void sorts_values_that_differ_late(void **state)
{
	(void)state;
	static const size_t sizes[] = {100, 3000, 5000, 40000, 300000};
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		size_t n = sizes[i];
		double *values = malloc(n * 8), *expected = malloc(n * 8);
		assert_true(values && expected);
		uint64_t draw = 1;
		for (size_t k = 0; k < n; k++) {
			draw = draw * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			double late = (double)(draw >> 53) * DBL_EPSILON; /* the last 11 bits */
			values[k] = k == n / 2 ? 1e300
				: k % 3 == 0   ? 1 + late
				: k % 3 == 1   ? -2 - (double)(draw >> 33) * 4 * DBL_EPSILON
					       : (double)(k % 97);
			expected[k] = values[k];
		}
		qsort(expected, n, sizeof(*expected), by_value);
		mg_sort_doubles(values, n, NULL);
		assert_memory_equal(values, expected, n * sizeof(*values));
		free(values);
		free(expected);
	}
}

static void table_of_values_counts_each_once(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	double values[] = {3, NAN, -0.0, 3, 0.0, -INFINITY, 1e15, 3, NAN};
	struct mg_freq f;
	mg_freq_from_values(arena, values, 9, &f);
	assert_int_equal(f.len, 4);
	assert_int_equal(f.rows, 7);
	assert_int_equal(f.nans, 2);
	assert_int_equal(f.nulls, 0);
	assert_null(f.hi);
	assert_true(f.lo[0] == -INFINITY && f.lo[1] == 0 && f.lo[2] == 3 && f.lo[3] == 1e15);
	assert_false(signbit(f.lo[1]));
	assert_int_equal(mg_freq_n(&f, 0), 1);
	assert_int_equal(mg_freq_n(&f, 1), 2);
	assert_int_equal(mg_freq_n(&f, 2), 3);
}

static void table_without_repeats_has_no_counts(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	double values[] = {3, 1, 2};
	struct mg_freq f;
	mg_freq_from_values(arena, values, 3, &f);
	assert_null(f.n);
	assert_int_equal(f.len, 3);
	mg_freq_from_values(arena, values, 0, &f);
	assert_int_equal(f.len, 0);
	assert_int_equal(f.rows, 0);
}

static void assert_same_table(const struct mg_freq *a, const struct mg_freq *b)
{
	assert_int_equal(a->len, b->len);
	assert_int_equal(a->rows, b->rows);
	for (size_t i = 0; i < a->len; i++) {
		assert_true(a->lo[i] == b->lo[i]);
		assert_true(mg_freq_hi(a, i) == mg_freq_hi(b, i));
		assert_int_equal(mg_freq_n(a, i), mg_freq_n(b, i));
	}
}

/* Every entry of f holds exactly the rows of `exact` between its ends, and both ends occur. */
/* Lists of threads, as one list of all: few and many values, all alike, NaNs only, and rare ones far
 * out that no sample sees. */
static void lists_are_as_one(void **state)
{
	(void)state;
	static const size_t sizes[] = {3, 1000, 65536, 65537, 200000};
	for (size_t s = 0; s < STREAMS + 3; s++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
			MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
			size_t n = sizes[i];
			double *values = stream_values(s < STREAMS ? s : 0, n);
			for (size_t k = 0; k < n && s >= STREAMS; k++)
				values[k] = s == STREAMS   ? 42
					: s == STREAMS + 1 ? NAN
					: k % 1999 == 1    ? (k % 2 ? -1e300 : INFINITY)
							   : (double)(k * 7919 % n);
			double *all = malloc(n * 8), *together = malloc(n * 8);
			assert_true(all && together);
			memcpy(all, values, n * 8);
			double *const lists[] = {
				values, values + n / 5, values + n / 5, values + n - 1};
			const size_t counts[] = {n / 5, 0, n - 1 - n / 5, 1};
			struct mg_freq one, many;
			mg_freq_from_values(arena, all, n, &one);
			mg_freq_from_lists(arena, lists, counts, 4, together, &many);
			assert_same_table(&one, &many);
			assert_true(one.nans == many.nans && one.rows == many.rows);
			assert_true(one.rows + one.nans == (int64_t)n);
			for (size_t k = 1; k < one.len; k++)
				assert_true(one.lo[k - 1] < one.lo[k]);
			free(values);
			free(all);
			free(together);
		}
	}
}

static void assert_sums_up(const struct mg_freq *f, const struct mg_freq *exact)
{
	size_t at = 0;
	assert_int_equal(f->rows, exact->rows);
	for (size_t i = 0; i < f->len; i++) {
		assert_true(exact->lo[at] == f->lo[i]);
		if (i > 0)
			assert_true(mg_freq_hi(f, i - 1) < f->lo[i]);
		int64_t n = 0;
		long double sum = 0, size = 0;
		double last = NAN;
		for (; at < exact->len && exact->lo[at] <= mg_freq_hi(f, i); at++) {
			n += mg_freq_n(exact, at);
			sum += (long double)exact->lo[at] * (long double)mg_freq_n(exact, at);
			size += fabsl((long double)exact->lo[at] * mg_freq_n(exact, at));
			last = exact->lo[at];
		}
		assert_true(last == mg_freq_hi(f, i));
		assert_int_equal(n, mg_freq_n(f, i));
		if (isfinite((double)size))
			assert_true(fabsl((long double)mg_freq_sum(f, i) - sum) <=
				(long double)1e-14 * size);
	}
	assert_int_equal(at, exact->len);
}

static void buckets_hold_every_row(void **state)
{
	(void)state;
	static const size_t most[] = {2, 3, 10, 100, 1000000};
	for (size_t s = 0; s < STREAMS; s++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		size_t n = 3000;
		double *values = stream_values(s, n);
		for (size_t i = 0; i < sizeof(most) / sizeof(*most); i++) {
			struct mg_freq_buckets *b = mg_freq_buckets_new(NULL, 0, most[i]);
			mg_freq_buckets_add(b, values, n);
			struct mg_freq f, exact;
			mg_freq_buckets_finish(b, arena, &f);
			mg_freq_buckets_free(b);
			double *copy = mg_alloc_array(arena, n, sizeof(*copy));
			memcpy(copy, values, n * sizeof(*copy));
			mg_freq_from_values(arena, copy, n, &exact);
			assert_sums_up(&f, &exact);
			assert_true(f.len <= most[i] + 2);
			assert_int_equal(f.nans, exact.nans);
			if (exact.len <= most[i]) {
				assert_null(f.hi);
				assert_same_table(&f, &exact);
			}
		}
		free(values);
	}
}

static void buckets_do_not_depend_on_order_or_parts(void **state)
{
	(void)state;
	for (size_t s = 0; s < STREAMS; s++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		size_t n = 2000;
		double *values = stream_values(s, n);
		struct mg_freq_buckets *whole = mg_freq_buckets_new(NULL, 0, 50);
		struct mg_freq_buckets *left = mg_freq_buckets_new(NULL, 0, 50);
		struct mg_freq_buckets *right = mg_freq_buckets_new(NULL, 0, 50);
		mg_freq_buckets_add(whole, values, n);
		for (size_t i = n; i-- > 0;)
			mg_freq_buckets_add_counted(i % 3 ? left : right, values[i], 1);
		mg_freq_buckets_merge(left, right);
		struct mg_freq a, b;
		mg_freq_buckets_finish(whole, arena, &a);
		mg_freq_buckets_finish(left, arena, &b);
		assert_same_table(&a, &b);
		mg_freq_buckets_free(whole);
		mg_freq_buckets_free(left);
		mg_freq_buckets_free(right);
		free(values);
	}
}

static void refining_leads_to_the_exact_table(void **state)
{
	(void)state;
	for (size_t s = 0; s < STREAMS; s++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		size_t n = 3000;
		double *values = stream_values(s, n);
		double *copy = mg_alloc_array(arena, n, sizeof(*copy));
		memcpy(copy, values, n * sizeof(*copy));
		struct mg_freq exact, f;
		mg_freq_from_values(arena, copy, n, &exact);
		struct mg_freq_buckets *b = mg_freq_buckets_new(NULL, 0, 40);
		mg_freq_buckets_add(b, values, n);
		mg_freq_buckets_finish(b, arena, &f);
		mg_freq_buckets_free(b);
		int round = 0;
		for (; f.hi && round < 200; round++) { /* four buckets at a time */
			struct mg_range ranges[4];
			size_t count = 0;
			for (size_t i = 0; i < f.len && count < 4; i++)
				if (!mg_freq_exact_at(&f, i))
					ranges[count++] = (struct mg_range){f.lo[i], f.hi[i]};
			b = mg_freq_buckets_new(ranges, count, 1000);
			mg_freq_buckets_add(b, values, n);
			struct mg_freq fine, whole;
			mg_freq_buckets_finish(b, arena, &fine);
			mg_freq_buckets_free(b);
			mg_freq_refine(arena, &f, ranges, count, &fine, &whole);
			assert_sums_up(&whole, &exact);
			assert_int_equal(whole.nans, f.nans);
			f = whole;
		}
		assert_null(f.hi);
		assert_same_table(&f, &exact);
		free(values);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_keep_the_order),
		cmocka_unit_test(sorts_like_qsort),
		cmocka_unit_test(sorts_values_that_differ_late),
		cmocka_unit_test(table_of_values_counts_each_once),
		cmocka_unit_test(table_without_repeats_has_no_counts),
		cmocka_unit_test(lists_are_as_one),
		cmocka_unit_test(buckets_hold_every_row),
		cmocka_unit_test(buckets_do_not_depend_on_order_or_parts),
		cmocka_unit_test(refining_leads_to_the_exact_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
