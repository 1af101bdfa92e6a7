/* feed.h: what happened to all models, as a feed that readers follow: Atom, RFC 4287. */
#ifndef MG_SITE_FEED_H
#define MG_SITE_FEED_H

#include <modelgate/error.h>

#include "base/text.h"
#include "site/values.h"

/* Says nothing of the time of the build: nothing new, the same bytes. */
MG_MUST_USE int mg_site_feed(struct mg_text *out, struct mg_arena *scratch,
	const struct mg_site_fleet *fleet, struct mg_error *err);

#endif
