/* column_count.c: how many columns a dataset has. */
#include <modelgate/check.h>

/* The columns are known before anything runs. */
static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	(void)pl;
	(void)c;
	(void)err;
	return MG_OK;
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	(void)m;
	return mg_value_of((double)c->schema->count, -1);
}

const struct mg_check_kind mg_check_column_count = {
	.name = "column_count",
	.family = "table",
	.summary = "number of columns",
	.details =
		"Counts the columns that the engine sees; no data is read. `columns` says which they "
		"must be.",
	.definition = "column_count/columns",
	.example = "- column_count: {equals: 6}",
	.better = MG_EITHER,
	.unit = MG_UNIT_COUNT,
	.flags = MG_KIND_NO_SLICES | MG_KIND_SHAPE,
	.value_least = 0,
	.value_most = NAN,
	.plan = plan,
	.measure = measure,
};
