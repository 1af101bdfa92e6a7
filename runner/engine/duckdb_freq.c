/* duckdb_freq.c: frequency tables: rows are gathered by a function that DuckDB's threads call. */
#include "engine/duckdb_engine.h"

int mg_duckdb_freq_register(struct mg_engine *engine, struct mg_error *err)
{
	(void)engine;
	(void)err;
	return MG_OK;
}

int mg_duckdb_freq(struct mg_session *session, const struct mg_query *query,
	const struct mg_open *open, size_t open_count, size_t max_entries, struct mg_arena *arena,
	struct mg_freq_set *out, struct mg_error *err)
{
	(void)session, (void)query, (void)open, (void)open_count, (void)max_entries, (void)arena;
	(void)out;
	return mg_fail(err, MG_EENGINE, "frequency tables are not made yet");
}
