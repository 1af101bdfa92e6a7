/* test_duckdb.c: files, formats, the sandbox and cancelling of the embedded engine; frequency tables are
 * those of test_freq_slow.c. */
#include <math.h>
#include <pthread.h>
#include <time.h>

#include "base/clock.h"

#include "duckdb_files.h"

/* ---- helpers ---- */

/* All rows of a SELECT, ordered, lines joined by "; ". */
static const char *rows_of(struct fixture *f, const char *sql)
{
	struct mg_query query = {.kind = MG_QUERY_SAMPLE_SQL, .sql = sql, .limit = 20};
	struct mg_table table;
	if (f->ops->query(f->session, &query, f->arena, &table, NULL, &f->err) != MG_OK)
		return mg_printf(f->arena, "error: %s", f->err.text);
	struct mg_text out;
	mg_text_init(&out, f->arena);
	for (size_t r = 0; r < table.rows; r++)
		mg_text_addf(&out, "%s%s", r ? "; " : "",
			row_text(f->arena, table.cells + r * table.columns, table.columns));
	return out.data;
}

/* "name:TYPE:k name:TYPE:k", k the letter of its mg_column_type. */
static const char *schema_text(struct fixture *f, const char *name)
{
	static const char letters[] = "anirtbmo"; /* in order of enum mg_column_type */
	struct mg_schema schema;
	if (f->ops->describe(f->session, fixture_find(f, name), f->arena, &schema, NULL, NULL,
		    &f->err) != MG_OK)
		return mg_printf(f->arena, "error: %s", f->err.text);
	struct mg_text out;
	mg_text_init(&out, f->arena);
	for (size_t i = 0; i < schema.count; i++)
		mg_text_addf(&out, "%s%s:%s:%c", i ? " " : "", schema.columns[i].name,
			schema.columns[i].sql_type, letters[schema.columns[i].type]);
	return out.data;
}

/* ---- formats ---- */

static void test_formats_read_alike(void **state)
{
	(void)state;
	static const struct {
		const char *name, *options;
	} files[] = {
		{"a.csv", "FORMAT csv"},
		{"a.csv.gz", "FORMAT csv, COMPRESSION gzip"},
		{"a.csv.zst", "FORMAT csv, COMPRESSION zstd"},
		{"a.tsv", "FORMAT csv, DELIM '\t'"},
		{"a.json", "FORMAT json, ARRAY true"},
		{"a.ndjson", "FORMAT json"},
		{"a.ndjson.gz", "FORMAT json, COMPRESSION gzip"},
		{"a.json.zst", "FORMAT json, COMPRESSION zstd"},
		{"a.parquet", "FORMAT parquet"},
		{"z.parquet", "FORMAT parquet, COMPRESSION zstd"},
	};
	static const char wanted[] = "1 | a, b | 1.5 | true | 2024-01-31; "
				     "2 | 'x' | -0.25 | false | 2024-02-29; "
				     "3 | NULL | NULL | NULL | NULL";
	struct fixture f;
	fixture_init(&f);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		make_files(&f,
			mg_printf(f.arena,
				"COPY (SELECT * FROM (VALUES (1::BIGINT, 'a, b', 1.5::DOUBLE, true, "
				"DATE '2024-01-31'), (2, '''x''', -0.25, false, DATE '2024-02-29'), "
				"(3, NULL, NULL, NULL, NULL)) t(id, \"name of\", x, ok, day)) "
				"TO '%%s/%s' (%s)",
				files[i].name, files[i].options));
		fixture_data(&f, mg_printf(f.arena, "d%zu", i), files[i].name);
	}
	open_or_fail(&f);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		const char *name = mg_printf(f.arena, "d%zu", i);
		assert_string_equal(schema_text(&f, name),
			"id:BIGINT:i name of:VARCHAR:t x:DOUBLE:r ok:BOOLEAN:b day:DATE:m");
		assert_string_equal(
			rows_of(&f, mg_printf(f.arena, "SELECT * FROM %s", name)), wanted);
	}
	fixture_done(&f);
}

