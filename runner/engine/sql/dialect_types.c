/* dialect_types.c: what functions take and give, and so what an expression is: all that can be told
 * without the engine. */
#include "engine/sql/dialect_types.h"

#include <math.h>

const struct mg_fn_shape mg_fn_shapes[MG_DIALECT_FNS] = {
	[MG_FN_NOT] = {"(NOT $1)", NULL, MG_WANTS_AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_AND] = {NULL, " AND ", MG_WANTS_AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_OR] = {NULL, " OR ", MG_WANTS_AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_EQ] = {"($1 = $2)", NULL, MG_WANTS_AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_NE] = {"($1 <> $2)", NULL, MG_WANTS_AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_LT] = {"($1 < $2)", NULL, MG_WANTS_AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_LE] = {"($1 <= $2)", NULL, MG_WANTS_AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_GT] = {"($1 > $2)", NULL, MG_WANTS_AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_GE] = {"($1 >= $2)", NULL, MG_WANTS_AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_IS_NULL] = {"($1 IS NULL)", NULL, MG_WANTS_AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_COALESCE] = {"coalesce($*)", NULL, MG_WANTS_AS_IS, MG_TYPE_ANY},
	[MG_FN_IN] = {"($1 IN ($+))", NULL, MG_WANTS_AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_IF] = {"CASE WHEN $1 THEN $2 ELSE $3 END", NULL, MG_WANTS_AS_IS, MG_TYPE_ANY},
	[MG_FN_INDICATOR] = {"CAST($1 AS INTEGER)", NULL, MG_WANTS_AS_IS, MG_TYPE_INTEGER},
	[MG_FN_ADD] = {"($1 + $2)", NULL, MG_WANTS_SAME, MG_TYPE_ANY},
	[MG_FN_SUB] = {"($1 - $2)", NULL, MG_WANTS_SAME, MG_TYPE_ANY},
	[MG_FN_MUL] = {"($1 * $2)", NULL, MG_WANTS_SAME, MG_TYPE_ANY},
	[MG_FN_DIV] = {"($1 / NULLIF($2, 0e0))", NULL, MG_WANTS_REAL, MG_TYPE_REAL},
	[MG_FN_ABS] = {"abs($1)", NULL, MG_WANTS_SAME, MG_TYPE_ANY},
	[MG_FN_LN] = {"CASE WHEN $1 > 0e0 THEN ln($1) END", NULL, MG_WANTS_REAL, MG_TYPE_REAL},
	[MG_FN_SQRT] = {"CASE WHEN $1 >= 0e0 THEN sqrt($1) END", NULL, MG_WANTS_REAL, MG_TYPE_REAL},
	[MG_FN_FLOOR] = {"floor($1)", NULL, MG_WANTS_REAL, MG_TYPE_REAL},
	[MG_FN_LEAST] = {"least($*)", NULL, MG_WANTS_NUMBERS, MG_TYPE_ANY},
	[MG_FN_GREATEST] = {"greatest($*)", NULL, MG_WANTS_NUMBERS, MG_TYPE_ANY},
	[MG_FN_IS_NAN] = {NULL, NULL, MG_WANTS_REAL, MG_TYPE_BOOLEAN},
	[MG_FN_IS_FINITE] = {NULL, NULL, MG_WANTS_REAL, MG_TYPE_BOOLEAN},
	[MG_FN_REAL] = {"$1", NULL, MG_WANTS_REAL, MG_TYPE_REAL},
	[MG_FN_AS_WRITTEN] = {NULL, NULL, MG_WANTS_REAL, MG_TYPE_REAL},
	[MG_FN_FINITE] = {NULL, NULL, MG_WANTS_REAL, MG_TYPE_REAL},
	[MG_FN_ROUNDED] = {"false", NULL, MG_WANTS_AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_TEXT] = {"$1", NULL, MG_WANTS_TEXT, MG_TYPE_TEXT},
	[MG_FN_EXACT] = {"$1", NULL, MG_WANTS_TEXT, MG_TYPE_TEXT},
	[MG_FN_DIGEST] = {NULL, NULL, MG_WANTS_TEXT, MG_TYPE_TEXT},
	[MG_FN_LENGTH] = {"length($1)", NULL, MG_WANTS_TEXT, MG_TYPE_INTEGER},
	[MG_FN_MATCHES] = {NULL, NULL, MG_WANTS_TEXT, MG_TYPE_BOOLEAN},
	[MG_FN_MATCHES_ALL] = {NULL, NULL, MG_WANTS_TEXT, MG_TYPE_BOOLEAN},
	[MG_FN_EPOCH_US] = {NULL, NULL, MG_WANTS_MOMENT, MG_TYPE_INTEGER},
	[MG_FN_STARTS_WITH] = {NULL, NULL, MG_WANTS_TEXT, MG_TYPE_BOOLEAN},
	[MG_FN_LIKE] = {NULL, NULL, MG_WANTS_TEXT, MG_TYPE_BOOLEAN},
	[MG_FN_KEY_SEEN] = {NULL, NULL, MG_WANTS_AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_COUNT] = {"count(*)", NULL, MG_WANTS_AS_IS, MG_TYPE_INTEGER},
	[MG_FN_COUNT_IF] = {NULL, NULL, MG_WANTS_AS_IS, MG_TYPE_INTEGER},
	[MG_FN_SUM] = {NULL, NULL, MG_WANTS_REAL, MG_TYPE_REAL},
	[MG_FN_MIN] = {"min($1)", NULL, MG_WANTS_AS_IS, MG_TYPE_ANY},
	[MG_FN_MAX] = {"max($1)", NULL, MG_WANTS_AS_IS, MG_TYPE_ANY},
	[MG_FN_AVG] = {NULL, NULL, MG_WANTS_FINITE, MG_TYPE_REAL},
	[MG_FN_STDDEV_SAMP] = {"stddev_samp($1)", NULL, MG_WANTS_FINITE, MG_TYPE_REAL},
	[MG_FN_VAR_POP] = {"var_pop($1)", NULL, MG_WANTS_FINITE, MG_TYPE_REAL},
	[MG_FN_COUNT_DISTINCT] = {"count(DISTINCT $1)", NULL, MG_WANTS_AS_IS, MG_TYPE_INTEGER},
	[MG_FN_COVAR_POP] = {"covar_pop($1, $2)", NULL, MG_WANTS_FINITE, MG_TYPE_REAL},
};

