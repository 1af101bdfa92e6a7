/* freq_part.c: gathers the values of one frequency table in one thread, before they are sorted. */
#include "engine/freq_part.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stats/merge.h"

enum {
	FIRST_BITS = 8,
	MOST_BITS = 16,
	LEAST_ROOM = 64,    /* values in a list */
	FIRST_LOOK = 1024,  /* values; from then on one in 64 must have been seen before, */
	JUDGE_AFTER = 4096, /* and from here on one in 16; both mean up to some 30000 different */
};

static void *checked(void *p)
{
	if (!p)
		mg_out_of_memory();
	return p;
}

void mg_freq_part_done(struct mg_freq_part *part)
{
	free(part->slots);
	free(part->values);
	mg_freq_buckets_free(part->buckets);
	*part = (struct mg_freq_part){0};
}

static size_t slot_count(const struct mg_freq_part *part)
{
	return part->slots ? (size_t)1 << part->slot_bits : 0;
}

/* ---- the list ---- */

static void reserve(struct mg_freq_part *part, size_t more)
{
	if (part->capacity - part->count >= more)
		return;
	size_t capacity = part->capacity ? part->capacity : LEAST_ROOM;
	while (capacity - part->count < more)
		capacity *= 2;
	part->values = checked(realloc(part->values, capacity * sizeof(*part->values)));
	part->capacity = capacity;
}

static void append(struct mg_freq_part *part, double value)
{
	reserve(part, 1);
	part->values[part->count++] = value;
}

/* ---- the hash table ---- */

static struct mg_freq_slot *slot_of(struct mg_freq_slot *slots, unsigned bits, double value)
{
	uint64_t key;
	memcpy(&key, &value, sizeof(key));
	/* Round numbers differ in their high bits only, and only low bits reach all of a product. */
	key ^= key >> 32;
	size_t i = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - bits));
	size_t mask = ((size_t)1 << bits) - 1;
	while (slots[i].n && slots[i].value != value)
		i = (i + 1) & mask;
	return &slots[i];
}

static void grow_slots(struct mg_freq_part *part)
{
	unsigned bits = part->slots ? part->slot_bits + 2 : FIRST_BITS;
	struct mg_freq_slot *slots = checked(calloc((size_t)1 << bits, sizeof(*slots)));
	for (size_t i = 0; part->slots && i < slot_count(part); i++)
		if (part->slots[i].n)
			*slot_of(slots, bits, part->slots[i].value) = part->slots[i];
	free(part->slots);
	part->slots = slots;
	part->slot_bits = bits;
}

/* Most values are new: the table is of no use. It is small, since its counts are. */
static void to_list(struct mg_freq_part *part)
{
	part->listing = true;
	part->counting = false;
	reserve(part, (size_t)part->counted);
	for (size_t i = 0; i < slot_count(part); i++)
		for (int64_t k = 0; k < part->slots[i].n; k++)
			part->values[part->count++] = part->slots[i].value;
	free(part->slots);
	part->slots = NULL;
	part->distinct = 0;
	part->counted = 0;
}

/* Counts values up to the first that is not in the table, which a NaN never is; returns how many. */
static size_t count_known(struct mg_freq_part *part, const double *values, size_t n)
{
	struct mg_freq_slot *slots = part->slots;
	unsigned bits = part->slot_bits;
	size_t i = 0;
	for (; slots && i < n; i++) {
		struct mg_freq_slot *slot = slot_of(slots, bits, values[i] + 0.0);
		if (!slot->n)
			break;
		slot->n++;
	}
	part->counted += (int64_t)i;
	return i;
}

static void count_value(struct mg_freq_part *part, double value)
{
	if (!part->slots)
		grow_slots(part);
	struct mg_freq_slot *slot = slot_of(part->slots, part->slot_bits, value);
	if (slot->n) {
		slot->n++;
		part->counted++;
		return;
	}
	size_t seen = (size_t)part->counted - part->distinct; /* before */
	bool full = part->slot_bits >= MOST_BITS && part->distinct * 2 >= slot_count(part);
	size_t enough = part->distinct / (full ? 1 : part->counted < JUDGE_AFTER ? 64 : 16);
	if (part->counted >= FIRST_LOOK && seen < enough)
		to_list(part);
	if (part->listing || full) { /* a full table goes on counting what it knows */
		append(part, value);
		return;
	}
	if (part->distinct * 2 >= slot_count(part)) {
		grow_slots(part);
		slot = slot_of(part->slots, part->slot_bits, value);
	}
	*slot = (struct mg_freq_slot){.value = value, .n = 1};
	part->distinct++;
	part->counted++;
}

/* ---- all together ---- */

static void count_one(struct mg_freq_part *part, double value)
{
	if (isnan(value))
		part->nans++;
	else if (part->buckets)
		mg_freq_buckets_add(part->buckets, &value, 1);
	else if (part->listing)
		append(part, value);
	else
		count_value(part, value + 0.0); /* -0.0 is 0.0 */
}

