/* chance.h: the level that a measure of drift stays under in 95 of 100 runs when nothing has moved. */
#ifndef MG_STATS_CHANCE_H
#define MG_STATS_CHANCE_H

#include <stddef.h>

#include "stats/calibration.h"
#include "stats/freq.h"

struct mg_arena;

/*
 * All of these take both samples for draws from one distribution, where not said otherwise that of their
 * rows together. What is drawn at random is drawn from the same seed always, so the same counts give the
 * same level. n and m are the rows of both sides, at least 1.
 */

/* Kolmogorov-Smirnov's distance: 1.358 sqrt(1/n + 1/m), at most 1. Ties make it too large, never too small. */
double mg_chance_ks(double n, double m);

/* |difference of two shares|, when `share` of all rows are hits: 1.960 standard deviations. */
double mg_chance_share_change(double n, double m, double share);

/* A measure of two samples of categories. */
struct mg_chance_measure {
	double (*of_counts)(
		const void *context, const double *current, const double *reference, size_t count);
	/* The same where every cell has many rows, from the chi-square statistic; NULL: it does not
	 * follow from that. */
	double (*of_statistic)(
		const void *context, double statistic, double n, double m, size_t used);
	const void *context;
};
/*
 * Where every category that occurs expects 20 rows on both sides, and the measure follows from the
 * chi-square statistic: from the 95% point of its distribution. Else the 95% point of 400 random splits of the rows.
 */
double mg_chance_of_counts(struct mg_arena *arena, const struct mg_chance_measure *of,
	const double *current, const double *reference, size_t count);

/* The share of current rows with a category that the reference has not, from 400 random splits. */
double mg_chance_new_share(
	struct mg_arena *arena, const double *current, const double *reference, size_t count);

/* Wasserstein-1: the area under a Brownian bridge over the reference's distribution function, from 400
 * of them. NAN when the reference has an infinite value. */
double mg_chance_wasserstein(struct mg_arena *arena, double n, const struct mg_freq *reference);

/* The expected calibration error of scores that are right: 400 draws of each bin's normal error. */
double mg_chance_ece(struct mg_arena *arena, const struct mg_calibration_bin *bins, size_t count);

#endif
