/* test_spec_diag.c: how findings are shown: the line, the caret under the right characters, nothing
 * harmful. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"
#include "spec/diag.h"

static struct mg_arena *arena;

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

static const struct {
	const char *text;
	struct mg_diag diag;
	const char *want;
} shown[] = {
	{"a: b\nc: d\n", {{2, 4}, 1, "no", "yes, maybe", "yes"},
		"p:2:4: no\n    c: d\n       ^\n    accepted: yes, maybe\n    did you mean 'yes'?\n"},
	{"a: b", {{0, 0}, 1, "no", NULL, NULL}, "p: no\n"},
	{"\tab\tc", {{1, 5}, 1, "m", NULL, NULL},
		"p:1:5: m\n            ab      c\n                    ^\n"},
	{"\tab\tc", {{1, 4}, 1, "m", NULL, NULL},
		"p:1:4: m\n            ab      c\n              ^^^^^^\n"},
	{"\xe6\x97\xa5\xe6\x9c\xac: x", {{1, 1}, 2, "m", NULL, NULL},
		"p:1:1: m\n    \xe6\x97\xa5\xe6\x9c\xac: x\n    ^^^^\n"},
	{"e\xcc\x81: x", {{1, 5}, 1, "m", NULL, NULL}, "p:1:5: m\n    e\xcc\x81: x\n       ^\n"},
	{"a\x1b[1m: x", {{1, 2}, 1, "m", NULL, NULL}, "p:1:2: m\n    a\\x1b[1m: x\n     ^^^^\n"},
	{"k: \xff\xfe", {{1, 4}, 1, "m", NULL, NULL}, "p:1:4: m\n    k: \\xff\\xfe\n       ^^^^\n"},
	{"##vso[task]: ##[error]", {{1, 14}, 9, "m ##vso[x]", "##[x", NULL},
		"p:1:14: m **vso[x]\n    **vso[task]: **[error]\n                 ^^^^^^^^^\n    accepted: **[x\n"},
	{"one\r\ntwo\rthree\xe2\x80\xa8"
	 "four\xc2\x85"
	 "five",
		{{5, 1}, 4, "m", NULL, NULL}, "p:5:1: m\n    five\n    ^^^^\n"},
	/* Behind the end of the text, and wider than the line. */
	{"ab", {{7, 3}, 5, "m", NULL, NULL}, "p:7:3: m\n    \n    ^\n"},
	{"ab", {{1, 2}, 99, "m", NULL, NULL}, "p:1:2: m\n    ab\n     ^\n"},
	{"\xef\xbb\xbf"
	 "ab",
		{{1, 1}, 1, "m", NULL, NULL}, "p:1:1: m\n    ab\n    ^\n"},
};

static void test_shown(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		struct mg_diag diag = shown[i].diag;
		struct mg_diags diags = {.arena = arena, .list = &diag, .count = 1};
		char *text = mg_diags_text(
			arena, &diags, "p", shown[i].text, strlen(shown[i].text));
		assert_string_equal(text, shown[i].want);
	}
}

/* Of a line of a megabyte the part around the caret is shown. */
static void test_long_line(void **state)
{
	(void)state;
	size_t len = 1 << 20;
	char *line = calloc(1, len + 1);
	assert_non_null(line);
	memset(line, 'x', len);
	static const int columns[] = {1, 150, 500, 5000, 500000, 1 << 20};
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		struct mg_diag diag = {{1, columns[i]}, 1, "m", NULL, NULL};
		struct mg_diags diags = {.arena = arena, .list = &diag, .count = 1};
		line[columns[i] - 1] = 'Y';
		char *text = mg_diags_text(arena, &diags, "p", line, len);
		line[columns[i] - 1] = 'x';
		char *row = strchr(text, '\n') + 1, *carets = strchr(row, '\n') + 1;
		assert_true(carets - row < 230);
		assert_int_equal(strchr(carets, '^') - carets, strchr(row, 'Y') - row);
	}
	free(line);
}

static void test_order(void **state)
{
	(void)state;
	struct mg_diags diags = {.arena = arena};
	mg_diag_add(&diags, (struct mg_pos){3, 1}, "c");
	mg_diag_add(&diags, (struct mg_pos){1, 9}, "b");
	mg_diag_add(&diags, (struct mg_pos){3, 1}, "c"); /* by an alias, once more */
	mg_diag_add(&diags, (struct mg_pos){0, 0}, "a");
	mg_diag_add(&diags, (struct mg_pos){3, 1}, "d");
	mg_diags_sort(&diags);
	assert_int_equal(diags.count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(diags.list[i].message[0], 'a' + (int)i);
}

static void test_words(void **state)
{
	(void)state;
	const char *words[30];
	for (size_t i = 0; i < 30; i++)
		words[i] = mg_printf(arena, "w%zu", i);
	assert_string_equal(mg_diag_words(arena, words, 2), "w0, w1");
	assert_non_null(strstr(mg_diag_words(arena, words, 17), "w16"));
	assert_true(mg_ends_with(mg_diag_words(arena, words, 18), "w15 and more"));
	assert_string_equal(mg_diag_nearest("w99", words, 30), "w9");
	assert_null(mg_diag_nearest("w", words, 30));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_shown), TEST(test_long_line), TEST(test_order), TEST(test_words)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
