/* duckdb_files.h: files that DuckDB makes for a test, and an engine that reads them. */
#ifndef MG_TESTS_ENGINES_DUCKDB_FILES_H
#define MG_TESTS_ENGINES_DUCKDB_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/duckdb/api.h"
#include "fixture.h"

/* Runs a statement in a DuckDB of its own, to make files. `%s` is the fixture's folder. */
static inline void make_files(struct fixture *f, const char *format)
{
	struct mg_duckdb_api api;
	duckdb_database db = NULL;
	duckdb_connection con = NULL;
	duckdb_result result;
	char *problem = NULL;
	struct mg_text sql;
	mg_text_init(&sql, f->arena);
	for (const char *s = format; *s; s++) {
		if (s[0] == '%' && s[1] == 's') {
			mg_text_add(&sql, f->folder);
			s++;
		} else {
			mg_text_add_char(&sql, *s);
		}
	}
	assert_int_equal(mg_duckdb_load(&api, &f->err), MG_OK);
	assert_int_equal(api.open_ext(NULL, &db, NULL, &problem), DuckDBSuccess);
	assert_int_equal(api.connect(db, &con), DuckDBSuccess);
	if (api.query(con, sql.data, &result) != DuckDBSuccess)
		fail_msg("%s: %s", sql.data, api.result_error(&result));
	api.destroy_result(&result);
	api.disconnect(&con);
	api.close(&db);
}

static inline double number_of(struct fixture *f, const char *sql)
{
	struct mg_query query = {.kind = MG_QUERY_SQL, .sql = sql};
	struct mg_table table;
	if (f->ops->query(f->session, &query, f->arena, &table, NULL, &f->err) != MG_OK)
		fail_msg("%s: %s", sql, f->err.text);
	return mg_cell_number(&table.cells[0]);
}

static inline void open_or_fail(struct fixture *f)
{
	if (fixture_open(f) != MG_OK)
		fail_msg("%s", f->err.text);
}

#endif
