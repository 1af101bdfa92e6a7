/* buckets.c: bucketed frequency tables from a stream of values, and putting refinements in. */
#include "stats/sort.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct bucket {
	uint64_t key; /* distance from the interval's start, >> shift */
	size_t interval;
	int64_t n;
	double sum, lost; /* Neumaier's compensated sum */
	double lo, hi;
};

struct mg_freq_buckets {
	struct mg_range *ranges; /* NULL: all values, from key 0 */
	size_t range_count;
	size_t last_range; /* where the previous value was found */
	size_t max_entries;
	unsigned shift;
	struct bucket *buckets;
	size_t count, capacity;
	uint32_t *slots;         /* index + 1 into buckets; 0: free */
	size_t slot_count;       /* a power of two, at least 2 * capacity */
	int64_t nans, low, high; /* low, high: infinities */
};

static void *checked(void *p)
{
	if (!p)
		mg_out_of_memory();
	return p;
}

struct mg_freq_buckets *mg_freq_buckets_new(
	const struct mg_range *ranges, size_t range_count, size_t max_entries)
{
	struct mg_freq_buckets *b = checked(calloc(1, sizeof *b));
	assert(max_entries < UINT32_MAX / 4);
	b->max_entries = max_entries > 2 ? max_entries : 2; /* one per sign at the least */
	if (ranges) {
		b->ranges = checked(calloc(range_count + 1, sizeof *b->ranges));
		b->range_count = range_count;
		memcpy(b->ranges, ranges, range_count * sizeof *ranges);
	}
	b->capacity = 64;
	b->buckets = checked(malloc(b->capacity * sizeof *b->buckets));
	b->slot_count = 2 * b->capacity;
	b->slots = checked(calloc(b->slot_count, sizeof *b->slots));
	return b;
}

void mg_freq_buckets_free(struct mg_freq_buckets *b)
{
	if (!b)
		return;
	free(b->ranges);
	free(b->buckets);
	free(b->slots);
	free(b);
}

static uint64_t hash_of(uint64_t key, size_t interval)
{
	uint64_t h = (key ^ ((uint64_t)interval << 40)) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ (h >> 29);
}

/* The slot that holds (key, interval), or the free one where it belongs. */
static uint32_t *slot_of(const struct mg_freq_buckets *b, uint64_t key, size_t interval)
{
	size_t mask = b->slot_count - 1;
	for (size_t i = (size_t)hash_of(key, interval) & mask;; i = (i + 1) & mask) {
		uint32_t index = b->slots[i];
		if (index == 0)
			return &b->slots[i];
		const struct bucket *at = &b->buckets[index - 1];
		if (at->key == key && at->interval == interval)
			return &b->slots[i];
	}
}

static void add_sum(struct bucket *at, double x)
{
	double sum = at->sum + x;
	at->lost += fabs(at->sum) >= fabs(x) ? (at->sum - sum) + x : (x - sum) + at->sum;
	at->sum = sum;
}

static void combine(struct bucket *at, const struct bucket *more)
{
	at->n += more->n;
	add_sum(at, more->sum);
	at->lost += more->lost;
	at->lo = fmin(at->lo, more->lo);
	at->hi = fmax(at->hi, more->hi);
}

static void rebuild_slots(struct mg_freq_buckets *b)
{
	memset(b->slots, 0, b->slot_count * sizeof *b->slots);
	size_t kept = 0;
	for (size_t i = 0; i < b->count; i++) {
		struct bucket moved = b->buckets[i];
		uint32_t *slot = slot_of(b, moved.key, moved.interval);
		if (*slot) {
			combine(&b->buckets[*slot - 1], &moved);
		} else {
			b->buckets[kept++] = moved;
			*slot = (uint32_t)kept;
		}
	}
	b->count = kept;
}

static void coarsen(struct mg_freq_buckets *b, unsigned bits)
{
	b->shift += bits;
	for (size_t i = 0; i < b->count; i++)
		b->buckets[i].key >>= bits;
	rebuild_slots(b);
}

