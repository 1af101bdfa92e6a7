/* test_report_html.c: the page that the program writes, and how many charts a run may have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <modelgate/report.h>

#include "base/file.h"
#include "base/text.h"
#include "report/charts.h"
#include "report/formats.h"
#include "report/write.h"
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

static char *page_of(struct mg_arena *arena, const struct mg_run *run)
{
	struct mg_text text;
	struct mg_error err = {0};
	mg_text_init(&text, arena);
	if (mg_report_text(&text, &mg_report_html, run, NULL, &err) != MG_OK)
		fail_msg("%s", err.text);
	return text.data;
}

static size_t occurrences(const char *text, const char *what)
{
	size_t n = 0;
	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		n++;
	return n;
}

/* ---- the page ---- */

static void test_hostile_texts_are_no_markup(void **state)
{
	static const char *const evil[] = {
		"<b>&amp;", "<b>&", "<script>alert", "</script><script>"};
	char *page = page_of(*state, sample_hostile(*state));
	for (size_t i = 0; i < COUNT(evil); i++)
		if (strstr(page, evil[i]))
			fail_msg("the page holds %s", evil[i]);
	assert_int_equal(occurrences(page, "<script"), 2);
	assert_int_equal(occurrences(page, "</script"), 2);
	char *run = strstr(page, "id=\"run\">"), *end = strstr(run, "</script>");
	*end = 0;
	assert_null(strchr(run, '<'));
}

/* The policy names the one script and the one style by their digests, and allows nothing else. */
static void test_policy_allows_what_is_there_alone(void **state)
{
	char *page = page_of(*state, sample_rich(*state));
	assert_non_null(strstr(page,
		"\"default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'sha256-"));
	assert_int_equal(occurrences(page, "'sha256-"), 2);
	assert_null(strstr(page, "unsafe-"));
	assert_null(strstr(page, " style=\""));
	assert_null(strstr(page, "http://") ? strstr(page, "src=\"") : NULL);
}

/* The design's bound of a page without data. */
static void test_page_is_small(void **state)
{
	assert_true(strlen(page_of(*state, sample_empty(*state))) < 300000);
}

static void test_page_tells_of_all_checks(void **state)
{
	const struct mg_run *run = sample_many(*state);
	char *page = page_of(*state, run);
	for (size_t i = 0; i < run->result_count; i++)
		if (!strstr(page, mg_printf(*state, ">not_null[column=c%03zu]</th>", i)))
			fail_msg("the page lacks %s", run->results[i].name);
	assert_int_equal(occurrences(page, "<article class=\"trouble"), 100);
	assert_non_null(strstr(page, "20 more are listed below."));
}

/* ---- charts ---- */

/* Every third check fails, the next one warns; each has a chart of so many points. */
static struct mg_run *run_with_charts(struct mg_arena *arena, size_t checks, size_t points)
{
	static const char *columns[] = {"x", "current", "reference"};
	struct mg_run *run = sample_empty(arena);
	struct mg_result *all = mg_alloc_array(arena, checks, sizeof(*all));
	double *numbers = mg_alloc_array(arena, 3 * points, sizeof(*numbers));
	for (size_t i = 0; i < 3 * points; i++)
		numbers[i] = 0.123456;
	for (size_t i = 0; i < checks; i++) {
		enum mg_verdict verdict = i % 3 == 0 ? MG_FAIL : i % 3 == 1 ? MG_WARN : MG_PASS;
		all[i] = sample_result("s", mg_printf(arena, "s/c%zu", i), "ks", verdict, 0.5);
		all[i].charts = mg_alloc(arena, sizeof(*all[i].charts));
		all[i].chart_count = 1;
		*all[i].charts = (struct mg_chart){.name = "distribution",
			.x = "x",
			.y = "",
			.columns = columns,
			.column_count = 3,
			.numbers = numbers,
			.row_count = points};
	}
	sample_close(run, all, checks, arena);
	return run;
}

static size_t with_charts(const struct mg_run *run, enum mg_verdict verdict)
{
	size_t n = 0;
	for (size_t i = 0; i < run->result_count; i++)
		n += run->results[i].verdict == verdict && run->results[i].chart_count > 0;
	return n;
}

static void test_few_charts_all_stay(void **state)
{
	struct mg_run *run = run_with_charts(*state, 300, 100);
	mg_charts_fit(run);
	assert_int_equal(run->charts_left_out, 0);
	assert_null(mg_charts_words(*state, run));
	assert_int_equal(with_charts(run, MG_PASS), 100);
}

static void test_charts_of_passed_checks_go_first(void **state)
{
	struct mg_run *run = run_with_charts(*state, 3000, 120);
	mg_charts_fit(run);
	assert_int_equal(with_charts(run, MG_FAIL), 1000);
	assert_int_equal(with_charts(run, MG_WARN), 1000);
	assert_in_range(with_charts(run, MG_PASS), 0, 999);
	assert_int_equal(run->charts_left_out, 1000 - with_charts(run, MG_PASS));
	assert_non_null(strstr(mg_charts_words(*state, run), "checks are left out"));
	assert_non_null(strstr(page_of(*state, run), "are left out to keep the file small"));
}

static void test_a_great_run_stays_readable(void **state)
{
	struct mg_run *run = run_with_charts(*state, 5000, 200), *back = NULL;
	struct mg_error err = {0};
	struct mg_text text;
	mg_charts_fit(run);
	mg_text_init(&text, *state);
	assert_int_equal(mg_report_text(&text, &mg_report_json, run, NULL, &err), MG_OK);
	assert_true(text.len < MG_RUN_MAX_BYTES);
	assert_int_equal(mg_run_read(*state, text.data, text.len, &back, &err), MG_OK);
	assert_int_equal(back->charts_left_out, run->charts_left_out);
	assert_true(run->charts_left_out > 1666);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hostile_texts_are_no_markup, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_policy_allows_what_is_there_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_page_is_small, setup, teardown),
		cmocka_unit_test_setup_teardown(test_page_tells_of_all_checks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_few_charts_all_stay, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_charts_of_passed_checks_go_first, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_great_run_stays_readable, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
