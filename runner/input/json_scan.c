/* json_scan.c: looks through all files once. Files of lines are cut into pieces that several
 * threads look through; a file of one array, and what is packed, is one piece. */
#include <assert.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "input/json_piece.h"
#include "input/place.h"
#include "input/share_out.h"

struct scan {
	const struct mg_json_look *look;
	struct mg_json_worker **workers; /* one of each thread */
	size_t worker_count;
	struct mg_json_piece *pieces;
	size_t count;
	atomic_size_t next;  /* the piece that comes next */
	atomic_size_t fault; /* the first that went wrong, or `count` */
};

/* A worker takes pieces until there is none, or one before them went wrong. */
static void work(void *context, size_t worker)
{
	struct scan *scan = context;
	for (;;) {
		size_t at = atomic_fetch_add(&scan->next, 1);
		if (at >= atomic_load(&scan->fault))
			return;
		if (mg_json_piece_scan(scan->workers[worker], &scan->pieces[at]) == MG_OK)
			continue;
		/* Pieces before this one go on: the first fault of the files is told. */
		size_t first = atomic_load(&scan->fault);
		while (at < first && !atomic_compare_exchange_weak(&scan->fault, &first, at))
			;
	}
}

/* Does a file begin as objects do? Then it may be one object a line. */
static bool begins_with_object(const struct mg_source_file *file)
{
	char start[256];
	ssize_t len = pread(file->fd, start, sizeof(start), 0), i = 0;
	if (len >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0)
		i = 3;
	while (i < len && strchr(" \t\r\n", start[i]) && start[i])
		i++;
	return i < len && start[i] == '{';
}

/* Cuts the files into pieces. hope: a large file of objects one after another is taken for one of
 * lines, until it shows that it is none. */
static void cut(struct mg_arena *arena, struct scan *scan, bool hope)
{
	const struct mg_rows *rows = scan->look->rows;
	size_t capacity = 0;
	for (size_t f = 0; f < rows->file_count; f++) {
		const struct mg_source_file *file = rows->files[f];
		bool plain = file->packing == MG_PACKING_NONE;
		bool lines = rows->data->format == MG_FORMAT_NDJSON;
		bool hoped = !lines && plain && hope && file->bytes > MG_WINDOW_STEP &&
			begins_with_object(file);
		uint64_t step = plain && (lines || hoped) ? MG_WINDOW_STEP : UINT64_MAX, from = 0;
		do {
			scan->pieces = mg_grow(
				arena, scan->pieces, scan->count, &capacity, sizeof(*scan->pieces));
			bool last = step == UINT64_MAX || file->bytes - from <= step;
			scan->pieces[scan->count++] = (struct mg_json_piece){.file = (uint32_t)f,
				.from = from,
				.until = last ? UINT64_MAX : from + step,
				.lines_only = lines || hoped,
				.hoped = hoped};
			from = last ? file->bytes : from + step;
		} while (from < file->bytes);
	}
	atomic_store(&scan->fault, scan->count);
}

/* The first fault of the files, with its line. */
static int tell_fault(const struct scan *scan, size_t at, struct mg_error *err)
{
	const struct mg_json_piece *piece = &scan->pieces[at];
	uint64_t line = piece->fault_line;
	if (line == 0) {
		*err = *piece->fault;
		return err->code;
	}
	for (size_t i = 0; i < at; i++)
		if (scan->pieces[i].file == piece->file)
			line += scan->pieces[i].lines;
	const struct mg_rows *rows = scan->look->rows;
	return mg_place_fail(err, piece->fault->code, rows, rows->files[piece->file], line, "%s",
		piece->fault->text);
}

static const char *describe(struct mg_arena *arena, const struct scan *scan)
{
	const struct mg_rows *rows = scan->look->rows;
	uint64_t blank = 0;
	bool array = false, objects = false;
	for (size_t i = 0; i < scan->count; i++) {
		blank += scan->pieces[i].blank_lines;
		array = array || scan->pieces[i].array;
		objects = objects || (!scan->pieces[i].array && scan->pieces[i].rows);
	}
	if (rows->data->format == MG_FORMAT_NDJSON)
		return blank ? mg_printf(arena, "ndjson, %llu blank line%s",
				       (unsigned long long)blank, blank == 1 ? "" : "s")
			     : "ndjson";
	if (array)
		return objects ? "json, arrays and objects" : "json, an array of objects";
	return objects && rows->rows == 1 ? "json, one object" : "json, objects";
}

