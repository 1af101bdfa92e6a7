/* interval: gives a value the confidence interval that its check asks for. */
#include "checks/interval.h"

#include "stats/interval.h"

bool mg_interval_wanted(const struct mg_check *c)
{
	return c->spec->confidence > 0;
}

void mg_interval_of_share(const struct mg_check *c, struct mg_value *v, double part, double whole)
{
	if (!mg_interval_wanted(c))
		return;
	struct mg_interval i = mg_interval_wilson(part, whole, c->spec->confidence);
	v->interval_lo = i.lo;
	v->interval_hi = i.hi;
	v->interval = "wilson";
}

void mg_interval_of_mean(
	const struct mg_check *c, struct mg_value *v, double sd, double noise, double most)
{
	if (!mg_interval_wanted(c) || v->state != MG_MEASURED)
		return;
	bool of_column = c->kind->flags & MG_KIND_COLUMN, spreads = sd > noise;
	double n = (double)v->rows, confidence = c->spec->confidence;
	if (n < 2) {
		*v = mg_value_undefined(of_column ? "one value has no confidence interval"
						  : "one row has no confidence interval");
		return;
	}
	struct mg_interval i = spreads ? mg_interval_mean(v->value, sd, n, confidence)
				       : mg_interval_bounded(v->value * n, n, most, confidence);
	if (isnan(i.lo) || isnan(i.hi)) {
		*v = mg_value_undefined(of_column
				? "there is no confidence interval: all values are equal, which does "
				  "not say how far others may lie"
				: "there is no confidence interval: the errors of all rows are equal, "
				  "which does not say how far others may lie");
		return;
	}
	v->interval_lo = i.lo < c->kind->value_least ? c->kind->value_least : i.lo;
	v->interval_hi = i.hi;
	v->interval = spreads ? "t" : "wilson-bounded";
}
