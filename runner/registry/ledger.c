/* ledger.c: tags become events, and a model's events in order the model. */
#include "registry/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/text.h"
#include "registry/event_order.h"
#include "registry/message.h"
#include "registry/replay.h"
#include "registry/tag_name.h"

#define TAGS "refs/tags/"

/* Tagger's times beyond these are taken for these: year 1 and year 9999. */
static const int64_t time_least = -62135596800, time_most = 253402300799;

struct reading {
	struct mg_arena *arena;
	const struct mg_git *git;
	const struct mg_policy *policy;
	const char *only; /* a model's name, or NULL */
	struct mg_map models;
	struct mg_ledger *out;
	size_t stray_capacity;
};

/* A model while its events come in. */
struct gathered {
	const char *name;
	struct mg_event *events;
	size_t count, capacity;
	int64_t greatest;
	struct mg_model model;
};

/* ---- tags ---- */

static void add_stray(struct reading *r, const char *tag, const char *why)
{
	struct mg_ledger *out = r->out;
	out->strays = mg_grow(
		r->arena, out->strays, out->stray_count, &r->stray_capacity, sizeof(*out->strays));
	out->strays[out->stray_count++] = (struct mg_stray){mg_strdup(r->arena, tag), why};
}

static const char *hex(struct mg_arena *arena, const git_oid *id)
{
	char text[GIT_OID_HEXSZ + 1];
	return mg_strdup(arena, git_oid_tostr(text, sizeof(text), id));
}

/* The armoured block at the end of a signed tag's message. As git does, the last that begins. */
static const char *find_signature(const char *message)
{
	static const char *const begins[] = {"-----BEGIN SSH SIGNATURE-----",
		"-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP MESSAGE-----",
		"-----BEGIN SIGNED MESSAGE-----"};
	const char *found = NULL;
	for (const char *s = message; s; s = strchr(s, '\n')) {
		s += *s == '\n';
		for (size_t i = 0; *s == '-' && i < sizeof(begins) / sizeof(begins[0]); i++)
			if (mg_starts_with(s, begins[i]))
				found = s;
	}
	return found;
}

static void read_message(struct mg_arena *arena, const char *message, struct mg_event *event)
{
	const char *signature = find_signature(message);
	event->message = signature ? mg_strndup(arena, message, (size_t)(signature - message))
				   : mg_strdup(arena, message);
	event->signature = mg_strdup(arena, signature);
	mg_message_read(arena, event->message, &event->trailers);
}

static void read_tagger(struct mg_arena *arena, const git_signature *tagger, struct mg_event *event)
{
	int64_t seconds = tagger ? tagger->when.time : 0;
	if (seconds < time_least)
		seconds = time_least;
	if (seconds > time_most)
		seconds = time_most;
	event->author = tagger && tagger->name ? mg_strdup(arena, tagger->name) : "";
	event->email = tagger && tagger->email ? mg_strdup(arena, tagger->email) : "";
	event->time_us = seconds * 1000000;
	event->offset_minutes = tagger ? tagger->when.offset : 0;
}

/* NULL, or why the tag is no event. */
static const char *read_tag(struct reading *r, git_tag *tag, struct mg_event *event)
{
	if (!mg_streq(git_tag_name(tag), event->tag))
		return "its object has another name";
	if (git_tag_target_type(tag) != GIT_OBJECT_COMMIT)
		return "it does not point to a commit";
	event->id = hex(r->arena, git_tag_id(tag));
	event->commit = hex(r->arena, git_tag_target_id(tag));
	read_tagger(r->arena, git_tag_tagger(tag), event);
	read_message(r->arena, git_tag_message(tag) ? git_tag_message(tag) : "", event);
	return NULL;
}

static struct gathered *gathered_model(struct reading *r, const char *name)
{
	struct gathered *model = mg_map_get(&r->models, name);
	if (!model) {
		model = mg_alloc(r->arena, sizeof(*model));
		model->name = name;
		mg_map_put(&r->models, name, model);
	}
	return model;
}

static int add_event(struct reading *r, const git_reference *ref, const struct mg_tag_name *name,
	struct mg_error *err)
{
	struct mg_event event = {.name = *name};
	event.tag = mg_strdup(r->arena, git_reference_name(ref) + strlen(TAGS));
	struct gathered *model = gathered_model(r, name->model);
	if (name->counter > model->greatest)
		model->greatest = name->counter;
	const git_oid *id = git_reference_target(ref);
	if (!id) {
		add_stray(r, event.tag, "it is a name for another ref");
		return MG_OK;
	}
	git_tag *tag = NULL;
	int code = git_tag_lookup(&tag, r->git->repo, id);
	if (code != 0) {
		git_object *object = NULL;
		if (git_object_lookup(&object, r->git->repo, id, GIT_OBJECT_ANY) != 0)
			return mg_fail(err, MG_EIO,
				"the object of tag '%s' cannot be read: it is missing or broken; "
				"'git fsck' says more, and 'git fetch --tags --force' fetches it again",
				event.tag);
		git_object_free(object);
		add_stray(r, event.tag, "it is a lightweight tag, and only annotated ones count");
		return MG_OK;
	}
	const char *why = read_tag(r, tag, &event);
	git_tag_free(tag);
	if (why) {
		add_stray(r, event.tag, why);
		return MG_OK;
	}
	model->events = mg_grow(
		r->arena, model->events, model->count, &model->capacity, sizeof(event));
	model->events[model->count++] = event;
	return MG_OK;
}

