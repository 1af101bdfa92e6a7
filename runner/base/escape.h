/* escape.h: the only ways for untrusted text to reach a log, Markdown, HTML or XML. */
#ifndef MG_BASE_ESCAPE_H
#define MG_BASE_ESCAPE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"

/* One line that is safe to print in any log: C0/C1 controls, DEL, CR, LF, TAB, U+2028/2029 and
 * zero-width characters and bidirectional overrides become visible escapes (\n, \r, \t, \x1b, \u202e), invalid UTF-8 bytes
 * become \xNN, "##vso" and "##[" (any case) become "**vso" and "**[", "[[ATTACHMENT|" becomes
 * "((ATTACHMENT|". At most max_bytes of output (0: no bound), cut at a character with "…". */
void mg_escape_log(struct mg_text *out, const char *s, size_t len, size_t max_bytes);
char *mg_log_safe(struct mg_arena *arena, const char *s); /* the whole of s, no bound */
char *mg_log_safe_cut(struct mg_arena *arena, const char *s, size_t max_bytes);
/* As above but newlines stay newlines (bodies of several lines); CR LF counts as one. */
char *mg_log_safe_lines(struct mg_arena *arena, const char *s);

/* For one Markdown table cell or inline text: log-safe, then | ` * _ < > & [ ] \ ~ # made
 * harmless with backslashes or entities. */
void mg_escape_markdown(struct mg_text *out, const char *s);
/* For HTML text and double-quoted attributes: log-safe, then & < > " '. */
void mg_escape_html(struct mg_text *out, const char *s);
/* Only XML 1.0 characters: log-safe (a reader may print it), but newlines and tabs stay.
 * libxml2 does the markup escaping. */
char *mg_xml_safe(struct mg_arena *arena, const char *s);
/* Azure logging command value: property (% LF ] ;) and data (% LF), log-safe but for newlines,
 * which the agent brings back. */
void mg_escape_vso_property(struct mg_text *out, const char *s);
void mg_escape_vso_data(struct mg_text *out, const char *s);

#endif
