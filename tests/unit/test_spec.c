/* test_spec.c: what a good spec becomes: every part typed, defaults filled in, overlays laid over;
 * and what only kinds of a shape that is rare can get wrong. Errors in general are golden files. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <modelgate/check.h>
#include <modelgate/spec.h>

#include "base/arena.h"
#include "base/text.h"

/* ---- kinds of every shape ---- */

static const char *const speeds[] = {"slow", "fast", NULL};
struct params {
	const char *text, *sql, *pattern, *column, *data;
	double number, share, wait;
	int64_t integer;
	bool flag;
	int speed;
	struct mg_texts columns;
	struct mg_values values;
	struct mg_pairs map;
	struct mg_target target;
	const struct mg_check_kind *kind;
	struct mg_scalar scalar;
	double absent, absent_wait;
	struct mg_texts nothing;
};
#define P struct params
static const struct mg_field every[] = {
	MG_FIELD(P, text, TEXT, "a text", .default_text = "here"),
	MG_FIELD(P, sql, SQL, "sql"),
	MG_FIELD(P, pattern, REGEX, "pattern"),
	MG_FIELD(P, number, NUMBER, "a number", .least = -5, .most = 5),
	MG_FIELD(P, share, SHARE, "a share", .default_text = "0.25"),
	MG_FIELD(P, integer, INTEGER, "an integer", .default_text = "7"),
	MG_FIELD(P, flag, BOOL, "a flag", .default_text = "true"),
	MG_FIELD(P, speed, CHOICE, "a choice", .choices = speeds, .default_text = "fast"),
	MG_FIELD(P, wait, DURATION, "a duration", .default_text = "2h"),
	MG_FIELD(P, data, DATASET, "a dataset"),
	MG_FIELD(P, values, VALUES, "values"),
	MG_FIELD(P, map, MAP, "a map"),
	MG_FIELD(P, target, TARGET, "a target"),
	MG_FIELD(P, kind, KIND, "a kind"),
	MG_FIELD(P, scalar, SCALAR, "a scalar"),
	MG_FIELD(P, absent, NUMBER, "absent"),
	MG_FIELD(P, absent_wait, DURATION, "absent"),
	MG_FIELD(P, nothing, COLUMNS, "absent"),
	MG_FIELDS_END,
};
/* Parameters named like common keys win over them. */
static const struct mg_field named_alike[] = {
	MG_FIELD(P, columns, COLUMNS, "columns of its own", .required = true),
	MG_FIELDS_END,
};

static int refuse(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	(void)spec;
	const struct params *p = params;
	return p->number == 4 ? mg_fail(err, MG_ESPEC, "4 is not good with %s", p->text) : MG_OK;
}

static const struct mg_check_kind measure_kind = {.name = "measure",
	.better = MG_EITHER,
	.flags = MG_KIND_SAMPLES | MG_KIND_COLUMN | MG_KIND_NULLS | MG_KIND_INTERVAL |
		MG_KIND_EFFECT | MG_KIND_DUMMY,
	.value_least = NAN,
	.value_most = NAN,
	.fields = every,
	.params_size = sizeof(struct params),
	.check = refuse};
static const struct mg_check_kind share_kind = {.name = "share",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_SAMPLES | MG_KIND_DEFAULT_ALL | MG_KIND_COLUMN | MG_KIND_COLUMN_OPTIONAL,
	.value_least = 0,
	.value_most = 1};
static const struct mg_check_kind count_kind = {.name = "count",
	.better = MG_LOWER,
	.unit = MG_UNIT_COUNT,
	.flags = MG_KIND_SAMPLES | MG_KIND_DEFAULT_NONE | MG_KIND_NO_SLICES,
	.value_least = 0,
	.value_most = NAN,
	.fields = named_alike,
	.params_size = sizeof(struct params)};
static const struct mg_check_kind age_kind = {.name = "age",
	.better = MG_LOWER,
	.unit = MG_UNIT_SECONDS,
	.value_least = NAN,
	.value_most = NAN};
