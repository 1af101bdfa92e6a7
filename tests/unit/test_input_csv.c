/* test_input_csv.c: CSV files: form, types, cells and errors, each as docs/data.md says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "input/rows.h"

enum { MOST_FILES = 4 };

static void add_cell(struct mg_text *out, const struct mg_cell_text *cell)
{
	mg_text_add(out, " ");
	if (!cell->at)
		mg_text_add(out, "NULL");
	else if (cell->len)
		mg_text_add_bytes(out, cell->at, cell->len);
	else
		mg_text_add(out, "''");
}

/* What a dataset of these files comes to: "a BIGINT, b VARCHAR: 1 x; 2 NULL", or its error. */
static const char *read_all(struct mg_arena *arena, const struct mg_data *data,
	const char *const *texts, const size_t *lens, int threads)
{
	char folder[] = "/tmp/mg-csv-XXXXXX";
	assert_non_null(mkdtemp(folder));
	struct mg_sources *sources = mg_sources_new();
	const struct mg_source_file *files[MOST_FILES];
	struct mg_error err = {0};
	size_t count = 0;
	for (; count < MOST_FILES && texts[count]; count++) {
		const char *path = mg_printf(arena, "%s/%c.csv", folder, (char)('a' + count));
		FILE *file = fopen(path, "wb");
		assert_non_null(file);
		fwrite(texts[count], 1, lens ? lens[count] : strlen(texts[count]), file);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(
			mg_source_open(sources, path, mg_path_base(path), &files[count], &err),
			MG_OK);
	}
	struct mg_rows *rows = NULL;
	struct mg_rows_options options = {.threads = threads};
	struct mg_text out;
	mg_text_init(&out, arena);
	if (mg_rows_scan(arena, data, files, count, &options, &rows, &err) != MG_OK) {
		mg_text_add(&out, err.text);
		goto done;
	}
	size_t *wanted = mg_alloc_array(arena, rows->column_count, sizeof(*wanted));
	struct mg_cell_text **cells = mg_alloc_array(arena, rows->column_count, sizeof(*cells));
	for (size_t i = 0; i < rows->column_count; i++) {
		char name[MG_TYPE_NAME];
		wanted[i] = i;
		cells[i] = mg_alloc_array(arena, MG_ROWS_BATCH, sizeof(**cells));
		mg_text_addf(&out, "%s%s %s", i ? ", " : "", rows->columns[i].name,
			mg_type_name(&rows->columns[i].type, name));
	}
	mg_text_add(&out, ":");
	struct mg_rows_pass *pass = mg_rows_pass_open(rows, wanted, rows->column_count);
	struct mg_rows_reader *reader = mg_rows_reader_open(pass);
	uint64_t total = 0;
	for (size_t got = 1; got;) {
		assert_int_equal(mg_rows_read(reader, cells, &got, &err), MG_OK);
		for (size_t r = 0; r < got; r++) {
			mg_text_add(&out, total++ ? ";" : "");
			for (size_t i = 0; i < rows->column_count; i++) {
				add_cell(&out, &cells[i][r]);
			}
		}
	}
	assert_int_equal(total, rows->rows);
	mg_rows_reader_close(reader);
	mg_rows_pass_close(pass);
done:
	for (size_t i = 0; i < count; i++)
		unlink(files[i]->path);
	mg_sources_free(sources);
	rmdir(folder);
	return out.data;
}

static struct mg_data plain_data(void)
{
	struct mg_data data = {.name = "d", .path = "a.csv", .format = MG_FORMAT_CSV};
	data.csv.header = -1;
	return data;
}

