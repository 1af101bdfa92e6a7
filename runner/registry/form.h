/* form.h: how modelgate words its tags: the sentence of each, and which trailers it carries. */
#ifndef MG_REGISTRY_FORM_H
#define MG_REGISTRY_FORM_H

#include <modelgate/release.h>

#include "git/git.h"

enum mg_form { MG_FORM_REGISTER, MG_FORM_PROMOTE, MG_FORM_ROLLBACK, MG_FORM_WITHDRAW };

/* "Put model churn version v1.0.0 into stage PPD", of the trailers' model, version and decision. What a
 * rollback left is said after that. */
char *mg_form_sentence(struct mg_arena *arena, enum mg_form form, const char *stage,
	const struct mg_trailers *trailers);

/* Could modelgate have written this message? NULL, or what it would not write. */
const char *mg_form_problem(struct mg_arena *arena, const struct mg_event *event, bool goes_back);

/* The same of the tag's object: its head has four lines, and nothing lies behind a NUL, where git and other readers end. */
const char *mg_form_object_problem(const struct mg_git *git, const struct mg_event *event);

#endif
