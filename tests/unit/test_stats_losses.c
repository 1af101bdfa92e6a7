/* test_stats_losses.c: losses and calibration of scores by label, exact and between bounds from buckets. */
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
#include "stats/calibration.h"
#include "stats/confusion.h"
#include "stats/losses.h"
#include "stats/sort.h"

enum { NO = 1500, YES = 900, RANGES = 100, ENTRIES = 40 };

/* Scores of both classes, exact and in so few buckets that much stays in doubt. */
struct scores {
	struct mg_arena *arena;
	double *values[2]; /* unsorted */
	size_t counts[2];
	struct mg_freq exact[2], coarse[2];
};

static struct mg_freq buckets_of(struct mg_arena *arena, const double *values, size_t n,
	const struct mg_range *ranges, size_t open_count, size_t most)
{
	struct mg_freq_buckets *b = mg_freq_buckets_new(ranges, open_count, most);
	struct mg_freq f;
	mg_freq_buckets_add(b, values, n);
	mg_freq_buckets_finish(b, arena, &f);
	mg_freq_buckets_free(b);
	return f;
}

static void draw(struct scores *s, struct mg_arena *arena)
{
	uint64_t seed = 11;
	*s = (struct scores){.arena = arena, .counts = {NO, YES}};
	for (int side = 0; side < 2; side++) {
		size_t n = s->counts[side];
		double *values = mg_alloc_array(arena, n, sizeof(*values));
		double *sorted = mg_alloc_array(arena, n, sizeof(*sorted));
		for (size_t i = 0; i < n; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			double u = ((double)(seed >> 11) + 0.5) * 0x1p-53;
			values[i] = sorted[i] = side ? sqrt(u) : u * u;
		}
		s->values[side] = values;
		mg_freq_from_values(arena, sorted, n, &s->exact[side]);
		s->coarse[side] = buckets_of(arena, values, n, NULL, 0, ENTRIES);
		assert_non_null(s->coarse[side].hi);
	}
}

/* Looks again at what was wished for. */
static void refine(struct scores *s, int side, struct mg_ranges *ranges)
{
	struct mg_freq *f = &s->coarse[side], whole;
	size_t count = mg_ranges_merge(ranges->list, ranges->len, f, 1);
	struct mg_freq fine = buckets_of(
		s->arena, s->values[side], s->counts[side], ranges->list, count, 20 * ENTRIES);
	mg_freq_refine(s->arena, f, ranges->list, count, &fine, &whole);
	*f = whole;
}

static void a_threshold_inside_a_bucket_is_refined(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct scores s;
	draw(&s, arena);
	struct mg_binary_bounds truth = mg_binary_counts_at(
		&s.exact[0], &s.exact[1], 0.53, NULL, NULL);
	assert_memory_equal(&truth.worst, &truth.best, sizeof(truth.best));
	assert_true(truth.best.tp + truth.best.fn == YES && truth.best.tn + truth.best.fp == NO);
	for (int round = 0;; round++) {
		struct mg_range lists[2][RANGES];
		struct mg_ranges ranges[] = {{.list = lists[0], .capacity = RANGES},
			{.list = lists[1], .capacity = RANGES}};
		struct mg_binary_bounds found = mg_binary_counts_at(
			&s.coarse[0], &s.coarse[1], 0.53, &ranges[0], &ranges[1]);
		assert_true(found.worst.tp <= truth.best.tp && truth.best.tp <= found.best.tp);
		assert_true(found.best.fp <= truth.best.fp && truth.best.fp <= found.worst.fp);
		assert_true(mg_mcc(found.worst) <= mg_mcc(truth.best) &&
			mg_mcc(truth.best) <= mg_mcc(found.best));
		assert_true((ranges[1].len > 0) == (found.worst.tp < found.best.tp));
		if (round == 0)
			assert_true(ranges[1].len == 1 && ranges[0].len == 1);
		if (ranges[0].len + ranges[1].len == 0)
			break;
		assert_true(round < 4);
		for (int side = 0; side < 2; side++)
			if (ranges[side].len > 0)
				refine(&s, side, &ranges[side]);
	}
}

