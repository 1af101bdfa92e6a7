/* keys.c: which keys occur more than once: hashes of all are looked at first, so that only keys whose
 * hash comes again are grouped and compared by value.
 *
 * Equal keys have equal hashes, so a key whose hash occurs once occurs once. Different keys that
 * happen to have one hash cost time, but never change the answer. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "engine/duckdb/keys.h"
#include "engine/sql/dialect.h"

enum {
	BYTES_A_GROUP = 128,      /* about, of short keys */
	MOST_REMEMBERED = 1 << 20 /* hashes */
};

/* ---- queries ---- */

/* Shows the row's key, with its slice, to the run; NULL for keys that do not count. */
static const struct mg_expr *seen_by(
	struct mg_arena *a, const struct mg_key_run *run, const struct mg_query *query)
{
	const struct mg_expr **key = mg_alloc_array(a, query->key_count + 1, sizeof(*key));
	const struct mg_expr **whole = mg_alloc_array(a, query->key_count, sizeof(*whole));
	size_t count = 0;
	for (size_t i = 0; i < query->key_count; i++) {
		key[count++] = mg_key_grouped(a, &query->keys[i]);
		whole[i] = mg_not(a, mg_is_null(a, query->keys[i].expr));
	}
	if (query->slice)
		key[count++] = mg_as_text(a, query->slice);
	const struct mg_expr *seen = mg_key_seen(a, run, key, count);
	if (query->nulls_equal)
		return seen;
	return mg_if(a, mg_x_list(a, MG_FN_AND, whole, query->key_count), seen, mg_x_null(a));
}

enum { ROWS, NULLS, SEEN };

/* Of each slice: rows, those with a NULL in their key, hashes that were shown to the run. */
static int show_all(struct mg_session *session, const struct mg_key_run *run,
	const struct mg_query *query, struct mg_arena *a, struct mg_table *out,
	struct mg_error *err)
{
	const struct mg_expr **nulls = mg_alloc_array(a, query->key_count, sizeof(*nulls));
	for (size_t i = 0; i < query->key_count; i++)
		nulls[i] = mg_is_null(a, query->keys[i].expr);
	const struct mg_term slice = {query->slice, MG_CELL_TEXT};
	const struct mg_term terms[] = {
		[ROWS] = {mg_count_all(a), MG_CELL_INTEGER},
		[NULLS] = {mg_count_if(a, mg_x_list(a, MG_FN_OR, nulls, query->key_count)),
			MG_CELL_INTEGER},
		[SEEN] = {mg_count_if(a, seen_by(a, run, query)), MG_CELL_INTEGER},
	};
	const struct mg_query all = {.kind = MG_QUERY_AGGREGATE,
		.source = query->source,
		.keys = &slice,
		.key_count = query->slice ? 1 : 0,
		.terms = terms,
		.term_count = sizeof(terms) / sizeof(*terms)};
	return mg_duckdb_query(session, &all, a, out, NULL, err);
}

/* The query of those rows only whose hash is a repeated one. */
static struct mg_query repeated_only(
	struct mg_arena *a, const struct mg_key_run *run, const struct mg_query *query)
{
	struct mg_query part = *query;
	mg_key_narrow(a, &part.source, seen_by(a, run, query));
	return part;
}

/* The query itself, of rows whose hash is in the set. */
static int query_repeated(struct mg_session *session, const struct mg_query *query,
	const struct mg_key_set *set, struct mg_arena *arena, struct mg_table *out,
	const char ***out_columns, struct mg_error *err)
{
	struct mg_key_run run = {
		.engine = session->engine, .tells = true, .repeated = set, .end = MG_KEY_PARTS};
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	mg_key_run_start(&run);
	const struct mg_query part = repeated_only(scratch, &run, query);
	int code = mg_duckdb_query(session, &part, arena, out, out_columns, err);
	mg_key_run_end(&run);
	return code;
}

/* ---- what is known of keys, for the sample that may follow ---- */

struct mg_repeated {
	struct mg_repeated *next;
	char *sql; /* of the KEYS query */
	struct mg_key_set set;
};

static char *sql_of(const struct mg_query *query, struct mg_arena *arena)
{
	struct mg_query keys = *query;
	char *sql = NULL;
	keys.kind = MG_QUERY_KEYS;
	return mg_dialect_sql(&mg_dialect_duckdb, &keys, arena, &sql, NULL) == MG_OK ? sql : NULL;
}

