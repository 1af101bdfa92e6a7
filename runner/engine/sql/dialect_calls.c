/* dialect_calls.c: calls of functions as SQL: in the form that types allow, else in the engine's own,
 * else in the common one. */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "engine/sql/dialect_types.h"
#include "engine/sql/dialect_write.h"

static const struct mg_expr null_x = {.type = MG_X_NULL};

static const char *argument(struct mg_writer *w, enum mg_wants wants, const struct mg_expr *x)
{
	const char *sql = mg_write_expr(w, x);
	enum mg_column_type type = mg_x_value_type(x);
	switch (wants) {
	case MG_WANTS_TEXT:
		if (type == MG_TYPE_REAL && !mg_x_is_exact(x) && w->d->text_of_real)
			return mg_write_form(w, w->d->text_of_real, &sql, 1);
		return type == MG_TYPE_TEXT && x->type != MG_X_COLUMN
			? sql
			: mg_write_cast(w, sql, w->d->types[MG_CELL_TEXT]);
	case MG_WANTS_MOMENT:
		return type == MG_TYPE_TEXT || type == MG_TYPE_ANY
			? mg_write_cast(w, sql, w->d->timestamp)
			: sql;
	case MG_WANTS_REAL:
		return mg_x_is_double(x) ? sql : mg_write_as_real(w, x, sql);
	case MG_WANTS_FINITE:
		sql = argument(w, MG_WANTS_REAL, x);
		return mg_x_may_be_wild(x) ? mg_write_form(w, w->d->forms[MG_FN_FINITE], &sql, 1)
					   : sql;
	case MG_WANTS_AS_IS:
	case MG_WANTS_SAME:
	case MG_WANTS_NUMBERS:
		break;
	}
	return sql;
}

/* Is x held below something by one of the conditions? Then it is not NaN where they hold. */
static bool bounded_above(const struct mg_expr *conditions, const struct mg_expr *x)
{
	for (size_t i = 0; i < conditions->arg_count; i++) {
		const struct mg_expr *c = conditions->args[i];
		if (c->type != MG_X_CALL || c->arg_count != 2)
			continue;
		bool less = c->fn == MG_FN_LT || c->fn == MG_FN_LE;
		bool more = c->fn == MG_FN_GT || c->fn == MG_FN_GE;
		if ((less && mg_x_equal(c->args[0], x)) || (more && mg_x_equal(c->args[1], x)))
			return true;
	}
	return false;
}

/* ---- times ---- */

/* Spark takes long to make microseconds of a time without a zone, so it is compared as it is, and only the least or
 * the greatest is made microseconds of. */

/* The column whose microseconds x is; NULL: none, or the engine has no form for it. */
static const char *column_of_time(struct mg_writer *w, const struct mg_expr *x)
{
	if (!w->d->moment || !mg_x_is_call(x, MG_FN_EPOCH_US) || x->args[0]->type != MG_X_COLUMN ||
		x->args[0]->column_type != MG_TYPE_TIME)
		return NULL;
	return mg_write_expr(w, x->args[0]);
}

/* Microseconds as a time, in the years that have four digits. */
static const char *moment(struct mg_writer *w, const struct mg_expr *x)
{
	static const int64_t least = -62135596800000000, most = 253402300799999999;
	if (x->type != MG_X_INTEGER || x->integer < least || x->integer > most)
		return NULL;
	char *text = mg_clock_text(w->arena, x->integer);
	*strchr(text, 'T') = ' ';
	*strchr(text, 'Z') = '\0';
	const char *args[] = {text};
	return mg_write_form(w, w->d->moment, args, 1);
}

/* A comparison of a column with a moment, as its two sides; false: it is none. */
static bool compares_times(struct mg_writer *w, const struct mg_expr *x, const char *args[2])
{
	for (size_t i = 0; i < 2; i++) {
		const char *column = column_of_time(w, x->args[i]);
		const char *at = column ? moment(w, x->args[1 - i]) : NULL;
		if (!at)
			continue;
		args[i] = column;
		args[1 - i] = at;
		return true;
	}
	return false;
}

