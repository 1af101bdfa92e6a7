/* test_dialect.c: expressions and queries as SQL text, and SQL from specs that is refused. */
#include "../engines/cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "engine/sql/datasets.h"
#include "engine/sql/dialect.h"

#include <cmocka.h>

static struct mg_arena *arena;

/* x is REAL, i INTEGER, t TEXT, b BOOLEAN, d a DATE; u is of unknown type. */
static struct mg_column columns[] = {{.name = "x", .sql_type = "DOUBLE", .type = MG_TYPE_REAL},
	{.name = "i", .sql_type = "BIGINT", .type = MG_TYPE_INTEGER},
	{.name = "t", .sql_type = "VARCHAR", .type = MG_TYPE_TEXT},
	{.name = "b", .sql_type = "BOOLEAN", .type = MG_TYPE_BOOLEAN},
	{.name = "d", .sql_type = "DATE", .type = MG_TYPE_TIME}};
static const struct mg_schema schema = {
	.columns = columns, .count = sizeof(columns) / sizeof(*columns)};

static const struct mg_expr *expr(const char *text)
{
	struct reader r = {.arena = arena, .at = text, .schema = &schema};
	return read_expr(&r);
}

#define REAL_X "CAST(\"x\" AS DOUBLE)"
#define FINITE_X                                                                                   \
	"CASE WHEN " REAL_X " BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308 "         \
	"THEN " REAL_X " END"
#define INF "CAST('inf' AS DOUBLE)"

