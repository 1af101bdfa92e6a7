/* source.h: the files of a run, each opened once, so that all who read one see the same bytes. */
#ifndef MG_INPUT_SOURCE_H
#define MG_INPUT_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include <modelgate/error.h>

enum mg_packing { MG_PACKING_NONE, MG_PACKING_GZIP, MG_PACKING_ZSTD };

struct mg_source {
	const char *path;        /* absolute and real */
	int fd;                  /* read it with pread only: many threads share it */
	uint64_t bytes;          /* when it was opened */
	enum mg_packing packing; /* by the file's name */
};

struct mg_sources; /* all files of a run; its functions may be called from any thread */

struct mg_sources *mg_sources_new(void);
void mg_sources_free(struct mg_sources *sources);

/* The file at path (absolute and real), opened; the same again for a path that was opened before. It
 * belongs to `sources`. MG_ENOTFOUND, MG_EIO. */
int mg_source_open(struct mg_sources *sources, const char *path, const struct mg_source **out,
	struct mg_error *err);

/* MG_OK when each file still lies at its path and nobody wrote to it since it was opened, else MG_EIO
 * with its path. */
int mg_sources_unchanged(struct mg_sources *sources, struct mg_error *err);

#endif
