/* json_read.c: the second look at rows that were found: their cells. Whatever does not come out as
 * it did the first time has changed. */
#include <stdlib.h>
#include <string.h>

#include "input/json.h"
#include "input/window.h"

struct reader {
	const struct mg_rows *rows;
	const struct mg_json_detail *detail;
	struct mg_arena *arena, *scratch; /* scratch: texts without escapes of the batch */
	struct mg_window window;
	struct mg_json_text text;
	struct mg_json_keys keys; /* index: the place in rows->columns */
	const size_t *columns;
	size_t column_count;
	size_t *wanted;          /* by the index of keys: 1 + the first place in `columns`, or 0 */
	size_t range, range_end; /* to read, of this unit */
	uint32_t left;           /* rows of this range */
};

void *mg_json_rows_open(const struct mg_rows *rows, const size_t *columns, size_t column_count)
{
	struct mg_arena *arena = mg_arena_new();
	struct reader *r = mg_alloc(arena, sizeof(*r));
	r->rows = rows;
	r->detail = rows->detail;
	r->arena = arena;
	r->scratch = mg_arena_new();
	r->columns = columns;
	r->column_count = column_count;
	mg_json_text_init(&r->text, r->scratch);
	r->text.trusted = true;
	mg_json_keys_init(&r->keys, arena);
	for (size_t i = 0; i < rows->column_count; i++)
		mg_json_keys_get(&r->keys, rows->columns[i].name, strlen(rows->columns[i].name));
	r->keys.fixed = true;
	r->wanted = mg_alloc_array(arena, rows->column_count, sizeof(*r->wanted));
	for (size_t i = column_count; i-- > 0;)
		r->wanted[columns[i]] = i + 1;
	return r;
}

void mg_json_rows_close(void *state)
{
	struct reader *r = state;
	mg_window_close(&r->window);
	mg_json_text_done(&r->text);
	mg_arena_free(r->scratch);
	mg_arena_free(r->arena);
}

static const struct mg_source_file *file_of(const struct reader *r)
{
	return r->rows->files[r->detail->ranges[r->range].file];
}

static int changed(const struct reader *r, struct mg_error *err)
{
	return mg_fail(err, MG_EIO, "data changed while it was read: %s", file_of(r)->path);
}

/* All bytes of the range into the window, which lies before it. */
static int load_range(struct reader *r, struct mg_error *err)
{
	const struct mg_json_range *range = &r->detail->ranges[r->range];
	struct mg_window *window = &r->window;
	while (window->at + window->len < range->to) {
		uint64_t before = range->from - window->at;
		if (window->ended)
			return changed(r, err);
		MG_TRY(mg_window_more(
			window, before < window->len ? (size_t)before : window->len, err));
	}
	r->text.at = window->data + (range->from - window->at);
	r->text.end = window->data + window->len;
	r->left = range->rows;
	return MG_OK;
}

int mg_json_rows_start(void *state, size_t unit, struct mg_error *err)
{
	struct reader *r = state;
	const struct mg_json_detail *detail = r->detail;
	r->range = detail->units[unit];
	r->range_end = unit + 1 < detail->unit_count ? detail->units[unit + 1]
						     : detail->range_count;
	bool plain = file_of(r)->packing == MG_PACKING_NONE;
	MG_TRY(mg_window_start(&r->window, file_of(r), plain ? detail->ranges[r->range].from : 0,
		plain ? detail->ranges[r->range].to : UINT64_MAX, NULL, err));
	return load_range(r, err);
}

static bool read_row(struct reader *r, struct mg_cell_text *const *cells, size_t row)
{
	struct mg_json_key *last = &r->keys.first, *key = NULL;
	struct mg_json_value value;
	if (mg_json_begin(&r->text) != MG_JSON_OK)
		return false;
	for (;; last = key) {
		if (mg_json_next(&r->text, &r->keys, last, &key, &value) != MG_JSON_OK)
			return false;
		if (!key)
			return true;
		size_t wanted = r->wanted[key->index];
		if (wanted)
			cells[wanted - 1][row] = mg_json_cell(&r->rows->columns[key->index].type,
				&r->rows->data->missing, &value, r->scratch);
	}
}

static void pass_separators(struct mg_json_text *text)
{
	mg_json_blanks(text);
	if (*text->at == ',')
		text->at++;
	mg_json_blanks(text);
}

/* A column that is wanted more than once was read once. */
static void repeat_cells(const struct reader *r, struct mg_cell_text *const *cells, size_t rows)
{
	for (size_t i = 0; i < r->column_count; i++) {
		size_t first = r->wanted[r->columns[i]] - 1;
		if (first != i)
			memcpy(cells[i], cells[first], rows * sizeof(*cells[i]));
	}
}

int mg_json_rows_read(
	void *state, struct mg_cell_text *const *cells, size_t *out_rows, struct mg_error *err)
{
	struct reader *r = state;
	*out_rows = 0;
	if (r->left == 0 && r->range + 1 >= r->range_end)
		return MG_OK;
	if (mg_arena_used(r->scratch))
		mg_arena_reset(r->scratch);
	if (r->left == 0) {
		r->range++;
		MG_TRY(load_range(r, err));
	}
	size_t rows = r->left < MG_ROWS_BATCH ? r->left : MG_ROWS_BATCH;
	for (size_t i = 0; i < r->column_count; i++)
		memset(cells[i], 0, rows * sizeof(*cells[i]));
	for (size_t row = 0; row < rows; row++) {
		if (!read_row(r, cells, row))
			return changed(r, err);
		if (--r->left > 0)
			pass_separators(&r->text);
	}
	const struct mg_json_range *range = &r->detail->ranges[r->range];
	uint64_t at = r->window.at + (uint64_t)(r->text.at - r->window.data);
	if (r->left == 0 && at != range->to)
		return changed(r, err);
	repeat_cells(r, cells, rows);
	*out_rows = rows;
	return MG_OK;
}
