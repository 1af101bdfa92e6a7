/* test_merge.c: what the plan takes for one question, execution takes for one: the texts of plan/merge.c and
 * mg_x_equal agree on any two expressions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>

#include "base/arena.h"
#include "plan/merge.h"

#define LEN(array) (sizeof(array) / sizeof(*(array)))

static const struct mg_data data = {.name = "d"};

static size_t below(size_t n)
{
	return (size_t)random() % n;
}

/* Few of each, and near to each other, so that many pairs are equal or all but equal. */
static const struct mg_expr *leaf(struct mg_arena *a)
{
	static const char *const words[] = {"a", "A", "b", "", "-", "1", "1:a", "a)", "(0 )"};
	static const double reals[] = {0, -0.0, 1, 0.1, 0.30000000000000004, 0.3, INFINITY, 1e308};
	static const struct mg_column columns[] = {
		{.name = "n", .sql_type = "DECIMAL(9,2)"},
		{.name = "n", .sql_type = "DECIMAL(9,3)"},
	};
	const char *word = words[below(LEN(words))];
	switch (below(9)) {
	case 0:
		return mg_x_null(a);
	case 1:
		return mg_x_column(a, word, MG_TYPE_REAL);
	case 2:
		return mg_x_text(a, word);
	case 3:
		return mg_x_sql(a, word);
	case 4:
		return mg_x_real(a, reals[below(LEN(reals))]);
	case 5:
		return mg_x_integer(a, (int64_t)below(3) - 1);
	case 6:
		return mg_x_bool(a, below(2) == 0);
	case 7:
		return mg_x_number(a, word, &columns[below(LEN(columns))]);
	default:
		return mg_x_of_column(a, &columns[below(LEN(columns))]);
	}
}

static const struct mg_expr *any(struct mg_arena *a, size_t depth)
{
	static const enum mg_fn fns[] = {MG_FN_AND, MG_FN_OR, MG_FN_ADD, MG_FN_SUM};
	const struct mg_expr *args[3];
	size_t count = below(LEN(args) + 1);
	if (depth == 0 || below(3) == 0)
		return leaf(a);
	for (size_t i = 0; i < count; i++)
		args[i] = any(a, depth - 1);
	return mg_x_list(a, fns[below(LEN(fns))], args, count);
}

/* The same anew, but that some of it may be replaced. */
static const struct mg_expr *nearly(struct mg_arena *a, const struct mg_expr *x)
{
	if (below(12) == 0)
		return any(a, 1);
	struct mg_expr *copy = mg_alloc(a, sizeof(*copy));
	*copy = *x;
	const struct mg_expr **args = mg_alloc_array(a, x->arg_count + 1, sizeof(*args));
	for (size_t i = 0; i < x->arg_count; i++)
		args[i] = nearly(a, x->args[i]);
	copy->args = args;
	return copy;
}

static bool is_one_term(struct mg_merge *m, const struct mg_expr *x, const struct mg_expr *y)
{
	const struct mg_query rows = {.kind = MG_QUERY_AGGREGATE, .source = {.data = &data}};
	const struct mg_term terms[] = {
		{.expr = mg_sum(m->arena, x), .as = MG_CELL_REAL},
		{.expr = mg_sum(m->arena, y), .as = MG_CELL_REAL},
	};
	struct mg_place places[2];
	for (size_t i = 0; i < 2; i++)
		places[i] = mg_merge_term(m, &rows, &terms[i]);
	return places[0].query == places[1].query && places[0].term == places[1].term;
}

static bool is_one_query(struct mg_merge *m, const struct mg_expr *x, const struct mg_expr *y)
{
	const struct mg_expr *values[] = {x, y};
	size_t queries[2];
	for (size_t i = 0; i < 2; i++)
		queries[i] = mg_merge_query(m,
			&(struct mg_query){.kind = MG_QUERY_FREQ,
				.source = {.data = &data},
				.value = values[i],
				.group_count = 1});
	return queries[0] == queries[1];
}

static void agrees_on_what_is_equal(void **state)
{
	(void)state;
	size_t equal = 0, different = 0;
	srandom(12);
	for (int round = 0; round < 5000; round++) {
		MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
		struct mg_plan plan = {.query_count = 0};
		struct mg_merge m;
		mg_merge_init(&m, a, &plan);
		const struct mg_expr *x = any(a, 3), *y = nearly(a, x);
		bool same = mg_x_equal(x, y);
		assert_int_equal(mg_x_equal(y, x), same);
		assert_int_equal(is_one_term(&m, x, y), same);
		assert_int_equal(is_one_query(&m, x, y), same);
		equal += same;
		different += !same;
	}
	/* neither is rare, or nothing was compared */
	assert_true(equal > 500);
	assert_true(different > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_on_what_is_equal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
