/* signature.h: SSH signatures by ssh-keygen: of tags as `git tag -v` reads them, of evidence as DSSE. */
#ifndef MG_EVIDENCE_SIGNATURE_H
#define MG_EVIDENCE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>

#include "base/arena.h"

/* Armoured signature of the bytes in a namespace ("git" for tags, "modelgate" for evidence). */
MG_MUST_USE int mg_signature_make(struct mg_arena *arena, const char *key, const char *name_space,
	const char *bytes, size_t len, char **out, struct mg_error *err);
/* What is to be checked, and when it was made: keys may be allowed for a time only, as for `git tag -v`. */
struct mg_signed {
	const char *name_space;
	const char *signature; /* armoured */
	const char *bytes;
	size_t len;
	int64_t time_us; /* as the tag says; 0: it says none, so now */
};
/* Whose keys may sign: a file as `ssh-keygen -Y verify` reads it. */
struct mg_signers {
	const char *path; /* as the policy names it; NULL: it names none */
	const char *text; /* what is in it */
	size_t len;
	const char *problem; /* why that is not known, and so nobody may sign; else NULL */
};
/* MG_OK: it was checked, and *out_why is NULL when it is by one of the signers and holds, else why not;
 * *out_signer is whose key it is, as the file names him, or NULL. MG_EIO: it could not be checked. */
MG_MUST_USE int mg_signature_check(struct mg_arena *arena, const struct mg_signers *signers,
	const struct mg_signed *what, const char **out_signer, const char **out_why,
	struct mg_error *err);
/* What is wrong behind an SSH signature, which nobody signed; NULL: nothing is there. */
const char *mg_signature_rest(const char *signature);
/* Is somebody among the signers, as the file writes them ("ada@example.com,*@example.org")? */
bool mg_signer_is(struct mg_arena *arena, const char *signer, const char *email);

#endif
