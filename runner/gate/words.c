/* words.c: numbers and limits as people read them. */
#include "gate/words.h"

#include <math.h>

#include "base/text.h"

static bool is_relative(const struct mg_judged_limit *limit)
{
	return mg_starts_with(limit->op, "max_");
}

static bool is_effect(const struct mg_judged_limit *limit)
{
	return mg_streq(limit->role, "effect");
}

/* People read a value beside its limits, so all are written alike. */
static bool in_percent(const struct mg_result *r)
{
	if (mg_streq(r->unit, "share"))
		return true;
	for (size_t i = 0; i < r->limit_count; i++) {
		if (!is_relative(&r->limits[i]) && !is_effect(&r->limits[i]))
			return r->limits[i].as_percent;
	}
	return false;
}

/* Exactly, in the largest unit that divides it: limits must not be rounded. */
static char *exact_duration(struct mg_arena *arena, double seconds)
{
	static const struct {
		double seconds;
		const char *unit;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && seconds != 0; i++) {
		double n = seconds / units[i].seconds;
		if (n == floor(n) && (i > 0 || n != 1))
			return mg_printf(
				arena, "%s %s", mg_human_double(arena, n, 15), units[i].unit);
	}
	return mg_printf(arena, "%s s", mg_human_double(arena, seconds, 15));
}

enum { FEW_DIGITS = 4, ALL_DIGITS = 15 };

static char *number(
	struct mg_arena *arena, const struct mg_result *r, double x, bool percent, int digits)
{
	if (!isfinite(x))
		return mg_double_text(arena, x);
	if (percent)
		return mg_printf(arena, "%s%%", mg_human_double(arena, x * 100, digits));
	if (mg_streq(r->unit, "seconds"))
		return digits == ALL_DIGITS ? exact_duration(arena, x)
					    : mg_human_duration(arena, x);
	return mg_human_double(arena, x, digits);
}

/* Would the text make x look like a limit, or like all or nothing, that it is not? */
static bool misleads(
	struct mg_arena *arena, const struct mg_result *r, double x, bool percent, const char *text)
{
	if (percent && ((x != 0 && mg_streq(text, "0%")) || (x != 1 && mg_streq(text, "100%"))))
		return true;
	for (size_t i = 0; i < r->limit_count; i++) {
		double limit = r->limits[i].value;
		if (is_relative(&r->limits[i]) || is_effect(&r->limits[i]) || limit == x)
			continue;
		if (mg_streq(text, number(arena, r, limit, percent, ALL_DIGITS)) ||
			mg_streq(text, number(arena, r, limit, percent, FEW_DIGITS)))
			return true;
	}
	return false;
}

char *mg_words_number(struct mg_arena *arena, const struct mg_result *r, double x)
{
	bool percent = in_percent(r);
	char *text = NULL;
	for (int digits = FEW_DIGITS; digits <= ALL_DIGITS; digits++) {
		text = number(arena, r, x, percent, digits);
		if (!misleads(arena, r, x, percent, text))
			return text;
	}
	return text;
}

/* "max_drop" -> "max drop". */
static char *spaced(struct mg_arena *arena, const char *word)
{
	char *text = mg_strdup(arena, word);
	for (char *p = text; *p; p++) {
		if (*p == '_')
			*p = ' ';
	}
	return text;
}

char *mg_words_limit(
	struct mg_arena *arena, const struct mg_result *r, const struct mg_judged_limit *limit)
{
	bool percent = limit->as_percent || limit->of_baseline ||
		(!is_effect(limit) && mg_streq(r->unit, "share"));
	char *value = is_effect(limit) && !percent
		? mg_human_double(arena, limit->value, ALL_DIGITS)
		: number(arena, r, limit->value, percent, ALL_DIGITS);
	struct mg_text text;
	mg_text_init(&text, arena);
	if (!mg_streq(limit->role, "limit"))
		mg_text_addf(&text, "%s ", limit->role);
	mg_text_addf(&text, "%s %s", spaced(arena, limit->op), value);
	if (limit->tolerance != 0)
		mg_text_addf(
			&text, " ± %s", number(arena, r, limit->tolerance, percent, ALL_DIGITS));
	return text.data;
}

/* "0.6373, the lower end of the 95% interval," or the number alone. */
static char *subject(struct mg_arena *arena, const struct mg_result *r)
{
	char *judged = mg_words_number(arena, r, r->judged);
	if (r->judged == r->value || !(r->confidence > 0))
		return judged;
	return mg_printf(arena, "%s, the %s end of the %s%% interval,", judged,
		r->judged == r->interval_lo ? "lower" : "upper",
		mg_human_double(arena, r->confidence * 100, 6));
}

/* How far the judged number is from the baseline, as the limit counts it. */
static char *distance(
	struct mg_arena *arena, const struct mg_result *r, const struct mg_judged_limit *limit)
{
	double gap = fabs(r->judged - r->baseline);
	if (limit->of_baseline && r->baseline != 0)
		return mg_printf(arena, "%s%%",
			mg_human_double(arena, gap / fabs(r->baseline) * 100, FEW_DIGITS));
	return number(arena, r, gap, in_percent(r), FEW_DIGITS);
}

char *mg_words_broken(
	struct mg_arena *arena, const struct mg_result *r, const struct mg_judged_limit *limit)
{
	char *who = subject(arena, r), *what = mg_words_limit(arena, r, limit);
	if (is_relative(limit))
		return mg_printf(arena, "%s is %s %s the baseline %s (%s): %s", who,
			distance(arena, r, limit), r->judged < r->baseline ? "below" : "above",
			mg_words_number(arena, r, r->baseline), r->baseline_source, what);
	const char *verb = mg_streq(limit->op, "min") ? "is under"
		: mg_streq(limit->op, "max")          ? "is over"
		: mg_streq(limit->op, "equals")       ? "breaks"
						      : "is not";
	return mg_printf(arena, "%s %s %s", who, verb, what);
}
