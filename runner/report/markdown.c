/* markdown.c: a summary for the run page and for pull requests: the verdict, what did not pass, and
 * folded away all the rest. Only tables, <br> and <details>, which every host shows; every text from the
 * run goes through mg_escape_markdown. */
#include "base/clock.h"
#include "base/escape.h"
#include "report/alike.h"
#include "report/formats.h"
#include "report/spark.h"
#include "report/words.h"

/* Hosts refuse comments that are too long (Azure 150,000 characters, others 65,536). */
enum { MOST_TROUBLES = 60, MOST_CHECKS = 200, MOST_INPUTS = 40, CELL_BYTES = 240 };

struct page {
	struct mg_text *out;
	struct mg_arena *scratch;
	const struct mg_run *run; /* from mg_run_safe */
};

static const char *mark(enum mg_verdict verdict)
{
	static const char *const marks[] = {"✅", "⚠️", "❌", "⏭️", "❗"};
	return marks[verdict];
}

static void cell(const struct page *p, const char *text)
{
	mg_escape_markdown(p->out, mg_log_safe_cut(p->scratch, text, CELL_BYTES));
}

static void mark_cell(const struct page *p, enum mg_verdict verdict)
{
	mg_text_addf(p->out, "| %s %s | ", mark(verdict), mg_verdict_word(verdict));
}

static void next_cell(const struct page *p, const char *text)
{
	cell(p, text);
	mg_text_add(p->out, " | ");
}

static void last_cell(const struct page *p, const char *text)
{
	cell(p, text);
	mg_text_add(p->out, " |\n");
}

static void headline(const struct page *p)
{
	const struct mg_run *run = p->run;
	enum mg_verdict verdict = mg_words_taken(run);
	mg_text_addf(p->out, "## %s ", mark(verdict));
	cell(p, mg_words_title(p->scratch, run));
	mg_text_addf(p->out, ": %s\n\n", mg_words_headline(run));
	cell(p, mg_words_summary(p->scratch, run));
	mg_text_add(p->out, verdict == run->verdict ? ".\n" : "; warnings fail this run.\n");
	const char *trouble = mg_words_trouble(p->scratch, run);
	if (trouble && run->result_count > 0) {
		mg_text_add(p->out, "\n**");
		cell(p, trouble);
		mg_text_add(p->out, "**\n");
	}
	const char *gone = mg_words_gone(p->scratch, run);
	if (gone) {
		mg_text_add_char(p->out, '\n');
		cell(p, gone);
		mg_text_add(p->out, ".\n");
	}
}

static void more_line(const struct page *p, size_t shown, size_t all)
{
	if (all > shown)
		mg_text_addf(
			p->out, "\n%zu more are in the JUnit file and in run.json.\n", all - shown);
}

/* Failures, which say something of the model, before errors and warnings. Equal errors share a row. */
static void troubles(const struct page *p)
{
	static const enum mg_verdict order[] = {MG_FAIL, MG_ERROR, MG_WARN};
	const struct mg_run *run = p->run;
	const struct mg_alike alike = mg_alike_errors(p->scratch, run);
	size_t all = run->counts.error + run->counts.fail + run->counts.warn, rows = 0, shown = 0;
	if (all == 0)
		return;
	mg_text_add(p->out,
		"\n| Verdict | Check | Measured | Limit | Why | Place |\n"
		"| --- | --- | ---: | --- | --- | --- |\n");
	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++) {
		for (size_t i = 0; i < run->result_count && rows < MOST_TROUBLES; i++) {
			const struct mg_result *r = &run->results[i];
			if (r->verdict != order[k] || alike.count[i] == 0)
				continue;
			const char *others = mg_alike_words(p->scratch, &alike, i);
			const char *sparks = mg_spark_chart(p->scratch, r);
			mark_cell(p, r->verdict);
			next_cell(p, r->name);
			next_cell(p, mg_words_beside_chance(p->scratch, r));
			next_cell(p, mg_words_limits_line(p->scratch, r));
			cell(p,
				others ? mg_printf(p->scratch, "%s (%s)", r->message, others)
				       : r->message);
			if (sparks) {
				mg_text_add(p->out, "<br>");
				cell(p, sparks);
			}
			mg_text_add(p->out, " | ");
			last_cell(p, mg_words_place(p->scratch, run, r));
			rows++;
			shown += alike.count[i];
		}
	}
	more_line(p, shown, all);
}

/* Blank lines around: else the Markdown inside stays plain text. */
static void open_details(const struct page *p, const char *summary)
{
	mg_text_addf(p->out, "\n<details>\n<summary>%s</summary>\n", summary);
}

