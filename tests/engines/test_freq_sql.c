/* test_freq_sql.c: frequency tables by GROUP BY hold what the sorted values do, on DuckDB, which has both. */
#include "fixture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "engine/duckdb/engine.h"
#include "engine/sql/freq_sql.h"
#include "stats/freq.h"
#include "stats/sort.h"

#include <cmocka.h>

/* Values that need thousands of buckets and more: a bell around 0, a far offset, a giant, whole numbers, a
 * constant; and all that is no number. By i: slices and groups. */
static const char rows_sql[] =
	"sql:SELECT i, 's' || (i % 3) AS slice, CAST(i % 2 AS INTEGER) AS g, "
	"CASE WHEN i % 97 = 0 THEN NULL WHEN i % 89 = 0 THEN CAST('nan' AS DOUBLE) "
	"WHEN i % 83 = 0 THEN CAST('inf' AS DOUBLE) WHEN i % 79 = 0 THEN CAST('-inf' AS DOUBLE) "
	"ELSE sin(i * 12.9898) * (i % 1000) / 7 END AS bell, "
	"1e9 + (i * 7919 % 30000) / 16e0 AS offset_, CASE WHEN i = 5 THEN 1e300 ELSE i / 7e0 END AS giant, "
	"CAST(i * 31 % 1001 AS DOUBLE) AS whole, CAST(i * 7 AS DOUBLE) AS far_whole, 2.5e0 AS same, "
	"CAST(NULL AS DOUBLE) AS none FROM range(9000) t(i)";

static struct fixture f;
static size_t most_rows; /* of one statement */

static int setup(void **state)
{
	(void)state;
	fixture_init(&f);
	fixture_data(&f, "rows", rows_sql);
	fixture_data(&f, "few", "sql:SELECT * FROM rows WHERE i < 300");
	fixture_data(&f, "nothing", "sql:SELECT * FROM rows WHERE i < 0");
	assert_int_equal(fixture_open(&f), MG_OK);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_done(&f);
	return 0;
}

static int ask(void *context, const char *sql, struct mg_arena *arena, struct mg_table *out,
	struct mg_error *err)
{
	int code = mg_duckdb_rows(context, sql, arena, out, err);
	if (code == MG_OK && out->rows > most_rows)
		most_rows = out->rows;
	return code;
}

static struct mg_query query_of(const char *data, const char *column, bool sliced, bool grouped)
{
	struct mg_schema schema;
	const struct mg_data *on = fixture_find(&f, data);
	if (f.ops->describe(f.session, on, f.arena, &schema, NULL, NULL, &f.err) != MG_OK)
		fail_msg("%s", f.err.text);
	struct mg_query q = {.kind = MG_QUERY_FREQ,
		.source = {.data = on},
		.value = mg_x_of_column(f.arena, mg_schema_column(&schema, column)),
		.group_count = 1};
	if (sliced)
		q.slice = mg_x_of_column(f.arena, mg_schema_column(&schema, "slice"));
	if (grouped) {
		q.group = mg_x_of_column(f.arena, mg_schema_column(&schema, "g"));
		q.group_count = 1; /* group 1 is dropped */
	}
	return q;
}

static void by_sql(const struct mg_query *q, const struct mg_range *ranges, size_t count,
	size_t most, struct mg_freq_set *out)
{
	if (mg_sql_freq(&(struct mg_sql_freq){&mg_dialect_duckdb, ask, f.session}, q, ranges, count,
		    most, f.arena, out, &f.err) != MG_OK)
		fail_msg("%s", f.err.text);
}