static const struct mg_check_kind drift_kind = {.name = "drift",
	.better = MG_LOWER,
	.flags = MG_KIND_SAMPLES | MG_KIND_COLUMN | MG_KIND_REFERENCE,
	.value_least = 0,
	.value_most = NAN};
static const struct mg_check_kind score_kind = {.name = "score",
	.better = MG_HIGHER,
	.flags = MG_KIND_SAMPLES | MG_KIND_BINARY | MG_KIND_MULTICLASS | MG_KIND_SCORE |
		MG_KIND_INTERVAL,
	.value_least = 0,
	.value_most = 1};
static const struct mg_check_kind error_kind = {.name = "error",
	.better = MG_LOWER,
	.flags = MG_KIND_SAMPLES | MG_KIND_REGRESSION,
	.value_least = 0,
	.value_most = NAN};
static const struct mg_check_kind *const kinds[] = {&measure_kind, &share_kind, &count_kind,
	&age_kind, &drift_kind, &score_kind, &error_kind, NULL};

/* ---- parsing ---- */

struct fixture {
	struct mg_arena *arena;
	struct mg_spec *spec;
	struct mg_diags diags;
	struct mg_error err;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	if (!f)
		return -1;
	f->arena = mg_arena_new();
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	mg_arena_free(f->arena);
	free(f);
	return 0;
}

static int parse(struct fixture *f, const char *text, const char *stage)
{
	struct mg_spec_options options = {.stage = stage, .kinds = kinds};
	f->spec = NULL;
	return mg_spec_parse(f->arena, "models/a/modelgate.yaml", text, strlen(text), &options,
		&f->diags, &f->spec, &f->err);
}

#define HEAD                                                                                       \
	"version: 1\nmodel: demo\nowner: ds\ndata: {now: now.csv, before: b.parquet}\nsuites:\n"   \
	"  s:\n    on: now\n"

static const struct mg_spec *good(struct fixture *f, const char *text, const char *stage)
{
	if (parse(f, text, stage) != MG_OK)
		fail_msg("%s", mg_diags_text(f->arena, &f->diags, "spec", text, strlen(text)));
	return f->spec;
}

/* The only check of a spec whose suite goes on with `rest`. */
static const struct mg_spec_check *check(struct fixture *f, const char *rest)
{
	const struct mg_spec *spec = good(f, mg_printf(f->arena, "%s%s", HEAD, rest), NULL);
	return &spec->suites[0].checks[0];
}

static void test_file(void **state)
{
	struct fixture *f = *state;
	const struct mg_spec *spec = good(f,
		"version: 1\nmodel: a-b_1\nowner: ds\nvars: {x: 1.50, y: true}\n"
		"data:\n  a: one.csv\n  b: {sql: SELECT 1}\n"
		"suites:\n  s: {on: a, where: 'x > ${x}', checks: [share: {}]}\n"
		"stages: {PPD: {}, PRD: {suites: s}}\n",
		NULL);
	assert_string_equal(spec->path, "models/a/modelgate.yaml");
	assert_string_equal(spec->folder, "models/a");
	assert_int_equal(strlen(spec->digest), 64);
	assert_string_equal(spec->model, "a-b_1");
	assert_string_equal(spec->owner, "ds");
	assert_null(spec->stage);
	assert_int_equal(spec->var_count, 2);
	assert_string_equal(spec->vars[0].value, "1.50");
	assert_string_equal(spec->suites[0].where, "x > 1.50");
	assert_int_equal(spec->suites[0].where_pos.line, 9);
	assert_int_equal(spec->suites[0].where_pos.col, 21);
	assert_int_equal(spec->stage_count, 2);
	assert_string_equal(spec->stage_names[1], "PRD");
	assert_int_equal(spec->stage_suite_count, 0);
	assert_ptr_equal(mg_spec_data(spec, "b"), &spec->data[1]);
	assert_null(mg_spec_data(spec, "c"));
	size_t count = 0;
	const char text[] = "a: [b\nstages: {X: 1}";
	mg_spec_stages(f->arena, text, sizeof(text) - 1, &count);
	assert_int_equal(count, 0);
}

