/* facts.c: looks at the run file, the spec in the commit, the branch, the build and the work tree. */
#include "release/facts.h"

#include <stdlib.h>

#include <modelgate/check.h>
#include <modelgate/engine.h>
#include <modelgate/report.h>

#include "base/text.h"
#include "git/repo.h"
#include "registry/message.h"
#include "registry/presence.h"

/* ---- the run ---- */

void mg_facts_run(struct mg_arena *arena, const char *text, size_t len, struct mg_facts *out)
{
	struct mg_error err = {0};
	struct mg_run *run = NULL;
	out->run_whole = false;
	out->run = NULL;
	if (mg_run_read(arena, text, len, &run, &err) != MG_OK) {
		out->run_problem = mg_strdup(arena, err.text);
		return;
	}
	out->run = run;
	out->run_whole = !run->unsealed;
	out->run_problem = run->unsealed ? "it has no seal, so it may have been changed" : NULL;
}

/* ---- the spec ---- */

static const char *facts_spec_path(struct mg_arena *arena, const struct mg_policy *policy,
	const char *model, const struct mg_run *run)
{
	for (size_t i = 0; i < policy->model_count; i++) {
		const struct mg_policy_model *m = &policy->models[i];
		if (!mg_streq(m->name, model))
			continue;
		if (m->spec)
			return m->spec;
		return *m->folder ? mg_printf(arena, "%s/modelgate.yaml", m->folder)
				  : "modelgate.yaml";
	}
	return run && run->spec_repo_path ? run->spec_repo_path : "modelgate.yaml";
}

static bool has_stage(struct mg_arena *arena, const char *text, size_t len, const char *stage)
{
	size_t count = 0;
	const char **stages = mg_spec_stages(arena, text, len, &count);
	for (size_t i = 0; i < count; i++)
		if (mg_streq(stages[i], stage))
			return true;
	return false;
}

/* With the run's variables, or as the file has them. */
static int read_spec(struct mg_arena *arena, const struct mg_git *git, const git_oid *commit,
	const struct mg_facts *facts, bool with_vars, struct mg_spec **out, struct mg_error *err)
{
	const char *path = facts->spec_path;
	const char *text = NULL;
	size_t len = 0;
	struct mg_diags diags = {.arena = arena};
	struct mg_spec_options options = {.kinds = mg_check_kinds,
		.engines = mg_engines,
		.vars = facts->run->vars,
		.var_count = with_vars ? facts->run->var_count : 0};
	MG_TRY(mg_git_file(arena, git, commit, path, &text, &len, err));
	if (has_stage(arena, text, len, facts->stage))
		options.stage = facts->stage;
	if (mg_spec_parse(arena, path, text, len, &options, &diags, out, err) == MG_OK)
		return MG_OK;
	if (diags.count)
		return mg_fail(err, MG_ESPEC, "%s:%d: %s", path, diags.list[0].pos.line,
			diags.list[0].message);
	return err->code;
}

static const char *value_of(const struct mg_spec *spec, const char *name)
{
	for (size_t i = 0; spec && i < spec->var_count; i++)
		if (mg_streq(spec->vars[i].name, name))
			return spec->vars[i].value;
	return NULL;
}

/* A spec that needs a variable to be given cannot be read without: then all of them were. */
static void find_changed_vars(struct mg_arena *arena, const struct mg_git *git,
	const git_oid *commit, struct mg_facts *out)
{
	struct mg_spec *plain = NULL;
	struct mg_error ignored = {0};
	const struct mg_run *run = out->run;
	struct mg_var *changed = mg_alloc_array(arena, run->var_count, sizeof(*changed));
	if (run->var_count > 0)
		read_spec(arena, git, commit, out, false, &plain, &ignored);
	for (size_t i = 0; i < run->var_count; i++)
		if (!mg_streq(value_of(plain, run->vars[i].name), run->vars[i].value))
			changed[out->changed_count++] = run->vars[i];
	out->changed = changed;
}

