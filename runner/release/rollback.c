/* rollback.c: rollback and withdraw: one more tag each, at the end of the chain. */
#include "release/rollback.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "registry/form.h"
#include "registry/message.h"
#include "registry/policy.h"
#include "registry/presence.h"
#include "registry/signer.h"

struct attempt {
	struct mg_move move;
	const struct mg_return *asked;
	bool lost;
};

/* ---- what stood in the stage ---- */

/* Assignments of a stage of which each replaced the one before; a return takes off what came since,
 * a withdrawal what was withdrawn. The last one stands there now. */
struct stack {
	const struct mg_event **list;
	size_t count;
};

static void take_out(struct stack *s, const char *commit)
{
	size_t kept = 0;
	for (size_t i = 0; i < s->count; i++)
		if (!mg_streq(s->list[i]->commit, commit))
			s->list[kept++] = s->list[i];
	s->count = kept;
}

static void put(struct stack *s, const struct mg_event *e)
{
	for (size_t i = 0; i < s->count; i++)
		if (mg_streq(s->list[i]->commit, e->commit))
			s->count = i;
	s->list[s->count++] = e;
}

/* Its version was deregistered, so that no tag brings it into a stage. */
static bool was_taken_back(const struct mg_model *model, const char *commit)
{
	bool taken_back = false;
	for (size_t i = 0; i < model->version_count; i++) {
		const struct mg_version *version = &model->versions[i];
		if (!mg_streq(version->commit, commit))
			continue;
		if (version->active)
			return false;
		taken_back = true;
	}
	return taken_back;
}

static struct stack stood(const struct attempt *a)
{
	const struct mg_model *m = a->move.model;
	size_t count = m ? m->event_count : 0;
	struct stack s = {mg_alloc_array(a->move.arena, count, sizeof(*s.list)), 0};
	for (size_t i = 0; i < count; i++) {
		const struct mg_event *e = &m->events[i];
		if (!mg_streq(e->name.stage, a->asked->stage))
			continue;
		if (e->name.type == MG_EVENT_ASSIGN && !was_taken_back(m, e->commit))
			put(&s, e);
		else if (e->name.type == MG_EVENT_UNASSIGN)
			take_out(&s, e->commit);
	}
	return s;
}

/* ---- words ---- */

static void refuse(struct attempt *a, struct mg_moved *out, const char *rule, const char *found,
	const char *fix)
{
	struct mg_refusals *r = &out->refusals;
	if (!r->list)
		r->list = mg_alloc_array(a->move.arena, 4, sizeof(*r->list));
	r->list[r->count++] = (struct mg_refusal){rule, found, fix, false};
}

static const char *version_of(const struct attempt *a, const struct mg_event *e)
{
	assert(e);
	const struct mg_version *v = mg_model_version_of(a->move.model, e->commit);
	return v ? v->version : e->trailers.version ? e->trailers.version : e->commit;
}

static const struct mg_policy_stage *policy_stage(const struct attempt *a)
{
	for (size_t i = 0; i < a->move.authority.policy.stage_count; i++)
		if (mg_streq(a->move.authority.policy.stages[i].name, a->asked->stage))
			return &a->move.authority.policy.stages[i];
	return NULL;
}

/* Rules of every tag; those of evidence were kept when the version first came there. */
static int check_common(struct attempt *a, struct mg_moved *out, struct mg_error *err)
{
	const struct mg_move *move = &a->move;
	const char *key = move->options->signing_key, *why = NULL;
	const struct mg_policy_stage *stage = policy_stage(a);
	const char *differs = mg_move_differs(&a->move);
	if (differs)
		refuse(a, out, "same-tags", differs,
			"push what is good (git push REMOTE refs/tags/TAG), fetch or delete what "
			"is not; `modelgate verify` tells which");
	if (stage && stage->signed_tags && !key)
		refuse(a, out, "signed",
			mg_printf(a->move.arena, "tags of %s must be signed, and no key was given",
				stage->name),
			"give the file of an SSH key: --sign ~/.ssh/id_ed25519");
	if (key)
		MG_TRY(mg_signer_try(move->arena, key, &move->authority, &move->tagger,
			move->time_us, &why, err));
	if (why)
		refuse(a, out, "signer",
			mg_printf(move->arena, "tags signed with this key are not valid: %s", why),
			mg_printf(move->arena,
				"sign with a key that %s allows, or let this one be added to it",
				move->authority.signers.path));
	return MG_OK;
}

static const char *all_versions(const struct attempt *a, const struct stack *s)
{
	struct mg_text text;
	mg_text_init(&text, a->move.arena);
	for (size_t i = 0; i < s->count; i++)
		mg_text_addf(&text, "%s%s", i ? ", " : "", version_of(a, s->list[i]));
	return text.len ? text.data : "none";
}

/* ---- one attempt ---- */

static void tell(struct attempt *a, const struct mg_event *e, struct mg_moved *out)
{
	*out = (struct mg_moved){.model = a->move.options->model,
		.stage = a->asked->stage,
		.remote = a->move.options->remote ? a->move.remote.name : NULL,
		.refusals = out->refusals,
		.ahead_s = a->move.ahead_s};
	if (!e)
		return;
	out->commit = e->commit;
	out->version = version_of(a, e);
}

