/* finite.h: what statistics of a column share: which of its values can be counted on. */
#ifndef MG_CHECKS_STATISTICS_FINITE_H
#define MG_CHECKS_STATISTICS_FINITE_H

#include <modelgate/check.h>
#include <modelgate/error.h>

/* Parameter of every statistic of a numeric column; put MG_FINITE_FIELD(struct params) into the
 * table and `int non_finite;` into the params. */
enum mg_non_finite { MG_NON_FINITE_ERROR, MG_NON_FINITE_IGNORE };
extern const char *const mg_non_finite_words[];
#define MG_FINITE_FIELD(params)                                                                    \
	MG_FIELD(params, non_finite, CHOICE,                                                       \
		"what NaN and infinite values do: make the check an error, or be left out",        \
		.default_text = "error", .choices = mg_non_finite_words)

/* Are the values of the checked column whole numbers or decimals? */
bool mg_always_finite(const struct mg_check *c);

/* Needs the rows, the NULLs and the finite values of the checked column counted. *out is the column
 * as a number, NULL where it is not finite. */
MG_MUST_USE int mg_finite_plan(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr **out, struct mg_error *err);

/* Number of finite values. When it is 0, or when others are there and non_finite says error, *out is
 * EMPTY or UNDEFINED with the reason and the result is 0. */
double mg_finite_count(const struct mg_check *c, const struct mg_measures *m,
	enum mg_non_finite non_finite, struct mg_value *out);

/* The same from counts that are already known. */
double mg_finite_of_counts(const struct mg_check *c, const struct mg_measures *m, double rows,
	double nulls, double finite, enum mg_non_finite non_finite, struct mg_value *out);

/* Adds the facts rows, nulls and, where there are any, non_finite. */
void mg_finite_facts(
	const struct mg_measures *m, struct mg_value *v, double rows, double nulls, double finite);

#endif
