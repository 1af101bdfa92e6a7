/* row_count: how many rows there are. */
#include <modelgate/check.h>

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return mg_need(pl, c, MG_CURRENT, "rows", MG_CELL_INTEGER,
		mg_x_call(mg_planner_arena(pl), MG_FN_COUNT, 0), err);
}

/* No rows is a count like any other: it is for the limits to refuse it. */
static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	(void)c;
	double rows = mg_get(m, "rows");
	return isnan(rows) ? mg_value_undefined("the rows could not be counted")
			   : mg_value_of(rows, (int64_t)rows);
}

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
