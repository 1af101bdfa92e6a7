/* html_checks.c: what did not pass, each with its number against the limit and all that explains it, then
 * every check by suite. */
#include <math.h>

#include "base/escape.h"
#include "report/alike.h"
#include "report/html.h"
#include "report/words.h"

/* A page of more is no first screen; all checks are listed below. */
enum { MOST_LINKS = 12, MOST_TROUBLES = 100, MOST_ROWS = 20 };

/* ---- how far a limit is broken ---- */

/* The limit that decided: the first broken one, of failures before warnings. */
static const struct mg_judged_limit *broken_limit(const struct mg_result *r)
{
	const struct mg_judged_limit *found = NULL;
	for (size_t i = 0; i < r->limit_count; i++) {
		const struct mg_judged_limit *limit = &r->limits[i];
		if (limit->state == MG_BROKEN && (!found || mg_streq(found->role, "warn")))
			found = limit;
	}
	return found;
}

/* "0.084 over the limit"; NULL for limits that are not a number on the value's own scale. */
static const char *beyond(struct mg_arena *a, const struct mg_result *r)
{
	static const char *const plain[] = {"min", "max", "above", "below", NULL};
	const struct mg_judged_limit *limit = broken_limit(r);
	bool is_plain = false;
	for (size_t i = 0; limit && plain[i]; i++)
		is_plain = is_plain || mg_streq(limit->op, plain[i]);
	if (!is_plain || limit->of_baseline || mg_streq(limit->role, "effect") ||
		mg_streq(r->unit, "time") || !isfinite(r->judged))
		return NULL;
	double gap = fabs(r->judged - limit->value);
	const char *side = mg_printf(a, "%s the %s", r->judged > limit->value ? "over" : "under",
		mg_streq(limit->role, "warn") ? "warning" : "limit");
	if (mg_streq(r->unit, "share") || limit->as_percent)
		return mg_printf(a, "%s points %s", mg_human_double(a, 100 * gap, 3), side);
	if (mg_streq(r->unit, "seconds"))
		return mg_printf(a, "%s %s", mg_human_duration(a, gap), side);
	return mg_printf(a, "%s %s", mg_human_double(a, gap, 3), side);
}

/* ---- one that did not pass ---- */

static void pairs(const struct mg_page *p, const struct mg_result *r)
{
	struct mg_words_pair list[MG_WORDS_PAIRS];
	size_t count = mg_words_details(p->scratch, r, true, list);
	mg_html(p, "<dl>\n");
	for (size_t i = 0; i < count; i++) {
		mg_html_element(p, "dt", list[i].label);
		mg_html_element(p, "dd", list[i].text);
		mg_html(p, "\n");
	}
	mg_html_element(p, "dt", "place");
	mg_html_element(p, "dd", mg_words_place(p->scratch, p->run, r));
	mg_html(p, "</dl>\n");
}

static void failing_rows(const struct mg_page *p, const struct mg_result *r)
{
	if (r->sample_rows == 0 || r->sample_column_count == 0)
		return;
	mg_html(p, "<details><summary>Failing rows</summary>\n");
	mg_html_open_table(p, "Failing rows", "");
	for (size_t i = 0; i < r->sample_column_count; i++)
		mg_html_element(p, "th scope=\"col\"", r->sample_columns[i]);
	mg_html_open_rows(p);
	for (size_t row = 0; row < r->sample_rows && row < MOST_ROWS; row++) {
		mg_html(p, "<tr>");
		for (size_t i = 0; i < r->sample_column_count; i++) {
			const char *cell = r->samples[row * r->sample_column_count + i];
			mg_html_element(p, cell ? "td" : "td class=\"null\"", cell ? cell : "NULL");
		}
		mg_html(p, "</tr>\n");
	}
	mg_html_close_table(p);
	mg_html(p, "</details>\n");
}

/* "false_positive_rate" as people write it. */
static const char *title_of(struct mg_arena *a, const char *column)
{
	char *title = mg_strdup(a, column);
	for (char *at = title; *at; at++)
		*at = *at == '_' ? ' ' : *at;
	return title;
}

static void chart_table(const struct mg_page *p, const struct mg_chart *chart)
{
	mg_html(p, "<details class=\"numbers\"><summary>The picture as a table</summary>\n");
	mg_html_open_table(p, "The picture as a table", "");
	if (chart->label_count)
		mg_html_element(p, "th scope=\"col\"", chart->x);
	for (size_t i = 0; i < chart->column_count; i++)
		mg_html_element(p, "th scope=\"col\"", title_of(p->scratch, chart->columns[i]));
	mg_html_open_rows(p);
	const double *number = chart->numbers;
	for (size_t row = 0; row < chart->row_count; row++) {
		mg_html(p, "<tr>");
		if (chart->label_count)
			mg_html_element(p, "th scope=\"row\"", chart->labels[row]);
		for (size_t i = 0; i < chart->column_count; i++)
			mg_html_element(p, "td", mg_human_double(p->scratch, *number++, 5));
		mg_html(p, "</tr>\n");
	}
	mg_html_close_table(p);
	mg_html(p, "</details>\n");
}

