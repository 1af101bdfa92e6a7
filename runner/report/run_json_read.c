/* run_json_read.c: run.json back into a run. Everything is checked, since baselines and releases
 * rest on it: types, ranges, and that verdict and counts are what the results say. Keys that this
 * version doesn't know are passed over, so that later ones can add some. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

#include <modelgate/report.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/map.h"
#include "base/text.h"
#include "report/seal.h"

/* Where we are: a value and how it was reached. Lives on the stack. */
struct node {
	const struct node *up;
	const char *key; /* NULL: an entry of a list */
	size_t index;
	const json_t *value; /* NULL: absent */
	struct mg_arena *arena;
	struct mg_error *err;
};

static void add_path(struct mg_text *text, const struct node *n)
{
	if (!n->up) {
		mg_text_add_char(text, '$');
		return;
	}
	add_path(text, n->up);
	if (n->key)
		mg_text_addf(text, ".%s", n->key);
	else
		mg_text_addf(text, "[%zu]", n->index);
}

static const char *found(const struct node *n)
{
	if (!n->value)
		return "nothing";
	switch (json_typeof(n->value)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "a list";
	case JSON_STRING:
		return mg_printf(n->arena, "the text '%s'",
			mg_log_safe_cut(n->arena, json_string_value(n->value), 60));
	case JSON_INTEGER:
	case JSON_REAL:
		return mg_printf(n->arena, "the number %s",
			mg_double_text(n->arena, json_number_value(n->value)));
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	default:
		return "null";
	}
}

static int refuse(const struct node *n, const char *wanted)
{
	struct mg_text path;
	mg_text_init(&path, n->arena);
	add_path(&path, n);
	return mg_fail(n->err, MG_EIO, "%s is %s, not %s", path.data, found(n), wanted);
}

static struct node member(const struct node *up, const char *key)
{
	return (struct node){.up = up,
		.key = key,
		.value = json_object_get(up->value, key),
		.arena = up->arena,
		.err = up->err};
}

static struct node entry(const struct node *up, size_t index)
{
	return (struct node){.up = up,
		.index = index,
		.value = json_array_get(up->value, index),
		.arena = up->arena,
		.err = up->err};
}

/* ---- values ---- */

static int read_text(const struct node *n, const char **out)
{
	if (!json_is_string(n->value))
		return refuse(n, "a text");
	*out = mg_strdup(n->arena, json_string_value(n->value));
	return MG_OK;
}

static int get_text(const struct node *up, const char *key, const char **out)
{
	struct node n = member(up, key);
	return read_text(&n, out);
}

/* A text or null; the key itself must be there. */
static int read_text_or_null(const struct node *n, const char **out)
{
	*out = NULL;
	if (json_is_null(n->value))
		return MG_OK;
	if (!json_is_string(n->value))
		return refuse(n, "a text or null");
	return read_text(n, out);
}

static int get_text_or_null(const struct node *up, const char *key, const char **out)
{
	struct node n = member(up, key);
	return read_text_or_null(&n, out);
}

static int get_bool(const struct node *up, const char *key, bool *out)
{
	struct node n = member(up, key);
	if (!json_is_boolean(n.value))
		return refuse(&n, "true or false");
	*out = json_is_true(n.value);
	return MG_OK;
}

/* null is NaN; infinities are texts. */
static int get_double(const struct node *up, const char *key, double *out)
{
	struct node n = member(up, key);
	if (json_is_number(n.value)) {
		*out = json_number_value(n.value);
		return MG_OK;
	}
	if (json_is_null(n.value)) {
		*out = NAN;
		return MG_OK;
	}
	const char *text = json_string_value(n.value);
	bool negative = text && *text == '-';
	if (!text || !mg_streq(text + negative, "Infinity"))
		return refuse(&n, "a number, null, \"Infinity\" or \"-Infinity\"");
	*out = negative ? -INFINITY : INFINITY;
	return MG_OK;
}

static int get_int(const struct node *up, const char *key, int64_t most, int64_t *out)
{
	struct node n = member(up, key);
	if (!json_is_integer(n.value) || json_integer_value(n.value) < 0 ||
		json_integer_value(n.value) > most)
		return refuse(
			&n, mg_printf(n.arena, "a whole number from 0 to %lld", (long long)most));
	*out = json_integer_value(n.value);
	return MG_OK;
}

