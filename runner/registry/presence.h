/* presence.h: is a commit in a stage, whatever else came there after it? */
#ifndef MG_REGISTRY_PRESENCE_H
#define MG_REGISTRY_PRESENCE_H

#include <modelgate/release.h>

struct mg_presence {
	const struct mg_event *event; /* the assignment that holds; NULL: it is not there */
	const char *why;              /* ... and why not */
	bool left;                    /* it was there: withdrawn, or rolled back */
};
/* model may be NULL. Versions that came later do not put a commit out of a stage (a pipeline puts each
 * new one into the first stage); a withdrawal does, and so does a return to a commit that was there
 * before it: a rollback. */
void mg_presence_find(struct mg_arena *arena, const struct mg_model *model, const char *stage,
	const char *commit, struct mg_presence *out);

/* What stands in a stage after the model's events; NULL: nothing. As the ledger's replay, of any number of
 * first events. */
const struct mg_event *mg_presence_standing(
	struct mg_arena *arena, const struct mg_model *model, const char *stage);

#endif
