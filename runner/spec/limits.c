/* limits.c: limits as written, and limits that make no sense together. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"
#include "spec/read.h"

const char *const mg_limit_words[] = {"min", "max", "above", "below", "equals", "not_equals",
	"max_failing", "max_drop", "max_rise", "max_change", NULL};

static bool is_relative(enum mg_limit_op op)
{
	return op == MG_MAX_DROP || op == MG_MAX_RISE || op == MG_MAX_CHANGE;
}

static bool has_bounds(const struct mg_check_kind *kind)
{
	for (const struct mg_field *f = kind->fields; f && f->name; f++)
		if (mg_streq(f->name, "from"))
			return true;
	return false;
}

struct mg_limit_rule mg_limit_rule(const struct mg_check_kind *kind)
{
	return (struct mg_limit_rule){kind->name, kind->unit, kind->value_least, kind->value_most,
		kind->better, kind->flags & MG_KIND_AGE, kind->flags & MG_KIND_DEFAULT_ALL,
		kind->flags & MG_KIND_MOMENT, has_bounds(kind)};
}

struct mg_limit_rule mg_effect_rule(const struct mg_check_kind *kind)
{
	return (struct mg_limit_rule){
		kind->name, MG_UNIT_NONE, NAN, NAN, MG_EITHER, false, false, false, false};
}

/* The form of one limit, for messages: "a share such as 0.95 or 95%". */
static const char *limit_form(const struct mg_limit_rule *rule, enum mg_limit_op op)
{
	bool relative = is_relative(op);
	if (op == MG_MAX_FAILING)
		return "a number of rows such as 20; a share is min: 99.5%";
	switch (rule->unit) {
	case MG_UNIT_SECONDS:
		return relative ? "a duration such as 36h, or a part of the baseline such as 10%"
				: "a duration such as 90s, 15m, 36h or 2d, or a number of seconds";
	case MG_UNIT_COUNT:
		return relative ? "a number, or a part of the baseline such as 10%"
				: "a number such as 1000";
	case MG_UNIT_SHARE:
		return relative ? "a number such as 0.02, or a part of the baseline such as 2%"
				: "a share such as 0.95 or 95%";
	case MG_UNIT_NONE:
		break;
	}
	if (rule->moment && !relative)
		return "a number such as 0.95 (or 95%), or for dates and times one such as 2026-01-31 or "
		       "2026-01-31T12:00:00Z";
	return relative ? "a number such as 0.02, or a part of the baseline such as 2%"
			: "a number such as 0.95 (or 95%)";
}

/* ---- reading ---- */

static bool read_value(struct mg_reader *r, const struct mg_limit_rule *rule, const char *what,
	enum mg_limit_op op, const struct mg_node *node, double *out, bool *out_percent)
{
	const char *form = limit_form(rule, op);
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, form))
		return false;
	bool plain_unit = rule->unit == MG_UNIT_COUNT || rule->unit == MG_UNIT_SECONDS;
	if (mg_node_number(node, out, out_percent)) {
		if (!*out_percent || is_relative(op) || !plain_unit)
			return true;
		mg_diag_at(r->diags, node, "%s is a share, but %s measures %s", what, rule->kind,
			rule->unit == MG_UNIT_COUNT ? "a count" : "a time")
			->accepted = form;
		return false;
	}
	*out_percent = false;
	double ignored;
	if (rule->moment && mg_parse_duration(node->text, &ignored) &&
		!mg_parse_double(node->text, false, &ignored)) {
		mg_diag_at(r->diags, node,
			"%s is a duration, and %s measures a number, date or time", what,
			rule->kind)
			->accepted = is_relative(op)
			? "a number, or a part of the baseline such as 10%; dates take no such limit"
			: "a date or time such as 2026-01-31; how old the newest row may be says "
			  "`freshness: {column: ..., max: 36h}`";
		return false;
	}
	bool bare = mg_parse_double(node->text, false, &ignored);
	if (rule->unit == MG_UNIT_SECONDS && !bare && mg_parse_duration(node->text, out))
		return true;
	mg_diag_at(r->diags, node,
		bare ? "%s is a text, since '%s' is in quotes or has leading zeros"
		     : "%s is not a number: '%s'",
		what, mg_diag_quote(r->arena, node->text))
		->accepted = form;
	return false;
}

