/* words.c: numbers in their units, limits as written, counts and details in plain words. */
#include "report/words.h"

#include <math.h>
#include <string.h>

#include "base/map.h"
#include "base/text.h"

/* ---- the run ---- */

static void count(struct mg_counts *counts, enum mg_verdict verdict)
{
	size_t *places[] = {
		&counts->pass, &counts->warn, &counts->fail, &counts->skip, &counts->error};
	++*places[verdict];
}

struct mg_group *mg_run_groups(struct mg_arena *arena, const struct mg_run *run, size_t *out_count)
{
	struct mg_map groups;
	mg_map_init(&groups, arena);
	for (size_t i = 0; i < run->suite_count; i++) {
		if (!mg_map_has(&groups, run->suites[i]))
			mg_map_put(
				&groups, run->suites[i], mg_alloc(arena, sizeof(struct mg_group)));
	}
	for (size_t i = 0; i < run->result_count; i++) {
		const struct mg_result *r = &run->results[i];
		struct mg_group *g = mg_map_get(&groups, r->suite);
		if (!g) {
			g = mg_alloc(arena, sizeof(*g));
			mg_map_put(&groups, r->suite, g);
		}
		g->results = mg_grow(
			arena, g->results, g->count, &g->capacity, sizeof(struct mg_result *));
		g->results[g->count++] = r;
		g->seconds += isfinite(r->seconds) && r->seconds > 0 ? r->seconds : 0;
		count(&g->counts, r->verdict);
	}
	struct mg_group *list = mg_alloc_array(arena, groups.count, sizeof(*list));
	size_t n = 0;
	for (size_t i = 0; i < groups.count; i++) {
		const struct mg_group *g = groups.entries[i].value;
		if (g->count == 0)
			continue;
		list[n] = *g;
		list[n++].suite = groups.entries[i].key;
	}
	*out_count = n;
	return list;
}

char *mg_words_title(struct mg_arena *arena, const struct mg_run *run)
{
	return mg_printf(
		arena, "%s%s%s", run->model, run->stage ? " " : "", run->stage ? run->stage : "");
}

enum mg_verdict mg_words_taken(const struct mg_run *run)
{
	return run->verdict == MG_WARN && run->fail_on_warn ? MG_FAIL : run->verdict;
}

static const struct {
	const char *outcome, *headline;
} outcomes[] = {
	[MG_PASS] = {"PASSED", "passed"},
	[MG_WARN] = {"WARNED", "passed with warnings"},
	[MG_FAIL] = {"FAILED", "failed"},
	[MG_SKIP] = {"ERROR", "error"}, /* a run never has it */
	[MG_ERROR] = {"ERROR", "error"},
};

const char *mg_words_outcome(const struct mg_run *run)
{
	return outcomes[mg_words_taken(run)].outcome;
}

const char *mg_words_headline(const struct mg_run *run)
{
	return outcomes[mg_words_taken(run)].headline;
}

char *mg_words_counts(struct mg_arena *arena, const struct mg_counts *counts)
{
	const struct {
		size_t n;
		const char *word;
	} parts[] = {{counts->pass, "passed"}, {counts->warn, "warned"}, {counts->fail, "failed"},
		{counts->error, "not measured"}, {counts->skip, "skipped"}};
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].n)
			mg_text_addf(
				&text, "%s%zu %s", text.len ? ", " : "", parts[i].n, parts[i].word);
	}
	return text.len ? text.data : mg_strdup(arena, "nothing");
}

bool mg_words_is_idle(const struct mg_result *r)
{
	return r->verdict == MG_PASS && (!r->measured || !mg_result_held(r));
}

char *mg_words_summary(struct mg_arena *arena, const struct mg_run *run)
{
	char *duration = mg_human_duration(arena, run->seconds);
	if (run->result_count == 0)
		return mg_strdup(arena, mg_words_trouble(arena, run));
	size_t idle = 0;
	for (size_t i = 0; i < run->result_count; i++)
		idle += mg_words_is_idle(&run->results[i]);
	return mg_printf(arena, "%zu check%s: %s in %s%s", run->result_count,
		run->result_count == 1 ? "" : "s", mg_words_counts(arena, &run->counts), duration,
		idle ? mg_printf(arena, "; %zu of those that passed %s held to nothing", idle,
			       idle == 1 ? "was" : "were")
		     : "");
}

bool mg_run_lacks_error(const struct mg_run *run)
{
	return run->verdict == MG_ERROR && run->counts.error == 0;
}

const char *mg_words_trouble(struct mg_arena *arena, const struct mg_run *run)
{
	if (run->stopped)
		return mg_printf(arena, "%s: %s",
			run->result_count ? "the run was stopped early" : "nothing was measured",
			run->stopped);
	if (run->result_count == 0)
		return run->selection
			? mg_printf(arena, "no checks were run: none matches the selection %s",
				  run->selection)
			: "no checks were run";
	if (!mg_run_lacks_error(run))
		return NULL;
	if (run->counts.skip == run->result_count)
		return "all checks were skipped, so nothing was held to a limit";
	const char *suite = mg_run_skipped_suite(run);
	return suite ? mg_printf(arena,
			       "all checks of suite %s were skipped, so it held nothing to a limit",
			       suite)
		     : "no check had a baseline, so nothing was held to a limit";
}

