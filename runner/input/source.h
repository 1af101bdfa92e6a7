/* source.h: the files of a run, each opened once, so that all who read one see the same bytes. */
#ifndef MG_INPUT_SOURCE_H
#define MG_INPUT_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>

struct mg_arena;

enum mg_packing { MG_PACKING_NONE, MG_PACKING_GZIP, MG_PACKING_ZSTD };

struct mg_source_file {
	const char *path;  /* absolute and real */
	const char *shown; /* the same for people: as the spec or the command line has it */
	int fd;            /* read it with mg_source_read or pread only: many threads share it */
	uint64_t bytes;    /* when it was opened */
	enum mg_packing packing; /* as its name ends: .gz, .zst */
};

struct mg_sources; /* all files of a run; its functions may be called from any thread */

struct mg_sources *mg_sources_new(void);
void mg_sources_free(struct mg_sources *sources);

/* The file at path (absolute and real), opened; the same again for a path that was opened before. It
 * belongs to `sources`. Errors call it `shown` (NULL: path). Waits a moment for a file that was written just now, so that a later write is
 * seen. MG_ENOTFOUND, MG_EIO: also for a Git LFS pointer in its place. */
MG_MUST_USE int mg_source_open(struct mg_sources *sources, const char *path, const char *shown,
	const struct mg_source_file **out, struct mg_error *err);

/* Remembers what a path of the spec led to: to all files that match the pattern, or (NULL) to one. */
struct mg_source_lookup {
	const char *shown;                       /* as the spec has it */
	const char *pattern;                     /* as for mg_path_glob */
	const char *const *paths, *const *reals; /* as found, and what these are in truth */
	size_t count;
};
void mg_source_remember(struct mg_sources *sources, const struct mg_source_lookup *lookup);

/* MG_OK when each path that was remembered leads to the same files, and each file still lies at its path and nobody wrote to it since it was opened, else MG_EIO
 * with its path. */
MG_MUST_USE int mg_sources_unchanged(struct mg_sources *sources, struct mg_error *err);

/* Up to `most` bytes from offset on; 0 at the end only, which is where it was when the file was
 * opened. MG_EIO: it cannot be read, or has become shorter. */
MG_MUST_USE int mg_source_read(const struct mg_source_file *file, uint64_t offset, void *buffer,
	size_t most, size_t *out_len, struct mg_error *err);
/* All of it, of at most max_bytes: MG_ELIMIT. *out is NUL-terminated beyond its length. */
MG_MUST_USE int mg_source_text(struct mg_arena *arena, const struct mg_source_file *file,
	size_t max_bytes, char **out, size_t *out_len, struct mg_error *err);

#endif
