/* dialect.c: writes expressions as SQL; the only place that quotes names and text for an engine. */
#include "engine/sql/dialect.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/sql/dialect_write.h"

/* What a function wants its arguments to be. */
enum wants {
	AS_IS,
	REAL,
	FINITE,
	TEXT,
	SAME,    /* whole numbers when all are, else REAL */
	NUMBERS, /* REAL when one of them is, else as they are */
	MOMENT,  /* a point in time */
};

struct shape {
	const char *form;  /* the common one; see dialect.h */
	const char *infix; /* instead of a form: any number of arguments, this between them */
	enum wants wants;
	enum mg_column_type gives; /* ANY: what its arguments are */
};

static const struct shape shapes[MG_DIALECT_FNS] = {
	[MG_FN_NOT] = {"(NOT $1)", NULL, AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_AND] = {NULL, " AND ", AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_OR] = {NULL, " OR ", AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_EQ] = {"($1 = $2)", NULL, AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_NE] = {"($1 <> $2)", NULL, AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_LT] = {"($1 < $2)", NULL, AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_LE] = {"($1 <= $2)", NULL, AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_GT] = {"($1 > $2)", NULL, AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_GE] = {"($1 >= $2)", NULL, AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_IS_NULL] = {"($1 IS NULL)", NULL, AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_COALESCE] = {"coalesce($*)", NULL, AS_IS, MG_TYPE_ANY},
	[MG_FN_IN] = {"($1 IN ($+))", NULL, AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_IF] = {"CASE WHEN $1 THEN $2 ELSE $3 END", NULL, AS_IS, MG_TYPE_ANY},
	[MG_FN_ADD] = {"($1 + $2)", NULL, SAME, MG_TYPE_ANY},
	[MG_FN_SUB] = {"($1 - $2)", NULL, SAME, MG_TYPE_ANY},
	[MG_FN_MUL] = {"($1 * $2)", NULL, SAME, MG_TYPE_ANY},
	[MG_FN_DIV] = {"($1 / NULLIF($2, 0e0))", NULL, REAL, MG_TYPE_REAL},
	[MG_FN_ABS] = {"abs($1)", NULL, SAME, MG_TYPE_ANY},
	[MG_FN_LN] = {"CASE WHEN $1 > 0e0 THEN ln($1) END", NULL, REAL, MG_TYPE_REAL},
	[MG_FN_SQRT] = {"CASE WHEN $1 >= 0e0 THEN sqrt($1) END", NULL, REAL, MG_TYPE_REAL},
	[MG_FN_FLOOR] = {"floor($1)", NULL, REAL, MG_TYPE_REAL},
	[MG_FN_LEAST] = {"least($*)", NULL, NUMBERS, MG_TYPE_ANY},
	[MG_FN_GREATEST] = {"greatest($*)", NULL, NUMBERS, MG_TYPE_ANY},
	[MG_FN_IS_NAN] = {NULL, NULL, REAL, MG_TYPE_BOOLEAN},
	[MG_FN_IS_FINITE] = {NULL, NULL, REAL, MG_TYPE_BOOLEAN},
	[MG_FN_REAL] = {"$1", NULL, REAL, MG_TYPE_REAL},
	[MG_FN_AS_WRITTEN] = {NULL, NULL, REAL, MG_TYPE_REAL},
	[MG_FN_FINITE] = {NULL, NULL, REAL, MG_TYPE_REAL},
	[MG_FN_ROUNDED] = {"false", NULL, AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_TEXT] = {"$1", NULL, TEXT, MG_TYPE_TEXT},
	[MG_FN_EXACT] = {"$1", NULL, TEXT, MG_TYPE_TEXT},
	[MG_FN_LENGTH] = {"length($1)", NULL, TEXT, MG_TYPE_INTEGER},
	[MG_FN_MATCHES] = {NULL, NULL, TEXT, MG_TYPE_BOOLEAN},
	[MG_FN_MATCHES_ALL] = {NULL, NULL, TEXT, MG_TYPE_BOOLEAN},
	[MG_FN_EPOCH_US] = {NULL, NULL, MOMENT, MG_TYPE_INTEGER},
	[MG_FN_STARTS_WITH] = {NULL, NULL, TEXT, MG_TYPE_BOOLEAN},
	[MG_FN_LIKE] = {NULL, NULL, TEXT, MG_TYPE_BOOLEAN},
	[MG_FN_KEY_SEEN] = {NULL, NULL, AS_IS, MG_TYPE_BOOLEAN},
	[MG_FN_COUNT] = {"count(*)", NULL, AS_IS, MG_TYPE_INTEGER},
	[MG_FN_COUNT_IF] = {NULL, NULL, AS_IS, MG_TYPE_INTEGER},
	[MG_FN_SUM] = {NULL, NULL, REAL, MG_TYPE_REAL},
	[MG_FN_MIN] = {"min($1)", NULL, AS_IS, MG_TYPE_ANY},
	[MG_FN_MAX] = {"max($1)", NULL, AS_IS, MG_TYPE_ANY},
	[MG_FN_AVG] = {NULL, NULL, FINITE, MG_TYPE_REAL},
	[MG_FN_STDDEV_SAMP] = {"stddev_samp($1)", NULL, FINITE, MG_TYPE_REAL},
	[MG_FN_VAR_POP] = {"var_pop($1)", NULL, FINITE, MG_TYPE_REAL},
	[MG_FN_COUNT_DISTINCT] = {"count(DISTINCT $1)", NULL, AS_IS, MG_TYPE_INTEGER},
	[MG_FN_COVAR_POP] = {"covar_pop($1, $2)", NULL, FINITE, MG_TYPE_REAL},
};

