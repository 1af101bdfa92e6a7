/* comment.c: the summary of a run as a comment in a pull request, cut, with a word about it, to what the
 * pull request takes. */
#include <string.h>

#include "base/text.h"
#include "report/formats.h"
#include "report/write.h"

/* Code units of UTF-16, which is what hosts count. */
static size_t units(uint32_t codepoint)
{
	return codepoint > 0xffff ? 2 : 1;
}

static size_t length(const char *s, size_t len)
{
	size_t n = 0;
	uint32_t c = 0;
	for (size_t i = 0, step; i < len; i += step, n += units(c))
		if ((step = mg_utf8_next(s + i, len - i, &c)) == 0)
			step = 1;
	return n;
}

/* Bytes of the lines from the start that have at most max units; whether a part to unfold is open then. */
static size_t whole_lines(const char *s, size_t max, bool *out_open)
{
	size_t used = 0, kept = 0;
	*out_open = false;
	while (s[kept]) {
		size_t line = strcspn(s + kept, "\n");
		line += s[kept + line] == '\n';
		used += length(s + kept, line);
		if (used > max)
			break;
		/* Cells cannot hold either: they come with their < made harmless. */
		if (mg_starts_with(s + kept, "<details>"))
			*out_open = true;
		if (mg_starts_with(s + kept, "</details>"))
			*out_open = false;
		kept += line;
	}
	return kept;
}

/* The Markdown summary, what more there is to say, and a line that leads to the pipeline's run. */
static int write_comment(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_report_style *style, struct mg_error *err)
{
	static const char cut[] = "\n**Cut here: a comment takes no more. run.json and the JUnit "
				  "file have everything.**\n";
	static const char close[] = "\n</details>\n";
	const char *end = style->run_url
		? mg_printf(scratch, "\n[Run %s](%s) has all results and files.\n", style->run_id,
			  style->run_url)
		: "";
	struct mg_text text;
	mg_text_init(&text, scratch);
	MG_TRY(mg_report_text(&text, &mg_report_markdown, run, NULL, err));
	mg_text_add(&text, style->more ? style->more : "");
	size_t max = style->max;
	if (!max || length(text.data, text.len) + strlen(end) <= max) {
		mg_text_addf(out, "%s%s", text.data, end);
		return MG_OK;
	}
	bool open;
	size_t rest = strlen(cut) + strlen(close) + strlen(end);
	size_t kept = whole_lines(text.data, max > rest ? max - rest : 0, &open);
	mg_text_addf(out, "%.*s%s%s%s", (int)kept, text.data, open ? close : "", cut, end);
	return MG_OK;
}

const struct mg_report_format mg_report_comment = {
	.name = "comment",
	.way = MG_REPORT_COMMAND,
	.write = write_comment,
};
