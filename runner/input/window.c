/* window.c: a buffer that keeps what its reader still needs and is filled behind it. */
#include "input/window.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "input/unpack.h"

int mg_window_start(struct mg_window *window, const struct mg_source_file *source, uint64_t from,
	uint64_t until, const struct mg_stop *stop, struct mg_error *err)
{
	mg_unpack_close(window->unpack);
	window->unpack = NULL;
	window->source = source;
	window->stop = stop;
	window->at = from;
	window->len = 0;
	window->until = until;
	window->ended = false;
	if (source->packing == MG_PACKING_NONE)
		return MG_OK;
	assert(from == 0);
	return mg_unpack_open(&window->unpack, source, err);
}

/* How many bytes to read behind those that are there: to the reader's end in one go, and for a long
 * row as many again, so that reading it takes no more than linear time. */
static size_t wanted(const struct mg_window *window)
{
	uint64_t have = window->at + window->len;
	size_t step = MG_WINDOW_STEP;
	if (have >= window->until)
		step = MG_WINDOW_REST;
	else if (window->until - have < MG_WINDOW_STEP)
		step = (size_t)(window->until - have) + MG_WINDOW_REST;
	return step > window->len ? step : window->len;
}

static void make_room(struct mg_window *window, size_t more)
{
	size_t needed = window->len + more + MG_WINDOW_PAD;
	if (needed <= window->capacity)
		return;
	window->capacity = needed;
	window->data = realloc(window->data, needed);
	if (!window->data)
		mg_out_of_memory();
}

static int read_plain(struct mg_window *window, size_t most, size_t *out, struct mg_error *err)
{
	const struct mg_source_file *source = window->source;
	uint64_t have = window->at + window->len;
	size_t got = 0;
	*out = 0;
	do {
		MG_TRY(mg_source_read(source, have + *out, window->data + window->len + *out,
			most - *out, &got, err));
		*out += got;
	} while (got && *out < most);
	window->ended = have + *out >= source->bytes;
	return MG_OK;
}

int mg_window_more(struct mg_window *window, size_t drop, struct mg_error *err)
{
	assert(drop <= window->len);
	if (window->stop && window->stop->asked(window->stop->context))
		return mg_fail(
			err, MG_ECANCELLED, "stopped while reading %s", window->source->shown);
	window->len -= drop;
	window->at += drop;
	if (window->len && drop)
		memmove(window->data, window->data + drop, window->len);
	if (window->len > MG_WINDOW_MOST)
		return mg_fail(err, MG_ELIMIT, "%s has a row of more than %d MB",
			window->source->shown, MG_WINDOW_MOST >> 20);
	size_t most = wanted(window), got = 0;
	make_room(window, most);
	if (!window->ended && window->unpack) {
		MG_TRY(mg_unpack_read(window->unpack, window->data + window->len, most, &got, err));
		window->ended = got == 0;
	} else if (!window->ended) {
		MG_TRY(read_plain(window, most, &got, err));
	}
	window->len += got;
	memset(window->data + window->len, 0, MG_WINDOW_PAD);
	return MG_OK;
}

void mg_window_close(struct mg_window *window)
{
	mg_unpack_close(window->unpack);
	free(window->data);
	*window = (struct mg_window){0};
}
