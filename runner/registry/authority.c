/* authority.c: finds the protected branch, where it stands, and its policy. */
#include "registry/authority.h"

#include <string.h>

#include "base/text.h"
#include "registry/policy.h"

struct search {
	struct mg_arena *arena;
	const struct mg_authority_source *source;
};

static const char *tracking(const struct search *s, const char *branch)
{
	return mg_printf(s->arena, "refs/remotes/%s/%s", s->source->remote, branch);
}

static bool ref_id(const struct search *s, const char *ref, git_oid *out)
{
	return git_reference_name_to_id(out, s->source->git->repo, ref) == 0;
}

/* Where a branch stands: on the remote now, else as the clone keeps it. */
static bool tip(const struct search *s, const char *branch, git_oid *out)
{
	const char *local = mg_printf(s->arena, "refs/heads/%s", branch);
	const struct mg_remote_refs *refs = s->source->refs;
	if (!refs)
		return ref_id(s, tracking(s, branch), out) || ref_id(s, local, out);
	const char *id = mg_remote_ref_at(refs, local);
	return id && git_oid_fromstr(out, id) == 0;
}

static const char *default_branch(const struct search *s)
{
	static const char *const usual[] = {"main", "master"};
	const char *prefix = tracking(s, ""), *name = NULL;
	git_reference *head = NULL;
	git_oid ignored;
	if (git_reference_lookup(&head, s->source->git->repo, tracking(s, "HEAD")) == 0) {
		const char *target = git_reference_symbolic_target(head);
		if (target && mg_starts_with(target, prefix))
			name = mg_strdup(s->arena, target + strlen(prefix));
		git_reference_free(head);
	}
	for (size_t i = 0; !name && i < 2; i++)
		if (tip(s, usual[i], &ignored))
			name = usual[i];
	return name ? name : usual[0];
}

static const char *hex(struct mg_arena *arena, const git_oid *id)
{
	char text[GIT_OID_HEXSZ + 1];
	return mg_strdup(arena, git_oid_tostr(text, sizeof(text), id));
}

/* Without the file nobody may sign. */
static void find_signers(const struct search *s, const git_oid *id, struct mg_authority *out)
{
	struct mg_error err = {0};
	struct mg_signers *signers = &out->signers;
	signers->path = out->policy.allowed_signers;
	if (!signers->path)
		return;
	if (mg_git_file(s->arena, s->source->git, id, signers->path, &signers->text, &signers->len,
		    &err) != MG_OK)
		signers->problem = mg_printf(
			s->arena, "there is no file of allowed signers: %s", err.text);
}

/* The branch, where it stands, and the policy there. */
static int look_at(
	const struct search *s, const char *branch, struct mg_authority *out, struct mg_error *err)
{
	git_oid id, own;
	git_commit *commit = NULL;
	*out = (struct mg_authority){.branch = branch};
	if (!tip(s, branch, &id)) {
		out->problem = s->source->refs ? "the remote has no such branch"
					       : "there is no such branch here";
		return MG_OK;
	}
	if (git_commit_lookup(&commit, s->source->git->repo, &id) != 0) {
		out->problem = "this clone lacks the commit that it is at; " MG_GIT_FULL_CLONE;
		return MG_OK;
	}
	git_commit_free(commit);
	out->commit = hex(s->arena, &id);
	if (!s->source->refs && ref_id(s, mg_printf(s->arena, "refs/heads/%s", branch), &own) &&
		!git_oid_equal(&own, &id))
		out->also = hex(s->arena, &own);
	MG_TRY(mg_policy_read(s->arena, s->source->git, &id, &out->policy, err));
	find_signers(s, &id, out);
	return MG_OK;
}

int mg_authority_find(struct mg_arena *arena, const struct mg_authority_source *source,
	struct mg_authority *out, struct mg_error *err)
{
	struct search s = {arena, source};
	struct mg_authority first;
	const char *start = source->policy_ref ? source->policy_ref : default_branch(&s);
	MG_TRY(look_at(&s, start, &first, err));
	const char *named = first.problem ? NULL : first.policy.protected_branch;
	if (!named || mg_streq(named, start)) {
		*out = first;
		return MG_OK;
	}
	return look_at(&s, named, out, err);
}

int mg_authority_find_for_reading(struct mg_arena *arena, const struct mg_authority_source *source,
	struct mg_authority *out, struct mg_error *err)
{
	MG_TRY(mg_authority_find(arena, source, out, err));
	if (!out->problem)
		return MG_OK;
	MG_TRY(mg_policy_read(arena, source->git, NULL, &out->policy, err));
	out->signers = (struct mg_signers){.path = out->policy.allowed_signers,
		.problem = mg_printf(
			arena, "whose keys count is not known: %s: %s", out->branch, out->problem)};
	return MG_OK;
}

static bool is_before(struct mg_arena *arena, const struct mg_git *git, const char *commit,
	const char *branch, const char **out_problem)
{
	git_oid before, after;
	bool is = false;
	struct mg_error err = {0};
	if (git_oid_fromstr(&before, commit) != 0 || git_oid_fromstr(&after, branch) != 0)
		return false;
	if (mg_git_is_ancestor(git, &before, &after, &is, &err) != MG_OK)
		*out_problem = mg_strdup(arena, err.text);
	return is;
}

bool mg_authority_has(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_authority *authority, const char *commit, const char **out_problem)
{
	*out_problem = authority->problem;
	if (authority->problem)
		return false;
	if (is_before(arena, git, commit, authority->commit, out_problem))
		return true;
	if (!authority->also || !is_before(arena, git, commit, authority->also, out_problem))
		return false;
	*out_problem = NULL;
	return true;
}