static void test_csv_options(void **state)
{
	(void)state;
	static const char *const names[] = {"key", "value"};
	static const char *const typed[] = {"id"}, *const types[] = {"VARCHAR"};
	struct fixture f;
	fixture_init(&f);
	fixture_text(&f, "comma.csv", "id;x\n1;1,5\n2;-0,25\n");
	fixture_text(&f, "bare.csv", "1,a\n2,b\n");
	fixture_text(&f, "skip.csv", "made by hand\nid,x\n1,2\n");
	fixture_text(&f, "null.csv", "id,t\n1,N/A\n2,\n3,NULL\n");
	fixture_text(&f, "quote.csv", "id,t\n1,~a,b~\n2,~c~~d~\n");
	fixture_text(&f, "escape.csv", "id,t\n1,\"a \\\"b\\\"\"\n");
	fixture_text(&f, "types.csv", "id,x\n007,1\n008,2\n");
	fixture_text(&f, "words.csv", "name,city\nann,bonn\nbob,rome\n");
	struct mg_data *d = fixture_data(&f, "comma", "comma.csv");
	d->csv.delimiter = ";";
	d->csv.decimal = ",";
	d = fixture_data(&f, "bare", "bare.csv");
	d->csv.header = 0;
	d->csv.columns = (const char **)(uintptr_t)names;
	d->csv.column_count = 2;
	fixture_data(&f, "skip", "skip.csv")->csv.skip = 1;
	fixture_data(&f, "null", "null.csv")->csv.null_text = "N/A";
	fixture_data(&f, "quote", "quote.csv")->csv.quote = "~";
	fixture_data(&f, "escape", "escape.csv")->csv.escape = "\\";
	d = fixture_data(&f, "types", "types.csv");
	d->types.columns = (const char **)(uintptr_t)typed;
	d->types.types = (const char **)(uintptr_t)types;
	d->types.count = 1;
	fixture_data(&f, "words", "words.csv");
	open_or_fail(&f);
	assert_string_equal(schema_text(&f, "comma"), "id:BIGINT:i x:DOUBLE:r");
	assert_string_equal(rows_of(&f, "FROM comma"), "1 | 1.5; 2 | -0.25");
	assert_string_equal(schema_text(&f, "bare"), "key:BIGINT:i value:VARCHAR:t");
	assert_string_equal(rows_of(&f, "FROM bare"), "1 | a; 2 | b");
	assert_string_equal(schema_text(&f, "skip"), "id:BIGINT:i x:BIGINT:i");
	assert_string_equal(schema_text(&f, "null"), "id:BIGINT:i t:VARCHAR:t");
	assert_string_equal(rows_of(&f, "FROM \"null\""), "1 | NULL; 2 | ; 3 | NULL");
	assert_string_equal(rows_of(&f, "FROM quote"), "1 | a,b; 2 | c~d");
	assert_string_equal(rows_of(&f, "FROM escape"), "1 | a \"b\"");
	assert_string_equal(schema_text(&f, "types"), "id:VARCHAR:t x:BIGINT:i");
	assert_string_equal(rows_of(&f, "FROM types"), "007 | 1; 008 | 2");
	assert_string_equal(schema_text(&f, "words"), "name:VARCHAR:t city:VARCHAR:t");
	fixture_done(&f);
}

static void test_json_types(void **state)
{
	(void)state;
	static const char *const columns[] = {"id"}, *const good[] = {"VARCHAR"},
				 *const bad[] = {"VARCHAR), (SELECT 1"};
	struct fixture f;
	fixture_init(&f);
	fixture_text(&f, "a.json", "[{\"id\": 7, \"x\": [1, 2]}, {\"id\": 8, \"extra\": true}]");
	for (int i = 0; i < 2; i++) {
		struct mg_data *d = fixture_data(&f, i ? "bad" : "good", "a.json");
		d->types.columns = (const char **)(uintptr_t)columns;
		d->types.types = (const char **)(uintptr_t)(i ? bad : good);
		d->types.count = 1;
	}
	open_or_fail(&f);
	assert_string_equal(schema_text(&f, "good"), "id:VARCHAR:t x:JSON:t extra:BOOLEAN:b");
	assert_non_null(strstr(schema_text(&f, "bad"), "is not a type"));
	fixture_done(&f);
}

static void test_types_are_told_apart(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	fixture_data(&f, "types",
		"sql:SELECT 1::HUGEINT a, 1::UBIGINT b, 1::TINYINT c, 1.5::DECIMAL(9,2) d, 1::FLOAT e, "
		"'x'::ENUM('x', 'y') f, CAST(md5('1') AS UUID) g, '{}'::JSON h, [1] i, {'k': 1} j, "
		"TIMESTAMPTZ '2024-01-01' k, TIMESTAMP_NS '2024-01-01' l, TIME '10:00' m, "
		"'\\x00'::BLOB n, INTERVAL 1 DAY o, ['x'::ENUM('x')] p");
	open_or_fail(&f);
	assert_string_equal(schema_text(&f, "types"),
		"a:HUGEINT:i b:UBIGINT:i c:TINYINT:i d:DECIMAL(9,2):r e:FLOAT:r f:ENUM:t g:UUID:t "
		"h:JSON:t i:INTEGER[]:o j:STRUCT(k INTEGER):o k:TIMESTAMP WITH TIME ZONE:m "
		"l:TIMESTAMP_NS:m m:TIME:o n:BLOB:o o:INTERVAL:o p:ENUM('x')[]:o");
	fixture_done(&f);
}

