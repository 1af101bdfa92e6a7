/* trend.c: reads records, and sorts what they say by test case and time. */
#include "history/trend.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/map.h"
#include "base/text.h"
#include "history/records.h"
#include "report/words.h"

struct reading {
	struct mg_store *store;
	const struct mg_trend_wanted *wanted;
	struct mg_trend *out;
	struct mg_arena *scratch; /* reset with each record */
	struct mg_map places;     /* of series in out: index + 1, by stage and name */
	struct mg_map words;      /* texts that many points share */
	struct mg_map newest;     /* as_of of the newest run, by stage */
};

/* The text, kept once. */
static const char *keep(struct reading *r, const char *text)
{
	if (!text)
		return NULL;
	const char *known = mg_map_get(&r->words, text);
	if (known)
		return known;
	char *copy = mg_strdup(r->store->arena, text);
	mg_map_put(&r->words, copy, copy);
	return copy;
}

static bool is_wanted(const struct mg_trend_wanted *wanted, const char *name)
{
	return !wanted->check || mg_streq(wanted->check, name) ||
		mg_glob_match(wanted->check, name);
}

static struct mg_series *series_of(
	struct reading *r, const struct mg_run *run, const struct mg_result *result)
{
	struct mg_trend *out = r->out;
	const char *key = mg_printf(
		r->scratch, "%s\n%s", run->stage ? run->stage : "", result->name);
	size_t *place = mg_map_get(&r->places, key);
	if (!place) {
		place = mg_alloc(r->store->arena, sizeof(*place));
		*place = out->count;
		mg_map_put(&r->places, key, place);
		out->series = mg_grow(r->store->arena, out->series, out->count, &out->capacity,
			sizeof(*out->series));
		out->series[out->count++] = (struct mg_series){
			.check = keep(r, result->name), .stage = keep(r, run->stage)};
	}
	return &out->series[*place];
}

static void add_point(struct reading *r, const char *record, const struct mg_run *run,
	const struct mg_result *result)
{
	struct mg_series *s = series_of(r, run, result);
	s->kind = keep(r, result->kind);
	s->unit = keep(r, result->unit);
	s->better = keep(r, result->better);
	s->points = mg_grow(r->store->arena, s->points, s->count, &s->capacity, sizeof(*s->points));
	s->points[s->count++] = (struct mg_point){.as_of_us = run->as_of_us,
		.started_us = run->started_us,
		.verdict = result->verdict,
		.measured = result->measured,
		.value = result->value,
		.exact = keep(r, result->exact),
		.shown = keep(r, mg_words_value(r->scratch, result)),
		.limits = keep(r, mg_words_limits(r->scratch, result)),
		.measure = keep(r, result->measure_digest),
		.commit = keep(r, run->commit),
		.record = record};
}

static void count_run(struct mg_trend *out, const struct mg_run *run)
{
	size_t *counts[] = {[MG_PASS] = &out->runs.pass,
		[MG_WARN] = &out->runs.warn,
		[MG_FAIL] = &out->runs.fail,
		[MG_SKIP] = &out->runs.skip,
		[MG_ERROR] = &out->runs.error};
	++*counts[run->verdict];
	if (out->run_count == 0 || run->as_of_us < out->first_us)
		out->first_us = run->as_of_us;
	if (out->run_count == 0 || run->as_of_us > out->last_us)
		out->last_us = run->as_of_us;
	out->run_count++;
}

static const char *key_of_stage(const char *stage)
{
	return stage ? stage : "";
}

static void note_newest(struct reading *r, const struct mg_run *run)
{
	int64_t *newest_us = mg_map_get(&r->newest, key_of_stage(run->stage));
	if (!newest_us) {
		newest_us = mg_alloc(r->store->arena, sizeof(*newest_us));
		*newest_us = run->as_of_us;
		mg_map_put(&r->newest, mg_strdup(r->store->arena, key_of_stage(run->stage)),
			newest_us);
	}
	if (run->as_of_us > *newest_us)
		*newest_us = run->as_of_us;
}

static bool is_of(const struct mg_trend_wanted *wanted, const struct mg_run *run)
{
	return mg_streq(run->model, wanted->model) &&
		(!wanted->stage || mg_streq(mg_record_stage(run->stage), wanted->stage)) &&
		run->as_of_us >= wanted->since_us && run->as_of_us <= wanted->until_us;
}

static int take(void *context, const struct mg_past_run *past, struct mg_error *err)
{
	struct reading *r = context;
	const struct mg_run *run = past->run;
	(void)err;
	if (!is_of(r->wanted, run))
		return MG_OK;
	const char *record = mg_strdup(r->store->arena, past->record);
	mg_arena_reset(r->scratch);
	count_run(r->out, run);
	note_newest(r, run);
	for (size_t i = 0; i < run->result_count; i++)
		if (is_wanted(r->wanted, run->results[i].name))
			add_point(r, record, run, &run->results[i]);
	return MG_OK;
}

static int by_time(const void *a, const void *b)
{
	const struct mg_point *x = a, *y = b;
	if (x->as_of_us != y->as_of_us)
		return x->as_of_us < y->as_of_us ? -1 : 1;
	if (x->started_us != y->started_us)
		return x->started_us < y->started_us ? -1 : 1;
	return strcmp(x->record, y->record);
}

int mg_trend_read(struct mg_store *store, const struct mg_trend_wanted *wanted,
	struct mg_trend *out, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_store_names names;
	struct reading r = {.store = store, .wanted = wanted, .out = out, .scratch = scratch};
	*out = (struct mg_trend){0};
	mg_map_init(&r.places, store->arena);
	mg_map_init(&r.words, store->arena);
	mg_map_init(&r.newest, store->arena);
	MG_TRY(mg_records_list(store, wanted->model, wanted->stage, wanted->since_us, &names, err));
	const struct mg_record_reader reader = {.take = take, .context = &r};
	MG_TRY(mg_records_read(store, &names, &reader, err));
	if (out->run_count == 0)
		return mg_fail(err, MG_ENOTFOUND, "%s has no run of model '%s'%s%s%s",
			store->described, wanted->model, wanted->stage ? " in stage " : "",
			wanted->stage ? wanted->stage : "",
			wanted->since_us != INT64_MIN || wanted->until_us != INT64_MAX
				? " in that time"
				: "");
	if (out->count == 0)
		return mg_fail(err, MG_ENOTFOUND,
			"no run of model '%s' has a test case '%s'; names are as reports write "
			"them, suite/check[column=x], and * stands for any text",
			wanted->model, mg_log_safe_cut(store->arena, wanted->check, 300));
	for (size_t i = 0; i < out->count; i++) {
		struct mg_series *s = &out->series[i];
		qsort(s->points, s->count, sizeof(struct mg_point), by_time);
		const int64_t *newest_us = mg_map_get(&r.newest, key_of_stage(s->stage));
		s->newest_us = *newest_us;
	}
	return MG_OK;
}
