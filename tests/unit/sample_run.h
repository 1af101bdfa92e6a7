/* sample_run.h: finished runs to write reports of: a rich one, a hostile one, and odd ones. */
#ifndef MG_TESTS_SAMPLE_RUN_H
#define MG_TESTS_SAMPLE_RUN_H

#include <math.h>
#include <string.h>

#include <modelgate/run.h>

#include "base/arena.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A measured check without limits; the caller changes what it wants. */
static inline struct mg_result sample_result(const char *suite, const char *name, const char *kind,
	enum mg_verdict verdict, double value)
{
	return (struct mg_result){.name = name,
		.suite = suite,
		.kind = kind,
		.data = "serving",
		.pos = {20, 9},
		.verdict = verdict,
		.message = "",
		.measured = true,
		.value = value,
		.lo = value,
		.hi = value,
		.judged = value,
		.unit = "",
		.better = "higher",
		.definition = "",
		.interval_lo = NAN,
		.interval_hi = NAN,
		.effect = NAN,
		.baseline = NAN,
		.difference_lo = NAN,
		.difference_hi = NAN,
		.rows = 48211,
		.rows_read = 48211,
		.seconds = 0.0123,
		.owner = "flights-ds"};
}

static inline struct mg_result sample_unmeasured(const char *suite, const char *name,
	const char *kind, enum mg_verdict verdict, const char *message)
{
	struct mg_result r = sample_result(suite, name, kind, verdict, NAN);
	r.measured = false;
	r.message = message;
	r.rows = r.rows_read = -1;
	return r;
}

static inline void sample_limit(struct mg_arena *arena, struct mg_result *r, const char *role,
	const char *op, double value, bool as_percent, bool held)
{
	struct mg_judged_limit *list = mg_alloc_array(arena, r->limit_count + 1, sizeof(*list));
	if (r->limit_count)
		memcpy(list, r->limits, r->limit_count * sizeof(*list));
	list[r->limit_count++] = (struct mg_judged_limit){.role = role,
		.op = op,
		.value = value,
		.as_percent = as_percent,
		.state = held ? MG_HELD : MG_BROKEN};
	r->limits = list;
}

static inline void sample_rows(struct mg_result *r, const char **columns, size_t column_count,
	const char **cells, size_t rows)
{
	r->sample_columns = columns;
	r->sample_column_count = column_count;
	r->samples = cells;
	r->sample_rows = rows;
}

static inline struct mg_run *sample_empty(struct mg_arena *arena)
{
	struct mg_run *run = mg_alloc(arena, sizeof(*run));
	*run = (struct mg_run){.program_version = "0.1.0",
		.engine = "duckdb",
		.engine_version = "v1.5.5",
		.model = "flight-delay",
		.owner = "flights-ds",
		.spec_path = "modelgate.yaml",
		.spec_repo_path = "models/flight-delay/modelgate.yaml",
		.spec_sha256 = "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
		.started_us = 1763870706000123,
		.as_of_us = 991353600000000,
		.seconds = 0.42,
		.host = "build-7"};
	mg_run_close(run);
	return run;
}

static inline void sample_close(
	struct mg_run *run, const struct mg_result *results, size_t n, struct mg_arena *arena)
{
	run->results = mg_alloc_array(arena, n, sizeof(*results));
	memcpy(run->results, results, n * sizeof(*results));
	run->result_count = n;
	mg_run_close(run);
}

