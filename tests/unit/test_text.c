/* test_text.c: growing text, numbers both ways, nearest words, UTF-8, globs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static struct mg_arena *arena;

static void grows(void **state)
{
	(void)state;
	struct mg_text text;
	mg_text_init(&text, arena);
	assert_string_equal(text.data, "");
	for (int i = 0; i < 1000; i++) {
		mg_text_add(&text, "ab");
		mg_text_add_char(&text, 'c');
		mg_text_add_bytes(&text, "dXX", 1);
		mg_text_addf(&text, "%d,", i);
		assert_int_equal(text.len, strlen(text.data));
	}
	assert_true(mg_starts_with(text.data, "abcd0,abcd1,"));
	assert_true(mg_ends_with(text.data, "abcd999,"));
	mg_text_addf(&text, "%9000s", "x");
	assert_int_equal(text.len, strlen(text.data));
	mg_text_add_bytes(&text, NULL, 0);
}

/* The shortest form, as Python's repr() writes its digits. */
static void writes_doubles(void **state)
{
	(void)state;
	static const struct {
		double x;
		const char *text;
	} cases[] = {{0, "0"}, {-0.0, "-0"}, {5, "5"}, {-5, "-5"}, {0.1, "0.1"},
		{0.1 + 0.2, "0.30000000000000004"}, {1e300, "1e+300"}, {1.5e-7, "1.5e-07"},
		{123456789, "123456789"}, {999999999999999, "999999999999999"}, {1e15, "1e+15"},
		{9007199254740992, "9007199254740992"}, {1.0 / 3, "0.3333333333333333"},
		{2.0 / 3, "0.6666666666666666"}, {DBL_MAX, "1.7976931348623157e+308"},
		{DBL_MIN, "2.2250738585072014e-308"}, {5e-324, "5e-324"}, {1.5e-323, "1.5e-323"},
		{NAN, "NaN"}, {INFINITY, "Infinity"}, {-INFINITY, "-Infinity"}};
	for (size_t i = 0; i < LEN(cases); i++)
		assert_string_equal(mg_double_text(arena, cases[i].x), cases[i].text);
}

/* splitmix64, by Sebastiano Vigna: every bit pattern of a double comes up. */
static uint64_t next_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static void reads_back_any_double(void **state)
{
	(void)state;
	uint64_t seed = 1;
	for (int i = 0; i < 20000; i++) {
		uint64_t bits = next_random(&seed);
		if (i % 10 == 0)
			bits &= 0x800fffffffffffff; /* subnormal */
		double x, back;
		memcpy(&x, &bits, sizeof(x));
		if (!isfinite(x))
			continue;
		struct mg_text text;
		mg_text_init(&text, arena);
		mg_text_add_double(&text, x);
		assert_true(mg_parse_double(text.data, false, &back));
		assert_memory_equal(&x, &back, sizeof(x));
	}
}

/* Numbers of few decimals, and those next to them, are written a quicker way, and alike. */
static void writes_few_decimals_alike(void **state)
{
	(void)state;
	uint64_t seed = 2;
	for (int i = 0; i < 20000; i++) {
		double tens[] = {1, 10, 1e3, 1e6, 1e9, 1e12};
		double x = (double)(int64_t)(next_random(&seed) >> (i % 50 + 13)) / tens[i % 6];
		x = i % 3 == 0 ? nextafter(x, 0) : i % 7 == 0 ? -x : x;
		struct mg_text text;
		mg_text_init(&text, arena);
		mg_text_add_double(&text, x);
		assert_string_equal(text.data, mg_double_text(arena, x));
	}
}

