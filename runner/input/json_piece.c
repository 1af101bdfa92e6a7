/* json_piece.c: row after row of a piece: is it JSON, which keys and values has it, where does it
 * lie? */
#include "input/json_piece.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/text.h"

/* What may come next in a file that is not of lines. */
enum state { AT_START, FIRST_OF_ARRAY, NEXT_OF_ARRAY, BEHIND_ROW, NEXT_OBJECT, BEHIND_ARRAY };

struct mg_json_worker {
	const struct mg_json_look *look;
	struct mg_arena *arena, *scratch;
	struct mg_window window;
	struct mg_json_text text;
	struct mg_json_keys keys;
	struct mg_json_column **columns; /* by the index of keys */
	size_t column_capacity;
	uint64_t row; /* tries to read one, over all pieces */
	/* of the piece that is looked through */
	struct mg_json_piece *piece;
	enum state state;
	struct mg_error err;
};

struct mg_json_worker *mg_json_worker_new(const struct mg_json_look *look)
{
	struct mg_arena *arena = mg_arena_new();
	struct mg_json_worker *w = mg_alloc(arena, sizeof(*w));
	w->look = look;
	w->arena = arena;
	w->scratch = mg_arena_new();
	mg_json_text_init(&w->text, w->scratch);
	mg_json_keys_init(&w->keys, arena);
	return w;
}

void mg_json_worker_free(struct mg_json_worker *w)
{
	mg_window_close(&w->window);
	mg_json_text_done(&w->text);
	mg_arena_free(w->scratch);
	mg_arena_free(w->arena);
}

struct mg_json_column **mg_json_worker_columns(struct mg_json_worker *w, size_t *out_count)
{
	*out_count = w->keys.count < w->column_capacity ? w->keys.count : w->column_capacity;
	return w->columns;
}

/* ---- rows ---- */

static uint64_t place_of(const struct mg_json_worker *w, const char *at)
{
	return w->window.at + (uint64_t)(at - w->window.data);
}

static const struct mg_type *declared_type(const struct mg_json_look *look, const char *name)
{
	for (size_t i = 0; i < look->declared_count; i++)
		if (strcmp(look->declared[i].name, name) == 0)
			return &look->declared[i].type;
	return NULL;
}

static struct mg_json_column *new_column(
	struct mg_json_worker *w, const struct mg_json_key *key, const char *at)
{
	while (key->index >= w->column_capacity) {
		size_t before = w->column_capacity;
		w->columns = mg_grow(w->arena, w->columns, before, &w->column_capacity,
			sizeof(struct mg_json_column *));
	}
	struct mg_json_column *column = mg_alloc(w->arena, sizeof(*column));
	column->key = key;
	column->declared = declared_type(w->look, key->name);
	column->first_file = w->piece->file;
	column->first_at = place_of(w, at);
	column->files = mg_alloc_array(
		w->arena, (w->look->rows->file_count + 63) / 64, sizeof(*column->files));
	w->columns[key->index] = column;
	return column;
}

static enum mg_json_outcome add_value(
	struct mg_json_worker *w, const struct mg_json_key *key, const struct mg_json_value *value)
{
	struct mg_json_column *column = key->index < w->column_capacity ? w->columns[key->index]
									: NULL;
	if (!column)
		column = new_column(w, key, value->at);
	if (column->row == w->row)
		return mg_json_twice(&w->text, key->name, key->len);
	column->row = w->row;
	uint32_t file = w->piece->file;
	if (column->last_file != file + 1) {
		column->last_file = file + 1;
		column->files[file / 64] |= (uint64_t)1 << file % 64;
	}
	const char *wrong = NULL;
	if (mg_json_column_add(column, w->look->rows->data, value, w->scratch, &wrong))
		return MG_JSON_OK;
	snprintf(w->text.wrong, sizeof(w->text.wrong), "%s", wrong);
	return MG_JSON_BAD;
}

/* The row at `at`: what its values are, but not that there is a row more. */
static enum mg_json_outcome take_row(struct mg_json_worker *w)
{
	struct mg_json_key *last = &w->keys.first, *key = NULL;
	struct mg_json_value value;
	enum mg_json_outcome outcome = mg_json_begin(&w->text);
	w->row++;
	while (outcome == MG_JSON_OK) {
		outcome = mg_json_next(&w->text, &w->keys, last, &key, &value);
		if (outcome != MG_JSON_OK || !key)
			break;
		outcome = add_value(w, key, &value);
		last = key;
	}
	return outcome;
}

