/* tagger.h: in whose name tags and evidence are made. */
#ifndef MG_GIT_TAGGER_H
#define MG_GIT_TAGGER_H

#include <modelgate/error.h>

#include "git/git.h"

struct mg_tagger {
	const char *name, *email;
	int offset_minutes; /* of the clock from UTC */
};

/* git's user.name and user.email, else GIT_COMMITTER_NAME and _EMAIL, else who started Azure's build
 * (BUILD_REQUESTEDFOR and BUILD_REQUESTEDFOREMAIL). MG_EUSAGE says how to set one. */
MG_MUST_USE int mg_tagger_find(struct mg_arena *arena, const struct mg_git *git,
	struct mg_tagger *out, struct mg_error *err);

#endif
