/* test_stats_merge.c: stats/merge: tables of parts, merged, are the table of the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stats/merge.h"
#include "stats/sort.h"
#include "streams.h"

enum { MOST_PARTS = 200 };

static struct mg_freq table_of(struct mg_arena *arena, const double *values, size_t n)
{
	double *copy = mg_alloc_array(arena, n, sizeof(*copy));
	if (n)
		memcpy(copy, values, n * sizeof(*copy));
	struct mg_freq f;
	mg_freq_from_values(arena, copy, n, &f);
	return f;
}

static void assert_same_table(const struct mg_freq *a, const struct mg_freq *b)
{
	assert_int_equal(a->len, b->len);
	assert_int_equal(a->rows, b->rows);
	assert_int_equal(a->nulls, b->nulls);
	assert_int_equal(a->nans, b->nans);
	assert_null(a->hi);
	for (size_t i = 0; i < a->len; i++) {
		assert_true(a->lo[i] == b->lo[i]);
		assert_int_equal(mg_freq_n(a, i), mg_freq_n(b, i));
	}
}

/* The values in `parts` tables of very different sizes, merged, against the table of all. */
static void check_parts(const double *values, size_t n, size_t parts)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_freq tables[MOST_PARTS], merged, whole = table_of(arena, values, n);
	const struct mg_freq *list[MOST_PARTS];
	for (size_t i = 0; i < parts; i++) {
		size_t from = n * i * i / (parts * parts),
		       to = n * (i + 1) * (i + 1) / (parts * parts);
		tables[i] = table_of(arena, values + from, to - from);
		tables[i].nulls = (int64_t)i;
		whole.nulls += (int64_t)i;
		list[i] = &tables[i];
	}
	mg_freq_merge(arena, list, parts, &merged);
	assert_same_table(&merged, &whole);
}

static void parts_make_the_whole(void **state)
{
	(void)state;
	static const size_t parts[] = {1, 2, 3, 7, 40, MOST_PARTS};
	static const size_t lengths[] = {0, 1, 5, 1000, 300000};
	for (size_t shape = 0; shape < STREAMS; shape++)
		for (size_t l = 0; l < sizeof(lengths) / sizeof(*lengths); l++) {
			double *values = stream_values(shape, lengths[l]);
			for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
				check_parts(values, lengths[l], parts[i]);
			free(values);
		}
}

static void values_far_from_those_of_the_longest(void **state)
{
	(void)state;
	/* ranges of values are cut by the longest table: here all others lie in one of them */
	enum { LONG = 200000, SHORT = 150000 };
	double *values = malloc((LONG + 2 * SHORT) * sizeof(*values));
	assert_non_null(values);
	for (size_t i = 0; i < LONG; i++)
		values[i] = (double)i;
	for (size_t i = 0; i < 2 * SHORT; i++)
		values[LONG + i] = 1e9 + (double)(i % (SHORT + 7));
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_freq whole = table_of(arena, values, LONG + 2 * SHORT), merged;
	struct mg_freq tables[] = {table_of(arena, values + LONG, SHORT),
		table_of(arena, values, LONG), table_of(arena, values + LONG + SHORT, SHORT)};
	mg_freq_merge(
		arena, (const struct mg_freq *[]){&tables[0], &tables[1], &tables[2]}, 3, &merged);
	assert_same_table(&merged, &whole);
	free(values);
}

static void no_tables_are_an_empty_one(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_freq merged;
	mg_freq_merge(arena, NULL, 0, &merged);
	assert_int_equal(merged.len, 0);
	assert_int_equal(merged.rows, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_make_the_whole),
		cmocka_unit_test(values_far_from_those_of_the_longest),
		cmocka_unit_test(no_tables_are_an_empty_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
