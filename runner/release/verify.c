/* verify.c: the rules of verify, each a function over a model's events. */
#include "release/verify.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/map.h"
#include "base/text.h"
#include "evidence/signature.h"
#include "registry/form.h"
#include "registry/ledger.h"
#include "registry/signer.h"
#include "registry/tag_name.h"
#include "release/audit.h"

struct check {
	struct mg_arena *arena;
	const struct mg_git *git;
	const struct mg_authority *authority;
	const struct mg_policy *policy; /* of it */
	const struct mg_ledger *ledger;
	const struct mg_model *model;
	int64_t now_us;
	struct mg_map by_tag;   /* short name -> event */
	struct mg_map followed; /* object id -> the event that names it as the one before */
	struct mg_verified *out;
};

static void add(struct check *c, bool is_break, const char *rule, const char *tag,
	const char *format, ...) __attribute__((format(printf, 5, 6)));
static void add(
	struct check *c, bool is_break, const char *rule, const char *tag, const char *format, ...)
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

static bool is_ours(const struct mg_event *event)
{
	return event->trailers.format == 1;
}

static const char *time_words(struct mg_arena *arena, const struct mg_event *event)
{
	return mg_clock_text(arena, event->time_us);
}

/* Two clones may read the same history, and both of their tags come through where the names differ: a
 * version and a stage, or two stages. That is no break when it was within the time that promotions
 * take. */
static bool made_together(const struct mg_event *a, const struct mg_event *b)
{
	static const int64_t limit_us = INT64_C(600) * 1000000;
	int64_t apart_us = a->time_us - b->time_us;
	bool two_numbers = a->name.counter >= 0 && b->name.counter >= 0 &&
		a->name.counter != b->name.counter;
	return is_ours(a) && is_ours(b) && !two_numbers && apart_us <= limit_us &&
		apart_us >= -limit_us;
}

/* ---- the chain: every tag names the one before it ---- */

static void check_first(struct check *c, const struct mg_event *event)
{
	for (const struct mg_event *e = c->model->events; e < event; e++) {
		if (!is_ours(e) || made_together(e, event))
			continue;
		add(c, true, "chain", event->tag, "it says that nothing came before it, but %s did",
			e->tag);
		return;
	}
}

static void check_chain(struct check *c, const struct mg_event *event)
{
	const struct mg_trailers *t = &event->trailers;
	if (!t->previous) {
		check_first(c, event);
		return;
	}
	const struct mg_event *before = mg_map_get(&c->by_tag, t->previous);
	if (!before) {
		add(c, true, "deleted", event->tag,
			"it says that %s came before it, but this clone has no such tag: it was "
			"deleted, or not fetched",
			t->previous);
		return;
	}
	if (!mg_streq(before->id, t->previous_id)) {
		add(c, true, "moved", event->tag,
			"it says that %s before it was object %.12s, but it is %.12s now: the tag "
			"was moved or made again",
			t->previous, t->previous_id ? t->previous_id : "(none)", before->id);
		return;
	}
	if (before >= event)
		add(c, true, "chain", event->tag,
			"it says that %s came before it, which comes after", t->previous);
	if (event->time_us < before->time_us)
		add(c, true, "time", event->tag, "it is dated %s, before %s (%s), which it follows",
			time_words(c->arena, event), before->tag, time_words(c->arena, before));
	const struct mg_event *other = mg_map_get(&c->followed, before->id);
	if (other && made_together(event, other))
		add(c, false, "chain", event->tag, "it and %s were made at the same time, after %s",
			other->tag, before->tag);
	else if (other)
		add(c, true, "chain", event->tag, "it and %s both say that %s came before them",
			other->tag, before->tag);
	else
		mg_map_put(&c->followed, before->id, (void *)(uintptr_t)event);
}

