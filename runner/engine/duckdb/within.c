/* within.c: whether DOUBLEs lie between two bounds: what most ranges ask, many times as fast as by comparing. DuckDB
 * calls a function for each comparison, since NaN is equal to itself there and greater than all. */
#include "engine/duckdb/engine.h"

/* False for NULL and NaN. */
static void within(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector output)
{
	const struct mg_engine *engine = mg_duckdb_function_owner(info);
	const struct mg_duckdb_api *api = &engine->api;
	size_t n = api->data_chunk_get_size(chunk);
	/* DuckDB hands over flat vectors: one value a row. */
	duckdb_vector column = api->data_chunk_get_vector(chunk, 0);
	const double *x = api->vector_get_data(column);
	const double *least = api->vector_get_data(api->data_chunk_get_vector(chunk, 1));
	const double *most = api->vector_get_data(api->data_chunk_get_vector(chunk, 2));
	const uint64_t *valid = api->vector_get_validity(column);
	bool *out = api->vector_get_data(output);
	for (size_t r = 0; r < n; r++)
		out[r] = (x[r] >= least[r]) & (x[r] <= most[r]);
	for (size_t r = 0; valid && r < n; r++)
		out[r] &= mg_duckdb_is_valid(valid, r);
}

int mg_duckdb_within_register(struct mg_engine *engine, struct mg_error *err)
{
	const struct mg_duckdb_function function = {.name = "modelgate_within",
		.types = {DUCKDB_TYPE_DOUBLE, DUCKDB_TYPE_DOUBLE, DUCKDB_TYPE_DOUBLE},
		.call = within,
		.owner = engine,
		.pure = true};
	return mg_duckdb_add_function(engine, &function, err);
}