/* A count of rows, beside the share that the kind measures. */
static bool read_failing(struct mg_reader *r, const struct mg_limit_rule *rule,
	const struct mg_node *node, struct mg_limit *out)
{
	static const char what[] = "max_failing";
	const char *form = limit_form(rule, MG_MAX_FAILING);
	bool percent = false;
	if (!rule->failing) {
		mg_diag_at(r->diags, node, "max_failing counts rows that fail, and %s has none",
			rule->kind);
		return false;
	}
	if (!mg_expect(r, node, MG_NODE_SCALAR, what, form))
		return false;
	if (mg_node_number(node, &out->value, &percent) && !percent && out->value >= 0 &&
		out->value == floor(out->value) && out->value <= 0x1p53)
		return true;
	mg_diag_at(r->diags, node, "%s is %s", what, mg_diag_quote(r->arena, node->text))
		->accepted = form;
	return false;
}

/* A date or time, as seconds since 1970 with the digits that a double rounds. */
static bool read_moment(struct mg_reader *r, const struct mg_limit_rule *rule, const char *text,
	struct mg_limit *out)
{
	int64_t us;
	struct mg_decimal written, nearest, millionth;
	if (!rule->moment || !mg_clock_parse(text, &us) ||
		!mg_decimal_parse(mg_printf(r->arena, "%lld", (long long)us), &written) ||
		!mg_decimal_parse("0.000001", &millionth) ||
		!mg_decimal_multiply(&written, &millionth, &written))
		return false;
	out->value = mg_decimal_to_double(&written);
	out->is_moment = true;
	if (mg_decimal_of_double(out->value, &nearest) && mg_decimal_compare(&written, &nearest))
		out->exact = mg_decimal_text(r->arena, &written);
	return true;
}

/* The digits of a limit as written, where the double is another number. */
static const char *exact_digits(struct mg_arena *arena, const char *text, double value)
{
	struct mg_decimal written, nearest;
	const char *number = mg_ends_with(text, "%")
		? mg_printf(arena, "%.*se-2", (int)strlen(text) - 1, text)
		: text;
	if (!mg_decimal_parse(number, &written) || !mg_decimal_of_double(value, &nearest))
		return NULL;
	return mg_decimal_compare(&written, &nearest) ? mg_decimal_text(arena, &written) : NULL;
}

static const char *number_words(struct mg_arena *arena, const struct mg_limit_rule *rule, double x)
{
	if (rule->unit == MG_UNIT_SHARE)
		return mg_printf(arena, "%s (%s%%)", mg_double_text(arena, x),
			mg_double_text(arena, x * 100));
	return mg_double_text(arena, x);
}

/* No measured number can be there: the limit would always or never hold. */
static bool check_range(struct mg_reader *r, const struct mg_limit_rule *rule, const char *what,
	enum mg_limit_op op, const struct mg_node *node, double value)
{
	const char *shown = mg_diag_quote(r->arena, node->text);
	if (is_relative(op)) {
		if (value >= 0)
			return true;
		mg_diag_at(r->diags, node, "%s is %s", what, shown)->accepted = "0 or more";
		return false;
	}
	bool low = value < rule->least || (op == MG_BELOW && value <= rule->least);
	bool high = value > rule->most || (op == MG_ABOVE && value >= rule->most);
	if (!low && !high)
		return true;
	struct mg_diag *diag = mg_diag_at(r->diags, node, "%s is %s, but %s is never %s", what,
		shown, rule->kind,
		op == MG_BELOW && value == rule->least          ? "below that"
			: op == MG_ABOVE && value == rule->most ? "above that"
			: low                                   ? "as low as that"
								: "as high as that");
	const char *bound = op == MG_MIN || op == MG_ABOVE ? "from" : "to";
	if (rule->bounds && rule->unit == MG_UNIT_SHARE && !mg_ends_with(node->text, "%")) {
		diag->accepted = mg_printf(r->arena,
			"0%% to 100%% of the rows; the bounds of their values are from and to");
		diag->nearest = mg_printf(r->arena, "%s: %s", bound, node->text);
		return false;
	}
	if (high && rule->most == 1 && value <= 100 && !mg_ends_with(node->text, "%"))
		diag->nearest = mg_printf(r->arena, "%s%%", node->text);
	if (isnan(rule->most))
		diag->accepted = mg_printf(
			r->arena, "%s or more", number_words(r->arena, rule, rule->least));
	else if (isnan(rule->least))
		diag->accepted = mg_printf(
			r->arena, "%s or less", number_words(r->arena, rule, rule->most));
	else
		diag->accepted = mg_printf(r->arena, "%s to %s",
			number_words(r->arena, rule, rule->least),
			number_words(r->arena, rule, rule->most));
	return false;
}

