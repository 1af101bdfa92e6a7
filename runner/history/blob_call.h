/* blob_call.h: calls to a container of Azure Blob storage, with the rights of who asks. */
#ifndef MG_HISTORY_BLOB_CALL_H
#define MG_HISTORY_BLOB_CALL_H

#include <libxml/tree.h>

#include <stddef.h>

#include <modelgate/error.h>

#include "http/address.h"
#include "http/http.h"

struct mg_blob;

struct mg_blob_answer {
	int status;
	const char *body; /* NUL-terminated beyond len */
	size_t len;
	const char *code, *message; /* of an error, as the service says it; else "" */
};

/* Of https://ACCOUNT.blob.core.windows.net/CONTAINER[/PREFIX], or of an emulator on this machine. Asks nobody yet.
 * MG_EUSAGE: it is no such address, or has a secret in it. */
MG_MUST_USE int mg_blob_open(
	struct mg_arena *arena, const char *address, struct mg_blob **out, struct mg_error *err);
void mg_blob_close(struct mg_blob *blob);

/* Without a secret, for people. */
const char *mg_blob_address(const struct mg_blob *blob);
/* "" or with a slash at its end: what names of blobs begin with. */
const char *mg_blob_prefix(const struct mg_blob *blob);

/* Sends a request about the blob of this name, or about the container (NULL); its url is ours to make. The query may be
 * NULL. Tries again a few times where the service is busy or its answer is lost, so that a request may be carried
 * out twice. For several threads at once. MG_OK whatever the status; MG_EIO, MG_ETIMEOUT. */
MG_MUST_USE int mg_blob_call(struct mg_blob *blob, struct mg_arena *arena,
	const struct mg_http_request *request, const char *name, const char *query,
	struct mg_blob_answer *out, struct mg_error *err);

/* An answer as XML, for xmlFreeDoc(); NULL: it is none. */
xmlDocPtr mg_blob_read(const struct mg_blob_answer *answer);
/* The first child of that name; NULL: there is none. */
const xmlNode *mg_blob_child(const xmlNode *of, const char *name);
/* "" for NULL. */
const char *mg_blob_text(struct mg_arena *arena, const xmlNode *node);

/* What an answer means that is none of those that were hoped for: "<address> <what> (HTTP 403 ...)". MG_EUSAGE where
 * there is no such container, else MG_EIO. */
int mg_blob_fail(const struct mg_blob *blob, struct mg_arena *arena,
	const struct mg_blob_answer *answer, const char *what, struct mg_error *err);

#endif
