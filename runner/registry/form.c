/* form.c: the sentences, and a message written again from what was read of it. */
#include "registry/form.h"

#include <string.h>

#include "base/text.h"
#include "registry/message.h"

char *mg_form_sentence(struct mg_arena *arena, enum mg_form form, const char *stage,
	const struct mg_trailers *trailers)
{
	const char *model = trailers->model, *version = trailers->version;
	switch (form) {
	case MG_FORM_REGISTER:
		return mg_printf(arena, "Register model %s version %s", model, version);
	case MG_FORM_PROMOTE:
		break;
	case MG_FORM_ROLLBACK:
		return mg_printf(arena, "Roll stage %s of model %s back to version %s", stage,
			model, version);
	case MG_FORM_WITHDRAW:
		return mg_printf(
			arena, "Withdraw model %s version %s from stage %s", model, version, stage);
	}
	return mg_printf(arena, "Put model %s version %s into stage %s%s", model, version, stage,
		trailers->decision == MG_DECISION_OVERRIDDEN ? ", overriding the gate" : "");
}

/* The trailers that a tag of this form may carry. */
static struct mg_trailers allowed(enum mg_form form, const struct mg_trailers *t)
{
	struct mg_trailers kept = *t;
	if (form == MG_FORM_PROMOTE || form == MG_FORM_ROLLBACK)
		return kept;
	kept = (struct mg_trailers){.format = t->format,
		.model = t->model,
		.version = t->version,
		.previous = t->previous,
		.previous_id = t->previous_id,
		.build = t->build};
	if (form == MG_FORM_WITHDRAW) {
		kept.reason = t->reason;
	} else {
		kept.spec = t->spec;
		kept.spec_sha256 = t->spec_sha256;
	}
	return kept;
}

static bool find_form(const struct mg_event *event, bool goes_back, enum mg_form *out)
{
	if (event->name.type == MG_EVENT_REGISTER)
		*out = MG_FORM_REGISTER;
	else if (event->name.type == MG_EVENT_UNASSIGN)
		*out = MG_FORM_WITHDRAW;
	else if (event->name.type == MG_EVENT_ASSIGN)
		*out = goes_back ? MG_FORM_ROLLBACK : MG_FORM_PROMOTE;
	else
		return false;
	return true;
}

const char *mg_form_problem(struct mg_arena *arena, const struct mg_event *event, bool goes_back)
{
	enum mg_form form;
	struct mg_error err = {0};
	char *again = NULL;
	if (!find_form(event, goes_back, &form))
		return "modelgate writes no tag of this kind";
	if (!event->trailers.model || !event->trailers.version)
		return "its message names no model or no version";
	if ((form == MG_FORM_ROLLBACK || form == MG_FORM_WITHDRAW) && !event->trailers.reason)
		return "its message gives no reason";
	const char *sentence = mg_form_sentence(arena, form, event->name.stage, &event->trailers);
	const char *first = mg_strndup(arena, event->message, strcspn(event->message, "\n"));
	if (form == MG_FORM_ROLLBACK ? !mg_starts_with(first, sentence)
				     : !mg_streq(first, sentence))
		return mg_printf(arena, "its message does not begin with '%s'", sentence);
	struct mg_trailers trailers = allowed(form, &event->trailers);
	if (mg_message_write(arena, first, &trailers, &again, &err) != MG_OK ||
		!mg_streq(again, event->message))
		return "its message has lines that modelgate does not write";
	return NULL;
}

const char *mg_form_object_problem(const struct mg_git *git, const struct mg_event *event)
{
	enum { HEAD_LINES = 4 };
	git_odb *odb = NULL;
	git_odb_object *object = NULL;
	git_oid id;
	const char *problem = "its object cannot be read";
	if (git_oid_fromstr(&id, event->id) == 0 && git_repository_odb(&odb, git->repo) == 0 &&
		git_odb_read(&object, odb, &id) == 0) {
		const char *text = git_odb_object_data(object);
		size_t lines = 0;
		for (const char *s = text; *s && *s != '\n';
			s = strchrnul(s, '\n'), s += *s == '\n')
			lines++;
		problem = strlen(text) != git_odb_object_size(object)
			? "its object has bytes behind a NUL"
			: lines != HEAD_LINES
			? "its object has a head that modelgate does not write"
			: NULL;
	}
	git_odb_object_free(object);
	git_odb_free(odb);
	return problem;
}
