/* changes.c: matches the checks of two runs by name and definition, and writes what moved. */
#include "report/changes.h"

#include <math.h>

#include "base/escape.h"
#include "base/map.h"
#include "report/words.h"

enum { MOST_ROWS = 100, CELL_BYTES = 200 };

static void cell(struct mg_text *out, struct mg_arena *scratch, const char *text)
{
	mg_text_add(out, " ");
	mg_escape_markdown(out, mg_log_safe_cut(scratch, text, CELL_BYTES));
	mg_text_add(out, " |");
}

/* The difference in the unit of the numbers, with its sign. */
static const char *difference(
	struct mg_arena *scratch, const struct mg_result *before, const struct mg_result *now)
{
	struct mg_result moved = *now;
	moved.value = now->value - before->value;
	moved.exact = NULL;
	const char *text = mg_words_value(scratch, &moved);
	return moved.value > 0 ? mg_printf(scratch, "+%s", text) : text;
}

static bool differs(const struct mg_result *before, const struct mg_result *now)
{
	if (before->exact || now->exact)
		return !mg_streq(before->exact ? before->exact : "", now->exact ? now->exact : "");
	return before->value != now->value && !(isnan(before->value) && isnan(now->value));
}

static void row(struct mg_text *out, struct mg_arena *scratch, const struct mg_result *before,
	const struct mg_result *now)
{
	mg_text_add_char(out, '|');
	cell(out, scratch, now->name);
	cell(out, scratch, mg_words_value(scratch, before));
	cell(out, scratch, mg_words_value(scratch, now));
	cell(out, scratch, difference(scratch, before, now));
	mg_text_add_char(out, '\n');
}

void mg_changes_write(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *before,
	const struct mg_run *now, const char *there)
{
	const struct mg_run *old = mg_run_safe(scratch, before), *run = mg_run_safe(scratch, now);
	struct mg_map by_name;
	size_t moved = 0, same = 0, other = 0;
	mg_map_init(&by_name, scratch);
	for (size_t i = 0; i < old->result_count; i++)
		mg_map_put(&by_name, old->results[i].name, (void *)&old->results[i]);
	mg_text_add(out, "\n### Against ");
	mg_escape_markdown(out, mg_log_safe_cut(scratch, there, CELL_BYTES));
	mg_text_add(out, "\n");
	for (size_t i = 0; i < run->result_count; i++) {
		const struct mg_result *r = &run->results[i], *b = mg_map_get(&by_name, r->name);
		if (!b || !b->measured || !r->measured || !mg_streq(b->definition, r->definition)) {
			other++;
		} else if (!differs(b, r)) {
			same++;
		} else if (moved++ < MOST_ROWS) {
			if (moved == 1)
				mg_text_add(out,
					"\n| Check | There | Here | Change |\n"
					"| --- | ---: | ---: | ---: |\n");
			row(out, scratch, b, r);
		}
	}
	mg_text_addf(out, "\n%zu numbers moved, %zu did not, %zu have none to compare with.\n",
		moved, same, other);
}
