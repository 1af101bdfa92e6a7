/* distance.h: distances between the values of two frequency tables, with rigorous bounds. */
#ifndef MG_STATS_DISTANCE_H
#define MG_STATS_DISTANCE_H

#include "stats/freq.h"

/*
 * Bounds hold up to rounding (about 1e-15 of the largest term). The lists of ranges to refine may be NULL; to
 * each is added, where lo < hi, what to look at more closely in that table.
 */

/* Kolmogorov-Smirnov: the greatest difference of the two empirical distribution functions, which
 * count values <= x; 0..1. NAN when a table has no rows. */
struct mg_stat mg_ks_distance(const struct mg_freq *a, const struct mg_freq *b,
	struct mg_ranges *a_ranges, struct mg_ranges *b_ranges);

/* Wasserstein-1 (earth mover's) distance: the area between the two distribution functions, in units
 * of the values. NAN when a table has no rows or an infinite value. */
struct mg_stat mg_wasserstein(const struct mg_freq *a, const struct mg_freq *b,
	struct mg_ranges *a_ranges, struct mg_ranges *b_ranges);

#endif
