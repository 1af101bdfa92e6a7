/* volume.c: Parquet files in a volume of Unity Catalog. They have no version, so which files were read is on
 * record by size, time and rows, and looked at again when all was measured. */
#include <string.h>

#include "base/escape.h"
#include "base/file.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "engine/sql/dialect.h"

static const struct mg_dialect *const d = &mg_dialect_databricks;

enum { MOST_FILES = 1000, FILES_AT_ONCE = 100, LIST_COLUMNS = 4 };

/* Columns of a listing. */
enum { PATH, SIZE, TIME, ROWS };

/* ---- names ---- */

static const char *from_files(struct mg_arena *arena, const char *path)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_add(&text, "parquet.");
	mg_dialect_name(d, &text, path);
	return text.data;
}

static int check_path(const char *path, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	if (mg_starts_with(path, "/Volumes/") && !strstr(path, "/../") &&
		!mg_ends_with(path, "/.."))
		return MG_OK;
	return mg_fail(err, MG_ESPEC,
		"'%s' is in no volume; write it as /Volumes/CATALOG/SCHEMA/VOLUME/FOLDER/*.parquet",
		mg_log_safe_cut(arena, path, 200));
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'    ? c - '0'
		: c >= 'A' && c <= 'F' ? c - 'A' + 10
		: c >= 'a' && c <= 'f' ? c - 'a' + 10
				       : -1;
}

/* "dbfs:/Volumes/prd/a%20b.parquet" -> "/Volumes/prd/a b.parquet"; NULL: it lies in no volume. */
static char *path_of_file(struct mg_arena *arena, const char *address)
{
	const char *from = strstr(address, "/Volumes/");
	char *path = mg_strdup(arena, from), *to = path;
	for (const char *s = path; s && *s; to++) {
		bool escaped = s[0] == '%' && hex_digit(s[1]) >= 0 && hex_digit(s[2]) >= 0;
		*to = escaped ? (char)(hex_digit(s[1]) * 16 + hex_digit(s[2])) : *s;
		s += escaped ? 3 : 1;
	}
	if (path)
		*to = '\0';
	return path;
}

int mg_databricks_volume_from(
	struct mg_arena *arena, const char *path, const char **out, struct mg_error *err)
{
	MG_TRY(check_path(path, err));
	*out = from_files(arena, path);
	return MG_OK;
}

/* ---- which files ---- */

/* Files without rows are not among them, and add none. */
static int list_files(struct mg_session *session, const struct mg_databricks_dataset *dataset,
	struct mg_arena *arena, struct mg_databricks_result *out, struct mg_error *err)
{
	const char *sql = mg_printf(arena,
		"SELECT _metadata.file_path AS path, _metadata.file_size AS size, "
		"unix_micros(_metadata.file_modification_time) AS at, count(*) AS n FROM %s "
		"GROUP BY 1, 2, 3 ORDER BY 1 LIMIT %d",
		dataset->table, MOST_FILES + 1);
	MG_TRY(mg_databricks_run(session, sql, arena, out, err));
	if (out->table.rows > MOST_FILES)
		return mg_fail(err, MG_ELIMIT,
			"%s has more than %d files, which cannot be shown to be the same all the time; "
			"make a Delta table of them (CREATE TABLE ... AS SELECT)",
			dataset->data->path, MOST_FILES);
	bool good = out->table.columns == LIST_COLUMNS;
	for (size_t i = 0; good && i < out->table.rows; i++) {
		const struct mg_cell *row = &out->table.cells[i * LIST_COLUMNS];
		good = row[PATH].type == MG_CELL_TEXT && row[SIZE].type == MG_CELL_INTEGER &&
			row[TIME].type == MG_CELL_INTEGER && row[ROWS].type == MG_CELL_INTEGER;
	}
	return good ? MG_OK
		    : mg_fail(err, MG_EENGINE, "the service does not tell which files there are");
}

/* The same only for the same files of the same sizes, times and numbers of rows. */
static void take_state(const struct mg_databricks_result *files, struct mg_arena *arena,
	struct mg_table_state *out)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_text text;
	char digest[65];
	mg_text_init(&text, scratch);
	out->rows = out->at_us = 0;
	for (size_t i = 0; i < files->table.rows; i++) {
		const struct mg_cell *row = &files->table.cells[i * LIST_COLUMNS];
		mg_text_addf(&text, "%s\t%lld\t%lld\t%lld\n", row[PATH].text,
			(long long)row[SIZE].integer, (long long)row[TIME].integer,
			(long long)row[ROWS].integer);
		out->rows += row[ROWS].integer;
		if (row[TIME].integer > out->at_us)
			out->at_us = row[TIME].integer;
	}
	mg_sha256(text.data, text.len, digest);
	out->snapshot = mg_printf(arena, "%zu file%s %.16s", files->table.rows,
		files->table.rows == 1 ? "" : "s", digest);
}

