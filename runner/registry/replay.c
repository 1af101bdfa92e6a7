/* replay.c: what a model's events come to: its versions, and what stands in each stage. */
#include "registry/replay.h"

#include <string.h>

#include "base/map.h"
#include "base/text.h"

/* One stage of one version. */
struct assignment {
	const char *stage;
	size_t version;
	const struct mg_event *latest; /* assignment or unassignment */
	const struct mg_event *assigned;
};

struct replay {
	struct mg_arena *arena;
	struct mg_model *model;
	size_t version_capacity;
	struct mg_map by_commit, by_name; /* -> index of a version and one */
	struct assignment *assignments;
	size_t assignment_count, assignment_capacity;
	struct mg_map by_place; /* "version index/stage" -> index of an assignment and one */
};

static size_t found(const struct mg_map *map, const char *key)
{
	return (size_t)(uintptr_t)mg_map_get(map, key);
}

static void put(struct mg_map *map, const char *key, size_t index)
{
	mg_map_put(map, key, (void *)(uintptr_t)(index + 1));
}

static size_t add_version(struct replay *r, const char *version, const char *commit)
{
	struct mg_model *model = r->model;
	model->versions = mg_grow(r->arena, model->versions, model->version_count,
		&r->version_capacity, sizeof(*model->versions));
	size_t i = model->version_count++;
	model->versions[i] = (struct mg_version){
		.version = version, .commit = commit, .active = true};
	return i;
}

/* First pass: which versions there are. */
static void replay_version(struct replay *r, const struct mg_event *event)
{
	size_t at = found(&r->by_name, event->name.version);
	if (event->name.type == MG_EVENT_DEREGISTER) {
		if (at > 0)
			r->model->versions[at - 1].active = false;
		return;
	}
	if (at == 0 || !mg_streq(r->model->versions[at - 1].commit, event->commit)) {
		at = add_version(r, event->name.version, event->commit) + 1;
		put(&r->by_name, event->name.version, at - 1);
	}
	struct mg_version *version = &r->model->versions[at - 1];
	version->registered = version->active = true;
	version->event = event;
}

/* A commit has one version; where people made more, the first that is active. */
static void find_versions_of_commits(struct replay *r)
{
	for (size_t i = 0; i < r->model->version_count; i++) {
		const struct mg_version *version = &r->model->versions[i];
		size_t other = found(&r->by_commit, version->commit);
		if (other == 0 || (version->active && !r->model->versions[other - 1].active))
			put(&r->by_commit, version->commit, i);
	}
}

/* Second pass: what is in the stages. */
static void replay_stage(struct replay *r, const struct mg_event *event)
{
	size_t version = found(&r->by_commit, event->commit);
	if (version == 0) {
		version = add_version(r, event->commit, event->commit) + 1;
		put(&r->by_commit, event->commit, version - 1);
	}
	const char *place = mg_printf(r->arena, "%zu/%s", version, event->name.stage);
	size_t at = found(&r->by_place, place);
	if (at == 0) {
		r->assignments = mg_grow(r->arena, r->assignments, r->assignment_count,
			&r->assignment_capacity, sizeof(*r->assignments));
		at = ++r->assignment_count;
		r->assignments[at - 1] = (struct assignment){
			.stage = event->name.stage, .version = version - 1};
		put(&r->by_place, place, at - 1);
	}
	r->assignments[at - 1].latest = event;
	if (event->name.type == MG_EVENT_ASSIGN)
		r->assignments[at - 1].assigned = event;
}

static bool is_standing(const struct replay *r, const struct assignment *a)
{
	return a->latest->name.type == MG_EVENT_ASSIGN && r->model->versions[a->version].active;
}

static struct mg_standing *add_standing(struct replay *r, const char *stage, size_t *capacity)
{
	struct mg_model *model = r->model;
	for (size_t i = 0; i < model->standing_count; i++)
		if (mg_streq(model->standings[i].stage, stage))
			return &model->standings[i];
	model->standings = mg_grow(r->arena, model->standings, model->standing_count, capacity,
		sizeof(*model->standings));
	struct mg_standing *standing = &model->standings[model->standing_count++];
	*standing = (struct mg_standing){.stage = stage};
	return standing;
}

static void finish_stages(struct replay *r, const struct mg_policy *policy)
{
	struct mg_model *model = r->model;
	size_t capacity = 0;
	size_t *stages = mg_alloc_array(r->arena, model->version_count, sizeof(*stages));
	for (size_t i = 0; i < policy->stage_count; i++)
		add_standing(r, policy->stages[i].name, &capacity);
	for (size_t i = 0; i < r->assignment_count; i++) {
		const struct assignment *a = &r->assignments[i];
		struct mg_standing *standing = add_standing(r, a->stage, &capacity);
		if (!is_standing(r, a))
			continue;
		struct mg_version *version = &model->versions[a->version];
		version->stages = mg_grow(r->arena, version->stages, version->stage_count,
			&stages[a->version], sizeof(*version->stages));
		version->stages[version->stage_count++] = a->stage;
		/* Events lie in their order. */
		if (!standing->event || standing->event < a->assigned) {
			standing->event = a->assigned;
			standing->version = version;
		}
	}
}

void mg_replay(struct mg_arena *arena, const struct mg_policy *policy, struct mg_model *model)
{
	struct replay r = {.arena = arena, .model = model};
	mg_map_init(&r.by_commit, arena);
	mg_map_init(&r.by_name, arena);
	mg_map_init(&r.by_place, arena);
	for (size_t i = 0; i < model->event_count; i++)
		if (model->events[i].name.version)
			replay_version(&r, &model->events[i]);
	find_versions_of_commits(&r);
	for (size_t i = 0; i < model->event_count; i++) {
		if (model->events[i].name.stage)
			replay_stage(&r, &model->events[i]);
		model->deprecated = model->events[i].name.type == MG_EVENT_DEPRECATE;
	}
	finish_stages(&r, policy);
}
