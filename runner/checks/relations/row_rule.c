/* row_rule.c: the share of rows for which a condition of the spec's own holds. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "checks/share.h"

struct params {
	const char *expr;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, expr, SQL, "SQL condition over the columns of one row",
		.required = true),
	MG_FIELDS_END,
};

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *holds = mg_x_sql(a, p->expr);
	return mg_share_plan(pl, c, mg_is_null(a, holds), holds, err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	return mg_share_measure(c, m, mg_printf(mg_measures_arena(m), "breaking %s", p->expr));
}

const struct mg_check_kind mg_check_row_rule = {
	.name = "row_rule",
	.family = "relations",
	.summary = "share of rows for which an SQL condition holds",
	.details =
		"The condition is evaluated row by row. Where it is NULL, because a column in it "
		"is, the row cannot be decided and `nulls:` says what it counts as. Engines "
		"order NaN above every number in conditions like this one.",
	.definition = "row_rule/nulls-ignore",
	.example = "- row_rule: {name: arrives-elsewhere, expr: \"origin <> destination\"}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_DEFAULT_ALL | MG_KIND_NULLS | MG_KIND_INTERVAL | MG_KIND_NO_MISSING |
		MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "parts"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan,
	.measure = measure,
};
