/* champion.h: the measures by which the version that is in a stage now came there. */
#ifndef MG_RELEASE_CHAMPION_H
#define MG_RELEASE_CHAMPION_H

#include <modelgate/error.h>
#include <modelgate/release.h>
#include <modelgate/run.h>

/* From the evidence that the stage's tag names, in the repository that holds the spec. Needs the clone's
 * tags and nothing else. MG_ENOTFOUND: no repository, nothing in the stage, no evidence; each with
 * a fix. */
MG_MUST_USE int mg_champion_read(struct mg_arena *arena, const struct mg_spec *spec,
	const char *stage, struct mg_run **out, struct mg_error *err);

#endif