/* ---- counters ---- */

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* Tags that are no events bear numbers as well; they are told by themselves. */
static int64_t *numbers(struct check *c, size_t *out_count)
{
	size_t count = 0;
	int64_t *list = mg_alloc_array(
		c->arena, c->model->event_count + c->ledger->stray_count, sizeof(*list));
	for (size_t i = 0; i < c->model->event_count; i++)
		list[count++] = c->model->events[i].name.counter;
	for (size_t i = 0; i < c->ledger->stray_count; i++) {
		struct mg_tag_name name;
		if (mg_tag_name_read(c->arena, c->ledger->strays[i].tag, &name) &&
			mg_streq(name.model, c->model->name))
			list[count++] = name.counter;
	}
	qsort(list, count, sizeof(*list), by_number);
	*out_count = count;
	return list;
}

static void check_counters(struct check *c)
{
	size_t count = 0;
	int64_t *list = numbers(c, &count);
	int64_t expected = 1;
	for (size_t i = 0; i < count; i++) {
		long long first = (long long)expected, last = (long long)list[i] - 1;
		if (first == last)
			add(c, true, "counter", NULL,
				"there is no tag with number %lld: it was deleted, or not fetched",
				first);
		else if (first < last)
			add(c, true, "counter", NULL,
				"there are no tags with numbers %lld to %lld: they were deleted, or "
				"not fetched",
				first, last);
		if (list[i] >= expected)
			expected = list[i] + 1;
	}
}

static void check_doubles(struct check *c)
{
	const struct mg_event *before = NULL;
	for (size_t i = 0; i < c->model->event_count; i++) {
		const struct mg_event *event = &c->model->events[i];
		if (event->name.counter < 0)
			continue;
		if (before && before->name.counter == event->name.counter)
			add(c, (is_ours(before) || is_ours(event)) && !made_together(before, event),
				"counter", event->tag, "it has the same number as %s", before->tag);
		if (before && !is_ours(event) && event->time_us < before->time_us)
			add(c, false, "time", event->tag, "it is dated %s, before %s (%s)",
				time_words(c->arena, event), before->tag,
				time_words(c->arena, before));
		before = event;
	}
}

/* ---- what a tag says of itself ---- */

static const struct mg_version *version_by(
	const struct mg_model *model, const struct mg_event *event)
{
	for (size_t i = 0; i < model->version_count; i++)
		if (model->versions[i].event == event)
			return &model->versions[i];
	return NULL;
}

static void check_words(struct check *c, const struct mg_event *event)
{
	const struct mg_trailers *t = &event->trailers;
	if (t->model && !mg_streq(t->model, c->model->name))
		add(c, true, "message", event->tag, "its message is of model %s", t->model);
	if (t->version && event->name.version && !mg_streq(t->version, event->name.version))
		add(c, true, "message", event->tag, "its message is of version %s", t->version);
	if (!t->version || !event->name.stage)
		return;
	for (size_t i = 0; i < c->model->version_count; i++) {
		const struct mg_version *version = &c->model->versions[i];
		if (version->registered && mg_streq(version->version, t->version) &&
			!mg_streq(version->commit, event->commit))
			add(c, true, "message", event->tag,
				"its message is of version %s, which is commit %.12s, but it marks "
				"%.12s",
				t->version, version->commit, event->commit);
	}
}

/* The spec that a version names is the one of its commit. */
static void check_spec(struct check *c, const struct mg_event *event)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const struct mg_trailers *t = &event->trailers;
	struct mg_error err = {0};
	const char *text = NULL;
	size_t len = 0;
	git_oid commit;
	char sha256[65] = "";
	if (event->name.type != MG_EVENT_REGISTER || git_oid_fromstr(&commit, event->commit) != 0)
		return;
	if (!t->spec || mg_git_file(scratch, c->git, &commit, t->spec, &text, &len, &err) != MG_OK)
		add(c, true, "message", event->tag, "the spec that it names cannot be read: %s",
			t->spec ? err.text : "it names none");
	else
		mg_sha256(text, len, sha256);
	if (*sha256 && !mg_streq(sha256, t->spec_sha256))
		add(c, true, "message", event->tag, "its spec is not the %s of its commit",
			t->spec);
}

static void check_clock(struct check *c, const struct mg_event *event)
{
	static const int64_t limit_us = INT64_C(86400) * 1000000;
	if (event->time_us > c->now_us + limit_us)
		add(c, is_ours(event), "time", event->tag, "it is dated %s, which is in the future",
			time_words(c->arena, event));
}

