/* test_report_prometheus.c: the metrics of several models in one file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/text.h"
#include "report/prometheus.h"
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

static size_t count_of(const char *text, const char *words)
{
	size_t count = 0;
	for (const char *at = text; (at = strstr(at, words)); at++)
		count++;
	return count;
}

static void test_a_metric_of_all_models_stands_together(void **state)
{
	struct mg_run *churn = sample_empty(*state), *fraud = sample_rich(*state);
	struct mg_error err = {0};
	struct mg_text text;
	mg_text_init(&text, *state);
	churn->model = "churn";
	fraud->model = "fraud";
	struct mg_prometheus metrics, later;
	const struct mg_prometheus *const both[] = {&metrics, &later};
	mg_prometheus_init(&metrics, *state);
	mg_prometheus_init(&later, *state);
	assert_int_equal(mg_prometheus_add(&metrics, *state, churn, 3600, &err), MG_OK);
	assert_int_equal(mg_prometheus_add(&later, *state, fraud, 0, &err), MG_OK);
	mg_prometheus_write(&text, both, COUNT(both));
	assert_int_equal(count_of(text.data, "# TYPE modelgate_run_passed gauge\n"), 1);
	assert_non_null(strstr(text.data,
		"\nmodelgate_run_passed{model=\"churn\"} 0\n"
		"modelgate_run_passed{model=\"fraud\",stage=\"PPS\"} 0\n# HELP"));
	assert_non_null(strstr(text.data,
		"gauge\nmodelgate_run_expected_interval_seconds{model=\"churn\"} 3600\n# HELP"));
}

static void test_two_runs_of_a_stage_are_refused(void **state)
{
	struct mg_run *run = sample_empty(*state), *other = sample_empty(*state);
	struct mg_error err = {0};
	struct mg_prometheus metrics;
	mg_prometheus_init(&metrics, *state);
	assert_int_equal(mg_prometheus_add(&metrics, *state, run, 0, &err), MG_OK);
	size_t len = metrics.samples[0].len;
	assert_int_equal(mg_prometheus_add(&metrics, *state, other, 0, &err), MG_EUSAGE);
	assert_non_null(strstr(err.text, "model=\"flight-delay\""));
	assert_int_equal(metrics.samples[0].len, len);
	other->stage = "PRD";
	assert_int_equal(mg_prometheus_add(&metrics, *state, other, 0, &err), MG_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_metric_of_all_models_stands_together, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_two_runs_of_a_stage_are_refused, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
