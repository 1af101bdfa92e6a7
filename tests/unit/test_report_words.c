/* test_report_words.c: Numbers, limits, names and verdicts put into words; the one verdict of a
 * run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/text.h"
#include "report/columns.h"
#include "report/words.h"
#include "sample_run.h"

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

static const struct {
	size_t pass, warn, fail, skip, error;
	const char *stopped;
	enum mg_verdict verdict;
} verdicts[] = {
	{1, 0, 0, 0, 0, NULL, MG_PASS},
	{1, 0, 0, 1, 0, NULL, MG_PASS},
	{1, 1, 0, 0, 0, NULL, MG_WARN},
	{0, 1, 0, 0, 0, NULL, MG_WARN},
	{1, 1, 1, 1, 0, NULL, MG_FAIL},
	{1, 1, 1, 1, 1, NULL, MG_ERROR},
	{0, 0, 0, 0, 1, NULL, MG_ERROR},
	{0, 0, 0, 0, 0, NULL, MG_ERROR}, /* nothing was held to a limit */
	{0, 0, 0, 3, 0, NULL, MG_ERROR},
	{2, 0, 0, 0, 0, "interrupted", MG_ERROR},
};

static void test_verdict_of_a_run(void **state)
{
	for (size_t i = 0; i < COUNT(verdicts); i++) {
		size_t n[] = {verdicts[i].pass, verdicts[i].warn, verdicts[i].fail,
			verdicts[i].skip, verdicts[i].error};
		struct mg_result all[8] = {{0}};
		size_t count = 0;
		for (size_t v = 0; v < COUNT(n); v++)
			for (size_t k = 0; k < n[v]; k++)
				all[count++] = sample_result(
					"s", "s/x", "sql", (enum mg_verdict)v, 1);
		struct mg_run *run = sample_empty(*state);
		run->stopped = verdicts[i].stopped;
		sample_close(run, all, count, *state);
		assert_int_equal(run->verdict, verdicts[i].verdict);
		assert_int_equal(run->counts.skip, verdicts[i].skip);
		assert_int_equal(run->counts.error, verdicts[i].error);
	}
}

static const struct {
	const char *unit, *op;
	double limit;
	bool percent;
	double value;
	const char *shown, *limit_shown;
} numbers[] = {
	{"", "max", 0.2, false, 0.2841372, "0.2841", "max 0.2"},
	{"", "max", 0.2, false, 0.2, "0.2", "max 0.2"},
	{"", "max", 0.2, false, 0.20001, "0.20001", "max 0.2"}, /* not "0.2" */
	{"", "max", 0.2, false, 0.2000000000001, "0.2000000000001", "max 0.2"},
	{"", "min", 0.65, true, 0.6449, "64.49%", "min 65%"},
	{"", "above", 1e-7, false, 3.2e-9, "3.2e-09", "above 1e-07"},
	{"share", "min", 0.995, true, 0.9949803, "99.498%", "min 99.5%"},
	{"share", "min", 1, true, 0.9999999, "99.99999%", "min 100%"},
	{"share", "max", 0.5, true, 0.0000001, "1e-05%", "max 50%"},
	{"share", "min", 0.4, false, 0.4321, "43.21%", "min 40%"},
	{"share", "max", 0, true, 0, "0%", "max 0%"},
	{"count", "min", 10000, false, 48211, "48,211", "min 10,000"},
	{"count", "equals", 1234567, false, 1234568, "1,234,568", "equals 1,234,567"},
	{"seconds", "max", 129600, false, 4530.5, "1 h 16 min", "max 36 h"},
	{"seconds", "max", 129600, false, 129601, "129,601 s", "max 36 h"}, /* not "1 d 12 h" */
	{"seconds", "max", 172800, false, 60, "1 min 00 s", "max 2 d"},
	{"seconds", "max", 0.25, false, 0.1, "100 ms", "max 0.25 s"},
	{"", "max", INFINITY, false, NAN, "NaN", "max Infinity"},
	/* Never the limit itself, however near. */
	{"", "max", 0.4, false, 0.4000000000000001, "0.4000000000000001", "max 0.4"},
	{"", "equals", 3.3, false, 3.3000000000000003, "3.3000000000000003", "equals 3.3"},
	{"", "max", 0.30000000000000004, false, 0.3, "0.3", "max 0.30000000000000004"},
	{"", "max", 1.7644e18, false, 1.7644000000000003e18, "1.7644000000000003e+18",
		"max 1.7644e+18"},
	{"share", "min", 0.7, true, 0.6999999999999998, "69.99999999999998%", "min 70%"},
	{"share", "min", 1, true, 0.9999999999999999, "99.99999999999999%", "min 100%"},
	{"seconds", "max", 0.3, false, 0.30000000000000004, "0.30000000000000004 s", "max 0.3 s"},
};

