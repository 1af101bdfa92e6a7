/* null_share_change.c: how far the share of missing values has moved from the reference. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/chart.h"
#include "checks/drift/few_rows.h"
#include "checks/drift/samples.h"
#include "stats/chance.h"

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	static const struct {
		enum mg_side side;
		const char *rows, *missing;
	} sides[] = {
		{MG_CURRENT, "current rows", "current missing"},
		{MG_REFERENCE, "reference rows", "reference missing"},
	};
	for (int i = 0; i < 2; i++) {
		const struct mg_expr *x;
		MG_TRY(mg_need_column(pl, c, sides[i].side, c->column, &x, err));
		MG_TRY(mg_need(pl, c, sides[i].side, sides[i].rows, MG_CELL_INTEGER,
			mg_count_all(a), err));
		const struct mg_expr *missing = mg_is_null(a, x);
		const struct mg_column *column = mg_schema_column(
			i ? c->reference : c->schema, c->column);
		if (column->type == MG_TYPE_REAL)
			missing = mg_or(a, missing, mg_is_nan(a, x));
		MG_TRY(mg_need(pl, c, sides[i].side, sides[i].missing, MG_CELL_INTEGER,
			mg_count_if(a, missing), err));
	}
	return MG_OK;
}

static void add_chart(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	struct mg_sides sides)
{
	static const char *columns[] = {"current", "reference"};
	const struct mg_chart_part parts[] = {
		{"have a value", {sides.current_rows, sides.reference_rows}},
		{"missing", {sides.current_missing, sides.reference_missing}}};
	mg_chart_parts(m, v, c->column, columns, 2, parts, 2);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_arena *a = mg_measures_arena(m);
	double rows = mg_get(m, "current rows"), missing = mg_get(m, "current missing");
	double then = mg_get(m, "reference rows"), then_missing = mg_get(m, "reference missing");
	if (rows == 0)
		return mg_value_empty("there are no rows");
	if (then == 0)
		return mg_value_empty("the reference has no rows");
	struct mg_value v;
	if (!mg_enough_rows(c, rows, then, m, &v))
		return v;
	double now_share = missing / rows, then_share = then_missing / then;
	v = mg_value_of(fabs(now_share - then_share), (int64_t)rows);
	struct mg_sides sides = {rows - missing, then - then_missing, missing, then_missing};
	v.message = mg_printf(a, "%s; %s against %s", mg_samples_missing_words(a, sides),
		mg_rows_text(a, rows), mg_human_double(a, then, 15));
	mg_samples_facts(m, &v, sides);
	add_chart(c, m, &v, sides);
	double share = (missing + then_missing) / (rows + then);
	mg_chance_tell(c, m, mg_chance_share_change(rows, then, share), rows, then, &v);
	return v;
}

const struct mg_check_kind mg_check_null_share_change = {
	.name = "null_share_change",
	.family = "drift",
	.summary = "how far the share of missing values has moved from the reference",
	.details =
		"|share of missing values - the same share in the reference|. Missing is NULL, what "
		"`missing:` says, and NaN. Fewer missing values than before are a change too: "
		"something upstream works differently. By chance a share of 5% moves by 6 points with 100 "
		"rows on either side, 3.5 with 300, 1.9 with 1,000, 0.6 with 10,000. " MG_FEW_ROWS,
	.definition = "null_share_change/absolute",
	.example =
		"- null_share_change: {on: serving, reference: train, columns: [delay, distance], "
		"max: 0.5%}",
	.better = MG_LOWER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_REFERENCE | MG_KIND_PROFILE,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "parts"}),
	.plan = plan,
	.measure = measure,
};
