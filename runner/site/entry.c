/* entry.c: what stays of a model when its months are forgotten. */
#include "base/text.h"
#include "report/prometheus.h"
#include "site/state.h"

static const char **copy_texts(struct mg_arena *arena, const char *const *list, size_t count)
{
	const char **copy = mg_alloc_array(arena, count, sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		copy[i] = mg_strdup(arena, list[i]);
	return copy;
}

static struct mg_site_run *copy_run(struct mg_arena *arena, const struct mg_site_run *run)
{
	if (!run)
		return NULL;
	struct mg_site_run *copy = mg_alloc(arena, sizeof(*copy));
	*copy = *run;
	copy->replaces = NULL;
	const char **texts[] = {&copy->record, &copy->stage, &copy->seal, &copy->commit,
		&copy->branch, &copy->selection, &copy->build, &copy->summary, &copy->page};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = mg_strdup(arena, *texts[i]);
	return copy;
}

static struct mg_site_worst *copy_worst(struct mg_arena *arena, const struct mg_site_worst *worst)
{
	if (!worst)
		return NULL;
	struct mg_site_worst *copy = mg_alloc(arena, sizeof(*copy));
	*copy = (struct mg_site_worst){.check = mg_strdup(arena, worst->check),
		.shown = mg_strdup(arena, worst->shown),
		.limit = mg_strdup(arena, worst->limit),
		.message = mg_strdup(arena, worst->message),
		.value = worst->value,
		.verdict = worst->verdict};
	return copy;
}

static void copy_stage(struct mg_arena *arena, struct mg_site_stage *stage)
{
	stage->stage = mg_strdup(arena, stage->stage);
	stage->state = mg_strdup(arena, stage->state);
	stage->why = mg_strdup(arena, stage->why);
	stage->last = copy_run(arena, stage->last);
	stage->worst = copy_worst(arena, stage->worst);
	stage->every_from = mg_strdup(arena, stage->every_from);
	stage->moments = NULL;
	stage->moment_count = 0;
}

static void copy_finding(struct mg_arena *arena, struct mg_site_finding *finding)
{
	finding->stage = mg_strdup(arena, finding->stage);
	finding->text = mg_strdup(arena, finding->text);
	finding->page = mg_strdup(arena, finding->page);
}

static void copy_change(struct mg_arena *arena, struct mg_site_change *change)
{
	change->id = mg_strdup(arena, change->id);
	change->title = mg_strdup(arena, change->title);
	change->text = mg_strdup(arena, change->text);
	change->page = mg_strdup(arena, change->page);
}

static const struct mg_prometheus *copy_metrics(
	struct mg_arena *arena, const struct mg_prometheus *metrics)
{
	struct mg_prometheus *copy = mg_alloc(arena, sizeof(*copy));
	mg_prometheus_init(copy, arena);
	for (size_t i = 0; i < MG_PROMETHEUS_METRICS; i++)
		mg_text_add_bytes(
			&copy->samples[i], metrics->samples[i].data, metrics->samples[i].len);
	return copy;
}

struct mg_site_entry *mg_site_entry_copy(struct mg_arena *arena, const struct mg_site_entry *entry)
{
	struct mg_site_entry *copy = mg_alloc(arena, sizeof(*copy));
	*copy = *entry;
	copy->owner = mg_strdup(arena, entry->owner);
	copy->page = mg_strdup(arena, entry->page);
	copy->graph = mg_strdup(arena, entry->graph);
	copy->tags = copy_texts(arena, entry->tags, entry->tag_count);
	copy->months = copy_texts(arena, entry->months, entry->month_count);
	copy->stages = mg_alloc_array(arena, entry->stage_count, sizeof(*copy->stages));
	for (size_t i = 0; i < entry->stage_count; i++) {
		copy->stages[i] = entry->stages[i];
		copy_stage(arena, &copy->stages[i]);
	}
	copy->findings = mg_alloc_array(arena, entry->finding_count, sizeof(*copy->findings));
	for (size_t i = 0; i < entry->finding_count; i++) {
		copy->findings[i] = entry->findings[i];
		copy_finding(arena, &copy->findings[i]);
	}
	copy->changes = mg_alloc_array(arena, entry->change_count, sizeof(*copy->changes));
	for (size_t i = 0; i < entry->change_count; i++) {
		copy->changes[i] = entry->changes[i];
		copy_change(arena, &copy->changes[i]);
	}
	copy->metrics = copy_metrics(arena, entry->metrics);
	return copy;
}