static void test_globs_and_empty_files(void **state)
{
	(void)state;
	static const char *const names[] = {"id", "x"};
	struct fixture f;
	fixture_init(&f);
	fixture_text(&f, "m-1.csv", "id,x\n1,a\n");
	fixture_text(&f, "m-2.csv", "x,id,new\nb,2,true\n");
	fixture_text(&f, "m-3.csv", "id,x\n");
	fixture_text(&f, "part-1.csv", "id,x\n1,a\n");
	fixture_text(&f, "part-2.csv", "");
	assert_int_equal(symlink("m-2.csv", fixture_path(&f, "m-latest.csv")), 0);
	fixture_text(&f, "odd[1]*.csv", "id\n5\n");
	fixture_text(&f, "odd1x.csv", "id\n6\n"); /* would match as a pattern */
	fixture_text(&f, "zero.csv", "");
	fixture_text(&f, "header.csv", "id,x\n");
	fixture_text(&f, "zero.ndjson", "");
	make_files(&f, "COPY (SELECT 1 AS id LIMIT 0) TO '%s/none.parquet' (FORMAT parquet)");
	fixture_text(&f, "broken.parquet", "PAR1 this is not a Parquet file PAR1");
	fixture_text(&f, "broken.ndjson", "{\"id\": 1}\n{\"id\": \n");
	fixture_data(&f, "months", "m-*.csv")->union_by_name = true;
	fixture_data(&f, "parts", "part-*.csv");
	fixture_data(&f, "odd", "odd[1]*.csv");
	fixture_data(&f, "zero", "zero.csv");
	struct mg_data *d = fixture_data(&f, "named", "zero.csv");
	d->csv.columns = (const char **)(uintptr_t)names;
	d->csv.column_count = 2;
	fixture_data(&f, "header", "header.csv");
	fixture_data(&f, "zero_json", "zero.ndjson");
	fixture_data(&f, "none", "none.parquet");
	fixture_data(&f, "broken", "broken.parquet");
	fixture_data(&f, "broken_json", "broken.ndjson");
	open_or_fail(&f);
	struct mg_schema schema;
	const char **files = NULL;
	size_t count = 0;
	assert_int_equal(f.ops->describe(f.session, fixture_find(&f, "months"), f.arena, &schema,
				 &files, &count, &f.err),
		MG_OK);
	assert_int_equal(count, 3); /* the link is its target */
	assert_true(mg_ends_with(files[0], "/m-1.csv") && mg_ends_with(files[2], "/m-3.csv"));
	assert_true(files[0][0] == '/');
	assert_string_equal(
		rows_of(&f, "SELECT id, x, new FROM months"), "1 | a | NULL; 2 | b | true");
	assert_string_equal(rows_of(&f, "FROM odd"), "5");
	assert_non_null(strstr(schema_text(&f, "parts"), "part-2.csv: it is empty (0 bytes)"));
	assert_non_null(strstr(schema_text(&f, "zero"), "zero.csv: it is empty (0 bytes)"));
	assert_string_equal(schema_text(&f, "named"), "id:VARCHAR:t x:VARCHAR:t");
	assert_string_equal(rows_of(&f, "SELECT count(*) FROM named"), "0");
	assert_string_equal(schema_text(&f, "header"), "id:VARCHAR:t x:VARCHAR:t");
	assert_string_equal(rows_of(&f, "SELECT count(*) FROM header"), "0");
	assert_non_null(strstr(schema_text(&f, "zero_json"), "no columns"));
	assert_string_equal(schema_text(&f, "none"), "id:INTEGER:i");
	assert_non_null(strstr(schema_text(&f, "broken"), "data 'broken': "));
	assert_non_null(strstr(schema_text(&f, "broken_json"), "data 'broken_json': "));
	/* The others are not harmed. */
	assert_string_equal(rows_of(&f, "SELECT count(*) FROM none"), "0");
	fixture_done(&f);
}

static void test_odd_folder_names(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	assert_int_equal(mkdir(fixture_path(&f, "it's [a] *folder*"), 0700), 0);
	fixture_text(&f, "it's [a] *folder*/1.csv", "id\n1\n");
	fixture_text(&f, "it's [a] *folder*/2.csv", "id\n2\n");
	f.spec.folder = fixture_path(&f, "it's [a] *folder*");
	fixture_data(&f, "one", "1.csv");
	fixture_data(&f, "months", "?.csv");
	open_or_fail(&f);
	assert_string_equal(rows_of(&f, "FROM one"), "1");
	assert_string_equal(rows_of(&f, "FROM months"), "1; 2");
	fixture_done(&f);
}

