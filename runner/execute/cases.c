/* cases.c: measures the cases of one check from the answers: one, or one for each slice. */
#include "execute/cases.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "execute/answer.h"
#include "plan/plan.h"
#include "plan/planner.h"
#include "stats/freq.h"
#include "stats/interval.h"
#include "stats/sort.h"

/* Further looks at a bucketed table before its bounds are reported as they are. Each cuts a bucket into some
 * thousand: what is still open after three are distances over values that lie in heaps, to a part in some ten
 * thousand. A service is paid for each. */
#define REFINE_ROUNDS 3

/* A refined copy of the table that was asked for, in the measure's own view of the answers. */
static int refine(const struct mg_measuring *e, struct mg_answer *view,
	const struct mg_refinement *wanted, struct mg_error *err)
{
	struct mg_arena *arena = e->arena;
	const struct mg_query *query = e->plan->queries[wanted->query];
	struct mg_freq_set fine = {0};
	MG_TRY(e->ops->freq(e->session, query, wanted->ranges, wanted->count, MG_FREQ_ENTRIES,
		arena, &fine, err));
	struct mg_freq_set *coarse = &view[wanted->query].freqs;
	size_t groups = (size_t)query->group_count;
	struct mg_freq *tables = mg_alloc_array(
		arena, coarse->slice_count * groups, sizeof(*tables));
	memcpy(tables, coarse->tables, coarse->slice_count * groups * sizeof(*tables));
	coarse->tables = tables;
	for (size_t i = 0; i < coarse->slice_count; i++) {
		if (wanted->sliced && !mg_streq(coarse->slices[i], wanted->slice))
			continue;
		for (size_t k = 0; k < fine.slice_count; k++) {
			if (wanted->sliced && !mg_streq(fine.slices[k], wanted->slice))
				continue;
			size_t group = (size_t)wanted->group;
			mg_freq_refine(arena, &coarse->tables[i * groups + group], wanted->ranges,
				wanted->count, &fine.tables[k * groups + group],
				&tables[i * groups + group]);
		}
	}
	return MG_OK;
}

static int by_lo(const void *a, const void *b)
{
	double x = ((const struct mg_range *)a)->lo, y = ((const struct mg_range *)b)->lo;
	return (x > y) - (x < y);
}

/* The answers that the check needs: those to other queries may be coming in right now. */
static struct mg_answer *copy_answers(const struct mg_measuring *e, const struct mg_check *c)
{
	struct mg_answer *view = mg_alloc_array(e->arena, e->plan->query_count, sizeof(*view));
	for (size_t i = 0; i < c->need_count; i++) {
		const struct mg_answer *a = &e->answers[c->needs[i].query];
		view[c->needs[i].query] = (struct mg_answer){.term_errors = a->term_errors,
			.key_count = a->key_count,
			.table = a->table,
			.freqs = a->freqs};
	}
	return view;
}

/* Measures; when tables were bucketed and the kind asks for detail, refines and measures again. */
void mg_case_measure(const struct mg_measuring *e, struct mg_case *out)
{
	struct mg_arena *arena = e->arena;
	struct mg_measures m = {.plan = e->plan,
		.check = out->check,
		.answers = e->answers,
		.sliced = out->sliced,
		.slice = out->slice,
		.arena = arena};
	double began = mg_clock_ticks();
	out->value = out->check->kind->measure(out->check, &m);
	struct mg_answer *view = NULL;
	for (int round = 0; round < REFINE_ROUNDS && m.refinement_count; round++) {
		if (!view) {
			view = copy_answers(e, out->check);
			m.answers = view;
		}
		struct mg_refinement *refinements = m.refinements;
		size_t count = m.refinement_count;
		m.refinements = NULL;
		m.refinement_count = m.refinement_capacity = 0;
		for (size_t i = 0; i < count; i++) {
			struct mg_error err = {0};
			qsort((void *)refinements[i].ranges, refinements[i].count,
				sizeof(*refinements[i].ranges), by_lo);
			if (refine(e, view, &refinements[i], &err) != MG_OK) {
				out->error = mg_strdup(arena, err.text);
				return;
			}
		}
		out->value = out->check->kind->measure(out->check, &m);
	}
	out->seconds += mg_clock_ticks() - began;
}