static void reads_doubles(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool words, ok;
		double x;
	} cases[] = {{"0", false, true, 0}, {"-1.5", false, true, -1.5}, {"+2", false, true, 2},
		{".5", false, true, 0.5}, {"5.", false, true, 5}, {"1e3", false, true, 1000},
		{"1E-2", false, true, 0.01}, {"1e-400", false, true, 0}, {"007", false, true, 7},
		{"inf", true, true, INFINITY}, {"-Infinity", true, true, -INFINITY},
		{"", true, false, 0}, {".", true, false, 0}, {"-", true, false, 0},
		{"e5", true, false, 0}, {"1e", true, false, 0}, {"1e+", true, false, 0},
		{" 1", true, false, 0}, {"1 ", true, false, 0}, {"1,5", true, false, 0},
		{"0x10", true, false, 0}, {"1_000", true, false, 0}, {"1e400", true, false, 0},
		{"-1e400", true, false, 0}, {"inf", false, false, 0}, {"nan", false, false, 0},
		{"infin", true, false, 0}, {"nan(1)", true, false, 0}, {"--1", true, false, 0},
		{"+-1", true, false, 0}};
	for (size_t i = 0; i < LEN(cases); i++) {
		double x = 42;
		bool ok = mg_parse_double(cases[i].text, cases[i].words, &x);
		if (ok != cases[i].ok || x != (ok ? cases[i].x : 42))
			fail_msg("'%s': %d %g", cases[i].text, ok, x);
	}
	double x = 0;
	assert_true(mg_parse_double("NaN", true, &x) && isnan(x));
	assert_true(mg_parse_double("-nan", true, &x) && isnan(x));
	assert_false(mg_parse_double(NULL, true, &x));
}

static void reads_integers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool ok;
		int64_t x;
	} cases[] = {{"0", true, 0}, {"-7", true, -7}, {"+7", true, 7}, {"010", true, 10},
		{"9223372036854775807", true, INT64_MAX}, {"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0}, {"-9223372036854775809", false, 0},
		{"", false, 0}, {"-", false, 0}, {" 1", false, 0}, {"1 ", false, 0},
		{"1.0", false, 0}, {"1e3", false, 0}, {"0x1", false, 0}};
	for (size_t i = 0; i < LEN(cases); i++) {
		int64_t x = 42;
		bool ok = mg_parse_int(cases[i].text, &x);
		if (ok != cases[i].ok || x != (ok ? cases[i].x : 42))
			fail_msg("'%s'", cases[i].text);
	}
}

static void reads_durations(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool ok;
		double seconds;
	} cases[] = {{"36h", true, 129600}, {"2d", true, 172800}, {"90s", true, 90},
		{"15m", true, 900}, {"500ms", true, 0.5}, {"1w", true, 604800}, {"90", true, 90},
		{"1.5h", true, 5400}, {"0", true, 0}, {"3ms", true, 0.003}, {"", false, 0},
		{"h", false, 0}, {"-1s", false, 0}, {"+1s", false, 0}, {"1 h", false, 0},
		{"1H", false, 0}, {"1e3s", false, 0}, {"1hour", false, 0}, {"1h30m", false, 0},
		{".5h", false, 0}};
	for (size_t i = 0; i < LEN(cases); i++) {
		double x = 42;
		bool ok = mg_parse_duration(cases[i].text, &x);
		if (ok != cases[i].ok || x != (ok ? cases[i].seconds : 42))
			fail_msg("'%s': %d %.17g", cases[i].text, ok, x);
	}
}

static void reads_shares(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool ok;
		double share;
	} cases[] = {{"99.5%", true, 0.995}, {"0.995", true, 0.995}, {"99.9%", true, 0.999},
		{"100%", true, 1}, {"0%", true, 0}, {"-2%", true, -0.02}, {"250%", true, 2.5},
		{"0.1%", true, 0.001}, {"%", false, 0}, {"", false, 0}, {"1e2%", false, 0},
		{"5 %", false, 0}, {"5%%", false, 0}, {"inf%", false, 0}};
	for (size_t i = 0; i < LEN(cases); i++) {
		double x = 42;
		bool ok = mg_parse_share(cases[i].text, &x);
		if (ok != cases[i].ok || x != (ok ? cases[i].share : 42))
			fail_msg("'%s': %d %.17g", cases[i].text, ok, x);
	}
	/* Any share of two decimals is read as the double that is written. */
	for (int i = 0; i <= 10000; i++) {
		char percent[32], plain[32];
		snprintf(percent, sizeof(percent), "%d.%02d%%", i / 100, i % 100);
		snprintf(plain, sizeof(plain), "%d.%04d", i / 10000, i % 10000);
		double a = -1, b = -2;
		assert_true(mg_parse_share(percent, &a) && mg_parse_share(plain, &b));
		assert_true(a == b);
	}
}

