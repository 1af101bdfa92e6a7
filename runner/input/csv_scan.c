/* csv_scan.c: looks through CSV files from first to last byte, on several threads: are all records of
 * one shape, how many are there, and what type has each column?
 *
 * A file is cut into blocks. Each thread starts at the first line end of its block, which is the start
 * of a record unless it lies within quotes; that is known when the block before it is done, and then a
 * block that started wrongly is looked through again. */
#include "input/csv_scan.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/memory.h"
#include "base/text.h"
#include "input/place.h"
#include "input/share_out.h"

enum { BLOCK_BYTES = 2 << 20 };

struct block {
	size_t file;
	uint64_t from, to;   /* records that start here are its own */
	bool exact;          /* a record starts at `from` */
	uint64_t start, end; /* of its first record; of the first that is not its own */
	uint64_t rows, blank, comments;
	struct mg_fit *fits; /* by field */
	struct mg_csv_trouble trouble;
	bool troubled;
	bool passed_over; /* since something is wrong further up */
};

struct blocks {
	struct mg_csv_scan *scan;
	struct block *list;
	size_t count, capacity;
	size_t first;            /* that threads are to look through */
	_Atomic size_t troubled; /* the first that something is wrong in, as far as is known */
};

/* ---- one block ---- */

/* Latin-1 has control characters from 0x80 to 0x9F, which no table has: there Windows-1252 writes a
 * euro sign and quotes. */
static size_t latin1_span(const char *at, size_t len)
{
	size_t i = 0;
	while (i < len && ((unsigned char)at[i] & 0xE0) != 0x80)
		i++;
	return i;
}

bool mg_csv_check_characters(const struct mg_csv_scan *s, const struct mg_csv_cursor *c,
	size_t *checked, struct mg_csv_trouble *trouble)
{
	const char *from = c->window.data + *checked;
	size_t len = c->at - *checked;
	if (len == 0)
		return true;
	const char *nul = memchr(from, '\0', len);
	size_t good = nul ? (size_t)(nul - from) : len;
	size_t valid = s->form.latin1 ? latin1_span(from, good) : mg_utf8_span(from, good);
	trouble->bad_character = valid < good;
	good = valid;
	trouble->nul = nul && !trouble->bad_character;
	*checked = c->at;
	if (good == len)
		return true;
	trouble->place = c->window.at + (uint64_t)(from + good - c->window.data);
	trouble->byte = (unsigned char)from[good];
	return false;
}

static void bad_value(
	struct mg_csv_trouble *trouble, uint64_t place, size_t column, const char *text, size_t len)
{
	*trouble = (struct mg_csv_trouble){.bad_value = true, .place = place, .column = column};
	snprintf(trouble->value, sizeof(trouble->value), "%.*s",
		(int)(len < sizeof(trouble->value) ? len : sizeof(trouble->value)), text);
}

/* Fields that are escaped get a copy. */
static const char *value_of(const struct mg_csv_form *form, const struct mg_csv_field *field,
	char **buffer, size_t *capacity, size_t *out_len)
{
	*out_len = field->len;
	if (!field->escaped)
		return field->at;
	if (*capacity < field->len) {
		*capacity = field->len;
		*buffer = realloc(*buffer, *capacity);
		if (!*buffer)
			mg_out_of_memory();
	}
	*out_len = mg_csv_unescape(form, field, *buffer);
	return *buffer;
}

struct work {
	struct mg_csv_scan *scan;
	struct block *block;
	struct mg_csv_cursor cursor;
	const size_t *columns;
	char *buffer;
	size_t capacity;
};

static bool look_at_record(struct work *w, uint64_t place)
{
	struct mg_csv_scan *s = w->scan;
	const struct mg_csv_form *form = &s->form;
	const struct mg_missing *missing = &s->rows->data->missing;
	const struct mg_csv_record *record = &w->cursor.record;
	struct block *b = w->block;
	bool plain = !form->null_text && !missing->count;
	if (record->count != record->capacity) {
		b->trouble = (struct mg_csv_trouble){
			.ragged = true, .place = place, .count = record->count};
		return false;
	}
	for (size_t i = 0; i < record->count; i++) {
		const struct mg_csv_field *field = &record->fields[i];
		struct mg_fit *fit = &b->fits[i];
		const struct mg_rows_declared *declared = &s->declared[w->columns[i]];
		/* Nothing more can be learnt. */
		if (!declared->is && (field->len == 0 || (fit->seen & MG_FIT_TEXT)))
			continue;
		size_t len = 0;
		const char *text = value_of(form, field, &w->buffer, &w->capacity, &len);
		if (plain ? !field->quoted && len == 0
			  : mg_csv_is_null(form, missing, field, text, len))
			continue;
		if (!declared->is) {
			mg_fit_add(fit, text, len, form->decimal);
			continue;
		}
		if (declared->type.id == MG_TYPE_ID_TEXT || len == 0 ||
			mg_value_holds(&declared->type, text, len, form->decimal))
			continue;
		bad_value(&b->trouble, place, w->columns[i], text, len);
		return false;
	}
	return true;
}

