/* number.c: numbers of a spec beside a column of numbers, each in the type that the column has. */
#include "plan/number.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/text.h"

enum { BIGINT_DIGITS = 19 };

bool mg_type_is_number(enum mg_column_type type)
{
	return type == MG_TYPE_INTEGER || type == MG_TYPE_REAL || type == MG_TYPE_NUMERIC;
}

static bool is_exact(const struct mg_column *column)
{
	return mg_number_is_exact(&column->number);
}

/* ---- literals ---- */

/* FLOAT and DOUBLE: the nearest. Whole numbers stay integers, so that engines need not cast. */
static const struct mg_expr *nearest(
	struct mg_arena *a, const struct mg_column *column, const char *text)
{
	int64_t whole;
	double number = strtod(text, NULL);
	if (column->number.kind == MG_NUMBER_FLOAT && isfinite((float)number))
		number = (float)number; /* as pandas, which reads a DOUBLE first */
	else if (mg_parse_int(text, &whole))
		return mg_x_integer(a, whole);
	if (number == floor(number) && fabs(number) <= 0x1p53)
		return mg_x_integer(a, (int64_t)number);
	return mg_x_real(a, number);
}

/* A number that the column's type holds. */
static const struct mg_expr *literal(
	struct mg_arena *a, const struct mg_column *column, const struct mg_decimal *x)
{
	const char *digits = mg_decimal_text(a, x);
	int64_t whole;
	if (column->number.kind == MG_NUMBER_WHOLE && column->number.digits <= BIGINT_DIGITS &&
		mg_parse_int(digits, &whole))
		return mg_x_integer(a, whole);
	return mg_x_number(a, digits, column);
}

static struct mg_decimal read(const char *text)
{
	struct mg_decimal x = {0};
	bool fits = mg_decimal_parse(text, &x);
	assert(fits); /* the engine's own bounds */
	(void)fits;
	return x;
}

/* Numbers without room are beyond what any column holds, or nearer to 0 than any that is not 0. */
static struct mg_decimal written(const char *text)
{
	struct mg_decimal x;
	if (mg_decimal_parse(text, &x))
		return x;
	double number = strtod(text, NULL);
	x = read(fabs(number) < 1 ? "1e-90" : "1e89");
	x.negative = number < 0;
	return x;
}

const struct mg_expr *mg_number_literal(
	struct mg_arena *a, const struct mg_column *column, const char *text)
{
	if (!is_exact(column))
		return nearest(a, column, text);
	const struct mg_number *n = &column->number;
	struct mg_decimal x = written(text), least = read(n->least), most = read(n->most), cut;
	if (mg_decimal_compare(&x, &least) < 0 || mg_decimal_compare(&x, &most) > 0)
		return NULL;
	mg_decimal_to_places(&x, n->scale, false, &cut);
	return mg_decimal_compare(&cut, &x) == 0 ? literal(a, column, &x) : NULL;
}

const struct mg_expr *mg_number_equals(struct mg_arena *a, const struct mg_column *column,
	const struct mg_expr *x, const char *text)
{
	const struct mg_expr *same = mg_number_literal(a, column, text);
	return same ? mg_eq(a, x, same) : mg_ne(a, x, x);
}

/* Between two neighbours of the column's type the one counts that makes the comparison the same;
 * beyond its ends it comes to "always" or "never", said by these. */
const struct mg_expr *mg_number_bound(struct mg_arena *a, const struct mg_column *column,
	const struct mg_expr *x, enum mg_fn side, const char *text)
{
	if (!is_exact(column))
		return mg_x_call(a, side, 2, x, nearest(a, column, text));
	const struct mg_number *n = &column->number;
	struct mg_decimal bound = written(text), least = read(n->least), most = read(n->most);
	bool lower = side == MG_FN_GT || side == MG_FN_GE;
	mg_decimal_to_places(&bound, n->scale, side == MG_FN_GE || side == MG_FN_LT, &bound);
	if (mg_decimal_compare(&bound, &most) > 0) {
		side = lower ? MG_FN_GT : MG_FN_LE;
		bound = most;
	} else if (mg_decimal_compare(&bound, &least) < 0) {
		side = lower ? MG_FN_GE : MG_FN_LT;
		bound = least;
	}
	return mg_x_call(a, side, 2, x, literal(a, column, &bound));
}

