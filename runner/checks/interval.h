/* interval.h: gives a value the confidence interval that its check asks for. */
#ifndef MG_CHECKS_INTERVAL_H
#define MG_CHECKS_INTERVAL_H

#include <modelgate/check.h>

/* Does the check want an interval? */
bool mg_interval_wanted(const struct mg_check *c);

/* Wilson's interval of part / whole. */
void mg_interval_of_share(const struct mg_check *c, struct mg_value *v, double part, double whole);

/*
 * Student's t of a value that is a mean over its rows with sample standard deviation `sd`, cut at the least
 * value that the kind can have. `noise` is what rounding alone may have put into `sd`: where there is no more,
 * rows that were all equal say nothing of how far others may lie, and the value becomes UNDEFINED; but when
 * no row can exceed `most` (NAN: open) or lie below 0, that gives an interval.
 */
void mg_interval_of_mean(
	const struct mg_check *c, struct mg_value *v, double sd, double noise, double most);

#endif
