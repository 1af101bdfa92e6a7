/* page_model.c: a model's page: its stages, the checks of its newest runs, its runs, and what happened to it; and the
 * page of its provenance graph. */
#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "graph/write.h"
#include "report/words.h"
#include "site/pages.h"

enum { MOST_RUNS = 100, DRAWN_MOST = 300 };

/* ---- checks ---- */

void mg_site_checks(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_site_run *of)
{
	const struct mg_page p = {out, scratch, NULL};
	mg_html(&p, "<section class=\"checks\" data-stage=\"");
	mg_escape_html(out, of->stage ? of->stage : "");
	mg_html(&p, "\">\n");
	mg_html_element(&p, "h2",
		of->stage ? mg_printf(scratch, "Checks of %s", of->stage)
			  : "Checks without a stage");
	mg_html(&p, "<p class=\"note\">As of ");
	mg_html_anchor(&p, mg_printf(scratch, "../%s", of->page),
		mg_clock_text(scratch, of->as_of_us), "");
	mg_html(&p, ": ");
	mg_html_text(&p, of->summary);
	mg_html(&p, "</p>\n");
	mg_html_open_table(&p, "Checks of the newest run", "Verdict|Check|Measured|Limit|Why");
	mg_html_open_rows(&p);
	for (size_t i = 0; i < run->result_count; i++) {
		const struct mg_result *r = &run->results[i];
		bool tells = r->verdict != MG_PASS || mg_words_is_idle(r);
		mg_html(&p, "<tr data-check=\"");
		mg_escape_html(out, r->name);
		mg_html(&p, "\"><td>");
		mg_html_verdict(&p, r->verdict);
		mg_html(&p, "</td>");
		mg_html_element(&p, "th scope=\"row\"", r->name);
		mg_html_element(&p, "td class=\"number\"", mg_words_beside_chance(scratch, r));
		mg_html_element(&p, "td", mg_words_limits_line(scratch, r));
		mg_html_element(&p, "td class=\"why\"", tells ? r->message : "");
		mg_html(&p, "</tr>\n");
	}
	mg_html_close_table(&p);
	mg_html(&p, "</section>\n");
}

/* ---- stages ---- */

static void stage_row(const struct mg_page *p, const struct mg_site_stage *stage)
{
	const struct mg_site_standing *s = stage->standing;
	mg_html(p, "<tr>");
	mg_html_element(p, "th scope=\"row\"", stage->stage ? stage->stage : "-");
	mg_html(p, "<td>");
	mg_site_state_html(p, stage->state);
	mg_html(p, "</td>");
	mg_html_element(p, "td", s ? s->version : "");
	mg_site_time_html(p, "td", s ? s->since_us : MG_SITE_NEVER);
	mg_html_element(p, "td", s ? s->decision : "");
	mg_html_element(p, "td", s ? s->evidence : "");
	mg_site_time_html(p, "td", stage->next_us);
	mg_html_element(p, "td class=\"number\"", mg_printf(p->scratch, "%zu", stage->runs));
	mg_text_addf(p->out, "<td><code class=\"days\" data-days=\"%s\">%s</code></td>",
		stage->days, stage->days);
	mg_html_element(p, "td class=\"why\"", stage->why);
	mg_html(p, "</tr>\n");
}

static void stages(const struct mg_page *p, const struct mg_site_entry *entry)
{
	mg_html(p,
		"<section id=\"stages\" aria-labelledby=\"stages-title\">\n"
		"<h2 id=\"stages-title\">Stages</h2>\n");
	mg_html_open_table(p, "Stages",
		"Stage|State|Version|Since|Decision|Evidence|Next run due|Runs|30 days|Why");
	mg_html_open_rows(p);
	for (size_t i = 0; i < entry->stage_count; i++)
		stage_row(p, &entry->stages[i]);
	mg_html_close_table(p);
	mg_html(p, "</section>\n");
}

/* ---- runs ---- */

static void run_row(const struct mg_page *p, const struct mg_site_run *run)
{
	mg_html(p, "<tr><td>");
	mg_html_verdict(p, run->verdict);
	mg_html(p, "</td><th scope=\"row\">");
	const char *time = mg_clock_text(p->scratch, run->as_of_us);
	if (run->page)
		mg_html_anchor(p, mg_printf(p->scratch, "../%s", run->page), time, "");
	else
		mg_html_text(p, time);
	mg_html(p, "</th>");
	mg_html_element(p, "td", run->stage ? run->stage : "-");
	mg_html_element(p, "td",
		run->commit ? mg_printf(p->scratch, "%.7s%s", run->commit,
				      run->dirty ? " with changes" : "")
			    : "");
	mg_html_element(p, "td", run->selection);
	mg_html_element(p, "td class=\"why\"", run->summary);
	mg_html(p, "</tr>\n");
}

