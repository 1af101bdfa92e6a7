/* test_repeatable_sql.c: SQL of a spec sees the as-of time, and nothing of chance or of the
 * machine. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "base/clock.h"
#include "engine/duckdb/engine.h"

#include <cmocka.h>

static const char as_of[] = "2024-02-29T10:20:30.5Z";

static void open_at(struct fixture *f)
{
	fixture_init(f);
	fixture_text(f, "d.csv", "id,day\n1,2024-02-28\n2,2024-03-01\n");
	fixture_text(f, "named.csv", "current_date,x\nhello,1\n");
	assert_true(mg_clock_parse(as_of, &f->options.as_of_us));
	fixture_data(f, "d", "d.csv");
	fixture_data(f, "named", "named.csv");
	fixture_data(f, "past", "d.csv")->where = "day < current_date";
	fixture_data(f, "chosen", "d.csv")->where = "random() < 2";
	fixture_data(f, "made", "sql:SELECT *, now() AS made_at FROM d");
	fixture_data(f, "drawn", "sql:SELECT * FROM d USING SAMPLE 1");
	if (fixture_open(f) != MG_OK)
		fail_msg("%s", f->err.text);
}

static const char *value_of(struct fixture *f, const char *sql)
{
	struct mg_query query = {.kind = MG_QUERY_SAMPLE_SQL, .sql = sql, .limit = 1};
	struct mg_table table;
	if (f->ops->query(f->session, &query, f->arena, &table, NULL, &f->err) != MG_OK)
		return mg_printf(f->arena, "error: %s", f->err.text);
	return table.rows ? row_text(f->arena, table.cells, table.columns) : "";
}

static void test_clock_is_the_as_of_time(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"SELECT now()", "2024-02-29 10:20:30.5+00"},
		{"SELECT \"NOW\"()", "2024-02-29 10:20:30.5+00"},
		{"SELECT get_current_timestamp()", "2024-02-29 10:20:30.5+00"},
		{"SELECT transaction_timestamp()", "2024-02-29 10:20:30.5+00"},
		{"SELECT current_timestamp", "2024-02-29 10:20:30.5+00"},
		{"SELECT CURRENT_TIMESTAMP", "2024-02-29 10:20:30.5+00"},
		{"SELECT current_timestamp()", "2024-02-29 10:20:30.5+00"},
		{"SELECT typeof(now())", "TIMESTAMP WITH TIME ZONE"},
		{"SELECT today()", "2024-02-29"}, {"SELECT current_date", "2024-02-29"},
		{"SELECT current_date()", "2024-02-29"}, {"SELECT typeof(current_date)", "DATE"},
		{"SELECT current_time", "10:20:30.5+00"},
		{"SELECT get_current_time()", "10:20:30.5+00"}, {"SELECT localtime", "10:20:30.5"},
		{"SELECT current_localtime()", "10:20:30.5"},
		{"SELECT localtimestamp", "2024-02-29 10:20:30.5"},
		{"SELECT current_localtimestamp()", "2024-02-29 10:20:30.5"},
		{"SELECT ago(INTERVAL 1 DAY)", "2024-02-28 10:20:30.5+00"},
		{"SELECT age(DATE '2024-02-27')", "2 days"},
		{"SELECT age(TIMESTAMP '2024-02-27')", "2 days"},
		{"SELECT age(TIMESTAMP '2024-03-01', TIMESTAMP '2024-02-27')", "3 days"},
		{"SELECT count(*) FROM d WHERE day > now()", "1"},
		{"SELECT count(*) FILTER (day <= current_date) FROM d", "1"},
		{"WITH t AS (SELECT today() AS x) SELECT x FROM t", "2024-02-29"},
		{"SELECT list_transform([1], lambda x: current_date)", "[2024-02-29]"},
		{"SELECT count(*) FROM past", "1"},
		{"SELECT made_at FROM made", "2024-02-29 10:20:30.5+00"},
		{"SELECT current_date FROM named", "hello"}, /* a column of that name wins */
	};
	struct fixture f;
	open_at(&f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *got = value_of(&f, cases[i][0]);
		if (strcmp(got, cases[i][1]) != 0)
			fail_msg("%s: %s, not %s", cases[i][0], got, cases[i][1]);
	}
	fixture_done(&f);
}

