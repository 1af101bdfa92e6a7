/* html_page.c: what every page in HTML is made of: its head with a strict policy, escaped texts, tables, and data that
 * its script reads. */
#include <string.h>

#include "base/base64.h"
#include "base/escape.h"
#include "base/file.h"
#include "report/html.h"
#include "report/web_files.h"

/* Longer texts are whole in the run that the file carries. */
enum { TEXT_BYTES = 600 };

void mg_html_text(const struct mg_page *p, const char *text)
{
	if (text)
		mg_escape_html(p->out, mg_log_safe_cut(p->scratch, text, TEXT_BYTES));
}

void mg_html_element(const struct mg_page *p, const char *element, const char *text)
{
	mg_text_addf(p->out, "<%s>", element);
	mg_html_text(p, text);
	mg_text_addf(p->out, "</%.*s>", (int)strcspn(element, " "), element);
}

void mg_html_anchor(
	const struct mg_page *p, const char *address, const char *text, const char *attributes)
{
	mg_html(p, "<a href=\"");
	mg_escape_html(p->out, address);
	mg_text_addf(p->out, "\"%s>", attributes);
	mg_html_text(p, text);
	mg_html(p, "</a>");
}

void mg_html_verdict(const struct mg_page *p, enum mg_verdict verdict)
{
	const char *word = mg_verdict_word(verdict);
	mg_text_addf(p->out,
		"<span class=\"verdict %s\"><svg aria-hidden=\"true\" width=\"14\" height=\"14\">"
		"<use href=\"#shape-%s\"/></svg>%s</span>",
		word, word, word);
}

void mg_html_open_table(const struct mg_page *p, const char *label, const char *columns)
{
	mg_text_addf(p->out,
		"<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"%s\"><table>"
		"<thead><tr>",
		label);
	for (const char *at = columns; *at;) {
		size_t len = strcspn(at, "|");
		mg_text_addf(p->out, "<th scope=\"col\">%.*s</th>", (int)len, at);
		at += len + (at[len] == '|');
	}
}

void mg_html_open_rows(const struct mg_page *p)
{
	mg_html(p, "</tr></thead><tbody>\n");
}

void mg_html_close_table(const struct mg_page *p)
{
	mg_html(p, "</tbody></table></div>\n");
}

/* ---- the head ---- */

/* A verdict is a shape too, for who cannot tell the colours. */
static const char shapes[] =
	"<svg class=\"shapes\" aria-hidden=\"true\" width=\"0\" height=\"0\">\n"
	"<symbol id=\"shape-pass\" viewBox=\"0 0 14 14\"><circle cx=\"7\" cy=\"7\" r=\"7\"/>"
	"<path class=\"sign\" d=\"M3.6 7.3l2.3 2.3 4.4-4.7\"/></symbol>\n"
	"<symbol id=\"shape-warn\" viewBox=\"0 0 14 14\"><path d=\"M7 .5l7 13H0z\"/>"
	"<path class=\"sign\" d=\"M7 5v4M7 10.6v1.2\"/></symbol>\n"
	"<symbol id=\"shape-fail\" viewBox=\"0 0 14 14\"><path d=\"M0 0h14v14H0z\"/>"
	"<path class=\"sign\" d=\"M3.7 3.7l6.6 6.6M10.3 3.7l-6.6 6.6\"/></symbol>\n"
	"<symbol id=\"shape-error\" viewBox=\"0 0 14 14\"><path d=\"M7 0l7 7-7 7-7-7z\"/>"
	"<path class=\"sign\" d=\"M7 3.4v4.4M7 9.4v1.2\"/></symbol>\n"
	"<symbol id=\"shape-skip\" viewBox=\"0 0 14 14\"><circle class=\"ring\" cx=\"7\" cy=\"7\" "
	"r=\"5.8\"/><path class=\"sign\" d=\"M4 7h6\"/></symbol>\n"
	"</svg>\n";

static int nibble(char hex)
{
	return hex <= '9' ? hex - '0' : hex - 'a' + 10;
}

