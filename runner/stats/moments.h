/* moments.h: central moments of a frequency table, exact where engines' running sums are not. */
#ifndef MG_STATS_MOMENTS_H
#define MG_STATS_MOMENTS_H

#include "stats/freq.h"

/* The mean less `start`: from a value near by, so that values around 1e15 lose nothing. NAN without rows. */
double mg_mean_beyond(const struct mg_freq *f, double start);

/*
 * Population variance (by n): mean squared distance from the mean, in two passes over distances
 * from the least value, so that values around 1e15 lose nothing. 0 exactly when all values are
 * equal. NAN without rows, with infinite values, and where the squares leave the range of doubles. What a bucket may hide is bounded by Bhatia and
 * Davis (2000): (hi - mean) (mean - lo).
 */
struct mg_stat mg_variance(const struct mg_freq *f, struct mg_ranges *ranges);

/*
 * Of the population: skewness m3 / m2^1.5, and excess kurtosis m4 / m2^2 - 3, where mk is the mean of (x - mean)^k.
 * NAN where there is no variance, or where values are all the same. What a bucket hides is bounded by its ends:
 * the third power grows, and the fourth is convex.
 */
struct mg_stat mg_skewness(const struct mg_freq *f, struct mg_ranges *ranges);
struct mg_stat mg_kurtosis(const struct mg_freq *f, struct mg_ranges *ranges);

#endif
