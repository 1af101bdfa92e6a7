/* test_json.c: what texts of NDJSON and JSON are as columns, types and cells, or which error they
 * are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "base/text.h"
#include "input/rows.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

enum { MOST_FILES = 4 };

/* Files of a dataset, in memory. */
struct files {
	struct mg_source_file files[MOST_FILES];
	const struct mg_source_file *list[MOST_FILES];
	size_t count;
};

static void add_file(struct files *files, const char *name, const char *text, size_t len)
{
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fflush(file), 0);
	struct mg_source_file *added = &files->files[files->count];
	*added = (struct mg_source_file){
		.path = name, .shown = name, .fd = dup(fileno(file)), .bytes = len};
	added->packing = mg_ends_with(name, ".gz") ? MG_PACKING_GZIP : MG_PACKING_NONE;
	files->list[files->count++] = added;
	fclose(file);
}

static void close_files(struct files *files)
{
	for (size_t i = 0; i < files->count; i++)
		close(files->files[i].fd);
}

static int scan(struct mg_arena *arena, const struct mg_data *data, const struct files *files,
	int threads, struct mg_rows **out, struct mg_error *err)
{
	struct mg_rows *rows = mg_alloc(arena, sizeof(*rows));
	rows->format = &mg_rows_json;
	rows->data = data;
	rows->files = files->list;
	rows->file_count = files->count;
	*out = rows;
	struct mg_rows_options options = {.threads = threads};
	return mg_rows_json.scan(arena, &options, rows, err);
}

/* Calls each(context, cells, rows) for all batches, in order. */
static int read_all(struct mg_arena *arena, const struct mg_rows *rows,
	void (*each)(void *context, struct mg_cell_text *const *cells, size_t rows), void *context,
	struct mg_error *err)
{
	size_t *columns = mg_alloc_array(arena, rows->column_count, sizeof(*columns));
	struct mg_cell_text **cells = mg_alloc_array(arena, rows->column_count, sizeof(*cells));
	for (size_t i = 0; i < rows->column_count; i++) {
		columns[i] = i;
		cells[i] = mg_alloc_array(arena, MG_ROWS_BATCH, sizeof(**cells));
	}
	void *state = mg_rows_json.open(rows, columns, rows->column_count);
	int code = MG_OK;
	for (size_t r = 0; code == MG_OK && r < mg_rows_json.range_count(rows); r++) {
		size_t count = 0;
		uint64_t left = mg_rows_json.range_rows(rows, r);
		code = mg_rows_json.start(state, r, err);
		while (code == MG_OK &&
			(code = mg_rows_json.read(state, cells, &count, err)) == MG_OK && count) {
			assert_true(count <= left);
			left -= count;
			each(context, cells, count);
		}
		assert_true(code != MG_OK || left == 0);
	}
	mg_rows_json.close(state);
	return code;
}

struct printer {
	struct mg_text out;
	const struct mg_rows *rows;
	uint64_t count;
};

static void print_cells(void *context, struct mg_cell_text *const *cells, size_t count)
{
	struct printer *p = context;
	p->count += count;
	for (size_t row = 0; row < count; row++) {
		for (size_t c = 0; c < p->rows->column_count; c++) {
			const struct mg_cell_text *cell = &cells[c][row];
			mg_text_add(&p->out, c ? "|" : "\n");
			if (cell->at)
				mg_text_add_bytes(&p->out, cell->at, cell->len);
			else
				mg_text_add(&p->out, "NULL");
		}
	}
}

/* "a BIGINT, b VARCHAR" and a line for each row; "error: ..." */
static const char *shown(
	struct mg_arena *arena, const struct mg_data *data, const struct files *files, int threads)
{
	struct mg_rows *rows = NULL;
	struct mg_error err = {0};
	if (scan(arena, data, files, threads, &rows, &err) != MG_OK)
		return mg_printf(arena, "error: %s", err.text);
	struct printer p = {.rows = rows};
	mg_text_init(&p.out, arena);
	for (size_t i = 0; i < rows->column_count; i++) {
		char type[MG_TYPE_NAME];
		mg_text_addf(&p.out, "%s%s %s", i ? ", " : "", rows->columns[i].name,
			mg_type_name(&rows->columns[i].type, type));
	}
	if (read_all(arena, rows, print_cells, &p, &err) != MG_OK)
		return mg_printf(arena, "error in the second look: %s", err.text);
	assert_int_equal(p.count, rows->rows);
	return p.out.data;
}

