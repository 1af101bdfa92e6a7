/* duckdb_read.c: what a dataset's rows are selected from. */
#include <string.h>

#include "base/text.h"
#include "engine/duckdb_engine.h"

/* Text files up to this size are read into memory at once. */
static const uint64_t small_bytes = 16u << 20;

/* ['/proc/self/fd/7', ...]: DuckDB opens what our descriptor leads to, whatever lies at the file's path
 * by then. */
static void add_files(struct mg_text *out, const struct dataset *dataset)
{
	mg_text_add_char(out, '[');
	for (size_t i = 0; i < dataset->file_count; i++)
		mg_text_addf(out, "%s'/proc/self/fd/%d'", i ? ", " : "", dataset->sources[i]->fd);
	mg_text_add_char(out, ']');
}

int mg_duckdb_read(struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	const struct mg_data *data = dataset->data;
	dataset->bytes = 0;
	for (size_t i = 0; i < dataset->file_count; i++) {
		const struct mg_source_file *file = dataset->sources[i];
		dataset->bytes += file->bytes * (file->packing == MG_PACKING_NONE ? 1 : 8);
	}
	dataset->slow = data->format != MG_FORMAT_PARQUET;
	if (dataset->slow)
		return mg_duckdb_rows_open(session, dataset, err);
	struct mg_text out, list;
	mg_text_init(&list, engine->arena);
	add_files(&list, dataset);
	mg_text_init(&out, engine->arena);
	mg_text_addf(&out, "read_parquet(%s", list.data);
	if (dataset->file_count > 1)
		mg_text_add(&out, ", union_by_name=true");
	mg_text_add(&out, ", hive_partitioning=false)");
	dataset->read = out.data;
	if (mg_duckdb_name_parquet(session, dataset, list.data, err) != MG_OK)
		return mg_fail_in(err, "data '%s'", data->name);
	mg_duckdb_hide_statistics(session, dataset, list.data);
	return MG_OK;
}

bool mg_duckdb_is_small(const struct dataset *dataset)
{
	return dataset->slow && dataset->bytes <= small_bytes;
}
