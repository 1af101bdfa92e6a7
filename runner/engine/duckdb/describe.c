/* describe.c: the columns of a SELECT, in its order. */
#include "base/map.h"
#include "base/text.h"
#include "engine/duckdb/engine.h"

/* The order of the columns as the statement has it, by their names. */
static int put_in_order(struct mg_session *session, const char *select, struct mg_arena *arena,
	struct mg_table *table, struct mg_error *err)
{
	const struct mg_duckdb_api *api = &session->engine->api;
	duckdb_prepared_statement statement = NULL;
	struct mg_map rows;
	mg_map_init(&rows, arena);
	for (size_t i = 0; i < table->rows; i++) {
		const struct mg_cell *row = &table->cells[i * table->columns];
		mg_map_put(&rows, row->text, (void *)row);
	}
	MG_TRY(mg_duckdb_prepare(session->engine, session->con, select, &statement, err));
	size_t count = api->prepared_statement_column_count(statement);
	struct mg_cell *cells = mg_alloc_array(arena, count * table->columns, sizeof(*cells));
	int code = MG_OK;
	if (count != table->rows)
		code = mg_fail(err, MG_EENGINE, "%zu columns became %zu", count, table->rows);
	for (size_t i = 0; i < count && code == MG_OK; i++) {
		const char *name = api->prepared_statement_column_name(statement, i);
		const struct mg_cell *row = name ? mg_map_get(&rows, name) : NULL;
		if (row)
			memcpy(&cells[i * table->columns], row, table->columns * sizeof(*row));
		else
			code = mg_fail(
				err, MG_EENGINE, "column %zu has a name that was not found", i + 1);
		api->free((void *)name);
	}
	api->destroy_prepare(&statement);
	table->cells = cells;
	return code;
}

int mg_duckdb_describe(struct mg_session *session, const char *select, struct mg_arena *arena,
	struct mg_table *out, struct mg_error *err)
{
	MG_TRY(mg_duckdb_rows(session, mg_printf(arena, "DESCRIBE %s", select), arena, out, err));
	/* Without preserve_insertion_order the chunks of a result come in any order. */
	if (out->rows > session->engine->api.vector_size())
		MG_TRY(put_in_order(session, select, arena, out, err));
	return MG_OK;
}
