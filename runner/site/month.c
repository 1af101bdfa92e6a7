/* month.c: turns run after run into check after check. Most of what a check says is the same in every run, so it is
 * kept where it begins and where it changes. */
#include "site/month.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "report/json_out.h"
#include "report/words.h"
#include "site/limit_band.h"

enum { NOTE_BYTES = 300 };

/* Limits as a run of runs had them. */
struct limits {
	struct mg_judged_limit *list;
	size_t count;
	struct mg_limit_band band;
	const char *text;
};

/* What one run says of a check; verdict 0: nothing. */
struct cell {
	double value; /* when measured */
	bool measured;
	char verdict;
	const struct limits *limits;
	const char *measure, *note;
};

struct mg_month_check {
	const char *id, *suite, *kind, *column, *slice, *unit, *better, *definition, *data;
	struct cell *cells; /* by run, as they were added */
	size_t count, capacity;
	const struct limits *limits; /* the last ones */
	const char *measure;
};

void mg_month_init(struct mg_month_maker *maker, struct mg_arena *arena)
{
	*maker = (struct mg_month_maker){.arena = arena};
	mg_map_init(&maker->by_name, arena);
}

/* ---- adding ---- */

static struct mg_month_check *check_of(
	struct mg_month_maker *m, const struct mg_result *r, size_t place)
{
	/* Runs mostly have the same checks in the same order. */
	if (place < m->check_count && mg_streq(m->checks[place]->id, r->name))
		return m->checks[place];
	struct mg_month_check *check = mg_map_get(&m->by_name, r->name);
	if (check)
		return check;
	struct mg_arena *a = m->arena;
	check = mg_alloc(a, sizeof(*check));
	*check = (struct mg_month_check){.id = mg_strdup(a, r->name),
		.suite = mg_strdup(a, r->suite),
		.kind = mg_strdup(a, r->kind),
		.column = mg_strdup(a, r->column),
		.slice = mg_strdup(a, r->slice)};
	mg_map_put(&m->by_name, check->id, check);
	m->checks = mg_grow(a, m->checks, m->check_count, &m->check_capacity, sizeof(check));
	m->checks[m->check_count++] = check;
	return check;
}

/* The text, kept once as long as it stays the same. */
static const char *keep(struct mg_arena *arena, const char *last, const char *text)
{
	return mg_streq(last, text) ? last : mg_strdup(arena, text);
}

static const char *words_of_limits(
	struct mg_arena *arena, struct mg_arena *scratch, const struct mg_result *r)
{
	struct mg_text text;
	mg_text_init(&text, scratch);
	for (size_t i = 0; i < r->limit_count; i++)
		mg_text_addf(
			&text, "%s%s", i ? ", " : "", mg_words_limit(scratch, r, &r->limits[i]));
	return mg_strdup(arena, text.data);
}

static struct mg_judged_limit *copy_limits(struct mg_arena *arena, const struct mg_result *r)
{
	struct mg_judged_limit *list = mg_alloc_array(arena, r->limit_count, sizeof(*list));
	for (size_t i = 0; i < r->limit_count; i++) {
		list[i] = r->limits[i];
		list[i].role = mg_strdup(arena, list[i].role);
		list[i].op = mg_strdup(arena, list[i].op);
		list[i].spread = mg_strdup(arena, list[i].spread);
		list[i].exact = mg_strdup(arena, list[i].exact);
		list[i].runs.definition = list[i].runs.of = NULL;
	}
	return list;
}

static const struct limits *limits_of(struct mg_month_maker *m, struct mg_arena *scratch,
	const struct limits *last, const struct mg_result *r)
{
	const struct mg_limit_band band = mg_limit_band(r);
	bool alike = last && mg_limits_same(last->list, last->count, r->limits, r->limit_count);
	if (alike && mg_limit_band_same(&last->band, &band))
		return last;
	struct limits *limits = mg_alloc(m->arena, sizeof(*limits));
	*limits = (struct limits){.list = alike ? last->list : copy_limits(m->arena, r),
		.count = r->limit_count,
		.band = band,
		.text = alike ? last->text : words_of_limits(m->arena, scratch, r)};
	return limits;
}

