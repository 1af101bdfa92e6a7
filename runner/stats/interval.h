/* interval.h: confidence intervals of shares and means. */
#ifndef MG_STATS_INTERVAL_H
#define MG_STATS_INTERVAL_H

#include <stdbool.h>

struct mg_interval {
	double lo,
		hi; /* NAN when there is none (no rows, one row, no spread, confidence outside (0, 1)) */
};

/* Share `part` of `whole` trials: Wilson (1927), without continuity correction. "wilson". */
struct mg_interval mg_interval_wilson(double part, double whole, double confidence);

/*
 * Mean of n values with sample standard deviation sd (n - 1): each end is the wider one of Student's t and of t after
 * the cubic transformation of Hall (1992, JRSS B 54, 221), which takes off what `skewness` (mean of cubes, with n as
 * the divisor; NAN: not known, t alone) does to it. None where sd is 0: values that were all equal so far say nothing
 * of how far others may lie. "t-hall".
 */
struct mg_interval mg_interval_mean(
	double mean, double sd, double skewness, double n, double confidence);

/*
 * Mean of n values between 0 and `most`, from their sum alone: their variance is at most that of values that
 * are either 0 or `most`, whose mean has Wilson's interval. "wilson-bounded".
 */
struct mg_interval mg_interval_bounded(double sum, double n, double most, double confidence);

/*
 * Area under the ROC curve with DeLong's standard error, on the logit scale. While a class has fewer than 200
 * rows each end is the wider one of that and of Newcombe's method 5 (2006, Statistics in Medicine 25, 559),
 * which has no use for the standard error; where that is 0, Newcombe's alone. None under two rows of a
 * class. docs/checks/intervals.md has the coverage. "logit-delong-newcombe".
 */
struct mg_interval mg_interval_auc(
	double auc, double se, double negatives, double positives, double confidence);

/* Two means over rows, of which some are on both sides. Variances and the covariance have n as the divisor. */
struct mg_paired_means {
	double rows, other_rows, both;
	double mean, other_mean, variance, other_variance;
	double both_mean, both_other_mean, covariance; /* of the rows on both sides */
	bool shares;                                   /* each row counts 0 or 1 */
};

/*
 * The correlation of the two means, for the interval of their difference: 0 where one side does not vary. A positive
 * one is made smaller, so that models which agree on all rows that were seen are not taken for the same: for shares
 * as Newcombe (1998, Statistics in Medicine 17, 2635, method 10) corrects phi, for others as much as that is at a
 * share of a half. Rounded to nine digits, since engines add in any order.
 */
double mg_interval_correlation(const struct mg_paired_means *p);

#endif
