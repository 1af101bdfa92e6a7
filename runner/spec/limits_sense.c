/* limits_sense.c: limits that contradict each other, or can never be broken. */
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "spec/read.h"
#include "stats/spread.h"

bool mg_limits_relative(const struct mg_limits *limits)
{
	for (size_t i = 0; i < limits->count; i++)
		if (mg_limit_relative(limits->list[i].op))
			return true;
	return false;
}

/* The numbers that hold absolute limits. */
struct end {
	double x;
	const char *exact; /* its digits where x is rounded; else NULL */
};
struct span {
	struct end lo, hi;
	bool lo_open, hi_open; /* the end itself is outside */
};

static int compare(struct end a, struct end b)
{
	struct mg_decimal x, y;
	if (a.x != b.x || (!a.exact && !b.exact) ||
		!(a.exact ? mg_decimal_parse(a.exact, &x) : mg_decimal_of_double(a.x, &x)) ||
		!(b.exact ? mg_decimal_parse(b.exact, &y) : mg_decimal_of_double(b.x, &y)))
		return (a.x > b.x) - (a.x < b.x);
	return mg_decimal_compare(&x, &y);
}

static void cut_low(struct span *s, struct end lo, bool open)
{
	int order = compare(lo, s->lo);
	if (order > 0 || (order == 0 && open)) {
		s->lo = lo;
		s->lo_open = open;
	}
}

static void cut_high(struct span *s, struct end hi, bool open)
{
	int order = compare(hi, s->hi);
	if (order < 0 || (order == 0 && open)) {
		s->hi = hi;
		s->hi_open = open;
	}
}

static void cut(struct span *s, const struct mg_limit *limit, double tolerance)
{
	struct end at = {limit->value, limit->exact};
	switch (limit->op) {
	case MG_MIN:
	case MG_ABOVE:
		cut_low(s, at, limit->op == MG_ABOVE);
		break;
	case MG_MAX:
	case MG_BELOW:
		cut_high(s, at, limit->op == MG_BELOW);
		break;
	case MG_EQUALS:
		cut_low(s, tolerance == 0 ? at : (struct end){limit->value - tolerance, NULL},
			false);
		cut_high(s, tolerance == 0 ? at : (struct end){limit->value + tolerance, NULL},
			false);
		break;
	case MG_NOT_EQUALS:
	case MG_MAX_FAILING:
	case MG_MAX_DROP:
	case MG_MAX_RISE:
	case MG_MAX_CHANGE:
	case MG_WITHIN:
	case MG_LIMIT_OPS:
		break;
	}
}

static struct span whole(const struct mg_limit_rule *rule)
{
	return (struct span){{isnan(rule->least) ? -INFINITY : rule->least, NULL},
		{isnan(rule->most) ? INFINITY : rule->most, NULL}, false, false};
}

static bool is_empty(const struct span *s)
{
	int order = compare(s->lo, s->hi);
	return order > 0 || (order == 0 && (s->lo_open || s->hi_open));
}

static bool contains(const struct span *outer, const struct span *inner)
{
	int low = compare(outer->lo, inner->lo), high = compare(outer->hi, inner->hi);
	return (low < 0 || (low == 0 && (!outer->lo_open || inner->lo_open))) &&
		(high > 0 || (high == 0 && (!outer->hi_open || inner->hi_open)));
}

/* Can a number in the span be equal to the limit? */
static bool reaches(const struct span *s, const struct mg_limit *limit, double tolerance)
{
	struct span equal = *s;
	struct mg_limit same = *limit;
	same.op = MG_EQUALS;
	cut(&equal, &same, tolerance);
	return !is_empty(&equal);
}

/* The later one in the file of those that contradict. */
static bool check_contradiction(
	struct mg_reader *r, const struct mg_limit_rule *rule, const struct mg_limits *limits)
{
	struct span s = whole(rule);
	const struct mg_limit *last = NULL;
	for (size_t i = 0; i < limits->count; i++) {
		const struct mg_limit *limit = &limits->list[i];
		cut(&s, limit, limits->tolerance);
		if (!last || limit->pos.line > last->pos.line ||
			(limit->pos.line == last->pos.line && limit->pos.col > last->pos.col))
			last = limit;
	}
	bool empty = is_empty(&s);
	/* One number is left, and it is refused. */
	for (size_t i = 0; i < limits->count && !empty; i++)
		empty = limits->list[i].op == MG_NOT_EQUALS && compare(s.lo, s.hi) == 0 &&
			reaches(&s, &limits->list[i], limits->tolerance);
	if (!last || !empty)
		return true;
	mg_diag_add(r->diags, last->pos, "no number can meet these limits together");
	return false;
}

static bool same_end(enum mg_limit_op a, enum mg_limit_op b)
{
	bool low_a = a == MG_MIN || a == MG_ABOVE, low_b = b == MG_MIN || b == MG_ABOVE;
	bool high_a = a == MG_MAX || a == MG_BELOW, high_b = b == MG_MAX || b == MG_BELOW;
	return (low_a && low_b) || (high_a && high_b) || (a == b && a == MG_EQUALS);
}