static void test_cells_hold_any_text(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	open_or_fail(&f);
	assert_string_equal(
		rows_of(&f,
			"SELECT 'a' || chr(0) || 'b', 'größe', '', NULL, "
			"repeat('x', 20), 1e300::DOUBLE, 170141183460469231731687303715884105727"),
		"a\xEF\xBF\xBD"
		"b | größe |  | NULL | xxxxxxxxxxxxxxxxxxxx | 1e+300 | "
		"170141183460469231731687303715884105727");
	fixture_done(&f);
}

/* ---- which files may be read ---- */

static void test_paths(void **state)
{
	(void)state;
	struct fixture f;
	struct fixture outside; /* a second folder */
	fixture_init(&f);
	fixture_init(&outside);
	fixture_text(&outside, "secret.csv", "id\n1\n");
	fixture_text(&outside, "allowed.csv", "id\n2\n");
	assert_int_equal(mkdir(fixture_path(&f, "data"), 0700), 0);
	for (int i = 1; i <= 8; i++)
		fixture_text(&f, mg_printf(f.arena, "data/2001-%02d.csv", i), "id\n1\n");
	assert_int_equal(
		symlink(fixture_path(&outside, "secret.csv"), fixture_path(&f, "link.csv")), 0);
	assert_int_equal(symlink(outside.folder, fixture_path(&f, "elsewhere")), 0);
	assert_int_equal(
		symlink(fixture_path(&f, "data/2001-01.csv"), fixture_path(&f, "in.csv")), 0);
	const char *allowed[] = {fixture_path(&outside, "allowed.csv")};
	f.options.allow_paths = allowed;
	f.options.allow_path_count = 1;
	const struct {
		const char *path;
		enum mg_code code;
		const char *part;
	} cases[] = {
		{"data/2001-03.csv", MG_OK, NULL},
		{"in.csv", MG_OK, NULL},
		{"data/../data/2001-03.csv", MG_OK, NULL},
		{fixture_path(&outside, "allowed.csv"), MG_OK, NULL},
		{"data/2001-09.csv", MG_ENOTFOUND,
			"data/2001-09.csv does not exist; did you mean 2001-01.csv?"},
		{"data/2001-09.json", MG_ENOTFOUND, "data has no .json file"},
		{"date/2001-01.csv", MG_ENOTFOUND, "there is no folder date"},
		{"data/2002-*.csv", MG_ENOTFOUND, "no file matches data/2002-*.csv"},
		{"data", MG_EUSAGE, "is a folder"},
		{"/dev/null", MG_EUSAGE, "--allow-path"},
		{"link.csv", MG_EUSAGE, "--allow-path"},
		{"elsewhere/secret.csv", MG_EUSAGE, "--allow-path"},
		{"elsewhere/nothing.csv", MG_EUSAGE, "--allow-path"},
		{"elsewhere/*.csv", MG_EUSAGE, "--allow-path"},
		{"../../etc/passwd", MG_EUSAGE, "--allow-path"},
		{"/etc/passwd", MG_EUSAGE, "--allow-path"},
		{"/etc/no-such-file", MG_EUSAGE, "--allow-path"},
		{"file:///etc/passwd", MG_EUSAGE, "only local files"},
		{"https://example.com/a.csv", MG_EUSAGE, "only local files"},
	};
	size_t count = sizeof(cases) / sizeof(*cases);
	for (size_t i = 0; i < count; i++)
		fixture_data(&f, mg_printf(f.arena, "d%zu", i), cases[i].path);
	open_or_fail(&f);
	for (size_t i = 0; i < count; i++) {
		struct mg_schema schema;
		int code = f.ops->describe(
			f.session, &f.data[i], f.arena, &schema, NULL, NULL, &f.err);
		if (code != (int)cases[i].code ||
			(cases[i].part && !strstr(f.err.text, cases[i].part)))
			fail_msg("%s: %d %s", cases[i].path, code, code ? f.err.text : "opened");
		if (code != MG_OK)
			assert_non_null(strstr(f.err.text, mg_printf(f.arena, "data 'd%zu': ", i)));
	}
	fixture_done(&f);
	fixture_done(&outside);
}

