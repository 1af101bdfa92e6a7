/* secret.c: tokens come from the environment, and go nowhere but to their server. */
#include "http/secret.h"

#include <string.h>

#include "base/text.h"

int mg_secret_check(const char *where, const char *secret, struct mg_error *err)
{
	if (mg_starts_with(secret, "$("))
		return mg_fail(err, MG_EUSAGE,
			"%s holds the text of a pipeline variable that was not filled in; a step's "
			"env: needs the line SYSTEM_ACCESSTOKEN: $(System.AccessToken)",
			where);
	if (strlen(secret) > MG_SECRET_MAX_BYTES)
		return mg_fail(err, MG_EUSAGE, "%s is longer than %d bytes, which no token is",
			where, MG_SECRET_MAX_BYTES);
	for (const char *c = secret; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return mg_fail(err, MG_EUSAGE,
				"%s holds a line end or control character; give the token alone",
				where);
	return MG_OK;
}

char *mg_secret_mask(
	struct mg_arena *arena, const char *text, const char *const *secrets, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!secrets[i] || !*secrets[i])
			continue;
		struct mg_text out;
		mg_text_init(&out, arena);
		for (const char *hit; (hit = strstr(text, secrets[i]));
			text = hit + strlen(secrets[i])) {
			mg_text_add_bytes(&out, text, (size_t)(hit - text));
			mg_text_add(&out, "***");
		}
		mg_text_add(&out, text);
		text = out.data;
	}
	return mg_strdup(arena, text);
}