/* The list so far tells whether values repeat. Most parts of many slices never get that far. */
static void start_counting(struct mg_freq_part *part)
{
	double *first = part->values;
	size_t n = part->count;
	part->values = NULL;
	part->count = part->capacity = 0;
	part->counting = true;
	for (size_t i = 0; i < n; i++)
		count_one(part, first[i]);
	free(first);
}

void mg_freq_part_count(struct mg_freq_part *part, double value)
{
	if (!part->counting && !part->listing && part->count >= FIRST_LOOK)
		start_counting(part);
	if (part->counting)
		count_one(part, value);
	else
		append(part, value);
}

void mg_freq_part_add_all(struct mg_freq_part *part, const double *values, size_t n)
{
	size_t i = 0;
	while (i < n && !part->listing) {
		i += count_known(part, values + i, n - i);
		if (i < n)
			mg_freq_part_add(part, values[i++]);
	}
	if (i == n)
		return;
	/* NaNs stay in: they are taken out and counted when the list is sorted. */
	reserve(part, n - i);
	memcpy(part->values + part->count, values + i, (n - i) * sizeof(*values));
	part->count += n - i;
}

void mg_freq_part_to_buckets(struct mg_freq_part *part, const struct mg_range *ranges,
	size_t range_count, size_t max_entries)
{
	if (part->buckets)
		return;
	struct mg_freq_part empty = {.nulls = part->nulls,
		.nans = part->nans,
		.counting = true,
		.buckets = mg_freq_buckets_new(ranges, range_count, max_entries)};
	for (size_t i = 0; i < slot_count(part); i++)
		mg_freq_buckets_add_counted(empty.buckets, part->slots[i].value, part->slots[i].n);
	mg_freq_buckets_add(empty.buckets, part->values, part->count);
	mg_freq_part_done(part);
	*part = empty;
}

/* ---- tables ---- */

static struct mg_freq table_of_slots(const struct mg_freq_part *part, struct mg_arena *arena)
{
	assert(part->slots);
	struct mg_freq f = {.lo = mg_alloc_array(arena, part->distinct, sizeof(*f.lo)),
		.n = mg_alloc_array(arena, part->distinct, sizeof(*f.n)),
		.rows = part->counted};
	for (size_t i = 0; i < slot_count(part); i++)
		if (part->slots[i].n)
			f.lo[f.len++] = part->slots[i].value;
	mg_sort_doubles(f.lo, f.len, NULL);
	for (size_t i = 0; i < f.len; i++)
		f.n[i] = slot_of(part->slots, part->slot_bits, f.lo[i])->n;
	return f;
}

/* The table of the lists of all parts, which are empty afterwards; returns its values, to be freed. */
static double *table_of_lists(struct mg_freq_part *const *parts, size_t count,
	struct mg_arena *arena, struct mg_freq *out)
{
	double **lists = mg_alloc_array(arena, count, sizeof(*lists));
	size_t *counts = mg_alloc_array(arena, count, sizeof(*counts)), used = 0, n = 0;
	for (size_t i = 0; i < count; i++) {
		struct mg_freq_part *part = parts[i];
		if (part->count == 0)
			continue;
		lists[used] = part->values;
		counts[used++] = part->count;
		n += part->count;
		part->values = NULL;
		part->count = part->capacity = 0;
	}
	if (used == 1) {
		mg_freq_from_values(arena, lists[0], n, out);
		return lists[0];
	}
	double *values = checked(malloc((n ? n : 1) * sizeof(*values)));
	mg_freq_from_lists(arena, lists, counts, used, values, out);
	for (size_t i = 0; i < used; i++)
		free(lists[i]);
	return values;
}

static void finish_exact(struct mg_freq_part *const *parts, size_t count, struct mg_arena *arena,
	struct mg_freq *out, double **out_values)
{
	double *values = table_of_lists(parts, count, arena, out);
	int64_t nans = out->nans;
	bool in_arena = false;
	for (size_t i = 0; i < count; i++) {
		if (!parts[i]->slots)
			continue;
		struct mg_freq more = table_of_slots(parts[i], arena);
		if (out->len)
			mg_freq_merge(arena, (const struct mg_freq *[]){out, &more}, 2, out);
		else
			*out = more;
		in_arena = true;
	}
	out->nans = nans;
	if (in_arena) {
		free(values);
		values = NULL;
	}
	*out_values = values;
}

void mg_freq_parts_finish(struct mg_freq_part *const *parts, size_t count, struct mg_arena *arena,
	struct mg_freq *out, double **out_values)
{
	int64_t nulls = 0, nans = 0;
	for (size_t i = 0; i < count; i++) {
		nulls += parts[i]->nulls;
		nans += parts[i]->nans;
	}
	*out_values = NULL;
	if (count == 0) {
		*out = (struct mg_freq){.lo = mg_alloc(arena, 0)};
	} else if (parts[0]->buckets) {
		for (size_t i = 1; i < count; i++)
			mg_freq_buckets_merge(parts[0]->buckets, parts[i]->buckets);
		mg_freq_buckets_finish(parts[0]->buckets, arena, out);
	} else {
		finish_exact(parts, count, arena, out, out_values);
	}
	out->nulls += nulls;
	out->nans += nans;
	for (size_t i = 0; i < count; i++)
		mg_freq_part_done(parts[i]);
}
