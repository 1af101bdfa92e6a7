/* page_fleet.c: the first page: all models by their stages, and the audit trail of all of them. */
#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "site/pages.h"
#include "site/state.h"

/* The state that a model is seen by: that of its worst stage. */
static const char *state_of(const struct mg_site_entry *entry)
{
	const char *worst = entry->stage_count ? "pass" : "none";
	for (size_t i = 0; i < entry->stage_count; i++)
		if (mg_site_rank(entry->stages[i].state) > mg_site_rank(worst))
			worst = entry->stages[i].state;
	return worst;
}

/* "200 models: 3 failed, 1 late, 196 passed". */
static void totals(const struct mg_page *p, const struct mg_site_fleet *fleet)
{
	static const struct {
		const char *state, *words;
	} table[] = {{"error", "in error"}, {"fail", "failed"}, {"late", "late"},
		{"warn", "warned"}, {"none", "without a run"}, {"pass", "passed"}};
	mg_text_addf(p->out, "<p class=\"summary\"><b>%zu model%s</b>", fleet->count,
		fleet->count == 1 ? "" : "s");
	const char *before = ": ";
	for (size_t k = 0; k < sizeof(table) / sizeof(table[0]); k++) {
		size_t n = 0;
		for (size_t i = 0; i < fleet->count; i++)
			n += mg_streq(state_of(fleet->entries[i]), table[k].state);
		if (n == 0)
			continue;
		mg_text_addf(p->out, "%s<span class=\"total %s\">%zu %s</span>", before,
			table[k].state, n, table[k].words);
		before = ", ";
	}
	mg_html(p, "</p>\n");
}

static void worst(const struct mg_page *p, const struct mg_site_stage *stage)
{
	const struct mg_site_worst *w = stage->worst;
	mg_html(p, "<td class=\"worst\">");
	if (w) {
		mg_html_element(p, "span class=\"name\"", w->check);
		mg_html(p, " ");
		mg_html_element(p, "b", w->shown);
		mg_html(p, " ");
		mg_html_element(p, "span class=\"limit\"", w->limit);
	}
	mg_html(p, "</td>");
}

/* The letters are for who has no script; they are in the data too. */
static void days(const struct mg_page *p, const char *letters)
{
	mg_text_addf(p->out, "<td><code class=\"days\" data-days=\"%s\">%s</code></td>", letters,
		letters);
}

static void stage_cells(const struct mg_page *p, const struct mg_site_stage *stage)
{
	const struct mg_site_standing *s = stage->standing;
	mg_html_element(p, "td", stage->stage ? stage->stage : "-");
	mg_html(p, "<td>");
	mg_site_state_html(p, stage->state);
	mg_html(p, "</td>");
	mg_html(p, "<td>");
	mg_html_text(p, s && s->version ? s->version : "");
	if (s && mg_streq(s->decision, "overridden"))
		mg_html(p, " <span class=\"verdict warn\">override</span>");
	if (s && !s->decision)
		mg_html(p, " <span class=\"verdict warn\">by hand</span>");
	mg_html(p, "</td>");
	mg_site_time_html(p, "td", s ? s->since_us : MG_SITE_NEVER);
	mg_html(p, "<td>");
	if (stage->last && stage->last->page)
		mg_html_anchor(p, stage->last->page,
			mg_printf(p->scratch, "%.16s",
				mg_clock_text(p->scratch, stage->last->as_of_us)),
			"");
	mg_html(p, "</td>");
	days(p, stage->days);
	worst(p, stage);
	mg_html_element(p, "td class=\"why\"", stage->why);
}

static void model_rows(const struct mg_page *p, const struct mg_site_entry *entry)
{
	size_t rows = entry->stage_count ? entry->stage_count : 1;
	for (size_t i = 0; i < rows; i++) {
		mg_html(p, "<tr data-model=\"");
		mg_escape_html(p->out, entry->model->name);
		mg_html(p, "\">");
		if (i == 0) {
			mg_text_addf(p->out, "<th scope=\"rowgroup\" rowspan=\"%zu\">", rows);
			mg_html_anchor(p, entry->page, entry->model->name, "");
			mg_text_addf(p->out, "</th><td rowspan=\"%zu\">", rows);
			mg_html_text(p, entry->owner);
			mg_html(p, "</td>");
		}
		if (i < entry->stage_count) {
			stage_cells(p, &entry->stages[i]);
		} else {
			mg_html(p, "<td></td><td>");
			mg_site_state_html(p, "none");
			mg_html(p, "</td><td colspan=\"6\"></td>");
		}
		mg_html(p, "</tr>\n");
	}
}

static void built(const struct mg_page *p, const struct mg_site_fleet *fleet)
{
	mg_html(p, "<ul class=\"where\">");
	mg_html_element(p, "li",
		mg_printf(p->scratch, "built %s", mg_clock_text(p->scratch, fleet->now_us)));
	mg_html_element(p, "li", mg_printf(p->scratch, "of %s", fleet->from));
	mg_html_element(p, "li",
		fleet->has_repository ? "release tags read"
				      : "without a repository: no release tags");
	mg_html(p, "</ul>\n");
}

void mg_site_page_fleet(struct mg_text *out, struct mg_arena *scratch,
	const struct mg_site_fleet *fleet, const char *json)
{
	const struct mg_page p = {out, scratch, NULL};
	struct mg_site_frame frame;
	mg_site_frame(&frame, "fleet", "", "index.html", NULL, NULL);
	frame.frame.feed = "feed.atom";
	mg_html_open_page(&p, &frame.frame, "Models");
	mg_html(&p, "<header>\n<h1>Models</h1>\n");
	totals(&p, fleet);
	built(&p, fleet);
	mg_html(&p, "</header>\n<main>\n");
	mg_site_findings_html(&p, "", fleet->findings, fleet->finding_count);
	mg_html(&p,
		"<section id=\"models\" aria-labelledby=\"models-title\">\n"
		"<h2 id=\"models-title\">By model and stage</h2>\n");
	if (fleet->count == 0)
		mg_html(&p, "<p class=\"note\">There are none: the history is empty.</p>\n");
	mg_html_open_table(&p, "Models",
		"Model|Owner|Stage|State|Version|Since|Last run|30 days|Worst check|Why");
	mg_html_open_rows(&p);
	for (size_t i = 0; i < fleet->count; i++)
		model_rows(&p, fleet->entries[i]);
	mg_html_close_table(&p);
	mg_html(&p,
		"<p class=\"note\">A letter a day: p passed, w warned, f failed, e error, m missed, "
		"- none was due.</p>\n</section>\n</main>\n");
	mg_html_data(&p, "fleet", json);
	mg_html_close_page(&p, &frame.frame);
}

void mg_site_page_decisions(struct mg_text *out, struct mg_arena *scratch,
	const struct mg_site_fleet *fleet, const struct mg_site_event *const *events, size_t count,
	const char *json)
{
	const struct mg_page p = {out, scratch, NULL};
	struct mg_site_frame frame;
	mg_site_frame(&frame, "decisions", "", "decisions.html", NULL, NULL);
	mg_html_open_page(&p, &frame.frame, "Decisions");
	mg_html(&p, "<header>\n<h1>Decisions</h1>\n");
	built(&p, fleet);
	mg_html(&p, "</header>\n<main>\n");
	mg_site_events_html(&p, events, count);
	mg_html(&p, "</main>\n");
	mg_html_data(&p, "decisions", json);
	mg_html_close_page(&p, &frame.frame);
}