const char *mg_words_gone(struct mg_arena *arena, const struct mg_run *run)
{
	enum { SHOWN = 8 };
	struct mg_text text;
	if (!run->gone_count)
		return NULL;
	mg_text_init(&text, arena);
	mg_text_addf(&text, "%zu test case%s of the baseline %s not in this run:", run->gone_count,
		run->gone_count == 1 ? "" : "s", run->gone_count == 1 ? "is" : "are");
	for (size_t i = 0; i < run->gone_count && i < SHOWN; i++)
		mg_text_addf(
			&text, "%s %s (%s)", i ? "," : "", run->gone[i].name, run->gone[i].source);
	if (run->gone_count > SHOWN)
		mg_text_addf(&text, " and %zu more", run->gone_count - SHOWN);
	return text.data;
}

char *mg_words_value(struct mg_arena *arena, const struct mg_result *r)
{
	if (!r->measured)
		return mg_strdup(arena, "");
	char *number = mg_words_number(arena, r, r->value);
	return r->estimate ? mg_printf(arena, "%s (estimated)", number) : number;
}

char *mg_words_beside_chance(struct mg_arena *arena, const struct mg_result *r)
{
	char *value = mg_words_value(arena, r);
	for (size_t i = 0; r->measured && i < r->fact_count; i++) {
		const struct mg_run_fact *fact = &r->facts[i];
		if (mg_streq(fact->name, "chance_level") && !fact->text)
			return mg_printf(arena, "%s (chance: up to %s)", value,
				mg_streq(r->unit, "share")
					? mg_printf(arena, "%s%%",
						  mg_human_double(arena, 100 * fact->number, 3))
					: mg_human_double(arena, fact->number, 3));
	}
	return value;
}

/* ---- limits ---- */

/* Behind a limit that is not held. Of the only one the verdict itself tells that it is broken. */
static const char *state_words(const struct mg_result *r, const struct mg_judged_limit *limit)
{
	switch (limit->state) {
	case MG_HELD:
		break;
	case MG_BROKEN:
		return r->limit_count > 1 ? " (broken)" : "";
	case MG_OPEN:
		return " (not decided)";
	case MG_LACKING:
		return " (no baseline)";
	}
	return "";
}

static char *limits_text(struct mg_arena *arena, const struct mg_result *r, bool broken_only)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; i < r->limit_count; i++) {
		const struct mg_judged_limit *limit = &r->limits[i];
		if (broken_only && limit->state != MG_BROKEN)
			continue;
		/* A broken limit says it all; that its warning is broken too is no news. */
		if (broken_only && r->verdict == MG_FAIL && mg_streq(limit->role, "warn"))
			continue;
		mg_text_addf(&text, "%s%s%s", text.len ? ", " : "", mg_words_limit(arena, r, limit),
			broken_only ? "" : state_words(r, limit));
	}
	return text.data;
}

char *mg_words_limits(struct mg_arena *arena, const struct mg_result *r)
{
	return limits_text(arena, r, false);
}

char *mg_words_limits_line(struct mg_arena *arena, const struct mg_result *r)
{
	const char *notes[4] = {NULL};
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_add(&text, mg_words_limits(arena, r));
	if (r->measured && mg_words_is_idle(r))
		mg_text_add(&text, ": held to nothing");
	if (text.len && !isnan(r->baseline))
		notes[0] = mg_printf(arena, "baseline %s", mg_words_baseline(arena, r));
	if (text.len && r->interval && !isnan(r->judged) && r->judged != r->value)
		notes[1] = mg_printf(arena, "judged %s", mg_words_number(arena, r, r->judged));
	const char *difference = mg_words_difference(arena, r);
	if (difference)
		notes[2] = mg_printf(arena, "difference %s", difference);
	notes[3] = mg_words_unlabelled(arena, r);
	bool open = false;
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		if (!notes[i])
			continue;
		mg_text_addf(&text, "%s%s", open ? ", " : text.len ? " (" : "(", notes[i]);
		open = true;
	}
	if (open)
		mg_text_add_char(&text, ')');
	return text.data;
}

char *mg_words_reason(struct mg_arena *arena, const struct mg_result *r)
{
	if (!r->measured)
		return mg_strdup(arena, r->message);
	char *limits = limits_text(arena, r, true);
	if (!*limits)
		limits = limits_text(arena, r, false);
	char *judged = mg_words_number(arena, r, isnan(r->judged) ? r->value : r->judged);
	if (strstr(r->message, judged))
		return mg_strdup(arena, r->message);
	return mg_printf(arena, "%s%s%s%s%s", judged, *limits ? ", " : "", limits,
		*r->message ? ": " : "", r->message);
}

/* ---- places, names, details ---- */

