/* repo.h: which commit a file belongs to; read-only. */
#ifndef MG_GIT_REPO_H
#define MG_GIT_REPO_H

#include <stdbool.h>

#include <modelgate/error.h>

struct mg_arena;
struct git_repository;

struct mg_repo_state {
	const char *commit; /* 40 hex; NULL: not in a repository, or nothing committed yet */
	const char *branch; /* short name; NULL: detached */
	const char *top;    /* of the work tree, with a slash at the end; or NULL */
	const char *path;   /* of the file, relative to the top; or NULL */
	bool dirty; /* a tracked file differs from the commit, or it has not the file asked for */
};

/* Looks for a repository from the file's folder upwards. A file outside of any repository, or in a broken
 * one, has no commit. MG_EUSAGE when a named pipe is in the way (git/pipes.h). The owner of the folder does not matter, because
 * nothing of the repository is executed or written (container jobs run as another user). */
MG_MUST_USE int mg_repo_read(
	struct mg_arena *arena, const char *file, struct mg_repo_state *out, struct mg_error *err);

/* Does a tracked file differ from HEAD? What cannot be read is not known to be clean. */
bool mg_repo_dirty(struct git_repository *repo);

#endif