static const char *const hostile[] = {
	"SELECT * FROM read_text('/etc/passwd')",
	"SELECT * FROM read_csv('/etc/passwd')",
	"SELECT * FROM '/etc/passwd'",
	"SELECT * FROM read_blob('file:///etc/passwd')",
	"SELECT * FROM read_text('/proc/self/environ')",
	"SELECT * FROM glob('/etc/*')",
	"SELECT * FROM read_csv('https://example.com/a.csv')",
	"SELECT * FROM read_parquet('s3://bucket/a.parquet')",
	"SELECT * FROM parquet_metadata('a.parquet')",
	"SELECT * FROM sniff_csv('a.csv')",
	"FROM a.csv",
	"FROM './a.csv'",
	"SELECT (SELECT count(*) FROM 'a.csv')",
	"SELECT * FROM a JOIN 'a.csv' USING (id)",
	"WITH b AS (FROM 'a.csv') FROM b",
	"FROM (DESCRIBE 'a.csv')",
	"FROM (SUMMARIZE 'a.csv')",
	"FROM query_table('a.csv')",
	"FROM query_table(['a.csv'])",
	"FROM \"Read_Csv\"('a.csv')",
	"FROM '/proc/self/fd/3'",
	"SELECT getenv('HOME')",
	"SELECT * FROM (COPY a TO '/tmp/x.csv')",
	"COPY a TO 'x.csv'",
	"ATTACH 'x.db'",
	"SET threads = 1",
	"PRAGMA enable_profiling",
	"INSTALL httpfs",
	"LOAD httpfs",
	"CREATE TABLE t AS SELECT 1",
	"DROP VIEW a",
	"CALL pragma_version()",
	"EXPLAIN ANALYZE SELECT 1",
	"EXPORT DATABASE 'x'",
	"SELECT 1; SELECT 2",
	"SELECT 1) AS q; DROP VIEW a; SELECT * FROM (SELECT 1",
	"SELECT * FROM enable_logging(storage = 'stdout')",
	"SELECT * FROM \"Enable_Logging\"(storage = 'stdout')",
	"SELECT * FROM system.main.enable_logging()",
	"SELECT (SELECT count(*) FROM enable_profiling())",
	"SELECT * FROM a ORDER BY (SELECT 1 FROM checkpoint())",
	"SELECT * FROM query('SELECT * FROM enable_logging()')",
	"SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
	"SELECT write_log('##vso[task.complete]')",
	"SELECT sum(id ORDER BY write_log('x')) FROM a",
	"PIVOT a ON id USING count(*)",
	"SELECT modelgate_freq(0, 1.0)",
	"SELECT modelgate_freq_gs(7, 1.0, 1, 'x')",
};

static void assert_refused(struct fixture *f, const char *sql)
{
	const char *rows = rows_of(f, sql);
	if (!mg_starts_with(rows, "error: "))
		fail_msg("%s: %s", sql, rows);
}

static void test_sql_reads_datasets_only(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	fixture_text(&f, "a.csv", "id\n1\n");
	assert_int_equal(symlink("/etc", fixture_path(&f, "etc")), 0);
	assert_int_equal(symlink("/etc/passwd", fixture_path(&f, "passwd.csv")), 0);
	fixture_data(&f, "a", "a.csv");
	open_or_fail(&f);
	const char *const by_path[] = {
		mg_printf(f.arena, "SELECT * FROM read_text('%s/../../etc/passwd')", f.folder),
		mg_printf(f.arena, "SELECT * FROM read_text('%s/etc/passwd')", f.folder),
		mg_printf(f.arena, "SELECT * FROM read_text('%s/passwd.csv')", f.folder),
		mg_printf(f.arena, "FROM '%s/a.csv'", f.folder),
	};
	for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++)
		assert_refused(&f, hostile[i]);
	for (size_t i = 0; i < sizeof(by_path) / sizeof(*by_path); i++)
		assert_refused(&f, by_path[i]);
	assert_string_equal(rows_of(&f, "FROM a"), "1");
	assert_true(mg_starts_with(rows_of(&f, "FROM t"), "error: ")); /* was not created */
	/* Words that only look like it do no harm. */
	assert_string_equal(
		rows_of(&f,
			"SELECT '\"type\":\"TABLE_FUNCTION\" enable_logging()' AS \"query\", "
			"id AS \"write_log\" FROM a, range(1)"),
		"\"type\":\"TABLE_FUNCTION\" enable_logging() | 1");
	assert_true(access("x.csv", F_OK) != 0 && access("x.db", F_OK) != 0);
	fixture_done(&f);
}

/* ---- datasets of datasets, conditions ---- */