/* The cell of the run that is added; those of runs that had not the check stay empty. */
static struct cell *cell_of(struct mg_month_maker *m, struct mg_month_check *check)
{
	while (check->count <= m->run_count) {
		check->cells = mg_grow(m->arena, check->cells, check->count, &check->capacity,
			sizeof(*check->cells));
		check->cells[check->count++] = (struct cell){.verdict = 0};
	}
	return &check->cells[m->run_count];
}

static void add_result(
	struct mg_month_maker *m, struct mg_arena *scratch, const struct mg_result *r, size_t place)
{
	struct mg_month_check *check = check_of(m, r, place);
	struct mg_arena *a = m->arena;
	bool tells = r->verdict != MG_PASS;
	check->unit = keep(a, check->unit, r->unit);
	check->better = keep(a, check->better, r->better);
	check->definition = keep(a, check->definition, r->definition);
	check->data = keep(a, check->data, r->data);
	check->measure = keep(a, check->measure, r->measure_digest);
	check->limits = limits_of(m, scratch, check->limits, r);
	*cell_of(m, check) = (struct cell){.value = r->value,
		.measured = r->measured,
		.verdict = mg_verdict_word(r->verdict)[0],
		.limits = check->limits,
		.measure = check->measure,
		.note = tells ? mg_strdup(a, mg_log_safe_cut(scratch, r->message, NOTE_BYTES))
			      : NULL};
}

void mg_month_add(
	struct mg_month_maker *m, const struct mg_past_run *past, struct mg_arena *scratch)
{
	const struct mg_run *run = past->run;
	struct mg_arena *a = m->arena;
	for (size_t i = 0; i < run->result_count; i++)
		add_result(m, scratch, &run->results[i], i);
	m->runs = mg_grow(a, m->runs, m->run_count, &m->run_capacity, sizeof(*m->runs));
	m->runs[m->run_count++] = (struct mg_site_run){.record = mg_strdup(a, past->record),
		.stage = mg_strdup(a, run->stage),
		.seal = mg_strdup(a, run->seal),
		.commit = mg_strdup(a, run->commit),
		.branch = mg_strdup(a, run->branch),
		.selection = mg_strdup(a, run->selection),
		.build = mg_strdup(a, run->pipeline.build),
		.summary = mg_strdup(a, mg_words_summary(scratch, run)),
		.as_of_us = run->as_of_us,
		.started_us = run->started_us,
		.seconds = run->seconds,
		.verdict = mg_words_taken(run),
		.dirty = run->dirty};
}

/* ---- the whole ---- */

static const struct cell *cell_at(const struct mg_month_check *check, size_t run)
{
	static const struct cell none;
	return run < check->count ? &check->cells[run] : &none;
}

