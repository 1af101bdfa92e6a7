/* test_stats_compact.c: a table in fewer entries has the same rows, and loses nothing at the edges of bins. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "stats/compact.h"

enum { VALUES = 5000, MOST = 100 };

/* Value i * 0.5 has 1 + i % 7 rows. */
static struct mg_freq table(struct mg_arena *arena)
{
	struct mg_freq f = {.len = VALUES,
		.lo = mg_alloc_array(arena, VALUES, sizeof(double)),
		.n = mg_alloc_array(arena, VALUES, sizeof(int64_t)),
		.nulls = 3,
		.nans = 2};
	for (size_t i = 0; i < VALUES; i++) {
		f.lo[i] = (double)i * 0.5;
		f.n[i] = 1 + (int64_t)(i % 7);
		f.rows += f.n[i];
	}
	return f;
}

static int64_t rows_up_to(const struct mg_freq *f, double edge)
{
	int64_t rows = 0;
	for (size_t i = 0; i < f->len && mg_freq_hi(f, i) <= edge; i++)
		rows += mg_freq_n(f, i);
	return rows;
}

static void check_whole(const struct mg_freq *whole, const struct mg_freq *few)
{
	int64_t rows = 0;
	double sum = 0, wanted = 0;
	for (size_t i = 0; i < few->len; i++) {
		rows += few->n[i];
		sum += mg_freq_sum(few, i);
		assert_true(few->lo[i] <= mg_freq_hi(few, i));
		assert_true(i == 0 || mg_freq_hi(few, i - 1) < few->lo[i]);
	}
	for (size_t i = 0; i < whole->len; i++)
		wanted += isfinite(whole->lo[i]) ? mg_freq_sum(whole, i) : 0;
	assert_int_equal(rows, whole->rows);
	assert_int_equal(few->rows, whole->rows);
	assert_int_equal(few->nulls, 3);
	assert_int_equal(few->nans, 2);
	if (isfinite(sum))
		assert_true(fabs(sum - wanted) < 1e-6 * wanted);
}

static void keeps_what_edges_need(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	/* Of values, between two, before the first and after the last; in any order, one twice. */
	static const double edges[] = {700, 33.25, 12, 12, -1, 1e9, 2499.5, 0};
	struct mg_freq whole = table(arena), few;
	mg_freq_compact(arena, &whole, edges, sizeof(edges) / sizeof(*edges), MOST, &few);
	assert_true(few.len <= MOST);
	assert_true(few.len > MOST / 2);
	check_whole(&whole, &few);
	for (size_t k = 0; k < sizeof(edges) / sizeof(*edges); k++) {
		size_t i = mg_freq_first_from(&few, 0, edges[k]);
		assert_int_equal(rows_up_to(&few, edges[k]), rows_up_to(&whole, edges[k]));
		assert_true(i == few.len || few.lo[i] != edges[k] || few.hi[i] == edges[k]);
	}
}

static void leaves_small_tables_alone(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_freq whole = table(arena), few;
	mg_freq_compact(arena, &whole, NULL, 0, VALUES, &few);
	assert_int_equal(few.len, VALUES);
	assert_null(few.hi);
}

static void keeps_infinities_apart(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_freq whole = table(arena), few;
	whole.lo[0] = -INFINITY;
	whole.lo[VALUES - 1] = INFINITY;
	mg_freq_compact(arena, &whole, NULL, 0, MOST, &few);
	check_whole(&whole, &few);
	assert_true(isinf(few.hi[0]) && few.hi[0] < 0);
	assert_true(isfinite(few.lo[1]) && isfinite(few.hi[few.len - 2]));
	assert_true(isinf(few.lo[few.len - 1]));
}

/* A table that came in buckets: they are put together, and never cut. */
static void takes_buckets(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_freq whole = table(arena), once, twice;
	static const double edge = 1000;
	mg_freq_compact(arena, &whole, &edge, 1, MOST * 10, &once);
	mg_freq_compact(arena, &once, &edge, 1, MOST, &twice);
	check_whole(&whole, &twice);
	assert_int_equal(rows_up_to(&twice, edge), rows_up_to(&whole, edge));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_edges_need),
		cmocka_unit_test(leaves_small_tables_alone),
		cmocka_unit_test(keeps_infinities_apart),
		cmocka_unit_test(takes_buckets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
