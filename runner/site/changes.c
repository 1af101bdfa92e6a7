/* changes.c: walks through the verdicts of a stage. Each change follows from the records before it alone, so that it is
 * the same in every later build. */
#include "site/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "site/rhythm.h"

static const char LATE[] = "late", RECORD_FORM[] = ".run.json.gz";

struct walk {
	struct mg_arena *arena;
	const struct mg_policy *policy;
	int64_t now_us;
	struct mg_site_entry *entry;
	size_t capacity;
	const struct mg_site_stage *stage;
	const char *state; /* "pass", "late", ...; NULL: nothing came before */
};

static void add(struct walk *w, struct mg_site_change change)
{
	struct mg_site_entry *entry = w->entry;
	change.place = entry->change_count;
	entry->changes = mg_grow(w->arena, entry->changes, entry->change_count, &w->capacity,
		sizeof(*entry->changes));
	entry->changes[entry->change_count++] = change;
}

static const char *title(const struct walk *w, const char *what)
{
	const char *stage = w->stage->stage;
	return mg_printf(w->arena, "%s%s%s: %s", w->entry->model->name, stage ? " " : "",
		stage ? stage : "", what);
}

/* ---- verdicts ---- */

static const char *id_of_record(const struct walk *w, const char *record)
{
	size_t len = strlen(record);
	return mg_printf(w->arena, "%.*s",
		(int)(mg_ends_with(record, RECORD_FORM) ? len - strlen(RECORD_FORM) : len), record);
}

static bool is_good(const char *state)
{
	return !state || mg_streq(state, "pass");
}

/* run: NULL when its record is broken. */
static void add_verdict(struct walk *w, int64_t at_us, enum mg_verdict verdict, const char *record,
	const struct mg_site_run *run)
{
	const char *was = w->state, *now = mg_verdict_word(verdict);
	w->state = now;
	if (mg_streq(was, now) || (!was && is_good(now)))
		return;
	add(w,
		(struct mg_site_change){.time_us = at_us,
			.kind = is_good(now)   ? "resolved"
				: is_good(was) ? "opened"
					       : "changed",
			.id = id_of_record(w, record),
			.title = title(w, was ? mg_printf(w->arena, "%s, was %s", now, was) : now),
			.text = run
				? run->summary
				: mg_printf(w->arena, "the record %s cannot be believed", record),
			.page = run && run->page ? run->page : w->entry->page});
}

/* A run that was made again took the place of one that people may have been told of. */
static void add_replaced(struct walk *w, const struct mg_site_run *run)
{
	size_t count = 0;
	for (const struct mg_site_run *r = run->replaces; r; r = r->replaces)
		count++;
	for (; count > 0; count--) {
		const struct mg_site_run *r = run;
		for (size_t i = 0; i < count; i++)
			r = r->replaces;
		add_verdict(w, r->as_of_us, r->verdict == MG_SKIP ? MG_ERROR : r->verdict,
			r->record, r);
	}
}

/* ---- silence ---- */

/* The rhythm as it was known after the first `count` runs. */
static struct mg_rhythm rhythm_after(const struct walk *w, size_t count)
{
	if (mg_streq(w->stage->every_from, "policy"))
		return (struct mg_rhythm){.every_us = w->stage->every_us};
	return mg_rhythm_estimate(w->stage->moments, count);
}

/* `count` runs came, the last of them (or what stands there) at from_us, and the next at until_us or not yet. */
static void add_missed(
	struct walk *w, size_t count, int64_t from_us, int64_t until_us, const char *id)
{
	const struct mg_rhythm rhythm = rhythm_after(w, count);
	bool is_known = rhythm.every_us > 0;
	int64_t due_us = is_known ? mg_rhythm_next(&rhythm, from_us)
				  : from_us + w->policy->max_age_us;
	int64_t late_us = is_known ? mg_rhythm_late(&rhythm, due_us) : due_us;
	if (late_us >= until_us)
		return;
	const char *due = mg_clock_text(w->arena, due_us);
	add(w,
		(struct mg_site_change){.time_us = late_us,
			.kind = "missed",
			.id = mg_printf(w->arena, "%s/missed", id),
			.title = title(w,
				mg_printf(w->arena, "no run since %s",
					mg_clock_text(w->arena, from_us))),
			.text = is_known
				? mg_printf(w->arena, "a run was due %s (every %s, %s)", due,
					  mg_human_duration(
						  w->arena, (double)rhythm.every_us / 1e6),
					  rhythm.is_estimated ? "estimated" : "by the policy")
				: mg_printf(w->arena,
					  "the last run is too old to be promoted by since %s",
					  due),
			.page = w->entry->page});
	/* What failed has not ended by being silent. */
	if (is_good(w->state) || mg_streq(w->state, "warn"))
		w->state = LATE;
}

