/* curl_api.c: finds libcurl and its functions. */
#include "http/curl_api.h"

#include <dlfcn.h>
#include <string.h>

#define LIBRARY "libcurl.so.4"

int mg_curl_load(struct mg_curl_api *out, struct mg_error *err)
{
	struct mg_curl_api api;
	void *library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
	if (!library)
		return mg_fail(err, MG_EIO,
			"cannot open libcurl: %s; install it (on Debian and Ubuntu the package "
			"libcurl4)",
			dlerror());
	void *symbol;
	/* Copied because ISO C does not let an object pointer become a function pointer. */
#define FIND(name)                                                                                 \
	symbol = dlsym(library, "curl_" #name);                                                    \
	if (!symbol)                                                                               \
		return mg_fail(err, MG_EIO, LIBRARY " lacks the function curl_" #name);            \
	memcpy(&api.name, &symbol, sizeof(symbol));
	MG_CURL_FUNCTIONS(FIND)
#undef FIND
	if (api.global_init(CURL_GLOBAL_DEFAULT) != 0)
		return mg_fail(err, MG_EIO, "libcurl does not start");
	*out = api;
	return MG_OK;
}
