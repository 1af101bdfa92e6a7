/* duckdb_read.c: the part of SQL that reads a dataset's files, with all its options written out. */
#include <string.h>

#include "base/text.h"
#include "engine/dialect.h"
#include "engine/duckdb_engine.h"

/* Text files up to this size are read whole to tell their types, and into memory at once. */
static const uint64_t small_bytes = 16u << 20;

static const struct mg_dialect *const d = &mg_dialect_duckdb;

/* ['/proc/self/fd/7', ...]: DuckDB opens what our descriptor leads to, whatever lies at the file's path
 * by then. */
static void add_files(struct mg_text *out, const struct dataset *dataset)
{
	mg_text_add_char(out, '[');
	for (size_t i = 0; i < dataset->file_count; i++)
		mg_text_addf(out, "%s'/proc/self/fd/%d'", i ? ", " : "", dataset->sources[i]->fd);
	mg_text_add_char(out, ']');
}

static void add_text_option(struct mg_text *out, const char *option, const char *value)
{
	if (!value)
		return;
	mg_text_addf(out, ", %s=", option);
	mg_dialect_text(d, out, value);
}

static void add_csv_options(struct mg_text *out, const struct mg_data *data)
{
	const char *delimiter = data->csv.delimiter;
	if (!delimiter && data->format == MG_FORMAT_TSV)
		delimiter = "\t";
	add_text_option(out, "delim", delimiter);
	/* As RFC 4180 has them. Detected, a quote might be an apostrophe that belongs to the text; and
	 * looking for them is most of the time that a small file takes. */
	const char *quote = data->csv.quote ? data->csv.quote : "\"";
	add_text_option(out, "quote", quote);
	add_text_option(out, "escape", data->csv.escape ? data->csv.escape : quote);
	add_text_option(out, "nullstr", data->csv.null_text);
	add_text_option(out, "decimal_separator", data->csv.decimal);
	if (data->csv.header >= 0)
		mg_text_addf(out, ", header=%s", data->csv.header ? "true" : "false");
	if (data->csv.skip > 0)
		mg_text_addf(out, ", skip=%d", data->csv.skip);
	if (data->csv.column_count) {
		mg_text_add(out, ", names=[");
		for (size_t i = 0; i < data->csv.column_count; i++) {
			mg_text_add(out, i ? ", " : "");
			mg_dialect_text(d, out, data->csv.columns[i]);
		}
		mg_text_add_char(out, ']');
	}
	if (data->types.count) {
		mg_text_add(out, ", types={");
		for (size_t i = 0; i < data->types.count; i++) {
			mg_text_add(out, i ? ", " : "");
			mg_dialect_text(d, out, data->types.columns[i]);
			mg_text_add(out, ": ");
			mg_dialect_text(d, out, data->types.types[i]);
		}
		mg_text_add_char(out, '}');
	}
}

/* Types are written into the SQL itself here, so only words, numbers and brackets may stand. */
static int check_type(const struct mg_data *data, size_t i, struct mg_error *err)
{
	const char *type = data->types.types[i];
	bool good = (*type >= 'a' && *type <= 'z') || (*type >= 'A' && *type <= 'Z');
	int depth = 0;
	for (const char *s = type; *s && good; s++) {
		depth += *s == '(' ? 1 : *s == ')' ? -1 : 0;
		good = depth >= 0 &&
			strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			       "0123456789_ ,()[]",
				*s);
	}
	if (!good || depth != 0)
		return mg_fail(err, MG_ESPEC,
			"data '%s': column %s has the type '%s', which is no type; write BIGINT, "
			"DOUBLE, VARCHAR, DATE, TIMESTAMP, BOOLEAN or DECIMAL(p,s)",
			data->name, data->types.columns[i], type);
	return MG_OK;
}

static int json_types(struct mg_text *out, const struct mg_data *data, struct mg_error *err)
{
	mg_text_add(out, "(SELECT * REPLACE (");
	for (size_t i = 0; i < data->types.count; i++) {
		MG_TRY(check_type(data, i, err));
		mg_text_addf(out, "%sCAST(", i ? ", " : "");
		mg_dialect_name(d, out, data->types.columns[i]);
		mg_text_addf(out, " AS %s) AS ", data->types.types[i]);
		mg_dialect_name(d, out, data->types.columns[i]);
	}
	mg_text_add(out, ") FROM ");
	return MG_OK;
}

/* No bytes, but the spec names the columns: no rows. */
static void no_rows(struct mg_text *out, const struct mg_data *data)
{
	mg_text_add(out, "(SELECT ");
	for (size_t i = 0; i < data->csv.column_count; i++) {
		mg_text_addf(out, "%sCAST(NULL AS VARCHAR) AS ", i ? ", " : "");
		mg_dialect_name(d, out, data->csv.columns[i]);
	}
	mg_text_add(out, " LIMIT 0)");
}

static void add_packing(struct mg_text *out, const struct dataset *dataset)
{
	enum mg_packing packing = dataset->sources[0]->packing;
	if (packing != MG_PACKING_NONE)
		mg_text_addf(
			out, ", compression='%s'", packing == MG_PACKING_GZIP ? "gzip" : "zstd");
}

int mg_duckdb_read(struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	const struct mg_data *data = dataset->data;
	bool csv = data->format == MG_FORMAT_CSV || data->format == MG_FORMAT_TSV;
	bool json = data->format == MG_FORMAT_JSON || data->format == MG_FORMAT_NDJSON;
	dataset->bytes = 0;
	for (size_t i = 0; i < dataset->file_count; i++) {
		const struct mg_source_file *file = dataset->sources[i];
		dataset->bytes += file->bytes * (file->packing == MG_PACKING_NONE ? 1 : 8);
		if (file->bytes == 0 && !(csv && data->csv.column_count))
			return mg_fail(err, MG_EENGINE,
				"data '%s': %s is empty (0 bytes), so it has no columns",
				data->name, file->shown);
	}
	dataset->slow = csv || json;
	struct mg_text out;
	mg_text_init(&out, engine->arena);
	if (dataset->bytes == 0) {
		dataset->slow = false;
		no_rows(&out, data);
		dataset->read = out.data;
		return MG_OK;
	}
	bool recast = json && data->types.count;
	if (recast)
		MG_TRY(json_types(&out, data, err));
	mg_text_add(&out, csv ? "read_csv(" : json ? "read_json(" : "read_parquet(");
	add_files(&out, dataset);
	if (csv)
		add_csv_options(&out, data);
	if (json)
		mg_text_addf(&out, ", format='%s'",
			data->format == MG_FORMAT_NDJSON ? "newline_delimited" : "auto");
	if (csv || json)
		add_packing(&out, dataset);
	if (dataset->slow && dataset->bytes <= small_bytes)
		mg_text_add(&out, ", sample_size=-1");
	if (dataset->file_count > 1)
		mg_text_add(&out, ", union_by_name=true");
	mg_text_add(&out, ", hive_partitioning=false)");
	if (recast)
		mg_text_add_char(&out, ')');
	dataset->read = out.data;
	if (csv || json)
		return MG_OK;
	struct mg_text list;
	mg_text_init(&list, engine->arena);
	add_files(&list, dataset);
	if (mg_duckdb_name_parquet(session, dataset, list.data, err) != MG_OK)
		return mg_fail_in(err, "data '%s'", data->name);
	mg_duckdb_hide_statistics(session, dataset, list.data);
	return MG_OK;
}

bool mg_duckdb_is_small(const struct dataset *dataset)
{
	return dataset->slow && dataset->bytes <= small_bytes;
}