/* In a shallow clone the end of the branch is known to come after all of it. */
static void find_order(struct mg_arena *arena, const struct mg_git *git, const git_oid *commit,
	struct mg_facts *out)
{
	git_oid stands;
	struct mg_error err = {0};
	bool comes_after = false;
	out->stands = mg_presence_standing(arena, out->model, out->stage);
	if (!out->stands || mg_streq(out->stands->commit, out->commit) ||
		mg_streq(out->branch_commit, out->commit) ||
		git_oid_fromstr(&stands, out->stands->commit) != 0)
		return;
	if (mg_git_is_ancestor(git, commit, &stands, &out->goes_back, &err) == MG_OK)
		return;
	out->order_problem = mg_strdup(arena, err.text);
	if (mg_git_is_ancestor(git, &stands, commit, &comes_after, &err) == MG_OK && comes_after)
		out->order_problem = NULL;
}

const char *mg_facts_vars(struct mg_arena *arena, const struct mg_facts *facts)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	for (size_t i = 0; i < facts->changed_count; i++)
		mg_text_addf(&text, "%s%s=%s", i ? ", " : "", facts->changed[i].name,
			facts->changed[i].value);
	return text.len ? text.data : NULL;
}

void mg_facts_commit(struct mg_arena *arena, const struct mg_git *git, struct mg_facts *out)
{
	struct mg_spec *spec = NULL;
	struct mg_error err = {0};
	git_oid commit;
	out->spec_path = facts_spec_path(arena, out->own_policy, out->model_name, out->run);
	if (git_oid_fromstr(&commit, out->commit) != 0)
		return;
	find_order(arena, git, &commit, out);
	if (!out->run)
		return;
	find_changed_vars(arena, git, &commit, out);
	if (read_spec(arena, git, &commit, out, true, &spec, &err) == MG_OK)
		out->spec = spec;
	else
		out->spec_problem = mg_strdup(arena, err.text);
	/* The inputs of a run of another commit are that one's. */
	if (mg_streq(out->run->commit, out->commit))
		mg_inputs_compare(arena, git, &commit, out->run, out->spec, &out->inputs);
}

/* ---- the build and the work tree ---- */

/* As Azure Pipelines says it. */
static bool is_pull_request(void)
{
	const char *reason = getenv("BUILD_REASON"), *branch = getenv("BUILD_SOURCEBRANCH");
	return mg_streq(reason, "PullRequest") || (branch && mg_starts_with(branch, "refs/pull/"));
}

/* Only where the work tree is of the commit that is promoted. */
static bool is_dirty(const struct mg_git *git, const git_oid *commit)
{
	git_oid head;
	return git->top && git_reference_name_to_id(&head, git->repo, "HEAD") == 0 &&
		git_oid_equal(&head, commit) && mg_repo_dirty(git->repo);
}

void mg_facts_gather(
	const struct mg_move *move, const struct mg_promotion *promotion, struct mg_facts *out)
{
	git_oid commit;
	/* Where the branch is not known that is refused; the other rules are the commit's. */
	out->policy = move->authority.problem ? out->own_policy : &move->authority.policy;
	out->model_name = move->options->model;
	out->model = move->model;
	out->stage = promotion->stage;
	out->version = promotion->version;
	out->override_reason = promotion->override_reason;
	out->approvers = promotion->approvers;
	out->approver_count = promotion->approver_count;
	out->approvals_problem = promotion->approvals_problem;
	out->who = move->tagger.name;
	out->who_email = move->tagger.email;
	out->will_sign = move->options->signing_key != NULL;
	out->tag_differs = mg_move_differs(move);
	out->pull_request = is_pull_request();
	out->now_us = move->time_us;
	out->branch_commit = move->authority.commit;
	out->changed_count = 0;
	out->goes_back = false;
	out->order_problem = NULL;
	mg_facts_commit(move->arena, move->git, out);
	if (git_oid_fromstr(&commit, out->commit) != 0)
		return;
	out->protected_branch = move->authority.branch;
	out->on_protected_branch = mg_authority_has(
		move->arena, move->git, &move->authority, out->commit, &out->branch_problem);
	out->dirty = is_dirty(move->git, &commit);
}
