/* keys_parts.c: queries about keys whose groups take more memory than there is, asked for some of the keys
 * at a time.
 *
 * Equal keys have equal hashes, so all rows of a key are in one part, and what is counted of the parts adds
 * up. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/duckdb/keys.h"

const struct mg_expr *mg_key_grouped(struct mg_arena *a, const struct mg_term *key)
{
	return key->as == MG_CELL_TEXT    ? mg_as_text(a, key->expr)
		: key->as == MG_CELL_REAL ? mg_as_real(a, key->expr)
					  : key->expr;
}

const struct mg_expr *mg_key_seen(struct mg_arena *a, const struct mg_key_run *run,
	const struct mg_expr *const *key, size_t count)
{
	const struct mg_expr **args = mg_alloc_array(a, count + 1, sizeof(*args));
	args[0] = mg_x_integer(a, (int64_t)run->ticket.number);
	for (size_t i = 0; i < count; i++)
		args[i + 1] = key[i];
	return mg_x_list(a, MG_FN_KEY_SEEN, args, count + 1);
}

void mg_key_narrow(struct mg_arena *a, struct mg_source *source, const struct mg_expr *condition)
{
	size_t count = source->where_count;
	const struct mg_expr **where = mg_alloc_array(a, count + 1, sizeof(*where));
	for (size_t i = 0; i < count; i++)
		where[i] = source->where[i];
	where[count] = condition;
	source->where = where;
	source->where_count = count + 1;
}

int mg_key_parts_ask(
	struct mg_session *session, const struct mg_key_parts *parts, struct mg_error *err)
{
	size_t step = parts->step;
	for (size_t from = parts->first; from < parts->end;) {
		MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
		struct mg_error failed = {0};
		struct mg_table table;
		size_t count = parts->end - from < step ? parts->end - from : step;
		struct mg_key_run run = {.engine = session->engine,
			.tells = true,
			.repeated = parts->repeated,
			.first = from,
			.end = from + count};
		mg_key_run_start(&run);
		const struct mg_query query = parts->narrowed(scratch, &run, parts->query);
		int code = mg_duckdb_query(session, &query, scratch, &table, NULL, &failed);
		mg_key_run_end(&run);
		if (code == MG_EMEMORY && count > 1) {
			step = (count + 1) / 2;
			continue;
		}
		if (code != MG_OK)
			return mg_fail(err, code, "%s", failed.text);
		parts->add(parts->context, &table);
		from += count;
	}
	return MG_OK;
}

/* ---- answers that are sums of those of the parts ---- */

/* What was added so far: rows of `keys` texts (one or none), of a number of rows, and of other counts. */
struct sum {
	struct mg_arena *arena;
	size_t keys, columns;
	struct mg_cell *cells;
	size_t rows, sorted, capacity; /* sorted: so many are */
};

/* As the engine orders them. */
static int by_key(const void *x, const void *y)
{
	const struct mg_cell *a = x, *b = y;
	if (a->type == MG_CELL_NULL || b->type == MG_CELL_NULL)
		return (b->type == MG_CELL_NULL) - (a->type == MG_CELL_NULL);
	return strcmp(a->text, b->text);
}

static struct mg_cell *find_row(const struct sum *sum, const struct mg_cell *row)
{
	if (sum->keys == 0)
		return sum->rows ? sum->cells : NULL;
	return sum->sorted
		? bsearch(row, sum->cells, sum->sorted, sum->columns * sizeof(*row), by_key)
		: NULL;
}

static void add_row(struct sum *sum, const struct mg_cell *row)
{
	struct mg_cell *to = find_row(sum, row);
	if (to) {
		for (size_t i = sum->keys; i < sum->columns; i++)
			to[i].integer += row[i].integer;
		return;
	}
	sum->cells = mg_grow(
		sum->arena, sum->cells, sum->rows, &sum->capacity, sum->columns * sizeof(*row));
	to = sum->cells + sum->rows++ * sum->columns;
	memcpy(to, row, sum->columns * sizeof(*row));
	for (size_t i = 0; i < sum->keys; i++)
		to[i].text = mg_strdup(sum->arena, row[i].text);
}

static void add_part(void *context, const struct mg_table *part)
{
	struct sum *sum = context;
	sum->columns = part->columns;
	for (size_t r = 0; r < part->rows; r++)
		add_row(sum, part->cells + r * part->columns);
	if (sum->keys && sum->rows)
		qsort(sum->cells, sum->rows, sum->columns * sizeof(*sum->cells), by_key);
	sum->sorted = sum->rows;
}

static bool is_distinct(const struct mg_term *term)
{
	return term->expr->type == MG_X_CALL && term->expr->fn == MG_FN_COUNT_DISTINCT;
}

/* A key of two sides, whose types may differ where their values do not. */
static const struct mg_expr *compared(
	struct mg_arena *a, const struct mg_expr *x, enum mg_cell_type as)
{
	return as == MG_CELL_REAL ? mg_as_real(a, x) : mg_as_text(a, x);
}

