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
#define MANY 4096 /* from here on, wide digits are worth their counters */
#define NARROW 8  /* bits of a digit */
#define WIDE 11
#define MOST_DIGITS 3
#define SMALL 64 /* below this, insertion beats clearing the counters */
#define SAMPLE 4096
#define CELL_BITS 16
#define CELLS ((size_t)1 << CELL_BITS)

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

/* Which bits keys are sorted by: so many digits, from bit `low` on. */
struct digits {
	unsigned low, count, bits; /* bits of each */
};

static struct digits digits_of(size_t n, uint64_t differ)
{
	unsigned bits = bits_of(differ), most = n < MANY ? MOST_DIGITS : MOST_DIGITS - 1;
	struct digits d = {.bits = n < MANY ? NARROW : WIDE};
	d.count = (bits + d.bits - 1) / d.bits;
	d.count = d.count > most ? most : d.count;
	d.low = bits > d.count * d.bits ? bits - d.count * d.bits : 0;
	return d;
}

/* Sorts at most FEW keys by their digits. The keys end in *from; the two arrays may change places. Bits above are
 * the same in all keys. */
static void sort_by_digits(double **from, double **to, size_t n, struct digits digits)
{
	const size_t radix = (size_t)1 << digits.bits;
	uint32_t counts[MOST_DIGITS][1u << WIDE];
	for (unsigned d = 0; d < digits.count; d++)
		memset(counts[d], 0, radix * sizeof **counts);
	for (size_t i = 0; i < n; i++) {
		uint64_t key = load(&(*from)[i]) >> digits.low;
		for (unsigned d = 0; d < digits.count; d++)
			counts[d][(key >> (d * digits.bits)) & (radix - 1)]++;
	}
	for (unsigned d = 0; d < digits.count; d++) {
		unsigned shift = digits.low + d * digits.bits;
		const double *source = *from;
		double *target = *to;
		/* All keys share this digit: nothing to do. Common: few mantissa bits in use. */
		if (counts[d][(load(source) >> shift) & (radix - 1)] == n)
			continue;
		uint32_t start = 0;
		for (size_t r = 0; r < radix; r++) {
			uint32_t here = counts[d][r];
			counts[d][r] = start;
			start += here;
		}
		for (size_t i = 0; i < n; i++) {
			uint64_t key = load(&source[i]);
			store(&target[counts[d][(key >> shift) & (radix - 1)]++], key);
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
	const struct digits digits = digits_of(n, differ);
	unsigned low = digits.low;
	double *from = keys, *to = spare;
	sort_by_digits(&from, &to, n, digits);
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

/* From how many keys each part has to where it starts; returns how many all have. */
static size_t to_starts(size_t parts[PARTS])
{
	size_t start = 0;
	for (size_t p = 0; p < PARTS; p++) {
		size_t here = parts[p];
		parts[p] = start;
		start += here;
	}
	return start;
}

/* Sorts parts that end there into their values; returns how many are different. */
static size_t sort_parts(double *keys, double *spare, const size_t ends[PARTS], double *out)
{
	size_t distinct = 0;
	for (size_t p = 0, start = 0; p < PARTS; start = ends[p++])
		if (ends[p] > start)
			distinct += sort_part(
				keys + start, spare + start, ends[p] - start, out + start);
	return distinct;
}

/* As sort_few, of any number of keys: their range is parted evenly, and each part sorted by itself. */
static size_t sort_part(double *keys, double *spare, size_t n, double *out)
{
	if (n <= FEW)
		return sort_few(keys, spare, n, differences(keys, n), out);
	struct range range = range_of(keys, n);
	if (range.least == range.most)
		return to_values(out, keys, n);
	uint64_t least = range.least;
	unsigned bits = bits_of(range.most - least), low = bits > PART_BITS ? bits - PART_BITS : 0;
	size_t ends[PARTS] = {0};
	for (size_t i = 0; i < n; i++)
		ends[(load(&keys[i]) - least) >> low]++;
	to_starts(ends);
	for (size_t i = 0; i < n; i++) {
		uint64_t key = load(&keys[i]);
		store(&spare[ends[(key - least) >> low]++], key);
	}
	return sort_parts(spare, keys, ends, out);
}

/* The keys of n values but for NaNs, which are left out, in the same place; returns how many are left. */
static size_t to_keys(double *values, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		double x = values[i];
		store(&values[kept], mg_sort_key(x));
		kept += x == x;
	}
	return kept;
}

/* ---- parting many values evenly ---- */

/* Values that are not in one place. */
struct lists {
	double *const *list;
	const size_t *count;
	size_t len, total;
};

/* The part of each key: the span of a sample is divided into cells, and those are shared out among
 * the parts so that all have about as many of the sample. Keys beyond the span go to the outer parts. */
struct splitter {
	uint64_t least, most;
	unsigned low;
	uint8_t part[CELLS];
};

static inline size_t part_of(const struct splitter *s, uint64_t key)
{
	key = key < s->least ? s->least : key;
	key = key > s->most ? s->most : key;
	return s->part[(key - s->least) >> s->low];
}

/* Every so manieth value, but for NaNs, sorted; returns how many. */
static size_t take_sample(const struct lists *lists, double *sample)
{
	double spare[SAMPLE];
	size_t step = lists->total / SAMPLE, taken = 0;
	for (size_t i = 0, next = 0, before = 0; i < lists->len; before += lists->count[i++])
		for (; next < before + lists->count[i] && taken < SAMPLE; next += step)
			sample[taken++] = lists->list[i][next - before];
	taken = to_keys(sample, taken);
	if (taken)
		sort_few(sample, spare, taken, differences(sample, taken), sample);
	return taken;
}

static void make_splitter(struct splitter *s, const struct lists *lists)
{
	double sample[SAMPLE];
	size_t n = take_sample(lists, sample), cell = 0;
	*s = (struct splitter){0};
	if (n == 0)
		return;
	s->least = mg_sort_key(sample[0]);
	s->most = mg_sort_key(sample[n - 1]);
	unsigned bits = s->most > s->least ? bits_of(s->most - s->least) : 0;
	s->low = bits > CELL_BITS ? bits - CELL_BITS : 0;
	for (size_t p = 1; p < PARTS;
		p++) { /* a part starts with the cell of its first in the sample */
		size_t start = (mg_sort_key(sample[p * n / PARTS]) - s->least) >> s->low;
		if (start > cell)
			memset(s->part + cell, (int)p - 1, start - cell);
		cell = start > cell ? start : cell;
	}
	memset(s->part + cell, PARTS - 1, CELLS - cell);
}

/* Writes the keys of all values but NaNs to `to`, part by part; ends: the end of each. */
static size_t split(
	const struct lists *lists, const struct splitter *s, double *to, size_t ends[PARTS])
{
	memset(ends, 0, PARTS * sizeof *ends);
	for (size_t l = 0; l < lists->len; l++)
		for (size_t i = 0; i < lists->count[l]; i++) {
			double x = lists->list[l][i];
			ends[part_of(s, mg_sort_key(x))] += x == x;
		}
	size_t kept = to_starts(ends);
	for (size_t l = 0; l < lists->len; l++)
		for (size_t i = 0; i < lists->count[l]; i++) {
			double x = lists->list[l][i];
			uint64_t key = mg_sort_key(x);
			if (x == x)
				store(&to[ends[part_of(s, key)]++], key);
		}
	return kept;
}

static void *allocate(size_t n)
{
	void *out = malloc(n * sizeof(double) + 1);
	if (!out)
		mg_out_of_memory();
	return out;
}

struct sorted {
	size_t kept, distinct;
};

/* Few values are sorted where they are, more by way of `scratch`. */
static struct sorted sort_all(double *values, size_t n, double *scratch)
{
	size_t ends[PARTS];
	struct splitter splitter;
	struct sorted done = {0};
	double *spare = scratch || n <= SMALL ? scratch : allocate(n);
	if (n <= FEW) {
		done.kept = to_keys(values, n);
		if (done.kept)
			done.distinct = sort_few(
				values, spare, done.kept, differences(values, done.kept), values);
	} else {
		const struct lists lists = {&values, &n, 1, n};
		make_splitter(&splitter, &lists);
		done.kept = split(&lists, &splitter, spare, ends);
		done.distinct = sort_parts(spare, values, ends, values);
	}
	if (spare != scratch)
		free(spare);
	return done;
}

/* The same of lists, from which the keys go where their values belong. */
static struct sorted sort_lists(const struct lists *lists, double *values)
{
	size_t ends[PARTS], start = 0, largest = 0;
	struct splitter splitter;
	make_splitter(&splitter, lists);
	struct sorted done = {.kept = split(lists, &splitter, values, ends)};
	for (size_t p = 0; p < PARTS; start = ends[p++])
		largest = ends[p] - start > largest ? ends[p] - start : largest;
	double *spare = allocate(largest);
	start = 0;
	for (size_t p = 0; p < PARTS; start = ends[p++])
		if (ends[p] > start)
			done.distinct += sort_part(
				values + start, spare, ends[p] - start, values + start);
	free(spare);
	return done;
}

void mg_sort_doubles(double *values, size_t n, double *scratch)
{
	sort_all(values, n, scratch);
}

/* The table of sorted values, of which `distinct` are different, in the same place. */
static void count_values(
	struct mg_arena *arena, double *values, struct sorted sorted, struct mg_freq *out)
{
	size_t kept = sorted.kept;
	*out = (struct mg_freq){.len = sorted.distinct, .lo = values, .rows = (int64_t)kept};
	if (sorted.distinct == kept)
		return;
	out->n = mg_alloc_array(arena, sorted.distinct, sizeof *out->n);
	size_t at = 0;
	for (size_t i = 0; i < kept; i++) {
		if (i > 0 && values[i] != values[at])
			values[++at] = values[i];
		out->n[at]++;
	}
	assert(at + 1 == sorted.distinct);
}

void mg_freq_from_values(struct mg_arena *arena, double *values, size_t n, struct mg_freq *out)
{
	struct sorted sorted = sort_all(values, n, NULL);
	count_values(arena, values, sorted, out);
	out->nans = (int64_t)(n - sorted.kept);
}

void mg_freq_from_lists(struct mg_arena *arena, double *const *lists, const size_t *counts,
	size_t list_count, double *values, struct mg_freq *out)
{
	struct lists all = {.list = lists, .count = counts, .len = list_count};
	for (size_t i = 0; i < list_count; i++)
		all.total += counts[i];
	if (all.total > FEW) {
		struct sorted sorted = sort_lists(&all, values);
		count_values(arena, values, sorted, out);
		out->nans = (int64_t)(all.total - sorted.kept);
		return;
	}
	for (size_t i = 0, to = 0; i < list_count; to += counts[i++])
		if (counts[i])
			memcpy(values + to, lists[i], counts[i] * sizeof *values);
	mg_freq_from_values(arena, values, all.total, out);
}
