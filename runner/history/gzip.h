/* gzip.h: the bytes of a record, which are one gzip file. */
#ifndef MG_HISTORY_GZIP_H
#define MG_HISTORY_GZIP_H

#include <stddef.h>

#include <modelgate/error.h>

#include "base/arena.h"

/* The same bytes whoever packs them: no name, no time. */
char *mg_gzip_pack(struct mg_arena *arena, const char *text, size_t len, size_t *out_len);
/* One whole gzip file with nothing behind it, whose checksum holds. MG_EIO for anything else; MG_ELIMIT when it
 * unpacks to more than max bytes. A zero follows what came out. */
MG_MUST_USE int mg_gzip_unpack(struct mg_arena *arena, const char *packed, size_t len, size_t max,
	char **out, size_t *out_len, struct mg_error *err);

#endif
