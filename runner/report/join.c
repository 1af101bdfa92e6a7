/* join.c: parts that agree in all that they share become one run. It says what a run of all suites
 * at once would have said, but for the clocks: each part has its own start and duration. */
#include "report/join.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/text.h"
#include "report/charts.h"
#include "report/run_fields.h"

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

static void add_value(struct mg_text *out, const struct mg_run_field *f, const void *base);

/* The values of fields, with a separator between. */
static void add_values(struct mg_text *out, const struct mg_run_field *fields, const void *base,
	const char *separator)
{
	for (const struct mg_run_field *f = fields; f->name; f++) {
		mg_text_add(out, f == fields ? "" : separator);
		add_value(out, f, base);
	}
}

static void add_entries(struct mg_text *out, const struct mg_run_field *f, const void *base)
{
	size_t count = 0;
	void *entries = mg_run_entries(f, base, &count);
	for (size_t i = 0; i < count; i++) {
		mg_text_add(out, i ? ", " : "");
		if (f->type == MG_RUN_LIST)
			add_values(out, f->fields, mg_run_entry(f, entries, i), "=");
		else
			mg_text_add(out, ((const char **)entries)[i]);
	}
}

static void add_value(struct mg_text *out, const struct mg_run_field *f, const void *base)
{
	const char *text = NULL;
	switch (f->type) {
	case MG_RUN_TEXTS:
	case MG_RUN_LIST:
		add_entries(out, f, base);
		break;
	case MG_RUN_OBJECT:
		add_values(out, f->fields, base, " ");
		break;
	case MG_RUN_FIXED:
		mg_text_add(out, f->words[0]);
		break;
	case MG_RUN_BOOL:
		mg_text_add(out, f->words[mg_run_whole(f, base)]);
		break;
	case MG_RUN_WHOLE:
	case MG_RUN_SEED:
		mg_text_addf(out, "%llu", (unsigned long long)mg_run_whole(f, base));
		break;
	default:
		assert(f->type < MG_RUN_FIXED);
		text = mg_run_text(f, base);
		mg_text_add(out, text ? text : "");
	}
}

/* The file that a run's spec is, wherever it was checked out. */
static const char *spec_of(const struct mg_run *run)
{
	return run->spec_repo_path ? run->spec_repo_path : run->spec_path;
}

/* Without --as-of a run's time is its start, to the second; every part has its own then. With it all
 * must have been given the same. */
static const char *as_of(struct mg_arena *arena, const struct mg_run *run)
{
	bool own = run->as_of_us == run->started_us - run->started_us % 1000000;
	return own ? "that of its start" : mg_clock_text(arena, run->as_of_us);
}

static void demand(struct join *j, const char *what, const struct mg_join_part *a, const char *left,
	const struct mg_join_part *b, const char *right)
{
	if (!mg_streq(left, right))
		refuse(j, "not the same %s: %s in %s, %s in %s", what, *left ? left : "none",
			a->name, *right ? right : "none", b->name);
}

static void demand_fields(struct join *j, const struct mg_run_field *fields,
	const struct mg_join_part *a, const struct mg_join_part *b)
{
	for (const struct mg_run_field *f = fields; f->name; f++) {
		if (f->join == MG_JOIN_SAME) {
			struct mg_text left, right;
			mg_text_init(&left, j->arena);
			mg_text_init(&right, j->arena);
			add_value(&left, f, a->run);
			add_value(&right, f, b->run);
			demand(j, f->same, a, left.data, b, right.data);
		} else if (f->type == MG_RUN_OBJECT) {
			demand_fields(j, f->fields, a, b);
		}
	}
}

/* How the digests of definitions stand is the program's version's to say: same version, same ones. */
static void compare(struct join *j, const struct mg_join_part *a, const struct mg_join_part *b)
{
	demand_fields(j, mg_run_fields, a, b);
	demand(j, "spec", a, spec_of(a->run), b, spec_of(b->run));
	demand(j, "time (--as-of)", a, as_of(j->arena, a->run), b, as_of(j->arena, b->run));
}

/* What is summed, or the least or most of all parts; *out has the values of the parts before. */
static void combine(const struct mg_run_field *fields, struct mg_run *out, const struct mg_run *run)
{
	for (const struct mg_run_field *f = fields; f->name; f++) {
		if (f->join == MG_JOIN_INSIDE && f->type == MG_RUN_OBJECT) {
			combine(f->fields, out, run);
		} else if (f->join == MG_JOIN_SUM) {
			mg_run_set_number(f, out, mg_run_number(f, out) + mg_run_number(f, run));
		} else if (f->join == MG_JOIN_LEAST || f->join == MG_JOIN_MOST) {
			int64_t before = mg_run_whole(f, out), now = mg_run_whole(f, run);
			if (f->join == MG_JOIN_LEAST ? now < before : now > before)
				mg_run_set_whole(f, out, now);
		}
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
			} else if (input->table.kind && !mg_input_same(before->input, input)) {
				refuse(j,
					"%s (%s) was not the same table in %s and %s: %s, %s; "
					"parts of one run need a table with versions, or run "
					"whole",
					input->path, input->data, before->part, j->parts[i].name,
					mg_input_state_words(j->arena, before->input),
					mg_input_state_words(j->arena, input));
			} else if (!mg_streq(before->input->sha256, input->sha256)) {
				refuse(j,
					"%s (%s) was not the same file: SHA-256 %s in %s, %s in %s",
					input->path, input->data, before->input->sha256,
					before->part, input->sha256, j->parts[i].name);
			}
		}
	}
}

/* ---- costs ---- */

static void join_costs(struct join *j, struct mg_run *out)
{
	size_t most = 0;
	for (size_t i = 0; i < j->count; i++)
		most += j->parts[i].run->cost_count;
	out->costs = mg_alloc_array(j->arena, most, sizeof(*out->costs));
	out->cost_count = 0;
	for (size_t i = 0; i < j->count; i++)
		for (size_t k = 0; k < j->parts[i].run->cost_count; k++)
			out->costs[out->cost_count++] = j->parts[i].run->costs[k];
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
	for (size_t i = 0; i < j->count; i++) {
		const struct mg_run *run = part_number(j, i + 1)->run;
		out->parts[i] = (struct mg_joined_part){.number = i + 1,
			.seal = run->seal,
			.host = run->host,
			.started_us = run->started_us,
			.as_of_us = run->as_of_us,
			.seconds = run->seconds};
		if (i > 0)
			combine(mg_run_fields, out, run);
		add_once(&hosts, run->host);
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
	*out = *part_number(&j, 1)->run; /* whatever the order they were given in */
	join_inputs(&j, out);
	join_costs(&j, out);
	if (reasons->count)
		return false;
	join_suites(&j, out, &first->run->part);
	join_gone(&j, out);
	join_clocks(&j, out);
	out->part = (struct mg_part){0};
	out->seal = NULL;
	out->charts_left_out = 0;
	for (size_t i = 0; i < count; i++)
		out->charts_left_out += parts[i].run->charts_left_out;
	mg_charts_fit(out);
	mg_run_close(out);
	return true;
}
