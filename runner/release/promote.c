/* promote.c: run and repository in, a stage tag out. Everything before the stage tag's ref may be cut
 * off at any point: the same command again goes on from there. */
#include "release/promote.h"

#include "base/file.h"
#include "base/text.h"
#include "evidence/evidence.h"
#include "registry/attempts.h"
#include "registry/form.h"
#include "registry/message.h"
#include "registry/policy.h"
#include "registry/presence.h"
#include "registry/signer.h"
#include "release/facts.h"

struct attempt {
	struct mg_move move;
	const struct mg_promotion *promotion;
	struct mg_facts facts;
	const char *run_sha256;
	git_oid commit;
	bool lost; /* somebody was faster */
};

/* ---- done already? ---- */

/* The same promotion, if it holds: of the same commit, on the same run. */
static const struct mg_event *same_promotion(struct attempt *a)
{
	const struct mg_promotion *p = a->promotion;
	struct mg_presence there;
	mg_presence_find(a->move.arena, a->move.model, p->stage, a->facts.commit, &there);
	const struct mg_event *e = there.event;
	if (!e || !mg_streq(e->trailers.run_sha256, a->run_sha256))
		return NULL;
	return !p->version || mg_streq(p->version, e->trailers.version) ? e : NULL;
}

/* An earlier try may have stayed in this clone, or come through in part. */
static int publish_again(struct attempt *a, const char *name, const char *hex, struct mg_error *err)
{
	enum mg_created created;
	git_oid id;
	const char *ref = mg_printf(a->move.arena, "refs/tags/%s", name);
	int code = hex ? git_oid_fromstr(&id, hex)
		       : git_reference_name_to_id(&id, a->move.git->repo, ref);
	if (code != 0)
		return mg_git_fail(err, code, "read %s", ref);
	MG_TRY(mg_move_publish(&a->move, name, &id, &created, err));
	if (created == MG_TAKEN)
		return mg_fail(err, MG_EIO,
			"%s has another tag %s than there is here; `modelgate verify` tells which "
			"is good",
			a->move.remote.name, name);
	return MG_OK;
}

static int finish_before(
	struct attempt *a, const struct mg_event *e, struct mg_moved *out, struct mg_error *err)
{
	const struct mg_standing *now = mg_model_standing(a->move.model, a->promotion->stage);
	const struct mg_version *version = mg_model_version_of(a->move.model, e->commit);
	out->done_before = true;
	out->by_this_build = mg_streq(e->trailers.build, mg_move_build(a->move.arena));
	out->version = e->trailers.version;
	out->tag = e->tag;
	out->id = e->id;
	out->evidence = e->trailers.evidence;
	out->evidence_sha256 = e->trailers.evidence_sha256;
	if (now && now->event != e)
		out->stands = now->event->tag;
	if (!a->move.options->remote || a->move.options->dry_run)
		return MG_OK;
	if (version && version->event)
		MG_TRY(publish_again(a, version->event->tag, version->event->id, err));
	if (e->trailers.evidence)
		MG_TRY(publish_again(a, e->trailers.evidence, NULL, err));
	return publish_again(a, e->tag, e->id, err);
}

/* ---- what will be written ---- */

static const char *choose_version(struct attempt *a, bool *out_new)
{
	const struct mg_promotion *p = a->promotion;
	static const struct mg_model none = {0};
	const struct mg_model *model = a->move.model ? a->move.model : &none;
	const struct mg_version *own = mg_model_version_of(model, a->facts.commit);
	*out_new = !own;
	if (own)
		return own->version;
	return p->version ? p->version : mg_semver_bump(a->move.arena, model, p->bump);
}

static void stage_before(struct attempt *a, struct mg_trailers *t)
{
	const struct mg_policy *policy = &a->move.authority.policy;
	for (size_t i = 1; i < policy->stage_count; i++) {
		struct mg_presence there;
		if (!mg_streq(policy->stages[i].name, a->promotion->stage))
			continue;
		mg_presence_find(a->move.arena, a->move.model, policy->stages[i - 1].name,
			a->facts.commit, &there);
		t->from = there.event ? there.event->tag : NULL;
		t->from_id = there.event ? there.event->id : NULL;
	}
}

static const char *named_vars(const struct attempt *a)
{
	const char *vars = mg_facts_vars(a->move.arena, &a->facts);
	return vars ? mg_message_line(a->move.arena, vars) : NULL;
}

