/* json_piece.h: a piece of a file, which one thread looks through. */
#ifndef MG_INPUT_JSON_PIECE_H
#define MG_INPUT_JSON_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/json.h"
#include "input/window.h"

/* What all threads of a scan share; const. */
struct mg_json_look {
	const struct mg_rows *rows; /* data and files are set */
	const struct mg_rows_options *options;
	struct mg_rows_type *declared;
	size_t declared_count;
};

struct mg_json_piece {
	uint32_t file;
	uint64_t from, until; /* with lines_only: rows that begin in between */
	bool lines_only;      /* one object a line */
	bool hoped;           /* which is not said, but may be */

	uint64_t rows, lines, blank_lines; /* what was found; lines are counted by their ends */
	bool array;
	struct mg_json_range *ranges; /* in the worker's memory */
	size_t range_count, range_capacity;
	uint64_t
		fault_line; /* from the piece's first line on, which is 1; 0: `fault` is not about a
	                      * line, and complete */
	struct mg_error *fault; /* NULL: none */
};

struct mg_json_worker; /* of one thread */

struct mg_json_worker *mg_json_worker_new(const struct mg_json_look *look);
void mg_json_worker_free(struct mg_json_worker *worker);
/* What it saw of all its pieces, by the index of keys; some are NULL. The worker's. */
struct mg_json_column **mg_json_worker_columns(struct mg_json_worker *worker, size_t *out_count);

/* Returns the code of piece->fault. A worker's pieces come in order of files and places. */
int mg_json_piece_scan(struct mg_json_worker *worker, struct mg_json_piece *piece);

#endif