/* Numbers whose doubles are the same. */
static const struct {
	const char *op, *limit, *value, *shown, *limit_shown;
} digits[] = {
	{"min", "1764400000000000130", "1764400000000000129", "1,764,400,000,000,000,129",
		"min 1,764,400,000,000,000,130"},
	{"max", "0.10000000000000000001", "0.10000000000000000002", "0.10000000000000000002",
		"max 0.10000000000000000001"},
	{"max", "12345678901234567.89", "12345678901234567.9", "12,345,678,901,234,567.9",
		"max 12,345,678,901,234,567.89"},
	{"max", "0.2", "0.12345678901234567890123", "0.1235", "max 0.2"},
};

static void test_digits(void **state)
{
	for (size_t i = 0; i < COUNT(digits); i++) {
		struct mg_result r = sample_result(
			"s", "s/x", "x", MG_FAIL, strtod(digits[i].value, NULL));
		sample_limit(*state, &r, "limit", digits[i].op, strtod(digits[i].limit, NULL),
			false, false);
		r.exact = digits[i].value;
		r.limits[0].exact = digits[i].limit;
		assert_string_equal(mg_words_value(*state, &r), digits[i].shown);
		assert_string_equal(mg_words_limits(*state, &r), digits[i].limit_shown);
	}
}

static void test_numbers_and_limits(void **state)
{
	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct mg_result r = sample_result("s", "s/x", "x", MG_FAIL, numbers[i].value);
		r.unit = numbers[i].unit;
		sample_limit(*state, &r, "limit", numbers[i].op, numbers[i].limit,
			numbers[i].percent, false);
		assert_string_equal(mg_words_value(*state, &r), numbers[i].shown);
		assert_string_equal(mg_words_limits(*state, &r), numbers[i].limit_shown);
	}
}

static void test_relative_limits_and_roles(void **state)
{
	struct mg_result r = sample_result("s", "s/x", "x", MG_FAIL, 0.4);
	sample_limit(*state, &r, "limit", "max_drop", 0.02, false, false);
	sample_limit(*state, &r, "warn", "max_drop", 0.1, true, false);
	sample_limit(*state, &r, "effect", "max", 0.05, false, false);
	r.limits[1].of_baseline = true;
	r.limits[0].state = MG_OPEN;
	r.limits[1].state = MG_LACKING;
	assert_string_equal(mg_words_limits(*state, &r),
		"max drop 0.02 (not decided), warn max drop 10% of the baseline (no baseline), effect max 0.05 (broken)");
	/* A share of the baseline says nothing of how the value is written. */
	assert_string_equal(mg_words_value(*state, &r), "0.4");
	struct mg_result e = sample_result("s", "s/x", "x", MG_FAIL, 5.5);
	sample_limit(*state, &e, "limit", "equals", 5, false, false);
	e.limits[0].tolerance = 0.1;
	assert_string_equal(mg_words_limits(*state, &e), "equals 5 ± 0.1");
}

