/* number.h: numbers of a spec beside a column of numbers: each is what was written, in the type that
 * the column has. So 0.2 in a column of FLOATs is the FLOAT nearest to 0.2, and nothing is a DOUBLE
 * that was not one before. */
#ifndef MG_PLAN_NUMBER_H
#define MG_PLAN_NUMBER_H

#include <modelgate/check.h>

bool mg_type_is_number(enum mg_column_type type);

/* Condition: x, a value of the column, is on that side (GT, GE, LT or LE) of the number in text. */
const struct mg_expr *mg_number_bound(struct mg_arena *a, const struct mg_column *column,
	const struct mg_expr *x, enum mg_fn side, const char *text);
/* The number in text as a literal that equals it; NULL when the column can hold no such number. */
const struct mg_expr *mg_number_literal(
	struct mg_arena *a, const struct mg_column *column, const char *text);
/* Condition: x is that number. */
const struct mg_expr *mg_number_equals(struct mg_arena *a, const struct mg_column *column,
	const struct mg_expr *x, const char *text);

/* The form in which values of both columns (of one: twice the same) are told apart, and equal ones
 * are found, without rounding: INTEGER, REAL, or TEXT, which is that of MG_FN_EXACT. */
enum mg_cell_type mg_number_form(const struct mg_column *x, const struct mg_column *y);
/* x in that form. */
const struct mg_expr *mg_number_in_form(
	struct mg_arena *a, const struct mg_expr *x, enum mg_cell_type form);
/* What a cell of any form says, the same for equal numbers; NULL for NULL and NaN. Where either of
 * the columns that meet is one of FLOATs, a cell of REAL says what that FLOAT's text does. */
const char *mg_number_name(struct mg_arena *a, const struct mg_cell *cell, bool beside_float);
bool mg_number_beside_float(const struct mg_column *x, const struct mg_column *y);

/* ---- FLOATs beside doubles ----
 * A FLOAT's value is 0.30000001192092896 where 0.3 was written. It counts as written where it meets a
 * DOUBLE, which may hold either, or a decimal. */

/* When one column is of FLOATs and the other of DOUBLEs or decimals, makes both values DOUBLEs that
 * are equal if they were written alike, and says so. */
bool mg_number_as_written(struct mg_arena *a, const struct mg_column *x, const struct mg_column *y,
	const struct mg_expr **x_value, const struct mg_expr **y_value);
/* The form in which values of any two columns meet, equal ones being found, and both values in it: 1 is 1.0, and
 * 1 is '1'. */
enum mg_cell_type mg_number_meet(struct mg_arena *a, const struct mg_column *x,
	const struct mg_column *y, const struct mg_expr **x_value, const struct mg_expr **y_value);
/* One cell of a column: a FLOAT becomes what was written. False when the column has no FLOATs. */
bool mg_number_cell(const struct mg_column *column, double *value);
/* The definition of a number that was read off such cells. */
const char *mg_number_as_written_id(struct mg_arena *a, const char *definition);

#endif
