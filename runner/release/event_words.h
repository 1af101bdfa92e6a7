/* event_words.h: what happened to a model, in a few words for people. */
#ifndef MG_RELEASE_EVENT_WORDS_H
#define MG_RELEASE_EVENT_WORDS_H

#include <stdbool.h>

#include <modelgate/release.h>

#include "git/git.h"

/* The version that the event is about; NULL: it is about none. */
const char *mg_event_version(const struct mg_model *model, const struct mg_event *event);
/* Does the tag of an assignment say that it went back to an earlier version? */
bool mg_event_is_rollback(struct mg_arena *arena, const struct mg_event *event);
/* "v1.2.0 into PPS", "PRD rolled back to v1.1.0", "v1.2.0 registered", "deprecated". */
const char *mg_event_what(
	struct mg_arena *arena, const struct mg_model *model, const struct mg_event *event);
/* "passed", "overridden"; "-" when the tag is not of modelgate. */
const char *mg_decision_words(const struct mg_event *event);
/* "whole" when the promotion, decided again from what git keeps, comes out as the tag says; "missing",
 * "broken", or NULL when the tag names no evidence; *out_problem says more or is NULL. */
const char *mg_evidence_words(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_model *model, const struct mg_event *event, const char **out_problem);

#endif