static void close_details(const struct page *p)
{
	mg_text_add(p->out, "\n</details>\n");
}

static void all_checks(const struct page *p)
{
	if (p->run->result_count == 0)
		return;
	size_t n, shown = 0;
	struct mg_group *groups = mg_run_groups(p->scratch, p->run, &n);
	open_details(p, mg_printf(p->scratch, "All checks (%zu)", p->run->result_count));
	for (size_t i = 0; i < n && shown < MOST_CHECKS; i++) {
		mg_text_add(p->out, "\n**");
		cell(p, groups[i].suite);
		mg_text_add(p->out, "**: ");
		cell(p, mg_words_counts(p->scratch, &groups[i].counts));
		mg_text_add(p->out,
			"\n\n| Verdict | Check | Measured | Limit |\n"
			"| --- | --- | ---: | --- |\n");
		for (size_t k = 0; k < groups[i].count && shown < MOST_CHECKS; k++, shown++) {
			const struct mg_result *r = groups[i].results[k];
			mark_cell(p, r->verdict);
			next_cell(p, mg_words_name(r));
			next_cell(p, mg_words_beside_chance(p->scratch, r));
			last_cell(p,
				r->verdict == MG_SKIP || mg_words_is_idle(r)
					? r->message
					: mg_words_limits_line(p->scratch, r));
		}
	}
	more_line(p, shown, p->run->result_count);
	close_details(p);
}

static void fact(const struct page *p, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	mg_text_addf(p->out, "| %s | ", label);
	last_cell(p, text);
}

static void origin(const struct page *p)
{
	const struct mg_run *run = p->run;
	struct mg_arena *a = p->scratch;
	open_details(p, "Inputs and versions");
	mg_text_add(p->out, "\n| About | |\n| --- | --- |\n");
	fact(p, "spec", run->spec_repo_path ? run->spec_repo_path : run->spec_path);
	fact(p, "spec SHA-256", run->spec_sha256);
	for (size_t i = 0; i < run->var_count; i++)
		fact(p, "variable", mg_printf(a, "%s=%s", run->vars[i].name, run->vars[i].value));
	fact(p, "selection", run->selection);
	if (run->part.of)
		fact(p, "part", mg_printf(a, "%zu of %zu", run->part.number, run->part.of));
	for (size_t i = 0; i < run->part_count; i++)
		fact(p, "joined from",
			mg_printf(a, "part %zu, %s", run->parts[i].number, run->parts[i].seal));
	fact(p, "owner", run->owner);
	fact(p, "started", mg_clock_text(a, run->started_us));
	fact(p, "as of", mg_clock_text(a, run->as_of_us));
	if (run->commit)
		fact(p, "commit",
			mg_printf(a, "%s%s%s%s", run->commit, run->branch ? " on " : "",
				run->branch ? run->branch : "",
				run->dirty ? ", with changes that are not committed" : ""));
	fact(p, "program", mg_printf(a, "modelgate %s", run->program_version));
	fact(p, "engine", mg_printf(a, "%s %s", run->engine, run->engine_version));
	fact(p, "host", run->host);
	if (run->input_count) {
		mg_text_add(p->out,
			"\n| Data | File | Bytes | SHA-256 |\n"
			"| --- | --- | ---: | --- |\n");
		for (size_t i = 0; i < run->input_count && i < MOST_INPUTS; i++) {
			const struct mg_input *input = &run->inputs[i];
			mg_text_add(p->out, "| ");
			next_cell(p, input->data);
			const char *profile = mg_input_profile_words(a, input);
			next_cell(p,
				profile ? mg_printf(a, "%s (%s)", input->path, profile)
					: input->path);
			if (input->table.kind) {
				next_cell(p, "");
				last_cell(p, mg_input_state_words(a, input));
				continue;
			}
			next_cell(p, mg_human_double(a, (double)input->bytes, 1));
			last_cell(p, input->sha256);
		}
		more_line(p, MOST_INPUTS, run->input_count);
	}
	close_details(p);
}

static int write_markdown(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_report_style *style, struct mg_error *err)
{
	(void)style;
	(void)err;
	struct page p = {out, scratch, mg_run_safe(scratch, run)};
	headline(&p);
	troubles(&p);
	all_checks(&p);
	origin(&p);
	return MG_OK;
}

const struct mg_report_format mg_report_markdown = {
	.name = "markdown",
	.help = "write a Markdown summary to FILE",
	.write = write_markdown,
};
