/* git.h: opens a repository the way release needs it, and says in plain words what libgit2 says. */
#ifndef MG_GIT_GIT_H
#define MG_GIT_GIT_H

#include <stdbool.h>

#include <git2.h>

#include <modelgate/error.h>

#include "base/arena.h"
#include "base/map.h"

struct mg_git {
	git_repository *repo;
	const char *top;    /* of the work tree, with a slash at the end; NULL: bare */
	const char *folder; /* the .git folder that worktrees share */
	bool shallow;       /* history was cut off (checkout with a fetch depth) */
	/* Gets the id of each content that reading would have needed and that is not in the clone, which
	 * may be a partial one; NULL: nobody asks. */
	struct mg_map *lacks;
};

/* A content could not be found. */
void mg_git_lacks(const struct mg_git *git, const git_oid *id);

/* Finds the repository of a folder, upwards. The owner of the folder does not matter; sparse and
 * partial clones and worktrees are fine. MG_ENOTFOUND names the folder and says `git init`; a
 * SHA-256 repository is MG_EUSAGE. Close it with mg_git_close. */
MG_MUST_USE int mg_git_open(
	struct mg_arena *arena, const char *folder, struct mg_git *out, struct mg_error *err);
void mg_git_close(struct mg_git *git);
#define MG_SCOPED_GIT __attribute__((cleanup(mg_git_close)))

/* "cannot <what>: <libgit2's reason>", MG_EIO (MG_ENOTFOUND for GIT_ENOTFOUND). */
int mg_git_fail(struct mg_error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The commit that a revision names ("HEAD", a branch, 7 to 40 hex); MG_ENOTFOUND in plain words. */
MG_MUST_USE int mg_git_commit(
	const struct mg_git *git, const char *revision, git_oid *out, struct mg_error *err);
/* Is `ancestor` the commit itself or among its ancestors? MG_EUSAGE in a shallow clone whose
 * history ends before the answer: names the checkout settings that mend it. */
MG_MUST_USE int mg_git_is_ancestor(const struct mg_git *git, const git_oid *ancestor,
	const git_oid *commit, bool *out, struct mg_error *err);
/* A file's bytes in a commit; MG_ENOTFOUND, MG_ELIMIT. */
#define MG_GIT_FILE_MAX_BYTES (16 << 20)
MG_MUST_USE int mg_git_file(struct mg_arena *arena, const struct mg_git *git, const git_oid *commit,
	const char *path, const char **out, size_t *out_len, struct mg_error *err);

/* What every message about a clone without history or tags says (Azure's checkout step). */
#define MG_GIT_FULL_CLONE                                                                           \
	"set fetchDepth: 0 and fetchTags: true on the checkout step (fetchFilter: blob:none keeps " \
	"it fast), or run: git fetch --unshallow --tags"

#endif
