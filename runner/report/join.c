/* join.c: parts that agree in all that they share become one run. It says what a run of all suites
 * at once would have said, but for the clocks: each part has its own start and duration. */
#include "report/join.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/text.h"

struct join {
	struct mg_arena *arena;
	const struct mg_join_part *parts;
	size_t count;
	struct mg_join_reasons *reasons;
	size_t capacity;
};

static void refuse(struct join *j, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void refuse(struct join *j, const char *format, ...)
{
	struct mg_join_reasons *r = j->reasons;
	va_list args;
	va_start(args, format);
	r->list = mg_grow(j->arena, r->list, r->count, &j->capacity, sizeof(*r->list));
	r->list[r->count++] = mg_vprintf(j->arena, format, args);
	va_end(args);
}

/* ---- each part for itself ---- */

/* A run that did not come about knows neither model nor commit: there is nothing to compare. */
static bool came_about(const struct mg_run *run)
{
	return run && run->part.of && !(run->stopped && !run->result_count);
}

static void check_part(struct join *j, const struct mg_join_part *part)
{
	const struct mg_run *run = part->run;
	if (!run) {
		refuse(j, "%s cannot be used: %s", part->name, part->problem);
		return;
	}
	if (run->unsealed)
		refuse(j, "%s has no seal, so it may have been changed; run that part again",
			part->name);
	if (!run->part.of)
		refuse(j,
			"%s is not a part: its run was made %s; join what modelgate run --part "
			"K/N wrote",
			part->name, run->part_count ? "by joining others" : "without --part");
	else if (!came_about(run))
		refuse(j, "%s measured nothing: %s", part->name, run->stopped);
	if (run->selection)
		refuse(j, "%s left out checks (--select %s); run that part without --select",
			part->name, run->selection);
}

/* The suites of a part are its share of all: so no suite is in two parts. */
static void check_share(struct join *j, const struct mg_join_part *part)
{
	const struct mg_part *share = &part->run->part;
	for (size_t i = 0; i < part->run->suite_count; i++) {
		size_t k = 0;
		while (k < share->suite_count && !mg_streq(share->suites[k], part->run->suites[i]))
			k++;
		if (k == share->suite_count || mg_part_of(k, share->of) != share->number)
			refuse(j, "%s has the suite %s, which is not in part %zu of %zu",
				part->name, part->run->suites[i], share->number, share->of);
	}
}

/* ---- what must be the same ---- */

static const char *model(struct mg_arena *arena, const struct mg_run *run)
{
	(void)arena;
	return run->model;
}

static const char *stage(struct mg_arena *arena, const struct mg_run *run)
{
	(void)arena;
	return run->stage;
}

static const char *owner(struct mg_arena *arena, const struct mg_run *run)
{
	(void)arena;
	return run->owner;
}

static const char *build(struct mg_arena *arena, const struct mg_run *run)
{
	(void)arena;
	return run->pipeline.build;
}

static const char *commit(struct mg_arena *arena, const struct mg_run *run)
{
	return run->commit ? mg_printf(arena, "%s%s", run->commit,
				     run->dirty ? " with changes that are not committed" : "")
			   : NULL;
}

static const char *branch(struct mg_arena *arena, const struct mg_run *run)
{
	(void)arena;
	return run->branch;
}

static const char *spec_path(struct mg_arena *arena, const struct mg_run *run)
{
	(void)arena;
	return run->spec_repo_path ? run->spec_repo_path : run->spec_path;
}

static const char *spec(struct mg_arena *arena, const struct mg_run *run)
{
	(void)arena;
	return run->spec_sha256;
}

static const char *vars(struct mg_arena *arena, const struct mg_run *run)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; i < run->var_count; i++)
		mg_text_addf(
			&text, "%s%s=%s", i ? ", " : "", run->vars[i].name, run->vars[i].value);
	return text.len ? text.data : NULL;
}

static const char *seed(struct mg_arena *arena, const struct mg_run *run)
{
	return mg_printf(arena, "%llu", (unsigned long long)run->seed);
}

static const char *fail_on(struct mg_arena *arena, const struct mg_run *run)
{
	(void)arena;
	return run->fail_on_warn ? "warn" : "fail";
}

static const char *program(struct mg_arena *arena, const struct mg_run *run)
{
	return mg_printf(arena, "modelgate %s", run->program_version);
}

static const char *engine(struct mg_arena *arena, const struct mg_run *run)
{
	return mg_printf(arena, "%s %s", run->engine, run->engine_version);
}

static const char *parts(struct mg_arena *arena, const struct mg_run *run)
{
	return mg_printf(arena, "%zu", run->part.of);
}

