/* test_derive.c: numbers of all rows come out of those of the slices, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/arena.h"
#include "execute/derive.h"
#include "plan/labels.h"
#include "stats/freq.h"

static struct mg_arena *arena;
static const struct mg_data data = {.name = "d"}, other_data = {.name = "e"};

static struct mg_term term(enum mg_fn fn, enum mg_cell_type as)
{
	const struct mg_expr *x = mg_x_column(arena, "x", MG_TYPE_REAL);
	return (struct mg_term){.as = as,
		.expr = fn == MG_FN_COUNT ? mg_x_call(arena, fn, 0)
			: fn == MG_FN_COUNT_IF
			? mg_x_call(arena, fn, 1, mg_x_call(arena, MG_FN_IS_NULL, 1, x))
			: mg_x_call(arena, fn, 1, x)};
}

static struct mg_query query_of(const struct mg_term *terms, size_t count, bool sliced)
{
	struct mg_query q = {.kind = MG_QUERY_AGGREGATE,
		.fused = true,
		.source = {.data = &data},
		.terms = terms,
		.term_count = count};
	if (!sliced)
		return q;
	struct mg_term *key = mg_alloc(arena, sizeof(*key));
	*key = (struct mg_term){.expr = mg_x_column(arena, "s", MG_TYPE_TEXT), .as = MG_CELL_TEXT};
	q.keys = key;
	q.key_count = 1;
	return q;
}

static struct mg_cell integer(int64_t x)
{
	return (struct mg_cell){.type = MG_CELL_INTEGER, .integer = x};
}

static struct mg_cell real(double x)
{
	return (struct mg_cell){.type = MG_CELL_REAL, .real = x};
}

static struct mg_cell text(const char *x)
{
	return (struct mg_cell){.type = x ? MG_CELL_TEXT : MG_CELL_NULL, .text = x};
}

static const struct mg_cell none = {.type = MG_CELL_NULL};

static void adds_up_slices(void **state)
{
	(void)state;
	/* the slices' query has the terms in another order, and one more */
	const struct mg_term of_slices[] = {term(MG_FN_SUM, MG_CELL_REAL),
		term(MG_FN_COUNT, MG_CELL_INTEGER), term(MG_FN_STDDEV_SAMP, MG_CELL_REAL),
		term(MG_FN_MAX, MG_CELL_REAL), term(MG_FN_MIN, MG_CELL_REAL),
		term(MG_FN_COUNT_IF, MG_CELL_INTEGER)};
	const struct mg_term of_all[] = {
		of_slices[1], of_slices[5], of_slices[0], of_slices[4], of_slices[3]};
	struct mg_query slices = query_of(of_slices, 6, true), all = query_of(of_all, 5, false);
	/* 1e16 + 1 is 1e16 in doubles: the sum must be compensated */
	const struct mg_cell cells[] = {text(NULL), real(1e16), integer(3), real(7), real(9e15),
		real(-2), integer(0), text("a"), real(1), integer(4), none, real(8), real(-1),
		integer(2), text("b"), none, integer(5), none, none, none, integer(5), text("c"),
		real(-1e16), integer(1), none, real(-1e16), real(-1e16), integer(0)};
	struct mg_answer from = {.table = {.cells = cells, .rows = 4, .columns = 7}};
	struct mg_answer out = {.arena = arena};
	assert_true(mg_derive(&all, &slices, &from, &out));
	assert_int_equal(out.table.rows, 1);
	assert_int_equal(out.table.columns, 5);
	assert_int_equal(out.table.cells[0].integer, 13);
	assert_int_equal(out.table.cells[1].integer, 7);
	assert_true(out.table.cells[2].real == 1);
	assert_true(out.table.cells[3].real == -1e16);
	assert_true(out.table.cells[4].real == 9e15);
}

static void no_slices_are_no_rows(void **state)
{
	(void)state;
	const struct mg_term terms[] = {term(MG_FN_COUNT, MG_CELL_INTEGER),
		term(MG_FN_COUNT_IF, MG_CELL_INTEGER), term(MG_FN_SUM, MG_CELL_REAL)};
	struct mg_query slices = query_of(terms, 3, true), all = query_of(terms, 3, false);
	struct mg_answer from = {.table = {.columns = 4}}, out = {.arena = arena};
	assert_true(mg_derive(&all, &slices, &from, &out));
	assert_int_equal(out.table.cells[0].type, MG_CELL_INTEGER);
	assert_int_equal(out.table.cells[0].integer, 0);
	assert_int_equal(out.table.cells[1].integer, 0);
	assert_int_equal(out.table.cells[2].type, MG_CELL_NULL);
}