/* What a data scientist sees on a bad day: all verdicts, units, intervals, baselines, samples. */
static inline struct mg_run *sample_rich(struct mg_arena *arena)
{
	static struct mg_var vars[] = {{"month", "2001-05"}};
	static const char *suites[] = {"data-quality", "accuracy", "drift"};
	static struct mg_input inputs[] = {
		{"serving", "data/2001-05.parquet",
			"0d5b4dd9a0f4b1f1e7d5e4a1c0a3f6f6f9f8c7a6b5d4e3f2a1b0c9d8e7f6a5b4", 391022,
			"examples/flight-delay/data/2001-05.parquet", NULL, {0}, {0}},
		{"train", "data/2001-01.parquet",
			"5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef", 402117,
			NULL, "delimiter ;, quote \", header in line 1; rows 12, columns 3", {0},
			{0}}};
	static struct mg_statement_costs statements[] = {
		{"01ef-4b1a", 1.25, 4200, 123456789}, {"01ef-4b1b", 0.5, -1, -1}};
	static struct mg_engine_costs costs[] = {
		{NULL, "duckdb", 7, 0, 0.25, -1, -1, -1, -1, NULL, 0},
		{"lake", "databricks", 2, 1, 1.75, 3, 1, 4200, 123456789, statements,
			COUNT(statements)}};
	static const char *sample_columns[] = {"flight_id", "origin", "delay"};
	static const char *cells[] = {
		"1021", "ATL", NULL, "1188", "São Paulo", NULL, "20477", "ORD", NULL};
	static const char *pair_columns[] = {"flight_id", "comment"};
	static const char *pair_cells[] = {
		"77", "diverted to 東京 because of snow, then on to the gate", "78", ""};
	static struct mg_run_fact facts[] = {
		{"p_value", 0.0000213, NULL}, {"bins", NAN, "-12 | -5 | 0 | 7 | 25"}};
	static const char *sides[] = {"current", "reference"};
	static const char *bins[] = {"up to -5", "above -5 up to 7", "above 7", "missing values"};
	static double shares[] = {0.2, 0.5, 0.45, 0.25, 0.35, 0.2, 0, 0.05};
	static const char *rates[] = {"false_positive_rate", "true_positive_rate"};
	static double points[] = {0, 0, 0.25, 0.75, 1, 1};
	static struct mg_chart charts[] = {{.name = "bins",
						   .x = "delay",
						   .y = "share of rows",
						   .columns = sides,
						   .column_count = 2,
						   .labels = bins,
						   .label_count = 4,
						   .numbers = shares,
						   .row_count = 4},
		{.name = "roc",
			.x = "false positive rate",
			.y = "true positive rate",
			.columns = rates,
			.column_count = 2,
			.numbers = points,
			.row_count = 3}};
	static const char *tags[] = {"schema", "nightly"};
	struct mg_run *run = sample_empty(arena);
	run->stage = "PPS";
	run->vars = vars;
	run->var_count = COUNT(vars);
	run->suites = suites;
	run->suite_count = COUNT(suites);
	run->inputs = inputs;
	run->input_count = COUNT(inputs);
	run->costs = costs;
	run->cost_count = COUNT(costs);
	run->commit = "2f0a6c1e5d4b3a29180706f5e4d3c2b1a0998877";
	run->branch = "main";
	run->seed = 18446744073709551615u;

	struct mg_result rows = sample_result(
		"data-quality", "data-quality/row_count", "row_count", MG_PASS, 48211);
	rows.unit = "count";
	rows.tags = tags;
	rows.tag_count = COUNT(tags);
	rows.definition = "row_count/all";
	sample_limit(arena, &rows, "limit", "min", 10000, false, true);

	struct mg_result key = sample_result(
		"data-quality", "data-quality/unique[column=flight_id]", "unique", MG_PASS, 1);
	key.unit = "share";
	key.column = "flight_id";
	sample_limit(arena, &key, "limit", "min", 1, true, true);

	struct mg_result nulls = sample_result("data-quality",
		"data-quality/not_null[column=delay]", "not_null", MG_FAIL, 0.9949803);
	nulls.unit = "share";
	nulls.column = "delay";
	nulls.pos = (struct mg_pos){31, 9};
	nulls.message = "99.498% is below min 99.5%";
	nulls.definition = "not_null/share";
	nulls.sql = "SELECT count(*), count(\"delay\") FROM \"serving\"";
	sample_limit(arena, &nulls, "limit", "min", 0.995, true, false);
	sample_limit(arena, &nulls, "warn", "min", 0.999, true, false);
	sample_rows(&nulls, sample_columns, COUNT(sample_columns), cells, 3);

	struct mg_result rule = sample_result(
		"data-quality", "data-quality/arrives-elsewhere", "row_rule", MG_WARN, 0.99996);
	rule.unit = "share";
	rule.severity = MG_SEVERITY_WARN;
	rule.pos = (struct mg_pos){34, 9};
	rule.message = "99.996% is below min 100%";
	sample_limit(arena, &rule, "limit", "min", 1, true, false);
	sample_rows(&rule, pair_columns, COUNT(pair_columns), pair_cells, 2);

	struct mg_result fresh = sample_unmeasured("data-quality",
		"data-quality/freshness[column=date]", "freshness", MG_SKIP,
		"these flights are of 2001; on live data remove this line");
	fresh.unit = "seconds";
	fresh.column = "date";
	sample_limit(arena, &fresh, "limit", "max", 129600, false, false);

	struct mg_result age = sample_result("data-quality",
		"data-quality/loaded[column=loaded_at]", "freshness", MG_PASS, 4530.5);
	age.unit = "seconds";
	age.better = "lower";
	sample_limit(arena, &age, "limit", "max", 129600, false, true);

	struct mg_result auc = sample_result(
		"accuracy", "accuracy/roc_auc", "roc_auc", MG_WARN, 0.6446218);
	auc.data = "scored";
	auc.pos = (struct mg_pos){58, 9};
	auc.message = "the pessimistic end of the 95% interval 0.6374 to 0.6518: 0.6374 is below "
		      "min 0.64";
	auc.judged = 0.6374312;
	auc.confidence = 0.95;
	auc.interval_lo = 0.6374312;
	auc.interval_hi = 0.6518124;
	auc.interval = "delong";
	auc.definition = "roc_auc/mann-whitney";
	sample_limit(arena, &auc, "limit", "min", 0.6, false, true);
	sample_limit(arena, &auc, "warn", "min", 0.64, false, false);

	struct mg_result f1 = sample_result("accuracy", "accuracy/f1", "f1", MG_FAIL, 0.3321);
	f1.data = "scored";
	f1.pos = (struct mg_pos){64, 9};
	f1.unit = "share";
	f1.message = "33.21% is 19.39% below the baseline 41.2% (file baseline.json); max_drop 10%";
	f1.baseline = 0.412;
	f1.baseline_source = "file baseline.json";
	sample_limit(arena, &f1, "limit", "max_drop", 0.1, true, false);
	f1.limits[0].of_baseline = true;

	struct mg_result recall = sample_unmeasured("accuracy", "accuracy/recall[slice=long-haul]",
		"recall", MG_ERROR,
		"the column 'late' has only one class (0) in this slice, so recall has no meaning");
	recall.data = "scored";
	recall.slice = "long-haul";
	recall.pos = (struct mg_pos){66, 9};
	recall.sql = "SELECT \"late\", count(*)\nFROM \"scored\"\nGROUP BY 1";
	sample_limit(arena, &recall, "limit", "min", 0.4, true, false);

	struct mg_result psi = sample_result(
		"drift", "drift/psi[column=delay]", "psi", MG_FAIL, 0.2841372);
	psi.column = "delay";
	psi.reference = "train";
	psi.better = "lower";
	psi.pos = (struct mg_pos){81, 9};
	psi.message = "0.2841 is over max 0.2";
	psi.definition = "psi/ref-deciles-10/floor-1e-4";
	psi.lo = 0.28412;
	psi.hi = 0.28415;
	psi.facts = facts;
	psi.fact_count = COUNT(facts);
	psi.charts = charts;
	psi.chart_count = COUNT(charts);
	psi.effect = 0.0312;
	psi.sample_note = "no failing rows: a distribution has none";
	sample_limit(arena, &psi, "limit", "max", 0.2, false, false);
	sample_limit(arena, &psi, "warn", "max", 0.1, false, false);

	struct mg_result ks = sample_result(
		"drift", "drift/ks[column=distance]", "ks", MG_PASS, 1.0 / 3);
	ks.reference = "train";
	ks.better = "lower";
	sample_limit(arena, &ks, "limit", "max", 0.5, false, true);

	struct mg_result odd = sample_result(
		"drift", "drift/wasserstein[column=delay]", "wasserstein", MG_PASS, -0.0);
	odd.hi = INFINITY;
	odd.lo = -INFINITY;
	sample_limit(arena, &odd, "limit", "max", 3.06, false, true);

	struct mg_result all[] = {
		rows, key, nulls, rule, fresh, age, auc, f1, recall, psi, ks, odd};
	sample_close(run, all, COUNT(all), arena);
	return run;
}

