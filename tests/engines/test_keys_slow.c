/* test_keys_slow.c: keys that occur more than once, counted by hash and by value, against a plain count. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* ids of every sort: NULL, NaN, both zeros, texts with NULs and with one long beginning, decimals of 38
 * digits; few distinct, all equal, all distinct. */
static const char made[] =
	"sql:SELECT i AS row_no, i % 3 AS slice_no, "
	"CASE WHEN i % 10 = 0 THEN NULL ELSE i // 2 END AS pairs, "
	"CASE i % 7 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN -0.0::DOUBLE WHEN 2 THEN 0.0::DOUBLE "
	"WHEN 3 THEN NULL ELSE i / 8e0 END AS real, "
	"repeat('x', 300) || (i % 800)::VARCHAR AS long_text, "
	"'a' || chr(0) || (i % 700)::VARCHAR AS nul_text, "
	"CASE WHEN i % 2 = 0 THEN 'a' ELSE 'a' || chr(0) END AS two_texts, "
	"CAST('99999999999999999999999999999999999999' AS DECIMAL(38, 0)) - i % 900 AS wide, "
	"i % 37 AS few, 1 AS equal, 'k' || i::VARCHAR AS unique_text "
	"FROM range(1200) t(i)";

static const struct {
	const char *name;
	enum mg_column_type type;
	enum mg_cell_type as;
} columns[] = {
	{"row_no", MG_TYPE_INTEGER, MG_CELL_INTEGER},
	{"pairs", MG_TYPE_INTEGER, MG_CELL_INTEGER},
	{"real", MG_TYPE_REAL, MG_CELL_REAL},
	{"long_text", MG_TYPE_TEXT, MG_CELL_TEXT},
	{"nul_text", MG_TYPE_TEXT, MG_CELL_TEXT},
	{"two_texts", MG_TYPE_TEXT, MG_CELL_TEXT},
	{"wide", MG_TYPE_REAL, MG_CELL_TEXT},
	{"few", MG_TYPE_INTEGER, MG_CELL_INTEGER},
	{"equal", MG_TYPE_INTEGER, MG_CELL_INTEGER},
	{"unique_text", MG_TYPE_TEXT, MG_CELL_TEXT},
};
enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

static const char *answer_of(struct fixture *f, const struct mg_query *query)
{
	struct mg_table table;
	if (f->ops->query(f->session, query, f->arena, &table, NULL, &f->err) != MG_OK)
		return mg_printf(f->arena, "error: %s", f->err.text);
	struct mg_text out;
	mg_text_init(&out, f->arena);
	for (size_t r = 0; r < table.rows; r++)
		mg_text_addf(&out, "%s%s", r ? "; " : "",
			row_text(f->arena, table.cells + r * table.columns, table.columns));
	return out.data;
}

/* The same counted by the SQL that other engines would run. */
static const char *counted_by_sql(struct fixture *f, const struct mg_query *query)
{
	char *sql = f->ops->sql(f->engine, query, f->arena);
	const struct mg_query plain = {.kind = MG_QUERY_SAMPLE_SQL, .sql = sql, .limit = 1000};
	return answer_of(f, &plain);
}

static void compare(struct fixture *f, struct mg_query *query, const char *what)
{
	for (int i = query->key_count > 1; i < 2; i++) {
		query->nulls_equal = i;
		const char *ours = answer_of(f, query), *theirs = counted_by_sql(f, query);
		if (strcmp(ours, theirs) != 0)
			fail_msg("%s, nulls_equal %d: %s, not %s", what, i, ours, theirs);
	}
}

/* Each column by itself and with the next one; plainly, or in every second case with a condition, in
 * slices, and with both. */
static void compare_all(struct fixture *f, int ways)
{
	struct mg_arena *a = f->arena;
	const struct mg_expr *slice = mg_as_text(a, mg_x_column(a, "slice_no", MG_TYPE_INTEGER));
	const struct mg_expr *where = mg_x_sql(a, "row_no % 5 <> 1");
	struct mg_term keys[COLUMNS + 1];
	for (size_t i = 0; i <= COLUMNS; i++)
		keys[i] = (struct mg_term){
			mg_x_column(a, columns[i % COLUMNS].name, columns[i % COLUMNS].type),
			columns[i % COLUMNS].as};
	for (size_t i = 0; i < 2 * COLUMNS; i++)
		for (int way = 0; way < (i % 2 == 0 ? ways : 1); way++) {
			struct mg_query query = {.kind = MG_QUERY_KEYS,
				.source = {.data = &f->data[0],
					.where = &where,
					.where_count = way & 1},
				.keys = &keys[i % COLUMNS],
				.key_count = i < COLUMNS ? 1 : 2,
				.slice = way & 2 ? slice : NULL};
			compare(f, &query,
				mg_printf(a, "key %zu from %s, way %d", query.key_count,
					columns[i % COLUMNS].name, way));
		}
}