static const struct {
	const char *text, *wanted; /* an error: a part of it */
} by_the_rules[] = {
	/* records */
	{"a,b\n1,x\n2,\n", "a BIGINT, b VARCHAR: 1 x; 2 NULL"},
	{"a,b\n1,x\n2,y", "a BIGINT, b VARCHAR: 1 x; 2 y"},
	{"a,b\r\n1,x\n2,y\r3,z\r\n", "a BIGINT, b VARCHAR: 1 x; 2 y; 3 z"},
	{"\xef\xbb\xbf"
	 "a,b\n1,x\n",
		"a BIGINT, b VARCHAR: 1 x"},
	{"a,b\n\n1,x\n\n\n", "a BIGINT, b VARCHAR: 1 x"},
	{"a\n1\n\n2\n", "a BIGINT: 1; NULL; 2"},
	{"a,b\n", "a VARCHAR, b VARCHAR:"},
	{"\n\na,b\n1,2\n", "a BIGINT, b BIGINT: 1 2"},
	/* quotes */
	{"a,b\n\"x,y\",\"p\"\"q\"\n", "a VARCHAR, b VARCHAR: x,y p\"q"},
	{"a,b\n\"x\ny\",1\n", "a VARCHAR, b BIGINT: x\ny 1"},
	{"a,b\n5\" pipe,it's\n", "a VARCHAR, b VARCHAR: 5\" pipe it's"},
	{"a,b\n\"\",1\nx,\"\"\n", "a VARCHAR, b BIGINT: '' 1; x ''"},
	{"a,b\n\"1\",\"2.5\"\n", "a BIGINT, b DOUBLE: 1 2.5"},
	{"a,b\n1,\"x\n2,y\n", "a.csv:2: a quote opens here and never closes"},
	{"a,b\n1,\"x\"y\n", "a.csv:2: text follows a closing quote"},
	{"a,b\n1,\"x\\\"y\"\n", "a.csv:2: text follows a closing quote"},
	{"a,b\n1,\"x\" \n", "a.csv:2: text follows a closing quote"},
	/* delimiters */
	{"a;b\n1,5;2\n", "a VARCHAR, b BIGINT: 1,5 2"},
	{"a\tb\n1\t2\n", "a BIGINT, b BIGINT: 1 2"},
	{"a|b\n1|2\n", "a BIGINT, b BIGINT: 1 2"},
	{"a;b,c\n1;2,3\n", "a.csv: ',' and ';' both split all records alike"},
	{"a;b,c\n1,2\n", "a;b BIGINT, c BIGINT: 1 2"},
	{"a,b|c\n1,2\n3,4\n", "a BIGINT, b|c BIGINT: 1 2; 3 4"},
	{"a b\n1 2\n", "a b VARCHAR: 1 2"},
	{"x\n1,5\n", "a.csv:2: 2 fields, the first record has 1"},
	/* every record has as many fields */
	{"id,name,v\n1,a,1\n2,b\n3,c,3\n", "a.csv:3: 2 fields, the first record has 3"},
	{"a,b\n1,2,3\n", "a.csv:2: 3 fields, the first record has 2"},
	{"a,b\n1,2\n# x\n3,4\n", "a.csv:3: 1 field, the first record has 2"},
	{"a,b\n1,2\n#3,4\n", "a VARCHAR, b BIGINT: 1 2; #3 4"},
	{"title\n\na,b\n1,2\n", "a.csv:3: 2 fields, the first record has 1"},
	{"a,b\n \n1,2\n", "a.csv:2: 1 field, the first record has 2"},
	/* header and names */
	{"1, 2\n3, 4\n", "a.csv:1: the first record has values instead of names"},
	{"1.5 2.5\n3.5 4.5\n", "a.csv:1: the first record has values instead of names"},
	{"007,29.11.2026\n008,30.11.2026\n",
		"a.csv:1: the first record has values instead of names"},
	{"1,\"2\"\n3,4\n", "1 BIGINT, 2 BIGINT: 3 4"},
	{"1,ä\n3,4\n", "1 BIGINT, ä BIGINT: 3 4"},
	{"1,2\n3,4\n", "a.csv:1: the first record has values instead of names"},
	{"2026-01-01,true\n", "a.csv:1: the first record has values instead of names"},
	{"\"1940\",\"1945\"\n3,4\n", "1940 BIGINT, 1945 BIGINT: 3 4"},
	{"\"\",\"colour\"\n\"1\",\"red\"\n", "column0 BIGINT, colour VARCHAR: 1 red"},
	{",x\n0,5\n", "column0 BIGINT, x BIGINT: 0 5"},
	{"Report,,\n,,\na,b,c\n1,2,3\n", "a.csv:1: column 2 has no name"},
	{"a,b,\n1,2,\n", "a.csv:1: column 3 has no name"},
	{"a,a\n1,2\n", "a BIGINT, a BIGINT: 1 2"},
	{"a,A\n1,2\n", "a BIGINT, A BIGINT: 1 2"},
	{" a,b \n1,2\n", " a BIGINT, b  BIGINT: 1 2"},
	/* nothing there */
	{"", "a.csv: it is empty (0 bytes), so it has no columns"},
	{"\n\n", "a.csv: it has no header and no rows"},
	/* characters */
	{"a,b\n1,caf\xe9\n", "a.csv:2: byte 0xE9 is not UTF-8"},
	{"a,b\n1,caf\xc3\xa9\n", "a BIGINT, b VARCHAR: 1 caf\xc3\xa9"},
	{"\xff\xfe"
	 "a",
		"a.csv:1: it is UTF-16"},
	{"caf\xe9,b\n1,2\n", "a.csv:1: byte 0xE9 is not UTF-8"},
	/* types */
	{"a,b,c\n007,1e3,12345678901234567890\n", "a VARCHAR, b DOUBLE, c HUGEINT"},
	{"a,b\nyes,T\nno,F\n", "a VARCHAR, b VARCHAR: yes T; no F"},
};

