/* distinct_count: how many different values a column has. */
#include <modelgate/check.h>

#include "checks/share.h"

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *x;
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, c->column, &x, err));
	MG_TRY(mg_need(
		pl, c, MG_CURRENT, "rows", MG_CELL_INTEGER, mg_x_call(a, MG_FN_COUNT, 0), err));
	MG_TRY(mg_need(pl, c, MG_CURRENT, "nulls", MG_CELL_INTEGER,
		mg_x_call(a, MG_FN_COUNT_IF, 1, mg_x_call(a, MG_FN_IS_NULL, 1, x)), err));
	return mg_need(pl, c, MG_CURRENT, "distinct", MG_CELL_INTEGER,
		mg_x_call(a, MG_FN_COUNT_DISTINCT, 1, x), err);
}

/* No values is no answer: 0 would satisfy every upper limit. */
static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	(void)c;
	double rows = mg_get(m, "rows"), nulls = mg_get(m, "nulls");
	if (rows == 0)
		return mg_value_empty("there are no rows");
	if (rows == nulls)
		return mg_only_nulls(m, rows);
	struct mg_value v = mg_value_of(mg_get(m, "distinct"), (int64_t)(rows - nulls));
	mg_fact_number(m, &v, "rows", rows);
	mg_fact_number(m, &v, "nulls", nulls);
	return v;
}

const struct mg_check_kind mg_check_distinct_count = {
	.name = "distinct_count",
	.family = "statistics",
	.summary = "number of different values in a column",
	.details = "Counted exactly. NULL is no value; NaN is one. Text differs by letter case and "
		   "blanks.",
	.definition = "distinct_count/exact",
	.example = "- distinct_count: {column: origin, min: 200}",
	.better = MG_EITHER,
	.unit = MG_UNIT_COUNT,
	.flags = MG_KIND_COLUMN,
	.value_least = 0,
	.value_most = NAN,
	.plan = plan,
	.measure = measure,
};