static void test_data(void **state)
{
	struct fixture *f = *state;
	const struct mg_spec *spec = good(f,
		"version: 1\nmodel: m\ndata:\n"
		"  plain: data/*.ndjson.zst\n"
		"  full:\n    path: a.dat\n    format: tsv\n    where: x > 0\n    key: [a, b]\n"
		"    redact: c\n    missing: ['', NA, -9]\n"
		"    csv: {delimiter: '|', null_text: '-', decimal: ',', header: false, skip: 2}\n"
		"    types: {a: VARCHAR, b: 'DECIMAL(10, 2)'}\n"
		"  named: {path: x.csv.gz, csv: {columns: [p, q]}}\n"
		"suites: {s: {on: full, checks: [share]}}\n",
		NULL);
	const struct mg_data *d = &spec->data[0];
	assert_string_equal(d->path, "data/*.ndjson.zst");
	assert_int_equal(d->format, MG_FORMAT_NDJSON);
	assert_null(d->sql);
	assert_int_equal(d->csv.header, -1);
	assert_int_equal(d->pos.line, 4);
	assert_int_equal(d->path_pos.col, 10);
	d = &spec->data[1];
	assert_int_equal(d->format, MG_FORMAT_TSV);
	assert_string_equal(d->where, "x > 0");
	assert_int_equal(d->where_pos.line, 8);
	assert_int_equal(d->key.count, 2);
	assert_string_equal(d->redact.list[0].pattern, "c");
	assert_int_equal(d->missing.count, 3);
	assert_string_equal(d->missing.values[0], "");
	assert_string_equal(d->missing.values[2], "-9");
	assert_string_equal(d->csv.delimiter, "|");
	assert_string_equal(d->csv.null_text, "-");
	assert_string_equal(d->csv.decimal, ",");
	assert_null(d->csv.quote);
	assert_int_equal(d->csv.header, 0);
	assert_int_equal(d->csv.skip, 2);
	assert_int_equal(d->types.count, 2);
	assert_string_equal(d->types.types[1], "DECIMAL(10, 2)");
	d = &spec->data[2];
	assert_int_equal(d->format, MG_FORMAT_CSV);
	assert_int_equal(d->csv.header, 0);
	assert_string_equal(d->csv.columns[1], "q");
}

static void test_defaults(void **state)
{
	struct fixture *f = *state;
	const struct mg_spec_check *c = check(f, "    checks: [measure: {column: a, min: 1}]\n");
	assert_null(c->name);
	assert_int_equal(c->tag_count, 0);
	assert_string_equal(c->owner, "ds");
	assert_int_equal(c->severity, MG_SEVERITY_FAIL);
	assert_int_equal(c->on_empty, MG_EMPTY_ERROR);
	assert_int_equal(c->nulls, MG_NULLS_IGNORE);
	assert_int_equal(c->samples, 5);
	assert_true(c->timeout_seconds == 0);
	assert_true(c->confidence == 0);
	assert_int_equal(c->min_rows, 0);
	assert_string_equal(c->on, "now");
	assert_null(c->reference);
	assert_null(c->task);
	assert_int_equal(c->baseline.kind, MG_BASELINE_NONE);
	assert_int_equal(c->pos.line, 8);
	assert_int_equal(c->pos.col, 14);
	const struct params *p = c->params;
	assert_string_equal(p->text, "here");
	assert_null(p->sql);
	assert_true(isnan(p->number));
	assert_true(p->share == 0.25);
	assert_int_equal(p->integer, 7);
	assert_true(p->flag);
	assert_int_equal(p->speed, 1);
	assert_true(p->wait == 7200);
	assert_null(p->data);
	assert_int_equal(p->values.count, 0);
	assert_int_equal(p->map.count, 0);
	assert_null(p->target.data);
	assert_null(p->kind);
	assert_null(p->scalar.text);
	assert_true(isnan(p->absent) && isnan(p->absent_wait));
	assert_int_equal(p->nothing.count, 0);
}

