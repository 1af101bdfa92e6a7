/* read.c: what a dataset's rows are selected from. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "engine/duckdb/engine.h"
#include "engine/sql/dialect.h"
#include "input/folders.h"

/* Text files up to this size are read into memory at once. */
static const uint64_t small_bytes = 16u << 20;

/* The column of read_parquet and of our own reader that tells the file, unless the files have one. */
static const char file_column[] = "file_index";

static const struct mg_dialect *const d = &mg_dialect_duckdb;

struct mg_duckdb_path mg_duckdb_path(const struct mg_source_file *file)
{
	struct mg_duckdb_path out;
	snprintf(out.text, sizeof(out.text), "/proc/self/fd/%d", file->fd);
	return out;
}

/* ['/proc/self/fd/7', ...] */
static void add_files(struct mg_text *out, const struct dataset *dataset)
{
	mg_text_add_char(out, '[');
	for (size_t i = 0; i < dataset->file_count; i++)
		mg_text_addf(
			out, "%s'%s'", i ? ", " : "", mg_duckdb_path(dataset->sources[i]).text);
	mg_text_add_char(out, ']');
}

/* A value for each file, in their order. */
static void add_texts(
	struct mg_text *out, const struct mg_folders_column *column, size_t file_count)
{
	char type[MG_TYPE_NAME];
	mg_text_add(out, "([");
	for (size_t i = 0; i < file_count; i++) {
		mg_text_add(out, i ? ", " : "");
		if (column->texts[i])
			mg_dialect_text(d, out, column->texts[i]);
		else
			mg_text_add(out, "NULL");
	}
	mg_text_addf(
		out, "]::%s[])[CAST(file_index AS BIGINT) + 1]", mg_type_name(&column->type, type));
}

/* None of the files' columns may have the name of one of ours. */
static int check_clashes(struct mg_session *session, const struct dataset *dataset,
	const struct mg_folders *folders, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_table columns;
	MG_TRY(mg_duckdb_describe(session, mg_printf(scratch, "SELECT * FROM %s", dataset->read),
		scratch, &columns, err));
	for (size_t i = 0; i < columns.rows; i++) {
		const char *name = columns.cells[i * columns.columns].text;
		MG_TRY(mg_folders_clash(folders, dataset->data, name, err));
		if (strcasecmp(name, file_column) == 0)
			return mg_fail(err, MG_EENGINE,
				"data '%s': a column '%s' cannot be told from the engine's own, which "
				"hive_partitioning and filename need",
				dataset->data->name, name);
	}
	return MG_OK;
}

/* Where the columns' own names are kept, those of folders come behind. */
static void add_names(
	struct mg_arena *arena, struct dataset *dataset, const struct mg_folders *folders)
{
	const char **names = mg_alloc_array(
		arena, dataset->name_count + folders->count, sizeof(*names));
	for (size_t i = 0; i < dataset->name_count; i++)
		names[i] = dataset->names[i];
	for (size_t i = 0; i < folders->count; i++)
		names[dataset->name_count + i] = folders->columns[i].name;
	dataset->names = names;
	dataset->name_count += folders->count;
}

/* The columns that the files' folders and names give, behind their own. */
static int add_folders(struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	const struct mg_folders *folders = &dataset->folders;
	struct mg_text out;
	if (folders->count == 0)
		return MG_OK;
	MG_TRY(check_clashes(session, dataset, folders, err));
	dataset->tells_file = dataset->rows != NULL;
	mg_text_init(&out, engine->arena);
	mg_text_addf(&out, "(SELECT *%s%s%s", dataset->tells_file ? " EXCLUDE (" : "",
		dataset->tells_file ? file_column : "", dataset->tells_file ? ")" : "");
	for (size_t i = 0; i < folders->count; i++) {
		mg_text_add(&out, ", ");
		add_texts(&out, &folders->columns[i], dataset->file_count);
		mg_text_add(&out, " AS ");
		mg_dialect_name(d, &out, folders->columns[i].name);
	}
	mg_text_addf(&out, " FROM %s)", dataset->read);
	dataset->read = out.data;
	if (dataset->names)
		add_names(engine->arena, dataset, folders);
	return MG_OK;
}

static int read_parquet(struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	struct mg_text files;
	mg_text_init(&files, session->engine->arena);
	add_files(&files, dataset);
	dataset->read = mg_printf(session->engine->arena,
		"read_parquet(%s%s, hive_partitioning=false)", files.data,
		dataset->file_count > 1 ? ", union_by_name=true" : "");
	MG_TRY(mg_duckdb_check_parts(session, dataset, files.data, err));
	MG_TRY(add_folders(session, dataset, err));
	if (mg_duckdb_name_parquet(session, dataset, files.data, err) != MG_OK ||
		mg_duckdb_hide_statistics(session, dataset, files.data, err) != MG_OK)
		return mg_fail_in(err, "data '%s'", dataset->data->name);
	return MG_OK;
}

static int read_text(struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	dataset->slow = true;
	MG_TRY(mg_duckdb_rows_open(session, dataset, err));
	return add_folders(session, dataset, err);
}

int mg_duckdb_read(struct mg_session *session, struct dataset *dataset, struct mg_error *err)
{
	dataset->bytes = 0;
	for (size_t i = 0; i < dataset->file_count; i++) {
		const struct mg_source_file *file = dataset->sources[i];
		dataset->bytes += file->bytes * (file->packing == MG_PACKING_NONE ? 1 : 8);
	}
	MG_TRY(mg_folders_find(session->engine->arena, dataset->data, dataset->shown,
		dataset->file_count, &dataset->folders, err));
	return dataset->data->format == MG_FORMAT_PARQUET ? read_parquet(session, dataset, err)
							  : read_text(session, dataset, err);
}

bool mg_duckdb_is_small(const struct dataset *dataset)
{
	return dataset->slow && dataset->bytes <= small_bytes;
}