/* One row more, from `start` to `end`. */
static void count_row(struct mg_json_worker *w, const char *start, const char *end)
{
	struct mg_json_piece *piece = w->piece;
	struct mg_json_range *range = piece->range_count ? &piece->ranges[piece->range_count - 1]
							 : NULL;
	if (!range || range->to - range->from >= MG_WINDOW_STEP) {
		piece->ranges = mg_grow(w->arena, piece->ranges, piece->range_count,
			&piece->range_capacity, sizeof(*piece->ranges));
		range = &piece->ranges[piece->range_count++];
		*range = (struct mg_json_range){.file = piece->file, .from = place_of(w, start)};
	}
	range->rows++;
	range->to = place_of(w, end);
	piece->rows++;
	if (mg_arena_used(w->scratch))
		mg_arena_reset(w->scratch);
}

/* ---- a file of lines ---- */

/* The end of the bytes: of the file as well, or only of what was read yet? */
static enum mg_json_outcome at_end(const struct mg_json_worker *w, bool *out_done)
{
	*out_done = w->window.ended;
	return w->window.ended ? MG_JSON_OK : MG_JSON_MORE;
}

static enum mg_json_outcome take_line(struct mg_json_worker *w, bool *out_done)
{
	struct mg_json_text *text = &w->text;
	if (place_of(w, text->at) >= w->piece->until) {
		*out_done = true;
		return MG_JSON_OK;
	}
	mg_json_blanks(text);
	if (*text->at == '\n') {
		w->piece->blank_lines++;
		text->at++;
		return MG_JSON_OK;
	}
	if (text->at == text->end)
		return at_end(w, out_done);
	if (*text->at == '[')
		return mg_json_wrong(text, text->at,
			"an array is not a row; one array of objects is read with `format: json`");
	const char *start = text->at;
	enum mg_json_outcome outcome = take_row(w);
	if (outcome != MG_JSON_OK)
		return outcome;
	const char *end = text->at;
	mg_json_blanks(text);
	if (text->at == text->end)
		outcome = at_end(w, out_done);
	else if (*text->at != '\n')
		outcome = mg_json_wrong(
			text, text->at, "text follows the object; NDJSON is one object per line");
	else
		text->at++;
	if (outcome == MG_JSON_OK)
		count_row(w, start, end);
	return outcome;
}

/* ---- one array, or objects one after another ---- */

static enum mg_json_outcome take_counted_row(struct mg_json_worker *w, enum state next)
{
	const char *start = w->text.at;
	enum mg_json_outcome outcome = take_row(w);
	if (outcome == MG_JSON_OK) {
		count_row(w, start, w->text.at);
		w->state = next;
	}
	return outcome;
}

static enum mg_json_outcome pass_one(struct mg_json_worker *w, enum state next)
{
	w->text.at++;
	w->state = next;
	return MG_JSON_OK;
}

static enum mg_json_outcome take_part(struct mg_json_worker *w, bool *out_done)
{
	struct mg_json_text *text = &w->text;
	mg_json_blanks(text);
	char c = *text->at;
	switch (w->state) {
	case AT_START:
		if (text->at == text->end)
			return MG_JSON_MORE;
		w->piece->array = c == '[';
		if (w->piece->array)
			return pass_one(w, FIRST_OF_ARRAY);
		w->state = NEXT_OBJECT;
		return take_counted_row(w, NEXT_OBJECT);
	case NEXT_OBJECT:
		return text->at == text->end ? at_end(w, out_done)
					     : take_counted_row(w, NEXT_OBJECT);
	case BEHIND_ARRAY:
		return text->at == text->end
			? at_end(w, out_done)
			: mg_json_wrong(text, text->at, "text follows the end of the array");
	case FIRST_OF_ARRAY:
		if (c == ']')
			return pass_one(w, BEHIND_ARRAY);
		return take_counted_row(w, BEHIND_ROW);
	case BEHIND_ROW:
		if (c == ',' || c == ']')
			return pass_one(w, c == ',' ? NEXT_OF_ARRAY : BEHIND_ARRAY);
		return mg_json_unexpected(text, "a ',' or ']' after a row");
	case NEXT_OF_ARRAY:
		break;
	}
	return take_counted_row(w, BEHIND_ROW);
}

