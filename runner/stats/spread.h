/* spread.h: how far earlier numbers lie apart: what a new one is compared with. */
#ifndef MG_STATS_SPREAD_H
#define MG_STATS_SPREAD_H

#include <stddef.h>

/* Fewer say too little of how far numbers lie apart. */
enum { MG_SPREAD_LEAST = 8 };

/* The upper quartile of the standard normal distribution: its median absolute deviation. */
#define MG_MAD_OF_NORMAL 0.67448975019608171

/* The mean, from distances to the first value: of equal values it is that very value. NaN for none, as for NaN. */
double mg_spread_mean(const double *x, size_t n);
/* The sample's standard deviation (by n - 1), 0 exactly for equal values; NaN for fewer than two. */
double mg_spread_sd(const double *x, size_t n);
/* The middle one, of an even number the mean of the two; sorts x. NaN for none, as for NaN. */
double mg_spread_median(double *x, size_t n);
/* The median of the distances from the median, over MG_MAD_OF_NORMAL: of normal numbers their standard deviation
 * (Rousseeuw and Croux 1993, J. Am. Stat. Assoc. 88, 1273). Up to half of the numbers may be anything. Sorts x. */
double mg_spread_mad(double *x, size_t n);

#endif