static int put_tag(struct attempt *a, const struct mg_tag_name *name, const char *sentence,
	struct mg_trailers *trailers, struct mg_moved *out, struct mg_error *err)
{
	struct mg_move_tag tag;
	enum mg_created created;
	char *text = NULL;
	if (a->move.options->dry_run) {
		MG_TRY(mg_tag_name_write(a->move.arena, name, &text, err));
		out->tag = text;
		return MG_OK;
	}
	MG_TRY(mg_move_make(&a->move, name, out->commit, sentence, trailers, NULL, &tag, err));
	MG_TRY(mg_move_publish(&a->move, tag.tag, &tag.id, &created, err));
	a->lost = created == MG_TAKEN;
	out->tag = tag.tag;
	out->id = tag.hex;
	return MG_OK;
}

static int tell_before(
	struct attempt *a, const struct mg_event *e, struct mg_moved *out, struct mg_error *err)
{
	enum mg_created created;
	git_oid id;
	tell(a, e, out);
	out->done_before = true;
	out->tag = e->tag;
	out->id = e->id;
	if (!a->move.options->remote || a->move.options->dry_run)
		return MG_OK;
	if (git_oid_fromstr(&id, e->id) != 0)
		return mg_git_fail(err, GIT_ERROR, "read %s", e->tag);
	MG_TRY(mg_move_publish(&a->move, e->tag, &id, &created, err));
	a->lost = created == MG_TAKEN;
	return MG_OK;
}

static const struct mg_event *last_of_stage(const struct attempt *a)
{
	const struct mg_model *m = a->move.model;
	for (size_t i = m ? m->event_count : 0; i-- > 0;)
		if (mg_streq(m->events[i].name.stage, a->asked->stage))
			return &m->events[i];
	return NULL;
}

static bool was_there_before(const struct attempt *a, const struct mg_event *e)
{
	for (const struct mg_event *at = a->move.model->events; at < e; at++)
		if (at->name.type == MG_EVENT_ASSIGN && mg_streq(at->name.stage, e->name.stage) &&
			mg_streq(at->commit, e->commit))
			return true;
	return false;
}

/* Was the last thing that happened to the stage this very request? */
static bool is_same(struct attempt *a, const struct mg_event *e, enum mg_event_type type)
{
	return e && e->name.type == type && mg_streq(e->trailers.reason, a->asked->reason) &&
		(type == MG_EVENT_UNASSIGN ||
			(was_there_before(a, e) && !was_taken_back(a->move.model, e->commit))) &&
		(!a->asked->version || mg_streq(version_of(a, e), a->asked->version));
}

static bool is_deregistered(const struct mg_model *model, const char *version)
{
	for (size_t i = 0; model && i < model->version_count; i++)
		if (mg_streq(model->versions[i].version, version) &&
			was_taken_back(model, model->versions[i].commit))
			return true;
	return false;
}

/* The assignment to go back to, or NULL with a refusal. */
static const struct mg_event *find_target(
	struct attempt *a, const struct stack *s, struct mg_moved *out)
{
	struct mg_arena *arena = a->move.arena;
	const char *stage = a->asked->stage, *version = a->asked->version;
	for (size_t i = s->count; version && i-- > 0;)
		if (mg_streq(version_of(a, s->list[i]), version))
			return s->list[i];
	if (version)
		refuse(a, out, "stood-there",
			mg_printf(arena,
				is_deregistered(a->move.model, version)
					? "version %s was deregistered, so it cannot be in %s"
					: "version %s was never in %s",
				version, stage),
			mg_printf(
				arena, "promote it, or go back to one of: %s", all_versions(a, s)));
	else if (s->count < 2)
		refuse(a, out, "stood-there",
			mg_printf(arena, "no version was in %s before %s", stage,
				s->count ? version_of(a, s->list[0]) : "now"),
			s->count ? "withdraw it (modelgate withdraw), or promote a fixed version"
				 : "promote a version first");
	else
		return s->list[s->count - 2];
	return NULL;
}

/* Back to what stood there before, for a reason that another build gave as well: is it that build's
 * return that is meant, or a step further? */
static void refuse_unclear(
	struct attempt *a, const struct stack *s, const struct mg_event *last, struct mg_moved *out)
{
	struct mg_arena *arena = a->move.arena;
	const char *build = last->trailers.build, *stage = a->asked->stage;
	const char *further = s->count > 1 ? version_of(a, s->list[s->count - 2])
					   : "an earlier version";
	refuse(a, out, "asked-before",
		mg_printf(arena, "%s%s put %s back into %s for the same reason (%s)",
			build ? "build " : "somebody",
			build ? mg_strndup(arena, build, strcspn(build, " ")) : "",
			version_of(a, last), stage, last->tag),
		mg_printf(arena,
			"nothing is left to do if that was meant; to go back further say where to "
			"(--to %s), or give a reason of its own",
			further));
	tell(a, NULL, out);
}

