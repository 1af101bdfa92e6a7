/* divergence.h: how far the shares of two histograms are apart, bin by bin. */
#ifndef MG_STATS_DIVERGENCE_H
#define MG_STATS_DIVERGENCE_H

#include "stats/bins.h"

/* A bin's part, from the current and the reference share: 0 where they agree, convex in both, and the
 * greater the further one is from the other. */
typedef double mg_divergence_term(const void *context, double current, double reference);
/* The sum over the bins. Both histograms have the same. NAN when a side has no rows. */
struct mg_stat mg_divergence(mg_divergence_term *term, const void *context,
	const struct mg_histogram *current, const struct mg_histogram *reference);

/*
 * Population stability index, sum of (p - q) ln(p / q) over the bins' shares, nothing renormalised. Only
 * where one side of a bin is empty another share stands in for its 0: `floor` (> 0), at most half a row
 * of its side, and at most half the other side's share.
 */
struct mg_stat mg_psi(
	const struct mg_histogram *current, const struct mg_histogram *reference, double floor);

/* Jensen-Shannon distance: the square root of the divergence to base 2; 0..1, symmetric. */
struct mg_stat mg_jensen_shannon(
	const struct mg_histogram *current, const struct mg_histogram *reference);

/* The square root of a sum that is at most 1 but for rounding. */
struct mg_stat mg_divergence_root(struct mg_stat sum);

/* The share of rows that lie in bins which are empty on the other side; between bounds the middle. */
double mg_alone_share(const struct mg_histogram *of, const struct mg_histogram *other);

#endif