static void leaves_what_it_cannot_tell(void **state)
{
	(void)state;
	const struct mg_term terms[] = {term(MG_FN_MAX, MG_CELL_REAL)};
	struct mg_query slices = query_of(terms, 1, true), all = query_of(terms, 1, false);
	const struct mg_cell nan_cells[] = {text("a"), real(1), text("b"), real(NAN)};
	struct mg_answer from = {.table = {.cells = nan_cells, .rows = 2, .columns = 2}};
	struct mg_answer out = {.arena = arena};
	assert_false(mg_derive(&all, &slices, &from, &out));
	from = (struct mg_answer){.error = "too many groups"};
	assert_false(mg_derive(&all, &slices, &from, &out));
	const char *term_errors[] = {"overflow"};
	from = (struct mg_answer){
		.term_errors = term_errors, .table = {.cells = nan_cells, .rows = 1, .columns = 2}};
	assert_false(mg_derive(&all, &slices, &from, &out));
}

static void finds_the_query_that_holds_all(void **state)
{
	(void)state;
	const struct mg_term sums[] = {
		term(MG_FN_COUNT, MG_CELL_INTEGER), term(MG_FN_SUM, MG_CELL_REAL)};
	const struct mg_term spread[] = {term(MG_FN_STDDEV_SAMP, MG_CELL_REAL)};
	struct mg_query all = query_of(sums, 2, false), count = query_of(sums, 1, true),
			both = query_of(sums, 2, true), elsewhere = both, hurried = both;
	struct mg_query deviation = query_of(spread, 1, false),
			deviations = query_of(spread, 1, true);
	elsewhere.source.data = &other_data;
	hurried.timeout_seconds = 1;
	struct mg_query *queries[] = {
		&all, &count, &elsewhere, &hurried, &both, &deviation, &deviations};
	struct mg_plan plan = {.queries = queries, .query_count = 7};
	assert_int_equal(mg_derive_from(&plan, 0), 4);
	assert_int_equal(mg_derive_from(&plan, 4), SIZE_MAX);
	assert_int_equal(mg_derive_from(&plan, 5), SIZE_MAX);
	plan.query_count = 4;
	assert_int_equal(mg_derive_from(&plan, 0), SIZE_MAX);
}

/* ---- from frequency tables ---- */

static const struct mg_expr *column(const char *name)
{
	return mg_x_column(arena, name, MG_TYPE_REAL);
}

static const struct mg_expr *call(
	enum mg_fn fn, const struct mg_expr *a, const struct mg_expr *b, const struct mg_expr *c)
{
	return mg_x_call(arena, fn, c ? 3 : b ? 2 : 1, a, b, c);
}

/* As tasks say it: rows without label or score are in no group, the others by their label. */
static const struct mg_expr *missing_row(void)
{
	return call(MG_FN_OR, call(MG_FN_IS_NULL, column("label"), NULL, NULL),
		call(MG_FN_IS_NULL, column("score"), NULL, NULL), NULL);
}

static const struct mg_expr *positive_row(void)
{
	return call(MG_FN_EQ, column("label"), mg_x_integer(arena, 1), NULL);
}

static struct mg_query freq_of(bool sliced)
{
	return (struct mg_query){.kind = MG_QUERY_FREQ,
		.source = {.data = &data},
		.value = column("score"),
		.group = call(MG_FN_IF, missing_row(), mg_x_null(arena),
			call(MG_FN_IF, positive_row(), mg_x_integer(arena, 1),
				mg_x_integer(arena, 0))),
		.group_count = 2,
		.slice = sliced ? mg_x_column(arena, "s", MG_TYPE_TEXT) : NULL};
}

static struct mg_freq values(double *list, int64_t *n, size_t len)
{
	struct mg_freq f = {.len = len, .lo = list, .n = n};
	for (size_t i = 0; i < len; i++)
		f.rows += mg_freq_n(&f, i);
	return f;
}