/* ---- do they have the same columns? ---- */

/* Of the folders: "/Volumes/a/day=1/x.parquet" has day, which no file holds. */
static bool is_of_folder(const char *path, const char *column)
{
	size_t len = strlen(column);
	for (const char *s = strchr(path, '/'); s; s = strchr(s + 1, '/'))
		if (strncmp(s + 1, column, len) == 0 && s[1 + len] == '=')
			return true;
	return false;
}

/* `a`, `b`: what every file must have. */
static const char *column_list(struct mg_arena *arena, const struct mg_databricks_result *described,
	const struct mg_databricks_result *files)
{
	struct mg_text list;
	mg_text_init(&list, arena);
	for (size_t i = 0; i < described->table.columns; i++) {
		if (is_of_folder(files->table.cells[PATH].text, described->columns[i].name))
			continue;
		mg_text_add(&list, list.len ? ", " : "");
		mg_dialect_name(d, &list, described->columns[i].name);
	}
	return list.len ? list.data : "1";
}

static int compare_some(struct mg_session *session, const struct mg_databricks_result *files,
	const char *columns, size_t from, struct mg_arena *arena, struct mg_error *err)
{
	struct mg_databricks_result none;
	struct mg_text all;
	mg_text_init(&all, arena);
	for (size_t i = from; i < files->table.rows && i < from + FILES_AT_ONCE; i++) {
		const char *path = path_of_file(arena, files->table.cells[i * LIST_COLUMNS].text);
		if (!path)
			return mg_fail(err, MG_EENGINE, "the service tells of a file in no volume");
		mg_text_addf(&all, "%sSELECT %s FROM %s", all.len ? " UNION ALL " : "", columns,
			from_files(arena, path));
	}
	int code = mg_databricks_run(session,
		mg_printf(arena, "SELECT * FROM (%s) AS `q` LIMIT 0", all.data), arena, &none, err);
	return code == MG_EENGINE ? mg_fail_in(err, "not all files have the same columns") : code;
}

/* Spark takes the columns of one file, and reads NULLs where another has not got them. */
static int compare_columns(struct mg_session *session, const struct mg_databricks_dataset *dataset,
	const struct mg_databricks_result *files, struct mg_arena *arena, struct mg_error *err)
{
	struct mg_databricks_result described;
	if (files->table.rows < 2)
		return MG_OK;
	MG_TRY(mg_databricks_run(session,
		mg_printf(arena, "SELECT * FROM %s LIMIT 0", dataset->table), arena, &described,
		err));
	const char *columns = column_list(arena, &described, files);
	for (size_t i = 0; i < files->table.rows; i += FILES_AT_ONCE)
		MG_TRY(compare_some(session, files, columns, i, arena, err));
	return MG_OK;
}

/* ---- what others call ---- */

int mg_databricks_volume_open(
	struct mg_session *session, struct mg_databricks_dataset *dataset, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	const char *path = dataset->data->path;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_databricks_result files;
	MG_TRY(mg_databricks_volume_from(engine->arena, path, &dataset->table, err));
	MG_TRY(list_files(session, dataset, arena, &files, err));
	MG_TRY(compare_columns(session, dataset, &files, arena, err));
	dataset->state = (struct mg_table_state){
		.kind = "databricks", .name = path, .access = MG_ACCESS_WHOLE};
	take_state(&files, engine->arena, &dataset->state);
	return MG_OK;
}

int mg_databricks_volume_unchanged(struct mg_session *session,
	const struct mg_databricks_dataset *dataset, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_databricks_result files;
	struct mg_table_state now = {0};
	MG_TRY(list_files(session, dataset, arena, &files, err));
	take_state(&files, arena, &now);
	if (mg_streq(now.snapshot, dataset->state.snapshot))
		return MG_OK;
	return mg_fail(err, MG_EIO,
		"the files of %s changed while they were read (%s, then %s); run again when nobody "
		"writes there",
		dataset->data->path, dataset->state.snapshot, now.snapshot);
}
