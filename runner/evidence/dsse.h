/* dsse.h: envelopes of signed statements (DSSE v1.0.2), signed by an SSH key.
 *
 * {"payload": base64, "payloadType": "application/vnd.in-toto+json", "signatures": [{"sig": base64}]}
 *
 * The signature is what `ssh-keygen -Y sign -n modelgate` makes of the envelope's pre-authentication
 * encoding, "DSSEv1 <len of type> <type> <len of payload> <payload>": sig is the base64 text between
 * the armour's lines, without line ends. */
#ifndef MG_EVIDENCE_DSSE_H
#define MG_EVIDENCE_DSSE_H

#include <modelgate/error.h>

#include "base/text.h"
#include "evidence/signature.h"

#define MG_DSSE_NAMESPACE "modelgate"

/* Appends one envelope, in one line without its end. */
MG_MUST_USE int mg_dsse_add(struct mg_text *out, const char *statement, size_t len, const char *key,
	struct mg_error *err);

struct mg_envelope {
	char *payload;
	size_t len;
	const char *signature; /* armoured again */
	const char *signed_bytes;
	size_t signed_len;
};
/* Reads one line. false: it is no envelope. One of another payload type is none either. */
bool mg_dsse_read(struct mg_arena *arena, const char *line, size_t len, struct mg_envelope *out);
/* Is it signed by one of the allowed signers? As mg_signature_check. */
MG_MUST_USE int mg_dsse_check(struct mg_arena *arena, const struct mg_envelope *envelope,
	int64_t time_us, const struct mg_signers *signers, const char **out_why,
	struct mg_error *err);

#endif
