/* repo.c: reads commit, branch and cleanliness by libgit2. */
#include "git/repo.h"

#include <git2.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "git/git.h"
#include "git/pipes.h"

static void read_head(struct mg_arena *arena, git_repository *repo, struct mg_repo_state *out)
{
	git_reference *head = NULL;
	if (git_repository_head(&head, repo) != 0)
		return;
	const git_oid *id = git_reference_target(head);
	if (id) {
		char hex[GIT_OID_HEXSZ + 1];
		out->commit = mg_strdup(arena, git_oid_tostr(hex, sizeof(hex), id));
	}
	if (git_reference_is_branch(head))
		out->branch = mg_strdup(arena, git_reference_shorthand(head));
	git_reference_free(head);
}

/* Is it at another commit than the one that this commit names, or changed? Files that it does not track
 * do not count, as those of this repository do not; nor does one that was never checked out, which has no
 * files. What .gitmodules says is to be ignored does not matter: the commit says that of itself. */
static int find_changed_submodule(git_submodule *submodule, const char *name, void *context)
{
	static const unsigned changed = GIT_SUBMODULE_STATUS_INDEX_ADDED |
		GIT_SUBMODULE_STATUS_INDEX_DELETED | GIT_SUBMODULE_STATUS_INDEX_MODIFIED |
		GIT_SUBMODULE_STATUS_WD_ADDED | GIT_SUBMODULE_STATUS_WD_DELETED |
		GIT_SUBMODULE_STATUS_WD_MODIFIED | GIT_SUBMODULE_STATUS_WD_INDEX_MODIFIED |
		GIT_SUBMODULE_STATUS_WD_WD_MODIFIED;
	unsigned status = 0;
	int code = git_submodule_status(
		&status, git_submodule_owner(submodule), name, GIT_SUBMODULE_IGNORE_UNTRACKED);
	if (code == 0 && status & GIT_SUBMODULE_STATUS_WD_UNINITIALIZED)
		status &= ~(unsigned)GIT_SUBMODULE_STATUS_WD_DELETED;
	*(bool *)context |= code != 0 || status & changed;
	return 0;
}

static bool is_dirty(git_repository *repo)
{
	bool changed_submodule = false;
	if (git_submodule_foreach(repo, find_changed_submodule, &changed_submodule) != 0 ||
		changed_submodule)
		return true;
	git_status_options options;
	git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
	options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
	options.flags = GIT_STATUS_OPT_EXCLUDE_SUBMODULES; /* they were looked at */
	git_status_list *list = NULL;
	if (git_status_list_new(&list, repo, &options) != 0)
		return true; /* what cannot be read is not known to be clean */
	bool dirty = git_status_list_entrycount(list) > 0;
	git_status_list_free(list);
	return dirty;
}

bool mg_repo_dirty(git_repository *repo)
{
	struct mg_error pipe;
	return mg_pipes_in_work_tree(repo, &pipe) != MG_OK || is_dirty(repo);
}

/* A file that the commit does not hold, or holds otherwise. */
static bool is_foreign(git_repository *repo, const char *path)
{
	unsigned flags = 0;
	return git_status_file(&flags, repo, path) != 0 || flags != GIT_STATUS_CURRENT;
}

/* libgit2 reads all of the machine's certificates when it starts: not for a file outside of any
 * repository. */
static bool may_be_in_repository(struct mg_arena *arena, const char *folder)
{
	for (const char *at = folder;; at = mg_path_dir(arena, at)) {
		if (mg_file_exists(mg_path_join(arena, at, ".git")))
			return true;
		if (mg_streq(at, "/") || mg_streq(at, "."))
			return false;
	}
}

int mg_repo_read(
	struct mg_arena *arena, const char *file, struct mg_repo_state *out, struct mg_error *err)
{
	*out = (struct mg_repo_state){0};
	struct mg_error why = {0};
	char *real = NULL;
	if (mg_path_real(arena, file, &real, &why) != MG_OK)
		return MG_OK;
	if (!may_be_in_repository(arena, mg_path_dir(arena, real)))
		return MG_OK;
	MG_SCOPED_GIT struct mg_git git = {0};
	const char *folder = mg_path_dir(arena, real);
	if (mg_git_open(arena, folder, &git, &why) != MG_OK)
		return mg_pipes_in_repository_of(folder, err);
	MG_TRY(mg_pipes_in_work_tree(git.repo, err));
	read_head(arena, git.repo, out);
	out->top = git.top;
	if (git.top && mg_starts_with(real, git.top))
		out->path = mg_strdup(arena, real + strlen(git.top));
	if (out->commit)
		out->dirty = !out->path || is_foreign(git.repo, out->path) || is_dirty(git.repo);
	return MG_OK;
}
