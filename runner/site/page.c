/* page.c: what the pages of a site share. */
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "site/pages.h"

void mg_site_frame(struct mg_site_frame *out, const char *page, const char *top, const char *here,
	const char *model, const char *model_page)
{
	size_t n = 0;
	out->links[n++] = (struct mg_html_link){"index.html", "Models", false};
	out->links[n++] = (struct mg_html_link){"decisions.html", "Decisions", false};
	if (model)
		out->links[n++] = (struct mg_html_link){model_page, model, false};
	for (size_t i = 0; i < n; i++)
		out->links[i].is_here = mg_streq(out->links[i].address, here);
	out->frame = (struct mg_html_frame){
		.page = page, .top = top, .links = out->links, .link_count = n};
}

void mg_site_state_html(const struct mg_page *p, const char *state)
{
	const char *shape = mg_streq(state, "late") ? "fail"
		: mg_streq(state, "none")           ? "skip"
						    : state;
	mg_text_addf(p->out,
		"<span class=\"verdict %s %s\"><svg aria-hidden=\"true\" width=\"14\" "
		"height=\"14\"><use href=\"#shape-%s\"/></svg>%s</span>",
		shape, state, shape, mg_streq(state, "none") ? "no runs" : state);
}

void mg_site_time_html(const struct mg_page *p, const char *element, int64_t us)
{
	char text[32];
	mg_text_addf(p->out, "<%s>", element);
	if (us != MG_SITE_NEVER) {
		mg_clock_format(us, text);
		mg_text_addf(p->out, "<time datetime=\"%s\">%.10s %.5s</time>", text, text,
			text + strlen("2026-11-28T"));
	}
	mg_text_addf(p->out, "</%.*s>", (int)strcspn(element, " "), element);
}

/* "churn PRD": where it is. */
static void place(const struct mg_page *p, const char *top, const struct mg_site_finding *f)
{
	if (!f->model)
		return;
	const char *text = mg_printf(
		p->scratch, "%s%s%s", f->model, f->stage ? " " : "", f->stage ? f->stage : "");
	if (f->page)
		mg_html_anchor(p, mg_printf(p->scratch, "%s%s", top, f->page), text, "");
	else
		mg_html_text(p, text);
	mg_html(p, " ");
}

void mg_site_findings_html(const struct mg_page *p, const char *top,
	const struct mg_site_finding *findings, size_t count)
{
	if (count == 0)
		return;
	mg_html(p,
		"<section id=\"findings\" aria-labelledby=\"findings-title\">\n"
		"<h2 id=\"findings-title\">To know</h2>\n<ul class=\"findings\">\n");
	for (size_t i = 0; i < count; i++) {
		const struct mg_site_finding *f = &findings[i];
		mg_text_addf(p->out, "<li class=\"%s\" data-kind=\"%s\">", f->look, f->kind);
		mg_site_state_html(p, f->look);
		mg_html(p, " ");
		mg_html_element(p, "b", f->kind);
		mg_html(p, " ");
		place(p, top, f);
		mg_html_element(p, "span", f->text);
		mg_html(p, "</li>\n");
	}
	mg_html(p, "</ul></section>\n");
}

static void event_row(const struct mg_page *p, const struct mg_site_event *e)
{
	mg_html(p, "<tr data-model=\"");
	mg_escape_html(p->out, e->model);
	mg_text_addf(p->out, "\" data-kind=\"%s\">", e->kind);
	mg_site_time_html(p, "td", e->time_us);
	mg_html_element(p, "th scope=\"row\"", e->model);
	mg_html_element(p, "td", e->what);
	mg_html(p, "<td>");
	if (e->problem)
		mg_site_state_html(p, "fail");
	mg_html_text(p, e->problem ? " does not hold" : e->decision);
	mg_html(p, "</td>");
	mg_html_element(p, "td", e->by);
	mg_html(p, "<td>");
	for (size_t i = 0; i < e->approver_count; i++) {
		mg_html(p, i ? ", " : "");
		mg_html_text(p, e->approvers[i]);
	}
	mg_html(p, "</td>");
	mg_html_element(p, "td class=\"why\"", e->problem ? e->problem : e->why);
	mg_html_element(p, "td", e->tag);
	mg_html_element(p, "td", mg_printf(p->scratch, "%.7s", e->commit));
	mg_html(p, "</tr>\n");
}

void mg_site_events_html(
	const struct mg_page *p, const struct mg_site_event *const *events, size_t count)
{
	mg_html(p,
		"<section id=\"events\" aria-labelledby=\"events-title\">\n"
		"<h2 id=\"events-title\">Decisions</h2>\n");
	if (count == 0) {
		mg_html(p, "<p class=\"note\">No release tag says anything.</p>\n</section>\n");
		return;
	}
	mg_html_open_table(
		p, "Decisions", "When|Model|What|Decision|By|Approved by|Why|Tag|Commit");
	mg_html_open_rows(p);
	for (size_t i = 0; i < count; i++)
		event_row(p, events[i]);
	mg_html_close_table(p);
	mg_html(p, "</section>\n");
}