static void tables_tell_the_number_of_rows(void **state)
{
	(void)state;
	const struct mg_term terms[] = {term(MG_FN_COUNT, MG_CELL_INTEGER)};
	struct mg_query query = query_of(terms, 1, true), freq = freq_of(true);
	struct mg_query *queries[] = {&query, &freq};
	struct mg_plan plan = {.queries = queries, .query_count = 2};
	assert_int_equal(mg_derive_from(&plan, 0), 1);
	assert_int_equal(mg_derive_from(&plan, 1), SIZE_MAX);

	/* rows without a label are in neither table */
	struct mg_freq tables[] = {values((double[]){0, 0.5}, (int64_t[]){3, 1}, 2),
		values((double[]){0.25, 0.5, 1}, NULL, 3), values(NULL, NULL, 0),
		values((double[]){0.75}, (int64_t[]){4}, 1), values(NULL, NULL, 0),
		values(NULL, NULL, 0)};
	tables[1].nulls = 5;
	tables[2].nans = 6;
	const char *slices[] = {NULL, "a", "b"};
	int64_t dropped[] = {2, 0, 5};
	struct mg_answer from = {.freqs = {.slice_count = 3,
					 .slices = slices,
					 .tables = tables,
					 .dropped = dropped}},
			 out = {.arena = arena};
	assert_true(mg_derive(&query, &freq, &from, &out));
	assert_int_equal(out.table.rows, 3);
	assert_int_equal(out.table.columns, 2);
	assert_int_equal(out.table.cells[0].type, MG_CELL_NULL);
	assert_int_equal(out.table.cells[1].integer, 3 + 1 + 3 + 5 + 2);
	assert_string_equal(out.table.cells[2].text, "a");
	assert_int_equal(out.table.cells[3].integer, 6 + 4);
	assert_int_equal(out.table.cells[5].integer, 5);
}

static void tables_tell_nothing_else(void **state)
{
	(void)state;
	const struct mg_term count = term(MG_FN_COUNT, MG_CELL_INTEGER);
	const struct mg_term more[] = {count, term(MG_FN_COUNT_IF, MG_CELL_INTEGER)};
	struct mg_query other = query_of(more, 2, true), table = freq_of(true);
	struct mg_query *pair[] = {&other, &table};
	struct mg_plan two = {.queries = pair, .query_count = 2};
	assert_int_equal(mg_derive_from(&two, 0), SIZE_MAX);
	/* nor do tables of other slices, or of other rows */
	struct mg_query query = query_of(&count, 1, true),
			freqs[] = {freq_of(true), freq_of(false), freq_of(true), freq_of(true)};
	freqs[2].source.data = &other_data;
	freqs[3].timeout_seconds = 1;
	for (size_t i = 0; i < 4; i++) {
		struct mg_query *queries[] = {&query, &freqs[i]};
		struct mg_plan plan = {.queries = queries, .query_count = 2};
		assert_int_equal(mg_derive_from(&plan, 0), i ? SIZE_MAX : 1);
	}
}

static void tables_of_slices_make_that_of_all(void **state)
{
	(void)state;
	struct mg_query slices = freq_of(true), all = freq_of(false);
	struct mg_query *queries[] = {&all, &slices};
	struct mg_plan plan = {.queries = queries, .query_count = 2};
	assert_int_equal(mg_derive_from(&plan, 0), 1);
	assert_int_equal(mg_derive_from(&plan, 1), SIZE_MAX);
	double a[] = {1, 3}, b[] = {2, 3}, c[] = {-1};
	struct mg_freq tables[] = {values(a, NULL, 2), values(c, NULL, 1),
		values(b, (int64_t[]){2, 5}, 2), values(NULL, NULL, 0)};
	tables[3].nans = 4;
	const char *names[] = {NULL, "x"};
	int64_t dropped[] = {7, 8};
	struct mg_answer from = {.freqs = {.slice_count = 2,
					 .slices = names,
					 .tables = tables,
					 .dropped = dropped}},
			 out = {.arena = arena};
	assert_true(mg_derive(&all, &slices, &from, &out));
	assert_int_equal(out.freqs.slice_count, 1);
	assert_int_equal(out.freqs.dropped[0], 15);
	const struct mg_freq *no = &out.freqs.tables[0], *yes = &out.freqs.tables[1];
	assert_int_equal(no->len, 3);
	assert_int_equal(no->rows, 9);
	assert_true(no->lo[2] == 3);
	assert_int_equal(mg_freq_n(no, 2), 6);
	assert_int_equal(yes->rows, 1);
	assert_int_equal(yes->nans, 4);
	tables[1].hi = c;
	assert_false(mg_derive(&all, &slices, &from, &out));
}

/* ---- labels, from frequency tables ---- */

static struct mg_query labels_query(void)
{
	struct mg_term *keys = mg_alloc_array(arena, 2, sizeof(*keys)),
		       *count = mg_alloc(arena, sizeof(*count));
	keys[0] = (struct mg_term){
		call(MG_FN_INDICATOR, positive_row(), NULL, NULL), MG_CELL_INTEGER};
	keys[1] = (struct mg_term){column("label"), MG_CELL_INTEGER};
	*count = (struct mg_term){mg_x_call(arena, MG_FN_COUNT, 0), MG_CELL_INTEGER};
	return (struct mg_query){.kind = MG_QUERY_AGGREGATE,
		.source = {.data = &data},
		.keys = keys,
		.key_count = 2,
		.keys_repeat = true,
		.terms = count,
		.term_count = 1};
}

