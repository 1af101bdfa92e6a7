/* words.c: numbers and limits as people read them. */
#include "judge/words.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"
#include "judge/limits.h"

/* A run keeps the word that run.json has. */
static enum mg_limit_op op_of(const struct mg_judged_limit *limit)
{
	int op = 0;
	while (op < MG_LIMIT_OPS && !mg_streq(limit->op, mg_limit_words[op]))
		op++;
	return (enum mg_limit_op)op;
}

static bool is_relative(const struct mg_judged_limit *limit)
{
	return mg_limit_relative(op_of(limit));
}

/* A count of rows beside the value. */
static bool is_count(const struct mg_judged_limit *limit)
{
	return op_of(limit) == MG_MAX_FAILING;
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
		if (!is_relative(&r->limits[i]) && !is_effect(&r->limits[i]) &&
			!is_count(&r->limits[i]))
			return r->limits[i].as_percent;
	}
	return false;
}

/* A number of the result: a double, and its digits where that is rounded. */
struct figure {
	double x;
	const char *digits; /* or NULL */
};

static bool read_figure(struct figure f, struct mg_decimal *out)
{
	return f.digits ? mg_decimal_parse(f.digits, out)
			: isfinite(f.x) && mg_decimal_of_double(f.x, out);
}

static bool same_figure(struct figure a, struct figure b)
{
	struct mg_decimal x, y;
	if (!read_figure(a, &x) || !read_figure(b, &y))
		return a.x == b.x;
	return mg_decimal_compare(&x, &y) == 0;
}

/* With every digit. Doubles that are very large or small keep their exponent. */
static char *all_digits(struct mg_arena *arena, struct figure f)
{
	struct mg_decimal x;
	bool far = fabs(f.x) >= 1e15 || (f.x != 0 && fabs(f.x) < 1e-4);
	if ((far && !f.digits) || !read_figure(f, &x))
		return mg_double_text(arena, f.x);
	return mg_decimal_human(arena, &x);
}

/* A share in percent, without rounding. */
static struct figure hundredfold(struct mg_arena *arena, struct figure f)
{
	struct mg_decimal x, hundred, nearest;
	if (!read_figure(f, &x) || !mg_decimal_parse("100", &hundred) ||
		!mg_decimal_multiply(&x, &hundred, &x))
		return (struct figure){f.x * 100, NULL};
	struct figure out = {mg_decimal_to_double(&x), NULL};
	if (!mg_decimal_of_double(out.x, &nearest) || mg_decimal_compare(&x, &nearest) != 0)
		out.digits = mg_decimal_text(arena, &x);
	return out;
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
			return mg_printf(arena, "%s %s",
				all_digits(arena, (struct figure){n, NULL}), units[i].unit);
	}
	return mg_printf(arena, "%s s", all_digits(arena, (struct figure){seconds, NULL}));
}

/* More than 15 are as many as the number has. */
enum { FEW_DIGITS = 4, ALL_DIGITS = 16 };

static char *rounded(struct mg_arena *arena, struct figure f, int digits)
{
	bool in_full = digits == ALL_DIGITS ||
		(f.digits && (fabs(f.x) >= 1e15 || f.x == floor(f.x)));
	return in_full ? all_digits(arena, f) : mg_human_double(arena, f.x, digits);
}

/* "2026-01-31", or with the time of day where it is not midnight; NULL when it is no such thing. */
static char *moment(struct mg_arena *arena, struct figure f)
{
	struct mg_decimal x, million;
	int64_t us;
	if (!read_figure(f, &x) || !mg_decimal_parse("1000000", &million) ||
		!mg_decimal_multiply(&x, &million, &x))
		return NULL;
	/* A double of today's seconds is within a tenth of a microsecond of what it stands for. */
	if (!f.digits)
		us = llround(mg_decimal_to_double(&x));
	else if (!mg_parse_int(mg_decimal_text(arena, &x), &us))
		return NULL;
	char *text = mg_clock_text(arena, us);
	size_t day = strlen(text) - strlen("T00:00:00Z");
	if (mg_streq(text + day, "T00:00:00Z"))
		text[day] = '\0';
	return text;
}

static char *number(struct mg_arena *arena, const struct mg_result *r, struct figure f,
	bool percent, int digits)
{
	if (!isfinite(f.x))
		return mg_double_text(arena, f.x);
	char *time = mg_streq(r->unit, "time") ? moment(arena, f) : NULL;
	if (time)
		return time;
	if (percent)
		return mg_printf(arena, "%s%%", rounded(arena, hundredfold(arena, f), digits));
	if (mg_streq(r->unit, "seconds"))
		return digits == ALL_DIGITS ? exact_duration(arena, f.x)
					    : mg_human_duration(arena, f.x);
	return rounded(arena, f, digits);
}

static struct figure figure_of_limit(const struct mg_judged_limit *limit)
{
	return (struct figure){limit->value, limit->exact};
}

static struct figure figure_of_baseline(const struct mg_result *r)
{
	return (struct figure){r->baseline, r->baseline_exact};
}

