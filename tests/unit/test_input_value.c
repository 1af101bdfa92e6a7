/* test_input_value.c: types and values of texts. The oracle of doubles is the C library: strtod and
 * printf. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "input/moment.h"
#include "input/numeral.h"
#include "input/value.h"

/* ---- types ---- */

static const char *type_of(const char *const *texts, char decimal, char *buffer)
{
	struct mg_fit fit = {0};
	for (size_t i = 0; texts[i]; i++)
		mg_fit_add(&fit, texts[i], strlen(texts[i]), decimal);
	struct mg_type type = mg_fit_type(&fit);
	return mg_type_name(&type, buffer);
}

static const struct {
	const char *type;
	const char *texts[5];
} narrowest[] = {
	{"VARCHAR", {NULL}},
	{"VARCHAR", {"", NULL}},
	{"BIGINT", {"0", "-1", "", "9223372036854775807", NULL}},
	{"BIGINT", {"-9223372036854775808", "100000", NULL}},
	{"HUGEINT", {"9223372036854775808", "1", NULL}},
	{"HUGEINT", {"12345678901234567890", NULL}},
	{"HUGEINT", {"99999999999999999999999999999999999999", "-5", NULL}},
	{"VARCHAR", {"999999999999999999999999999999999999999", NULL}},
	{"VARCHAR", {"007", NULL}},
	{"VARCHAR", {"7", "07", NULL}},
	{"VARCHAR", {"00", NULL}},
	{"VARCHAR", {"-01", NULL}},
	{"VARCHAR", {"+5", NULL}},
	{"VARCHAR", {"5 ", NULL}},
	{"VARCHAR", {" 5", NULL}},
	{"VARCHAR", {"1,000", "2", NULL}},
	{"VARCHAR", {"0x10", NULL}},
	{"VARCHAR", {"1_000", NULL}},
	{"VARCHAR", {"-", NULL}},
	{"VARCHAR", {".", NULL}},
	{"VARCHAR", {"1e", NULL}},
	{"VARCHAR", {"1e5x", NULL}},
	{"VARCHAR", {"--1", NULL}},
	{"DOUBLE", {"-0", "3", NULL}},
	{"DOUBLE", {"7.10", "1", NULL}},
	{"DOUBLE", {".5", "5.", "-.5", NULL}},
	{"DOUBLE", {"0.30000000000000004", "0.1", NULL}},
	{"DOUBLE", {"0.10000000000000001", NULL}},
	{"DOUBLE", {"1e-3", "2E+05", NULL}},
	{"DOUBLE", {"1.000000000000000056e-01", NULL}},
	{"DOUBLE", {"0.1000000000000000055511151231257827", NULL}},
	{"DOUBLE", {"5e-324", "1.7976931348623157e308", NULL}},
	{"DOUBLE", {"nan", "1", NULL}},
	{"DOUBLE", {"NaN", "-inf", "Infinity", NULL}},
	{"VARCHAR", {"Nan", "1.5", NULL}},
	{"VARCHAR", {"1e400", NULL}},
	{"VARCHAR", {"1e-400", NULL}},
	{"DECIMAL(19,2)", {"12345678901234567.89", "1", NULL}},
	{"DECIMAL(19,2)", {"1", "12345678901234567.89", NULL}},
	{"DECIMAL(21,1)", {"12345678901234567890", "0.5", NULL}},
	{"DECIMAL(20,0)", {"12345678901234567890", "1.0", NULL}},
	{"DECIMAL(38,38)", {"0.12345678901234567890123456789012345678", "0", NULL}},
	{"DECIMAL(17,1)", {"9007199254740993", "1000000000000000.5", NULL}},
	{"VARCHAR", {"12345678901234567.89", "1e5", NULL}},
	{"VARCHAR", {"12345678901234567890123456789012345678.9", NULL}},
	{"BOOLEAN", {"true", "false", "", NULL}},
	{"BOOLEAN", {"True", "False", NULL}},
	{"VARCHAR", {"true", "1", NULL}},
	{"VARCHAR", {"T", "F", NULL}},
	{"VARCHAR", {"yes", "no", NULL}},
	{"DATE", {"2026-11-29", "0001-01-01", "9999-12-31", NULL}},
	{"VARCHAR", {"2026-02-29", NULL}},
	{"DATE", {"2024-02-29", NULL}},
	{"VARCHAR", {"0000-01-01", NULL}},
	{"VARCHAR", {"29.11.2026", NULL}},
	{"VARCHAR", {"01/02/2026", NULL}},
	{"VARCHAR", {"2026-11-29", "1", NULL}},
	{"TIMESTAMP", {"2026-11-29 10:00:00", "2026-11-29", NULL}},
	{"TIMESTAMP", {"2026-11-29T10:00", "2026-11-29T10:00:00.123456", NULL}},
	{"TIMESTAMP_NS", {"2026-11-29 10:00:00.123456789", "2026-11-29", NULL}},
	{"VARCHAR", {"2026-11-29 10:00:00.123456789", "1600-01-01", NULL}},
	{"VARCHAR", {"2026-11-29 10:00:00.1234567890", NULL}},
	{"VARCHAR", {"2026-11-29 24:00:00", NULL}},
	{"VARCHAR", {"2026-11-29 10:00:60", NULL}},
	{"TIMESTAMP WITH TIME ZONE", {"2026-11-29T10:00:00Z", "2026-11-29 10:00:00+01:00", NULL}},
	{"VARCHAR", {"2026-11-29T10:00:00Z", "2026-11-29 10:00:00", NULL}},
	{"TIME", {"23:59:59", "00:00:00.5", NULL}},
	{"VARCHAR", {"23:59", NULL}},
	{"VARCHAR", {"24:00:00", NULL}},
	{"VARCHAR", {"12:00:00Z", NULL}},
	{"VARCHAR", {"c0ffee00-1111-2222-3333-444455556666", NULL}},
	{"VARCHAR", {"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", NULL}},
};

