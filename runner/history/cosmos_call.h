/* cosmos_call.h: calls to a container of Cosmos DB (API for NoSQL), with the rights of who asks. */
#ifndef MG_HISTORY_COSMOS_CALL_H
#define MG_HISTORY_COSMOS_CALL_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/error.h>

#include "base/arena.h"

struct mg_cosmos;

struct mg_cosmos_request {
	const char *method;    /* "GET", "POST" */
	const char *id;        /* of a document; NULL: the container, or its documents: */
	bool documents;        /* of the container, not itself */
	const char *partition; /* of the documents that it is about; NULL: none, or all */
	const char *body;      /* JSON, or NULL */
	bool query;            /* the body is one */
	const char *next;      /* of a query: where its next page begins; NULL: from the first on */
};

struct mg_cosmos_answer {
	int status;
	const char *body; /* NUL-terminated beyond len */
	size_t len;
	const char *next; /* of a query: where the next page begins; NULL: there is none */
};

/* Of ACCOUNT/DATABASE/CONTAINER, where ACCOUNT may be localhost:PORT of an emulator. Asks nobody yet. MG_EUSAGE: it is no
 * such address, or nothing says who asks. */
MG_MUST_USE int mg_cosmos_open(
	struct mg_arena *arena, const char *place, struct mg_cosmos **out, struct mg_error *err);
void mg_cosmos_close(struct mg_cosmos *cosmos);

/* Without a secret, for people. */
const char *mg_cosmos_address(const struct mg_cosmos *cosmos);

/* Tries again a few times where the service is busy or its answer is lost, so that a request may be carried out twice.
 * For several threads at once. MG_OK whatever the status; MG_EIO, MG_ETIMEOUT. */
MG_MUST_USE int mg_cosmos_call(struct mg_cosmos *cosmos, struct mg_arena *arena,
	const struct mg_cosmos_request *request, struct mg_cosmos_answer *out,
	struct mg_error *err);

/* What an answer means that is none of those that were hoped for: "<address> <what> (HTTP 403: ...)". MG_EUSAGE where
 * there is no such container, else MG_EIO. */
int mg_cosmos_fail(const struct mg_cosmos *cosmos, struct mg_arena *arena,
	const struct mg_cosmos_answer *answer, const char *what, struct mg_error *err);

/* The value of the Authorization header by an account's key, base64 as the service gives it; NULL: it is none. `link` is
 * the resource's, `date` as x-ms-date has it. */
const char *mg_cosmos_signature(struct mg_arena *arena, const char *key, const char *method,
	const char *type, const char *link, const char *date);

#endif
