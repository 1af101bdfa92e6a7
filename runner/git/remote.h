/* remote.h: a remote repository: which one, how to log in, what it has, and what is created there.
 *
 * The git program does the talking, with a deadline. Secrets come from the environment and git's
 * configuration only, and never reach a command line, output or errors. */
#ifndef MG_GIT_REMOTE_H
#define MG_GIT_REMOTE_H

#include <modelgate/error.h>

#include "git/git.h"

struct mg_remote {
	const char *name;    /* "origin", or an address */
	const char *address; /* as it may be shown: without user and password */
	const char *url;     /* as git is told: the same, but for the user of SSH */
	bool http;           /* it is reached by HTTP or HTTPS */
	double timeout_s;    /* of each call, in all; 60 or MODELGATE_GIT_TIMEOUT */
	const char *bearer; /* SYSTEM_ACCESSTOKEN, or http.<url>.extraheader's bearer; NULL: none */
	const char *user, *password; /* basic (MODELGATE_GIT_USER, MODELGATE_GIT_TOKEN; or the
	                              * address's own user); NULL: none */
	const char
		*asks_as; /* the address's user, for whom a credential helper is asked; or NULL */
	const char *ca_file;      /* http.sslCAInfo: certificates to trust; or NULL */
	const char *proxy;        /* remote.<name>.proxy, http.proxy; or NULL */
	bool own_ssh;             /* core.sshCommand says how SSH is called */
	bool partial;             /* the clone lacks objects on purpose */
	const char *const *rules; /* remote.<name>.fetch: where branches are kept */
	size_t rule_count;
	const char *branch; /* whose commits are fetched even where the clone keeps no such branch,
	                     * as those of main and master are; or NULL */
};

/* Reads the configuration and the environment. MG_ENOTFOUND names the remotes there are. */
MG_MUST_USE int mg_remote_find(struct mg_arena *arena, const struct mg_git *git, const char *name,
	struct mg_remote *out, struct mg_error *err);
/* "Authorization: ...", which logs in; NULL: none is known. */
char *mg_remote_header(struct mg_arena *arena, const struct mg_remote *remote);

/* One ref of the remote. */
struct mg_remote_ref {
	const char *name; /* "refs/tags/churn#PPS#4" */
	const char *id;   /* 40 hex: of the tag object, not what it marks */
};
struct mg_remote_refs {
	struct mg_remote_ref *list; /* by name */
	size_t count;
	const char *head; /* the default branch, "refs/heads/main"; NULL: the server does not say */
};
/* The object that the ref of this name stands at, 40 hex; NULL: there is none. */
const char *mg_remote_ref_at(const struct mg_remote_refs *refs, const char *name);
/* Lists all refs that the remote has, until mg_clock_ticks is `until`. MG_ETIMEOUT, MG_EIO ("the
 * server refuses the token (HTTP 401) ...") say a fix. */
MG_MUST_USE int mg_remote_list(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_remote *remote, double until, struct mg_remote_refs *out,
	struct mg_error *err);
/* Lists them, and brings the remote's tags and branches into the clone (never forces a tag). In a
 * shallow clone nothing is brought: MG_EUSAGE with MG_GIT_FULL_CLONE when a tag is missing. */
MG_MUST_USE int mg_remote_fetch(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_remote *remote, struct mg_remote_refs *out, struct mg_error *err);

enum mg_pushed {
	MG_PUSHED,     /* the remote has the object under this name now (or had it already) */
	MG_PUSH_TAKEN, /* the remote has something else under this name: read again, decide again */
};
/* Lists them, and brings one ref, or all below a name that ends with a slash, with all that they hold; the clone's refs
 * of these names follow them where nobody else holds them. *out: where these stood on the remote. */
MG_MUST_USE int mg_remote_fetch_refs(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_remote *remote, const char *wanted, struct mg_remote_refs *out,
	struct mg_error *err);

/* Creates one ref on the remote, or moves it from `old` alone (NULL: there is none). MG_OK: *out says how it
 * stands. Else the server
 * said no (a hook, a permission: MG_EIO with its words made safe), could not be reached, or did not
 * answer in time (MG_ETIMEOUT: nobody knows; the same command again finds out). */
MG_MUST_USE int mg_remote_push(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_remote *remote, const char *ref, const git_oid *old, const git_oid *object,
	enum mg_pushed *out, struct mg_error *err);

#endif
