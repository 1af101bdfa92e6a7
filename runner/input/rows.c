/* rows.c: rows of text files whatever their format: looking through, reading in passes, and what a
 * column's name and declared type mean. */
#include "input/rows.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/escape.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "input/folders.h"
#include "input/place.h"

int mg_rows_scan(struct mg_arena *arena, const struct mg_data *data,
	const struct mg_source_file *const *files, size_t file_count,
	const struct mg_rows_options *options, struct mg_rows **out, struct mg_error *err)
{
	bool csv = data->format == MG_FORMAT_CSV || data->format == MG_FORMAT_TSV;
	struct mg_rows *rows = mg_alloc(arena, sizeof(*rows));
	rows->format = csv ? &mg_rows_csv : &mg_rows_json;
	rows->data = data;
	rows->folders = options->folders;
	rows->files = files;
	rows->file_count = file_count;
	MG_TRY(rows->format->scan(arena, options, rows, err));
	*out = rows;
	return MG_OK;
}

/* ---- passes ---- */

struct mg_rows_pass {
	const struct mg_rows *rows;
	const size_t *columns;
	size_t column_count, range_count;
	_Atomic size_t next;
};

struct mg_rows_reader {
	struct mg_rows_pass *pass;
	void *state;   /* the format's, when a column is wanted */
	uint64_t left; /* rows of the range when none is */
	bool started;  /* a range */
	size_t file;   /* that the range is of */
};

struct mg_rows_pass *mg_rows_pass_open(
	const struct mg_rows *rows, const size_t *columns, size_t column_count)
{
	struct mg_rows_pass *pass = mg_zeroed(1, sizeof(*pass));
	pass->rows = rows;
	pass->columns = columns;
	pass->column_count = column_count;
	pass->range_count = rows->format->range_count(rows);
	return pass;
}

void mg_rows_pass_close(struct mg_rows_pass *pass)
{
	free(pass);
}

struct mg_rows_reader *mg_rows_reader_open(struct mg_rows_pass *pass)
{
	struct mg_rows_reader *reader = mg_zeroed(1, sizeof(*reader));
	reader->pass = pass;
	if (pass->column_count)
		reader->state = pass->rows->format->open(
			pass->rows, pass->columns, pass->column_count);
	return reader;
}

void mg_rows_reader_close(struct mg_rows_reader *reader)
{
	if (!reader)
		return;
	if (reader->state)
		reader->pass->rows->format->close(reader->state);
	free(reader);
}

static int read_range(struct mg_rows_reader *reader, struct mg_cell_text *const *cells,
	size_t *out_rows, struct mg_error *err)
{
	*out_rows = 0;
	if (!reader->started)
		return MG_OK;
	if (reader->state)
		return reader->pass->rows->format->read(reader->state, cells, out_rows, err);
	*out_rows = reader->left < MG_ROWS_BATCH ? (size_t)reader->left : MG_ROWS_BATCH;
	reader->left -= *out_rows;
	return MG_OK;
}

int mg_rows_read(struct mg_rows_reader *reader, struct mg_cell_text *const *cells, size_t *out_rows,
	struct mg_error *err)
{
	struct mg_rows_pass *pass = reader->pass;
	const struct mg_rows_format *format = pass->rows->format;
	for (;;) {
		MG_TRY(read_range(reader, cells, out_rows, err));
		if (*out_rows)
			return MG_OK;
		size_t range = atomic_fetch_add(&pass->next, 1);
		reader->started = range < pass->range_count;
		if (!reader->started)
			return MG_OK;
		reader->file = format->range_file(pass->rows, range);
		if (reader->state)
			MG_TRY(format->start(reader->state, range, err));
		else
			reader->left = format->range_rows(pass->rows, range);
	}
}

size_t mg_rows_reader_file(const struct mg_rows_reader *reader)
{
	return reader->file;
}

/* ---- names and declared types ---- */

size_t mg_rows_named(const struct mg_rows *rows, const char *name, size_t *out)
{
	size_t same = 0, alike = 0, other = 0;
	for (size_t i = 0; i < rows->column_count; i++) {
		if (strcasecmp(rows->columns[i].name, name) != 0)
			continue;
		alike++;
		other = i;
		if (strcmp(rows->columns[i].name, name) != 0)
			continue;
		same++;
		*out = i;
	}
	if (!same)
		*out = other;
	return same ? same : alike;
}

int mg_rows_type_of(const struct mg_data *data, size_t i, struct mg_type *out, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	if (!mg_type_parse(data->types.types[i], out))
		return mg_fail(err, MG_ESPEC, "types: '%s' of %s is not a type",
			mg_log_safe(scratch, data->types.types[i]),
			mg_log_safe(scratch, data->types.columns[i]));
	out->format = data->types.formats ? data->types.formats[i] : NULL;
	return MG_OK;
}

