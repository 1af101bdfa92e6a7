/* moments.c: central moments of a frequency table; see moments.h. */
#include "stats/moments.h"

#include <float.h>
#include <math.h>

#include "stats/refine.h"

/* Mean of entry i, as a distance from `start`. */
static double middle(const struct mg_freq *f, size_t i, double start)
{
	if (mg_freq_exact_at(f, i))
		return f->lo[i] - start;
	double mean = mg_freq_sum(f, i) / (double)mg_freq_n(f, i);
	return fmin(fmax(mean, f->lo[i]), f->hi[i]) - start;
}

double mg_mean_beyond(const struct mg_freq *f, double start)
{
	double sum = 0;
	for (size_t i = 0; i < f->len; i++)
		sum += (double)mg_freq_n(f, i) * middle(f, i, start);
	return sum / (double)f->rows;
}

struct mg_stat mg_variance(const struct mg_freq *f, struct mg_ranges *ranges)
{
	const char *why = f->rows == 0 ? "there are no values" : NULL;
	if (!why && (isinf(f->lo[0]) || isinf(mg_freq_hi(f, f->len - 1))))
		why = "there are infinite values";
	if (why)
		return (struct mg_stat){.value = NAN, .lo = NAN, .hi = NAN, .why = why};
	double start = f->lo[0], rows = (double)f->rows, between = 0, within = 0;
	double mean = mg_mean_beyond(f, start);
	struct mg_candidates candidates = {0};
	for (size_t i = 0; i < f->len; i++) {
		double n = (double)mg_freq_n(f, i), at = middle(f, i, start);
		between += n * (at - mean) * (at - mean);
		if (mg_freq_exact_at(f, i))
			continue;
		double hidden = n * (f->hi[i] - start - at) * (at - (f->lo[i] - start));
		within += hidden;
		mg_candidates_offer(&candidates, f, i, hidden);
	}
	mg_candidates_choose(&candidates, ranges);
	between /= rows;
	within /= rows;
	if (!isfinite(between + within))
		return (struct mg_stat){.value = NAN,
			.lo = NAN,
			.hi = NAN,
			.why = "the variance is too large for a double"};
	if (f->len > 1 && between + within < DBL_MIN / DBL_EPSILON)
		return (struct mg_stat){.value = NAN,
			.lo = NAN,
			.hi = NAN,
			.why = "the variance is too small for a double"};
	return (struct mg_stat){
		.value = between + within / 2, .lo = between, .hi = between + within};
}

static struct mg_stat undefined(const char *why)
{
	return (struct mg_stat){.value = NAN, .lo = NAN, .hi = NAN, .why = why};
}

/* What the values are measured by: how far they are from their mean, in standard deviations. */
struct scale {
	double start, mean, deviation; /* mean: beyond start */
};

static double place(const struct scale *s, double distance)
{
	return (distance - s->mean) / s->deviation;
}

/* Bounds of the sum of an entry's powers, from the places of its least value, mean and greatest. */
typedef struct mg_stat power_sum(double n, double least, double middle, double most);

static struct mg_stat third(double n, double least, double middle, double most)
{
	return (struct mg_stat){.value = n * middle * middle * middle,
		.lo = n * least * least * least,
		.hi = n * most * most * most};
}

static struct mg_stat fourth(double n, double least, double middle, double most)
{
	double whole = most - least, at = whole > 0 ? (middle - least) / whole : 0;
	double value = n * middle * middle * middle * middle;
	return (struct mg_stat){.value = value,
		.lo = value,
		.hi = fmax(value, n * ((1 - at) * pow(least, 4) + at * pow(most, 4)))};
}

/* The mean power of the places, which are by the deviation that `variance` says at least. */
static struct mg_stat mean_power(const struct mg_freq *f, const struct mg_stat *variance,
	power_sum *of, struct mg_ranges *ranges)
{
	double rows = (double)f->rows;
	const struct scale s = {.start = f->lo[0],
		.mean = mg_mean_beyond(f, f->lo[0]),
		.deviation = sqrt(variance->lo)};
	struct mg_stat sum = {0};
	struct mg_candidates candidates = {0};
	for (size_t i = 0; i < f->len; i++) {
		struct mg_stat one = of((double)mg_freq_n(f, i), place(&s, f->lo[i] - s.start),
			place(&s, middle(f, i, s.start)), place(&s, mg_freq_hi(f, i) - s.start));
		if (mg_freq_exact_at(f, i))
			one.lo = one.hi = one.value;
		else
			mg_candidates_offer(&candidates, f, i, one.hi - one.lo);
		sum.value += one.value / rows;
		sum.lo += one.lo / rows;
		sum.hi += one.hi / rows;
	}
	mg_candidates_choose(&candidates, ranges);
	return sum;
}

/* variance / its least, which the places were divided by, to a power: what is still to be divided by. */
static double shrink(const struct mg_stat *variance, double of, double power)
{
	return pow(of / variance->lo, power);
}

static const char *why_no_shape(const struct mg_stat *variance)
{
	if (variance->why)
		return variance->why;
	if (variance->hi == 0)
		return "all values are the same, and so have no shape";
	return variance->lo > 0 ? NULL : "there is not enough memory to tell the values apart";
}

struct mg_stat mg_skewness(const struct mg_freq *f, struct mg_ranges *ranges)
{
	struct mg_stat variance = mg_variance(f, ranges);
	if (why_no_shape(&variance))
		return undefined(why_no_shape(&variance));
	struct mg_stat m3 = mean_power(f, &variance, third, ranges);
	double most = shrink(&variance, variance.hi, 1.5);
	return (struct mg_stat){.value = m3.value / shrink(&variance, variance.value, 1.5),
		.lo = m3.lo < 0 ? m3.lo : m3.lo / most,
		.hi = m3.hi > 0 ? m3.hi : m3.hi / most};
}

struct mg_stat mg_kurtosis(const struct mg_freq *f, struct mg_ranges *ranges)
{
	struct mg_stat variance = mg_variance(f, ranges);
	if (why_no_shape(&variance))
		return undefined(why_no_shape(&variance));
	struct mg_stat m4 = mean_power(f, &variance, fourth, ranges);
	return (struct mg_stat){.value = m4.value / shrink(&variance, variance.value, 2) - 3,
		.lo = m4.lo / shrink(&variance, variance.hi, 2) - 3,
		.hi = m4.hi - 3};
}
