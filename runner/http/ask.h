/* ask: what a service of Azure DevOps answers to a question, as JSON. */
#ifndef MG_HTTP_ASK_H
#define MG_HTTP_ASK_H

#include <jansson.h>

#include <modelgate/error.h>

#include "http/http.h"

struct mg_arena;

void mg_ask_drop(json_t **json);
#define MG_SCOPED_JSON __attribute__((cleanup(mg_ask_drop))) json_t *

/* A text in an object; NULL: there is none. */
const char *mg_ask_text(const json_t *object, const char *key);

/* GET; the answer is an object, to be released by the caller. MG_EIO when the service says anything else, as "<service>
 * does not tell <what> (HTTP 403: its words); the build identity needs <needs>"; MG_ETIMEOUT. */
MG_MUST_USE int mg_ask(struct mg_http *http, struct mg_arena *arena, const char *url,
	const char *what, const char *needs, json_t **out, struct mg_error *err);

/* That message, for an answer that is none. */
int mg_ask_fail(const struct mg_http *http, struct mg_arena *arena,
	const struct mg_http_answer *answer, const char *what, const char *needs,
	struct mg_error *err);

#endif