/* To the first record that starts in the block. */
static int seek_start(struct work *w, struct mg_error *err)
{
	struct block *b = w->block;
	struct mg_csv_cursor *c = &w->cursor;
	const struct mg_source_file *source = w->scan->rows->files[b->file];
	/* Where the byte before ends a line, a record starts. */
	MG_TRY(mg_csv_cursor_seek(
		c, source, b->exact ? b->from : b->from - 1, b->to, w->scan->options->stop, err));
	for (bool found = b->exact; !found;) {
		const char *at = c->window.data + c->at, *end = c->window.data + c->window.len;
		const char *next = c->window.len ? mg_csv_line_end(at, end, c->window.ended) : NULL;
		found = next || c->window.ended;
		if (next) {
			c->at = (size_t)(next - c->window.data);
			continue;
		}
		/* A CR at the end is looked at again with what follows it. */
		c->at = c->window.ended || c->window.len == 0 ? c->window.len : c->window.len - 1;
		if (!found)
			MG_TRY(mg_csv_cursor_more(c, err));
	}
	b->start = b->end = mg_csv_cursor_place(c);
	return MG_OK;
}

static int look_through(struct work *w, struct mg_error *err)
{
	struct block *b = w->block;
	struct mg_csv_cursor *c = &w->cursor;
	struct mg_csv_trouble characters = {.found = MG_CSV_RECORD};
	MG_TRY(seek_start(w, err));
	size_t checked = c->at;
	enum mg_csv_found found = MG_CSV_RECORD;
	while (found != MG_CSV_END && !b->troubled && mg_csv_cursor_place(c) < b->to) {
		uint64_t place = mg_csv_cursor_place(c);
		found = mg_csv_cursor_next(c);
		if (found == MG_CSV_RECORD) {
			b->rows++;
			b->troubled = !look_at_record(w, place);
		} else if (found == MG_CSV_MORE) {
			if (!mg_csv_check_characters(w->scan, c, &checked, &characters))
				break;
			MG_TRY(mg_csv_cursor_more(c, err));
			checked = 0;
		} else if (found != MG_CSV_END) {
			b->troubled = true;
			b->trouble = (struct mg_csv_trouble){.found = found,
				.place = c->window.at + (uint64_t)(c->record.bad - c->window.data)};
		}
	}
	/* What comes first in the file is told. */
	if (characters.bad_character || characters.nul ||
		!mg_csv_check_characters(w->scan, c, &checked, &characters)) {
		b->troubled = true;
		b->trouble = characters;
	}
	b->end = mg_csv_cursor_place(c);
	return MG_OK;
}

static void scan_block(void *context, size_t i)
{
	struct blocks *blocks = context;
	struct mg_csv_scan *s = blocks->scan;
	struct block *b = &blocks->list[blocks->first + i];
	b->passed_over = blocks->first + i > blocks->troubled;
	if (b->passed_over)
		return;
	size_t fields = s->detail->field_count[b->file];
	struct work w = {.scan = s, .block = b, .columns = s->detail->columns[b->file]};
	struct mg_csv_field *room = mg_zeroed(fields, sizeof(*room));
	w.cursor = (struct mg_csv_cursor){.form = &s->form,
		.columns = fields,
		.record = {.fields = room, .capacity = fields}};
	memset(b->fits, 0, fields * sizeof(*b->fits));
	b->rows = 0;
	b->troubled = false;
	b->trouble = (struct mg_csv_trouble){0};
	if (look_through(&w, &b->trouble.error) != MG_OK)
		b->troubled = true;
	for (size_t known = blocks->troubled; b->troubled && blocks->first + i < known;)
		if (atomic_compare_exchange_weak(&blocks->troubled, &known, blocks->first + i))
			break;
	b->blank = w.cursor.blank;
	b->comments = w.cursor.comments;
	mg_window_close(&w.cursor.window);
	free(w.buffer);
	free(room);
}

/* ---- all blocks ---- */

