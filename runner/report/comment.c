/* comment.c: the summary, in so many characters as a pull request takes. */
#include "report/comment.h"

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

int mg_comment_text(struct mg_arena *arena, const struct mg_run *run,
	const struct mg_comment_origin *origin, const char *more, size_t max, char **out,
	struct mg_error *err)
{
	static const char cut[] = "\n**Cut here: a comment takes no more. The whole is in run.json "
				  "and the JUnit file.**\n";
	static const char close[] = "\n</details>\n";
	const char *end = origin->run_url
		? mg_printf(arena, "\n[Run %s](%s) has all results and files.\n", origin->run_id,
			  origin->run_url)
		: "";
	struct mg_text text;
	mg_text_init(&text, arena);
	MG_TRY(mg_report_text(&text, &mg_report_markdown, run, NULL, err));
	mg_text_add(&text, more);
	if (length(text.data, text.len) + strlen(end) <= max) {
		mg_text_add(&text, end);
		*out = text.data;
		return MG_OK;
	}
	bool open;
	size_t rest = strlen(cut) + strlen(close) + strlen(end);
	size_t kept = whole_lines(text.data, max > rest ? max - rest : 0, &open);
	*out = mg_printf(arena, "%.*s%s%s%s", (int)kept, text.data, open ? close : "", cut, end);
	return MG_OK;
}
