/* rollback.h: takes a stage back to a version that stood there, or takes one out. Tags are never
 * deleted: both are new ones, with a reason. */
#ifndef MG_RELEASE_ROLLBACK_H
#define MG_RELEASE_ROLLBACK_H

#include <modelgate/error.h>

#include "release/promote.h"

struct mg_return {
	struct mg_move_options move;
	const char *stage;
	const char *version; /* NULL (rollback only): the one that stood there before */
	const char *reason;
};

/* A new assignment of the older commit; it cites the evidence by which that came there. When the last
 * event of the stage is the same return for the same reason, that one is told (done_before); when
 * another build made it, and no version says what is meant, that is refused. */
MG_MUST_USE int mg_rollback(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_return *asked, struct mg_moved *out, struct mg_error *err);
/* Unassigns a version from a stage. *out tells what stands there now. */
MG_MUST_USE int mg_withdraw(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_return *asked, struct mg_moved *out, struct mg_error *err);

#endif
