/* test_repeatable.c: SQL of a spec that services are asked: what is refused, and the time that it sees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <modelgate/spec.h>

#include "base/arena.h"
#include "base/clock.h"
#include "engine/sql/dialect.h"

#include <cmocka.h>

static const struct mg_connection store = {.name = "store"}, other = {.name = "other"};
static struct mg_data datasets[] = {{.name = "serving", .connection = &store},
	{.name = "train", .connection = &store}, {.name = "foreign", .connection = &other},
	{.name = "file"}};
static const struct mg_spec spec = {
	.data = datasets, .data_count = sizeof(datasets) / sizeof(*datasets)};

/* The SQL as it is sent, without the parentheses around it; or why it is not. */
static const char *sent(const struct mg_dialect *engine, const char *sql, struct mg_arena *arena)
{
	struct mg_sql_rules rules = {.spec = &spec, .connection = &store};
	struct mg_dialect dialect = *engine;
	struct mg_error err = {0};
	struct mg_text out;
	assert_true(mg_clock_parse("2024-02-29T10:20:30.5Z", &rules.as_of_us));
	dialect.rules = &rules;
	mg_text_init(&out, arena);
	if (mg_dialect_piece(&dialect, &out, "the query", sql, &err) != MG_OK)
		return mg_printf(arena, "error: %s", err.text);
	return mg_strndup(arena, out.data + 2, out.len - 4);
}

struct example {
	const char *sql, *sent; /* NULL: as it is written */
};

static void check(const struct mg_dialect *engine, const struct example *examples, size_t count)
{
	struct mg_arena *arena = mg_arena_new();
	for (size_t i = 0; i < count; i++) {
		const char *want = examples[i].sent ? examples[i].sent : examples[i].sql;
		const char *got = sent(engine, examples[i].sql, arena);
		if (strcmp(got, want) != 0)
			fail_msg("%s: %s\n%s, not\n%s", engine->name, examples[i].sql, got, want);
	}
	mg_arena_free(arena);
}

static void check_refused(
	const struct mg_dialect *engine, const struct example *examples, size_t count)
{
	struct mg_arena *arena = mg_arena_new();
	for (size_t i = 0; i < count; i++) {
		const char *got = sent(engine, examples[i].sql, arena);
		if (strncmp(got, "error: ", 7) != 0 || !strstr(got, examples[i].sent))
			fail_msg("%s: %s\n%s, not\n%s", engine->name, examples[i].sql, got,
				examples[i].sent);
	}
	mg_arena_free(arena);
}

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static void test_the_time(void **state)
{
	(void)state;
	static const struct example postgres[] = {
		{"SELECT now()", "SELECT TIMESTAMPTZ '2024-02-29T10:20:30.500000Z'"},
		{"SELECT \"now\" ( )", "SELECT TIMESTAMPTZ '2024-02-29T10:20:30.500000Z'"},
		{"SELECT Current_Timestamp(3)", "SELECT TIMESTAMPTZ '2024-02-29T10:20:30.500000Z'"},
		{"day < current_date - 1", "day < DATE '2024-02-29' - 1"},
		{"t > localtime", "t > TIME '10:20:30.500000'"},
		{"t > LOCALTIMESTAMP", "t > TIMESTAMP '2024-02-29 10:20:30.500000'"},
		{"age(current_date, day) > x", "age(DATE '2024-02-29', day) > x"},
		/* No time is meant. */
		{"SELECT now, s.current_date, \"current_date\" FROM serving AS s", NULL},
		{"SELECT 'now()' /* now() */ -- current_date", "SELECT 'now()'"},
		{"SELECT $$current_date$$", NULL},
	};
	static const struct example databricks[] = {
		{"day < current_date", "day < DATE '2024-02-29'"},
		{"day < current_date()", "day < DATE '2024-02-29'"},
		{"SELECT now(), getdate()",
			"SELECT TIMESTAMP '2024-02-29T10:20:30.500000Z', "
			"TIMESTAMP '2024-02-29T10:20:30.500000Z'"},
		{"SELECT unix_timestamp()", "SELECT 1709202030L"},
		{"SELECT unix_timestamp(day) FROM serving", NULL},
		{"SELECT \"now()\", r'now()', `now`", NULL},
	};
	check(&mg_dialect_postgres, postgres, COUNT(postgres));
	check(&mg_dialect_databricks, databricks, COUNT(databricks));
}

