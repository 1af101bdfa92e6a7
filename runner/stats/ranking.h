/* ranking.h: how well a score tells positives from negatives: ROC AUC and average precision. */
#ifndef MG_STATS_RANKING_H
#define MG_STATS_RANKING_H

#include "stats/freq.h"

/* The scores of the rows of either class. The lists of ranges to refine may be NULL. */

/*
 * Area under the ROC curve: the chance that a positive has a higher score than a negative, ties
 * counting one half (Mann and Whitney 1947). NAN when a class has no rows.
 */
struct mg_stat mg_roc_auc(const struct mg_freq *negative, const struct mg_freq *positive,
	struct mg_ranges *negative_ranges, struct mg_ranges *positive_ranges);

/*
 * Standard error of the AUC by DeLong, DeLong and Clarke-Pearson (1988). NAN when a class has fewer
 * than two rows. Values of one bucket count as tied.
 */
double mg_roc_auc_se(const struct mg_freq *negative, const struct mg_freq *positive);

/*
 * Average precision: the mean, over the positives, of the precision among the rows that score at
 * least as high; the sum of (R_i - R_i-1) P_i over distinct scores, without interpolation, as
 * scikit-learn's average_precision_score. NAN without positives.
 */
struct mg_stat mg_average_precision(const struct mg_freq *negative, const struct mg_freq *positive,
	struct mg_ranges *negative_ranges, struct mg_ranges *positive_ranges);

#endif