static int read_refs(struct reading *r, const char *glob, struct mg_error *err)
{
	git_reference_iterator *refs = NULL;
	int code = git_reference_iterator_glob_new(&refs, r->git->repo, glob);
	if (code != 0)
		return mg_git_fail(err, code, "list the tags");
	git_reference *ref = NULL;
	int result = MG_OK;
	while (result == MG_OK && (code = git_reference_next(&ref, refs)) == 0) {
		struct mg_tag_name name;
		const char *tag = git_reference_name(ref) + strlen(TAGS);
		if (mg_tag_name_read(r->arena, tag, &name) &&
			(!r->only || mg_streq(r->only, name.model)))
			result = add_event(r, ref, &name, err);
		git_reference_free(ref);
	}
	git_reference_iterator_free(refs);
	if (result == MG_OK && code != GIT_ITEROVER)
		return mg_git_fail(err, code, "list the tags");
	return result;
}

/* ---- all of them ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct mg_model *)a)->name, ((const struct mg_model *)b)->name);
}

static void finish(struct reading *r)
{
	struct mg_ledger *out = r->out;
	out->models = mg_alloc_array(r->arena, r->models.count, sizeof(*out->models));
	for (size_t i = 0; i < r->models.count; i++) {
		struct gathered *gathered = r->models.entries[i].value;
		if (gathered->count == 0 && !r->only)
			continue; /* strays alone make no model, but their counters are taken */
		struct mg_model *model = &out->models[out->model_count++];
		model->name = gathered->name;
		model->events = mg_events_in_order(r->arena, gathered->events, gathered->count);
		model->event_count = gathered->count;
		model->next_counter = (gathered->greatest > 0 ? gathered->greatest : 0) + 1;
		mg_replay(r->arena, r->policy, model);
	}
	qsort(out->models, out->model_count, sizeof(*out->models), by_name);
}

int mg_ledger_read(struct mg_arena *arena, const struct mg_git *git, const struct mg_policy *policy,
	const char *model, struct mg_ledger *out, struct mg_error *err)
{
	struct mg_ledger ledger = {0};
	struct reading r = {
		.arena = arena, .git = git, .policy = policy, .only = model, .out = &ledger};
	const char *glob = TAGS "*";
	mg_map_init(&r.models, arena);
	if (model) {
		char *tag = NULL;
		MG_TRY(mg_tag_model(arena, model, &tag, err));
		glob = mg_printf(arena, TAGS "%s[@#]*", tag);
	}
	MG_TRY(read_refs(&r, glob, err));
	finish(&r);
	*out = ledger;
	return MG_OK;
}

/* ---- questions ---- */

const struct mg_model *mg_ledger_model(const struct mg_ledger *ledger, const char *name)
{
	for (size_t i = 0; i < ledger->model_count; i++)
		if (mg_streq(ledger->models[i].name, name))
			return &ledger->models[i];
	return NULL;
}

const struct mg_standing *mg_model_standing(const struct mg_model *model, const char *stage)
{
	for (size_t i = 0; i < model->standing_count; i++)
		if (mg_streq(model->standings[i].stage, stage))
			return model->standings[i].event ? &model->standings[i] : NULL;
	return NULL;
}

const struct mg_version *mg_model_version_of(const struct mg_model *model, const char *commit)
{
	for (size_t i = 0; i < model->version_count; i++) {
		const struct mg_version *version = &model->versions[i];
		if (version->registered && version->active && mg_streq(version->commit, commit))
			return version;
	}
	return NULL;
}

const struct mg_version *mg_model_latest(const struct mg_model *model)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const struct mg_version *latest = NULL;
	struct mg_semver top = {0}, one;
	for (size_t i = 0; i < model->version_count; i++) {
		const struct mg_version *version = &model->versions[i];
		if (!version->registered || !version->active ||
			!mg_semver_read(scratch, version->version, &one))
			continue;
		if (!latest || mg_semver_compare(&one, &top) > 0) {
			latest = version;
			top = one;
		}
	}
	return latest;
}

const struct mg_event *mg_model_last_event(const struct mg_model *model)
{
	return model->event_count ? &model->events[model->event_count - 1] : NULL;
}
