/* refine.h: which entries of a table to look into: those with the widest gain. */
#ifndef MG_STATS_REFINE_H
#define MG_STATS_REFINE_H

#include "stats/freq.h"

struct mg_candidate {
	struct mg_range range;
	double gain;
};

/* Any number of them. Start with zeros; mg_candidates_choose ends it. */
struct mg_candidates {
	struct mg_candidate *items;
	size_t count, capacity;
};

/* Entry i of f is worth looking into: by `gain`, whatever its unit. Exact entries are not. Offering
 * the entry offered last again keeps the greater gain. */
void mg_candidates_offer(struct mg_candidates *w, const struct mg_freq *f, size_t i, double gain);
/* Appends the best to out, as many as fit (out may be NULL), and frees the rest. */
void mg_candidates_choose(struct mg_candidates *w, struct mg_ranges *out);

#endif
