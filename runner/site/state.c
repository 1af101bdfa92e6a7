/* state.c: what the months of a model and its tags add up to. Only what a run earned is green. */
#include "site/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "history/record.h"
#include "site/findings.h"
#include "site/rhythm.h"

/* One stage, while it is put together. */
struct gathered {
	struct mg_arena *arena;
	const struct mg_site_model *model;
	const struct mg_policy *policy;
	const struct mg_site_records *records;
	int64_t now_us, clock_us;
	const char *stage;
	struct mg_moment *moments; /* those of broken records are errors */
	size_t count, all_runs, future, ahead;
};

/* Machines' clocks differ a little, as the rules of promotion have it. */
static const int64_t clock_limit_us = INT64_C(3600) * 1000000;
static const int64_t second_us = 1000000;

/* ---- moments ---- */

static int64_t second_of(const struct mg_moment *moment)
{
	int64_t over_us = moment->at_us % second_us;
	return moment->at_us - (over_us < 0 ? over_us + second_us : over_us);
}

/* Of a broken record no more than the second is known: it may be the last one in it, and the one that counts. */
static int by_time(const void *a, const void *b)
{
	const struct mg_moment *x = a, *y = b;
	if (second_of(x) != second_of(y))
		return second_of(x) < second_of(y) ? -1 : 1;
	if (!x->run != !y->run)
		return !x->run - !y->run;
	return (x->at_us > y->at_us) - (x->at_us < y->at_us);
}

/* Runs of one as_of are one moment: the last that was started counts. Runs of some checks alone earn nothing, those of
 * the future not yet, and those that were made before the time that they took as now (--as-of) never: what they say of
 * it was not measured. By a clock that is wrong a run would win over all that are made again, and what nobody committed
 * mends nothing. */
static size_t add_runs(struct gathered *g, struct mg_moment *list)
{
	int64_t since_us = g->now_us - MG_SITE_DAYS * MG_SITE_DAY_US;
	size_t n = 0;
	for (size_t m = 0; m < g->records->month_count; m++) {
		struct mg_site_month *month = &g->records->months[m];
		if (!mg_streq(month->stage, g->stage))
			continue;
		g->all_runs += month->count;
		for (size_t i = 0; i < month->count; i++) {
			struct mg_site_run *run = &month->runs[i];
			bool is_future = run->as_of_us > g->now_us ||
				run->started_us - clock_limit_us > g->clock_us;
			bool is_ahead = run->as_of_us - clock_limit_us > run->started_us;
			g->future += is_future;
			g->ahead += is_ahead && !is_future && run->as_of_us >= since_us;
			if (is_future || is_ahead || run->selection)
				continue;
			bool is_again = n > 0 && list[n - 1].at_us == run->as_of_us;
			if (is_again && run->dirty && !list[n - 1].run->dirty)
				continue;
			if (is_again)
				run->replaces = list[--n].run;
			list[n++] = (struct mg_moment){run->as_of_us,
				run->verdict == MG_SKIP ? MG_ERROR : run->verdict, run,
				run->record};
		}
	}
	return n;
}

static size_t add_broken(const struct gathered *g, struct mg_moment *list, size_t n)
{
	for (size_t i = 0; i < g->records->broken_count; i++) {
		const struct mg_site_broken *broken = &g->records->broken[i];
		if (mg_streq(broken->folder, mg_record_stage(g->stage)) &&
			broken->second_us <= g->now_us)
			list[n++] = (struct mg_moment){
				broken->second_us, MG_ERROR, NULL, broken->record};
	}
	return n;
}

static void find_moments(struct gathered *g)
{
	size_t most = g->records->broken_count + 1;
	for (size_t m = 0; m < g->records->month_count; m++)
		most += g->records->months[m].count;
	g->moments = mg_alloc_array(g->arena, most, sizeof(*g->moments));
	g->count = add_broken(g, g->moments, add_runs(g, g->moments));
	qsort(g->moments, g->count, sizeof(*g->moments), by_time);
}

static struct mg_site_run *last_run(const struct gathered *g)
{
	for (size_t i = g->count; i-- > 0;)
		if (g->moments[i].run)
			return g->moments[i].run;
	return NULL;
}

/* ---- the rhythm ---- */

static struct mg_rhythm rhythm_of(const struct gathered *g)
{
	for (size_t i = 0; i < g->model->expected_count; i++)
		if (mg_streq(g->model->expected[i].stage, g->stage))
			return (struct mg_rhythm){.every_us = g->model->expected[i].every_us};
	return mg_rhythm_estimate(g->moments, g->count);
}

