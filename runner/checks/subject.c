/* subject.c: turns the checked column and the spec's literals into comparable expressions. */
#include "checks/subject.h"

#include <strings.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "plan/number.h"

const char *mg_column_type_word(enum mg_column_type type)
{
	static const char *const words[] = {
		[MG_TYPE_ANY] = "any",
		[MG_TYPE_NUMERIC] = "numeric",
		[MG_TYPE_INTEGER] = "integer",
		[MG_TYPE_REAL] = "real",
		[MG_TYPE_TEXT] = "text",
		[MG_TYPE_BOOLEAN] = "boolean",
		[MG_TYPE_TIME] = "time",
		[MG_TYPE_OTHER] = "other",
	};
	return words[type];
}

enum mg_cell_type mg_key_form(const struct mg_column *column)
{
	static const char *const floating[] = {"DOUBLE", "FLOAT", "REAL"};
	if (column->type == MG_TYPE_INTEGER)
		return mg_number_form(column, column);
	for (size_t i = 0; i < sizeof(floating) / sizeof(*floating); i++)
		if (strcasecmp(column->sql_type, floating[i]) == 0)
			return MG_CELL_REAL;
	return MG_CELL_TEXT;
}

int mg_subject(struct mg_planner *pl, const struct mg_check *c, const struct mg_expr **out,
	const struct mg_expr **out_null, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *x;
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, c->column, &x, err));
	*out_null = mg_is_null(a, x);
	*out = c->column_type == MG_TYPE_TIME ? mg_x_call(a, MG_FN_EPOCH_US, 1, x) : x;
	return MG_OK;
}

int mg_subject_text(struct mg_planner *pl, const struct mg_check *c, const struct mg_expr **out,
	const struct mg_expr **out_null, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *x;
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, c->column, &x, err));
	switch (c->column_type) {
	case MG_TYPE_TEXT:
		*out = x;
		break;
	case MG_TYPE_INTEGER:
	case MG_TYPE_OTHER:
		*out = mg_as_text(a, x);
		break;
	default:
		return mg_fail(err, MG_ESPEC,
			"%s needs text, and column '%s' is of type %s; for csv and json data, "
			"`types: {%s: VARCHAR}` keeps it as written",
			c->kind->name, c->column, mg_column_type_word(c->column_type), c->column);
	}
	*out_null = mg_is_null(a, x);
	return MG_OK;
}

static int misfit(const struct mg_check *c, const char *what, const struct mg_scalar *scalar,
	const char *wanted, struct mg_error *err)
{
	return mg_fail(err, MG_ESPEC, "%s: '%s' is %s, and column '%s' is of type %s", what,
		scalar->text, wanted, c->column, mg_column_type_word(c->column_type));
}

static bool is_number(const struct mg_check *c)
{
	return c->column_type == MG_TYPE_NUMERIC || c->column_type == MG_TYPE_INTEGER ||
		c->column_type == MG_TYPE_REAL;
}

static const struct mg_column *column_of(const struct mg_check *c)
{
	return mg_schema_column(c->schema, c->column);
}

int mg_subject_bound(struct mg_planner *pl, const struct mg_check *c, const char *what,
	const struct mg_expr *x, enum mg_fn side, const struct mg_scalar *bound,
	const struct mg_expr **out, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *literal = NULL;
	MG_TRY(mg_subject_literal(pl, c, what, bound, &literal, err));
	*out = is_number(c) ? mg_number_bound(a, column_of(c), x, side, bound->text)
			    : mg_x_call(a, side, 2, x, literal);
	return MG_OK;
}

int mg_subject_literal(struct mg_planner *pl, const struct mg_check *c, const char *what,
	const struct mg_scalar *scalar, const struct mg_expr **out, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	int64_t us;
	double number;

	switch (c->column_type) {
	case MG_TYPE_NUMERIC:
	case MG_TYPE_INTEGER:
	case MG_TYPE_REAL:
		if (!mg_parse_double(scalar->text, false, &number))
			return misfit(c, what, scalar, "not a number", err);
		*out = mg_number_literal(a, column_of(c), scalar->text);
		return MG_OK;
	case MG_TYPE_TIME:
		if (!mg_clock_parse(scalar->text, &us))
			return misfit(c, what, scalar,
				"not a date such as 2001-02-28 or 2001-02-28T23:59:00Z", err);
		*out = mg_x_integer(a, us);
		return MG_OK;
	case MG_TYPE_BOOLEAN:
		if (scalar->type != MG_SCALAR_BOOL)
			return misfit(c, what, scalar, "neither true nor false", err);
		*out = mg_x_bool(a, scalar->boolean);
		return MG_OK;
	default:
		*out = mg_x_text(a, scalar->text);
		return MG_OK;
	}
}
