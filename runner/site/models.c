/* models.c: joins the models of tags and policy with those that the history has records of, and puts tags into words. */
#include "site/models.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/map.h"
#include "base/text.h"
#include "registry/ledger.h"
#include "registry/model_name.h"
#include "release/event_words.h"
#include "release/verify.h"

struct gathering {
	struct mg_arena *arena;
	const struct mg_site_registry *registry; /* or NULL */
	const struct mg_store_names *folders;
	struct mg_site_model *list;
	size_t count, capacity;
	struct mg_map by_name; /* -> index and one */
	struct mg_map claims;  /* folder -> how many models may have its records */
};

/* ---- names ---- */

/* For a file, and for an address that has it: what is none of these is ~ and two digits. */
static const char *file_name(struct mg_arena *arena, const char *name)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (const char *c = name; *c; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
			(*c >= '0' && *c <= '9') || *c == '-' || *c == '_' ||
			(*c == '.' && c > name);
		if (plain)
			mg_text_add_char(&text, *c);
		else
			mg_text_addf(&text, "~%02x", (unsigned char)*c);
	}
	return text.data;
}

static struct mg_site_model *model_of(struct gathering *g, const char *name)
{
	size_t at = (size_t)(uintptr_t)mg_map_get(&g->by_name, name);
	if (at > 0)
		return &g->list[at - 1];
	g->list = mg_grow(g->arena, g->list, g->count, &g->capacity, sizeof(*g->list));
	g->list[g->count++] = (struct mg_site_model){
		.name = name, .file = file_name(g->arena, name)};
	mg_map_put(&g->by_name, name, (void *)(uintptr_t)g->count);
	return &g->list[g->count - 1];
}

/* ---- what tags say ---- */

static const char *kind_of(struct mg_arena *arena, const struct mg_event *event)
{
	switch (event->name.type) {
	case MG_EVENT_DEREGISTER:
		return "withdrawal";
	case MG_EVENT_ASSIGN:
		return mg_event_is_rollback(arena, event) ? "rollback" : "promotion";
	default:
		return mg_event_word(event->name.type);
	}
}

static const char *decision_of(const struct mg_event *event)
{
	return event->trailers.decision ? mg_decision_words(event) : NULL;
}

static void add_events(
	struct mg_arena *arena, const struct mg_model *from, struct mg_site_model *out)
{
	out->events = mg_alloc_array(arena, from->event_count, sizeof(*out->events));
	out->event_count = from->event_count;
	for (size_t i = 0; i < from->event_count; i++) {
		const struct mg_event *event = &from->events[i];
		out->events[i] = (struct mg_site_event){.time_us = event->time_us,
			.kind = kind_of(arena, event),
			.what = mg_event_what(arena, from, event),
			.model = from->name,
			.stage = event->name.stage,
			.version = mg_event_version(from, event),
			.decision = decision_of(event),
			.by = event->author,
			.email = event->email,
			.why = event->trailers.reason,
			.commit = event->commit,
			.tag = event->tag,
			.build = event->trailers.build,
			.approvers = event->trailers.approvers,
			.approver_count = event->trailers.approver_count};
	}
}

static void add_standings(
	struct gathering *g, const struct mg_model *from, struct mg_site_model *out)
{
	out->standings = mg_alloc_array(g->arena, from->standing_count, sizeof(*out->standings));
	for (size_t i = 0; i < from->standing_count; i++) {
		const struct mg_standing *standing = &from->standings[i];
		const struct mg_event *event = standing->event;
		if (!event)
			continue;
		struct mg_site_standing *to = &out->standings[out->standing_count++];
		*to = (struct mg_site_standing){.stage = standing->stage,
			.version = standing->version ? standing->version->version : NULL,
			.tag = event->tag,
			.commit = event->commit,
			.reason = event->trailers.reason,
			.decision = decision_of(event),
			.since_us = event->time_us};
		to->evidence = mg_evidence_words(
			g->arena, g->registry->git, from, event, &to->problem);
	}
}

static void add_break(struct gathering *g, struct mg_site_model *model, const char *text)
{
	model->breaks = mg_grow(g->arena, model->breaks, model->break_count, &model->break_capacity,
		sizeof(*model->breaks));
	model->breaks[model->break_count++] = text;
}

/* Where all decisions are listed nobody sees what was found of the model. */
static void mark_event(struct mg_site_model *model, const char *tag, const char *problem)
{
	for (size_t i = 0; tag && i < model->event_count; i++)
		if (mg_streq(model->events[i].tag, tag) && !model->events[i].problem)
			model->events[i].problem = problem;
}

/* What the evidence of a standing lacks is said there. */
static void verify(struct gathering *g, const struct mg_model *from, struct mg_site_model *out)
{
	struct mg_verified found = {0};
	struct mg_error err = {0};
	if (mg_verify_model(g->arena, g->registry->git, g->registry->authority, g->registry->ledger,
		    from, &found, &err) != MG_OK)
		add_break(g, out, mg_strdup(g->arena, err.text));
	for (size_t i = 0; i < found.count; i++) {
		const struct mg_finding *f = &found.list[i];
		if (!f->is_break)
			continue;
		mark_event(out, f->tag, f->text);
		add_break(g, out,
			mg_printf(g->arena, "%s%s%s (%s)", f->tag ? f->tag : "", f->tag ? ": " : "",
				f->text, f->rule));
	}
}

