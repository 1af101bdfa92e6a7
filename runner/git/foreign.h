/* foreign.h: a repository of somebody else, without its configuration. */
#ifndef MG_GIT_FOREIGN_H
#define MG_GIT_FOREIGN_H

#include <stdbool.h>

#include <modelgate/error.h>

#include "base/arena.h"

/* The folder that git is to work in: the repository's own where all of it is ours, else one that we
 * made for the time being, with its objects and refs and a configuration that starts nothing. */
struct mg_git_folder {
	const char *path;
	bool made;
};

/* `folder`: of the repository's objects and configuration. Close it with mg_git_folder_close. */
MG_MUST_USE int mg_git_folder_open(struct mg_arena *arena, const char *folder,
	struct mg_git_folder *out, struct mg_error *err);
void mg_git_folder_close(struct mg_git_folder *folder);
#define MG_SCOPED_GIT_FOLDER __attribute__((cleanup(mg_git_folder_close)))

#endif