static void test_reason_has_the_number_once(void **state)
{
	struct mg_result r = sample_result("s", "s/x", "x", MG_FAIL, 0.2841372);
	sample_limit(*state, &r, "limit", "max", 0.2, false, false);
	sample_limit(*state, &r, "warn", "max", 0.1, false, false);
	r.message = "0.2841 is over max 0.2";
	assert_string_equal(mg_words_reason(*state, &r), "0.2841 is over max 0.2");
	r.message = "the bins moved";
	assert_string_equal(mg_words_reason(*state, &r), "0.2841, max 0.2: the bins moved");
	r.message = "";
	assert_string_equal(mg_words_reason(*state, &r), "0.2841, max 0.2");
	r.measured = false;
	r.message = "no rows";
	assert_string_equal(mg_words_reason(*state, &r), "no rows");
}

static void test_names_lose_their_suite(void **state)
{
	(void)state;
	static const struct {
		const char *suite, *name, *want;
	} cases[] = {
		{"drift", "drift/psi", "psi"},
		{"drift", "drifts/psi", "drifts/psi"},
		{"drift", "drift/", "drift/"},
		{"", "x", "x"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct mg_result r = sample_result(cases[i].suite, cases[i].name, "x", MG_PASS, 1);
		assert_string_equal(mg_words_name(&r), cases[i].want);
	}
}

static const struct {
	const char *text;
	size_t width;
	const char *end, *middle;
} cuts[] = {
	{"abcdef", 6, "abcdef", "abcdef"},
	{"abcdef", 5, "abcd…", "ab…ef"},
	{"abcdef", 1, "…", "…"},
	{"東京都庁", 8, "東京都庁", "東京都庁"},
	{"東京都庁", 7, "東京都…", "東…庁"},
	{"東京都庁", 6, "東京…", "東…庁"},
	{"e\xcc\x81"
	 "e\xcc\x81"
	 "e\xcc\x81",
		3,
		"e\xcc\x81"
		"e\xcc\x81"
		"e\xcc\x81",
		"e\xcc\x81"
		"e\xcc\x81"
		"e\xcc\x81"},
	{"", 1, "", ""},
};

static void test_cuts_fit_and_stay_utf8(void **state)
{
	for (size_t i = 0; i < COUNT(cuts); i++) {
		const char *end = mg_cut_end(*state, cuts[i].text, cuts[i].width);
		const char *middle = mg_cut_middle(*state, cuts[i].text, cuts[i].width);
		assert_string_equal(end, cuts[i].end);
		assert_string_equal(middle, cuts[i].middle);
		assert_true(mg_utf8_width(end) <= cuts[i].width);
		assert_true(mg_utf8_width(middle) <= cuts[i].width);
	}
}

static void test_wrapping(void **state)
{
	struct mg_text text;
	mg_text_init(&text, *state);
	mg_add_wrapped(&text, "one two three four five six\nseven", 4, 24);
	assert_string_equal(text.data, "one two three four\n    five six\n    seven\n");
	mg_text_init(&text, *state);
	mg_add_wrapped(&text, "one two three four five six", 4, 0);
	assert_string_equal(text.data, "one two three four five six\n");
}

/* Columns that do not fit are counted, not lost. */
static void test_grid_says_what_it_leaves_out(void **state)
{
	enum { COLUMNS = 20 };
	const char *heading[COLUMNS], *cells[COLUMNS];
	for (size_t i = 0; i < COLUMNS; i++) {
		heading[i] = mg_printf(*state, "column_%zu", i);
		cells[i] = i % 2 ? "a long text in a cell" : "3.5";
	}
	struct mg_grid grid = {heading, COLUMNS, cells, 1};
	struct mg_text text;
	mg_text_init(&text, *state);
	mg_add_grid(&text, *state, &grid, 2, 80, NULL);
	assert_non_null(strstr(text.data, "more columns"));
	for (char *line = text.data, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		assert_true(mg_utf8_width(line) <= 80);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_verdict_of_a_run, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers_and_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_digits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_relative_limits_and_roles, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reason_has_the_number_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names_lose_their_suite, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cuts_fit_and_stay_utf8, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrapping, setup, teardown),
		cmocka_unit_test_setup_teardown(test_grid_says_what_it_leaves_out, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