static void test_parameters(void **state)
{
	struct fixture *f = *state;
	const struct mg_spec_check *c = check(f,
		"    checks:\n    - measure:\n        column: a\n        min: 1\n        text: 1.50\n"
		"        sql: |\n          a >\n          0\n        pattern: '^\\d'\n"
		"        number: -1.5e0\n        share: 30%\n        integer: 1e3\n"
		"        flag: false\n        speed: slow\n        wait: 1.5d\n        data: before\n"
		"        values: [1, '1', true, null, x, .5]\n        map: {p: q, r: 5}\n"
		"        target: {data: now, column: c}\n        kind: age\n"
		"        scalar: 2001-01-01\n");
	const struct params *p = c->params;
	assert_string_equal(p->text, "1.50");
	assert_string_equal(p->sql, "a >\n0\n");
	assert_string_equal(p->pattern, "^\\d");
	assert_true(p->number == -1.5);
	assert_true(p->share == 0.3);
	assert_int_equal(p->integer, 1000);
	assert_false(p->flag);
	assert_int_equal(p->speed, 0);
	assert_true(p->wait == 129600);
	assert_string_equal(p->data, "before");
	static const int types[] = {MG_SCALAR_NUMBER, MG_SCALAR_TEXT, MG_SCALAR_BOOL,
		MG_SCALAR_NULL, MG_SCALAR_TEXT, MG_SCALAR_NUMBER};
	assert_int_equal(p->values.count, 6);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(p->values.list[i].type, types[i]);
	assert_true(p->values.list[5].number == 0.5);
	assert_string_equal(p->values.list[5].text, ".5");
	assert_string_equal(p->map.keys[1], "r");
	assert_string_equal(p->map.values[1], "5");
	assert_string_equal(p->target.data, "now");
	assert_string_equal(p->target.column, "c");
	assert_ptr_equal(p->kind, &age_kind);
	assert_int_equal(p->scalar.type, MG_SCALAR_TEXT);
	c = check(f, "    checks: [count: {columns: [x, y]}]\n");
	p = c->params;
	assert_int_equal(c->columns.count, 0);
	assert_int_equal(p->columns.count, 2);
}

static void test_limits(void **state)
{
	struct fixture *f = *state;
	const struct mg_spec_check *c = check(f, "    checks: [share: ]\n");
	assert_int_equal(c->limits.count, 1);
	assert_int_equal(c->limits.list[0].op, MG_MIN);
	assert_true(c->limits.list[0].value == 1 && c->limits.list[0].as_percent);
	assert_int_equal(c->limits.list[0].pos.line, 0);
	c = check(f, "    checks: [count: {columns: [a]}]\n");
	assert_int_equal(c->limits.list[0].op, MG_MAX);
	assert_true(c->limits.list[0].value == 0);
	c = check(f, "    checks: [share: {warn: {min: 99%}}]\n");
	assert_int_equal(c->limits.count, 0);
	assert_int_equal(c->warn.count, 1);
	c = check(f, "    checks: [share: {min: 99.5%, below: 1, warn: {min: 0.999}}]\n");
	assert_int_equal(c->limits.count, 2);
	assert_true(c->limits.list[0].value == 0.995 && c->limits.list[0].as_percent);
	assert_false(c->limits.list[0].of_baseline);
	assert_int_equal(c->limits.list[0].pos.col, 27);
	assert_int_equal(c->limits.list[1].op, MG_BELOW);
	assert_true(c->warn.list[0].value == 0.999 && !c->warn.list[0].as_percent);
	c = check(f, "    checks: [age: {max: 36h, warn: {max: 86400}}]\n");
	assert_true(c->limits.list[0].value == 129600);
	assert_true(c->warn.list[0].value == 86400);
	c = check(f,
		"    checks: [measure: {column: a, equals: 3, tolerance: 0.5, effect: {max: 0.1}}]\n");
	assert_true(c->limits.tolerance == 0.5);
	assert_int_equal(c->effect.count, 1);
	c = check(f,
		"    checks: [measure: {column: a, max_drop: 2%, max_rise: 3, baseline: dummy}]\n");
	assert_int_equal(c->baseline.kind, MG_BASELINE_DUMMY);
	assert_true(c->limits.list[0].of_baseline && c->limits.list[0].value == 0.02);
	assert_false(c->limits.list[1].of_baseline);
}

