/* functions.c: functions of ours that SQL of ours calls with a row's values. */
#include <stdatomic.h>

#include "engine/duckdb/engine.h"

typedef void *(*extra_info_function)(duckdb_function_info);
/* The one function that a call needs before it knows its engine. All engines of a process share one
 * library. */
static _Atomic(extra_info_function) extra_info_of;

void *mg_duckdb_function_owner(duckdb_function_info info)
{
	return atomic_load(&extra_info_of)(info);
}

int mg_duckdb_add_function(
	struct mg_engine *engine, const struct mg_duckdb_function *function, struct mg_error *err)
{
	const struct mg_duckdb_api *api = &engine->api;
	atomic_store(&extra_info_of, api->scalar_function_get_extra_info);
	duckdb_scalar_function made = api->create_scalar_function();
	api->scalar_function_set_name(made, function->name);
	for (size_t i = 0; i < MG_DUCKDB_MOST_PARAMETERS; i++) {
		if (function->types[i] == DUCKDB_TYPE_INVALID)
			continue;
		duckdb_logical_type type = api->create_logical_type(function->types[i]);
		api->scalar_function_add_parameter(made, type);
		api->destroy_logical_type(&type);
	}
	duckdb_logical_type flag = api->create_logical_type(DUCKDB_TYPE_BOOLEAN);
	api->scalar_function_set_return_type(made, flag);
	api->destroy_logical_type(&flag);
	api->scalar_function_set_special_handling(made); /* NULLs are handed over too */
	api->scalar_function_set_volatile(made);
	api->scalar_function_set_extra_info(made, (void *)(uintptr_t)function->owner, NULL);
	api->scalar_function_set_function(made, function->call);
	int code = MG_OK;
	if (api->register_scalar_function(engine->con, made) != DuckDBSuccess)
		code = mg_fail(
			err, MG_EENGINE, "DuckDB does not take the function %s", function->name);
	api->destroy_scalar_function(&made);
	return code;
}