static int get_rows(const struct node *up, const char *key, int64_t *out)
{
	struct node n = member(up, key);
	*out = -1;
	return json_is_null(n.value) ? MG_OK : get_int(up, key, LLONG_MAX, out);
}

static int get_count(const struct node *up, const char *key, size_t *out)
{
	int64_t n = 0;
	MG_TRY(get_int(up, key, LLONG_MAX, &n));
	*out = (size_t)n;
	return MG_OK;
}

static int get_time(const struct node *up, const char *key, int64_t *out)
{
	struct node n = member(up, key);
	const char *text = json_string_value(n.value);
	if (!mg_clock_parse(text, out))
		return refuse(&n, "a time like 2026-11-23T04:05:06Z");
	return MG_OK;
}

/* One of a few words; *out is its place among them. */
static int get_word(
	const struct node *up, const char *key, const char *const *words, size_t count, size_t *out)
{
	struct node n = member(up, key);
	const char *text = json_string_value(n.value);
	struct mg_text all;
	mg_text_init(&all, n.arena);
	for (size_t i = 0; i < count; i++) {
		if (mg_streq(text, words[i])) {
			*out = i;
			return MG_OK;
		}
		mg_text_addf(&all, "%s%s", i ? ", " : "one of ", words[i]);
	}
	return refuse(&n, all.data);
}

static int get_verdict(const struct node *up, enum mg_verdict *out)
{
	static const char *const words[] = {"pass", "warn", "fail", "skip", "error"};
	size_t i = 0;
	MG_TRY(get_word(up, "verdict", words, 5, &i));
	*out = (enum mg_verdict)i;
	return MG_OK;
}

static int get_object(const struct node *up, const char *key, struct node *out)
{
	*out = member(up, key);
	return json_is_object(out->value) ? MG_OK : refuse(out, "an object");
}

static int get_list(const struct node *up, const char *key, struct node *out, size_t *count)
{
	*out = member(up, key);
	if (!json_is_array(out->value))
		return refuse(out, "a list");
	*count = json_array_size(out->value);
	return MG_OK;
}

static int get_entry(const struct node *list, size_t index, struct node *out)
{
	*out = entry(list, index);
	return json_is_object(out->value) ? MG_OK : refuse(out, "an object");
}

static int get_texts(const struct node *up, const char *key, const char ***out, size_t *out_count)
{
	struct node list;
	size_t count = 0;
	MG_TRY(get_list(up, key, &list, &count));
	const char **texts = mg_alloc_array(up->arena, count, sizeof(*texts));
	for (size_t i = 0; i < count; i++) {
		struct node n = entry(&list, i);
		MG_TRY(read_text(&n, &texts[i]));
	}
	*out = texts;
	*out_count = count;
	return MG_OK;
}

/* ---- one result ---- */

/* Digits beside a number, where that is rounded; else absent. */
static int get_exact(const struct node *up, double rounded, const char **out)
{
	struct node n = member(up, "exact");
	struct mg_decimal exact;
	*out = NULL;
	if (!n.value)
		return MG_OK;
	if (!mg_decimal_parse(json_string_value(n.value), &exact) ||
		mg_decimal_to_double(&exact) != rounded)
		return refuse(&n, "the digits of the value beside it, as text");
	return read_text(&n, out);
}

/* Versions before states say no more than whether it held. */
static int read_state(const struct node *n, enum mg_limit_state *out)
{
	static const char *const words[] = {"held", "broken", "open", "lacking"};
	bool held = false;
	size_t state = 0;
	MG_TRY(get_bool(n, "held", &held));
	struct node said = member(n, "state");
	if (!said.value)
		state = held ? MG_HELD : MG_BROKEN;
	else
		MG_TRY(get_word(n, "state", words, 4, &state));
	*out = (enum mg_limit_state)state;
	return held == (*out == MG_HELD)
		? MG_OK
		: refuse(&said, "a state that agrees with 'held' beside it");
}

