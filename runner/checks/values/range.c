/* range.c: the share of rows whose number or time lies between two bounds. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"
#include "checks/share.h"
#include "checks/subject.h"

struct params {
	struct mg_scalar from, to, above, below;
	struct mg_values outside;
	bool strict;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, from, SCALAR, "lower bound: a number, a date or a timestamp"),
	MG_FIELD(struct params, to, SCALAR, "upper bound: a number, a date or a timestamp"),
	MG_FIELD(struct params, above, SCALAR, "exclusive lower bound"),
	MG_FIELD(struct params, below, SCALAR, "exclusive upper bound"),
	MG_FIELD(struct params, outside, VALUES, "two bounds; values from one to the other fail"),
	MG_FIELD(struct params, strict, BOOL, "whether from and to are exclusive",
		.default_text = "false"),
	MG_FIELDS_END,
};

/* A bound as written, and on which side of it a value lies that holds. */
struct side {
	const char *name;
	const struct mg_scalar *bound; /* text NULL: none */
	enum mg_fn holds;
	const char *words;
};
/* The lower one, then the upper. Of `outside` what must not hold. */
struct sides {
	struct side low, high;
};

static struct sides sides_of(const struct params *p)
{
	if (p->outside.count == 2)
		return (struct sides){{"outside[0]", &p->outside.list[0], MG_FN_GE, ""},
			{"outside[1]", &p->outside.list[1], MG_FN_LE, ""}};
	struct sides s = {
		{"above", &p->above, MG_FN_GT, "above"}, {"below", &p->below, MG_FN_LT, "below"}};
	if (!p->above.text)
		s.low = (struct side){"from", &p->from, p->strict ? MG_FN_GT : MG_FN_GE,
			p->strict ? "above" : "at or above"};
	if (!p->below.text)
		s.high = (struct side){"to", &p->to, p->strict ? MG_FN_LT : MG_FN_LE,
			p->strict ? "below" : "at or below"};
	return s;
}

struct bound {
	bool is_time;
	double number;
	int64_t us;
};

static int read_bound(const struct side *side, struct bound *out, struct mg_error *err)
{
	const struct mg_scalar *s = side->bound;
	if (s->type == MG_SCALAR_NUMBER || mg_parse_double(s->text, false, &out->number)) {
		if (s->type == MG_SCALAR_NUMBER)
			out->number = s->number;
		out->is_time = false;
		if (!isfinite(out->number))
			return mg_fail(err, MG_ESPEC,
				"`%s` must be a finite number; leave it out for no bound",
				side->name);
		return MG_OK;
	}
	if (mg_clock_parse(s->text, &out->us)) {
		out->is_time = true;
		return MG_OK;
	}
	return mg_fail(err, MG_ESPEC,
		"`%s` must be a number, a date or a timestamp (1.5, 2001-02-28, "
		"2001-02-28T23:59:00Z), not '%s'%s",
		side->name, s->text,
		mg_ends_with(s->text, "%") ? "; limits of the share of rows are `min` and `max`"
					   : "");
}

/* Keys that say the same, or nothing. */
static int check_keys(const struct params *p, struct mg_error *err)
{
	bool any = p->from.text || p->to.text || p->above.text || p->below.text;
	if (p->from.text && p->above.text)
		return mg_fail(err, MG_ESPEC,
			"`from` and `above` are both lower bounds: give one (limits of the share "
			"of rows are `min` and `max`)");
	if (p->to.text && p->below.text)
		return mg_fail(err, MG_ESPEC,
			"`to` and `below` are both upper bounds: give one (limits of the share of "
			"rows are `min` and `max`)");
	if (p->outside.count && any)
		return mg_fail(err, MG_ESPEC, "`outside` gives both bounds; leave the others out");
	if (p->outside.count && p->outside.count != 2)
		return mg_fail(err, MG_ESPEC, "`outside` takes two bounds, as in [0, 10]");
	if (!any && !p->outside.count)
		return mg_fail(err, MG_ESPEC,
			"give `from` or `above`, `to` or `below`, or `outside: [a, b]`");
	if (p->strict && !p->from.text && !p->to.text)
		return mg_fail(
			err, MG_ESPEC, "`strict` applies to `from` and `to`, and neither is given");
	return MG_OK;
}

/* By all digits as written: doubles of two may be one. */
static int compare_numbers(const struct sides *s, double low, double high)
{
	struct mg_decimal a, b;
	if (mg_decimal_parse(s->low.bound->text, &a) && mg_decimal_parse(s->high.bound->text, &b))
		return mg_decimal_compare(&a, &b);
	return (low > high) - (low < high);
}

