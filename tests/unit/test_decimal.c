/* test_decimal.c: whole numbers and decimals without rounding. Expected texts are of Python's
 * decimal module. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static int setup(void **state)
{
	*state = mg_arena_new();
	return 0;
}

static int teardown(void **state)
{
	mg_arena_free(*state);
	return 0;
}

static struct mg_decimal of(const char *text)
{
	struct mg_decimal x = {0};
	if (!mg_decimal_parse(text, &x))
		fail_msg("%s is not read", text);
	return x;
}

/* text NULL: refused */
static const struct {
	const char *in, *text, *human;
} texts[] = {
	{"0", "0", "0"},
	{"-0", "0", "0"},
	{"-0.000", "0", "0"},
	{"007", "7", "7"},
	{"+5", "5", "5"},
	{".5", "0.5", "0.5"},
	{"5.", "5", "5"},
	{"-12.340", "-12.34", "-12.34"},
	{"1e3", "1000", "1,000"},
	{"-1.5E-3", "-0.0015", "-0.0015"},
	{"9.98e2", "998", "998"},
	{"1764400000000000129", "1764400000000000129", "1,764,400,000,000,000,129"},
	{"-340282366920938463463374607431768211455", "-340282366920938463463374607431768211455",
		"-340,282,366,920,938,463,463,374,607,431,768,211,455"},
	{"1234567.0000000000000000000000000000000000001",
		"1234567.0000000000000000000000000000000000001",
		"1,234,567.0000000000000000000000000000000000001"},
	{"1e89",
		"1000000000000000000000000000000000000000000000000000000000000000000000000000000000"
		"00000000",
		NULL},
	{"1e90", NULL, NULL},
	{"1e-91", NULL, NULL},
	{"0e500", "0", "0"},
	{"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	 "0000000000000000001",
		"1", "1"},
	{"", NULL, NULL},
	{"-", NULL, NULL},
	{"1.2.3", NULL, NULL},
	{" 1", NULL, NULL},
	{"1e", NULL, NULL},
	{"inf", NULL, NULL},
	{"nan", NULL, NULL},
};

static void test_texts(void **state)
{
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct mg_decimal x;
		bool read = mg_decimal_parse(texts[i].in, &x);
		if (read != (texts[i].text != NULL))
			fail_msg("'%s' is%s read", texts[i].in, read ? "" : " not");
		if (!read)
			continue;
		assert_string_equal(mg_decimal_text(*state, &x), texts[i].text);
		if (texts[i].human)
			assert_string_equal(mg_decimal_human(*state, &x), texts[i].human);
	}
}

static const struct {
	const char *x, *y, *sum, *difference, *product;
} sums[] = {
	{"0.1", "0.3", "0.4", "-0.2", "0.03"},
	{"9007199254740993", "1", "9007199254740994", "9007199254740992", "9007199254740993"},
	{"-999999999", "999999999", "0", "-1999999998", "-999999998000000001"},
	{"1000000000", "0.000000001", "1000000000.000000001", "999999999.999999999", "1"},
	{"99999999999999999999999999999999999999", "1", "100000000000000000000000000000000000000",
		"99999999999999999999999999999999999998", "99999999999999999999999999999999999999"},
	{"-18446744073709551616", "-18446744073709551616", "-36893488147419103232", "0",
		"340282366920938463463374607431768211456"},
	{"0", "-5.5", "-5.5", "5.5", "0"},
};

static void test_arithmetic(void **state)
{
	for (size_t i = 0; i < COUNT(sums); i++) {
		struct mg_decimal x = of(sums[i].x), y = of(sums[i].y), out;
		assert_true(mg_decimal_add(&x, &y, &out));
		assert_string_equal(mg_decimal_text(*state, &out), sums[i].sum);
		assert_true(mg_decimal_subtract(&x, &y, &out));
		assert_string_equal(mg_decimal_text(*state, &out), sums[i].difference);
		assert_true(mg_decimal_multiply(&x, &y, &out));
		assert_string_equal(mg_decimal_text(*state, &out), sums[i].product);
	}
	struct mg_decimal most = of("9e89"), tiny = of("1e-90"), out;
	assert_false(mg_decimal_add(&most, &most, &out));
	assert_false(mg_decimal_multiply(&most, &most, &out));
	assert_false(mg_decimal_multiply(&tiny, &tiny, &out));
}

