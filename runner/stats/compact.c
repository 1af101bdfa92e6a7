/* compact.c: a frequency table in fewer entries, which keeps what edges of bins need. */
#include "stats/compact.h"

#include <math.h>
#include <stdbool.h>

#include "base/arena.h"

/* starts[i]: entry i may not be put together with the one before it. Gives how many there are. */
static size_t find_starts(
	const struct mg_freq *f, const double *edges, size_t edge_count, bool *starts)
{
	size_t count = 0;
	starts[0] = true;
	for (size_t k = 0; k < edge_count; k++) {
		size_t i = mg_freq_first_from(f, 0, edges[k]);
		starts[i] = true;
		if (i < f->len && f->lo[i] == edges[k])
			starts[i + 1] = true;
	}
	for (size_t i = 0; i < f->len; i++) {
		if (isfinite(f->lo[i]))
			continue;
		starts[i] = true;
		starts[i + 1] = true;
	}
	for (size_t i = 0; i < f->len; i++)
		count += starts[i];
	return count;
}

static void add(struct mg_freq *out, const struct mg_freq *f, size_t i, bool starts)
{
	size_t at = starts ? out->len++ : out->len - 1;
	if (starts) {
		out->lo[at] = f->lo[i];
		out->n[at] = 0;
		out->sum[at] = 0;
	}
	out->hi[at] = mg_freq_hi(f, i);
	out->n[at] += mg_freq_n(f, i);
	out->sum[at] += mg_freq_sum(f, i);
}

void mg_freq_compact(struct mg_arena *arena, const struct mg_freq *f, const double *edges,
	size_t edge_count, size_t most, struct mg_freq *out)
{
	*out = *f;
	if (f->len <= most)
		return;
	bool *starts = mg_alloc_array(arena, f->len + 2, sizeof(*starts));
	size_t fixed = find_starts(f, edges, edge_count, starts);
	double each = most > fixed ? (double)f->rows / (double)(most - fixed) : INFINITY;
	size_t room = 0;
	double rows = 0;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < f->len; i++) {
			bool first = starts[i] || rows >= each;
			rows = first ? 0 : rows;
			rows += (double)mg_freq_n(f, i);
			if (pass)
				add(out, f, i, first);
			else
				room += first;
		}
		if (pass)
			return;
		out->len = 0;
		out->lo = mg_alloc_array(arena, room, sizeof(*out->lo));
		out->hi = mg_alloc_array(arena, room, sizeof(*out->hi));
		out->n = mg_alloc_array(arena, room, sizeof(*out->n));
		out->sum = mg_alloc_array(arena, room, sizeof(*out->sum));
		rows = 0;
	}
}