static const struct mg_expr null_x = {.type = MG_X_NULL};

/* ---- what expressions are ---- */

static bool is_call(const struct mg_expr *x, enum mg_fn fn)
{
	return x->type == MG_X_CALL && x->fn == fn;
}

/* The arguments whose value the call may give: branches of IF, all of most others. */
static size_t first_value_arg(const struct mg_expr *x)
{
	return x->fn == MG_FN_IF ? 1 : 0;
}

/* What an expression is, as far as it can be told without the engine; ANY when not. */
static enum mg_column_type dialect_type(const struct mg_expr *x)
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
	if (shapes[x->fn].gives != MG_TYPE_ANY)
		return shapes[x->fn].gives;
	enum mg_column_type type = MG_TYPE_ANY;
	for (size_t i = first_value_arg(x); i < x->arg_count; i++) {
		if (x->args[i]->type == MG_X_NULL)
			continue;
		enum mg_column_type of_arg = dialect_type(x->args[i]);
		if (type == MG_TYPE_ANY)
			type = of_arg;
		else if (type == MG_TYPE_INTEGER && of_arg == MG_TYPE_REAL)
			type = MG_TYPE_REAL;
		else if (type != of_arg && !(type == MG_TYPE_REAL && of_arg == MG_TYPE_INTEGER))
			return MG_TYPE_ANY;
	}
	/* Arithmetic on what is not known to be whole is done in DOUBLE. */
	if (shapes[x->fn].wants == SAME && type != MG_TYPE_INTEGER)
		return MG_TYPE_REAL;
	return type;
}

/* Is its SQL a DOUBLE already? (A REAL column may be FLOAT or DECIMAL.) */
static bool is_double(const struct mg_expr *x)
{
	if (x->type == MG_X_REAL)
		return true;
	if (x->type != MG_X_CALL || dialect_type(x) != MG_TYPE_REAL)
		return false;
	if (shapes[x->fn].gives == MG_TYPE_REAL || shapes[x->fn].wants == SAME ||
		shapes[x->fn].wants == NUMBERS)
		return true;
	for (size_t i = first_value_arg(x); i < x->arg_count; i++)
		if (x->args[i]->type != MG_X_NULL && !is_double(x->args[i]))
			return false;
	return true;
}

