/* expr.c: makes and compares the expressions that checks build and dialects print. */
#include <modelgate/plan.h>

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/text.h"

static struct mg_expr *new_expr(struct mg_arena *a, enum mg_expr_type type)
{
	struct mg_expr *x = mg_alloc(a, sizeof(*x));
	x->type = type;
	return x;
}

const struct mg_expr *mg_x_null(struct mg_arena *a)
{
	return new_expr(a, MG_X_NULL);
}

const struct mg_expr *mg_x_column(struct mg_arena *a, const char *name, enum mg_column_type type)
{
	struct mg_expr *x = new_expr(a, MG_X_COLUMN);
	x->text = mg_strdup(a, name);
	x->column_type = type;
	return x;
}

const struct mg_expr *mg_x_of_column(struct mg_arena *a, const struct mg_column *column)
{
	struct mg_expr *x = new_expr(a, MG_X_COLUMN);
	x->text = mg_strdup(a, column->name);
	x->column_type = column->type;
	x->number = column->number;
	x->sql_type = column->sql_type;
	return x;
}

const struct mg_expr *mg_x_number(
	struct mg_arena *a, const char *digits, const struct mg_column *column)
{
	struct mg_expr *x = new_expr(a, MG_X_NUMBER);
	x->text = mg_strdup(a, digits);
	x->column_type = column->type;
	x->number = column->number;
	x->sql_type = column->sql_type;
	return x;
}

const struct mg_expr *mg_x_real(struct mg_arena *a, double v)
{
	struct mg_expr *x = new_expr(a, MG_X_REAL);
	x->real = v;
	return x;
}

const struct mg_expr *mg_x_integer(struct mg_arena *a, int64_t v)
{
	struct mg_expr *x = new_expr(a, MG_X_INTEGER);
	x->integer = v;
	return x;
}

const struct mg_expr *mg_x_bool(struct mg_arena *a, bool v)
{
	struct mg_expr *x = new_expr(a, MG_X_BOOL);
	x->integer = v;
	return x;
}

const struct mg_expr *mg_x_text(struct mg_arena *a, const char *v)
{
	struct mg_expr *x = new_expr(a, MG_X_TEXT);
	x->text = mg_strdup(a, v);
	return x;
}

const struct mg_expr *mg_x_sql(struct mg_arena *a, const char *sql)
{
	struct mg_expr *x = new_expr(a, MG_X_SQL);
	x->text = mg_strdup(a, sql);
	return x;
}

const struct mg_expr *mg_x_list(
	struct mg_arena *a, enum mg_fn fn, const struct mg_expr *const *args, size_t arg_count)
{
	struct mg_expr *x = new_expr(a, MG_X_CALL);
	const struct mg_expr **copy = mg_alloc_array(a, arg_count, sizeof(*copy));
	for (size_t i = 0; i < arg_count; i++)
		copy[i] = args[i];
	x->fn = fn;
	x->args = copy;
	x->arg_count = arg_count;
	return x;
}

const struct mg_expr *mg_x_call(struct mg_arena *a, enum mg_fn fn, size_t arg_count, ...)
{
	const struct mg_expr **args = mg_alloc_array(a, arg_count, sizeof(*args));
	va_list list;
	va_start(list, arg_count);
	for (size_t i = 0; i < arg_count; i++)
		args[i] = va_arg(list, const struct mg_expr *);
	va_end(list);
	return mg_x_list(a, fn, args, arg_count);
}

/* ---- by name ---- */

const struct mg_expr *mg_not(struct mg_arena *a, const struct mg_expr *x)
{
	return mg_x_call(a, MG_FN_NOT, 1, x);
}

const struct mg_expr *mg_and(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y)
{
	return mg_x_call(a, MG_FN_AND, 2, x, y);
}

const struct mg_expr *mg_or(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y)
{
	return mg_x_call(a, MG_FN_OR, 2, x, y);
}

const struct mg_expr *mg_eq(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y)
{
	return mg_x_call(a, MG_FN_EQ, 2, x, y);
}

const struct mg_expr *mg_ne(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y)
{
	return mg_x_call(a, MG_FN_NE, 2, x, y);
}

const struct mg_expr *mg_is_null(struct mg_arena *a, const struct mg_expr *x)
{
	return mg_x_call(a, MG_FN_IS_NULL, 1, x);
}

const struct mg_expr *mg_is_nan(struct mg_arena *a, const struct mg_expr *x)
{
	return mg_x_call(a, MG_FN_IS_NAN, 1, x);
}

const struct mg_expr *mg_is_finite(struct mg_arena *a, const struct mg_expr *x)
{
	return mg_x_call(a, MG_FN_IS_FINITE, 1, x);
}

const struct mg_expr *mg_coalesce(
	struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y)
{
	return mg_x_call(a, MG_FN_COALESCE, 2, x, y);
}

const struct mg_expr *mg_if(struct mg_arena *a, const struct mg_expr *condition,
	const struct mg_expr *then, const struct mg_expr *otherwise)
{
	return mg_x_call(a, MG_FN_IF, 3, condition, then, otherwise);
}

const struct mg_expr *mg_sub(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y)
{
	return mg_x_call(a, MG_FN_SUB, 2, x, y);
}

const struct mg_expr *mg_mul(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y)
{
	return mg_x_call(a, MG_FN_MUL, 2, x, y);
}

const struct mg_expr *mg_div(struct mg_arena *a, const struct mg_expr *x, const struct mg_expr *y)
{
	return mg_x_call(a, MG_FN_DIV, 2, x, y);
}

const struct mg_expr *mg_abs(struct mg_arena *a, const struct mg_expr *x)
{
	return mg_x_call(a, MG_FN_ABS, 1, x);
}

const struct mg_expr *mg_as_real(struct mg_arena *a, const struct mg_expr *x)
{
	return mg_x_call(a, MG_FN_REAL, 1, x);
}

const struct mg_expr *mg_as_text(struct mg_arena *a, const struct mg_expr *x)
{
	return mg_x_call(a, MG_FN_TEXT, 1, x);
}

const struct mg_expr *mg_count_all(struct mg_arena *a)
{
	return mg_x_call(a, MG_FN_COUNT, 0);
}

const struct mg_expr *mg_count_if(struct mg_arena *a, const struct mg_expr *condition)
{
	return mg_x_call(a, MG_FN_COUNT_IF, 1, condition);
}

const struct mg_expr *mg_sum(struct mg_arena *a, const struct mg_expr *x)
{
	return mg_x_call(a, MG_FN_SUM, 1, x);
}

/* ---- the same expression? ---- */

bool mg_x_equal(const struct mg_expr *a, const struct mg_expr *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->type != b->type)
		return false;
	switch (a->type) {
	case MG_X_NULL:
		return true;
	case MG_X_COLUMN:
		return strcasecmp(a->text, b->text) == 0;
	case MG_X_REAL:
		return memcmp(&a->real, &b->real, sizeof(a->real)) == 0;
	case MG_X_INTEGER:
	case MG_X_BOOL:
		return a->integer == b->integer;
	case MG_X_NUMBER:
		return mg_streq(a->text, b->text) && mg_streq(a->sql_type, b->sql_type);
	case MG_X_TEXT:
	case MG_X_SQL:
		return mg_streq(a->text, b->text);
	case MG_X_CALL:
		break;
	}
	if (a->fn != b->fn || a->arg_count != b->arg_count)
		return false;
	for (size_t i = 0; i < a->arg_count; i++)
		if (!mg_x_equal(a->args[i], b->args[i]))
			return false;
	return true;
}