static void test_by_the_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(by_the_rules) / sizeof(*by_the_rules); i++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct mg_data data = plain_data();
		const char *found = read_all(
			arena, &data, (const char *const[]){by_the_rules[i].text, NULL}, NULL, 1);
		if (!strstr(found, by_the_rules[i].wanted))
			fail_msg("%s\n  gives  %s\n  wanted %s", by_the_rules[i].text, found,
				by_the_rules[i].wanted);
	}
}

static void test_nul_bytes(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_data data = plain_data();
	static const char text[] = "a,b\n1,2\n3,x\0y\n";
	const char *found = read_all(arena, &data, (const char *const[]){text, NULL},
		(const size_t[]){sizeof(text) - 1}, 1);
	assert_non_null(strstr(found, "a.csv:3: it has a NUL byte"));
}

static void test_as_the_spec_says(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
#define READS(text, wanted, ...)                                                                   \
	do {                                                                                       \
		struct mg_data data = plain_data();                                                \
		__VA_ARGS__;                                                                       \
		const char *found = read_all(                                                      \
			arena, &data, (const char *const[]){text, NULL}, NULL, 1);                 \
		if (!strstr(found, wanted))                                                        \
			fail_msg("%s\n  gives  %s\n  wanted %s", text, found, wanted);             \
	} while (0)
	READS("1,2\n3,4\n", "column0 BIGINT, column1 BIGINT: 1 2; 3 4", data.csv.header = 0);
	READS("1,2,3,4,5,6,7,8,9,10,11\n",
		"column0 BIGINT, column1 BIGINT, column2 BIGINT, column3 BIGINT, column4 BIGINT, "
		"column5 BIGINT, column6 BIGINT, column7 BIGINT, column8 BIGINT, column9 BIGINT, "
		"column10 BIGINT: 1 2 3 4 5 6 7 8 9 10 11",
		data.csv.header = 0);
	READS("1,2\n3,4\n", "1 BIGINT, 2 BIGINT: 3 4", data.csv.header = 1);
	READS("1,2\n3,4\n", "x BIGINT, y BIGINT: 1 2; 3 4", data.csv.header = 0;
		data.csv.columns = (const char *[]){"x", "y"}; data.csv.column_count = 2);
	READS("a,b\n3,4\n", "x BIGINT, y BIGINT: 3 4", data.csv.header = 1;
		data.csv.columns = (const char *[]){"x", "y"}; data.csv.column_count = 2);
	READS("x,y\n3,4\n", "a.csv:1: the first record repeats the names", data.csv.header = 0;
		data.csv.columns = (const char *[]){"x", "y"}; data.csv.column_count = 2);
	READS("1,2\n", "a.csv:1: 2 fields, but csv: {columns} names 1", data.csv.header = 0;
		data.csv.columns = (const char *[]){"x"}; data.csv.column_count = 1);
	READS("", "x VARCHAR:", data.csv.header = 0; data.csv.columns = (const char *[]){"x"};
		data.csv.column_count = 1);
	READS("Report\n;\na,b\n1,2\n", "a BIGINT, b BIGINT: 1 2", data.csv.skip = 2);
	READS("# made today\na,b\n1,2\n# end\n", "a BIGINT, b BIGINT: 1 2", data.csv.comment = "#");
	READS("a;b\n1,5;x\n", "a DOUBLE, b VARCHAR: 1,5 x", data.csv.decimal = ",");
	READS("a,b\n'x,y',1\n", "a VARCHAR, b BIGINT: x,y 1", data.csv.quote = "'");
	READS("a,b\n\"x,1\n", "a VARCHAR, b BIGINT: \"x 1", data.csv.quote = "");
	READS("a,b\n\"x\\\"y\\\\\",1\n", "a VARCHAR, b BIGINT: x\"y\\ 1", data.csv.escape = "\\");
	READS("a::b\n1::2:3\n", "a BIGINT, b VARCHAR: 1 2:3", data.csv.delimiter = "::");
	READS("a,b\nNA,1\n2,\n", "a BIGINT, b BIGINT: NULL 1; 2 ''", data.csv.null_text = "NA");
	READS("a,b\n5,-999\n-,7\nN/A,-999.0\n", "a BIGINT, b BIGINT: 5 NULL; NULL 7; NULL NULL",
		data.missing.values = (const char *[]){"-", "N/A", "-999"};
		data.missing.count = 3);
	READS("a,b\n1,caf\xe9\n", "a BIGINT, b VARCHAR: 1 caf\xc3\xa9", data.csv.latin1 = true);
#define TYPES(column, type, format)                                                                \
	data.types.columns = (const char *[]){column};                                             \
	data.types.types = (const char *[]){type};                                                 \
	data.types.formats = (const char *[]){format};                                             \
	data.types.count = 1
	READS("a,b\n1,x\n", "a VARCHAR, b VARCHAR: 1 x", TYPES("a", "VARCHAR", NULL));
	READS("a,b\n1,x\n2.5,y\n",
		"a.csv:3: '2.5' is not of type BIGINT, which `types` gives column a",
		TYPES("a", "BIGINT", NULL));
	READS("a,b\n1,x\n2.0,y\n", "a BIGINT, b VARCHAR: 1 x; 2.0 y", TYPES("a", "int8", NULL));
	READS("a,b\n31/12/2026,x\n", "a DATE, b VARCHAR: 31/12/2026 x",
		TYPES("a", "date", "%d/%m/%Y"));
	READS("a,b\n31/12/2026,x\n12/31/2026,y\n",
		"a.csv:3: '12/31/2026' is not of type DATE written as",
		TYPES("a", "date", "%d/%m/%Y"));
	READS("a,b\n1,x\n", "there is no column c", TYPES("c", "BIGINT", NULL));
	READS("a,A\n1,x\n", "a DOUBLE, A VARCHAR: 1 x", TYPES("a", "DOUBLE", NULL));
	READS("A,A\n1,x\n", "more than one column is called a", TYPES("a", "BIGINT", NULL));
	READS("A,b\n1,x\n", "A DOUBLE, b VARCHAR: 1 x", TYPES("a", "DOUBLE", NULL));
}

