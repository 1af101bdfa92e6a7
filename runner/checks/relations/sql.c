/* sql.c: sql, sql_rows: the number that a query of the spec's own returns, or how many rows it
 * returns. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/text.h"

struct params {
	const char *query;
};

static const struct mg_field number_fields[] = {
	MG_FIELD(struct params, query, SQL,
		"one SELECT, with the datasets as tables, that returns one row with one number",
		.required = true),
	MG_FIELDS_END,
};

static const struct mg_field rows_fields[] = {
	MG_FIELD(struct params, query, SQL,
		"one SELECT, with the datasets as tables, that returns the offending rows",
		.required = true),
	MG_FIELDS_END,
};

static int plan_number(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *p = c->params;
	return mg_need_query(
		pl, c, "number", &(struct mg_query){.kind = MG_QUERY_SQL, .sql = p->query}, err);
}

static struct mg_value measure_number(const struct mg_check *c, const struct mg_measures *m)
{
	(void)c;
	double number = mg_get(m, "number");
	const char *digits = mg_get_digits(m, "number", 1);
	struct mg_decimal exact;
	if (isnan(number))
		return mg_value_empty("the query returned NULL or NaN");
	bool is_exact = digits && mg_decimal_parse(digits, &exact);
	struct mg_value v = mg_value_of(is_exact ? mg_decimal_to_double(&exact) : number, -1);
	v.exact = is_exact ? mg_decimal_text(mg_measures_arena(m), &exact) : NULL;
	return v;
}

static int plan_rows(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *p = c->params;
	MG_TRY(mg_need_query(pl, c, "count",
		&(struct mg_query){.kind = MG_QUERY_SQL_COUNT, .sql = p->query}, err));
	return mg_failing_query(
		pl, c, &(struct mg_query){.kind = MG_QUERY_SAMPLE_SQL, .sql = p->query}, err);
}

static struct mg_value measure_rows(const struct mg_check *c, const struct mg_measures *m)
{
	(void)c;
	struct mg_arena *a = mg_measures_arena(m);
	double count = mg_get(m, "count");
	struct mg_value v = mg_value_of(count, -1);
	if (v.state == MG_MEASURED)
		v.message = mg_printf(a, "the query returned %s %s", mg_human_double(a, count, 15),
			count == 1 ? "row" : "rows");
	return v;
}

const struct mg_check_kind mg_check_sql = {
	.name = "sql",
	.family = "relations",
	.summary = "the number that an SQL query returns",
	.details = "The query is one SELECT. Every dataset of the spec is a table by its name, "
		   "with its own `where` applied (the check's and the suite's are not: the query "
		   "says what it reads). It must return one row, and its first column is the "
		   "number. NULL and NaN count as nothing measured, which `on_empty` decides.",
	.definition = "sql/first-column",
	.example = "- sql:\n"
		   "    name: days-covered\n"
		   "    query: \"SELECT count(DISTINCT CAST(date AS DATE)) FROM serving\"\n"
		   "    min: 28",
	.better = MG_EITHER,
	.unit = MG_UNIT_NONE,
	.flags = MG_KIND_NO_SLICES | MG_KIND_OWN_SQL,
	.value_least = NAN,
	.value_most = NAN,
	.fields = number_fields,
	.params_size = sizeof(struct params),
	.plan = plan_number,
	.measure = measure_number,
};

const struct mg_check_kind mg_check_sql_rows = {
	.name = "sql_rows",
	.family = "relations",
	.summary = "number of rows that an SQL query returns",
	.details =
		"The query is one SELECT that finds what should not be there; every dataset of "
		"the spec is a table by its name, with its own `where` applied. The first rows it "
		"returns are shown when the check fails.",
	.definition = "sql_rows/rows",
	.example =
		"- sql_rows:\n"
		"    name: flies-from-and-to-itself\n"
		"    query: \"SELECT flight_id, origin FROM serving WHERE origin = destination\"",
	.better = MG_LOWER,
	.unit = MG_UNIT_COUNT,
	.flags = MG_KIND_DEFAULT_NONE | MG_KIND_NO_SLICES | MG_KIND_OWN_SQL | MG_KIND_NO_EMPTY |
		MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = NAN,
	.fields = rows_fields,
	.params_size = sizeof(struct params),
	.plan = plan_rows,
	.measure = measure_rows,
};
