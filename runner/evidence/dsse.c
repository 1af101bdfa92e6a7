/* dsse.c: wraps statements into signed envelopes and opens them. */
#include "evidence/dsse.h"

#include <jansson.h>
#include <string.h>

#include "base/base64.h"
#include "report/json_out.h"

static const char type[] = "application/vnd.in-toto+json";
static const char begin[] = "-----BEGIN SSH SIGNATURE-----";
static const char end[] = "-----END SSH SIGNATURE-----";

/* What is signed: lengths are of bytes, so no two payloads have the same. */
static struct mg_text encoding(struct mg_arena *arena, const char *payload, size_t len)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_addf(&text, "DSSEv1 %zu %s %zu ", strlen(type), type, len);
	mg_text_add_bytes(&text, payload, len);
	return text;
}

static char *without_armour(struct mg_arena *arena, const char *signature)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	const char *stop = strstr(signature, end);
	for (const char *s = signature + strlen(begin); s && stop && s < stop; s++)
		if (*s != '\n' && *s != '\r')
			mg_text_add_char(&text, *s);
	return text.data;
}

static char *with_armour(struct mg_arena *arena, const char *sig)
{
	enum { WIDTH = 70 };
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_addf(&text, "%s\n", begin);
	for (size_t n = strlen(sig); n > 0;) {
		size_t line = n < WIDTH ? n : WIDTH;
		mg_text_addf(&text, "%.*s\n", (int)line, sig);
		sig += line;
		n -= line;
	}
	mg_text_addf(&text, "%s\n", end);
	return text.data;
}

int mg_dsse_add(struct mg_text *out, const char *statement, size_t len, const char *key,
	struct mg_error *err)
{
	char *signature = NULL;
	struct mg_text bytes = encoding(out->arena, statement, len);
	MG_TRY(mg_signature_make(
		out->arena, key, MG_DSSE_NAMESPACE, bytes.data, bytes.len, &signature, err));
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '{', true);
	mg_json_text(&json, "payload", mg_base64(out->arena, statement, len));
	mg_json_text(&json, "payloadType", type);
	mg_json_open(&json, "signatures", '[', true);
	mg_json_open(&json, NULL, '{', true);
	mg_json_text(&json, "sig", without_armour(out->arena, signature));
	mg_json_close(&json, '}');
	mg_json_close(&json, ']');
	mg_json_close(&json, '}');
	return MG_OK;
}

bool mg_dsse_read(struct mg_arena *arena, const char *line, size_t len, struct mg_envelope *out)
{
	json_t *value = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	const char *payload = json_string_value(json_object_get(value, "payload"));
	const char *kind = json_string_value(json_object_get(value, "payloadType"));
	const char *sig = json_string_value(
		json_object_get(json_array_get(json_object_get(value, "signatures"), 0), "sig"));
	bool good = payload && sig && mg_streq(kind, type) &&
		mg_base64_read(arena, payload, strlen(payload), &out->payload, &out->len);
	if (good) {
		struct mg_text bytes = encoding(arena, out->payload, out->len);
		out->signed_bytes = bytes.data;
		out->signed_len = bytes.len;
		out->signature = with_armour(arena, sig);
	}
	json_decref(value);
	return good;
}

int mg_dsse_check(struct mg_arena *arena, const struct mg_envelope *envelope, int64_t time_us,
	const struct mg_signers *signers, const char **out_why, struct mg_error *err)
{
	const struct mg_signed what = {.name_space = MG_DSSE_NAMESPACE,
		.signature = envelope->signature,
		.bytes = envelope->signed_bytes,
		.len = envelope->signed_len,
		.time_us = time_us};
	const char *ignored = NULL;
	return mg_signature_check(arena, signers, &what, &ignored, out_why, err);
}