static const struct {
	const char *expr, *sql;
} expressions[] = {
	/* literals */
	{"1", "1"},
	{"-9223372036854775808", "CAST('-9223372036854775808' AS BIGINT)"},
	{"1.5", "CAST(1.5e0 AS DOUBLE)"},
	{"0.1", "CAST(0.1e0 AS DOUBLE)"},
	{"1e300", "CAST(1e+300 AS DOUBLE)"},
	{"-2.0", "CAST(-2e0 AS DOUBLE)"},
	{"nan", "CAST('nan' AS DOUBLE)"},
	{"-inf", "CAST('-inf' AS DOUBLE)"},
	{"null", "NULL"},
	{"true", "true"},
	{"'plain'", "'plain'"},
	{"'back\\slash \"and\" -- ;'", "'back\\slash \"and\" -- ;'"},
	/* names */
	{"t", "\"t\""},
	{"\"select * from\"", "\"select * from\""},
	/* comparisons guard against NaN on the side where it would be true */
	{"(lt x 1.5)", "(\"x\" < CAST(1.5e0 AS DOUBLE))"},
	{"(gt x 1.5)", "((\"x\" > CAST(1.5e0 AS DOUBLE)) AND \"x\" <= " INF ")"},
	{"(gt i 1.5)", "(\"i\" > CAST(1.5e0 AS DOUBLE))"},
	{"(gt (finite x) 1)", "(" FINITE_X " > 1)"},
	{"(le 0 x)", "((0 <= \"x\") AND \"x\" <= " INF ")"},
	{"(and (ge x 0) (le x 1))", "((\"x\" >= 0) AND (\"x\" <= 1))"},
	{"(and)", "true"},
	{"(or)", "false"},
	{"(or b (is_null t))", "(\"b\" OR (\"t\" IS NULL))"},
	{"(in t 'a' 'b')", "list_contains(['a', 'b'], \"t\")"},
	{"(in t 'a')", "(\"t\" IN ('a'))"},
	{"(in t 'a' u)", "(\"t\" IN ('a', \"u\"))"},
	{"(in d 'a' 'b')", "(\"d\" IN ('a', 'b'))"},
	{"(in t)", "false"},
	{"(if b i null)", "CASE WHEN \"b\" THEN \"i\" ELSE NULL END"},
	{"(coalesce x 0)", "coalesce(\"x\", 0)"},
	/* numbers */
	{"(real i)", "CAST(\"i\" AS DOUBLE)"},
	{"(real 1.5)", "CAST(1.5e0 AS DOUBLE)"},
	{"(real (real i))", "CAST(\"i\" AS DOUBLE)"},
	{"(add i 1)", "(CAST(\"i\" AS BIGINT) + 1)"},
	{"(sub x i)", "(" REAL_X " - CAST(\"i\" AS DOUBLE))"},
	{"(div i 2)", "(CAST(\"i\" AS DOUBLE) / NULLIF(CAST(2 AS DOUBLE), 0e0))"},
	{"(ln x)", "CASE WHEN " REAL_X " > 0e0 THEN ln(" REAL_X ") END"},
	{"(ln (least (greatest x 0.5) 1))",
		"ln(least(greatest(" REAL_X ", CAST(0.5e0 AS DOUBLE)), CAST(1 AS DOUBLE)))"},
	{"(ln (least x 1))",
		"CASE WHEN least(" REAL_X ", CAST(1 AS DOUBLE)) > 0e0 "
		"THEN ln(least(" REAL_X ", CAST(1 AS DOUBLE))) END"},
	{"(least x 1)", "least(" REAL_X ", CAST(1 AS DOUBLE))"},
	{"(least i 1)", "least(\"i\", 1)"},
	{"(floor i)", "CAST(\"i\" AS DOUBLE)"},
	{"(is_nan x)", "coalesce(" REAL_X " > " INF ", false)"},
	{"(is_nan i)", "false"},
	{"(is_nan t)", "false"},
	{"(is_finite i)", "(\"i\" IS NOT NULL)"},
	{"(finite i)", "CAST(\"i\" AS DOUBLE)"},
	{"(finite (finite x))", FINITE_X},
	/* text */
	{"(text i)", "CAST(\"i\" AS VARCHAR)"},
	{"(length t)", "length(CAST(\"t\" AS VARCHAR))"},
	{"(matches t 'a|b')", "regexp_matches(CAST(\"t\" AS VARCHAR), 'a|b')"},
	{"(matches t '^a[0-9]$')", "regexp_full_match(CAST(\"t\" AS VARCHAR), '^a[0-9]$')"},
	{"(matches t '^a\\$')", "regexp_matches(CAST(\"t\" AS VARCHAR), '^a\\$')"},
	{"(matches t '^a\\\\$')", "regexp_full_match(CAST(\"t\" AS VARCHAR), '^a\\\\$')"},
	{"(matches t '^a|b$')", "regexp_matches(CAST(\"t\" AS VARCHAR), '^a|b$')"},
	{"(matches t '^*a$')", "regexp_matches(CAST(\"t\" AS VARCHAR), '^*a$')"},
	{"(matches t '^(?m)a$')", "regexp_matches(CAST(\"t\" AS VARCHAR), '^(?m)a$')"},
	{"(matches t '^(?:ab)+$')", "regexp_full_match(CAST(\"t\" AS VARCHAR), '^(?:ab)+$')"},
	{"(matches t '^\\Qa$')", "regexp_matches(CAST(\"t\" AS VARCHAR), '^\\Qa$')"},
	{"(matches_all t 'a')", "regexp_full_match(CAST(\"t\" AS VARCHAR), 'a')"},
	{"(like t 'a%')", "(CAST(\"t\" AS VARCHAR) LIKE 'a%' ESCAPE '\\')"},
	{"(starts_with t 'a')", "starts_with(CAST(\"t\" AS VARCHAR), 'a')"},
	{"(epoch_us d)", "epoch_us(\"d\")"},
	{"(epoch_us t)", "epoch_us(CAST(\"t\" AS TIMESTAMPTZ))"},
	/* aggregates */
	{"(count)", "count(*)"},
	{"(count_if b)", "coalesce(count_if(\"b\"), 0)"},
	{"(count_if (is_null i))", "(count(*) - count(\"i\"))"},
	{"(count_if (not (is_null i)))", "coalesce(count_if((NOT (\"i\" IS NULL))), 0)"},
	{"(count_if (is_finite x))", "count(" FINITE_X ")"},
	{"(count_if (is_finite i))", "count(CAST(\"i\" AS DOUBLE))"},
	{"(sum i)", "sum(\"i\")"},
	{"(sum (finite x))", "fsum(" FINITE_X ")"},
	{"(avg x)", "favg(" FINITE_X ")"},
	{"(avg i)", "avg(\"i\")"},
	{"(var_pop i)", "var_pop(CAST(\"i\" AS DOUBLE))"},
	{"(count_distinct t)", "count(DISTINCT \"t\")"},
	/* SQL from a spec */
	{"{a > 1 -- why}", "(\na > 1\n)"},
	{"(count_if {a > 1})", "coalesce(count_if((\na > 1\n)), 0)"},
	{"(not {a = ')'})", "(NOT (\na = ')'\n))"},
};