static void open_made(struct fixture *f)
{
	fixture_data(f, "made", made);
	if (fixture_open(f) != MG_OK)
		fail_msg("%s", f->err.text);
}

static void test_keys_are_counted_as_by_sql(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	open_made(&f);
	compare_all(&f, 4);
	fixture_done(&f);
}

/* Whoever could make hashes collide would cost time, and never get another answer. */
static void test_equal_hashes_are_told_apart_by_value(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	f.options.key_bits = 5;
	open_made(&f);
	compare_all(&f, 1);
	fixture_done(&f);
}

/* More hashes than memory holds are looked at in several passes; values that repeat are grouped in
 * several as well. */
static void test_passes_when_memory_is_short(void **state)
{
	(void)state;
	static const char *const ids[] = {"i", "i // 2", "CASE WHEN i < 400000 THEN i END",
		"CASE WHEN i < 400000 THEN i ELSE i % 10 END"};
	static const char *const expected[] = {"600000 | 0 | 600000 | 0",
		"600000 | 0 | 300000 | 600000", "600000 | 200000 | 400000 | 0",
		"600000 | 0 | 400000 | 200010"};
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		struct fixture f;
		fixture_init(&f);
		f.options.memory_bytes = (uint64_t)200 << 20;
		f.options.freq_bytes = (uint64_t)3 << 20;
		fixture_data(&f, "many",
			mg_printf(f.arena, "sql:SELECT %s AS id FROM range(600000) t(i)", ids[i]));
		if (fixture_open(&f) != MG_OK)
			fail_msg("%s", f.err.text);
		const struct mg_term key = {
			mg_x_column(f.arena, "id", MG_TYPE_INTEGER), MG_CELL_INTEGER};
		const struct mg_query query = {.kind = MG_QUERY_KEYS,
			.source = {.data = &f.data[0]},
			.keys = &key,
			.key_count = 1};
		assert_string_equal(answer_of(&f, &query), expected[i]);
		fixture_done(&f);
	}
}

/* ---- groups that memory does not hold ---- */

/* Columns whose groups need more than 24 MB, and others. Text is long, so that few rows do. */
static const char large[] =
	"sql:SELECT i % 2 AS slice_no, "
	"repeat('x', 900) || hash(i // 2) AS pairs, "
	"CASE WHEN i % 10 > 0 THEN repeat('y', 900) || hash(i % 32768 + 7) END AS some, "
	"CASE WHEN i = 17 THEN repeat('x', 900) || hash(3) ELSE repeat('x', 900) || hash(i) END "
	"AS nearly_unique, "
	"repeat('z', 300) AS equal, i % 1000 AS few, i // 2 AS half "
	"FROM range(60000) t(i)";

static void open_large(struct fixture *f, uint64_t megabytes)
{
	fixture_init(f);
	f->options.memory_bytes = megabytes << 20;
	fixture_data(f, "large", large);
	fixture_data(f, "other",
		"sql:SELECT pairs AS id, few FROM large WHERE slice_no = 0 AND few > 9");
	if (fixture_open(f) != MG_OK)
		fail_msg("%s", f->err.text);
}

static const struct {
	const char *what;
	enum mg_query_kind kind;
	const char *keys[2];
	bool nulls_equal, sliced, where;
} large_queries[] = {
	{"all repeat", MG_QUERY_KEYS, {"pairs"}, false, false, false},
	{"all repeat, in slices", MG_QUERY_KEYS, {"pairs"}, false, true, false},
	{"all repeat, some rows", MG_QUERY_KEYS, {"pairs"}, false, true, true},
	{"with NULLs", MG_QUERY_KEYS, {"some"}, false, false, false},
	{"with NULLs that are equal", MG_QUERY_KEYS, {"some"}, true, true, false},
	{"two columns", MG_QUERY_KEYS, {"pairs", "half"}, true, false, false},
	{"two columns with NULLs", MG_QUERY_KEYS, {"some", "few"}, true, true, false},
	{"nearly unique", MG_QUERY_KEYS, {"nearly_unique"}, false, false, false},
	{"equal", MG_QUERY_KEYS, {"equal"}, false, true, false},
	{"orphans", MG_QUERY_ORPHANS, {"pairs"}, false, false, false},
	{"orphans in slices", MG_QUERY_ORPHANS, {"pairs"}, false, true, true},
	{"orphans, all", MG_QUERY_ORPHANS, {"some"}, false, false, false},
	{"different values", MG_QUERY_AGGREGATE, {"pairs"}, false, false, false},
	{"different values, with NULLs", MG_QUERY_AGGREGATE, {"some"}, false, false, true},
	{"different values in slices", MG_QUERY_AGGREGATE, {"pairs"}, false, true, false},
};

