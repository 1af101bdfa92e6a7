/* order.c: order statistics: the values of a frequency table by their rank. */
#include "stats/order.h"

#include <math.h>

struct mg_order mg_order_at(const struct mg_freq *f, size_t first, int64_t rank)
{
	size_t i = first;
	for (; rank >= mg_freq_n(f, i); i++)
		rank -= mg_freq_n(f, i);
	int64_t last = mg_freq_n(f, i) - 1;
	double lo = f->lo[i], hi = mg_freq_hi(f, i);
	struct mg_order o = {.lo = lo, .hi = hi, .entry = i};
	/* The least and the greatest of a bucket do occur. */
	if (rank == 0)
		o.hi = lo;
	else if (rank == last)
		o.lo = hi;
	o.value = o.lo == o.hi ? o.lo : lo + (hi - lo) * ((double)rank / (double)last);
	return o;
}

double mg_order_between(double a, double b, double share)
{
	if (a == b || share == 0)
		return a;
	return (1 - share) * a + share * b;
}

bool mg_order_is_vague(const struct mg_order *o)
{
	return o->lo != o->hi && o->hi - o->lo > 1e-7 * fmax(fabs(o->lo), fabs(o->hi));
}

static void refine(const struct mg_freq *f, const struct mg_order *o, struct mg_ranges *ranges)
{
	if (ranges && mg_order_is_vague(o) && ranges->len < ranges->capacity)
		ranges->list[ranges->len++] = (struct mg_range){
			f->lo[o->entry], mg_freq_hi(f, o->entry)};
}

struct mg_stat mg_median(const struct mg_freq *f, struct mg_ranges *ranges)
{
	if (f->rows == 0)
		return (struct mg_stat){NAN, NAN, NAN, "there are no rows"};
	struct mg_order low = mg_order_at(f, 0, (f->rows - 1) / 2);
	struct mg_order high = mg_order_at(f, 0, f->rows / 2);
	refine(f, &low, ranges);
	if (high.entry != low.entry)
		refine(f, &high, ranges);
	double share = f->rows % 2 == 0 ? 0.5 : 0;
	return (struct mg_stat){mg_order_between(low.value, high.value, share),
		mg_order_between(low.lo, high.lo, share), mg_order_between(low.hi, high.hi, share),
		NULL};
}