static void gather_ranges(struct mg_arena *arena, const struct scan *scan, struct mg_rows *rows)
{
	struct mg_json_detail *detail = mg_alloc(arena, sizeof(*detail));
	size_t count = 0;
	for (size_t i = 0; i < scan->count; i++)
		count += scan->pieces[i].range_count;
	detail->ranges = mg_alloc_array(arena, count, sizeof(*detail->ranges));
	detail->units = mg_alloc_array(arena, count, sizeof(*detail->units));
	for (size_t i = 0; i < scan->count; i++) {
		const struct mg_json_piece *piece = &scan->pieces[i];
		bool plain = rows->files[piece->file]->packing == MG_PACKING_NONE;
		rows->rows += piece->rows;
		for (size_t r = 0; r < piece->range_count; r++) {
			if (plain || r == 0)
				detail->units[detail->unit_count++] = detail->range_count;
			detail->ranges[detail->range_count++] = piece->ranges[r];
		}
	}
	rows->detail = detail;
}

static int finish(struct mg_arena *arena, const struct scan *scan, struct mg_rows *rows,
	bool *out_again, struct mg_error *err)
{
	gather_ranges(arena, scan, rows);
	rows->form = describe(arena, scan);
	struct mg_json_column **columns = NULL;
	size_t count = 0, capacity = 0;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	for (size_t i = 0; i < scan->worker_count; i++) {
		size_t seen = 0;
		struct mg_json_column **own = mg_json_worker_columns(scan->workers[i], &seen);
		for (size_t c = 0; c < seen; c++) {
			if (!own[c])
				continue;
			columns = mg_grow(scratch, columns, count, &capacity, sizeof(*columns));
			columns[count++] = own[c];
		}
	}
	return mg_json_merge(arena, rows, scan->look->declared, scan->look->declared_count, columns,
		count, out_again, err);
}

/* *out_again: all has to be looked through once more. Then *hope is false if it failed. */
static int look_through(struct mg_arena *arena, const struct mg_json_look *look,
	struct mg_rows *rows, bool *hope, bool *out_again, struct mg_error *err)
{
	struct scan scan = {.look = look};
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	rows->rows = 0;
	cut(scratch, &scan, *hope);
	assert(scan.count > 0);
	size_t threads = (size_t)look->options->threads;
	scan.worker_count = threads < scan.count ? threads : scan.count;
	scan.workers = mg_alloc_array(scratch, scan.worker_count, sizeof(struct mg_json_worker *));
	for (size_t i = 0; i < scan.worker_count; i++)
		scan.workers[i] = mg_json_worker_new(look);
	mg_share_out((int)scan.worker_count, scan.worker_count, work, &scan);
	size_t fault = atomic_load(&scan.fault);
	int code = MG_OK;
	if (fault == scan.count) {
		code = finish(arena, &scan, rows, out_again, err);
	} else if (scan.pieces[fault].hoped && scan.pieces[fault].fault_line) {
		*hope = false;
		*out_again = true;
	} else {
		code = tell_fault(&scan, fault, err);
	}
	for (size_t i = 0; i < scan.worker_count; i++)
		mg_json_worker_free(scan.workers[i]);
	return code;
}

static int scan_json(struct mg_arena *arena, const struct mg_rows_options *options,
	struct mg_rows *rows, struct mg_error *err)
{
	assert(rows->file_count > 0);
	struct mg_json_look look = {.rows = rows, .options = options};
	MG_TRY(mg_rows_types(arena, rows, &look.declared, &look.declared_count, err));
	bool hope = true, again = true;
	while (again) {
		again = false;
		MG_TRY(look_through(arena, &look, rows, &hope, &again, err));
	}
	return MG_OK;
}

static size_t count_units(const struct mg_rows *rows)
{
	const struct mg_json_detail *detail = rows->detail;
	return detail->unit_count;
}

static uint64_t count_rows(const struct mg_rows *rows, size_t unit)
{
	const struct mg_json_detail *detail = rows->detail;
	size_t end = unit + 1 < detail->unit_count ? detail->units[unit + 1] : detail->range_count;
	uint64_t count = 0;
	for (size_t i = detail->units[unit]; i < end; i++)
		count += detail->ranges[i].rows;
	return count;
}

static size_t range_file(const struct mg_rows *rows, size_t unit)
{
	const struct mg_json_detail *detail = rows->detail;
	return detail->ranges[detail->units[unit]].file;
}

const struct mg_rows_format mg_rows_json = {
	.name = "json",
	.scan = scan_json,
	.range_count = count_units,
	.range_rows = count_rows,
	.range_file = range_file,
	.open = mg_json_rows_open,
	.close = mg_json_rows_close,
	.start = mg_json_rows_start,
	.read = mg_json_rows_read,
};