/* The column or literal whose type the expression's own number is of; NULL when that is not known. */
static const struct mg_expr *holder_of(const struct mg_expr *x)
{
	if (x->type == MG_X_COLUMN || x->type == MG_X_NUMBER)
		return x->number.kind == MG_NUMBER_NONE ? NULL : x;
	if (x->type != MG_X_CALL)
		return NULL;
	if (x->fn == MG_FN_REAL || x->fn == MG_FN_FINITE)
		return holder_of(x->args[0]);
	if (x->fn != MG_FN_IF)
		return NULL;
	if (x->args[1]->type == MG_X_NULL || x->args[2]->type == MG_X_NULL)
		return holder_of(x->args[x->args[1]->type == MG_X_NULL ? 2 : 1]);
	return NULL;
}

/* Is it a whole number or a decimal, which have neither NaN nor infinities? */
static bool is_exact(const struct mg_expr *x)
{
	if (dialect_type(x) == MG_TYPE_INTEGER)
		return true;
	const struct mg_expr *holder = x->type == MG_X_CALL && x->fn != MG_FN_IF ? NULL
										 : holder_of(x);
	return holder && mg_number_is_exact(&holder->number);
}

/* ... of a type that really has neither. */
static bool is_tame(const struct mg_expr *x)
{
	const struct mg_expr *holder = holder_of(x);
	return is_exact(x) && !(holder && holder->number.wild);
}

bool mg_dialect_may_round(const struct mg_expr *x)
{
	const struct mg_expr *holder = holder_of(x);
	return holder && !mg_number_fits_double(&holder->number);
}

static bool may_be_nan(const struct mg_expr *x)
{
	if (x->type == MG_X_REAL)
		return isnan(x->real);
	if (dialect_type(x) != MG_TYPE_REAL || is_tame(x))
		return false;
	if (x->type != MG_X_CALL)
		return true;
	if (x->fn == MG_FN_FINITE)
		return false;
	if (x->fn == MG_FN_REAL)
		return !is_tame(x->args[0]) && dialect_type(x->args[0]) != MG_TYPE_BOOLEAN;
	for (size_t i = first_value_arg(x); i < x->arg_count; i++)
		if (may_be_nan(x->args[i]))
			return true;
	/* Infinity minus infinity, and the like. */
	return shapes[x->fn].wants == SAME;
}

/* May it be infinite or NaN? */
static bool may_be_wild(const struct mg_expr *x)
{
	if (x->type == MG_X_REAL)
		return !isfinite(x->real);
	if (x->type == MG_X_CALL && x->fn == MG_FN_FINITE)
		return false;
	enum mg_column_type type = dialect_type(x);
	if (is_tame(x) || type == MG_TYPE_BOOLEAN)
		return false;
	if (x->type == MG_X_CALL && x->fn == MG_FN_REAL)
		return may_be_wild(x->args[0]);
	if (x->type == MG_X_CALL && x->fn == MG_FN_IF) {
		for (size_t i = 1; i < x->arg_count; i++)
			if (x->args[i]->type != MG_X_NULL && may_be_wild(x->args[i]))
				return true;
		return false;
	}
	return true;
}

/* ---- writing ---- */

void mg_dialect_name(const struct mg_dialect *d, struct mg_text *out, const char *name)
{
	mg_text_add_char(out, d->lexis.name_quote);
	for (const char *s = name; *s; s++) {
		if (*s == d->lexis.name_quote)
			mg_text_add_char(out, *s);
		mg_text_add_char(out, *s);
	}
	mg_text_add_char(out, d->lexis.name_quote);
}

