/* verify.c: looks at each tag of a model, at its evidence and its signature. */
#include "release/verify.h"

#include <stdarg.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/text.h"
#include "evidence/signature.h"
#include "registry/ledger.h"
#include "registry/signer.h"
#include "release/audit.h"
#include "release/verify_check.h"

void mg_verify_add(struct mg_verify *c, bool is_break, const char *rule, const char *tag,
	const char *format, ...)
{
	struct mg_verified *out = c->out;
	va_list args;
	va_start(args, format);
	const char *text = mg_vprintf(c->arena, format, args);
	va_end(args);
	out->list = mg_grow(c->arena, out->list, out->count, &out->capacity, sizeof(*out->list));
	out->list[out->count++] = (struct mg_finding){.is_break = is_break,
		.rule = rule,
		.model = c->model ? c->model->name : NULL,
		.tag = tag,
		.text = text};
	out->breaks += is_break;
}

bool mg_event_is_ours(const struct mg_event *event)
{
	return event->trailers.format == 1;
}

/* ---- evidence ---- */

/* The promotion before this one that did not happen at the same time, and is no rollback. */
static const struct mg_event *decided_before(
	const struct mg_verify *c, const struct mg_event *event)
{
	for (const struct mg_event *e = event; e-- > c->model->events;)
		if (e->trailers.branch_id && !mg_made_together(e, event) &&
			!mg_audit_returns_to(c->model, e))
			return e;
	return NULL;
}

/* The branch went on from where it was when it was decided, and never back. */
static void check_branch(struct mg_verify *c, const struct mg_event *event)
{
	const struct mg_trailers *t = &event->trailers;
	const char *problem = NULL;
	if (!t->branch_id || mg_audit_returns_to(c->model, event))
		return;
	bool is_on = mg_authority_has(c->arena, c->git, c->authority, t->branch_id, &problem);
	if (problem)
		mg_verify_add(c, true, "branch", event->tag,
			"it cannot be told whether it was decided on %s: %s", c->authority->branch,
			problem);
	else if (!is_on)
		mg_verify_add(c, true, "branch", event->tag,
			"it was decided at %.12s, which is not on %s: the branch was moved, or it "
			"never was",
			t->branch_id, c->authority->branch);
	const struct mg_event *before = decided_before(c, event);
	if (is_on && before && !mg_streq(before->trailers.branch_id, t->branch_id) &&
		mg_authority_has(c->arena, c->git,
			&(struct mg_authority){.commit = before->trailers.branch_id}, t->branch_id,
			&problem))
		mg_verify_add(c, true, "branch", event->tag,
			"it was decided by rules of %.12s, which were older than those of %s before "
			"it",
			t->branch_id, before->tag);
}

static int check_promotion(struct mg_verify *c, const struct mg_event *event, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_audit audit;
	const char *why = NULL;
	c->out->bundles++;
	check_branch(c, event);
	mg_audit_event(scratch, c->git, c->model, event, &audit);
	for (size_t i = 0; i < audit.count; i++)
		mg_verify_add(c, true, audit.list[i].rule, event->tag, "%s", audit.list[i].text);
	const struct mg_signers *signers = &c->authority->signers;
	if (audit.evidence.jsonl && signers->path)
		MG_TRY(mg_evidence_check_signers(
			scratch, &audit.evidence, event->time_us, signers, &why, err));
	if (why)
		mg_verify_add(c, true, "evidence", event->tag, "%s", why);
	return MG_OK;
}

static int check_decision(struct mg_verify *c, const struct mg_event *event, struct mg_error *err)
{
	const struct mg_event *first = mg_returns_to(c, event);
	if (event->name.type != MG_EVENT_ASSIGN)
		return MG_OK;
	if (event->trailers.decision != MG_DECISION_NONE)
		return check_promotion(c, event, err);
	if (first && !mg_event_is_ours(first))
		mg_verify_add(c, false, "foreign", event->tag,
			"it goes back to what %s put there, which modelgate did not write: "
			"there is no decision or evidence",
			first->tag);
	else
		mg_verify_add(c, true, "message", event->tag, "its message has no decision");
	return MG_OK;
}

/* ---- signatures ---- */

static bool demands_signature(const struct mg_verify *c, const struct mg_event *event)
{
	for (size_t i = 0; event->name.stage && i < c->policy->stage_count; i++)
		if (mg_streq(c->policy->stages[i].name, event->name.stage))
			return c->policy->stages[i].signed_tags;
	return false;
}

static bool stands(const struct mg_verify *c, const struct mg_event *event)
{
	const struct mg_standing *standing = mg_model_standing(c->model, event->name.stage);
	return standing && standing->event == event;
}

static void check_unsigned(struct mg_verify *c, const struct mg_event *event)
{
	bool is_break = stands(c, event);
	if (!demands_signature(c, event))
		return;
	for (const struct mg_event *e = c->model->events; e < event && !is_break; e++)
		is_break = e->signature && mg_streq(e->name.stage, event->name.stage);
	mg_verify_add(c, is_break, "signature", event->tag,
		"it is not signed, and the policy demands it%s",
		is_break ? "" : " (by now; no tag of this stage was signed before it)");
}

