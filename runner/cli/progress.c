/* progress.c: shows long work without getting into the way of what is printed afterwards. */
#include "cli/progress.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "report/azure.h"

/* Work that ends sooner shows no bar. */
#define PATIENCE_SECONDS 0.3
/* Between two lines about a wait. */
#define WAIT_SECONDS 30

void mg_progress_init(struct mg_progress *progress, FILE *stream, const struct mg_style *style,
	bool quiet, bool azure)
{
	*progress = (struct mg_progress){.stream = stream,
		.style = *style,
		.bar = style->cursor && !quiet,
		.quiet = quiet,
		.azure = azure,
		.last_percent = -1,
		.since = mg_clock_ticks()};
}

static void draw_bar(struct mg_progress *p, int percent, const char *label)
{
	enum { MOST_CELLS = 24, PERCENT = 8 };
	int cells = p->style.width - PERCENT - 1;
	if (cells < 1)
		return;
	cells = cells > MOST_CELLS ? MOST_CELLS : cells;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_text line;
	mg_text_init(&line, scratch);
	mg_text_add(&line, "\r\x1b[2K");
	mg_text_add(&line, mg_style_ink(&p->style, MG_INK_GREEN));
	int full = percent * cells / 100;
	for (int i = 0; i < full; i++)
		mg_text_add(&line, "━");
	mg_text_add(&line, mg_style_ink(&p->style, MG_INK_PLAIN));
	mg_text_add(&line, mg_style_ink(&p->style, MG_INK_DIM));
	for (int i = full; i < cells; i++)
		mg_text_add(&line, p->style.colour ? "━" : "─");
	mg_text_add(&line, mg_style_ink(&p->style, MG_INK_PLAIN));
	mg_text_addf(&line, " %3d%%  ", percent);
	int room = p->style.width - cells - PERCENT;
	if (room > 4)
		mg_text_add(&line, mg_log_safe_cut(scratch, label, (size_t)room));
	fwrite(line.data, 1, line.len, p->stream);
	fflush(p->stream);
	p->shown = true;
}

void mg_progress_show(void *context, double share, const char *label)
{
	struct mg_progress *p = context;
	int percent = share < 0 ? 0 : share > 1 ? 100 : (int)(share * 100);
	if (mg_clock_ticks() - p->since < PATIENCE_SECONDS)
		return;
	if (p->bar)
		draw_bar(p, percent, label);
	if (p->azure && percent != p->last_percent) {
		MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
		struct mg_text line;
		mg_text_init(&line, scratch);
		mg_azure_progress(&line, percent, label);
		fwrite(line.data, 1, line.len, stdout);
		fflush(stdout);
	}
	p->last_percent = percent;
}

void mg_progress_wait(void *context, const char *words)
{
	struct mg_progress *p = context;
	double now = mg_clock_ticks();
	if (p->bar)
		draw_bar(p, p->last_percent > 0 ? p->last_percent : 0, words);
	else if (!p->quiet && (!(p->wait_told > 0) || now - p->wait_told >= WAIT_SECONDS)) {
		MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
		fprintf(p->stream, "modelgate: %s\n", mg_log_safe_cut(scratch, words, 200));
		fflush(p->stream);
		p->wait_told = now;
	}
}

void mg_progress_clear(struct mg_progress *progress)
{
	if (!progress->shown)
		return;
	fputs("\r\x1b[2K", progress->stream);
	fflush(progress->stream);
	progress->shown = false;
}
