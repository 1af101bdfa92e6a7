/* csv_read.c: the cells of CSV files, range by range, as they were found when looking through. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "input/csv.h"

/* A field that nobody wants. */
#define NO_SLOT SIZE_MAX

struct csv_state {
	const struct mg_rows *rows;
	const struct mg_csv_detail *detail;
	const size_t *wanted;
	size_t wanted_count;
	struct mg_arena *arena; /* of the state */
	struct mg_arena *batch; /* texts that had to be written anew */
	struct mg_csv_cursor cursor;
	const struct mg_csv_range *range;
	size_t *slots; /* by field of the range's file */
	size_t last;   /* fields up to the last one that is wanted */
	bool *absent;  /* by wanted column: the file lacks it */
	uint64_t left; /* rows of the range */
	bool plain;    /* the text of a field is its value, and only an empty one is NULL */
};

static size_t range_count(const struct mg_rows *rows)
{
	return ((const struct mg_csv_detail *)rows->detail)->range_count;
}

static uint64_t range_rows(const struct mg_rows *rows, size_t range)
{
	return ((const struct mg_csv_detail *)rows->detail)->ranges[range].rows;
}

static size_t range_file(const struct mg_rows *rows, size_t range)
{
	return ((const struct mg_csv_detail *)rows->detail)->ranges[range].file;
}

static void *open_state(const struct mg_rows *rows, const size_t *columns, size_t column_count)
{
	struct mg_arena *arena = mg_arena_new();
	struct csv_state *s = mg_alloc(arena, sizeof(*s));
	size_t most = 0;
	s->rows = rows;
	s->detail = rows->detail;
	s->wanted = columns;
	s->wanted_count = column_count;
	s->arena = arena;
	s->batch = mg_arena_new();
	for (size_t i = 0; i < rows->file_count; i++)
		if (s->detail->field_count[i] > most)
			most = s->detail->field_count[i];
	s->slots = mg_alloc_array(arena, most, sizeof(*s->slots));
	s->absent = mg_alloc_array(arena, column_count, sizeof(*s->absent));
	s->cursor.form = &s->detail->form;
	s->cursor.record.fields = mg_alloc_array(arena, most, sizeof(*s->cursor.record.fields));
	const struct mg_csv_form *form = &s->detail->form;
	s->plain = !form->null_text && !form->latin1 && rows->data->missing.count == 0;
	return s;
}

static void close_state(void *state)
{
	struct csv_state *s = state;
	mg_window_close(&s->cursor.window);
	mg_arena_free(s->batch);
	mg_arena_free(s->arena);
}

static int start_range(void *state, size_t range, struct mg_error *err)
{
	struct csv_state *s = state;
	const struct mg_csv_range *r = &s->detail->ranges[range];
	size_t fields = s->detail->field_count[r->file];
	s->range = r;
	s->left = r->rows;
	s->last = 0;
	for (size_t i = 0; i < s->wanted_count; i++)
		s->absent[i] = true;
	for (size_t f = 0; f < fields; f++) {
		s->slots[f] = NO_SLOT;
		for (size_t i = 0; i < s->wanted_count; i++) {
			if (s->wanted[i] != s->detail->columns[r->file][f])
				continue;
			s->slots[f] = i;
			s->absent[i] = false;
			s->last = f + 1;
		}
	}
	s->cursor.columns = fields;
	s->cursor.record.capacity = fields;
	return mg_csv_cursor_seek(&s->cursor, s->rows->files[r->file], r->from, r->to, NULL, err);
}

static const char *written_anew(struct csv_state *s, const struct mg_csv_field *field, size_t *len)
{
	const struct mg_csv_form *form = &s->detail->form;
	const char *text = field->at;
	if (field->escaped) {
		char *value = mg_alloc(s->batch, field->len);
		*len = mg_csv_unescape(form, field, value);
		text = value;
	}
	if (!form->latin1)
		return text;
	char *value = mg_alloc(s->batch, 2 * *len);
	*len = mg_csv_from_latin1(text, *len, value);
	return value;
}

static struct mg_cell_text cell_of(struct csv_state *s, const struct mg_csv_field *field)
{
	static const char empty[] = "";
	size_t len = field->len;
	if (s->plain && !field->escaped)
		return len == 0 && !field->quoted ? (struct mg_cell_text){NULL, 0}
						  : (struct mg_cell_text){field->at, len};
	const char *text = written_anew(s, field, &len);
	if (mg_csv_is_null(&s->detail->form, &s->rows->data->missing, field, text, len))
		return (struct mg_cell_text){NULL, 0};
	return (struct mg_cell_text){len ? text : empty, len};
}

static void hand_over(struct csv_state *s, struct mg_cell_text *const *cells, size_t row)
{
	const struct mg_csv_field *fields = s->cursor.record.fields;
	for (size_t f = 0; f < s->last; f++)
		if (s->slots[f] != NO_SLOT)
			cells[s->slots[f]][row] = cell_of(s, &fields[f]);
	for (size_t i = 0; i < s->wanted_count; i++)
		if (s->absent[i])
			cells[i][row] = (struct mg_cell_text){NULL, 0};
}

static int changed(const struct csv_state *s, struct mg_error *err)
{
	return mg_fail(
		err, MG_EIO, "%s changed while it was read", s->rows->files[s->range->file]->shown);
}

static int read_rows(
	void *state, struct mg_cell_text *const *cells, size_t *out_rows, struct mg_error *err)
{
	struct csv_state *s = state;
	size_t row = 0;
	mg_arena_reset(s->batch);
	while (row < MG_ROWS_BATCH && s->left > 0) {
		enum mg_csv_found found = mg_csv_cursor_next(&s->cursor);
		if (found == MG_CSV_MORE && row > 0)
			break; /* the window stays until these rows were looked at */
		if (found == MG_CSV_MORE) {
			MG_TRY(mg_csv_cursor_more(&s->cursor, err));
			continue;
		}
		if (found != MG_CSV_RECORD || s->cursor.record.count != s->cursor.record.capacity)
			return changed(s, err);
		hand_over(s, cells, row++);
		s->left--;
	}
	if (s->left == 0 && row > 0 && mg_csv_cursor_place(&s->cursor) > s->range->to)
		return changed(s, err);
	*out_rows = row;
	return MG_OK;
}

const struct mg_rows_format mg_rows_csv = {
	.name = "csv",
	.scan = mg_csv_scan,
	.range_count = range_count,
	.range_rows = range_rows,
	.range_file = range_file,
	.open = open_state,
	.close = close_state,
	.start = start_range,
	.read = read_rows,
};