static void trouble(
	const struct mg_page *p, const struct mg_result *r, const char *others, size_t index)
{
	struct mg_arena *a = p->scratch;
	const char *far = beyond(a, r);
	mg_text_addf(p->out,
		"<article class=\"trouble %s\" id=\"result-%zu\" data-result=\"%zu\">\n"
		"<div class=\"what\">\n<h3>",
		mg_verdict_word(r->verdict), index, index);
	mg_html_verdict(p, r->verdict);
	mg_html(p, " ");
	mg_html_element(p, "span class=\"name\"", r->name);
	mg_html(p, "</h3>\n");
	if (r->measured) {
		mg_html(p, "<p class=\"number\">");
		mg_html_element(p, "b", mg_words_value(a, r));
		mg_html_element(p, "span class=\"limit\"", mg_words_limits(a, r));
		if (far)
			mg_html_element(p, "span class=\"beyond\"", far);
		mg_html(p, "</p>\n");
	}
	mg_html(p, "<div class=\"against\"></div>\n");
	mg_html_element(p, "p class=\"why\"", r->message);
	if (others)
		mg_html_element(p, "p class=\"why\"", others);
	mg_html(p, "<details class=\"facts\"><summary>All about it</summary>\n");
	pairs(p, r);
	if (r->sql) {
		mg_html(p, "<pre>");
		mg_escape_html(p->out, mg_log_safe_cut(a, r->sql, 4000));
		mg_html(p, "</pre>\n");
	}
	mg_html(p, "</details>\n");
	failing_rows(p, r);
	mg_html(p, "</div>\n<div class=\"pictures\">\n");
	for (size_t i = 0; i < r->chart_count; i++)
		chart_table(p, &r->charts[i]);
	mg_html(p, "</div>\n</article>\n");
}

void mg_html_failed(const struct mg_page *p)
{
	const struct mg_run *run = p->run;
	size_t all = run->counts.fail + run->counts.error, shown = 0;
	if (all == 0)
		return;
	mg_html(p, "<nav aria-label=\"What failed\"><ul class=\"failed\">\n");
	for (size_t i = 0; i < run->result_count && shown < MOST_LINKS; i++) {
		const struct mg_result *r = &run->results[i];
		if (r->verdict != MG_FAIL && r->verdict != MG_ERROR)
			continue;
		shown++;
		mg_html(p, "<li>");
		mg_html_verdict(p, r->verdict);
		mg_text_addf(p->out, " <a href=\"#result-%zu\">", i);
		mg_html_text(p, r->name);
		mg_html(p, "</a> ");
		mg_html_text(p, mg_words_value(p->scratch, r));
		mg_html(p, "</li>\n");
	}
	if (all > shown)
		mg_text_addf(p->out, "<li>and %zu more</li>\n", all - shown);
	mg_html(p, "</ul></nav>\n");
}

/* Failures, which say something of the model, before errors and warnings. Equal errors share one. */
void mg_html_troubles(const struct mg_page *p)
{
	static const enum mg_verdict order[] = {MG_FAIL, MG_ERROR, MG_WARN};
	const struct mg_run *run = p->run;
	const struct mg_alike alike = mg_alike_errors(p->scratch, run);
	size_t all = run->counts.error + run->counts.fail + run->counts.warn;
	size_t shown = 0, told = 0;
	if (all == 0)
		return;
	mg_html(p,
		"<section id=\"troubles\" aria-labelledby=\"troubles-title\">\n"
		"<h2 id=\"troubles-title\">What did not pass</h2>\n");
	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++) {
		for (size_t i = 0; i < run->result_count && shown < MOST_TROUBLES; i++) {
			if (run->results[i].verdict != order[k] || alike.count[i] == 0)
				continue;
			trouble(p, &run->results[i], mg_alike_words(p->scratch, &alike, i), i);
			shown++;
			told += alike.count[i];
		}
	}
	if (all > told)
		mg_text_addf(
			p->out, "<p class=\"note\">%zu more are listed below.</p>\n", all - told);
	mg_html(p, "</section>\n");
}

/* ---- all checks ---- */

static void check_row(const struct mg_page *p, const struct mg_result *r)
{
	struct mg_arena *a = p->scratch;
	mg_text_addf(p->out, "<tr data-result=\"%zu\"><td>", (size_t)(r - p->run->results));
	mg_html_verdict(p, r->verdict);
	mg_html(p, "</td>");
	mg_html_element(p, "th scope=\"row\"", mg_words_name(r));
	mg_html_element(p, "td class=\"number\"", mg_words_beside_chance(a, r));
	mg_html_element(p, "td", mg_words_limits_line(a, r));
	bool tells = r->verdict != MG_PASS || mg_words_is_idle(r);
	mg_html_element(p, "td class=\"why\"", tells ? r->message : "");
	mg_html(p, "</tr>\n");
}

void mg_html_checks(const struct mg_page *p)
{
	size_t count;
	struct mg_group *groups = mg_run_groups(p->scratch, p->run, &count);
	mg_html(p,
		"<section id=\"checks\" aria-labelledby=\"checks-title\">\n"
		"<h2 id=\"checks-title\">All checks</h2>\n");
	for (size_t i = 0; i < count; i++) {
		mg_html(p, "<details class=\"suite\" open><summary>");
		mg_html_element(p, "strong", groups[i].suite);
		mg_html(p, ": ");
		mg_html_text(p, mg_words_counts(p->scratch, &groups[i].counts));
		mg_html(p, "</summary>\n");
		mg_html_open_table(p, "Checks of a suite", "Verdict|Check|Measured|Limit|Why");
		mg_html_open_rows(p);
		for (size_t k = 0; k < groups[i].count; k++)
			check_row(p, groups[i].results[k]);
		mg_html_close_table(p);
		mg_html(p, "</details>\n");
	}
	if (count == 0)
		mg_html(p, "<p class=\"note\">There are none.</p>\n");
	mg_html(p, "</section>\n");
}
