/* merge.c: finds what is asked already by a text of it in which nothing is left out. */
#include "plan/merge.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

/* Queries over the same rows, in order; the last one may take more columns. */
struct fused {
	size_t *queries;
	size_t count, capacity;
	size_t columns;      /* of the last one */
	struct mg_map homes; /* column -> the last query that has terms of it */
};

/* ---- texts ---- */

/* Lengths keep texts apart, whatever is in them. */
static void write_text(struct mg_text *out, const char *s)
{
	if (s)
		mg_text_addf(out, "%zu:%s", strlen(s), s);
	else
		mg_text_add_char(out, '-');
}

static void write_expr(struct mg_text *out, const struct mg_expr *x)
{
	if (!x) {
		mg_text_add_char(out, '-');
		return;
	}
	mg_text_addf(out, "(%d ", (int)x->type);
	switch (x->type) {
	case MG_X_NULL:
		break;
	case MG_X_COLUMN: /* no two columns differ in case only, but for ambiguous ones */
		write_text(out, mg_lower(out->arena, x->text));
		break;
	case MG_X_REAL:
		mg_text_addf(out, "%a", x->real);
		break;
	case MG_X_INTEGER:
	case MG_X_BOOL:
		mg_text_addf(out, "%" PRId64, x->integer);
		break;
	case MG_X_NUMBER:
		write_text(out, x->text);
		write_text(out, x->sql_type);
		break;
	case MG_X_TEXT:
	case MG_X_SQL:
		write_text(out, x->text);
		break;
	case MG_X_CALL:
		mg_text_addf(out, "%d", (int)x->fn);
		for (size_t i = 0; i < x->arg_count; i++)
			write_expr(out, x->args[i]);
		break;
	}
	mg_text_add_char(out, ')');
}

static void write_term(struct mg_text *out, const struct mg_term *term)
{
	mg_text_addf(out, "%d", (int)term->as);
	write_expr(out, term->expr);
}

static void write_terms(struct mg_text *out, const struct mg_term *terms, size_t count)
{
	mg_text_addf(out, "%zu[", count);
	for (size_t i = 0; i < count; i++)
		write_term(out, &terms[i]);
	mg_text_add_char(out, ']');
}

static void write_source(struct mg_text *out, const struct mg_source *source)
{
	write_text(out, source->data ? source->data->name : NULL);
	mg_text_addf(out, "%d,%zu", (int)source->whole, source->where_count);
	for (size_t i = 0; i < source->where_count; i++)
		write_expr(out, source->where[i]);
}

static void write_query(struct mg_text *out, const struct mg_query *q)
{
	mg_text_addf(out, "%d,%d,%d,%a,%d", (int)q->kind, (int)q->nulls_equal, (int)q->keys_repeat,
		q->timeout_seconds, q->group_count);
	write_source(out, &q->source);
	write_terms(out, q->keys, q->key_count);
	write_terms(out, q->terms, q->term_count);
	write_source(out, &q->other);
	write_expr(out, q->other_key);
	write_text(out, q->sql);
	write_expr(out, q->value);
	write_expr(out, q->group);
	write_expr(out, q->slice);
	if (q->with)
		write_query(out, q->with);
}

/* ---- merging ---- */

void mg_merge_init(struct mg_merge *m, struct mg_arena *arena, struct mg_plan *plan)
{
	*m = (struct mg_merge){.arena = arena, .plan = plan};
	mg_map_init(&m->queries, arena);
	mg_map_init(&m->fused, arena);
	mg_map_init(&m->terms, arena);
}

static size_t add_query(struct mg_merge *m, const struct mg_query *query)
{
	struct mg_plan *plan = m->plan;
	plan->queries = mg_grow(m->arena, plan->queries, plan->query_count, &plan->query_capacity,
		sizeof(*plan->queries));
	struct mg_query *copy = mg_alloc(m->arena, sizeof(*copy));
	*copy = *query;
	plan->queries[plan->query_count] = copy;
	return plan->query_count++;
}