static const char inheriting[] =
	"    reference: before\n    task: {type: binary, label: y, score: p, positive: yes}\n"
	"    slices: [a, {name: long, where: x > 1}]\n    min_rows: 9\n    tags: [t, u]\n"
	"    owner: o\n    severity: warn\n    on_empty: pass\n    nulls: fail\n    samples: 2\n"
	"    timeout: 90s\n    confidence: 95%\n    baseline: {file: e.json}\n"
	"    baseline_missing: skip\n    checks:\n    - score: {max_drop: 1%}\n"
	"    - score:\n        name: n\n        tags: [v, t]\n        owner: p\n"
	"        severity: fail\n        on_empty: fail\n        samples: 0\n        timeout: 1m\n"
	"        confidence: 0\n        slices: [w]\n        min_rows: 1\n        on: before\n"
	"        task: {type: multiclass, label: z, scores: {a: p_a, b: p_b}}\n"
	"        baseline: {file: f.json}\n        baseline_missing: pass\n        max_drop: 1\n"
	"    - drift: {column: c, max: 1}\n"
	"    - measure: {column: c, max: 1}\n"
	"    - count: {columns: [c]}\n";

static void test_inheritance(void **state)
{
	struct fixture *f = *state;
	const struct mg_spec_check *c = check(f, inheriting);
	assert_string_equal(c->owner, "o");
	assert_int_equal(c->severity, MG_SEVERITY_WARN);
	assert_int_equal(c->on_empty, MG_EMPTY_PASS);
	assert_int_equal(c->nulls, MG_NULLS_IGNORE);
	assert_int_equal(c->samples, 2);
	assert_true(c->timeout_seconds == 90);
	assert_true(c->confidence == 0.95);
	assert_int_equal(c->slice_count, 2);
	assert_string_equal(c->slices[0].column, "a");
	assert_string_equal(c->slices[1].name, "long");
	assert_string_equal(c->slices[1].where, "x > 1");
	assert_int_equal(c->min_rows, 9);
	assert_int_equal(c->tag_count, 2);
	assert_int_equal(c->task->type, MG_TASK_BINARY);
	assert_string_equal(c->task->positive, "yes");
	assert_true(c->task->threshold == 0.5);
	assert_null(c->reference);
	assert_int_equal(c->baseline.kind, MG_BASELINE_FILE);
	assert_string_equal(c->baseline.name, "e.json");
	assert_int_equal(c->baseline.missing, MG_MISSING_SKIP);

	c = &f->spec->suites[0].checks[1];
	assert_string_equal(c->name, "n");
	assert_string_equal(c->owner, "p");
	assert_int_equal(c->severity, MG_SEVERITY_FAIL);
	assert_int_equal(c->on_empty, MG_EMPTY_FAIL);
	assert_int_equal(c->samples, 0);
	assert_true(c->timeout_seconds == 60);
	assert_true(c->confidence == 0);
	assert_int_equal(c->slice_count, 1);
	assert_int_equal(c->min_rows, 1);
	assert_string_equal(c->on, "before");
	assert_int_equal(c->task->type, MG_TASK_MULTICLASS);
	assert_int_equal(c->task->class_count, 2);
	assert_string_equal(c->task->classes[1], "b");
	assert_string_equal(c->task->class_columns[1], "p_b");
	assert_int_equal(c->baseline.kind, MG_BASELINE_FILE);
	assert_string_equal(c->baseline.name, "f.json");
	assert_int_equal(c->baseline.missing, MG_MISSING_PASS);
	assert_int_equal(c->tag_count, 3);
	assert_string_equal(c->tags[2], "u");

	c = &f->spec->suites[0].checks[2];
	assert_string_equal(c->reference, "before");
	assert_null(c->task);
	assert_true(c->confidence == 0);
	assert_int_equal(c->baseline.kind, MG_BASELINE_NONE);
	assert_int_equal(f->spec->suites[0].checks[3].nulls, MG_NULLS_FAIL);
	assert_int_equal(f->spec->suites[0].checks[4].slice_count, 0);
}