static void test_expressions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(expressions) / sizeof(*expressions); i++) {
		struct mg_error err;
		char *sql = NULL;
		if (mg_dialect_expr(&mg_dialect_duckdb, expr(expressions[i].expr), arena, &sql,
			    &err) != MG_OK)
			fail_msg("%s: %s", expressions[i].expr, err.text);
		if (strcmp(sql, expressions[i].sql) != 0)
			fail_msg("%s\n  wanted %s\n  got    %s", expressions[i].expr,
				expressions[i].sql, sql);
	}
}

static void test_quoting(void **state)
{
	(void)state;
	static const struct mg_dialect backticks = {
		.lexis = {.name_quote = '`', .backslash_escapes = true}};
	static const struct {
		const struct mg_dialect *dialect;
		const char *plain, *name, *text;
	} cases[] = {
		{&mg_dialect_duckdb, "it's \"x\" `y` \\n", "\"it's \"\"x\"\" `y` \\n\"",
			"'it''s \"x\" `y` \\n'"},
		{&backticks, "it's \"x\" `y` \\n", "`it's \"x\" ``y`` \\n`",
			"'it\\'s \"x\" `y` \\\\n'"},
		{&mg_dialect_duckdb, "", "\"\"", "''"},
		{&mg_dialect_duckdb, "'; DROP TABLE x; --", "\"'; DROP TABLE x; --\"",
			"'''; DROP TABLE x; --'"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mg_text out;
		mg_text_init(&out, arena);
		mg_dialect_name(cases[i].dialect, &out, cases[i].plain);
		assert_string_equal(out.data, cases[i].name);
		mg_text_init(&out, arena);
		mg_dialect_text(cases[i].dialect, &out, cases[i].plain);
		assert_string_equal(out.data, cases[i].text);
	}
}

/* SQL that is one piece (kept: how much of it, NULL: all) or is not (problem). */
static const struct {
	const char *sql, *kept, *problem;
} pieces[] = {
	{"a = 1", NULL, NULL},
	{"  a = 1  \n", "  a = 1", NULL},
	{"a = 1;", "a = 1", NULL},
	{"a = 1 ; -- done\n", "a = 1", NULL},
	{"a = 1 -- )", "a = 1", NULL},
	{"a /* ) */ = 1", NULL, NULL},
	{"a /* /* nested */ ) */ = 1", NULL, NULL},
	{"a = ')'", NULL, NULL},
	{"a = 'it''s ('", NULL, NULL},
	{"a = E'it\\'s ('", NULL, NULL},
	{"name'x' = 1", NULL, NULL},
	{"\"odd \"\" ) name\" = 1", NULL, NULL},
	{"a = $$ ) ' $$", NULL, NULL},
	{"a = $tag$ ) $$ ' $tag$", NULL, NULL},
	{"a IN ([1, 2][1], {'k': (1)})", NULL, NULL},
	{"a = 1 -- 'open", "a = 1", NULL},
	{"a = -1", NULL, NULL},
	{"größe = 'ü'", NULL, NULL},
	{"", NULL, "is empty"},
	{" \n\t", NULL, "is empty"},
	{"-- only this", NULL, "is empty"},
	{"/* only this */", NULL, "is empty"},
	{";", NULL, "is empty"},
	{"1) OR (1", NULL, "closes a ')' that it did not open"},
	{"(1", NULL, "lacks a ')' at its end"},
	{"(1]", NULL, "closes a ']' that it did not open"},
	{"[1", NULL, "lacks a ']' at its end"},
	{"a = 'x", NULL, "quote that is never closed"},
	{"a = 'x''", NULL, "quote that is never closed"},
	{"a = E'x\\'", NULL, "quote that is never closed"},
	{"\"a", NULL, "quote that is never closed"},
	{"a = $$x", NULL, "quote that is never closed"},
	{"a /* x", NULL, "comment that is never closed"},
	{"a /* /* x */", NULL, "comment that is never closed"},
	{"a; b", NULL, "more than one statement"},
	{"a; 'b'", NULL, "more than one statement"},
	{"a;;", NULL, "more than one statement"},
};

static void test_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		struct mg_error err = {0};
		size_t len = 0;
		int code = mg_sql_piece(
			&mg_dialect_duckdb.lexis, "the condition", pieces[i].sql, &len, &err);
		if (pieces[i].problem) {
			if (code != MG_ESPEC || !strstr(err.text, pieces[i].problem) ||
				!mg_starts_with(err.text, "the condition "))
				fail_msg("%s: %d %s", pieces[i].sql, code, err.text);
			continue;
		}
		const char *kept = pieces[i].kept ? pieces[i].kept : pieces[i].sql;
		if (code != MG_OK || len != strlen(kept) || strncmp(pieces[i].sql, kept, len) != 0)
			fail_msg("%s: %d, %zu bytes kept", pieces[i].sql, code, len);
	}
}