size_t mg_merge_query(struct mg_merge *m, const struct mg_query *query)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_text key;
	mg_text_init(&key, scratch);
	write_query(&key, query);
	size_t *known = mg_map_get(&m->queries, key.data);
	if (known)
		return *known;
	known = mg_alloc(m->arena, sizeof(*known));
	*known = add_query(m, query);
	mg_map_put(&m->queries, key.data, known);
	return *known;
}

static size_t add_term(struct mg_merge *m, struct mg_query *query, const struct mg_term *term)
{
	struct mg_term *terms = mg_grow(m->arena, (void *)(uintptr_t)query->terms,
		query->term_count, &query->term_capacity, sizeof(*terms));
	terms[query->term_count] = *term;
	query->terms = terms;
	return query->term_count++;
}

/* The first column that an expression reads, or NULL. */
static const char *column_of(const struct mg_expr *x)
{
	if (x->type == MG_X_COLUMN)
		return x->text;
	const char *found = NULL;
	for (size_t i = 0; x->type == MG_X_CALL && i < x->arg_count && !found; i++)
		found = column_of(x->args[i]);
	return found;
}

static size_t next_query(struct mg_merge *m, struct fused *fused, const struct mg_query *rows)
{
	const struct mg_term count = {.expr = mg_count_all(m->arena), .as = MG_CELL_INTEGER};
	fused->queries = mg_grow(
		m->arena, fused->queries, fused->count, &fused->capacity, sizeof(*fused->queries));
	size_t query = add_query(m, rows);
	m->plan->queries[query]->fused = true;
	add_term(m, m->plan->queries[query], &count);
	fused->columns = 0;
	return fused->queries[fused->count++] = query;
}

/* The query that takes one more term: that which reads its column already, while it is not too wide. */
static size_t open_query(
	struct mg_merge *m, struct fused *fused, const struct mg_query *rows, const char *column)
{
	size_t most = rows->key_count ? MG_TERMS_MOST_OF_SLICES : MG_TERMS_MOST;
	const char *key = column ? mg_lower(m->arena, column) : NULL;
	size_t *home = key ? mg_map_get(&fused->homes, key) : NULL;
	if (home && m->plan->queries[*home]->term_count < most)
		return *home;
	size_t query = fused->queries[fused->count - 1];
	if (m->plan->queries[query]->term_count >= most ||
		(key && fused->columns >= MG_COLUMNS_MOST))
		query = next_query(m, fused, rows);
	if (!key)
		return query;
	fused->columns++;
	if (!home) {
		home = mg_alloc(m->arena, sizeof(*home));
		mg_map_put(&fused->homes, key, home);
	}
	return *home = query;
}

struct mg_place mg_merge_term(
	struct mg_merge *m, const struct mg_query *rows, const struct mg_term *term)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_text key;
	mg_text_init(&key, scratch);
	write_query(&key, rows);
	struct fused *fused = mg_map_get(&m->fused, key.data);
	if (!fused) {
		fused = mg_alloc(m->arena, sizeof(*fused));
		mg_map_init(&fused->homes, m->arena);
		mg_map_put(&m->fused, key.data, fused);
		next_query(m, fused, rows);
	}
	if (term->as == MG_CELL_INTEGER && term->expr->type == MG_X_CALL &&
		term->expr->fn == MG_FN_COUNT)
		return (struct mg_place){.query = fused->queries[0], .term = 0};
	mg_text_add_char(&key, ':');
	write_term(&key, term);
	struct mg_place *known = mg_map_get(&m->terms, key.data);
	if (!known) {
		known = mg_alloc(m->arena, sizeof(*known));
		known->query = open_query(m, fused, rows, column_of(term->expr));
		known->term = add_term(m, m->plan->queries[known->query], term);
		mg_map_put(&m->terms, key.data, known);
	}
	return *known;
}