int mg_rows_types(struct mg_arena *arena, const struct mg_rows *rows, struct mg_rows_type **out,
	size_t *out_count, struct mg_error *err)
{
	const struct mg_data *data = rows->data;
	struct mg_rows_type *list = mg_alloc_array(arena, data->types.count + 1, sizeof(*list));
	size_t count = 0;
	for (size_t i = 0; i < data->types.count; i++) {
		const char *name = data->types.columns[i];
		if (rows->folders && mg_folders_named(rows->folders, name))
			continue;
		list[count].name = name;
		MG_TRY(mg_rows_type_of(data, i, &list[count++].type, err));
	}
	*out = list;
	*out_count = count;
	return MG_OK;
}

int mg_rows_ambiguous(const char *name, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	return mg_fail(err, MG_ESPEC, "types: more than one column is called %s, whatever the case",
		mg_log_safe(scratch, name));
}

int mg_rows_two_types(const char *name, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	return mg_fail(err, MG_ESPEC, "types: column %s has two types", mg_log_safe(scratch, name));
}

int mg_rows_declare(struct mg_arena *arena, const struct mg_rows *rows,
	struct mg_rows_declared **out, struct mg_error *err)
{
	struct mg_rows_type *types = NULL;
	size_t count = 0;
	MG_TRY(mg_rows_types(arena, rows, &types, &count, err));
	struct mg_rows_declared *declared = mg_alloc_array(
		arena, rows->column_count, sizeof(*declared));
	for (size_t i = 0; i < count; i++) {
		size_t column = 0, found = mg_rows_named(rows, types[i].name, &column);
		if (found > 1)
			return mg_rows_ambiguous(types[i].name, err);
		if (!found)
			return mg_fail(err, MG_ENOTFOUND, "types: there is no column %s",
				mg_log_safe(arena, types[i].name));
		if (declared[column].is)
			return mg_rows_two_types(types[i].name, err);
		declared[column] = (struct mg_rows_declared){true, types[i].type};
	}
	*out = declared;
	return MG_OK;
}

static int missing_column(struct mg_arena *arena, const struct mg_rows *rows, size_t file,
	const char *name, bool lacks, struct mg_error *err)
{
	const char *safe = mg_log_safe(arena, name);
	const char *first = mg_log_safe(arena, mg_place_path(rows, rows->files[0]));
	return mg_place_fail(err, MG_EIO, rows, rows->files[file], 0,
		lacks ? "it lacks column %s, which %s has; union_by_name: true makes it NULL "
			"there"
		      : "it has column %s, which %s lacks; union_by_name: true makes it NULL "
			"there",
		safe, first);
}

int mg_rows_match_columns(struct mg_arena *arena, struct mg_rows *rows, size_t file,
	const char *const *names, size_t count, size_t *columns, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_map places; /* name -> 1 + index */
	mg_map_init(&places, scratch);
	for (size_t i = 0; i < rows->column_count; i++)
		if (!mg_map_has(&places, rows->columns[i].name))
			mg_map_put(&places, rows->columns[i].name, (void *)(uintptr_t)(i + 1));
	bool *seen = mg_alloc_array(scratch, rows->column_count + 1, sizeof(*seen));
	size_t known = rows->column_count, capacity = known;
	for (size_t i = 0; i < count; i++) {
		size_t at = (size_t)(uintptr_t)mg_map_get(&places, names[i]);
		if (at && at <= known && seen[at - 1])
			return mg_place_fail(err, MG_EIO, rows, rows->files[file], 0,
				"two columns are called %s, so they cannot be told apart by name",
				mg_log_safe(arena, names[i]));
		if (!at && !rows->data->union_by_name)
			return missing_column(arena, rows, file, names[i], false, err);
		if (!at) {
			rows->columns = mg_grow(arena, rows->columns, rows->column_count, &capacity,
				sizeof(*rows->columns));
			rows->columns[rows->column_count++] = (struct mg_rows_column){
				.name = names[i]};
			at = rows->column_count;
			mg_map_put(&places, names[i], (void *)(uintptr_t)at);
		}
		if (at <= known)
			seen[at - 1] = true;
		columns[i] = at - 1;
	}
	for (size_t i = 0; i < known && !rows->data->union_by_name; i++)
		if (!seen[i])
			return missing_column(arena, rows, file, rows->columns[i].name, true, err);
	return MG_OK;
}

const char *mg_rows_bad_value(struct mg_arena *arena, const struct mg_data *data,
	const char *column, const char *value, size_t len, const struct mg_type *type)
{
	enum { MOST_SHOWN = 60 };
	char buffer[MG_TYPE_NAME];
	struct mg_text shown;
	mg_text_init(&shown, arena);
	mg_escape_log(&shown, value, len, MOST_SHOWN);
	return mg_printf(arena, "%s is not of type %s%s%s, which `types` gives column %s",
		mg_rows_may_quote(data) ? mg_printf(arena, "'%s'", shown.data) : "a value",
		mg_type_name(type, buffer), type->format ? " written as " : "",
		type->format ? mg_log_safe_cut(arena, type->format, MOST_SHOWN) : "",
		mg_log_safe_cut(arena, column, MOST_SHOWN));
}