/* One version a commit, one commit a version. */
static void check_version(struct check *c, const struct mg_event *event)
{
	const struct mg_version *own = version_by(c->model, event);
	for (size_t i = 0; own && i < c->model->version_count; i++) {
		const struct mg_version *other = &c->model->versions[i];
		if (other >= own || !other->registered)
			continue;
		if (mg_streq(other->version, own->version))
			add(c, is_ours(event), "version", event->tag,
				"version %s is commit %.12s by another tag", own->version,
				other->commit);
		else if (mg_streq(other->commit, own->commit) && other->active && own->active)
			add(c, is_ours(event), "version", event->tag,
				"its commit has version %s already", other->version);
	}
}

/* ---- the order of stages ---- */

/* What a rollback goes back to: the first assignment of its commit to its stage. NULL: it is none. */
static const struct mg_event *returns_to(const struct check *c, const struct mg_event *event)
{
	if (!is_ours(event) || event->name.type != MG_EVENT_ASSIGN || !event->trailers.reason)
		return NULL;
	for (const struct mg_event *e = c->model->events; e < event; e++)
		if (e->name.type == MG_EVENT_ASSIGN && mg_streq(e->name.stage, event->name.stage) &&
			mg_streq(e->commit, event->commit))
			return e;
	return NULL;
}

static void check_form(struct check *c, const struct mg_event *event)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	/* That of a decision is looked at with it. */
	const char *problem = event->trailers.decision == MG_DECISION_NONE
		? mg_form_problem(scratch, event, returns_to(c, event) != NULL)
		: NULL;
	if (!problem)
		problem = mg_form_object_problem(c->git, event);
	if (problem)
		add(c, true, "message", event->tag, "%s", problem);
	check_spec(c, event);
}

/* The latest event of a commit in a stage, before another event. */
static const struct mg_event *latest_before(
	const struct check *c, const struct mg_event *event, const char *stage)
{
	for (const struct mg_event *e = event; e-- > c->model->events;)
		if (mg_streq(e->name.stage, stage) && mg_streq(e->commit, event->commit))
			return e;
	return NULL;
}

static void check_from(struct check *c, const struct mg_event *event, const char *stage)
{
	const struct mg_trailers *t = &event->trailers;
	const struct mg_event *from = t->from ? mg_map_get(&c->by_tag, t->from) : NULL;
	if (!t->from)
		return;
	if (!from)
		add(c, true, "deleted", event->tag, "it came from %s, which this clone lacks",
			t->from);
	else if (!mg_streq(from->id, t->from_id))
		add(c, true, "moved", event->tag,
			"it came from %s as object %.12s, but that is %.12s now", t->from,
			t->from_id ? t->from_id : "(none)", from->id);
	else if (!mg_streq(from->commit, event->commit) || !mg_streq(from->name.stage, stage))
		add(c, true, "order", event->tag, "it came from %s, which is not its commit in %s",
			t->from, stage);
}

static void check_order(struct check *c, const struct mg_event *event)
{
	const struct mg_policy *policy = c->policy;
	size_t k = 0;
	while (k < policy->stage_count && !mg_streq(policy->stages[k].name, event->name.stage))
		k++;
	/* How the commit of a rollback came there at first is that tag's matter. */
	if (event->name.type != MG_EVENT_ASSIGN || k == 0 || k == policy->stage_count ||
		returns_to(c, event))
		return;
	const char *stage = policy->stages[k - 1].name;
	check_from(c, event, stage);
	const struct mg_event *before = latest_before(c, event, stage);
	if (event->trailers.decision == MG_DECISION_OVERRIDDEN ||
		(before && before->name.type == MG_EVENT_ASSIGN))
		return;
	add(c, is_ours(event), "order", event->tag,
		"its commit %.12s was not in %s when it came into %s, and no override says why",
		event->commit, stage, event->name.stage);
}

/* ---- evidence ---- */

