/* network.h: talks to the remote repository, in a child process with a deadline.
 *
 * libgit2 1.5 has no time-outs, replays wrong passwords, and says 0 when every ref was refused; all of
 * this ends here. Secrets come from the environment only and never reach argv, output or errors. */
#ifndef MG_GIT_NETWORK_H
#define MG_GIT_NETWORK_H

#include <modelgate/error.h>

#include "git/git.h"

struct mg_remote {
	const char *name;    /* "origin", or an address */
	const char *address; /* as it may be shown: without user and password */
	double timeout_s;    /* of each call, in all; 60 or MODELGATE_GIT_TIMEOUT */
	const char *bearer; /* SYSTEM_ACCESSTOKEN, or http.<url>.extraheader's bearer; NULL: none */
	const char *user, *password; /* basic (MODELGATE_GIT_USER, MODELGATE_GIT_TOKEN; or the
	                              * address's own user); NULL: none */
	const char *ca_file; /* GIT_SSL_CAINFO, http.sslCAInfo: certificates to trust; or NULL */
	const char
		*branch; /* whose commits are fetched even where the clone keeps no such branch, as
	                      * those of main and master are; or NULL */
};

/* Reads the configuration and the environment. MG_ENOTFOUND names the remotes there are. */
int mg_remote_find(struct mg_arena *arena, const struct mg_git *git, const char *name,
	struct mg_remote *out, struct mg_error *err);

/* One ref of the remote. */
struct mg_remote_ref {
	const char *name; /* "refs/tags/churn#PPS#4" */
	const char *id;   /* 40 hex: of the tag object, not what it marks */
};
struct mg_remote_refs {
	struct mg_remote_ref *list; /* by name */
	size_t count;
};
/* Brings the remote's tags and branches into the clone (never forces a tag), and lists all refs the
 * remote has. In a shallow clone only lists: fetching is MG_EUSAGE with MG_GIT_FULL_CLONE when a tag
 * is missing. MG_ETIMEOUT, MG_EIO ("the server refuses the token (HTTP 401) ...") say a way out. */
int mg_remote_fetch(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_remote *remote, struct mg_remote_refs *out, struct mg_error *err);

enum mg_pushed {
	MG_PUSHED,     /* the remote has the object under this name now (or had it already) */
	MG_PUSH_TAKEN, /* the remote has something else under this name: read again, decide again */
};
/* Creates one ref on the remote: never moves one. MG_OK: *out says how it stands. Else the server
 * said no (a hook, a permission: MG_EIO with its words made safe), could not be reached, or did not
 * answer in time (MG_ETIMEOUT: nobody knows; the same command again finds out). */
int mg_remote_push(struct mg_arena *arena, const struct mg_git *git, const struct mg_remote *remote,
	const char *ref, const git_oid *object, enum mg_pushed *out, struct mg_error *err);

#endif