/* ---- pieces ---- */

static uint64_t count_lines(const char *from, const char *to)
{
	uint64_t lines = 0;
	for (; (from = memchr(from, '\n', (size_t)(to - from))) != NULL; from++)
		lines++;
	return lines;
}

static int fault(struct mg_json_worker *w, const char *sentence)
{
	struct mg_json_piece *piece = w->piece;
	piece->fault_line = piece->lines + count_lines(w->window.data, w->text.at) + 1;
	return mg_fail(&w->err, MG_EIO, "%s", sentence);
}

/* Reads on; what lies before `keep` is done with. */
static int read_on(struct mg_json_worker *w, const char *keep, bool count)
{
	struct mg_json_piece *piece = w->piece;
	size_t drop = keep ? (size_t)(keep - w->window.data) : 0;
	if (count && drop)
		piece->lines += count_lines(w->window.data, keep);
	MG_TRY(mg_window_more(&w->window, drop, &w->err));
	w->text.at = w->window.data;
	w->text.end = w->window.data + w->window.len;
	return MG_OK;
}

/* To the first byte: past a byte order mark. */
static int begin_file(struct mg_json_worker *w)
{
	do
		MG_TRY(read_on(w, w->window.data, false));
	while (w->window.len < 3 && !w->window.ended);
	const char *start = w->window.data;
	if (w->window.len >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0)
		w->text.at += 3;
	else if (w->window.len >= 2 &&
		(memcmp(start, "\xff\xfe", 2) == 0 || memcmp(start, "\xfe\xff", 2) == 0 ||
			start[0] == '\0' || start[1] == '\0'))
		return fault(w, "it is not UTF-8 but UTF-16 or UTF-32, or not text");
	return MG_OK;
}

/* To the first line that begins in the piece; without one, to its end. */
static int begin_line(struct mg_json_worker *w)
{
	const char *line_end = NULL, *unread = w->window.data;
	do {
		MG_TRY(read_on(w, unread, false));
		unread = w->text.end;
		line_end = memchr(w->text.at, '\n', w->window.len);
	} while (!line_end && !w->window.ended && place_of(w, unread) < w->piece->until);
	w->text.at = line_end ? line_end + 1 : unread;
	if (line_end)
		w->piece->lines--; /* this one is counted by the piece before */
	return MG_OK;
}

static const char *sentence_of_end(const struct mg_json_worker *w)
{
	if (!w->piece->lines_only && w->state == AT_START)
		return "the file is empty; JSON without rows is []";
	return w->piece->array ? "the file ends before its array does"
			       : "the file ends within a row";
}

static int scan_rows(struct mg_json_worker *w)
{
	bool done = false;
	while (!done) {
		const char *start = w->text.at;
		enum mg_json_outcome outcome = w->piece->lines_only ? take_line(w, &done)
								    : take_part(w, &done);
		if (outcome == MG_JSON_BAD)
			return fault(w, w->text.wrong);
		if (outcome == MG_JSON_MORE && w->window.ended)
			return fault(w, sentence_of_end(w));
		if (outcome == MG_JSON_MORE)
			MG_TRY(read_on(w, start, true));
	}
	w->piece->lines += count_lines(w->window.data, w->text.at);
	return MG_OK;
}

int mg_json_piece_scan(struct mg_json_worker *w, struct mg_json_piece *piece)
{
	const struct mg_source_file *file = w->look->rows->files[piece->file];
	uint64_t from = piece->from ? piece->from - 1 : 0;
	w->piece = piece;
	w->state = AT_START;
	w->text.one_line = piece->lines_only;
	int code = mg_window_start(
		&w->window, file, from, piece->until, w->look->options->stop, &w->err);
	if (code == MG_OK)
		code = piece->from ? begin_line(w) : begin_file(w);
	if (code == MG_OK)
		code = scan_rows(w);
	if (code != MG_OK) {
		piece->fault = mg_alloc(w->arena, sizeof(*piece->fault));
		*piece->fault = w->err;
	}
	return code;
}
