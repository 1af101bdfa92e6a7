/* edges.c: limits as a range of the numbers that they let pass. */
#include "report/edges.h"

#include <math.h>

#include "base/text.h"

struct range {
	double min, max;
};

/* What may differ from the middle by `room`; for the better by any amount. */
static struct range around(const struct mg_result *r, double middle, double room)
{
	return (struct range){
		.min = mg_streq(r->better, "lower") ? NAN : middle - room,
		.max = mg_streq(r->better, "higher") ? NAN : middle + room,
	};
}

static struct range range_of(const struct mg_result *r, const struct mg_judged_limit *limit)
{
	double x = limit->value, room = limit->of_baseline ? x * fabs(r->baseline) : x;
	if (mg_streq(limit->op, "min") || mg_streq(limit->op, "above"))
		return (struct range){x, NAN};
	if (mg_streq(limit->op, "max") || mg_streq(limit->op, "below"))
		return (struct range){NAN, x};
	if (mg_streq(limit->op, "equals"))
		return (struct range){x - limit->tolerance, x + limit->tolerance};
	if (mg_streq(limit->op, "max_drop"))
		return (struct range){r->baseline - room, NAN};
	if (mg_streq(limit->op, "max_rise"))
		return (struct range){NAN, r->baseline + room};
	if (mg_streq(limit->op, "max_change"))
		return around(r, r->baseline, room);
	if (mg_streq(limit->op, "within") && limit->runs.definition)
		return around(r, limit->runs.center, x * limit->runs.spread);
	return (struct range){NAN, NAN};
}

struct mg_edges mg_edges_of(const struct mg_result *r)
{
	struct mg_edges edges = {NAN, NAN, NAN, NAN};
	for (size_t i = 0; i < r->limit_count; i++) {
		const struct mg_judged_limit *limit = &r->limits[i];
		bool warns = mg_streq(limit->role, "warn");
		if (!warns && !mg_streq(limit->role, "limit"))
			continue; /* it is of the effect */
		struct range range = range_of(r, limit);
		double *min = warns ? &edges.warn_min : &edges.min;
		double *max = warns ? &edges.warn_max : &edges.max;
		*min = fmax(*min, range.min); /* of a number and NaN the number */
		*max = fmin(*max, range.max);
	}
	return edges;
}
