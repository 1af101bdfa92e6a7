/* answer.c: asks the engine one query; a fused one that fails is taken apart to find the culprit. */
#include "execute/answer.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "stats/freq.h"

struct
try {
	const struct mg_engine_ops *ops;
	struct mg_session *session;
	const struct mg_query *query;
	struct mg_answer *answer;
	struct mg_error err; /* of the last attempt */
};

static bool gave_up(const struct try *t)
{
	return t->err.code == MG_ECANCELLED || t->err.code == MG_ETIMEOUT;
}

/* Runs terms [from, to) that have no error yet, and puts their columns into the answer's table. */
static int run_terms(struct try *t, size_t from, size_t to)
{
	struct mg_answer *a = t->answer;
	struct mg_query part = *t->query;
	struct mg_term *terms = mg_alloc_array(a->arena, to - from, sizeof(*terms));
	size_t *place = mg_alloc_array(a->arena, to - from, sizeof(*place));
	part.terms = terms;
	part.term_count = 0;
	for (size_t i = from; i < to; i++) {
		if (a->term_errors && a->term_errors[i])
			continue;
		place[part.term_count] = t->query->key_count + i;
		terms[part.term_count++] = t->query->terms[i];
	}
	if (!part.term_count)
		return MG_OK;
	struct mg_table got = {0};
	const char **columns = NULL;
	int code = t->ops->query(t->session, &part, a->arena, &got, &columns, &t->err);
	if (code != MG_OK)
		return code;
	size_t keys = part.key_count, width = keys + t->query->term_count;
	if (!a->table.columns) {
		a->table.columns = width;
		a->table.rows = got.rows;
		struct mg_cell *cells = mg_alloc_array(
			a->arena, got.rows * width + 1, sizeof(*cells));
		for (size_t row = 0; row < got.rows; row++)
			memcpy(&cells[row * width], &got.cells[row * got.columns],
				keys * sizeof(*cells));
		a->table.cells = cells;
	}
	struct mg_cell *cells = (struct mg_cell *)a->table.cells;
	for (size_t row = 0; row < got.rows; row++) {
		const struct mg_cell *from_row = &got.cells[row * got.columns];
		size_t to_row = row;
		if (keys) /* attempts may come back in another order */
			to_row = mg_slice_row(
				&a->table, from_row->type == MG_CELL_NULL ? NULL : from_row->text);
		for (size_t i = 0; to_row < a->table.rows && i < part.term_count; i++)
			cells[to_row * width + place[i]] = from_row[keys + i];
	}
	return MG_OK;
}

static void blame(struct try *t, size_t term)
{
	struct mg_answer *a = t->answer;
	a->term_errors[term] = mg_strdup(a->arena, t->err.text);
}

/* Halves the terms until only the culprits have failed. */
static void bisect(struct try *t, size_t from, size_t to)
{
	if (run_terms(t, from, to) == MG_OK || gave_up(t))
		return;
	if (to - from == 1) {
		blame(t, from);
		return;
	}
	size_t middle = from + (to - from) / 2;
	bisect(t, from, middle);
	if (!gave_up(t))
		bisect(t, middle, to);
}

/* A fused query failed: first find the terms that cannot even be prepared, then bisect. */
static void isolate(struct try *t)
{
	struct mg_answer *a = t->answer;
	size_t count = t->query->term_count;
	a->term_errors = mg_alloc_array(a->arena, count, sizeof(*a->term_errors));
	for (size_t i = 0; i < count; i++) {
		struct mg_query alone = *t->query;
		alone.terms = &t->query->terms[i];
		alone.term_count = 1;
		if (t->ops->prepare(t->session, &alone, &t->err) != MG_OK)
			blame(t, i);
	}
	t->err.code = MG_OK;
	bisect(t, 0, count);
}

static int run_aggregate(struct try *t)
{
	struct mg_answer *a = t->answer;
	const char **columns = NULL;
	a->key_count = t->query->key_count;
	int code = t->ops->query(t->session, t->query, a->arena, &a->table, &columns, &t->err);
	if (code == MG_OK || gave_up(t) || !t->query->fused || t->query->term_count < 2)
		return code;
	a->table = (struct mg_table){0};
	isolate(t);
	return gave_up(t) ? (int)t->err.code : MG_OK; /* the culprits carry their own errors */
}

void mg_answer_count_rows(const struct mg_query *query, struct mg_answer *a)
{
	a->rows_read = -1;
	if (query->kind == MG_QUERY_FREQ) {
		a->rows_read = 0;
		size_t tables = a->freqs.slice_count * (size_t)query->group_count;
		for (size_t i = 0; i < tables; i++) {
			const struct mg_freq *f = &a->freqs.tables[i];
			a->rows_read += f->rows + f->nulls + f->nans;
		}
	} else if (query->kind == MG_QUERY_AGGREGATE) {
		for (size_t i = 0; i < query->term_count; i++) {
			const struct mg_expr *x = query->terms[i].expr;
			if (x->type != MG_X_CALL || x->fn != MG_FN_COUNT)
				continue;
			a->rows_read = 0;
			for (size_t row = 0; row < a->table.rows; row++) {
				size_t at = row * a->table.columns + query->key_count + i;
				a->rows_read += a->table.cells[at].integer;
			}
			return;
		}
	} else if (query->kind == MG_QUERY_KEYS || query->kind == MG_QUERY_ORPHANS) {
		size_t first = query->slice ? 1 : 0;
		a->rows_read = 0;
		for (size_t row = 0; row < a->table.rows; row++)
			a->rows_read += a->table.cells[row * a->table.columns + first].integer;
	}
}

void mg_answer_query(const struct mg_engine_ops *ops, struct mg_pool *pool,
	struct mg_session *session, size_t worker, const struct mg_query *query,
	struct mg_answer *a)
{
	struct try t = {.ops = ops, .session = session, .query = query, .answer = a};
	double began = mg_clock_ticks();
	const char **columns = NULL;
	int code;
	a->arena = mg_arena_new();
	a->rows_read = -1;
	if (query->kind == MG_QUERY_FREQ)
		code = ops->freq(
			session, query, NULL, 0, MG_FREQ_ENTRIES, a->arena, &a->freqs, &t.err);
	else if (query->kind == MG_QUERY_AGGREGATE)
		code = run_aggregate(&t);
	else
		code = ops->query(session, query, a->arena, &a->table, &columns, &t.err);
	a->seconds = mg_clock_ticks() - began;
	if (code != MG_OK && gave_up(&t))
		a->error = mg_printf(a->arena, "not measured: %s", mg_pool_reason(pool, worker));
	else if (code != MG_OK)
		a->error = mg_strdup(a->arena, t.err.text);
	else
		mg_answer_count_rows(query, a);
}