/* Without a rhythm a run is too old when it could not be promoted by any more. */
static void find_due(
	const struct gathered *g, const struct mg_rhythm *rhythm, struct mg_site_stage *out)
{
	int64_t from_us = out->last ? out->last->as_of_us
		: out->standing && rhythm->every_us && !rhythm->is_estimated
		? out->standing->since_us
		: MG_SITE_NEVER;
	out->next_us = MG_SITE_NEVER;
	if (from_us == MG_SITE_NEVER)
		return;
	if (rhythm->every_us > 0) {
		out->every_us = rhythm->every_us;
		out->every_from = rhythm->is_estimated ? "estimated" : "policy";
		out->next_us = mg_rhythm_next(rhythm, from_us);
		out->missed = mg_rhythm_missed(rhythm, from_us, g->now_us);
		out->late = out->missed > 0;
	} else {
		out->next_us = from_us + g->policy->max_age_us;
		out->late = out->next_us < g->now_us;
	}
}

/* ---- the state ---- */

static const char *words_of_version(struct mg_arena *arena, const struct mg_site_stage *stage)
{
	const struct mg_site_standing *s = stage->standing;
	const char *commit = stage->last ? stage->last->commit : NULL;
	if (!s || !s->commit || !stage->last || mg_streq(s->commit, commit))
		return "";
	return mg_printf(arena, "; it was of %s%.7s, and %s stands here",
		commit ? "commit " : "no commit", commit ? commit : "",
		s->version && strlen(s->version) < 40 ? s->version
						      : mg_printf(arena, "commit %.7s", s->commit));
}

static const char *words_of_late(struct mg_arena *arena, const struct mg_site_stage *stage)
{
	const char *due = mg_clock_text(arena, stage->next_us);
	if (stage->last && !stage->every_us) /* without a rhythm there is a run that is too old */
		return mg_printf(arena,
			"the last run is of %s, too old to be promoted by since %s; no rhythm is known",
			mg_clock_text(arena, stage->last->as_of_us), due);
	return mg_printf(arena, "a run was due %s (every %s, %s); %zu missed", due,
		mg_human_duration(arena, (double)stage->every_us / 1e6),
		mg_streq(stage->every_from, "policy") ? "by the policy" : "estimated",
		stage->missed);
}

static void find_state(const struct gathered *g, struct mg_site_stage *out)
{
	bool is_broken = g->count > 0 && !g->moments[g->count - 1].run;
	const char *version = words_of_version(g->arena, out);
	const struct mg_site_run *last = out->last;
	if (is_broken) {
		out->state = "error";
		out->why = "the newest record cannot be believed";
	} else if (!last) {
		out->state = out->late ? "late" : "none";
		out->why = out->late ? words_of_late(g->arena, out) : "no run is on record";
	} else if (out->late && (last->verdict == MG_PASS || last->verdict == MG_WARN)) {
		out->state = "late";
		out->why = words_of_late(g->arena, out);
	} else {
		out->state = mg_verdict_word(last->verdict == MG_SKIP ? MG_ERROR : last->verdict);
		out->why = mg_printf(g->arena, "%s%s%s%s", last->summary, version,
			out->late ? "; " : "", out->late ? words_of_late(g->arena, out) : "");
	}
}

static const struct mg_site_standing *standing_of(
	const struct mg_site_model *model, const char *stage)
{
	for (size_t i = 0; i < model->standing_count; i++)
		if (mg_streq(model->standings[i].stage, stage))
			return &model->standings[i];
	return NULL;
}

static int64_t newest_pass(const struct gathered *g)
{
	for (size_t i = g->count; i-- > 0;)
		if (g->moments[i].verdict == MG_PASS || g->moments[i].verdict == MG_WARN)
			return g->moments[i].at_us;
	return MG_SITE_NEVER;
}

