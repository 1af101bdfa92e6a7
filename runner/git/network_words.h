/* network_words.h: what went wrong on the way to a server, in plain words and without secrets. */
#ifndef MG_GIT_NETWORK_WORDS_H
#define MG_GIT_NETWORK_WORDS_H

#include <stdbool.h>

#include <modelgate/error.h>

#include "base/text.h"
#include "git/network.h"

/* What libgit2 last complained about (its `code` was not 0); login_asked: the server asked for a
 * login besides what it was sent. MG_EIO, with a way out where one is known. */
int mg_network_fail(struct mg_arena *arena, const struct mg_remote *remote, int code,
	bool login_asked, struct mg_error *err);

/* What a server wrote for people, as one safe, short line: without the progress that it wrote over
 * again, and without secrets that it may have echoed. "" when it said nothing. */
char *mg_server_words(struct mg_arena *arena, const struct mg_remote *remote, const char *text);

#endif
