/* api.c: finds libpq and its functions. */
#include "engine/postgres/api.h"

#include <dlfcn.h>
#include <string.h>

#define LIBRARY "libpq.so.5"

int mg_libpq_load(struct mg_libpq_api *out, struct mg_error *err)
{
	struct mg_libpq_api api;
	void *library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
	if (!library)
		return mg_fail(err, MG_EENGINE,
			"cannot open libpq, which connections by postgres need: %s; install it (on "
			"Debian and Ubuntu the package libpq5)",
			dlerror());
	void *symbol;
	/* Copied because ISO C does not let an object pointer become a function pointer. */
#define FIND(name)                                                                                 \
	symbol = dlsym(library, "PQ" #name);                                                       \
	if (!symbol)                                                                               \
		return mg_fail(err, MG_EENGINE, LIBRARY " lacks the function PQ" #name);           \
	memcpy(&api.name, &symbol, sizeof(symbol));
	MG_LIBPQ_FUNCTIONS(FIND)
#undef FIND
	*out = api;
	return MG_OK;
}