static const struct {
	const char *x;
	uint64_t n;
	const char *quotient; /* its start when it has no end */
	bool ends;
	double nearest;
} quotients[] = {
	{"0.4", 2, "0.2", true, 0.2},
	{"1", 3, "0.3333333333333333333333333333", false, 1.0 / 3},
	{"-18446744073709551616", 4, "-4611686018427387904", true, -0x1p62},
	{"1764400000000000129", 9223372036854775807u, "0.19129", false, 0.1912966},
	{"6", 18446744073709551615u, "0.000000000000000000325", false, 3.2526e-19},
};

static void test_division(void **state)
{
	for (size_t i = 0; i < COUNT(quotients); i++) {
		struct mg_decimal x = of(quotients[i].x), out;
		assert_int_equal(mg_decimal_divide(&x, quotients[i].n, &out), quotients[i].ends);
		const char *text = mg_decimal_text(*state, &out);
		assert_true(quotients[i].ends ? strcmp(text, quotients[i].quotient) == 0
					      : mg_starts_with(text, quotients[i].quotient));
		double off = mg_decimal_to_double(&out) / quotients[i].nearest - 1;
		assert_true(quotients[i].ends ? off == 0 : off < 1e-4 && off > -1e-4);
	}
}

static const struct {
	const char *x;
	int places;
	const char *down, *up;
} places[] = {
	{"1.5", 0, "1", "2"},
	{"-1.5", 0, "-2", "-1"},
	{"2", 0, "2", "2"},
	{"-0.2", 0, "-1", "0"},
	{"0.123456", 2, "0.12", "0.13"},
	{"-0.120001", 2, "-0.13", "-0.12"},
	{"999.999", 1, "999.9", "1000"},
	{"1e-90", 38, "0", "0.00000000000000000000000000000000000001"},
};

static void test_places(void **state)
{
	for (size_t i = 0; i < COUNT(places); i++) {
		struct mg_decimal x = of(places[i].x), out;
		assert_true(mg_decimal_to_places(&x, places[i].places, false, &out));
		assert_string_equal(mg_decimal_text(*state, &out), places[i].down);
		assert_true(mg_decimal_to_places(&x, places[i].places, true, &out));
		assert_string_equal(mg_decimal_text(*state, &out), places[i].up);
	}
}

/* Of each two the first is less. */
static void test_order(void **state)
{
	(void)state;
	static const char *const up[] = {"-1e89", "-9007199254740993", "-9007199254740992", "-1",
		"-0.1", "-0.09", "0", "1e-90", "0.1", "1", "9007199254740992", "9007199254740993",
		"1e89"};
	for (size_t i = 0; i < COUNT(up); i++)
		for (size_t k = 0; k < COUNT(up); k++) {
			struct mg_decimal x = of(up[i]), y = of(up[k]);
			int order = mg_decimal_compare(&x, &y);
			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
}

/* 64-bit numbers with points at random places, against the machine's own arithmetic. */
static void test_random(void **state)
{
	uint64_t seed = 42;
	for (int i = 0; i < 20000; i++) {
		int64_t n[2];
		for (int k = 0; k < 2; k++) {
			seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			n[k] = (int64_t)seed >> (2 + seed / 7 % 60);
		}
		struct mg_decimal x = of(mg_printf(*state, "%llde-9", (long long)n[0]));
		struct mg_decimal y = of(mg_printf(*state, "%llde-9", (long long)n[1])), out;
		assert_int_equal(mg_decimal_compare(&x, &y) < 0, n[0] < n[1]);
		assert_true(mg_decimal_add(&x, &y, &out));
		struct mg_decimal want = of(
			mg_printf(*state, "%llde-9", (long long)n[0] + (long long)n[1]));
		assert_memory_equal(&out, &want, sizeof(out));
		assert_true(mg_decimal_subtract(&x, &y, &out));
		want = of(mg_printf(*state, "%llde-9", (long long)n[0] - (long long)n[1]));
		assert_memory_equal(&out, &want, sizeof(out));
		struct mg_decimal again = of(mg_decimal_text(*state, &out));
		assert_memory_equal(&again, &out, sizeof(out));
		double nearest = strtod(mg_printf(*state, "%llde-9", (long long)n[0]), NULL);
		assert_true(mg_decimal_to_double(&x) == nearest);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_texts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_arithmetic, setup, teardown),
		cmocka_unit_test_setup_teardown(test_division, setup, teardown),
		cmocka_unit_test_setup_teardown(test_places, setup, teardown),
		cmocka_unit_test(test_order),
		cmocka_unit_test_setup_teardown(test_random, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