bool mg_x_is_call(const struct mg_expr *x, enum mg_fn fn)
{
	return x->type == MG_X_CALL && x->fn == fn;
}

/* The arguments whose value the call may give: branches of IF, all of most others. */
static size_t first_value_arg(const struct mg_expr *x)
{
	return x->fn == MG_FN_IF ? 1 : 0;
}

enum mg_column_type mg_x_value_type(const struct mg_expr *x)
{
	switch (x->type) {
	case MG_X_NULL:
	case MG_X_SQL:
		return MG_TYPE_ANY;
	case MG_X_COLUMN:
	case MG_X_NUMBER:
		return x->column_type;
	case MG_X_REAL:
		return MG_TYPE_REAL;
	case MG_X_INTEGER:
		return MG_TYPE_INTEGER;
	case MG_X_TEXT:
		return MG_TYPE_TEXT;
	case MG_X_BOOL:
		return MG_TYPE_BOOLEAN;
	case MG_X_CALL:
		break;
	}
	if (mg_fn_shapes[x->fn].gives != MG_TYPE_ANY)
		return mg_fn_shapes[x->fn].gives;
	enum mg_column_type type = MG_TYPE_ANY;
	for (size_t i = first_value_arg(x); i < x->arg_count; i++) {
		if (x->args[i]->type == MG_X_NULL)
			continue;
		enum mg_column_type of_arg = mg_x_value_type(x->args[i]);
		if (type == MG_TYPE_ANY)
			type = of_arg;
		else if (type == MG_TYPE_INTEGER && of_arg == MG_TYPE_REAL)
			type = MG_TYPE_REAL;
		else if (type != of_arg && !(type == MG_TYPE_REAL && of_arg == MG_TYPE_INTEGER))
			return MG_TYPE_ANY;
	}
	/* Arithmetic on what is not known to be whole is done in DOUBLE. */
	if (mg_fn_shapes[x->fn].wants == MG_WANTS_SAME && type != MG_TYPE_INTEGER)
		return MG_TYPE_REAL;
	return type;
}