/* What the spec says: a declared column, words for NULL; both may be left out. */
struct told {
	const char *column, *type, *missing[2];
	const char *format;
};

static struct mg_data data_of(enum mg_format format, struct told *told)
{
	struct mg_data data = {.name = "d", .format = format};
	data.path = format == MG_FORMAT_NDJSON ? "d.ndjson" : "d.json";
	data.types.columns = &told->column;
	data.types.types = &told->type;
	data.types.formats = &told->format;
	data.types.count = told->column != NULL;
	data.missing.values = told->missing;
	data.missing.count = (size_t)(told->missing[0] != NULL) + (told->missing[1] != NULL);
	return data;
}

struct text_case {
	const char *text, *expected;
};

static void check_case(enum mg_format format, const struct text_case *c, struct told told)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_data data = data_of(format, &told);
	struct files files = {0};
	add_file(&files, data.path, c->text, strlen(c->text));
	assert_string_equal(shown(arena, &data, &files, 1), c->expected);
	assert_string_equal(shown(arena, &data, &files, 3), c->expected);
	close_files(&files);
}

static void check_cases(enum mg_format format, const struct text_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_case(format, &cases[i], (struct told){0});
}

struct told_case {
	struct text_case text;
	struct told told;
};

static void check_told(enum mg_format format, const struct told_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_case(format, &cases[i].text, cases[i].told);
}

#define ROW(value) "{\"x\": " value "}\n"

static void types_come_from_all_values(void **state)
{
	(void)state;
	static const struct text_case cases[] = {
		{ROW("1") ROW("-2"), "x BIGINT\n1\n-2"},
		{ROW("1") ROW("2.5") ROW("1e5"), "x DOUBLE\n1\n2.5\n1e5"},
		{ROW("12345678901234567890"), "x HUGEINT\n12345678901234567890"},
		{ROW("12345678901234567.89"), "x DECIMAL(19,2)\n12345678901234567.89"},
		{ROW("NaN") ROW("-Infinity") ROW("1"), "x DOUBLE\nNaN\n-Infinity\n1"},
		{ROW("true") ROW("null") ROW("false"), "x BOOLEAN\ntrue\nNULL\nfalse"},
		{ROW("null"), "x VARCHAR\nNULL"},
		{ROW("\"a\"") ROW("\"\""), "x VARCHAR\na\n"},
		{ROW("\"1\"") ROW("\"2\""), "x VARCHAR\n1\n2"},
		{ROW("\"true\""), "x VARCHAR\ntrue"},
		{ROW("\"2026-11-29\"") ROW("\"2026-11-30\""), "x DATE\n2026-11-29\n2026-11-30"},
		{ROW("\"2026-11-29\"") ROW("\"\""), "x VARCHAR\n2026-11-29\n"},
		{ROW("\"2026-11-29\"") ROW("\"29.11.2026\""), "x VARCHAR\n2026-11-29\n29.11.2026"},
		{ROW("\"2026-11-29\"") ROW("20261129"), "x VARCHAR\n2026-11-29\n20261129"},
		{ROW("\"2026-11-29T23:59:59Z\""),
			"x TIMESTAMP WITH TIME ZONE\n2026-11-29T23:59:59Z"},
		{ROW("\"2026-11-29 23:59:59\"") ROW("\"2026-11-29\""),
			"x TIMESTAMP\n2026-11-29 23:59:59\n2026-11-29"},
		{ROW("\"23:59:59\""), "x TIME\n23:59:59"},
		{ROW("\"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11\""),
			"x VARCHAR\nA0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"},
		{ROW("{ \"a\" :[1, \"\\n\"]}") ROW("[]"), "x JSON\n{ \"a\" :[1, \"\\n\"]}\n[]"},
		{ROW("\"a\"") ROW("1.0") ROW("true") ROW("[1, 2]") ROW("\"\\u00e9\""),
			"x VARCHAR\na\n1.0\ntrue\n[1, 2]\né"},
		{ROW("1") ROW("\"1\""), "x VARCHAR\n1\n1"},
		{ROW("1") ROW("true"), "x VARCHAR\n1\ntrue"},
		{ROW("1") ROW("[1]"), "x VARCHAR\n1\n[1]"},
	};
	check_cases(MG_FORMAT_NDJSON, cases, LEN(cases));
}

