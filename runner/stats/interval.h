/* interval.h: confidence intervals of shares and means. */
#ifndef MG_STATS_INTERVAL_H
#define MG_STATS_INTERVAL_H

struct mg_interval {
	double lo, hi; /* NAN when there is none (no rows, one row, confidence outside (0, 1)) */
};

/* Share `part` of `whole` trials: Wilson (1927), without continuity correction. "wilson". */
struct mg_interval mg_interval_wilson(double part, double whole, double confidence);

/* Mean of n values with sample standard deviation sd (n - 1): Student's t. "t". */
struct mg_interval mg_interval_mean(double mean, double sd, double n, double confidence);

/* value +- z * se, by the normal distribution, kept within [least, most]. "normal". */
struct mg_interval mg_interval_normal(
	double value, double se, double least, double most, double confidence);

#endif
