/* audit.c: the facts of a promotion from what git keeps, through the rules once more. */
#include "release/audit.h"

#include "base/text.h"
#include "registry/attempts.h"
#include "registry/form.h"
#include "registry/message.h"
#include "registry/policy.h"
#include "registry/presence.h"
#include "release/facts.h"

struct auditor {
	struct mg_arena *arena;
	const struct mg_git *git;
	const struct mg_model *model;
	const struct mg_event *event;
	struct mg_policy policy, own_policy; /* of the branch, of the commit */
	struct mg_model before; /* the model without the event and what came after it */
	struct mg_facts facts;
	struct mg_refusals overridden;
	struct mg_audit *out;
};

static void wrong(struct auditor *a, const char *rule, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void wrong(struct auditor *a, const char *rule, const char *format, ...)
{
	struct mg_audit *out = a->out;
	va_list args;
	va_start(args, format);
	const char *text = mg_vprintf(a->arena, format, args);
	va_end(args);
	out->list = mg_grow(a->arena, out->list, out->count, &out->capacity, sizeof(*out->list));
	out->list[out->count++] = (struct mg_wrong){rule, text};
}

/* ---- rollbacks ---- */

static bool assigns_same(const struct mg_event *e, const struct mg_event *event)
{
	return e->name.type == MG_EVENT_ASSIGN && mg_streq(e->name.stage, event->name.stage) &&
		mg_streq(e->commit, event->commit);
}

const struct mg_event *mg_audit_returns_to(
	const struct mg_model *model, const struct mg_event *event)
{
	if (!event->trailers.reason || event->name.type != MG_EVENT_ASSIGN)
		return NULL;
	for (const struct mg_event *e = model->events; e < event; e++)
		if (assigns_same(e, event) &&
			mg_streq(e->trailers.evidence, event->trailers.evidence) &&
			mg_streq(e->trailers.evidence_sha256, event->trailers.evidence_sha256))
			return e;
	return NULL;
}

static bool same_approvers(const struct mg_trailers *a, const struct mg_trailers *b)
{
	bool same = a->approver_count == b->approver_count;
	for (size_t i = 0; same && i < a->approver_count; i++)
		same = mg_streq(a->approvers[i], b->approvers[i]);
	return same;
}

static void check_form(struct auditor *a)
{
	const char *problem = mg_form_problem(a->arena, a->event, a->out->first != NULL);
	if (!problem)
		problem = mg_form_object_problem(a->git, a->event);
	if (problem)
		wrong(a, "message", "%s", problem);
}

static void check_return(struct auditor *a, const struct mg_event *first)
{
	const struct mg_trailers *t = &a->event->trailers, *f = &first->trailers;
	const struct {
		const char *what, *said, *was;
	} same[] = {
		{"version", t->version, f->version},
		{"spec", t->spec, f->spec},
		{"spec", t->spec_sha256, f->spec_sha256},
		{"run", t->run_sha256, f->run_sha256},
		{"set of variables", t->vars, f->vars},
		{"attempt", t->attempt, f->attempt},
		{"list of earlier attempts", t->earlier, f->earlier},
		{"branch", t->branch, f->branch},
		{"branch", t->branch_id, f->branch_id},
		{"policy", t->policy_sha256, f->policy_sha256},
		{"stage before", t->from, NULL},
		{"deployment", t->deployed, NULL},
	};
	check_form(a);
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (!mg_streq(same[i].said, same[i].was))
			wrong(a, "message", "it goes back to %s and names another %s", first->tag,
				same[i].what);
	if (t->decision != f->decision)
		wrong(a, "message", "it goes back to %s and names another decision", first->tag);
	if (!same_approvers(t, f))
		wrong(a, "message", "it goes back to %s and names other approvers", first->tag);
}

/* ---- what the tag names ---- */

static void check_version(struct auditor *a)
{
	const char *version = a->event->trailers.version;
	for (const struct mg_event *e = a->model->events; e < a->event; e++)
		if (e->name.type == MG_EVENT_REGISTER && mg_streq(e->name.version, version) &&
			mg_streq(e->commit, a->event->commit))
			return;
	wrong(a, "version", "no tag before it says that its commit is version %s",
		version ? version : "(none)");
}

static void check_named(struct auditor *a)
{
	const struct mg_trailers *t = &a->event->trailers;
	const struct mg_facts *f = &a->facts;
	if (!mg_streq(t->policy_sha256, a->policy.sha256))
		wrong(a, "message", "its policy is not the one of its branch (%s)",
			a->policy.sha256 ? a->policy.path : "which has none");
	if (!mg_streq(t->spec, mg_message_line(a->arena, f->spec_path)) ||
		(f->spec && !mg_streq(t->spec_sha256, f->spec->digest)))
		wrong(a, "message", "its spec is not %s of its commit", f->spec_path);
	const char *vars = mg_facts_vars(a->arena, f);
	if (!mg_streq(t->vars, vars ? mg_message_line(a->arena, vars) : NULL))
		wrong(a, "message", "it names other variables than its run was given");
	if (!mg_streq(t->attempt, mg_attempts_word(a->arena, f->run)))
		wrong(a, "message", "it names a different attempt than its run does");
	if (t->deployed && !mg_streq(t->deployed, "yes"))
		wrong(a, "message", "it says of the deployment what modelgate does not");
	if (t->earlier && !mg_attempts_fit(t->earlier, f->run))
		wrong(a, "message", "it names earlier attempts that its run cannot have had");
	if (t->decision == MG_DECISION_OVERRIDDEN && !t->reason)
		wrong(a, "message", "it overrides rules and gives no reason");
	if (t->decision == MG_DECISION_PASSED && t->reason)
		wrong(a, "message", "it gives a reason, and neither overrides nor goes back");
}

/* The tag of the stage before, as promote writes it. */
static void check_from(struct auditor *a)
{
	const struct mg_trailers *t = &a->event->trailers;
	for (size_t i = 1; i < a->policy.stage_count; i++) {
		struct mg_presence there;
		if (!mg_streq(a->policy.stages[i].name, a->event->name.stage))
			continue;
		mg_presence_find(a->arena, &a->before, a->policy.stages[i - 1].name,
			a->event->commit, &there);
		if (there.event && !t->from)
			wrong(a, "order", "it does not say that it came from %s", there.event->tag);
		else if (!there.event && t->from)
			wrong(a, "order", "it says that it came from %s, but %s", t->from,
				there.why);
		else if (there.event && !mg_streq(t->from, there.event->tag))
			wrong(a, "order", "it says that it came from %s, but it came from %s",
				t->from, there.event->tag);
		return;
	}
	if (t->from)
		wrong(a, "order", "it says that it came from %s, and no stage comes before %s",
			t->from, a->event->name.stage);
}

/* ---- the decision ---- */

static void decide(struct auditor *a)
{
	const struct mg_trailers *t = &a->event->trailers;
	struct mg_refusals refused;
	bool overrides = t->decision == MG_DECISION_OVERRIDDEN;
	mg_decide(a->arena, &a->facts, &refused, &a->overridden);
	for (size_t i = 0; i < refused.count; i++)
		wrong(a, "decision", "it breaks rule %s: %s", refused.list[i].rule,
			refused.list[i].found);
	if (overrides && !a->overridden.count && !refused.count)
		wrong(a, "decision", "it overrides, and it breaks no rule");
}

/* Came it through while this one was decided, so that it could not be known? Who knew it names it, or what
 * followed it, as the tag before. */
static bool came_meanwhile(const struct auditor *a, const struct mg_event *other)
{
	static const int64_t limit_us = INT64_C(600) * 1000000;
	const char *id = a->event->trailers.previous_id;
	if (a->event->time_us - other->time_us > limit_us)
		return false;
	for (const struct mg_event *e = a->event; id && e-- > a->model->events;) {
		if (!mg_streq(e->id, id))
			continue;
		if (e == other)
			return false;
		id = e->trailers.previous_id;
	}
	return true;
}

static void gather(struct auditor *a)
{
	const struct mg_trailers *t = &a->event->trailers;
	bool overrides = t->decision == MG_DECISION_OVERRIDDEN;
	a->before = *a->model;
	a->before.event_count = (size_t)(a->event - a->model->events);
	a->facts = (struct mg_facts){.policy = &a->policy,
		.own_policy = &a->own_policy,
		.model_name = a->event->name.model,
		.model = &a->before,
		.stage = a->event->name.stage,
		.commit = a->event->commit,
		.run = a->out->evidence.run,
		.run_whole = !a->out->evidence.run->unsealed,
		.now_us = a->event->time_us,
		.branch_commit = t->branch_id,
		.on_protected_branch = true, /* where it is now is a question of its own */
		.override_reason = overrides ? t->reason : NULL,
		.approvers = t->approvers,
		.approver_count = t->approver_count,
		.who = a->event->author,
		.who_email = a->event->email,
		.will_sign = a->event->signature != NULL};
	mg_facts_commit(a->arena, a->git, &a->facts);
	if (!overrides && a->facts.goes_back && came_meanwhile(a, a->facts.stands))
		a->facts.goes_back = false;
}

static void compare(struct auditor *a, const struct mg_evidence_read *read)
{
	const struct mg_event *event = a->event;
	const struct mg_tagger tagger = {event->author, event->email, event->offset_minutes};
	struct mg_evidence_input input = {.run = read->run,
		.run_sha256 = event->trailers.run_sha256,
		.inputs = &a->facts.inputs,
		.stage = event->name.stage,
		.commit = event->commit,
		.trailers = &event->trailers,
		.overridden = &a->overridden,
		.tagger = &tagger};
	if (!a->facts.inputs.places)
		return; /* the run is of another commit, as was told */
	const char *differs = mg_evidence_differs(a->arena, read, &input);
	if (differs)
		wrong(a, "evidence", "the evidence %s is not what modelgate makes of it: %s",
			event->trailers.evidence, differs);
	else if (input.time_us > event->time_us)
		wrong(a, "time", "it is dated before its evidence was made");
}

/* That the commit of the branch is on it is a question of its own; here it must hold the one promoted. */
static bool read_policies(struct auditor *a)
{
	const struct mg_trailers *t = &a->event->trailers;
	struct mg_error err = {0};
	git_oid commit, branch;
	bool on_branch = false;
	if (!t->branch_id || git_oid_fromstr(&branch, t->branch_id) != 0 ||
		git_oid_fromstr(&commit, a->event->commit) != 0) {
		wrong(a, "message", "its message does not say by the rules of which branch");
		return false;
	}
	if (mg_policy_read(a->arena, a->git, &branch, &a->policy, &err) != MG_OK ||
		mg_policy_read(a->arena, a->git, &commit, &a->own_policy, &err) != MG_OK) {
		wrong(a, "decision", "the rules that it was decided by cannot be read: %s",
			err.text);
		return false;
	}
	if (mg_git_is_ancestor(a->git, &commit, &branch, &on_branch, &err) != MG_OK)
		wrong(a, "branch", "%s", err.text);
	else if (!on_branch)
		wrong(a, "branch",
			"its commit was not on %s, which was at %.12s when it was decided",
			t->branch, t->branch_id);
	return true;
}

static void audit(struct auditor *a)
{
	struct mg_evidence_read read = {0};
	struct mg_error err = {0};
	int code = mg_evidence_read(a->arena, a->git, a->event, &read, &err);
	if (code != MG_OK) {
		a->out->missing = code == MG_ENOTFOUND;
		wrong(a, "evidence", "%s", err.text);
	}
	check_form(a);
	if (code != MG_OK)
		return;
	a->out->evidence = read;
	if (!read_policies(a))
		return;
	gather(a);
	check_version(a);
	check_named(a);
	check_from(a);
	decide(a);
	compare(a, &read);
}

void mg_audit_event(struct mg_arena *arena, const struct mg_git *git, const struct mg_model *model,
	const struct mg_event *event, struct mg_audit *out)
{
	struct auditor a = {.arena = arena, .git = git, .model = model, .event = event, .out = out};
	*out = (struct mg_audit){.first = mg_audit_returns_to(model, event)};
	if (out->first)
		check_return(&a, out->first);
	else
		audit(&a);
}

const char *mg_audit_problem(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_model *model, const struct mg_event *event, bool *out_missing)
{
	struct mg_audit audited;
	mg_audit_event(arena, git, model, event, &audited);
	if (!audited.count && audited.first)
		return mg_audit_problem(arena, git, model, audited.first, out_missing);
	*out_missing = audited.missing;
	return audited.count ? audited.list[0].text : NULL;
}