static int read_limits(const struct node *up, struct mg_result *r)
{
	struct node list;
	MG_TRY(get_list(up, "limits", &list, &r->limit_count));
	r->limits = mg_alloc_array(up->arena, r->limit_count, sizeof(*r->limits));
	for (size_t i = 0; i < r->limit_count; i++) {
		struct mg_judged_limit *limit = &r->limits[i];
		struct node n;
		MG_TRY(get_entry(&list, i, &n));
		MG_TRY(get_text(&n, "role", &limit->role));
		MG_TRY(get_text(&n, "op", &limit->op));
		MG_TRY(get_double(&n, "value", &limit->value));
		MG_TRY(get_exact(&n, limit->value, &limit->exact));
		MG_TRY(get_bool(&n, "as_percent", &limit->as_percent));
		MG_TRY(get_bool(&n, "of_baseline", &limit->of_baseline));
		MG_TRY(get_double(&n, "tolerance", &limit->tolerance));
		MG_TRY(read_state(&n, &limit->state));
	}
	return MG_OK;
}

static int read_facts(const struct node *up, struct mg_result *r)
{
	struct node list;
	MG_TRY(get_list(up, "facts", &list, &r->fact_count));
	r->facts = mg_alloc_array(up->arena, r->fact_count, sizeof(*r->facts));
	for (size_t i = 0; i < r->fact_count; i++) {
		struct mg_run_fact *fact = &r->facts[i];
		struct node n;
		MG_TRY(get_entry(&list, i, &n));
		MG_TRY(get_text(&n, "name", &fact->name));
		if (json_object_get(n.value, "text"))
			MG_TRY(get_text(&n, "text", &fact->text));
		else
			MG_TRY(get_double(&n, "number", &fact->number));
	}
	return MG_OK;
}

static int read_samples(const struct node *up, struct mg_result *r)
{
	struct node samples, rows;
	MG_TRY(get_object(up, "samples", &samples));
	MG_TRY(get_texts(&samples, "columns", &r->sample_columns, &r->sample_column_count));
	MG_TRY(get_text_or_null(&samples, "note", &r->sample_note));
	MG_TRY(get_list(&samples, "rows", &rows, &r->sample_rows));
	size_t columns = r->sample_column_count;
	/* A row must have as many cells as there are columns, so what is allocated stands in the
	 * text; rows are checked before. */
	for (size_t i = 0; i < r->sample_rows; i++) {
		struct node row = entry(&rows, i);
		if (!json_is_array(row.value) || json_array_size(row.value) != columns)
			return refuse(&row, mg_printf(up->arena, "a list of %zu cells", columns));
	}
	r->samples = mg_alloc_array(up->arena, r->sample_rows * columns, sizeof(*r->samples));
	for (size_t i = 0; i < r->sample_rows; i++) {
		struct node row = entry(&rows, i);
		for (size_t j = 0; j < columns; j++) {
			struct node cell = entry(&row, j);
			MG_TRY(read_text_or_null(&cell, &r->samples[i * columns + j]));
		}
	}
	return MG_OK;
}

static int get_pairs(const struct node *up, const char *key, struct mg_var **out, size_t *out_count)
{
	struct node list, n;
	MG_TRY(get_list(up, key, &list, out_count));
	*out = mg_alloc_array(up->arena, *out_count, sizeof(**out));
	for (size_t i = 0; i < *out_count; i++) {
		MG_TRY(get_entry(&list, i, &n));
		MG_TRY(get_text(&n, "name", &(*out)[i].name));
		MG_TRY(get_text(&n, "value", &(*out)[i].value));
	}
	return MG_OK;
}

static int read_measure(const struct node *up, struct mg_result *r)
{
	struct node n;
	if (!member(up, "measure").value)
		return MG_OK;
	MG_TRY(get_object(up, "measure", &n));
	MG_TRY(get_text(&n, "digest", &r->measure_digest));
	return get_pairs(&n, "parts", &r->measure, &r->measure_count);
}

