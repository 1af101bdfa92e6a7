/* freshness.c: how old the newest row is. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "checks/share.h"
#include "checks/subject.h"
#include "plan/redact.h"

/* The age is needed by itself because measure() does not know the as-of time: the least distance
 * from it is that of the newest row. */
static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	if (c->column_type != MG_TYPE_TIME)
		return mg_fail(err, MG_ESPEC,
			"freshness needs a date or timestamp, and column '%s' is of type %s; for csv "
			"and json data, `types: {%s: TIMESTAMP}` reads it as one",
			c->column, mg_column_type_word(c->column_type), c->column);
	const struct mg_expr *us, *null;
	MG_TRY(mg_subject(pl, c, &us, &null, err));
	const struct mg_expr *as_of = mg_x_integer(a, mg_planner_as_of_us(pl));
	const struct mg_expr *age = mg_sub(a, as_of, us);
	MG_TRY(mg_need_integer(pl, c, "rows", mg_count_all(a), err));
	MG_TRY(mg_need_integer(pl, c, "nulls", mg_count_if(a, null), err));
	MG_TRY(mg_need_integer(pl, c, "newest_us", mg_x_call(a, MG_FN_MAX, 1, us), err));
	return mg_need_integer(pl, c, "age_us", mg_x_call(a, MG_FN_MIN, 1, age), err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	struct mg_arena *a = mg_measures_arena(m);
	double rows = mg_get(m, "rows"), nulls = mg_get(m, "nulls");
	double age_us = mg_get(m, "age_us"), newest_us = mg_get(m, "newest_us");
	if (rows == 0)
		return mg_value_empty("there are no rows");
	if (rows == nulls)
		return mg_only_nulls(m, rows);
	struct mg_value v = mg_value_of(age_us / 1e6, (int64_t)(rows - nulls));
	if (v.state != MG_MEASURED)
		return v;
	const char *newest = mg_clock_text(a, (int64_t)newest_us);
	v.message = mg_printf(a, "the newest %s, %s, is %s %s the as-of time", c->column,
		mg_check_redacted(c) ? MG_REDACTED : newest, mg_human_duration(a, fabs(v.value)),
		age_us < 0 ? "after" : "before");
	mg_fact_number(m, &v, "rows", rows);
	mg_fact_number(m, &v, "nulls", nulls);
	mg_fact_text(m, &v, "newest", newest);
	return v;
}

const struct mg_check_kind mg_check_freshness = {
	.name = "freshness",
	.family = "table",
	.summary = "age of the newest row, in seconds",
	.details = "The as-of time (`--as-of`, otherwise when the run started) minus the greatest "
		   "date or timestamp in the column. Times without a zone are taken as UTC, a "
		   "date as midnight. A newest time in the future gives a negative age. It breaks "
		   "a limit when it is further away than `tolerance` (1h by default), unless "
		   "`min` or `above` says how far is too far. Limits may be written as durations: "
		   "`max: 36h`.",
	.definition = "freshness/as-of-minus-max",
	.example = "- freshness: {column: date, max: 36500d}",
	.better = MG_LOWER,
	.unit = MG_UNIT_SECONDS,
	.flags = MG_KIND_COLUMN | MG_KIND_AGE,
	.value_least = NAN,
	.value_most = NAN,
	.plan = plan,
	.measure = measure,
};
