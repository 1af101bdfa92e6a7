/* ledger.h: reads a repository's tags and replays them: which version of a model is where. */
#ifndef MG_REGISTRY_LEDGER_H
#define MG_REGISTRY_LEDGER_H

#include <modelgate/error.h>
#include <modelgate/release.h>

#include "git/git.h"

/* model NULL: all. Only tags of the grammar are opened, so 20,000 tags take well under half a
 * second. An event is an annotated tag of a commit whose object bears the ref's own name; other tags
 * of the grammar are strays. A tag whose object is broken is MG_EIO.
 *
 * State is what GTO makes of the same tags, but events are ordered by their counters first. Times
 * place those without a counter among the others; at equal times versions come before stages. A
 * stage holds the version of its latest assignment that was not taken back, among versions that are
 * active; so after an unassignment it holds the one before again. */
MG_MUST_USE int mg_ledger_read(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_policy *policy, const char *model, struct mg_ledger *out,
	struct mg_error *err);

const struct mg_model *mg_ledger_model(
	const struct mg_ledger *ledger, const char *name); /* or NULL */
/* What stands in a stage; NULL when nothing does. */
const struct mg_standing *mg_model_standing(const struct mg_model *model, const char *stage);
/* The registered, active version of a commit, or of a name; NULL when there is none. */
const struct mg_version *mg_model_version_of(const struct mg_model *model, const char *commit);
/* The greatest active version by semver; NULL when there is none. */
const struct mg_version *mg_model_latest(const struct mg_model *model);
const struct mg_event *mg_model_last_event(const struct mg_model *model); /* or NULL */

#endif
