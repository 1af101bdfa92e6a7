/* derive_terms.c: counts and sums of rows, from a frequency table that is made of the same rows. */
#include "execute/derive_terms.h"

#include <math.h>
#include <stdint.h>

#include "base/arena.h"
#include "execute/fold.h"
#include "execute/formula.h"
#include "stats/freq.h"

/* ---- which rows a table is made of ---- */

enum { NO_GROUP = -1, MOST_CASES = 16 };

/* Rows that fall into one group, or into none, and what is known of them. The rows of no group may
 * be of several cases, which may overlap. */
struct rows_case {
	int64_t group;
	const struct mg_clue *known;
};

struct cases {
	struct mg_arena *arena;
	int64_t group_count;
	struct rows_case list[MOST_CASES];
	size_t count;
	bool too_hard;
};

static void add_case(struct cases *c, int64_t group, const struct mg_clue *known)
{
	if (group < 0 || group >= c->group_count)
		group = NO_GROUP;
	for (size_t i = 0; i < c->count && group != NO_GROUP; i++)
		c->too_hard = c->too_hard || c->list[i].group == group;
	if (c->count == MOST_CASES)
		c->too_hard = true;
	else
		c->list[c->count++] = (struct rows_case){.group = group, .known = known};
}

static void find_cases(struct cases *c, const struct mg_expr *group, const struct mg_clue *known);

/* The rows for which the condition is true; each way to be so is a case. */
static void find_cases_where(struct cases *c, const struct mg_expr *condition,
	const struct mg_expr *group, const struct mg_clue *known)
{
	known = mg_clue_add(c->arena, known, condition, mg_known_truth(true));
	if (condition->type != MG_X_CALL || condition->fn != MG_FN_OR) {
		find_cases(c, group, mg_clue_true(c->arena, known, condition));
		return;
	}
	for (size_t i = 0; i < condition->arg_count; i++)
		find_cases(c, group, mg_clue_true(c->arena, known, condition->args[i]));
}

/* Takes the expression apart that gives each row its group. */
static void find_cases(struct cases *c, const struct mg_expr *group, const struct mg_clue *known)
{
	if (group->type == MG_X_NULL) {
		add_case(c, NO_GROUP, known);
	} else if (group->type == MG_X_INTEGER) {
		add_case(c, group->integer, known);
	} else if (group->type == MG_X_CALL && group->fn == MG_FN_IF) {
		find_cases_where(c, group->args[0], group->args[1], known);
		find_cases(c, group->args[2], mg_clue_not_true(c->arena, known, group->args[0]));
	} else {
		c->too_hard = true;
	}
}

static bool cases_of(const struct mg_query *freq, struct mg_arena *arena, struct cases *out)
{
	*out = (struct cases){.arena = arena, .group_count = freq->group_count};
	if (freq->group)
		find_cases(out, freq->group, NULL);
	else
		add_case(out, 0, NULL);
	return !out->too_hard;
}

/* ---- what the rows give to a term ---- */

enum part_kind {
	NOTHING,
	EACH_ROW, /* 1, or a constant */
	STEP,     /* by the formula: how often it holds, or its sum */
};

struct part {
	enum part_kind kind;
	double constant;
	size_t step;
};

static bool is_not_true(const struct mg_known *k)
{
	return k->state == MG_KNOWN_NULL || k->state == MG_KNOWN_NOT_TRUE ||
		(k->state == MG_KNOWN_CONSTANT && k->real == 0);
}

static bool part_of_count(const struct mg_known *k, struct part *out)
{
	*out = (struct part){.kind = NOTHING};
	if (is_not_true(k))
		return true;
	if (k->state != MG_KNOWN_CONSTANT && (k->state != MG_KNOWN_STEP || k->may_null))
		return false;
	*out = (struct part){.kind = k->state == MG_KNOWN_STEP ? STEP : EACH_ROW,
		.constant = 1,
		.step = k->step};
	return k->truth;
}

static bool part_of_sum(const struct mg_known *k, struct part *out)
{
	*out = (struct part){.kind = NOTHING};
	if (k->state == MG_KNOWN_NULL)
		return true;
	if (k->truth || (k->state == MG_KNOWN_CONSTANT && !isfinite(k->real)))
		return false;
	*out = (struct part){.kind = k->state == MG_KNOWN_STEP ? STEP : EACH_ROW,
		.constant = k->real,
		.step = k->step};
	return k->state == MG_KNOWN_CONSTANT || k->state == MG_KNOWN_STEP;
}

