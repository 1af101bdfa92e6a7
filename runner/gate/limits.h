/* limits.h: the one judge of all numbers: does a measured value stay within its limits? */
#ifndef MG_GATE_LIMITS_H
#define MG_GATE_LIMITS_H

#include <stdbool.h>

#include <modelgate/check.h>
#include <modelgate/run.h>
#include <modelgate/spec.h>

/* What a limit is held against. */
struct mg_measure {
	double lo, hi;                   /* bounds of the value */
	double interval_lo, interval_hi; /* used when confidence > 0 */
	double confidence;
	double failing;  /* rows that fail, for max_failing; NaN: none are counted */
	double baseline; /* NaN: none */
	enum mg_better better;
	/* Digits of the value and the baseline, where they are not doubles, or NULL. Then lo is hi. */
	const char *exact, *exact_baseline;
};

/* The end of the measure that this operation looks at: the pessimistic one. */
double mg_limit_judged(const struct mg_limit *limit, const struct mg_measure *m, double value);
/* NaN never satisfies a limit. An improvement over the baseline never breaks a relative one. */
enum mg_limit_state mg_limit_hold(
	const struct mg_limit *limit, double tolerance, const struct mg_measure *m);
const char *mg_limit_word(enum mg_limit_op op); /* "min" ... as in the spec */
bool mg_limit_relative(enum mg_limit_op op);    /* needs a baseline */

#endif