static void test_columns(void **state)
{
	struct fixture *f = *state;
	const struct mg_spec_check *c = check(f,
		"    checks:\n    - measure: {max: 1, columns: [a, b_*, {type: numeric, except: [id, "
		"'*x']}, {name: 'c*'}]}\n    - measure: {name: rest, max: 1, columns: {except: d}}\n"
		"    - share\n");
	static const struct mg_selector want[] = {
		{.pattern = "a"},
		{.pattern = "b_*", .is_glob = true},
		{.type = MG_TYPE_NUMERIC},
		{.pattern = "id", .exclude = true},
		{.pattern = "*x", .is_glob = true, .exclude = true},
		{.pattern = "c*"},
	};
	assert_int_equal(c->columns.count, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_true(mg_streq(c->columns.list[i].pattern, want[i].pattern));
		assert_int_equal(c->columns.list[i].type, want[i].type);
		assert_int_equal(c->columns.list[i].is_glob, want[i].is_glob);
		assert_int_equal(c->columns.list[i].exclude, want[i].exclude);
		assert_int_equal(c->columns.list[i].pos.line, 9);
	}
	/* Only exceptions: from all. */
	c = &f->spec->suites[0].checks[1];
	assert_int_equal(c->columns.count, 2);
	assert_true(c->columns.list[0].exclude);
	assert_string_equal(c->columns.list[1].pattern, "*");
	assert_int_equal(f->spec->suites[0].checks[2].columns.count, 0);
}

static const char staged[] =
	"version: 1\nmodel: m\nvars: {file: a, low: 0.5}\n"
	"data:\n  now: {path: '${file}.csv', where: x > 0, key: [k]}\n  then: {sql: SELECT 1}\n"
	"suites:\n  s:\n    on: now\n    checks:\n"
	"    - share: {min: '${low}', warn: {min: 0.6}}\n"
	"    - share: {name: other, where: b, max: 0.9}\n"
	"  t: {on: then, checks: [share: {min: 0.1}]}\n"
	"stages:\n"
	"  PPD: {suites: [t]}\n"
	"  PPS:\n    vars: {file: b, low: 0.55}\n    data: {now: {where: y > 0}, then: c.parquet}\n"
	"  PRD:\n    data: {now: {sql: SELECT 2}}\n"
	"    limits:\n      share: {min: 0.7, warn: {min: 0.8}}\n      s/share: {warn: {max: 0.95}}\n"
	"      s/other: {below: 0.8}\n";

static void test_stages(void **state)
{
	struct fixture *f = *state;
	const struct mg_spec *spec = good(f, staged, NULL);
	assert_string_equal(spec->data[0].path, "a.csv");
	assert_true(spec->suites[0].checks[0].limits.list[0].value == 0.5);
	assert_int_equal(spec->stage_suite_count, 0);

	spec = good(f, staged, "PPD");
	assert_string_equal(spec->stage, "PPD");
	assert_int_equal(spec->stage_suite_count, 1);
	assert_string_equal(spec->stage_suites[0], "t");
	assert_int_equal(spec->suite_count, 2);

	spec = good(f, staged, "PPS");
	assert_string_equal(spec->data[0].path, "b.csv");
	assert_string_equal(spec->data[0].where, "y > 0");
	assert_string_equal(spec->data[0].key.list[0].pattern, "k");
	assert_string_equal(spec->data[1].path, "c.parquet");
	assert_null(spec->data[1].sql);
	assert_int_equal(spec->stage_suite_count, 2); /* all by default */
	assert_true(spec->suites[0].checks[0].limits.list[0].value == 0.55);

	spec = good(f, staged, "PRD");
	assert_null(spec->data[0].path);
	assert_string_equal(spec->data[0].sql, "SELECT 2");
	const struct mg_spec_check *c = &spec->suites[0].checks[0];
	assert_true(c->limits.list[0].value == 0.7);
	assert_int_equal(c->warn.count, 2);
	assert_true(c->warn.list[0].value == 0.8);
	assert_true(c->warn.list[1].value == 0.95);
	c = &spec->suites[0].checks[1];
	assert_int_equal(c->limits.count, 2);
	c = &spec->suites[1].checks[0];
	assert_true(c->limits.list[0].value == 0.7);
	assert_int_equal(c->warn.count, 1);
}

