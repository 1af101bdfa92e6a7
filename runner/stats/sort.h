/* sort.h: makes frequency tables: exact ones by sorting, bucketed ones from a stream of values. */
#ifndef MG_STATS_SORT_H
#define MG_STATS_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "stats/freq.h"

struct mg_arena;

/*
 * The order-preserving key of a double: a < b exactly when mg_sort_key(a) < mg_sort_key(b).
 * -0.0 has the key of 0.0. Not for NaN.
 */
uint64_t mg_sort_key(double x);
double mg_sort_value(uint64_t key); /* and back */

/* Sorts n doubles (no NaN) in increasing order by radix; turns -0.0 into 0.0. scratch holds n
 * more, or is NULL: then malloc'ed and freed inside. */
void mg_sort_doubles(double *values, size_t n, double *scratch);

/*
 * The exact table of n unsorted values. NaNs are taken out and counted in out->nans; out->nulls
 * is 0 and the caller's to set. Sorts `values` in place and then keeps the distinct ones at its
 * front: out->lo IS `values`, so `values` must live as long as the table; out->n comes from the
 * arena and is NULL when no value repeats. Needs n * 8 bytes of scratch while it runs.
 */
void mg_freq_from_values(struct mg_arena *arena, double *values, size_t n, struct mg_freq *out);
/* The same of several lists together, into `values`, which has room for all of them. Needs less
 * scratch. */
void mg_freq_from_lists(struct mg_arena *arena, double *const *lists, const size_t *counts,
	size_t list_count, double *values, struct mg_freq *out);

/*
 * A bucketed table from a stream of any length in bounded memory (about 100 bytes an entry).
 *
 * Values are told apart by the leading bits of their distance, in keys, from the start of the
 * interval they lie in. It starts with all bits; each time more than max_entries buckets are in
 * use, one bit less is looked at. So the table is exact when the distinct values fit, and what
 * comes out does not depend on the order of the values (sums but for rounding). Infinities are
 * entries of their own; a bucket never crosses the border of a range, so there may be
 * max(max_entries, range_count) + 2 entries. Asking again for the buckets of the result that are
 * not exact, as ranges, leads to the exact table.
 */
struct mg_freq_buckets;

/* ranges: sorted, disjoint, closed, copied; values outside are dropped silently. NULL: all
 * values. Not in an arena because it grows; free with mg_freq_buckets_free. */
struct mg_freq_buckets *mg_freq_buckets_new(
	const struct mg_range *ranges, size_t range_count, size_t max_entries);
void mg_freq_buckets_free(struct mg_freq_buckets *b); /* NULL is fine */
/* n values; NaNs are only counted (also when `ranges` are given). */
void mg_freq_buckets_add(struct mg_freq_buckets *b, const double *values, size_t n);
/* One value that occurs `count` times. */
void mg_freq_buckets_add_counted(struct mg_freq_buckets *b, double value, int64_t count);
/* Adds all of `from` (made with the same ranges and max_entries), e.g. of another thread. */
void mg_freq_buckets_merge(struct mg_freq_buckets *b, const struct mg_freq_buckets *from);
/* The table so far, in the arena; its nulls are the caller's to count. hi and sum are NULL when every entry is exact. */
void mg_freq_buckets_finish(
	const struct mg_freq_buckets *b, struct mg_arena *arena, struct mg_freq *out);

/*
 * Makes a list of ranges fit to be asked for: sorted, merged where they touch, and widened until no
 * entry of the tables (all slices and groups of one query) lies across a border. In place; returns
 * how many are left.
 */
size_t mg_ranges_merge(
	struct mg_range *list, size_t count, const struct mg_freq *tables, size_t table_count);

/*
 * Puts a refinement into a table: entries of `coarse` that lie in one of the ranges (sorted,
 * disjoint; each entry lies wholly inside or wholly outside) are replaced by those of `fine`, the
 * table of the same rows seen through them. nulls and nans are those of coarse.
 */
void mg_freq_refine(struct mg_arena *arena, const struct mg_freq *coarse,
	const struct mg_range *ranges, size_t range_count, const struct mg_freq *fine,
	struct mg_freq *out);

#endif