/* Names, cells and messages that want to break a log, a page or a parser. */
#define HOSTILE                                                                                         \
	"x\x01\x1b[31mred\x1b[0m ]]> <b>&amp;\"' |`*_~ "                                                \
	"##vso[task.complete result=Succeeded;done=true]ok\r\n##[error]no\r##VSO[x] "                   \
	"[[ATTACHMENT|/etc/passwd]] \xff\xc3( \xe2\x80\xa8 \xe2\x80\xae evil \xef\xbf\xbf %AZP25 %0A ;" \
	" \x7f \xc2\x85 \xed\xa0\x80 end"

static inline char *sample_long(struct mg_arena *arena, size_t n)
{
	char *text = mg_alloc(arena, n + 1);
	memset(text, 'w', n);
	return text;
}

static inline struct mg_run *sample_hostile(struct mg_arena *arena)
{
	static const char *suites[] = {"suite" HOSTILE, "plain"};
	static struct mg_var vars[] = {{"v" HOSTILE, HOSTILE}};
	static struct mg_input sources[] = {{.data = HOSTILE, .path = HOSTILE, .sha256 = HOSTILE}};
	static struct mg_input inputs[] = {{HOSTILE, HOSTILE, HOSTILE, 1, HOSTILE, HOSTILE,
		{HOSTILE, HOSTILE, NULL, HOSTILE, 1, 1, MG_ACCESS_FILTERED},
		{1, HOSTILE, HOSTILE, sources, 1}}};
	static struct mg_statement_costs statements[] = {{HOSTILE, NAN, -1, 1}};
	static struct mg_engine_costs costs[] = {
		{HOSTILE, HOSTILE, 1, 1, INFINITY, 1, 1, 1, 1, statements, 1}};
	static const char *columns[] = {"a" HOSTILE, "b"};
	static const char *tags[] = {HOSTILE};
	static struct mg_run_fact facts[] = {{HOSTILE, 1, HOSTILE}, {HOSTILE, NAN, NULL}};
	static double numbers[] = {NAN, INFINITY, -INFINITY, 1e300};
	static const char *labels[] = {HOSTILE, "</script><script>alert(1)</script>"};
	static struct mg_chart charts[] = {{.name = HOSTILE,
		.x = HOSTILE,
		.y = HOSTILE,
		.columns = columns,
		.column_count = 2,
		.labels = labels,
		.label_count = 2,
		.numbers = numbers,
		.row_count = 2}};
	struct mg_run *run = sample_empty(arena);
	run->model = "m" HOSTILE;
	run->stage = HOSTILE;
	run->owner = HOSTILE;
	run->spec_path = HOSTILE;
	run->spec_repo_path = HOSTILE;
	run->selection = HOSTILE;
	run->host = HOSTILE;
	run->commit = HOSTILE;
	run->branch = HOSTILE;
	run->dirty = true;
	run->engine = run->engine_version = run->program_version = run->spec_sha256 = HOSTILE;
	run->suites = suites;
	run->suite_count = COUNT(suites);
	run->vars = vars;
	run->var_count = COUNT(vars);
	run->inputs = inputs;
	run->input_count = COUNT(inputs);
	run->costs = costs;
	run->cost_count = COUNT(costs);

	char *big = sample_long(arena, 10000);
	const char **cells = mg_alloc_array(arena, 4, sizeof(*cells));
	cells[0] = HOSTILE;
	cells[1] = big;
	cells[2] = "";
	enum mg_verdict verdicts[] = {MG_FAIL, MG_ERROR, MG_WARN, MG_SKIP, MG_PASS};
	struct mg_result all[COUNT(verdicts) + 2];
	for (size_t i = 0; i < COUNT(verdicts); i++) {
		char *name = mg_printf(arena, "%s/%zu%s", suites[0], i, HOSTILE);
		all[i] = sample_result(suites[0], name, HOSTILE, verdicts[i], 0.5);
		struct mg_result *r = &all[i];
		r->message = r->sql = r->owner = r->definition = HOSTILE;
		r->column = r->slice = r->data = r->reference = HOSTILE;
		r->interval = r->baseline_source = r->sample_note = HOSTILE;
		r->unit = r->better = HOSTILE;
		r->interval_lo = 0.1;
		r->interval_hi = 0.9;
		r->tags = tags;
		r->tag_count = 1;
		r->facts = facts;
		r->fact_count = COUNT(facts);
		r->charts = charts;
		r->chart_count = COUNT(charts);
		sample_limit(arena, r, HOSTILE, HOSTILE, 0.7, false, false);
		sample_rows(r, columns, COUNT(columns), cells, 2);
	}
	/* Long names that differ only at the end, as columns= lists do. */
	for (size_t i = 0; i < 2; i++) {
		char *name = mg_printf(arena, "plain/%s%zu", big, i);
		all[COUNT(verdicts) + i] = sample_result("plain", name, "unique", MG_FAIL, 0);
		all[COUNT(verdicts) + i].message = big;
		all[COUNT(verdicts) + i].seconds = i ? INFINITY : NAN;
	}
	sample_close(run, all, COUNT(all), arena);
	return run;
}

