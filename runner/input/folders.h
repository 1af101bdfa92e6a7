/* folders.h: columns that a file's path gives to its rows: folders such as day=2026-11-29, and the path
 * itself. */
#ifndef MG_INPUT_FOLDERS_H
#define MG_INPUT_FOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/error.h>
#include <modelgate/spec.h>

#include "input/value.h"

struct mg_arena;

struct mg_folders_column {
	const char *name;
	const char **texts; /* by file; NULL: it is NULL in the file's rows */
	struct mg_type
		type; /* as declared, or the narrowest that holds all texts; of a path TEXT */
};

/* They come behind the columns of the files, in this order. */
struct mg_folders {
	struct mg_folders_column *columns;
	size_t count;
};

/* files: as found, from the spec's folder on (mg_source_file's `shown`). MG_ESPEC where the spec wants
 * folders as columns and they are not the same in all paths, where a text is none of its declared type,
 * and where Parquet files have types declared for columns that no folder gives. */
MG_MUST_USE int mg_folders_find(struct mg_arena *arena, const struct mg_data *data,
	const char *const *files, size_t file_count, struct mg_folders *out, struct mg_error *err);
/* Is it the name of one of the columns, in any case? None of the files' own is then. */
bool mg_folders_named(const struct mg_folders *folders, const char *name);
/* MG_ESPEC when the files have a column of that name themselves, in any case. */
MG_MUST_USE int mg_folders_clash(const struct mg_folders *folders, const struct mg_data *data,
	const char *column, struct mg_error *err);

#endif
