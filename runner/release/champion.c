/* champion.c: from a spec to its model's tags, from the stage's tag to its evidence, from that to a run. */
#include "release/champion.h"

#include "base/file.h"
#include "base/text.h"
#include "registry/authority.h"
#include "registry/ledger.h"
#include "registry/model_name.h"
#include "release/audit.h"

/* Model whose spec the policy says it is. */
static const char *name_in_policy(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_policy *policy, const char *spec_path)
{
	struct mg_error ignored = {0};
	char *real = NULL;
	if (!git->top || mg_path_real(arena, spec_path, &real, &ignored) != MG_OK)
		return NULL;
	for (size_t i = 0; i < policy->model_count; i++) {
		const struct mg_policy_model *m = &policy->models[i];
		const char *spec = m->spec ? m->spec
			: *m->folder       ? mg_printf(arena, "%s/modelgate.yaml", m->folder)
					   : "modelgate.yaml";
		if (mg_streq(real, mg_printf(arena, "%s%s", git->top, spec)))
			return m->name;
	}
	return NULL;
}

/* NULL with MG_OK: no tag speaks of the model. */
static int find_model(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_policy *policy, const struct mg_spec *spec, const struct mg_model **out,
	struct mg_error *err)
{
	struct mg_ledger ledger = {0};
	const char *name = name_in_policy(arena, git, policy, spec->path);
	*out = NULL;
	MG_TRY(mg_ledger_read(arena, git, policy, name ? name : spec->model, &ledger, err));
	*out = mg_ledger_model(&ledger, name ? name : spec->model);
	if (name || *out)
		return MG_OK;
	MG_TRY(mg_ledger_read(arena, git, policy, NULL, &ledger, err));
	const struct mg_model *models = ledger.models;
	for (size_t i = 0; i < ledger.model_count; i++) {
		if (!mg_model_name_is(arena, models[i].name, spec->model))
			continue;
		if (*out)
			return mg_fail(err, MG_EUSAGE,
				"both %s and %s may be meant by model '%s'; name the model and its "
				"spec under models: in .modelgate.yaml",
				(*out)->name, models[i].name, spec->model);
		*out = &models[i];
	}
	return MG_OK;
}

static bool has_tags(const struct mg_git *git)
{
	git_strarray tags = {0};
	bool some = git_tag_list(&tags, git->repo) == 0 && tags.count > 0;
	git_strarray_dispose(&tags);
	return some;
}

/* Does it follow a remote, which may have what it lacks? */
static bool is_clone(const struct mg_git *git)
{
	git_reference_iterator *each = NULL;
	const char *name = NULL;
	bool any = git_reference_iterator_glob_new(&each, git->repo, "refs/remotes/*") == 0 &&
		git_reference_next_name(&name, each) == 0;
	git_reference_iterator_free(each);
	return any;
}

/* Only a repository that could not lack a tag can say that a stage has had no version yet. */
static int fail_no_standing(
	const struct mg_git *git, const char *model, const char *stage, struct mg_error *err)
{
	if (has_tags(git) || (!git->shallow && !is_clone(git)))
		return mg_fail(err, MG_ENOTFOUND,
			"no version of %s is in %s yet; baseline_missing: pass lets the first one "
			"through",
			model, stage);
	return mg_fail(err, MG_EUSAGE,
		"this clone has no tags, which say what is in %s; " MG_GIT_FULL_CLONE
		". If the repository has no tag at all yet, make one of any name: git tag start && "
		"git push origin start",
		stage);
}

static int read_champion(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_spec *spec, const char *stage, struct mg_run **out, struct mg_error *err)
{
	const struct mg_authority_source source = {.git = git, .remote = "origin"};
	struct mg_authority authority;
	struct mg_evidence_read evidence;
	const struct mg_model *model = NULL;
	bool missing = false;
	MG_TRY(mg_authority_find_for_reading(arena, &source, &authority, err));
	MG_TRY(find_model(arena, git, &authority.policy, spec, &model, err));
	const struct mg_standing *standing = model ? mg_model_standing(model, stage) : NULL;
	if (!standing)
		return fail_no_standing(git, spec->model, stage, err);
	/* A forged champion would let everything pass, and so would one whose evidence is elsewhere. Only a
	 * tag that names none, as GTO's do, stands for a version without a run. */
	const char *problem = mg_audit_problem(arena, git, model, standing->event, &missing);
	bool has_run = standing->event->trailers.evidence != NULL;
	if (problem)
		return mg_fail(err, missing && !has_run ? MG_ENOTFOUND : MG_EIO, "%s", problem);
	MG_TRY(mg_evidence_read(arena, git, standing->event, &evidence, err));
	*out = evidence.run;
	return MG_OK;
}

int mg_champion_read(struct mg_arena *arena, const struct mg_spec *spec, const char *stage,
	struct mg_run **out, struct mg_error *err)
{
	MG_SCOPED_GIT struct mg_git git = {0};
	int code = mg_git_open(arena, spec->folder, &git, err);
	if (code == MG_ENOTFOUND) /* an exported folder tells nothing of a champion */
		err->code = code = MG_EUSAGE;
	MG_TRY(code);
	return read_champion(arena, &git, spec, stage, out, err);
}
