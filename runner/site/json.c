/* json.c: values become JSON, in the order of the schema. */
#include "site/json.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "report/json_out.h"
#include "site/rhythm.h"

static void add_time(struct mg_json *json, const char *key, int64_t us)
{
	char text[32];
	if (us != MG_SITE_NEVER)
		mg_clock_format(us, text);
	mg_json_text(json, key, us == MG_SITE_NEVER ? NULL : text);
}

static void add_texts(struct mg_json *json, const char *key, const char *const *list, size_t count)
{
	mg_json_open(json, key, '[', true);
	for (size_t i = 0; i < count; i++)
		mg_json_text(json, NULL, list[i]);
	mg_json_close(json, ']');
}

/* ---- runs and events ---- */

static void add_run(struct mg_json *json, const struct mg_site_run *run)
{
	mg_json_open(json, NULL, '{', true);
	add_time(json, "time", run->as_of_us);
	add_time(json, "started", run->started_us);
	mg_json_text(json, "seal", run->seal);
	mg_json_text(json, "verdict", mg_verdict_word(run->verdict));
	mg_json_text(json, "commit", run->commit);
	mg_json_text(json, "branch", run->branch);
	mg_json_bool(json, "dirty", run->dirty);
	mg_json_text(json, "selection", run->selection);
	mg_json_text(json, "build", run->build);
	mg_json_double(json, "seconds", run->seconds);
	mg_json_text(json, "summary", run->summary);
	mg_json_text(json, "record", run->record);
	mg_json_text(json, "page", run->page);
	mg_json_close(json, '}');
}

static void add_event(struct mg_json *json, const struct mg_site_event *event)
{
	mg_json_open(json, NULL, '{', true);
	add_time(json, "time", event->time_us);
	mg_json_text(json, "model", event->model);
	mg_json_text(json, "kind", event->kind);
	mg_json_text(json, "what", event->what);
	mg_json_text(json, "stage", event->stage);
	mg_json_text(json, "version", event->version);
	mg_json_text(json, "decision", event->decision);
	mg_json_text(json, "by", event->by);
	mg_json_text(json, "email", event->email);
	mg_json_text(json, "why", event->why);
	add_texts(json, "approvers", event->approvers, event->approver_count);
	mg_json_text(json, "commit", event->commit);
	mg_json_text(json, "tag", event->tag);
	mg_json_text(json, "build", event->build);
	mg_json_text(json, "problem", event->problem);
	mg_json_close(json, '}');
}

static void add_month(struct mg_json *json, const struct mg_site_month *month)
{
	mg_json_open(json, NULL, '{', true);
	mg_json_text(json, "stage", month->stage);
	mg_json_open(json, "runs", '[', true);
	for (size_t i = 0; i < month->count; i++)
		add_run(json, &month->runs[i]);
	mg_json_close(json, ']');
	mg_json_members(json, month->checks);
	mg_json_close(json, '}');
}

static bool is_in_month(const struct mg_site_event *event, const char *month)
{
	char text[32];
	mg_clock_format(event->time_us, text);
	return strncmp(text, month, strlen(month)) == 0;
}

void mg_site_json_month(struct mg_text *out, const struct mg_site_model *model,
	const struct mg_site_records *records, const char *month)
{
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '{', true);
	mg_json_text(&json, "format", "modelgate.month/1");
	mg_json_text(&json, "model", model->name);
	mg_json_text(&json, "month", month);
	mg_json_open(&json, "stages", '[', true);
	for (size_t i = 0; i < records->month_count; i++)
		if (strcmp(records->months[i].month, month) == 0)
			add_month(&json, &records->months[i]);
	mg_json_close(&json, ']');
	mg_json_open(&json, "events", '[', true);
	for (size_t i = 0; i < model->event_count; i++)
		if (is_in_month(&model->events[i], month))
			add_event(&json, &model->events[i]);
	mg_json_close(&json, ']');
	mg_json_close(&json, '}');
	mg_text_add_char(out, '\n');
}

/* ---- stages ---- */

static void add_last(struct mg_json *json, const struct mg_site_run *run)
{
	if (!run) {
		mg_json_null(json, "last");
		return;
	}
	mg_json_open(json, "last", '{', true);
	add_time(json, "time", run->as_of_us);
	add_time(json, "started", run->started_us);
	mg_json_text(json, "verdict", mg_verdict_word(run->verdict));
	mg_json_text(json, "summary", run->summary);
	mg_json_text(json, "record", run->record);
	mg_json_text(json, "page", run->page);
	mg_json_close(json, '}');
}

static void add_worst(struct mg_json *json, const struct mg_site_worst *worst)
{
	if (!worst) {
		mg_json_null(json, "worst");
		return;
	}
	mg_json_open(json, "worst", '{', true);
	mg_json_text(json, "check", worst->check);
	mg_json_double(json, "value", worst->value);
	mg_json_text(json, "shown", worst->shown);
	mg_json_text(json, "verdict", mg_verdict_word(worst->verdict));
	mg_json_text(json, "limit", worst->limit);
	mg_json_text(json, "message", worst->message);
	mg_json_close(json, '}');
}