char *mg_words_place(struct mg_arena *arena, const struct mg_run *run, const struct mg_result *r)
{
	if (r->pos.line <= 0)
		return mg_strdup(arena, run->spec_path);
	return mg_printf(arena, "%s:%d:%d", run->spec_path, r->pos.line, r->pos.col);
}

const char *mg_words_name(const struct mg_result *r)
{
	size_t n = strlen(r->suite);
	if (n && strncmp(r->name, r->suite, n) == 0 && r->name[n] == '/' && r->name[n + 1])
		return r->name + n + 1;
	return r->name;
}

struct pairs {
	struct mg_words_pair *list;
	size_t count;
};

static void add(struct pairs *pairs, const char *label, const char *text)
{
	if (pairs->count < MG_WORDS_PAIRS && text && *text)
		pairs->list[pairs->count++] = (struct mg_words_pair){label, text};
}

static char *measured_text(struct mg_arena *arena, const struct mg_result *r)
{
	if (!r->measured)
		return NULL;
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_add(&text, mg_words_beside_chance(arena, r));
	/* A number of rows rests on itself. */
	if (r->rows >= 0 && (double)r->rows != r->value)
		mg_text_addf(&text, " over %s row%s", mg_human_double(arena, (double)r->rows, 1),
			r->rows == 1 ? "" : "s");
	if (r->data && *r->data) /* kinds that look at other cases have none */
		mg_text_addf(&text, " of %s", r->data);
	if (r->reference)
		mg_text_addf(&text, " against %s", r->reference);
	return text.data;
}

/* The bound of a value that was not counted exactly; NULL for exact ones. */
static char *bound_text(struct mg_arena *arena, const struct mg_result *r)
{
	if (!r->measured || !(r->hi - r->lo > 1e-9 * fabs(r->value)))
		return NULL;
	return mg_printf(arena, "%s to %s", mg_human_double(arena, r->lo, 7),
		mg_human_double(arena, r->hi, 7));
}

static char *interval_text(struct mg_arena *arena, const struct mg_result *r)
{
	if (!r->interval || isnan(r->interval_lo) || isnan(r->interval_hi))
		return NULL;
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_addf(&text, "%s to %s at %s%% (%s)", mg_words_number(arena, r, r->interval_lo),
		mg_words_number(arena, r, r->interval_hi),
		mg_human_double(arena, r->confidence * 100, 6), r->interval);
	if (r->measured && r->judged != r->value && !isnan(r->judged))
		mg_text_addf(&text, "; %s was judged", mg_words_number(arena, r, r->judged));
	return text.data;
}

static char *baseline_text(struct mg_arena *arena, const struct mg_result *r)
{
	if (isnan(r->baseline))
		return mg_strdup(arena, r->baseline_source);
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_add(&text, mg_words_baseline(arena, r));
	if (r->baseline_source)
		mg_text_addf(&text, " (%s)", r->baseline_source);
	if (r->measured && isfinite(r->value) && isfinite(r->baseline) && r->baseline != 0) {
		double change = (r->value - r->baseline) / fabs(r->baseline);
		mg_text_addf(&text, ", changed by %s%s%%", change > 0 ? "+" : "",
			mg_human_double(arena, change * 100, 3));
	}
	return text.data;
}

static void add_facts(struct mg_arena *arena, const struct mg_result *r, struct pairs *pairs)
{
	for (size_t i = 0; i < r->fact_count; i++) {
		const struct mg_run_fact *fact = &r->facts[i];
		const char *text = fact->text ? fact->text
					      : mg_human_double(arena, fact->number, 6);
		add(pairs, "fact", mg_printf(arena, "%s = %s", fact->name, text));
	}
}

size_t mg_words_details(
	struct mg_arena *arena, const struct mg_result *r, bool all, struct mg_words_pair *out)
{
	struct pairs pairs = {out, 0};
	add(&pairs, "measured", measured_text(arena, r));
	add(&pairs, "limit", mg_words_limits(arena, r));
	add(&pairs, "interval", interval_text(arena, r));
	add(&pairs, "bound", bound_text(arena, r));
	/* Kinds that measure the effect itself need not say it twice. */
	if (!isnan(r->effect) && !(r->measured && r->effect == r->value))
		add(&pairs, "effect", mg_human_double(arena, r->effect, 4));
	add(&pairs, "baseline", baseline_text(arena, r));
	const char *difference = mg_words_difference(arena, r);
	if (difference)
		add(&pairs, "difference",
			mg_printf(arena, "%s at %s%%", difference,
				mg_human_double(arena, r->confidence * 100, 6)));
	if (all) {
		add(&pairs, "owner", r->owner);
		add(&pairs, "definition", r->definition);
		add(&pairs, "tags", mg_joined(arena, r->tags, r->tag_count));
		if (r->rows_read >= 0)
			add(&pairs, "cost",
				mg_printf(arena, "%s rows read in %s",
					mg_human_double(arena, (double)r->rows_read, 1),
					mg_human_duration(arena, r->seconds)));
		add_facts(arena, r, &pairs);
	}
	add(&pairs, "samples", r->sample_note);
	return pairs.count;
}
