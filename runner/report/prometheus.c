/* prometheus.c: the newest run of a model and stage as metrics, in the text format 0.0.4 that the textfile
 * collector of the node exporter reads. A series is named by model, stage and check, never by a run: the next
 * run goes on where this one stood. What was not measured has no value, and its verdict says so. */
#include "report/prometheus.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "report/edges.h"
#include "report/formats.h"
#include "report/words.h"

/* Longer names are cut, and told apart by their digest. */
enum { LABEL_BYTES = 240 };

struct entry {
	const struct mg_run *run; /* from mg_run_safe */
	double every_seconds;     /* 0: not known */
	const char *labels;       /* model="churn",stage="PRD" */
	const char **checks;      /* the same and the check's name, for each result */
};

/* A metric that is being written. */
struct metric {
	struct mg_text *out;
	struct mg_arena *scratch;
	const char *name;
};

/* ---- labels and samples ---- */

/* text: from mg_run_safe, so that it is UTF-8 and one line. */
static void label_add(struct mg_text *out, const char *name, const char *text)
{
	mg_text_addf(out, "%s%s=\"", out->len ? "," : "", name);
	for (const char *c = text; *c; c++) {
		if (*c == '\\' || *c == '"')
			mg_text_add_char(out, '\\');
		mg_text_add_char(out, *c);
	}
	mg_text_add_char(out, '"');
}

/* The labels, and one more of this name; text NULL: none, which is to Prometheus what an empty one is. */
static const char *label(
	struct mg_arena *arena, const char *labels, const char *name, const char *text)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	mg_text_add(&out, labels);
	if (text && *text)
		label_add(&out, name, mg_text_short(arena, text, LABEL_BYTES));
	return out.data;
}

static void sample(const struct metric *m, const char *labels, double value)
{
	mg_text_addf(m->out, "%s{%s} ", m->name, labels);
	if (isinf(value))
		mg_text_add(m->out, value > 0 ? "+Inf" : "-Inf");
	else
		mg_text_add_double(m->out, value);
	mg_text_add_char(m->out, '\n');
}

static void sample_of(const struct metric *m, const char *labels, const char *name,
	const char *text, double value)
{
	sample(m, label(m->scratch, labels, name, text), value);
}

/* ---- metrics of a run ---- */

static void passed(const struct metric *m, const struct entry *e)
{
	enum mg_verdict taken = mg_words_taken(e->run);
	sample(m, e->labels, taken == MG_PASS || taken == MG_WARN);
}

static void run_verdict(const struct metric *m, const struct entry *e)
{
	for (size_t i = 0; mg_verdict_words[i]; i++)
		if (i != MG_SKIP) /* a run never has it */
			sample_of(
				m, e->labels, "verdict", mg_verdict_words[i], e->run->verdict == i);
}

static void checks(const struct metric *m, const struct entry *e)
{
	const struct mg_counts *n = &e->run->counts;
	const size_t counts[] = {[MG_PASS] = n->pass,
		[MG_WARN] = n->warn,
		[MG_FAIL] = n->fail,
		[MG_SKIP] = n->skip,
		[MG_ERROR] = n->error};
	for (size_t i = 0; mg_verdict_words[i]; i++)
		sample_of(m, e->labels, "verdict", mg_verdict_words[i], (double)counts[i]);
}

static void start(const struct metric *m, const struct entry *e)
{
	sample(m, e->labels, (double)e->run->started_us / 1e6);
}

static void as_of(const struct metric *m, const struct entry *e)
{
	sample(m, e->labels, (double)e->run->as_of_us / 1e6);
}

static void duration(const struct metric *m, const struct entry *e)
{
	sample(m, e->labels, e->run->seconds);
}

static void every(const struct metric *m, const struct entry *e)
{
	if (e->every_seconds > 0)
		sample(m, e->labels, e->every_seconds);
}

static void run_info(const struct metric *m, const struct entry *e)
{
	const char *labels = label(m->scratch, e->labels, "owner", e->run->owner);
	sample_of(m, labels, "version", e->run->program_version, 1);
}

/* ---- metrics of a check ---- */

static void check_verdict(const struct metric *m, const struct entry *e)
{
	for (size_t i = 0; i < e->run->result_count; i++)
		for (size_t k = 0; mg_verdict_words[k]; k++)
			sample_of(m, e->checks[i], "verdict", mg_verdict_words[k],
				e->run->results[i].verdict == k);
}

static void value(const struct metric *m, const struct entry *e)
{
	for (size_t i = 0; i < e->run->result_count; i++)
		if (e->run->results[i].measured)
			sample(m, e->checks[i], e->run->results[i].value);
}

static void judged(const struct metric *m, const struct entry *e)
{
	for (size_t i = 0; i < e->run->result_count; i++) {
		const struct mg_result *r = &e->run->results[i];
		if (r->measured && r->interval && !isnan(r->judged))
			sample(m, e->checks[i], r->judged);
	}
}

static void edge(const struct metric *m, const char *labels, const char *bound, double at)
{
	if (!isnan(at))
		sample_of(m, labels, "bound", bound, at);
}

static void limit(const struct metric *m, const struct entry *e)
{
	for (size_t i = 0; i < e->run->result_count; i++) {
		struct mg_edges at = mg_edges_of(&e->run->results[i]);
		const char *fail = label(m->scratch, e->checks[i], "role", "limit");
		const char *warn = label(m->scratch, e->checks[i], "role", "warn");
		edge(m, fail, "min", at.min);
		edge(m, fail, "max", at.max);
		edge(m, warn, "min", at.warn_min);
		edge(m, warn, "max", at.warn_max);
	}
}

