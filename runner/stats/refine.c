/* refine.c: the best of many candidates for more detail. */
#include "stats/refine.h"

#include <stdlib.h>

#include "base/arena.h"

void mg_candidates_offer(struct mg_candidates *w, const struct mg_freq *f, size_t i, double gain)
{
	if (mg_freq_exact_at(f, i) || !(gain > 0))
		return;
	struct mg_range range = {f->lo[i], f->hi[i]};
	if (w->count > 0 && w->items[w->count - 1].range.lo == range.lo) {
		if (gain > w->items[w->count - 1].gain)
			w->items[w->count - 1].gain = gain;
		return;
	}
	if (w->count == w->capacity) {
		w->capacity = w->capacity ? 2 * w->capacity : 64;
		w->items = realloc(w->items, w->capacity * sizeof *w->items);
		if (!w->items)
			mg_out_of_memory();
	}
	w->items[w->count++] = (struct mg_candidate){range, gain};
}

static int by_gain(const void *left, const void *right)
{
	const struct mg_candidate *a = left, *b = right;
	if (a->gain != b->gain)
		return a->gain > b->gain ? -1 : 1;
	return a->range.lo < b->range.lo ? -1 : a->range.lo > b->range.lo;
}

void mg_candidates_choose(struct mg_candidates *w, struct mg_ranges *out)
{
	if (out && w->count > 0) {
		qsort(w->items, w->count, sizeof *w->items, by_gain);
		for (size_t i = 0; i < w->count && out->len < out->capacity; i++)
			out->list[out->len++] = w->items[i].range;
	}
	free(w->items);
	*w = (struct mg_candidates){0};
}
