/* fuzz_json.c: any bytes as a dataset, the first of which says how it is read: NDJSON or JSON, with
 * or without declared types and missing words. What is looked through can be read; rows, cells and
 * types hold together; and an array that is taken is one to jansson as well. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jansson.h>

#include "base/text.h"
#include "input/rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static void check_cell(const struct mg_type *type, const struct mg_cell_text *cell)
{
	union mg_parsed ignored;
	if (!cell->at)
		return;
	must(mg_utf8_valid(cell->at, cell->len));
	must(type->id == MG_TYPE_ID_TEXT || type->id == MG_TYPE_ID_JSON ||
		mg_value_parse(type, cell->at, cell->len, '.', &ignored));
}

static void read_rows(struct mg_arena *arena, const struct mg_rows *rows)
{
	size_t *columns = mg_alloc_array(arena, rows->column_count, sizeof(*columns));
	struct mg_cell_text **cells = mg_alloc_array(arena, rows->column_count, sizeof(*cells));
	for (size_t i = 0; i < rows->column_count; i++) {
		columns[i] = i;
		cells[i] = mg_alloc_array(arena, MG_ROWS_BATCH, sizeof(**cells));
	}
	void *state = mg_rows_json.open(rows, columns, rows->column_count);
	uint64_t seen = 0;
	for (size_t r = 0; r < mg_rows_json.range_count(rows); r++) {
		struct mg_error err;
		must(mg_rows_json.start(state, r, &err) == MG_OK);
		for (size_t count = 0;; seen += count) {
			must(mg_rows_json.read(state, cells, &count, &err) == MG_OK);
			if (count == 0)
				break;
			for (size_t i = 0; i < rows->column_count * count; i++)
				check_cell(&rows->columns[i / count].type,
					&cells[i / count][i % count]);
		}
	}
	mg_rows_json.close(state);
	must(seen == rows->rows);
}

/* Does jansson take it? It knows neither NaN nor numbers that are too large. */
static void compare(const char *text, size_t size)
{
	if (memchr(text, 'N', size) || memchr(text, 'I', size) || memchr(text, 'e', size) ||
		memchr(text, 'E', size) || size > 300)
		return;
	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		size -= 3;
	}
	json_error_t ignored;
	json_t *array = json_loadb(
		text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &ignored);
	must(array != NULL);
	json_decref(array);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	const char *text = (const char *)data + 1;
	size--;
	static const char *columns[] = {"a"}, *types[] = {"BIGINT", "DATE", "VARCHAR", "JSON"};
	static const char *missing[] = {"-1", "NA"};
	struct mg_data spec = {.path = "d", .format = MG_FORMAT_NDJSON};
	spec.format = *data & 1 ? MG_FORMAT_JSON : MG_FORMAT_NDJSON;
	spec.types.columns = columns;
	spec.types.types = &types[*data >> 1 & 3];
	spec.types.count = *data >> 3 & 1;
	spec.missing.values = missing;
	spec.missing.count = *data >> 4 & 1 ? 2 : 0;

	int fd = memfd_create("d", 0);
	must(fd >= 0 && write(fd, text, size) == (ssize_t)size);
	struct mg_source_file file = {.path = "/d", .fd = fd, .bytes = size};
	const struct mg_source_file *files[] = {&file};
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_rows rows = {
		.format = &mg_rows_json, .data = &spec, .files = files, .file_count = 1};
	struct mg_rows_options options = {.threads = 1};
	struct mg_error err = {0};
	if (mg_rows_json.scan(arena, &options, &rows, &err) == MG_OK) {
		read_rows(arena, &rows);
		if (mg_starts_with(rows.form, "json, an array"))
			compare(text, size);
	} else {
		must(err.code != MG_OK && *err.text && mg_utf8_valid(err.text, strlen(err.text)));
	}
	close(fd);
	return 0;
}
