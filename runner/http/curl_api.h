/* curl_api.h: libcurl's functions, from the library that is opened when the first call goes out. Linked,
 * it and the twenty libraries that it needs would cost every command some milliseconds. */
#ifndef MG_HTTP_CURL_API_H
#define MG_HTTP_CURL_API_H

#include <curl/curl.h>

#include <modelgate/error.h>

#define MG_CURL_FUNCTIONS(F)                                                                       \
	F(global_init)                                                                             \
	F(easy_init)                                                                               \
	F(easy_setopt)                                                                             \
	F(easy_perform)                                                                            \
	F(easy_getinfo)                                                                            \
	F(easy_strerror)                                                                           \
	F(easy_cleanup)                                                                            \
	F(slist_append)                                                                            \
	F(slist_free_all)

struct mg_curl_api {
#define MG_MEMBER(name) __typeof__(&curl_##name) name;
	MG_CURL_FUNCTIONS(MG_MEMBER)
#undef MG_MEMBER
};

/* The library beside the program (../lib) or the system's; it stays open until the process ends. MG_EIO
 * says what to install. */
MG_MUST_USE int mg_curl_load(struct mg_curl_api *out, struct mg_error *err);

#endif
