/* isotonic.h: scores calibrated on labelled rows: how often a score has been right. */
#ifndef MG_STATS_ISOTONIC_H
#define MG_STATS_ISOTONIC_H

#include <stdbool.h>

#include "stats/freq.h"

struct mg_arena;

/* A function that never falls: points in increasing order of x, straight between them, level beyond. */
struct mg_isotonic {
	double *x, *y;
	size_t len;
};

/*
 * The function that never falls and is nearest to the labels in least squares, positive 1 and negative 0, by
 * pooling adjacent violators (Ayer et al. 1955), as scikit-learn's IsotonicRegression with out_of_bounds="clip".
 * False without rows, or unless both tables are exact. Values must be finite.
 */
bool mg_isotonic_fit(struct mg_arena *arena, const struct mg_freq *negative,
	const struct mg_freq *positive, struct mg_isotonic *out);

/* Its value at x. *at is where to look first, 0 to begin with: as x grows each point is passed once. */
double mg_isotonic_at(const struct mg_isotonic *f, double x, size_t *at);

#endif