static void columns_are_the_keys_of_all_rows(void **state)
{
	(void)state;
	static const struct text_case cases[] = {
		{"{\"b\":1,\"a\":2}\n{\"c\":3,\"a\":4}\n",
			"b BIGINT, a BIGINT, c BIGINT\n1|2|NULL\nNULL|4|3"},
		{"{}\n{\"a\":1}\n{}", "a BIGINT\nNULL\n1\nNULL"},
		{"{\"id\":1,\"ID\":2}", "id BIGINT, ID BIGINT\n1|2"},
		{"{\"\\u0061\":1}\n{\"a\":2}\n{\"\\\"\":3}",
			"a BIGINT, \" BIGINT\n1|NULL\n2|NULL\nNULL|3"},
		{"{\"a b\":1,\"ключ\":2}", "a b BIGINT, ключ BIGINT\n1|2"},
		{"\xef\xbb\xbf{\"a\":1}\r\n\r\n \n{\"a\":2}\r\n", "a BIGINT\n1\n2"},
	};
	check_cases(MG_FORMAT_NDJSON, cases, LEN(cases));
	static const struct told_case told[] = {
		{{"{\"a\":1}", "a BIGINT, z DATE\n1|NULL"}, {"z", "DATE", {NULL}, NULL}},
		{{"", "z DATE"}, {"z", "DATE", {NULL}, NULL}},
		{{"{}\n", "z BIGINT\nNULL"}, {"z", "BIGINT", {NULL}, NULL}},
	};
	check_told(MG_FORMAT_NDJSON, told, LEN(told));
	static const struct told_case empty[] = {
		{{"[]", "z DATE"}, {"z", "DATE", {NULL}, NULL}},
		{{"", "error: d.json:1: the file is empty; JSON without rows is []"},
			{"z", "DATE", {NULL}, NULL}},
	};
	check_told(MG_FORMAT_JSON, empty, LEN(empty));
}

static void json_is_an_array_or_objects(void **state)
{
	(void)state;
	static const struct text_case cases[] = {
		{"[{\"a\":1},\n{\"a\":\n2}]\n", "a BIGINT\n1\n2"},
		{" [ {\"a\":1} , {\"b\":2} ] ", "a BIGINT, b BIGINT\n1|NULL\nNULL|2"},
		{"\xef\xbb\xbf[{\"a\":1}]", "a BIGINT\n1"},
		{"{\n \"a\": 1\n}", "a BIGINT\n1"},
		{"{\"a\":1}{\"a\":2}\n\n{\"a\":3}", "a BIGINT\n1\n2\n3"},
		{"[]",
			"error: d.json: it has no columns: no row has a key; `types` of the dataset "
			"can name them"},
		{"", "error: d.json:1: the file is empty; JSON without rows is []"},
		{" \n", "error: d.json:2: the file is empty; JSON without rows is []"},
		{"[{\"a\":1},\n]",
			"error: d.json:2: a row, which is an object and begins with "
			"'{', was expected, not ']'"},
		{"[{\"a\":1}\n{\"a\":2}]",
			"error: d.json:2: a ',' or ']' after a row was expected, not '{'"},
		{"[{\"a\":1},\n\n1]",
			"error: d.json:3: a row, which is an object and begins with "
			"'{', was expected, not '1'"},
		{"[{\"a\":1}]\n[", "error: d.json:2: text follows the end of the array"},
		{"[{\"a\":1},\n{\"a\":2}\n",
			"error: d.json:3: the file ends before its array does"},
		{"[{\"a\":1},\n{\"a\":", "error: d.json:2: the file ends before its array does"},
		{"{\"a\":\n1", "error: d.json:2: the file ends within a row"},
		{"\"a\"",
			"error: d.json:1: a row, which is an object and begins with '{', was "
			"expected, not '\"'"},
	};
	check_cases(MG_FORMAT_JSON, cases, LEN(cases));
}

