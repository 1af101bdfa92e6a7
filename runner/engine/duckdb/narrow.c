/* narrow.c: gives a statement only those columns of a wide dataset that it names. DuckDB binds every column of a
 * view for every statement, so that all statements over all columns would take the square of their number. */
#include <string.h>

#include "base/map.h"
#include "base/text.h"
#include "engine/duckdb/engine.h"
#include "engine/sql/dialect.h"

/* Datasets of fewer columns cost little as they are. */
enum { WIDE = 64 };

static const struct mg_dialect *const d = &mg_dialect_duckdb;

void mg_duckdb_learn_columns_locked(
	struct mg_session *session, struct dataset *dataset, const struct mg_table *columns)
{
	struct mg_engine *engine = session->engine;
	if (columns->rows < WIDE || dataset->names || dataset->data->where || dataset->columns)
		return;
	struct mg_map *known = mg_alloc(engine->arena, sizeof(*known));
	mg_map_init(known, engine->arena);
	for (size_t i = 0; i < columns->rows; i++) {
		const struct mg_cell *row = &columns->cells[i * columns->columns];
		struct mg_text sql;
		mg_text_init(&sql, engine->arena);
		mg_duckdb_plain_column(&sql, row[0].text, row[1].text, dataset->bare != NULL);
		mg_map_put(known, mg_lower(engine->arena, row[0].text), sql.data);
	}
	dataset->columns = known;
	if (dataset->data->sql)
		dataset->narrow = mg_duckdb_learn_sql(session, dataset, columns, engine->arena);
}

void mg_duckdb_learn_columns(
	struct mg_session *session, struct dataset *dataset, const struct mg_table *columns)
{
	pthread_mutex_lock(&session->engine->lock);
	mg_duckdb_learn_columns_locked(session, dataset, columns);
	pthread_mutex_unlock(&session->engine->lock);
}

static bool has_piece(const struct mg_expr *x)
{
	bool found = x && x->type == MG_X_SQL;
	for (size_t i = 0; x && x->type == MG_X_CALL && i < x->arg_count && !found; i++)
		found = has_piece(x->args[i]);
	return found;
}

/* Is nothing in it of the spec's own SQL, which may ask for `*`? */
static bool is_own(const struct mg_query *q)
{
	bool own = !q->sql && !q->with && !q->other.data && !q->source.whole &&
		!has_piece(q->value) && !has_piece(q->group) && !has_piece(q->slice);
	for (size_t i = 0; i < q->source.where_count && own; i++)
		own = !has_piece(q->source.where[i]);
	for (size_t i = 0; i < q->key_count && own; i++)
		own = !has_piece(q->keys[i].expr);
	for (size_t i = 0; i < q->term_count && own; i++)
		own = !has_piece(q->terms[i].expr);
	for (size_t i = 0; i < q->part_count && own; i++)
		own = is_own(q->parts[i]);
	return own;
}

/* Behind the next quoted word of either sort; NULL when there is none. */
static const char *quoted(const char *at, const char **out_from, const char **out_to)
{
	at += strcspn(at, "'\"");
	if (!*at)
		return NULL;
	char quote = *at++;
	*out_from = at;
	while (*at && (*at != quote || at[1] == quote))
		at += *at == quote ? 2 : 1;
	*out_to = at;
	return *at ? at + 1 : at;
}

/* The columns that the statement names, as a list of a SELECT, and their names in lower case. What it names more
 * than the dataset has are names of its own. */
static const char *columns_of(const struct mg_map *known, const char *sql, struct mg_arena *arena,
	struct mg_texts *out_names)
{
	struct mg_map seen;
	struct mg_text out;
	const char *from = NULL, *to = NULL;
	mg_map_init(&seen, arena);
	mg_text_init(&out, arena);
	for (const char *at = sql; (at = quoted(at, &from, &to)) != NULL;) {
		const char *key = mg_lower(arena, mg_strndup(arena, from, (size_t)(to - from)));
		const char *column = from[-1] == '"' ? mg_map_get(known, key) : NULL;
		if (!column || mg_map_has(&seen, key))
			continue;
		mg_map_put(&seen, key, (void *)(uintptr_t)column);
		mg_text_addf(&out, "%s%s", out.len ? ", " : "", column);
	}
	out_names->count = seen.count;
	out_names->list = mg_alloc_array(arena, seen.count, sizeof(*out_names->list));
	for (size_t i = 0; i < seen.count; i++)
		out_names->list[i] = seen.entries[i].key;
	return out.len ? out.data : NULL;
}

const char *mg_duckdb_narrow(struct mg_session *session, const struct mg_query *query,
	const char *sql, struct mg_arena *arena)
{
	static const char with[] = "WITH ";
	struct mg_engine *engine = session->engine;
	const struct dataset *dataset = query->source.data
		? mg_duckdb_find(engine, query->source.data)
		: NULL;
	if (!dataset || !is_own(query))
		return NULL;
	pthread_mutex_lock(&engine->lock);
	struct mg_texts names = {0};
	const char *columns = dataset->columns ? columns_of(dataset->columns, sql, arena, &names)
					       : NULL;
	const char *rows = dataset->bare ? dataset->bare : dataset->read;
	pthread_mutex_unlock(&engine->lock);
	if (!columns)
		return NULL;
	const char *fewer = dataset->narrow ? mg_duckdb_narrow_sql(session, dataset, &names, arena)
					    : NULL;
	rows = fewer ? fewer : rows;
	struct mg_text out;
	mg_text_init(&out, arena);
	mg_text_add(&out, with);
	mg_dialect_name(d, &out, query->source.data->name);
	bool more = mg_starts_with(sql, with);
	mg_text_addf(&out, " AS (SELECT %s FROM %s)%s%s", columns, rows, more ? ", " : " ",
		more ? sql + sizeof(with) - 1 : sql);
	return out.data;
}
