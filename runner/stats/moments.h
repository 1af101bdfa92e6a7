/* moments.h: the variance of a frequency table, exact where engines' running sums are not. */
#ifndef MG_STATS_MOMENTS_H
#define MG_STATS_MOMENTS_H

#include "stats/freq.h"

/*
 * Population variance (by n): mean squared distance from the mean, in two passes over distances
 * from the least value, so that values around 1e15 lose nothing. 0 exactly when all values are
 * equal. NAN without rows, with infinite values, and where the squares leave the range of doubles. What a bucket may hide is bounded by Bhatia and
 * Davis (2000): (hi - mean) (mean - lo).
 */
struct mg_stat mg_variance(const struct mg_freq *f, struct mg_ranges *ranges);

#endif