static void test_variables(void **state)
{
	struct fixture *f = *state;
	static const char text[] =
		"version: 1\nmodel: m\nvars: {a: file, b: stage-less}\n"
		"data: {d: '${a}-${b}-$${a}-${c}.csv'}\nsuites: {s: {checks: [share: {}]}}\n"
		"stages: {X: {vars: {b: staged, c: x}}}\n";
	static const struct mg_var given[] = {{"a", "given ${b}"}, {"c", "y"}};
	struct mg_spec_options options = {
		.stage = "X", .vars = given, .var_count = 2, .kinds = kinds};
	assert_int_equal(mg_spec_parse(f->arena, "s", text, sizeof(text) - 1, &options, &f->diags,
				 &f->spec, &f->err),
		MG_OK);
	/* Given wins over the stage, the stage over the file; what is put in is not read again. */
	assert_string_equal(f->spec->data[0].path, "given ${b}-staged-${a}-y.csv");
	assert_string_equal(f->spec->folder, ".");
	/* An aliased text is replaced once. */
	const struct mg_spec *spec = good(f,
		"version: 1\nmodel: m\nvars: {a: x}\ndata: {d: {path: d.csv, where: &w '$${a} ${a}'}, "
		"e: {path: e.csv, where: *w}}\nsuites: {s: {on: d, checks: [share: {}]}}\n",
		NULL);
	assert_string_equal(spec->data[0].where, "${a} x");
	assert_string_equal(spec->data[1].where, "${a} x");
}

/* ---- errors that need kinds of a rare shape ---- */

static const struct {
	const char *rest;    /* after HEAD */
	const char *message; /* of the first error; NULL: none */
} rare[] = {
	{"    checks: [measure: {column: a, min: 1, number: 4}]\n",
		"check measure: 4 is not good with here"},
	{"    checks: [measure: {column: a, min: 1, number: 6}]\n", "number is 6"},
	{"    checks: [measure: {column: a, min: 1, integer: 1.5}]\n",
		"integer is not a whole number: '1.5'"},
	{"    checks: [measure: {column: a, min: 1, wait: '5'}]\n",
		"wait is a text, since '5' is in quotes"},
	{"    checks: [measure: {column: a, min: 1, map: {a: }}]\n", "'a' in map has no value"},
	{"    checks: [measure: {column: a, min: 1, map: {}}]\n", "map is an empty mapping"},
	{"    checks: [measure: {column: a, min: 1, kind: measur}]\n",
		"kind: there is no kind 'measur'"},
	{"    checks: [measure: {column: a, min: 1, confidence: 100%}]\n", "confidence is 100%"},
	{"    checks: [count: {columns: [a], column: b}]\n", "check count does not take 'column'"},
	{"    checks: [share: {column: a, columns: b}]\n",
		"check share has both column and columns"},
	{"    checks: [count: {columns: [a], slices: [b]}]\n",
		"check count does not take 'slices'"},
	{"    checks: [age: {max: 10%}]\n", "max is a share, but age measures a time"},
	{"    checks: [measure: {column: a, max_drop: 1, baseline: reference, reference: now}]\n",
		"check measure compares 'now' with itself"},
	{"    checks: [score: {min: 0.5, task: {type: multiclass, label: y, prediction: p}}]\n",
		"check score needs the model's probabilities"},
	{"    checks: [score: {min: 0.5, task: {type: regression, label: y, prediction: p}}]\n",
		"check score cannot measure a regression task"},
	/* An interval is judged at both ends, so this warning can fire. */
	{"    checks: [measure: {column: a, min: 0.5, max: 0.6, confidence: 95%, warn: {max: 0.7}}]\n",
		"this warning can never fire: what breaks it breaks the check's limit, too"},
	{"    checks: [measure: {column: a, equals: 0.5, confidence: 95%, warn: {max: 0.7}}]\n",
		NULL},
	{"    checks: [measure: {column: a, equals: 0.5, warn: {max: 0.7}}]\n",
		"this warning can never fire: what breaks it breaks the check's limit, too"},
	/* A p-value may break its limit and pass by its effect. */
	{"    checks: [measure: {column: a, min: 0.01, effect: {max: 0.1}, warn: {min: 0.01}}]\n",
		NULL},
	{"    checks: [measure: {column: a, min: 0, effect: {min: 3, max: 2}}]\n",
		"no number can meet these limits together"},
	{"    checks: [measure: {column: a, min: 0, effect: {max_drop: 3}}]\n",
		"effect does not take 'max_drop'"},
	/* A suite's error is told once, not again by each check. */
	{"    task: {type: binary}\n    checks: [score: {min: 1}, score: {name: b, min: 1}]\n",
		"task needs 'label'"},
};

