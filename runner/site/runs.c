/* runs.c: reads those runs again that have a page of their own, ahead of who writes the pages. */
#include "site/runs.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "history/records.h"
#include "report/html.h"
#include "report/prometheus.h"
#include "report/words.h"
#include "site/findings.h"
#include "site/pages.h"
#include "site/rhythm.h"

/* A page has 50 kB and more; a model that fails every hour for a month would have 700 of them. */
enum { MOST_PAGES = 40, FORM_LEN = sizeof(".run.json.gz") - 1 };

struct writing {
	const struct mg_site_reader *reader;
	const struct mg_site_folder *folder;
	struct mg_site_entry *entry;
	struct mg_text *checks;
	struct mg_prometheus *metrics;
	struct mg_arena *scratch;
	int64_t now_us;
	struct mg_site_run **runs; /* that have a page */
	size_t count, done;
};

/* runs/NAME/PRD-2026-11-23-040506Z-80a6efe8810daec4.html */
static const char *page_of(
	struct mg_arena *arena, const struct mg_site_model *model, const struct mg_site_run *run)
{
	const char *rest = run->record + strcspn(run->record, "/") + 1;
	char *name = mg_strndup(arena, rest, strlen(rest) - FORM_LEN);
	for (char *c = name; *c; c++)
		*c = *c == '/' ? '-' : *c;
	return mg_printf(arena, "runs/%s/%s.html", model->file, name);
}

static void give_pages(
	struct writing *w, const struct mg_site_records *records, int64_t since_us, int64_t now_us)
{
	struct mg_arena *arena = w->reader->arena;
	const struct mg_site_model *model = w->entry->model;
	for (size_t i = 0; i < w->entry->stage_count; i++) {
		struct mg_site_run *last = w->entry->stages[i].last;
		if (last)
			last->page = page_of(arena, model, last);
	}
	size_t count = 0;
	for (size_t m = records->month_count; m-- > 0;)
		for (size_t i = records->months[m].count; i-- > 0;) {
			struct mg_site_run *run = &records->months[m].runs[i];
			bool passed = run->verdict == MG_PASS || run->verdict == MG_WARN;
			if (run->page || passed || run->as_of_us < since_us ||
				run->as_of_us > now_us || count == MOST_PAGES)
				continue;
			run->page = page_of(arena, model, run);
			count++;
		}
}

/* ---- what the newest run says ---- */

static const struct mg_result *worst_of(const struct mg_run *run)
{
	static const enum mg_verdict order[] = {MG_ERROR, MG_FAIL, MG_WARN};
	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
		for (size_t i = 0; i < run->result_count; i++)
			if (run->results[i].verdict == order[k])
				return &run->results[i];
	return NULL;
}

static const struct mg_site_worst *keep_worst(
	struct mg_arena *arena, struct mg_arena *scratch, const struct mg_run *run)
{
	const struct mg_result *r = worst_of(run);
	if (!r)
		return NULL;
	struct mg_site_worst *worst = mg_alloc(arena, sizeof(*worst));
	*worst = (struct mg_site_worst){.check = mg_strdup(arena, r->name),
		.shown = mg_strdup(arena, mg_words_value(scratch, r)),
		.limit = mg_strdup(arena, mg_words_limits(scratch, r)),
		.message = mg_strdup(arena, r->message),
		.value = r->measured ? r->value : NAN,
		.verdict = r->verdict};
	return worst;
}

static void keep_tags(struct mg_arena *arena, const struct mg_run *run, struct mg_site_entry *entry)
{
	for (size_t i = 0; i < run->result_count; i++)
		for (size_t k = 0; k < run->results[i].tag_count; k++) {
			const char *tag = run->results[i].tags[k];
			if (mg_among(tag, entry->tags, entry->tag_count))
				continue;
			entry->tags = mg_grow(arena, entry->tags, entry->tag_count,
				&entry->tag_capacity, sizeof(*entry->tags));
			entry->tags[entry->tag_count++] = mg_strdup(arena, tag);
		}
}

/* Behind a record that is broken stands an older run: it may have passed, and says nothing of now. */
static int keep_metrics(struct writing *w, struct mg_arena *scratch, const struct mg_run *run,
	const struct mg_site_stage *stage, struct mg_error *err)
{
	assert(stage->moment_count > 0);
	if (stage->moments[stage->moment_count - 1].run != stage->last)
		return MG_OK;
	return mg_prometheus_add(w->metrics, scratch, run, (double)stage->every_us / 1e6, err);
}

/* Of several stages the newest run names the owner. */
static int look_at(struct writing *w, struct mg_arena *scratch, const struct mg_run *run,
	struct mg_site_stage *stage, struct mg_error *err)
{
	const struct mg_run *safe = mg_run_safe(scratch, run);
	bool is_newest = true;
	assert(stage->last);
	for (size_t i = 0; i < w->entry->stage_count; i++) {
		const struct mg_site_run *other = w->entry->stages[i].last;
		is_newest = is_newest && (!other || other->as_of_us <= stage->last->as_of_us);
	}
	if (is_newest)
		w->entry->owner = mg_strdup(w->reader->arena, safe->owner);
	stage->worst = keep_worst(w->reader->arena, scratch, safe);
	keep_tags(w->reader->arena, safe, w->entry);
	mg_site_checks(w->checks, scratch, safe, stage->last);
	return keep_metrics(w, scratch, run, stage, err);
}

