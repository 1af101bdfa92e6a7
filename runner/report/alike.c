/* alike.c: finds the errors of a run that have one message: forty checks of a column that is gone. */
#include "report/alike.h"

#include <stdint.h>

#include "base/map.h"
#include "base/text.h"

struct mg_alike mg_alike_errors(struct mg_arena *arena, const struct mg_run *run)
{
	struct mg_alike out = {run, mg_alloc_array(arena, run->result_count, sizeof(*out.next)),
		mg_alloc_array(arena, run->result_count, sizeof(*out.count))};
	size_t *last = mg_alloc_array(arena, run->result_count, sizeof(*last));
	struct mg_map firsts; /* message -> place in `last` of the first that has it */
	mg_map_init(&firsts, arena);
	for (size_t i = 0; i < run->result_count; i++) {
		const struct mg_result *r = &run->results[i];
		out.next[i] = SIZE_MAX;
		out.count[i] = 1;
		if (r->verdict != MG_ERROR || !*r->message)
			continue;
		size_t *known = mg_map_get(&firsts, r->message);
		if (!known) {
			last[i] = i;
			mg_map_put(&firsts, r->message, &last[i]);
			continue;
		}
		out.count[i] = 0;
		out.count[known - last]++;
		out.next[*known] = i;
		*known = i;
	}
	return out;
}

char *mg_alike_words(struct mg_arena *arena, const struct mg_alike *alike, size_t i)
{
	enum { MOST_NAMES = 5 };
	size_t more = alike->count[i] - 1, shown = 0;
	struct mg_text t;
	if (alike->count[i] < 2)
		return NULL;
	mg_text_init(&t, arena);
	mg_text_addf(&t, "%zu more check%s the same: ", more, more == 1 ? " says" : "s say");
	for (size_t k = alike->next[i]; k != SIZE_MAX && shown < MOST_NAMES; k = alike->next[k])
		mg_text_addf(&t, "%s%s", shown++ ? ", " : "", alike->run->results[k].name);
	if (more > shown)
		mg_text_addf(&t, " and %zu more", more - shown);
	return t.data;
}
