/* test_derive.c: numbers of all rows come out of those of the slices, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/arena.h"
#include "execute/derive.h"
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

static struct mg_term count_of(const struct mg_expr *condition)
{
	return (struct mg_term){
		.expr = call(MG_FN_COUNT_IF, condition, NULL, NULL), .as = MG_CELL_INTEGER};
}

static struct mg_term sum_of(const struct mg_expr *x)
{
	const struct mg_expr *of_row = call(MG_FN_IF, missing_row(), mg_x_null(arena), x);
	return (struct mg_term){.expr = call(MG_FN_SUM, of_row, NULL, NULL), .as = MG_CELL_REAL};
}

static struct mg_freq values(double *list, int64_t *n, size_t len)
{
	struct mg_freq f = {.len = len, .lo = list, .n = n};
	for (size_t i = 0; i < len; i++)
		f.rows += mg_freq_n(&f, i);
	return f;
}

static void terms_come_out_of_tables(void **state)
{
	(void)state;
	const struct mg_expr *score = column("score"), *half = mg_x_real(arena, 0.5);
	const struct mg_expr *label = call(
		MG_FN_IF, positive_row(), mg_x_real(arena, 1), mg_x_real(arena, 0));
	const struct mg_expr *off = call(MG_FN_SUB, score, label, NULL);
	const struct mg_expr *there = call(MG_FN_NOT, missing_row(), NULL, NULL);
	const struct mg_term terms[] = {term(MG_FN_COUNT, MG_CELL_INTEGER), count_of(missing_row()),
		count_of(call(MG_FN_AND, positive_row(), call(MG_FN_GE, score, half, NULL), NULL)),
		count_of(call(MG_FN_AND, there, positive_row(), NULL)),
		count_of(call(MG_FN_AND, there, call(MG_FN_IS_NAN, score, NULL, NULL), NULL)),
		sum_of(call(MG_FN_MUL, off, off, NULL)),
		sum_of(call(MG_FN_LN, call(MG_FN_GREATEST, score, mg_x_real(arena, 0.125), NULL),
			NULL, NULL))};
	enum { TERMS = sizeof(terms) / sizeof(*terms) };
	struct mg_query query = query_of(terms, TERMS, true), freq = freq_of(true);
	struct mg_query *queries[] = {&query, &freq};
	struct mg_plan plan = {.queries = queries, .query_count = 2};
	assert_int_equal(mg_derive_from(&plan, 0), 1);
	assert_int_equal(mg_derive_from(&plan, 1), SIZE_MAX);

	/* the NULL slice has both classes, "a" one only, "b" nothing but rows without a label */
	struct mg_freq tables[] = {values((double[]){0, 0.5}, (int64_t[]){3, 1}, 2),
		values((double[]){0.25, 0.5, 1}, NULL, 3), values(NULL, NULL, 0),
		values((double[]){0.75}, (int64_t[]){4}, 1), values(NULL, NULL, 0),
		values(NULL, NULL, 0)};
	const char *slices[] = {NULL, "a", "b"};
	int64_t dropped[] = {2, 0, 5};
	struct mg_answer from = {.freqs = {.slice_count = 3,
					 .slices = slices,
					 .tables = tables,
					 .dropped = dropped}},
			 out = {.arena = arena};
	assert_true(mg_derive(&query, &freq, &from, &out));
	assert_int_equal(out.table.rows, 3);
	assert_int_equal(out.table.columns, 1 + TERMS);
	static const int64_t counts[3][5] = {{9, 2, 2, 3, 0}, {4, 0, 4, 4, 0}, {5, 5, 0, 0, 0}};
	for (size_t row = 0; row < 3; row++) {
		const struct mg_cell *cells = &out.table.cells[row * (1 + TERMS)];
		assert_int_equal(cells[0].type, row ? MG_CELL_TEXT : MG_CELL_NULL);
		for (size_t i = 0; i < 5; i++)
			assert_int_equal(cells[1 + i].integer, counts[row][i]);
	}
	const struct mg_cell *cells = out.table.cells;
	assert_true(cells[6].real == 0.25 + 0.5625 + 0.25);
	assert_true(fabs(cells[7].real - (3 * log(0.125) + 2 * log(0.5) + log(0.25))) < 1e-15);
	assert_string_equal(cells[8].text, "a");
	assert_true(cells[1 + TERMS + 6].real == 4 * 0.0625);
	assert_int_equal(cells[2 * (1 + TERMS) + 6].type, MG_CELL_NULL);

	/* NaN scores are counted, but how a sum takes them is the engine's to say */
	tables[3].nans = 1;
	assert_false(mg_derive(&query, &freq, &from, &out));
	query.term_count = 5;
	assert_true(mg_derive(&query, &freq, &from, &out));
	assert_int_equal(out.table.cells[6 + 5].integer, 1);
	assert_int_equal(out.table.cells[6 + 1].integer, 5);
}