static void check_info(const struct metric *m, const struct entry *e)
{
	for (size_t i = 0; i < e->run->result_count; i++) {
		const struct mg_result *r = &e->run->results[i];
		const char *const facts[][2] = {{"suite", r->suite}, {"kind", r->kind},
			{"column", r->column}, {"slice", r->slice}, {"unit", r->unit},
			{"better", r->better}, {"owner", r->owner},
			{"severity", r->severity == MG_SEVERITY_WARN ? "warn" : "fail"},
			{"estimate", r->estimate}};
		const char *labels = e->checks[i];
		for (size_t k = 0; k < sizeof(facts) / sizeof(facts[0]); k++)
			labels = label(m->scratch, labels, facts[k][0], facts[k][1]);
		sample(m, labels, 1);
	}
}

static const struct {
	const char *name, *help; /* no backslash and no line's end in them */
	void (*samples)(const struct metric *m, const struct entry *e);
} metrics[MG_PROMETHEUS_METRICS] = {
	{"modelgate_run_passed", "1 where the gate lets the model pass, 0 where it does not.",
		passed},
	{"modelgate_run_verdict", "1 for the verdict of the newest run, 0 for the others.",
		run_verdict},
	{"modelgate_run_checks", "Checks of the newest run by verdict.", checks},
	{"modelgate_run_start_timestamp_seconds", "When the newest run started.", start},
	{"modelgate_run_as_of_timestamp_seconds", "The time that its verdicts took as now.", as_of},
	{"modelgate_run_duration_seconds", "How long it took.", duration},
	{"modelgate_run_expected_interval_seconds",
		"How far apart runs are expected; absent where that is not known.", every},
	{"modelgate_run_info", "Always 1: the owner of the model, the version of modelgate.",
		run_info},
	{"modelgate_check_verdict", "1 for the verdict of the check, 0 for the others.",
		check_verdict},
	{"modelgate_check_value", "What was measured; absent where it was not.", value},
	{"modelgate_check_judged",
		"The end of the interval that was held to the limits; only with confidence.",
		judged},
	{"modelgate_check_limit",
		"The least (min) or greatest (max) number that keeps to all limits of a role.",
		limit},
	{"modelgate_check_info", "Always 1: what the check is of, and its unit.", check_info},
};

/* ---- runs ---- */

/* Names that differ in what no report may print would be one: the later ones get their digest. */
static const char *check_name(struct mg_arena *arena, struct mg_map *seen,
	const struct mg_result *safe, const struct mg_result *raw)
{
	const char *name = mg_text_short(arena, safe->name, LABEL_BYTES);
	if (mg_map_has(seen, name)) {
		char digest[65];
		mg_sha256(raw->name, strlen(raw->name), digest);
		name = mg_printf(arena, "%s~%.12s", name, digest);
	}
	mg_map_put(seen, name, NULL);
	return name;
}

static void prepare(struct mg_arena *arena, const struct mg_run *run, struct entry *out)
{
	struct mg_map seen;
	mg_map_init(&seen, arena);
	out->run = mg_run_safe(arena, run);
	out->labels = label(
		arena, label(arena, "", "model", out->run->model), "stage", out->run->stage);
	out->checks = mg_alloc_array(arena, out->run->result_count, sizeof(*out->checks));
	for (size_t i = 0; i < out->run->result_count; i++)
		out->checks[i] = label(arena, out->labels, "check",
			check_name(arena, &seen, &out->run->results[i], &run->results[i]));
}

void mg_prometheus_init(struct mg_prometheus *p, struct mg_arena *arena)
{
	mg_map_init(&p->seen, arena);
	for (size_t k = 0; k < MG_PROMETHEUS_METRICS; k++)
		mg_text_init(&p->samples[k], arena);
}

int mg_prometheus_add(struct mg_prometheus *p, struct mg_arena *scratch, const struct mg_run *run,
	double every_seconds, struct mg_error *err)
{
	struct entry entry = {.every_seconds = every_seconds};
	prepare(scratch, run, &entry);
	if (mg_map_has(&p->seen, entry.labels))
		return mg_fail(err, MG_EUSAGE,
			"two runs have the labels {%s}; metrics are of the newest one",
			entry.labels);
	mg_map_put(&p->seen, mg_strdup(p->samples[0].arena, entry.labels), NULL);
	MG_SCOPED_ARENA struct mg_arena *passing = mg_arena_new();
	for (size_t k = 0; k < MG_PROMETHEUS_METRICS; k++) {
		const struct metric m = {&p->samples[k], passing, metrics[k].name};
		metrics[k].samples(&m, &entry);
		mg_arena_reset(passing);
	}
	return MG_OK;
}

void mg_prometheus_write(struct mg_text *out, const struct mg_prometheus *const *list, size_t count)
{
	for (size_t k = 0; k < MG_PROMETHEUS_METRICS; k++) {
		mg_text_addf(out, "# HELP %s %s\n# TYPE %s gauge\n", metrics[k].name,
			metrics[k].help, metrics[k].name);
		for (size_t i = 0; i < count; i++)
			mg_text_add_bytes(out, list[i]->samples[k].data, list[i]->samples[k].len);
	}
}

static int write_prometheus(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_report_style *style, struct mg_error *err)
{
	(void)style;
	struct mg_prometheus all;
	const struct mg_prometheus *const list[] = {&all};
	mg_prometheus_init(&all, scratch);
	MG_TRY(mg_prometheus_add(&all, scratch, run, 0, err));
	mg_prometheus_write(out, list, 1);
	return MG_OK;
}

const struct mg_report_format mg_report_prometheus = {
	.name = "prometheus",
	.help = "write metrics for Prometheus to FILE",
	.whole_only = true,
	.write = write_prometheus,
};
