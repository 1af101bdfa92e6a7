/* ledger.c: tags become events, events in order become models. */
#include "registry/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/text.h"
#include "registry/message.h"
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

/* ---- order ---- */

/* What comes first when all else is equal: a version before it is put into a stage. */
static int rank(enum mg_event_type type)
{
	static const int ranks[] = {
		[MG_EVENT_CREATE] = 0,
		[MG_EVENT_DEPRECATE] = 1,
		[MG_EVENT_REGISTER] = 2,
		[MG_EVENT_DEREGISTER] = 3,
		[MG_EVENT_ASSIGN] = 4,
		[MG_EVENT_UNASSIGN] = 5,
	};
	return ranks[type];
}

static int by_time(const void *a, const void *b)
{
	const struct mg_event *x = a, *y = b;
	if (x->time_us != y->time_us)
		return x->time_us < y->time_us ? -1 : 1;
	if (x->name.type != y->name.type)
		return rank(x->name.type) - rank(y->name.type);
	return strcmp(x->tag, y->tag);
}

/* Those without a counter after all that have one. */
static int by_counter(const void *a, const void *b)
{
	const struct mg_event *x = a, *y = b;
	if (x->name.counter != y->name.counter && (x->name.counter < 0 || y->name.counter < 0))
		return x->name.counter < 0 ? 1 : -1;
	if (x->name.counter != y->name.counter)
		return x->name.counter < y->name.counter ? -1 : 1;
	return by_time(a, b);
}

/* An event without a counter, on its way to its place. */
struct uncounted {
	struct mg_event event;
	size_t place;    /* counted events before it */
	int64_t time_us; /* not before the one it follows */
	size_t steps;    /* from the event with a counter that it follows */
};

static int by_place(const void *a, const void *b)
{
	const struct uncounted *x = a, *y = b;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (x->time_us != y->time_us)
		return x->time_us < y->time_us ? -1 : 1;
	if (x->steps != y->steps)
		return x->steps < y->steps ? -1 : 1;
	return by_time(&x->event, &y->event);
}

/* How many of the counted events come before it by time; theirs never go back. Of one second,
 * versions come before all of them and stages after. */
static size_t place_by_time(const int64_t *times, size_t n, const struct mg_event *event)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (times[middle] < event->time_us ||
			(times[middle] == event->time_us && event->name.stage))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A tag of modelgate says which event it follows, which a clock may not know: within one second, or
 * when it was set back. Goes back along these names to an event with a counter. */
static void follow(const struct mg_map *by_id, size_t counted, const struct mg_event *events,
	struct uncounted *u)
{
	enum { STEPS_MAX = 64 }; /* versions that were registered one after the other */
	const struct mg_event *event = &u->event;
	for (size_t steps = 1; steps <= STEPS_MAX && event->trailers.previous_id; steps++) {
		const struct mg_event *before = mg_map_get(by_id, event->trailers.previous_id);
		if (!before)
			return;
		if (before->time_us > u->time_us)
			u->time_us = before->time_us;
		u->steps = steps;
		size_t i = (size_t)(before - events);
		if (i < counted) {
			if (u->place <= i)
				u->place = i + 1;
			return;
		}
		event = before;
	}
}

/* Does an event come after another one, as its message's chain says? */
static bool names(const struct mg_map *by_id, const struct mg_event *event, const char *id)
{
	enum { STEPS_MAX = 64 };
	for (int steps = 0; event && steps < STEPS_MAX; steps++) {
		if (mg_streq(event->trailers.previous_id, id))
			return true;
		event = event->trailers.previous_id ? mg_map_get(by_id, event->trailers.previous_id)
						    : NULL;
	}
	return false;
}

/* Promotions in quick succession are dated ahead of the clock, a second each, so that their times grow. Who gives
 * a model up by hand in these seconds does so after them: only what names that tag is known to come later. */
static void pass_ahead(const struct mg_map *by_id, const int64_t *times, size_t counted,
	const struct mg_event *events, struct uncounted *u)
{
	static const int64_t second_us = 1000000;
	if (u->event.name.type != MG_EVENT_DEPRECATE || u->event.trailers.format)
		return;
	for (size_t i = u->place; i < counted && times[i] <= u->time_us + second_us; i++) {
		if (events[i].trailers.format != 1 || names(by_id, &events[i], u->event.id))
			return;
		u->time_us = times[i];
		u->place = i + 1;
	}
}

/* Puts those without a counter among the others. Where a counted event has an earlier time than the
 * one before it (a clock set back), the time of the one before counts. */
static void put_in_order(struct mg_arena *arena, struct gathered *model)
{
	size_t n = model->count, counted = 0;
	struct mg_event *events = model->events;
	if (n == 0)
		return;
	qsort(events, n, sizeof(*events), by_counter);
	int64_t *times = mg_alloc_array(arena, n, sizeof(*times));
	for (; counted < n && events[counted].name.counter >= 0; counted++) {
		times[counted] = events[counted].time_us;
		if (counted > 0 && times[counted] < times[counted - 1])
			times[counted] = times[counted - 1];
	}
	size_t rest = n - counted;
	struct uncounted *others = mg_alloc_array(arena, rest, sizeof(*others));
	struct mg_map by_id;
	mg_map_init(&by_id, arena);
	for (size_t i = 0; i < n; i++)
		mg_map_put(&by_id, events[i].id, &events[i]);
	for (size_t i = 0; i < rest; i++) {
		others[i].event = events[counted + i];
		others[i].time_us = others[i].event.time_us;
		others[i].place = place_by_time(times, counted, &others[i].event);
		follow(&by_id, counted, events, &others[i]);
		pass_ahead(&by_id, times, counted, events, &others[i]);
	}
	qsort(others, rest, sizeof(*others), by_place);
	struct mg_event *merged = mg_alloc_array(arena, n, sizeof(*merged));
	for (size_t i = 0, k = 0; i + k < n;) {
		bool next_is_other = k < rest && (i == counted || others[k].place <= i);
		merged[i + k] = next_is_other ? others[k].event : events[i];
		*(next_is_other ? &k : &i) += 1;
	}
	model->events = merged;
}

/* ---- replay ---- */

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

static void replay(struct mg_arena *arena, const struct mg_policy *policy, struct mg_model *model)
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
		put_in_order(r->arena, gathered);
		struct mg_model *model = &out->models[out->model_count++];
		model->name = gathered->name;
		model->events = gathered->events;
		model->event_count = gathered->count;
		model->next_counter = (gathered->greatest > 0 ? gathered->greatest : 0) + 1;
		replay(r->arena, r->policy, model);
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
