/* verify_tags.c: what the tags of a model say, held against each other: their chain, numbers, times, words and the
 * order of stages. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/map.h"
#include "base/text.h"
#include "registry/form.h"
#include "registry/ledger.h"
#include "registry/tag_name.h"
#include "release/verify_check.h"

static const char *time_words(struct mg_arena *arena, const struct mg_event *event)
{
	return mg_clock_text(arena, event->time_us);
}

bool mg_made_together(const struct mg_event *a, const struct mg_event *b)
{
	static const int64_t limit_us = INT64_C(600) * 1000000;
	int64_t apart_us = a->time_us - b->time_us;
	bool two_numbers = a->name.counter >= 0 && b->name.counter >= 0 &&
		a->name.counter != b->name.counter;
	return mg_event_is_ours(a) && mg_event_is_ours(b) && !two_numbers && apart_us <= limit_us &&
		apart_us >= -limit_us;
}

/* ---- the chain: every tag names the one before it ---- */

static void check_first(struct mg_verify *c, const struct mg_event *event)
{
	for (const struct mg_event *e = c->model->events; e < event; e++) {
		if (!mg_event_is_ours(e) || mg_made_together(e, event))
			continue;
		mg_verify_add(c, true, "chain", event->tag,
			"it says that nothing came before it, but %s did", e->tag);
		return;
	}
}

static void check_chain(struct mg_verify *c, const struct mg_event *event)
{
	const struct mg_trailers *t = &event->trailers;
	if (!t->previous) {
		check_first(c, event);
		return;
	}
	const struct mg_event *before = mg_map_get(&c->by_tag, t->previous);
	if (!before) {
		mg_verify_add(c, true, "deleted", event->tag,
			"it says that %s came before it, but this clone has no such tag: it was "
			"deleted, or not fetched",
			t->previous);
		return;
	}
	if (!mg_streq(before->id, t->previous_id)) {
		mg_verify_add(c, true, "moved", event->tag,
			"it says that %s before it was object %.12s, but it is %.12s now: the tag "
			"was moved or made again",
			t->previous, t->previous_id ? t->previous_id : "(none)", before->id);
		return;
	}
	if (before >= event)
		mg_verify_add(c, true, "chain", event->tag,
			"it says that %s came before it, which comes after", t->previous);
	if (event->time_us < before->time_us)
		mg_verify_add(c, true, "time", event->tag,
			"it is dated %s, before %s (%s), which it follows",
			time_words(c->arena, event), before->tag, time_words(c->arena, before));
	const struct mg_event *other = mg_map_get(&c->followed, before->id);
	if (other && mg_made_together(event, other))
		mg_verify_add(c, false, "chain", event->tag,
			"it and %s were made at the same time, after %s", other->tag, before->tag);
	else if (other)
		mg_verify_add(c, true, "chain", event->tag,
			"it and %s both say that %s came before them", other->tag, before->tag);
	else
		mg_map_put(&c->followed, before->id, (void *)(uintptr_t)event);
}

/* ---- counters ---- */

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* Tags that are no events bear numbers as well; they are told by themselves. */
static int64_t *numbers(struct mg_verify *c, size_t *out_count)
{
	size_t count = 0;
	int64_t *list = mg_alloc_array(
		c->arena, c->model->event_count + c->ledger->stray_count, sizeof(*list));
	for (size_t i = 0; i < c->model->event_count; i++)
		list[count++] = c->model->events[i].name.counter;
	for (size_t i = 0; i < c->ledger->stray_count; i++) {
		struct mg_tag_name name;
		if (mg_tag_name_read(c->arena, c->ledger->strays[i].tag, &name) &&
			mg_streq(name.model, c->model->name))
			list[count++] = name.counter;
	}
	qsort(list, count, sizeof(*list), by_number);
	*out_count = count;
	return list;
}