static const char *suites(struct mg_arena *arena, const struct mg_run *run)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; i < run->part.suite_count; i++)
		mg_text_addf(&text, "%s%s", i ? ", " : "", run->part.suites[i]);
	return text.data;
}

/* Without --as-of a run's time is its start, to the second; every part has its own then. With it all
 * must have been given the same. */
static const char *as_of(struct mg_arena *arena, const struct mg_run *run)
{
	char text[32];
	if (run->as_of_us == run->started_us - run->started_us % 1000000)
		return "that of its start";
	mg_clock_format(run->as_of_us, text);
	return mg_strdup(arena, text);
}

static const struct {
	const char *word;
	const char *(*of)(struct mg_arena *arena, const struct mg_run *run); /* NULL: none */
} shared[] = {
	{"model", model},
	{"stage", stage},
	{"owner", owner},
	{"build of the pipeline", build},
	{"commit", commit},
	{"branch", branch},
	{"spec", spec_path},
	{"spec's SHA-256", spec},
	{"variables", vars},
	{"time (--as-of)", as_of},
	{"seed", seed},
	{"level that fails (--fail-on)", fail_on},
	{"program", program},
	{"engine", engine},
	{"number of parts", parts},
	{"suites to share out", suites},
};

/* How the digests of definitions stand is the program's version's to say: same version, same ones. */
static void compare(struct join *j, const struct mg_join_part *a, const struct mg_join_part *b)
{
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		const char *left = shared[i].of(j->arena, a->run);
		const char *right = shared[i].of(j->arena, b->run);
		if (!mg_streq(left, right))
			refuse(j, "not the same %s: %s in %s, %s in %s", shared[i].word,
				left ? left : "none", a->name, right ? right : "none", b->name);
	}
}

/* ---- one of each number ---- */

static void check_numbers(struct join *j, size_t of, bool all_known)
{
	const char **holders = mg_alloc_array(j->arena, of, sizeof(*holders));
	for (size_t i = 0; i < j->count; i++) {
		const struct mg_run *run = j->parts[i].run;
		if (!run || run->part.of != of)
			continue;
		const char **holder = &holders[run->part.number - 1];
		if (*holder)
			refuse(j, "%s and %s are both part %zu of %zu; give each part once",
				*holder, j->parts[i].name, run->part.number, of);
		*holder = j->parts[i].name;
	}
	for (size_t i = 0; i < of && all_known; i++)
		if (!holders[i])
			refuse(j, "part %zu of %zu is missing; give its run.json too", i + 1, of);
}

/* ---- inputs ---- */

static const char *input_key(struct mg_arena *arena, const struct mg_input *input)
{
	return mg_printf(arena, "%s\n%s", input->data, input->path);
}

struct seen {
	const struct mg_input *input;
	const char *part;
};

/* Files that several parts read are listed once, and must have been the same. */
static void join_inputs(struct join *j, struct mg_run *out)
{
	size_t most = 0;
	struct mg_map seen;
	mg_map_init(&seen, j->arena);
	for (size_t i = 0; i < j->count; i++)
		most += j->parts[i].run->input_count;
	out->inputs = mg_alloc_array(j->arena, most, sizeof(*out->inputs));
	out->input_count = 0;
	for (size_t i = 0; i < j->count; i++) {
		const struct mg_run *run = j->parts[i].run;
		for (size_t k = 0; k < run->input_count; k++) {
			const struct mg_input *input = &run->inputs[k];
			const char *key = input_key(j->arena, input);
			const struct seen *before = mg_map_get(&seen, key);
			if (!before) {
				struct seen *first = mg_alloc(j->arena, sizeof(*first));
				*first = (struct seen){input, j->parts[i].name};
				mg_map_put(&seen, key, first);
				out->inputs[out->input_count++] = *input;
			} else if (!mg_streq(before->input->sha256, input->sha256)) {
				refuse(j,
					"%s (%s) was not the same file: SHA-256 %s in %s, %s in %s",
					input->path, input->data, before->input->sha256,
					before->part, input->sha256, j->parts[i].name);
			}
		}
	}
}

/* ---- the whole ---- */

static const struct mg_join_part *part_number(const struct join *j, size_t number)
{
	for (size_t i = 0; i < j->count; i++)
		if (j->parts[i].run->part.number == number)
			return &j->parts[i];
	return NULL;
}

static void add_results(struct mg_run *out, const struct mg_run *run, const char *suite)
{
	for (size_t i = 0; i < run->result_count; i++)
		if (mg_streq(run->results[i].suite, suite))
			out->results[out->result_count++] = run->results[i];
}

static bool has_suite(const struct mg_run *run, const char *suite)
{
	for (size_t i = 0; i < run->suite_count; i++)
		if (mg_streq(run->suites[i], suite))
			return true;
	return false;
}

