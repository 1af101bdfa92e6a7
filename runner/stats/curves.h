/* curves.h: frequency tables as the few points that a picture has room for. */
#ifndef MG_STATS_CURVES_H
#define MG_STATS_CURVES_H

#include <stddef.h>

#include "stats/freq.h"

/*
 * Distribution functions of one or two tables: rows of a value x and, for each table, the share of its
 * rows <= x. At most `most` rows, at the quantiles of either table, so that a table of no more different
 * values has them all. Infinite values have no place on an axis: they only count. Entries of a bucketed
 * table stand at their greatest value. `out` has room for most * (1 + count) numbers.
 */
size_t mg_curve_distribution(
	const struct mg_freq *const *tables, size_t count, size_t most, double *out);

/*
 * Rows by ranges of equal width: rows of three numbers, from, to and how many rows lie in (from, to]; the
 * first range has its lower end, too. The `most` ranges span the middle 98% of the rows; what lies beyond is in
 * the first and the last, whose outer ends are the least and the greatest value. One range where all values
 * are equal, none without rows. Values must be finite; those of a bucketed table stand at their least. `out`
 * has room for most * 3 numbers.
 */
size_t mg_curve_histogram(const struct mg_freq *f, size_t most, double *out);

/*
 * What a threshold makes of scores, from the highest score down: rows of two shares, in `out` with room
 * for most * 2 numbers; `most` is from 5 to MG_CURVE_MOST. roc: false and true positive rate, from 0 0 to
 * 1 1. precision_recall: recall and precision. Between two points lie at most 1 / (most / 2 - 2) of either
 * class, unless they tie; none without rows of both classes. Entries of bucketed tables count as ties of
 * their least value.
 */
enum { MG_CURVE_MOST = 200 };
size_t mg_curve_roc(
	const struct mg_freq *negative, const struct mg_freq *positive, size_t most, double *out);
size_t mg_curve_precision_recall(
	const struct mg_freq *negative, const struct mg_freq *positive, size_t most, double *out);

#endif