static void test_narrowest_types(void **state)
{
	(void)state;
	char buffer[MG_TYPE_NAME];
	for (size_t i = 0; i < sizeof(narrowest) / sizeof(*narrowest); i++) {
		const char *found = type_of(narrowest[i].texts, '.', buffer);
		if (strcmp(found, narrowest[i].type) != 0)
			fail_msg("%s, ...: %s instead of %s", narrowest[i].texts[0], found,
				narrowest[i].type);
	}
	assert_string_equal(
		type_of((const char *const[]){"1,5", "2", NULL}, ',', buffer), "DOUBLE");
	assert_string_equal(
		type_of((const char *const[]){"1.5", "2", NULL}, ',', buffer), "VARCHAR");
}

/* Joining parts in any way gives what adding one after the other gives. */
static void test_order_makes_no_difference(void **state)
{
	(void)state;
	static const char *const texts[] = {"1", "-0", "1.5", "9007199254740993",
		"12345678901234567890", "1e5", "nan", "true", "2026-11-29", "1600-01-01",
		"2026-11-29 10:00:00.123456789", "2026-11-29T10:00:00Z", "10:00:00", "x", "",
		"12345678901234567.89"};
	enum { COUNT = sizeof(texts) / sizeof(*texts), TRIES = 20000 };
	unsigned seed = 7;
	for (int i = 0; i < TRIES; i++) {
		struct mg_fit all = {0}, left = {0}, right = {0};
		for (int k = 0; k < 4; k++) {
			seed = seed * 1103515245u + 12345u;
			const char *text = texts[(seed >> 16) % COUNT];
			mg_fit_add(&all, text, strlen(text), '.');
			mg_fit_add((seed >> 12) & 1 ? &left : &right, text, strlen(text), '.');
		}
		mg_fit_join(&right, &left);
		char a[MG_TYPE_NAME], b[MG_TYPE_NAME];
		struct mg_type one = mg_fit_type(&all), other = mg_fit_type(&right);
		assert_string_equal(mg_type_name(&one, a), mg_type_name(&other, b));
	}
}

/* ---- doubles ---- */