static void scores_at_the_threshold_are_positive(void **state)
{
	(void)state;
	double no[] = {0.25, 0.5}, yes[] = {0.5, 0.75};
	int64_t often[] = {3, 4};
	struct mg_freq negative = {.len = 2, .lo = no, .n = often, .rows = 7};
	struct mg_freq positive = {.len = 2, .lo = yes, .rows = 2}, none = {0};
	struct mg_binary_counts c = mg_binary_counts_at(&negative, &positive, 0.5, NULL, NULL)
					    .worst;
	assert_true(c.tp == 2 && c.fp == 4 && c.fn == 0 && c.tn == 3);
	c = mg_binary_counts_at(&negative, &positive, -INFINITY, NULL, NULL).worst;
	assert_true(c.tp == 2 && c.fp == 7);
	c = mg_binary_counts_at(&none, &positive, 0.6, NULL, NULL).best;
	assert_true(c.tp == 1 && c.fn == 1 && c.fp == 0 && c.tn == 0);
}

static double plain_loss(enum mg_loss loss, bool positive, double score)
{
	double p = positive ? score : 1 - score;
	return loss == MG_LOSS_SQUARE ? (1 - p) * (1 - p)
				      : -log(fmin(fmax(p, DBL_EPSILON), 1 - DBL_EPSILON));
}

static void losses_are_those_of_the_rows(void **state)
{
	(void)state;
	for (int k = 0; k < 2; k++) {
		enum mg_loss loss = k ? MG_LOSS_SQUARE : MG_LOSS_LOG;
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct scores s;
		draw(&s, arena);
		long double sum = 0;
		for (int side = 0; side < 2; side++)
			for (size_t i = 0; i < s.counts[side]; i++)
				sum += plain_loss(loss, side, s.values[side][i]);
		double mean = (double)(sum / (NO + YES));
		struct mg_stat exact = mg_loss_mean(loss, &s.exact[0], &s.exact[1], NULL, NULL);
		assert_true(fabs(exact.value - mean) < 1e-15 && exact.lo == exact.hi);

		struct mg_range lists[2][RANGES];
		struct mg_ranges ranges[] = {{.list = lists[0], .capacity = RANGES},
			{.list = lists[1], .capacity = RANGES}};
		struct mg_stat found = mg_loss_mean(
			loss, &s.coarse[0], &s.coarse[1], &ranges[0], &ranges[1]);
		assert_true(found.lo < mean && mean < found.hi);
		assert_true(ranges[0].len > 0 && ranges[1].len > 0);
		refine(&s, 0, &ranges[0]);
		refine(&s, 1, &ranges[1]);
		struct mg_stat finer = mg_loss_mean(loss, &s.coarse[0], &s.coarse[1], NULL, NULL);
		assert_true(finer.lo <= mean && mean <= finer.hi);
		assert_true(finer.hi - finer.lo < (found.hi - found.lo) / 4);

		struct mg_freq table;
		assert_true(mg_loss_table(arena, loss, &s.exact[0], &s.exact[1], &table));
		assert_int_equal(table.rows, NO + YES);
		double of_table = 0;
		for (size_t i = 0; i < table.len; i++) {
			assert_true(i == 0 || table.lo[i - 1] < table.lo[i]);
			of_table += table.lo[i] * (double)table.n[i];
		}
		assert_true(fabs(of_table / (NO + YES) - mean) < 1e-13);
		assert_false(mg_loss_table(arena, loss, &s.coarse[0], &s.exact[1], &table));
	}
}

/* Chances are multiplied before their logarithm is taken, but not where that would lose what is near 0. */
static void log_loss_is_exact_for_good_and_bad_scores(void **state)
{
	(void)state;
	enum { MANY = 1000, SHAPES = 5 };
	static const double worst[SHAPES] = {1, 1e-2, 1e-5, 1e-9, 1e-14};
	static double no[MANY], yes[MANY];
	for (int shape = 0; shape < SHAPES; shape++) {
		long double sum = 0;
		for (size_t i = 0; i < MANY; i++) {
			no[i] = worst[shape] * ((double)i + 0.5) / MANY;
			yes[i] = 1 - worst[shape] * ((double)(MANY - i) - 0.5) / MANY;
			sum -= logl(1 - no[i]) + logl(yes[i]);
		}
		struct mg_freq negative = {.len = MANY, .lo = no, .rows = MANY},
			       positive = {.len = MANY, .lo = yes, .rows = MANY};
		double loss = mg_loss_mean(MG_LOSS_LOG, &negative, &positive, NULL, NULL).value;
		double truth = (double)(sum / (2 * MANY));
		/* 1 - score is rounded to 1.1e-16, and so is its logarithm */
		if (fabs(loss - truth) > 1e-14 * truth + 1.2e-16)
			fail_msg("%g: %.17g, not %.17g", worst[shape], loss, truth);
	}
}