static void test_chance_and_machine_are_refused(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"SELECT random()",
			"calls random, which answers differently in each run; to pick "
			"rows, take a hash"},
		{"SELECT system.main.random()", "calls random"},
		{"SELECT uuid()", "calls uuid"},
		{"SELECT max(gen_random_uuid()) FROM d", "calls gen_random_uuid"},
		{"SELECT setseed(0.5)", "calls setseed"},
		{"SELECT * FROM d ORDER BY Random()", "calls random"},
		{"SELECT reservoir_quantile(id, 0.5) FROM d", "an estimate"},
		{"SELECT version()", "calls version, which depends on the machine"},
		{"SELECT current_setting('threads')", "calls current_setting"},
		{"SELECT txid_current()", "calls txid_current"},
		{"SELECT pg_postmaster_start_time()", "calls pg_postmaster_start_time"},
		{"SELECT * FROM d TABLESAMPLE 10%", "takes a sample"},
		{"SELECT * FROM d USING SAMPLE 5", "takes a sample"},
		{"SELECT * FROM (SELECT * FROM d TABLESAMPLE reservoir(1) REPEATABLE (3))",
			"takes a sample"},
		{"SELECT system.main.now()", "bypasses the as-of time"},
		{"SELECT main.today()", "bypasses the as-of time"},
		{"SELECT pg_sleep(1)", "does more than read"},
		{"SELECT first(id) FROM d", "calls first without an ORDER BY"},
		{"SELECT any_value(id + first(id ORDER BY day)) FROM d", "calls any_value without"},
		{"SELECT any_value(id) FILTER (id > 0) FROM d", "calls any_value without"},
		{"SELECT max(n) FROM (SELECT row_number() OVER (PARTITION BY day) AS n FROM d)",
			"calls row_number without"},
		{"SELECT sum(id) FROM (SELECT id FROM d LIMIT 1)", "by LIMIT without an ORDER BY"},
		{"SELECT * FROM (SELECT * FROM d ORDER BY id) LIMIT 1", "by LIMIT without"},
		{"SELECT id FROM d OFFSET 1", "by LIMIT without"},
		{"SELECT id FROM d UNION SELECT 1 LIMIT 1", "by LIMIT without"},
		{"SELECT DISTINCT ON (day) id FROM d", "by DISTINCT ON without"},
		{"SELECT * FROM chosen", "calls random"},
		{"SELECT * FROM drawn", "takes a sample"},
	};
	struct fixture f;
	open_at(&f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *got = value_of(&f, cases[i][0]);
		if (!mg_starts_with(got, "error: ") || !strstr(got, cases[i][1]))
			fail_msg("%s: %s, not %s", cases[i][0], got, cases[i][1]);
	}
	assert_string_equal(value_of(&f, "SELECT first(id ORDER BY id) FROM d"),
		value_of(&f, "SELECT min(id) FROM d"));
	assert_string_equal(value_of(&f, "SELECT id FROM d ORDER BY id LIMIT 1"),
		value_of(&f, "SELECT min(id) FROM d"));
	assert_string_equal(
		value_of(&f,
			"SELECT max(n) FROM (SELECT row_number() OVER (ORDER BY id) AS n FROM d)"),
		value_of(&f, "SELECT count(*) FROM d"));
	assert_string_equal(
		value_of(
			&f, "SELECT count(*) FROM (SELECT DISTINCT ON (id) id FROM d ORDER BY id)"),
		value_of(&f, "SELECT count(DISTINCT id) FROM d"));
	/* Words that only look like it are no calls. */
	assert_string_equal(
		value_of(&f, "SELECT 'random() TABLESAMPLE 1' AS \"random\", main.upper('a')"),
		"random() TABLESAMPLE 1 | A");
	fixture_done(&f);
}

/* Whatever DuckDB itself calls volatile is either refused or given the as-of time: a newer release
 * with a function that we do not know fails here. */
static void test_no_volatile_function_is_forgotten(void **state)
{
	(void)state;
	static const char volatile_sql[] =
		"SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN "
		"('scalar', 'aggregate') AND stability <> 'CONSISTENT' AND function_name NOT IN "
		/* always the same in an engine that is opened anew, and an end of the query */
		"('current_database', 'current_schema', 'current_schemas', 'in_search_path', "
		"'error', 'modelgate_freq', 'modelgate_freq_g', 'modelgate_freq_s', "
		"'modelgate_freq_gs') ORDER BY 1";
	struct fixture f;
	struct mg_table names;
	duckdb_result result;
	open_at(&f);
	assert_int_equal(
		mg_duckdb_run(f.engine, f.session->con, volatile_sql, NULL, &result, &f.err),
		MG_OK);
	assert_int_equal(mg_duckdb_decode(f.engine, &result, f.arena, &names, NULL, &f.err), MG_OK);
	f.engine->api.destroy_result(&result);
	assert_true(names.rows > 15);
	for (size_t i = 0; i < names.rows; i++) {
		const char *name = names.cells[i].text;
		const char *sql = mg_printf(f.arena, "%s()", name);
		if (mg_duckdb_check_piece(f.engine, f.session->con, false, sql, &f.err) == MG_OK &&
			!mg_duckdb_is_clock(name))
			fail_msg("%s is neither refused nor given the as-of time", name);
	}
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock_is_the_as_of_time),
		cmocka_unit_test(test_chance_and_machine_are_refused),
		cmocka_unit_test(test_no_volatile_function_is_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