/* Takes the set over. */
static void remember(struct mg_engine *engine, const struct mg_query *query, struct mg_key_set *set)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const char *sql = sql_of(query, scratch);
	if (set->count == 0 || set->count > MOST_REMEMBERED || !sql) {
		mg_key_set_done(set);
		return;
	}
	struct mg_repeated *one = mg_zeroed(1, sizeof(*one));
	one->sql = mg_zeroed(strlen(sql) + 1, 1);
	memcpy(one->sql, sql, strlen(sql));
	one->set = *set;
	pthread_mutex_lock(&engine->runs_lock);
	one->next = engine->repeated;
	engine->repeated = one;
	pthread_mutex_unlock(&engine->runs_lock);
}

static const struct mg_key_set *recall(struct mg_engine *engine, const struct mg_query *query)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const char *sql = sql_of(query, scratch);
	pthread_mutex_lock(&engine->runs_lock);
	const struct mg_repeated *one = engine->repeated;
	while (one && !mg_streq(one->sql, sql))
		one = one->next;
	pthread_mutex_unlock(&engine->runs_lock);
	return one ? &one->set : NULL;
}

void mg_duckdb_keys_done(struct mg_engine *engine)
{
	while (engine->repeated) {
		struct mg_repeated *one = engine->repeated;
		engine->repeated = one->next;
		mg_key_set_done(&one->set);
		free(one->sql);
		free(one);
	}
}

/* ---- counting ---- */

/* The columns of KEYS, after the slice. */
enum { KEYS_ROWS, KEYS_NULLS, KEYS_DISTINCT, KEYS_REPEATED, KEYS_COLUMNS };

/* The answer while it is put together. */
struct count {
	struct mg_session *session;
	const struct mg_query *query;
	struct mg_arena *arena;
	size_t key;            /* 1 with a slice */
	struct mg_cell *cells; /* rows of the answer; NULL: none yet */
	size_t rows;
	size_t by_value; /* rows that were compared by value */
	bool unsteady;   /* the rows are others each time, or there is no point in hashes */
};

static struct mg_cell *row_of(const struct count *c, size_t row)
{
	return c->cells + row * (c->key + KEYS_COLUMNS) + c->key;
}

/* What was counted of all keys: each as different as its hash is. */
static void begin_answer(struct count *c, const struct mg_table *all)
{
	c->rows = all->rows;
	c->cells = mg_alloc_array(
		c->arena, all->rows * (c->key + KEYS_COLUMNS) + 1, sizeof(*c->cells));
	for (size_t r = 0; r < all->rows; r++) {
		const struct mg_cell *from = all->cells + r * all->columns;
		struct mg_cell *to = row_of(c, r);
		if (c->key)
			to[-1] = from[0];
		to[KEYS_ROWS] = from[c->key + ROWS];
		to[KEYS_NULLS] = from[c->key + NULLS];
		to[KEYS_DISTINCT] = from[c->key + SEEN];
		to[KEYS_REPEATED] = (struct mg_cell){.type = MG_CELL_INTEGER};
	}
}

/* Puts what was counted by value in the place of what was counted by hash. Slices come in one order;
 * those without repeated hashes are not in `part`. Returns the rows that it was counted of. */
static size_t correct_answer(struct count *c, const struct mg_table *part)
{
	size_t rows = 0, at = 0;
	for (size_t r = 0; r < part->rows; r++) {
		const struct mg_cell *from = part->cells + r * part->columns;
		while (c->key && at < c->rows && !mg_streq(row_of(c, at)[-1].text, from[0].text))
			at++;
		if (at == c->rows)
			return SIZE_MAX;
		struct mg_cell *to = row_of(c, at);
		from += c->key;
		to[KEYS_DISTINCT].integer += from[KEYS_DISTINCT].integer - from[KEYS_ROWS].integer;
		to[KEYS_REPEATED].integer += from[KEYS_REPEATED].integer;
		rows += (size_t)from[KEYS_ROWS].integer;
	}
	return rows;
}

static void add_by_value(void *context, const struct mg_table *answer)
{
	struct count *c = context;
	size_t rows = correct_answer(c, answer);
	c->unsteady |= rows == SIZE_MAX;
	c->by_value += rows;
}

/* Groups and compares the keys whose hash is in the set, in as many passes as memory wants. */
static int count_by_value(struct count *c, const struct mg_key_set *set, size_t first, size_t end,
	struct mg_error *err)
{
	uint64_t most = c->session->engine->memory_bytes / 4 / BYTES_A_GROUP + 1;
	size_t passes = set->count / most + 1;
	const struct mg_key_parts parts = {.query = c->query,
		.narrowed = repeated_only,
		.repeated = set,
		.first = first,
		.end = end,
		.step = (end - first + passes - 1) / passes,
		.add = add_by_value,
		.context = c};
	c->by_value = 0;
	MG_TRY(mg_key_parts_ask(c->session, &parts, err));
	c->unsteady |= c->by_value != set->rows;
	return MG_OK;
}

