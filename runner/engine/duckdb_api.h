/* duckdb_api.h: DuckDB's C functions, found in a library that is opened only when it is needed. */
#ifndef MG_ENGINE_DUCKDB_API_H
#define MG_ENGINE_DUCKDB_API_H

#include <duckdb.h>

#include <modelgate/error.h>

/* All that is used of the C API; each becomes a member of struct mg_duckdb_api. */
#define MG_DUCKDB_FUNCTIONS(F)                                                                     \
	F(library_version)                                                                         \
	F(create_config)                                                                           \
	F(set_config)                                                                              \
	F(destroy_config)                                                                          \
	F(open_ext)                                                                                \
	F(close)                                                                                   \
	F(connect)                                                                                 \
	F(disconnect)                                                                              \
	F(interrupt)                                                                               \
	F(query_progress)                                                                          \
	F(query)                                                                                   \
	F(destroy_result)                                                                          \
	F(free)                                                                                    \
	F(extract_statements)                                                                      \
	F(extract_statements_error)                                                                \
	F(prepare_extracted_statement)                                                             \
	F(destroy_extracted)                                                                       \
	F(prepare_error)                                                                           \
	F(destroy_prepare)                                                                         \
	F(prepared_statement_type)                                                                 \
	F(pending_prepared)                                                                        \
	F(pending_error)                                                                           \
	F(execute_pending)                                                                         \
	F(destroy_pending)                                                                         \
	F(result_error)                                                                            \
	F(result_error_type)                                                                       \
	F(column_count)                                                                            \
	F(column_name)                                                                             \
	F(column_type)                                                                             \
	F(fetch_chunk)                                                                             \
	F(destroy_data_chunk)                                                                      \
	F(data_chunk_get_size)                                                                     \
	F(data_chunk_get_vector)                                                                   \
	F(vector_get_data)                                                                         \
	F(vector_get_validity)                                                                     \
	F(create_logical_type)                                                                     \
	F(destroy_logical_type)                                                                    \
	F(create_scalar_function)                                                                  \
	F(destroy_scalar_function)                                                                 \
	F(scalar_function_set_name)                                                                \
	F(scalar_function_add_parameter)                                                           \
	F(scalar_function_set_return_type)                                                         \
	F(scalar_function_set_special_handling)                                                    \
	F(scalar_function_set_volatile)                                                            \
	F(scalar_function_set_extra_info)                                                          \
	F(scalar_function_get_extra_info)                                                          \
	F(scalar_function_set_function)                                                            \
	F(scalar_function_set_error)                                                               \
	F(register_scalar_function)

struct mg_duckdb_api {
#define MG_MEMBER(name) __typeof__(&duckdb_##name) name;
	MG_DUCKDB_FUNCTIONS(MG_MEMBER)
#undef MG_MEMBER
};

/* Looks for the library in: the file named by MODELGATE_DUCKDB; lib/ of DUCKDB_ROOT; the program's
 * own folder and ../lib beside it; where the system keeps libraries; where the build found it. The
 * first that opens is taken and stays open until the process ends. MG_EENGINE says where it was
 * looked for, or that it is too old, and what to do. */
int mg_duckdb_load(struct mg_duckdb_api *out, struct mg_error *err);

#endif
