/* network_git.h: has git itself create one ref on a remote, from a clone that libgit2 cannot push from. */
#ifndef MG_GIT_NETWORK_GIT_H
#define MG_GIT_NETWORK_GIT_H

#include <git2.h>

#include <modelgate/error.h>

#include "base/text.h"

struct mg_git_push {
	const char *remote;  /* its name, or an address */
	const char *address; /* that it stands for */
	const char *folder;  /* of the repository's objects and configuration */
	const char *url;     /* where that is, without user and password: git knows headers by it */
	const char *header;  /* "Authorization: ...", or NULL; goes by the environment, not argv */
	const char *ref;
	const git_oid *object;
};

/* Runs `git push` in the current folder, without the repository's configuration where that is somebody else's: creates the ref or does nothing. Whatever git and the
 * server write is put into said, at most said_max bytes. MG_OK: git was satisfied. MG_EIO: it was
 * not, said has its words. MG_ENOTFOUND: there is no git. To be called in the network's child. */
int mg_git_push_by_program(const struct mg_git_push *push, struct mg_text *said, size_t said_max,
	struct mg_error *err);

#endif