/* ---- tags ---- */

/* What a URI can have of the name of a tag. */
static const char *in_uri(struct mg_arena *arena, const char *tag)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (const char *c = tag; *c; c++) {
		if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
			(*c >= '0' && *c <= '9') || strchr("-._~/@=:", *c))
			mg_text_add_char(&text, *c);
		else
			mg_text_addf(&text, "%%%02X", (unsigned char)*c);
	}
	return text.data;
}

static const char *id_of_tag(struct mg_arena *arena, const char *commit, const char *tag)
{
	return mg_printf(arena, "%s/%s", commit ? commit : "", in_uri(arena, tag));
}

/* Of stages: a version that is registered moves nothing. */
static void add_events(struct walk *w)
{
	const struct mg_site_model *model = w->entry->model;
	for (size_t i = 0; i < model->event_count; i++) {
		const struct mg_site_event *e = &model->events[i];
		if (!e->stage)
			continue;
		add(w,
			(struct mg_site_change){.time_us = e->time_us,
				.kind = e->kind,
				.id = id_of_tag(w->arena, e->commit, e->tag),
				.title = mg_printf(w->arena, "%s: %s", model->name, e->what),
				.text = mg_printf(w->arena, "%s by %s%s%s%s%s%s%s", e->kind,
					e->by ? e->by : "nobody", e->decision ? ", " : "",
					e->decision ? e->decision : "", e->why ? ": " : "",
					e->why ? e->why : "",
					e->problem ? "; it does not hold: " : "",
					e->problem ? e->problem : ""),
				.page = w->entry->page});
	}
}

/* ---- the whole ---- */

static void walk_stage(struct walk *w, const struct mg_site_stage *stage)
{
	const struct mg_site_standing *standing = stage->standing;
	w->stage = stage;
	w->state = NULL;
	if (stage->moment_count == 0 && standing && stage->every_us > 0)
		add_missed(w, 0, standing->since_us, w->now_us,
			id_of_tag(w->arena, standing->commit, standing->tag));
	for (size_t i = 0; i < stage->moment_count; i++) {
		const struct mg_moment *moment = &stage->moments[i];
		bool is_last = i + 1 == stage->moment_count;
		if (moment->run)
			add_replaced(w, moment->run);
		add_verdict(w, moment->at_us, moment->verdict, moment->record, moment->run);
		add_missed(w, i + 1, moment->at_us, is_last ? w->now_us : moment[1].at_us,
			id_of_record(w, moment->record));
	}
}

int mg_site_change_order(const void *a, const void *b)
{
	const struct mg_site_change *x = *(const struct mg_site_change *const *)a;
	const struct mg_site_change *y = *(const struct mg_site_change *const *)b;
	if (x->time_us != y->time_us)
		return x->time_us > y->time_us ? -1 : 1;
	if (x->place != y->place)
		return x->place > y->place ? -1 : 1;
	return strcmp(x->id, y->id);
}

void mg_site_changes(struct mg_arena *arena, const struct mg_policy *policy, int64_t now_us,
	struct mg_site_entry *entry)
{
	struct walk w = {.arena = arena, .policy = policy, .now_us = now_us, .entry = entry};
	for (size_t i = 0; i < entry->stage_count; i++)
		walk_stage(&w, &entry->stages[i]);
	add_events(&w);
	size_t n = entry->change_count;
	const struct mg_site_change **order = mg_alloc_array(arena, n, sizeof(*order));
	for (size_t i = 0; i < n; i++)
		order[i] = &entry->changes[i];
	if (n > 0)
		qsort(order, n, sizeof(*order), mg_site_change_order);
	n = n > MG_SITE_MOST_CHANGES ? MG_SITE_MOST_CHANGES : n;
	struct mg_site_change *newest = mg_alloc_array(arena, n, sizeof(*newest));
	for (size_t i = 0; i < n; i++)
		newest[i] = *order[i];
	entry->changes = newest;
	entry->change_count = n;
}