#define BAD(value, sentence)                                                                       \
	{                                                                                          \
		ROW("1") ROW(value), "error: d.ndjson:2: " sentence                                \
	}
static const struct text_case bad[] = {
	BAD("01", "a number has a leading zero"),
	BAD("-", "a number has no digit after its minus sign"),
	BAD("1.", "a number has no digit after its point"),
	BAD("1e", "a number has no digit in its exponent"),
	BAD("+1", "a value was expected, not '+'"),
	BAD(".5", "a value was expected, not '.'"),
	BAD("'a'", "a value was expected, not \"'\""),
	BAD("1 // one", "a ',' or '}' was expected, not '/'"),
	BAD("True", "a value was expected, not 'T'"),
	BAD("nul", "a bare word is not JSON; put text in double quotes"),
	BAD("nan", "a bare word is not JSON; put text in double quotes"),
	BAD("1 2", "a ',' or '}' was expected, not '2'"),
	BAD("\"a\tb\"", "a string has a control character, not escaped"),
	BAD("\"a\nb\"", "a string does not end in its line"),
	BAD("\"\\x\"", "a backslash in a string is followed by none of \" \\ / b f n r t u"),
	BAD("\"\\u12g4\"", "\\u in a string is not followed by four hex digits"),
	BAD("\"\\ud800\"", "half of a surrogate pair stands alone in a string"),
	BAD("\"\\ud800\\u0041\"", "half of a surrogate pair stands alone in a string"),
	BAD("\"\\udc00\"", "half of a surrogate pair stands alone in a string"),
	BAD("\"\\u0000\"", "a string has the character \\u0000, which no column of text can hold"),
	BAD("\"\xff\xff\xff\xff\"", "a string has bytes that are not UTF-8"),
	BAD("\"\xed\xa0\x80\"", "a string has bytes that are not UTF-8"),
	BAD("\xff", "a value was expected, not the byte 0xff"),
	BAD("[1,]", "a value was expected, not ']'"),
	BAD("[1}", "a ',' or ']' was expected, not '}'"),
	BAD("{\"a\":1,}", "a key in double quotes was expected, not '}'"),
	BAD("{\"a\" 1}", "a ':' after a key was expected, not '1'"),
	BAD("{\"a\":{\"b\":1,\"c\":[],\"b\":{}}}", "the key 'b' occurs twice in one object"),
	BAD("{\"\\u0061\":1,\"a\":2}", "the key 'a' occurs twice in one object"),
	BAD("1,\"x\":2", "the key 'x' occurs twice in one object"),
	BAD("1,", "a key in double quotes was expected, not '}'"),
	BAD("1,\"\":2", "a key is empty, which names no column"),
	BAD("1\n", "a ',' or '}' was expected, not the line's end"),
	{ROW("1") "{\"x\": 1", "error: d.ndjson:2: the file ends within a row"},
	{ROW("1") "{\"x\": \"a", "error: d.ndjson:2: the file ends within a row"},
	{ROW("1") "{\"x\": \"\xe2\x82", "error: d.ndjson:2: the file ends within a row"},
	{ROW("1") "\n7\n",
		"error: d.ndjson:3: a row, which is an object and begins with "
		"'{', was expected, not '7'"},
	{"[{\"x\": 1}]",
		"error: d.ndjson:1: an array is not a row; one array of objects is "
		"read with `format: json`"},
	{ROW("1") "{\"x\":1} {\"x\":2}\n",
		"error: d.ndjson:2: text follows the object; "
		"NDJSON is one object per line"},
	{"\xff\xfe{", "error: d.ndjson:1: it is not UTF-8 but UTF-16 or UTF-32, or not text"},
	{"",
		"error: d.ndjson: it has no columns: no row has a key; `types` of the dataset "
		"can name them"},
};

static void what_is_no_json_is_an_error(void **state)
{
	(void)state;
	check_cases(MG_FORMAT_NDJSON, bad, LEN(bad));
}

