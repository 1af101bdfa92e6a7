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
