/* base64.h: bytes as base64 text (RFC 4648, with padding) and back. */
#ifndef MG_BASE_BASE64_H
#define MG_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

char *mg_base64(struct mg_arena *arena, const void *bytes, size_t len);
/* Takes the alphabet for URLs too; no blanks, padding as it must be. *out is NUL-terminated beyond
 * *out_len. false when it is no base64. */
bool mg_base64_read(
	struct mg_arena *arena, const char *text, size_t len, char **out, size_t *out_len);

#endif
