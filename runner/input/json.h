/* json.h: what the parts of the reader of JSON share: the ranges that looking through finds, and the
 * columns that it fills. */
#ifndef MG_INPUT_JSON_H
#define MG_INPUT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>

#include "input/json_text.h"
#include "input/rows.h"

/* Whole rows that lie together in a file: from the first one's '{' to behind the last one's '}'. */
struct mg_json_range {
	uint32_t file;
	uint32_t rows;
	uint64_t from, to;
};

/* rows->detail. */
struct mg_json_detail {
	struct mg_json_range *ranges; /* in order of files and places */
	size_t range_count;
	size_t *units; /* what is read by one thread: the first of its ranges; of a packed file all */
	size_t unit_count;
};

/* What one thread has seen of a column. */
struct mg_json_column {
	const struct mg_json_key *key;
	const struct mg_type *declared; /* or NULL */
	uint32_t first_file;            /* where it came first */
	uint64_t first_at;
	uint64_t row;          /* the last row that had it: not twice in one */
	unsigned kinds;        /* bits 1 << enum mg_json_kind */
	struct mg_fit numbers; /* of MG_JSON_NUMBER and MG_JSON_WORD */
	struct mg_fit strings; /* of MG_JSON_STRING; MG_FIT_TEXT when not all are moments */
	uint32_t last_file;    /* 1 + the last file that had it */
	uint64_t *files;       /* a bit for each file that has it */
};

/* Adds a value; false when the declared type does not hold it: then *out_wrong says so, in scratch. */
bool mg_json_column_add(struct mg_json_column *column, const struct mg_data *data,
	const struct mg_json_value *value, struct mg_arena *scratch, const char **out_wrong);
void mg_json_column_join(
	struct mg_json_column *column, const struct mg_json_column *other, size_t file_count);
struct mg_type mg_json_column_type(const struct mg_json_column *column);

/* Columns of all threads, in order of first appearance, and those that are only declared: fills
 * rows->columns. MG_EIO when a file lacks one, or there is none. A declared name that no row has, but
 * one in another case, becomes that name; *out_renamed says that all has to be looked through again. */
MG_MUST_USE int mg_json_merge(struct mg_arena *arena, struct mg_rows *rows,
	struct mg_rows_type *declared, size_t declared_count, struct mg_json_column *const *columns,
	size_t count, bool *out_renamed, struct mg_error *err);

/* The text of a value in a column of a type: a cell. */
struct mg_cell_text mg_json_cell(const struct mg_type *type, const struct mg_missing *missing,
	const struct mg_json_value *value, struct mg_arena *scratch);

/* json_read.c */
void *mg_json_rows_open(const struct mg_rows *rows, const size_t *columns, size_t column_count);
void mg_json_rows_close(void *state);
MG_MUST_USE int mg_json_rows_start(void *state, size_t unit, struct mg_error *err);
MG_MUST_USE int mg_json_rows_read(
	void *state, struct mg_cell_text *const *cells, size_t *out_rows, struct mg_error *err);

#endif
