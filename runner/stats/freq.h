/* freq.h: the frequency table, the one shape from which every distribution statistic is finished. */
#ifndef MG_STATS_FREQ_H
#define MG_STATS_FREQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Values of one column (or one class of it) in increasing order, with counts.
 *
 * Entry i stands for n[i] >= 1 rows whose values lie in [lo[i], hi[i]]; entries do not overlap:
 * hi[i] < lo[i + 1]. In an exact table hi is NULL and lo[i] is the value itself (each distinct
 * value once). In a bucketed table lo[i] and hi[i] are values that do occur (the least and the
 * greatest of the bucket), sum[i] is the sum of the bucket's values, and an entry with
 * lo[i] == hi[i] is exact. n == NULL means that every entry stands for one row (exact only).
 *
 * -Infinity and +Infinity are ordinary values at the ends. NULL and NaN are only counted.
 */
struct mg_freq {
	size_t len;
	double *lo;
	double *hi;    /* NULL: exact */
	int64_t *n;    /* NULL: all 1 */
	double *sum;   /* NULL: exact, sum = lo * n */
	int64_t rows;  /* sum of n: rows with a value (infinities included) */
	int64_t nulls; /* rows with NULL */
	int64_t nans;  /* rows with NaN */
};

/* A closed range of values, to be seen in more detail. */
struct mg_range {
	double lo, hi;
};
/* The interval that x lies in, of some in increasing order; count when it lies in none. */
static inline size_t mg_range_find(const struct mg_range *ranges, size_t count, double x)
{
	size_t from = 0, to = count;
	while (from < to) { /* the first that does not end before x */
		size_t middle = from + (to - from) / 2;
		if (ranges[middle].hi < x)
			from = middle + 1;
		else
			to = middle;
	}
	return from < count && ranges[from].lo <= x ? from : count;
}

static inline int64_t mg_freq_n(const struct mg_freq *f, size_t i)
{
	return f->n ? f->n[i] : 1;
}
/* Rows of the entries from..to-1. */
static inline int64_t mg_freq_rows(const struct mg_freq *f, size_t from, size_t to)
{
	if (!f->n)
		return (int64_t)(to - from);
	int64_t rows = 0;
	for (size_t i = from; i < to; i++)
		rows += f->n[i];
	return rows;
}
static inline bool mg_freq_exact_at(const struct mg_freq *f, size_t i)
{
	return !f->hi || f->hi[i] == f->lo[i];
}
/* The first entry from `from` on whose value (or least value) is not below x; len when there is none. */
static inline size_t mg_freq_first_from(const struct mg_freq *f, size_t from, double x)
{
	size_t to = f->len;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (f->lo[middle] < x)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}
static inline double mg_freq_hi(const struct mg_freq *f, size_t i)
{
	return f->hi ? f->hi[i] : f->lo[i];
}
static inline double mg_freq_sum(const struct mg_freq *f, size_t i)
{
	return f->sum ? f->sum[i] : f->lo[i] * (double)mg_freq_n(f, i);
}

/* Counts without a branch on n: count i is n[i & mask]. */
struct mg_freq_counts {
	const int64_t *n;
	size_t mask;
};
static inline struct mg_freq_counts mg_freq_counts_of(const struct mg_freq *f)
{
	static const int64_t one = 1;
	return f->n ? (struct mg_freq_counts){f->n, SIZE_MAX} : (struct mg_freq_counts){&one, 0};
}

/*
 * A statistic of frequency tables with its rigorous bounds: the true value lies in [lo, hi].
 * With exact tables lo == hi == value. NaN value: not defined (see `why`).
 */
struct mg_stat {
	double value, lo, hi;
	const char *why; /* static text when value is NaN: "the reference has no rows" ... */
};

/*
 * Which entries keep a statistic from being exact: a statistic appends the ranges it would
 * refine (at most `capacity`, the widest gain first). len stays 0 when nothing is to be gained.
 */
struct mg_ranges {
	struct mg_range *list;
	size_t len, capacity;
};

#endif