static void test_what_is_read(void **state)
{
	(void)state;
	static const struct example taken[] = {
		{"SELECT 1", NULL},
		{"fare > 0 AND city IN (SELECT city FROM train)", NULL},
		{"SELECT * FROM serving s JOIN train AS t ON s.id = t.id, Serving", NULL},
		{"SELECT * FROM serving, (SELECT 1) q, LATERAL (SELECT s.id) l", NULL},
		{"SELECT * FROM (serving s JOIN (SELECT * FROM train) t ON true)", NULL},
		{"WITH a AS (SELECT * FROM serving), b (x) AS (SELECT 1 FROM a) "
		 "SELECT * FROM a, b",
			NULL},
		{"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) "
		 "SELECT sum(i) FROM n",
			NULL},
		{"SELECT extract(year FROM s.day), trim(both 'x' FROM s.t) FROM serving s", NULL},
		{"SELECT * FROM serving WHERE a IS DISTINCT FROM b", NULL},
		{"SELECT * FROM serving CROSS JOIN generate_series(1, 3) AS g(x)", NULL},
		{"SELECT (SELECT max(id) FROM train), id FROM serving UNION SELECT 1, 2 FROM train",
			NULL},
	};
	static const struct example refused[] = {
		{"SELECT * FROM secret", "reads from secret, which is not a dataset"},
		{"SELECT * FROM foreign", "reads from foreign"},
		{"SELECT * FROM file", "reads from file"},
		{"SELECT * FROM public.serving", "reads from public.serving"},
		{"SELECT * FROM serving, secret", "reads from secret"},
		{"SELECT * FROM serving s, (SELECT 1) q, secret", "reads from secret"},
		{"SELECT * FROM serving JOIN secret ON true", "reads from secret"},
		{"SELECT * FROM (serving JOIN secret ON true)", "reads from secret"},
		{"SELECT * FROM ((secret))", "reads from secret"},
		{"id IN (SELECT id FROM a.b.c)", "reads from a.b.c"},
		{"TABLE secret", "reads from secret"},
		{"SELECT 1 UNION TABLE secret", "reads from secret"},
		{"WITH a AS (SELECT * FROM secret) SELECT * FROM a", "reads from secret"},
		{"SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) q, a", "reads from a,"},
		{"SELECT extract(year FROM day) FROM secret", "reads from secret"},
		{"SELECT a IS DISTINCT FROM b FROM secret", "reads from secret"},
		{"SELECT * FROM ONLY secret", "reads from secret"},
		{"SELECT query_to_xml('SELECT 1', true, true, '')", "calls query_to_xml"},
	};
	static const struct example databricks[] = {
		{"SELECT * FROM delta.`/Volumes/x`", "reads from delta.`/Volumes/x`"},
		{"SELECT * FROM parquet.`x`", "reads from parquet.`x`"},
		{"FROM secret SELECT *", "reads from secret"},
		{"SELECT * FROM read_files('/Volumes/x')", "calls read_files"},
		{"SELECT * FROM IDENTIFIER('a.b')", "calls identifier"},
		{"SELECT ai_query('m', t) FROM serving", "calls ai_query"},
	};
	static const struct example views[] = {
		{"SELECT * FROM serving LATERAL VIEW explode(m) e AS k, v", NULL},
		{"SELECT * FROM serving LATERAL VIEW OUTER explode(a) JOIN train", NULL},
		{"FROM serving SELECT id", NULL},
	};
	check(&mg_dialect_postgres, taken, COUNT(taken));
	check(&mg_dialect_databricks, taken, COUNT(taken));
	check(&mg_dialect_databricks, views, COUNT(views));
	check_refused(&mg_dialect_postgres, refused, COUNT(refused));
	check_refused(&mg_dialect_databricks, refused, COUNT(refused));
	check_refused(&mg_dialect_databricks, databricks, COUNT(databricks));
}

static void test_chance_and_order(void **state)
{
	(void)state;
	static const struct example taken[] = {
		{"SELECT * FROM serving ORDER BY id LIMIT 1", NULL},
		{"SELECT \"limit\", s.limit, random FROM serving s", NULL},
		{"SELECT array_agg(id ORDER BY id) FROM serving", NULL},
		{"SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM serving", NULL},
		{"SELECT first_value(a) OVER w FROM serving WINDOW w AS (ORDER BY id)", NULL},
		{"SELECT lag(a) IGNORE NULLS OVER (ORDER BY b) FROM serving", NULL},
		{"SELECT * FROM (SELECT * FROM serving ORDER BY id LIMIT 2) q", NULL},
	};
	static const struct example refused[] = {
		{"SELECT * FROM serving LIMIT 1", "by LIMIT without"},
		{"SELECT * FROM serving OFFSET 1", "by LIMIT without"},
		{"SELECT * FROM serving FETCH FIRST ROW ONLY", "by LIMIT without"},
		{"SELECT * FROM (SELECT * FROM serving ORDER BY id) q LIMIT 1", "by LIMIT without"},
		{"SELECT sum(id) FROM (SELECT id FROM serving LIMIT 1) q", "by LIMIT without"},
		{"SELECT DISTINCT ON (a) b FROM serving", "by DISTINCT ON without"},
		{"SELECT row_number() OVER () FROM serving", "calls row_number without"},
		{"SELECT first_value(a) OVER w FROM serving WINDOW w AS (PARTITION BY id)",
			"calls first_value without"},
		{"SELECT lag(a) OVER (PARTITION BY (SELECT 1 ORDER BY 1)) FROM serving",
			"calls lag without"},
		{"random() < 0.5", "calls random"},
		{"SELECT pg_catalog.random()", "calls random"},
		{"SELECT RAND(3) FROM serving", "calls rand"},
		{"SELECT * FROM serving TABLESAMPLE BERNOULLI (5)", "takes a sample"},
		{"SELECT version()", "depends on the machine"},
		{"SELECT pg_catalog.now()", "bypasses the as-of time"},
		{"SELECT percentile_approx(a, 0.5) FROM serving", "an estimate"},
	};
	static const struct example postgres[] = {{"SELECT \"random\"()", "calls random"},
		{"SELECT age(day) FROM serving", "calls age with one argument"}};
	check(&mg_dialect_postgres, taken, COUNT(taken));
	check(&mg_dialect_databricks, taken, COUNT(taken));
	check_refused(&mg_dialect_postgres, refused, COUNT(refused));
	check_refused(&mg_dialect_databricks, refused, COUNT(refused));
	check_refused(&mg_dialect_postgres, postgres, COUNT(postgres));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_time),
		cmocka_unit_test(test_what_is_read),
		cmocka_unit_test(test_chance_and_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