static int read_numbers(const struct node *n, struct mg_result *r)
{
	struct node interval, baseline, difference;
	MG_TRY(get_bool(n, "measured", &r->measured));
	MG_TRY(get_double(n, "value", &r->value));
	MG_TRY(get_exact(n, r->value, &r->exact));
	MG_TRY(get_double(n, "lo", &r->lo));
	MG_TRY(get_double(n, "hi", &r->hi));
	MG_TRY(get_double(n, "judged", &r->judged));
	MG_TRY(get_text(n, "unit", &r->unit));
	MG_TRY(get_text(n, "better", &r->better));
	MG_TRY(get_text(n, "definition", &r->definition));
	MG_TRY(read_measure(n, r));
	MG_TRY(read_limits(n, r));
	MG_TRY(get_object(n, "interval", &interval));
	MG_TRY(get_double(&interval, "confidence", &r->confidence));
	MG_TRY(get_double(&interval, "lo", &r->interval_lo));
	MG_TRY(get_double(&interval, "hi", &r->interval_hi));
	MG_TRY(get_text_or_null(&interval, "method", &r->interval));
	MG_TRY(get_double(n, "effect", &r->effect));
	MG_TRY(get_object(n, "baseline", &baseline));
	MG_TRY(get_double(&baseline, "value", &r->baseline));
	MG_TRY(get_exact(&baseline, r->baseline, &r->baseline_exact));
	MG_TRY(get_text_or_null(&baseline, "source", &r->baseline_source));
	r->difference_lo = r->difference_hi = NAN;
	if (member(n, "difference").value) {
		MG_TRY(get_object(n, "difference", &difference));
		MG_TRY(get_double(&difference, "lo", &r->difference_lo));
		MG_TRY(get_double(&difference, "hi", &r->difference_hi));
	}
	MG_TRY(get_rows(n, "rows", &r->rows));
	MG_TRY(get_rows(n, "rows_read", &r->rows_read));
	return get_double(n, "seconds", &r->seconds);
}

static int read_result(const struct node *n, struct mg_result *r)
{
	static const char *const severities[] = {"fail", "warn"};
	size_t severity = 0;
	int64_t line = 0, col = 0;
	MG_TRY(get_text(n, "name", &r->name));
	MG_TRY(get_text(n, "suite", &r->suite));
	MG_TRY(get_text(n, "kind", &r->kind));
	MG_TRY(get_text_or_null(n, "column", &r->column));
	MG_TRY(get_text_or_null(n, "slice", &r->slice));
	MG_TRY(get_texts(n, "tags", &r->tags, &r->tag_count));
	MG_TRY(get_text_or_null(n, "owner", &r->owner));
	MG_TRY(get_word(n, "severity", severities, 2, &severity));
	r->severity = severity ? MG_SEVERITY_WARN : MG_SEVERITY_FAIL;
	MG_TRY(get_text(n, "data", &r->data));
	MG_TRY(get_text_or_null(n, "reference", &r->reference));
	MG_TRY(get_int(n, "line", INT32_MAX, &line));
	MG_TRY(get_int(n, "col", INT32_MAX, &col));
	r->pos = (struct mg_pos){(int)line, (int)col};
	MG_TRY(get_verdict(n, &r->verdict));
	MG_TRY(get_text(n, "message", &r->message));
	MG_TRY(read_numbers(n, r));
	MG_TRY(read_facts(n, r));
	MG_TRY(get_text_or_null(n, "sql", &r->sql));
	return read_samples(n, r);
}

static int read_results(const struct node *top, struct mg_run *run)
{
	struct node list;
	struct mg_map names;
	mg_map_init(&names, top->arena);
	MG_TRY(get_list(top, "results", &list, &run->result_count));
	run->results = mg_alloc_array(top->arena, run->result_count, sizeof(*run->results));
	for (size_t i = 0; i < run->result_count; i++) {
		struct node n;
		MG_TRY(get_entry(&list, i, &n));
		MG_TRY(read_result(&n, &run->results[i]));
		const char *name = run->results[i].name;
		if (mg_map_has(&names, name)) {
			struct node where = member(&n, "name");
			return refuse(&where, "a name that no other result has");
		}
		mg_map_put(&names, name, &run->results[i]);
	}
	return MG_OK;
}

/* ---- the run ---- */

static int read_lists(const struct node *top, struct mg_run *run)
{
	struct node list, n;
	MG_TRY(get_pairs(top, "vars", &run->vars, &run->var_count));
	MG_TRY(get_list(top, "inputs", &list, &run->input_count));
	run->inputs = mg_alloc_array(top->arena, run->input_count, sizeof(*run->inputs));
	for (size_t i = 0; i < run->input_count; i++) {
		struct mg_input *input = &run->inputs[i];
		int64_t bytes = 0;
		MG_TRY(get_entry(&list, i, &n));
		MG_TRY(get_text(&n, "data", &input->data));
		MG_TRY(get_text(&n, "path", &input->path));
		if (member(&n, "repo_path").value)
			MG_TRY(get_text(&n, "repo_path", &input->repo_path));
		MG_TRY(get_int(&n, "bytes", LLONG_MAX, &bytes));
		input->bytes = (uint64_t)bytes;
		MG_TRY(get_text(&n, "sha256", &input->sha256));
		if (member(&n, "form").value)
			MG_TRY(get_text(&n, "form", &input->form));
	}
	return get_texts(top, "suites", &run->suites, &run->suite_count);
}

