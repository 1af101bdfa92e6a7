/* parquet.c: keeps DuckDB from answering with statistics that leave out NaN.
 *
 * Parquet's least and greatest value of a column pass over NaN, and DuckDB, for which NaN is
 * greater than every number, takes `x <= 100` for true in all rows when the greatest value says so
 * (github.com/duckdb/duckdb issue 25521): NaN would satisfy a limit. Only files that DuckDB wrote
 * itself are safe, since it leaves the values out where there is a NaN. In others, columns of
 * floating point are multiplied by 1, which has no statistics and changes no value. */
#include "base/text.h"
#include "engine/duckdb/engine.h"
#include "engine/sql/dialect.h"

static const struct mg_dialect *const d = &mg_dialect_duckdb;

static int ask_foreign(struct mg_session *session, const char *files, struct mg_arena *arena,
	bool *out, struct mg_error *err)
{
	struct mg_table table;
	const char *sql = mg_printf(arena,
		"SELECT count(*) FROM parquet_file_metadata(%s) "
		"WHERE coalesce(created_by, '') NOT LIKE 'DuckDB version %%'",
		files);
	MG_TRY(mg_duckdb_rows(session, sql, arena, &table, err));
	*out = table.cells[0].integer > 0;
	return MG_OK;
}

static bool floats(const char *type)
{
	return mg_streq(type, "DOUBLE") || mg_streq(type, "FLOAT");
}

void mg_duckdb_plain_column(struct mg_text *out, const char *name, const char *type, bool hide)
{
	mg_dialect_name(d, out, name);
	if (!hide || !floats(type))
		return;
	mg_text_addf(out, " * CAST(1 AS %s) AS ", type);
	mg_dialect_name(d, out, name);
}

int mg_duckdb_hide_statistics(struct mg_session *session, struct dataset *dataset,
	const char *files, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_table columns;
	struct mg_text text;
	size_t count = 0;
	bool foreign = false;

	MG_TRY(ask_foreign(session, files, scratch, &foreign, err));
	if (!foreign)
		return MG_OK;
	const char *select = mg_printf(scratch, "SELECT * FROM %s", dataset->read);
	MG_TRY(mg_duckdb_describe(session, select, scratch, &columns, err));
	mg_text_init(&text, session->engine->arena);
	/* Each column by its name: `* REPLACE` copies all replacements for each column of each statement. */
	mg_text_add(&text, "(SELECT ");
	for (size_t i = 0; i < columns.rows; i++) {
		const struct mg_cell *row = columns.cells + i * columns.columns;
		mg_text_add(&text, i ? ", " : "");
		mg_duckdb_plain_column(&text, row[0].text, row[1].text, true);
		count += floats(row[1].text);
	}
	mg_text_addf(&text, " FROM %s)", dataset->read);
	if (!count)
		return MG_OK;
	dataset->bare = dataset->read;
	dataset->read = text.data;
	return MG_OK;
}
