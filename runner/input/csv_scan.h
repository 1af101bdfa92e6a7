/* csv_scan.h: what the parts of looking through CSV files share. */
#ifndef MG_INPUT_CSV_SCAN_H
#define MG_INPUT_CSV_SCAN_H

#include <modelgate/error.h>

#include "base/arena.h"
#include "base/file.h"
#include "input/csv.h"

enum { MG_CSV_DELIMITERS = 4 };

/* One try to read all files in one form. */
struct mg_csv_scan {
	struct mg_arena *arena, *scratch;
	const struct mg_rows_options *options;
	struct mg_rows *rows;
	struct mg_csv_detail *detail;
	struct mg_csv_form form;
	struct mg_rows_declared *declared; /* by column */
	struct mg_fit *fits;               /* by column */
	uint64_t header_line;              /* 0: none */
	const char *const *header;         /* of the first file, where the spec names columns */
	uint64_t blank, comments;
	size_t fault_file; /* where the last trouble was told of */
	uint64_t fault_place;
};

/* What is wrong at a place. */
struct mg_csv_trouble {
	enum mg_csv_found found; /* MG_CSV_RECORD: one of the following, or nothing */
	bool ragged, bad_value, bad_character, nul;
	uint64_t place;
	size_t count;          /* ragged: fields of the record */
	size_t column;         /* bad_value: of the dataset */
	unsigned char byte;    /* bad_character */
	char value[120];       /* bad_value: the start of it */
	struct mg_error error; /* reading failed */
};

/* Are the bytes of the window from *checked to the cursor, to which it moves, characters? */
bool mg_csv_check_characters(const struct mg_csv_scan *s, const struct mg_csv_cursor *c,
	size_t *checked, struct mg_csv_trouble *trouble);

MG_MUST_USE int mg_csv_trouble_fail(struct mg_csv_scan *s, size_t file,
	const struct mg_csv_trouble *trouble, struct mg_error *err);

struct mg_csv_form mg_csv_form_of(const struct mg_data *data);
void mg_csv_form_delimit(struct mg_csv_form *form, const char *delimiter);
/* A delimiter for people: "tab". */
const char *mg_csv_delimiter_shown(const char *delimiter);
/* Delimiters that part the first record of the first file; the comma when none does. */
MG_MUST_USE int mg_csv_candidates(struct mg_csv_scan *s, const char *out[MG_CSV_DELIMITERS],
	size_t *out_count, struct mg_error *err);
/* Header and names of a file; the first file's become the dataset's. *out_from: its first record. */
MG_MUST_USE int mg_csv_read_top(
	struct mg_csv_scan *s, size_t file, uint64_t *out_from, struct mg_error *err);
/* "delimiter ;, quote ", header in line 1". */
const char *mg_csv_form_text(const struct mg_csv_scan *s);

#endif