static int roll_back(struct attempt *a, struct mg_moved *out, struct mg_error *err)
{
	struct mg_arena *arena = a->move.arena;
	struct stack s = stood(a);
	const struct mg_event *last = last_of_stage(a);
	const struct mg_event *now = s.count ? s.list[s.count - 1] : NULL;
	if (is_same(a, last, MG_EVENT_ASSIGN)) {
		if (a->asked->version || mg_streq(last->trailers.build, mg_move_build(arena)))
			return tell_before(a, last, out, err);
		refuse_unclear(a, &s, last, out);
		return MG_OK;
	}
	MG_TRY(check_common(a, out, err));
	const struct mg_event *target = find_target(a, &s, out);
	tell(a, target, out);
	if (!target || out->refusals.count)
		return MG_OK;
	if (target == now)
		return tell_before(a, now, out, err);
	struct mg_trailers t = target->trailers;
	t.model = out->model;
	t.version = out->version;
	t.reason = a->asked->reason;
	t.from = t.from_id = t.deployed = NULL;
	t.build = mg_move_build(arena);
	struct mg_tag_name name = {.type = MG_EVENT_ASSIGN,
		.model = out->model,
		.stage = out->stage,
		.counter = a->move.model->next_counter};
	out->run_sha256 = t.run_sha256;
	out->evidence = t.evidence;
	out->evidence_sha256 = t.evidence_sha256;
	return put_tag(a, &name,
		mg_printf(arena, "%s from %s (%s)",
			mg_form_sentence(arena, MG_FORM_ROLLBACK, out->stage, &t),
			version_of(a, now), now->tag),
		&t, out, err);
}

static int withdraw(struct attempt *a, struct mg_moved *out, struct mg_error *err)
{
	struct mg_arena *arena = a->move.arena;
	struct stack s = stood(a);
	const struct mg_event *last = last_of_stage(a), *target = NULL;
	if (is_same(a, last, MG_EVENT_UNASSIGN))
		return tell_before(a, last, out, err);
	MG_TRY(check_common(a, out, err));
	for (size_t i = 0; i < s.count; i++)
		if (mg_streq(version_of(a, s.list[i]), a->asked->version))
			target = s.list[i];
	if (!target)
		refuse(a, out, "stands-there",
			mg_printf(arena, "version %s is not in %s", a->asked->version,
				a->asked->stage),
			mg_printf(arena, "versions that may be withdrawn from it: %s",
				all_versions(a, &s)));
	tell(a, target, out);
	if (!target || out->refusals.count)
		return MG_OK;
	struct mg_trailers t = {.model = out->model,
		.version = out->version,
		.reason = a->asked->reason,
		.build = mg_move_build(arena)};
	struct mg_tag_name name = {.type = MG_EVENT_UNASSIGN,
		.model = out->model,
		.stage = out->stage,
		.counter = a->move.model->next_counter};
	take_out(&s, target->commit);
	out->stands = s.count ? version_of(a, s.list[s.count - 1]) : NULL;
	return put_tag(
		a, &name, mg_form_sentence(arena, MG_FORM_WITHDRAW, out->stage, &t), &t, out, err);
}

/* ---- the whole ---- */

typedef int step(struct attempt *a, struct mg_moved *out, struct mg_error *err);

static int attempts(struct attempt *a, step *once, struct mg_moved *out, struct mg_error *err)
{
	size_t ignored = 0;
	for (int i = 0; i < MG_MOVE_ATTEMPTS; i++) {
		a->lost = false;
		*out = (struct mg_moved){0};
		MG_TRY(mg_move_read(&a->move, i, err));
		if (!a->move.authority.problem)
			MG_TRY(mg_policy_stage_index(
				&a->move.authority.policy, a->asked->stage, &ignored, err));
		MG_TRY(once(a, out, err));
		if (!a->lost)
			return MG_OK;
	}
	return mg_move_give_up(&a->move, err);
}

/* By the rules of the protected branch. */
static int go(struct mg_arena *arena, const struct mg_git *git, const struct mg_return *asked,
	step *once, struct mg_moved *out, struct mg_error *err)
{
	struct mg_return written = *asked; /* the reason as it will stand in the tag */
	struct attempt a = {.move = {.lock = -1}, .asked = &written};
	written.reason = mg_message_line(arena, asked->reason);
	if (!*written.reason)
		return mg_fail(err, MG_EUSAGE, "--reason is empty; say why, for the record");
	int code = mg_move_open(arena, git, &asked->move, &a.move, err);
	if (code == MG_OK)
		code = attempts(&a, once, out, err);
	mg_move_close(&a.move);
	return code;
}

int mg_rollback(struct mg_arena *arena, const struct mg_git *git, const struct mg_return *asked,
	struct mg_moved *out, struct mg_error *err)
{
	return go(arena, git, asked, roll_back, out, err);
}

int mg_withdraw(struct mg_arena *arena, const struct mg_git *git, const struct mg_return *asked,
	struct mg_moved *out, struct mg_error *err)
{
	return go(arena, git, asked, withdraw, out, err);
}
