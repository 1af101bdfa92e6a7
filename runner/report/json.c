/* json.c: run.json, the whole run for machines. docs/contract/run.schema.json describes it and
 * run_json_read.c reads it back; the three change together. */
#include <math.h>
#include <stdio.h>

#include <modelgate/report.h>

#include "base/clock.h"
#include "report/formats.h"
#include "report/json_out.h"
#include "report/seal.h"

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static void texts(struct mg_json *json, const char *key, const char **list, size_t n)
{
	mg_json_open(json, key, '[', true);
	for (size_t i = 0; i < n; i++)
		mg_json_text(json, NULL, or_empty(list[i]));
	mg_json_close(json, ']');
}

static void pairs(struct mg_json *json, const char *key, const struct mg_var *list, size_t count)
{
	mg_json_open(json, key, '[', false);
	for (size_t i = 0; i < count; i++) {
		mg_json_open(json, NULL, '{', true);
		mg_json_text(json, "name", or_empty(list[i].name));
		mg_json_text(json, "value", or_empty(list[i].value));
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

static void time_of(struct mg_json *json, const char *key, int64_t us)
{
	char text[32];
	mg_clock_format(us, text);
	mg_json_text(json, key, text);
}

static void rows_of(struct mg_json *json, const char *key, int64_t rows)
{
	if (rows < 0)
		mg_json_null(json, key);
	else
		mg_json_int(json, key, rows);
}

/* Whole runs have neither. */
static void parts_of(struct mg_json *json, const struct mg_run *run)
{
	if (run->part.of) {
		mg_json_open(json, "part", '{', false);
		mg_json_int(json, "number", (int64_t)run->part.number);
		mg_json_int(json, "of", (int64_t)run->part.of);
		texts(json, "suites", run->part.suites, run->part.suite_count);
		mg_json_close(json, '}');
	}
	if (!run->part_count)
		return;
	mg_json_open(json, "parts", '[', false);
	for (size_t i = 0; i < run->part_count; i++) {
		mg_json_open(json, NULL, '{', true);
		mg_json_int(json, "number", (int64_t)run->parts[i].number);
		time_of(json, "started", run->parts[i].started_us);
		time_of(json, "as_of", run->parts[i].as_of_us);
		mg_json_double(json, "seconds", run->parts[i].seconds);
		mg_json_text(json, "host", or_empty(run->parts[i].host));
		mg_json_text(json, "seal", or_empty(run->parts[i].seal));
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

/* Only where there are any, so that a run without them is written as ever. */
static void gone_of(struct mg_json *json, const struct mg_run *run)
{
	if (!run->gone_count)
		return;
	mg_json_open(json, "gone", '[', false);
	for (size_t i = 0; i < run->gone_count; i++) {
		mg_json_open(json, NULL, '{', true);
		mg_json_text(json, "baseline", or_empty(run->gone[i].source));
		mg_json_text(json, "name", or_empty(run->gone[i].name));
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

static void about(struct mg_json *json, const struct mg_run *run)
{
	mg_json_text(json, "model", or_empty(run->model));
	mg_json_text(json, "owner", run->owner);
	mg_json_text(json, "stage", run->stage);
	mg_json_text(json, "verdict", mg_verdict_word(run->verdict));
	mg_json_open(json, "counts", '{', true);
	mg_json_int(json, "pass", (int64_t)run->counts.pass);
	mg_json_int(json, "warn", (int64_t)run->counts.warn);
	mg_json_int(json, "fail", (int64_t)run->counts.fail);
	mg_json_int(json, "skip", (int64_t)run->counts.skip);
	mg_json_int(json, "error", (int64_t)run->counts.error);
	mg_json_close(json, '}');
	mg_json_bool(json, "fail_on_warn", run->fail_on_warn);
	mg_json_text(json, "stopped", run->stopped);
	time_of(json, "started", run->started_us);
	time_of(json, "as_of", run->as_of_us);
	mg_json_double(json, "seconds", run->seconds);
	/* As text: readers of JSON round whole numbers over 2^53. */
	char seed[24];
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)run->seed);
	mg_json_text(json, "seed", seed);
	mg_json_open(json, "program", '{', true);
	mg_json_text(json, "name", "modelgate");
	mg_json_text(json, "version", or_empty(run->program_version));
	mg_json_close(json, '}');
	mg_json_open(json, "engine", '{', true);
	mg_json_text(json, "name", or_empty(run->engine));
	mg_json_text(json, "version", or_empty(run->engine_version));
	mg_json_close(json, '}');
	mg_json_text(json, "host", or_empty(run->host));
	if (run->pipeline.build) {
		mg_json_open(json, "pipeline", '{', true);
		mg_json_text(json, "build", run->pipeline.build);
		mg_json_text(json, "job", or_empty(run->pipeline.job));
		mg_json_int(json, "attempt", run->pipeline.attempt);
		mg_json_close(json, '}');
	}
	mg_json_open(json, "git", '{', true);
	mg_json_text(json, "commit", run->commit);
	mg_json_text(json, "branch", run->branch);
	mg_json_bool(json, "dirty", run->dirty);
	mg_json_close(json, '}');
	mg_json_open(json, "spec", '{', false);
	mg_json_text(json, "path", or_empty(run->spec_path));
	mg_json_text(json, "repo_path", run->spec_repo_path);
	mg_json_text(json, "sha256", or_empty(run->spec_sha256));
	mg_json_close(json, '}');
	pairs(json, "vars", run->vars, run->var_count);
	texts(json, "suites", run->suites, run->suite_count);
	mg_json_text(json, "selection", run->selection);
	parts_of(json, run);
	gone_of(json, run);
	mg_json_open(json, "inputs", '[', false);
	for (size_t i = 0; i < run->input_count; i++) {
		mg_json_open(json, NULL, '{', true);
		mg_json_text(json, "data", or_empty(run->inputs[i].data));
		mg_json_text(json, "path", or_empty(run->inputs[i].path));
		if (run->inputs[i].repo_path)
			mg_json_text(json, "repo_path", run->inputs[i].repo_path);
		mg_json_int(json, "bytes", (int64_t)run->inputs[i].bytes);
		mg_json_text(json, "sha256", or_empty(run->inputs[i].sha256));
		if (run->inputs[i].form)
			mg_json_text(json, "form", run->inputs[i].form);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

/* Beside a number that is rounded. As text: readers of JSON would round it again. */
static void exact(struct mg_json *json, const char *digits)
{
	if (digits)
		mg_json_text(json, "exact", digits);
}

/* Early versions had none. */
static void measure(struct mg_json *json, const struct mg_result *r)
{
	if (!r->measure_digest)
		return;
	mg_json_open(json, "measure", '{', false);
	mg_json_text(json, "digest", r->measure_digest);
	pairs(json, "parts", r->measure, r->measure_count);
	mg_json_close(json, '}');
}

static void numbers(struct mg_json *json, const struct mg_result *r)
{
	mg_json_bool(json, "measured", r->measured);
	mg_json_double(json, "value", r->measured ? r->value : NAN);
	exact(json, r->measured ? r->exact : NULL);
	mg_json_double(json, "lo", r->measured ? r->lo : NAN);
	mg_json_double(json, "hi", r->measured ? r->hi : NAN);
	mg_json_double(json, "judged", r->measured ? r->judged : NAN);
	mg_json_text(json, "unit", or_empty(r->unit));
	mg_json_text(json, "better", or_empty(r->better));
	mg_json_text(json, "definition", or_empty(r->definition));
	measure(json, r);
	mg_json_open(json, "limits", '[', false);
	for (size_t i = 0; i < r->limit_count; i++) {
		const struct mg_judged_limit *limit = &r->limits[i];
		mg_json_open(json, NULL, '{', true);
		mg_json_text(json, "role", or_empty(limit->role));
		mg_json_text(json, "op", or_empty(limit->op));
		mg_json_double(json, "value", limit->value);
		exact(json, limit->exact);
		mg_json_bool(json, "as_percent", limit->as_percent);
		mg_json_bool(json, "of_baseline", limit->of_baseline);
		mg_json_double(json, "tolerance", limit->tolerance);
		mg_json_text(json, "state", mg_limit_state_word(limit->state));
		mg_json_bool(json, "held", limit->state == MG_HELD);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
	mg_json_open(json, "interval", '{', true);
	mg_json_double(json, "confidence", r->confidence);
	mg_json_double(json, "lo", r->interval_lo);
	mg_json_double(json, "hi", r->interval_hi);
	mg_json_text(json, "method", r->interval);
	mg_json_close(json, '}');
	mg_json_double(json, "effect", r->effect);
	mg_json_open(json, "baseline", '{', true);
	mg_json_double(json, "value", r->baseline);
	exact(json, r->baseline_exact);
	mg_json_text(json, "source", r->baseline_source);
	mg_json_close(json, '}');
	if (!isnan(r->difference_lo) || !isnan(r->difference_hi)) {
		mg_json_open(json, "difference", '{', true);
		mg_json_double(json, "lo", r->difference_lo);
		mg_json_double(json, "hi", r->difference_hi);
		mg_json_close(json, '}');
	}
	rows_of(json, "rows", r->rows);
	rows_of(json, "rows_read", r->rows_read);
	mg_json_double(json, "seconds", r->seconds);
	mg_json_open(json, "facts", '[', false);
	for (size_t i = 0; i < r->fact_count; i++) {
		mg_json_open(json, NULL, '{', true);
		mg_json_text(json, "name", or_empty(r->facts[i].name));
		if (r->facts[i].text)
			mg_json_text(json, "text", r->facts[i].text);
		else
			mg_json_double(json, "number", r->facts[i].number);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

static void samples(struct mg_json *json, const struct mg_result *r)
{
	mg_json_open(json, "samples", '{', false);
	texts(json, "columns", r->sample_columns, r->sample_column_count);
	mg_json_open(json, "rows", '[', false);
	for (size_t row = 0; row < r->sample_rows; row++) {
		mg_json_open(json, NULL, '[', true);
		for (size_t i = 0; i < r->sample_column_count; i++)
			mg_json_text(json, NULL, r->samples[row * r->sample_column_count + i]);
		mg_json_close(json, ']');
	}
	mg_json_close(json, ']');
	mg_json_text(json, "note", r->sample_note);
	mg_json_close(json, '}');
}

static void result(struct mg_json *json, const struct mg_result *r)
{
	mg_json_open(json, NULL, '{', false);
	mg_json_text(json, "name", or_empty(r->name));
	mg_json_text(json, "suite", or_empty(r->suite));
	mg_json_text(json, "kind", or_empty(r->kind));
	mg_json_text(json, "column", r->column);
	mg_json_text(json, "slice", r->slice);
	texts(json, "tags", r->tags, r->tag_count);
	mg_json_text(json, "owner", r->owner);
	mg_json_text(json, "severity", r->severity == MG_SEVERITY_WARN ? "warn" : "fail");
	mg_json_text(json, "data", or_empty(r->data));
	mg_json_text(json, "reference", r->reference);
	mg_json_int(json, "line", r->pos.line);
	mg_json_int(json, "col", r->pos.col);
	mg_json_text(json, "verdict", mg_verdict_word(r->verdict));
	mg_json_text(json, "message", or_empty(r->message));
	numbers(json, r);
	mg_json_text(json, "sql", r->sql);
	samples(json, r);
	mg_json_close(json, '}');
}

static int write_json(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_report_style *style, struct mg_error *err)
{
	(void)scratch;
	(void)style;
	size_t start = out->len;
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '{', false);
	mg_json_text(&json, "format", "modelgate.run/1");
	about(&json, run);
	mg_json_open(&json, "results", '[', false);
	for (size_t i = 0; i < run->result_count; i++)
		result(&json, &run->results[i]);
	mg_json_close(&json, ']');
	if (run->unsealed)
		mg_text_add(out, "\n}\n");
	else
		mg_seal_add(out, start);
	if (out->len - start > MG_RUN_MAX_BYTES)
		return mg_fail(err, MG_ELIMIT,
			"it would take %zu MB, and promote, join and report read at most %u MB; "
			"let it have fewer checks or slices",
			(out->len - start) >> 20, MG_RUN_MAX_BYTES >> 20);
	return MG_OK;
}

const struct mg_report_format mg_report_json = {
	.name = "json",
	.help = "write the whole run as JSON to FILE",
	.write = write_json,
};
