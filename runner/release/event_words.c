/* event_words.c: events in the words that every command and page has for them. */
#include "release/event_words.h"

#include <string.h>

#include "base/text.h"
#include "registry/form.h"
#include "release/audit.h"

const char *mg_event_version(const struct mg_model *model, const struct mg_event *event)
{
	const char *version = event->name.version;
	if (version || !event->name.stage)
		return version;
	/* As the ledger does: the first that is active, else the first. */
	for (size_t i = model->version_count; i-- > 0;) {
		const struct mg_version *v = &model->versions[i];
		if (mg_streq(v->commit, event->commit) && (!version || v->active))
			version = v->version;
	}
	return version;
}

/* As its message says, in the words that modelgate writes. */
bool mg_event_is_rollback(struct mg_arena *arena, const struct mg_event *event)
{
	return event->trailers.format && !mg_form_problem(arena, event, true);
}

const char *mg_event_what(
	struct mg_arena *arena, const struct mg_model *model, const struct mg_event *event)
{
	const char *version = mg_event_version(model, event);
	if (version && strlen(version) == 40)
		version = mg_printf(arena, "%.7s", version);
	switch (event->name.type) {
	case MG_EVENT_REGISTER:
		return mg_printf(arena, "%s registered", version);
	case MG_EVENT_DEREGISTER:
		return mg_printf(arena, "%s deregistered", version);
	case MG_EVENT_ASSIGN:
		return mg_event_is_rollback(arena, event)
			? mg_printf(arena, "%s rolled back to %s", event->name.stage, version)
			: mg_printf(arena, "%s into %s", version, event->name.stage);
	case MG_EVENT_UNASSIGN:
		return mg_printf(arena, "%s out of %s", version, event->name.stage);
	case MG_EVENT_DEPRECATE:
		return "deprecated";
	case MG_EVENT_CREATE:
		break;
	}
	return "created";
}

const char *mg_decision_words(const struct mg_event *event)
{
	switch (event->trailers.decision) {
	case MG_DECISION_PASSED:
		return "passed";
	case MG_DECISION_OVERRIDDEN:
		return "overridden";
	case MG_DECISION_NONE:
		break;
	}
	return "-";
}

const char *mg_evidence_words(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_model *model, const struct mg_event *event, const char **out_problem)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	bool missing = false;
	*out_problem = NULL;
	if (!event->trailers.evidence)
		return NULL;
	const char *problem = mg_audit_problem(scratch, git, model, event, &missing);
	if (!problem)
		return "whole";
	*out_problem = mg_strdup(arena, problem);
	return missing ? "missing" : "broken";
}
