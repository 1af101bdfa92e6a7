/* isotonic.c: isotonic regression of labels on scores; see isotonic.h. */
#include "stats/isotonic.h"

#include "base/arena.h"

/* Neighbouring points of one value. */
struct block {
	double rows, positives;
	size_t points;
};

static bool is_exact(const struct mg_freq *f)
{
	for (size_t i = 0; f->hi && i < f->len; i++)
		if (!mg_freq_exact_at(f, i))
			return false;
	return true;
}

/* Is the last block as high as the one that would follow, or higher? Then both are one. */
static bool falls(const struct block *a, const struct block *b)
{
	return a->positives * b->rows >= b->positives * a->rows;
}

bool mg_isotonic_fit(struct mg_arena *arena, const struct mg_freq *negative,
	const struct mg_freq *positive, struct mg_isotonic *out)
{
	size_t most = negative->len + positive->len, i = 0, k = 0, count = 0;
	if (negative->rows + positive->rows == 0 || !is_exact(negative) || !is_exact(positive))
		return false;
	struct mg_isotonic f = {.x = mg_alloc_array(arena, most, sizeof(*f.x)),
		.y = mg_alloc_array(arena, most, sizeof(*f.y))};
	struct block *blocks = mg_alloc_array(arena, most, sizeof(*blocks));
	while (i < negative->len || k < positive->len) {
		bool down = k == positive->len ||
			(i < negative->len && negative->lo[i] <= positive->lo[k]);
		double x = down ? negative->lo[i] : positive->lo[k];
		struct block next = {.points = 1};
		if (i < negative->len && negative->lo[i] == x)
			next.rows += (double)mg_freq_n(negative, i++);
		if (k < positive->len && positive->lo[k] == x)
			next.positives += (double)mg_freq_n(positive, k++);
		next.rows += next.positives;
		f.x[f.len++] = x;
		while (count > 0 && falls(&blocks[count - 1], &next)) {
			const struct block *last = &blocks[--count];
			next.rows += last->rows;
			next.positives += last->positives;
			next.points += last->points;
		}
		blocks[count++] = next;
	}
	for (size_t b = 0, at = 0; b < count; b++)
		for (size_t n = 0; n < blocks[b].points; n++)
			f.y[at++] = blocks[b].positives / blocks[b].rows;
	*out = f;
	return true;
}

double mg_isotonic_at(const struct mg_isotonic *f, double x, size_t *at)
{
	while (*at < f->len && f->x[*at] < x)
		(*at)++;
	if (*at == f->len)
		return f->y[f->len - 1];
	if (*at == 0 || f->x[*at] == x)
		return f->y[*at];
	double left = f->x[*at - 1], share = (x - left) / (f->x[*at] - left);
	return f->y[*at - 1] + share * (f->y[*at] - f->y[*at - 1]);
}
