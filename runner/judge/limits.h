/* limits.h: the one judge of all numbers: does a measured value stay within its limits? */
#ifndef MG_JUDGE_LIMITS_H
#define MG_JUDGE_LIMITS_H

#include <stdbool.h>

#include <modelgate/check.h>
#include <modelgate/run.h>
#include <modelgate/spec.h>

/* What `within` is held against: the middle of earlier runs, and how far they lie apart. */
struct mg_center {
	double value;              /* NaN: there is none */
	double least, most;        /* its bounds, where numbers were not counted exactly */
	double lo, hi;             /* the middle of their intervals */
	double spread, spread_off; /* and by how much that may be wrong */
	const char *exact;         /* digits that all runs have, where value is rounded; or NULL */
};

/* What a limit is held against. */
struct mg_measure {
	double lo, hi;                   /* bounds of the value */
	double interval_lo, interval_hi; /* used when confidence > 0 */
	double confidence;
	double failing; /* rows that fail, for max_failing; NaN: none are counted */
	double value;
	double baseline;                      /* NaN: none */
	double baseline_least, baseline_most; /* its bounds, where it was not counted exactly */
	double baseline_lo, baseline_hi; /* its interval, at the same confidence; used when > 0 */
	bool identical;                  /* the same data: it differs by what it differs, surely */
	double correlation; /* of the value and the baseline; 0: they are independent */
	enum mg_prove prove;
	enum mg_better better;
	/* Digits of the value and the baseline, where they are not doubles, or NULL. Then lo is hi. */
	const char *exact, *exact_baseline;
	const struct mg_center *centers; /* by enum mg_spread; NULL: none */
};

/* The interval of value - factor * baseline by the square-and-add of Zou and Donner (2008, MOVER) from the interval of
 * each, and of Zou (2007, Psychological Methods 12, 399) where the two are correlated; NaN where one is missing. */
void mg_limit_difference(const struct mg_measure *m, double factor, double *out_lo, double *out_hi);
/* The end of the measure that this operation looks at: the pessimistic one. */
double mg_limit_judged(const struct mg_limit *limit, const struct mg_measure *m, double value);
/* NaN never satisfies a limit. An improvement over the baseline never breaks a relative one. */
enum mg_limit_state mg_limit_hold(
	const struct mg_limit *limit, double tolerance, const struct mg_measure *m);

#endif
