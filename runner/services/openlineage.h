/* openlineage.h: a server that takes events of OpenLineage, as Marquez does. */
#ifndef MG_SERVICES_OPENLINEAGE_H
#define MG_SERVICES_OPENLINEAGE_H

#include <stddef.h>

#include <modelgate/error.h>

#include "base/arena.h"

struct mg_openlineage_server {
	const char *host; /* as messages name it */
	const char *url;  /* that events are posted to */
	const char *key;  /* OPENLINEAGE_API_KEY, or NULL */
};

/* From the server's address, as OPENLINEAGE_URL has it for the official clients; OPENLINEAGE_ENDPOINT is the path
 * there, api/v1/lineage by default. MG_EUSAGE: it is no address, or the key would go over plain HTTP. */
MG_MUST_USE int mg_openlineage_server(struct mg_arena *arena, const char *address,
	struct mg_openlineage_server *out, struct mg_error *err);

/* Posts each line of `events`, in order. What fails for a while is tried again, after as long as the server asks to
 * wait. *out_taken counts those that it took, also on failure: MG_EIO, MG_ETIMEOUT. Names of events are stable, so
 * all may be sent again. */
MG_MUST_USE int mg_openlineage_send(const struct mg_openlineage_server *server, const char *events,
	size_t *out_taken, struct mg_error *err);

#endif
