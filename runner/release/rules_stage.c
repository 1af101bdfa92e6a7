/* rules_stage.c: where a commit may go, and who must have agreed. */
#include "release/rules.h"

#include "base/text.h"
#include "registry/approver.h"
#include "registry/presence.h"

/* ---- the stage ---- */

void mg_rule_stage_known(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (mg_policy_stage(f))
		return;
	const char **names = mg_alloc_array(l->arena, f->policy->stage_count, sizeof(*names));
	for (size_t i = 0; i < f->policy->stage_count; i++)
		names[i] = f->policy->stages[i].name;
	const char *nearest = mg_nearest_word(f->stage, names, f->policy->stage_count);
	mg_found(l, "there is no stage '%s'", f->stage);
	mg_fix(l, "%s%s%sstages are %s (%s)", nearest ? "did you mean " : "",
		nearest ? nearest : "", nearest ? "? " : "",
		mg_joined(l->arena, names, f->policy->stage_count),
		f->policy->path ? f->policy->path : "by default; .modelgate.yaml may name others");
}

void mg_rule_stage_order(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	const struct mg_policy_stage *stage = mg_policy_stage(f);
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
		mg_found(l,
			"%s put commit %s into %s and names no decision, so nothing shows that "
			"the gate of %s was passed; it comes before %s",
			there.event->tag, mg_short_id(l->arena, f->commit), before, before,
			f->stage);
	else
		mg_found(l, "%s; %s comes before %s", there.why, before, f->stage);
	if (there.left)
		mg_fix(l, "promote a fixed version to %s first", before);
	else
		mg_fix(l, "promote this commit to %s first (--to %s)", before, before);
}

void mg_rule_newest(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->goes_back && !f->order_problem)
		return;
	const char *version = f->stands->trailers.version;
	if (f->order_problem)
		mg_found(l,
			"it cannot be told whether commit %s is older than what %s put into %s: "
			"%s",
			mg_short_id(l->arena, f->commit), f->stands->tag, f->stage,
			f->order_problem);
	else
		mg_found(l, "commit %s is older than %s, which %s put into %s",
			mg_short_id(l->arena, f->commit),
			version ? version : mg_short_id(l->arena, f->stands->commit),
			f->stands->tag, f->stage);
	mg_fix(l,
		"promote a newer commit; to go back to what stood there before, use rollback "
		"(modelgate rollback --stage %s)",
		f->stage);
}

/* ---- the commit ---- */

void mg_rule_protected_branch(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (f->on_protected_branch)
		return;
	if (f->branch_problem)
		mg_found(l, "it cannot be told whether commit %s is on %s: %s",
			mg_short_id(l->arena, f->commit), f->protected_branch, f->branch_problem);
	else
		mg_found(l, "commit %s is not on the protected branch %s",
			mg_short_id(l->arena, f->commit), f->protected_branch);
	mg_fix(l,
		"promote a commit of %s, after the merge; protected_branch in the .modelgate.yaml "
		"of the default branch names another one",
		f->protected_branch);
}

void mg_rule_pull_request(struct mg_look *l)
{
	if (!l->facts->pull_request)
		return;
	mg_found(l, "this is the build of a pull request: its merge commit is on no branch");
	mg_fix(l, "promote from the build of %s that follows the merge",
		l->facts->protected_branch);
}

void mg_rule_clean_tree(struct mg_look *l)
{
	if (!l->facts->dirty)
		return;
	mg_found(l, "tracked files differ from the commit that would be promoted");
	mg_fix(l, "commit or undo the changes (git status), or name a commit with --commit");
}

void mg_rule_same_tags(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->tag_differs)
		return;
	mg_found(l, "%s", f->tag_differs);
	mg_fix(l,
		"push what is good (git push REMOTE refs/tags/TAG), fetch or delete what is "
		"not; `modelgate verify` tells which");
}

/* ---- people ---- */

static bool may_approve(struct mg_look *l, const char *approver)
{
	const struct mg_facts *f = l->facts;
	const struct mg_policy_stage *stage = mg_policy_stage(f);
	return (mg_approver_is_of_service(approver) || !f->policy->service_approvals) &&
		mg_among(mg_approver_name(l->arena, approver), stage->approvers,
			stage->approver_count);
}

void mg_rule_approver(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	const struct mg_policy_stage *stage = mg_policy_stage(f);
	if (!stage || !stage->approver_count)
		return;
	for (size_t i = 0; i < f->approver_count; i++)
		if (may_approve(l, f->approvers[i]))
			return;
	const char *names = mg_joined(l->arena, stage->approvers, stage->approver_count);
	const char *real = f->policy->service_approvals
		? ", by the service's own record, as the policy has approvals: service"
		: "";
	if (f->approver_count)
		mg_found(l, "none of those who approved (%s) may approve %s%s",
			mg_joined(l->arena, f->approvers, f->approver_count), f->stage, real);
	else
		mg_found(l, "nobody approved, and %s needs an approver%s", f->stage, real);
	if (!f->policy->service_approvals)
		mg_fix(l, "name who approved with --approver: one of %s", names);
	else
		mg_fix(l,
			"let one of %s approve the environment of the pipeline's stage, and promote "
			"there with --azure%s%s",
			names, f->approvals_problem ? "; " : "",
			f->approvals_problem ? f->approvals_problem : "");
}

void mg_rule_sign(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	const struct mg_policy_stage *stage = mg_policy_stage(f);
	if (!stage || !stage->signed_tags || f->will_sign)
		return;
	mg_found(l, "tags of %s must be signed, and no key was given", f->stage);
	mg_fix(l, "give the file of an SSH key: --sign ~/.ssh/id_ed25519");
}

void mg_rule_signer(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	if (!f->signer_problem)
		return;
	mg_found(l, "tags signed with this key are not valid: %s", f->signer_problem);
	mg_fix(l, "sign with a key that %s allows, or let this one be added to it",
		f->policy->allowed_signers);
}
