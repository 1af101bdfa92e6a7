/* derive.c: the answer to a query out of the answer to another, without reading the rows again. */
#include "execute/derive.h"

#include <math.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/text.h"
#include "plan/labels.h"
#include "plan/planner.h"
#include "plan/wheres.h"
#include "stats/merge.h"

/* Rows fall into exactly one slice each (those without a value are a slice too). */
static bool holds_all(const struct mg_query *slices, const struct mg_query *query)
{
	for (size_t i = 0; i < query->term_count; i++)
		if (!mg_term_adds_up(&query->terms[i]) ||
			mg_term_find(slices, &query->terms[i]) == SIZE_MAX)
			return false;
	return true;
}

/* A query for aggregates of all rows, and one for those of slices that add up to them. */
static bool are_sums(const struct mg_query *whole, const struct mg_query *slices)
{
	return whole->kind == MG_QUERY_AGGREGATE && slices->kind == MG_QUERY_AGGREGATE &&
		whole->fused && slices->fused && whole->key_count == 0 && slices->key_count == 1 &&
		holds_all(slices, whole);
}

static bool same_maybe(const struct mg_expr *a, const struct mg_expr *b)
{
	return (!a && !b) || (a && b && mg_x_equal(a, b));
}

/* A query for frequency tables of all rows, and one for those of slices. */
static bool are_tables(const struct mg_query *whole, const struct mg_query *slices)
{
	return whole->kind == MG_QUERY_FREQ && slices->kind == MG_QUERY_FREQ && !whole->slice &&
		slices->slice && mg_x_equal(whole->value, slices->value) &&
		same_maybe(whole->group, slices->group) &&
		whole->group_count == slices->group_count;
}

/* A query for nothing but the number of rows (of each slice), and one for frequency tables of them. */
static bool are_counts(const struct mg_query *count, const struct mg_query *freq)
{
	if (count->kind != MG_QUERY_AGGREGATE || !count->fused || freq->kind != MG_QUERY_FREQ)
		return false;
	for (size_t i = 0; i < count->term_count; i++)
		if (count->terms[i].expr->type != MG_X_CALL ||
			count->terms[i].expr->fn != MG_FN_COUNT)
			return false;
	return freq->slice ? count->key_count == 1 && count->keys[0].as == MG_CELL_TEXT &&
			mg_x_equal(count->keys[0].expr, freq->slice)
			   : count->key_count == 0;
}

/* A query for the classes of a label, and one for tables of scores that come with its span. */
static bool are_labels(const struct mg_query *labels, const struct mg_query *scores)
{
	return scores->spanned && mg_labels_in_scores(labels, scores);
}

/* Which of the parts of a query for rows by the conditions that they meet it is; SIZE_MAX: none. */
static size_t part_of(const struct mg_query *query, const struct mg_query *joined)
{
	for (size_t i = 0; i < joined->part_count; i++)
		if (joined->parts[i] == query)
			return i;
	return SIZE_MAX;
}

size_t mg_derive_from(const struct mg_plan *plan, size_t query)
{
	static bool (*const ways[])(const struct mg_query *, const struct mg_query *) = {
		are_sums, are_tables, are_counts, are_labels};
	const struct mg_query *wanted = plan->queries[query];
	for (size_t way = 0; way < sizeof(ways) / sizeof(*ways); way++)
		for (size_t i = 0; i < plan->query_count; i++) {
			const struct mg_query *from = plan->queries[i];
			if (from->timeout_seconds == wanted->timeout_seconds &&
				mg_source_same(&from->source, &wanted->source) &&
				ways[way](wanted, from))
				return i;
		}
	for (size_t i = 0; i < plan->query_count; i++)
		if (part_of(wanted, plan->queries[i]) != SIZE_MAX)
			return i;
	return SIZE_MAX;
}

/* Sums with Neumaier's compensation, as engines sum where they can. */
struct total {
	enum mg_cell_type type;
	int64_t integer;
	double real, lost;
	struct mg_decimal exact; /* of TEXT: digits, see need_number of checks */
	bool any;
};

static bool add_integer(struct total *t, enum mg_fn fn, int64_t x)
{
	if (!t->any)
		t->integer = x;
	else if (fn == MG_FN_MIN)
		t->integer = x < t->integer ? x : t->integer;
	else if (fn == MG_FN_MAX)
		t->integer = x > t->integer ? x : t->integer;
	else
		return !__builtin_add_overflow(t->integer, x, &t->integer);
	return true;
}

