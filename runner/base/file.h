/* file.h: whole files in, whole files out, paths and digests. */
#ifndef MG_BASE_FILE_H
#define MG_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>

#include "base/arena.h"

/* Reads a regular file (or "-" for standard input) of at most max_bytes; MG_ENOTFOUND, MG_EIO,
 * MG_ELIMIT. *out is NUL-terminated beyond len; NULs inside are kept. */
MG_MUST_USE int mg_file_read(struct mg_arena *arena, const char *path, size_t max_bytes, char **out,
	size_t *out_len, struct mg_error *err);

/* Writes all bytes to "<path>.<random>.tmp" in the same folder, syncs, then renames over path, so
 * a reader sees the old file or the whole new one. On any failure the temporary file is removed,
 * path keeps its old content, and MG_EIO names path and reason. Missing parent folders are made.
 * The mode of an existing file is kept, a new one gets 0644 less the umask. Through a symbolic
 * link the file it leads to is replaced; a device or pipe (/dev/stdout) is written to as it is. */
MG_MUST_USE int mg_file_write(
	const char *path, const char *bytes, size_t len, struct mg_error *err);

/* The same where nothing has the name yet, in one step: of several writers one wins, and a reader sees the
 * whole file or none. *out_made is false when something is there, which stays as it is. */
MG_MUST_USE int mg_file_create(
	const char *path, const char *bytes, size_t len, bool *out_made, struct mg_error *err);

bool mg_file_exists(const char *path); /* anything by that name */
/* Asked now and then during long work: is it to stop? */
struct mg_stop {
	bool (*asked)(const void *context);
	const void *context;
};
/* Lower-case hex SHA-256 of a file's content (streamed) / of memory. out has 65 bytes. MG_ECANCELLED
 * when it was to stop (NULL: never). */
MG_MUST_USE int mg_file_sha256(const char *path, char out[65], uint64_t *out_bytes,
	const struct mg_stop *stop, struct mg_error *err);
/* The same of what is open at fd, from its first byte on, wherever others read it; path names it. */
MG_MUST_USE int mg_fd_sha256(int fd, const char *path, char out[65], uint64_t *out_bytes,
	const struct mg_stop *stop, struct mg_error *err);
void mg_sha256(const void *bytes, size_t len, char out[65]);

/* dir/name, or name alone when it is absolute. "." folders are not added. */
char *mg_path_join(struct mg_arena *arena, const char *dir, const char *name);
char *mg_path_dir(struct mg_arena *arena, const char *path); /* "." when there is none */
const char *mg_path_base(const char *path);
/* Absolute, symlinks resolved; MG_ENOTFOUND when it does not exist. */
MG_MUST_USE int mg_path_real(
	struct mg_arena *arena, const char *path, char **out, struct mg_error *err);
/* MG_EUSAGE when a symbolic link lies on the way to path, or is its end: below the current folder
 * for what lies in it, anywhere for what does not. What is not there is no link. */
MG_MUST_USE int mg_path_without_links(const char *path, struct mg_error *err);
/* Is `path` (absolute, real) equal to or inside `dir` (absolute, real)? */
bool mg_path_inside(const char *path, const char *dir);
#define MG_GIT_FOLDER ".git" /* holds addresses and at times credentials: never data */
/* Is it inside, and not what git keeps there? */
bool mg_path_readable(const char *path, const char *dir);
/* Is it readable in `folder` or in one of the `allow` folders, which need be neither absolute nor
 * real? */
bool mg_path_allowed(struct mg_arena *arena, const char *path, const char *folder,
	const char *const *allow, size_t allow_count);
/* folder/path without "." and "..", from where folder begins; NULL when it leads out of there, as an absolute
 * path and an address do. */
char *mg_path_plain(struct mg_arena *arena, const char *folder, const char *path);
/* The path as a pattern that only it matches. */
char *mg_path_no_pattern(struct mg_arena *arena, const char *path);
/* Files that match a shell glob (sorted, at most max); zero matches is MG_OK with *out_count 0. */
MG_MUST_USE int mg_path_glob(struct mg_arena *arena, const char *pattern, size_t max, char ***out,
	size_t *out_count, struct mg_error *err);

#endif
