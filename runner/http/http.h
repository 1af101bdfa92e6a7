/* http.h: calls to an HTTP service that speaks JSON, bounded in time and size. No redirect is followed,
 * since a token must not go where nobody said it may. */
#ifndef MG_HTTP_HTTP_H
#define MG_HTTP_HTTP_H

#include <stddef.h>

#include <modelgate/error.h>

#include "http/curl_api.h"

struct mg_arena;

enum { MG_HTTP_ANSWER_MAX_BYTES = 32 * 1024 * 1024 };

/* Calls to one service, one after the other, over one connection. */
struct mg_http {
	struct mg_curl_api curl;
	CURL *handle;
	const char *service; /* as errors name it */
	const char *bearer;  /* the token */
	double until;        /* when all calls must have ended, as mg_clock_ticks counts */
};

struct mg_http_answer {
	int status;
	const char *body; /* NUL-terminated beyond len */
	size_t len;
};

/* Service and bearer must outlive it. MG_EIO when there is no libcurl. */
MG_MUST_USE int mg_http_open(struct mg_http *out, const char *service, const char *bearer,
	double until, struct mg_error *err);
void mg_http_close(struct mg_http *http);

/* Sends the body (JSON; NULL: none) and gives whatever the service answers, errors too. MG_EIO: it cannot be
 * reached, or answers with too much. MG_ETIMEOUT: not in time. */
MG_MUST_USE int mg_http_call(struct mg_http *http, struct mg_arena *arena, const char *method,
	const char *url, const char *body, struct mg_http_answer *out, struct mg_error *err);

#endif
