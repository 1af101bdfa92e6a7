/* signature.h: SSH signatures by ssh-keygen: of tags as `git tag -v` reads them, of evidence as DSSE. */
#ifndef MG_RELEASE_SIGNATURE_H
#define MG_RELEASE_SIGNATURE_H

#include <stddef.h>

#include <modelgate/error.h>

#include "base/arena.h"

/* Armoured signature of the bytes in a namespace ("git" for tags, "modelgate" for evidence). */
int mg_signature_make(struct mg_arena *arena, const char *key, const char *name_space,
	const char *bytes, size_t len, char **out, struct mg_error *err);
/* Checks against an allowed-signers file; *out_signer is the principal. MG_EIO: not by one of them. */
int mg_signature_check(struct mg_arena *arena, const char *allowed_signers, const char *name_space,
	const char *signature, const char *bytes, size_t len, char **out_signer,
	struct mg_error *err);

#endif
