/* console.c: a table of all checks by suite, what did not pass in full, and one closing line. */
#include "report/console.h"

#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "report/alike.h"
#include "report/charts.h"
#include "report/columns.h"

static const char *const marks[] = {"✓", "!", "✗", "–", "?"};
static const char *const colours[] = {"32", "33", "31", "2", "35"};
static const char *const bold_colours[] = {"1;32", "1;33", "1;31", "2", "1;35"};
#define BOLD "1"
#define DIM "2"

enum { ROW_INDENT = 11, GAP = 2 }; /* "  ✓ pass   " */

static const char *colour(const struct mg_console *c, const char *code)
{
	return c->style->colour ? code : NULL;
}

static void add(const struct mg_console *c, const char *code, const char *s)
{
	mg_add_coloured(c->out, colour(c, code), s);
}

static size_t most(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Nothing stands in the value's and the limit's place: the reason can use it. */
static bool has_numbers(const struct mg_result *r)
{
	return r->measured && r->verdict != MG_SKIP && r->verdict != MG_ERROR;
}

/* At least this much of a name and of a limit stays when the terminal is narrow. */
enum { LEAST_NAME = 24, LEAST_LIMIT = 12 };
/* Columns of a test case's name in the table where there is no width to fit: slices may be named by
 * cells of any length. */
enum { MOST_NAME = 250 };

static void shrink(size_t *width, size_t least, size_t *excess)
{
	size_t by = *width > least ? *width - least : 0;
	by = by > *excess ? *excess : by;
	*width -= by;
	*excess -= by;
}

struct mg_console mg_console_start(struct mg_text *out, struct mg_arena *scratch,
	const struct mg_run *safe, const struct mg_report_style *style)
{
	struct mg_console c = {.out = out, .scratch = scratch, .run = safe, .style = style};
	for (size_t i = 0; i < safe->result_count; i++) {
		const struct mg_result *r = &safe->results[i];
		if (style->quiet) /* no tables */
			break;
		c.name_width = most(c.name_width, mg_utf8_width(mg_words_name(r)));
		if (!has_numbers(r))
			continue;
		c.value_width = most(c.value_width, mg_utf8_width(mg_words_value(scratch, r)));
		c.limit_width = most(
			c.limit_width, mg_utf8_width(mg_words_limits_line(scratch, r)));
	}
	/* One very long name must not push all numbers out of sight. */
	size_t used = ROW_INDENT + c.name_width + c.value_width + c.limit_width + 2 * GAP;
	if (style->width > 0 && used > (size_t)style->width) {
		size_t excess = used - (size_t)style->width;
		shrink(&c.name_width, 2 * LEAST_NAME, &excess);
		shrink(&c.limit_width, 2 * LEAST_LIMIT, &excess);
		shrink(&c.name_width, LEAST_NAME, &excess);
		shrink(&c.limit_width, LEAST_LIMIT, &excess);
	} else if (style->width <= 0 && c.name_width > 80) {
		c.name_width = 80;
	}
	return c;
}

/* Even where nothing is cut to a width, a value of a megabyte has no place in a log. */
static const char *bounded(const struct mg_console *c, const char *s)
{
	return mg_log_safe_cut(c->scratch, s, 2000);
}

/* What fits into `width` columns; all of it where nothing is cut. */
static const char *fitted(const struct mg_console *c, const char *s, size_t width)
{
	return c->style->width > 0 ? mg_cut_end(c->scratch, s, width) : bounded(c, s);
}

static void mark(const struct mg_console *c, enum mg_verdict verdict)
{
	mg_text_add(c->out, "  ");
	add(c, colours[verdict],
		mg_printf(c->scratch, "%s %s", marks[verdict], mg_verdict_word(verdict)));
	mg_add_spaces(c->out, ROW_INDENT - 4 - strlen(mg_verdict_word(verdict)));
}

static void row(const struct mg_console *c, const struct mg_result *r)
{
	mark(c, r->verdict);
	size_t room = c->style->width > 0 ? c->name_width : MOST_NAME;
	const char *name = mg_cut_middle(c->scratch, mg_words_name(r), room);
	mg_add_padded(c->out, name, c->name_width, false);
	if (!has_numbers(r)) {
		size_t start = ROW_INDENT + c->name_width + GAP;
		size_t width = (size_t)c->style->width > start ? (size_t)c->style->width - start
							       : 1;
		mg_add_spaces(c->out, GAP);
		add(c, r->verdict == MG_SKIP ? DIM : NULL, fitted(c, r->message, width));
	} else {
		char *value = mg_words_value(c->scratch, r);
		size_t used = mg_utf8_width(value);
		mg_add_spaces(c->out, GAP + (c->value_width - used));
		add(c, r->verdict == MG_PASS ? NULL : bold_colours[r->verdict], value);
		const char *limits = mg_words_limits_line(c->scratch, r);
		if (*limits) {
			mg_add_spaces(c->out, GAP);
			add(c, DIM, fitted(c, limits, c->limit_width));
		}
	}
	mg_text_add_char(c->out, '\n');
}

void mg_console_rows(const struct mg_console *c, const struct mg_group *group)
{
	for (size_t i = 0; i < group->count; i++)
		row(c, group->results[i]);
}

void mg_console_title(const struct mg_console *c)
{
	const struct mg_run *run = c->run;
	add(c, BOLD, mg_words_title(c->scratch, run));
	struct mg_text rest;
	mg_text_init(&rest, c->scratch);
	mg_text_addf(&rest, "  %s", run->spec_path);
	for (size_t i = 0; i < run->var_count; i++)
		mg_text_addf(
			&rest, "%s%s=%s", i ? ", " : "  ", run->vars[i].name, run->vars[i].value);
	if (run->selection)
		mg_text_addf(&rest, "  only %s", run->selection);
	if (run->part.of)
		mg_text_addf(&rest, "  part %zu of %zu", run->part.number, run->part.of);
	mg_text_addf(&rest, "  as of %s", mg_clock_text(c->scratch, run->as_of_us));
	if (run->commit) {
		bool hex = strspn(run->commit, "0123456789abcdef") >= 10;
		mg_text_addf(&rest, "  commit %.*s%s", hex ? 10 : (int)strlen(run->commit),
			run->commit, run->dirty ? " (changed)" : "");
	}
	size_t used = mg_utf8_width(mg_words_title(c->scratch, run));
	size_t width = (size_t)c->style->width > used ? (size_t)c->style->width - used : 1;
	add(c, DIM, fitted(c, rest.data, width));
	mg_text_add_char(c->out, '\n');
	for (size_t i = 0; c->style->verbose && i < run->input_count; i++)
		if (run->inputs[i].form)
			add(c, DIM,
				mg_printf(c->scratch, "%s  %s: %s\n", run->inputs[i].data,
					bounded(c, run->inputs[i].path),
					bounded(c, run->inputs[i].form)));
}

static void heading(const struct mg_console *c, const struct mg_group *group)
{
	mg_text_add_char(c->out, '\n');
	add(c, BOLD, group->suite);
	mg_text_add(c->out, "  ");
	add(c, DIM, mg_words_counts(c->scratch, &group->counts));
	mg_text_add_char(c->out, '\n');
}

static void samples(const struct mg_console *c, const struct mg_result *r)
{
	if (r->sample_rows == 0 || r->sample_column_count == 0)
		return;
	struct mg_grid grid = {
		r->sample_columns, r->sample_column_count, r->samples, r->sample_rows};
	mg_add_spaces(c->out, ROW_INDENT);
	add(c, DIM, r->sample_rows == 1 ? "a failing row:\n" : "failing rows:\n");
	mg_add_grid(c->out, c->scratch, &grid, ROW_INDENT + 2,
		c->style->width > 0 ? (size_t)c->style->width : 0, colour(c, DIM));
}

/* others: who says the same, or NULL. */
static void detail(const struct mg_console *c, const struct mg_result *r, const char *others)
{
	size_t width = c->style->width > 0 ? (size_t)c->style->width : 0;
	if (c->out->len > 0)
		mg_text_add_char(c->out, '\n');
	mark(c, r->verdict);
	add(c, BOLD, bounded(c, r->name));
	const char *place = mg_words_place(c->scratch, c->run, r);
	size_t used = ROW_INDENT + mg_utf8_width(r->name) + GAP + mg_utf8_width(place);
	if (width && used > width) {
		mg_text_add_char(c->out, '\n');
		mg_add_spaces(c->out, ROW_INDENT);
	} else {
		mg_add_spaces(c->out, GAP);
	}
	add(c, DIM, place);
	mg_text_add_char(c->out, '\n');
	if (*r->message) {
		mg_add_spaces(c->out, ROW_INDENT);
		mg_add_wrapped(c->out, bounded(c, r->message), ROW_INDENT, width);
	}
	if (others) {
		mg_add_spaces(c->out, ROW_INDENT);
		mg_add_wrapped(c->out, bounded(c, others), ROW_INDENT, width);
	}
	struct mg_words_pair pairs[MG_WORDS_PAIRS];
	size_t n = mg_words_details(c->scratch, r, c->style->verbose, pairs);
	size_t label_width = 0;
	for (size_t i = 0; i < n; i++)
		label_width = most(label_width, strlen(pairs[i].label));
	for (size_t i = 0; i < n; i++) {
		struct mg_text label;
		mg_text_init(&label, c->scratch);
		mg_add_padded(&label, pairs[i].label, label_width + 2, false);
		mg_add_spaces(c->out, ROW_INDENT);
		add(c, DIM, label.data);
		mg_add_wrapped(
			c->out, bounded(c, pairs[i].text), ROW_INDENT + label_width + 2, width);
	}
	samples(c, r);
	if (c->style->verbose && r->sql) {
		mg_add_spaces(c->out, ROW_INDENT);
		mg_add_wrapped(c->out, r->sql, ROW_INDENT, 0);
	}
}

void mg_console_details(const struct mg_console *c)
{
	static const enum mg_verdict order[] = {MG_SKIP, MG_PASS, MG_WARN, MG_FAIL, MG_ERROR};
	const struct mg_alike alike = mg_alike_errors(c->scratch, c->run);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		bool quiet = order[i] == MG_SKIP || order[i] == MG_PASS;
		for (size_t j = 0; j < c->run->result_count; j++) {
			const struct mg_result *r = &c->run->results[j];
			if (r->verdict != order[i] || (quiet && !c->style->verbose))
				continue;
			if (c->style->verbose)
				detail(c, r, NULL);
			else if (alike.count[j] > 0)
				detail(c, r, mg_alike_words(c->scratch, &alike, j));
		}
	}
}