static int check_signature(struct mg_verify *c, const struct mg_event *event, struct mg_error *err)
{
	const char *why = NULL, *signer = NULL;
	if (!event->signature) {
		check_unsigned(c, event);
		return MG_OK;
	}
	if (!c->authority->signers.path) {
		mg_verify_add(c, demands_signature(c, event), "signature", event->tag,
			"it is signed, but not checked: the policy has no allowed_signers");
		return MG_OK;
	}
	if (!mg_starts_with(event->signature, "-----BEGIN SSH SIGNATURE-----")) {
		mg_verify_add(c, demands_signature(c, event), "signature", event->tag,
			"its signature is not of SSH; 'git tag -v' may check it");
		return MG_OK;
	}
	c->out->signatures++;
	MG_TRY(mg_signer_of(c->arena, c->git, &c->authority->signers, event, &signer, &why, err));
	if (why)
		mg_verify_add(c, true, "signature", event->tag, "%s", why);
	else if (!mg_signer_is(c->arena, signer, event->email))
		mg_verify_add(c, c->policy->signer_is_tagger, "signature", event->tag,
			"it says that it is by %s <%s>, and %s signed it", event->author,
			event->email, signer);
	return MG_OK;
}

/* ---- all of it ---- */

static void check_foreign(struct mg_verify *c)
{
	size_t foreign = 0;
	for (size_t i = 0; i < c->model->event_count; i++)
		foreign += !mg_event_is_ours(&c->model->events[i]);
	if (foreign > 0)
		mg_verify_add(c, false, "foreign", NULL,
			"%zu of %zu tags were not written by modelgate: they carry no chain, decision "
			"or evidence",
			foreign, c->model->event_count);
}

int mg_verify_model(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_authority *authority, const struct mg_ledger *ledger,
	const struct mg_model *model, struct mg_verified *out, struct mg_error *err)
{
	struct mg_verify c = {.arena = arena,
		.git = git,
		.policy = &authority->policy,
		.authority = authority,
		.ledger = ledger,
		.model = model,
		.now_us = mg_clock_now_us(),
		.out = out};
	mg_map_init(&c.by_tag, arena);
	mg_map_init(&c.followed, arena);
	for (size_t i = 0; i < model->event_count; i++)
		mg_map_put(&c.by_tag, model->events[i].tag, &model->events[i]);
	for (size_t i = 0; i < model->event_count; i++) {
		const struct mg_event *event = &model->events[i];
		if (mg_event_is_ours(event)) {
			out->by_modelgate++;
			mg_verify_message(&c, event);
			MG_TRY(check_decision(&c, event, err));
		}
		mg_verify_place(&c, event);
		MG_TRY(check_signature(&c, event, err));
	}
	mg_verify_numbers(&c);
	check_foreign(&c);
	out->models++;
	out->tags += model->event_count;
	return MG_OK;
}

void mg_verify_strays(
	struct mg_arena *arena, const struct mg_ledger *ledger, struct mg_verified *out)
{
	struct mg_verify c = {.arena = arena, .out = out};
	for (size_t i = 0; i < ledger->stray_count; i++)
		mg_verify_add(&c, true, "stray", ledger->strays[i].tag, "it does not count: %s",
			ledger->strays[i].why);
}

void mg_verify_remote(struct mg_arena *arena, const struct mg_model *model,
	const struct mg_remote_refs *refs, struct mg_verified *out)
{
	struct mg_verify c = {.arena = arena, .model = model, .out = out};
	struct mg_map ids;
	mg_map_init(&ids, arena);
	for (size_t i = 0; i < refs->count; i++)
		if (mg_starts_with(refs->list[i].name, "refs/tags/"))
			mg_map_put(&ids, refs->list[i].name + strlen("refs/tags/"),
				(void *)(uintptr_t)refs->list[i].id);
	for (size_t i = 0; i < model->event_count; i++) {
		const struct mg_event *event = &model->events[i];
		const char *id = mg_map_get(&ids, event->tag);
		if (!id)
			mg_verify_add(&c, true, "remote", event->tag,
				"the remote has no such tag: it was deleted there, or never pushed");
		else if (!mg_streq(id, event->id))
			mg_verify_add(&c, true, "remote", event->tag,
				"the remote has object %.12s under this name, this clone %.12s", id,
				event->id);
	}
}

void mg_verify_standing(struct mg_arena *arena, const struct mg_model *model,
	const struct mg_expected *expected, struct mg_verified *out)
{
	struct mg_verify c = {.arena = arena, .model = model, .out = out};
	const struct mg_standing *standing = mg_model_standing(model, expected->stage);
	const struct mg_event *event = standing ? standing->event : NULL;
	if (model->deprecated)
		mg_verify_add(&c, true, "standing", NULL, "the model is deprecated");
	if (!event) {
		mg_verify_add(&c, true, "standing", NULL, "no version of %s is in %s", model->name,
			expected->stage);
		return;
	}
	const char *version = standing->version->version;
	if (expected->version && !mg_streq(expected->version, version))
		mg_verify_add(&c, true, "standing", event->tag, "%s is in %s, not %s", version,
			expected->stage, expected->version);
	if (expected->commit && !mg_streq(expected->commit, event->commit))
		mg_verify_add(&c, true, "standing", event->tag, "commit %s is in %s, not %s",
			event->commit, expected->stage, expected->commit);
	if (!event->trailers.evidence)
		mg_verify_add(&c, true, "standing", event->tag,
			"it names no evidence, so nothing shows that the gate of %s was passed",
			expected->stage);
}
