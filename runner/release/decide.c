/* decide.c: the rules of promotion, one row each. A rule looks at the facts and says what it found
 * against them, or nothing. */
#include "release/decide.h"

#include <stdarg.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "registry/approver.h"
#include "registry/model_name.h"
#include "registry/presence.h"
#include "registry/tag_name.h"

struct look {
	struct mg_arena *arena;
	const struct mg_facts *facts;
	const char *found, *fix;
};

static void found(struct look *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void found(struct look *l, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	l->found = mg_vprintf(l->arena, format, args);
	va_end(args);
}

static void fix(struct look *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void fix(struct look *l, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	l->fix = mg_vprintf(l->arena, format, args);
	va_end(args);
}

/* ---- what rules share ---- */

static const char *short_id(struct mg_arena *arena, const char *id)
{
	return mg_strndup(arena, id, 10);
}

static bool among(const char *word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (mg_streq(word, list[i]))
			return true;
	return false;
}

static char *joined(struct mg_arena *arena, const char *const *list, size_t count)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; i < count; i++)
		mg_text_addf(&text, "%s%s", i ? ", " : "", list[i]);
	return text.data;
}

static const struct mg_policy_stage *policy_stage(const struct mg_facts *f)
{
	for (size_t i = 0; i < f->policy->stage_count; i++)
		if (mg_streq(f->policy->stages[i].name, f->stage))
			return &f->policy->stages[i];
	return NULL;
}

/* Does the spec, as it is in the commit, define the stage? */
static bool spec_has_stage(const struct mg_facts *f)
{
	return f->spec && among(f->stage, f->spec->stage_names, f->spec->stage_count);
}

static const char *run_command(struct look *l)
{
	const struct mg_facts *f = l->facts;
	return mg_printf(l->arena, "modelgate run %s%s%s --json run.json",
		f->run && f->run->spec_path ? f->run->spec_path : "SPEC",
		spec_has_stage(f) ? " --stage " : "", spec_has_stage(f) ? f->stage : "");
}

/* ---- the run ---- */

static void run_whole(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (f->run_whole)
		return;
	found(l, "the run file is not as a run wrote it: %s",
		f->run_problem ? f->run_problem : "its seal does not match");
	fix(l, "give the file as `%s` writes it", run_command(l));
}

static void run_model(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || mg_model_name_is(l->arena, f->model_name, f->run->model))
		return;
	found(l, "the run judged model '%s', not '%s'", f->run->model, f->model_name);
	fix(l, "give a run of %s, or --model %s", f->model_name, f->run->model);
}

static void run_commit(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || mg_streq(f->run->commit, f->commit))
		return;
	if (f->run->commit)
		found(l, "the run is of commit %s, not of %s", short_id(l->arena, f->run->commit),
			short_id(l->arena, f->commit));
	else
		found(l, "the run was made outside of a git repository, so it is of no commit");
	fix(l, "check out %s and run its suites there: %s", short_id(l->arena, f->commit),
		run_command(l));
}

static void run_clean(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->run->dirty)
		return;
	found(l, "tracked files, or the spec, differed from the commit when the suites ran");
	fix(l, "commit or undo the changes (git status), then: %s", run_command(l));
}

static bool is_same_path(struct mg_arena *arena, const char *a, const char *b)
{
	return a && b && mg_streq(mg_path_plain(arena, "", a), mg_path_plain(arena, "", b));
}

static void run_spec(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run)
		return;
	if (!f->spec) {
		found(l, "the spec of the commit cannot be used: %s",
			f->spec_problem ? f->spec_problem : "there is none");
		fix(l, "commit the spec that the run used, then: %s", run_command(l));
	} else if (!is_same_path(l->arena, f->run->spec_repo_path, f->spec->path)) {
		/* Equal bytes elsewhere name other data. */
		found(l, "the run used the spec %s, and that of the model is %s",
			f->run->spec_repo_path ? f->run->spec_repo_path
					       : "of a folder outside of the work tree",
			f->spec->path);
		fix(l, "run that of the model: modelgate run %s --json run.json", f->spec->path);
	} else if (!mg_streq(f->run->spec_sha256, f->spec->digest)) {
		found(l, "the run used another spec than %s of the commit (%s, not %s)",
			f->spec->path, short_id(l->arena, f->run->spec_sha256),
			short_id(l->arena, f->spec->digest));
		fix(l, "run the spec that is committed: %s", run_command(l));
	}
}

