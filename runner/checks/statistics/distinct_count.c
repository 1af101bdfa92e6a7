/* distinct_count.c: distinct_count, distinct_share, constant: how many different values a column
 * has. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/share.h"

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *x;
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, c->column, &x, err));
	MG_TRY(mg_need_integer(pl, c, "rows", mg_count_all(a), err));
	MG_TRY(mg_need_integer(pl, c, "nulls", mg_count_if(a, mg_is_null(a, x)), err));
	return mg_need_integer(pl, c, "distinct", mg_x_call(a, MG_FN_COUNT_DISTINCT, 1, x), err);
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

static struct mg_value measure_constant(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_value v = measure_count(c, m);
	if (v.state != MG_MEASURED)
		return v;
	double distinct = v.value, nulls = mg_get(m, "nulls");
	v.value = v.lo = v.hi = distinct - 1;
	v.message = mg_printf(mg_measures_arena(m), "%s value%s in %s",
		mg_human_double(mg_measures_arena(m), distinct, 15), distinct == 1 ? "" : "s",
		mg_rows_text(mg_measures_arena(m), (double)v.rows));
	if (nulls > 0)
		v.message = mg_printf(mg_measures_arena(m), "%s (%s NULL%s left out)", v.message,
			mg_human_double(mg_measures_arena(m), nulls, 15), nulls == 1 ? "" : "s");
	mg_fact_number(m, &v, "distinct", distinct);
	return v;
}

const struct mg_check_kind mg_check_distinct_count = {
	.name = "distinct_count",
	.family = "statistics",
	.summary = "number of different values in a column",
	.details = "Counted exactly. NULL does not count; NaN counts as one value. Text differs "
		   "by letter case and blanks.",
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
		"1 when no value occurs twice, near 0 for a column of few categories: of 1, 1, 2 "
		"it is two in three. (`unique` measures the share of rows whose value occurs "
		"once, one in three.) NULL does not count; NaN counts as one value.",
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

const struct mg_check_kind mg_check_constant = {
	.name = "constant",
	.family = "statistics",
	.summary = "number of different values in a column, less one",
	.details = "0 when all rows have the same value, which is required unless the check has "
		   "limits; `min: 1` refuses a column that never changes. NULL does not count, NaN "
		   "does; `not_null` refuses NULLs. A column of NULLs alone is not constant: "
		   "`on_empty` decides.",
	.definition = "constant/other-values",
	.example = "- constant: {column: origin, where: \"origin = 'ATL'\"}\n"
		   "- constant: {column: destination, min: 1}",
	.better = MG_EITHER,
	.unit = MG_UNIT_COUNT,
	.flags = MG_KIND_COLUMN | MG_KIND_DEFAULT_NONE,
	.value_least = 0,
	.value_most = NAN,
	.plan = plan,
	.measure = measure_constant,
};