static void add_tags(struct gathering *g)
{
	const struct mg_ledger *ledger = g->registry->ledger;
	for (size_t i = 0; i < ledger->model_count; i++) {
		const struct mg_model *from = &ledger->models[i];
		if (from->event_count == 0)
			continue;
		struct mg_site_model *model = model_of(g, from->name);
		model->has_tags = true;
		model->is_deprecated = from->deprecated;
		add_events(g->arena, from, model);
		add_standings(g, from, model);
		verify(g, from, model);
	}
}

/* ---- what the policy says ---- */

/* Of one model's stages, and of those of all models that it says nothing of. */
static void add_expected(struct gathering *g, struct mg_site_model *model,
	const struct mg_policy_monitor *own, size_t own_count)
{
	const struct mg_policy *policy = &g->registry->authority->policy;
	size_t n = own_count;
	struct mg_site_expected *expected = mg_alloc_array(
		g->arena, own_count + policy->monitor_count, sizeof(*expected));
	for (size_t i = 0; i < own_count; i++)
		expected[i] = (struct mg_site_expected){own[i].stage, own[i].every_us};
	for (size_t i = 0; i < policy->monitor_count; i++) {
		const struct mg_policy_monitor *all = &policy->monitors[i];
		bool has_own = false;
		for (size_t k = 0; k < own_count; k++)
			has_own = has_own || mg_streq(own[k].stage, all->stage);
		if (!has_own)
			expected[n++] = (struct mg_site_expected){all->stage, all->every_us};
	}
	model->expected = expected;
	model->expected_count = n;
}

static void add_policy(struct gathering *g)
{
	const struct mg_policy *policy = &g->registry->authority->policy;
	for (size_t i = 0; i < policy->model_count; i++)
		model_of(g, policy->models[i].name)->in_policy = true;
}

static void add_rhythms(struct gathering *g)
{
	const struct mg_policy *policy = &g->registry->authority->policy;
	for (size_t i = 0; i < g->count; i++)
		add_expected(g, &g->list[i], NULL, 0);
	for (size_t i = 0; i < policy->model_count; i++)
		if (policy->models[i].monitor_count > 0)
			add_expected(g, model_of(g, policy->models[i].name),
				policy->models[i].monitors, policy->models[i].monitor_count);
}

/* ---- what the history has ---- */

static size_t claims_of(const struct gathering *g, const char *folder)
{
	return (size_t)(uintptr_t)mg_map_get(&g->claims, folder);
}

static bool has_folder(const struct gathering *g, const char *name)
{
	return mg_among(name, g->folders->list, g->folders->count);
}

static void count_claims(struct gathering *g)
{
	for (size_t i = 0; i < g->count; i++) {
		size_t n = 0;
		const char **names = mg_model_names_in_spec(g->arena, g->list[i].name, &n);
		for (size_t k = 0; k < n; k++)
			mg_map_put(&g->claims, names[k],
				(void *)(uintptr_t)(claims_of(g, names[k]) + 1));
	}
}

/* A folder that several may have is that of the model which is called so, and else of none: its runs are shown by
 * themselves, and no other model is green by them. */
static void give_folders(struct gathering *g, struct mg_site_model *model)
{
	size_t n = 0;
	const char **names = mg_model_names_in_spec(g->arena, model->name, &n);
	model->folders = mg_alloc_array(g->arena, n, sizeof(*model->folders));
	for (size_t k = 0; k < n; k++) {
		bool is_shared = claims_of(g, names[k]) > 1;
		if (!has_folder(g, names[k]))
			continue;
		if (is_shared)
			model->ambiguous = names[k];
		if (!is_shared || mg_streq(names[k], model->name))
			model->folders[model->folder_count++] = names[k];
	}
}

static void add_folders(struct gathering *g)
{
	count_claims(g);
	for (size_t i = 0; i < g->count; i++)
		give_folders(g, &g->list[i]);
	for (size_t i = 0; i < g->folders->count; i++) {
		const char *folder = g->folders->list[i];
		if (claims_of(g, folder) == 1 || mg_map_has(&g->by_name, folder))
			continue;
		struct mg_site_model *model = model_of(g, folder);
		model->folders = mg_alloc_array(g->arena, 1, sizeof(*model->folders));
		model->folders[0] = folder;
		model->folder_count = 1;
		if (claims_of(g, folder) > 1)
			model->ambiguous = folder;
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(
		((const struct mg_site_model *)a)->name, ((const struct mg_site_model *)b)->name);
}

void mg_site_models(struct mg_arena *arena, const struct mg_site_registry *registry,
	const struct mg_store_names *folders, struct mg_site_model **out, size_t *out_count)
{
	struct gathering g = {.arena = arena, .registry = registry, .folders = folders};
	mg_map_init(&g.by_name, arena);
	mg_map_init(&g.claims, arena);
	if (registry) {
		add_tags(&g);
		add_policy(&g);
	}
	add_folders(&g);
	if (registry)
		add_rhythms(&g);
	if (g.count > 0)
		qsort(g.list, g.count, sizeof(*g.list), by_name);
	*out = g.list;
	*out_count = g.count;
}