/* Looks at fewer bits until max_entries suffice; an interval keeps one bucket in any case. */
static void shrink(struct mg_freq_buckets *b)
{
	while (b->count > b->max_entries && b->shift < 63)
		coarsen(b, 1);
}

/* The bucket of (key, interval), new and empty (n == 0) when there was none. */
static struct bucket *bucket_at(struct mg_freq_buckets *b, uint64_t key, size_t interval)
{
	uint32_t *slot = slot_of(b, key, interval);
	if (*slot)
		return &b->buckets[*slot - 1];
	if (b->count == b->capacity) {
		b->capacity = b->capacity ? 2 * b->capacity : 64;
		b->buckets = checked(realloc(b->buckets, b->capacity * sizeof *b->buckets));
		b->slot_count = 2 * b->capacity;
		free(b->slots);
		b->slots = checked(calloc(b->slot_count, sizeof *b->slots));
		rebuild_slots(b);
		slot = slot_of(b, key, interval);
	}
	b->buckets[b->count] = (struct bucket){
		.key = key, .interval = interval, .lo = INFINITY, .hi = -INFINITY};
	*slot = (uint32_t)++b->count;
	return &b->buckets[b->count - 1];
}

/* False when x lies in no range. */
static bool find_interval(struct mg_freq_buckets *b, double x, size_t *out)
{
	if (!b->ranges) {
		*out = 0;
		return true;
	}
	const struct mg_range *last = &b->ranges[b->last_range];
	if (b->range_count > 0 && x >= last->lo && x <= last->hi) {
		*out = b->last_range;
		return true;
	}
	size_t at = mg_range_find(b->ranges, b->range_count, x);
	if (at == b->range_count)
		return false;
	*out = b->last_range = at;
	return true;
}

void mg_freq_buckets_add_counted(struct mg_freq_buckets *b, double value, int64_t count)
{
	size_t interval;
	if (isnan(value)) {
		b->nans += count;
		return;
	}
	value += 0.0;
	if (count <= 0 || !find_interval(b, value, &interval))
		return;
	if (isinf(value)) {
		*(value < 0 ? &b->low : &b->high) += count;
		return;
	}
	uint64_t start = b->ranges ? mg_sort_key(b->ranges[interval].lo) : 0;
	struct bucket *at = bucket_at(b, (mg_sort_key(value) - start) >> b->shift, interval);
	at->n += count;
	add_sum(at, count == 1 ? value : value * (double)count);
	if (value < at->lo)
		at->lo = value;
	if (value > at->hi)
		at->hi = value;
	if (b->count > b->max_entries)
		shrink(b);
}

void mg_freq_buckets_add(struct mg_freq_buckets *b, const double *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mg_freq_buckets_add_counted(b, values[i], 1);
}

void mg_freq_buckets_merge(struct mg_freq_buckets *b, const struct mg_freq_buckets *from)
{
	assert(b->range_count == from->range_count);
	if (b->shift < from->shift)
		coarsen(b, from->shift - b->shift);
	for (size_t i = 0; i < from->count; i++) {
		const struct bucket *more = &from->buckets[i];
		uint64_t key = more->key >> (b->shift - from->shift);
		combine(bucket_at(b, key, more->interval), more);
		if (b->count > b->max_entries)
			shrink(b);
	}
	b->nans += from->nans;
	b->low += from->low;
	b->high += from->high;
}

static int by_place(const void *left, const void *right)
{
	const struct bucket *a = left, *b = right;
	return a->lo < b->lo ? -1 : a->lo > b->lo;
}

/* A table with room for len entries, all arrays there. */
static struct mg_freq table_of(struct mg_arena *arena, size_t len)
{
	return (struct mg_freq){.lo = mg_alloc_array(arena, len, sizeof(double)),
		.hi = mg_alloc_array(arena, len, sizeof(double)),
		.n = mg_alloc_array(arena, len, sizeof(int64_t)),
		.sum = mg_alloc_array(arena, len, sizeof(double))};
}

static void append(struct mg_freq *f, double lo, double hi, int64_t n, double sum)
{
	f->lo[f->len] = lo;
	f->hi[f->len] = hi;
	f->n[f->len] = n;
	f->sum[f->len] = sum;
	f->len++;
	f->rows += n;
}

