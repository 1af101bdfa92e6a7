/* address.h: an address with a scheme, taken apart. */
#ifndef MG_HTTP_ADDRESS_H
#define MG_HTTP_ADDRESS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"

/* All NULL when it is no address with a scheme. Scheme and host are in lower case. User and password are without percent signs' codes. */
struct mg_address {
	const char *scheme, *user, *password;
	const char *host; /* with its port */
	const char *path; /* from the slash on; "" */
};

struct mg_address mg_address_read(struct mg_arena *arena, const char *text);
/* May a token go there? By https://, or to this machine. */
bool mg_address_keeps_secrets(const struct mg_address *address);
/* A value within an address or a form: all but letters, digits and -._~ as percent signs' codes (RFC 3986). */
void mg_address_encode(struct mg_text *out, const char *value);

#endif