static void declared_types_hold_each_value(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{{ROW("1") ROW("\"5\""), "x BIGINT\n1\n5"}, {"x", "bigint", {NULL}, NULL}},
		{{ROW("1") ROW("1.5"),
			 "error: d.ndjson:2: '1.5' is not of type BIGINT, which `types` gives column x"},
			{"x", "BIGINT", {NULL}, NULL}},
		{{ROW("[1]"),
			 "error: d.ndjson:1: '[1]' is not of type BIGINT, which `types` gives column x"},
			{"x", "BIGINT", {NULL}, NULL}},
		{{ROW("\"a\\u001bb\""),
			 "error: d.ndjson:1: 'a\\x1bb' is not of type DATE, which `types` gives column x"},
			{"x", "DATE", {NULL}, NULL}},
		{{ROW("1") ROW("\"a\"") ROW("[]"), "x VARCHAR\n1\na\n[]"},
			{"x", "VARCHAR", {NULL}, NULL}},
		{{ROW("1") ROW("\"a\"") ROW("[]"), "x JSON\n1\n\"a\"\n[]"},
			{"x", "JSON", {NULL}, NULL}},
		{{ROW("7.10"), "x DECIMAL(4,2)\n7.10"}, {"x", "DECIMAL(4, 2)", {NULL}, NULL}},
		{{ROW("7.105"),
			 "error: d.ndjson:1: '7.105' is not of type DECIMAL(4,2), which `types` gives column x"},
			{"x", "DECIMAL(4, 2)", {NULL}, NULL}},
		{{ROW("\"29.11.2026\""), "x DATE\n29.11.2026"}, {"x", "DATE", {NULL}, "%d.%m.%Y"}},
		{{ROW("\"2026-11-29\""),
			 "error: d.ndjson:1: '2026-11-29' is not of type DATE written as "
			 "%d.%m.%Y, which `types` gives column x"},
			{"x", "DATE", {NULL}, "%d.%m.%Y"}},
		{{ROW("1"), "error: types: 'nosuch' of x is not a type"},
			{"x", "nosuch", {NULL}, NULL}},
		{{"{\"X\":1}", "X BIGINT\n1"}, {"x", "BIGINT", {NULL}, NULL}},
	};
	check_told(MG_FORMAT_NDJSON, cases, LEN(cases));
}

static void missing_words_are_values(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{{ROW("1") ROW("\"NA\"") ROW("\"-\""), "x BIGINT\n1\nNULL\nNULL"},
			{NULL, NULL, {"NA", "-"}, NULL}},
		{{ROW("1") ROW("-999") ROW("-999.0") ROW("-9.99e2"),
			 "x BIGINT\n1\nNULL\nNULL\nNULL"},
			{NULL, NULL, {"-999"}, NULL}},
		{{ROW("\"007\"") ROW("\"7\""), "x VARCHAR\n007\nNULL"}, {NULL, NULL, {"7"}, NULL}},
		{{ROW("\"2026-11-29\"") ROW("\"\""), "x DATE\n2026-11-29\nNULL"},
			{NULL, NULL, {""}, NULL}},
		{{ROW("1") ROW("\"-999.0\""), "x BIGINT\n1\nNULL"},
			{"x", "BIGINT", {"-999"}, NULL}},
		{{ROW("\"n\\u002fa\""), "x VARCHAR\nNULL"}, {NULL, NULL, {"n/a"}, NULL}},
	};
	check_told(MG_FORMAT_NDJSON, cases, LEN(cases));
}