static void check_counters(struct mg_verify *c)
{
	size_t count = 0;
	int64_t *list = numbers(c, &count);
	int64_t expected = 1;
	for (size_t i = 0; i < count; i++) {
		long long first = (long long)expected, last = (long long)list[i] - 1;
		if (first == last)
			mg_verify_add(c, true, "counter", NULL,
				"there is no tag with number %lld: it was deleted, or not fetched",
				first);
		else if (first < last)
			mg_verify_add(c, true, "counter", NULL,
				"there are no tags with numbers %lld to %lld: they were deleted, or "
				"not fetched",
				first, last);
		if (list[i] >= expected)
			expected = list[i] + 1;
	}
}

static void check_doubles(struct mg_verify *c)
{
	const struct mg_event *before = NULL;
	for (size_t i = 0; i < c->model->event_count; i++) {
		const struct mg_event *event = &c->model->events[i];
		if (event->name.counter < 0)
			continue;
		if (before && before->name.counter == event->name.counter)
			mg_verify_add(c,
				(mg_event_is_ours(before) || mg_event_is_ours(event)) &&
					!mg_made_together(before, event),
				"counter", event->tag, "it has the same number as %s", before->tag);
		if (before && !mg_event_is_ours(event) && event->time_us < before->time_us)
			mg_verify_add(c, false, "time", event->tag,
				"it is dated %s, before %s (%s)", time_words(c->arena, event),
				before->tag, time_words(c->arena, before));
		before = event;
	}
}

/* ---- what a tag says of itself ---- */

static const struct mg_version *version_by(
	const struct mg_model *model, const struct mg_event *event)
{
	for (size_t i = 0; i < model->version_count; i++)
		if (model->versions[i].event == event)
			return &model->versions[i];
	return NULL;
}

static void check_words(struct mg_verify *c, const struct mg_event *event)
{
	const struct mg_trailers *t = &event->trailers;
	if (t->model && !mg_streq(t->model, c->model->name))
		mg_verify_add(
			c, true, "message", event->tag, "its message is of model %s", t->model);
	if (t->version && event->name.version && !mg_streq(t->version, event->name.version))
		mg_verify_add(
			c, true, "message", event->tag, "its message is of version %s", t->version);
	if (!t->version || !event->name.stage)
		return;
	for (size_t i = 0; i < c->model->version_count; i++) {
		const struct mg_version *version = &c->model->versions[i];
		if (version->registered && mg_streq(version->version, t->version) &&
			!mg_streq(version->commit, event->commit))
			mg_verify_add(c, true, "message", event->tag,
				"its message is of version %s, which is commit %.12s, but it marks "
				"%.12s",
				t->version, version->commit, event->commit);
	}
}

/* The spec that a version names is the one of its commit. */
static void check_spec(struct mg_verify *c, const struct mg_event *event)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const struct mg_trailers *t = &event->trailers;
	struct mg_error err = {0};
	const char *text = NULL;
	size_t len = 0;
	git_oid commit;
	char sha256[65] = "";
	if (event->name.type != MG_EVENT_REGISTER || git_oid_fromstr(&commit, event->commit) != 0)
		return;
	if (!t->spec || mg_git_file(scratch, c->git, &commit, t->spec, &text, &len, &err) != MG_OK)
		mg_verify_add(c, true, "message", event->tag,
			"the spec that it names cannot be read: %s",
			t->spec ? err.text : "it names none");
	else
		mg_sha256(text, len, sha256);
	if (*sha256 && !mg_streq(sha256, t->spec_sha256))
		mg_verify_add(c, true, "message", event->tag,
			"its spec is not the %s of its commit", t->spec);
}

static void check_clock(struct mg_verify *c, const struct mg_event *event)
{
	static const int64_t limit_us = INT64_C(86400) * 1000000;
	if (event->time_us > c->now_us + limit_us)
		mg_verify_add(c, mg_event_is_ours(event), "time", event->tag,
			"it is dated %s, which is in the future", time_words(c->arena, event));
}

/* One version a commit, one commit a version. */
static void check_version(struct mg_verify *c, const struct mg_event *event)
{
	const struct mg_version *own = version_by(c->model, event);
	for (size_t i = 0; own && i < c->model->version_count; i++) {
		const struct mg_version *other = &c->model->versions[i];
		if (other >= own || !other->registered)
			continue;
		if (mg_streq(other->version, own->version))
			mg_verify_add(c, mg_event_is_ours(event), "version", event->tag,
				"version %s is commit %.12s by another tag", own->version,
				other->commit);
		else if (mg_streq(other->commit, own->commit) && other->active && own->active)
			mg_verify_add(c, mg_event_is_ours(event), "version", event->tag,
				"its commit has version %s already", other->version);
	}
}

