/* spread.c: means, medians and what lies around them, of few numbers. */
#include "stats/spread.h"

#include <math.h>

#include "stats/sort.h"

double mg_spread_mean(const double *x, size_t n)
{
	double from = n && isfinite(x[0]) ? x[0] : 0, sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += x[i] - from;
	return n ? from + sum / (double)n : NAN;
}

double mg_spread_sd(const double *x, size_t n)
{
	double mean = mg_spread_mean(x, n), squares = 0;
	for (size_t i = 0; i < n; i++)
		squares += (x[i] - mean) * (x[i] - mean);
	return n > 1 ? sqrt(squares / (double)(n - 1)) : NAN;
}

double mg_spread_median(double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (isnan(x[i]))
			return NAN;
	if (n == 0)
		return NAN;
	mg_sort_doubles(x, n, NULL);
	double low = x[(n - 1) / 2], high = x[n / 2];
	return low == high ? low : low + (high - low) / 2;
}

double mg_spread_mad(double *x, size_t n)
{
	double median = mg_spread_median(x, n);
	for (size_t i = 0; i < n; i++)
		x[i] = x[i] == median ? 0 : fabs(x[i] - median);
	return mg_spread_median(x, n) / MG_MAD_OF_NORMAL;
}