static void certain_mistakes_cost_no_infinity(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	double both[] = {0, 1};
	int64_t n[] = {1, 2};
	struct mg_freq f = {.len = 2, .lo = both, .n = n, .rows = 3}, table, none = {0};
	struct mg_stat s = mg_loss_mean(MG_LOSS_LOG, &f, &none, NULL, NULL);
	assert_true(fabs(s.value - 2 * 36.04365338911715 / 3) < 1e-13);
	assert_true(mg_loss_mean(MG_LOSS_SQUARE, &none, &f, NULL, NULL).value == 1.0 / 3);
	/* the same loss from either class is one entry */
	assert_true(mg_loss_table(arena, MG_LOSS_SQUARE, &f, &f, &table));
	assert_int_equal(table.len, 2);
	assert_true(table.n[0] == 3 && table.n[1] == 3);
	assert_non_null(mg_loss_mean(MG_LOSS_LOG, &none, &none, NULL, NULL).why);
	/* a bucket that reaches into what is cut */
	double lo[] = {0}, hi[] = {0.5}, sum[] = {0.5};
	int64_t two[] = {2};
	struct mg_freq bucket = {.len = 1, .lo = lo, .hi = hi, .n = two, .sum = sum, .rows = 2};
	s = mg_loss_mean(MG_LOSS_LOG, &none, &bucket, NULL, NULL);
	double truth = (36.04365338911715 + log(2)) / 2;
	assert_true(s.lo <= truth && truth <= s.hi);
}

static void bins_share_buckets_within_bounds(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct scores s;
	draw(&s, arena);
	struct mg_calibration_bin bins[10];
	struct mg_range lists[2][RANGES];
	struct mg_ranges ranges[] = {
		{.list = lists[0], .capacity = RANGES}, {.list = lists[1], .capacity = RANGES}};
	struct mg_stat exact = mg_ece_uniform(
			       &s.exact[0], &s.exact[1], bins, 10, &ranges[0], &ranges[1]),
		       found;
	assert_true(ranges[0].len == 0 && exact.lo == exact.hi);
	double rows = 0;
	for (size_t k = 0; k < 10; k++)
		rows += bins[k].rows;
	assert_true(rows == NO + YES);
	found = mg_ece_uniform(&s.coarse[0], &s.coarse[1], bins, 10, &ranges[0], &ranges[1]);
	assert_true(found.lo < exact.value && exact.value < found.hi && ranges[0].len > 0);
	refine(&s, 0, &ranges[0]);
	refine(&s, 1, &ranges[1]);
	struct mg_stat finer = mg_ece_uniform(&s.coarse[0], &s.coarse[1], bins, 10, NULL, NULL);
	assert_true(finer.lo <= exact.value && exact.value <= finer.hi);
	assert_true(finer.hi - finer.lo < (found.hi - found.lo) / 4);
	/* edges belong to the bin below them, 0 to the first */
	double edge[] = {0, 0.1, 0.2};
	struct mg_freq f = {.len = 3, .lo = edge, .rows = 3}, none = {0};
	mg_ece_uniform(&none, &f, bins, 10, NULL, NULL);
	assert_true(bins[0].rows == 2 && bins[1].rows == 1);
	assert_non_null(mg_ece_uniform(&none, &none, bins, 10, NULL, NULL).why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_threshold_inside_a_bucket_is_refined),
		cmocka_unit_test(scores_at_the_threshold_are_positive),
		cmocka_unit_test(losses_are_those_of_the_rows),
		cmocka_unit_test(log_loss_is_exact_for_good_and_bad_scores),
		cmocka_unit_test(certain_mistakes_cost_no_infinity),
		cmocka_unit_test(bins_share_buckets_within_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
