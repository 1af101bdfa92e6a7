/* html.h: the parts of pages in HTML: of the report, and of a site. Every text of a run goes through mg_escape_html on
 * its way out. */
#ifndef MG_REPORT_HTML_H
#define MG_REPORT_HTML_H

#include <modelgate/error.h>
#include <modelgate/run.h>

#include "base/text.h"

struct mg_page {
	struct mg_text *out;
	struct mg_arena *scratch;
	const struct mg_run *run; /* from mg_run_safe; NULL on a page that is of no run */
};

/* One of the pages of a site. */
struct mg_html_link {
	const char *address; /* from the site's top */
	const char *text;
	bool is_here;
};
/* What a page stands in. */
struct mg_html_frame {
	const char *page; /* "run", "fleet", ...: for its script */
	const char *top;  /* way to the site's top: "", "../"; NULL: the page needs no other file */
	const struct mg_html_link *links; /* to other pages of the site */
	size_t link_count;
	const char *style; /* of a style element that the page has besides; or NULL */
	const char *feed;  /* address of a feed of the page's news; or NULL */
};
void mg_html_open_page(
	const struct mg_page *p, const struct mg_html_frame *frame, const char *title);
void mg_html_close_page(const struct mg_page *p, const struct mg_html_frame *frame);
/* What the page's script reads, by this id. */
void mg_html_data(const struct mg_page *p, const char *id, const char *json);

/* Markup that is ours; no text of a run. */
static inline void mg_html(const struct mg_page *p, const char *markup)
{
	mg_text_add(p->out, markup);
}
/* A text of the run, escaped, and cut where it is too long to be read. */
void mg_html_text(const struct mg_page *p, const char *text);
/* <ELEMENT>text</...>; element may have attributes: "td class=number". */
void mg_html_element(const struct mg_page *p, const char *element, const char *text);
/* A link; attributes are ours and begin with a blank, or are "". */
void mg_html_anchor(
	const struct mg_page *p, const char *address, const char *text, const char *attributes);
/* The shape and the word of a verdict. */
void mg_html_verdict(const struct mg_page *p, enum mg_verdict verdict);
/* A table that may be wider than the page. `label` and columns, separated by |, are ours; the caller may
 * add heads of its own before the rows begin. */
void mg_html_open_table(const struct mg_page *p, const char *label, const char *columns);
void mg_html_open_rows(const struct mg_page *p);
void mg_html_close_table(const struct mg_page *p);

/* html.c: the report of a run, for that frame. */
MG_MUST_USE int mg_html_run(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_html_frame *frame, struct mg_error *err);

/* html_checks.c: what failed, in a line each; what did not pass, with all that explains it; then every check by suite. */
void mg_html_failed(const struct mg_page *p);
void mg_html_troubles(const struct mg_page *p);
void mg_html_checks(const struct mg_page *p);
/* html_tables.c: slices, the candidate beside its baseline, the origin of the run. */
void mg_html_slices(const struct mg_page *p);
void mg_html_baselines(const struct mg_page *p);
void mg_html_origin(const struct mg_page *p);

#endif
