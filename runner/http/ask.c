/* ask.c: GET, and JSON or a message that says what is needed. */
#include "http/ask.h"

#include "base/escape.h"
#include "base/text.h"
#include "http/secret.h"

enum { SHOWN_MAX_BYTES = 400 };

void mg_ask_drop(json_t **json)
{
	json_decref(*json);
}

const char *mg_ask_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static json_t *parse(const struct mg_http_answer *answer)
{
	return json_loadb(answer->body, answer->len, JSON_ALLOW_NUL, NULL);
}

int mg_ask_fail(const struct mg_http *http, struct mg_arena *arena,
	const struct mg_http_answer *answer, const char *what, const char *needs,
	struct mg_error *err)
{
	MG_SCOPED_JSON json = parse(answer);
	const char *said = mg_ask_text(json, "message");
	said = said ? mg_log_safe_cut(
			      arena, mg_secret_mask(arena, said, &http->bearer, 1), SHOWN_MAX_BYTES)
		    : "it does not say why";
	return mg_fail(err, MG_EIO,
		"%s does not tell %s (HTTP %d: %s); the build identity needs %s", http->service,
		what, answer->status, said, needs);
}

int mg_ask(struct mg_http *http, struct mg_arena *arena, const char *url, const char *what,
	const char *needs, json_t **out, struct mg_error *err)
{
	struct mg_http_answer answer;
	MG_TRY(mg_http_call(http, arena, "GET", url, NULL, &answer, err));
	if (answer.status != 200)
		return mg_ask_fail(http, arena, &answer, what, needs, err);
	*out = parse(&answer);
	if (json_is_object(*out))
		return MG_OK;
	json_decref(*out);
	*out = NULL;
	return mg_fail(err, MG_EIO, "%s does not answer with JSON", http->service);
}
