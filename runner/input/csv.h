/* csv.h: what the parts of the CSV reader share: the form of a file, and its records one by one. */
#ifndef MG_INPUT_CSV_H
#define MG_INPUT_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>

#include "input/rows.h"
#include "input/window.h"

/* How the files of a dataset are written; docs/data.md has the rules by which it is found. */
struct mg_csv_form {
	char delimiter[5];
	size_t delimiter_len;
	char quote, escape, comment; /* '\0': none */
	char decimal;
	bool latin1;
	bool header;
	int skip;              /* lines passed over at the top of each file */
	const char *null_text; /* this alone is NULL, instead of the empty field; or NULL */
};

struct mg_csv_field {
	const char *at; /* without the quotes around it */
	size_t len;
	bool quoted;
	bool escaped; /* mg_csv_unescape makes its value of it */
};

/* What stands at a place of a file. */
enum mg_csv_found {
	MG_CSV_RECORD,
	MG_CSV_END,        /* of the file */
	MG_CSV_MORE,       /* nobody knows before more of the file is read */
	MG_CSV_OPEN_QUOTE, /* a quote that is never closed; record->bad is its place */
	MG_CSV_AFTER_QUOTE, /* something between a closing quote and the end of the field; likewise */
};

/* One record. The caller gives room for `capacity` fields; count may be more, what is beyond is not
 * kept. */
struct mg_csv_record {
	struct mg_csv_field *fields;
	size_t capacity, count;
	const char *next; /* where the next one starts */
	const char *bad;
};

/* The first place behind a line end from `at` on, or NULL when there is none before `end`. */
const char *mg_csv_line_end(const char *at, const char *end, bool ended);

/* Writes the value of an escaped field to `to`, which has field->len bytes, and gives its length. */
size_t mg_csv_unescape(const struct mg_csv_form *form, const struct mg_csv_field *field, char *to);
/* The same for the characters of a Latin-1 field as UTF-8; `to` has twice the bytes. */
size_t mg_csv_from_latin1(const char *at, size_t len, char *to);

/* ---- the records of a file from a place on ---- */

struct mg_csv_cursor {
	const struct mg_csv_form *form;
	size_t columns; /* 1: a line of no characters is a record */
	struct mg_window window;
	size_t at; /* in the window */
	struct mg_csv_record record;
	uint64_t blank, comments; /* lines that were passed over */
};

/* The next record; MG_CSV_MORE when the window must move on first, which the caller does by
 * mg_csv_cursor_more: fields of earlier records are lost then. */
enum mg_csv_found mg_csv_cursor_next(struct mg_csv_cursor *cursor);
MG_MUST_USE int mg_csv_cursor_more(struct mg_csv_cursor *cursor, struct mg_error *err);
/* Starts at a place of a file; until and stop as for mg_window_start. */
MG_MUST_USE int mg_csv_cursor_seek(struct mg_csv_cursor *cursor,
	const struct mg_source_file *source, uint64_t from, uint64_t until,
	const struct mg_stop *stop, struct mg_error *err);
static inline uint64_t mg_csv_cursor_place(const struct mg_csv_cursor *cursor)
{
	return cursor->window.at + cursor->at;
}

/* ---- what looking through found ---- */

/* Records of one file from byte to byte. */
struct mg_csv_range {
	size_t file;
	uint64_t from, to;
	uint64_t rows;
};

struct mg_csv_detail {
	struct mg_csv_form form;
	size_t **columns;    /* [file][field]: the dataset's column */
	size_t *field_count; /* [file] */
	struct mg_csv_range *ranges;
	size_t range_count;
};

MG_MUST_USE int mg_csv_scan(struct mg_arena *arena, const struct mg_rows_options *options,
	struct mg_rows *rows, struct mg_error *err);

/* Is a field NULL by itself, whatever its column's type? */
bool mg_csv_is_null(const struct mg_csv_form *form, const struct mg_missing *missing,
	const struct mg_csv_field *field, const char *at, size_t len);

#endif
