/* freq_part.h: gathers the values of one frequency table in one thread, before they are sorted. */
#ifndef MG_ENGINE_FREQ_PART_H
#define MG_ENGINE_FREQ_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/sort.h"

struct mg_freq_slot {
	double value;
	int64_t n; /* 0: free */
};

/*
 * The first values go into a list. If enough of them repeat they are counted in a hash table from then
 * on, and those that find no room in it go into the list; when memory is short all go into buckets. All
 * zero is an empty part.
 */
struct mg_freq_part {
	struct mg_freq_slot *slots;
	unsigned slot_bits; /* there are 1 << slot_bits of them */
	size_t distinct;    /* in slots */
	int64_t counted;    /* sum of n in slots */
	bool counting;      /* values go to slots or buckets first */
	bool listing;       /* never again */
	double *values;     /* the list */
	size_t count, capacity;
	struct mg_freq_buckets *buckets;
	int64_t nulls, nans;
};

void mg_freq_part_done(struct mg_freq_part *part);
void mg_freq_part_count(struct mg_freq_part *part, double value);
static inline void mg_freq_part_add(struct mg_freq_part *part, double value)
{
	if (!part->counting && part->count < part->capacity) /* NaNs are taken out later */
		part->values[part->count++] = value;
	else
		mg_freq_part_count(part, value);
}
void mg_freq_part_add_all(struct mg_freq_part *part, const double *values, size_t n);
/* From now on in buckets, with what is there poured into them. */
void mg_freq_part_to_buckets(struct mg_freq_part *part, const struct mg_range *ranges,
	size_t range_count, size_t max_entries);

/* The table of all parts together, which are empty afterwards. Arrays that come from `arena` live
 * there; *out_values (NULL: none) is to be freed when the table is no longer used. */
void mg_freq_parts_finish(struct mg_freq_part *const *parts, size_t count, struct mg_arena *arena,
	struct mg_freq *out, double **out_values);

#endif