void mg_dialect_text(const struct mg_dialect *d, struct mg_text *out, const char *text)
{
	bool escapes = d->lexis.backslash_escapes;
	mg_text_add_char(out, '\'');
	for (const char *s = text; *s; s++) {
		if (*s == '\'')
			mg_text_add_char(out, escapes ? '\\' : '\'');
		else if (*s == '\\' && escapes)
			mg_text_add_char(out, '\\');
		else if (*s == '$' && escapes) { /* ${...} would be filled in */
			mg_text_add(out, "\\u0024");
			continue;
		}
		mg_text_add_char(out, *s);
	}
	mg_text_add_char(out, '\'');
}

int mg_dialect_piece(const struct mg_dialect *d, struct mg_text *out, const char *what,
	const char *sql, struct mg_error *err)
{
	size_t len = 0;
	MG_TRY(mg_sql_piece(&d->lexis, what, sql, &len, err));
	/* Lines of its own, so that a comment in it ends before the parenthesis. */
	mg_text_add(out, "(\n");
	mg_text_add_bytes(out, sql, len);
	mg_text_add(out, "\n)");
	return MG_OK;
}

static const char *cast(struct mg_writer *w, const char *sql, const char *type)
{
	return mg_printf(w->arena, "CAST(%s AS %s)", sql, type);
}

static const char *real_literal(struct mg_writer *w, double v)
{
	if (isnan(v))
		return w->d->nan;
	if (isinf(v))
		return v > 0 ? w->d->infinity : w->d->negative_infinity;
	const char *digits = mg_double_text(w->arena, v);
	/* With an exponent it is a DOUBLE; without one columns would be cast to DECIMAL. */
	return cast(w, mg_printf(w->arena, strchr(digits, 'e') ? "%s" : "%se0", digits),
		w->d->types[MG_CELL_REAL]);
}

static const char *integer_literal(struct mg_writer *w, int64_t v)
{
	if (v == INT64_MIN) /* its digits alone do not fit */
		return cast(w, "'-9223372036854775808'", w->d->types[MG_CELL_INTEGER]);
	return mg_printf(w->arena, "%" PRId64, v);
}

const char *mg_write_form(struct mg_writer *w, const char *form, const char *const *args, size_t n)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	for (const char *s = form; *s; s++) {
		if (*s != '$') {
			mg_text_add_char(&out, *s);
			continue;
		}
		s++;
		if (*s == '*' || *s == '+') {
			for (size_t i = *s == '+'; i < n; i++) {
				if (i > (size_t)(*s == '+'))
					mg_text_add(&out, ", ");
				mg_text_add(&out, args[i]);
			}
			continue;
		}
		size_t i = (size_t)(*s - '1');
		assert(i < n);
		mg_text_add(&out, args[i]);
	}
	return out.data;
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
static const char *real_of(struct mg_writer *w, const struct mg_expr *x, const char *sql)
{
	enum { EXACT_TENS = 22 };
	const char *real = w->d->types[MG_CELL_REAL];
	const struct mg_expr *holder = holder_of(x);
	if (dialect_type(x) == MG_TYPE_BOOLEAN && w->d->real_of_boolean)
		return mg_write_form(w, w->d->real_of_boolean, &sql, 1);
	if (!holder || holder->number.kind != MG_NUMBER_DECIMAL ||
		mg_number_fits_double(&holder->number))
		return cast(w, sql, real);
	if (w->d->real_of_decimal)
		return mg_write_form(w, w->d->real_of_decimal, &sql, 1);
	const char *by_text = cast(w, cast(w, sql, w->d->types[MG_CELL_TEXT]), real);
	if (holder->number.scale > EXACT_TENS)
		return by_text;
	return mg_printf(w->arena, "CASE WHEN %s THEN %s ELSE %s END",
		has_few_digits(w, sql, holder), cast(w, sql, real), by_text);
}

