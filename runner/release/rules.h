/* rules.h: what a rule of promotion is: it looks at the facts and says what it found against them, or nothing.
 *
 * A rule is a function here and a line in rules.def, which makes it one of those that decide.c asks. */
#ifndef MG_RELEASE_RULES_H
#define MG_RELEASE_RULES_H

#include <stdbool.h>

#include "release/decide.h"

struct mg_look {
	struct mg_arena *arena;
	const struct mg_facts *facts;
	const char *found, *fix; /* NULL: nothing */
};

void mg_found(struct mg_look *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
void mg_fix(struct mg_look *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The first digits of a commit's id or a digest. */
const char *mg_short_id(struct mg_arena *arena, const char *id);
/* The policy's rules of the stage to go to; NULL: it has no such stage. */
const struct mg_policy_stage *mg_policy_stage(const struct mg_facts *f);
/* Does the spec, as it is in the commit, define the stage? */
bool mg_spec_has_stage(const struct mg_facts *f);
/* The command that makes the run which is wanted. */
const char *mg_run_command(struct mg_look *l);

#define RULE(name, id, overridable) void mg_rule_##name(struct mg_look *l);
#include "release/rules.def"
#undef RULE

#endif