/* The queries about keys of `large`, by number; false when there are no more. */
static bool large_query(struct fixture *f, size_t i, struct mg_query *out, const char **what)
{
	struct mg_arena *a = f->arena;
	if (i == sizeof(large_queries) / sizeof(*large_queries))
		return false;
	const struct mg_expr *where = mg_x_sql(a, "few % 4 <> 1");
	const struct mg_expr *slice = mg_as_text(a, mg_x_column(a, "slice_no", MG_TYPE_INTEGER));
	struct mg_term *keys = mg_alloc_array(a, 2, sizeof(*keys));
	*what = large_queries[i].what;
	*out = (struct mg_query){.kind = large_queries[i].kind,
		.source = {.data = &f->data[0]},
		.keys = keys,
		.nulls_equal = large_queries[i].nulls_equal};
	if (large_queries[i].where) {
		const struct mg_expr **list = mg_alloc(a, sizeof(*list));
		*list = where;
		out->source.where = list;
		out->source.where_count = 1;
	}
	for (; out->key_count < 2 && large_queries[i].keys[out->key_count]; out->key_count++) {
		const char *name = large_queries[i].keys[out->key_count];
		bool whole = strcmp(name, "few") == 0 || strcmp(name, "half") == 0;
		keys[out->key_count] = (struct mg_term){
			mg_x_column(a, name, whole ? MG_TYPE_INTEGER : MG_TYPE_TEXT),
			whole ? MG_CELL_INTEGER : MG_CELL_TEXT};
	}
	if (out->kind == MG_QUERY_ORPHANS) {
		out->other.data = &f->data[1];
		out->other_key = mg_x_column(a, "id", MG_TYPE_TEXT);
	}
	if (out->kind != MG_QUERY_AGGREGATE) {
		out->slice = large_queries[i].sliced ? slice : NULL;
		return true;
	}
	struct mg_term *terms = mg_alloc_array(a, 3, sizeof(*terms));
	const struct mg_expr *few = mg_x_column(a, "few", MG_TYPE_INTEGER);
	terms[0] = (struct mg_term){mg_sum(a, few), MG_CELL_TEXT};
	terms[1] = (struct mg_term){
		mg_x_call(a, MG_FN_COUNT_DISTINCT, 1, keys[0].expr), MG_CELL_INTEGER};
	terms[2] = (struct mg_term){mg_x_call(a, MG_FN_COUNT_DISTINCT, 1, few), MG_CELL_INTEGER};
	keys[0] = (struct mg_term){slice, MG_CELL_TEXT};
	out->key_count = large_queries[i].sliced ? 1 : 0;
	out->terms = terms;
	out->term_count = 3;
	return true;
}

/* What is asked of some of the keys at a time is the same as what is asked at once. */
static void test_groups_that_memory_does_not_hold(void **state)
{
	(void)state;
	struct fixture roomy, tight;
	struct mg_query query, same;
	const char *what = NULL;
	size_t failed = 0, count = 0;
	open_large(&roomy, 2000);
	open_large(&tight, 24);
	for (; large_query(&roomy, count, &query, &what); count++) {
		const char *expected = counted_by_sql(&roomy, &query);
		assert_true(large_query(&tight, count, &same, &what));
		failed += strstr(counted_by_sql(&tight, &same),
				  "more memory than the engine may use") != NULL;
		const char *ours = answer_of(&tight, &same);
		if (strcmp(ours, expected) != 0)
			fail_msg("%s: %s, not %s", what, ours, expected);
	}
	/* How much memory a query needs is DuckDB's affair, but most of these need more. */
	assert_true(failed > count / 2);
	fixture_done(&roomy);
	fixture_done(&tight);
}

static void test_sample_after_a_count(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	open_made(&f);
	const struct mg_term key = {mg_x_column(f.arena, "long_text", MG_TYPE_TEXT), MG_CELL_TEXT};
	struct mg_query query = {.kind = MG_QUERY_SAMPLE_KEYS,
		.source = {.data = &f.data[0]},
		.keys = &key,
		.key_count = 1,
		.limit = 5};
	const char *before = answer_of(&f, &query);
	query.kind = MG_QUERY_KEYS;
	assert_string_equal(answer_of(&f, &query), "1200 | 0 | 800 | 800");
	query.kind = MG_QUERY_SAMPLE_KEYS;
	assert_string_equal(answer_of(&f, &query), before);
	assert_non_null(strstr(before, " | 2; "));
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_are_counted_as_by_sql),
		cmocka_unit_test(test_equal_hashes_are_told_apart_by_value),
		cmocka_unit_test(test_passes_when_memory_is_short),
		cmocka_unit_test(test_groups_that_memory_does_not_hold),
		cmocka_unit_test(test_sample_after_a_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
