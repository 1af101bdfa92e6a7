/* row_count.c: row_count, same_row_count: how many rows there are, also against the reference. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return mg_need_integer(pl, c, "rows", mg_count_all(mg_planner_arena(pl)), err);
}

/* No rows is a count like any other: it is for the limits to refuse it. */
static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	(void)c;
	double rows = mg_get(m, "rows");
	return isnan(rows) ? mg_value_undefined("the rows could not be counted")
			   : mg_value_of(rows, (int64_t)rows);
}

static int plan_same(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	MG_TRY(plan(pl, c, err));
	return mg_need(pl, c, MG_REFERENCE, "reference_rows", MG_CELL_INTEGER,
		mg_count_all(mg_planner_arena(pl)), err);
}

/* Two times no rows are alike, but hold nothing. */
static struct mg_value measure_same(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_arena *a = mg_measures_arena(m);
	double rows = mg_get(m, "rows"), then = mg_get(m, "reference_rows");
	if (isnan(rows) || isnan(then))
		return mg_value_undefined("the rows could not be counted");
	if (rows == 0 && then == 0)
		return mg_value_empty("there are no rows on either side");
	struct mg_value v = mg_value_of(fabs(rows - then), (int64_t)rows);
	v.message = mg_printf(a, "%s against %s in %s", mg_rows_text(a, rows),
		mg_human_double(a, then, 15), c->spec->reference);
	mg_fact_number(m, &v, "rows", rows);
	mg_fact_number(m, &v, "reference_rows", then);
	return v;
}

const struct mg_check_kind mg_check_same_row_count = {
	.name = "same_row_count",
	.family = "table",
	.summary = "difference between the number of rows and that of the reference",
	.details =
		"|rows - rows of the reference|, after the conditions of either side; without "
		"limits it must be 0. `max: 100` allows that many rows more or fewer. For a "
		"relative limit, use `row_count` with `max_change: 1%` and `baseline: reference`. "
		"Where neither side has rows, `on_empty` decides.",
	.definition = "same_row_count/difference",
	.example =
		"- same_row_count: {on: scored, reference: serving}\n"
		"- same_row_count: {name: like-training, on: serving, reference: train, max: 50000}",
	.better = MG_LOWER,
	.unit = MG_UNIT_COUNT,
	.flags = MG_KIND_REFERENCE | MG_KIND_PROFILE | MG_KIND_DEFAULT_NONE | MG_KIND_NO_MISSING,
	.value_least = 0,
	.value_most = NAN,
	.plan = plan_same,
	.measure = measure_same,
};

const struct mg_check_kind mg_check_row_count = {
	.name = "row_count",
	.family = "table",
	.summary = "number of rows",
	.details = "Counts the rows that pass the conditions of the dataset, the suite and the "
		   "check. A dataset without rows counts as 0, which is a measurement and not an "
		   "error: say `min: 1` to refuse it.",
	.definition = "row_count/rows",
	.example = "- row_count: {min: 10000, max: 100000}",
	.better = MG_EITHER,
	.unit = MG_UNIT_COUNT,
	.flags = MG_KIND_NO_MISSING | MG_KIND_NO_EMPTY,
	.value_least = 0,
	.value_most = NAN,
	.plan = plan,
	.measure = measure,
};