static void add_blocks(struct blocks *blocks, size_t file, uint64_t from)
{
	struct mg_csv_scan *s = blocks->scan;
	const struct mg_source_file *source = s->rows->files[file];
	bool packed = source->packing != MG_PACKING_NONE;
	uint64_t end = packed ? UINT64_MAX : source->bytes;
	for (uint64_t at = from; at < end;) {
		uint64_t to = packed || end - at <= BLOCK_BYTES ? end : at + BLOCK_BYTES;
		blocks->list = mg_grow(s->scratch, blocks->list, blocks->count, &blocks->capacity,
			sizeof(*blocks->list));
		struct block *b = &blocks->list[blocks->count++];
		*b = (struct block){.file = file, .from = at, .to = to, .exact = at == from};
		b->fits = mg_alloc_array(
			s->scratch, s->detail->field_count[file], sizeof(*b->fits));
		at = to;
	}
}

/* Puts together what the blocks found, in their order. */
static int join_block(struct blocks *blocks, size_t i, struct mg_error *err)
{
	struct mg_csv_scan *s = blocks->scan;
	struct mg_csv_detail *detail = s->detail;
	struct block *b = &blocks->list[i];
	const struct block *before = i && b[-1].file == b->file ? b - 1 : NULL;
	if (b->passed_over || (before && before->end != b->start)) {
		/* What was wrong further up was not, or its first line end lay within quotes. */
		b->from = before ? before->end : b->from;
		b->exact = true;
		blocks->first = i;
		blocks->troubled = i;
		scan_block(blocks, 0);
	}
	if (b->troubled)
		return mg_csv_trouble_fail(s, b->file, &b->trouble, err);
	const size_t *columns = detail->columns[b->file];
	for (size_t f = 0; f < detail->field_count[b->file]; f++)
		mg_fit_join(&s->fits[columns[f]], &b->fits[f]);
	s->blank += b->blank;
	s->comments += b->comments;
	s->rows->rows += b->rows;
	if (b->rows)
		detail->ranges[detail->range_count++] = (struct mg_csv_range){
			.file = b->file, .from = b->start, .to = b->end, .rows = b->rows};
	return MG_OK;
}

/* All files in the form of s->form. */
static int scan_files(struct mg_csv_scan *s, struct mg_error *err)
{
	struct mg_rows *rows = s->rows;
	struct mg_csv_detail *detail = mg_alloc(s->arena, sizeof(*detail));
	struct blocks blocks = {.scan = s, .troubled = SIZE_MAX};
	rows->column_count = 0;
	rows->rows = 0;
	s->detail = detail;
	s->blank = s->comments = s->header_line = 0;
	s->header = NULL;
	detail->columns = mg_alloc_array(s->arena, rows->file_count, sizeof(*detail->columns));
	detail->field_count = mg_alloc_array(
		s->arena, rows->file_count, sizeof(*detail->field_count));
	for (size_t i = 0; i < rows->file_count; i++) {
		uint64_t from = 0;
		MG_TRY(mg_csv_read_top(s, i, &from, err));
		add_blocks(&blocks, i, from);
	}
	s->fits = mg_alloc_array(s->arena, rows->column_count, sizeof(*s->fits));
	MG_TRY(mg_rows_declare(s->arena, rows, &s->declared, err));
	mg_share_out(s->options->threads, blocks.count, scan_block, &blocks);
	detail->ranges = mg_alloc_array(s->arena, blocks.count, sizeof(*detail->ranges));
	for (size_t i = 0; i < blocks.count; i++)
		MG_TRY(join_block(&blocks, i, err));
	for (size_t i = 0; i < rows->column_count; i++)
		rows->columns[i].type = s->declared[i].is ? s->declared[i].type
							  : mg_fit_type(&s->fits[i]);
	detail->form = s->form;
	rows->detail = detail;
	rows->form = mg_csv_form_text(s);
	return MG_OK;
}

/* Several delimiters part the first record: the one that parts all records alike, if it is one. Where
 * none does, the fault of the one that got furthest is told. */
static int scan_candidates(
	struct mg_csv_scan *s, const char **delimiters, size_t count, struct mg_error *err)
{
	struct mg_error failed = {0};
	struct mg_rows good_rows;
	size_t good = 0, last_good = 0, furthest_file = 0, most_columns = 0;
	uint64_t furthest = 0;
	for (size_t i = 0; i < count; i++) {
		struct mg_error error = {0};
		mg_csv_form_delimit(&s->form, delimiters[i]);
		s->fault_file = 0;
		s->fault_place = 0;
		int code = scan_files(s, &error);
		if (code == MG_ECANCELLED)
			return mg_fail(err, code, "%s", error.text);
		bool further = s->fault_file > furthest_file ||
			(s->fault_file == furthest_file &&
				(s->fault_place > furthest ||
					(s->fault_place == furthest &&
						s->rows->column_count > most_columns)));
		if (code != MG_OK && (!failed.code || further)) {
			furthest_file = s->fault_file;
			furthest = s->fault_place;
			most_columns = s->rows->column_count;
			failed = error;
		}
		if (code != MG_OK)
			continue;
		if (good++)
			return mg_fail(err, MG_EIO,
				"%s: '%s' and '%s' both split all records alike; choose one with "
				"csv: {delimiter: \"...\"}",
				s->rows->data->path, mg_csv_delimiter_shown(delimiters[last_good]),
				mg_csv_delimiter_shown(delimiters[i]));
		last_good = i;
		good_rows = *s->rows;
	}
	if (!good)
		return mg_fail(err, failed.code, "%s", failed.text);
	*s->rows = good_rows;
	return MG_OK;
}