static void make_stage(struct gathered *g, struct mg_site_entry *entry, const char *stage)
{
	struct mg_site_stage *out = &entry->stages[entry->stage_count++];
	g->stage = stage;
	g->count = g->all_runs = g->future = g->ahead = 0;
	find_moments(g);
	const struct mg_rhythm rhythm = rhythm_of(g);
	*out = (struct mg_site_stage){.stage = stage,
		.standing = stage ? standing_of(g->model, stage) : NULL,
		.last = last_run(g),
		.runs = g->all_runs,
		.moments = g->moments,
		.moment_count = g->count};
	find_due(g, &rhythm, out);
	find_state(g, out);
	mg_rhythm_days(&rhythm, g->moments, g->count, g->now_us, out->days);
	mg_site_findings_of_stage(g->arena, entry, out,
		&(struct mg_site_stage_facts){.policy = g->policy,
			.now_us = g->now_us,
			.newest_pass_us = newest_pass(g),
			.future = g->future,
			.ahead = g->ahead,
			.late = out->late ? words_of_late(g->arena, out) : NULL});
}

/* ---- all stages ---- */

static bool has_month(const struct mg_site_records *records, const char *stage)
{
	for (size_t i = 0; i < records->month_count; i++)
		if (mg_streq(records->months[i].stage, stage))
			return true;
	for (size_t i = 0; i < records->broken_count; i++)
		if (mg_streq(records->broken[i].folder, mg_record_stage(stage)))
			return true;
	return false;
}

static bool is_known(const struct mg_policy *policy, const char *stage)
{
	for (size_t i = 0; i < policy->stage_count; i++)
		if (mg_streq(policy->stages[i].name, stage))
			return true;
	return false;
}

static bool is_listed(const struct mg_site_entry *entry, const char *stage)
{
	for (size_t i = 0; i < entry->stage_count; i++)
		if (mg_streq(entry->stages[i].stage, stage))
			return true;
	return false;
}

static void make_stages(struct gathered *g, struct mg_site_entry *entry)
{
	const struct mg_policy *policy = g->policy;
	const struct mg_site_records *records = g->records;
	entry->stages = mg_alloc_array(g->arena,
		policy->stage_count + g->model->standing_count + records->month_count +
			records->broken_count + 1,
		sizeof(*entry->stages));
	for (size_t i = 0; i < policy->stage_count; i++)
		if (has_month(records, policy->stages[i].name) ||
			standing_of(g->model, policy->stages[i].name))
			make_stage(g, entry, policy->stages[i].name);
	for (size_t i = 0; i < g->model->standing_count; i++)
		if (!is_listed(entry, g->model->standings[i].stage))
			make_stage(g, entry, g->model->standings[i].stage);
	for (size_t i = 0; i < records->month_count; i++)
		if (records->months[i].stage && !is_known(policy, records->months[i].stage) &&
			!is_listed(entry, records->months[i].stage))
			make_stage(g, entry, records->months[i].stage);
	if (has_month(records, NULL))
		make_stage(g, entry, NULL);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Months of runs and of events: each has a file. */
static void find_months(struct gathered *g, struct mg_site_entry *entry)
{
	size_t most = g->records->month_count + g->model->event_count, n = 0;
	const char **months = mg_alloc_array(g->arena, most, sizeof(*months));
	for (size_t i = 0; i < g->records->month_count; i++)
		months[n++] = g->records->months[i].month;
	for (size_t i = 0; i < g->model->event_count; i++)
		months[n++] = mg_printf(
			g->arena, "%.7s", mg_clock_text(g->arena, g->model->events[i].time_us));
	if (n > 0)
		qsort(months, n, sizeof(*months), by_text);
	entry->months = months;
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !mg_streq(months[i], months[i - 1]))
			entry->months[entry->month_count++] = months[i];
}

struct mg_site_entry *mg_site_state(struct mg_arena *arena, const struct mg_site_model *model,
	const struct mg_policy *policy, const struct mg_site_records *records, int64_t now_us,
	int64_t clock_us)
{
	struct mg_site_entry *entry = mg_alloc(arena, sizeof(*entry));
	struct gathered g = {.arena = arena,
		.model = model,
		.policy = policy,
		.records = records,
		.now_us = now_us,
		.clock_us = clock_us};
	*entry = (struct mg_site_entry){.model = model,
		.page = mg_printf(arena, "models/%s.html", model->file),
		.graph = model->has_tags ? mg_printf(arena, "graphs/%s.html", model->file) : NULL};
	find_months(&g, entry);
	make_stages(&g, entry);
	mg_site_findings_of_model(arena, entry, records);
	return entry;
}

int mg_site_rank(const char *state)
{
	static const char *const order[] = {"pass", "none", "warn", "late", "fail", "error", NULL};
	int rank = 0;
	while (order[rank] && !mg_streq(order[rank], state))
		rank++;
	return rank;
}