static uint64_t random_bits(uint64_t *seed)
{
	/* Vigna's splitmix64. */
	uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* By printf: does strtod's double print like the text, to as many digits? */
static bool oracle_holds(const struct mg_numeral *d, double x)
{
	char printed[900];
	struct mg_numeral back;
	if (d->count == 0)
		return true;
	snprintf(printed, sizeof(printed), "%.*e", (int)d->count - 1, x);
	return mg_numeral_read(printed, strlen(printed), '.', &back) && back.count == d->count &&
		back.power == d->power && back.digits == d->digits;
}

/* An exponent of 0 changes nothing, and takes the long way. */
static void compare_with_exponent(const char *text, const struct mg_numeral *d)
{
	char longer[80];
	struct mg_numeral e;
	int len = snprintf(longer, sizeof(longer), "%se0", text);
	assert_true(mg_numeral_read(longer, (size_t)len, '.', &e));
	if (d->negative != e.negative || d->plain != e.plain || d->has_point != e.has_point ||
		d->count != e.count || d->power != e.power || d->whole != e.whole ||
		d->part != e.part || (d->count <= MG_NUMERAL_DIGITS && d->digits != e.digits))
		fail_msg("%s: read in two ways", text);
}

static void compare_with_libc(const char *text)
{
	struct mg_numeral d;
	size_t len = strlen(text);
	assert_true(mg_numeral_read(text, len, '.', &d));
	double x = mg_numeral_double(&d, text, len, '.'), wanted = strtod(text, NULL);
	if (!strpbrk(text, "eE"))
		compare_with_exponent(text, &d);
	double in_one_go = x;
	mg_numeral_short_double(text, len, '.', &in_one_go);
	if (memcmp(&x, &in_one_go, sizeof(x)) != 0)
		fail_msg("%s: %.17g or %.17g", text, x, in_one_go);
	if (memcmp(&x, &wanted, sizeof(x)) != 0)
		fail_msg("%s: %.17g instead of %.17g", text, x, wanted);
	if (d.count <= MG_NUMERAL_DIGITS && !isinf(x) &&
		mg_numeral_holds(&d, text, len, '.') != oracle_holds(&d, x))
		fail_msg("%s: whether %.17g holds it", text, x);
}

static void test_doubles(void **state)
{
	(void)state;
	enum { TRIES = 300000 };
	uint64_t seed = 1;
	char text[64];
	for (int i = 0; i < TRIES; i++) {
		uint64_t bits = random_bits(&seed), more = random_bits(&seed);
		double x;
		switch (i % 5) {
		case 0: /* any double, as it prints itself */
			memcpy(&x, &bits, sizeof(x));
			if (!isfinite(x))
				continue;
			snprintf(text, sizeof(text), "%.*g", 15 + (int)(more % 6), x);
			break;
		case 1: /* between 0 and 1, like scores */
			snprintf(text, sizeof(text), "%.*g", 1 + (int)(more % 20),
				(double)(bits >> 11) * 0x1p-53);
			break;
		case 2: /* digits with a point somewhere */
			snprintf(text, sizeof(text), "%llu.%llu",
				(unsigned long long)(bits >> (more % 64)),
				(unsigned long long)(more >> (bits % 64)));
			break;
		case 3: /* whole numbers */
			snprintf(text, sizeof(text), "%llu",
				(unsigned long long)(bits >> (more % 64)));
			break;
		default: /* halfway between two doubles */
			snprintf(text, sizeof(text), "%llu.5",
				(unsigned long long)((bits >> 12) | (1ull << 51)));
		}
		compare_with_libc(text);
	}
	static const char *const edges[] = {"0", "-0", "0.0", "4.9406564584124654e-324",
		"2.2250738585072011e-308", "2.2250738585072014e-308", "1.7976931348623157e308",
		"9007199254740992", "9007199254740993", "9007199254740994", "18446744073709551615",
		"18446744073709551616", "0.1000000000000000055511151231257827021181583404541015625",
		"1e22", "1e23", "8.5e22", "123456789012345678e-19", "000.000100", "1e-22", "1E9",
		"00", "-0.00", "007", "+12.50", "0100.0", "1.", ".5", "-.050",
		"10000000000000000000", "9999999999999999999", "0.0000000000000000001",
		"0000000000000000001", "00000000000000000001", "1234567.8", "12345678.12345678",
		"1234567890.123456789"};
	for (size_t i = 0; i < sizeof(edges) / sizeof(*edges); i++)
		compare_with_libc(edges[i]);
}

/* ---- values ---- */

static bool parses(const char *type_name, const char *text, union mg_parsed *out)
{
	struct mg_type type;
	assert_true(mg_type_parse(type_name, &type));
	return mg_value_parse(&type, text, strlen(text), '.', out);
}

static void test_integers(void **state)
{
	(void)state;
	static const struct {
		const char *type, *text;
		bool good;
		int64_t value;
	} cases[] = {
		{"BIGINT", "-9223372036854775808", true, INT64_MIN},
		{"BIGINT", "9223372036854775807", true, INT64_MAX},
		{"BIGINT", "9223372036854775808", false, 0},
		{"BIGINT", "5.0", true, 5},
		{"BIGINT", "1e3", true, 1000},
		{"BIGINT", "0.4", false, 0},
		{"BIGINT", "007", true, 7},
		{"BIGINT", "", false, 0},
		{"BIGINT", "1 ", false, 0},
		{"TINYINT", "-128", true, -128},
		{"TINYINT", "128", false, 0},
		{"INTEGER", "2147483648", false, 0},
		{"UBIGINT", "18446744073709551615", true, -1},
		{"UBIGINT", "-1", false, 0},
		{"UTINYINT", "255", true, 255},
		{"UTINYINT", "256", false, 0},
		{"DATE", "1970-01-02", true, 1},
		{"DATE", "1969-12-31 00:00:00", true, -1},
		{"DATE", "1969-12-31 00:00:01", false, 0},
		{"TIMESTAMP", "1970-01-01 00:00:00.000001", true, 1},
		{"TIMESTAMP", "1970-01-01 00:00:00.0000001", false, 0},
		{"TIMESTAMP", "1970-01-01 00:00:00Z", false, 0},
		{"TIMESTAMPTZ", "1970-01-01T01:00:00+01:00", true, 0},
		{"TIMESTAMPTZ", "1970-01-01T00:00:00-0030", true, 1800000000},
		{"TIMESTAMP_NS", "1970-01-01 00:00:00.000000001", true, 1},
		{"TIMESTAMP_NS", "1600-01-01", false, 0},
		{"TIME", "00:00:01", true, 1000000},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		union mg_parsed value = {.integer = 0};
		bool good = parses(cases[i].type, cases[i].text, &value);
		if (good != cases[i].good || (good && value.integer != cases[i].value))
			fail_msg("%s as %s: %d, %lld", cases[i].text, cases[i].type, good,
				(long long)value.integer);
	}
}

static void test_decimals_and_words(void **state)
{
	(void)state;
	union mg_parsed v;
	assert_true(parses("DECIMAL(5,2)", "-12.50", &v));
	assert_int_equal((int64_t)v.huge.lower, -1250);
	assert_int_equal(v.huge.upper, -1);
	assert_false(parses("DECIMAL(5,2)", "1.234", &v));
	assert_false(parses("DECIMAL(5,2)", "1234.5", &v));
	assert_true(parses("DECIMAL(5,2)", "1e2", &v));
	assert_true(parses("HUGEINT", "18446744073709551616", &v));
	assert_int_equal(v.huge.lower, 0);
	assert_int_equal(v.huge.upper, 1);
	assert_true(parses("DOUBLE", "-Infinity", &v) && isinf(v.real) && v.real < 0);
	assert_true(parses("DOUBLE", "nan", &v) && isnan(v.real));
	assert_false(parses("DOUBLE", "1e400", &v));
	assert_false(parses("FLOAT", "1e39", &v));
	assert_false(parses("DOUBLE", "1,5", &v));
	assert_true(parses("BOOLEAN", "Yes", &v) && v.boolean);
	assert_true(parses("BOOLEAN", "0", &v) && !v.boolean);
	assert_false(parses("BOOLEAN", "2", &v));
}

static void test_formats(void **state)
{
	(void)state;
	static const struct {
		const char *format, *text;
		int64_t days, seconds; /* days < 0: refused */
	} cases[] = {
		{"%d/%m/%Y", "02/01/1970", 1, 0},
		{"%d/%m/%Y", "2/1/1970", 1, 0},
		{"%m/%d/%y", "01/03/70", 2, 0},
		{"%d/%m/%Y", "31/02/2026", -1, 0},
		{"%d/%m/%Y", "2026-01-02", -1, 0},
		{"%d/%m/%Y", "02/01/1970 ", -1, 0},
		{"%d %b %Y %I:%M %p", "03 jan 1970 12:30 AM", 2, 1800},
		{"%d %B %Y", "3 January 1970", 2, 0},
		{"%Y%j", "1970005", 4, 0},
		{"%Y-%m-%d %H:%M:%S.%f %z", "1970-01-01 01:00:00.5 +01:00", 0, 3600},
		{"%d/%m/%Y %H", "01/01/1970 24", -1, 0},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mg_moment m;
		bool good = mg_moment_read_as(
			cases[i].format, cases[i].text, strlen(cases[i].text), &m);
		if (good != (cases[i].days >= 0) ||
			(good &&
				(m.days != cases[i].days || m.ns / 1000000000 != cases[i].seconds)))
			fail_msg("%s by %s", cases[i].text, cases[i].format);
	}
	assert_true(mg_moment_format_valid("%d.%m.%Y"));
	assert_false(mg_moment_format_valid("%d.%Y"));
	assert_false(mg_moment_format_valid("%d.%m.%Q"));
	assert_false(mg_moment_format_valid("%"));
}

static void test_type_words(void **state)
{
	(void)state;
	static const char *const words[][2] = {{"int", "INTEGER"}, {"Text", "VARCHAR"},
		{"timestamptz", "TIMESTAMP WITH TIME ZONE"},
		{"timestamp  with time zone", "TIMESTAMP WITH TIME ZONE"}, {"BOOL", "BOOLEAN"},
		{"NUMERIC(18,3)", "DECIMAL(18,3)"}, {"DECIMAL( 18 , 3 )", "DECIMAL(18,3)"},
		{"decimal", "DECIMAL(18,3)"}, {"DECIMAL(9)", "DECIMAL(9,0)"},
		{"varchar(20)", "VARCHAR"}, {"double precision", "DOUBLE"}, {"real", "FLOAT"}};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct mg_type type;
		char buffer[MG_TYPE_NAME];
		assert_true(mg_type_parse(words[i][0], &type));
		assert_string_equal(mg_type_name(&type, buffer), words[i][1]);
	}
	static const char *const wrong[] = {"", "integr", "DECIMAL(39,2)", "DECIMAL(5,6)", "INT(4)",
		"DECIMAL(5,2", "BIGINT x", "TIMESTAMP WITH", "DECIMAL(5,2) x"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct mg_type type;
		if (mg_type_parse(wrong[i], &type))
			fail_msg("'%s' is a type", wrong[i]);
	}
}

static void test_missing_words(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {{"-999", "-999.0", true}, {"-999", "-999", true}, {"1e3", "1000", true},
		{"0", "-0", true}, {"007", "7", false}, {"NA", "na", false},
		{"1", "1.0000001", false}, {"9007199254740993", "9007199254740992", false}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (mg_value_same(cases[i].a, strlen(cases[i].a), cases[i].b, strlen(cases[i].b),
			    '.') != cases[i].same)
			fail_msg("%s and %s", cases[i].a, cases[i].b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_narrowest_types),
		cmocka_unit_test(test_order_makes_no_difference),
		cmocka_unit_test(test_doubles),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_decimals_and_words),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_type_words),
		cmocka_unit_test(test_missing_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
