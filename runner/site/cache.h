/* cache.h: months that were read before. Records are never changed and their names have a part of their seals, so
 * the same names are the same records; whether a record was damaged since, a cached month does not tell. */
#ifndef MG_SITE_CACHE_H
#define MG_SITE_CACHE_H

#include <stdbool.h>

#include <modelgate/error.h>

#include "base/arena.h"
#include "site/values.h"

struct mg_site_cache_place {
	const char *folder;       /* of the cache */
	const char *month;        /* "churn/PRD/2026/11": names of folders and files */
	const char *const *names; /* of its records */
	size_t count;
};
/* False where it is not there, is of other records or another version, or is not whole. Month and stage of *out are
 * the caller's. */
bool mg_site_cache_get(
	struct mg_arena *arena, const struct mg_site_cache_place *place, struct mg_site_month *out);
MG_MUST_USE int mg_site_cache_put(struct mg_arena *scratch, const struct mg_site_cache_place *place,
	const struct mg_site_month *month, struct mg_error *err);

#endif
