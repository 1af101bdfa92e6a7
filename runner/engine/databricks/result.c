/* result.c: rows of a result, of which every value comes as text, as numbers and texts. */
#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "http/ask.h"

enum { MOST_CELLS = 4000000, MOST_BYTES = 128 << 20, MOST_COLUMNS = 20000, MOST_TYPE = 120 };

int mg_databricks_rows_init(struct mg_databricks_rows *rows, struct mg_arena *arena,
	const json_t *manifest, struct mg_error *err)
{
	const json_t *list = json_object_get(json_object_get(manifest, "schema"), "columns");
	size_t count = json_array_size(list);
	if (!count || count > MOST_COLUMNS)
		return mg_fail(err, MG_EENGINE, "the result has %zu columns", count);
	*rows = (struct mg_databricks_rows){.arena = arena, .column_count = count};
	rows->columns = mg_alloc_array(arena, count, sizeof(*rows->columns));
	for (size_t i = 0; i < count; i++) {
		const json_t *column = json_array_get(list, i);
		const char *name = mg_ask_text(column, "name"),
			   *type = mg_ask_text(column, "type_text");
		if (!name || !type)
			return mg_fail(err, MG_EENGINE,
				"column %zu of the result has no name or type", i + 1);
		rows->columns[i] = (struct mg_databricks_column){
			mg_strdup(arena, name), mg_strndup(arena, type, MOST_TYPE)};
	}
	return MG_OK;
}

static enum mg_cell_type cell_type(const char *type)
{
	static const char *const whole[] = {"BIGINT", "INT", "SMALLINT", "TINYINT", "LONG"};
	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++)
		if (mg_streq(type, whole[i]))
			return MG_CELL_INTEGER;
	return mg_streq(type, "DOUBLE") || mg_streq(type, "FLOAT") ? MG_CELL_REAL : MG_CELL_TEXT;
}

static bool read_cell(
	struct mg_arena *arena, const char *type, const json_t *value, struct mg_cell *out)
{
	if (json_is_null(value))
		return true; /* zeroed: MG_CELL_NULL */
	if (!json_is_string(value))
		return false;
	out->type = cell_type(type);
	switch (out->type) {
	case MG_CELL_INTEGER:
		return mg_parse_int(json_string_value(value), &out->integer);
	case MG_CELL_REAL:
		return mg_parse_double(json_string_value(value), true, &out->real);
	default:
		out->text = mg_text_copy(
			arena, json_string_value(value), json_string_length(value));
		return true;
	}
}

static void make_room(struct mg_databricks_rows *rows, size_t more)
{
	if (rows->count + more <= rows->capacity)
		return;
	size_t width = rows->column_count, capacity = (rows->count + more) * 2;
	struct mg_cell *cells = mg_alloc_array(rows->arena, capacity * width, sizeof(*cells));
	if (rows->count)
		memcpy(cells, rows->cells, rows->count * width * sizeof(*cells));
	rows->cells = cells;
	rows->capacity = capacity;
}

int mg_databricks_rows_add(
	struct mg_databricks_rows *rows, const json_t *chunk, struct mg_error *err)
{
	const json_t *list = json_object_get(chunk, "data_array");
	size_t width = rows->column_count, more = json_array_size(list);
	if (list && !json_is_array(list))
		return mg_fail(err, MG_EENGINE, "the rows of the result are not rows");
	if ((rows->count + more) * width > MOST_CELLS)
		return mg_fail(
			err, MG_ELIMIT, "the query returned more than %d values", MOST_CELLS);
	make_room(rows, more);
	for (size_t r = 0; r < more; r++) {
		const json_t *row = json_array_get(list, r);
		if (json_array_size(row) != width)
			return mg_fail(err, MG_EENGINE,
				"a row of the result has %zu values instead of %zu",
				json_array_size(row), width);
		for (size_t c = 0; c < width; c++) {
			const json_t *value = json_array_get(row, c);
			rows->bytes += json_string_length(value);
			if (rows->bytes > MOST_BYTES)
				return mg_fail(err, MG_ELIMIT, "the query returned more than %s",
					mg_human_bytes(rows->arena, MOST_BYTES));
			if (!read_cell(rows->arena, rows->columns[c].type, value,
				    &rows->cells[rows->count * width + c]))
				return mg_fail(err, MG_EENGINE,
					"a value of column %zu of the result is not of type %s",
					c + 1,
					mg_log_safe_cut(rows->arena, rows->columns[c].type, 60));
		}
		rows->count++;
	}
	return MG_OK;
}
