/* compact.h: a frequency table in fewer entries, which keeps what edges of bins need. */
#ifndef MG_STATS_COMPACT_H
#define MG_STATS_COMPACT_H

#include <stddef.h>

#include "stats/freq.h"

struct mg_arena;

/*
 * The same rows in about `most` entries of about as many rows each; those that there are when these are no more. No entry
 * goes across one of the edges: rows <= e are told from rows > e for each, and the value e itself is an entry of its
 * own. Infinities stay apart. The table is bucketed where entries were put together.
 */
void mg_freq_compact(struct mg_arena *arena, const struct mg_freq *f, const double *edges,
	size_t edge_count, size_t most, struct mg_freq *out);

#endif