static void test_rare(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof(rare) / sizeof(rare[0]); i++) {
		const char *text = mg_printf(f->arena, "%s%s", HEAD, rare[i].rest);
		int code = parse(f, text, NULL);
		assert_int_equal(code, rare[i].message ? MG_ESPEC : MG_OK);
		if (!rare[i].message)
			continue;
		assert_null(f->spec);
		if (f->diags.count != 1)
			fail_msg("%s", mg_diags_text(f->arena, &f->diags, "", text, strlen(text)));
		assert_string_equal(f->diags.list[0].message, rare[i].message);
		assert_string_equal(f->err.text, "1 error in models/a/modelgate.yaml");
	}
}

static void test_bounds(void **state)
{
	struct fixture *f = *state;
	struct mg_spec_options options = {.kinds = kinds};
	size_t len = MG_SPEC_MAX_BYTES + 1;
	char *text = calloc(1, len + 1);
	assert_non_null(text);
	memset(text, '#', len);
	assert_int_equal(
		mg_spec_parse(f->arena, "s", text, len, &options, &f->diags, &f->spec, &f->err),
		MG_ESPEC);
	assert_string_equal(f->diags.list[0].message, "the file has more than 4 MiB");
	free(text);
	/* More errors than anybody reads are cut, with a remark. */
	struct mg_text many;
	mg_text_init(&many, f->arena);
	mg_text_add(&many, HEAD "    checks:\n");
	for (int i = 0; i < 1000; i++)
		mg_text_add(&many, "    - nokind\n");
	parse(f, many.data, NULL);
	assert_int_equal(f->diags.count, 501);
	assert_string_equal(f->diags.list[500].message, "there are more errors; these come first");
}

/* The least that a schema must be; validators judge the rest in the golden tests. */
static void test_schema(void **state)
{
	struct fixture *f = *state;
	const char *schema = mg_spec_schema(f->arena, kinds, NULL);
	assert_non_null(
		strstr(schema, "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\""));
	for (size_t i = 0; kinds[i]; i++)
		assert_non_null(
			strstr(schema, mg_printf(f->arena, "\"check.%s\"", kinds[i]->name)));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_file),
		TEST(test_data),
		TEST(test_defaults),
		TEST(test_parameters),
		TEST(test_limits),
		TEST(test_inheritance),
		TEST(test_columns),
		TEST(test_stages),
		TEST(test_variables),
		TEST(test_rare),
		TEST(test_bounds),
		TEST(test_schema),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
