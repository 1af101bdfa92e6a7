/* rows.h: the rows of a dataset's text files (CSV, JSON): looked through once from first to last byte,
 * which finds their form, names, types and number; then read as often as wanted, and compared. */
#ifndef MG_INPUT_ROWS_H
#define MG_INPUT_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>
#include <modelgate/spec.h>

#include "input/source.h"
#include "input/value.h"

struct mg_arena;
struct mg_folders;
struct mg_stop; /* base/file.h */

struct mg_rows_column {
	const char
		*name; /* as the file has it; may be another column's too, or differ in case only */
	struct mg_type type;
};

/* What is found by looking through; const afterwards. */
struct mg_rows {
	const struct mg_rows_format *format;
	const struct mg_data *data;
	const struct mg_folders *folders; /* or NULL */
	struct mg_rows_column *columns;
	size_t column_count;
	uint64_t rows;
	const char *form; /* for people: "csv, delimiter ';', header in line 1, 2 blank lines" */
	const struct mg_source_file *const *files;
	size_t file_count;
	void *detail; /* the format's own: ranges to read, the order of columns in each file */
};

/* May messages quote values of the data? Not where columns are redacted: which ones is known only when
 * all was read, and a misspelt one would show what it was to hide. */
static inline bool mg_rows_may_quote(const struct mg_data *data)
{
	return data->redact.count == 0;
}

struct mg_rows_options {
	int threads;                      /* at least 1 */
	const struct mg_stop *stop;       /* or NULL */
	const struct mg_folders *folders; /* columns that are not the files' own; or NULL */
};

/* Looks through all files of a dataset. Every error names file, line and what to do. */
MG_MUST_USE int mg_rows_scan(struct mg_arena *arena, const struct mg_data *data,
	const struct mg_source_file *const *files, size_t file_count,
	const struct mg_rows_options *options, struct mg_rows **out, struct mg_error *err);

/* A cell's text; `at` NULL: it is NULL. Valid until the reader's next call. */
struct mg_cell_text {
	const char *at;
	size_t len;
};

enum { MG_ROWS_BATCH = 2048 };

/* Readers of one pass share out its ranges; each belongs to one thread. */
struct mg_rows_pass;
struct mg_rows_reader;

/* columns: which of rows->columns are wanted, in which order. They must outlive the pass. */
struct mg_rows_pass *mg_rows_pass_open(
	const struct mg_rows *rows, const size_t *columns, size_t column_count);
void mg_rows_pass_close(struct mg_rows_pass *pass);
struct mg_rows_reader *mg_rows_reader_open(struct mg_rows_pass *pass);
void mg_rows_reader_close(struct mg_rows_reader *reader);
/* Up to MG_ROWS_BATCH rows: cells[i][row] is the wanted column i. *out_rows is 0 at the end; each range
 * had as many rows then as when it was looked through. MG_EIO: it has not, the file was changed. */
MG_MUST_USE int mg_rows_read(struct mg_rows_reader *reader, struct mg_cell_text *const *cells,
	size_t *out_rows, struct mg_error *err);
/* Which of rows->files the rows that were read last are from. */
size_t mg_rows_reader_file(const struct mg_rows_reader *reader);

/* ---- what formats share ---- */

/* A type that the spec declares, under the name that `types` has. */
struct mg_rows_type {
	const char *name;
	struct mg_type type;
};
/* The i-th of data->types; MG_ESPEC for a word that is no type. */
MG_MUST_USE int mg_rows_type_of(
	const struct mg_data *data, size_t i, struct mg_type *out, struct mg_error *err);
/* data->types but for those of folders; MG_ESPEC for a word that is no type. */
MG_MUST_USE int mg_rows_types(struct mg_arena *arena, const struct mg_rows *rows,
	struct mg_rows_type **out, size_t *out_count, struct mg_error *err);
/* How many columns a name may mean: one of that name, or else those of that name in another case. */
size_t mg_rows_named(const struct mg_rows *rows, const char *name, size_t *out);
/* MG_ESPEC: more than one, by the same name or whatever the case. */
MG_MUST_USE int mg_rows_ambiguous(const char *name, struct mg_error *err);
MG_MUST_USE int mg_rows_two_types(const char *name, struct mg_error *err);

/* The type that is declared for a column. */
struct mg_rows_declared {
	bool is;
	struct mg_type type;
};
/* By column; MG_ESPEC for a name that is no column's, or more than one's. */
MG_MUST_USE int mg_rows_declare(struct mg_arena *arena, const struct mg_rows *rows,
	struct mg_rows_declared **out, struct mg_error *err);
/* columns[i]: which of the dataset's columns the i-th of a further file is, by name. MG_EIO where
 * one is missing on either side, with file and column; with `union_by_name` columns are added. */
MG_MUST_USE int mg_rows_match_columns(struct mg_arena *arena, struct mg_rows *rows, size_t file,
	const char *const *names, size_t count, size_t *columns, struct mg_error *err);
/* "'abc' is no BIGINT, which types says of column x": a value that its declared type does not hold;
 * without the value when messages may not quote. */
const char *mg_rows_bad_value(struct mg_arena *arena, const struct mg_data *data,
	const char *column, const char *value, size_t len, const struct mg_type *type);

/* ---- what a format is ---- */

struct mg_rows_format {
	const char *name;
	/* Fills *rows but for format, data and files. */
	MG_MUST_USE int (*scan)(struct mg_arena *arena, const struct mg_rows_options *options,
		struct mg_rows *rows, struct mg_error *err);
	/* How many ranges there are to be read, each by one thread. */
	size_t (*range_count)(const struct mg_rows *rows);
	uint64_t (*range_rows)(const struct mg_rows *rows, size_t range);
	size_t (*range_file)(const struct mg_rows *rows, size_t range);
	/* A state that reads ranges, for one thread. */
	void *(*open)(const struct mg_rows *rows, const size_t *columns, size_t column_count);
	void (*close)(void *state);
	MG_MUST_USE int (*start)(void *state, size_t range, struct mg_error *err);
	/* Up to MG_ROWS_BATCH rows of the range; 0 at its end. */
	MG_MUST_USE int (*read)(void *state, struct mg_cell_text *const *cells, size_t *out_rows,
		struct mg_error *err);
};

extern const struct mg_rows_format mg_rows_csv, mg_rows_json;

#endif
