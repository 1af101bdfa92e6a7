/* test_execute.c: executing a plan on an engine that misbehaves: bad expressions, slow queries,
 * deaf engines. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <modelgate/check.h>
#include <modelgate/engine.h>

#include "base/arena.h"
#include "base/text.h"
#include "execute/execute.h"
#include "judge/judge.h"
#include "plan/plan.h"
#include "stats/freq.h"

/* ---- an engine that does what the text of an expression says ----
 * "7" gives 7; "bad" cannot be prepared; "boom" fails while it runs; "slow" runs until it is
 * cancelled; "deaf" does not obey. */

struct mg_engine {
	int queries, tables;
};
struct mg_session {
	struct mg_engine *engine;
	_Atomic bool cancelled;
};

static struct mg_engine the_engine;

static const char *word_of(const struct mg_term *term)
{
	return term->expr->type == MG_X_SQL ? term->expr->text : "1000";
}

static int fake_session_open(
	struct mg_session **out, struct mg_engine *engine, struct mg_error *err)
{
	(void)err;
	static struct mg_session sessions[64];
	static int next;
	*out = &sessions[next++ % 64];
	(*out)->engine = engine;
	(*out)->cancelled = false;
	return MG_OK;
}

static void fake_session_close(struct mg_session *session)
{
	(void)session;
}

static int fake_prepare(
	struct mg_session *session, const struct mg_query *query, struct mg_error *err)
{
	(void)session;
	for (size_t i = 0; i < query->term_count; i++)
		if (strcmp(word_of(&query->terms[i]), "bad") == 0)
			return mg_fail(err, MG_EENGINE, "no such function: bad");
	return MG_OK;
}

static int fake_query(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err)
{
	(void)out_columns;
	__atomic_add_fetch(&session->engine->queries, 1, __ATOMIC_SEQ_CST);
	if (session->cancelled) /* as the contract says: for good */
		return mg_fail(err, MG_ECANCELLED, "cancelled");
	MG_TRY(fake_prepare(session, query, err));
	struct mg_cell *cells = mg_alloc_array(arena, query->term_count, sizeof(*cells));
	for (size_t i = 0; i < query->term_count; i++) {
		const char *word = word_of(&query->terms[i]);
		if (strcmp(word, "boom") == 0)
			return mg_fail(err, MG_EENGINE, "could not cast 'x' to DOUBLE");
		while (strcmp(word, "slow") == 0 && !session->cancelled)
			usleep(1000);
		if (strcmp(word, "slow") == 0)
			return mg_fail(err, MG_ECANCELLED, "cancelled");
		if (strcmp(word, "deaf") == 0)
			for (;;)
				usleep(10000);
		double x = 0;
		mg_parse_double(word, false, &x);
		cells[i] = (struct mg_cell){.type = MG_CELL_INTEGER, .integer = (int64_t)x};
	}
	*out = (struct mg_table){.cells = cells, .rows = 1, .columns = query->term_count};
	return MG_OK;
}

/* One bucket, which no question makes smaller. */
static int fake_freq(struct mg_session *session, const struct mg_query *query,
	const struct mg_range *ranges, size_t range_count, size_t max_entries,
	struct mg_arena *arena, struct mg_freq_set *out, struct mg_error *err)
{
	(void)query, (void)ranges, (void)range_count, (void)max_entries, (void)err;
	static double lo[] = {0}, hi[] = {20}, sum[] = {10000};
	static int64_t n[] = {1000};
	__atomic_add_fetch(&session->engine->tables, 1, __ATOMIC_SEQ_CST);
	*out = (struct mg_freq_set){.slice_count = 1,
		.tables = mg_alloc(arena, sizeof(*out->tables)),
		.dropped = mg_alloc(arena, sizeof(*out->dropped))};
	*out->tables = (struct mg_freq){
		.len = 1, .lo = lo, .hi = hi, .n = n, .sum = sum, .rows = 1000};
	return MG_OK;
}

static void fake_cancel(struct mg_session *session)
{
	session->cancelled = true;
}

static double fake_progress(struct mg_session *session)
{
	(void)session;
	return 0.5;
}

static int fake_expect(
	struct mg_engine *engine, const struct mg_data *data, size_t passes, struct mg_error *err)
{
	(void)engine;
	(void)data;
	(void)passes;
	(void)err;
	return MG_OK;
}

static char *fake_sql(
	struct mg_engine *engine, const struct mg_query *query, struct mg_arena *arena)
{
	(void)engine;
	return mg_printf(arena, "%zu terms", query->term_count);
}