/* The least or greatest of microseconds, or the least distance from the greatest; NULL: it is none. */
static const char *extreme_time(struct mg_writer *w, const struct mg_expr *x)
{
	const struct mg_expr *arg = x->args[0];
	bool least = x->fn == MG_FN_MIN;
	bool distance = least && mg_x_is_call(arg, MG_FN_SUB) && arg->args[0]->type == MG_X_INTEGER;
	const char *column = column_of_time(w, distance ? arg->args[1] : arg);
	if (!column)
		return NULL;
	const char *chosen = mg_printf(
		w->arena, "%s(%s)", least && !distance ? "min" : "max", column);
	const char *us = mg_write_form(w, w->d->forms[MG_FN_EPOCH_US], &chosen, 1);
	return distance ? mg_printf(w->arena, "(%s - %s)", mg_write_expr(w, arg->args[0]), us) : us;
}

/* ---- comparisons ---- */

/* A comparison with NaN is false, as in IEEE 754; engines sort NaN above all numbers, so only the
 * greater side needs a guard. */
static const char *comparison(
	struct mg_writer *w, const struct mg_expr *x, const struct mg_expr *siblings)
{
	const struct mg_expr *greater = x->fn == MG_FN_GT || x->fn == MG_FN_GE ? x->args[0]
									       : x->args[1];
	const char *args[2];
	if (!compares_times(w, x, args)) {
		args[0] = mg_write_expr(w, x->args[0]);
		args[1] = mg_write_expr(w, x->args[1]);
	}
	const char *sql = mg_write_form(w, mg_fn_shapes[x->fn].form, args, 2);
	if (!mg_x_may_be_nan(greater) || (siblings && bounded_above(siblings, greater)))
		return sql;
	return mg_printf(
		w->arena, "(%s AND %s <= %s)", sql, mg_write_expr(w, greater), w->d->infinity);
}

static const char *infix(struct mg_writer *w, const struct mg_expr *x)
{
	if (x->arg_count == 0)
		return x->fn == MG_FN_AND ? "true" : "false";
	struct mg_text out;
	mg_text_init(&out, w->arena);
	mg_text_add_char(&out, '(');
	for (size_t i = 0; i < x->arg_count; i++) {
		const struct mg_expr *arg = x->args[i];
		if (i)
			mg_text_add(&out, mg_fn_shapes[x->fn].infix);
		mg_text_add(&out,
			x->fn == MG_FN_AND && mg_x_is_comparison(arg) ? comparison(w, arg, x)
								      : mg_write_expr(w, arg));
	}
	mg_text_add_char(&out, ')');
	return out.data;
}

/* Rows where x has a value, or has none, or a finite one: engines count values faster than they
 * evaluate a condition, and DuckDB computes a value that a sum needs too only once. NULL when the
 * condition is none of these. */
static const char *count_values(struct mg_writer *w, const struct mg_expr *condition)
{
	if (!condition->arg_count || !condition->args)
		return NULL;
	if (mg_x_is_call(condition, MG_FN_IS_NULL))
		return mg_printf(
			w->arena, "(count(*) - count(%s))", mg_write_expr(w, condition->args[0]));
	if (mg_x_is_call(condition, MG_FN_IS_FINITE))
		return mg_printf(
			w->arena, "count(%s)", argument(w, MG_WANTS_FINITE, condition->args[0]));
	return NULL;
}

/* A comparison of x with a finite literal makes one of these narrower: the least and the greatest x for which it holds. */
static bool narrow(const struct mg_expr *comparison, const struct mg_expr *x, double bounds[2])
{
	if (!mg_x_is_comparison(comparison) || !mg_x_equal(comparison->args[0], x) ||
		comparison->args[1]->type != MG_X_REAL || !isfinite(comparison->args[1]->real))
		return false;
	double bound = comparison->args[1]->real;
	switch (comparison->fn) {
	case MG_FN_GT:
		bound = nextafter(bound, INFINITY); /* falls through */
	case MG_FN_GE:
		bounds[0] = fmax(bounds[0], bound);
		return true;
	case MG_FN_LT:
		bound = nextafter(bound, -INFINITY); /* falls through */
	default:
		bounds[1] = fmin(bounds[1], bound);
		return true;
	}
}