static void write_limits(
	struct mg_json *json, const struct mg_month_check *check, const size_t *order, size_t runs)
{
	const struct limits *last = NULL;
	mg_json_open(json, "limits", '[', true);
	for (size_t i = 0; i < runs; i++) {
		const struct cell *cell = cell_at(check, order[i]);
		if (!cell->verdict || cell->limits == last)
			continue;
		last = cell->limits;
		assert(last); /* who has a verdict has limits, if empty ones */
		mg_json_open(json, NULL, '{', true);
		mg_json_int(json, "from", (int64_t)i);
		mg_json_double(json, "min", last->band.min);
		mg_json_double(json, "max", last->band.max);
		mg_json_double(json, "warn_min", last->band.warn_min);
		mg_json_double(json, "warn_max", last->band.warn_max);
		mg_json_text(json, "text", last->text);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

static void write_measures(
	struct mg_json *json, const struct mg_month_check *check, const size_t *order, size_t runs)
{
	const struct cell *last = NULL;
	mg_json_open(json, "measures", '[', true);
	for (size_t i = 0; i < runs; i++) {
		const struct cell *cell = cell_at(check, order[i]);
		if (!cell->verdict || (last && mg_streq(last->measure, cell->measure)))
			continue;
		last = cell;
		mg_json_open(json, NULL, '{', true);
		mg_json_int(json, "from", (int64_t)i);
		mg_json_text(json, "digest", cell->measure);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

static void write_values(
	struct mg_json *json, const struct mg_month_check *check, const size_t *order, size_t runs)
{
	struct mg_text verdicts;
	mg_text_init(&verdicts, json->out->arena);
	mg_json_open(json, "values", '[', true);
	for (size_t i = 0; i < runs; i++) {
		const struct cell *cell = cell_at(check, order[i]);
		mg_text_add_char(&verdicts, cell->verdict ? cell->verdict : '-');
		if (cell->measured && isnan(cell->value))
			mg_json_text(json, NULL, "NaN");
		else
			mg_json_double(json, NULL, cell->measured ? cell->value : NAN);
	}
	mg_json_close(json, ']');
	mg_json_text(json, "verdicts", verdicts.data);
}

static void write_notes(
	struct mg_json *json, const struct mg_month_check *check, const size_t *order, size_t runs)
{
	mg_json_open(json, "notes", '[', true);
	for (size_t i = 0; i < runs; i++) {
		const struct cell *cell = cell_at(check, order[i]);
		if (!cell->note)
			continue;
		mg_json_open(json, NULL, '{', true);
		mg_json_int(json, "at", (int64_t)i);
		mg_json_text(json, "text", cell->note);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

static void write_check(
	struct mg_json *json, const struct mg_month_check *check, const size_t *order, size_t runs)
{
	mg_json_open(json, NULL, '{', true);
	mg_json_text(json, "id", check->id);
	mg_json_text(json, "suite", check->suite);
	mg_json_text(json, "kind", check->kind);
	mg_json_text(json, "column", check->column);
	mg_json_text(json, "slice", check->slice);
	mg_json_text(json, "unit", check->unit);
	mg_json_text(json, "better", check->better);
	mg_json_text(json, "definition", check->definition);
	mg_json_text(json, "data", check->data);
	write_limits(json, check, order, runs);
	write_measures(json, check, order, runs);
	write_values(json, check, order, runs);
	write_notes(json, check, order, runs);
	mg_json_close(json, '}');
}

struct place {
	const struct mg_site_run *run;
	size_t index;
};

static int by_time(const void *a, const void *b)
{
	const struct mg_site_run *x = ((const struct place *)a)->run;
	const struct mg_site_run *y = ((const struct place *)b)->run;
	if (x->as_of_us != y->as_of_us)
		return x->as_of_us < y->as_of_us ? -1 : 1;
	if (x->started_us != y->started_us)
		return x->started_us < y->started_us ? -1 : 1;
	return strcmp(x->record, y->record);
}

/* Names are in order of time but for runs of one second. */
static size_t *order_of(struct mg_month_maker *m, struct mg_site_month *out)
{
	size_t n = m->run_count;
	struct place *places = mg_alloc_array(m->arena, n, sizeof(*places));
	size_t *order = mg_alloc_array(m->arena, n, sizeof(*order));
	out->runs = mg_alloc_array(m->arena, n, sizeof(*out->runs));
	out->count = n;
	for (size_t i = 0; i < n; i++)
		places[i] = (struct place){&m->runs[i], i};
	if (n > 0)
		qsort(places, n, sizeof(*places), by_time);
	for (size_t i = 0; i < n; i++) {
		order[i] = places[i].index;
		out->runs[i] = *places[i].run;
	}
	return order;
}

void mg_month_finish(struct mg_month_maker *m, struct mg_site_month *out)
{
	struct mg_text text;
	mg_text_init(&text, m->arena);
	struct mg_json json = {.out = &text};
	const size_t *order = order_of(m, out);
	mg_text_add(&text, "\"checks\": ");
	mg_json_open(&json, NULL, '[', true);
	for (size_t i = 0; i < m->check_count; i++)
		write_check(&json, m->checks[i], order, m->run_count);
	mg_json_close(&json, ']');
	out->checks = text.data;
}