/* The promotion before this one that did not happen at the same time, and is no rollback. */
static const struct mg_event *decided_before(const struct check *c, const struct mg_event *event)
{
	for (const struct mg_event *e = event; e-- > c->model->events;)
		if (e->trailers.branch_id && !made_together(e, event) &&
			!mg_audit_returns_to(c->model, e))
			return e;
	return NULL;
}

/* The branch went on from where it was when it was decided, and never back. */
static void check_branch(struct check *c, const struct mg_event *event)
{
	const struct mg_trailers *t = &event->trailers;
	const char *problem = NULL;
	if (!t->branch_id || mg_audit_returns_to(c->model, event))
		return;
	bool is_on = mg_authority_has(c->arena, c->git, c->authority, t->branch_id, &problem);
	if (problem)
		add(c, true, "branch", event->tag,
			"it cannot be told whether it was decided on %s: %s", c->authority->branch,
			problem);
	else if (!is_on)
		add(c, true, "branch", event->tag,
			"it was decided at %.12s, which is not on %s: the branch was moved, or it "
			"never was",
			t->branch_id, c->authority->branch);
	const struct mg_event *before = decided_before(c, event);
	if (is_on && before && !mg_streq(before->trailers.branch_id, t->branch_id) &&
		mg_authority_has(c->arena, c->git,
			&(struct mg_authority){.commit = before->trailers.branch_id}, t->branch_id,
			&problem))
		add(c, true, "branch", event->tag,
			"it was decided by rules of %.12s, which were older than those of %s before "
			"it",
			t->branch_id, before->tag);
}

static int check_promotion(struct check *c, const struct mg_event *event, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_audit audit;
	const char *why = NULL;
	c->out->bundles++;
	check_branch(c, event);
	mg_audit_event(scratch, c->git, c->model, event, &audit);
	for (size_t i = 0; i < audit.count; i++)
		add(c, true, audit.list[i].rule, event->tag, "%s", audit.list[i].text);
	const struct mg_signers *signers = &c->authority->signers;
	if (audit.evidence.jsonl && signers->path)
		MG_TRY(mg_evidence_check_signers(
			scratch, &audit.evidence, event->time_us, signers, &why, err));
	if (why)
		add(c, true, "evidence", event->tag, "%s", why);
	return MG_OK;
}

static int check_decision(struct check *c, const struct mg_event *event, struct mg_error *err)
{
	const struct mg_event *first = returns_to(c, event);
	if (event->name.type != MG_EVENT_ASSIGN)
		return MG_OK;
	if (event->trailers.decision != MG_DECISION_NONE)
		return check_promotion(c, event, err);
	if (first && !is_ours(first))
		add(c, false, "foreign", event->tag,
			"it goes back to what %s put there, which modelgate did not write: "
			"there is no decision or evidence",
			first->tag);
	else
		add(c, true, "message", event->tag, "its message has no decision");
	return MG_OK;
}

/* ---- signatures ---- */

static bool demands_signature(const struct check *c, const struct mg_event *event)
{
	for (size_t i = 0; event->name.stage && i < c->policy->stage_count; i++)
		if (mg_streq(c->policy->stages[i].name, event->name.stage))
			return c->policy->stages[i].signed_tags;
	return false;
}

static bool stands(const struct check *c, const struct mg_event *event)
{
	const struct mg_standing *standing = mg_model_standing(c->model, event->name.stage);
	return standing && standing->event == event;
}

static void check_unsigned(struct check *c, const struct mg_event *event)
{
	bool is_break = stands(c, event);
	if (!demands_signature(c, event))
		return;
	for (const struct mg_event *e = c->model->events; e < event && !is_break; e++)
		is_break = e->signature && mg_streq(e->name.stage, event->name.stage);
	add(c, is_break, "signature", event->tag, "it is not signed, and the policy demands it%s",
		is_break ? "" : " (by now; no tag of this stage was signed before it)");
}

