/* api.h: DuckDB's C functions, found in a library that is opened only when it is needed. */
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
	F(prepared_statement_column_count)                                                         \
	F(prepared_statement_column_name)                                                          \
	F(prepared_statement_column_type)                                                          \
	F(vector_size)                                                                             \
	F(pending_prepared)                                                                        \
	F(pending_error)                                                                           \
	F(pending_execute_task)                                                                    \
	F(execute_pending)                                                                         \
	F(destroy_pending)                                                                         \
	F(result_error)                                                                            \
	F(result_error_type)                                                                       \
	F(column_count)                                                                            \
	F(column_name)                                                                             \
	F(column_type)                                                                             \
	F(column_logical_type)                                                                     \
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
	F(register_scalar_function)                                                                \
	F(create_decimal_type)                                                                     \
	F(logical_type_set_alias)                                                                  \
	F(get_uint64)                                                                              \
	F(destroy_value)                                                                           \
	F(data_chunk_set_size)                                                                     \
	F(vector_ensure_validity_writable)                                                         \
	F(vector_copy_sel)                                                                         \
	F(create_selection_vector)                                                                 \
	F(destroy_selection_vector)                                                                \
	F(selection_vector_get_data_ptr)                                                           \
	F(vector_assign_string_element_len)                                                        \
	F(create_table_function)                                                                   \
	F(destroy_table_function)                                                                  \
	F(table_function_set_name)                                                                 \
	F(table_function_add_parameter)                                                            \
	F(table_function_set_extra_info)                                                           \
	F(table_function_set_bind)                                                                 \
	F(table_function_set_init)                                                                 \
	F(table_function_set_local_init)                                                           \
	F(table_function_set_function)                                                             \
	F(table_function_supports_projection_pushdown)                                             \
	F(register_table_function)                                                                 \
	F(bind_get_extra_info)                                                                     \
	F(bind_get_parameter)                                                                      \
	F(bind_add_result_column)                                                                  \
	F(bind_set_cardinality)                                                                    \
	F(bind_set_bind_data)                                                                      \
	F(bind_set_error)                                                                          \
	F(init_get_bind_data)                                                                      \
	F(init_get_column_count)                                                                   \
	F(init_get_column_index)                                                                   \
	F(init_set_init_data)                                                                      \
	F(init_set_max_threads)                                                                    \
	F(function_get_init_data)                                                                  \
	F(function_get_local_init_data)                                                            \
	F(function_set_error)

struct mg_duckdb_api {
#define MG_MEMBER(name) __typeof__(&duckdb_##name) name;
	MG_DUCKDB_FUNCTIONS(MG_MEMBER)
#undef MG_MEMBER
};

/* Looks for the library in: the file named by MODELGATE_DUCKDB; lib/ of DUCKDB_ROOT; the program's
 * own folder and ../lib beside it; where the system keeps libraries; where the build found it. The
 * first that opens is taken and stays open until the process ends. MG_EENGINE says where it was
 * looked for, or that it is too old, and what to do. */
MG_MUST_USE int mg_duckdb_load(struct mg_duckdb_api *out, struct mg_error *err);

#endif