static void run_inputs(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->inputs.problem)
		return;
	found(l, "%s", f->inputs.problem);
	fix(l, "check out %s again, with its submodules, and run its suites there: %s",
		short_id(l->arena, f->commit), run_command(l));
}

/* Of a view or a database nobody can read the same state again. */
static void run_pinned(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->policy->pinned_tables)
		return;
	for (size_t i = 0; i < f->run->input_count && !l->found; i++) {
		const struct mg_input *input = &f->run->inputs[i];
		if (!input->table.kind || input->table.version)
			continue;
		found(l, "data '%s' is %s, which is not pinned, and the policy has tables: pinned",
			input->data, input->path);
		fix(l,
			"let the spec name a table that has versions, such as a Delta table that the view "
			"reads, then: %s",
			run_command(l));
	}
}

static void run_stage(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->spec)
		return;
	const char *wanted = spec_has_stage(f) ? f->stage : NULL;
	if (mg_streq(f->run->stage, wanted))
		return;
	if (wanted)
		found(l, "the run is %s%s, not of stage %s", f->run->stage ? "of stage " : "",
			f->run->stage ? f->run->stage : "of no stage", wanted);
	else
		found(l, "the run is of stage %s, and the spec has no stage %s", f->run->stage,
			f->stage);
	fix(l, "run what %s demands: %s", f->stage, run_command(l));
}

static void add_missing(struct mg_text *missing, const struct mg_run *run, const char *suite)
{
	if (!among(suite, run->suites, run->suite_count))
		mg_text_addf(missing, "%s%s", missing->len ? ", " : "", suite);
}

/* Without a stage of its own in the spec, a stage demands every suite. */
static void run_suites(struct look *l)
{
	const struct mg_facts *f = l->facts;
	const struct mg_policy_stage *stage = policy_stage(f);
	struct mg_text missing;
	mg_text_init(&missing, l->arena);
	if (!f->run)
		return;
	if (f->spec && spec_has_stage(f))
		for (size_t i = 0; i < f->spec->stage_suite_count; i++)
			add_missing(&missing, f->run, f->spec->stage_suites[i]);
	else if (f->spec)
		for (size_t i = 0; i < f->spec->suite_count; i++)
			add_missing(&missing, f->run, f->spec->suites[i].name);
	for (size_t i = 0; stage && i < stage->suite_count; i++)
		add_missing(&missing, f->run, stage->suites[i]);
	if (!missing.len)
		return;
	found(l, "the run lacks suites that %s demands: %s", f->stage, missing.data);
	fix(l, "run all of them, without --suite: %s", run_command(l));
}

static void run_joined(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->run->part.of)
		return;
	found(l, "the run is part %zu of %zu only", f->run->part.number, f->run->part.of);
	fix(l,
		"join all %zu parts and give what comes out: modelgate join PART.json... --json "
		"run.json",
		f->run->part.of);
}

static void run_unselected(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->run->selection)
		return;
	found(l, "the run left out checks (--select %s)", f->run->selection);
	fix(l, "run them all: %s", run_command(l));
}

static void run_passed(struct look *l)
{
	const struct mg_facts *f = l->facts;
	bool fails_on_warn = f->run && (f->run->fail_on_warn || f->policy->fail_on_warn);
	if (!f->run || f->run->verdict == MG_PASS || (f->run->verdict == MG_WARN && !fails_on_warn))
		return;
	const struct mg_counts *n = &f->run->counts;
	if (f->run->stopped)
		found(l, "the run ended early: %s", f->run->stopped);
	else if (f->run->verdict == MG_WARN)
		found(l, "%zu checks warned, and %s", n->warn,
			f->run->fail_on_warn ? "the run was made with --fail-on warn"
					     : "the policy has fail_on: warn");
	else
		found(l, "the run did not pass: %zu failed, %zu not measured, of %zu checks",
			n->fail, n->error, f->run->result_count);
	fix(l,
		"fix the model or its data and run again; `modelgate report run.json` shows what "
		"did not pass");
}

/* Machines' clocks differ a little; of more than that somebody has to answer for. */
static const int64_t clock_limit_us = INT64_C(3600) * 1000000;

static const char *days(struct mg_arena *arena, int64_t us)
{
	int64_t seconds = us / 1000000;
	return mg_human_duration(arena, (double)seconds);
}