static void writes_for_people(void **state)
{
	(void)state;
	static const struct {
		double x;
		int digits;
		const char *text;
	} numbers[] = {{12345678, 4, "12,345,678"}, {0.69342, 4, "0.6934"},
		{1.234e15, 3, "1.23e+15"}, {0, 4, "0"}, {-0.0, 4, "0"}, {999, 4, "999"},
		{1000, 4, "1,000"}, {-1000, 4, "-1,000"}, {1234.5678, 4, "1,235"},
		{1234.5678, 6, "1,234.57"}, {0.00001234, 3, "1.23e-05"}, {0.5, 4, "0.5"},
		{-0.25, 4, "-0.25"}, {9.99999, 4, "10"}, {999999.9, 4, "1,000,000"},
		{100, 1, "100"}, {0.001, 4, "0.001"}, {999999999999999, 4, "999,999,999,999,999"},
		{NAN, 4, "NaN"}, {-INFINITY, 4, "-Infinity"}};
	for (size_t i = 0; i < LEN(numbers); i++)
		assert_string_equal(
			mg_human_double(arena, numbers[i].x, numbers[i].digits), numbers[i].text);

	static const struct {
		double seconds;
		const char *text;
	} durations[] = {{0, "0 ms"}, {0.0004, "0.4 ms"}, {0.003, "3 ms"}, {0.9994, "999 ms"},
		{0.9996, "1.0 s"}, {1.24, "1.2 s"}, {59.94, "59.9 s"}, {59.96, "1 min 00 s"},
		{243, "4 min 03 s"}, {3599.4, "59 min 59 s"}, {3599.6, "1 h 00 min"},
		{7500, "2 h 05 min"}, {86399, "1 d 00 h"}, {273600, "3 d 04 h"}, {-1.2, "-1.2 s"},
		{NAN, "NaN"}};
	for (size_t i = 0; i < LEN(durations); i++)
		assert_string_equal(
			mg_human_duration(arena, durations[i].seconds), durations[i].text);

	static const struct {
		double bytes;
		const char *text;
	} sizes[] = {{0, "0 B"}, {1023, "1023 B"}, {1024, "1 KiB"}, {64 << 20, "64 MiB"},
		{1536, "1.5 KiB"}, {1048575, "1.0 MiB"}, {5e9, "4.7 GiB"},
		{1e30, "888178419700125.2 PiB"}};
	for (size_t i = 0; i < LEN(sizes); i++)
		assert_string_equal(mg_human_bytes(arena, sizes[i].bytes), sizes[i].text);
}

static void finds_the_nearest_word(void **state)
{
	(void)state;
	static const char *const words[] = {"row_count", "not_null", "unique", "range", "roc_auc",
		"psi", "ks", "mean", "median", "columns", "column_count"};
	static const struct {
		const char *word, *nearest;
	} cases[] = {{"row_cuont", "row_count"}, {"rowcount", "row_count"}, {"notnull", "not_null"},
		{"not-null", "not_null"}, {"PSI", "psi"}, {"psy", "psi"}, {"colum", "columns"},
		{"uniq", "unique"}, {"maen", "mean"}, {"ROC-AUC", "roc_auc"}, {"k", "ks"},
		{"xyz", NULL}, {"", NULL}, {"completely_different", NULL}, {"range", "range"}};
	for (size_t i = 0; i < LEN(cases); i++) {
		const char *found = mg_nearest_word(cases[i].word, words, LEN(words));
		if (!mg_streq(found, cases[i].nearest))
			fail_msg("'%s': %s", cases[i].word, found ? found : "none");
	}
	assert_null(mg_nearest_word("x", NULL, 0));
	char long_word[300];
	memset(long_word, 'a', sizeof(long_word) - 1);
	long_word[sizeof(long_word) - 1] = '\0';
	const char *long_words[] = {long_word, "a"};
	assert_null(mg_nearest_word(long_word, long_words, 2));
	assert_string_equal(mg_nearest_word("b", long_words, 2), "a");
}