static void add_hash(const struct mg_page *p, const char *directive, const char *text, size_t len)
{
	char hex[65];
	unsigned char digest[32];
	mg_sha256(text, len, hex);
	for (size_t i = 0; i < sizeof(digest); i++)
		digest[i] = (unsigned char)(16 * nibble(hex[2 * i]) + nibble(hex[2 * i + 1]));
	mg_text_addf(
		p->out, "%s 'sha256-%s'", directive, mg_base64(p->scratch, digest, sizeof(digest)));
}

/* A run's page has the report's script and style, all others of a site have the site's. */
static const char *assets_of(const struct mg_html_frame *frame)
{
	return mg_streq(frame->page, "run") ? "report" : "site";
}

/* Beside pages that lie in one site there is one script and one style for all. `file:` is for who opens them from
 * a disk, where a page has no origin of its own. */
static void link_assets(const struct mg_page *p, const struct mg_html_frame *frame)
{
	mg_html(p, "; script-src 'self' file:; connect-src 'self'; style-src 'self' file:");
	if (frame->style)
		add_hash(p, "", frame->style, strlen(frame->style));
}

static void head(const struct mg_page *p, const struct mg_html_frame *frame, const char *title)
{
	mg_html(p,
		"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"base-uri 'none'; form-action 'none'");
	if (frame->top) {
		link_assets(p, frame);
	} else {
		add_hash(p, "; script-src", mg_web_script, mg_web_script_len);
		add_hash(p, "; style-src", mg_web_style, mg_web_style_len);
	}
	mg_html(p,
		"\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
	mg_html_text(p, title);
	mg_html(p, "</title>\n");
	if (frame->feed)
		mg_text_addf(p->out,
			"<link rel=\"alternate\" type=\"application/atom+xml\" href=\"%s\">\n",
			frame->feed);
	if (frame->top) {
		mg_text_addf(p->out, "<link rel=\"stylesheet\" href=\"%sassets/%s.css\">\n",
			frame->top, assets_of(frame));
	} else {
		mg_html(p, "<style>");
		mg_text_add_bytes(p->out, mg_web_style, mg_web_style_len);
		mg_html(p, "</style>\n");
	}
	mg_html(p, "</head>\n");
}

static void links(const struct mg_page *p, const struct mg_html_frame *frame)
{
	mg_html(p, "<nav class=\"pages\" aria-label=\"Pages\">");
	for (size_t i = 0; i < frame->link_count; i++) {
		const struct mg_html_link *link = &frame->links[i];
		mg_html_anchor(p, mg_printf(p->scratch, "%s%s", frame->top, link->address),
			link->text, link->is_here ? " aria-current=\"page\"" : "");
		mg_html(p, " ");
	}
	mg_html(p, "</nav>\n");
}

void mg_html_open_page(
	const struct mg_page *p, const struct mg_html_frame *frame, const char *title)
{
	head(p, frame, title);
	if (frame->top)
		mg_text_addf(p->out, "<body data-page=\"%s\" data-top=\"%s\">\n", frame->page,
			frame->top);
	else
		mg_html(p, "<body>\n");
	mg_html(p, shapes);
	if (frame->link_count)
		links(p, frame);
}

/* In a script element < alone could end it or begin a comment. */
void mg_html_data(const struct mg_page *p, const char *id, const char *json)
{
	mg_text_addf(p->out, "<script type=\"application/json\" id=\"%s\">", id);
	for (const char *at = json; *at;) {
		size_t len = strcspn(at, "<");
		mg_text_add_bytes(p->out, at, len);
		at += len;
		if (*at == '<') {
			mg_html(p, "\\u003c");
			at++;
		}
	}
	mg_html(p, "</script>\n");
}

void mg_html_close_page(const struct mg_page *p, const struct mg_html_frame *frame)
{
	if (frame->top) {
		mg_text_addf(
			p->out, "<script src=\"%sassets/%s.js\">", frame->top, assets_of(frame));
	} else {
		mg_html(p, "<script>");
		mg_text_add_bytes(p->out, mg_web_script, mg_web_script_len);
	}
	mg_html(p, "</script>\n</body>\n</html>\n");
}