/* What rows of which this is known give to the term; false: that cannot be told. */
static bool part_of(const struct mg_term *term, const struct mg_clue *known,
	struct mg_formula *formula, struct part *out)
{
	const struct mg_expr *x = term->expr;
	*out = (struct part){.kind = EACH_ROW, .constant = 1};
	if (x->type != MG_X_CALL)
		return false;
	if (x->fn == MG_FN_COUNT)
		return term->as == MG_CELL_INTEGER;
	if (x->fn != MG_FN_COUNT_IF && x->fn != MG_FN_SUM)
		return false;
	struct mg_known k = mg_fold(known, formula, x->args[0]);
	return x->fn == MG_FN_COUNT_IF ? term->as == MG_CELL_INTEGER && part_of_count(&k, out)
				       : term->as == MG_CELL_REAL && part_of_sum(&k, out);
}

static const struct mg_clue *with_value(struct mg_arena *arena, const struct mg_query *freq,
	const struct mg_clue *known, struct mg_known value)
{
	return mg_clue_add(arena, known, freq->value, value);
}

/* All cases in which a row is in no group must give the same. */
static bool part_of_dropped(const struct cases *cases, const struct mg_term *term,
	struct mg_formula *formula, struct part *out)
{
	bool any = false;
	*out = (struct part){.kind = NOTHING};
	for (size_t i = 0; i < cases->count; i++) {
		struct part part;
		if (cases->list[i].group != NO_GROUP)
			continue;
		if (!part_of(term, cases->list[i].known, formula, &part) || part.kind == STEP ||
			(any && (part.kind != out->kind || part.constant != out->constant)))
			return false;
		*out = part;
		any = true;
	}
	return true;
}

/* ---- does it fit ---- */

static bool same_keys(const struct mg_query *query, const struct mg_query *freq)
{
	return freq->slice ? query->key_count == 1 && query->keys[0].as == MG_CELL_TEXT &&
			mg_x_equal(query->keys[0].expr, freq->slice)
			   : query->key_count == 0;
}

bool mg_terms_fit(const struct mg_query *query, const struct mg_query *freq)
{
	if (query->kind != MG_QUERY_AGGREGATE || !query->fused || freq->kind != MG_QUERY_FREQ ||
		!same_keys(query, freq))
		return false;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct cases cases;
	struct mg_formula formula;
	mg_formula_init(&formula, arena);
	const struct mg_known value = {.state = MG_KNOWN_STEP, .step = MG_FORMULA_VALUE};
	if (!cases_of(freq, arena, &cases))
		return false;
	for (size_t t = 0; t < query->term_count; t++) {
		struct part part;
		if (!part_of_dropped(&cases, &query->terms[t], &formula, &part))
			return false;
		for (size_t i = 0; i < cases.count; i++)
			if (cases.list[i].group != NO_GROUP &&
				!part_of(&query->terms[t],
					with_value(arena, freq, cases.list[i].known, value),
					&formula, &part))
				return false;
	}
	return true;
}

/* ---- adding up ---- */

/* One cell while it is added up. */
struct total {
	int64_t count;
	double sum, lost;
	bool any; /* a row that gave something, 0 included */
};

static void add_sum(struct total *t, double x)
{
	double sum = t->sum + x;
	t->lost += fabs(t->sum) >= fabs(x) ? (t->sum - sum) + x : (x - sum) + t->sum;
	t->sum = sum;
	t->any = true;
}

static void add_rows(struct total *t, const struct mg_term *term, double constant, int64_t rows)
{
	if (rows == 0)
		return;
	if (term->expr->fn == MG_FN_SUM)
		add_sum(t, constant * (double)rows);
	else
		t->count += rows;
}

struct deriving {
	const struct mg_query *query, *freq;
	const struct mg_freq_set *set;
	struct mg_arena *arena;
	const struct cases *cases;
};

/* Rows of one group whose value is NULL or NaN. */
static bool add_odd_rows(const struct deriving *d, const struct rows_case *rows,
	struct mg_known value, int64_t count, struct total *totals)
{
	struct mg_formula unused;
	mg_formula_init(&unused, d->arena);
	const struct mg_clue *known = with_value(d->arena, d->freq, rows->known, value);
	for (size_t t = 0; count && t < d->query->term_count; t++) {
		struct part part;
		const struct mg_term *term = &d->query->terms[t];
		if (!part_of(term, known, &unused, &part) || part.kind == STEP)
			return false;
		if (part.kind == EACH_ROW)
			add_rows(&totals[t], term, part.constant, count);
	}
	return true;
}