static void join_suites(struct join *j, struct mg_run *out, const struct mg_part *share)
{
	size_t most = 0;
	for (size_t i = 0; i < j->count; i++)
		most += j->parts[i].run->result_count;
	out->suites = mg_alloc_array(j->arena, share->suite_count, sizeof(*out->suites));
	out->results = mg_alloc_array(j->arena, most, sizeof(*out->results));
	out->suite_count = out->result_count = 0;
	for (size_t i = 0; i < share->suite_count; i++) {
		const struct mg_run *run = part_number(j, mg_part_of(i, share->of))->run;
		if (!has_suite(run, share->suites[i]))
			continue; /* it had no check that applies; promote demands it all the same */
		out->suites[out->suite_count++] = share->suites[i];
		add_results(out, run, share->suites[i]);
	}
}

static void join_gone(struct join *j, struct mg_run *out)
{
	size_t most = 0;
	for (size_t i = 0; i < j->count; i++)
		most += j->parts[i].run->gone_count;
	out->gone = mg_alloc_array(j->arena, most, sizeof(*out->gone));
	out->gone_count = 0;
	for (size_t i = 0; i < j->count; i++) {
		const struct mg_run *run = part_number(j, i + 1)->run;
		for (size_t g = 0; g < run->gone_count; g++) {
			size_t k = 0;
			/* What no suite of the spec has any more is told by every part. */
			while (k < out->gone_count &&
				(!mg_streq(out->gone[k].name, run->gone[g].name) ||
					!mg_streq(out->gone[k].source, run->gone[g].source)))
				k++;
			if (k == out->gone_count)
				out->gone[out->gone_count++] = run->gone[g];
		}
	}
}

static void add_once(struct mg_text *text, const char *word)
{
	size_t len = strlen(word);
	for (const char *at = text->data; text->len && (at = strstr(at, word)); at += len)
		if ((at == text->data || at[-1] == ' ') && (!at[len] || at[len] == ','))
			return;
	if (len)
		mg_text_addf(text, "%s%s", text->len ? ", " : "", word);
}

static void join_clocks(struct join *j, struct mg_run *out)
{
	struct mg_text hosts, stopped;
	mg_text_init(&hosts, j->arena);
	mg_text_init(&stopped, j->arena);
	out->parts = mg_alloc_array(j->arena, j->count, sizeof(*out->parts));
	out->part_count = j->count;
	out->seconds = 0;
	for (size_t i = 0; i < j->count; i++) {
		const struct mg_run *run = part_number(j, i + 1)->run;
		out->parts[i] = (struct mg_joined_part){.number = i + 1,
			.seal = run->seal,
			.host = run->host,
			.started_us = run->started_us,
			.as_of_us = run->as_of_us,
			.seconds = run->seconds};
		out->started_us = run->started_us < out->started_us ? run->started_us
								    : out->started_us;
		out->as_of_us = run->as_of_us < out->as_of_us ? run->as_of_us : out->as_of_us;
		out->seconds += run->seconds;
		add_once(&hosts, run->host);
		if (run->pipeline.attempt > out->pipeline.attempt)
			out->pipeline.attempt = run->pipeline.attempt;
		if (run->stopped)
			mg_text_addf(&stopped, "%spart %zu of %zu: %s", stopped.len ? "; " : "",
				i + 1, j->count, run->stopped);
	}
	out->host = hosts.data;
	out->stopped = stopped.len ? stopped.data : NULL;
}

bool mg_run_join(struct mg_arena *arena, const struct mg_join_part *parts, size_t count,
	struct mg_run *out, struct mg_join_reasons *reasons)
{
	struct join j = {.arena = arena, .parts = parts, .count = count, .reasons = reasons};
	const struct mg_join_part *first = NULL;
	bool all_known = true;
	*reasons = (struct mg_join_reasons){0};
	for (size_t i = 0; i < count; i++) {
		check_part(&j, &parts[i]);
		/* A file that cannot be read may be the part that seems to be missing. */
		all_known = all_known && parts[i].run && parts[i].run->part.of;
		if (!came_about(parts[i].run))
			continue;
		check_share(&j, &parts[i]);
		if (first)
			compare(&j, first, &parts[i]);
		else
			first = &parts[i];
	}
	if (first)
		check_numbers(&j, first->run->part.of, all_known);
	if (!first || reasons->count)
		return false;
	*out = *first->run;
	join_inputs(&j, out);
	if (reasons->count)
		return false;
	join_suites(&j, out, &first->run->part);
	join_gone(&j, out);
	join_clocks(&j, out);
	out->part = (struct mg_part){0};
	out->seal = NULL;
	mg_run_close(out);
	return true;
}
