/* limits.c: the one judge of all numbers. */
#include "judge/limits.h"

#include <math.h>

#include "base/decimal.h"

static bool holds_at(
	const struct mg_limit *limit, double tolerance, double value, const struct mg_measure *m)
{
	/* Written so that a NaN anywhere is false. */
	double baseline = m->baseline;
	double room = limit->of_baseline ? limit->value * fabs(baseline) : limit->value;
	switch (limit->op) {
	case MG_MIN:
		return value >= limit->value;
	case MG_MAX:
		return value <= limit->value;
	case MG_ABOVE:
		return value > limit->value;
	case MG_BELOW:
		return value < limit->value;
	case MG_EQUALS:
		return value == limit->value || fabs(value - limit->value) <= tolerance;
	case MG_NOT_EQUALS:
		return value != limit->value && fabs(value - limit->value) > tolerance;
	case MG_MAX_FAILING:
		return m->failing <= limit->value;
	case MG_MAX_DROP:
	case MG_MAX_RISE:
	case MG_MAX_CHANGE:
	case MG_WITHIN:
	case MG_LIMIT_OPS:
		break;
	}
	if ((m->better == MG_HIGHER && value >= baseline) ||
		(m->better == MG_LOWER && value <= baseline))
		return true;
	if (limit->op == MG_MAX_DROP)
		return baseline - value <= room;
	if (limit->op == MG_MAX_RISE)
		return value - baseline <= room;
	return fabs(value - baseline) <= room;
}

static bool read_digits(const char *digits, double rounded, struct mg_decimal *out)
{
	return digits ? mg_decimal_parse(digits, out) : mg_decimal_of_double(rounded, out);
}

/* Is the size of (x - y) at most `room`? */
static bool is_within(const struct mg_decimal *x, const struct mg_decimal *y,
	const struct mg_decimal *room, bool *out)
{
	struct mg_decimal gap;
	if (!mg_decimal_subtract(x, y, &gap))
		return false;
	gap = mg_decimal_abs(gap);
	*out = mg_decimal_compare(&gap, room) <= 0;
	return true;
}

/* The same with all digits; false when they have no room, or the value is a double. */
static bool holds_exactly(
	const struct mg_limit *limit, double tolerance, const struct mg_measure *m, bool *out)
{
	struct mg_decimal x, bound, room, baseline;
	if (!m->exact || !mg_decimal_parse(m->exact, &x) ||
		!read_digits(limit->exact, limit->value, &bound))
		return false;
	int order = mg_decimal_compare(&x, &bound);
	switch (limit->op) {
	case MG_MIN:
		*out = order >= 0;
		return true;
	case MG_MAX:
		*out = order <= 0;
		return true;
	case MG_ABOVE:
		*out = order > 0;
		return true;
	case MG_BELOW:
		*out = order < 0;
		return true;
	case MG_EQUALS:
	case MG_NOT_EQUALS:
		if (!mg_decimal_of_double(tolerance, &room) || !is_within(&x, &bound, &room, out))
			return false;
		*out = *out == (limit->op == MG_EQUALS);
		return true;
	case MG_MAX_FAILING:
	case MG_MAX_DROP:
	case MG_MAX_RISE:
	case MG_MAX_CHANGE:
	case MG_WITHIN:
	case MG_LIMIT_OPS:
		break;
	}
	if (!isfinite(m->baseline) || !read_digits(m->exact_baseline, m->baseline, &baseline))
		return false;
	room = mg_decimal_abs(baseline);
	if (!limit->of_baseline)
		room = bound;
	else if (!mg_decimal_multiply(&room, &bound, &room))
		return false;
	order = mg_decimal_compare(&x, &baseline);
	bool one_sided = limit->op == MG_MAX_DROP ? order > 0
		: limit->op == MG_MAX_RISE        ? order < 0
						  : false;
	*out = order == 0 || one_sided || (m->better == MG_HIGHER && order > 0) ||
		(m->better == MG_LOWER && order < 0);
	return *out || is_within(&x, &baseline, &room, out);
}

