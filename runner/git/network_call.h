/* network_call.h: one call to a remote, as the child makes it: connection, login, what the server says. */
#ifndef MG_GIT_NETWORK_CALL_H
#define MG_GIT_NETWORK_CALL_H

#include "base/text.h"
#include "git/network.h"

/* Refs that a push starts from: this, the program's process id, the object's id. */
#define MG_PUSH_SOURCES "refs/modelgate/tmp-"

enum { MG_SAID_MAX_BYTES = 4096 };

struct mg_call {
	struct mg_arena *arena;
	const struct mg_git *git;
	const struct mg_remote *remote;
	const char *ref; /* to push */
	const git_oid *object;
	const char *source; /* the clone's ref while it is pushed */
	git_remote *handle;
	char *header;         /* "Authorization: ..." or NULL */
	char *headers[1];     /* as libgit2 wants it */
	struct mg_text said;  /* what the server wrote for people, the beginning */
	int logins;           /* how often it asked for one */
	bool login_asked;     /* and what we have was not enough */
	bool answered, taken; /* the server spoke of our ref, and took it */
	char status[512];     /* why it did not */
};

/* The header that logs in; NULL: none is known. */
char *mg_call_header(struct mg_arena *arena, const struct mg_remote *remote);
/* For the options of every libgit2 function that may talk to the server. */
void mg_call_callbacks(struct mg_call *call, git_remote_callbacks *out);
void mg_call_headers(struct mg_call *call, git_strarray *out);
/* A header with a token follows a redirect to any host, so there is none with a token. */
git_remote_redirect_t mg_call_redirects(const struct mg_call *call);

/* Finds the remote and enters the work tree's top; then a connection, and the refs at its other end
 * (valid until it is closed). */
int mg_call_open(struct mg_call *call, struct mg_error *err);
int mg_call_connect(struct mg_call *call, git_direction direction, struct mg_error *err);
int mg_call_heads(struct mg_call *call, const git_remote_head ***out, size_t *out_count,
	struct mg_error *err);
/* What libgit2 complained about, in plain words; MG_ECANCELLED when it was asked to stop. */
int mg_call_fail(struct mg_call *call, int code, struct mg_error *err);

/* The whole of a push and of a fetch; the list gets "<40 hex> <name>\n" for each ref. */
int mg_call_push(struct mg_call *call, enum mg_pushed *out, struct mg_error *err);
int mg_call_fetch(struct mg_call *call, struct mg_text *list, struct mg_error *err);

#endif