static void add_costs(
	const struct mg_measuring *e, const struct mg_check *c, size_t cases, struct mg_case *out)
{
	out->rows_read = c->need_count ? 0 : -1;
	for (size_t i = 0; i < c->need_count; i++) {
		bool seen = c->needs[i].tells;
		for (size_t k = 0; k < i && !seen; k++)
			seen = c->needs[k].query == c->needs[i].query;
		if (seen)
			continue;
		const struct mg_answer *a = &e->answers[c->needs[i].query];
		out->seconds += a->seconds / (double)(a->users ? a->users : 1) / (double)cases;
		if (a->rows_read >= 0 && out->rows_read >= 0)
			out->rows_read += a->rows_read;
		else
			out->rows_read = -1;
	}
}

static int64_t told(const struct mg_measuring *e, const struct mg_check *c, const char *name)
{
	for (size_t i = 0; i < c->need_count; i++) {
		const struct mg_need *need = &c->needs[i];
		const struct mg_table *table = &e->answers[need->query].table;
		if (need->tells && mg_streq(need->name, name) && table->rows == 1)
			return table->cells[need->first].integer;
	}
	return -1;
}

static void tell_rows(const struct mg_measuring *e, struct mg_case *out)
{
	for (int side = 0; side < 2; side++) {
		out->side_rows[side] = told(e, out->check, mg_need_rows_read[side]);
		out->side_kept[side] = told(e, out->check, mg_need_rows_judged[side]);
	}
}

/* The pairs of this case, if its check asked for them. */
static struct mg_pairing pairing_of(const struct mg_measuring *e, const struct mg_case *one)
{
	const struct mg_check *c = one->check;
	struct mg_measures m = {.plan = e->plan,
		.check = c,
		.answers = e->answers,
		.sliced = one->sliced,
		.slice = one->slice};
	bool asked = false;
	for (size_t i = 0; i < c->need_count; i++)
		asked = asked || mg_streq(c->needs[i].name, mg_need_pairs);
	if (!asked || one->value.state != MG_MEASURED)
		return (struct mg_pairing){.why = c->unpaired};
	double at[MG_PAIRS_COLUMNS];
	for (size_t i = 0; i < MG_PAIRS_COLUMNS; i++)
		at[i] = mg_get_at(&m, mg_need_pairs, i);
	if (!(at[MG_PAIRS_BOTH] > 0))
		return (struct mg_pairing){.why = "no key of the data is one of the baseline's"};
	if (at[MG_PAIRS_AMBIGUOUS] > 0)
		return (struct mg_pairing){
			.why = mg_printf(e->arena, "%.0f key%s NULL or occur%s more than once",
				at[MG_PAIRS_AMBIGUOUS],
				at[MG_PAIRS_AMBIGUOUS] == 1 ? " is" : "s are",
				at[MG_PAIRS_AMBIGUOUS] == 1 ? "s" : "")};
	const struct mg_paired_means means = {.rows = at[MG_PAIRS_ROWS],
		.other_rows = at[MG_PAIRS_OTHER_ROWS],
		.both = at[MG_PAIRS_BOTH],
		.mean = at[MG_PAIRS_MEAN],
		.other_mean = at[MG_PAIRS_OTHER_MEAN],
		.variance = at[MG_PAIRS_VARIANCE],
		.other_variance = at[MG_PAIRS_OTHER_VARIANCE],
		.both_mean = at[MG_PAIRS_BOTH_MEAN],
		.both_other_mean = at[MG_PAIRS_BOTH_OTHER_MEAN],
		.covariance = at[MG_PAIRS_COVARIANCE],
		.shares = mg_streq(one->value.interval, "wilson")};
	return (struct mg_pairing){
		.rows = (int64_t)means.both, .correlation = mg_interval_correlation(&means)};
}