static void test_sql_datasets(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	fixture_text(&f, "a.csv", "id,x\n1,10\n2,20\n3,30\n");
	fixture_data(&f, "top", "sql:SELECT * FROM middle WHERE x > 15;");
	fixture_data(&f, "middle", "sql:SELECT *, x * 2 AS y FROM a -- all of it");
	fixture_data(&f, "a", "a.csv")->where = "id <> 3 -- not three";
	fixture_data(&f, "lost", "sql:SELECT * FROM gone");
	fixture_data(&f, "gone", "gone.csv");
	fixture_data(&f, "left", "sql:SELECT * FROM \"right\"");
	fixture_data(&f, "right", "sql:SELECT * FROM \"left\"");
	fixture_data(&f, "own", "sql:SELECT * FROM own");
	fixture_data(&f, "writes", "sql:DELETE FROM a");
	fixture_data(&f, "hostile", "a.csv")->where = "1=1) OR (1=1";
	fixture_data(&f, "wrong", "a.csv")->where = "idd > 1";
	fixture_data(&f, "logs", "sql:SELECT * FROM enable_logging()");
	fixture_data(&f, "A", "a.csv");
	open_or_fail(&f);
	assert_string_equal(rows_of(&f, "FROM \"top\""), "2 | 20 | 40");
	struct mg_schema schema;
	const char **files = NULL;
	size_t count = 0;
	assert_int_equal(
		f.ops->describe(f.session, &f.data[0], f.arena, &schema, &files, &count, &f.err),
		MG_OK);
	assert_string_equal(schema_text(&f, "top"), "id:BIGINT:i x:BIGINT:i y:BIGINT:i");
	assert_non_null(strstr(schema_text(&f, "lost"),
		"data 'lost': data 'gone': gone.csv does "
		"not exist"));
	assert_non_null(strstr(schema_text(&f, "left"), "made of it"));
	assert_non_null(strstr(schema_text(&f, "own"), "made of it"));
	assert_non_null(strstr(schema_text(&f, "writes"), "not a SELECT"));
	assert_non_null(strstr(schema_text(&f, "hostile"), "data 'hostile': "));
	assert_non_null(strstr(schema_text(&f, "hostile"), "did not open"));
	assert_non_null(strstr(schema_text(&f, "wrong"), "data 'wrong': where: "));
	assert_non_null(strstr(schema_text(&f, "wrong"), "id"));
	assert_non_null(strstr(rows_of(&f, "FROM gone"), "gone.csv does not exist"));
	assert_non_null(strstr(schema_text(&f, "logs"), "enable_logging"));
	assert_non_null(strstr(schema_text(&f, "A"), "differ only in case"));
	assert_string_equal(rows_of(&f, "FROM a"), "1 | 10; 2 | 20");
	fixture_done(&f);
}

/* ---- stopping ---- */

struct late_cancel {
	struct fixture *f;
	double after;
	double most_progress;
};

static void *cancel_later(void *context)
{
	struct late_cancel *late = context;
	double start = mg_clock_ticks();
	while (mg_clock_ticks() - start < late->after) {
		double progress = late->f->ops->progress(late->f->session);
		if (progress > late->most_progress)
			late->most_progress = progress;
		nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
	}
	late->f->ops->cancel(late->f->session);
	return NULL;
}

static void test_cancel(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	fixture_data(&f, "big", "sql:SELECT range AS id FROM range(20000000000)");
	open_or_fail(&f);
	assert_true(f.ops->progress(f.session) == -1);
	struct mg_query slow = {.kind = MG_QUERY_SQL, .sql = "SELECT max(hash(id)) FROM big"};
	const struct mg_query freq = {.kind = MG_QUERY_FREQ,
		.source = {.data = &f.data[0]},
		.value = mg_x_column(f.arena, "id", MG_TYPE_INTEGER),
		.group = mg_x_integer(f.arena, 9), /* all rows dropped: no memory is taken */
		.group_count = 1};
	struct mg_table table;
	struct mg_freq_set set;
	for (int i = 0; i < 2; i++) {
		struct late_cancel late = {.f = &f, .after = 0.1};
		pthread_t thread;
		double start = mg_clock_ticks();
		pthread_create(&thread, NULL, cancel_later, &late);
		int code = i ? f.ops->freq(f.session, &freq, NULL, 0, 0, f.arena, &set, &f.err)
			     : f.ops->query(f.session, &slow, f.arena, &table, NULL, &f.err);
		pthread_join(thread, NULL);
		assert_int_equal(code, MG_ECANCELLED);
		assert_true(mg_clock_ticks() - start < 30);
		/* The session is spent, another one is not. */
		slow.sql = "SELECT 1";
		assert_int_equal(f.ops->query(f.session, &slow, f.arena, &table, NULL, &f.err),
			MG_ECANCELLED);
		f.ops->session_close(f.session);
		assert_int_equal(f.ops->session_open(&f.session, f.engine, &f.err), MG_OK);
		assert_true(number_of(&f, "SELECT 1") == 1);
	}
	/* A cancel before the query is not lost. */
	f.ops->cancel(f.session);
	assert_int_equal(
		f.ops->freq(f.session, &freq, NULL, 0, 0, f.arena, &set, &f.err), MG_ECANCELLED);
	fixture_done(&f);
}

