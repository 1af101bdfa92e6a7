/* html.c: the report for people who were not there: one HTML file that needs nothing else. What it says
 * stands in its markup; the script of web/ adds pictures, search and details from the run that the file
 * carries. A strict policy lets nothing else run, and nothing be fetched. */
#include "report/html.h"

#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/file.h"
#include "report/charts.h"
#include "report/formats.h"
#include "report/web_files.h"
#include "report/words.h"

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
	mg_text_addf(p->out, "; %s 'sha256-%s'", directive,
		mg_base64(p->scratch, digest, sizeof(digest)));
}

static void head(const struct mg_page *p)
{
	mg_html(p,
		"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"base-uri 'none'; form-action 'none'");
	add_hash(p, "script-src", mg_web_script, mg_web_script_len);
	add_hash(p, "style-src", mg_web_style, mg_web_style_len);
	mg_html(p,
		"\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
	mg_html_text(p,
		mg_printf(p->scratch, "%s: %s", mg_words_title(p->scratch, p->run),
			mg_words_headline(p->run)));
	mg_html(p, "</title>\n<style>");
	mg_text_add_bytes(p->out, mg_web_style, mg_web_style_len);
	mg_html(p, "</style>\n</head>\n");
}

/* ---- the verdict ---- */

static void note(const struct mg_page *p, const char *text)
{
	if (text)
		mg_html_element(p, "p class=\"note\"", text);
}

static void say_where(const struct mg_page *p)
{
	const struct mg_run *run = p->run;
	struct mg_arena *a = p->scratch;
	const char *parts[] = {mg_printf(a, "as of %s", mg_clock_text(a, run->as_of_us)),
		run->commit ? mg_printf(a, "commit %.12s%s", run->commit,
				      run->dirty ? " with changes" : "")
			    : NULL,
		run->branch, run->owner ? mg_printf(a, "owner %s", run->owner) : NULL,
		run->part.of ? mg_printf(a, "part %zu of %zu", run->part.number, run->part.of)
			     : NULL};
	mg_html(p, "<ul class=\"where\">");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i])
			mg_html_element(p, "li", parts[i]);
	mg_html(p, "</ul>\n");
}

static void verdict(const struct mg_page *p)
{
	const struct mg_run *run = p->run;
	enum mg_verdict taken = mg_words_taken(run);
	const char *trouble = mg_words_trouble(p->scratch, run);
	mg_text_addf(p->out,
		"<header class=\"%s\">\n<h1><svg aria-hidden=\"true\" width=\"36\" height=\"36\">"
		"<use href=\"#shape-%s\"/></svg><span>",
		mg_verdict_word(taken), mg_verdict_word(taken));
	mg_html_text(p, mg_words_title(p->scratch, run));
	mg_text_addf(p->out, " <strong>%s</strong></span></h1>\n", mg_words_headline(run));
	mg_html_element(p, "p class=\"summary\"",
		mg_printf(p->scratch, "%s%s.", mg_words_summary(p->scratch, run),
			taken == run->verdict ? "" : "; warnings fail this run"));
	note(p, run->result_count ? trouble : NULL);
	note(p, mg_words_gone(p->scratch, run));
	note(p, mg_charts_words(p->scratch, run));
	say_where(p);
	mg_html_failed(p);
	mg_html(p, "</header>\n");
}

/* ---- the run, for the script ---- */

/* In a script element < alone could end it or begin a comment. */
static int add_run(const struct mg_page *p, struct mg_error *err)
{
	struct mg_run unsealed = *p->run;
	struct mg_text json;
	mg_text_init(&json, p->scratch);
	unsealed.unsealed = true;
	MG_TRY(mg_report_json.write(&json, p->scratch, &unsealed, NULL, err));
	mg_html(p, "<script type=\"application/json\" id=\"run\">");
	for (const char *at = json.data; *at;) {
		size_t len = strcspn(at, "<");
		mg_text_add_bytes(p->out, at, len);
		at += len;
		if (*at == '<') {
			mg_html(p, "\\u003c");
			at++;
		}
	}
	mg_html(p, "</script>\n");
	return MG_OK;
}

static int write_html(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_report_style *style, struct mg_error *err)
{
	(void)style;
	const struct mg_page p = {out, scratch, mg_run_safe(scratch, run)};
	head(&p);
	mg_html(&p, "<body>\n");
	mg_html(&p, shapes);
	verdict(&p);
	mg_html(&p, "<main>\n");
	mg_html_troubles(&p);
	mg_html_baselines(&p);
	mg_html_slices(&p);
	mg_html_checks(&p);
	mg_html_origin(&p);
	mg_html(&p, "</main>\n");
	MG_TRY(add_run(&p, err));
	mg_html(&p, "<script>");
	mg_text_add_bytes(out, mg_web_script, mg_web_script_len);
	mg_html(&p, "</script>\n</body>\n</html>\n");
	return MG_OK;
}

const struct mg_report_format mg_report_html = {
	.name = "html",
	.help = "write a page with pictures, in one HTML file, to FILE",
	.write = write_html,
};
