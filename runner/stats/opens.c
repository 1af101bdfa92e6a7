/* opens.c: the best of many wishes for detail. */
#include "stats/opens.h"

#include <stdlib.h>

#include "base/arena.h"

void mg_wishes_offer(struct mg_wishes *w, const struct mg_freq *f, size_t i, double gain)
{
	if (mg_freq_exact_at(f, i) || !(gain > 0))
		return;
	struct mg_open open = {f->lo[i], f->hi[i]};
	if (w->count > 0 && w->items[w->count - 1].open.lo == open.lo) {
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
	w->items[w->count++] = (struct mg_wishes_item){open, gain};
}

static int by_gain(const void *left, const void *right)
{
	const struct mg_wishes_item *a = left, *b = right;
	if (a->gain != b->gain)
		return a->gain > b->gain ? -1 : 1;
	return a->open.lo < b->open.lo ? -1 : a->open.lo > b->open.lo;
}

void mg_wishes_choose(struct mg_wishes *w, struct mg_opens *out)
{
	if (out && w->count > 0) {
		qsort(w->items, w->count, sizeof *w->items, by_gain);
		for (size_t i = 0; i < w->count && out->len < out->capacity; i++)
			out->list[out->len++] = w->items[i].open;
	}
	free(w->items);
	*w = (struct mg_wishes){0};
}
