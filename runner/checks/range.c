/* range: the share of rows whose number or time lies between two bounds. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "checks/share.h"
#include "checks/subject.h"

struct params {
	struct mg_scalar from, to;
	bool strict;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, from, SCALAR, "lower bound: a number, a date or a timestamp"),
	MG_FIELD(struct params, to, SCALAR, "upper bound: a number, a date or a timestamp"),
	MG_FIELD(struct params, strict, BOOL, "whether the bounds themselves lie outside",
		.default_text = "false"),
	MG_FIELDS_END,
};

struct bound {
	bool is_time;
	double number;
	int64_t us;
};

static int read_bound(
	const char *name, const struct mg_scalar *s, struct bound *out, struct mg_error *err)
{
	if (s->type == MG_SCALAR_NUMBER || mg_parse_double(s->text, false, &out->number)) {
		if (s->type == MG_SCALAR_NUMBER)
			out->number = s->number;
		out->is_time = false;
		if (!isfinite(out->number))
			return mg_fail(err, MG_ESPEC,
				"`%s` must be a finite number; leave it out for no bound", name);
		return MG_OK;
	}
	if (mg_clock_parse(s->text, &out->us)) {
		out->is_time = true;
		return MG_OK;
	}
	return mg_fail(err, MG_ESPEC,
		"`%s` must be a number, a date or a timestamp (1.5, 2001-02-28, "
		"2001-02-28T23:59:00Z), not '%s'",
		name, s->text);
}

static int check(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	(void)spec;
	const struct params *p = params;
	struct bound from = {0}, to = {0};
	if (!p->from.text && !p->to.text)
		return mg_fail(err, MG_ESPEC, "give `from`, `to` or both");
	if (p->from.text)
		MG_TRY(read_bound("from", &p->from, &from, err));
	if (p->to.text)
		MG_TRY(read_bound("to", &p->to, &to, err));
	if (!p->from.text || !p->to.text)
		return MG_OK;
	if (from.is_time != to.is_time)
		return mg_fail(err, MG_ESPEC, "`from` and `to` must both be numbers or both times");
	bool order = from.is_time ? from.us <= to.us : from.number <= to.number;
	if (!order)
		return mg_fail(err, MG_ESPEC, "`from` (%s) is greater than `to` (%s)", p->from.text,
			p->to.text);
	return MG_OK;
}

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	if (c->column_type != MG_TYPE_INTEGER && c->column_type != MG_TYPE_REAL &&
		c->column_type != MG_TYPE_TIME)
		return mg_fail(err, MG_ESPEC,
			"range looks at numbers and times, and column '%s' is of type %s",
			c->column, mg_column_type_word(c->column_type));
	const struct mg_expr *x, *null, *parts[3];
	size_t count = 0;
	MG_TRY(mg_subject(pl, c, &x, &null, err));
	if (p->from.text)
		MG_TRY(mg_subject_bound(pl, c, "from", x, p->strict ? MG_FN_GT : MG_FN_GE, &p->from,
			&parts[count++], err));
	if (p->to.text)
		MG_TRY(mg_subject_bound(pl, c, "to", x, p->strict ? MG_FN_LT : MG_FN_LE, &p->to,
			&parts[count++], err));
	/* Engines that order NaN at all put it above every number, so an upper bound keeps it
	 * out; without one it has to be said. */
	if (!p->to.text && c->column_type == MG_TYPE_REAL)
		parts[count++] = mg_x_call(a, MG_FN_NOT, 1, mg_x_call(a, MG_FN_IS_NAN, 1, x));
	const struct mg_expr *holds = count == 1 ? parts[0] : mg_x_list(a, MG_FN_AND, parts, count);
	return mg_share_plan(pl, c, null, holds, err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	const char *failing;
	if (!p->to.text)
		failing = mg_printf(
			a, "not %s %s", p->strict ? "above" : "at or above", p->from.text);
	else if (!p->from.text)
		failing = mg_printf(
			a, "not %s %s", p->strict ? "below" : "at or below", p->to.text);
	else if (p->strict)
		failing = mg_printf(a, "not strictly between %s and %s", p->from.text, p->to.text);
	else
		failing = mg_printf(a, "outside %s..%s", p->from.text, p->to.text);
	return mg_share_measure(c, m, failing);
}

const struct mg_check_kind mg_check_range = {
	.name = "range",
	.family = "values",
	.summary = "share of rows whose number or time lies between two bounds",
	.details =
		"The bounds belong to the range unless `strict: true`; one of them may be left "
		"out. They count as written: exactly beside whole numbers and decimals, and in a "
		"FLOAT column 0.2 is the FLOAT nearest to 0.2. NaN satisfies no bound; an infinite value lies outside every bound it "
		"exceeds. Columns of dates and timestamps are compared as moments in time, a date "
		"being its first microsecond, UTC where no zone is given.",
	.definition = "range/as-written/nulls-ignore",
	.example = "- range: {column: delay, from: -120, to: 1800}\n"
		   "- range: {column: distance, from: 0, strict: true}\n"
		   "- range: {column: date, from: \"2001-01-01\", to: \"2001-07-01\"}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_DEFAULT_ALL | MG_KIND_NULLS | MG_KIND_INTERVAL |
		MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = 1,
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check,
	.plan = plan,
	.measure = measure,
};
