/* permute.h: the rows of two samples dealt out anew, as if both were draws from one distribution. */
#ifndef MG_STATS_PERMUTE_H
#define MG_STATS_PERMUTE_H

#include <stddef.h>

#include "stats/random.h"

/* How many of `marked` rows are among the `drawn` that are drawn, without putting back, from `rows`:
 * hypergeometric. Beyond a standard deviation of 200 rows rounded from a normal distribution. */
double mg_random_hypergeometric(struct mg_random *r, double rows, double marked, double drawn);

/* One of the equally likely ways to deal the rows of both samples, `both` a category, into two samples
 * of which the first has `rows`: its counts. All counts are whole. */
void mg_permute(
	struct mg_random *r, const double *both, size_t count, double rows, double *out_first);

#endif
