/* verify.h: is the history of the models what was written? Finds deleted, moved, back-dated and
 * forged tags, evidence that is not what a tag says, and signatures that do not hold. */
#ifndef MG_RELEASE_VERIFY_H
#define MG_RELEASE_VERIFY_H

#include <modelgate/error.h>
#include <modelgate/release.h>

#include "git/git.h"
#include "git/remote.h"
#include "registry/authority.h"

/* A break is something that cannot come from modelgate's own work; a remark is worth knowing. */
struct mg_finding {
	bool is_break;
	const char *rule; /* short id, as in docs/registry.md: "chain", "time", "evidence", ... */
	const char *model;
	const char *tag;  /* or NULL: no single one */
	const char *text; /* one sentence */
};
struct mg_verified {
	struct mg_finding *list;
	size_t count, capacity;
	size_t breaks;
	size_t models, tags, by_modelgate, bundles, signatures; /* that were looked at */
};

/* Looks at one model; adds to out. Decisions must have been made by the rules of the protected branch, at
 * commits that are on it now. What the policy demands of signatures holds from a stage's first
 * signed tag on, and for what stands there now: a demand that came later breaks no past. The file of
 * allowed signers is that of the work tree. MG_EIO: signatures cannot be checked, as without ssh-keygen. */
MG_MUST_USE int mg_verify_model(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_authority *authority, const struct mg_ledger *ledger,
	const struct mg_model *model, struct mg_verified *out, struct mg_error *err);
/* Tags of the grammar that are no events. */
void mg_verify_strays(
	struct mg_arena *arena, const struct mg_ledger *ledger, struct mg_verified *out);
/* The remote's tags beside those of the clone: moved there, or not there. */
void mg_verify_remote(struct mg_arena *arena, const struct mg_model *model,
	const struct mg_remote_refs *refs, struct mg_verified *out);

/* What somebody wants to rely on; NULL: any will do. */
struct mg_expected {
	const char *stage;
	const char *version;
	const char *commit; /* 40 hex digits */
};
/* Is the model in that stage, as expected, by a tag that names evidence? Whether the tag and its evidence
 * hold is for mg_verify_model to say. */
void mg_verify_standing(struct mg_arena *arena, const struct mg_model *model,
	const struct mg_expected *expected, struct mg_verified *out);

#endif
