/* few_rows.h: whether there are rows enough to tell drift from chance. */
#ifndef MG_CHECKS_DRIFT_FEW_ROWS_H
#define MG_CHECKS_DRIFT_FEW_ROWS_H

#include <modelgate/check.h>

#define MG_DRIFT_ROWS 100 /* that either side needs when the spec has no min_rows */
#define MG_TOLD_APART                                                                              \
	1.15 /* times the level of chance is drift, however few rows; over the 96% point */
#define MG_RULE_ROWS 1000 /* from which on a limit of 0 is judged as it is written */

/* The end of the details of kinds that do so. */
#define MG_FEW_ROWS                                                                                \
	"Either side needs 100 rows. A limit below the level that chance alone gives "             \
	"would be broken in more than 5% of runs without any drift. So it is an error, "           \
	"unless the value is well over that level too; the result has the level as "               \
	"`chance_level`. `min_rows` in the check asks for another number of rows and "             \
	"judges whatever the level is. docs/few-rows.md has the levels and how they "              \
	"are found."

/* False, and why, when a side has fewer rows than the check's min_rows, or MG_DRIFT_ROWS without. */
bool mg_enough_rows(const struct mg_check *c, double current, double reference,
	const struct mg_measures *m, struct mg_value *why);

/*
 * Adds the fact chance_level, and says it in the message: what the value stays under in 95 of 100 runs
 * when nothing has moved. When the check has no min_rows of its own, a limit is below that level, and the
 * value is not well above it, the limit cannot be judged by so few rows: v becomes UNDEFINED and says the way
 * out. A value of 0 is within any limit, and a limit of 0 is a rule from MG_RULE_ROWS on.
 */
void mg_chance_tell(const struct mg_check *c, const struct mg_measures *m, double chance,
	double current, double reference, struct mg_value *v);

#endif
