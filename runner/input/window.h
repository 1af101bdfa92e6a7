/* window.h: the bytes of a file from a place on, as a window that slides over them, unpacked where
 * the file is packed. What all readers of text files stand on. */
#ifndef MG_INPUT_WINDOW_H
#define MG_INPUT_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>

#include "base/file.h"
#include "input/source.h"

enum {
	MG_WINDOW_PAD = 64,       /* zero bytes that follow the window, so readers may look ahead */
	MG_WINDOW_STEP = 1 << 20, /* what is read at a time */
	MG_WINDOW_REST = 64 << 10, /* what is read beyond `until`, for the row that goes on there */
	MG_WINDOW_MOST = 1 << 29,  /* bytes of one row */
};

/* Starts as {0}; one thread. */
struct mg_window {
	char *data; /* `len` bytes and MG_WINDOW_PAD zeros; moves with each call below */
	size_t len;
	uint64_t at; /* place of data[0] in the file, unpacked */
	bool ended;  /* the window goes to the end of the file */

	const struct mg_source_file *source; /* the rest is its own */
	const struct mg_stop *stop;
	struct mg_unpack *unpack;
	uint64_t until;
	size_t capacity;
};

/* An empty window at `from`, which is 0 in a packed file. until: about where the reader will stop, at
 * most UINT64_MAX; stop: NULL or asked whenever bytes are read. May be called again, for another
 * place or file. */
MG_MUST_USE int mg_window_start(struct mg_window *window, const struct mg_source_file *source,
	uint64_t from, uint64_t until, const struct mg_stop *stop, struct mg_error *err);
/* Drops the first `drop` bytes, and reads at least one byte more unless the window has ended. MG_EIO:
 * the file is not what it was when it was opened, or is damaged. MG_ELIMIT: more than MG_WINDOW_MOST
 * bytes are to be kept. MG_ECANCELLED. */
MG_MUST_USE int mg_window_more(struct mg_window *window, size_t drop, struct mg_error *err);
void mg_window_close(struct mg_window *window);

#endif