/* ---- a page ---- */

static void mark_day(const struct writing *w, struct mg_site_stage *stage, int64_t at_us)
{
	int64_t first_us = mg_rhythm_first_day(w->now_us);
	if (at_us >= first_us && at_us < first_us + MG_SITE_DAYS * MG_SITE_DAY_US)
		stage->days[(at_us - first_us) / MG_SITE_DAY_US] = mg_verdict_word(MG_ERROR)[0];
}

/* It was whole when a cached month was read from it. */
static void tell_broken(struct writing *w, struct mg_site_run *run, struct mg_site_stage *newest_of,
	const char *text)
{
	struct mg_arena *arena = w->reader->arena;
	run->page = NULL;
	mg_site_finding_broken(arena, w->entry,
		&(struct mg_site_broken){.folder = mg_record_stage(run->stage),
			.text = mg_strdup(arena, text),
			.second_us = mg_record_second(run->record)});
	if (newest_of) {
		newest_of->state = "error";
		newest_of->why = "the newest record cannot be believed";
		mark_day(w, newest_of, run->as_of_us);
		for (size_t i = 0; i < newest_of->moment_count; i++)
			if (newest_of->moments[i].run == run)
				newest_of->moments[i] = (struct mg_moment){
					run->as_of_us, MG_ERROR, NULL, run->record};
	}
}

static struct mg_site_stage *newest_of(struct mg_site_entry *entry, const struct mg_site_run *run)
{
	for (size_t i = 0; i < entry->stage_count; i++)
		if (entry->stages[i].last == run)
			return &entry->stages[i];
	return NULL;
}

static int write_page(void *context, const struct mg_past_run *past, struct mg_error *err)
{
	struct writing *w = context;
	struct mg_site_run *run = w->runs[w->done++];
	const struct mg_site_model *model = w->entry->model;
	struct mg_site_stage *newest = newest_of(w->entry, run);
	struct mg_site_frame frame;
	struct mg_text page;
	mg_arena_reset(w->scratch);
	if (newest)
		MG_TRY(look_at(w, w->scratch, past->run, newest, err));
	mg_text_init(&page, w->scratch);
	/* to the stage that the run was of */
	const char *there = mg_printf(
		w->scratch, "%s#stage=%s", w->entry->page, run->stage ? run->stage : "no+stage");
	mg_site_frame(&frame, "run", "../../", NULL, model->name, there);
	MG_TRY(mg_html_run(&page, w->scratch, past->run, &frame.frame, err));
	return mg_site_folder_put(w->folder, run->page, page.data, page.len, err);
}

static int pass_over(
	void *context, const char *name, const struct mg_error *why, struct mg_error *err)
{
	struct writing *w = context;
	struct mg_site_run *run = w->runs[w->done++];
	(void)name;
	(void)err;
	tell_broken(w, run, newest_of(w->entry, run), why->text);
	return MG_OK;
}

static void list_pages(struct writing *w, const struct mg_site_records *records)
{
	size_t capacity = 0;
	for (size_t m = 0; m < records->month_count; m++)
		for (size_t i = 0; i < records->months[m].count; i++) {
			struct mg_site_run *run = &records->months[m].runs[i];
			if (!run->page)
				continue;
			w->runs = mg_grow(w->reader->arena, w->runs, w->count, &capacity,
				sizeof(struct mg_site_run *));
			w->runs[w->count++] = run;
		}
}

static int write_pages(struct writing *w, struct mg_error *err)
{
	const struct mg_site_reader *from = w->reader;
	const struct mg_record_reader reader = {.take = write_page,
		.pass_over = pass_over,
		.context = w,
		.among_many = from->among_many};
	const char **names = mg_alloc_array(from->arena, w->count, sizeof(*names));
	for (size_t i = 0; i < w->count; i++)
		names[i] = w->runs[i]->record;
	return mg_records_read(
		from->store, &(struct mg_store_names){names, w->count}, &reader, err);
}

int mg_site_runs(const struct mg_site_reader *reader, const struct mg_site_folder *folder,
	const struct mg_site_records *records, int64_t now_us, struct mg_site_entry *entry,
	struct mg_text *out_checks, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_prometheus *metrics = mg_alloc(reader->arena, sizeof(*metrics));
	struct writing w = {.reader = reader,
		.folder = folder,
		.entry = entry,
		.checks = out_checks,
		.metrics = metrics,
		.now_us = now_us,
		.scratch = scratch};
	mg_prometheus_init(metrics, reader->arena);
	entry->metrics = metrics;
	give_pages(&w, records, now_us - MG_SITE_DAYS * MG_SITE_DAY_US, now_us);
	list_pages(&w, records);
	return write_pages(&w, err);
}