/* Does a smaller value make this limit harder to hold? */
static bool low_is_pessimistic(const struct mg_limit *limit, const struct mg_measure *m)
{
	switch (limit->op) {
	case MG_MIN:
	case MG_ABOVE:
	case MG_MAX_DROP:
		return true;
	case MG_MAX:
	case MG_BELOW:
	case MG_MAX_RISE:
	case MG_MAX_FAILING:
		return false;
	case MG_EQUALS:
	case MG_NOT_EQUALS:
	case MG_MAX_CHANGE:
	case MG_WITHIN:
	case MG_LIMIT_OPS:
		break;
	}
	return m->better != MG_LOWER;
}

static bool has_two_sides(const struct mg_limit *limit)
{
	return limit->op == MG_EQUALS || limit->op == MG_NOT_EQUALS || limit->op == MG_MAX_CHANGE;
}

/* What two ends do not tell: does what the number is held to lie between them? */
static bool surrounds(
	const struct mg_limit *limit, const struct mg_measure *m, double lo, double hi)
{
	double middle = limit->op == MG_MAX_CHANGE ? m->baseline : limit->value;
	return has_two_sides(limit) && lo < middle && middle < hi;
}

/* Of a triangle whose sides x and y meet at an angle with this cosine. */
static double third_side(double x, double y, double cosine)
{
	double square = (x - y) * (x - y) + 2 * (1 - cosine) * x * y;
	return square < 0 ? 0 : sqrt(square); /* NaN stays NaN */
}

void mg_limit_difference(const struct mg_measure *m, double factor, double *out_lo, double *out_hi)
{
	double gap = m->value - factor * m->baseline;
	double up = fabs(factor) * (m->baseline_hi - m->baseline);
	double down = fabs(factor) * (m->baseline - m->baseline_lo);
	bool swapped = factor < 0;
	double r = swapped ? -m->correlation : m->correlation;
	*out_lo = gap;
	*out_hi = gap;
	if (m->identical)
		return;
	*out_lo -= third_side(m->value - m->interval_lo, swapped ? down : up, r);
	*out_hi += third_side(m->interval_hi - m->value, swapped ? up : down, r);
}

/* A part of the baseline moves with it: a drop of 8% is held where value - 0.92 * baseline is not negative. */
static enum mg_limit_state hold_difference(const struct mg_limit *limit, const struct mg_measure *m)
{
	double part = limit->of_baseline ? copysign(limit->value, m->baseline) : 0;
	double room = limit->of_baseline ? 0 : limit->value;
	bool change = limit->op == MG_MAX_CHANGE;
	bool drops = limit->op == MG_MAX_DROP || (change && m->better != MG_LOWER);
	bool rises = limit->op == MG_MAX_RISE || (change && m->better != MG_HIGHER);
	double drop_lo, drop_hi, rise_lo, rise_hi;
	mg_limit_difference(m, 1 - part, &drop_lo, &drop_hi);
	mg_limit_difference(m, 1 + part, &rise_lo, &rise_hi);
	if (isnan(drop_lo) || isnan(drop_hi))
		return MG_OPEN;
	bool sure = (!drops || drop_lo >= -room) && (!rises || rise_hi <= room);
	bool never = (drops && drop_hi < -room) || (rises && rise_lo > room);
	return (m->prove == MG_PROVE_WORSE ? !never : sure) ? MG_HELD : MG_BROKEN;
}

double mg_limit_judged(const struct mg_limit *limit, const struct mg_measure *m, double value)
{
	if (m->confidence <= 0 || limit->op == MG_MAX_FAILING || mg_limit_relative(limit->op))
		return value;
	if (!has_two_sides(limit))
		return low_is_pessimistic(limit, m) ? m->interval_lo : m->interval_hi;
	/* Of two ends the one that lies farther off. */
	bool low = fabs(m->interval_lo - limit->value) >= fabs(m->interval_hi - limit->value);
	return low ? m->interval_lo : m->interval_hi;
}

