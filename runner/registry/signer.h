/* signer.h: may a key sign tags and evidence? Asked before anything is written. */
#ifndef MG_REGISTRY_SIGNER_H
#define MG_REGISTRY_SIGNER_H

#include <modelgate/error.h>
#include <modelgate/release.h>

#include "git/tagger.h"
#include "registry/authority.h"

/* Signs a few bytes as tags and evidence are signed, and checks that. *out_why: why verify would not take
 * it, or NULL, also where nothing says whose keys count. MG_EIO and others: the key cannot be used at all. */
MG_MUST_USE int mg_signer_try(struct mg_arena *arena, const char *key,
	const struct mg_authority *authority, const struct mg_tagger *tagger, int64_t time_us,
	const char **out_why, struct mg_error *err);

/* Who signed a tag by SSH, as the file names him, and what is wrong with that; nothing may stand behind the
 * signature. As mg_signature_check. */
MG_MUST_USE int mg_signer_of(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_signers *signers, const struct mg_event *event, const char **out_signer,
	const char **out_why, struct mg_error *err);

#endif
