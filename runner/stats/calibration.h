/* calibration.h: expected calibration error of predicted probabilities. */
#ifndef MG_STATS_CALIBRATION_H
#define MG_STATS_CALIBRATION_H

#include <stddef.h>

#include "stats/freq.h"

/* One bin of predictions. */
struct mg_calibration_bin {
	double rows;
	double positives;
	double score_sum;
};

/* Sum over the bins of |positives - score_sum|, by all rows (Naeini, Cooper and Hauskrecht 2015,
 * weighted by bin size). NAN without rows. */
double mg_ece(const struct mg_calibration_bin *bins, size_t count);

/* The same over `bins` bins of equal width, (0, 1/bins], ... with 0 in the first, from the scores of either
 * class, which are exact and within 0..1. */
double mg_ece_uniform(const struct mg_freq *negative, const struct mg_freq *positive, size_t bins);

/*
 * The same over `bins` bins of about equal size, from the scores of either class: edges at the
 * quantiles 1/bins, ... of all scores ("inverted_cdf"), right-closed, so equal scores share a bin.
 * While tables are bucketed the edges are open, with the bounds that follow. `filled` is room for the bins.
 */
struct mg_stat mg_ece_quantile(const struct mg_freq *negative, const struct mg_freq *positive,
	struct mg_calibration_bin *filled, size_t bins, struct mg_ranges *negative_ranges,
	struct mg_ranges *positive_ranges);

#endif