static bool add_real(struct total *t, enum mg_fn fn, double x)
{
	if (isnan(x))
		return false; /* how it orders among numbers is the engine's to say */
	if (!t->any) {
		t->real = x;
	} else if (fn == MG_FN_MIN) {
		t->real = fmin(t->real, x);
	} else if (fn == MG_FN_MAX) {
		t->real = fmax(t->real, x);
	} else {
		double sum = t->real + x;
		if (!isfinite(sum))
			return false;
		t->lost += fabs(t->real) >= fabs(x) ? (t->real - sum) + x : (x - sum) + t->real;
		t->real = sum;
	}
	return true;
}

static bool add_exact(struct total *t, enum mg_fn fn, const char *digits)
{
	struct mg_decimal x;
	if (!mg_decimal_parse(digits, &x))
		return false;
	int order = t->any ? mg_decimal_compare(&x, &t->exact) : 0;
	if (t->any && fn != MG_FN_MIN && fn != MG_FN_MAX)
		return mg_decimal_add(&t->exact, &x, &t->exact);
	if (!t->any || (fn == MG_FN_MIN ? order < 0 : order > 0))
		t->exact = x;
	return true;
}

static bool add_cell(struct total *t, enum mg_fn fn, const struct mg_cell *cell)
{
	switch (cell->type) {
	case MG_CELL_INTEGER:
		return add_integer(t, fn, cell->integer);
	case MG_CELL_REAL:
		return add_real(t, fn, cell->real);
	case MG_CELL_TEXT:
		return add_exact(t, fn, cell->text);
	case MG_CELL_NULL:
		break;
	}
	return true;
}

/* bit: only rows whose key, a number, has it; 0: all. */
static bool add_up(struct mg_arena *arena, const struct mg_table *table, size_t column, int64_t bit,
	enum mg_fn fn, struct mg_cell *out)
{
	struct total t = {.type = MG_CELL_NULL};
	for (size_t row = 0; row < table->rows; row++) {
		if (bit && !(table->cells[row * table->columns].integer & bit))
			continue;
		const struct mg_cell *cell = &table->cells[row * table->columns + column];
		if (cell->type == MG_CELL_NULL)
			continue;
		if ((t.any && cell->type != t.type) || !add_cell(&t, fn, cell))
			return false;
		t.type = cell->type;
		t.any = true;
	}
	if (!t.any && (fn == MG_FN_COUNT || fn == MG_FN_COUNT_IF))
		t.type = MG_CELL_INTEGER; /* no groups: no rows */
	*out = (struct mg_cell){.type = t.type, .integer = t.integer, .real = t.real + t.lost};
	if (t.type == MG_CELL_TEXT)
		out->text = mg_decimal_text(arena, &t.exact);
	return true;
}

static bool derive_sums(const struct mg_query *query, const struct mg_query *slices,
	const struct mg_answer *of_slices, struct mg_answer *out)
{
	size_t part = part_of(query, slices);
	int64_t bit = part == SIZE_MAX ? 0 : (int64_t)1 << part;
	struct mg_cell *cells = mg_alloc_array(out->arena, query->term_count, sizeof(*cells));
	for (size_t i = 0; i < query->term_count; i++) {
		size_t term = mg_term_find(slices, &query->terms[i]);
		if (!add_up(out->arena, &of_slices->table, slices->key_count + term, bit,
			    query->terms[i].expr->fn, &cells[i]))
			return false;
	}
	out->table = (struct mg_table){.cells = cells, .rows = 1, .columns = query->term_count};
	return true;
}

/* Merges the slices' tables, group by group. Bucketed tables have no common buckets. */
static bool derive_tables(
	const struct mg_query *query, const struct mg_answer *of_slices, struct mg_answer *out)
{
	const struct mg_freq_set *set = &of_slices->freqs;
	size_t groups = (size_t)query->group_count;
	for (size_t i = 0; i < set->slice_count * groups; i++)
		if (set->tables[i].hi)
			return false;
	const struct mg_freq **tables = mg_alloc_array(
		out->arena, set->slice_count, sizeof(*tables));
	out->freqs = (struct mg_freq_set){.slice_count = 1,
		.tables = mg_alloc_array(out->arena, groups, sizeof(*out->freqs.tables)),
		.dropped = mg_alloc(out->arena, sizeof(int64_t))};
	for (size_t i = 0; i < set->slice_count; i++)
		out->freqs.dropped[0] += set->dropped[i];
	for (size_t g = 0; g < groups; g++) {
		for (size_t i = 0; i < set->slice_count; i++)
			tables[i] = &set->tables[i * groups + g];
		mg_freq_merge(out->arena, tables, set->slice_count, &out->freqs.tables[g]);
	}
	return true;
}