int mg_csv_scan(struct mg_arena *arena, const struct mg_rows_options *options, struct mg_rows *rows,
	struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_csv_scan s = {.arena = arena,
		.scratch = scratch,
		.options = options,
		.rows = rows,
		.form = mg_csv_form_of(rows->data)};
	const char *delimiters[MG_CSV_DELIMITERS];
	size_t count = 0;
	if (s.form.delimiter_len)
		return scan_files(&s, err);
	MG_TRY(mg_csv_candidates(&s, delimiters, &count, err));
	return scan_candidates(&s, delimiters, count, err);
}

/* ---- errors ---- */

/* Lines start at 1. The file is read once more: this is for errors only. */
static uint64_t line_of(const struct mg_csv_scan *s, size_t file, uint64_t place)
{
	struct mg_window window = {0};
	struct mg_error ignored;
	uint64_t line = 1;
	size_t done = 0;
	bool reached = false;
	int code = mg_window_start(&window, s->rows->files[file], 0, place, NULL, &ignored);
	while (code == MG_OK && !reached && !window.ended) {
		code = mg_window_more(&window, done, &ignored);
		reached = place - window.at <= window.len;
		const char *end = window.data + (reached ? place - window.at : window.len);
		const char *at = window.data;
		for (const char *next; (next = mg_csv_line_end(at, end, reached)) != NULL;
			at = next)
			line++;
		/* A CR at the end is looked at again with what follows it. */
		done = (size_t)(at - window.data);
		if (!reached && window.len && window.data[window.len - 1] != '\r')
			done = window.len;
	}
	mg_window_close(&window);
	return line;
}

int mg_csv_trouble_fail(
	struct mg_csv_scan *s, size_t file, const struct mg_csv_trouble *t, struct mg_error *err)
{
	const struct mg_rows *rows = s->rows;
	const struct mg_source_file *source = rows->files[file];
	s->fault_file = file;
	s->fault_place = t->place;
	if (t->error.code == MG_ELIMIT)
		return mg_place_fail(err, MG_ELIMIT, rows, source, 0,
			"a record is longer than %d MB; perhaps a quote is not closed",
			MG_WINDOW_MOST >> 20);
	if (t->error.code)
		return mg_fail(err, t->error.code, "%s", t->error.text);
	uint64_t line = line_of(s, file, t->place);
	if (t->found == MG_CSV_OPEN_QUOTE)
		return mg_place_fail(err, MG_EIO, rows, source, line,
			"a quote opens here and never closes; if it is a character like any other, say "
			"csv: {quote: \"\"}");
	if (t->found == MG_CSV_AFTER_QUOTE)
		return mg_place_fail(err, MG_EIO, rows, source, line,
			"text follows a closing quote; a quote within quotes is doubled, or say csv: "
			"{escape: ...}, or csv: {quote: \"\"} if it is a character like any other");
	if (t->nul)
		return mg_place_fail(err, MG_EIO, rows, source, line,
			"it has a NUL byte here, which no text has");
	if (t->bad_character)
		return mg_place_fail(err, MG_EIO, rows, source, line,
			s->form.latin1
				? "byte 0x%02X is not a Latin-1 character; if the file is "
				  "Windows-1252 or the like, save it as UTF-8"
				: "byte 0x%02X is not UTF-8; if the file is Latin-1, say csv: "
				  "{encoding: latin-1}",
			t->byte);
	if (t->ragged) {
		size_t wanted = s->detail->field_count[file];
		return mg_place_fail(err, MG_EIO, rows, source, line,
			"%zu field%s, the first record has %zu (delimiter %s); csv: {skip: N} or "
			"{comment: \"#\"} skips lines that are not records",
			t->count, t->count == 1 ? "" : "s", wanted,
			mg_csv_delimiter_shown(s->form.delimiter));
	}
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	return mg_place_fail(err, MG_EIO, rows, source, line, "%s",
		mg_rows_bad_value(scratch, rows->data, rows->columns[t->column].name, t->value,
			strlen(t->value), &s->declared[t->column].type));
}