static struct figure figure_of(const struct mg_result *r, double x)
{
	return (struct figure){x, x == r->value ? r->exact : NULL};
}

static bool reads_like(struct mg_arena *arena, const struct mg_result *r, const char *text,
	struct figure other, bool percent)
{
	return mg_streq(text, number(arena, r, other, percent, ALL_DIGITS)) ||
		mg_streq(text, number(arena, r, other, percent, FEW_DIGITS));
}

/* Would the text make the number look like a limit, the baseline that it is held against, or all or
 * nothing, that it is not? */
static bool misleads(struct mg_arena *arena, const struct mg_result *r, struct figure f,
	bool percent, const char *text)
{
	if (percent && ((f.x != 0 && mg_streq(text, "0%")) || (f.x != 1 && mg_streq(text, "100%"))))
		return true;
	for (size_t i = 0; i < r->limit_count; i++) {
		const struct mg_judged_limit *limit = &r->limits[i];
		struct figure other = is_relative(limit) ? figure_of_baseline(r)
							 : figure_of_limit(limit);
		if (!is_effect(limit) && !is_count(limit) && isfinite(other.x) &&
			!same_figure(f, other) && reads_like(arena, r, text, other, percent))
			return true;
	}
	return false;
}

static char *plain(struct mg_arena *arena, const struct mg_result *r, struct figure f)
{
	bool percent = in_percent(r);
	char *text = NULL;
	for (int digits = FEW_DIGITS; digits <= ALL_DIGITS; digits++) {
		text = number(arena, r, f, percent, digits);
		if (!misleads(arena, r, f, percent, text))
			return text;
	}
	return text;
}

char *mg_words_number(struct mg_arena *arena, const struct mg_result *r, double x)
{
	return plain(arena, r, figure_of(r, x));
}