static enum mg_limit_state hold_at(
	const struct mg_limit *limit, double tolerance, const struct mg_measure *m)
{
	if (mg_limit_relative(limit->op) && isnan(m->baseline))
		return MG_LACKING;
	if (limit->op == MG_MAX_FAILING)
		return m->failing <= limit->value ? MG_HELD : MG_BROKEN;
	if (m->confidence > 0 && mg_limit_relative(limit->op))
		return hold_difference(limit, m);
	if (m->confidence > 0) {
		if (isnan(m->interval_lo) || isnan(m->interval_hi))
			return MG_OPEN;
		bool low = holds_at(limit, tolerance, m->interval_lo, m);
		bool high = holds_at(limit, tolerance, m->interval_hi, m);
		if (limit->op == MG_NOT_EQUALS &&
			surrounds(limit, m, m->interval_lo, m->interval_hi))
			return MG_BROKEN;
		if (has_two_sides(limit))
			return low && high ? MG_HELD : MG_BROKEN;
		return (low_is_pessimistic(limit, m) ? low : high) ? MG_HELD : MG_BROKEN;
	}
	bool exactly;
	if (holds_exactly(limit, tolerance, m, &exactly))
		return exactly ? MG_HELD : MG_BROKEN;
	bool low = holds_at(limit, tolerance, m->lo, m);
	bool high = holds_at(limit, tolerance, m->hi, m);
	if (low == high) {
		/* Both ends may miss what has two sides while the middle holds. */
		if (low == (limit->op == MG_NOT_EQUALS) && surrounds(limit, m, m->lo, m->hi))
			return MG_OPEN;
		return low ? MG_HELD : MG_BROKEN;
	}
	return isnan(m->lo) || isnan(m->hi) ? MG_BROKEN : MG_OPEN;
}

static enum mg_limit_state hold_relative(
	const struct mg_limit *limit, double tolerance, const struct mg_measure *m)
{
	if (!mg_limit_relative(limit->op) || m->confidence > 0 || isnan(m->baseline) ||
		!(m->baseline_least < m->baseline_most))
		return hold_at(limit, tolerance, m);
	/* What it is compared with may lie anywhere in its bounds. */
	struct mg_measure low = *m, high = *m;
	low.baseline = m->baseline_least;
	high.baseline = m->baseline_most;
	low.exact_baseline = high.exact_baseline = NULL;
	enum mg_limit_state a = hold_at(limit, tolerance, &low);
	enum mg_limit_state b = hold_at(limit, tolerance, &high);
	bool around = has_two_sides(limit) && m->lo < high.baseline && low.baseline < m->hi;
	return a == b && !(a == MG_BROKEN && around) ? a : MG_OPEN;
}

/* A change from the middle of earlier runs, by so many times as far as they lie apart. */
static enum mg_limit_state hold_within(const struct mg_limit *limit, const struct mg_measure *m)
{
	/* Sums of doubles differ in their last digits from run to run. */
	static const double noise = 1e-10;
	const struct mg_center *c = m->centers ? &m->centers[limit->spread] : NULL;
	if (!c || isnan(c->value))
		return MG_LACKING;
	struct mg_measure from = *m;
	from.baseline = c->value;
	from.baseline_least = c->least;
	from.baseline_most = c->most;
	from.baseline_lo = c->lo;
	from.baseline_hi = c->hi;
	from.exact_baseline = c->exact;
	double alike = m->exact ? 0 : noise * fabs(c->value);
	struct mg_limit near = {.op = MG_MAX_CHANGE,
		.value = fmax(limit->value * (c->spread - c->spread_off), alike)};
	struct mg_limit far = {.op = MG_MAX_CHANGE,
		.value = fmax(limit->value * (c->spread + c->spread_off), alike)};
	enum mg_limit_state a = hold_relative(&near, 0, &from), b = hold_relative(&far, 0, &from);
	return a == b ? a : MG_OPEN;
}

enum mg_limit_state mg_limit_hold(
	const struct mg_limit *limit, double tolerance, const struct mg_measure *m)
{
	return limit->op == MG_WITHIN ? hold_within(limit, m) : hold_relative(limit, tolerance, m);
}
