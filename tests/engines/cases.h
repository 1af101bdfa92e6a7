/* cases.h: reads test cases written as text, so that they are the same for every engine.
 *
 *	data NAME            a CSV file follows, its lines after "| "
 *	view NAME SQL        a dataset of SQL over the others
 *	case WHAT IT SHOWS
 *	on NAME              dataset of the query
 *	kind WORD            aggregate (default), keys, orphans, pairs, freq, sql, sql_count, sample,
 *	                     sample_keys, sample_orphans, sample_sql
 *	where EXPR           ANDed when there are several
 *	key TYPE EXPR        TYPE: integer, real, text
 *	term TYPE EXPR
 *	other NAME COLUMN
 *	with NAME KEY VALUE [SLICE]  of pairs; one key
 *	sql TEXT
 *	column NAME          of a sample
 *	limit N
 *	value EXPR / group N EXPR / slice EXPR
 *	row CELL | CELL      expected, in this order
 *	table SLICE GROUP VALUE*N ... nulls=N nans=N
 *	error PART           expected: a failure whose text has this part
 *	not ENGINE REASON    a quirk: skipped there
 *
 * EXPR: (function EXPR ...), column, "a column", 'text', 12, 1.5, nan, inf, true, false, null,
 * {SQL from a spec}. */
#ifndef MG_TESTS_ENGINES_CASES_H
#define MG_TESTS_ENGINES_CASES_H

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <modelgate/plan.h>

#include "base/arena.h"
#include "base/text.h"

struct reader {
	struct mg_arena *arena;
	const char *at;
	const struct mg_schema *schema; /* types of columns; NULL: unknown */
};

static const struct {
	const char *name;
	enum mg_fn fn;
} function_names[] = {{"not", MG_FN_NOT}, {"and", MG_FN_AND}, {"or", MG_FN_OR}, {"eq", MG_FN_EQ},
	{"ne", MG_FN_NE}, {"lt", MG_FN_LT}, {"le", MG_FN_LE}, {"gt", MG_FN_GT}, {"ge", MG_FN_GE},
	{"is_null", MG_FN_IS_NULL}, {"coalesce", MG_FN_COALESCE}, {"in", MG_FN_IN},
	{"if", MG_FN_IF}, {"add", MG_FN_ADD}, {"sub", MG_FN_SUB}, {"mul", MG_FN_MUL},
	{"div", MG_FN_DIV}, {"abs", MG_FN_ABS}, {"ln", MG_FN_LN}, {"sqrt", MG_FN_SQRT},
	{"floor", MG_FN_FLOOR}, {"least", MG_FN_LEAST}, {"greatest", MG_FN_GREATEST},
	{"is_nan", MG_FN_IS_NAN}, {"is_finite", MG_FN_IS_FINITE}, {"real", MG_FN_REAL},
	{"rounded", MG_FN_ROUNDED}, {"exact", MG_FN_EXACT}, {"finite", MG_FN_FINITE},
	{"as_written", MG_FN_AS_WRITTEN}, {"text", MG_FN_TEXT}, {"digest", MG_FN_DIGEST}, {"length", MG_FN_LENGTH},
	{"matches", MG_FN_MATCHES}, {"matches_all", MG_FN_MATCHES_ALL},
	{"epoch_us", MG_FN_EPOCH_US}, {"starts_with", MG_FN_STARTS_WITH}, {"like", MG_FN_LIKE},
	{"count", MG_FN_COUNT}, {"count_if", MG_FN_COUNT_IF}, {"sum", MG_FN_SUM},
	{"min", MG_FN_MIN}, {"max", MG_FN_MAX}, {"avg", MG_FN_AVG},
	{"stddev_samp", MG_FN_STDDEV_SAMP}, {"var_pop", MG_FN_VAR_POP},
	{"count_distinct", MG_FN_COUNT_DISTINCT}, {"covar_pop", MG_FN_COVAR_POP}};

static inline void bad_case(const char *what, const char *text)
{
	fprintf(stderr, "a case is written wrongly: %s: %s\n", what, text);
	abort();
}

static inline void skip_blanks(struct reader *r)
{
	while (*r->at == ' ' || *r->at == '\t')
		r->at++;
}

