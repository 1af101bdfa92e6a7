/* sort.c: radix sort of doubles, and the exact frequency table of unsorted values. */
#include "stats/sort.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define PART_BITS 6 /* so few that writing to them in turn stays in the caches */
#define PARTS ((size_t)1 << PART_BITS)
#define FEW 65536 /* keys that are sorted in a cache of the processor's own */
#define DIGIT_BITS 8
#define RADIX (1u << DIGIT_BITS)
#define MOST_DIGITS 3
#define SMALL 64 /* below this, insertion beats clearing the counters */

uint64_t mg_sort_key(double x)
{
	uint64_t bits;
	x += 0.0; /* -0.0 becomes 0.0 */
	memcpy(&bits, &x, sizeof bits);
	return bits >> 63 ? ~bits : bits | (UINT64_C(1) << 63);
}

double mg_sort_value(uint64_t key)
{
	uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
	double x;
	memcpy(&x, &bits, sizeof x);
	return x;
}

/* The arrays hold keys while they are sorted; memcpy keeps the aliasing rules and costs nothing. */
static uint64_t load(const double *at)
{
	uint64_t key;
	memcpy(&key, at, sizeof key);
	return key;
}

static void store(double *at, uint64_t key)
{
	memcpy(at, &key, sizeof key);
}

/* Sorted keys to their values; returns how many are different. */
static size_t to_values(double *to, const double *keys, size_t n)
{
	size_t distinct = 0;
	uint64_t before = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t key = load(&keys[i]);
		distinct += i == 0 || key != before;
		to[i] = mg_sort_value(key);
		before = key;
	}
	return distinct;
}

static void insertion_sort(double *keys, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t key = load(&keys[i]);
		size_t j = i;
		for (; j > 0 && load(&keys[j - 1]) > key; j--)
			keys[j] = keys[j - 1];
		store(&keys[j], key);
	}
}

static unsigned bits_of(uint64_t differ)
{
	return 64 - (unsigned)__builtin_clzll(differ);
}

/* The bits in which any of n keys differs from the first. */
static uint64_t differences(const double *keys, size_t n)
{
	uint64_t first = load(keys), differ = 0;
	for (size_t i = 1; i < n; i++)
		differ |= load(&keys[i]) ^ first;
	return differ;
}

/* Sorts at most FEW keys by `digits` digits from bit `low` on. The keys end in *from; the two arrays
 * may change places. Bits above are the same in all keys. */
static void sort_by_digits(double **from, double **to, size_t n, unsigned low, unsigned digits)
{
	uint32_t counts[MOST_DIGITS][RADIX];
	memset(counts, 0, digits * sizeof *counts);
	for (size_t i = 0; i < n; i++) {
		uint64_t key = load(&(*from)[i]) >> low;
		for (unsigned d = 0; d < digits; d++)
			counts[d][(key >> (d * DIGIT_BITS)) & (RADIX - 1)]++;
	}
	for (unsigned d = 0; d < digits; d++) {
		unsigned shift = low + d * DIGIT_BITS;
		const double *source = *from;
		double *target = *to;
		/* All keys share this digit: nothing to do. Common: few mantissa bits in use. */
		if (counts[d][(load(source) >> shift) & (RADIX - 1)] == n)
			continue;
		uint32_t start = 0;
		for (size_t r = 0; r < RADIX; r++) {
			uint32_t here = counts[d][r];
			counts[d][r] = start;
			start += here;
		}
		for (size_t i = 0; i < n; i++) {
			uint64_t key = load(&source[i]);
			store(&target[counts[d][(key >> shift) & (RADIX - 1)]++], key);
		}
		*to = *from;
		*from = target;
	}
}

/*
 * Sorts at most FEW keys, which a processor keeps close meanwhile, and writes their values to `out`,
 * which is `keys` or `spare`; returns how many are different. The leading digits in which keys
 * differ leave few alike, and those runs are sorted each by itself.
 */
static size_t sort_few(double *keys, double *spare, size_t n, uint64_t differ, double *out)
{
	if (n <= SMALL || !differ) {
		insertion_sort(keys, n);
		return to_values(out, keys, n);
	}
	unsigned bits = bits_of(differ), digits = (bits + DIGIT_BITS - 1) / DIGIT_BITS;
	digits = digits > MOST_DIGITS ? MOST_DIGITS : digits;
	unsigned low = bits > digits * DIGIT_BITS ? bits - digits * DIGIT_BITS : 0;
	double *from = keys, *to = spare;
	sort_by_digits(&from, &to, n, low, digits);
	if (low == 0)
		return to_values(out, from, n);
	size_t distinct = 0;
	for (size_t start = 0, end; start < n; start = end) {
		uint64_t first = load(&from[start]), run_differs = 0;
		for (end = start + 1; end < n; end++) {
			uint64_t difference = load(&from[end]) ^ first;
			if (difference >> low)
				break;
			run_differs |= difference;
		}
		if (end - start == 1) {
			out[start] = mg_sort_value(first);
			distinct++;
		} else {
			distinct += sort_few(
				from + start, to + start, end - start, run_differs, out + start);
		}
	}
	return distinct;
}

