/* pages.h: the pages of a site in HTML: whole without scripts, and with the data that scripts make pictures of. */
#ifndef MG_SITE_PAGES_H
#define MG_SITE_PAGES_H

#include "base/text.h"
#include "graph/graph.h"
#include "report/html.h"
#include "site/records.h"
#include "site/values.h"

/* Each gets its data as JSON: that of json.h. */
void mg_site_page_fleet(struct mg_text *out, struct mg_arena *scratch,
	const struct mg_site_fleet *fleet, const char *json);
void mg_site_page_decisions(struct mg_text *out, struct mg_arena *scratch,
	const struct mg_site_fleet *fleet, const struct mg_site_event *const *events, size_t count,
	const char *json);
/* `checks`: the tables of the newest runs, from mg_site_checks. */
void mg_site_page_model(struct mg_text *out, struct mg_arena *scratch,
	const struct mg_site_entry *entry, const struct mg_site_records *records,
	const char *checks, const char *json);
void mg_site_page_graph(struct mg_text *out, struct mg_arena *scratch, const char *model,
	const char *page, const struct mg_graph *graph);

/* A table of all checks of the newest run of a stage. */
void mg_site_checks(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_site_run *of);

/* page.c: what the pages share. */

/* The links of a site's page. `here` is the address of the page, from the site's top; model may be NULL. */
struct mg_site_frame {
	struct mg_html_frame frame;
	struct mg_html_link links[4];
};
void mg_site_frame(struct mg_site_frame *out, const char *page, const char *top, const char *here,
	const char *model, const char *model_page);
/* The shape of a state, and its word: "late" and "none" have those of a failure and of nothing. */
void mg_site_state_html(const struct mg_page *p, const char *state);
/* A section of them; none when there are none. */
void mg_site_findings_html(const struct mg_page *p, const char *top,
	const struct mg_site_finding *findings, size_t count);
/* Rows newest last become a table with the newest first. */
void mg_site_events_html(
	const struct mg_page *p, const struct mg_site_event *const *events, size_t count);
/* "2026-11-28 09:00"; "" for MG_SITE_NEVER. */
void mg_site_time_html(const struct mg_page *p, const char *element, int64_t us);

#endif
