/* policy.h: the rules of a repository, from .modelgate.yaml at its top (or the stages of .gto). */
#ifndef MG_REGISTRY_POLICY_H
#define MG_REGISTRY_POLICY_H

#include <modelgate/error.h>
#include <modelgate/release.h>

#include "git/git.h"

/* From the files as they are in `commit` (what is promoted is judged by its own rules), or in the
 * work tree when commit is NULL. Without a file: the defaults. MG_ESPEC has all errors, each with
 * file:line:col, one after the other in one line. */
MG_MUST_USE int mg_policy_read(struct mg_arena *arena, const struct mg_git *git,
	const git_oid *commit, struct mg_policy *out, struct mg_error *err);
/* What holds without a file. */
void mg_policy_defaults(struct mg_policy *out);
/* Index of a stage, or MG_EUSAGE that names the stages there are and the nearest. */
MG_MUST_USE int mg_policy_stage_index(
	const struct mg_policy *policy, const char *stage, size_t *out, struct mg_error *err);

#endif
