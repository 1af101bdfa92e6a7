/* estimate.h: performance while there are no labels: what scores that are calibrated on labelled rows lead one
 * to expect (CBPE, confidence-based performance estimation, as NannyML has it). */
#ifndef MG_CHECKS_CLASSIFICATION_ESTIMATE_H
#define MG_CHECKS_CLASSIFICATION_ESTIMATE_H

#include <modelgate/check.h>
#include <modelgate/error.h>

#include "stats/confusion.h"
#include "stats/isotonic.h"

/* Does the spec ask for an estimate? */
static inline bool mg_estimated(const struct mg_check *c)
{
	return c->spec->estimate != MG_ESTIMATE_NONE;
}

/* Needs the scores of the data, by decision where the kind judges decisions, and the labelled scores of the
 * reference. The data's label is not looked at. */
MG_MUST_USE int mg_estimate_plan(
	struct mg_planner *pl, const struct mg_check *c, struct mg_error *err);

struct mg_estimate {
	struct mg_isotonic calibration;
	const struct mg_freq *scores;   /* kinds of scores: of all rows */
	struct mg_binary_counts counts; /* expected; fp and tn are 0 of kinds of scores */
	double rows;                    /* with a score */
	double left_out;                /* without one */
	double reference_rows, reference_positives;
};
/* False when there is nothing to estimate from, or too little; *why is then the measurement. */
bool mg_estimate_get(const struct mg_check *c, const struct mg_measures *m, struct mg_estimate *out,
	struct mg_value *why);

/* Areas under the curves of the rows that are to be expected at each score, ties as one step of both curves. NAN
 * where all rows are expected to be of one class. */
double mg_estimate_roc_auc(const struct mg_estimate *e);
double mg_estimate_average_precision(const struct mg_estimate *e);

/* Says in message, facts and definition that the value is an estimate, and what it rests on. */
void mg_estimate_tell(const struct mg_check *c, const struct mg_measures *m,
	const struct mg_estimate *e, struct mg_value *v);
/* A definition id, as it is of an estimate where the check asks for one. */
const char *mg_estimate_definition(
	const struct mg_check *c, struct mg_arena *arena, const char *definition);

#endif
