/* place.c: file and line before an error's sentence. */
#include "input/place.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"

const char *mg_place_path(const struct mg_rows *rows, const struct mg_source_file *file)
{
	const char *written = rows->data->path;
	if (rows->file_count == 1)
		return written;
	size_t folders = 0;
	for (const char *s = written; *s; s++)
		folders += *s == '/';
	const char *shown = file->path + strlen(file->path);
	while (shown > file->path && (shown[-1] != '/' || folders-- > 0))
		shown--;
	return shown;
}

int mg_place_fail(struct mg_error *err, enum mg_code code, const struct mg_rows *rows,
	const struct mg_source_file *file, uint64_t line, const char *format, ...)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	va_list args;
	va_start(args, format);
	const char *sentence = mg_vprintf(scratch, format, args);
	va_end(args);
	const char *path = mg_log_safe(scratch, mg_place_path(rows, file));
	if (line == 0)
		return mg_fail(err, code, "%s: %s", path, sentence);
	return mg_fail(err, code, "%s:%" PRIu64 ": %s", path, line, sentence);
}