static void *cancel_once(void *context)
{
	struct late_cancel *late = context;
	double start = mg_clock_ticks();
	while (mg_clock_ticks() - start < late->after)
		;
	late->f->ops->cancel(late->f->session);
	return NULL;
}

/* A single cancel stops a query that runs for minutes, at whichever of its steps it comes. */
static void test_one_cancel_at_any_time(void **state)
{
	(void)state;
	enum { TIMES = 120 };
	struct fixture f;
	fixture_init(&f);
	fixture_data(&f, "big", "sql:SELECT range AS id FROM range(2000000000000)");
	open_or_fail(&f);
	const struct mg_expr *id = mg_x_column(f.arena, "id", MG_TYPE_INTEGER);
	const struct mg_query queries[] = {
		{.kind = MG_QUERY_SQL, .sql = "SELECT max(hash(id)) FROM big"},
		{.kind = MG_QUERY_FREQ,
			.source = {.data = &f.data[0]},
			.value = id,
			.group = mg_x_integer(f.arena, 9),
			.group_count = 1},
	};
	for (int i = 0; i < TIMES; i++) {
		struct late_cancel late = {.f = &f, .after = i * 0.00005};
		struct mg_table table;
		struct mg_freq_set set;
		pthread_t thread;
		pthread_create(&thread, NULL, cancel_once, &late);
		int code = i % 2
			? f.ops->freq(f.session, &queries[1], NULL, 0, 0, f.arena, &set, &f.err)
			: f.ops->query(f.session, &queries[0], f.arena, &table, NULL, &f.err);
		pthread_join(thread, NULL);
		assert_int_equal(code, MG_ECANCELLED);
		f.ops->session_close(f.session);
		assert_int_equal(f.ops->session_open(&f.session, f.engine, &f.err), MG_OK);
	}
	fixture_done(&f);
}

/* A describe that is stopped says nothing about its data, which stay to be opened by others. */
static void test_cancelled_describe(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	fixture_text(&f, "rows.csv", "id,x\n1,2.5\n");
	fixture_data(&f, "rows", "rows.csv");
	fixture_data(&f, "made", "sql:SELECT x FROM rows");
	open_or_fail(&f);
	struct mg_schema schema;
	f.ops->cancel(f.session);
	for (int i = 1; i >= 0; i--)
		assert_int_equal(f.ops->describe(f.session, &f.data[i], f.arena, &schema, NULL,
					 NULL, &f.err),
			MG_ECANCELLED);
	f.ops->session_close(f.session);
	assert_int_equal(f.ops->session_open(&f.session, f.engine, &f.err), MG_OK);
	assert_string_equal(schema_text(&f, "made"), "x:DOUBLE:r");
	assert_string_equal(schema_text(&f, "rows"), "id:BIGINT:i x:DOUBLE:r");
	fixture_done(&f);
}

static void test_progress(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	make_files(&f, "COPY (SELECT range AS id FROM range(3000000)) TO '%s/a.parquet'");
	fixture_data(&f, "a", "a.parquet");
	open_or_fail(&f);
	struct late_cancel late = {.f = &f, .after = 3, .most_progress = -1};
	struct mg_query slow = {.kind = MG_QUERY_SQL,
		.sql = "SELECT max(md5(md5(md5(md5(md5(id::VARCHAR)))))) = '' FROM a"};
	struct mg_table table;
	pthread_t thread;
	pthread_create(&thread, NULL, cancel_later, &late);
	int code = f.ops->query(f.session, &slow, f.arena, &table, NULL, &f.err);
	pthread_join(thread, NULL);
	assert_true(code == MG_OK || code == MG_ECANCELLED);
	assert_true(late.most_progress > 0 && late.most_progress <= 1);
	fixture_done(&f);
}

/* ---- reading text once ---- */

static void test_expected_text_is_read_once(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	static const char *const files[] = {"once", "twice"};
	for (int i = 0; i < 2; i++) {
		make_files(&f,
			mg_printf(f.arena,
				"COPY (SELECT range AS id, 'some text to fill the line' AS t FROM "
				"range(600000)) TO '%%s/%s.csv'",
				files[i]));
		fixture_data(&f, files[i], mg_printf(f.arena, "%s.csv", files[i]));
	}
	fixture_data(&f, "over", "sql:SELECT id FROM once");
	open_or_fail(&f);
	assert_string_equal(schema_text(&f, "over"), "id:BIGINT:i");
	assert_string_equal(schema_text(&f, "twice"), "id:BIGINT:i t:VARCHAR:t");
	assert_int_equal(f.ops->expect(f.engine, fixture_find(&f, "over"), 3, &f.err), MG_OK);
	assert_int_equal(f.ops->expect(f.engine, fixture_find(&f, "twice"), 2, &f.err), MG_OK);
	for (int i = 0; i < 2; i++)
		assert_true(number_of(&f,
				    i ? "SELECT count(*) FROM over"
				      : "SELECT count(*) FROM twice") == 600000);
	/* What was read into memory no longer needs its file. */
	for (int i = 0; i < 2; i++)
		assert_int_equal(
			truncate(fixture_path(&f, mg_printf(f.arena, "%s.csv", files[i])), 9), 0);
	assert_true(number_of(&f, "SELECT sum(id) FROM over") == 179999700000.0);
	assert_non_null(strstr(rows_of(&f, "SELECT sum(id) FROM twice"), "twice.csv"));
	fixture_done(&f);
}