/* Values as they will stand in the message, so that the evidence says the same. */
static void fill_trailers(struct attempt *a, const struct mg_moved *moved, struct mg_trailers *t)
{
	const struct mg_promotion *p = a->promotion;
	bool overridden = moved->overridden.count > 0;
	*t = (struct mg_trailers){
		.decision = overridden ? MG_DECISION_OVERRIDDEN : MG_DECISION_PASSED,
		.model = a->move.options->model,
		.version = moved->version,
		.spec = mg_message_line(a->move.arena, a->facts.spec_path),
		.spec_sha256 = a->facts.spec->digest,
		.run_sha256 = a->run_sha256,
		.branch = mg_message_line(a->move.arena, a->move.authority.branch),
		.branch_id = a->move.authority.commit,
		.policy_sha256 = a->move.authority.policy.sha256,
		.vars = named_vars(a),
		.attempt = mg_attempts_word(a->move.arena, a->facts.run),
		.earlier = mg_attempts_earlier(
			a->move.arena, a->facts.run, p->earlier, p->earlier_count),
		.deployed = p->deployed ? "yes" : NULL,
		.build = mg_move_build(a->move.arena),
		.reason = overridden ? mg_message_line(a->move.arena, p->override_reason) : NULL,
	};
	t->approvers = mg_alloc_array(a->move.arena, p->approver_count, sizeof(*t->approvers));
	for (size_t i = 0; i < p->approver_count; i++) {
		const char *line = mg_message_line(a->move.arena, p->approvers[i]);
		if (*line)
			t->approvers[t->approver_count++] = line;
	}
	stage_before(a, t);
}

/* ---- writing ---- */

static int publish(struct attempt *a, const char *name, const git_oid *id, struct mg_error *err)
{
	enum mg_created created;
	MG_TRY(mg_move_publish(&a->move, name, id, &created, err));
	a->lost = created == MG_TAKEN;
	return MG_OK;
}

static int put_version(struct attempt *a, const struct mg_moved *moved,
	const struct mg_trailers *promoted, struct mg_move_tag *out, struct mg_error *err)
{
	struct mg_arena *arena = a->move.arena;
	struct mg_trailers t = {.version = moved->version,
		.spec = promoted->spec,
		.spec_sha256 = promoted->spec_sha256,
		.build = promoted->build};
	struct mg_tag_name name = {.type = MG_EVENT_REGISTER,
		.model = moved->model,
		.version = moved->version,
		.counter = -1};
	MG_TRY(mg_move_make(&a->move, &name, moved->commit,
		mg_form_sentence(arena, MG_FORM_REGISTER, NULL, promoted), &t, NULL, out, err));
	return publish(a, out->tag, &out->id, err);
}

static int put_evidence(struct attempt *a, const struct mg_moved *moved, struct mg_trailers *t,
	struct mg_error *err)
{
	struct mg_evidence evidence;
	struct mg_evidence_input input = {.run = a->facts.run,
		.run_sha256 = a->run_sha256,
		.run_text = a->promotion->run_text,
		.run_len = a->promotion->run_len,
		.inputs = &a->facts.inputs,
		.stage = moved->stage,
		.commit = moved->commit,
		.trailers = t,
		.artifacts = a->promotion->artifacts,
		.artifact_count = a->promotion->artifact_count,
		.overridden = &moved->overridden,
		.tagger = &a->move.tagger,
		.time_us = a->move.time_us,
		.program = "modelgate " MG_VERSION,
		.signing_key = a->move.options->signing_key};
	MG_TRY(mg_evidence_write(a->move.arena, a->move.git, &input, &evidence, err));
	t->evidence = evidence.ref;
	t->evidence_sha256 = evidence.sha256;
	return publish(a, evidence.ref, &evidence.commit, err);
}

static struct mg_tag_name stage_name(const struct attempt *a, const struct mg_moved *moved)
{
	return (struct mg_tag_name){.type = MG_EVENT_ASSIGN,
		.model = moved->model,
		.stage = moved->stage,
		.counter = a->move.model ? a->move.model->next_counter : 1};
}

/* Would the tag's message be too long? Asked before anything is written, with digests of zeros. */
static int check_message(struct attempt *a, const struct mg_moved *moved, struct mg_error *err)
{
	struct mg_trailers t;
	char *ignored = NULL;
	fill_trailers(a, moved, &t);
	t.previous = mg_printf(a->move.arena, "%s@%s", moved->model, moved->version);
	t.previous_id = mg_printf(a->move.arena, "%040d", 0);
	t.evidence = mg_printf(a->move.arena, "evidence/%020d", 0);
	t.evidence_sha256 = mg_printf(a->move.arena, "%064d", 0);
	return mg_message_write(a->move.arena,
		mg_form_sentence(a->move.arena, MG_FORM_PROMOTE, moved->stage, &t), &t, &ignored,
		err);
}

