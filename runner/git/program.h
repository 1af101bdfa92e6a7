/* program.h: runs the git program against a remote. */
#ifndef MG_GIT_PROGRAM_H
#define MG_GIT_PROGRAM_H

#include <modelgate/error.h>

#include "git/remote.h"

struct mg_git_done {
	int status;             /* of its exit */
	char *out;              /* what it wrote on standard output */
	const char *complaints; /* and on standard error: the beginning */
	int http_status; /* of the server's last answer; 0: none came, or it speaks no HTTP */
	bool spoke_git;  /* the server did: git takes a page of text for an empty list */
	bool sent;       /* it began to send objects, so that the server may have taken them */
};

/* What its arguments call the remote, which is rewritten once: to the remote's url. */
#define MG_GIT_REMOTE "modelgate:remote"

/* Runs git with these arguments (ended by NULL): logged in as the
 * remote says, asking nobody, in English. It works on the clone's objects, and knows its refs; of
 * its configuration only what is ours, since that may have git start any program. MG_OK whatever
 * git's status. MG_EUSAGE: there is no git; MG_ETIMEOUT; MG_ELIMIT: more output than any list of
 * refs; MG_EIO. */
MG_MUST_USE int mg_git_program(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_remote *remote, const char *const *arguments, double until,
	struct mg_git_done *out, struct mg_error *err);

#endif