static void tables_that_cannot_tell(void **state)
{
	(void)state;
	const struct mg_term terms[] = {sum_of(column("score"))};
	struct mg_query query = query_of(terms, 1, false), freq = freq_of(false);
	double one[] = {1}, two[] = {2}, infinite[] = {-INFINITY, INFINITY};
	struct mg_freq exact[] = {values(one, NULL, 1), values(two, NULL, 1)};
	int64_t dropped[] = {0};
	struct mg_answer from = {.freqs = {.slice_count = 1, .tables = exact, .dropped = dropped}},
			 out = {.arena = arena};
	assert_true(mg_derive(&query, &freq, &from, &out));
	assert_true(out.table.cells[0].real == 3);
	from.freqs.dropped = NULL; /* an engine that does not count them */
	assert_false(mg_derive(&query, &freq, &from, &out));
	from.freqs.dropped = dropped;
	exact[0].hi = two; /* bucketed */
	assert_false(mg_derive(&query, &freq, &from, &out));
	exact[0] = values(infinite, NULL, 2);
	assert_false(mg_derive(&query, &freq, &from, &out));
}

static void terms_that_no_table_has(void **state)
{
	(void)state;
	const struct mg_expr *other = call(MG_FN_GT, column("other"), mg_x_real(arena, 0), NULL);
	const struct mg_expr *sql = mg_x_sql(arena, "label = 1");
	const struct mg_expr *label_null = call(MG_FN_IS_NULL, column("label"), NULL, NULL);
	/* which of the rows without a group have no label, the table does not know */
	const struct mg_term unknown[] = {count_of(other), count_of(sql), count_of(label_null),
		sum_of(column("other")), term(MG_FN_STDDEV_SAMP, MG_CELL_REAL),
		{.expr = count_of(missing_row()).expr, .as = MG_CELL_REAL}};
	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
		struct mg_query query = query_of(&unknown[i], 1, true), freq = freq_of(true);
		struct mg_query *queries[] = {&query, &freq};
		struct mg_plan plan = {.queries = queries, .query_count = 2};
		assert_int_equal(mg_derive_from(&plan, 0), SIZE_MAX);
	}
	/* nor do tables of other slices, other rows, or of groups that are any number */
	const struct mg_term known = count_of(missing_row());
	struct mg_query query = query_of(&known, 1, true),
			freqs[] = {freq_of(true), freq_of(false), freq_of(true), freq_of(true),
				freq_of(true)};
	freqs[2].source.data = &other_data;
	freqs[3].group = mg_x_column(arena, "class", MG_TYPE_INTEGER);
	freqs[4].timeout_seconds = 1;
	for (size_t i = 0; i < 5; i++) {
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
		cmocka_unit_test(terms_come_out_of_tables),
		cmocka_unit_test(tables_that_cannot_tell),
		cmocka_unit_test(terms_that_no_table_has),
		cmocka_unit_test(tables_of_slices_make_that_of_all),
	};
	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