static int put_all(struct attempt *a, struct mg_moved *moved, struct mg_error *err)
{
	struct mg_trailers t;
	struct mg_move_tag version, stage;
	struct mg_tag_name name = stage_name(a, moved);
	fill_trailers(a, moved, &t);
	if (moved->registers)
		MG_TRY(put_version(a, moved, &t, &version, err));
	if (!a->lost)
		MG_TRY(put_evidence(a, moved, &t, err));
	if (a->lost)
		return MG_OK;
	MG_TRY(mg_move_make(&a->move, &name, moved->commit,
		mg_form_sentence(a->move.arena, MG_FORM_PROMOTE, moved->stage, &t), &t,
		moved->registers ? &version : NULL, &stage, err));
	MG_TRY(publish(a, stage.tag, &stage.id, err));
	moved->tag = stage.tag;
	moved->by_this_build = true;
	moved->id = stage.hex;
	moved->evidence = t.evidence;
	moved->evidence_sha256 = t.evidence_sha256;
	return MG_OK;
}

/* ---- the whole ---- */

static int try_key(struct attempt *a, struct mg_error *err)
{
	const struct mg_move *move = &a->move;
	if (!move->options->signing_key)
		return MG_OK;
	return mg_signer_try(move->arena, move->options->signing_key, &move->authority,
		&move->tagger, move->time_us, &a->facts.signer_problem, err);
}

static int try_once(struct attempt *a, int number, struct mg_moved *out, struct mg_error *err)
{
	char *tag = NULL;
	a->lost = false;
	MG_TRY(mg_move_read(&a->move, number, err));
	*out = (struct mg_moved){.model = a->move.options->model,
		.stage = a->promotion->stage,
		.commit = a->facts.commit,
		.run_sha256 = a->run_sha256,
		.remote = a->move.options->remote ? a->move.remote.name : NULL};
	const struct mg_event *before = same_promotion(a);
	if (before)
		return finish_before(a, before, out, err);
	mg_facts_gather(&a->move, a->promotion, &a->facts);
	MG_TRY(try_key(a, err));
	mg_decide(a->move.arena, &a->facts, &out->refusals, &out->overridden);
	if (out->refusals.count)
		return MG_OK;
	out->version = choose_version(a, &out->registers);
	out->ahead_s = a->move.ahead_s;
	MG_TRY(check_message(a, out, err));
	if (!a->move.options->dry_run)
		return put_all(a, out, err);
	struct mg_tag_name name = stage_name(a, out);
	MG_TRY(mg_tag_name_write(a->move.arena, &name, &tag, err));
	out->tag = tag;
	return MG_OK;
}

static int promote(struct mg_arena *arena, const struct mg_git *git, struct attempt *a,
	struct mg_moved *out, struct mg_error *err)
{
	const struct mg_promotion *p = a->promotion;
	struct mg_policy *policy = mg_alloc(arena, sizeof(*policy));
	char hex[GIT_OID_HEXSZ + 1], *sha256 = mg_alloc(arena, 65);
	MG_TRY(mg_git_commit(git, p->revision ? p->revision : "HEAD", &a->commit, err));
	MG_TRY(mg_policy_read(arena, git, &a->commit, policy, err));
	MG_TRY(mg_move_open(arena, git, &p->move, &a->move, err));
	a->facts.own_policy = policy;
	mg_sha256(p->run_text, p->run_len, sha256);
	a->run_sha256 = sha256;
	a->facts.commit = mg_strdup(arena, git_oid_tostr(hex, sizeof(hex), &a->commit));
	mg_facts_run(arena, p->run_text, p->run_len, &a->facts);
	for (int i = 0; i < MG_MOVE_ATTEMPTS; i++) {
		MG_TRY(try_once(a, i, out, err));
		if (!a->lost)
			return MG_OK;
	}
	return mg_move_give_up(&a->move, err);
}

int mg_promote(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_promotion *promotion, struct mg_moved *out, struct mg_error *err)
{
	struct attempt a = {.move = {.lock = -1}, .promotion = promotion};
	int code = promote(arena, git, &a, out, err);
	mg_move_close(&a.move);
	return code;
}
