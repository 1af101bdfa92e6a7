/* interval.c: confidence intervals; sources in interval.h. */
#include "stats/interval.h"

#include <math.h>
#include <stdbool.h>

#include "stats/special.h"

static const struct mg_interval none = {NAN, NAN};

static bool usable(double confidence)
{
	return confidence > 0 && confidence < 1;
}

struct mg_interval mg_interval_wilson(double part, double whole, double confidence)
{
	if (!usable(confidence) || !(whole > 0) || !(part >= 0 && part <= whole))
		return none;
	double z = mg_normal_quantile(0.5 + confidence / 2), z2 = z * z;
	double share = part / whole, scale = 1 + z2 / whole;
	double centre = (share + z2 / (2 * whole)) / scale;
	double half = z * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole)) / scale;
	/* at the ends the formula gives 0 and 1 but for rounding */
	return (struct mg_interval){.lo = part == 0 ? 0 : fmax(0, centre - half),
		.hi = part == whole ? 1 : fmin(1, centre + half)};
}

/* Where Hall's cubic transformation of the studentized mean is y standard errors. */
static double hall_inverse(double y, double skewness, double n)
{
	double at = y / sqrt(n) - skewness / (6 * n);
	return 3 / skewness * (cbrt(1 + skewness * at) - 1);
}

struct mg_interval mg_interval_mean(
	double mean, double sd, double skewness, double n, double confidence)
{
	const double least = 1e-6; /* less is nothing to correct */
	if (!usable(confidence) || !(n > 1) || isnan(mean) || !(sd > 0))
		return none;
	double t = mg_t_quantile(0.5 + confidence / 2, n - 1), half = t * sd / sqrt(n);
	struct mg_interval i = {.lo = mean - half, .hi = mean + half};
	if (!(fabs(skewness) > least))
		return i;
	i.lo = fmin(i.lo, mean - sd * hall_inverse(t, skewness, n));
	i.hi = fmax(i.hi, mean - sd * hall_inverse(-t, skewness, n));
	return i;
}

struct mg_interval mg_interval_bounded(double sum, double n, double most, double confidence)
{
	struct mg_interval i = mg_interval_wilson(sum / most, n, confidence);
	return (struct mg_interval){.lo = i.lo * most, .hi = i.hi * most};
}

/* Variance of an AUC whose scores are exponential (Hanley and McNeil 1982), with both sample sizes but the
 * pairs' replaced by their mean. */
static double newcombe_variance(double auc, double negatives, double positives)
{
	double more = (negatives + positives) / 2 - 1;
	return auc * (1 - auc) * (1 + more * ((1 - auc) / (2 - auc) + auc / (1 + auc))) /
		(negatives * positives);
}

/* The AUC between `value` and `end` from which `value` is z standard errors away. */
static double newcombe_end(double value, double end, double z, double negatives, double positives)
{
	double near = value, far = end;
	for (int step = 0; step < 60; step++) {
		double middle = (near + far) / 2;
		double reach = z * sqrt(newcombe_variance(middle, negatives, positives));
		if (fabs(value - middle) <= reach)
			near = middle;
		else
			far = middle;
	}
	return (near + far) / 2;
}

static struct mg_interval logit_interval(double auc, double se, double z)
{
	double at = log(auc / (1 - auc)), half = z * se / (auc * (1 - auc));
	return (struct mg_interval){
		.lo = 1 / (1 + exp(half - at)), .hi = 1 / (1 + exp(-half - at))};
}

struct mg_interval mg_interval_auc(
	double auc, double se, double negatives, double positives, double confidence)
{
	const double enough = 200; /* rows of the smaller class from which DeLong's error holds */
	double fewer = fmin(negatives, positives);
	if (!usable(confidence) || !(fewer >= 2) || isnan(se) || !(auc >= 0 && auc <= 1))
		return none;
	double z = mg_normal_quantile(0.5 + confidence / 2);
	bool spreads = se > 0 && auc > 0 && auc < 1;
	if (spreads && fewer >= enough)
		return logit_interval(auc, se, z);
	struct mg_interval wide = {
		.lo = auc > 0 ? newcombe_end(auc, 0, z, negatives, positives) : 0,
		.hi = auc < 1 ? newcombe_end(auc, 1, z, negatives, positives) : 1};
	if (!spreads)
		return wide;
	struct mg_interval logit = logit_interval(auc, se, z);
	return (struct mg_interval){.lo = fmin(wide.lo, logit.lo), .hi = fmax(wide.hi, logit.hi)};
}

double mg_interval_correlation(const struct mg_paired_means *p)
{
	double spread = sqrt(p->variance * p->rows * p->other_variance * p->other_rows);
	double together = p->both *
		(p->covariance + (p->both_mean - p->mean) * (p->both_other_mean - p->other_mean));
	if (!(spread > 0) || !isfinite(together))
		return 0;
	if (together > 0)
		together = p->shares ? fmax(together - 0.5, 0)
				     : together * fmax(1 - 2 / p->both, 0);
	return fmin(fmax(round(together / spread * 1e9) / 1e9, -1), 1);
}