/* Valid and invalid sequences from Unicode 15, table 3-7 and its examples. */
static void knows_utf8(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n, len;
		uint32_t codepoint;
	} cases[] = {{"a", 1, 1, 'a'}, {"\0", 1, 1, 0}, {"\x7f", 1, 1, 0x7f},
		{"\xc2\x80", 2, 2, 0x80}, {"\xdf\xbf", 2, 2, 0x7ff}, {"\xe0\xa0\x80", 3, 3, 0x800},
		{"\xed\x9f\xbf", 3, 3, 0xd7ff}, {"\xee\x80\x80", 3, 3, 0xe000},
		{"\xef\xbf\xbf", 3, 3, 0xffff}, {"\xf0\x90\x80\x80", 4, 4, 0x10000},
		{"\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff}, {"", 0, 0, 0}, {"\x80", 1, 0, 0},
		{"\xc0\x80", 2, 0, 0}, {"\xc1\xbf", 2, 0, 0}, {"\xc2", 1, 0, 0},
		{"\xc2\x41", 2, 0, 0}, {"\xe0\x80\x80", 3, 0, 0}, {"\xe0\x9f\xbf", 3, 0, 0},
		{"\xed\xa0\x80", 3, 0, 0}, {"\xed\xbf\xbf", 3, 0, 0}, {"\xe2\x82\xac", 2, 0, 0},
		{"\xf0\x80\x80\x80", 4, 0, 0}, {"\xf0\x8f\xbf\xbf", 4, 0, 0},
		{"\xf4\x90\x80\x80", 4, 0, 0}, {"\xf5\x80\x80\x80", 4, 0, 0}, {"\xff", 1, 0, 0}};
	for (size_t i = 0; i < LEN(cases); i++) {
		uint32_t codepoint = 0;
		assert_int_equal(
			mg_utf8_next(cases[i].bytes, cases[i].n, &codepoint), cases[i].len);
		assert_int_equal(codepoint, cases[i].codepoint);
		assert_int_equal(
			mg_utf8_valid(cases[i].bytes, cases[i].n), cases[i].len == cases[i].n);
	}
	static const struct {
		const char *text;
		size_t width;
	} widths[] = {{"", 0}, {"abc", 3}, {"é", 1}, {"e\xcc\x81", 1}, {"漢字", 4}, {"한", 2},
		{"😀", 2}, {"\xff", 1}, {"…", 1}};
	for (size_t i = 0; i < LEN(widths); i++)
		assert_int_equal(mg_utf8_width(widths[i].text), widths[i].width);
}

/* The first byte that is wrong is found at every place, among ASCII and among long characters. */
static void finds_what_is_no_utf8(void **state)
{
	(void)state;
	static const char *const fills[] = {"a", "é", "€", "😀"};
	char bytes[400];
	for (size_t f = 0; f < LEN(fills); f++) {
		size_t width = strlen(fills[f]), n = 0;
		for (; n + width <= 320; n += width)
			memcpy(bytes + n, fills[f], width);
		assert_int_equal(mg_utf8_span(bytes, n), n);
		assert_int_equal(mg_utf8_span(bytes, n - 1), n - width);
		for (size_t i = 0; i < n; i++) {
			char kept = bytes[i];
			bytes[i] = '\xff';
			assert_int_equal(mg_utf8_span(bytes, n), i / width * width);
			assert_false(mg_utf8_valid(bytes, n));
			bytes[i] = kept;
		}
	}
}

