/* categories.h: two samples of categories: the chi-square test of homogeneity and Cramer's V. */
#ifndef MG_STATS_CATEGORIES_H
#define MG_STATS_CATEGORIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mg_arena;

struct mg_chi_square {
	double statistic;
	double df;         /* categories that occur, less one */
	double p;          /* P(X >= statistic); 1 when df is 0 */
	double small;      /* share of cells whose expected count is under 5 */
	double categories; /* that occur on either side */
	double tables;     /* random ones behind p; 0: from the distribution */
};

/*
 * Pearson's test of homogeneity on the 2 x count table of counts: are both samples draws from one
 * distribution? Both sides are treated as samples. Categories that occur on neither side are left
 * out. yates: with df = 1 every cell moves 0.5 towards its expected count, as
 * scipy.stats.chi2_contingency(correction=True). Both sides need rows.
 */
struct mg_chi_square mg_chi_square(
	const double *current, const double *reference, size_t count, bool yates);

/*
 * P of the same statistic (without Yates) when all ways to deal the rows to the two samples are equally
 * likely, from 9,999 random ones: (1 + those with at least the statistic) / (1 + tables), as
 * scipy.stats.chi2_contingency(method=PermutationMethod()). Fewer tables, at least 999, beyond 2,000
 * categories. Counts are whole.
 */
double mg_chi_square_random_p(struct mg_arena *arena, const double *current,
	const double *reference, size_t count, uint64_t seed, double *out_tables);

/*
 * Cramer's V of that table: sqrt(statistic / rows), 0..1. corrected: Bergsma (2013), which takes off
 * what chance alone gives; 0 with one category.
 */
double mg_cramers_v(struct mg_chi_square test, double rows, bool corrected);

#endif
