/* length.c: the share of rows whose text has a number of characters between two bounds. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/share.h"
#include "checks/subject.h"

struct params {
	double from, to; /* whole numbers; NAN: no bound */
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, from, NUMBER, "least number of characters", .least = 0),
	MG_FIELD(struct params, to, NUMBER, "greatest number of characters", .least = 0),
	MG_FIELDS_END,
};

static int check(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	(void)spec;
	const struct params *p = params;
	if (isnan(p->from) && isnan(p->to))
		return mg_fail(err, MG_ESPEC, "give `from`, `to` or both");
	if ((!isnan(p->from) && p->from != floor(p->from)) ||
		(!isnan(p->to) && p->to != floor(p->to)))
		return mg_fail(err, MG_ESPEC, "`from` and `to` count characters: whole numbers");
	if (p->from > 1e9 || p->to > 1e9)
		return mg_fail(err, MG_ESPEC, "`from` and `to` may be 1000000000 at most");
	if (p->from > p->to)
		return mg_fail(
			err, MG_ESPEC, "`from` (%.0f) is greater than `to` (%.0f)", p->from, p->to);
	return MG_OK;
}

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *x, *null;
	MG_TRY(mg_subject_text(pl, c, &x, &null, err));
	const struct mg_expr *length = mg_x_call(a, MG_FN_LENGTH, 1, x);
	const struct mg_expr *parts[2];
	size_t count = 0;
	if (!isnan(p->from))
		parts[count++] = mg_x_call(
			a, MG_FN_GE, 2, length, mg_x_integer(a, (int64_t)p->from));
	if (!isnan(p->to))
		parts[count++] = mg_x_call(a, MG_FN_LE, 2, length, mg_x_integer(a, (int64_t)p->to));
	const struct mg_expr *holds = count == 1 ? parts[0] : mg_x_list(a, MG_FN_AND, parts, count);
	return mg_share_plan(pl, c, null, holds, err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	const char *failing;
	if (isnan(p->to))
		failing = mg_printf(a, "shorter than %.0f characters", p->from);
	else if (isnan(p->from))
		failing = mg_printf(a, "longer than %.0f characters", p->to);
	else if (p->from == p->to)
		failing = mg_printf(a, "not %.0f characters long", p->to);
	else
		failing = mg_printf(a, "not %.0f to %.0f characters long", p->from, p->to);
	return mg_share_measure(c, m, failing);
}

const struct mg_check_kind mg_check_length = {
	.name = "length",
	.family = "values",
	.summary = "share of rows whose text has a length between two bounds",
	.details = "Counts characters (Unicode code points), not bytes. Both bounds are "
		   "inclusive. Empty text has length 0; it is not NULL unless `missing:` says so.",
	.definition = "length/nulls-ignore",
	.example = "- length: {columns: [origin, destination], from: 3, to: 3}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_DEFAULT_ALL | MG_KIND_NULLS | MG_KIND_INTERVAL |
		MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "parts"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check,
	.plan = plan,
	.measure = measure,
};