static void simplify(struct mg_freq *f)
{
	for (size_t i = 0; i < f->len; i++) {
		if (f->lo[i] != f->hi[i])
			return;
	}
	f->hi = NULL;
	f->sum = NULL;
}

void mg_freq_buckets_finish(
	const struct mg_freq_buckets *b, struct mg_arena *arena, struct mg_freq *out)
{
	struct bucket *sorted = checked(malloc((b->count + 1) * sizeof *sorted));
	memcpy(sorted, b->buckets, b->count * sizeof *sorted);
	qsort(sorted, b->count, sizeof *sorted, by_place);

	struct mg_freq f = table_of(arena, b->count + 2);
	f.nans = b->nans;
	if (b->low)
		append(&f, -INFINITY, -INFINITY, b->low, -INFINITY);
	for (size_t i = 0; i < b->count; i++) {
		const struct bucket *at = &sorted[i];
		double sum = at->lo == at->hi ? at->lo * (double)at->n : at->sum + at->lost;
		append(&f, at->lo, at->hi, at->n, sum);
	}
	if (b->high)
		append(&f, INFINITY, INFINITY, b->high, INFINITY);
	free(sorted);
	simplify(&f);
	*out = f;
}

static int by_start(const void *left, const void *right)
{
	const struct mg_range *a = left, *b = right;
	return a->lo < b->lo ? -1 : a->lo > b->lo;
}

static size_t merge_touching(struct mg_range *list, size_t count)
{
	qsort(list, count, sizeof *list, by_start);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && list[i].lo <= list[kept - 1].hi)
			list[kept - 1].hi = fmax(list[kept - 1].hi, list[i].hi);
		else
			list[kept++] = list[i];
	}
	return kept;
}

/* The first entry of f that does not end before x; f->len when there is none. */
static size_t first_reaching(const struct mg_freq *f, double x)
{
	size_t from = 0, to = f->len;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (mg_freq_hi(f, middle) < x)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

size_t mg_ranges_merge(
	struct mg_range *list, size_t count, const struct mg_freq *tables, size_t table_count)
{
	for (bool wider = true; wider;) {
		wider = false;
		count = merge_touching(list, count);
		for (size_t i = 0; i < count; i++) {
			for (size_t t = 0; t < table_count; t++) {
				const struct mg_freq *f = &tables[t];
				size_t at = first_reaching(f, list[i].lo);
				if (at < f->len && f->lo[at] < list[i].lo) {
					list[i].lo = f->lo[at];
					wider = true;
				}
				at = first_reaching(f, list[i].hi);
				if (at < f->len && f->lo[at] <= list[i].hi &&
					mg_freq_hi(f, at) > list[i].hi) {
					list[i].hi = mg_freq_hi(f, at);
					wider = true;
				}
			}
		}
	}
	return count;
}

void mg_freq_refine(struct mg_arena *arena, const struct mg_freq *coarse,
	const struct mg_range *ranges, size_t range_count, const struct mg_freq *fine,
	struct mg_freq *out)
{
	struct mg_freq f = table_of(arena, coarse->len + fine->len);
	f.nulls = coarse->nulls;
	f.nans = coarse->nans;
	size_t in = 0, o = 0;
	for (size_t i = 0; i < coarse->len; i++) {
		while (o < range_count && ranges[o].hi < coarse->lo[i])
			o++;
		if (o < range_count && coarse->lo[i] >= ranges[o].lo)
			continue; /* fine has these rows */
		for (; in < fine->len && fine->lo[in] < coarse->lo[i]; in++)
			append(&f, fine->lo[in], mg_freq_hi(fine, in), mg_freq_n(fine, in),
				mg_freq_sum(fine, in));
		append(&f, coarse->lo[i], mg_freq_hi(coarse, i), mg_freq_n(coarse, i),
			mg_freq_sum(coarse, i));
	}
	for (; in < fine->len; in++)
		append(&f, fine->lo[in], mg_freq_hi(fine, in), mg_freq_n(fine, in),
			mg_freq_sum(fine, in));
	simplify(&f);
	*out = f;
}
