/* seal.h: the last member of run.json, a digest of all that stands before it. It tells a file that
 * was changed by hand, or cut and mended, from one that a run wrote; it is no signature. */
#ifndef MG_REPORT_SEAL_H
#define MG_REPORT_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/error.h>
#include <modelgate/run.h>

#include "base/text.h"

/* Closes a JSON object that begins at byte `start` of out and lacks only its end:
 * `,\n  "seal": "sha256:<hex of the bytes so far>"\n}\n`. */
void mg_seal_add(struct mg_text *out, size_t start);
/* Does text end with a seal, and is it that of the bytes before it? Also the SHA-256 of all of it. */
bool mg_seal_holds(const char *text, size_t len, char out_sha256[65]);

/* mg_run_read(), and the SHA-256 of the text, which the seal's proof gives by the way. */
MG_MUST_USE int mg_run_read_digested(struct mg_arena *arena, const char *text, size_t len,
	struct mg_run **out, char out_sha256[65], struct mg_error *err);

#endif
