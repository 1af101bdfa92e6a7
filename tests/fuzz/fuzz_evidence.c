/* fuzz_evidence.c: one line of a bundle, as a fetched repository may hold it: envelope or
 * statement. Any bytes are taken; what is an envelope is opened, and a decision has every part that
 * readers compare. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "evidence/dsse.h"
#include "evidence/statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *line = (const char *)data;
	struct mg_envelope envelope;
	struct mg_statement_decided decided;
	if (mg_dsse_read(arena, line, size, &envelope)) {
		must(envelope.payload[envelope.len] == '\0');
		must(envelope.signed_len > envelope.len && *envelope.signature);
		line = envelope.payload;
		size = envelope.len;
	}
	if (mg_statement_read_decision(arena, line, size, &decided)) {
		must(decided.commit && decided.resource && decided.decision);
		must(decided.kept_run_sha256 != NULL);
		for (size_t i = 0; i < decided.digest_count; i++)
			must(decided.digests[i] != NULL);
	}
	return 0;
}