static int by_slice(const void *a, const void *b)
{
	const char *x = ((const struct mg_case *)a)->slice, *y = ((const struct mg_case *)b)->slice;
	if (!x || !y)
		return (x == NULL) - (y == NULL);
	return strcmp(x, y);
}

/* The number is there, but rests on fewer rows than wanted: an ERROR, of a slice a visible skip. */
static void hold_min_rows(
	const struct mg_measuring *e, const struct mg_check *c, struct mg_case *one)
{
	const struct mg_value *v = &one->value;
	long long least = c->spec->min_rows, rows = v->state == MG_MEASURED ? v->rows : 0;
	if (one->error || v->state == MG_UNDEFINED || rows < 0 || rows >= least ||
		(v->state == MG_EMPTY && !c->slice))
		return;
	const char *why = mg_printf(e->arena, "it rests on %lld row%s, fewer than min_rows %lld",
		rows, rows == 1 ? "" : "s", least);
	if (c->slice)
		one->skip = why;
	else
		one->value = mg_value_undefined(why);
}

static void measure_one(const struct mg_measuring *e, const struct mg_check *c, struct mg_case *one)
{
	mg_case_measure(e, one);
	hold_min_rows(e, c, one);
	one->pairing = pairing_of(e, one);
}

/* A slice with too few rows is skipped, and says so. */
static bool skip_small(const struct mg_measuring *e, const struct mg_check *c, struct mg_case *one)
{
	if (!c->slice || c->spec->min_rows <= 0)
		return false;
	if (!one->sliced) {
		const struct mg_need *need = mg_measures_need(c, MG_NEED_SLICES);
		one->slice_rows = e->answers[need->query].table.cells[need->first].integer;
	}
	if (one->slice_rows >= c->spec->min_rows)
		return false;
	one->skip = mg_printf(e->arena, "%lld row%s, fewer than min_rows %lld",
		(long long)one->slice_rows, one->slice_rows == 1 ? "" : "s",
		(long long)c->spec->min_rows);
	return true;
}

/* One case for each value of the slice column. */
static void measure_slices(
	const struct mg_measuring *e, const struct mg_check *c, struct mg_case_list *out)
{
	struct mg_arena *arena = e->arena;
	const struct mg_need *need = mg_measures_need(c, MG_NEED_SLICES);
	const struct mg_table *table = &e->answers[need->query].table;
	if (!table->rows) {
		out->list = mg_alloc(arena, sizeof(*out->list));
		out->count = 1;
		out->list->check = c;
		tell_rows(e, out->list);
		out->list->value = mg_value_empty("there are no rows to slice");
		return;
	}
	out->count = table->rows;
	out->list = mg_alloc_array(arena, table->rows, sizeof(*out->list));
	for (size_t row = 0; row < table->rows; row++) {
		const struct mg_cell *cells = &table->cells[row * table->columns];
		out->list[row] = (struct mg_case){.check = c,
			.sliced = true,
			.slice = cells->type == MG_CELL_NULL ? NULL : mg_strdup(arena, cells->text),
			.slice_rows = cells[need->first].integer};
	}
	qsort(out->list, out->count, sizeof(*out->list), by_slice);
	for (size_t i = 0; i < out->count; i++) {
		struct mg_case *one = &out->list[i];
		one->number = i + 1;
		add_costs(e, c, out->count, one);
		tell_rows(e, one);
		if (!skip_small(e, c, one)) {
			measure_one(e, c, one);
		}
	}
}

void mg_cases_measure(
	const struct mg_measuring *e, const struct mg_check *c, struct mg_case_list *out)
{
	const char *error = mg_measures_error(c, e->answers);
	if (!error && c->slice && c->slice->column) {
		measure_slices(e, c, out);
		return;
	}
	out->list = mg_alloc(e->arena, sizeof(*out->list));
	out->count = 1;
	out->list->check = c;
	add_costs(e, c, 1, out->list);
	tell_rows(e, out->list);
	if (error)
		out->list->error = mg_strdup(e->arena, error);
	else if (!skip_small(e, c, out->list)) {
		measure_one(e, c, out->list);
	}
}