static inline char *take_until(struct reader *r, char end)
{
	const char *from = ++r->at;
	while (*r->at && *r->at != end)
		r->at++;
	if (!*r->at)
		bad_case("not closed", from);
	return mg_strndup(r->arena, from, (size_t)(r->at++ - from));
}

static inline char *take_word(struct reader *r)
{
	skip_blanks(r);
	const char *from = r->at;
	while (*r->at && !strchr(" \t()", *r->at))
		r->at++;
	return mg_strndup(r->arena, from, (size_t)(r->at - from));
}

static inline const struct mg_expr *column_named(struct reader *r, const char *name)
{
	const struct mg_column *column = mg_schema_column(r->schema, name);
	return column ? mg_x_of_column(r->arena, column) : mg_x_column(r->arena, name, MG_TYPE_ANY);
}

static inline const struct mg_expr *read_expr(struct reader *r);

static inline const struct mg_expr *read_call(struct reader *r)
{
	const struct mg_expr *args[32];
	size_t count = 0;
	r->at++;
	const char *name = take_word(r);
	for (;;) {
		skip_blanks(r);
		if (*r->at == ')')
			break;
		if (!*r->at || count == 32)
			bad_case("call not closed", name);
		args[count++] = read_expr(r);
	}
	r->at++;
	for (size_t i = 0; i < sizeof(function_names) / sizeof(*function_names); i++)
		if (strcmp(function_names[i].name, name) == 0)
			return mg_x_list(r->arena, function_names[i].fn, args, count);
	bad_case("no such function", name);
	return NULL;
}

static inline const struct mg_expr *read_word(struct reader *r)
{
	const char *word = take_word(r);
	int64_t integer = 0;
	double real = 0;
	if (mg_parse_int(word, &integer))
		return mg_x_integer(r->arena, integer);
	if (mg_parse_double(word, false, &real))
		return mg_x_real(r->arena, real);
	if (strcmp(word, "nan") == 0)
		return mg_x_real(r->arena, NAN);
	if (strcmp(word, "inf") == 0)
		return mg_x_real(r->arena, INFINITY);
	if (strcmp(word, "-inf") == 0)
		return mg_x_real(r->arena, -INFINITY);
	if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
		return mg_x_bool(r->arena, *word == 't');
	if (strcmp(word, "null") == 0)
		return mg_x_null(r->arena);
	return column_named(r, word);
}

static inline const struct mg_expr *read_expr(struct reader *r)
{
	skip_blanks(r);
	switch (*r->at) {
	case '(':
		return read_call(r);
	case '\'':
		return mg_x_text(r->arena, take_until(r, '\''));
	case '"':
		return column_named(r, take_until(r, '"'));
	case '{':
		return mg_x_sql(r->arena, take_until(r, '}'));
	default:
		return read_word(r);
	}
}

static inline enum mg_cell_type read_cell_type(struct reader *r)
{
	const char *word = take_word(r);
	if (strcmp(word, "integer") == 0)
		return MG_CELL_INTEGER;
	if (strcmp(word, "real") == 0)
		return MG_CELL_REAL;
	if (strcmp(word, "text") != 0)
		bad_case("no such type", word);
	return MG_CELL_TEXT;
}

static inline enum mg_query_kind read_kind(const char *word)
{
	static const char *const names[] = {[MG_QUERY_AGGREGATE] = "aggregate",
		[MG_QUERY_KEYS] = "keys",
		[MG_QUERY_ORPHANS] = "orphans",
		[MG_QUERY_PAIRS] = "pairs",
		[MG_QUERY_FREQ] = "freq",
		[MG_QUERY_SQL] = "sql",
		[MG_QUERY_SQL_COUNT] = "sql_count",
		[MG_QUERY_SAMPLE] = "sample",
		[MG_QUERY_SAMPLES] = "samples",
		[MG_QUERY_SAMPLE_KEYS] = "sample_keys",
		[MG_QUERY_SAMPLE_ORPHANS] = "sample_orphans",
		[MG_QUERY_SAMPLE_SQL] = "sample_sql"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], word) == 0)
			return (enum mg_query_kind)i;
	bad_case("no such kind", word);
	return MG_QUERY_AGGREGATE;
}

#endif
