/* pull_request.h: a gate's status in a pull request of Azure Repos, and its comment, which later runs rewrite.
 *
 * Which thread is ours? Whoever may comment can make a thread with our mark: properties are open to every
 * caller of the service's API. So a thread counts as ours when it has the mark AND its first comment was
 * written by the identity that our token logs in as. Whoever can write under that identity can run
 * pipelines with that token, and needs no thread of ours. Threads without both are neither written to nor
 * opened nor closed. */
#ifndef MG_SERVICES_PULL_REQUEST_H
#define MG_SERVICES_PULL_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include <modelgate/error.h>

struct mg_arena;

enum { MG_COMMENT_MAX_CHARACTERS = 150000 }; /* UTF-16 code units; the service takes no more */

struct mg_pull_request {
	const char *id;         /* "7" */
	const char *collection; /* "https://dev.azure.com/example", without a slash at the end */
	const char *project, *repository;
	const char *run_url; /* the page of the pipeline's run; NULL: not known */
	const char *run_id;
	const char *token;
};

/* From the variables that a job of Azure Pipelines has, and SYSTEM_ACCESSTOKEN. MG_EUSAGE names the one that is
 * missing or is nothing that could stand in an address. */
MG_MUST_USE int mg_pull_request_find(
	struct mg_arena *arena, struct mg_pull_request *out, struct mg_error *err);

/* What a run says about a gate. */
struct mg_gate_news {
	const char *gate; /* "churn#PPS" */
	const char *text; /* the comment, in Markdown */
	bool open;        /* whether the run lets the model pass */
	/* The status, which a branch policy may require by its name: "churn/PPS" of the genre modelgate. */
	const char *status_name, *description;
	bool measured; /* not: the status is an error, and no failure */
};

/* What became of the comment. */
struct mg_commented {
	int64_t thread;
	bool is_new;
	const char *status; /* "active", "closed", ... */
};

/* Sets the gate's status first, since it may be what holds the pull request up. Then writes the text as its comment:
 * into its own thread, or into a new one. An open gate's thread is resolved; a closed gate's is active. Replies stay. MG_EIO and MG_ETIMEOUT say a fix; what was written
 * until then is put right by the next call. */
MG_MUST_USE int mg_pull_request_comment(struct mg_arena *arena, const struct mg_pull_request *to,
	const struct mg_gate_news *news, double timeout_s, struct mg_commented *out,
	struct mg_error *err);

#endif