static void files_have_the_same_columns(void **state)
{
	(void)state;
	static const struct {
		const char *texts[3], *expected;
		bool declared;
	} cases[] = {
		{{"{\"a\":1,\"b\":\"2\"}\n", "{\"b\":\"x\",\"a\":1.5}", NULL},
			"a DOUBLE, b VARCHAR\n1|2\n1.5|x", false},
		{{"{\"a\":1}", "{\"a\":1,\"b\":2}", NULL},
			"error: d/1.ndjson: it lacks column b, which d/2.ndjson has; union_by_name: true makes it NULL there",
			false},
		{{"{\"a\":1}\n", "", "{\"a\":1}"},
			"error: d/2.ndjson: it has no rows, and so no columns; union_by_name: true, or types of all columns, accepts it as it is",
			false},
		{{"{\"a\":1}\n", "", "{\"a\":2}"}, "a BIGINT\n1\n2", true},
		{{"{\"a\":1}\n\n", "\n{\"a\":2}\n{", NULL},
			"error: d/2.ndjson:3: the file ends within a row", false},
	};
	static const char *const names[] = {"/s/d/1.ndjson", "/s/d/2.ndjson", "/s/d/3.ndjson"};
	for (size_t i = 0; i < LEN(cases); i++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct told told = {cases[i].declared ? "a" : NULL, "BIGINT", {NULL}, NULL};
		struct mg_data data = data_of(MG_FORMAT_NDJSON, &told);
		data.path = "d/*.ndjson";
		struct files files = {0};
		for (size_t f = 0; f < 3 && cases[i].texts[f]; f++)
			add_file(&files, names[f], cases[i].texts[f], strlen(cases[i].texts[f]));
		assert_string_equal(shown(arena, &data, &files, 2), cases[i].expected);
		close_files(&files);
	}
}

/* ---- large files: pieces, ranges and threads ---- */

struct sum {
	uint64_t rows, total, late;
};

static void sum_cells(void *context, struct mg_cell_text *const *cells, size_t count)
{
	struct sum *sum = context;
	for (size_t row = 0; row < count; row++) {
		assert_true(cells[0][row].at && cells[0][row].len < 20);
		sum->total += strtoull(cells[0][row].at, NULL, 10);
		sum->late += cells[2][row].at != NULL;
	}
	sum->rows += count;
}

enum { ROWS = 30000, LATE = 29990 };

/* ROWS rows of about 100 bytes, at times of far more, the last ones with one key more. */
static struct mg_text large_file(
	struct mg_arena *arena, const char *first, const char *between, const char *last)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	char *long_text = mg_alloc(arena, 3000001);
	memset(long_text, 'y', 3000000);
	mg_text_add(&text, first);
	for (int i = 0; i < ROWS; i++) {
		mg_text_addf(&text, "%s{\"n\":%d,\"text\":\"%*d\\n€", i ? between : "", i,
			40 + i % 50, i);
		if (i == 20000)
			mg_text_add(&text, long_text);
		mg_text_addf(&text, "\"%s}", i >= LATE ? ",\"late\":1" : "");
	}
	mg_text_add(&text, last);
	return text;
}

static void large_files_are_read_by_many(void **state)
{
	(void)state;
	static const struct {
		const char *first, *between, *last, *form;
		enum mg_format format;
	} cases[] = {
		{"", "\n", "\n", "ndjson", MG_FORMAT_NDJSON},
		{"", "\n\n", "", "ndjson, 29999 blank lines", MG_FORMAT_NDJSON},
		{"", "\n", "\n", "json, objects", MG_FORMAT_JSON},
		{"", "", "", "json, objects", MG_FORMAT_JSON},
		{"{\n \"n\":0, \"text\": {\n\"text\":1}}", "\n", "", "json, objects",
			MG_FORMAT_JSON},
		{"[", ",", "]", "json, an array of objects", MG_FORMAT_JSON},
		{"[\n", ",\n", "\n]\n", "json, an array of objects", MG_FORMAT_JSON},
	};
	for (size_t c = 0; c < LEN(cases); c++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct told none = {0};
		struct mg_data data = data_of(cases[c].format, &none);
		struct mg_text text = large_file(
			arena, cases[c].first, cases[c].between, cases[c].last);
		struct files files = {0};
		add_file(&files, data.path, text.data, text.len);
		for (int threads = 1; threads <= 4; threads += 3) {
			struct mg_rows *rows = NULL;
			struct mg_error err = {0};
			assert_int_equal(scan(arena, &data, &files, threads, &rows, &err), MG_OK);
			uint64_t expected = ROWS + (cases[c].first[0] == '{');
			assert_int_equal(rows->rows, expected);
			assert_string_equal(rows->form, cases[c].form);
			assert_int_equal(rows->column_count, 3);
			assert_string_equal(rows->columns[2].name, "late");
			assert_true(mg_rows_json.range_count(rows) > 2);
			struct sum sum = {0};
			assert_int_equal(read_all(arena, rows, sum_cells, &sum, &err), MG_OK);
			assert_int_equal(sum.rows, expected);
			assert_int_equal(sum.total, (uint64_t)ROWS * (ROWS - 1) / 2);
			assert_int_equal(sum.late, ROWS - LATE);
		}
		close_files(&files);
	}
}

