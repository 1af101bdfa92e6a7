/* test_clock.c: ISO 8601 both ways. Oracle: GNU date, as in `date -u -d 2000-02-29T12:34:56Z
 * +%s`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *text;
	int64_t us;
} both_ways[] = {
	{"1970-01-01T00:00:00Z", 0},
	{"1970-01-01T00:00:00.000001Z", 1},
	{"1969-12-31T23:59:59.999999Z", -1},
	{"2000-02-29T12:34:56Z", 951827696000000},
	{"2000-03-01T00:00:00Z", 951868800000000},
	{"1900-03-01T00:00:00Z", -2203891200000000},
	{"2038-01-19T03:14:08Z", 2147483648000000},
	{"2026-11-23T04:05:06.5Z", 1795406706500000},
	{"9999-12-31T23:59:59Z", 253402300799000000},
	{"0001-01-01T00:00:00Z", -62135596800000000},
	{"0000-01-01T00:00:00Z", -62167219200000000},
};

static void reads_and_writes(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(both_ways); i++) {
		int64_t us = 42;
		assert_true(mg_clock_parse(both_ways[i].text, &us));
		if (us != both_ways[i].us)
			fail_msg("%s: %lld", both_ways[i].text, (long long)us);
		char text[32];
		mg_clock_format(us, text);
		if (strchr(both_ways[i].text, '.') && strlen(both_ways[i].text) != 27)
			assert_string_equal(text, "2026-11-23T04:05:06.500000Z");
		else
			assert_string_equal(text, both_ways[i].text);
	}
}

static void reads_other_forms(void **state)
{
	(void)state;
	static const struct {
		const char *text, *same;
	} cases[] = {
		{"2001-02-28", "2001-02-28T00:00:00Z"},
		{"2001-02-28T10:20", "2001-02-28T10:20:00Z"},
		{"2001-02-28T10:20:30", "2001-02-28T10:20:30Z"},
		{"2001-02-28 10:20:30", "2001-02-28T10:20:30Z"},
		{"2001-02-28T10:20:30+02:00", "2001-02-28T08:20:30Z"},
		{"2001-02-28T23:20:30-05:30", "2001-03-01T04:50:30Z"},
		{"2001-02-28T10:20Z", "2001-02-28T10:20:00Z"},
		{"2001-02-28T10:20:30.123456789Z", "2001-02-28T10:20:30.123456Z"},
		{"2004-02-29", "2004-02-29T00:00:00Z"},
	};
	for (size_t i = 0; i < LEN(cases); i++) {
		int64_t us;
		char text[32];
		if (!mg_clock_parse(cases[i].text, &us))
			fail_msg("refused: %s", cases[i].text);
		mg_clock_format(us, text);
		assert_string_equal(text, cases[i].same);
	}
}

static void refuses(void **state)
{
	(void)state;
	static const char *const cases[] = {"", "2001", "2001-02", "2001-2-3", "2001-02-29",
		"1900-02-29", "2100-02-29", "2001-04-31", "2001-13-01", "2001-00-10", "2001-01-00",
		"2001-01-32", "2001-01-01T", "2001-01-01T10", "2001-01-01T24:00",
		"2001-01-01T10:60", "2001-01-01T10:00:60", "2001-01-01T10:00:00.",
		"2001-01-01T10:00:00.1234567890", "2001-01-01T10:00:00+2",
		"2001-01-01T10:00:00+24:00", "2001-01-01T10:00:00+02:60", "2001-01-01T10:00:00ZZ",
		"2001-01-01Z", "2001-01-01t10:00", " 2001-01-01", "2001-01-01 ",
		"2001-01-01T10:00:00 Z", "20010101", "2001-01-01T10:00:0", "-001-01-01",
		"2001/01/01"};
	for (size_t i = 0; i < LEN(cases); i++) {
		int64_t us = 42;
		if (mg_clock_parse(cases[i], &us))
			fail_msg("accepted: %s", cases[i]);
		assert_int_equal(us, 42);
	}
	int64_t us;
	assert_false(mg_clock_parse(NULL, &us));
}

/* Any instant survives the way through text, also far outside of four-digit years. */
static void writes_any_instant(void **state)
{
	(void)state;
	char text[32];
	mg_clock_format(INT64_MAX, text);
	assert_string_equal(text, "294247-01-10T04:00:54.775807Z");
	mg_clock_format(INT64_MIN, text);
	assert_string_equal(text, "-290308-12-21T19:59:05.224192Z");
	for (int64_t day = -719528; day <= 2932896; day += 97) { /* years 0 to 9999 */
		int64_t us = day * 86400000000 + 1, back;
		mg_clock_format(us, text);
		assert_true(mg_clock_parse(text, &back));
		assert_int_equal(back, us);
	}
}

static void ticks_go_on(void **state)
{
	(void)state;
	double before = mg_clock_ticks();
	assert_true(mg_clock_ticks() >= before);
	assert_true(mg_clock_now_us() > 1700000000000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes),
		cmocka_unit_test(reads_other_forms),
		cmocka_unit_test(refuses),
		cmocka_unit_test(writes_any_instant),
		cmocka_unit_test(ticks_go_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
