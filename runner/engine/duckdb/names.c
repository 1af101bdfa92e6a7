/* names.c: columns keep the names that their file gave them. DuckDB renames what it cannot tell
 * apart (`amount`, `amount_1`); so those columns get names that no SQL hits by accident, and what
 * they are truly called is kept beside. */
#include <string.h>

#include "base/map.h"
#include "base/text.h"
#include "engine/duckdb/engine.h"
#include "engine/sql/dialect.h"

static const struct mg_dialect *const d = &mg_dialect_duckdb;

/* "amount (1 of 2)" */
static const char *marked(
	struct mg_arena *arena, const struct mg_map *taken, const char *name, size_t at, size_t of)
{
	const char *text = mg_printf(arena, "%s (%zu of %zu)", name, at, of);
	while (mg_map_has(taken, mg_lower(arena, text)))
		text = mg_printf(arena, "%s'", text);
	return text;
}

struct namesakes {
	size_t count, seen;
};

const char **mg_duckdb_own_names(
	struct mg_arena *arena, const char *const *names, size_t count, bool *out_differ)
{
	struct mg_map taken;
	mg_map_init(&taken, arena);
	for (size_t i = 0; i < count; i++) {
		const char *key = mg_lower(arena, names[i]);
		struct namesakes *n = mg_map_get(&taken, key);
		if (!n) {
			n = mg_alloc(arena, sizeof(*n));
			mg_map_put(&taken, key, n);
		}
		n->count++;
	}
	const char **own = mg_alloc_array(arena, count, sizeof(*own));
	*out_differ = false;
	for (size_t i = 0; i < count; i++) {
		struct namesakes *n = mg_map_get(&taken, mg_lower(arena, names[i]));
		bool alone = n->count == 1;
		own[i] = alone ? names[i] : marked(arena, &taken, names[i], ++n->seen, n->count);
		*out_differ = *out_differ || !alone;
	}
	return own;
}

/* The first column of the rows, as texts that live as long as the engine. */
static const char **texts_of(struct mg_engine *engine, const struct mg_table *table)
{
	const char **texts = mg_alloc_array(engine->arena, table->rows, sizeof(*texts));
	for (size_t i = 0; i < table->rows; i++)
		texts[i] = mg_strdup(engine->arena, table->cells[i * table->columns].text);
	return texts;
}

/* names: those of the first columns of dataset->read; what comes behind has the engine's. */
static int rename_columns(struct mg_session *session, struct dataset *dataset,
	const char *const *names, size_t count, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	bool differ = false;
	mg_duckdb_own_names(scratch, names, count, &differ);
	if (!differ)
		return MG_OK;
	struct mg_table table;
	MG_TRY(mg_duckdb_describe(session, mg_printf(scratch, "SELECT * FROM %s", dataset->read),
		scratch, &table, err));
	if (table.rows < count)
		return mg_fail(err, MG_EENGINE, "its columns are %zu, but %zu were read", count,
			table.rows);
	const char **all = texts_of(engine, &table);
	for (size_t i = 0; i < count; i++)
		all[i] = mg_strdup(engine->arena, names[i]);
	const char **own = mg_duckdb_own_names(engine->arena, all, table.rows, &differ);
	struct mg_text text;
	mg_text_init(&text, engine->arena);
	mg_text_addf(&text, "(SELECT * FROM %s AS modelgate_columns(", dataset->read);
	for (size_t i = 0; i < table.rows; i++) {
		mg_text_add(&text, i ? ", " : "");
		mg_dialect_name(d, &text, own[i]);
	}
	mg_text_add(&text, "))");
	dataset->read = text.data;
	dataset->names = all;
	dataset->name_count = table.rows;
	return MG_OK;
}

int mg_duckdb_name_query(struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_table table;
	/* At the outermost SELECT names are as they were written; within another they are renamed. */
	MG_TRY(mg_duckdb_describe(session, dataset->read, scratch, &table, err));
	return rename_columns(session, dataset, texts_of(session->engine, &table), table.rows, err);
}

/* ---- parquet ---- */

/* Rows of parquet_schema come depth first, each group before its children. */
static const char **top_names(
	struct mg_engine *engine, const struct mg_table *schema, size_t *out_count)
{
	const char **names = mg_alloc_array(engine->arena, schema->rows + 1, sizeof(*names));
	int64_t within = 0; /* children of a column that are still to come */
	*out_count = 0;
	for (size_t i = 1; i < schema->rows; i++) {
		const struct mg_cell *row = &schema->cells[i * schema->columns];
		int64_t children = row[1].type == MG_CELL_INTEGER ? row[1].integer : 0;
		if (within == 0)
			names[(*out_count)++] = mg_strdup(engine->arena, row[0].text);
		else
			within--;
		within += children;
	}
	return names;
}

int mg_duckdb_name_parquet(struct mg_session *session, struct dataset *dataset, const char *files,
	struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_table forms, schema;
	/* One file of each form that there is: most often all have the same. */
	const char *sql = mg_printf(scratch,
		"SELECT min(file_name) FROM (SELECT file_name, list(name ORDER BY column_id) AS names, "
		"list(num_children ORDER BY column_id) AS children FROM parquet_schema(%s) GROUP BY file_name) "
		"GROUP BY names, children ORDER BY 1",
		files);
	MG_TRY(mg_duckdb_rows(session, sql, scratch, &forms, err));
	for (size_t i = 0; i < forms.rows; i++) {
		struct mg_text one;
		mg_text_init(&one, scratch);
		mg_text_add(&one, "SELECT name, CAST(num_children AS BIGINT) FROM parquet_schema(");
		mg_dialect_text(d, &one, forms.cells[i].text);
		mg_text_add(&one, ") ORDER BY column_id");
		MG_TRY(mg_duckdb_rows(session, one.data, scratch, &schema, err));
		size_t count = 0;
		bool differ = false;
		const char **names = top_names(engine, &schema, &count);
		const char **own = mg_duckdb_own_names(scratch, names, count, &differ);
		for (size_t k = 0; differ && forms.rows > 1 && k < count; k++)
			if (!mg_streq(own[k], names[k]))
				return mg_fail(err, MG_EENGINE,
					"%s has several columns '%s', and not all files have the "
					"same columns",
					forms.cells[i].text, names[k]);
		MG_TRY(rename_columns(session, dataset, names, count, err));
	}
	return MG_OK;
}