/* ---- bounds ---- */

static void test_bounds(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	f.options.memory_bytes = (uint64_t)100 << 20;
	fixture_data(&f, "many", "sql:SELECT range AS id FROM range(200001)");
	fixture_data(&f, "few", "sql:SELECT range AS id FROM range(200000)");
	fixture_data(&f, "huge", "sql:SELECT range AS id FROM range(20000000)");
	open_or_fail(&f);
	const struct mg_expr *id = mg_x_column(f.arena, "id", MG_TYPE_INTEGER);
	const struct mg_term key = {.expr = id, .as = MG_CELL_INTEGER};
	struct mg_query query = {.source = {.data = &f.data[0]}, .keys = &key, .key_count = 1};
	struct mg_table table;
	assert_int_equal(f.ops->query(f.session, &query, f.arena, &table, NULL, &f.err), MG_ELIMIT);
	assert_non_null(strstr(f.err.text, "data 'many' has more than 200000 groups"));
	query.source.data = &f.data[1];
	assert_int_equal(f.ops->query(f.session, &query, f.arena, &table, NULL, &f.err), MG_OK);
	assert_int_equal(table.rows, 200000);
	/* SQL of the spec cannot be asked for a part of the values at a time. */
	struct mg_query count = {.kind = MG_QUERY_SQL,
		.source = {.data = &f.data[2]},
		.sql = "SELECT count(DISTINCT id) FROM huge"};
	assert_int_equal(
		f.ops->query(f.session, &count, f.arena, &table, NULL, &f.err), MG_EMEMORY);
	assert_non_null(strstr(f.err.text, "more memory"));
	/* More slices than anybody wants. */
	struct mg_query freq = {.kind = MG_QUERY_FREQ,
		.source = {.data = &f.data[1]},
		.value = id,
		.group_count = 1,
		.slice = mg_x_call(f.arena, MG_FN_TEXT, 1, id)};
	struct mg_freq_set set;
	assert_int_equal(
		f.ops->freq(f.session, &freq, NULL, 0, 0, f.arena, &set, &f.err), MG_ELIMIT);
	assert_non_null(strstr(f.err.text, "slices"));
	fixture_done(&f);
}

/* ---- the library ---- */

static void test_missing_library(void **state)
{
	(void)state;
	struct fixture f;
	fixture_init(&f);
	setenv("MODELGATE_DUCKDB", "/no/such/libduckdb.so", 1);
	assert_int_equal(fixture_open(&f), MG_EENGINE);
	assert_non_null(strstr(f.err.text, "MODELGATE_DUCKDB"));
	assert_non_null(strstr(f.err.text, "/no/such/libduckdb.so"));
	/* A library that is not DuckDB. */
	setenv("MODELGATE_DUCKDB", "libm.so.6", 1);
	assert_int_equal(fixture_open(&f), MG_EENGINE);
	assert_non_null(strstr(f.err.text, "no C API"));
	unsetenv("MODELGATE_DUCKDB");
	fixture_done(&f);
}

static void test_allow_path_must_exist(void **state)
{
	(void)state;
	struct fixture f;
	const char *allowed[] = {"/no/such/folder"};
	fixture_init(&f);
	f.options.allow_paths = allowed;
	f.options.allow_path_count = 1;
	assert_int_equal(fixture_open(&f), MG_ENOTFOUND);
	assert_non_null(strstr(f.err.text, "--allow-path"));
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats_read_alike),
		cmocka_unit_test(test_csv_options),
		cmocka_unit_test(test_json_types),
		cmocka_unit_test(test_types_are_told_apart),
		cmocka_unit_test(test_globs_and_empty_files),
		cmocka_unit_test(test_odd_folder_names),
		cmocka_unit_test(test_cells_hold_any_text),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_sql_reads_datasets_only),
		cmocka_unit_test(test_sql_datasets),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_one_cancel_at_any_time),
		cmocka_unit_test(test_cancelled_describe),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_expected_text_is_read_once),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_missing_library),
		cmocka_unit_test(test_allow_path_must_exist),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