void mg_console_closing(const struct mg_console *c)
{
	const struct mg_run *run = c->run;
	const char *trouble = mg_words_trouble(c->scratch, run);
	enum mg_verdict verdict = mg_words_taken(run);
	add(c, bold_colours[verdict], mg_words_outcome(run));
	mg_text_addf(c->out, "  %s: %s", mg_words_title(c->scratch, run),
		mg_words_summary(c->scratch, run));
	if (verdict != run->verdict)
		mg_text_add(c->out, " (warnings fail this run)");
	if (trouble && run->result_count > 0)
		mg_text_addf(c->out, " (%s)", trouble);
	mg_text_add_char(c->out, '\n');
	const char *gone = mg_words_gone(c->scratch, run);
	if (gone) {
		mg_add_spaces(c->out, GAP);
		mg_add_wrapped(c->out, bounded(c, gone), GAP,
			c->style->width > 0 ? (size_t)c->style->width : 0);
	}
	const char *charts = mg_charts_words(c->scratch, run);
	if (charts)
		mg_text_addf(c->out, "  %s\n", charts);
}

/* ---- costs ---- */

static const char *counted(const struct mg_console *c, int64_t n, const char *one, const char *many)
{
	return mg_printf(c->scratch, "%s %s", mg_human_double(c->scratch, (double)n, 0),
		n == 1 ? one : many);
}