/* Rows where a DOUBLE lies between literals, where the engine has a quicker form for it. */
static const char *count_within(struct mg_writer *w, const struct mg_expr *condition)
{
	const struct mg_expr *const *all = condition->args, *x;
	size_t count = condition->arg_count;
	double bounds[2] = {-INFINITY, INFINITY};
	if (mg_x_is_comparison(condition)) {
		all = &condition;
		count = 1;
	} else if (!mg_x_is_call(condition, MG_FN_AND)) {
		return NULL;
	}
	x = count && all[0]->arg_count ? all[0]->args[0] : &null_x;
	if (!w->d->within || x->type != MG_X_COLUMN || !mg_streq(x->sql_type, "DOUBLE"))
		return NULL;
	for (size_t i = 0; i < count; i++) {
		bool no_nan = mg_x_is_call(all[i], MG_FN_NOT) &&
			mg_x_is_call(all[i]->args[0], MG_FN_IS_NAN) &&
			mg_x_equal(all[i]->args[0]->args[0], x);
		if (!no_nan && !narrow(all[i], x, bounds))
			return NULL;
	}
	const char *args[] = {
		mg_write_expr(w, x), mg_write_real(w, bounds[0]), mg_write_real(w, bounds[1])};
	const char *within = mg_write_form(w, w->d->within, args, 3);
	return mg_write_form(w, w->d->forms[MG_FN_COUNT_IF], &within, 1);
}

/* IN over literals only, where the engine has a quicker form for it. */
static const char *in_literals(struct mg_writer *w, const struct mg_expr *x)
{
	if (!w->d->in_literals || x->arg_count < 3)
		return NULL;
	const char **args = mg_alloc_array(w->arena, x->arg_count, sizeof(*args));
	for (size_t i = 0; i < x->arg_count; i++) {
		const struct mg_expr *arg = x->args[i];
		enum mg_column_type type = mg_x_value_type(arg);
		if (i == 0 &&
			(type == MG_TYPE_ANY || type == MG_TYPE_TIME || type == MG_TYPE_OTHER))
			return NULL;
		if (i > 0 &&
			(arg->type == MG_X_CALL || arg->type == MG_X_SQL ||
				arg->type == MG_X_COLUMN || arg->type == MG_X_NULL))
			return NULL;
		args[i] = mg_write_expr(w, arg);
	}
	return mg_write_form(w, w->d->in_literals, args, x->arg_count);
}

/* Can the pattern match nothing but the whole text? True only for plain cases: ^...$ without
 * alternatives, flags or quoting, any of which may change what ^ and $ hold. */
static bool matches_whole(const struct mg_expr *pattern)
{
	if (pattern->type != MG_X_TEXT)
		return false;
	const char *s = pattern->text;
	size_t n = strlen(s), escapes = 0;
	if (n < 2 || s[0] != '^' || s[n - 1] != '$' || strchr("*+?{", s[1]))
		return false;
	while (escapes < n - 1 && s[n - 2 - escapes] == '\\')
		escapes++;
	for (const char *group = strstr(s, "(?"); group; group = strstr(group + 1, "(?"))
		if (group[2] != ':')
			return false;
	return escapes % 2 == 0 && !strchr(s, '|') && !strstr(s, "\\Q");
}

/* Numbers of which it takes four billion of the greatest to overflow 64 bits. */
static bool is_small_whole(const struct mg_expr *holder)
{
	enum { DIGITS_OF_32_BITS = 10 };
	return holder && holder->number.kind == MG_NUMBER_WHOLE &&
		holder->number.digits <= DIGITS_OF_32_BITS;
}