/* The query of those rows alone whose keys are in the run's parts. */
static struct mg_query of_parts(
	struct mg_arena *a, const struct mg_key_run *run, const struct mg_query *query)
{
	struct mg_query part = *query;
	const struct mg_expr **key = mg_alloc_array(a, query->key_count + 1, sizeof(*key));
	size_t count = 0;
	if (query->kind == MG_QUERY_KEYS) {
		while (count < query->key_count) {
			key[count] = mg_key_grouped(a, &query->keys[count]);
			count++;
		}
	} else if (query->kind == MG_QUERY_ORPHANS) {
		const struct mg_expr *other = compared(a, query->other_key, query->keys[0].as);
		key[count++] = compared(a, query->keys[0].expr, query->keys[0].as);
		mg_key_narrow(a, &part.other, mg_key_seen(a, run, &other, 1));
	} else {
		key[count++] = query->terms[1].expr->args[0];
	}
	mg_key_narrow(a, &part.source, mg_key_seen(a, run, key, count));
	return part;
}

static int fail_unsteady(const struct mg_query *query, struct mg_error *err)
{
	return mg_fail(err, MG_EENGINE,
		"data '%s' gives other rows each time it is read, and there is not enough memory "
		"to read it once; give the run more by --memory",
		query->source.data->name);
}

/* All parts together must have the rows that there are: else they saw others each time. */
static int check_rows(struct mg_session *session, const struct mg_query *query,
	const struct sum *sum, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const struct mg_term slice = {query->slice, MG_CELL_TEXT};
	const struct mg_term rows = {mg_count_all(scratch), MG_CELL_INTEGER};
	const struct mg_query count = {.kind = MG_QUERY_AGGREGATE,
		.source = query->source,
		.keys = query->slice ? &slice : query->keys,
		.key_count = sum->keys,
		.terms = &rows,
		.term_count = 1};
	struct mg_table table;
	MG_TRY(mg_duckdb_query(session, &count, scratch, &table, NULL, err));
	bool same = table.rows == sum->rows;
	for (size_t r = 0; same && r < table.rows; r++) {
		const struct mg_cell *row = table.cells + r * table.columns;
		const struct mg_cell *added = sum->cells + r * sum->columns;
		same = (sum->keys == 0 || by_key(row, added) == 0) &&
			row[sum->keys].integer == added[sum->keys].integer;
	}
	return same ? MG_OK : fail_unsteady(query, err);
}

static int add_up(struct mg_session *session, const struct mg_query *query, size_t keys,
	struct mg_arena *arena, struct mg_table *out, struct mg_error *err)
{
	struct sum sum = {.arena = arena, .keys = keys};
	const struct mg_key_parts parts = {.query = query,
		.narrowed = of_parts,
		.end = MG_KEY_PARTS,
		.step = MG_KEY_PARTS / 2,
		.add = add_part,
		.context = &sum};
	MG_TRY(mg_key_parts_ask(session, &parts, err));
	MG_TRY(check_rows(session, query, &sum, err));
	*out = (struct mg_table){.cells = sum.cells, .rows = sum.rows, .columns = sum.columns};
	return MG_OK;
}

/* ---- aggregates ---- */

/* All terms but the counts of different values at once, then those one by one. Rows have one order. */
static int aggregate(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, struct mg_error *err)
{
	struct mg_query some = *query;
	struct mg_term *terms = mg_alloc_array(arena, query->term_count, sizeof(*terms));
	const struct mg_term rows = {mg_count_all(arena), MG_CELL_INTEGER};
	for (size_t i = 0; i < query->term_count; i++)
		terms[i] = is_distinct(&query->terms[i]) ? rows : query->terms[i];
	some.terms = terms;
	MG_TRY(mg_duckdb_query(session, &some, arena, out, NULL, err));
	some.term_count = 2;
	for (size_t i = 0; i < query->term_count; i++) {
		const struct mg_term pair[] = {rows, query->terms[i]};
		struct mg_table one;
		if (!is_distinct(&pair[1]))
			continue;
		some.terms = pair;
		MG_TRY(add_up(session, &some, query->key_count, arena, &one, err));
		if (one.rows != out->rows)
			return fail_unsteady(query, err);
		struct mg_cell *to = (struct mg_cell *)out->cells + query->key_count + i;
		for (size_t r = 0; r < out->rows; r++)
			to[r * out->columns] = one.cells[(r + 1) * one.columns - 1];
	}
	return MG_OK;
}

bool mg_duckdb_has_parts(const struct mg_query *query)
{
	bool distinct = false;
	for (size_t i = 0; i < query->term_count; i++)
		distinct |= is_distinct(&query->terms[i]);
	return query->kind == MG_QUERY_KEYS || query->kind == MG_QUERY_ORPHANS ||
		(query->kind == MG_QUERY_AGGREGATE && distinct && query->key_count <= 1 &&
			(query->key_count == 0 || query->keys[0].as == MG_CELL_TEXT));
}

int mg_duckdb_query_in_parts(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err)
{
	bool aggregates = query->kind == MG_QUERY_AGGREGATE;
	size_t keys = aggregates ? query->key_count : query->slice ? 1 : 0;
	assert(mg_duckdb_has_parts(query));
	if (aggregates)
		MG_TRY(aggregate(session, query, arena, out, err));
	else
		MG_TRY(add_up(session, query, keys, arena, out, err));
	if (!out_columns)
		return MG_OK;
	*out_columns = mg_alloc_array(arena, out->columns, sizeof(**out_columns));
	for (size_t i = 0; i < out->columns; i++)
		(*out_columns)[i] = i >= keys ? mg_printf(arena, "a%zu", i - keys)
			: aggregates          ? "k0"
					      : "s";
	return MG_OK;
}
