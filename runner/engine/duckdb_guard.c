/* duckdb_guard.c: what SQL from a spec may be: one SELECT without functions that do more than read. */
#include <string.h>

#include "base/text.h"
#include "engine/dialect.h"
#include "engine/duckdb_engine.h"

/* Functions that may stand where a table does. Others change the engine, write files or print
 * (enable_logging, enable_profiling, checkpoint), or run SQL that is hidden in a text (query). */
static const char *const table_functions[] = {"generate_series", "glob", "json_each", "json_tree",
	"parquet_file_metadata", "parquet_kv_metadata", "parquet_metadata", "parquet_scan",
	"parquet_schema", "query_table", "range", "read_blob", "read_csv", "read_csv_auto",
	"read_json", "read_json_auto", "read_json_objects", "read_json_objects_auto", "read_ndjson",
	"read_ndjson_auto", "read_ndjson_objects", "read_parquet", "read_text", "repeat",
	"repeat_row", "sniff_csv", "unnest"};
/* Other functions that do more than give a value. */
static const char *const forbidden[] = {
	"write_log", "modelgate_freq", "modelgate_freq_g", "modelgate_freq_s", "modelgate_freq_gs"};

int mg_duckdb_count_statements(struct mg_engine *engine, duckdb_connection con, const char *sql,
	idx_t *out, struct mg_error *err)
{
	duckdb_extracted_statements statements = NULL;
	int code = MG_OK;
	idx_t count = engine->api.extract_statements(con, sql, &statements);
	if (count == 0)
		code = mg_duckdb_fail(
			engine, err, engine->api.extract_statements_error(statements));
	engine->api.destroy_extracted(&statements);
	*out = count;
	return code;
}

static bool is_in(const char *const *list, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (mg_streq(list[i], word))
			return true;
	return false;
}

/* tree: the parsed statement as JSON. Quotes in its texts are escaped, so these words can only be
 * its keys. */
static int check_functions(const char *tree, struct mg_arena *arena, struct mg_error *err)
{
	static const char function[] = "\"function_name\":\"",
			  table[] = "\"type\":\"TABLE_FUNCTION\"";
	for (const char *from = tree, *at; (at = strstr(from, function)) != NULL; from = at) {
		/* A table function's own name is the first one after its type. */
		const char *type = strstr(from, table);
		bool is_table = type && type < at;
		at += sizeof(function) - 1;
		char *name = mg_strndup(arena, at, strcspn(at, "\""));
		bool allowed = is_table
			? is_in(table_functions, sizeof(table_functions) / sizeof(*table_functions),
				  name)
			: !is_in(forbidden, sizeof(forbidden) / sizeof(*forbidden), name);
		if (!allowed)
			return mg_fail(err, MG_ESPEC,
				"the SQL calls %s, which does more than read data", name);
	}
	return MG_OK;
}

/* DuckDB's own parser tells which functions are called; it takes only a SELECT. */
static int check_tree(struct mg_engine *engine, duckdb_connection con, const char *sql,
	struct mg_arena *arena, struct mg_error *err)
{
	struct mg_text text;
	struct mg_table table;
	duckdb_result result;
	mg_text_init(&text, arena);
	mg_text_add(&text, "SELECT CAST(json_serialize_sql(");
	mg_dialect_text(&mg_dialect_duckdb, &text, sql);
	mg_text_add(&text, ") AS VARCHAR)");
	MG_TRY(mg_duckdb_run(engine, con, text.data, NULL, &result, err));
	int code = mg_duckdb_decode(engine, &result, arena, &table, NULL, err);
	engine->api.destroy_result(&result);
	MG_TRY(code);
	const char *tree = table.rows == 1 ? table.cells[0].text : NULL;
	if (!tree || !mg_starts_with(tree, "{\"error\":false"))
		return mg_fail(err, MG_ESPEC, "the SQL is not a plain SELECT");
	return check_functions(tree, arena, err);
}

int mg_duckdb_check_piece(struct mg_engine *engine, duckdb_connection con, bool select,
	const char *sql, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_add(&text, select ? "FROM " : "SELECT ");
	MG_TRY(mg_dialect_piece(
		&mg_dialect_duckdb, &text, select ? "the query" : "the condition", sql, err));
	idx_t count = 0, alone = 0;
	int code = mg_duckdb_count_statements(engine, con, text.data, &count, err);
	if (code != MG_OK && select &&
		mg_duckdb_count_statements(engine, con, sql, &alone, NULL) == MG_OK)
		return mg_fail(err, MG_ESPEC, "the SQL is not a SELECT; only reading is allowed");
	MG_TRY(code);
	if (count != 1)
		return mg_fail(err, MG_ESPEC, "the SQL is not one statement");
	return check_tree(engine, con, text.data, arena, err);
}
