/* limit_band.c: limits become bounds, those of a baseline too. */
#include "site/limit_band.h"

#include <math.h>

#include "base/text.h"

enum side { LEAST = 1, MOST = 2 };

static int sides_of(const struct mg_judged_limit *limit)
{
	static const struct {
		const char *op;
		int sides;
	} table[] = {{"min", LEAST}, {"above", LEAST}, {"max", MOST}, {"below", MOST},
		{"equals", LEAST | MOST}, {"max_drop", LEAST}, {"max_rise", MOST},
		{"max_change", LEAST | MOST}, {"within", LEAST | MOST}};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (mg_streq(table[i].op, limit->op))
			return table[i].sides;
	return 0; /* it bounds another number than the value */
}

/* An improvement breaks no limit that is held against other runs. */
static int without_improvement(int sides, const char *better)
{
	if (mg_streq(better, "higher"))
		return sides & LEAST;
	return mg_streq(better, "lower") ? sides & MOST : sides;
}

static void tighten(struct mg_limit_band *band, bool warns, double least, double most)
{
	double *min = warns ? &band->warn_min : &band->min;
	double *max = warns ? &band->warn_max : &band->max;
	*min = fmax(*min, least); /* NaN is no bound to either */
	*max = fmin(*max, most);
}

static void add(
	struct mg_limit_band *band, const struct mg_result *r, const struct mg_judged_limit *limit)
{
	int sides = sides_of(limit);
	double middle = limit->value, reach = limit->tolerance;
	if (mg_streq(limit->op, "within")) {
		middle = limit->runs.definition ? limit->runs.center : NAN;
		reach = limit->value * limit->runs.spread;
		sides = without_improvement(sides, r->better);
	} else if (mg_starts_with(limit->op, "max_")) {
		middle = r->baseline;
		reach = limit->of_baseline ? limit->value * fabs(r->baseline) : limit->value;
		sides = without_improvement(sides, r->better);
	}
	tighten(band, mg_streq(limit->role, "warn"), sides & LEAST ? middle - reach : NAN,
		sides & MOST ? middle + reach : NAN);
}

struct mg_limit_band mg_limit_band(const struct mg_result *r)
{
	struct mg_limit_band band = {NAN, NAN, NAN, NAN};
	for (size_t i = 0; i < r->limit_count; i++)
		if (!mg_streq(r->limits[i].role, "effect"))
			add(&band, r, &r->limits[i]);
	return band;
}

static bool same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

bool mg_limit_band_same(const struct mg_limit_band *a, const struct mg_limit_band *b)
{
	return same(a->min, b->min) && same(a->max, b->max) && same(a->warn_min, b->warn_min) &&
		same(a->warn_max, b->warn_max);
}

bool mg_limits_same(const struct mg_judged_limit *a, size_t a_count,
	const struct mg_judged_limit *b, size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (!mg_streq(a[i].role, b[i].role) || !mg_streq(a[i].op, b[i].op) ||
			!same(a[i].value, b[i].value) || !mg_streq(a[i].spread, b[i].spread) ||
			!mg_streq(a[i].exact, b[i].exact) || a[i].as_percent != b[i].as_percent ||
			a[i].of_baseline != b[i].of_baseline ||
			!same(a[i].tolerance, b[i].tolerance))
			return false;
	return true;
}
