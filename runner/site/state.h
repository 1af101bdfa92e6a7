/* state.h: how a model is, stage by stage: what stands there, how its runs went, which are overdue, and what people
 * should know. */
#ifndef MG_SITE_STATE_H
#define MG_SITE_STATE_H

#include <modelgate/release.h>

#include "base/arena.h"
#include "site/records.h"
#include "site/values.h"

/* Everything of the entry but owner, tags, worst checks and metrics: these are in the runs themselves; and its
 * changes, which need to know the pages of runs. */
struct mg_site_entry *mg_site_state(struct mg_arena *arena, const struct mg_site_model *model,
	const struct mg_policy *policy, const struct mg_site_records *records, int64_t now_us,
	int64_t clock_us);

/* With all that it refers to but its model. */
struct mg_site_entry *mg_site_entry_copy(struct mg_arena *arena, const struct mg_site_entry *entry);

/* The place of a state or a verdict among those that are worse or better; 0 is the best. */
int mg_site_rank(const char *state);

#endif
