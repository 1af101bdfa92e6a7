/* html.h: the parts of the HTML report. Every text of a run goes through mg_escape_html on its way out. */
#ifndef MG_REPORT_HTML_H
#define MG_REPORT_HTML_H

#include <modelgate/run.h>

#include "base/text.h"

struct mg_page {
	struct mg_text *out;
	struct mg_arena *scratch;
	const struct mg_run *run; /* from mg_run_safe */
};

/* Markup that is ours; no text of a run. */
static inline void mg_html(const struct mg_page *p, const char *markup)
{
	mg_text_add(p->out, markup);
}
/* A text of the run, escaped, and cut where it is too long to be read. */
void mg_html_text(const struct mg_page *p, const char *text);
/* <ELEMENT>text</...>; element may have attributes: "td class=number". */
void mg_html_element(const struct mg_page *p, const char *element, const char *text);
/* The shape and the word of a verdict. */
void mg_html_verdict(const struct mg_page *p, enum mg_verdict verdict);
/* A table that may be wider than the page. `label` and columns, separated by |, are ours; the caller may
 * add heads of its own before the rows begin. */
void mg_html_open_table(const struct mg_page *p, const char *label, const char *columns);
void mg_html_open_rows(const struct mg_page *p);
void mg_html_close_table(const struct mg_page *p);

/* html_checks.c: what failed, in a line each; what did not pass, with all that explains it; then every check by suite. */
void mg_html_failed(const struct mg_page *p);
void mg_html_troubles(const struct mg_page *p);
void mg_html_checks(const struct mg_page *p);
/* html_tables.c: slices, the candidate beside its baseline, the origin of the run. */
void mg_html_slices(const struct mg_page *p);
void mg_html_baselines(const struct mg_page *p);
void mg_html_origin(const struct mg_page *p);

#endif