/* Is it the table of these exact values? Whatever a bucket holds adds up. */
static void assert_holds(const struct mg_freq *exact, const struct mg_freq *t)
{
	assert_int_equal(t->rows, exact->rows);
	assert_int_equal(t->nulls, exact->nulls);
	assert_int_equal(t->nans, exact->nans);
	size_t at = 0;
	for (size_t i = 0; i < t->len; i++) {
		int64_t n = 0;
		double sum = 0, lo = exact->lo[at], hi = lo;
		for (; at < exact->len && exact->lo[at] <= mg_freq_hi(t, i); at++) {
			n += mg_freq_n(exact, at);
			sum += mg_freq_sum(exact, at);
			hi = exact->lo[at];
		}
		assert_true(lo == t->lo[i] && hi == mg_freq_hi(t, i));
		assert_int_equal(n, mg_freq_n(t, i));
		if (isfinite(sum) && fabs(mg_freq_sum(t, i) - sum) > 1e-9 * (fabs(sum) + 1))
			fail_msg("bucket %zu adds up to %.17g, not %.17g", i, mg_freq_sum(t, i),
				sum);
	}
	assert_int_equal(at, exact->len);
}

static void compare(const char *data, const char *column, bool sliced, bool grouped)
{
	struct mg_query q = query_of(data, column, sliced, grouped);
	struct mg_freq_set exact, set;
	if (f.ops->freq(f.session, &q, NULL, 0, 1 << 20, f.arena, &exact, &f.err) != MG_OK)
		fail_msg("%s", f.err.text);
	most_rows = 0;
	by_sql(&q, NULL, 0, 0, &set);
	assert_in_range(most_rows, 0, MG_SQL_FREQ_ROWS + 100);
	assert_int_equal(set.slice_count, exact.slice_count);
	for (size_t i = 0; i < set.slice_count; i++) {
		if (sliced)
			assert_string_equal(set.slices[i], exact.slices[i]);
		assert_int_equal(set.dropped[i], exact.dropped[i]);
		assert_holds(&exact.tables[i], &set.tables[i]);
	}
}

static void test_same_as_sorted(void **state)
{
	(void)state;
	static const char *const columns[] = {
		"bell", "offset_", "giant", "whole", "far_whole", "same", "none"};
	static const char *const data[] = {"rows", "few", "nothing"};
	for (size_t d = 0; d < sizeof(data) / sizeof(*data); d++)
		for (size_t i = d; i < sizeof(columns) / sizeof(*columns); i += d + 1)
			compare(data[d], columns[i], i % 2 != 0, i % 4 > 1);
}

static void test_few_values_are_exact(void **state)
{
	(void)state;
	static const char *const columns[] = {"whole", "same"};
	struct mg_freq_set set;
	for (size_t i = 0; i < 2; i++) {
		struct mg_query q = query_of("rows", columns[i], false, false);
		by_sql(&q, NULL, 0, 0, &set);
		assert_null(set.tables->hi);
	}
	struct mg_query q = query_of("few", "bell", true, true);
	by_sql(&q, NULL, 0, 0, &set);
	for (size_t i = 0; i < set.slice_count; i++)
		assert_null(set.tables[i].hi);
}

/* Buckets that are asked for again become exact in the end, and never lose a row. */
static void test_refinement_ends(void **state)
{
	(void)state;
	static const char *const columns[] = {"bell", "offset_", "giant", "far_whole"};
	for (size_t c = 0; c < sizeof(columns) / sizeof(*columns); c++) {
		struct mg_query q = query_of("rows", columns[c], false, false);
		struct mg_freq_set exact, set, fine;
		assert_int_equal(
			f.ops->freq(f.session, &q, NULL, 0, 1 << 20, f.arena, &exact, &f.err),
			MG_OK);
		by_sql(&q, NULL, 0, 0, &set);
		for (int round = 0; set.tables->hi && round < 3; round++) {
			struct mg_freq *t = set.tables;
			struct mg_range *ranges = mg_alloc_array(f.arena, t->len, sizeof(*ranges));
			size_t count = 0;
			for (size_t i = 0; i < t->len && count < 25; i++)
				if (t->hi[i] > t->lo[i])
					ranges[count++] = (struct mg_range){t->lo[i], t->hi[i]};
			if (!count)
				break;
			by_sql(&q, ranges, count, 0, &fine);
			struct mg_freq refined;
			mg_freq_refine(f.arena, t, ranges, count, fine.tables, &refined);
			*t = refined;
			assert_holds(exact.tables, t);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_as_sorted),
		cmocka_unit_test(test_few_values_are_exact),
		cmocka_unit_test(test_refinement_ends),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
