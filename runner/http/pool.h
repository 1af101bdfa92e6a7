/* pool.h: connections to one service for several threads, whose calls are tried again. */
#ifndef MG_HTTP_POOL_H
#define MG_HTTP_POOL_H

#include <pthread.h>

#include "http/http.h"

struct mg_http_line;

/* Start with mg_http_pool_open, end with mg_http_pool_close when all are given back. */
struct mg_http_pool {
	const char *service; /* as errors name it */
	pthread_mutex_t lock;
	struct mg_http_line *idle;
};

/* Service must outlive it. MG_EIO when there is no libcurl. */
MG_MUST_USE int mg_http_pool_open(
	struct mg_http_pool *out, const char *service, struct mg_error *err);
void mg_http_pool_close(struct mg_http_pool *pool);

/* mg_http_send(), over a connection that no other thread uses meanwhile. Where the service is busy or its answer is lost
 * the request is sent again a few times, so that it may be carried out twice. It names its own authorization. MG_OK
 * whatever the status, MG_EIO, MG_ETIMEOUT. */
MG_MUST_USE int mg_http_pool_call(struct mg_http_pool *pool, struct mg_arena *arena,
	const struct mg_http_request *request, struct mg_http_answer *out, struct mg_error *err);

#endif
