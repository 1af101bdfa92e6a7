/* merge.h: several exact frequency tables as one. */
#ifndef MG_STATS_MERGE_H
#define MG_STATS_MERGE_H

#include <stddef.h>

#include "stats/freq.h"

struct mg_arena;

/* The exact table of the rows of all `count` exact tables together; its arrays live in the arena. */
void mg_freq_merge(struct mg_arena *arena, const struct mg_freq *const *tables, size_t count,
	struct mg_freq *out);

/* Cuts two exact tables at one value, so that about half of all entries lie below it: so many of each. Both may
 * not be empty. */
void mg_freq_halve(
	const struct mg_freq *a, const struct mg_freq *b, size_t *out_of_a, size_t *out_of_b);

#endif
