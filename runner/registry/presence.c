/* presence.c: replays the events of one stage for one commit. */
#include "registry/presence.h"

#include "base/text.h"

static bool assigns(const struct mg_event *e, const char *stage)
{
	return e->name.type == MG_EVENT_ASSIGN && mg_streq(e->name.stage, stage);
}

/* Was the commit of event `at` in that event's stage before event `before`? Then `at`, a later one,
 * is a return to it. */
static bool returns(const struct mg_model *m, size_t at, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (assigns(&m->events[i], m->events[at].name.stage) &&
			mg_streq(m->events[i].commit, m->events[at].commit))
			return true;
	return false;
}

void mg_presence_find(struct mg_arena *arena, const struct mg_model *model, const char *stage,
	const char *commit, struct mg_presence *out)
{
	size_t first = 0;
	*out = (struct mg_presence){
		.why = mg_printf(arena, "commit %.10s has not been in %s", commit, stage)};
	for (size_t i = 0; model && i < model->event_count; i++) {
		const struct mg_event *e = &model->events[i];
		if (!mg_streq(e->name.stage, stage))
			continue;
		bool own = mg_streq(e->commit, commit);
		if (own && assigns(e, stage)) {
			if (!out->event)
				first = i;
			*out = (struct mg_presence){.event = e};
		} else if (own && e->name.type == MG_EVENT_UNASSIGN) {
			*out = (struct mg_presence){.left = true,
				.why = mg_printf(arena, "commit %.10s was withdrawn from %s by %s",
					commit, stage, e->tag)};
		} else if (out->event && assigns(e, stage) && returns(model, i, first)) {
			*out = (struct mg_presence){.left = true,
				.why = mg_printf(arena, "commit %.10s was rolled back in %s by %s",
					commit, stage, e->tag)};
		}
	}
}

const struct mg_event *mg_presence_standing(
	struct mg_arena *arena, const struct mg_model *model, const char *stage)
{
	size_t gone_count = 0, gone_capacity = 0;
	const char **gone = NULL;
	for (size_t i = model ? model->event_count : 0; i-- > 0;) {
		const struct mg_event *e = &model->events[i];
		bool leaves = e->name.type == MG_EVENT_DEREGISTER ||
			(e->name.type == MG_EVENT_UNASSIGN && mg_streq(e->name.stage, stage));
		if (assigns(e, stage) && !mg_among(e->commit, gone, gone_count))
			return e;
		if (!leaves)
			continue;
		gone = mg_grow(arena, gone, gone_count, &gone_capacity, sizeof(*gone));
		gone[gone_count++] = e->commit;
	}
	return NULL;
}