static void run_age(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run)
		return;
	int64_t age_us = f->now_us - f->run->started_us;
	if (age_us < -clock_limit_us)
		found(l, "the run says that it begins %s from now", days(l->arena, -age_us));
	else if (age_us > f->policy->max_age_us)
		found(l, "the run is older than %s", days(l->arena, f->policy->max_age_us));
	else
		return;
	fix(l, "run its suites again: %s", run_command(l));
}

static void run_clock(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run)
		return;
	int64_t apart_us = f->run->as_of_us - f->run->started_us;
	if (apart_us <= clock_limit_us && apart_us >= -clock_limit_us)
		return;
	found(l, "the run used another time as now (--as-of), %s %s its start",
		days(l->arena, apart_us < 0 ? -apart_us : apart_us),
		apart_us < 0 ? "before" : "after");
	fix(l, "run without --as-of: %s", run_command(l));
}

/* Chance may be asked again until it says yes. */
static void run_seed(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || f->run->seed == MG_SEED_DEFAULT)
		return;
	found(l, "the run drew by another seed than others do (--seed %llu)",
		(unsigned long long)f->run->seed);
	fix(l, "run without --seed: %s", run_command(l));
}

static void run_vars(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->run || !f->policy->fixed_vars || !f->changed_count)
		return;
	found(l, "the run changed variables of the spec (%s), and the policy has vars: fixed",
		f->changed[0].name);
	fix(l, "put the value into the spec, or run without --var: %s", run_command(l));
}

/* ---- the stage ---- */

static void stage_known(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (policy_stage(f))
		return;
	const char **names = mg_alloc_array(l->arena, f->policy->stage_count, sizeof(*names));
	for (size_t i = 0; i < f->policy->stage_count; i++)
		names[i] = f->policy->stages[i].name;
	const char *nearest = mg_nearest_word(f->stage, names, f->policy->stage_count);
	found(l, "there is no stage '%s'", f->stage);
	fix(l, "%s%s%sstages are %s (%s)", nearest ? "did you mean " : "", nearest ? nearest : "",
		nearest ? "? " : "", joined(l->arena, names, f->policy->stage_count),
		f->policy->path ? f->policy->path : "by default; .modelgate.yaml may name others");
}

static void stage_order(struct look *l)
{
	const struct mg_facts *f = l->facts;
	const struct mg_policy_stage *stage = policy_stage(f);
	if (!stage || stage == f->policy->stages)
		return;
	const char *before = stage[-1].name;
	struct mg_presence there;
	mg_presence_find(l->arena, f->model, before, f->commit, &there);
	/* Whoever may create tags can make one by hand; gto's name no gate either. */
	bool by_hand = there.event && there.event->trailers.decision == MG_DECISION_NONE;
	if (there.event && !by_hand)
		return;
	if (by_hand)
		found(l,
			"%s put commit %s into %s and names no decision, so nothing shows that "
			"the gate of %s was passed; it comes before %s",
			there.event->tag, short_id(l->arena, f->commit), before, before, f->stage);
	else
		found(l, "%s; %s comes before %s", there.why, before, f->stage);
	if (there.left)
		fix(l, "promote a fixed version to %s first", before);
	else
		fix(l, "promote this commit to %s first (--to %s)", before, before);
}

static void newest(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->goes_back && !f->order_problem)
		return;
	const char *version = f->stands->trailers.version;
	if (f->order_problem)
		found(l,
			"it cannot be told whether commit %s is older than what %s put into %s: "
			"%s",
			short_id(l->arena, f->commit), f->stands->tag, f->stage, f->order_problem);
	else
		found(l, "commit %s is older than %s, which %s put into %s",
			short_id(l->arena, f->commit),
			version ? version : short_id(l->arena, f->stands->commit), f->stands->tag,
			f->stage);
	fix(l,
		"promote a newer commit; to go back to what stood there before, use rollback "
		"(modelgate rollback --stage %s)",
		f->stage);
}

/* ---- the commit ---- */

static void protected_branch(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (f->on_protected_branch)
		return;
	if (f->branch_problem)
		found(l, "it cannot be told whether commit %s is on %s: %s",
			short_id(l->arena, f->commit), f->protected_branch, f->branch_problem);
	else
		found(l, "commit %s is not on the protected branch %s",
			short_id(l->arena, f->commit), f->protected_branch);
	fix(l,
		"promote a commit of %s, after the merge; protected_branch in the .modelgate.yaml "
		"of the default branch names another one",
		f->protected_branch);
}

