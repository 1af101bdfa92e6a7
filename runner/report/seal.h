/* seal.h: the last member of run.json, a digest of all that stands before it. It tells a file that
 * was changed by hand, or cut and mended, from one that a run wrote; it is no signature. */
#ifndef MG_REPORT_SEAL_H
#define MG_REPORT_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Closes a JSON object that begins at byte `start` of out and lacks only its end:
 * `,\n  "seal": "sha256:<hex of the bytes so far>"\n}\n`. */
void mg_seal_add(struct mg_text *out, size_t start);
/* Does text end with a seal, and is it that of the bytes before it? */
bool mg_seal_holds(const char *text, size_t len);

#endif
