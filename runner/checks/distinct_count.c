/* distinct_count, distinct_share: how many different values a column has, also by its rows. */
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
static struct mg_value measure(const struct mg_measures *m, bool by_rows)
{
	double rows = mg_get(m, "rows"), nulls = mg_get(m, "nulls");
	if (rows == 0)
		return mg_value_empty("there are no rows");
	if (rows == nulls)
		return mg_only_nulls(m, rows);
	double distinct = mg_get(m, "distinct");
	struct mg_value v = by_rows ? mg_value_share(distinct, rows - nulls)
				    : mg_value_of(distinct, (int64_t)(rows - nulls));
	mg_fact_number(m, &v, "rows", rows);
	mg_fact_number(m, &v, "nulls", nulls);
	if (by_rows)
		mg_fact_number(m, &v, "distinct", distinct);
	return v;
}

static struct mg_value measure_count(const struct mg_check *c, const struct mg_measures *m)
{
	(void)c;
	return measure(m, false);
}

static struct mg_value measure_share(const struct mg_check *c, const struct mg_measures *m)
{
	(void)c;
	return measure(m, true);
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
	.measure = measure_count,
};

const struct mg_check_kind mg_check_distinct_share = {
	.name = "distinct_share",
	.family = "statistics",
	.summary = "number of different values in a column divided by its rows with a value",
	.details =
		"1 when no value occurs twice, near 0 for a column of few categories: of 1, 1, 2 it is "
		"two in three. (`unique` measures the share of rows whose value occurs once, one in "
		"three.) NULL is no value; NaN is one.",
	.definition = "distinct_share/of-rows-with-a-value",
	.example = "- distinct_share: {column: flight_id, min: 99%}\n"
		   "- distinct_share: {column: origin, max: 5%}",
	.better = MG_EITHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN,
	.value_least = 0,
	.value_most = 1,
	.plan = plan,
	.measure = measure_share,
};
