/* move.h: what promoting, rolling back and withdrawing share: reading how things stand here and on
 * the remote, making the next tag of the chain, and creating refs so that nobody's are moved. */
#ifndef MG_RELEASE_MOVE_H
#define MG_RELEASE_MOVE_H

#include <modelgate/error.h>

#include "git/remote.h"
#include "registry/authority.h"
#include "registry/ledger.h"
#include "registry/tag_name.h"
#include "registry/tag_write.h"

/* Where, in whose name, and how. */
struct mg_move_options {
	const char *model;       /* as people write it */
	const char *remote;      /* to push to: a name or an address; NULL: stays here */
	double timeout_s;        /* of each call to the remote; 0: as mg_remote_find says */
	const char *signing_key; /* file of an SSH key, or NULL */
	const char *policy_ref;  /* branch whose policy counts; NULL: the remote's default one */
	bool dry_run;
};

struct mg_move {
	struct mg_arena *arena;
	const struct mg_git *git;
	const struct mg_move_options *options;
	struct mg_remote remote; /* when options->remote */
	struct mg_tagger tagger;
	int lock; /* descriptor; -1: none */
	/* Read again at every attempt: */
	struct mg_remote_refs refs;
	struct mg_authority authority; /* who may decide; by its policy the ledger is read */
	const struct mg_model *model;  /* NULL: no event yet */
	int64_t time_us;               /* of the tags: later than those before them */
	int64_t ahead_s;               /* how far that is ahead of the clock */
};

/* Whoever loses a race reads and decides again, this often. */
enum { MG_MOVE_ATTEMPTS = 5 };

MG_MUST_USE int mg_move_open(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_move_options *options, struct mg_move *out, struct mg_error *err);
void mg_move_close(struct mg_move *move);

/* Begins an attempt (0, 1, ...): fetches, and reads the ledger. Without a remote, processes of this
 * machine take turns from here to the end of the attempt. */
MG_MUST_USE int mg_move_read(struct mg_move *move, int attempt, struct mg_error *err);
/* MG_EIO: every attempt was lost. */
MG_MUST_USE int mg_move_give_up(const struct mg_move *move, struct mg_error *err);

/* How a tag of the model here is not what the remote has; NULL: all are the same. */
const char *mg_move_differs(const struct mg_move *move);

/* The pipeline's build, as Azure names it: id and address; NULL elsewhere. */
const char *mg_move_build(struct mg_arena *arena);

struct mg_move_tag {
	char *tag; /* short name */
	git_oid id;
	const char *hex; /* of id */
};
/* Makes the object of the model's next event. Of `trailers` the model, the version, and the event
 * before this one (`after`, or the ledger's last when NULL) are filled in here. */
MG_MUST_USE int mg_move_make(struct mg_move *move, const struct mg_tag_name *name,
	const char *commit, const char *sentence, struct mg_trailers *trailers,
	const struct mg_move_tag *after, struct mg_move_tag *out, struct mg_error *err);
/* Creates refs/tags/NAME on the remote, if there is one, then here. MG_TAKEN: somebody was faster. */
MG_MUST_USE int mg_move_publish(struct mg_move *move, const char *name, const git_oid *id,
	enum mg_created *out, struct mg_error *err);

#endif
