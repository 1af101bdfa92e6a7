/* stays.c: which expressions would tell values of redacted columns that may not leave the engine. What is not known to
 * hide them tells them. */
#include "plan/stays.h"

#include "base/text.h"
#include "spec/sql_piece.h"

/* Does a truth or a number of rows come of it, whatever it is asked about? */
static bool counts(enum mg_fn fn)
{
	switch (fn) {
	case MG_FN_NOT:
	case MG_FN_AND:
	case MG_FN_OR:
	case MG_FN_EQ:
	case MG_FN_NE:
	case MG_FN_LT:
	case MG_FN_LE:
	case MG_FN_GT:
	case MG_FN_GE:
	case MG_FN_IS_NULL:
	case MG_FN_IN:
	case MG_FN_INDICATOR:
	case MG_FN_IS_NAN:
	case MG_FN_IS_FINITE:
	case MG_FN_ROUNDED:
	case MG_FN_MATCHES:
	case MG_FN_MATCHES_ALL:
	case MG_FN_STARTS_WITH:
	case MG_FN_LIKE:
	case MG_FN_COUNT:
	case MG_FN_COUNT_IF:
	case MG_FN_COUNT_DISTINCT:
		return true;
	default:
		return false;
	}
}

static const struct mg_column *told(
	const struct mg_schema *schema, const struct mg_expr *x, bool digested);

/* SQL of the spec's own, if it is no condition: it may name a row as a whole. */
static const struct mg_column *told_by_sql(const struct mg_schema *schema)
{
	for (size_t i = 0; i < schema->count; i++)
		if (schema->columns[i].stays)
			return &schema->columns[i];
	return NULL;
}

static const struct mg_column *told_by_call(
	const struct mg_schema *schema, const struct mg_expr *x, bool digested)
{
	if (counts(x->fn))
		return NULL;
	/* which of two it is tells a truth */
	for (size_t i = x->fn == MG_FN_IF ? 1 : 0; i < x->arg_count; i++) {
		const struct mg_column *column = told(
			schema, x->args[i], digested || x->fn == MG_FN_DIGEST);
		if (column)
			return column;
	}
	return NULL;
}

/* The column whose values it tells, or NULL. Whoever has the digest of a number finds the number by trying all. */
static const struct mg_column *told(
	const struct mg_schema *schema, const struct mg_expr *x, bool digested)
{
	const struct mg_column *column = NULL;
	switch (x->type) {
	case MG_X_COLUMN:
		column = mg_schema_column(schema, x->text);
		return column && column->stays && !(digested && column->type == MG_TYPE_TEXT)
			? column
			: NULL;
	case MG_X_SQL:
		return told_by_sql(schema);
	case MG_X_CALL:
		return told_by_call(schema, x, digested);
	default:
		return NULL;
	}
}

int mg_stays_check(const struct mg_schema *schema, const struct mg_expr *x, struct mg_error *err)
{
	const struct mg_column *column = x ? told(schema, x, false) : NULL;
	if (!column)
		return MG_OK;
	return mg_fail(err, MG_EUSAGE,
		"it needs values of column '%s', or numbers that are made of them, and data '%s' keeps them "
		"where they are (redacted_values: refuse); take a check that counts rows, or leave it out",
		column->name, schema->data->name);
}

bool mg_stays_any(const struct mg_schema *schemas, size_t count, const char *sql)
{
	for (size_t i = 0; i < count; i++) {
		if (schemas[i].error || schemas[i].data->sql == sql ||
			!mg_sql_mentions(sql, schemas[i].data->name))
			continue;
		for (size_t k = 0; k < schemas[i].count; k++)
			if (schemas[i].columns[k].stays)
				return true;
	}
	return false;
}

int mg_stays_check_sql(
	const struct mg_schema *schemas, size_t count, const char *sql, struct mg_error *err)
{
	if (!mg_stays_any(schemas, count, sql))
		return MG_OK;
	return mg_fail(err, MG_EUSAGE,
		"its SQL may make a number of redacted values, and the data that it reads keep them where they are "
		"(redacted_values: refuse); sql_rows counts rows");
}