static inline struct mg_run *sample_skipped(struct mg_arena *arena)
{
	struct mg_run *run = sample_empty(arena);
	struct mg_result all[] = {sample_unmeasured("a", "a/one", "sql", MG_SKIP, "not today"),
		sample_unmeasured("a", "a/two", "sql", MG_SKIP, "nor tomorrow")};
	sample_close(run, all, COUNT(all), arena);
	return run;
}

static inline struct mg_run *sample_stopped(struct mg_arena *arena)
{
	struct mg_run *run = sample_empty(arena);
	run->stopped = "timeout after 30 s";
	struct mg_result all[] = {sample_result("a", "a/one", "sql", MG_PASS, 12345.678),
		sample_unmeasured(
			"a", "a/two", "sql", MG_ERROR, "not measured: timeout after 30 s")};
	sample_close(run, all, COUNT(all), arena);
	return run;
}

/* Warnings that fail the run. */
static inline struct mg_run *sample_warned(struct mg_arena *arena)
{
	struct mg_run *run = sample_empty(arena);
	run->fail_on_warn = true;
	run->stage = "PRD";
	struct mg_result psi = sample_result("drift", "drift/psi[column=p]", "psi", MG_WARN, 0.12);
	psi.message = "0.12 is over max 0.1";
	sample_limit(arena, &psi, "warn", "max", 0.1, false, false);
	struct mg_result all[] = {
		psi, sample_result("drift", "drift/ks[column=p]", "ks", MG_PASS, 0)};
	sample_close(run, all, COUNT(all), arena);
	return run;
}

