/* html.c: the report for people who were not there: one HTML file that needs nothing else. What it says
 * stands in its markup; the script of web/ adds pictures, search and details from the run that the file
 * carries. A strict policy lets nothing else run, and nothing be fetched. */
#include "report/html.h"

#include <string.h>

#include "base/clock.h"
#include "report/charts.h"
#include "report/formats.h"
#include "report/words.h"

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

static int add_run(const struct mg_page *p, struct mg_error *err)
{
	struct mg_run unsealed = *p->run;
	struct mg_text json;
	mg_text_init(&json, p->scratch);
	unsealed.unsealed = true;
	MG_TRY(mg_report_json.write(&json, p->scratch, &unsealed, NULL, err));
	mg_html_data(p, "run", json.data);
	return MG_OK;
}

int mg_html_run(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_html_frame *frame, struct mg_error *err)
{
	const struct mg_page p = {out, scratch, mg_run_safe(scratch, run)};
	mg_html_open_page(&p, frame,
		mg_printf(scratch, "%s: %s", mg_words_title(scratch, p.run),
			mg_words_headline(p.run)));
	verdict(&p);
	mg_html(&p, "<main>\n");
	mg_html_troubles(&p);
	mg_html_baselines(&p);
	mg_html_slices(&p);
	mg_html_checks(&p);
	mg_html_origin(&p);
	mg_html(&p, "</main>\n");
	MG_TRY(add_run(&p, err));
	mg_html_close_page(&p, frame);
	return MG_OK;
}

static int write_html(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_report_style *style, struct mg_error *err)
{
	static const struct mg_html_frame alone = {.page = "run"};
	(void)style;
	return mg_html_run(out, scratch, run, &alone, err);
}

const struct mg_report_format mg_report_html = {
	.name = "html",
	.help = "write a page with pictures, in one HTML file, to FILE",
	.write = write_html,
};
