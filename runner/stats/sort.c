/* sort.c: radix sort of doubles, and the exact frequency table of unsorted values. */
#include "stats/sort.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define DIGIT_BITS 11
#define RADIX (1u << DIGIT_BITS)
#define MOST_DIGITS 4
#define SMALL 64    /* below this, insertion beats clearing the counters */
#define MEDIUM 4096 /* below this, two digits leave few keys alike */

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

typedef size_t counts_of_digit[RADIX];

/* Sorts by `digits` digits from bit `low` on. The keys end in *from; the two arrays may change
 * places. Bits above are the same in all keys. */
static void sort_by_digits(double **from, double **to, size_t n, unsigned low, unsigned digits,
	counts_of_digit *counts)
{
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
		size_t start = 0;
		for (size_t r = 0; r < RADIX; r++) {
			size_t here = counts[d][r];
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
 * Sorts keys, which differ in the bits of `differ` only, and writes their values to `out`, which is
 * `keys` or `spare`; returns how many are different. The leading bits in which keys differ are
 * sorted by radix; they leave few keys alike, and those runs are sorted each by itself. So a million
 * doubles take three or four passes and not the six that all 64 bits would.
 */
static size_t sort_keys(double *keys, double *spare, size_t n, uint64_t differ, double *out,
	counts_of_digit *counts)
{
	if (n <= SMALL || !differ) {
		insertion_sort(keys, n);
		return to_values(out, keys, n);
	}
	unsigned bits = 1;
	while (bits < 64 && differ >> bits)
		bits++;
	unsigned digits = (bits + DIGIT_BITS - 1) / DIGIT_BITS, most = n < MEDIUM ? 2 : 3;
	/* A fourth that is the last costs less than looking for runs. */
	if (digits > most && (n < MEDIUM || digits > MOST_DIGITS))
		digits = most;
	unsigned low = bits > digits * DIGIT_BITS ? bits - digits * DIGIT_BITS : 0;
	double *from = keys, *to = spare;
	sort_by_digits(&from, &to, n, low, digits, counts);
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
			distinct += sort_keys(from + start, to + start, end - start, run_differs,
				out + start, counts);
		}
	}
	return distinct;
}

/* Sorts the n values but for NaNs, which are left out; returns how many are left, and different. */
static size_t radix_sort(double *values, size_t n, double *scratch, size_t *out_distinct)
{
	counts_of_digit *counts = malloc(MOST_DIGITS * sizeof *counts);
	if (!counts)
		mg_out_of_memory();
	uint64_t first = 0, differ = 0;
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		double x = values[i];
		uint64_t key = mg_sort_key(x), number = -(uint64_t)(x == x);
		first = kept ? first : key;
		differ |= (key ^ first) & number;
		store(&values[kept], key);
		kept += number & 1;
	}
	*out_distinct = kept ? sort_keys(values, scratch, kept, differ, values, counts) : 0;
	free(counts);
	return kept;
}

/* As radix_sort, with its own scratch where there is none. */
static size_t sort_values(double *values, size_t n, double *scratch, size_t *out_distinct)
{
	double *own = scratch || n <= SMALL ? NULL : malloc(n * sizeof *own);
	if (!scratch && n > SMALL && !own)
		mg_out_of_memory();
	size_t kept = radix_sort(values, n, scratch ? scratch : own, out_distinct);
	free(own);
	return kept;
}

void mg_sort_doubles(double *values, size_t n, double *scratch)
{
	size_t distinct;
	sort_values(values, n, scratch, &distinct);
}

void mg_freq_from_values(struct mg_arena *arena, double *values, size_t n, struct mg_freq *out)
{
	size_t distinct, kept = sort_values(values, n, NULL, &distinct);
	*out = (struct mg_freq){
		.len = distinct, .lo = values, .rows = (int64_t)kept, .nans = (int64_t)(n - kept)};
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