/* Is the number another than its DOUBLE? */
static const char *rounded(struct mg_writer *w, const struct mg_expr *x)
{
	while (x->arg_count && (is_call(x, MG_FN_REAL) || is_call(x, MG_FN_FINITE)))
		x = x->args[0];
	const struct mg_expr *holder = holder_of(x);
	if (!mg_dialect_may_round(x))
		return "false";
	const char *sql = mg_write_expr(w, x), *text = w->d->types[MG_CELL_TEXT];
	bool decimal = holder->number.kind == MG_NUMBER_DECIMAL;
	if (w->d->rounded) {
		const char *both[] = {sql, cast(w, sql, w->d->types[MG_CELL_REAL])};
		return mg_write_form(w, w->d->rounded, both, 2);
	}
	const char *back = cast(w, decimal ? cast(w, sql, text) : sql, w->d->types[MG_CELL_REAL]);
	if (decimal)
		back = cast(w, back, text);
	const char *args[] = {back, holder->sql_type};
	return mg_printf(w->arena, "CASE WHEN %s THEN false ELSE %s IS DISTINCT FROM %s END",
		has_few_digits(w, sql, holder), mg_write_form(w, w->d->try_cast, args, 2), sql);
}

const char *mg_write_may_round(struct mg_writer *w, const struct mg_expr *x)
{
	while (is_call(x, MG_FN_REAL) || is_call(x, MG_FN_FINITE))
		x = x->args[0];
	return mg_printf(
		w->arena, "(NOT %s)", has_few_digits(w, mg_write_expr(w, x), holder_of(x)));
}

static const char *exact_text(struct mg_writer *w, const struct mg_expr *x)
{
	const struct mg_expr *holder = holder_of(x);
	const char *sql = mg_write_expr(w, x);
	if (holder && holder->number.kind == MG_NUMBER_DECIMAL && holder->number.scale > 0 &&
		!is_double(x))
		return mg_write_form(w, w->d->exact_decimal, &sql, 1);
	if (dialect_type(x) == MG_TYPE_REAL && (!is_exact(x) || is_double(x)))
		return mg_write_form(w, w->d->exact_real, &sql, 1);
	return cast(w, sql, w->d->types[MG_CELL_TEXT]);
}

/* Whole numbers are added up and multiplied in the widest type that needs no more than 64 bits, or
 * the widest of all. */
static const char *widened(struct mg_writer *w, const struct mg_expr *column, const char *sql)
{
	bool huge = column->number.kind == MG_NUMBER_WHOLE && column->number.digits > 19;
	return cast(w, sql, huge ? w->d->widest_integer : w->d->types[MG_CELL_INTEGER]);
}

