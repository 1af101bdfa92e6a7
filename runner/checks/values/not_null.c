/* not_null.c: not_null, is_null: the share of rows in which a column has a value, or none. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/chart.h"
#include "checks/interval.h"
#include "checks/share.h"

/* Only floating point has NaN. */
static bool may_hold_nan(const struct mg_check *c)
{
	const struct mg_column *column = mg_schema_column(c->schema, c->column);
	return column->type == MG_TYPE_REAL && !mg_starts_with(column->sql_type, "DECIMAL");
}

static int plan(struct mg_planner *pl, const struct mg_check *c, bool wanted, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *x;
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, c->column, &x, err));
	const struct mg_expr *null = mg_is_null(a, x);
	MG_TRY(mg_need_integer(pl, c, "rows", mg_count_all(a), err));
	MG_TRY(mg_need_integer(pl, c, "nulls", mg_count_if(a, null), err));
	if (may_hold_nan(c))
		MG_TRY(mg_need_integer(pl, c, "nans", mg_count_if(a, mg_is_nan(a, x)), err));
	mg_row_hit(pl, c, mg_x_bool(a, true), wanted ? mg_not(a, null) : null);
	return mg_failing_rows(pl, c, wanted ? null : mg_not(a, null), err);
}

static int plan_not_null(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return plan(pl, c, true, err);
}

static int plan_is_null(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return plan(pl, c, false, err);
}

/* NaN has a part only where there are some: hardly any column has. */
static void add_chart(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	double rows, double nulls, double nans)
{
	static const char *columns[] = {"rows"};
	const struct mg_chart_part parts[] = {
		{"have a value", {rows - nulls - nans}}, {"NULL", {nulls}}, {"NaN", {nans}}};
	mg_chart_parts(m, v, c->column, columns, 1, parts, nans > 0 ? 3 : 2);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m, bool wanted)
{
	struct mg_arena *a = mg_measures_arena(m);
	double rows = mg_get(m, "rows"), nulls = mg_get(m, "nulls");
	double nans = may_hold_nan(c) ? mg_get(m, "nans") : 0;
	double held = wanted ? rows - nulls : nulls;
	struct mg_value v = mg_value_share(held, rows);
	if (v.state != MG_MEASURED)
		return v;
	v.message = mg_printf(a, "NULL in %s of %s %s", mg_human_double(a, nulls, 15),
		mg_human_double(a, rows, 15), rows == 1 ? "row" : "rows");
	if (nans > 0)
		v.message = mg_printf(a,
			"%s; NaN in %s, which counts as a value unless `missing: [nan]` says otherwise",
			v.message, mg_human_double(a, nans, 15));
	mg_interval_of_share(c, &v, held, rows);
	mg_fact_number(m, &v, "rows", rows);
	mg_fact_number(m, &v, "nulls", nulls);
	if (may_hold_nan(c))
		mg_fact_number(m, &v, "nans", nans);
	v.failing = rows - held;
	mg_fact_number(m, &v, "failing_rows", v.failing);
	add_chart(c, m, &v, rows, nulls, nans);
	return v;
}

static struct mg_value measure_not_null(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, true);
}

static struct mg_value measure_is_null(const struct mg_check *c, const struct mg_measures *m)
{
	return measure(c, m, false);
}

const struct mg_check_kind mg_check_not_null = {
	.name = "not_null",
	.family = "values",
	.summary = "share of rows in which a column has a value",
	.details = "Rows without NULL in the column, divided by all rows. `missing:` on the "
		   "dataset or the check names further values that count as NULL, such as empty "
		   "text. NaN is a value, as in SQL, and the result has how many there are; "
		   "`missing: [nan]` makes them count as NULL, as pandas does, and `range` "
		   "refuses them.",
	.definition = "not_null/share-of-rows",
	.example = "- not_null: {columns: [date, origin, destination]}\n"
		   "- not_null: {column: delay, min: 99.5%, warn: {min: 99.9%}}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_DEFAULT_ALL | MG_KIND_INTERVAL | MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "parts"}),
	.plan = plan_not_null,
	.measure = measure_not_null,
};

const struct mg_check_kind mg_check_is_null = {
	.name = "is_null",
	.family = "values",
	.summary = "share of rows in which a column has no value",
	.details =
		"The opposite of `not_null`: an empty column passes. What `missing:` names counts "
		"as NULL; NaN is a value unless `missing: [nan]` says otherwise.",
	.definition = "is_null/share-of-rows",
	.example = "- is_null: {column: delay, max: 1%}",
	.better = MG_EITHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_DEFAULT_ALL | MG_KIND_INTERVAL | MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "parts"}),
	.plan = plan_is_null,
	.measure = measure_is_null,
};
