/* guard.c: what SQL from a spec may be: one SELECT that only reads, and reads the same each
 * time. */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "engine/duckdb/engine.h"
#include "engine/sql/dialect.h"
#include "engine/sql/repeatable.h"

/* Functions that may stand where a table does. Others change the engine, write files or print
 * (enable_logging, enable_profiling, checkpoint), or run SQL that is hidden in a text (query,
 * query_table). */
static const char *const table_functions[] = {
	"generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "unnest"};
/* Those that read files by themselves: nobody digests these, nor sees that they change, and how text
 * is read would be a guess. */
static const char *const file_functions[] = {"glob", "parquet_bloom_probe", "parquet_file_metadata",
	"parquet_full_metadata", "parquet_kv_metadata", "parquet_metadata", "parquet_scan",
	"parquet_schema", "read_blob", "read_csv", "read_csv_auto", "read_json", "read_json_auto",
	"read_json_objects", "read_json_objects_auto", "read_ndjson", "read_ndjson_auto",
	"read_ndjson_objects", "read_parquet", "read_text", "sniff_csv"};
/* Other functions that do more than give a value. */
static const char *const forbidden[] = {"write_log", "modelgate_freq", "modelgate_freq_g",
	"modelgate_freq_s", "modelgate_freq_gs", "modelgate_key", "sleep_ms", "pg_sleep"};

#define IS_IN(list, word) mg_among(word, list, sizeof(list) / sizeof(*(list)))

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

/* Behind `key`, a member of the object (or an element's, of the list) that `at` stands in, from there on;
 * NULL when it has none. level: how many lists and objects deeper the key lies. */
static const char *member(const char *at, const char *key, int level)
{
	bool text = false;
	for (int depth = 0; *at && depth >= 0; at++) {
		if (text && *at == '\\' && at[1]) {
			at++;
		} else if (*at == '"') {
			if (!text && depth == level && mg_starts_with(at, key))
				return at + strlen(key);
			text = !text;
		} else if (!text) {
			depth += (*at == '[' || *at == '{') - (*at == ']' || *at == '}');
		}
	}
	return NULL;
}

/* at: behind the function's name. */
static bool has_order(const char *at)
{
	static const char *const orders[] = {
		"\"order_bys\":{\"type\":\"ORDER_MODIFIER\",\"orders\":[", "\"orders\":[",
		"\"arg_orders\":["};
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
		const char *list = member(at, orders[i], 0);
		if (list && *list != ']')
			return true;
	}
	return false;
}

/* Rows that LIMIT and DISTINCT ON keep are others in each run, unless ORDER BY says which. */
static int check_order(const char *tree, struct mg_error *err)
{
	static const char modifiers[] = "\"modifiers\":[", order[] = "\"type\":\"ORDER_MODIFIER\"",
			  limit[] = "\"type\":\"LIMIT_", targets[] = "\"distinct_on_targets\":[";
	for (const char *at = tree; (at = strstr(at, modifiers)) != NULL;) {
		at += sizeof(modifiers) - 1;
		if (member(at, order, 1))
			continue;
		const char *on = member(at, targets, 1);
		if (member(at, limit, 1) || (on && *on != ']'))
			return mg_fail(err, MG_ESPEC, MG_SQL_UNORDERED,
				on && *on != ']' ? "DISTINCT ON" : "LIMIT");
	}
	return MG_OK;
}

/* tree: the parsed statement as JSON. Quotes in its texts are escaped, so these words can only be
 * its keys. */
static int check_functions(const char *tree, struct mg_arena *arena, struct mg_error *err)
{
	static const char function[] = "\"function_name\":\"",
			  table[] = "\"type\":\"TABLE_FUNCTION\"",
			  no_schema[] = "\",\"schema\":\"\"";
	if (strstr(tree, "\"sample\":{"))
		return mg_fail(err, MG_ESPEC, MG_SQL_SAMPLED);
	for (const char *from = tree, *at; (at = strstr(from, function)) != NULL; from = at) {
		/* A table function's own name is the first one after its type. */
		const char *type = strstr(from, table);
		bool is_table = type && type < at;
		at += sizeof(function) - 1;
		char *name = mg_strndup(arena, at, strcspn(at, "\""));
		if (is_table && IS_IN(file_functions, name))
			return mg_fail(err, MG_ESPEC,
				"the SQL calls %s, which reads files by itself; name the file under "
				"`data:` and select from that",
				name);
		bool allowed = is_table ? IS_IN(table_functions, name) : !IS_IN(forbidden, name);
		if (!allowed)
			return mg_fail(err, MG_ESPEC,
				"the SQL calls %s, which does more than read data", name);
		const char *after = at + strlen(name);
		MG_TRY(mg_sql_check_function(name, has_order(after + 1), err));
		if (!mg_starts_with(after, no_schema) && mg_duckdb_is_clock(name))
			return mg_fail(err, MG_ESPEC, MG_SQL_QUALIFIED_CLOCK, name);
	}
	return MG_OK;
}

/* The value of a key that comes next, up to its first quote. */
static const char *value_of(const char *at, const char *key, struct mg_arena *arena)
{
	const char *value = strstr(at, key);
	if (!value)
		return "";
	value += strlen(key);
	const char *text = mg_strndup(arena, value, strcspn(value, "\""));
	assert(text);
	return text;
}

/* FROM 'x.csv' and FROM x.csv read a file where there is no table of that name. Datasets and WITH have
 * plain names. */
static int check_tables(const char *tree, struct mg_arena *arena, struct mg_error *err)
{
	static const char table[] = "\"type\":\"BASE_TABLE\"";
	assert(tree);
	for (const char *at = tree; (at = strstr(at, table)) != NULL; at += sizeof(table) - 1) {
		const char *name = value_of(at, "\"table_name\":\"", arena);
		const char *schema = value_of(at, "\"schema_name\":\"", arena);
		const char *catalog = value_of(at, "\"catalog_name\":\"", arena);
		if (!strpbrk(name, "./\\:*?") && !*catalog &&
			(!*schema || mg_streq(schema, "main")))
			continue;
		return mg_fail(err, MG_ESPEC,
			"the SQL reads from %s%s%s%s%s, which is not a dataset; name a file under "
			"`data:` and select from that",
			catalog, *catalog ? "." : "", schema, *schema ? "." : "", name);
	}
	return MG_OK;
}

int mg_duckdb_tree(struct mg_engine *engine, duckdb_connection con, const char *sql,
	struct mg_arena *arena, const char **out, struct mg_error *err)
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
	*out = tree;
	return MG_OK;
}

/* DuckDB's own parser tells which functions are called; it takes only a SELECT. */
static int check_tree(struct mg_engine *engine, duckdb_connection con, const char *sql,
	struct mg_arena *arena, struct mg_error *err)
{
	const char *tree = NULL;
	MG_TRY(mg_duckdb_tree(engine, con, sql, arena, &tree, err));
	MG_TRY(check_tables(tree, arena, err));
	MG_TRY(check_order(tree, err));
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