/* One table, the rows of one group: terms get what they are worth by constants and by a formula. */
static bool add_table(const struct deriving *d, const struct rows_case *rows,
	const struct mg_freq *table, struct total *totals)
{
	size_t count = d->query->term_count, wanted = 0;
	struct mg_formula formula;
	mg_formula_init(&formula, d->arena);
	struct mg_formula_total *of_steps = mg_alloc_array(d->arena, count, sizeof(*of_steps));
	size_t *terms = mg_alloc_array(d->arena, count, sizeof(*terms));
	const struct mg_clue *known = with_value(d->arena, d->freq, rows->known,
		(struct mg_known){.state = MG_KNOWN_STEP, .step = MG_FORMULA_VALUE});
	for (size_t t = 0; t < count; t++) {
		struct part part;
		const struct mg_term *term = &d->query->terms[t];
		if (!part_of(term, known, &formula, &part))
			return false;
		if (part.kind == EACH_ROW)
			add_rows(&totals[t], term, part.constant, table->rows);
		if (part.kind != STEP)
			continue;
		terms[wanted] = t;
		of_steps[wanted++] = (struct mg_formula_total){
			.step = part.step, .summed = term->expr->fn == MG_FN_SUM};
	}
	if (!wanted || !table->len)
		return true;
	mg_formula_run(&formula, table, of_steps, wanted);
	for (size_t i = 0; i < wanted; i++) {
		if (of_steps[i].summed)
			add_sum(&totals[terms[i]], of_steps[i].sum);
		totals[terms[i]].count += of_steps[i].count;
	}
	return true;
}

static bool add_slice(const struct deriving *d, size_t slice, struct total *totals)
{
	const struct cases *cases = d->cases;
	for (size_t i = 0; i < cases->count; i++) {
		const struct rows_case *rows = &cases->list[i];
		if (rows->group == NO_GROUP)
			continue;
		const struct mg_freq *table =
			&d->set->tables[slice * (size_t)d->freq->group_count + (size_t)rows->group];
		const struct mg_known null = {.state = MG_KNOWN_NULL},
				      nan = {.state = MG_KNOWN_CONSTANT, .real = NAN};
		if (table->hi || !add_table(d, rows, table, totals) ||
			!add_odd_rows(d, rows, null, table->nulls, totals) ||
			!add_odd_rows(d, rows, nan, table->nans, totals))
			return false;
	}
	struct mg_formula unused;
	mg_formula_init(&unused, d->arena);
	for (size_t t = 0; d->freq->group && t < d->query->term_count; t++) {
		struct part part;
		if (!part_of_dropped(cases, &d->query->terms[t], &unused, &part))
			return false;
		if (part.kind == EACH_ROW)
			add_rows(&totals[t], &d->query->terms[t], part.constant,
				d->set->dropped[slice]);
	}
	return true;
}

static bool to_cell(const struct mg_term *term, const struct total *t, struct mg_cell *out)
{
	if (term->expr->fn != MG_FN_SUM)
		*out = (struct mg_cell){.type = MG_CELL_INTEGER, .integer = t->count};
	else if (t->any)
		*out = (struct mg_cell){.type = MG_CELL_REAL, .real = t->sum + t->lost};
	else
		*out = (struct mg_cell){.type = MG_CELL_NULL};
	return out->type != MG_CELL_REAL || isfinite(out->real);
}

bool mg_terms_derive(const struct mg_query *query, const struct mg_query *freq,
	const struct mg_freq_set *set, struct mg_arena *arena, struct mg_table *out)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct cases cases;
	if ((freq->group && !set->dropped) || !cases_of(freq, scratch, &cases))
		return false;
	const struct deriving d = {
		.query = query, .freq = freq, .set = set, .arena = scratch, .cases = &cases};
	size_t keys = query->key_count, width = keys + query->term_count;
	struct mg_cell *cells = mg_alloc_array(arena, set->slice_count * width, sizeof(*cells));
	for (size_t s = 0; s < set->slice_count; s++) {
		struct mg_cell *row = &cells[s * width];
		struct total *totals = mg_alloc_array(scratch, query->term_count, sizeof(*totals));
		if (!add_slice(&d, s, totals))
			return false;
		if (keys && set->slices[s])
			row[0] = (struct mg_cell){
				.type = MG_CELL_TEXT, .text = mg_strdup(arena, set->slices[s])};
		else if (keys)
			row[0] = (struct mg_cell){.type = MG_CELL_NULL};
		for (size_t t = 0; t < query->term_count; t++)
			if (!to_cell(&query->terms[t], &totals[t], &row[keys + t]))
				return false;
	}
	*out = (struct mg_table){.cells = cells, .rows = set->slice_count, .columns = width};
	return true;
}