/* ---- the order of stages ---- */

const struct mg_event *mg_returns_to(const struct mg_verify *c, const struct mg_event *event)
{
	if (!mg_event_is_ours(event) || event->name.type != MG_EVENT_ASSIGN ||
		!event->trailers.reason)
		return NULL;
	for (const struct mg_event *e = c->model->events; e < event; e++)
		if (e->name.type == MG_EVENT_ASSIGN && mg_streq(e->name.stage, event->name.stage) &&
			mg_streq(e->commit, event->commit))
			return e;
	return NULL;
}

static void check_form(struct mg_verify *c, const struct mg_event *event)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	/* That of a decision is looked at with it. */
	const char *problem = event->trailers.decision == MG_DECISION_NONE
		? mg_form_problem(scratch, event, mg_returns_to(c, event) != NULL)
		: NULL;
	if (!problem)
		problem = mg_form_object_problem(c->git, event);
	if (problem)
		mg_verify_add(c, true, "message", event->tag, "%s", problem);
	check_spec(c, event);
}

/* The latest event of a commit in a stage, before another event. */
static const struct mg_event *latest_before(
	const struct mg_verify *c, const struct mg_event *event, const char *stage)
{
	for (const struct mg_event *e = event; e-- > c->model->events;)
		if (mg_streq(e->name.stage, stage) && mg_streq(e->commit, event->commit))
			return e;
	return NULL;
}

static void check_from(struct mg_verify *c, const struct mg_event *event, const char *stage)
{
	const struct mg_trailers *t = &event->trailers;
	const struct mg_event *from = t->from ? mg_map_get(&c->by_tag, t->from) : NULL;
	if (!t->from)
		return;
	if (!from)
		mg_verify_add(c, true, "deleted", event->tag,
			"it came from %s, which this clone lacks", t->from);
	else if (!mg_streq(from->id, t->from_id))
		mg_verify_add(c, true, "moved", event->tag,
			"it came from %s as object %.12s, but that is %.12s now", t->from,
			t->from_id ? t->from_id : "(none)", from->id);
	else if (!mg_streq(from->commit, event->commit) || !mg_streq(from->name.stage, stage))
		mg_verify_add(c, true, "order", event->tag,
			"it came from %s, which is not its commit in %s", t->from, stage);
}

static void check_order(struct mg_verify *c, const struct mg_event *event)
{
	const struct mg_policy *policy = c->policy;
	size_t k = 0;
	while (k < policy->stage_count && !mg_streq(policy->stages[k].name, event->name.stage))
		k++;
	/* How the commit of a rollback came there at first is that tag's matter. */
	if (event->name.type != MG_EVENT_ASSIGN || k == 0 || k == policy->stage_count ||
		mg_returns_to(c, event))
		return;
	const char *stage = policy->stages[k - 1].name;
	check_from(c, event, stage);
	const struct mg_event *before = latest_before(c, event, stage);
	if (event->trailers.decision == MG_DECISION_OVERRIDDEN ||
		(before && before->name.type == MG_EVENT_ASSIGN))
		return;
	mg_verify_add(c, mg_event_is_ours(event), "order", event->tag,
		"its commit %.12s was not in %s when it came into %s, and no override says why",
		event->commit, stage, event->name.stage);
}

/* ---- all of it ---- */

void mg_verify_message(struct mg_verify *c, const struct mg_event *event)
{
	check_chain(c, event);
	check_words(c, event);
	check_form(c, event);
}

void mg_verify_place(struct mg_verify *c, const struct mg_event *event)
{
	check_clock(c, event);
	check_version(c, event);
	check_order(c, event);
}

void mg_verify_numbers(struct mg_verify *c)
{
	check_counters(c);
	check_doubles(c);
}