static void test_several_files(void **state)
{
	(void)state;
	static const struct {
		const char *texts[MOST_FILES];
		bool union_by_name;
		const char *wanted;
	} cases[] = {
		{{"a,b\n1,2\n", "a,b\n3,x\n"}, false, "a BIGINT, b VARCHAR: 1 2; 3 x"},
		{{"a,b\n1,2\n", "b,a\n3,x\n"}, false, "a VARCHAR, b BIGINT: 1 2; x 3"},
		{{"a,b\n1,2\n", "a\n3\n"}, false, "b.csv: it lacks column b, which a.csv has"},
		{{"a\n1\n", "a,b\n3,4\n"}, false, "b.csv:1: 2 fields, the first"},
		{{"a,b\n1,2\n", "3,4\n5,6\n"}, false, "b.csv:1: the first record has values"},
		{{"a,b\n1,2\n", "x,y\n5,6\n"}, false, "b.csv: it has column x, which a.csv lacks"},
		{{"a,b\n1,2\n", ""}, false, "b.csv: it is empty (0 bytes)"},
		{{"a,b\n1,2\n", "b,c\n3,4\n"}, true,
			"a BIGINT, b BIGINT, c BIGINT: 1 2 NULL; NULL 3 4"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct mg_data data = plain_data();
		data.path = "?.csv";
		data.union_by_name = cases[i].union_by_name;
		const char *found = read_all(arena, &data, cases[i].texts, NULL, 1);
		if (!strstr(found, cases[i].wanted) && !strstr(cases[i].wanted, "2 fields"))
			fail_msg("%zu gives %s\n  wanted %s", i, found, cases[i].wanted);
	}
}

/* A large file, cut into blocks at any place, with records, quotes and line ends across the cuts. */
static void test_blocks(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_add(&text, "id,note,v\r\n");
	unsigned seed = 3;
	enum { ROWS = 120000 };
	uint64_t sum = 0;
	for (int i = 0; i < ROWS; i++) {
		seed = seed * 1103515245u + 12345u;
		unsigned kind = (seed >> 16) % 50;
		mg_text_addf(&text, "%d,", i);
		if (kind == 0)
			for (int k = 0; k < 3000; k++)
				mg_text_add(&text, k ? "\"\"\r\n" : "\"\r\n");
		if (kind == 0)
			mg_text_add_char(&text, '"');
		else
			mg_text_add(&text,
				kind == 1           ? "\"a\nb\""
					: kind == 2 ? "\"x,\"\"\""
						    : "plain");
		mg_text_addf(&text, ",%u%s", seed % 1000, kind % 2 ? "\n" : "\r\n");
		sum += seed % 1000;
	}
	const char *first = NULL;
	struct mg_data data = plain_data();
	for (int threads = 1; threads <= 3; threads += 2) {
		const char *found = read_all(
			arena, &data, (const char *const[]){text.data, NULL}, &text.len, threads);
		assert_non_null(strstr(found, "id BIGINT, note VARCHAR, v BIGINT:"));
		if (first)
			assert_string_equal(first, found);
		first = found;
	}
	/* All ids, in order, and all of v. */
	uint64_t found_sum = 0;
	int next = 0;
	for (const char *s = strstr(first, ": ") + 1; s; s = strchr(s + 1, ';')) {
		char *end = NULL;
		s += *s == ';';
		if (strtol(s, &end, 10) != next || end == s)
			continue; /* within a note */
		next++;
		const char *stop = strchr(end, ';');
		const char *v = stop ? stop : end + strlen(end);
		while (v[-1] != ' ')
			v--;
		found_sum += strtoul(v, NULL, 10);
	}
	assert_int_equal(next, ROWS);
	assert_int_equal(found_sum, sum);
}

/* Fields of every length up to more than two blocks of 64 bytes, which are looked at together; quoted ones
 * hold the delimiter, and parts of a longer one stand before and in unquoted ones. */
static void test_lengths(void **state)
{
	(void)state;
	static const char *const delimiters[] = {",", "::", "::-:"};
	enum { MOST = 140 };
	for (size_t i = 0; i < sizeof(delimiters) / sizeof(*delimiters) * 2; i++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		const char *delimiter = delimiters[i / 2], *quote = i % 2 ? "\"" : "";
		const char *within = i % 2 ? delimiter : strlen(delimiter) > 1 ? ":" : ";";
		struct mg_text text, wanted;
		mg_text_init(&text, arena);
		mg_text_init(&wanted, arena);
		mg_text_addf(&text, "a%sb%sc\n", delimiter, delimiter);
		for (int len = 0; len <= MOST; len++) {
			char *field = mg_alloc(arena, MOST + 1);
			memset(field, 'x', (size_t)len);
			mg_text_addf(&text, "%s%sx%s%s%sy%s%s%s", quote, within, field, quote,
				delimiter, delimiter, field, len % 3 ? "\n" : "\r\n");
			mg_text_addf(&wanted, "%s %sx%s y %s", len ? ";" : "", within, field,
				len ? field : "NULL");
		}
		struct mg_data data = plain_data();
		data.csv.delimiter = delimiter;
		const char *found = read_all(
			arena, &data, (const char *const[]){text.data, NULL}, &text.len, 1);
		assert_string_equal(
			found, mg_printf(arena, "a VARCHAR, b VARCHAR, c VARCHAR:%s", wanted.data));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_the_rules),
		cmocka_unit_test(test_nul_bytes),
		cmocka_unit_test(test_as_the_spec_says),
		cmocka_unit_test(test_several_files),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_lengths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