/* Both are absent from runs that are whole from the start. */
static int read_parts(const struct node *top, struct mg_run *run)
{
	struct node n = member(top, "part"), list;
	if (n.value) {
		int64_t of = 0, number = 0;
		MG_TRY(get_object(top, "part", &n));
		MG_TRY(get_int(&n, "of", MG_PARTS_MOST, &of));
		MG_TRY(get_int(&n, "number", of, &number));
		if (!number) {
			struct node zero = member(&n, "number");
			return refuse(&zero, "a number from 1");
		}
		run->part.of = (size_t)of;
		run->part.number = (size_t)number;
		MG_TRY(get_texts(&n, "suites", &run->part.suites, &run->part.suite_count));
	}
	if (!json_object_get(top->value, "parts"))
		return MG_OK;
	MG_TRY(get_list(top, "parts", &list, &run->part_count));
	run->parts = mg_alloc_array(top->arena, run->part_count, sizeof(*run->parts));
	for (size_t i = 0; i < run->part_count; i++) {
		struct mg_joined_part *part = &run->parts[i];
		MG_TRY(get_entry(&list, i, &n));
		MG_TRY(get_count(&n, "number", &part->number));
		MG_TRY(get_time(&n, "started", &part->started_us));
		MG_TRY(get_time(&n, "as_of", &part->as_of_us));
		MG_TRY(get_double(&n, "seconds", &part->seconds));
		MG_TRY(get_text(&n, "host", &part->host));
		MG_TRY(get_text(&n, "seal", &part->seal));
	}
	return MG_OK;
}

/* An older program, or a run without any, has no such key. */
static int read_gone(const struct node *top, struct mg_run *run)
{
	struct node list, n = member(top, "gone");
	if (!n.value)
		return MG_OK;
	MG_TRY(get_list(top, "gone", &list, &run->gone_count));
	run->gone = mg_alloc_array(top->arena, run->gone_count, sizeof(*run->gone));
	for (size_t i = 0; i < run->gone_count; i++) {
		MG_TRY(get_entry(&list, i, &n));
		MG_TRY(get_text(&n, "baseline", &run->gone[i].source));
		MG_TRY(get_text(&n, "name", &run->gone[i].name));
	}
	return MG_OK;
}

/* Decimal digits of a uint64_t, without sign or leading zeros. */
static int read_seed(const struct node *top, uint64_t *out)
{
	struct node n = member(top, "seed");
	const char *text = json_string_value(n.value);
	uint64_t seed = 0;
	bool good = text && *text && (text[0] != '0' || !text[1]);
	for (const char *p = text; good && *p; p++) {
		unsigned digit = (unsigned)(*p - '0');
		good = *p >= '0' && *p <= '9' && seed <= (ULLONG_MAX - digit) / 10;
		seed = seed * 10 + digit;
	}
	if (!good)
		return refuse(&n, "a whole number of at most 64 bits, as text");
	*out = seed;
	return MG_OK;
}

static int read_about(const struct node *top, struct mg_run *run)
{
	static const char *const program = "modelgate";
	size_t ignored = 0;
	struct node n;
	MG_TRY(get_text(top, "model", &run->model));
	MG_TRY(get_text_or_null(top, "owner", &run->owner));
	MG_TRY(get_text_or_null(top, "stage", &run->stage));
	MG_TRY(get_bool(top, "fail_on_warn", &run->fail_on_warn));
	MG_TRY(get_text_or_null(top, "stopped", &run->stopped));
	MG_TRY(get_time(top, "started", &run->started_us));
	MG_TRY(get_time(top, "as_of", &run->as_of_us));
	MG_TRY(get_double(top, "seconds", &run->seconds));
	MG_TRY(read_seed(top, &run->seed));
	MG_TRY(get_object(top, "program", &n));
	MG_TRY(get_word(&n, "name", &program, 1, &ignored));
	MG_TRY(get_text(&n, "version", &run->program_version));
	MG_TRY(get_object(top, "engine", &n));
	MG_TRY(get_text(&n, "name", &run->engine));
	MG_TRY(get_text(&n, "version", &run->engine_version));
	MG_TRY(get_text(top, "host", &run->host));
	if (member(top, "pipeline").value) {
		MG_TRY(get_object(top, "pipeline", &n));
		MG_TRY(get_text(&n, "build", &run->pipeline.build));
		MG_TRY(get_text(&n, "job", &run->pipeline.job));
		MG_TRY(get_int(&n, "attempt", INT_MAX, &run->pipeline.attempt));
	}
	MG_TRY(get_object(top, "git", &n));
	MG_TRY(get_text_or_null(&n, "commit", &run->commit));
	MG_TRY(get_text_or_null(&n, "branch", &run->branch));
	MG_TRY(get_bool(&n, "dirty", &run->dirty));
	MG_TRY(get_object(top, "spec", &n));
	MG_TRY(get_text(&n, "path", &run->spec_path));
	MG_TRY(get_text_or_null(&n, "repo_path", &run->spec_repo_path));
	MG_TRY(get_text(&n, "sha256", &run->spec_sha256));
	return get_text_or_null(top, "selection", &run->selection);
}