static struct mg_text packed(struct mg_arena *arena, const struct mg_text *plain)
{
	z_stream stream = {0};
	assert_int_equal(
		deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	struct mg_text out;
	mg_text_init(&out, arena);
	unsigned char buffer[65536];
	stream.next_in = (unsigned char *)plain->data;
	stream.avail_in = (unsigned)plain->len;
	do {
		stream.next_out = buffer;
		stream.avail_out = sizeof(buffer);
		deflate(&stream, Z_FINISH);
		mg_text_add_bytes(&out, (char *)buffer, sizeof(buffer) - stream.avail_out);
	} while (stream.avail_out == 0);
	deflateEnd(&stream);
	return out;
}

/* A packed file is one range, which is read as it is unpacked; one that is cut off is no data. */
static void packed_files_are_read_whole(void **state)
{
	(void)state;
	static const struct {
		const char *first, *between, *last, *path;
		enum mg_format format;
	} cases[] = {
		{"", "\n", "\n", "d.ndjson.gz", MG_FORMAT_NDJSON},
		{"[", ",", "]", "d.json.gz", MG_FORMAT_JSON},
		{"", " ", "", "d.json.gz", MG_FORMAT_JSON},
	};
	for (size_t c = 0; c < LEN(cases); c++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct told none = {0};
		struct mg_data data = data_of(cases[c].format, &none);
		data.path = cases[c].path;
		struct mg_text plain = large_file(
			arena, cases[c].first, cases[c].between, cases[c].last);
		struct mg_text text = packed(arena, &plain);
		struct files whole = {0}, cut = {0};
		add_file(&whole, data.path, text.data, text.len);
		add_file(&cut, data.path, text.data, text.len - 9);
		struct mg_rows *rows = NULL;
		struct mg_error err = {0};
		assert_int_equal(scan(arena, &data, &cut, 2, &rows, &err), MG_EIO);
		assert_int_equal(scan(arena, &data, &whole, 2, &rows, &err), MG_OK);
		assert_int_equal(rows->rows, ROWS);
		assert_int_equal(mg_rows_json.range_count(rows), 1);
		struct sum sum = {0};
		assert_int_equal(read_all(arena, rows, sum_cells, &sum, &err), MG_OK);
		assert_int_equal(sum.rows, ROWS);
		assert_int_equal(sum.total, (uint64_t)ROWS * (ROWS - 1) / 2);
		close_files(&whole);
		close_files(&cut);
	}
}

/* The line of the first error is told, whichever thread comes to it. */
static void first_error_is_told(void **state)
{
	(void)state;
	static const int lines[] = {1, 2, 20000, 20001, 29999};
	for (size_t i = 0; i < LEN(lines); i++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct told none = {0};
		struct mg_data data = data_of(MG_FORMAT_NDJSON, &none);
		struct mg_text text = large_file(arena, "", "\n", "\n#");
		char *at = text.data;
		for (int line = 1; line < lines[i]; line++)
			at = strchr(at, '\n') + 1;
		*at = '(';
		struct files files = {0};
		add_file(&files, data.path, text.data, text.len);
		assert_string_equal(shown(arena, &data, &files, 4),
			mg_printf(arena,
				"error: d.ndjson:%d: a row, which is an object and begins with '{', "
				"was expected, not '('",
				lines[i]));
		close_files(&files);
	}
}

static void thousands_of_keys(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct told none = {0};
	struct mg_data data = data_of(MG_FORMAT_NDJSON, &none);
	struct mg_text text;
	mg_text_init(&text, arena);
	for (int row = 0; row < 20; row++) {
		for (int key = 0; key < 5000; key++)
			mg_text_addf(&text, "%s\"f%d\":%d", key ? "," : "{",
				row % 2 ? 4999 - key : key, key);
		mg_text_add(&text, "}\n");
	}
	struct files files = {0};
	add_file(&files, data.path, text.data, text.len);
	struct mg_rows *rows = NULL;
	struct mg_error err = {0};
	assert_int_equal(scan(arena, &data, &files, 2, &rows, &err), MG_OK);
	assert_int_equal(rows->column_count, 5000);
	assert_int_equal(rows->rows, 20);
	assert_string_equal(rows->columns[4999].name, "f4999");
	close_files(&files);
}

static void values_are_nested_so_deep(void **state)
{
	(void)state;
	enum { MOST = 500 };
	for (int depth = MOST; depth <= MOST + 1; depth++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct told json = {"x", "JSON", {NULL}, NULL};
		struct mg_data data = data_of(MG_FORMAT_JSON, &json);
		struct mg_text text;
		mg_text_init(&text, arena);
		mg_text_add(&text, "{\"x\":");
		for (int i = 0; i < depth; i++)
			mg_text_add(&text, i % 2 ? "[" : "{\"a\":");
		mg_text_add(&text, "1");
		for (int i = depth - 1; i >= 0; i--)
			mg_text_add(&text, i % 2 ? "]" : "}");
		mg_text_add(&text, "}");
		struct files files = {0};
		add_file(&files, data.path, text.data, text.len);
		const char *out = shown(arena, &data, &files, 1);
		if (depth == MOST)
			assert_true(mg_starts_with(out, "x JSON\n{\"a\":[{"));
		else
			assert_string_equal(
				out, "error: d.json:1: a value is nested more than 500 deep");
		close_files(&files);
	}
}

static void ignore_cells(void *context, struct mg_cell_text *const *cells, size_t count)
{
	(void)context, (void)cells, (void)count;
}

/* Any byte that changes between the two looks is either harmless to the form, or an error. */
static void changed_files_are_errors(void **state)
{
	(void)state;
	static const char text[] =
		"{\"a\":1,\"b\":\"x\\ny\"}\n{\"b\":{\"c\":[1,2]},\"a\":null}\n{\"a\":3}\n";
	static const char bytes[] = "\0{}[]\",:x1 \\\n\xff";
	size_t errors = 0;
	for (size_t i = 0; i < (sizeof(text) - 1) * (sizeof(bytes) - 1); i++) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct told none = {0};
		struct mg_data data = data_of(MG_FORMAT_NDJSON, &none);
		struct files files = {0};
		add_file(&files, data.path, text, sizeof(text) - 1);
		struct mg_rows *rows = NULL;
		struct mg_error err = {0};
		assert_int_equal(scan(arena, &data, &files, 1, &rows, &err), MG_OK);
		const char *byte = &bytes[i % (sizeof(bytes) - 1)];
		assert_int_equal(
			pwrite(files.files[0].fd, byte, 1, (off_t)(i / (sizeof(bytes) - 1))), 1);
		if (read_all(arena, rows, ignore_cells, NULL, &err) != MG_OK) {
			assert_int_equal(err.code, MG_EIO);
			assert_string_equal(err.text, "data changed while it was read: d.ndjson");
			errors++;
		}
		close_files(&files);
	}
	assert_true(errors > sizeof(text) * 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_come_from_all_values),
		cmocka_unit_test(columns_are_the_keys_of_all_rows),
		cmocka_unit_test(json_is_an_array_or_objects),
		cmocka_unit_test(what_is_no_json_is_an_error),
		cmocka_unit_test(declared_types_hold_each_value),
		cmocka_unit_test(missing_words_are_values),
		cmocka_unit_test(files_have_the_same_columns),
		cmocka_unit_test(large_files_are_read_by_many),
		cmocka_unit_test(packed_files_are_read_whole),
		cmocka_unit_test(first_error_is_told),
		cmocka_unit_test(thousands_of_keys),
		cmocka_unit_test(values_are_nested_so_deep),
		cmocka_unit_test(changed_files_are_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
