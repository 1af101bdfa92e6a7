/* bootstrap.h: confidence intervals of any statistic of a table of counts, by drawing the table again. */
#ifndef MG_STATS_BOOTSTRAP_H
#define MG_STATS_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/interval.h"

struct mg_arena;

enum {
	MG_BOOTSTRAP_RESAMPLES = 2000,
	MG_BOOTSTRAP_CELLS_MOST = 200000, /* a statistic of so many takes seconds */
};

/* A statistic of cells that hold counts[i] rows each; NAN where it is not defined. */
typedef double mg_cells_statistic(void *context, const int64_t *counts);

/*
 * The bias-corrected and accelerated interval of Efron (1987, JASA 82, 171): 2,000 resamples, each of which
 * has a Poisson number of rows of every cell with the cell's count as its mean (so the total varies, which a
 * statistic of shares does not see). The acceleration is that of the jackknife; of more than 2,000 cells it
 * comes from 1,000 resamples without one row in a thousand, taken at random. An end at which
 * a resample has no value, or that lies beyond them all, is infinite. NAN, and *out_why says why, when all
 * resamples are equal or the statistic hangs on a single row. The same seed gives the same interval. "bca".
 *
 * *out_acceleration is a sixth of the skewness of what single rows add; of a mean that of its values / 6 / sqrt(n).
 *
 * one_sided: chance only raises the statistic, as it does distances, whose bias BCa takes off twice. Each end is
 * then the wider one of its own and the plain percentile. "bca-percentile".
 */
struct mg_interval mg_interval_bca(const int64_t *rows, size_t cells, mg_cells_statistic *of,
	void *context, bool one_sided, double confidence, uint64_t seed, double *out_acceleration,
	const char **out_why);

#endif