static void pull_request(struct look *l)
{
	if (!l->facts->pull_request)
		return;
	found(l, "this is the build of a pull request: its merge commit is on no branch");
	fix(l, "promote from the build of %s that follows the merge", l->facts->protected_branch);
}

static void clean_tree(struct look *l)
{
	if (!l->facts->dirty)
		return;
	found(l, "tracked files differ from the commit that would be promoted");
	fix(l, "commit or undo the changes (git status), or name a commit with --commit");
}

static void same_tags(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->tag_differs)
		return;
	found(l, "%s", f->tag_differs);
	fix(l,
		"push what is good (git push REMOTE refs/tags/TAG), fetch or delete what is "
		"not; `modelgate verify` tells which");
}

/* ---- the version ---- */

static const struct mg_event *registration(
	const struct mg_model *m, const char *version, enum mg_event_type type)
{
	for (size_t i = m ? m->event_count : 0; i-- > 0;)
		if (m->events[i].name.type == type && mg_streq(m->events[i].name.version, version))
			return &m->events[i];
	return NULL;
}

static const char *version_of_commit(const struct mg_facts *f)
{
	for (size_t i = 0; f->model && i < f->model->version_count; i++) {
		const struct mg_version *v = &f->model->versions[i];
		if (v->registered && v->active && mg_streq(v->commit, f->commit))
			return v->version;
	}
	return NULL;
}

/* The greatest active version that is above `than`, or NULL. */
static const char *greater_version(struct look *l, const struct mg_semver *than)
{
	const struct mg_model *m = l->facts->model;
	struct mg_semver most = *than, at;
	const char *name = NULL;
	for (size_t i = 0; m && i < m->version_count; i++) {
		const struct mg_version *v = &m->versions[i];
		if (v->registered && v->active && mg_semver_read(l->arena, v->version, &at) &&
			mg_semver_compare(&at, &most) > 0) {
			most = at;
			name = v->version;
		}
	}
	return name;
}

/* As the tags before it say: what was registered later speaks against nothing that was decided. */
static const char *other_version_of_commit(const struct mg_facts *f, const char *than)
{
	for (size_t i = 0; f->model && than && i < f->model->event_count; i++) {
		const struct mg_event *e = &f->model->events[i];
		if (e->name.type == MG_EVENT_REGISTER && mg_streq(e->commit, f->commit) &&
			!mg_streq(e->name.version, than) &&
			!registration(f->model, e->name.version, MG_EVENT_DEREGISTER))
			return e->name.version;
	}
	return NULL;
}

static void version(struct look *l)
{
	const struct mg_facts *f = l->facts;
	struct mg_semver asked;
	const char *other = other_version_of_commit(f, version_of_commit(f));
	if (other) {
		found(l, "commit %s is both version %s and %s", short_id(l->arena, f->commit),
			version_of_commit(f), other);
		fix(l, "deregister one of them (git tag --annotate '%s@%s!' %s)", f->model_name,
			other, short_id(l->arena, f->commit));
		return;
	}
	if (!f->version)
		return;
	const char *own = version_of_commit(f);
	if (own && mg_streq(own, f->version))
		return;
	if (!mg_semver_read(l->arena, f->version, &asked)) {
		found(l, "'%s' is not a version", f->version);
		fix(l, "write it as v1.2.3 or v1.2.3-rc.1, or leave it to --bump");
		return;
	}
	if (own) {
		found(l, "commit %s is version %s already", short_id(l->arena, f->commit), own);
		fix(l, "leave out --version %s, or promote another commit", f->version);
		return;
	}
	const struct mg_event *taken = registration(f->model, f->version, MG_EVENT_REGISTER);
	if (taken) {
		found(l, "version %s is commit %s%s", f->version, short_id(l->arena, taken->commit),
			registration(f->model, f->version, MG_EVENT_DEREGISTER)
				? ", and was deregistered"
				: "");
		fix(l, "choose a version that was never used, or leave it to --bump");
		return;
	}
	const char *greater = greater_version(l, &asked);
	if (greater) {
		found(l, "version %s is below %s, which is registered", f->version, greater);
		fix(l, "choose one above %s, or leave it to --bump", greater);
	}
}

/* ---- people ---- */

static bool may_approve(struct look *l, const char *approver)
{
	const struct mg_facts *f = l->facts;
	const struct mg_policy_stage *stage = policy_stage(f);
	return (mg_approver_is_of_service(approver) || !f->policy->service_approvals) &&
		among(mg_approver_name(l->arena, approver), stage->approvers,
			stage->approver_count);
}