char *mg_words_baseline(struct mg_arena *arena, const struct mg_result *r)
{
	return plain(arena, r, figure_of_baseline(r));
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

/* As people write it. */
static const char *spread_word(const struct mg_judged_limit *limit)
{
	return mg_streq(limit->spread, mg_spread_words[MG_SPREAD_MAD]) ? "MAD" : "sigma";
}

/* How far two shares are apart: 8% less than 60% might be 52% or 55.2%. */
static char *points_text(struct mg_arena *arena, struct figure f, int digits)
{
	char *n = rounded(arena, hundredfold(arena, f), digits);
	return mg_printf(arena, "%s point%s", n, mg_streq(n, "1") ? "" : "s");
}

char *mg_words_limit(
	struct mg_arena *arena, const struct mg_result *r, const struct mg_judged_limit *limit)
{
	if (limit->spread)
		return mg_printf(arena, "%s%s %s %s", mg_streq(limit->role, "warn") ? "warn " : "",
			limit->op, mg_double_text(arena, limit->value), spread_word(limit));
	bool points = is_relative(limit) && !limit->of_baseline && in_percent(r);
	bool percent = limit->as_percent || (!is_effect(limit) && mg_streq(r->unit, "share"));
	struct figure written = figure_of_limit(limit);
	char *value = (is_effect(limit) && !percent) || is_count(limit) ? all_digits(arena, written)
		: points ? points_text(arena, written, ALL_DIGITS)
			 : number(arena, r, written, percent, ALL_DIGITS);
	struct mg_text text;
	mg_text_init(&text, arena);
	if (!mg_streq(limit->role, "limit"))
		mg_text_addf(&text, "%s ", limit->role);
	mg_text_addf(&text, "%s %s%s", spaced(arena, limit->op), value,
		limit->of_baseline ? " of the baseline" : "");
	if (limit->tolerance != 0)
		mg_text_addf(&text, " ± %s",
			mg_streq(r->unit, "time")
				? exact_duration(arena, limit->tolerance)
				: number(arena, r, (struct figure){limit->tolerance, NULL}, percent,
					  ALL_DIGITS));
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

static bool is_below_baseline(const struct mg_result *r)
{
	struct mg_decimal x, baseline;
	if (!read_figure(figure_of(r, r->judged), &x) ||
		!read_figure(figure_of_baseline(r), &baseline))
		return r->judged < r->baseline;
	return mg_decimal_compare(&x, &baseline) < 0;
}

static double gap_of(const struct mg_result *r)
{
	struct mg_decimal x, baseline;
	bool exact = r->judged == r->value && (r->exact || r->baseline_exact);
	if (exact && read_figure(figure_of(r, r->judged), &x) &&
		read_figure(figure_of_baseline(r), &baseline) &&
		mg_decimal_subtract(&x, &baseline, &x))
		return fabs(mg_decimal_to_double(&x));
	return fabs(r->judged - r->baseline);
}

/* How far the judged number is from the baseline, as the limit counts it; never so rounded that it
 * reads like the limit. */
static char *distance(
	struct mg_arena *arena, const struct mg_result *r, const struct mg_judged_limit *limit)
{
	bool share = limit->of_baseline && r->baseline != 0;
	struct figure gap = {share ? gap_of(r) / fabs(r->baseline) : gap_of(r), NULL};
	bool points = !share && in_percent(r);
	struct figure bound = figure_of_limit(limit);
	char *text = NULL;
	for (int digits = FEW_DIGITS; digits <= ALL_DIGITS; digits++) {
		text = points ? points_text(arena, gap, digits)
			      : number(arena, r, gap, share, digits);
		bool alike = points ? mg_streq(text, points_text(arena, bound, ALL_DIGITS))
				    : reads_like(arena, r, text, bound, share);
		if (gap.x == limit->value || !alike)
			break;
	}
	return text;
}

static double failing_rows(const struct mg_result *r)
{
	for (size_t i = 0; i < r->fact_count; i++)
		if (mg_streq(r->facts[i].name, "failing_rows"))
			return r->facts[i].number;
	return NAN;
}

char *mg_words_difference(struct mg_arena *arena, const struct mg_result *r)
{
	struct figure lo = {r->difference_lo, NULL}, hi = {r->difference_hi, NULL};
	if (isnan(lo.x) || isnan(hi.x))
		return NULL;
	bool points = in_percent(r);
	return mg_printf(arena, "%s to %s",
		points ? rounded(arena, hundredfold(arena, lo), FEW_DIGITS)
		       : number(arena, r, lo, false, FEW_DIGITS),
		points ? points_text(arena, hi, FEW_DIGITS)
		       : number(arena, r, hi, false, FEW_DIGITS));
}

/* "is 4.1 sigma below the mean 0.9 of 12 previous runs (sigma 0.017)". */
static char *words_runs(
	struct mg_arena *arena, const struct mg_result *r, const struct mg_judged_limit *limit)
{
	bool mad = mg_streq(limit->spread, mg_spread_words[MG_SPREAD_MAD]);
	const char *word = spread_word(limit);
	double gap = r->judged - limit->runs.center, spread = limit->runs.spread;
	const char *center = number(
		arena, r, (struct figure){limit->runs.center, NULL}, in_percent(r), FEW_DIGITS + 2);
	if (spread == 0)
		return mg_printf(arena, "is not %s, as %s of %s are (%s 0)", center,
			mad ? "most" : "all", limit->runs.of, word);
	const char *one = in_percent(r)
		? points_text(arena, (struct figure){spread, NULL}, FEW_DIGITS)
		: number(arena, r, (struct figure){spread, NULL}, false, FEW_DIGITS);
	struct figure times = {fabs(gap) / spread, NULL};
	char *text = NULL;
	for (int digits = 2; digits <= ALL_DIGITS; digits++) {
		text = rounded(arena, times, digits);
		if (times.x == limit->value || !mg_streq(text, mg_double_text(arena, limit->value)))
			break;
	}
	return mg_printf(arena, "is %s %s %s the %s %s of %s (%s %s)", text, word,
		gap < 0 ? "below" : "above", mad ? "median" : "mean", center, limit->runs.of, word,
		one);
}

char *mg_words_broken(
	struct mg_arena *arena, const struct mg_result *r, const struct mg_judged_limit *limit)
{
	char *who = subject(arena, r), *what = mg_words_limit(arena, r, limit);
	if (is_count(limit)) {
		double rows = failing_rows(r);
		return mg_printf(arena, "%s failing row%s %s over %s",
			mg_human_double(arena, rows, 15), rows == 1 ? "" : "s",
			rows == 1 ? "is" : "are", what);
	}
	if (limit->spread && limit->runs.of)
		return mg_printf(arena, "%s %s: %s", who, words_runs(arena, r, limit), what);
	if (is_relative(limit)) {
		const char *difference = mg_words_difference(arena, r);
		return mg_printf(arena, "%s is %s %s the baseline %s (%s%s): %s", who,
			distance(arena, r, limit), is_below_baseline(r) ? "below" : "above",
			mg_words_baseline(arena, r), r->baseline_source,
			difference ? mg_printf(arena, ", difference %s at %s%%", difference,
					     mg_human_double(arena, r->confidence * 100, 6))
				   : "",
			what);
	}
	static const char *const verbs[MG_LIMIT_OPS] = {[MG_MIN] = "is under",
		[MG_MAX] = "is over",
		[MG_EQUALS] = "breaks",
		[MG_NOT_EQUALS] = "breaks"};
	enum mg_limit_op op = op_of(limit);
	const char *verb = op < MG_LIMIT_OPS && verbs[op] ? verbs[op] : "is not";
	return mg_printf(arena, "%s %s %s", who, verb, what);
}

static double fact_of(const struct mg_result *r, const char *name)
{
	for (size_t i = 0; i < r->fact_count; i++)
		if (!r->facts[i].text && mg_streq(r->facts[i].name, name))
			return r->facts[i].number;
	return NAN;
}

char *mg_words_unlabelled(struct mg_arena *arena, const struct mg_result *r)
{
	double blank = fact_of(r, "unlabelled"), rows = fact_of(r, "rows");
	if (!(blank > 0) || isnan(rows))
		return NULL;
	return mg_printf(arena, "%s of %s rows %s no label", mg_human_double(arena, blank, 15),
		mg_human_double(arena, rows, 15), blank == 1 ? "has" : "have");
}
