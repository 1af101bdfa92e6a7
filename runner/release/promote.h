/* promote.h: puts a version of a model into a stage, or says every reason why not. */
#ifndef MG_RELEASE_PROMOTE_H
#define MG_RELEASE_PROMOTE_H

#include <modelgate/error.h>

#include "registry/attempts.h"
#include "release/decide.h"
#include "release/move.h"

struct mg_promotion {
	struct mg_move_options move;
	const char *stage;
	const char *run_text; /* of the run file */
	size_t run_len;
	const char *version; /* or NULL: the commit's, else by `bump` */
	enum mg_bump bump;
	const char *revision; /* of the commit; NULL: HEAD */
	const char *override_reason;
	const char **approvers; /* as a tag says them: approver.h */
	size_t approver_count;
	const char *approvals_problem;    /* why the service did not tell who approved, else NULL */
	bool deployed;                    /* before, so that the tag follows */
	const struct mg_attempt *earlier; /* runs of attempts of the same job */
	size_t earlier_count;
	const struct mg_artifact *artifacts;
	size_t artifact_count;
};

/* What came of it. */
struct mg_moved {
	struct mg_refusals refusals;   /* count > 0: nothing was done */
	struct mg_refusals overridden; /* what an override passed */
	bool done_before;              /* the same stands already; the rest tells of that one */
	const char *model, *stage, *version, *commit;
	const char *tag, *id; /* id NULL in a dry run */
	bool registers;       /* the version is new */
	bool by_this_build;   /* it was this build of a pipeline that made the tag */
	const char *evidence, *evidence_sha256; /* NULL in a dry run, or when there is none */
	const char *run_sha256;                 /* of the run that was judged, or NULL */
	const char *remote;                     /* that has the tag now, or NULL */
	const char *stands;                     /* what is in the stage now, when it is not this */
	int64_t ahead_s; /* the tags' time is this far ahead of the clock, to follow the last */
};

/* MG_OK with refusals is a no. The repository is only written to when there are none. */
MG_MUST_USE int mg_promote(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_promotion *promotion, struct mg_moved *out, struct mg_error *err);

#endif
