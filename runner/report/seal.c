/* seal.c: writes and checks the last member of run.json. */
#include "report/seal.h"

#include <string.h>

#include "base/digest.h"
#include "base/file.h"

static const char head[] = ",\n  \"seal\": \"sha256:";
static const char tail[] = "\"\n}\n";

void mg_seal_add(struct mg_text *out, size_t start)
{
	char hex[65];
	mg_sha256(out->data + start, out->len - start, hex);
	mg_text_addf(out, "%s%s%s", head, hex, tail);
}

bool mg_seal_holds(const char *text, size_t len, char out_sha256[65])
{
	enum { HEAD = sizeof(head) - 1, TAIL = sizeof(tail) - 1, SEAL = HEAD + 64 + TAIL };
	char hex[65];
	size_t before = len < SEAL ? 0 : len - SEAL;
	const char *seal = text + before;
	mg_sha256_twice(text, before, len, hex, out_sha256);
	return len >= SEAL && memcmp(seal, head, HEAD) == 0 && memcmp(seal + HEAD, hex, 64) == 0 &&
		memcmp(seal + HEAD + 64, tail, TAIL) == 0;
}
