/* test_escape.c: nothing untrusted reaches a log, Markdown, HTML or XML raw. */
#define _GNU_SOURCE /* strcasestr */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/escape.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static void makes_log_lines(void **state)
{
	(void)state;
	static const struct {
		const char *in, *log, *lines, *xml;
	} cases[] = {
		{"", "", "", ""},
		{"plain é 漢 😀", "plain é 漢 😀", "plain é 漢 😀", "plain é 漢 😀"},
		{"a\nb", "a\\nb", "a\nb", "a\nb"},
		{"a\r\nb", "a\\r\\nb", "a\nb", "a\nb"},
		{"a\rb", "a\\rb", "a\\rb", "a\\rb"},
		{"a\tb", "a\\tb", "a\\tb", "a\tb"},
		{"\x1b[31mred", "\\x1b[31mred", "\\x1b[31mred", "\\x1b[31mred"},
		{"\x01\x7f", "\\x01\\x7f", "\\x01\\x7f", "\\x01\\x7f"},
		{"\xc2\x85\xc2\x9b", "\\u0085\\u009b", "\\u0085\\u009b", "\\u0085\\u009b"},
		{"\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6", "\\u2028\\u202e\\u2066",
			"\\u2028\\u202e\\u2066", "\\u2028\\u202e\\u2066"},
		{"\xef\xbf\xbe", "\\ufffe", "\\ufffe", "\\ufffe"},
		{"#\xe2\x80\x8b#vso[x", "#\\u200b#vso[x", "#\\u200b#vso[x", "#\\u200b#vso[x"},
		{"a\xc2\xad\xef\xbb\xbf", "a\\u00ad\\ufeff", "a\\u00ad\\ufeff", "a\\u00ad\\ufeff"},
		{"\xf3\xa0\x80\x81", "\\ue0001", "\\ue0001", "\\ue0001"},
		{"\xff\xc3(", "\\xff\\xc3(", "\\xff\\xc3(", "\\xff\\xc3("},
		{"\xe2\x82", "\\xe2\\x82", "\\xe2\\x82", "\\xe2\\x82"},
		{"##vso[task.complete result=Succeeded]", "**vso[task.complete result=Succeeded]",
			"**vso[task.complete result=Succeeded]",
			"**vso[task.complete result=Succeeded]"},
		{"x##VsO[y", "x**VsO[y", "x**VsO[y", "x**VsO[y"},
		{"##[error]no", "**[error]no", "**[error]no", "**[error]no"},
		{"###vso[", "#**vso[", "#**vso[", "#**vso["},
		{"####[", "##**[", "##**[", "##**["},
		{"## heading", "## heading", "## heading", "## heading"},
		{"#\x01#vso[", "#\\x01#vso[", "#\\x01#vso[", "#\\x01#vso["},
		{"[[ATTACHMENT|/etc/shadow]]", "((ATTACHMENT|/etc/shadow]]",
			"((ATTACHMENT|/etc/shadow]]", "((ATTACHMENT|/etc/shadow]]"},
		{"[[attachment|x]]", "((attachment|x]]", "((attachment|x]]", "((attachment|x]]"},
		{"[[[ATTACHMENT|x", "[((ATTACHMENT|x", "[((ATTACHMENT|x", "[((ATTACHMENT|x"},
		{"a\n##vso[x]", "a\\n**vso[x]", "a\n**vso[x]", "a\n**vso[x]"},
	};
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	for (size_t i = 0; i < LEN(cases); i++) {
		assert_string_equal(mg_log_safe(arena, cases[i].in), cases[i].log);
		assert_string_equal(mg_log_safe_lines(arena, cases[i].in), cases[i].lines);
		assert_string_equal(mg_xml_safe(arena, cases[i].in), cases[i].xml);
	}
	assert_null(mg_log_safe(arena, NULL));
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_escape_log(&text, "a\0b", 3, 0);
	assert_string_equal(text.data, "a\\x00b");
}