/* ---- keys ---- */

static bool is_bigint(const struct mg_column *column)
{
	if (column->number.kind == MG_NUMBER_NONE)
		return column->type == MG_TYPE_INTEGER;
	return column->number.kind == MG_NUMBER_WHOLE && column->number.digits <= BIGINT_DIGITS;
}

enum mg_cell_type mg_number_form(const struct mg_column *x, const struct mg_column *y)
{
	if (is_bigint(x) && is_bigint(y))
		return MG_CELL_INTEGER;
	bool fit = mg_number_fits_double(&x->number) && mg_number_fits_double(&y->number);
	return fit ? MG_CELL_REAL : MG_CELL_TEXT;
}

const struct mg_expr *mg_number_in_form(
	struct mg_arena *a, const struct mg_expr *x, enum mg_cell_type form)
{
	if (form == MG_CELL_INTEGER)
		return x;
	return mg_x_call(a, form == MG_CELL_REAL ? MG_FN_REAL : MG_FN_EXACT, 1, x);
}

static bool is_float(const struct mg_column *column)
{
	return column->number.kind == MG_NUMBER_FLOAT;
}

bool mg_number_beside_float(const struct mg_column *x, const struct mg_column *y)
{
	return is_float(x) || is_float(y);
}

/* A whole number and a FLOAT are told apart by their values. */
static bool has_fraction(const struct mg_column *column)
{
	return column->type == MG_TYPE_REAL && mg_number_fits_double(&column->number);
}

bool mg_number_as_written(struct mg_arena *a, const struct mg_column *x, const struct mg_column *y,
	const struct mg_expr **x_value, const struct mg_expr **y_value)
{
	if (is_float(x) == is_float(y) || !has_fraction(x) || !has_fraction(y))
		return false;
	*x_value = mg_x_call(a, MG_FN_AS_WRITTEN, 1, *x_value);
	*y_value = mg_x_call(a, MG_FN_AS_WRITTEN, 1, *y_value);
	return true;
}

enum mg_cell_type mg_number_meet(struct mg_arena *a, const struct mg_column *x,
	const struct mg_column *y, const struct mg_expr **x_value, const struct mg_expr **y_value)
{
	if (!mg_type_is_number(x->type) || !mg_type_is_number(y->type))
		return MG_CELL_TEXT;
	if (mg_number_as_written(a, x, y, x_value, y_value))
		return MG_CELL_REAL;
	enum mg_cell_type form = mg_number_form(x, y);
	if (form == MG_CELL_TEXT) {
		*x_value = mg_number_in_form(a, *x_value, form);
		*y_value = mg_number_in_form(a, *y_value, form);
	}
	return form;
}

bool mg_number_cell(const struct mg_column *column, double *value)
{
	if (!column || !is_float(column))
		return false;
	*value = mg_float_as_written(*value);
	return true;
}

const char *mg_number_as_written_id(struct mg_arena *a, const char *definition)
{
	return mg_printf(a, "%s/as-written", definition);
}

const char *mg_number_name(struct mg_arena *a, const struct mg_cell *cell, bool beside_float)
{
	switch (cell->type) {
	case MG_CELL_NULL:
		break;
	case MG_CELL_INTEGER:
		return mg_printf(a, "%" PRId64, cell->integer);
	case MG_CELL_REAL:
		if (isnan(cell->real))
			return NULL;
		return mg_double_text(
			a, (beside_float ? mg_float_as_written(cell->real) : cell->real) + 0.0);
	case MG_CELL_TEXT:
		return cell->text;
	}
	return NULL;
}
