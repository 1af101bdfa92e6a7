/* passed.c: finds the earlier runs that a number may be held to, and reads no more records than it must.
 *
 * A moment has one number. A run that is made again, since its data came late or its code was mended, has the same as_of
 * and replaces the one before: counted twice, the day would weigh double, and what was mended would stay. */
#include "history/passed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "history/record.h"

enum { MOST_LOOKED_AT = 2000 };

/* The run of one as_of that counts. */
struct moment {
	int64_t as_of_us, started_us;
	bool passed;
	struct mg_fetched_record record;
};

struct search {
	struct mg_store *store;
	const struct mg_passed_wanted *wanted;
	struct mg_past_run *found;
	size_t count;
	size_t looked;
	struct { /* what became of the others, for people */
		size_t failed, partial, dirty;
	} over;
};

static bool is_wanted(const struct mg_passed_wanted *wanted, int64_t second_us)
{
	static const int64_t half_hour_us = 1800 * INT64_C(1000000);
	if (second_us > wanted->before_us)
		return false;
	if (!wanted->every_us)
		return true;
	int64_t off = (wanted->before_us - second_us) % wanted->every_us;
	return off <= half_hour_us || wanted->every_us - off <= half_hour_us;
}

/* ---- one second ---- */

/* Records whose names have the same second. */
struct second {
	struct mg_arena *arena;
	struct moment *moments;
	size_t count, capacity;
};

/* May a run be a baseline, if it passed? */
static bool is_whole(struct search *s, const struct mg_run *run)
{
	s->over.partial += run->selection != NULL;
	s->over.dirty += !run->selection && run->dirty;
	return !run->selection && !run->dirty;
}

static bool is_later(const struct mg_run *run, const char *record, const struct moment *than)
{
	if (run->started_us != than->started_us)
		return run->started_us > than->started_us;
	return strcmp(record, than->record.name) > 0;
}

static void add(struct second *in, const struct mg_run *run, const struct mg_fetched_record *record)
{
	struct moment *at = NULL;
	for (size_t i = 0; i < in->count && !at; i++)
		if (in->moments[i].as_of_us == run->as_of_us)
			at = &in->moments[i];
	if (at && !is_later(run, record->name, at))
		return;
	if (!at) {
		in->moments = mg_grow(
			in->arena, in->moments, in->count, &in->capacity, sizeof(*in->moments));
		at = &in->moments[in->count++];
	}
	*at = (struct moment){.as_of_us = run->as_of_us,
		.started_us = run->started_us,
		.passed = run->verdict == MG_PASS ||
			(run->verdict == MG_WARN && !run->fail_on_warn),
		.record = *record};
}

static int look_at(struct search *s, struct second *in, const char *const *names, size_t count,
	struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	for (size_t i = 0; i < count; i++) {
		struct mg_fetched_record record;
		struct mg_past_run past = {0};
		if (++s->looked > MOST_LOOKED_AT)
			return mg_fail(err, MG_ELIMIT,
				"of the last %d runs of %s in %s only %zu passed, and %zu are wanted",
				MOST_LOOKED_AT, s->wanted->model, s->store->described,
				s->count, s->wanted->most);
		mg_arena_reset(scratch);
		MG_TRY(mg_record_fetch(s->store, in->arena, names[i], &record, err));
		MG_TRY(mg_record_prove(s->store, &record, scratch, &past, err));
		assert(past.run);
		if (mg_streq(past.run->stage, s->wanted->stage) &&
			past.run->as_of_us < s->wanted->before_us && is_whole(s, past.run))
			add(in, past.run, &record);
	}
	return MG_OK;
}

static int newest_first(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;
	return x->as_of_us > y->as_of_us ? -1 : x->as_of_us < y->as_of_us;
}

/* Keeps the very bytes that were looked at. */
static int keep(struct search *s, struct second *in, struct mg_error *err)
{
	if (in->count > 1)
		qsort(in->moments, in->count, sizeof(*in->moments), newest_first);
	for (size_t i = 0; i < in->count && s->count < s->wanted->most; i++) {
		s->over.failed += !in->moments[i].passed;
		if (!in->moments[i].passed)
			continue;
		MG_TRY(mg_record_prove(s->store, &in->moments[i].record, s->store->arena,
			&s->found[s->count], err));
		s->count++;
	}
	return MG_OK;
}

/* ---- all ---- */

static int none_passed(const struct search *s, struct mg_error *err)
{
	const char *stage = s->wanted->stage;
	struct mg_text text;
	mg_text_init(&text, s->store->arena);
	if (s->over.failed)
		mg_text_addf(&text, ", %zu that did not pass", s->over.failed);
	if (s->over.partial)
		mg_text_addf(&text, ", %zu with --select", s->over.partial);
	if (s->over.dirty)
		mg_text_addf(&text, ", %zu with changes that were not committed", s->over.dirty);
	return mg_fail(err, MG_ENOTFOUND,
		"%s has no run of %s%s%s before this one that passed%s%s; baseline_missing: pass "
		"lets the first one through",
		s->store->described, s->wanted->model,
		stage ? " in stage " : " without a stage", stage ? stage : "",
		text.len ? ", but" : "", text.len ? text.data + 1 : "");
}

int mg_records_passed(struct mg_store *store, const struct mg_passed_wanted *wanted,
	struct mg_past_run **out, size_t *out_count, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_store_names names = {0};
	struct search s = {.store = store,
		.wanted = wanted,
		.found = mg_alloc_array(store->arena, wanted->most, sizeof(*s.found))};
	MG_TRY(mg_records_list(
		store, wanted->model, mg_record_stage(wanted->stage), INT64_MIN, &names, err));
	for (size_t end = names.count, from; end > 0 && s.count < wanted->most; end = from) {
		int64_t second_us = mg_record_second(names.list[end - 1]);
		for (from = end - 1; from > 0; from--)
			if (mg_record_second(names.list[from - 1]) != second_us)
				break;
		if (!is_wanted(wanted, second_us))
			continue;
		mg_arena_reset(scratch);
		struct second in = {.arena = scratch};
		MG_TRY(look_at(&s, &in, names.list + from, end - from, err));
		MG_TRY(keep(&s, &in, err));
	}
	if (s.count == 0)
		return none_passed(&s, err);
	*out = s.found;
	*out_count = s.count;
	return MG_OK;
}
