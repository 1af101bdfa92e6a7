/* safe.c: a copy of a run in which no text can harm a log. Reports for people are made from it, so
 * that none of them can forget a field. */
#include "report/words.h"

#include <string.h>

#include "base/escape.h"
#include "report/run_fields.h"

static const char *safe_text(
	struct mg_arena *arena, const struct mg_run_field *field, const char *text)
{
	if (!text)
		return field->type == MG_RUN_TEXT && field->when == MG_RUN_ALWAYS ? "" : NULL;
	return field->type == MG_RUN_LINES ? mg_log_safe_lines(arena, text)
					   : mg_log_safe(arena, text);
}

static void make_safe(struct mg_arena *arena, const struct mg_run_field *fields, void *base);

/* A copy of the array of TEXTS, CELLS or LIST takes its place. */
static void safe_entries(struct mg_arena *arena, const struct mg_run_field *field, void *base)
{
	size_t count = 0;
	bool list = field->type == MG_RUN_LIST;
	const void *entries = mg_run_entries(field, base, &count);
	size_t size = list ? field->size : sizeof(const char *);
	void *copy = mg_alloc_array(arena, count, size);
	if (count)
		memcpy(copy, entries, count * size);
	mg_run_set_pointer(field, base, copy);
	const char **texts = copy;
	for (size_t i = 0; i < count; i++) {
		if (list)
			make_safe(arena, field->fields, mg_run_entry(field, copy, i));
		else if (texts[i])
			texts[i] = mg_log_safe(arena, texts[i]);
		else
			texts[i] = field->type == MG_RUN_TEXTS ? "" : NULL;
	}
}

/* base: a struct that is a copy already. */
static void make_safe(struct mg_arena *arena, const struct mg_run_field *fields, void *base)
{
	for (const struct mg_run_field *f = fields; f->name; f++) {
		if (!mg_run_has(f, base))
			continue;
		if (f->type == MG_RUN_OBJECT)
			make_safe(arena, f->fields, base);
		else if (f->type == MG_RUN_TEXTS || f->type == MG_RUN_CELLS ||
			f->type == MG_RUN_LIST)
			safe_entries(arena, f, base);
		else if (f->type < MG_RUN_FIXED)
			mg_run_set_pointer(f, base, safe_text(arena, f, mg_run_text(f, base)));
	}
}

const struct mg_run *mg_run_safe(struct mg_arena *arena, const struct mg_run *run)
{
	struct mg_run *safe = mg_alloc(arena, sizeof(*safe));
	*safe = *run;
	make_safe(arena, mg_run_fields, safe);
	return safe;
}