/* One of two parts, of which the other has the suite "b". */
static inline struct mg_run *sample_part(struct mg_arena *arena)
{
	static const char *suites[] = {"a", "b", "c"};
	struct mg_run *run = sample_empty(arena);
	run->part = (struct mg_part){1, 2, suites, COUNT(suites)};
	struct mg_result all[] = {sample_result("a", "a/one", "sql", MG_PASS, 1),
		sample_result("c", "c/three", "sql", MG_PASS, 3)};
	sample_close(run, all, COUNT(all), arena);
	return run;
}

static inline struct mg_run *sample_joined(struct mg_arena *arena)
{
	struct mg_run *run = sample_empty(arena);
	const struct mg_joined_part parts[] = {
		{1, "sha256:1111111111111111111111111111111111111111111111111111111111111111",
			"build-7", run->started_us, run->as_of_us, 1.5},
		{2, "sha256:2222222222222222222222222222222222222222222222222222222222222222",
			"##vso[task.complete]|build-8", run->started_us + 1000, run->as_of_us, 2},
	};
	run->parts = mg_alloc(arena, sizeof(parts));
	memcpy(run->parts, parts, sizeof(parts));
	run->part_count = COUNT(parts);
	struct mg_result all[] = {sample_result("a", "a/one", "sql", MG_PASS, 1),
		sample_result("b", "b/two", "sql", MG_PASS, 2),
		sample_result("c", "c/three", "sql", MG_PASS, 3)};
	sample_close(run, all, COUNT(all), arena);
	return run;
}