static void statements_of(const struct mg_console *c, const struct mg_engine_costs *costs)
{
	for (size_t i = 0; i < costs->listed_count; i++) {
		const struct mg_statement_costs *s = &costs->statements[i];
		mg_add_spaces(c->out, ROW_INDENT);
		mg_text_addf(c->out, "%s  %s", bounded(c, s->id),
			mg_human_duration(c->scratch, s->seconds));
		if (s->rows >= 0)
			mg_text_addf(c->out, "  %s", counted(c, s->rows, "row", "rows"));
		if (s->bytes_read >= 0)
			mg_text_addf(c->out, "  %s read",
				mg_human_bytes(c->scratch, (double)s->bytes_read));
		mg_text_add_char(c->out, '\n');
	}
}

/* What services did: all of it where asked for, else what was not as it should be. */
static void costs(const struct mg_console *c)
{
	for (size_t i = 0; i < c->run->cost_count; i++) {
		const struct mg_engine_costs *one = &c->run->costs[i];
		bool all = c->style->verbose;
		if (!one->connection || (!all && one->sent_again <= 0))
			continue;
		struct mg_text line;
		mg_text_init(&line, c->scratch);
		mg_text_addf(&line, "%s (%s): %s", bounded(c, one->connection), one->engine,
			counted(c, one->queries, "query", "queries"));
		if (one->statement_count >= 0)
			mg_text_addf(&line, " as %s",
				counted(c, one->statement_count, "statement", "statements"));
		mg_text_addf(&line, " in %s", mg_human_duration(c->scratch, one->seconds));
		if (one->rows >= 0)
			mg_text_addf(&line, "; %s came back", counted(c, one->rows, "row", "rows"));
		if (one->bytes_read >= 0)
			mg_text_addf(&line, ", %s were read",
				mg_human_bytes(c->scratch, (double)one->bytes_read));
		if (one->refinements > 0)
			mg_text_addf(&line, "; %s asked for again in more detail",
				counted(c, one->refinements, "distribution", "distributions"));
		if (one->sent_again > 0)
			mg_text_addf(&line, "; %s sent again, since an answer was lost",
				counted(c, one->sent_again, "statement", "statements"));
		mg_add_wrapped(
			c->out, line.data, 0, c->style->width > 0 ? (size_t)c->style->width : 0);
		if (all)
			statements_of(c, one);
		mg_text_add_char(c->out, '\n');
	}
}