static void add_stage(struct mg_json *json, const struct mg_site_stage *stage)
{
	static const struct mg_site_standing nothing = {.since_us = MG_SITE_NEVER};
	const struct mg_site_standing *s = stage->standing ? stage->standing : &nothing;
	mg_json_open(json, NULL, '{', true);
	mg_json_text(json, "stage", stage->stage);
	mg_json_text(json, "state", stage->state);
	mg_json_text(json, "why", stage->why);
	mg_json_text(json, "version", s->version);
	mg_json_text(json, "tag", s->tag);
	add_time(json, "since", s->since_us);
	mg_json_text(json, "decision", s->decision);
	mg_json_text(json, "evidence", s->evidence);
	add_last(json, stage->last);
	mg_json_double(json, "every", stage->every_us ? (double)stage->every_us / 1e6 : NAN);
	mg_json_text(json, "every_from", stage->every_from);
	add_time(json, "next", stage->next_us);
	mg_json_bool(json, "late", stage->late);
	mg_json_int(json, "missed", (int64_t)stage->missed);
	mg_json_text(json, "days", stage->days);
	add_worst(json, stage->worst);
	mg_json_int(json, "runs", (int64_t)stage->runs);
	mg_json_close(json, '}');
}

static void add_entry(struct mg_json *json, const char *key, const struct mg_site_entry *entry)
{
	mg_json_open(json, key, '{', true);
	mg_json_text(json, "name", entry->model->name);
	mg_json_text(json, "file", entry->model->file);
	mg_json_text(json, "owner", entry->owner);
	add_texts(json, "tags", entry->tags, entry->tag_count);
	mg_json_text(json, "page", entry->page);
	mg_json_text(json, "graph", entry->graph);
	add_texts(json, "months", entry->months, entry->month_count);
	mg_json_open(json, "stages", '[', true);
	for (size_t i = 0; i < entry->stage_count; i++)
		add_stage(json, &entry->stages[i]);
	mg_json_close(json, ']');
	mg_json_close(json, '}');
}

static void add_findings(struct mg_json *json, const struct mg_site_finding *findings, size_t count)
{
	mg_json_open(json, "findings", '[', true);
	for (size_t i = 0; i < count; i++) {
		const struct mg_site_finding *f = &findings[i];
		mg_json_open(json, NULL, '{', true);
		mg_json_text(json, "kind", f->kind);
		mg_json_text(json, "look", f->look);
		mg_json_text(json, "model", f->model);
		mg_json_text(json, "stage", f->stage);
		add_time(json, "time", f->time_us);
		mg_json_text(json, "text", f->text);
		mg_json_text(json, "page", f->page);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

/* ---- the whole ---- */

/* A page goes on counting from the time of the build, unless --as-of has fixed it. */
static void add_built(struct mg_json *json, int64_t now_us, bool is_fixed)
{
	add_time(json, "built", now_us);
	mg_json_bool(json, "fixed", is_fixed);
}

void mg_site_json_fleet(struct mg_text *out, const struct mg_site_fleet *fleet)
{
	struct mg_json json = {.out = out};
	char first_day[32];
	mg_clock_format(mg_rhythm_first_day(fleet->now_us), first_day);
	first_day[strlen("2026-11-01")] = '\0';
	mg_json_open(&json, NULL, '{', true);
	mg_json_text(&json, "format", "modelgate.site/1");
	add_built(&json, fleet->now_us, fleet->is_fixed);
	mg_json_text(&json, "program", MG_VERSION);
	mg_json_text(&json, "from", fleet->from);
	mg_json_text(&json, "days_from", first_day);
	mg_json_open(&json, "models", '[', true);
	for (size_t i = 0; i < fleet->count; i++)
		add_entry(&json, NULL, fleet->entries[i]);
	mg_json_close(&json, ']');
	add_findings(&json, fleet->findings, fleet->finding_count);
	mg_json_close(&json, '}');
	mg_text_add_char(out, '\n');
}

void mg_site_json_model(struct mg_text *out, const struct mg_site_entry *entry, int64_t now_us,
	bool is_fixed, const char *const *months, size_t count)
{
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '{', true);
	mg_json_text(&json, "format", "modelgate.model/1");
	add_built(&json, now_us, is_fixed);
	add_entry(&json, "model", entry);
	add_findings(&json, entry->findings, entry->finding_count);
	mg_json_open(&json, "months", '[', true);
	for (size_t i = 0; i < count; i++)
		mg_json_members(&json, months[i]);
	mg_json_close(&json, ']');
	mg_json_close(&json, '}');
	mg_text_add_char(out, '\n');
}

void mg_site_json_decisions(struct mg_text *out, const struct mg_site_fleet *fleet,
	const struct mg_site_event *const *events, size_t count)
{
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '{', true);
	mg_json_text(&json, "format", "modelgate.decisions/1");
	add_built(&json, fleet->now_us, fleet->is_fixed);
	mg_json_bool(&json, "repository", fleet->has_repository);
	mg_json_open(&json, "events", '[', true);
	for (size_t i = 0; i < count; i++)
		add_event(&json, events[i]);
	mg_json_close(&json, ']');
	mg_json_close(&json, '}');
	mg_text_add_char(out, '\n');
}