static int check(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	(void)spec;
	const struct params *p = params;
	struct bound low = {0}, high = {0};
	MG_TRY(check_keys(p, err));
	struct sides s = sides_of(p);
	if (s.low.bound->text)
		MG_TRY(read_bound(&s.low, &low, err));
	if (s.high.bound->text)
		MG_TRY(read_bound(&s.high, &high, err));
	if (!s.low.bound->text || !s.high.bound->text)
		return MG_OK;
	if (low.is_time != high.is_time)
		return mg_fail(err, MG_ESPEC, "`%s` and `%s` must both be numbers or both times",
			s.low.name, s.high.name);
	int order = low.is_time ? (low.us > high.us) - (low.us < high.us)
				: compare_numbers(&s, low.number, high.number);
	if (order > 0)
		return mg_fail(err, MG_ESPEC, "`%s` (%s) is greater than `%s` (%s)", s.low.name,
			s.low.bound->text, s.high.name, s.high.bound->text);
	if (order == 0 && (s.low.holds == MG_FN_GT || s.high.holds == MG_FN_LT))
		return mg_fail(err, MG_ESPEC, "nothing lies between %s and %s", s.low.bound->text,
			s.high.bound->text);
	return MG_OK;
}

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	if (c->column_type != MG_TYPE_INTEGER && c->column_type != MG_TYPE_REAL &&
		c->column_type != MG_TYPE_TIME)
		return mg_fail(err, MG_ESPEC,
			"range needs numbers or times, and column '%s' is of type %s", c->column,
			mg_column_type_word(c->column_type));
	const struct sides s = sides_of(p);
	const struct side *const each[] = {&s.low, &s.high};
	const struct mg_expr *x, *null, *parts[3];
	size_t count = 0;
	MG_TRY(mg_subject(pl, c, &x, &null, err));
	for (size_t i = 0; i < 2; i++)
		if (each[i]->bound->text)
			MG_TRY(mg_subject_bound(pl, c, each[i]->name, x, each[i]->holds,
				each[i]->bound, &parts[count++], err));
	if (p->outside.count) {
		parts[0] = mg_not(a, mg_x_list(a, MG_FN_AND, parts, 2));
		count = 1;
	}
	/* Engines that order NaN at all put it above every number, so an upper bound keeps it
	 * out; without one it has to be said. */
	if ((!s.high.bound->text || p->outside.count) && c->column_type == MG_TYPE_REAL)
		parts[count++] = mg_not(a, mg_is_nan(a, x));
	const struct mg_expr *holds = count == 1 ? parts[0] : mg_x_list(a, MG_FN_AND, parts, count);
	return mg_share_plan(pl, c, null, holds, err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	const struct sides s = sides_of(p);
	const char *low = s.low.bound->text, *high = s.high.bound->text, *failing;
	if (p->outside.count)
		failing = mg_printf(a, "not outside %s..%s", low, high);
	else if (!high)
		failing = mg_printf(a, "not %s %s", s.low.words, low);
	else if (!low)
		failing = mg_printf(a, "not %s %s", s.high.words, high);
	else if (s.low.holds == MG_FN_GT && s.high.holds == MG_FN_LT)
		failing = mg_printf(a, "not strictly between %s and %s", low, high);
	else if (s.low.holds == MG_FN_GE && s.high.holds == MG_FN_LE)
		failing = mg_printf(a, "outside %s..%s", low, high);
	else
		failing = mg_printf(a, "not %s %s and %s %s", s.low.words, low, s.high.words, high);
	return mg_share_measure(c, m, failing);
}

const struct mg_check_kind mg_check_range = {
	.name = "range",
	.family = "values",
	.summary = "share of rows whose number or time lies between two bounds",
	.details =
		"`from` and `to` are inclusive, `above` and `below` exclusive; one side may be "
		"left out, and `from: 0, below: 1` is half open. `strict: true` makes `from` and "
		"`to` exclusive. `outside: [a, b]` inverts the check: values from a to b fail. "
		"Bounds count as written: exactly against whole numbers and decimals, and in a "
		"FLOAT column 0.2 is the FLOAT nearest to 0.2. NaN satisfies no bound; an "
		"infinite value lies outside every bound it exceeds. Columns of dates and "
		"timestamps are compared as moments in time, a date as midnight, in UTC where no "
		"zone is given.",
	.definition = "range/as-written/nulls-ignore",
	.example = "- range: {column: delay, from: -120, to: 1800}\n"
		   "- range: {column: distance, above: 0}\n"
		   "- range: {column: date, from: \"2001-01-01\", to: \"2001-07-01\"}",
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
