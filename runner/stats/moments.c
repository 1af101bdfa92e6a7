/* moments.c: variance from a frequency table; see moments.h. */
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

struct mg_stat mg_variance(const struct mg_freq *f, struct mg_ranges *ranges)
{
	const char *why = f->rows == 0 ? "there are no values" : NULL;
	if (!why && (isinf(f->lo[0]) || isinf(mg_freq_hi(f, f->len - 1))))
		why = "there are infinite values";
	if (why)
		return (struct mg_stat){.value = NAN, .lo = NAN, .hi = NAN, .why = why};
	double start = f->lo[0], rows = (double)f->rows, sum = 0, between = 0, within = 0;
	for (size_t i = 0; i < f->len; i++)
		sum += (double)mg_freq_n(f, i) * middle(f, i, start);
	double mean = sum / rows;
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