/* Every hash must have come by: a guard against an optimizer that knows better. */
static int check_seen(const struct mg_key_run *run, const struct count *c,
	const struct mg_table *all, struct mg_error *err)
{
	int64_t counted = 0, seen = 0;
	for (size_t r = 0; r < all->rows; r++)
		counted += all->cells[r * all->columns + c->key + SEEN].integer;
	for (const struct mg_key_sink *s = run->sinks; s; s = s->next)
		seen += (int64_t)s->seen;
	if (counted != seen)
		return mg_fail(err, MG_EENGINE, "DuckDB counted %lld keys but handed over %lld",
			(long long)counted, (long long)seen);
	return MG_OK;
}

/* A first or a further pass over all rows: must find what the first one found. */
static void check_steady(struct count *c, const struct mg_table *all)
{
	c->unsteady |= all->rows != c->rows;
	for (size_t r = 0; r < all->rows && !c->unsteady; r++)
		c->unsteady |= all->cells[r * all->columns + c->key + ROWS].integer !=
			row_of(c, r)[KEYS_ROWS].integer;
}

/* Shows all keys to the run, and finds the repeated hashes of its parts, up to *out_end. */
static int find_repeated(struct count *c, struct mg_key_run *run, struct mg_key_set *out,
	size_t *out_end, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_session *session = c->session;
	struct mg_table all;
	MG_TRY(show_all(session, run, c->query, c->cells ? scratch : c->arena, &all, err));
	MG_TRY(check_seen(run, c, &all, err));
	if (c->cells)
		check_steady(c, &all);
	else
		begin_answer(c, &all);
	size_t count = 0;
	for (struct mg_key_sink *s = run->sinks; s; s = s->next)
		count++;
	struct mg_key_list **lists = mg_alloc_array(scratch, count, sizeof(*lists));
	*out_end = atomic_load(&run->end);
	count = 0;
	for (struct mg_key_sink *s = run->sinks; s; s = s->next) {
		mg_key_list_narrow(&s->list, *out_end);
		lists[count++] = &s->list;
	}
	mg_key_lists_repeated(lists, count, session->engine->threads, &session->cancelled, out);
	if (!atomic_load(&session->cancelled))
		return MG_OK;
	mg_key_set_done(out);
	return mg_fail(err, MG_ECANCELLED, "the query was stopped");
}

/* Counts the keys of the parts from *first on, as many of them as memory holds. */
static int count_parts(struct count *c, size_t *first, struct mg_error *err)
{
	struct mg_key_run run = {
		.engine = c->session->engine, .first = *first, .end = MG_KEY_PARTS};
	struct mg_key_set set = {0};
	size_t end = 0;
	mg_key_run_start(&run);
	int code = find_repeated(c, &run, &set, &end, err);
	c->unsteady |= atomic_load(&run.pointless);
	mg_key_run_end(&run);
	if (code != MG_OK && c->unsteady)
		return atomic_load(&c->session->cancelled) ? code : MG_OK;
	MG_TRY(code);
	if (set.count && !c->unsteady)
		code = count_by_value(c, &set, *first, end, err);
	if (code == MG_OK && !c->unsteady && end - *first == MG_KEY_PARTS)
		remember(c->session->engine, c->query, &set);
	else
		mg_key_set_done(&set);
	*first = end;
	return code;
}

static int count_keys(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err)
{
	static const char *columns[] = {"s", "a0", "a1", "a2", "a3"};
	struct count c = {
		.session = session, .query = query, .arena = arena, .key = query->slice ? 1 : 0};
	for (size_t first = 0; first < MG_KEY_PARTS && !c.unsteady;)
		MG_TRY(count_parts(&c, &first, err));
	if (c.unsteady)
		return mg_duckdb_query(session, query, arena, out, out_columns, err);
	*out = (struct mg_table){.cells = c.cells, .rows = c.rows, .columns = c.key + KEYS_COLUMNS};
	if (out_columns)
		*out_columns = columns + 1 - c.key;
	return MG_OK;
}

int mg_duckdb_keys(struct mg_session *session, const struct mg_query *query, struct mg_arena *arena,
	struct mg_table *out, const char ***out_columns, struct mg_error *err)
{
	if (query->kind == MG_QUERY_KEYS)
		return count_keys(session, query, arena, out, out_columns, err);
	const struct mg_key_set *set = recall(session->engine, query);
	if (!set)
		return mg_duckdb_query(session, query, arena, out, out_columns, err);
	return query_repeated(session, query, set, arena, out, out_columns, err);
}