static const char *want(struct mg_writer *w, enum wants wants, const struct mg_expr *x)
{
	const char *sql = mg_write_expr(w, x);
	enum mg_column_type type = dialect_type(x);
	switch (wants) {
	case TEXT:
		if (type == MG_TYPE_REAL && !is_exact(x) && w->d->text_of_real)
			return mg_write_form(w, w->d->text_of_real, &sql, 1);
		return type == MG_TYPE_TEXT && x->type != MG_X_COLUMN
			? sql
			: cast(w, sql, w->d->types[MG_CELL_TEXT]);
	case MOMENT:
		return type == MG_TYPE_TEXT || type == MG_TYPE_ANY ? cast(w, sql, w->d->timestamp)
								   : sql;
	case REAL:
		return is_double(x) ? sql : real_of(w, x, sql);
	case FINITE:
		sql = want(w, REAL, x);
		return may_be_wild(x) ? mg_write_form(w, w->d->forms[MG_FN_FINITE], &sql, 1) : sql;
	case AS_IS:
	case SAME:
	case NUMBERS:
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

/* A comparison with NaN is false, as in IEEE 754; engines sort NaN above all numbers, so only the
 * greater side needs a guard. */
static const char *comparison(
	struct mg_writer *w, const struct mg_expr *x, const struct mg_expr *siblings)
{
	const struct mg_expr *greater = x->fn == MG_FN_GT || x->fn == MG_FN_GE ? x->args[0]
									       : x->args[1];
	const char *args[2] = {mg_write_expr(w, x->args[0]), mg_write_expr(w, x->args[1])};
	const char *sql = mg_write_form(w, shapes[x->fn].form, args, 2);
	if (!may_be_nan(greater) || (siblings && bounded_above(siblings, greater)))
		return sql;
	return mg_printf(
		w->arena, "(%s AND %s <= %s)", sql, mg_write_expr(w, greater), w->d->infinity);
}

static bool is_comparison(const struct mg_expr *x)
{
	return x->type == MG_X_CALL &&
		(x->fn == MG_FN_LT || x->fn == MG_FN_LE || x->fn == MG_FN_GT || x->fn == MG_FN_GE);
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
			mg_text_add(&out, shapes[x->fn].infix);
		mg_text_add(&out,
			x->fn == MG_FN_AND && is_comparison(arg) ? comparison(w, arg, x)
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
	if (is_call(condition, MG_FN_IS_NULL))
		return mg_printf(
			w->arena, "(count(*) - count(%s))", mg_write_expr(w, condition->args[0]));
	if (is_call(condition, MG_FN_IS_FINITE))
		return mg_printf(w->arena, "count(%s)", want(w, FINITE, condition->args[0]));
	return NULL;
}

/* IN over literals only, where the engine has a quicker form for it. */
static const char *in_literals(struct mg_writer *w, const struct mg_expr *x)
{
	if (!w->d->in_literals || x->arg_count < 3)
		return NULL;
	const char **args = mg_alloc_array(w->arena, x->arg_count, sizeof(*args));
	for (size_t i = 0; i < x->arg_count; i++) {
		const struct mg_expr *arg = x->args[i];
		enum mg_column_type type = dialect_type(arg);
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

/* Is it certainly above 0, or NaN? Engines pass over NULLs in the greatest and the least. */
static bool is_positive(const struct mg_expr *x)
{
	if (x->type == MG_X_REAL || x->type == MG_X_INTEGER)
		return x->type == MG_X_REAL ? x->real > 0 : x->integer > 0;
	bool any = is_call(x, MG_FN_GREATEST);
	if (!any && !is_call(x, MG_FN_LEAST))
		return false;
	for (size_t i = 0; i < x->arg_count; i++)
		if (is_positive(x->args[i]) == any)
			return any;
	return !any;
}

/* Calls that types make simpler; NULL when none of these. */
static const char *simpler(struct mg_writer *w, const struct mg_expr *x)
{
	const struct mg_expr *arg = x->arg_count ? x->args[0] : &null_x;
	enum mg_column_type type = dialect_type(arg);
	bool whole = type == MG_TYPE_INTEGER;
	const struct mg_expr *holder = holder_of(arg);
	const char *sql = NULL;
	switch (x->fn) {
	case MG_FN_IS_NAN:
		/* Only floating point has NaN; text is not looked into. */
		return type == MG_TYPE_REAL || type == MG_TYPE_ANY ? NULL : "false";
	case MG_FN_IS_FINITE:
		return may_be_wild(arg)
			? NULL
			: mg_printf(w->arena, "(%s IS NOT NULL)", mg_write_expr(w, arg));
	case MG_FN_FINITE:
		return may_be_wild(arg) ? NULL : want(w, REAL, arg);
	case MG_FN_LN:
		return is_positive(arg) ? mg_printf(w->arena, "ln(%s)", want(w, REAL, arg)) : NULL;
	case MG_FN_FLOOR:
		return whole ? want(w, REAL, arg) : NULL;
	case MG_FN_SUM:
		if (!is_exact(arg))
			return NULL;
		sql = mg_write_expr(w, arg);
		if (holder && holder->number.digits > 38) /* unsigned ones would become DOUBLE */
			sql = widened(w, holder, sql);
		return mg_write_form(
			w, whole && w->d->sum_whole ? w->d->sum_whole : w->d->sum_exact, &sql, 1);
	case MG_FN_AVG:
		if (!whole)
			return NULL;
		sql = mg_write_expr(w, arg);
		return mg_write_form(w, w->d->avg_integer, &sql, 1);
	case MG_FN_ROUNDED:
		return rounded(w, arg);
	case MG_FN_EXACT:
		return exact_text(w, arg);
	case MG_FN_IN:
		return x->arg_count == 1 ? "false" : in_literals(w, x);
	case MG_FN_COUNT_IF:
		return count_values(w, arg);
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

static const char *call(struct mg_writer *w, const struct mg_expr *x)
{
	const struct shape *shape = &shapes[x->fn];
	if (shape->infix)
		return infix(w, x);
	if (is_comparison(x))
		return comparison(w, x, NULL);
	const char *simple = simpler(w, x);
	if (simple)
		return simple;
	enum wants wants = shape->wants;
	bool whole = true, real = false;
	for (size_t i = 0; i < x->arg_count; i++) {
		enum mg_column_type type = dialect_type(x->args[i]);
		whole = whole && type == MG_TYPE_INTEGER;
		real = real || type == MG_TYPE_REAL;
	}
	if (wants == SAME)
		wants = whole ? SAME : REAL;
	else if (wants == NUMBERS)
		wants = real ? REAL : AS_IS;
	const char **args = mg_alloc_array(w->arena, x->arg_count, sizeof(*args));
	for (size_t i = 0; i < x->arg_count; i++) {
		args[i] = want(w, wants, x->args[i]);
		/* Small integers overflow early. */
		if (wants == SAME && x->args[i]->type == MG_X_COLUMN)
			args[i] = widened(w, x->args[i], args[i]);
	}
	enum mg_fn fn = x->fn;
	if (fn == MG_FN_MATCHES && matches_whole(x->args[1]))
		fn = MG_FN_MATCHES_ALL;
	if ((fn == MG_FN_MATCHES || fn == MG_FN_MATCHES_ALL) && w->d->regex)
		args[1] = own_pattern(w, x->args[1], fn == MG_FN_MATCHES_ALL);
	const char *form = w->d->forms[fn] ? w->d->forms[fn] : shape->form;
	return mg_write_form(w, form, args, x->arg_count);
}

const char *mg_write_expr(struct mg_writer *w, const struct mg_expr *x)
{
	struct mg_text out;
	switch (x->type) {
	case MG_X_NULL:
		return "NULL";
	case MG_X_COLUMN:
		mg_text_init(&out, w->arena);
		mg_dialect_name(w->d, &out, x->text);
		return out.data;
	case MG_X_REAL:
		return real_literal(w, x->real);
	case MG_X_INTEGER:
		return integer_literal(w, x->integer);
	case MG_X_NUMBER:
		return cast(w, mg_printf(w->arena, "'%s'", x->text), x->sql_type);
	case MG_X_TEXT:
		mg_text_init(&out, w->arena);
		mg_dialect_text(w->d, &out, x->text);
		return out.data;
	case MG_X_BOOL:
		return x->integer ? "true" : "false";
	case MG_X_SQL:
		mg_text_init(&out, w->arena);
		if (w->code == MG_OK)
			w->code = mg_dialect_piece(w->d, &out, "the condition", x->text, w->err);
		return out.data;
	case MG_X_CALL:
		return call(w, x);
	}
	return "NULL";
}

int mg_dialect_expr(const struct mg_dialect *d, const struct mg_expr *x, struct mg_arena *arena,
	char **out, struct mg_error *err)
{
	struct mg_writer w = {.d = d, .arena = arena, .err = err};
	const char *sql = mg_write_expr(&w, x);
	if (w.code)
		return w.code;
	*out = mg_strdup(arena, sql);
	return MG_OK;
}
