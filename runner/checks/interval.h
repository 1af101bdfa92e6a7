/* interval.h: gives a value the confidence interval that its check asks for. */
#ifndef MG_CHECKS_INTERVAL_H
#define MG_CHECKS_INTERVAL_H

#include <modelgate/check.h>

#include "stats/bootstrap.h"
#include "stats/freq.h"

/* Does the check want an interval by its kind's formula? */
bool mg_interval_wanted(const struct mg_check *c);
/* Does it want one by resampling? */
bool mg_interval_resamples(const struct mg_check *c);

/* Wilson's interval of part / whole. */
void mg_interval_of_share(const struct mg_check *c, struct mg_value *v, double part, double whole);

/* Needs what mg_interval_of_mean reads of the values, where the check wants that interval. */
MG_MUST_USE int mg_interval_need_mean(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr *value, struct mg_error *err);
/* How much of a standard deviation may be that of running sums alone. PostgreSQL's (Youngs and Cramer 1971), of
 * values that are equal but for rounding, drifts by 0.03 units in their last place a row, measured from 10^3 to 10^6
 * rows; this is twice as much. */
double mg_interval_drift(double size, double rows);

/*
 * The interval of a value that is the mean of these values (stats/interval.h), cut at the least value that the kind
 * can have. `noise` is what rounding alone may have put into their standard deviation: where there is no more, rows
 * that were all equal say nothing of how far others may lie, and the value becomes UNDEFINED; but when no row can
 * exceed `most` (NAN: open) or lie below 0, that gives an interval. Where few rows hold much of the sum, or there
 * are few at all, the message says that such intervals miss more often than they claim.
 */
void mg_interval_of_mean(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	double noise, double most);

/*
 * The BCa bootstrap, for checks that want it: of a statistic of counts; or of a statistic of frequency tables,
 * which it gets with their rows drawn again. The statistic of the tables as they are is the value. Where the
 * value is the end of what is drawn the interval still has it. one_sided: see stats/bootstrap.h. The value becomes UNDEFINED where there is no
 * such interval, there are too many cells, or a table is not exact.
 */
void mg_interval_of_cells(const struct mg_check *c, const struct mg_measures *m, struct mg_value *v,
	const int64_t *rows, size_t cells, mg_cells_statistic *of, void *context, bool one_sided);

typedef double mg_tables_statistic(const void *context, const struct mg_freq *tables);
void mg_interval_of_tables(const struct mg_check *c, const struct mg_measures *m,
	struct mg_value *v, const struct mg_freq *const *tables, size_t count,
	mg_tables_statistic *of, const void *context, bool one_sided);

/* Of the mean of the values in one table. */
void mg_interval_of_table_mean(const struct mg_check *c, const struct mg_measures *m,
	struct mg_value *v, const struct mg_freq *table);

#endif
