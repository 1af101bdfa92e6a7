/* functions.c: functions that SQL of a spec may not call, whatever the engine: they would not answer the same again. */
#include "base/text.h"
#include "engine/sql/repeatable.h"

/* The same data would give another answer in another run. */
static const char *const chance[] = {"gen_random_uuid", "monotonically_increasing_id", "rand",
	"randn", "random", "random_normal", "randstr", "setseed", "shuffle", "uniform", "uuid",
	"uuid_generate_v1", "uuid_generate_v4", "uuidv4", "uuidv7"};
/* Estimates that depend on which thread or node comes first. */
static const char *const estimates[] = {"approx_percentile", "approx_quantile", "approx_top_k",
	"percentile_approx", "reservoir_quantile"};
/* They tell of the machine, the session or the moment. */
static const char *const machine[] = {"currval", "current_connection_id", "current_query",
	"current_query_id", "current_setting", "current_transaction_id", "get_block_size", "getenv",
	"getvariable", "inet_client_addr", "inet_client_port", "inet_server_addr",
	"inet_server_port", "input_file_block_length", "input_file_block_start", "nextval",
	"pg_backend_pid", "pg_conf_load_time", "pg_current_xact_id", "pg_get_constraintdef",
	"pg_get_viewdef", "pg_is_in_recovery", "pg_postmaster_start_time", "spark_partition_id",
	"stats", "timeofday", "txid_current", "version"};
/* Several threads hand rows on as they come. */
static const char *const by_order[] = {"any_value", "arbitrary", "first", "first_value", "lag",
	"last", "last_value", "lead", "nth_value", "ntile", "row_number"};
/* They read by themselves what nobody pins, or ask another service. */
static const char *const readers[] = {"ai_query", "cloud_files", "database_to_xml", "http_request",
	"identifier", "query_to_xml", "read_files", "read_kafka", "remote_query", "schema_to_xml",
	"table_changes", "table_to_xml", "vector_search"};

#define IS_IN(list, word) mg_among(word, list, sizeof(list) / sizeof(*(list)))

int mg_sql_check_function(const char *name, bool ordered, struct mg_error *err)
{
	if (IS_IN(chance, name))
		return mg_fail(err, MG_ESPEC,
			"the SQL calls %s, which answers differently in each run; to pick rows, take a "
			"hash of columns that name a row, as in hash(id) %% 100 = 0",
			name);
	if (IS_IN(estimates, name))
		return mg_fail(err, MG_ESPEC,
			"the SQL calls %s, an estimate that may differ in each run; quantile_cont, "
			"quantile_disc and count are exact",
			name);
	if (IS_IN(machine, name))
		return mg_fail(err, MG_ESPEC,
			"the SQL calls %s, which depends on the machine or the moment, not on the "
			"data",
			name);
	if (IS_IN(by_order, name) && !ordered)
		return mg_fail(err, MG_ESPEC,
			"the SQL calls %s without an ORDER BY, which answers differently "
			"in each run; add an ORDER BY, or take min or max",
			name);
	if (IS_IN(readers, name))
		return mg_fail(err, MG_ESPEC,
			"the SQL calls %s, which reads by itself what nobody pins; name the data under "
			"`data:` and select from that",
			name);
	return MG_OK;
}
