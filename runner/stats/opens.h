/* opens.h: collects wishes for detail and keeps those with the widest gain. */
#ifndef MG_STATS_OPENS_H
#define MG_STATS_OPENS_H

#include "stats/freq.h"

struct mg_wishes_item {
	struct mg_open open;
	double gain;
};

/* Any number of wishes. Start with zeros; mg_wishes_choose ends it. */
struct mg_wishes {
	struct mg_wishes_item *items;
	size_t count, capacity;
};

/* Entry i of f is worth looking into: by `gain`, whatever its unit. Exact entries are not. Offering
 * the entry offered last again keeps the greater gain. */
void mg_wishes_offer(struct mg_wishes *w, const struct mg_freq *f, size_t i, double gain);
/* Appends the best to out, as many as fit (out may be NULL), and frees the rest. */
void mg_wishes_choose(struct mg_wishes *w, struct mg_opens *out);

#endif
