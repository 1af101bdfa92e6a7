/* lookup.c: maps over a model's events, versions and findings. */
#include "graph/lookup.h"

#include "base/text.h"

/* What a name stands for, where it may be several things. */
struct item {
	const void *what;
	const struct item *next;
};

static void put_first(struct mg_map *map, const char *key, const void *what)
{
	struct item *item = mg_alloc(map->arena, sizeof(*item));
	*item = (struct item){what, mg_map_get(map, key)};
	mg_map_put(map, key, item);
}

static void put_text(struct mg_map *map, const char *key, const char *text)
{
	mg_map_put(map, key, mg_strdup(map->arena, text));
}

static void init_maps(struct mg_graph_lookup *out, struct mg_arena *arena)
{
	struct mg_map *const maps[] = {
		&out->events, &out->versions, &out->trainings, &out->breaks, &out->assigned};
	out->arena = arena;
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
		mg_map_init(maps[i], arena);
}

void mg_graph_lookup_init(struct mg_graph_lookup *out, struct mg_arena *arena,
	const struct mg_model *model, const struct mg_verified *verified)
{
	init_maps(out, arena);
	for (size_t i = model->event_count; i-- > 0;) { /* of two of one name the first counts */
		struct mg_event *event = &model->events[i];
		mg_map_put(&out->events, event->tag, event);
	}
	for (size_t i = 0; i < model->event_count; i++) {
		const struct mg_event *event = &model->events[i];
		if (event->trailers.mlflow_run)
			put_text(&out->trainings, event->commit, event->trailers.mlflow_run);
	}
	for (size_t i = 0; i < model->version_count; i++)
		put_first(&out->versions, model->versions[i].commit, &model->versions[i]);
	for (size_t i = verified->count; i-- > 0;)
		if (verified->list[i].is_break && verified->list[i].tag)
			put_first(&out->breaks, verified->list[i].tag, &verified->list[i]);
}

const struct mg_event *mg_graph_event(const struct mg_graph_lookup *l, const char *tag)
{
	return tag ? mg_map_get(&l->events, tag) : NULL;
}

const struct mg_version *mg_graph_version(
	const struct mg_graph_lookup *l, const char *commit, const char *named)
{
	const struct mg_version *found = NULL;
	for (const struct item *i = mg_map_get(&l->versions, commit); i; i = i->next) {
		const struct mg_version *v = i->what;
		if (mg_streq(v->version, named))
			return v;
		if (v->active || !found)
			found = v;
	}
	return found;
}

const char *mg_graph_training(const struct mg_graph_lookup *l, const char *commit)
{
	return mg_map_get(&l->trainings, commit);
}

const char *mg_graph_breaks(
	const struct mg_graph_lookup *l, const char *tag, bool *out_evidence_only)
{
	const char *why = NULL;
	*out_evidence_only = true;
	for (const struct item *i = mg_map_get(&l->breaks, tag); i; i = i->next) {
		const struct mg_finding *f = i->what;
		why = why ? mg_printf(l->arena, "%s; %s", why, f->text) : f->text;
		*out_evidence_only &= mg_streq(f->rule, "evidence");
	}
	return why;
}

static const char *place_of(const struct mg_graph_lookup *l, const char *stage, const char *commit)
{
	return mg_printf(l->arena, "%s %s", commit, stage);
}

void mg_graph_note(struct mg_graph_lookup *l, const struct mg_event *event)
{
	if (event->name.type == MG_EVENT_ASSIGN)
		put_first(&l->assigned, place_of(l, event->name.stage, event->commit), event);
}

const struct mg_event *mg_graph_assigned(
	const struct mg_graph_lookup *l, const char *stage, const char *commit)
{
	const struct item *last = mg_map_get(&l->assigned, place_of(l, stage, commit));
	return last ? last->what : NULL;
}