/* Is a limit there that allows no more rows to fail than this warning? */
static bool allows_fewer(const struct mg_limits *limits, double failing)
{
	for (size_t i = 0; i < limits->count; i++) {
		const struct mg_limit *limit = &limits->list[i];
		if ((limit->op == MG_MAX_FAILING && limit->value <= failing) ||
			((limit->op == MG_MIN || limit->op == MG_EQUALS) && limit->value == 1))
			return true;
	}
	return false;
}

/* Would whatever breaks this warning break a limit, too? */
static bool is_idle_warning(const struct mg_limit_rule *rule, const struct mg_spec_check *check,
	const struct mg_limit *warn)
{
	struct span inner = whole(rule), outer = inner;
	if (mg_limit_relative(warn->op)) {
		for (size_t i = 0; i < check->limits.count; i++) {
			const struct mg_limit *limit = &check->limits.list[i];
			if (limit->op == warn->op && limit->of_baseline == warn->of_baseline &&
				limit->spread == warn->spread && warn->value >= limit->value)
				return true;
		}
		return false;
	}
	if (warn->op == MG_MAX_FAILING)
		return allows_fewer(&check->limits, warn->value);
	for (size_t i = 0; i < check->limits.count; i++) {
		const struct mg_limit *limit = &check->limits.list[i];
		/* With an interval, limits below and above look at different ends of it. */
		if (check->confidence > 0 && !same_end(limit->op, warn->op))
			continue;
		cut(&inner, limit, check->limits.tolerance);
	}
	if (warn->op == MG_NOT_EQUALS)
		return !reaches(&inner, warn, check->warn.tolerance);
	cut(&outer, warn, check->warn.tolerance);
	return contains(&outer, &inner);
}

static bool check_warnings(
	struct mg_reader *r, const struct mg_limit_rule *rule, const struct mg_spec_check *check)
{
	bool good = true;
	/* A p-value that breaks its limit may still pass by its effect, and then warn. */
	if (check->effect.count)
		return true;
	for (size_t i = 0; i < check->warn.count; i++) {
		const struct mg_limit *warn = &check->warn.list[i];
		if (!is_idle_warning(rule, check, warn))
			continue;
		mg_diag_add(r->diags, warn->pos, "this warning can never fire: %s",
			check->limits.count ? "what breaks it breaks the check's limit, too"
					    : "every number meets it")
			->accepted = check->limits.count ? "a stricter limit than the check's own"
							 : NULL;
		good = false;
	}
	return good;
}

/* How far runs lie apart is known of several of them alone. */
static bool check_within(
	struct mg_reader *r, const struct mg_baseline *baseline, const struct mg_limit *limit)
{
	static const char accepted[] =
		"baseline: {previous: 30}: at least 8 earlier runs, from --history";
	if (baseline->kind == MG_BASELINE_PREVIOUS && baseline->previous >= MG_SPREAD_LEAST)
		return true;
	const char *few = baseline->kind == MG_BASELINE_PREVIOUS
		? mg_printf(r->arena, ", and %zu are too few", baseline->previous)
		: "";
	mg_diag_add(
		r->diags, limit->pos, "within needs to know how far earlier runs lie apart%s", few)
		->accepted = accepted;
	return false;
}

static bool check_relative(struct mg_reader *r, const struct mg_limit_rule *rule,
	const struct mg_spec_check *check, const struct mg_limits *limits)
{
	bool good = true;
	for (size_t i = 0; i < limits->count; i++) {
		const struct mg_limit *limit = &limits->list[i];
		const char *word = mg_limit_words[limit->op];
		if (!mg_limit_relative(limit->op))
			continue;
		bool vain = (limit->op == MG_MAX_RISE && rule->better == MG_HIGHER) ||
			(limit->op == MG_MAX_DROP && rule->better == MG_LOWER);
		if (vain) {
			mg_diag_add(r->diags, limit->pos,
				"a %s of %s is an improvement, which never breaks a limit",
				limit->op == MG_MAX_RISE ? "rise" : "drop", rule->kind)
				->accepted = limit->op == MG_MAX_RISE ? "max_drop" : "max_rise";
			good = false;
		}
		if (check->baseline.kind == MG_BASELINE_NONE) {
			mg_diag_add(r->diags, limit->pos, "%s needs a baseline", word)->accepted =
				"baseline: reference, dummy, {file: run.json} or {stage: PRD}, in the "
				"check or its suite";
			good = false;
		} else if (limit->op == MG_WITHIN) {
			good = check_within(r, &check->baseline, limit) && good;
		}
	}
	return good;
}

bool mg_check_limits(
	struct mg_reader *r, const struct mg_limit_rule *rule, const struct mg_spec_check *check)
{
	struct mg_limit_rule effect = *rule;
	effect.least = effect.most = NAN;
	bool good = check_relative(r, rule, check, &check->limits);
	good = check_relative(r, rule, check, &check->warn) && good;
	good = check_contradiction(r, rule, &check->limits) && good;
	good = check_contradiction(r, rule, &check->warn) && good;
	good = check_contradiction(r, &effect, &check->effect) && good;
	return good && check_warnings(r, rule, check);
}