/* What was judged may be less than the tables have. */
static void hidden(const struct mg_console *c)
{
	size_t width = c->style->width > 0 ? (size_t)c->style->width : 0, before = c->out->len;
	for (size_t i = 0; i < c->run->input_count; i++) {
		const char *said = mg_input_access_sentence(c->scratch, &c->run->inputs[i]);
		if (said)
			mg_add_wrapped(c->out, bounded(c, said), 0, width);
	}
	if (c->out->len > before)
		mg_text_add_char(c->out, '\n');
}

static int write_console(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_report_style *style, struct mg_error *err)
{
	(void)err;
	const struct mg_run *safe = mg_run_safe(scratch, run);
	struct mg_console c = mg_console_start(out, scratch, safe, style);
	size_t before = out->len;
	if (!style->quiet) {
		size_t n;
		struct mg_group *groups = mg_run_groups(scratch, safe, &n);
		mg_console_title(&c);
		for (size_t i = 0; i < n; i++) {
			heading(&c, &groups[i]);
			mg_console_rows(&c, &groups[i]);
		}
	}
	mg_console_details(&c);
	if (out->len > before)
		mg_text_add_char(out, '\n');
	hidden(&c);
	costs(&c);
	mg_console_closing(&c);
	return MG_OK;
}

const struct mg_report_format mg_report_console = {
	.name = "console",
	.way = MG_REPORT_USUAL,
	.write = write_console,
};