/* The file must say of itself what its results say. */
static int check_verdict(const struct node *top, struct mg_run *run)
{
	struct node counts;
	struct mg_counts written;
	enum mg_verdict verdict;
	mg_run_close(run);
	MG_TRY(get_object(top, "counts", &counts));
	MG_TRY(get_count(&counts, "pass", &written.pass));
	MG_TRY(get_count(&counts, "warn", &written.warn));
	MG_TRY(get_count(&counts, "fail", &written.fail));
	MG_TRY(get_count(&counts, "skip", &written.skip));
	MG_TRY(get_count(&counts, "error", &written.error));
	const struct mg_counts *real = &run->counts;
	if (written.pass != real->pass || written.warn != real->warn ||
		written.fail != real->fail || written.skip != real->skip ||
		written.error != real->error)
		return mg_fail(top->err, MG_EIO, "$.counts does not agree with $.results");
	MG_TRY(get_verdict(top, &verdict));
	if (verdict != run->verdict) {
		struct node n = member(top, "verdict");
		return refuse(&n,
			mg_printf(top->arena, "'%s' as the results say",
				mg_verdict_word(run->verdict)));
	}
	return MG_OK;
}

static int read_run(const struct node *top, struct mg_run *run)
{
	struct node format = member(top, "format");
	if (!json_is_object(top->value))
		return refuse(top, "an object");
	if (!mg_streq(json_string_value(format.value), "modelgate.run/1"))
		return refuse(&format, "\"modelgate.run/1\", the format that this version reads");
	MG_TRY(read_about(top, run));
	MG_TRY(read_lists(top, run));
	MG_TRY(read_parts(top, run));
	MG_TRY(read_gone(top, run));
	MG_TRY(read_results(top, run));
	return check_verdict(top, run);
}

static int broken_seal(struct mg_error *err)
{
	return mg_fail(err, MG_EIO,
		"the file was changed after the run: its seal is not that of what stands before it; "
		"use the file as the run wrote it, or run again with --json");
}

int mg_run_read(struct mg_arena *arena, const char *text, size_t len, struct mg_run **out,
	struct mg_error *err)
{
	if (len > MG_RUN_MAX_BYTES)
		return mg_fail(err, MG_ELIMIT, "the run is larger than %u bytes", MG_RUN_MAX_BYTES);
	json_error_t where;
	json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
	if (!value)
		return mg_fail(err, MG_EIO, "not JSON: line %d, column %d: %s", where.line,
			where.column, mg_log_safe_cut(arena, where.text, 200));
	struct node top = {.value = value, .arena = arena, .err = err};
	struct mg_run *run = mg_alloc(arena, sizeof(*run));
	run->unsealed = !json_object_get(value, "seal");
	run->seal = mg_strdup(arena, json_string_value(json_object_get(value, "seal")));
	int code = run->unsealed || mg_seal_holds(text, len) ? read_run(&top, run)
							     : broken_seal(err);
	json_decref(value);
	if (code == MG_OK)
		*out = run;
	return code;
}

int mg_run_read_file(
	struct mg_arena *arena, const char *path, struct mg_run **out, struct mg_error *err)
{
	char *text = NULL;
	size_t len = 0;
	MG_TRY(mg_file_read(arena, path, MG_RUN_MAX_BYTES, &text, &len, err));
	return mg_run_read(arena, text, len, out, err);
}