/* Calls that types make simpler; NULL when none of these. */
static const char *simpler(struct mg_writer *w, const struct mg_expr *x)
{
	const struct mg_expr *arg = x->arg_count ? x->args[0] : &null_x;
	enum mg_column_type type = mg_x_value_type(arg);
	bool whole = type == MG_TYPE_INTEGER;
	const struct mg_expr *holder = mg_x_holder(arg);
	const char *sql = NULL;
	switch (x->fn) {
	case MG_FN_IS_NAN:
		/* Only floating point has NaN; text is not looked into. */
		return type == MG_TYPE_REAL || type == MG_TYPE_ANY ? NULL : "false";
	case MG_FN_IS_FINITE:
		return mg_x_may_be_wild(arg)
			? NULL
			: mg_printf(w->arena, "(%s IS NOT NULL)", mg_write_expr(w, arg));
	case MG_FN_FINITE:
		return mg_x_may_be_wild(arg) ? NULL : argument(w, MG_WANTS_REAL, arg);
	case MG_FN_LN:
		return mg_x_is_positive(arg)
			? mg_printf(w->arena, "ln(%s)", argument(w, MG_WANTS_REAL, arg))
			: NULL;
	case MG_FN_FLOOR:
		return whole ? argument(w, MG_WANTS_REAL, arg) : NULL;
	case MG_FN_SUM:
		if (!mg_x_is_exact(arg))
			return NULL;
		sql = mg_write_expr(w, arg);
		if (holder && holder->number.digits > 38) /* unsigned ones would become DOUBLE */
			sql = mg_write_widened(w, holder, sql);
		whole = whole && w->d->sum_whole && !is_small_whole(holder);
		return mg_write_form(w, whole ? w->d->sum_whole : w->d->sum_exact, &sql, 1);
	case MG_FN_MIN:
	case MG_FN_MAX:
		return extreme_time(w, x);
	case MG_FN_AVG:
		if (!whole)
			return NULL;
		sql = mg_write_expr(w, arg);
		return mg_write_form(w, w->d->avg_integer, &sql, 1);
	case MG_FN_ROUNDED:
		return mg_write_rounded(w, arg);
	case MG_FN_EXACT:
		return mg_write_exact_text(w, arg);
	case MG_FN_IN:
		return x->arg_count == 1 ? "false" : in_literals(w, x);
	case MG_FN_COUNT_IF:
		sql = count_values(w, arg);
		return sql ? sql : count_within(w, arg);
	default:
		return NULL;
	}
}

/* The pattern in the engine's words, as a text. */
static const char *own_pattern(struct mg_writer *w, const struct mg_expr *pattern, bool whole)
{
	const char *own = "";
	struct mg_text out;
	if (pattern->type != MG_X_TEXT)
		return mg_write_expr(w, pattern);
	if (w->code == MG_OK)
		w->code = w->d->regex(pattern->text, whole, w->arena, &own, w->err);
	mg_text_init(&out, w->arena);
	mg_dialect_text(w->d, &out, own);
	return out.data;
}

const char *mg_write_call(struct mg_writer *w, const struct mg_expr *x)
{
	const struct mg_fn_shape *shape = &mg_fn_shapes[x->fn];
	if (shape->infix)
		return infix(w, x);
	if (mg_x_is_comparison(x))
		return comparison(w, x, NULL);
	const char *simple = simpler(w, x);
	if (simple)
		return simple;
	enum mg_wants wants = shape->wants;
	bool whole = true, real = false;
	for (size_t i = 0; i < x->arg_count; i++) {
		enum mg_column_type type = mg_x_value_type(x->args[i]);
		whole = whole && type == MG_TYPE_INTEGER;
		real = real || type == MG_TYPE_REAL;
	}
	if (wants == MG_WANTS_SAME)
		wants = whole ? MG_WANTS_SAME : MG_WANTS_REAL;
	else if (wants == MG_WANTS_NUMBERS)
		wants = real ? MG_WANTS_REAL : MG_WANTS_AS_IS;
	const char **args = mg_alloc_array(w->arena, x->arg_count, sizeof(*args));
	for (size_t i = 0; i < x->arg_count; i++) {
		args[i] = argument(w, wants, x->args[i]);
		/* Small integers overflow early. */
		if (wants == MG_WANTS_SAME && x->args[i]->type == MG_X_COLUMN)
			args[i] = mg_write_widened(w, x->args[i], args[i]);
	}
	enum mg_fn fn = x->fn;
	if (fn == MG_FN_MATCHES && matches_whole(x->args[1]))
		fn = MG_FN_MATCHES_ALL;
	if ((fn == MG_FN_MATCHES || fn == MG_FN_MATCHES_ALL) && w->d->regex)
		args[1] = own_pattern(w, x->args[1], fn == MG_FN_MATCHES_ALL);
	const char *form = w->d->forms[fn] ? w->d->forms[fn] : shape->form;
	return mg_write_form(w, form, args, x->arg_count);
}