static void test_nesting_is_bounded(void **state)
{
	(void)state;
	struct mg_text sql;
	struct mg_error err;
	size_t len = 0;
	mg_text_init(&sql, arena);
	for (int i = 0; i < 100000; i++)
		mg_text_add_char(&sql, '(');
	assert_int_equal(
		mg_sql_piece(&mg_dialect_duckdb.lexis, "it", sql.data, &len, &err), MG_ESPEC);
	assert_non_null(strstr(err.text, "nested too deeply"));
}

static void test_mentions(void **state)
{
	(void)state;
	assert_true(mg_sql_mentions("SELECT * FROM Train", "train"));
	assert_true(mg_sql_mentions("FROM \"my data\"", "my data"));
	assert_true(mg_sql_mentions("(train)", "train"));
	assert_false(mg_sql_mentions("SELECT * FROM training", "train"));
	assert_false(mg_sql_mentions("SELECT * FROM a_train", "train"));
}

static const struct {
	const char *what;
	struct mg_query query;
	const char *sql;
} queries[] = {
	{"the groups are bounded and sorted", {.kind = MG_QUERY_AGGREGATE, .key_count = 1},
		"SELECT CAST(\"t\" AS VARCHAR) AS \"k0\", CAST(count(*) AS BIGINT) AS \"a0\" FROM "
		"\"my \"\"data\"\"\" WHERE (\nx > 1\n) AND (\"i\" = 2) GROUP BY 1 ORDER BY 1 NULLS "
		"FIRST LIMIT 200001"},
	{"one row without keys", {.kind = MG_QUERY_AGGREGATE},
		"SELECT CAST(count(*) AS BIGINT) AS \"a0\" FROM \"my \"\"data\"\"\" WHERE (\nx > 1\n) "
		"AND (\"i\" = 2)"},
	{"a frequency table", {.kind = MG_QUERY_FREQ},
		"SELECT CAST(\"x\" AS DOUBLE) AS \"v\", TRY_CAST(\"i\" AS INTEGER) AS \"g\", "
		"CAST(\"t\" AS VARCHAR) AS \"s\" FROM \"my \"\"data\"\"\" WHERE (\nx > 1\n) AND (\"i\" "
		"= 2)"},
	{"a sample", {.kind = MG_QUERY_SAMPLE},
		"SELECT CAST(\"t\" AS VARCHAR) AS \"t\" FROM (SELECT \"t\" FROM \"my \"\"data\"\"\" WHERE "
		"(\nx > 1\n) AND (\"i\" = 2) ORDER BY \"my \"\"data\"\"\".\"t\" NULLS LAST LIMIT 5) AS "
		"\"rows\" ORDER BY \"rows\".\"t\" NULLS LAST"},
	{"one number", {.kind = MG_QUERY_SQL, .sql = "SELECT 1 -- one"},
		"SELECT CAST(\"a0\" AS DOUBLE) AS \"a0\", CASE WHEN regexp_full_match(typeof(\"a0\"), "
		"'U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|FLOAT') THEN CAST(\"a0\" AS VARCHAR) END AS "
		"\"a1\" FROM (\nSELECT 1\n) AS \"q\"(\"a0\") LIMIT 2"},
	{"a number of rows", {.kind = MG_QUERY_SQL_COUNT, .sql = "SELECT 1;"},
		"SELECT CAST(count(*) AS BIGINT) AS \"a0\" FROM (\nSELECT 1\n) AS \"q\""},
};

