/* foreign_key.c: the share of rows whose value exists in a column of another dataset. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/share.h"
#include "plan/number.h"

struct params {
	struct mg_target to;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, to, TARGET, "dataset and column that must hold the value",
		.required = true),
	MG_FIELDS_END,
};

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_schema *other = mg_planner_schema(pl, p->to.data);
	if (!other)
		return mg_fail(err, MG_ENOTFOUND, "the spec has no data '%s'", p->to.data);

	struct mg_term *key = mg_alloc(a, sizeof(*key));
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, c->column, &key->expr, err));
	const struct mg_column *target;
	MG_TRY(mg_column_find(other, p->to.column, &target, err));
	const struct mg_expr *other_key = mg_other_column(pl, other, target);
	key->as = mg_number_meet(
		a, mg_schema_column(c->schema, c->column), target, &key->expr, &other_key);
	struct mg_query query = {.kind = MG_QUERY_ORPHANS,
		.keys = key,
		.key_count = 1,
		.other = {.data = other->data},
		.other_key = other_key};
	MG_TRY(mg_need_query(pl, c, "orphans", &query, err));
	query.kind = MG_QUERY_SAMPLE_ORPHANS;
	return mg_failing_query(pl, c, &query, err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	double rows = mg_get_at(m, "orphans", 0), nulls = mg_get_at(m, "orphans", 1);
	double orphans = mg_get_at(m, "orphans", 2);
	return mg_share_of_counts(c, m, rows, nulls, rows - nulls - orphans,
		mg_printf(mg_measures_arena(m), "not found in %s.%s", p->to.data, p->to.column));
}

const struct mg_check_kind mg_check_foreign_key = {
	.name = "foreign_key",
	.family = "relations",
	.summary = "share of rows whose value exists in a column of another dataset",
	.details =
		"Each row counts by itself, so a missing value that occurs in 100 rows weighs 100. "
		"The other dataset's own `where` and `missing` apply; NULLs in its column are never "
		"found.",
	.definition = "foreign_key/nulls-ignore",
	.example = "- foreign_key: {column: origin, to: {data: airports, column: code}, min: 99%}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_DEFAULT_ALL | MG_KIND_NULLS | MG_KIND_INTERVAL |
		MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "parts"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan,
	.measure = measure,
};
