/* refusal.h: why git could not do what it was to do at a server, in plain words and without secrets. */
#ifndef MG_GIT_REFUSAL_H
#define MG_GIT_REFUSAL_H

#include <modelgate/error.h>

#include "git/program.h"

/* Of a git that failed: MG_EIO, with a fix where one is known. */
int mg_remote_fail(struct mg_arena *arena, const struct mg_remote *remote,
	const struct mg_git_done *done, struct mg_error *err);

/* MG_ETIMEOUT; `more` goes on with the sentence. */
int mg_remote_timeout(struct mg_arena *arena, const struct mg_remote *remote, const char *more,
	struct mg_error *err);

/* What a server wrote for people ("remote: ..."), as one safe, short line: without the progress that
 * it wrote over again, and without secrets that it may have echoed. "" when it said nothing. */
char *mg_remote_words(
	struct mg_arena *arena, const struct mg_remote *remote, const char *complaints);
/* Any text from there, as safe. */
char *mg_remote_safe(struct mg_arena *arena, const struct mg_remote *remote, const char *text);

#endif
