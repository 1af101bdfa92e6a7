/* http.h: calls to an HTTP service, bounded in time and size. No redirect is followed,
 * since a token must not go where nobody said it may. */
#ifndef MG_HTTP_HTTP_H
#define MG_HTTP_HTTP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <modelgate/error.h>

#include "http/curl_api.h"

struct mg_arena;

enum { MG_HTTP_ANSWER_MAX_BYTES = 32 * 1024 * 1024 };

/* Calls to one service, one after the other, over one connection. */
struct mg_http {
	struct mg_curl_api curl;
	CURL *handle;
	const char *service;     /* as errors name it */
	const char *bearer;      /* the token */
	double until;            /* when all calls must have ended, as mg_clock_ticks counts */
	const atomic_bool *stop; /* true: calls end within a second; NULL: never */
};

struct mg_http_request {
	const char *method, *url;
	const char *body;           /* NULL: none */
	size_t body_len;            /* 0: it is a text */
	const char *content_type;   /* of the body; NULL: JSON */
	const char *accept;         /* what the answer is to be; NULL: JSON */
	const char *authorization;  /* the header's value; NULL: the service's token; "": none */
	const char *const *headers; /* further ones, "Name: value", then NULL; NULL: none */
	const char *wanted; /* a header of the answer that is to be kept, by its name; or NULL */
};

struct mg_http_answer {
	int status;
	const char *body; /* NUL-terminated beyond len */
	size_t len;
	double retry_after_s; /* that it asks to wait; -1: it does not */
	const char *header;   /* the value of the wanted header, or NULL */
	/* It came over a connection that was opened for it. Where another had been kept, libcurl may have sent the request
	 * over that one first, and lost the answer. */
	bool connected;
};

/* Service and bearer must outlive it. MG_EIO when there is no libcurl. */
MG_MUST_USE int mg_http_open(struct mg_http *out, const char *service, const char *bearer,
	double until, struct mg_error *err);
void mg_http_close(struct mg_http *http);

/* Gives whatever the service answers, errors too. MG_EIO: it cannot be reached, or answers with too much.
 * MG_ETIMEOUT: not in time. MG_ECANCELLED: it was to stop. */
MG_MUST_USE int mg_http_send(struct mg_http *http, struct mg_arena *arena,
	const struct mg_http_request *request, struct mg_http_answer *out, struct mg_error *err);
/* The same with a body of JSON (NULL: none) and the service's token. */
MG_MUST_USE int mg_http_call(struct mg_http *http, struct mg_arena *arena, const char *method,
	const char *url, const char *body, struct mg_http_answer *out, struct mg_error *err);

#endif