/* Oracle for the plain ones: fnmatch(3) with no flags. */
static void shortens(void **state)
{
	(void)state;
	MG_SCOPED_ARENA struct mg_arena *a = mg_arena_new();
	const char *short_enough = "abc";
	assert_ptr_equal(mg_text_short(a, short_enough, 3), short_enough);
	/* printf abcd | sha256sum */
	assert_string_equal(mg_text_short(a, "abcd", 3), "abc… (4 bytes, sha256 88d4266fd4e6338d)");
	assert_string_equal(mg_text_short(a, "abcé", 4), "abc… (5 bytes, sha256 ab2b4afd2eb587b1)");
	char *a1 = mg_alloc(a, 12346);
	memset(a1, 'x', 12345);
	a1[12345] = '\0';
	assert_string_equal(mg_text_short(a, a1, 2), "xx… (12,345 bytes, sha256 3c49a9d347ea48dc)");
	assert_int_equal(mg_utf8_fit("é", 0), 0);
	assert_int_equal(mg_utf8_fit("é", 1), 0);
	assert_int_equal(mg_utf8_fit("é", 2), 2);
	assert_int_equal(mg_utf8_fit("aé€𝄞", 9), 6);
	assert_int_equal(mg_utf8_fit("aé€𝄞", 10), 10);
	/* Bytes that are no characters have no borders. */
	assert_int_equal(mg_utf8_fit("\x80\x80\x80", 2), 0);
}

static void matches_globs(void **state)
{
	(void)state;
	static const struct {
		const char *pattern, *text;
		bool matches;
	} cases[] = {{"", "", true}, {"", "a", false}, {"a", "a", true}, {"a", "A", false},
		{"*", "", true}, {"*", "abc", true}, {"a*", "abc", true}, {"*c", "abc", true},
		{"a*c", "abc", true}, {"a*d", "abc", false}, {"**", "x", true},
		{"a**b", "ab", true}, {"*ab*", "xxaabyy", true}, {"?", "", false}, {"?", "a", true},
		{"?", "é", true}, {"??", "é", false}, {"[a-c]", "b", true}, {"[a-c]", "d", false},
		{"[!a-c]", "d", true}, {"[^a-c]", "b", false}, {"[abc]x", "cx", true},
		{"[]a]", "]", true}, {"[a-]", "-", true}, {"[-a]", "-", true}, {"[à-ü]", "é", true},
		{"[", "[", true}, {"[a", "[a", true}, {"[a", "a", false}, {"\\*", "*", true},
		{"\\*", "a", false}, {"\\[a]", "[a]", true}, {"\\", "\\", true},
		{"*.csv", "x.csv", true}, {"*.csv", "x.csv.gz", false},
		{"feature_*_[0-9]", "feature_a_b_7", true}, {"?", "\xff", true},
		{"\xff", "\xff", true}, {"\xff", "\xfe", false}};
	for (size_t i = 0; i < LEN(cases); i++) {
		if (mg_glob_match(cases[i].pattern, cases[i].text) != cases[i].matches)
			fail_msg("'%s' on '%s'", cases[i].pattern, cases[i].text);
	}
	/* No explosion: this takes for ever where every star is tried in every place. */
	char text[5001];
	memset(text, 'a', 5000);
	text[5000] = '\0';
	assert_false(mg_glob_match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

static void compares(void **state)
{
	(void)state;
	assert_true(mg_streq("a", "a") && mg_streq(NULL, NULL) && mg_streq("", ""));
	assert_false(mg_streq("a", "b") || mg_streq(NULL, "") || mg_streq("", NULL));
	assert_true(mg_starts_with("abc", "ab") && mg_starts_with("abc", ""));
	assert_false(mg_starts_with("ab", "abc"));
	assert_true(mg_ends_with("abc", "bc") && mg_ends_with("abc", ""));
	assert_false(mg_ends_with("bc", "abc"));
}

static int make_arena(void **state)
{
	(void)state;
	arena = mg_arena_new();
	return 0;
}

static int free_arena(void **state)
{
	(void)state;
	mg_arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows),
		cmocka_unit_test(writes_doubles),
		cmocka_unit_test(reads_back_any_double),
		cmocka_unit_test(writes_few_decimals_alike),
		cmocka_unit_test(reads_doubles),
		cmocka_unit_test(reads_integers),
		cmocka_unit_test(reads_durations),
		cmocka_unit_test(reads_shares),
		cmocka_unit_test(writes_for_people),
		cmocka_unit_test(finds_the_nearest_word),
		cmocka_unit_test(knows_utf8),
		cmocka_unit_test(finds_what_is_no_utf8),
		cmocka_unit_test(shortens),
		cmocka_unit_test(matches_globs),
		cmocka_unit_test(compares),
	};
	return cmocka_run_group_tests(tests, make_arena, free_arena);
}
