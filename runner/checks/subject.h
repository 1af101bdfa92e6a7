/* subject.h: the checked column, made ready to be compared with what a spec says. */
#ifndef MG_CHECKS_SUBJECT_H
#define MG_CHECKS_SUBJECT_H

#include <modelgate/check.h>
#include <modelgate/error.h>

/* The checked column as an expression with `missing:` values made NULL. Times become microseconds
 * since 1970, so that they compare as numbers on every engine. *out_null is "the column is NULL". */
MG_MUST_USE int mg_subject(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr **out, const struct mg_expr **out_null, struct mg_error *err);

/* The checked column as text: text itself, integers as written in decimal. MG_ESPEC for columns
 * whose text form differs between engines (real numbers, times), with the fix. */
MG_MUST_USE int mg_subject_text(struct mg_planner *pl, const struct mg_check *c,
	const struct mg_expr **out, const struct mg_expr **out_null, struct mg_error *err);

/* A scalar of the spec as a literal that equals mg_subject where the column has that value; NULL when
 * it can have no such value (1.5 among whole numbers). MG_ESPEC when it does not fit the column's type
 * ("'A' is not a number, and column 'late' is an integer"). `what` names the parameter. */
MG_MUST_USE int mg_subject_literal(struct mg_planner *pl, const struct mg_check *c,
	const char *what, const struct mg_scalar *scalar, const struct mg_expr **out,
	struct mg_error *err);

/* Condition: x, from mg_subject, lies on that side (GT, GE, LT, LE) of a scalar of the spec. */
MG_MUST_USE int mg_subject_bound(struct mg_planner *pl, const struct mg_check *c, const char *what,
	const struct mg_expr *x, enum mg_fn side, const struct mg_scalar *bound,
	const struct mg_expr **out, struct mg_error *err);

/* In which form a column's values are compared as keys: exactly, and as fast as that allows. Integers
 * of up to 64 bits and floating point stay numbers (so that -0 is 0); all else goes as text. */
enum mg_cell_type mg_key_form(const struct mg_column *column);

/* "numeric", "text", ... as specs write column types; "a column of type X" else. */
const char *mg_column_type_word(enum mg_column_type type);

#endif