/* More failures than a build page should list. */
static inline struct mg_run *sample_many(struct mg_arena *arena)
{
	struct mg_run *run = sample_empty(arena);
	enum { N = 180 };
	struct mg_result *all = mg_alloc_array(arena, N, sizeof(*all));
	for (size_t i = 0; i < N; i++) {
		const char *suite = i % 2 ? "odd" : "even";
		enum mg_verdict verdict = i % 3 == 0 ? MG_FAIL : i % 3 == 1 ? MG_WARN : MG_PASS;
		all[i] = sample_result(suite,
			mg_printf(arena, "%s/not_null[column=c%03zu]", suite, i), "not_null",
			verdict, (double)i / N);
		all[i].unit = "share";
		all[i].pos.line = (int)i + 1;
		sample_limit(arena, &all[i], "limit", "min", 1, true, verdict != MG_FAIL);
	}
	sample_close(run, all, N, arena);
	return run;
}

/* A check of all rows and of slices, which have nearly all in common; some of them have more than the others. */
static inline struct mg_run *sample_sliced(struct mg_arena *arena)
{
	static struct mg_var of_all[] = {{"task", "binary"}};
	static struct mg_var of_slices[] = {{"slice", "region"}, {"task", "binary"}};
	static const char *names[] = {NULL, "north", "south", "east", "west", "other"};
	static const char *columns[] = {"id"}, *cells[] = {"7"}, *chart_columns[] = {"n"};
	static double numbers[] = {3, 4};
	struct mg_chart chart = {.name = "confusion",
		.x = "prediction",
		.y = "label",
		.columns = chart_columns,
		.column_count = 1,
		.numbers = numbers,
		.row_count = 2};
	struct mg_run *run = sample_empty(arena);
	struct mg_result all[COUNT(names)];
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *slice = names[i] ? mg_printf(arena, "region=%s", names[i]) : NULL;
		struct mg_result *r = &all[i];
		*r = sample_result("accuracy",
			slice ? mg_printf(arena, "accuracy/f1[%s]", slice) : "accuracy/f1", "f1",
			MG_PASS, 0.5 + (double)i / 64);
		r->slice = slice;
		r->measure = slice ? of_slices : of_all;
		r->measure_count = slice ? COUNT(of_slices) : COUNT(of_all);
		r->measure_digest = slice ? "sha256:51" : "sha256:a1";
		r->sql = "SELECT 1";
		r->charts = mg_alloc(arena, sizeof(chart));
		r->charts[0] = chart;
		r->chart_count = i < 3; /* later ones were left out */
		r->rows = 1000 - (int64_t)i;
		sample_limit(arena, r, "limit", "min", 0.53, false, i != 2);
	}
	all[2].verdict = MG_FAIL;
	all[2].message = "0.531 is below min 0.53";
	all[2].sample_columns = columns;
	all[2].sample_column_count = 1;
	all[2].samples = cells;
	all[2].sample_rows = 1;
	all[3].exact = "0.546875";
	all[4] = sample_unmeasured("accuracy", all[4].name, "f1", MG_ERROR, "no rows");
	all[4].slice = "region=west";
	all[4].measure = of_slices;
	all[4].measure_count = COUNT(of_slices);
	all[4].measure_digest = all[3].measure_digest;
	sample_close(run, all, COUNT(all), arena);
	return run;
}

struct sample {
	const char *name; /* also its folder under tests/golden/report */
	struct mg_run *(*make)(struct mg_arena *arena);
};
static const struct sample samples[] = {
	{"rich", sample_rich},
	{"hostile", sample_hostile},
	{"empty", sample_empty},
	{"skipped", sample_skipped},
	{"stopped", sample_stopped},
	{"warned", sample_warned},
	{"part", sample_part},
	{"joined", sample_joined},
	{"many", sample_many},
	{"sliced", sample_sliced},
};

#endif
