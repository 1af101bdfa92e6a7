/* limits.c: limits as written. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"
#include "spec/read.h"

const char *const mg_limit_words[] = {"min", "max", "above", "below", "equals", "not_equals",
	"max_failing", "max_drop", "max_rise", "max_change", "within", NULL};
const char *const mg_spread_words[] = {"sigma", "mad", NULL};

bool mg_limit_relative(enum mg_limit_op op)
{
	return op == MG_MAX_DROP || op == MG_MAX_RISE || op == MG_MAX_CHANGE || op == MG_WITHIN;
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
	bool relative = mg_limit_relative(op);
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
		if (!*out_percent || mg_limit_relative(op) || !plain_unit)
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
			->accepted = mg_limit_relative(op)
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

/* "3 sigma", "3.5 mad". */
static bool read_within(struct mg_reader *r, const struct mg_node *node, struct mg_limit *out)
{
	static const char form[] = "3 sigma, or for runs with outliers 3 mad; up to 100";
	static const double most = 100;
	if (!mg_expect(r, node, MG_NODE_SCALAR, "within", form))
		return false;
	size_t digits = strcspn(node->text, " ");
	const char *word = node->text + digits + strspn(node->text + digits, " ");
	for (size_t i = 0; i < MG_SPREADS; i++) {
		out->spread = (enum mg_spread)i;
		if (mg_streq(word, mg_spread_words[i]) &&
			mg_parse_double(
				mg_strndup(r->arena, node->text, digits), false, &out->value) &&
			out->value > 0 && out->value <= most)
			return true;
	}
	mg_diag_at(r->diags, node, "within is '%s'", mg_diag_quote(r->arena, node->text))
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
	if (mg_limit_relative(op)) {
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
		if (op == MG_MAX_FAILING || op == MG_WITHIN) {
			if (op == MG_WITHIN ? read_within(r, node, &limit)
					    : read_failing(r, rule, node, &limit))
				out->list[out->count++] = limit;
			else
				good = false;
			continue;
		}
		if (!mg_limit_relative(limit.op) && node->type == MG_NODE_SCALAR &&
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
		limit.of_baseline = mg_limit_relative(limit.op) && limit.as_percent;
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