static void test_queries(void **state)
{
	(void)state;
	static const struct mg_data data = {.name = "my \"data\""};
	const struct mg_expr *where[] = {expr("{x > 1}"), expr("(eq i 2)")};
	const struct mg_term key = {.expr = expr("t"), .as = MG_CELL_TEXT};
	const struct mg_term term = {.expr = expr("(count)"), .as = MG_CELL_INTEGER};
	static const char *const names[] = {"t"};
	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		struct mg_query q = queries[i].query;
		struct mg_error err;
		char *sql = NULL;
		q.source = (struct mg_source){.data = &data, .where = where, .where_count = 2};
		q.keys = &key;
		q.terms = &term;
		q.term_count = 1;
		q.value = expr("x");
		q.group = expr("i");
		q.group_count = 2;
		q.slice = expr("t");
		q.columns = names;
		q.column_count = 1;
		q.limit = 5;
		if (mg_dialect_sql(&mg_dialect_duckdb, &q, arena, &sql, &err) != MG_OK)
			fail_msg("%s: %s", queries[i].what, err.text);
		if (strcmp(sql, queries[i].sql) != 0)
			fail_msg("%s:\n  wanted %s\n  got    %s", queries[i].what, queries[i].sql,
				sql);
	}
}

static void test_samples(void **state)
{
	(void)state;
	static const struct mg_data data = {.name = "d"};
	static const char *const names[] = {"t", "i"}, *const other[] = {"x"};
	const struct mg_expr *where[] = {expr("(eq i 2)")}, *bad = expr("{x > 1}");
	const struct mg_expr *before[] = {expr("'it'"), expr("null")};
	const struct mg_query bounded = {.kind = MG_QUERY_SAMPLE,
		.source = {.data = &data, .where = where, .where_count = 1},
		.columns = names,
		.column_count = 2,
		.before = before,
		.before_count = 2,
		.limit = 3};
	const struct mg_query open = {.kind = MG_QUERY_SAMPLE,
		.source = {.data = &data, .where = &bad, .where_count = 1},
		.columns = other,
		.column_count = 1,
		.limit = 5};
	const struct mg_query *const parts[] = {&bounded, &open};
	const struct mg_expr *from_x[] = {expr("'x'")};
	struct mg_query q = {.kind = MG_QUERY_SAMPLES,
		.source = {.data = &data},
		.columns = other,
		.column_count = 1,
		.before = from_x,
		.before_count = 1,
		.parts = parts,
		.part_count = 2,
		.limit = 100};
	struct mg_error err;
	char *sql = NULL;
	assert_int_equal(mg_dialect_sql(&mg_dialect_duckdb, &q, arena, &sql, &err), MG_OK);
	assert_string_equal(sql,
		"SELECT \"t\" AS \"c0\", \"i\" AS \"c1\", \"x\" AS \"c2\", "
		"((\"t\" <= 'it' AND (\"t\" < 'it' OR (\"i\" IS NOT NULL OR false))) AND (\"i\" = 2)) AS "
		"\"f0\", ((\nx > 1\n)) AS \"f1\" FROM \"d\" WHERE (\"x\" <= 'x' AND (\"x\" < 'x' OR "
		"false)) AND (((\"t\" <= greatest('it')) AND "
		"(((\"t\" <= 'it' AND (\"t\" < 'it' OR (\"i\" IS NOT NULL OR false))) AND (\"i\" = 2)))) "
		"OR ((\nx > 1\n))) LIMIT 100");
	q.before_count = 0;
	assert_int_equal(mg_dialect_sql(&mg_dialect_databricks, &q, arena, &sql, &err), MG_OK);
	assert_string_equal(sql,
		"WITH `sampled` AS (SELECT `t` AS `c0`, `i` AS `c1`, `x` AS `c2`, "
		"((`t` <= 'it' AND (`t` < 'it' OR (`i` IS NOT NULL OR false))) AND (`i` = 2)) AS "
		"`f0`, ((\nx > 1\n)) AS `f1` FROM `d` WHERE ((`t` <= greatest('it')) AND "
		"(((`t` <= 'it' AND (`t` < 'it' OR (`i` IS NOT NULL OR false))) AND (`i` = 2)))) "
		"OR ((\nx > 1\n)) LIMIT 100) SELECT CAST(0 AS BIGINT) AS `part`, CAST(row_number() OVER "
		"(ORDER BY `c0` NULLS LAST, `c1` NULLS LAST) AS BIGINT) AS `position`, CAST(`c0` AS "
		"STRING) AS `s0`, CAST(`c1` AS STRING) AS `s1` FROM (SELECT `c0`, `c1` FROM "
		"`sampled` WHERE `f0` ORDER BY `c0` NULLS LAST, `c1` NULLS LAST LIMIT 3) AS `rows` "
		"UNION ALL SELECT CAST(1 AS BIGINT) AS `part`, CAST(row_number() OVER (ORDER BY `c2` "
		"NULLS LAST) AS BIGINT) AS `position`, CAST(`c2` AS STRING) AS `s0`, CAST(NULL AS "
		"STRING) AS `s1` FROM (SELECT `c2` FROM `sampled` WHERE `f1` ORDER BY `c2` NULLS "
		"LAST LIMIT 5) AS `rows` UNION ALL SELECT CAST(-1 AS BIGINT), CAST(count(*) AS BIGINT), "
		"CAST(NULL AS STRING), CAST(NULL AS STRING) FROM `sampled` ORDER BY 1, 2");
}