static bool read_tolerance(struct mg_reader *r, const struct mg_limit_rule *rule,
	const struct mg_raw_limits *raw, struct mg_limits *out)
{
	static const double future = 3600;
	bool percent;
	if (rule->age && !raw->op[MG_EQUALS])
		out->tolerance = future;
	if (!raw->tolerance)
		return true;
	if (!raw->op[MG_EQUALS] && !raw->op[MG_NOT_EQUALS] && !rule->age) {
		mg_diag_at(r->diags, raw->tolerance, "tolerance has no effect without equals")
			->accepted = "equals: NUMBER or not_equals: NUMBER as well";
		return false;
	}
	if (rule->moment && raw->tolerance->type == MG_NODE_SCALAR &&
		!mg_node_number(raw->tolerance, &out->tolerance, &percent) &&
		mg_parse_duration(raw->tolerance->text, &out->tolerance))
		return true;
	if (!read_value(r, rule, "tolerance", MG_EQUALS, raw->tolerance, &out->tolerance, &percent))
		return false;
	if (out->tolerance >= 0)
		return true;
	mg_diag_at(r->diags, raw->tolerance, "tolerance is %s",
		mg_diag_quote(r->arena, raw->tolerance->text))
		->accepted = "0 or more";
	return false;
}

bool mg_read_limits(struct mg_reader *r, const struct mg_limit_rule *rule,
	const struct mg_raw_limits *raw, struct mg_limits *out)
{
	bool good = true;
	*out = (struct mg_limits){.count = 0};
	for (size_t op = 0; op < MG_LIMIT_OPS; op++) {
		const struct mg_node *node = raw->op[op];
		struct mg_limit limit = {.op = (enum mg_limit_op)op};
		if (!node)
			continue;
		limit.pos = node->pos;
		if (op == MG_MAX_FAILING) {
			if (read_failing(r, rule, node, &limit))
				out->list[out->count++] = limit;
			else
				good = false;
			continue;
		}
		if (!is_relative(limit.op) && node->type == MG_NODE_SCALAR &&
			read_moment(r, rule, node->text, &limit)) {
			out->list[out->count++] = limit;
			continue;
		}
		if (!read_value(r, rule, mg_limit_words[op], limit.op, node, &limit.value,
			    &limit.as_percent) ||
			!check_range(r, rule, mg_limit_words[op], limit.op, node, limit.value)) {
			good = false;
			continue;
		}
		limit.exact = exact_digits(r->arena, node->text, limit.value);
		limit.of_baseline = is_relative(limit.op) && limit.as_percent;
		out->list[out->count++] = limit;
	}
	return read_tolerance(r, rule, raw, out) && good;
}

bool mg_read_limits_mapping(struct mg_reader *r, const struct mg_limit_rule *rule,
	const struct mg_node *node, const char *what, const struct mg_key *table,
	struct mg_limits *out)
{
	struct mg_raw_limits raw = {.tolerance = NULL};
	if (!mg_read_table(r, node, what, table, &raw))
		return false;
	if (node->count == 0) {
		mg_diag_at(r->diags, node, "%s has no limit", what)
			->accepted = "limits such as {min: NUMBER} or {max: NUMBER}";
		return false;
	}
	return mg_read_limits(r, rule, &raw, out);
}

/* ---- sense ---- */

bool mg_limits_relative(const struct mg_limits *limits)
{
	for (size_t i = 0; i < limits->count; i++)
		if (is_relative(limits->list[i].op))
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
	if (is_relative(warn->op)) {
		for (size_t i = 0; i < check->limits.count; i++) {
			const struct mg_limit *limit = &check->limits.list[i];
			if (limit->op == warn->op && limit->of_baseline == warn->of_baseline &&
				warn->value >= limit->value)
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

static bool check_relative(struct mg_reader *r, const struct mg_limit_rule *rule,
	const struct mg_spec_check *check, const struct mg_limits *limits)
{
	bool good = true;
	for (size_t i = 0; i < limits->count; i++) {
		const struct mg_limit *limit = &limits->list[i];
		const char *word = mg_limit_words[limit->op];
		if (!is_relative(limit->op))
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
