/* azure.c: Azure Pipelines logging commands, `##vso[area.event key=value;key=value]data`. One
 * function writes them; everything else in the log comes from a run without commands in its
 * texts. */
#include "report/azure.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "report/alike.h"
#include "report/console.h"
#include "report/formats.h"
#include "report/words.h"

/* A page of errors helps nobody: after this many of each kind, one says how many more. */
enum { MOST_ISSUES = 50, ISSUE_BYTES = 1000 };

struct property {
	const char *key, *value; /* left out when the value is NULL or "" */
};

/* The only place where a command is written. No blank after ';': the agent takes keys as they are. */
static void command(struct mg_text *out, const char *event, const struct property *properties,
	size_t n, const char *data)
{
	mg_text_addf(out, "##vso[%s", event);
	char before = ' ';
	for (size_t i = 0; i < n; i++) {
		if (!properties[i].value || !*properties[i].value)
			continue;
		mg_text_addf(out, "%c%s=", before, properties[i].key);
		mg_escape_vso_property(out, properties[i].value);
		before = ';';
	}
	mg_text_add_char(out, ']');
	mg_escape_vso_data(out, data);
	mg_text_add_char(out, '\n');
}

void mg_azure_progress(struct mg_text *out, int percent, const char *label)
{
	char value[16];
	percent = percent < 0 ? 0 : percent > 100 ? 100 : percent;
	snprintf(value, sizeof(value), "%d", percent);
	command(out, "task.setprogress", &(struct property){"value", value}, 1, label);
}

static void issue(struct mg_text *out, const char *type, const char *text)
{
	command(out, "task.logissue", &(struct property){"type", type}, 1, text);
}

static void result_issue(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_result *r, const char *others, const char *type)
{
	bool placed = r->pos.line > 0;
	const char *path = run->spec_repo_path ? run->spec_repo_path : run->spec_path;
	struct property properties[] = {{"type", type}, {"sourcepath", placed ? path : NULL},
		{"linenumber", placed ? mg_printf(scratch, "%d", r->pos.line) : NULL},
		{"columnnumber",
			placed && r->pos.col > 0 ? mg_printf(scratch, "%d", r->pos.col) : NULL},
		{"code", r->kind}};
	const char *text = mg_printf(scratch, "%s %s: %s%s%s%s", mg_words_title(scratch, run),
		r->name, mg_words_reason(scratch, r), others ? " (" : "", others ? others : "",
		others ? ")" : "");
	command(out, "task.logissue", properties, sizeof(properties) / sizeof(properties[0]),
		mg_log_safe_cut(scratch, text, ISSUE_BYTES));
}

/* Failures before errors; errors that say the same are one issue. */
static void issues(
	struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run, bool warnings)
{
	static const enum mg_verdict red[] = {MG_FAIL, MG_ERROR}, yellow[] = {MG_WARN};
	const enum mg_verdict *wanted = warnings ? yellow : red;
	const char *type = warnings ? "warning" : "error";
	const struct mg_alike alike = mg_alike_errors(scratch, run);
	size_t written = 0, left = 0;
	for (size_t k = 0; k < (warnings ? 1 : 2); k++) {
		for (size_t i = 0; i < run->result_count; i++) {
			const struct mg_result *r = &run->results[i];
			if (r->verdict != wanted[k] || alike.count[i] == 0)
				continue;
			if (written++ < MOST_ISSUES)
				result_issue(out, scratch, run, r,
					mg_alike_words(scratch, &alike, i), type);
			else
				left += alike.count[i];
		}
	}
	if (left > 0)
		issue(out, type,
			mg_printf(scratch, "%s: %zu more check%s %s", mg_words_title(scratch, run),
				left, left == 1 ? "" : "s",
				warnings            ? "warned"
					: left == 1 ? "failed or was not measured"
						    : "failed or were not measured"));
}

/* Each part of a joined run told its own checks, from the job that ran them: here only what came out. */
static void joined_issue(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run)
{
	bool red = run->counts.fail + run->counts.error > 0;
	if (red || run->counts.warn > 0)
		issue(out, red ? "error" : "warning",
			mg_printf(scratch, "%s: %s; the parts of the run tell why",
				mg_words_title(scratch, run), mg_words_summary(scratch, run)));
}

void mg_azure_variable(struct mg_text *out, const char *name, const char *value)
{
	struct property properties[] = {{"variable", name}, {"isOutput", "true"}};
	command(out, "task.setvariable", properties, 2, value);
}

void mg_azure_error(struct mg_text *out, const char *text)
{
	issue(out, "error", text);
}

void mg_azure_build_tag(struct mg_text *out, const char *tag)
{
	char *plain = mg_strdup(out->arena, tag);
	for (char *p = plain; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
			*p = '-';
	command(out, "build.addbuildtag", NULL, 0, plain);
}

static void count_variable(
	struct mg_text *out, struct mg_arena *scratch, const char *name, size_t n)
{
	mg_azure_variable(out, name, mg_printf(scratch, "%zu", n));
}

static void variables(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_report_files *files)
{
	mg_azure_variable(out, "modelgate.verdict", mg_verdict_word(run->verdict));
	count_variable(out, scratch, "modelgate.total", run->result_count);
	count_variable(out, scratch, "modelgate.passed", run->counts.pass);
	count_variable(out, scratch, "modelgate.warned", run->counts.warn);
	count_variable(out, scratch, "modelgate.failed", run->counts.fail);
	count_variable(out, scratch, "modelgate.errors", run->counts.error);
	count_variable(out, scratch, "modelgate.skipped", run->counts.skip);
	if (files->json)
		mg_azure_variable(out, "modelgate.run", files->json);
	if (files->junit)
		mg_azure_variable(out, "modelgate.junit", files->junit);
}

/* A finished group is folded in the log, so what did not pass is told again below. */
static void console(const struct mg_console *c)
{
	size_t n;
	struct mg_group *groups = mg_run_groups(c->scratch, c->run, &n);
	mg_console_title(c);
	for (size_t i = 0; i < n && !c->style->quiet; i++) {
		mg_text_addf(c->out, "##[group]%s: %s\n", groups[i].suite,
			mg_words_counts(c->scratch, &groups[i].counts));
		mg_console_rows(c, &groups[i]);
		mg_text_add(c->out, "##[endgroup]\n");
	}
	mg_console_details(c);
	mg_text_add_char(c->out, '\n');
	mg_console_closing(c);
}

/* The console report in folded groups, then the logging commands. The summary becomes a page of the run. */
static int write_azure(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_report_style *style, struct mg_error *err)
{
	(void)err;
	const struct mg_run *safe = mg_run_safe(scratch, run);
	struct mg_console c = mg_console_start(out, scratch, safe, style);
	console(&c);
	if (safe->part_count > 0) {
		joined_issue(out, scratch, safe);
	} else {
		issues(out, scratch, safe, false);
		issues(out, scratch, safe, true);
	}
	const char *trouble = mg_words_trouble(scratch, safe);
	if (trouble)
		issue(out, "error",
			mg_printf(scratch, "%s: %s", mg_words_title(scratch, safe), trouble));
	variables(out, scratch, run, &style->files);
	if (style->files.markdown) {
		assert(style->files.markdown[0] == '/');
		command(out, "task.uploadsummary", NULL, 0, style->files.markdown);
	}
	return MG_OK;
}

const struct mg_report_format mg_report_azure = {
	.name = "azure",
	.way = MG_REPORT_FLAG,
	.help = "print Azure Pipelines logging commands: groups, issues, variables",
	.write = write_azure,
};
