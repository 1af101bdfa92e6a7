/* attempts.c: attempts of a pipeline's job, as words of a tag and back. */
#include "registry/attempts.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "registry/message.h"

const char *mg_attempts_word(struct mg_arena *arena, const struct mg_run *run)
{
	const struct mg_pipeline *p = &run->pipeline;
	if (!p->build)
		return NULL;
	return mg_message_line(arena, mg_printf(arena, "%s %lld", p->job, (long long)p->attempt));
}

static bool is_earlier(const struct mg_run *one, const struct mg_run *run)
{
	const struct mg_pipeline *p = &one->pipeline, *last = &run->pipeline;
	return p->build && mg_streq(p->build, last->build) && mg_streq(p->job, last->job) &&
		p->attempt < last->attempt && mg_streq(one->model, run->model) &&
		mg_streq(one->stage, run->stage) && mg_streq(one->commit, run->commit);
}

static int by_attempt(const void *a, const void *b)
{
	int64_t x = ((const struct mg_attempt *)a)->run->pipeline.attempt;
	int64_t y = ((const struct mg_attempt *)b)->run->pipeline.attempt;
	return (x > y) - (x < y);
}

const char *mg_attempts_earlier(struct mg_arena *arena, const struct mg_run *run,
	const struct mg_attempt *found, size_t count)
{
	struct mg_attempt *list = mg_alloc_array(arena, count, sizeof(*list));
	struct mg_text text;
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (is_earlier(found[i].run, run))
			list[kept++] = found[i];
	if (kept == 0)
		return NULL;
	qsort(list, kept, sizeof(*list), by_attempt);
	mg_text_init(&text, arena);
	for (size_t i = 0; i < kept; i++)
		mg_text_addf(&text, "%s%lld %s sha256:%s", i ? ", " : "",
			(long long)list[i].run->pipeline.attempt,
			mg_verdict_word(list[i].run->verdict), list[i].sha256);
	return text.data;
}

bool mg_attempts_fit(const char *earlier, const struct mg_run *run)
{
	char *end = NULL;
	long long last = 0;
	for (const char *s = earlier; *s;) {
		long long attempt = strtoll(s, &end, 10);
		if (end == s || attempt < 1 || attempt < last || attempt >= run->pipeline.attempt)
			return false;
		last = attempt;
		s += strcspn(s, ",");
		s += strspn(s, ", ");
	}
	return run->pipeline.build != NULL;
}
