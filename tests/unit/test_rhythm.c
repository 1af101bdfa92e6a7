/* The rhythm of runs: what is estimated, what was missed, and the letters of the days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <modelgate/error.h>

#include "base/clock.h"
#include "site/rhythm.h"

enum { MOST = 400 };
static const int64_t HOUR = MG_SITE_DAY_US / 24;

static int64_t at(const char *text)
{
	int64_t us = 0;
	assert_true(mg_clock_parse(text, &us));
	return us;
}

struct runs {
	struct mg_moment list[MOST];
	size_t count;
};

static void add(struct runs *runs, int64_t us, enum mg_verdict verdict)
{
	assert_true(runs->count < MOST);
	runs->list[runs->count++] = (struct mg_moment){.at_us = us, .verdict = verdict};
}

static void add_every(struct runs *runs, const char *from, int64_t every_us, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add(runs, at(from) + (int64_t)i * every_us, MG_PASS);
}

static struct mg_rhythm rhythm_of(const struct runs *runs)
{
	return mg_rhythm_estimate(runs->list, runs->count);
}

static void estimates_the_median_of_gaps_that_are_alike(void **state)
{
	(void)state;
	const struct {
		int64_t gaps[8];
		size_t count;
		int64_t every;
	} cases[] = {
		{{0}, 0, 0},
		{{24, 24, 24}, 3, 0}, /* too few */
		{{24, 24, 24, 24}, 4, 24},
		{{24, 25, 23, 24, 240}, 5, 24},          /* one outage */
		{{1, 24, 200, 3, 500, 60, 2, 90}, 8, 0}, /* by hand, when a release comes */
		{{168, 168, 167, 169}, 4, 168},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct runs runs = {0};
		int64_t us = at("2026-03-02T04:00:00Z");
		add(&runs, us, MG_PASS);
		for (size_t k = 0; k < cases[i].count; k++)
			add(&runs, us += cases[i].gaps[k] * HOUR, MG_PASS);
		assert_int_equal(rhythm_of(&runs).every_us, cases[i].every * HOUR);
	}
}

static void leaves_out_days_of_the_week_without_runs(void **state)
{
	(void)state;
	struct runs runs = {0};
	for (int day = 0; day < 28; day++)
		if (day % 7 < 5) /* 2026-03-02 is a Monday */
			add(&runs, at("2026-03-02T04:00:00Z") + day * MG_SITE_DAY_US, MG_PASS);
	const struct mg_rhythm rhythm = rhythm_of(&runs);
	int64_t friday = at("2026-03-27T04:00:00Z");
	assert_true(rhythm.quiet[0] && rhythm.quiet[6] && !rhythm.quiet[1]);
	assert_int_equal(mg_rhythm_next(&rhythm, friday), at("2026-03-30T04:00:00Z"));
	assert_int_equal(mg_rhythm_missed(&rhythm, friday, at("2026-03-30T09:00:00Z")), 0);
	assert_int_equal(mg_rhythm_missed(&rhythm, friday, at("2026-03-30T10:00:01Z")), 1);
}

static void forgives_a_quarter(void **state)
{
	(void)state;
	const struct mg_rhythm daily = {.every_us = MG_SITE_DAY_US};
	int64_t from = at("2026-03-02T04:00:00Z");
	assert_int_equal(mg_rhythm_missed(&daily, from, from + 30 * HOUR), 0);
	assert_int_equal(mg_rhythm_missed(&daily, from, from + 30 * HOUR + 1), 1);
	assert_int_equal(mg_rhythm_missed(&daily, from, from + 79 * HOUR), 3);
	assert_int_equal(mg_rhythm_missed(&daily, from, from - HOUR), 0);
	assert_true(mg_rhythm_missed(&(struct mg_rhythm){.every_us = 60 * 1000000}, from,
			    from + 3650 * MG_SITE_DAY_US) > 5000000);
}

static void shows_a_letter_a_day(void **state)
{
	(void)state;
	char days[MG_SITE_DAYS + 1];
	const struct mg_rhythm daily = {.every_us = MG_SITE_DAY_US}, none = {0};
	struct runs runs = {0};
	int64_t now = at("2026-03-30T12:00:00Z");
	add_every(&runs, "2026-03-20T04:00:00Z", MG_SITE_DAY_US, 6); /* to the 25th */
	runs.list[3].verdict = MG_FAIL;
	add(&runs, at("2026-03-25T09:00:00Z"), MG_WARN);
	add(&runs, at("2026-03-28T15:00:00Z"), MG_PASS); /* late, but it came */
	mg_rhythm_days(&daily, runs.list, runs.count, now, days);
	assert_string_equal(days + 18, "-pppfpwmmpm-");
	mg_rhythm_days(&none, runs.list, runs.count, now, days);
	assert_string_equal(days + 18, "-pppfpw--p--");
	mg_rhythm_days(&daily, NULL, 0, now, days);
	assert_string_equal(days, "------------------------------");
}

static void one_run_of_many_is_no_good_day(void **state)
{
	(void)state;
	char days[MG_SITE_DAYS + 1];
	const struct mg_rhythm hourly = {.every_us = HOUR};
	struct runs runs = {0};
	add_every(&runs, "2026-03-29T00:00:00Z", HOUR, 24);
	add_every(&runs, "2026-03-30T00:00:00Z", HOUR, 3);
	mg_rhythm_days(&hourly, runs.list, runs.count, at("2026-03-30T23:00:00Z"), days);
	assert_string_equal(days + 28, "pm");
	runs.list[25].verdict = MG_FAIL;
	mg_rhythm_days(&hourly, runs.list, runs.count, at("2026-03-30T23:00:00Z"), days);
	assert_string_equal(days + 28, "pf");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(estimates_the_median_of_gaps_that_are_alike),
		cmocka_unit_test(leaves_out_days_of_the_week_without_runs),
		cmocka_unit_test(forgives_a_quarter),
		cmocka_unit_test(shows_a_letter_a_day),
		cmocka_unit_test(one_run_of_many_is_no_good_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