static struct mg_query scores_query(bool sliced)
{
	struct mg_query q = freq_of(sliced);
	q.group = call(MG_FN_IF, call(MG_FN_IS_NULL, column("label"), NULL, NULL), mg_x_null(arena),
		call(MG_FN_INDICATOR, positive_row(), NULL, NULL));
	return q;
}

static void two_neighbours_are_all_labels(void **state)
{
	(void)state;
	static const struct {
		int64_t least, greatest, negatives, positives;
		bool told;
		int64_t other;
	} cases[] = {
		{0, 1, 5, 3, true, 0},
		{1, 2, 5, 3, true, 2},
		{0, 0, 5, 0, true, 0},
		{7, 7, 5, 0, true, 7},
		{1, 1, 0, 3, true, 0},
		{-1, 1, 5, 3, false, 0}, /* 0 may be between */
		{0, 2, 5, 3, false, 0},  /* 1 is the positive one: 0 and 2 are two others */
		{2, 3, 5, 0, false, 0},
		{0, 2, 5, 0, false, 0},
		{INT64_MIN, INT64_MAX, 5, 3, false, 0},
		{2, 3, 5, 3, false, 0}, /* cannot be */
		{1, 1, 5, 3, false, 0},
		{0, 0, 0, 3, false, 0},
	};
	struct mg_query labels = labels_query(), scores = scores_query(true);
	scores.spanned = column("label");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mg_freq tables[4] = {{.rows = cases[i].negatives}};
		tables[1].rows = cases[i].positives ? cases[i].positives - 2 : 0;
		tables[1].nulls = tables[3].nans = cases[i].positives ? 1 : 0;
		int64_t dropped[] = {4, 0};
		struct mg_answer from = {.freqs = {.slice_count = 2,
						 .tables = tables,
						 .dropped = dropped,
						 .spans = true,
						 .least = cases[i].least,
						 .greatest = cases[i].greatest}};
		struct mg_answer out = {.arena = arena};
		assert_int_equal(mg_derive(&labels, &scores, &from, &out), cases[i].told);
		if (!cases[i].told)
			continue;
		const struct mg_cell *row = out.table.cells;
		assert_int_equal(row[1].type, MG_CELL_NULL);
		assert_int_equal(row[2].integer, 4);
		if (cases[i].negatives) {
			row += 3;
			assert_int_equal(row[0].integer, 0);
			assert_int_equal(row[1].integer, cases[i].other);
			assert_int_equal(row[2].integer, cases[i].negatives);
		}
		if (cases[i].positives) {
			row += 3;
			assert_int_equal(row[0].integer, 1);
			assert_int_equal(row[1].integer, 1);
			assert_int_equal(row[2].integer, cases[i].positives);
		}
		assert_ptr_equal(row + 3, out.table.cells + 3 * out.table.rows);
		from.freqs.spans = false;
		assert_false(mg_derive(&labels, &scores, &from, &out));
	}
}

static void labels_are_those_of_the_very_rows(void **state)
{
	(void)state;
	struct mg_query labels = labels_query(), whole = scores_query(false),
			scores = scores_query(true), without = scores_query(true),
			elsewhere = scores_query(true), other = scores_query(true);
	without.group = freq_of(true).group; /* rows without a score are in no group either */
	elsewhere.source.data = &other_data;
	other.group = call(MG_FN_IF, call(MG_FN_IS_NULL, column("label"), NULL, NULL),
		mg_x_null(arena),
		call(MG_FN_INDICATOR, call(MG_FN_EQ, column("label"), mg_x_integer(arena, 2), NULL),
			NULL, NULL));
	struct mg_query *queries[] = {&labels, &without, &elsewhere, &other, &whole, &scores};
	struct mg_plan plan = {.queries = queries, .query_count = 4};
	mg_labels_span(&plan);
	assert_int_equal(mg_derive_from(&plan, 0), SIZE_MAX);
	plan.query_count = 6;
	mg_labels_span(&plan);
	assert_int_equal(mg_derive_from(&plan, 0), 5); /* the one that is not derived itself */
	assert_null(whole.spanned);
}

static int open_arena(void **state)
{
	(void)state;
	arena = mg_arena_new();
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	mg_arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_up_slices),
		cmocka_unit_test(no_slices_are_no_rows),
		cmocka_unit_test(leaves_what_it_cannot_tell),
		cmocka_unit_test(finds_the_query_that_holds_all),
		cmocka_unit_test(tables_tell_the_number_of_rows),
		cmocka_unit_test(tables_tell_nothing_else),
		cmocka_unit_test(tables_of_slices_make_that_of_all),
		cmocka_unit_test(two_neighbours_are_all_labels),
		cmocka_unit_test(labels_are_those_of_the_very_rows),
	};
	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