/* To Spark `FROM d WHERE (b)` names d and its column anew, and the condition is gone. */
static void test_where_is_no_name(void **state)
{
	(void)state;
	static const struct mg_data data = {.name = "d"};
	const struct mg_expr *where[] = {expr("{b}")};
	const struct mg_term count = {.expr = expr("(count)"), .as = MG_CELL_INTEGER};
	const struct mg_query q = {.source = {.data = &data, .where = where, .where_count = 1},
		.terms = &count,
		.term_count = 1};
	struct mg_error err;
	char *sql = NULL;
	assert_int_equal(mg_dialect_sql(&mg_dialect_databricks, &q, arena, &sql, &err), MG_OK);
	assert_string_equal(
		sql, "SELECT CAST(count(*) AS BIGINT) AS `a0` FROM `d` AS `d` WHERE (\nb\n)");
}

/* Times without a zone are compared as they are, and numbers of 32 bits added up as 64 bits: both take Spark long
 * otherwise. */
static void test_what_takes_spark_long(void **state)
{
	(void)state;
	static const struct {
		const char *expr, *sql;
	} cases[] = {
		{"(ge (epoch_us d) 1735689600000000)",
			"(`d` >= TIMESTAMP_NTZ '2025-01-01 00:00:00')"},
		{"(lt 1500000 (epoch_us d))", "(TIMESTAMP_NTZ '1970-01-01 00:00:01.500000' < `d`)"},
		{"(and (ge (epoch_us d) 0) (lt (epoch_us d) 1))",
			"((`d` >= TIMESTAMP_NTZ '1970-01-01 00:00:00') AND "
			"(`d` < TIMESTAMP_NTZ '1970-01-01 00:00:00.000001'))"},
		{"(lt (epoch_us d) 253402300800000000)",
			"(unix_micros(CAST(`d` AS TIMESTAMP)) < 253402300800000000)"},
		{"(lt (epoch_us t) 0)",
			"(unix_micros(CAST(CAST(`t` AS TIMESTAMP) AS TIMESTAMP)) < 0)"},
		{"(max (epoch_us d))", "unix_micros(CAST(max(`d`) AS TIMESTAMP))"},
		{"(min (epoch_us d))", "unix_micros(CAST(min(`d`) AS TIMESTAMP))"},
		{"(min (sub 5 (epoch_us d)))", "(5 - unix_micros(CAST(max(`d`) AS TIMESTAMP)))"},
		{"(max (sub 5 (epoch_us d)))", "max((5 - unix_micros(CAST(`d` AS TIMESTAMP))))"},
		{"(sum i)", "sum(CAST(`i` AS DECIMAL(20, 0)))"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mg_error err;
		char *sql = NULL;
		assert_int_equal(mg_dialect_expr(&mg_dialect_databricks, expr(cases[i].expr), arena,
					 &sql, &err),
			MG_OK);
		assert_string_equal(sql, cases[i].sql);
	}
	struct mg_column small = {.name = "s",
		.sql_type = "INT",
		.type = MG_TYPE_INTEGER,
		.number = {.kind = MG_NUMBER_WHOLE, .digits = 10}};
	const struct mg_expr *sum = mg_x_call(arena, MG_FN_SUM, 1, mg_x_of_column(arena, &small));
	struct mg_error err;
	char *sql = NULL;
	assert_int_equal(mg_dialect_expr(&mg_dialect_databricks, sum, arena, &sql, &err), MG_OK);
	assert_string_equal(sql, "sum(`s`)");
}

static int from_table(void *context, const struct mg_data *data, struct mg_arena *scratch,
	const char **out, struct mg_error *err)
{
	(void)context, (void)scratch, (void)err;
	*out = data->table;
	return MG_OK;
}

/* A statement has one WITH, whoever begins it. */
static void test_datasets(void **state)
{
	(void)state;
	static const struct mg_connection lake = {.name = "lake"};
	static struct mg_data data[] = {{.name = "d", .table = "s.d", .connection = &lake}};
	static const struct mg_spec spec = {.data = data, .data_count = 1};
	const struct mg_sql_datasets datasets = {.dialect = &mg_dialect_postgres,
		.spec = &spec,
		.connection = &lake,
		.from = from_table};
	static const struct {
		const char *select, *sql;
	} cases[] = {
		{"SELECT 1", "SELECT 1"},
		{"SELECT x FROM d",
			"WITH \"d\" AS NOT MATERIALIZED (SELECT * FROM s.d AS \"d\") SELECT x FROM d"},
		{"WITH \"sampled\" AS (SELECT x FROM d) SELECT x FROM \"sampled\"",
			"WITH \"d\" AS NOT MATERIALIZED (SELECT * FROM s.d AS \"d\"), "
			"\"sampled\" AS (SELECT x FROM d) SELECT x FROM \"sampled\""},
	};
	struct mg_error err;
	char *sql = NULL;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(
			mg_sql_with_datasets(&datasets, cases[i].select, arena, &sql, &err), MG_OK);
		assert_string_equal(sql, cases[i].sql);
	}
}

static int set_up(void **state)
{
	(void)state;
	arena = mg_arena_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mg_arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_quoting),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_nesting_is_bounded),
		cmocka_unit_test(test_mentions),
		cmocka_unit_test(test_queries),
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_where_is_no_name),
		cmocka_unit_test(test_what_takes_spark_long),
		cmocka_unit_test(test_datasets),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
