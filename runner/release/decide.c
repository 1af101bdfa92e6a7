/* decide.c: asks every rule, and sorts what they found: refused, or overridden. */
#include "release/decide.h"

#include <stdarg.h>

#include "base/text.h"
#include "release/rules.h"

/* ---- what rules share ---- */

void mg_found(struct mg_look *l, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	l->found = mg_vprintf(l->arena, format, args);
	va_end(args);
}

void mg_fix(struct mg_look *l, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	l->fix = mg_vprintf(l->arena, format, args);
	va_end(args);
}

const char *mg_short_id(struct mg_arena *arena, const char *id)
{
	return mg_strndup(arena, id, 10);
}

const struct mg_policy_stage *mg_policy_stage(const struct mg_facts *f)
{
	for (size_t i = 0; i < f->policy->stage_count; i++)
		if (mg_streq(f->policy->stages[i].name, f->stage))
			return &f->policy->stages[i];
	return NULL;
}

bool mg_spec_has_stage(const struct mg_facts *f)
{
	return f->spec && mg_among(f->stage, f->spec->stage_names, f->spec->stage_count);
}

const char *mg_run_command(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	return mg_printf(l->arena, "modelgate run %s%s%s --json run.json",
		f->run && f->run->spec_path ? f->run->spec_path : "SPEC",
		mg_spec_has_stage(f) ? " --stage " : "", mg_spec_has_stage(f) ? f->stage : "");
}

/* ---- all of them ---- */

static const struct rule {
	const char *id;
	bool overridable;
	void (*look)(struct mg_look *l);
} rules[] = {
#define RULE(name, id, overridable) {id, overridable, mg_rule_##name},
#include "release/rules.def"
#undef RULE
};
enum { RULES = sizeof(rules) / sizeof(rules[0]) };

static bool policy_lets_override(const struct mg_facts *f, const struct mg_policy *p)
{
	return !p->overrider_count || mg_among(f->who, p->overriders, p->overrider_count) ||
		mg_among(f->who_email, p->overriders, p->overrider_count);
}

static bool may_override(const struct mg_facts *f)
{
	return policy_lets_override(f, f->policy) && policy_lets_override(f, f->own_policy);
}

/* An override by somebody who may not: one more reason, and the others stand. */
static void refuse_overrider(struct mg_look *l, struct mg_refusals *out)
{
	const struct mg_facts *f = l->facts;
	const struct mg_policy *p = policy_lets_override(f, f->policy) ? f->own_policy : f->policy;
	mg_found(l, "%s <%s> may not override", f->who, f->who_email);
	mg_fix(l, "ask one of %s", mg_joined(l->arena, p->overriders, p->overrider_count));
	out->list[out->count++] = (struct mg_refusal){"overrider", l->found, l->fix, false};
}

void mg_decide(struct mg_arena *arena, const struct mg_facts *facts, struct mg_refusals *out,
	struct mg_refusals *out_overridden)
{
	/* The same facts, by the commit's own policy, where that has the stage. */
	struct mg_facts by_own = *facts;
	by_own.policy = facts->own_policy;
	bool stricter = facts->own_policy != facts->policy && mg_policy_stage(&by_own);
	struct mg_look l = {.arena = arena};
	bool asked = facts->override_reason, allowed = asked && may_override(facts);
	bool needed = false;
	*out = (struct mg_refusals){mg_alloc_array(arena, RULES + 1, sizeof(*out->list)), 0};
	*out_overridden = (struct mg_refusals){mg_alloc_array(arena, RULES, sizeof(*out->list)), 0};
	for (size_t i = 0; i < RULES; i++) {
		l.found = l.fix = NULL;
		l.facts = facts;
		rules[i].look(&l);
		if (!l.found && stricter) {
			l.facts = &by_own;
			rules[i].look(&l);
		}
		if (!l.found)
			continue;
		struct mg_refusals *to = rules[i].overridable && allowed ? out_overridden : out;
		to->list[to->count++] = (struct mg_refusal){
			rules[i].id, l.found, l.fix, rules[i].overridable};
		needed |= rules[i].overridable;
	}
	l.facts = facts;
	if (asked && needed && !allowed)
		refuse_overrider(&l, out);
}