/* The next one in time, backwards; each stage's months are in order. */
static const struct mg_site_run *take_newest(const struct mg_site_records *records, size_t *left)
{
	const struct mg_site_run *found = NULL;
	size_t at = 0;
	for (size_t i = 0; i < records->month_count; i++) {
		const struct mg_site_run *run = left[i] ? &records->months[i].runs[left[i] - 1]
							: NULL;
		if (run &&
			(!found || run->as_of_us > found->as_of_us ||
				(run->as_of_us == found->as_of_us &&
					run->started_us > found->started_us))) {
			found = run;
			at = i;
		}
	}
	if (found)
		left[at]--;
	return found;
}

static void runs(const struct mg_page *p, const struct mg_site_records *records)
{
	size_t *left = mg_alloc_array(p->scratch, records->month_count, sizeof(*left));
	const struct mg_site_run *run;
	for (size_t i = 0; i < records->month_count; i++)
		left[i] = records->months[i].count;
	mg_html(p,
		"<section id=\"runs\" aria-labelledby=\"runs-title\">\n"
		"<h2 id=\"runs-title\">Runs</h2>\n");
	mg_html_open_table(p, "Runs", "Verdict|As of|Stage|Commit|Selected|Checks");
	mg_html_open_rows(p);
	for (size_t i = 0; i < MOST_RUNS && (run = take_newest(records, left)); i++)
		run_row(p, run);
	mg_html_close_table(p);
	if (records->runs > MOST_RUNS)
		mg_text_addf(p->out,
			"<p class=\"note\">%zu older runs are in the files of data/.</p>\n",
			records->runs - MOST_RUNS);
	mg_html(p, "</section>\n");
}

/* ---- the pages ---- */

static void events(const struct mg_page *p, const struct mg_site_model *model)
{
	const struct mg_site_event **list = mg_alloc_array(
		p->scratch, model->event_count, sizeof(*list));
	for (size_t i = 0; i < model->event_count; i++)
		list[i] = &model->events[model->event_count - 1 - i];
	mg_site_events_html(p, list, model->event_count);
}

void mg_site_page_model(struct mg_text *out, struct mg_arena *scratch,
	const struct mg_site_entry *entry, const struct mg_site_records *records,
	const char *checks, const char *json)
{
	const struct mg_page p = {out, scratch, NULL};
	struct mg_site_frame frame;
	mg_site_frame(&frame, "model", "../", entry->page, entry->model->name, entry->page);
	mg_html_open_page(&p, &frame.frame, entry->model->name);
	mg_html(&p, "<header>\n");
	mg_html_element(&p, "h1", entry->model->name);
	mg_html(&p, "<ul class=\"where\">");
	if (entry->owner)
		mg_html_element(&p, "li", mg_printf(scratch, "owner %s", entry->owner));
	for (size_t i = 0; i < entry->tag_count; i++)
		mg_html_element(&p, "li", entry->tags[i]);
	if (entry->graph) {
		mg_html(&p, "<li>");
		mg_html_anchor(
			&p, mg_printf(scratch, "../%s", entry->graph), "Where it came from", "");
		mg_html(&p, "</li>");
	}
	mg_html(&p, "</ul>\n</header>\n<main>\n");
	mg_site_findings_html(&p, "../", entry->findings, entry->finding_count);
	stages(&p, entry);
	mg_html(&p, checks);
	runs(&p, records);
	events(&p, entry->model);
	mg_html(&p, "</main>\n");
	mg_html_data(&p, "model", json);
	mg_html_close_page(&p, &frame.frame);
}

void mg_site_page_graph(struct mg_text *out, struct mg_arena *scratch, const char *model,
	const char *page, const struct mg_graph *graph)
{
	const struct mg_page p = {out, scratch, NULL};
	const struct mg_graph_question question = {.model = model, .about = model};
	struct mg_site_frame frame;
	struct mg_text json;
	mg_text_init(&json, scratch);
	mg_graph_json(&json, graph, &question);
	mg_site_frame(&frame, "graph", "../", NULL, model, page);
	frame.frame.style = mg_graph_svg_style();
	mg_html_open_page(&p, &frame.frame, mg_printf(scratch, "Where %s came from", model));
	mg_html(&p, "<header>\n");
	mg_html_element(&p, "h1", mg_printf(scratch, "Where %s came from", model));
	mg_html(&p, "</header>\n<main>\n<figure id=\"picture\">\n");
	mg_graph_svg(out, graph, &question);
	mg_html(&p, "</figure>\n</main>\n");
	mg_html_data(&p, "graph", json.data);
	mg_html_close_page(&p, &frame.frame);
}
