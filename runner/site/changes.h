/* changes.h: what happened to a model since its first run: verdicts that changed, runs that did not come, and what
 * tags moved between stages. */
#ifndef MG_SITE_CHANGES_H
#define MG_SITE_CHANGES_H

#include <modelgate/release.h>

#include "base/arena.h"
#include "site/values.h"

enum { MG_SITE_MOST_CHANGES = 200 };

/* Fills in the entry's changes: at most MG_SITE_MOST_CHANGES of them, newest first. */
void mg_site_changes(struct mg_arena *arena, const struct mg_policy *policy, int64_t now_us,
	struct mg_site_entry *entry);
/* Pointers to changes, newest first. */
int mg_site_change_order(const void *a, const void *b);

#endif
