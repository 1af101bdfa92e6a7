/* bins.h: bins made from a reference, rows counted into them, and PSI and Jensen-Shannon of such. */
#ifndef MG_STATS_BINS_H
#define MG_STATS_BINS_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/freq.h"

struct mg_arena;

enum mg_binning {
	/* Edges at the reference's quantiles 1/bins, 2/bins, ...: the least value v with at least that
	 * share of rows <= v (Hyndman and Fan's definition 1, numpy's "inverted_cdf"). A reference of
	 * at most `bins` distinct values gets one bin each instead, and one for all other values. */
	MG_BINNING_QUANTILES,
	/* Edges lo + (hi - lo) k / bins between the reference's least and greatest finite value,
	 * rounded once; one bin for its value, and one for all others, when there is only one. */
	MG_BINNING_WIDTH,
	/* As WIDTH with ceil(log2(reference rows) + 1) bins (Sturges 1926). */
	MG_BINNING_STURGES,
};

/* An edge; lo < hi while a bucketed reference leaves it open. */
struct mg_edge {
	double lo, hi;
};

/*
 * edge_count + 1 bins: (-inf, e0], (e0, e1], ..., (last, +inf). by_value: a bin for each edge's
 * value alone, then one for all other values. Equal edges are kept: the bin between them is empty
 * on both sides and changes nothing.
 */
struct mg_bins {
	const struct mg_edge *edges;
	size_t edge_count;
	bool by_value;
};

/* NULL, or (static) why there are no bins: the reference has no (finite) values. */
const char *mg_bins_make(struct mg_arena *arena, const struct mg_freq *reference,
	enum mg_binning binning, size_t bins, struct mg_bins *out);

/* Rows per bin, between bounds. */
struct mg_bin_count {
	double lo, hi;
};
struct mg_histogram {
	struct mg_bin_count *bins;
	size_t count;
	double rows; /* of all bins */
};

/* missing: one more bin at the end for NULL and NaN. To ranges (NULL: none) is added what keeps the
 * counts from being exact; for the reference that settles its edges as well. */
void mg_bins_count(struct mg_arena *arena, const struct mg_bins *bins, const struct mg_freq *f,
	bool missing, struct mg_histogram *out, struct mg_ranges *ranges);

/*
 * Population stability index, sum of (p - q) ln(p / q) over the bins' shares, nothing renormalised. Only
 * where one side of a bin is empty another share stands in for its 0: `floor` (> 0), at most half a row
 * of its side, and at most half the other side's share. Both histograms have the same bins. NAN when a
 * side has no rows.
 */
struct mg_stat mg_psi(
	const struct mg_histogram *current, const struct mg_histogram *reference, double floor);

/* Jensen-Shannon distance: the square root of the divergence to base 2; 0..1, symmetric. NAN when a
 * side has no rows. */
struct mg_stat mg_jensen_shannon(
	const struct mg_histogram *current, const struct mg_histogram *reference);

/* The share of rows that lie in bins which are empty on the other side; between bounds the middle. */
double mg_alone_share(const struct mg_histogram *of, const struct mg_histogram *other);

/* ceil(rows k / bins), at least 1: the rank of the k-th of the edges that cut rows into bins. */
int64_t mg_quantile_rank(int64_t rows, size_t k, size_t bins);

#endif