static void cuts(void **state)
{
	(void)state;
	static const struct {
		const char *in;
		size_t max;
		const char *out;
	} cases[] = {{"abcdef", 0, "abcdef"}, {"abcdef", 6, "abcdef"}, {"abcdef", 5, "ab…"},
		{"abcdef", 4, "a…"}, {"abcdef", 3, "…"}, {"abcdef", 2, ""}, {"ab", 2, "ab"},
		{"aééé", 7, "aééé"}, {"aéééé", 8, "aéé…"}, {"aéééé", 7, "aé…"},
		{"a\n\n\n", 6, "a\\n…"}, {"\x01\x01", 7, "\\x01…"}};
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	for (size_t i = 0; i < LEN(cases); i++) {
		assert_string_equal(
			mg_log_safe_cut(arena, cases[i].in, cases[i].max), cases[i].out);
		struct mg_text text;
		mg_text_init(&text, arena);
		mg_text_add(&text, "before");
		mg_escape_log(&text, cases[i].in, strlen(cases[i].in), cases[i].max);
		assert_string_equal(text.data + 6, cases[i].out);
		assert_int_equal(text.len, 6 + strlen(cases[i].out));
	}
}

typedef void writer(struct mg_text *out, const char *s);

static void marks_up(void **state)
{
	(void)state;
	static const struct {
		writer *write;
		const char *in, *out;
	} cases[] = {
		{mg_escape_markdown, "a|b`c*d_e", "a\\|b\\`c\\*d\\_e"},
		{mg_escape_markdown, "<script>&[x](y)~#1\\",
			"&lt;script&gt;&amp;\\[x\\](y)\\~\\#1\\\\"},
		{mg_escape_markdown, "a\nb", "a\\\\nb"},
		{mg_escape_markdown, "##vso[x]", "\\*\\*vso\\[x\\]"},
		{mg_escape_html, "<a href=\"x\">'&'</a>",
			"&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"},
		{mg_escape_html, "\x1b\n", "\\x1b\\n"},
		{mg_escape_vso_data, "50% of\r\nrows; [x]", "50%AZP25 of%0Arows; [x]"},
		{mg_escape_vso_data, "a\rb\tc", "a\\rb\\tc"},
		{mg_escape_vso_data, "##vso[task.complete]", "**vso[task.complete]"},
		{mg_escape_vso_data, "%0A##vso[x]", "%AZP250A**vso[x]"},
		{mg_escape_vso_property, "a;b]c%d\ne", "a%3Bb%5Dc%AZP25d%0Ae"},
	};
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	for (size_t i = 0; i < LEN(cases); i++) {
		struct mg_text text;
		mg_text_init(&text, arena);
		cases[i].write(&text, cases[i].in);
		assert_string_equal(text.data, cases[i].out);
	}
}

/* Whatever comes in, nothing that an agent or terminal obeys comes out, and it is UTF-8. */
static void is_safe_for_random_bytes(void **state)
{
	(void)state;
	static const char *const bits[] = {"##", "#", "vso", "VSO", "[", "[[", "ATTACHMENT|",
		"attachment", "|", "\n", "\r", "\x1b", "\x9b", "\xc2", "\xe2\x80", "\xae", "é",
		"%0A", "a"};
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	srandom(7);
	for (int round = 0; round < 20000; round++) {
		char in[128] = "";
		size_t len = 0;
		for (int i = 0; i < 8; i++) {
			const char *bit = bits[(size_t)random() % LEN(bits)];
			memcpy(in + len, bit, strlen(bit) + 1);
			len += strlen(bit);
		}
		char *outs[] = {mg_log_safe(arena, in), mg_log_safe_lines(arena, in),
			mg_log_safe_cut(arena, in, 1 + (size_t)random() % 20)};
		for (size_t i = 0; i < LEN(outs); i++) {
			assert_true(mg_utf8_valid(outs[i], strlen(outs[i])));
			assert_null(strcasestr(outs[i], "##vso"));
			assert_null(strcasestr(outs[i], "##["));
			assert_null(strcasestr(outs[i], "[[attachment|"));
			assert_null(strpbrk(outs[i], "\r\x1b"));
		}
		assert_null(strchr(outs[0], '\n'));
		mg_arena_reset(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_log_lines),
		cmocka_unit_test(cuts),
		cmocka_unit_test(marks_up),
		cmocka_unit_test(is_safe_for_random_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
