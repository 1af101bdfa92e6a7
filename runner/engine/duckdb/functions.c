/* functions.c: functions of ours that SQL of ours calls with a row's values, or reads as a table. */
#include <stdatomic.h>

#include "engine/duckdb/engine.h"

/* What a call needs before it knows its engine. All engines of a process share one library. */
static __typeof__(&duckdb_scalar_function_get_extra_info) _Atomic extra_info_of;
static __typeof__(&duckdb_bind_get_extra_info) _Atomic table_engine_of;
static __typeof__(&duckdb_init_get_bind_data) _Atomic bound_of;
static __typeof__(&duckdb_function_get_init_data) _Atomic begun_of;

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
	if (!function->pure)
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

struct mg_engine *mg_duckdb_table_engine(duckdb_bind_info info)
{
	return atomic_load(&table_engine_of)(info);
}

void *mg_duckdb_table_bound(duckdb_init_info info)
{
	return atomic_load(&bound_of)(info);
}

void *mg_duckdb_table_begun(duckdb_function_info info)
{
	return atomic_load(&begun_of)(info);
}

int mg_duckdb_add_table_function(struct mg_engine *engine,
	const struct mg_duckdb_table_function *function, struct mg_error *err)
{
	const struct mg_duckdb_api *api = &engine->api;
	atomic_store(&table_engine_of, api->bind_get_extra_info);
	atomic_store(&bound_of, api->init_get_bind_data);
	atomic_store(&begun_of, api->function_get_init_data);
	duckdb_table_function made = api->create_table_function();
	duckdb_logical_type number = api->create_logical_type(DUCKDB_TYPE_UBIGINT);
	api->table_function_set_name(made, function->name);
	api->table_function_add_parameter(made, number);
	api->destroy_logical_type(&number);
	api->table_function_set_extra_info(made, engine, NULL);
	api->table_function_set_bind(made, function->bind);
	api->table_function_set_init(made, function->init);
	if (function->init_thread)
		api->table_function_set_local_init(made, function->init_thread);
	api->table_function_set_function(made, function->read);
	api->table_function_supports_projection_pushdown(made, function->chooses_columns);
	int code = MG_OK;
	if (api->register_table_function(engine->con, made) != DuckDBSuccess)
		code = mg_fail(
			err, MG_EENGINE, "DuckDB does not take the function %s", function->name);
	api->destroy_table_function(&made);
	return code;
}
