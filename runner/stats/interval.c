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

struct mg_interval mg_interval_mean(double mean, double sd, double n, double confidence)
{
	if (!usable(confidence) || !(n > 1) || isnan(mean) || isnan(sd))
		return none;
	double half = mg_t_quantile(0.5 + confidence / 2, n - 1) * sd / sqrt(n);
	return (struct mg_interval){.lo = mean - half, .hi = mean + half};
}

struct mg_interval mg_interval_normal(
	double value, double se, double least, double most, double confidence)
{
	if (!usable(confidence) || isnan(value) || isnan(se))
		return none;
	double half = mg_normal_quantile(0.5 + confidence / 2) * se;
	return (struct mg_interval){
		.lo = fmax(least, value - half), .hi = fmin(most, value + half)};
}
