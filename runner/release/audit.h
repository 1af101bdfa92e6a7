/* audit.h: decides again. What git keeps of a promotion (its tag, its evidence, the spec and the policy in
 * its commit, the tags before it) goes through the rules of promotion once more, and the evidence is made
 * again and compared; so nothing is believed that can be worked out. */
#ifndef MG_RELEASE_AUDIT_H
#define MG_RELEASE_AUDIT_H

#include "evidence/evidence.h"

/* One thing that is not as modelgate would have made it. */
struct mg_wrong {
	const char *rule; /* as in docs/registry.md: "evidence", "decision", "message", "order" */
	const char *text; /* one sentence */
};
struct mg_audit {
	struct mg_wrong *list;
	size_t count, capacity;
	bool missing; /* the evidence is not in this clone, or the tag names none */
	struct mg_evidence_read evidence; /* all NULL: it could not be read */
	const struct mg_event *first;     /* of a rollback: the promotion that it goes back to */
};
/* Of an assignment that modelgate wrote, with a decision; events before it are the model's. A rollback must
 * say what its first promotion said, which is audited by itself. */
void mg_audit_event(struct mg_arena *arena, const struct mg_git *git, const struct mg_model *model,
	const struct mg_event *event, struct mg_audit *out);
/* The promotion whose evidence it cites; NULL: it is no rollback. */
const struct mg_event *mg_audit_returns_to(
	const struct mg_model *model, const struct mg_event *event);
/* The same, in one sentence, with that of its first promotion; NULL: nothing is wrong. */
const char *mg_audit_problem(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_model *model, const struct mg_event *event, bool *out_missing);

#endif
