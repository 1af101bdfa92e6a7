/* adjust.c: p-values of several tests at once; see adjust.h. */
#include "stats/adjust.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"

struct placed {
	double p;
	size_t at;
};

static int by_p(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;
	return a->p != b->p ? (a->p > b->p) - (a->p < b->p) : (a->at > b->at) - (a->at < b->at);
}

static struct placed *in_order(struct mg_arena *arena, const double *p, size_t n)
{
	struct placed *list = mg_alloc_array(arena, n, sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct placed){p[i], i};
	qsort(list, n, sizeof *list, by_p);
	return list;
}

void mg_adjust_bonferroni(struct mg_arena *arena, const double *p, size_t n, double *out)
{
	(void)arena;
	for (size_t i = 0; i < n; i++)
		out[i] = fmin(1, (double)n * p[i]);
}

void mg_adjust_holm(struct mg_arena *arena, const double *p, size_t n, double *out)
{
	struct placed *list = in_order(arena, p, n);
	double most = 0;
	for (size_t i = 0; i < n; i++) {
		most = fmax(most, fmin(1, (double)(n - i) * list[i].p));
		out[list[i].at] = most;
	}
}

void mg_adjust_benjamini_hochberg(struct mg_arena *arena, const double *p, size_t n, double *out)
{
	struct placed *list = in_order(arena, p, n);
	double least = 1;
	for (size_t i = n; i-- > 0;) {
		least = fmin(least, (double)n / (double)(i + 1) * list[i].p);
		out[list[i].at] = least;
	}
}