struct range {
	uint64_t least, most;
};

static inline void stretch(struct range *r, uint64_t key)
{
	r->least = key < r->least ? key : r->least;
	r->most = key > r->most ? key : r->most;
}

static struct range range_of(const double *keys, size_t n)
{
	struct range r = {UINT64_MAX, 0};
	for (size_t i = 0; i < n; i++)
		stretch(&r, load(&keys[i]));
	return r;
}

static size_t sort_part(double *keys, double *spare, size_t n, double *out);

/* As sort_few, of any number of keys in a range: one pass over memory parts them evenly, and each
 * part is sorted by itself. So a million doubles cross the memory twice. */
static size_t sort_keys(double *keys, double *spare, size_t n, struct range range, double *out)
{
	if (n <= FEW)
		return sort_few(keys, spare, n, differences(keys, n), out);
	if (range.least == range.most)
		return to_values(out, keys, n);
	uint64_t least = range.least;
	unsigned bits = bits_of(range.most - least), low = bits > PART_BITS ? bits - PART_BITS : 0;
	size_t ends[PARTS] = {0}, start = 0, distinct = 0;
	for (size_t i = 0; i < n; i++)
		ends[(load(&keys[i]) - least) >> low]++;
	for (size_t p = 0; p < PARTS; p++) {
		size_t here = ends[p];
		ends[p] = start;
		start += here;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t key = load(&keys[i]);
		store(&spare[ends[(key - least) >> low]++], key);
	}
	start = 0;
	for (size_t p = 0; p < PARTS; start = ends[p++])
		if (ends[p] > start)
			distinct += sort_part(
				spare + start, keys + start, ends[p] - start, out + start);
	return distinct;
}

static size_t sort_part(double *keys, double *spare, size_t n, double *out)
{
	return sort_keys(keys, spare, n, n > FEW ? range_of(keys, n) : (struct range){0, 0}, out);
}

/* The keys of n values but for NaNs, which are left out; returns how many are left. */
static size_t to_keys(double *keys, const double *values, size_t n, struct range *range)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		double x = values[i];
		uint64_t key = mg_sort_key(x);
		store(&keys[kept], key);
		if (x == x) {
			stretch(range, key);
			kept++;
		}
	}
	return kept;
}

/* Sorts n keys into their values, with its own scratch where there is none; returns how many are
 * different. */
static size_t sort_all(double *keys, size_t n, struct range range, double *scratch)
{
	if (n == 0)
		return 0;
	double *own = scratch || n <= SMALL ? NULL : malloc(n * sizeof *own);
	if (!scratch && n > SMALL && !own)
		mg_out_of_memory();
	size_t distinct = sort_keys(keys, scratch ? scratch : own, n, range, keys);
	free(own);
	return distinct;
}

void mg_sort_doubles(double *values, size_t n, double *scratch)
{
	struct range range = {UINT64_MAX, 0};
	size_t kept = to_keys(values, values, n, &range);
	sort_all(values, kept, range, scratch);
}

/* The table of sorted values, of which `distinct` are different, in the same place. */
static void count_values(
	struct mg_arena *arena, double *values, size_t kept, size_t distinct, struct mg_freq *out)
{
	*out = (struct mg_freq){.len = distinct, .lo = values, .rows = (int64_t)kept};
	if (distinct == kept)
		return;
	out->n = mg_alloc_array(arena, distinct, sizeof *out->n);
	size_t at = 0;
	for (size_t i = 0; i < kept; i++) {
		if (i > 0 && values[i] != values[at])
			values[++at] = values[i];
		out->n[at]++;
	}
	assert(at + 1 == distinct);
}

void mg_freq_from_values(struct mg_arena *arena, double *values, size_t n, struct mg_freq *out)
{
	struct range range = {UINT64_MAX, 0};
	size_t kept = to_keys(values, values, n, &range);
	count_values(arena, values, kept, sort_all(values, kept, range, NULL), out);
	out->nans = (int64_t)(n - kept);
}

void mg_freq_from_lists(struct mg_arena *arena, double **lists, const size_t *counts,
	size_t list_count, double *values, struct mg_freq *out)
{
	struct range range = {UINT64_MAX, 0};
	size_t n = 0, kept = 0;
	for (size_t i = 0; i < list_count; i++) {
		kept += to_keys(values + kept, lists[i], counts[i], &range);
		n += counts[i];
		free(lists[i]);
		lists[i] = NULL;
	}
	count_values(arena, values, kept, sort_all(values, kept, range, NULL), out);
	out->nans = (int64_t)(n - kept);
}