static const struct mg_engine_ops fake = {.name = "fake",
	.session_open = fake_session_open,
	.session_close = fake_session_close,
	.prepare = fake_prepare,
	.query = fake_query,
	.freq = fake_freq,
	.cancel = fake_cancel,
	.progress = fake_progress,
	.expect = fake_expect,
	.sql = fake_sql};

/* ---- a kind that measures the expression in its params ---- */

static int plan_word(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return mg_need(pl, c, MG_CURRENT, "n", MG_CELL_INTEGER,
		mg_x_sql(mg_planner_arena(pl), c->params), err);
}

static struct mg_value measure_word(const struct mg_check *c, const struct mg_measures *m)
{
	(void)c;
	return mg_value_of(mg_get(m, "n"), 1000);
}

static const struct mg_check_kind word_kind = {.name = "word",
	.definition = "word",
	.value_least = NAN,
	.value_most = NAN,
	.plan = plan_word,
	.measure = measure_word};

/* ---- a kind that wants its table in more detail whatever it is ---- */

static int plan_open(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	return mg_need_freq(
		pl, c, MG_CURRENT, "values", mg_x_sql(mg_planner_arena(pl), "x"), NULL, 1, err);
}

static struct mg_value measure_open(const struct mg_check *c, const struct mg_measures *m)
{
	(void)c;
	const struct mg_freq *f = mg_get_freq(m, "values", 0);
	const struct mg_range range = {f->lo[0], f->hi[0]};
	struct mg_value v = mg_value_of(10, f->rows);
	v.lo = range.lo;
	v.hi = range.hi;
	mg_refine(m, "values", 0, &range, 1);
	return v;
}

static const struct mg_check_kind open_kind = {.name = "open",
	.definition = "open",
	.value_least = NAN,
	.value_most = NAN,
	.plan = plan_open,
	.measure = measure_open};

struct frame {
	struct mg_arena *arena;
	struct mg_data data;
	struct mg_schema schema;
	struct mg_spec_check checks[8];
	struct mg_suite suite;
	struct mg_spec spec;
	struct mg_plan *plan;
	struct mg_measured *measured;
	struct mg_run run;
};

static void make_frame(struct frame *f, const char *const *words, size_t count)
{
	memset(f, 0, sizeof(*f));
	f->arena = mg_arena_new();
	f->data.name = "rows";
	f->schema.data = &f->data;
	for (size_t i = 0; i < count; i++)
		f->checks[i] = (struct mg_spec_check){.pos = {(int)i + 1, 1},
			.kind = &word_kind,
			.name = mg_printf(f->arena, "c%zu", i),
			.on = "rows",
			.params = words[i],
			.limits = {.count = 1, .list = {{.op = MG_MAX, .value = 10}}}};
	f->suite = (struct mg_suite){.name = "s", .checks = f->checks, .check_count = count};
	f->spec = (struct mg_spec){.path = "spec.yaml",
		.model = "m",
		.data = &f->data,
		.data_count = 1,
		.suites = &f->suite,
		.suite_count = 1};
}

static void run_frame(struct frame *f, const struct mg_execute_options *options)
{
	struct mg_error err = {0};
	struct mg_selection everything = {0};
	struct mg_baselines none = {0};
	the_engine.queries = 0;
	assert_int_equal(mg_plan_make(f->arena, &f->spec, &f->schema, NULL, &everything, 0, 1,
				 &f->plan, &err),
		MG_OK);
	assert_int_equal(
		mg_execute(f->arena, f->plan, &fake, &the_engine, options, &f->measured, &err),
		MG_OK);
	mg_judge(f->arena, f->plan, f->measured, &none, &fake, &the_engine, &f->run);
}

static void free_frame(struct frame *f)
{
	mg_measured_free(f->measured);
	mg_arena_free(f->arena);
}

static void assert_verdicts(const struct frame *f, size_t count, const enum mg_verdict *want)
{
	assert_int_equal(f->run.result_count, count);
	for (size_t i = 0; i < count; i++)
		if (f->run.results[i].verdict != want[i])
			fail_msg("%s: %s (%s)", f->run.results[i].name,
				mg_verdict_word(f->run.results[i].verdict),
				f->run.results[i].message);
}

static const struct mg_execute_options quick = {.threads = 2, .grace_seconds = 0.2};

