/* folder.h: the folder that a site is written to. It is made beside the old one, and takes its place in one step
 * when it is whole; who reads sees the old site or the new one. */
#ifndef MG_SITE_FOLDER_H
#define MG_SITE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/error.h>

#include "base/arena.h"

struct mg_site_folder {
	const char *place;    /* where it is to be */
	const char *building; /* where it is being made; NULL: not open */
	int lock;             /* of `building`: others leave it alone */
	bool replaces;        /* something is at place */
};

/* MG_EUSAGE when something is there that is neither an empty folder nor a site of ours with nothing else in it. What
 * a build left behind that was killed is removed. */
MG_MUST_USE int mg_site_folder_open(struct mg_arena *arena, const char *place,
	struct mg_site_folder *out, struct mg_error *err);
/* Writes a file, by its path below the site's top. Any number of threads may, of different files. */
MG_MUST_USE int mg_site_folder_put(const struct mg_site_folder *folder, const char *path,
	const char *bytes, size_t len, struct mg_error *err);
/* The same of any file; folders are made below the first `from` bytes of its path. A reader may see half of it. */
MG_MUST_USE int mg_site_write(
	char *path, size_t from, const char *bytes, size_t len, struct mg_error *err);
/* Puts it in its place. */
MG_MUST_USE int mg_site_folder_commit(struct mg_site_folder *folder, struct mg_error *err);
/* Removes what was made, unless it is in its place. */
void mg_site_folder_close(struct mg_site_folder *folder);
#define MG_SCOPED_SITE_FOLDER __attribute__((cleanup(mg_site_folder_close)))

#endif