static void approver(struct look *l)
{
	const struct mg_facts *f = l->facts;
	const struct mg_policy_stage *stage = policy_stage(f);
	if (!stage || !stage->approver_count)
		return;
	for (size_t i = 0; i < f->approver_count; i++)
		if (may_approve(l, f->approvers[i]))
			return;
	const char *names = joined(l->arena, stage->approvers, stage->approver_count);
	const char *real = f->policy->service_approvals
		? ", by the service's own record, as the policy has approvals: service"
		: "";
	if (f->approver_count)
		found(l, "none of those who approved (%s) may approve %s%s",
			joined(l->arena, f->approvers, f->approver_count), f->stage, real);
	else
		found(l, "nobody approved, and %s needs an approver%s", f->stage, real);
	if (!f->policy->service_approvals)
		fix(l, "name who approved with --approver: one of %s", names);
	else
		fix(l,
			"let one of %s approve the environment of the pipeline's stage, and promote "
			"there with --azure%s%s",
			names, f->approvals_problem ? "; " : "",
			f->approvals_problem ? f->approvals_problem : "");
}

static bool policy_lets_override(const struct mg_facts *f, const struct mg_policy *p)
{
	return !p->overrider_count || among(f->who, p->overriders, p->overrider_count) ||
		among(f->who_email, p->overriders, p->overrider_count);
}

static bool may_override(const struct mg_facts *f)
{
	return policy_lets_override(f, f->policy) && policy_lets_override(f, f->own_policy);
}

static void sign(struct look *l)
{
	const struct mg_facts *f = l->facts;
	const struct mg_policy_stage *stage = policy_stage(f);
	if (!stage || !stage->signed_tags || f->will_sign)
		return;
	found(l, "tags of %s must be signed, and no key was given", f->stage);
	fix(l, "give the file of an SSH key: --sign ~/.ssh/id_ed25519");
}

static void signer(struct look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->signer_problem)
		return;
	found(l, "tags signed with this key are not valid: %s", f->signer_problem);
	fix(l, "sign with a key that %s allows, or let this one be added to it",
		f->policy->allowed_signers);
}

/* ---- all of them ---- */

static const struct rule {
	const char *id;
	bool overridable;
	void (*look)(struct look *l);
} rules[] = {
	{"stage-known", false, stage_known},
	{"run-whole", false, run_whole},
	{"run-model", false, run_model},
	{"run-commit", false, run_commit},
	{"run-clean", false, run_clean},
	{"run-spec", false, run_spec},
	{"run-inputs", false, run_inputs},
	{"run-pinned", false, run_pinned},
	{"run-stage", false, run_stage},
	{"run-suites", true, run_suites},
	{"run-joined", false, run_joined},
	{"run-unselected", false, run_unselected},
	{"run-passed", true, run_passed},
	{"run-age", false, run_age},
	{"run-clock", true, run_clock},
	{"run-seed", true, run_seed},
	{"run-vars", false, run_vars},
	{"stage-order", true, stage_order},
	{"newest", true, newest},
	{"protected-branch", false, protected_branch},
	{"pull-request", false, pull_request},
	{"clean-tree", false, clean_tree},
	{"same-tags", false, same_tags},
	{"version", false, version},
	{"approver", true, approver},
	{"signed", false, sign},
	{"signer", false, signer},
};
enum { RULES = sizeof(rules) / sizeof(rules[0]) };

/* An override by somebody who may not: one more reason, and the others stand. */
static void refuse_overrider(struct look *l, struct mg_refusals *out)
{
	const struct mg_facts *f = l->facts;
	const struct mg_policy *p = policy_lets_override(f, f->policy) ? f->own_policy : f->policy;
	found(l, "%s <%s> may not override", f->who, f->who_email);
	fix(l, "ask one of %s", joined(l->arena, p->overriders, p->overrider_count));
	out->list[out->count++] = (struct mg_refusal){"overrider", l->found, l->fix, false};
}

void mg_decide(struct mg_arena *arena, const struct mg_facts *facts, struct mg_refusals *out,
	struct mg_refusals *out_overridden)
{
	/* The same facts, by the commit's own policy, where that has the stage. */
	struct mg_facts by_own = *facts;
	by_own.policy = facts->own_policy;
	bool stricter = facts->own_policy != facts->policy && policy_stage(&by_own);
	struct look l = {.arena = arena};
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