static void test_all_in_one_query(void **state)
{
	(void)state;
	struct frame f;
	make_frame(&f, (const char *const[]){"1", "2", "30"}, 3);
	run_frame(&f, &quick);
	assert_verdicts(&f, 3, (enum mg_verdict[]){MG_PASS, MG_PASS, MG_FAIL});
	assert_int_equal(the_engine.queries, 1);
	assert_string_equal(f.run.results[2].message, "30 is over max 10");
	assert_int_equal(f.run.results[0].rows_read, 1000);
	free_frame(&f);
}

static void test_bad_expressions_sink_only_themselves(void **state)
{
	(void)state;
	struct frame f;
	make_frame(&f, (const char *const[]){"1", "bad", "2", "boom", "3"}, 5);
	run_frame(&f, &quick);
	assert_verdicts(&f, 5, (enum mg_verdict[]){MG_PASS, MG_ERROR, MG_PASS, MG_ERROR, MG_PASS});
	assert_string_equal(f.run.results[1].message, "no such function: bad");
	assert_string_equal(f.run.results[3].message, "could not cast 'x' to DOUBLE");
	assert_true(f.run.results[4].value == 3);
	assert_int_equal(f.run.verdict, MG_ERROR);
	free_frame(&f);
}

static void test_a_check_with_a_timeout_has_its_own_query(void **state)
{
	(void)state;
	struct frame f;
	make_frame(&f, (const char *const[]){"1", "slow", "2"}, 3);
	f.checks[1].timeout_seconds = 0.05;
	run_frame(&f, &quick);
	assert_verdicts(&f, 3, (enum mg_verdict[]){MG_PASS, MG_ERROR, MG_PASS});
	assert_string_equal(f.run.results[1].message, "not measured: timeout of 50 ms");
	assert_null(f.run.stopped);
	free_frame(&f);
}

static void test_a_timeout_does_not_take_the_next_check_along(void **state)
{
	(void)state;
	struct frame f;
	make_frame(&f, (const char *const[]){"slow", "1", "2"}, 3);
	f.checks[0].timeout_seconds = 0.05;
	struct mg_execute_options options = quick;
	options.threads = 1; /* the same worker goes on */
	run_frame(&f, &options);
	assert_verdicts(&f, 3, (enum mg_verdict[]){MG_ERROR, MG_PASS, MG_PASS});
	free_frame(&f);
}

static void test_the_runs_timeout_keeps_what_was_measured(void **state)
{
	(void)state;
	struct frame f;
	make_frame(&f, (const char *const[]){"1", "slow"}, 2);
	f.checks[1].timeout_seconds = 60; /* apart from the first */
	struct mg_execute_options options = quick;
	options.timeout_seconds = 0.1;
	run_frame(&f, &options);
	assert_verdicts(&f, 2, (enum mg_verdict[]){MG_PASS, MG_ERROR});
	assert_string_equal(f.run.stopped, "timeout after 100 ms");
	assert_string_equal(f.run.results[1].message, "not measured: timeout after 100 ms");
	free_frame(&f);
}

static void test_an_interrupt_stops_and_reports(void **state)
{
	(void)state;
	static volatile sig_atomic_t stop = 1;
	struct frame f;
	make_frame(&f, (const char *const[]){"slow", "slow"}, 2);
	f.checks[1].timeout_seconds = 60;
	struct mg_execute_options options = quick;
	options.threads = 1; /* the second one never starts */
	options.stop = &stop;
	run_frame(&f, &options);
	assert_verdicts(&f, 2, (enum mg_verdict[]){MG_ERROR, MG_ERROR});
	assert_string_equal(f.run.stopped, "interrupted");
	assert_string_equal(f.run.results[1].message, "not measured: interrupted");
	free_frame(&f);
}

static void test_a_deaf_engine_is_left_behind(void **state)
{
	(void)state;
	/* Its thread never ends, so what it may touch is not freed. */
	static struct frame f;
	make_frame(&f, (const char *const[]){"1", "deaf"}, 2);
	f.checks[1].timeout_seconds = 0.05;
	run_frame(&f, &quick);
	assert_verdicts(&f, 2, (enum mg_verdict[]){MG_PASS, MG_ERROR});
	assert_true(f.measured->engine_left);
	assert_non_null(f.run.stopped);
}