bool mg_x_is_double(const struct mg_expr *x)
{
	if (x->type == MG_X_REAL)
		return true;
	if (x->type != MG_X_CALL || mg_x_value_type(x) != MG_TYPE_REAL)
		return false;
	if (mg_fn_shapes[x->fn].gives == MG_TYPE_REAL ||
		mg_fn_shapes[x->fn].wants == MG_WANTS_SAME ||
		mg_fn_shapes[x->fn].wants == MG_WANTS_NUMBERS)
		return true;
	for (size_t i = first_value_arg(x); i < x->arg_count; i++)
		if (x->args[i]->type != MG_X_NULL && !mg_x_is_double(x->args[i]))
			return false;
	return true;
}

const struct mg_expr *mg_x_holder(const struct mg_expr *x)
{
	if (x->type == MG_X_COLUMN || x->type == MG_X_NUMBER)
		return x->number.kind == MG_NUMBER_NONE ? NULL : x;
	if (x->type != MG_X_CALL)
		return NULL;
	if (x->fn == MG_FN_REAL || x->fn == MG_FN_FINITE)
		return mg_x_holder(x->args[0]);
	if (x->fn != MG_FN_IF)
		return NULL;
	if (x->args[1]->type == MG_X_NULL || x->args[2]->type == MG_X_NULL)
		return mg_x_holder(x->args[x->args[1]->type == MG_X_NULL ? 2 : 1]);
	return NULL;
}

bool mg_x_is_exact(const struct mg_expr *x)
{
	if (mg_x_value_type(x) == MG_TYPE_INTEGER)
		return true;
	const struct mg_expr *holder = x->type == MG_X_CALL && x->fn != MG_FN_IF ? NULL
										 : mg_x_holder(x);
	return holder && mg_number_is_exact(&holder->number);
}

/* A whole number or a decimal of a type that really has neither NaN nor infinities. */
static bool is_tame(const struct mg_expr *x)
{
	const struct mg_expr *holder = mg_x_holder(x);
	return mg_x_is_exact(x) && !(holder && holder->number.wild);
}

bool mg_dialect_may_round(const struct mg_expr *x)
{
	const struct mg_expr *holder = mg_x_holder(x);
	return holder && !mg_number_fits_double(&holder->number);
}

bool mg_x_may_be_nan(const struct mg_expr *x)
{
	if (x->type == MG_X_REAL)
		return isnan(x->real);
	if (mg_x_value_type(x) != MG_TYPE_REAL || is_tame(x))
		return false;
	if (x->type != MG_X_CALL)
		return true;
	if (x->fn == MG_FN_FINITE)
		return false;
	if (x->fn == MG_FN_REAL)
		return !is_tame(x->args[0]) && mg_x_value_type(x->args[0]) != MG_TYPE_BOOLEAN;
	for (size_t i = first_value_arg(x); i < x->arg_count; i++)
		if (mg_x_may_be_nan(x->args[i]))
			return true;
	/* Infinity minus infinity, and the like. */
	return mg_fn_shapes[x->fn].wants == MG_WANTS_SAME;
}

bool mg_x_may_be_wild(const struct mg_expr *x)
{
	if (x->type == MG_X_REAL)
		return !isfinite(x->real);
	if (x->type == MG_X_CALL && x->fn == MG_FN_FINITE)
		return false;
	enum mg_column_type type = mg_x_value_type(x);
	if (is_tame(x) || type == MG_TYPE_BOOLEAN)
		return false;
	if (x->type == MG_X_CALL && x->fn == MG_FN_REAL)
		return mg_x_may_be_wild(x->args[0]);
	if (x->type == MG_X_CALL && x->fn == MG_FN_IF) {
		for (size_t i = 1; i < x->arg_count; i++)
			if (x->args[i]->type != MG_X_NULL && mg_x_may_be_wild(x->args[i]))
				return true;
		return false;
	}
	return true;
}

bool mg_x_is_comparison(const struct mg_expr *x)
{
	return x->type == MG_X_CALL &&
		(x->fn == MG_FN_LT || x->fn == MG_FN_LE || x->fn == MG_FN_GT || x->fn == MG_FN_GE);
}

/* Engines pass over NULLs in the greatest and the least. */
bool mg_x_is_positive(const struct mg_expr *x)
{
	if (x->type == MG_X_REAL || x->type == MG_X_INTEGER)
		return x->type == MG_X_REAL ? x->real > 0 : x->integer > 0;
	bool any = mg_x_is_call(x, MG_FN_GREATEST);
	if (!any && !mg_x_is_call(x, MG_FN_LEAST))
		return false;
	for (size_t i = 0; i < x->arg_count; i++)
		if (mg_x_is_positive(x->args[i]) == any)
			return any;
	return !any;
}
