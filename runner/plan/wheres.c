/* wheres.c: queries that differ in their conditions alone are answered by one read of the rows. */
#include "plan/wheres.h"

#include <stdint.h>

#include "base/arena.h"

/* FEWEST: below that, reading only what a condition keeps is as quick. MOST: parts may make 2^MOST groups,
 * as many as an engine returns. CELLS: what it returns of all of them. */
enum { FEWEST = 4, MOST = 13, CELLS = 1000000 };
_Static_assert(1 << MOST <= MG_SLICES_MAX, "an engine returns no more groups than that");

struct joined {
	const struct mg_query *parts[MOST];
	size_t part_count;
	struct mg_query query;
	struct joined *next; /* of the same data */
};

bool mg_source_same(const struct mg_source *a, const struct mg_source *b)
{
	if (a->data != b->data || a->where_count != b->where_count || a->whole != b->whole)
		return false;
	for (size_t i = 0; i < a->where_count; i++)
		if (!mg_x_equal(a->where[i], b->where[i]))
			return false;
	return true;
}

bool mg_term_adds_up(const struct mg_term *term)
{
	if (term->expr->type != MG_X_CALL)
		return false;
	switch (term->expr->fn) {
	case MG_FN_COUNT:
	case MG_FN_COUNT_IF:
	case MG_FN_SUM:
	case MG_FN_MIN:
	case MG_FN_MAX:
		return true;
	default:
		return false;
	}
}

size_t mg_term_find(const struct mg_query *query, const struct mg_term *term)
{
	for (size_t i = 0; i < query->term_count; i++)
		if (query->terms[i].as == term->as && mg_x_equal(query->terms[i].expr, term->expr))
			return i;
	return SIZE_MAX;
}

/* One with a time limit keeps its own statement: that can only be stopped whole. */
static bool may_join(const struct mg_query *q)
{
	if (q->kind != MG_QUERY_AGGREGATE || !q->fused || q->key_count || !q->source.where_count ||
		q->source.whole || q->timeout_seconds > 0)
		return false;
	for (size_t i = 0; i < q->term_count; i++)
		if (!mg_term_adds_up(&q->terms[i]))
			return false;
	return true;
}

/* Takes the query as one more part; false when that would grow too wide. */
static bool add_part(struct mg_arena *arena, struct joined *j, const struct mg_query *part)
{
	struct mg_query *all = &j->query;
	if (j->part_count == MOST)
		return false;
	size_t before = all->term_count;
	struct mg_term *terms = (struct mg_term *)(uintptr_t)all->terms;
	for (size_t i = 0; i < part->term_count; i++) {
		if (mg_term_find(all, &part->terms[i]) != SIZE_MAX)
			continue;
		terms = mg_grow(arena, terms, all->term_count, &all->term_capacity, sizeof(*terms));
		terms[all->term_count++] = part->terms[i];
		all->terms = terms;
	}
	size_t cells = ((size_t)2 << j->part_count) * (all->term_count + 1);
	if (j->part_count && (all->term_count > MG_TERMS_MOST || cells > CELLS)) {
		all->term_count = before;
		return false;
	}
	j->parts[j->part_count++] = part;
	return true;
}

/* 2^i where the part's condition holds; 0 where it does not, or is NULL. */
static const struct mg_expr *bit_of(struct mg_arena *a, const struct mg_query *part, size_t i)
{
	const struct mg_source *source = &part->source;
	const struct mg_expr *holds = source->where_count == 1
		? source->where[0]
		: mg_x_list(a, MG_FN_AND, source->where, source->where_count);
	return mg_if(a, holds, mg_x_integer(a, (int64_t)1 << i), mg_x_integer(a, 0));
}

static void add_query(struct mg_merge *m, struct joined *j)
{
	struct mg_arena *a = m->arena;
	if (j->part_count < FEWEST)
		return;
	const struct mg_expr *key = bit_of(a, j->parts[0], 0);
	for (size_t i = 1; i < j->part_count; i++)
		key = mg_x_call(a, MG_FN_ADD, 2, key, bit_of(a, j->parts[i], i));
	struct mg_term *keys = mg_alloc(a, sizeof(*keys));
	*keys = (struct mg_term){.expr = key, .as = MG_CELL_INTEGER};
	j->query.kind = MG_QUERY_AGGREGATE;
	j->query.source.data = j->parts[0]->source.data;
	j->query.keys = keys;
	j->query.key_count = 1;
	j->query.parts = j->parts;
	j->query.part_count = j->part_count;
	struct mg_plan *plan = m->plan;
	plan->queries = mg_grow(
		a, plan->queries, plan->query_count, &plan->query_capacity, sizeof(*plan->queries));
	plan->queries[plan->query_count++] = &j->query;
}

void mg_wheres_join(struct mg_merge *m)
{
	const struct mg_plan *plan = m->plan;
	struct mg_map open; /* by data: the one that takes more parts, and those before it */
	mg_map_init(&open, m->arena);
	for (size_t q = 0, count = plan->query_count; q < count; q++) {
		const struct mg_query *query = plan->queries[q];
		if (!may_join(query))
			continue;
		struct joined *last = mg_map_get(&open, query->source.data->name);
		if (last && add_part(m->arena, last, query))
			continue;
		struct joined *fresh = mg_alloc(m->arena, sizeof(*fresh));
		fresh->next = last;
		add_part(m->arena, fresh, query);
		mg_map_put(&open, query->source.data->name, fresh);
	}
	for (size_t i = 0; i < open.count; i++)
		for (struct joined *j = open.entries[i].value; j; j = j->next)
			add_query(m, j);
}
