/* json_merge.c: what all threads have seen of all files, as the columns of the dataset. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/escape.h"
#include "input/json.h"
#include "input/place.h"

static int by_first_place(const void *a, const void *b)
{
	const struct mg_json_column *x = a, *y = b;
	if (x->first_file != y->first_file)
		return x->first_file < y->first_file ? -1 : 1;
	return x->first_at < y->first_at ? -1 : x->first_at > y->first_at;
}

/* Columns of one name become one; returns how many there are then, in order of first appearance. */
static size_t join_columns(struct mg_arena *arena, size_t file_count,
	struct mg_json_column *const *columns, size_t count, struct mg_json_column **out)
{
	struct mg_json_keys keys;
	mg_json_keys_init(&keys, arena);
	struct mg_json_column *joined = mg_alloc_array(arena, count, sizeof(*joined));
	for (size_t i = 0; i < count; i++) {
		const struct mg_json_key *key = columns[i]->key;
		size_t before = keys.count;
		struct mg_json_key *own = mg_json_keys_get(&keys, key->name, key->len);
		if (!own)
			return MG_JSON_MOST_KEYS + 1;
		if (keys.count > before) {
			joined[own->index] = *columns[i];
			joined[own->index].key = own;
		} else {
			mg_json_column_join(&joined[own->index], columns[i], file_count);
		}
	}
	qsort(joined, keys.count, sizeof(*joined), by_first_place);
	*out = joined;
	return keys.count;
}

static bool has_rows(const struct mg_rows *rows, size_t file)
{
	const struct mg_json_detail *detail = rows->detail;
	for (size_t i = 0; i < detail->range_count; i++)
		if (detail->ranges[i].file == file)
			return true;
	return false;
}

/* Each file has each column, but for those that are declared. */
static int check_files(struct mg_arena *arena, const struct mg_rows *rows,
	const struct mg_json_column *columns, size_t count, struct mg_error *err)
{
	if (rows->data->union_by_name)
		return MG_OK;
	for (size_t c = 0; c < count; c++) {
		const struct mg_source_file *other = rows->files[columns[c].first_file];
		for (size_t f = 0; f < rows->file_count && !columns[c].declared; f++) {
			if (columns[c].files[f / 64] >> f % 64 & 1)
				continue;
			if (!has_rows(rows, f))
				return mg_place_fail(err, MG_EIO, rows, rows->files[f], 0,
					"it has no rows, and so no columns; union_by_name: true, "
					"or types of all columns, accepts it as it is");
			return mg_place_fail(err, MG_EIO, rows, rows->files[f], 0,
				"it lacks column %s, which %s has; union_by_name: true makes it "
				"NULL there",
				mg_log_safe_cut(arena, columns[c].key->name, 100),
				mg_log_safe(arena, mg_place_path(rows, other)));
		}
	}
	return MG_OK;
}

/* A declared column is NULL where no row has its key; but a key in another case may be what it means. */
static int add_declared(struct mg_rows *rows, struct mg_rows_type *declared, size_t count,
	size_t found, bool *out_renamed, struct mg_error *err)
{
	rows->column_count = found;
	for (size_t i = 0; i < count; i++) {
		size_t column = 0, alike = mg_rows_named(rows, declared[i].name, &column);
		if (alike > 1)
			return mg_rows_ambiguous(declared[i].name, err);
		if (!alike)
			continue;
		for (size_t k = 0; k < i; k++)
			if (strcmp(declared[k].name, rows->columns[column].name) == 0)
				return mg_rows_two_types(declared[i].name, err);
		*out_renamed = *out_renamed ||
			strcmp(declared[i].name, rows->columns[column].name) != 0;
		declared[i].name = rows->columns[column].name;
	}
	for (size_t i = 0; i < count; i++) {
		size_t column = 0;
		if (!mg_rows_named(rows, declared[i].name, &column))
			rows->columns[rows->column_count++] = (struct mg_rows_column){
				.name = declared[i].name, .type = declared[i].type};
	}
	return MG_OK;
}

/* One object that holds nothing but others is no row: rows lie within it, or columns ({"a": {"0": 1}}). */
static bool is_wrapping(
	const struct mg_rows *rows, const struct mg_json_column *columns, size_t count)
{
	if (rows->data->format == MG_FORMAT_NDJSON || rows->rows != 1 || count == 0)
		return false;
	for (size_t i = 0; i < count; i++)
		if (columns[i].declared || columns[i].kinds != 1u << MG_JSON_NESTED)
			return false;
	return true;
}

int mg_json_merge(struct mg_arena *arena, struct mg_rows *rows, struct mg_rows_type *declared,
	size_t declared_count, struct mg_json_column *const *columns, size_t count,
	bool *out_renamed, struct mg_error *err)
{
	struct mg_json_column *joined = NULL;
	size_t found = join_columns(arena, rows->file_count, columns, count, &joined);
	if (found > MG_JSON_MOST_KEYS)
		return mg_place_fail(err, MG_ELIMIT, rows, rows->files[0], 0,
			"rows have more than %d different keys, too many for columns",
			MG_JSON_MOST_KEYS);
	rows->columns = mg_alloc_array(arena, found + declared_count, sizeof(*rows->columns));
	for (size_t i = 0; i < found; i++)
		rows->columns[i] = (struct mg_rows_column){
			.name = joined[i].key->name, .type = mg_json_column_type(&joined[i])};
	MG_TRY(add_declared(rows, declared, declared_count, found, out_renamed, err));
	if (*out_renamed)
		return MG_OK;
	if (is_wrapping(rows, joined, found))
		return mg_place_fail(err, MG_EIO, rows, rows->files[0], 0,
			"it is one object of nothing but objects and arrays, so its rows lie within it. "
			"Write one object a row (pandas: orient=\"records\"), or say types: {%s: JSON} if "
			"it is one row",
			mg_log_safe_cut(arena, joined[0].key->name, 60));
	MG_TRY(check_files(arena, rows, joined, found, err));
	if (rows->column_count == 0)
		return mg_place_fail(err, MG_EIO, rows, rows->files[0], 0,
			"it has no columns: no row has a key; `types` of the dataset can name them");
	return MG_OK;
}