/* A service is paid for each look at a table; what is open after three does not decide a verdict. */
static void test_a_table_is_looked_at_three_times_more(void **state)
{
	(void)state;
	struct frame f;
	make_frame(&f, (const char *const[]){"1", "1"}, 2);
	f.checks[0].kind = f.checks[1].kind = &open_kind;
	f.checks[1].limits.list[0].value = 20;
	the_engine.tables = 0;
	run_frame(&f, &quick);
	assert_verdicts(&f, 2, (enum mg_verdict[]){MG_ERROR, MG_PASS});
	assert_int_equal(the_engine.tables, 1 + 2 * 3);
	assert_true(f.run.results[1].lo == 0 && f.run.results[1].hi == 20);
	free_frame(&f);
}

static void test_nothing_selected_is_no_pass(void **state)
{
	(void)state;
	struct frame f;
	struct mg_error err = {0};
	make_frame(&f, (const char *const[]){"1"}, 1);
	const char *const terms[] = {"tag:none"};
	struct mg_selection none = {.terms = terms, .term_count = 1};
	assert_int_equal(
		mg_plan_make(f.arena, &f.spec, &f.schema, NULL, &none, 0, 1, &f.plan, &err),
		MG_EUSAGE);
	const char *const wrong[] = {"nonsense"};
	none.terms = wrong;
	assert_int_equal(
		mg_plan_make(f.arena, &f.spec, &f.schema, NULL, &none, 0, 1, &f.plan, &err),
		MG_EUSAGE);
	assert_non_null(strstr(err.text, "tag:x"));
	mg_arena_free(f.arena);
}

static void test_a_missing_dataset_sinks_only_its_checks(void **state)
{
	(void)state;
	struct frame f;
	make_frame(&f, (const char *const[]){"1"}, 1);
	f.schema.error = "data/x.csv does not exist";
	run_frame(&f, &quick);
	assert_verdicts(&f, 1, (enum mg_verdict[]){MG_ERROR});
	assert_string_equal(f.run.results[0].message, "data/x.csv does not exist");
	free_frame(&f);
}

/* Counts rows per value of column c: a table of its own, never a place for others' terms. */
static int plan_groups(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *column = NULL;
	MG_TRY(mg_need_column(pl, c, MG_CURRENT, "c", &column, err));
	struct mg_term key = {.expr = mg_x_call(a, MG_FN_TEXT, 1, column), .as = MG_CELL_TEXT};
	struct mg_term count = {.expr = mg_x_call(a, MG_FN_COUNT, 0), .as = MG_CELL_INTEGER};
	return mg_need_groups(pl, c, MG_CURRENT, "values", &key, 1, &count, 1, err);
}

static void test_a_table_of_groups_is_not_widened_by_slices(void **state)
{
	(void)state;
	static const struct mg_check_kind groups_kind = {
		.name = "groups", .definition = "groups", .plan = plan_groups};
	struct frame f;
	struct mg_error err = {0};
	struct mg_selection everything = {0};
	struct mg_column column = {.name = "c", .sql_type = "VARCHAR", .type = MG_TYPE_TEXT};
	struct mg_slice slice = {.name = "c", .column = "c"};
	make_frame(&f, (const char *const[]){"1", "2"}, 2);
	f.schema.columns = &column;
	f.schema.count = 1;
	f.checks[0].kind = &groups_kind;
	f.checks[1].slices = &slice;
	f.checks[1].slice_count = 1;
	assert_int_equal(
		mg_plan_make(f.arena, &f.spec, &f.schema, NULL, &everything, 0, 1, &f.plan, &err),
		MG_OK);
	assert_non_null(f.plan);
	if (f.plan) { /* the analyzer does not know assert_non_null */
		const struct mg_query *table = f.plan->queries[f.plan->checks[0]->needs[0].query];
		assert_int_equal(table->term_count, 1);
		assert_int_equal(f.plan->query_count, 3); /* the table, all rows, the slices */
	}
	mg_arena_free(f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_in_one_query),
		cmocka_unit_test(test_bad_expressions_sink_only_themselves),
		cmocka_unit_test(test_a_check_with_a_timeout_has_its_own_query),
		cmocka_unit_test(test_a_timeout_does_not_take_the_next_check_along),
		cmocka_unit_test(test_the_runs_timeout_keeps_what_was_measured),
		cmocka_unit_test(test_an_interrupt_stops_and_reports),
		cmocka_unit_test(test_a_table_is_looked_at_three_times_more),
		cmocka_unit_test(test_nothing_selected_is_no_pass),
		cmocka_unit_test(test_a_missing_dataset_sinks_only_its_checks),
		cmocka_unit_test(test_a_table_of_groups_is_not_widened_by_slices),
		cmocka_unit_test(test_a_deaf_engine_is_left_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
