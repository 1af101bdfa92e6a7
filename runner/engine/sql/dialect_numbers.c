/* dialect_numbers.c: numbers as literals, as DOUBLE and as text, without a digit lost that counts. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/sql/dialect_types.h"
#include "engine/sql/dialect_write.h"

const char *mg_write_real(struct mg_writer *w, double v)
{
	if (isnan(v))
		return w->d->nan;
	if (isinf(v))
		return v > 0 ? w->d->infinity : w->d->negative_infinity;
	const char *digits = mg_double_text(w->arena, v);
	/* With an exponent it is a DOUBLE; without one columns would be cast to DECIMAL. */
	return mg_write_cast(w, mg_printf(w->arena, strchr(digits, 'e') ? "%s" : "%se0", digits),
		w->d->types[MG_CELL_REAL]);
}

const char *mg_write_integer(struct mg_writer *w, int64_t v)
{
	if (v == INT64_MIN) /* its digits alone do not fit */
		return mg_write_cast(w, "'-9223372036854775808'", w->d->types[MG_CELL_INTEGER]);
	return mg_printf(w->arena, "%" PRId64, v);
}

/* Condition: the number has so few digits that a cast to DOUBLE is the nearest one, and another for
 * every other such number. */
static const char *has_few_digits(
	struct mg_writer *w, const char *sql, const struct mg_expr *holder)
{
	const struct mg_number *n = &holder->number;
	if (n->kind == MG_NUMBER_DECIMAL && w->d->few_digits)
		return mg_write_form(w, w->d->few_digits, &sql, 1);
	struct mg_text most;
	mg_text_init(&most, w->arena);
	if (n->kind == MG_NUMBER_WHOLE)
		mg_text_add(&most, "9007199254740992");
	else
		mg_text_addf(&most, "1e%d", 15 - n->scale);
	return mg_printf(w->arena, "%s BETWEEN CAST('%s%s' AS %s) AND CAST('%s' AS %s)", sql,
		*n->least == '0' ? "0" : "-", *n->least == '0' ? "" : most.data, holder->sql_type,
		most.data, holder->sql_type);
}

/* As DOUBLE. Engines divide the digits of a decimal by a power of ten, which rounds twice where
 * either has more than a DOUBLE holds; its text is always read as the nearest. */
const char *mg_write_as_real(struct mg_writer *w, const struct mg_expr *x, const char *sql)
{
	enum { EXACT_TENS = 22 };
	const char *real = w->d->types[MG_CELL_REAL];
	const struct mg_expr *holder = mg_x_holder(x);
	if (mg_x_value_type(x) == MG_TYPE_BOOLEAN && w->d->real_of_boolean)
		return mg_write_form(w, w->d->real_of_boolean, &sql, 1);
	if (!holder || holder->number.kind != MG_NUMBER_DECIMAL ||
		mg_number_fits_double(&holder->number))
		return mg_write_cast(w, sql, real);
	if (w->d->real_of_decimal)
		return mg_write_form(w, w->d->real_of_decimal, &sql, 1);
	const char *by_text = mg_write_cast(
		w, mg_write_cast(w, sql, w->d->types[MG_CELL_TEXT]), real);
	if (holder->number.scale > EXACT_TENS)
		return by_text;
	return mg_printf(w->arena, "CASE WHEN %s THEN %s ELSE %s END",
		has_few_digits(w, sql, holder), mg_write_cast(w, sql, real), by_text);
}

const char *mg_write_rounded(struct mg_writer *w, const struct mg_expr *x)
{
	while (x->arg_count && (mg_x_is_call(x, MG_FN_REAL) || mg_x_is_call(x, MG_FN_FINITE)))
		x = x->args[0];
	const struct mg_expr *holder = mg_x_holder(x);
	if (!mg_dialect_may_round(x))
		return "false";
	const char *sql = mg_write_expr(w, x), *text = w->d->types[MG_CELL_TEXT];
	bool decimal = holder->number.kind == MG_NUMBER_DECIMAL;
	if (w->d->rounded) {
		const char *both[] = {sql, mg_write_cast(w, sql, w->d->types[MG_CELL_REAL])};
		return mg_write_form(w, w->d->rounded, both, 2);
	}
	const char *back = mg_write_cast(
		w, decimal ? mg_write_cast(w, sql, text) : sql, w->d->types[MG_CELL_REAL]);
	if (decimal)
		back = mg_write_cast(w, back, text);
	const char *args[] = {back, holder->sql_type};
	return mg_printf(w->arena, "CASE WHEN %s THEN false ELSE %s IS DISTINCT FROM %s END",
		has_few_digits(w, sql, holder), mg_write_form(w, w->d->try_cast, args, 2), sql);
}

const char *mg_write_may_round(struct mg_writer *w, const struct mg_expr *x)
{
	while (mg_x_is_call(x, MG_FN_REAL) || mg_x_is_call(x, MG_FN_FINITE))
		x = x->args[0];
	return mg_printf(
		w->arena, "(NOT %s)", has_few_digits(w, mg_write_expr(w, x), mg_x_holder(x)));
}

const char *mg_write_exact_text(struct mg_writer *w, const struct mg_expr *x)
{
	const struct mg_expr *holder = mg_x_holder(x);
	const char *sql = mg_write_expr(w, x);
	if (holder && holder->number.kind == MG_NUMBER_DECIMAL && holder->number.scale > 0 &&
		!mg_x_is_double(x))
		return mg_write_form(w, w->d->exact_decimal, &sql, 1);
	if (mg_x_value_type(x) == MG_TYPE_REAL && (!mg_x_is_exact(x) || mg_x_is_double(x)))
		return mg_write_form(w, w->d->exact_real, &sql, 1);
	return mg_write_cast(w, sql, w->d->types[MG_CELL_TEXT]);
}

/* Whole numbers are added up and multiplied in the widest type that needs no more than 64 bits, or
 * the widest of all. */
const char *mg_write_widened(struct mg_writer *w, const struct mg_expr *column, const char *sql)
{
	bool huge = column->number.kind == MG_NUMBER_WHOLE && column->number.digits > 19;
	return mg_write_cast(w, sql, huge ? w->d->widest_integer : w->d->types[MG_CELL_INTEGER]);
}
