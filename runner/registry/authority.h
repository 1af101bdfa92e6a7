/* authority.h: who may decide is written on the protected branch: which branch that is, where it stands, and
 * the policy there. A commit that wants to be promoted cannot name its own judges. */
#ifndef MG_REGISTRY_AUTHORITY_H
#define MG_REGISTRY_AUTHORITY_H

#include <modelgate/error.h>
#include <modelgate/release.h>

#include "evidence/signature.h"
#include "git/remote.h"

/* Where to look. */
struct mg_authority_source {
	const struct mg_git *git;
	const char *remote; /* whose branches count: "origin" when nothing is pushed */
	const struct mg_remote_refs *refs; /* what it has now; NULL: the clone's branches count */
	const char *policy_ref; /* branch whose policy counts; NULL: the remote's default one */
};
struct mg_authority {
	const char *branch;  /* the protected one: named by that policy, else the one it is on */
	const char *problem; /* why it is not known where the branch stands; NULL: it is known */
	const char *commit;  /* where it stands, 40 hex; NULL with a problem */
	struct mg_policy policy;   /* there */
	struct mg_signers signers; /* whose keys count: the file that it names, as it is there */
	const char *also; /* the clone's own branch of that name, when it stands elsewhere */
};
/* MG_ESPEC when a policy there is wrong, MG_EIO when it cannot be read. */
MG_MUST_USE int mg_authority_find(struct mg_arena *arena, const struct mg_authority_source *source,
	struct mg_authority *out, struct mg_error *err);
/* For commands that only read: with a problem, the policy of the work tree stands in, and nobody signs. */
MG_MUST_USE int mg_authority_find_for_reading(struct mg_arena *arena,
	const struct mg_authority_source *source, struct mg_authority *out, struct mg_error *err);
/* Is the commit on the branch? *out_problem says why that is not known, else NULL. */
bool mg_authority_has(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_authority *authority, const char *commit, const char **out_problem);

#endif
