/* scores.h: how often each score was given to the rows of either label: what all metrics of scores are
 * finished from. */
#ifndef MG_CHECKS_CLASSIFICATION_SCORES_H
#define MG_CHECKS_CLASSIFICATION_SCORES_H

#include <modelgate/check.h>

#include "stats/calibration.h"
#include "stats/freq.h"

/*
 * Needs the frequency tables of a score, one for the rows where `positive` holds and one for the
 * others; rows where `left_out` holds are only counted. Equal needs are one query, with one table a
 * slice, and the table of all rows is made of those.
 */
MG_MUST_USE int mg_need_scores(struct mg_planner *pl, const struct mg_check *c, const char *name,
	const struct mg_expr *score, const struct mg_expr *positive, const struct mg_expr *left_out,
	struct mg_error *err);

struct mg_scores {
	const struct mg_freq *negative, *positive; /* rows without a score are counted, too */
	double left_out;
};
struct mg_scores mg_get_scores(const struct mg_measures *m, const char *name);

/* A statistic of both tables; where they are bucketed it asks for the detail that it lacks. */
typedef struct mg_stat mg_scores_statistic(const void *context, const struct mg_freq *negative,
	const struct mg_freq *positive, struct mg_ranges *negative_ranges,
	struct mg_ranges *positive_ranges);
struct mg_stat mg_scores_measure(const struct mg_measures *m, const char *name,
	mg_scores_statistic *of, const void *context);

/* Rows whose score is no probability: below 0 or above 1. */
double mg_scores_outside(const struct mg_measures *m, const char *name);

/* What was said beside what was seen, of the bins that have rows: "calibration". */
void mg_scores_chart(const struct mg_measures *m, struct mg_value *v,
	const struct mg_calibration_bin *bins, size_t count);

#endif