static int check_signature(struct check *c, const struct mg_event *event, struct mg_error *err)
{
	const char *why = NULL, *signer = NULL;
	if (!event->signature) {
		check_unsigned(c, event);
		return MG_OK;
	}
	if (!c->authority->signers.path) {
		add(c, demands_signature(c, event), "signature", event->tag,
			"it is signed, but not checked: the policy has no allowed_signers");
		return MG_OK;
	}
	if (!mg_starts_with(event->signature, "-----BEGIN SSH SIGNATURE-----")) {
		add(c, demands_signature(c, event), "signature", event->tag,
			"its signature is not of SSH; 'git tag -v' may check it");
		return MG_OK;
	}
	c->out->signatures++;
	MG_TRY(mg_signer_of(c->arena, c->git, &c->authority->signers, event, &signer, &why, err));
	if (why)
		add(c, true, "signature", event->tag, "%s", why);
	else if (!mg_signer_is(c->arena, signer, event->email))
		add(c, c->policy->signer_is_tagger, "signature", event->tag,
			"it says that it is by %s <%s>, and %s signed it", event->author,
			event->email, signer);
	return MG_OK;
}

/* ---- all of it ---- */

static void check_foreign(struct check *c)
{
	size_t foreign = 0;
	for (size_t i = 0; i < c->model->event_count; i++)
		foreign += !is_ours(&c->model->events[i]);
	if (foreign > 0)
		add(c, false, "foreign", NULL,
			"%zu of %zu tags were not written by modelgate: they carry no chain, decision "
			"or evidence",
			foreign, c->model->event_count);
}

int mg_verify_model(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_authority *authority, const struct mg_ledger *ledger,
	const struct mg_model *model, struct mg_verified *out, struct mg_error *err)
{
	struct check c = {.arena = arena,
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
		if (is_ours(event)) {
			out->by_modelgate++;
			check_chain(&c, event);
			check_words(&c, event);
			check_form(&c, event);
			MG_TRY(check_decision(&c, event, err));
		}
		check_clock(&c, event);
		check_version(&c, event);
		check_order(&c, event);
		MG_TRY(check_signature(&c, event, err));
	}
	check_counters(&c);
	check_doubles(&c);
	check_foreign(&c);
	out->models++;
	out->tags += model->event_count;
	return MG_OK;
}

void mg_verify_strays(
	struct mg_arena *arena, const struct mg_ledger *ledger, struct mg_verified *out)
{
	struct check c = {.arena = arena, .out = out};
	for (size_t i = 0; i < ledger->stray_count; i++)
		add(&c, true, "stray", ledger->strays[i].tag, "it does not count: %s",
			ledger->strays[i].why);
}

void mg_verify_remote(struct mg_arena *arena, const struct mg_model *model,
	const struct mg_remote_refs *refs, struct mg_verified *out)
{
	struct check c = {.arena = arena, .model = model, .out = out};
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
			add(&c, true, "remote", event->tag,
				"the remote has no such tag: it was deleted there, or never pushed");
		else if (!mg_streq(id, event->id))
			add(&c, true, "remote", event->tag,
				"the remote has object %.12s under this name, this clone %.12s", id,
				event->id);
	}
}

void mg_verify_standing(struct mg_arena *arena, const struct mg_model *model,
	const struct mg_expected *expected, struct mg_verified *out)
{
	struct check c = {.arena = arena, .model = model, .out = out};
	const struct mg_standing *standing = mg_model_standing(model, expected->stage);
	const struct mg_event *event = standing ? standing->event : NULL;
	if (model->deprecated)
		add(&c, true, "standing", NULL, "the model is deprecated");
	if (!event) {
		add(&c, true, "standing", NULL, "no version of %s is in %s", model->name,
			expected->stage);
		return;
	}
	const char *version = standing->version->version;
	if (expected->version && !mg_streq(expected->version, version))
		add(&c, true, "standing", event->tag, "%s is in %s, not %s", version,
			expected->stage, expected->version);
	if (expected->commit && !mg_streq(expected->commit, event->commit))
		add(&c, true, "standing", event->tag, "commit %s is in %s, not %s", event->commit,
			expected->stage, expected->commit);
	if (!event->trailers.evidence)
		add(&c, true, "standing", event->tag,
			"it names no evidence, so nothing shows that the gate of %s was passed",
			expected->stage);
}
