/* sort.c: radix sort of doubles, and the exact frequency table of unsorted values. */
#include "stats/sort.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define DIGIT_BITS 11
#define DIGITS 6 /* 6 * 11 >= 64 */
#define RADIX (1u << DIGIT_BITS)
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

static void insertion_sort(double *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double x = values[i] + 0.0;
		size_t j = i;
		for (; j > 0 && values[j - 1] > x; j--)
			values[j] = values[j - 1];
		values[j] = x;
	}
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

static void radix_sort(double *values, size_t n, double *scratch)
{
	size_t(*counts)[RADIX] = calloc(DIGITS, sizeof *counts);
	if (!counts)
		mg_out_of_memory();
	for (size_t i = 0; i < n; i++) {
		uint64_t key = mg_sort_key(values[i]);
		store(&values[i], key);
		for (unsigned d = 0; d < DIGITS; d++)
			counts[d][(key >> (d * DIGIT_BITS)) & (RADIX - 1)]++;
	}
	double *from = values, *to = scratch;
	for (unsigned d = 0; d < DIGITS; d++) {
		unsigned shift = d * DIGIT_BITS;
		/* All keys share this digit: nothing to do. Common: few mantissa bits in use. */
		if (counts[d][(load(from) >> shift) & (RADIX - 1)] == n)
			continue;
		size_t start = 0;
		for (size_t r = 0; r < RADIX; r++) {
			size_t here = counts[d][r];
			counts[d][r] = start;
			start += here;
		}
		for (size_t i = 0; i < n; i++) {
			uint64_t key = load(&from[i]);
			store(&to[counts[d][(key >> shift) & (RADIX - 1)]++], key);
		}
		double *swap = from;
		from = to;
		to = swap;
	}
	for (size_t i = 0; i < n; i++)
		values[i] = mg_sort_value(load(&from[i]));
	free(counts);
}

void mg_sort_doubles(double *values, size_t n, double *scratch)
{
	if (n <= SMALL) {
		insertion_sort(values, n);
		return;
	}
	double *own = scratch ? NULL : malloc(n * sizeof *own);
	if (!scratch && !own)
		mg_out_of_memory();
	radix_sort(values, n, scratch ? scratch : own);
	free(own);
}

void mg_freq_from_values(struct mg_arena *arena, double *values, size_t n, struct mg_freq *out)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (!isnan(values[i]))
			values[kept++] = values[i];
	}
	mg_sort_doubles(values, kept, NULL);

	size_t distinct = kept > 0;
	for (size_t i = 1; i < kept; i++)
		distinct += values[i] != values[i - 1];

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
