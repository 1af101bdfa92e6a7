/* findings.c: silence, gaps and exceptions are told, and never pass for good news. */
#include "site/findings.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static void add(
	struct mg_arena *arena, struct mg_site_entry *entry, const struct mg_site_finding *finding)
{
	entry->findings = mg_grow(arena, entry->findings, entry->finding_count,
		&entry->finding_capacity, sizeof(*entry->findings));
	struct mg_site_finding *to = &entry->findings[entry->finding_count++];
	*to = *finding;
	to->model = entry->model->name;
	to->page = entry->page;
}

static const char *version_of(struct mg_arena *arena, const struct mg_site_standing *s)
{
	if (s->version && strlen(s->version) < 40)
		return s->version;
	return mg_printf(arena, "commit %.7s", s->commit);
}

/* Nothing younger than what the policy lets a run be shows that it passes. */
static void find_expired(struct mg_arena *arena, struct mg_site_entry *entry,
	const struct mg_site_stage *stage, const struct mg_site_stage_facts *facts)
{
	int64_t newest_us = stage->standing->since_us > facts->newest_pass_us
		? stage->standing->since_us
		: facts->newest_pass_us;
	int64_t age_us = facts->now_us - newest_us;
	if (age_us <= facts->policy->max_age_us)
		return;
	add(arena, entry,
		&(struct mg_site_finding){.kind = "expired",
			.look = "warn",
			.stage = stage->stage,
			.time_us = newest_us + facts->policy->max_age_us,
			.text = mg_printf(arena,
				"nothing shows that %s passes that is younger than %s; the policy "
				"promotes by runs of at most %s",
				version_of(arena, stage->standing),
				mg_human_duration(arena, (double)age_us / 1e6),
				mg_human_duration(
					arena, (double)facts->policy->max_age_us / 1e6))});
}

static void of_standing(struct mg_arena *arena, struct mg_site_entry *entry,
	const struct mg_site_stage *stage, const struct mg_site_stage_facts *facts)
{
	const struct mg_site_standing *s = stage->standing;
	const struct mg_policy *policy = facts->policy;
	const char *last_stage = policy->stages[policy->stage_count - 1].name;
	if (mg_streq(s->decision, "overridden"))
		add(arena, entry,
			&(struct mg_site_finding){.kind = "override",
				.look = "warn",
				.stage = stage->stage,
				.time_us = s->since_us,
				.text = mg_printf(arena, "%s stands there by an override: %s",
					version_of(arena, s),
					s->reason ? s->reason : "no reason")});
	if (!s->decision)
		add(arena, entry,
			&(struct mg_site_finding){.kind = "by-hand",
				.look = "warn",
				.stage = stage->stage,
				.time_us = s->since_us,
				.text = mg_printf(arena,
					"%s stands there by %s, which modelgate did not make: nothing says "
					"that a gate let it through",
					version_of(arena, s), s->tag)});
	if (s->problem)
		add(arena, entry,
			&(struct mg_site_finding){.kind = "evidence",
				.look = mg_streq(s->evidence, "missing") ? "warn" : "fail",
				.stage = stage->stage,
				.time_us = s->since_us,
				.text = mg_printf(arena, "the evidence of %s is %s: %s", s->tag,
					s->evidence, s->problem)});
	if (!stage->last && !stage->late && mg_streq(stage->stage, last_stage))
		add(arena, entry,
			&(struct mg_site_finding){.kind = "unproven",
				.look = "warn",
				.stage = stage->stage,
				.time_us = s->since_us,
				.text = mg_printf(arena,
					"%s stands there, and no run for this stage is on record",
					version_of(arena, s))});
	if (!stage->late)
		find_expired(arena, entry, stage, facts);
}

static void add_future(struct mg_arena *arena, struct mg_site_entry *entry,
	const struct mg_site_stage *stage, const struct mg_site_stage_facts *facts, size_t count,
	const char *what)
{
	if (count == 0)
		return;
	add(arena, entry,
		&(struct mg_site_finding){.kind = "future",
			.look = "error",
			.stage = stage->stage,
			.time_us = facts->now_us,
			.text = mg_printf(
				arena, "%zu run%s %s", count, count == 1 ? " is" : "s are", what)});
}

void mg_site_findings_of_stage(struct mg_arena *arena, struct mg_site_entry *entry,
	const struct mg_site_stage *stage, const struct mg_site_stage_facts *facts)
{
	if (facts->late)
		add(arena, entry,
			&(struct mg_site_finding){.kind = "late",
				.look = "fail",
				.stage = stage->stage,
				.time_us = stage->next_us,
				.text = facts->late});
	if (stage->standing)
		of_standing(arena, entry, stage, facts);
	add_future(arena, entry, stage, facts, facts->future,
		"dated after this site, and do not count yet");
	add_future(arena, entry, stage, facts, facts->ahead,
		"dated after its own start (--as-of), and say nothing of that time");
}

void mg_site_finding_broken(
	struct mg_arena *arena, struct mg_site_entry *entry, const struct mg_site_broken *broken)
{
	add(arena, entry,
		&(struct mg_site_finding){.kind = "broken-record",
			.look = "error",
			.stage = broken->folder,
			.time_us = broken->second_us,
			.text = broken->text});
}

void mg_site_findings_of_model(
	struct mg_arena *arena, struct mg_site_entry *entry, const struct mg_site_records *records)
{
	const struct mg_site_model *model = entry->model;
	const int64_t never = MG_SITE_NEVER;
	if (records->runs == 0 && records->broken_count == 0)
		add(arena, entry,
			&(struct mg_site_finding){.kind = "no-gate",
				.look = "fail",
				.time_us = never,
				.text = "the history has no run of it"});
	for (size_t i = 0; i < records->broken_count; i++)
		mg_site_finding_broken(arena, entry, &records->broken[i]);
	for (size_t i = 0; i < model->break_count; i++)
		add(arena, entry,
			&(struct mg_site_finding){.kind = "broken-tag",
				.look = "fail",
				.time_us = never,
				.text = model->breaks[i]});
	if (model->ambiguous)
		add(arena, entry,
			&(struct mg_site_finding){.kind = "ambiguous",
				.look = "error",
				.time_us = never,
				.text = mg_printf(arena,
					"the runs under %s in the history may be of several models; "
					"give each its own name in its spec",
					model->ambiguous)});
}

/* ---- in order ---- */

static int look_of(const struct mg_site_finding *finding)
{
	return mg_streq(finding->look, "fail") ? 0 : mg_streq(finding->look, "error") ? 1 : 2;
}

static int by_look(const void *a, const void *b)
{
	const struct mg_site_finding *x = a, *y = b;
	if (look_of(x) != look_of(y))
		return look_of(x) - look_of(y);
	int order = strcmp(x->model ? x->model : "", y->model ? y->model : "");
	if (order == 0)
		order = strcmp(x->stage ? x->stage : "", y->stage ? y->stage : "");
	return order ? order : strcmp(x->text, y->text);
}

void mg_site_findings_sort(struct mg_site_finding *findings, size_t count)
{
	if (count > 0)
		qsort(findings, count, sizeof(*findings), by_look);
}
