/* detail.h: hands a statistic's bounds to a value, and asks the gate for more detail. */
#ifndef MG_CHECKS_DETAIL_H
#define MG_CHECKS_DETAIL_H

#include <modelgate/check.h>

#include "stats/freq.h"
#include "stats/sort.h"

#define MG_DETAIL_MOST 1000 /* ranges per table and round */

/* Room for the ranges of one table to refine. Start with mg_detail_init. */
struct mg_detail {
	struct mg_range list[MG_DETAIL_MOST];
	struct mg_ranges ranges;
};

static inline void mg_detail_init(struct mg_detail *d)
{
	d->ranges = (struct mg_ranges){.list = d->list, .capacity = MG_DETAIL_MOST};
}

/* Statistics may have offered the same entry twice. */
static inline void mg_detail_refine(
	const struct mg_measures *m, const char *need, int group, struct mg_detail *d)
{
	mg_refine(m, need, group, d->list, mg_ranges_merge(d->list, d->ranges.len, NULL, 0));
}

/* MEASURED with the bounds, or UNDEFINED with the statistic's reason. */
static inline struct mg_value mg_value_of_stat(struct mg_stat s, int64_t rows)
{
	if (s.why)
		return mg_value_undefined(s.why);
	struct mg_value v = mg_value_of(s.value, rows);
	v.lo = s.lo;
	v.hi = s.hi;
	return v;
}

#endif