static int64_t rows_of(const struct mg_freq_set *set, size_t groups, size_t slice)
{
	int64_t rows = set->dropped[slice];
	for (size_t g = 0; g < groups; g++) {
		const struct mg_freq *f = &set->tables[slice * groups + g];
		rows += f->rows + f->nulls + f->nans;
	}
	return rows;
}

static bool derive_counts(const struct mg_query *query, const struct mg_query *freq,
	const struct mg_answer *of_tables, struct mg_answer *out)
{
	const struct mg_freq_set *set = &of_tables->freqs;
	size_t groups = (size_t)freq->group_count;
	size_t keys = query->key_count, width = keys + query->term_count, at = 0;
	struct mg_cell *cells = mg_alloc_array(
		out->arena, set->slice_count * width, sizeof(*cells));
	for (size_t s = 0; s < set->slice_count; s++) {
		if (keys && set->slices[s])
			cells[at] = (struct mg_cell){.type = MG_CELL_TEXT,
				.text = mg_strdup(out->arena, set->slices[s])};
		at += keys;
		int64_t rows = rows_of(set, groups, s);
		for (size_t t = 0; t < query->term_count; t++)
			cells[at++] = (struct mg_cell){.type = MG_CELL_INTEGER, .integer = rows};
	}
	out->table = (struct mg_table){.cells = cells, .rows = set->slice_count, .columns = width};
	return true;
}

/* The label's value in the rows of the other group, when `positive` of them are the positive one: false where it may
 * have more than one. */
static bool other_label(
	const struct mg_freq_set *set, int64_t positive, const int64_t rows[2], int64_t *out)
{
	bool alone = set->least == set->greatest;
	*out = set->least;
	if (rows[0] == 0 || rows[1] == 0)
		return alone && (rows[0] == 0) == (set->least == positive);
	*out = set->least == positive ? set->greatest : set->least;
	return !alone && (set->least == positive || set->greatest == positive) &&
		(uint64_t)set->greatest - (uint64_t)set->least == 1;
}

static bool derive_labels(
	const struct mg_query *query, const struct mg_answer *of_scores, struct mg_answer *out)
{
	enum { COLUMNS = 3 };
	const struct mg_freq_set *set = &of_scores->freqs;
	int64_t positive = mg_labels_positive(query), other, rows[2] = {0}, none = 0;
	for (size_t i = 0; i < 2 * set->slice_count; i++)
		rows[i % 2] += set->tables[i].rows + set->tables[i].nulls + set->tables[i].nans;
	for (size_t i = 0; i < set->slice_count; i++)
		none += set->dropped[i];
	if (!set->spans || !other_label(set, positive, rows, &other))
		return false;
	struct mg_cell *cells = mg_alloc_array(out->arena, 3 * COLUMNS, sizeof(*cells)),
		       *to = cells;
	if (none) {
		to[2] = (struct mg_cell){.type = MG_CELL_INTEGER, .integer = none};
		to[0] = to[1] = (struct mg_cell){.type = MG_CELL_NULL};
		to += COLUMNS;
	}
	for (int i = 0; i < 2; i++) {
		int64_t row[COLUMNS] = {i, i ? positive : other, rows[i]};
		for (size_t k = 0; rows[i] && k < COLUMNS; k++)
			*to++ = (struct mg_cell){.type = MG_CELL_INTEGER, .integer = row[k]};
	}
	out->key_count = query->key_count;
	out->table = (struct mg_table){
		.cells = cells, .rows = (size_t)(to - cells) / COLUMNS, .columns = COLUMNS};
	return true;
}

bool mg_derive(const struct mg_query *query, const struct mg_query *source,
	const struct mg_answer *answer, struct mg_answer *out)
{
	if (answer->error || answer->term_errors)
		return false;
	if (query->kind == MG_QUERY_FREQ)
		return derive_tables(query, answer, out);
	if (are_labels(query, source))
		return derive_labels(query, answer, out);
	if (source->kind == MG_QUERY_FREQ)
		return derive_counts(query, source, answer, out);
	return derive_sums(query, source, answer, out);
}
