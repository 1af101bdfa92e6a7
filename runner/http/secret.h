/* secret.h: tokens and passwords: what cannot be one, and texts without them. */
#ifndef MG_HTTP_SECRET_H
#define MG_HTTP_SECRET_H

#include <stddef.h>

#include <modelgate/error.h>

#include "base/arena.h"

enum { MG_SECRET_MAX_BYTES = 16384 };

/* MG_EUSAGE when it cannot be a secret: a pipeline's variable that was not filled in, a line end, far
 * too long. `where` names the place that it came from; the secret itself is not shown. */
MG_MUST_USE int mg_secret_check(const char *where, const char *secret, struct mg_error *err);

/* The text with *** for each of the secrets (NULL and "" are passed over): whoever is sent one may
 * repeat it. */
char *mg_secret_mask(
	struct mg_arena *arena, const char *text, const char *const *secrets, size_t count);

#endif
