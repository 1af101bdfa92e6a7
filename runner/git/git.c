/* git.c: the one way to open a repository, and the questions that release asks of its history. */
#include "git/git.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "git/pipes.h"

enum { WALK_MAX_COMMITS = 1000000 };

/* ---- opening ---- */

/* Owners do not matter: nothing of a repository is executed, and container jobs run as another user.
 * The extensions are those of sparse and partial clones; they change nothing in what is read.
 * It is never shut down: that frees what belongs to the thread that does it, and takes the rest away
 * from all others. */
static void start_library_once(void)
{
	static const char *extensions[] = {"worktreeconfig", "partialclone"};
	git_libgit2_init();
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	git_libgit2_opts(
		GIT_OPT_SET_EXTENSIONS, extensions, sizeof(extensions) / sizeof(extensions[0]));
}

static void start_library(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, start_library_once);
}

static const char *reason(void)
{
	const git_error *error = git_error_last();
	return error && error->message ? error->message : "no reason given";
}

static int cannot_open(int code, const char *folder, struct mg_error *err)
{
	if (code == GIT_ENOTFOUND)
		return mg_fail(err, MG_ENOTFOUND,
			"there is no git repository in %s or above it; go into one, or make one "
			"with 'git init'",
			folder);
	if (strstr(reason(), "objectformat"))
		return mg_fail(err, MG_EUSAGE,
			"the repository of %s names its objects by SHA-256, which is not "
			"supported; accepted is SHA-1, git's default",
			folder);
	return mg_git_fail(err, code, "open the repository of %s", folder);
}

int mg_git_open(
	struct mg_arena *arena, const char *folder, struct mg_git *out, struct mg_error *err)
{
	start_library();
	MG_TRY(mg_pipes_in_repository_of(folder, err));
	git_repository *repo = NULL;
	int code = git_repository_open_ext(&repo, folder, 0, NULL);
	if (code != 0)
		return cannot_open(code, folder, err);
	*out = (struct mg_git){
		.repo = repo,
		.top = mg_strdup(arena, git_repository_workdir(repo)),
		.folder = mg_strdup(arena, git_repository_commondir(repo)),
		.shallow = git_repository_is_shallow(repo) == 1,
	};
	return MG_OK;
}

void mg_git_close(struct mg_git *git)
{
	if (!git->repo)
		return;
	git_repository_free(git->repo);
	*git = (struct mg_git){0};
}

int mg_git_fail(struct mg_error *err, int code, const char *format, ...)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	va_list args;
	va_start(args, format);
	const char *what = mg_vprintf(arena, format, args);
	va_end(args);
	return mg_fail(err, code == GIT_ENOTFOUND ? MG_ENOTFOUND : MG_EIO, "cannot %s: %s", what,
		reason());
}

/* ---- revisions ---- */

static bool commit_of(git_object *object, git_oid *out)
{
	git_object *commit = NULL;
	bool good = git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0;
	if (good)
		*out = *git_object_id(commit);
	git_object_free(commit);
	git_object_free(object);
	return good;
}

static bool find_branch(
	const struct mg_git *git, const char *prefix, const char *name, git_oid *out)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *ref = mg_printf(arena, "%s%s", prefix, name);
	return git_reference_name_to_id(out, git->repo, ref) == 0;
}

/* HEAD, which is not the remote's HEAD, and whole ids: no branch of that name stands before them. */
static bool names_itself(const char *revision)
{
	return mg_streq(revision, "HEAD") ||
		(strlen(revision) == GIT_OID_HEXSZ &&
			strspn(revision, "0123456789abcdefABCDEF") == GIT_OID_HEXSZ);
}

int mg_git_commit(
	const struct mg_git *git, const char *revision, git_oid *out, struct mg_error *err)
{
	/* Branches come before tags of the same name, which anybody may push; a pipeline's checkout
	 * has the remote's branches only. */
	if (!names_itself(revision) &&
		(find_branch(git, "refs/heads/", revision, out) ||
			find_branch(git, "refs/remotes/origin/", revision, out)))
		return MG_OK;
	git_object *object = NULL;
	int code = git_revparse_single(&object, git->repo, revision);
	if (code == 0 && commit_of(object, out))
		return MG_OK;
	if (code == GIT_EAMBIGUOUS)
		return mg_fail(err, MG_EUSAGE,
			"the ids of several objects begin with '%s'; write more digits", revision);
	if (git_repository_is_empty(git->repo) == 1)
		return mg_fail(err, MG_ENOTFOUND,
			"there is no commit '%s': nothing has been committed yet", revision);
	return mg_fail(err, MG_ENOTFOUND, "there is no commit '%s' in this clone%s%s", revision,
		git->shallow ? ", whose history was cut off; " : "",
		git->shallow ? MG_GIT_FULL_CLONE : "");
}

/* ---- ancestors ---- */

struct seen {
	git_oid *slots;
	bool *used;
	size_t count, capacity;
};

static bool add_seen(struct seen *seen, const git_oid *id)
{
	if (seen->count * 2 >= seen->capacity) {
		struct seen grown = {.capacity = seen->capacity ? seen->capacity * 2 : 1024};
		grown.slots = calloc(grown.capacity, sizeof(git_oid));
		grown.used = calloc(grown.capacity, sizeof(bool));
		if (!grown.slots || !grown.used)
			mg_out_of_memory();
		for (size_t i = 0; i < seen->capacity; i++)
			if (seen->used[i])
				add_seen(&grown, &seen->slots[i]);
		free(seen->slots);
		free(seen->used);
		*seen = grown;
	}
	uint64_t hash;
	memcpy(&hash, id->id, sizeof(hash));
	size_t i = hash % seen->capacity;
	for (; seen->used[i]; i = (i + 1) % seen->capacity)
		if (git_oid_equal(&seen->slots[i], id))
			return false;
	seen->slots[i] = *id;
	seen->used[i] = true;
	seen->count++;
	return true;
}

enum walk { WALK_FOUND, WALK_ENDED, WALK_CUT };

/* libgit2 1.5 knows no shallow clones: it fails at the first parent that is not there. */
static enum walk walk(const struct mg_git *git, const git_oid *from, const git_oid *wanted)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct seen seen = {0};
	git_oid *queue = NULL;
	size_t count = 0, capacity = 0;
	enum walk result = WALK_ENDED;
	queue = mg_grow(arena, queue, count, &capacity, sizeof(*queue));
	queue[count++] = *from;
	add_seen(&seen, from);
	for (size_t i = 0; i < count && result != WALK_FOUND && i < WALK_MAX_COMMITS; i++) {
		git_commit *commit = NULL;
		if (git_oid_equal(&queue[i], wanted)) {
			result = WALK_FOUND;
			continue;
		}
		if (git_commit_lookup(&commit, git->repo, &queue[i]) != 0) {
			result = WALK_CUT;
			continue;
		}
		for (unsigned p = 0; p < git_commit_parentcount(commit); p++) {
			const git_oid *parent = git_commit_parent_id(commit, p);
			if (!add_seen(&seen, parent))
				continue;
			queue = mg_grow(arena, queue, count, &capacity, sizeof(*queue));
			queue[count++] = *parent;
		}
		git_commit_free(commit);
	}
	free(seen.slots);
	free(seen.used);
	return result;
}

int mg_git_is_ancestor(const struct mg_git *git, const git_oid *ancestor, const git_oid *commit,
	bool *out, struct mg_error *err)
{
	if (git_oid_equal(ancestor, commit)) {
		*out = true;
		return MG_OK;
	}
	if (!git->shallow) {
		int found = git_graph_descendant_of(git->repo, commit, ancestor);
		if (found < 0)
			return mg_git_fail(err, found, "walk through the history");
		*out = found == 1;
		return MG_OK;
	}
	enum walk result = walk(git, commit, ancestor);
	if (result == WALK_CUT)
		return mg_fail(err, MG_EUSAGE,
			"the history of this clone was cut off before it could be seen whether "
			"%.12s comes before %.12s; " MG_GIT_FULL_CLONE,
			git_oid_tostr_s(ancestor), git_oid_tostr_s(commit));
	*out = result == WALK_FOUND;
	return MG_OK;
}

/* ---- files ---- */

void mg_git_lacks(const struct mg_git *git, const git_oid *id)
{
	char hex[GIT_OID_HEXSZ + 1];
	if (git->lacks)
		mg_map_put(git->lacks, git_oid_tostr(hex, sizeof(hex), id), NULL);
}

static int copy_blob(struct mg_arena *arena, const struct mg_git *git, const git_tree_entry *entry,
	const char *path, const char **out, size_t *out_len, struct mg_error *err)
{
	git_blob *blob = NULL;
	if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB)
		return mg_fail(err, MG_ENOTFOUND, "'%s' is not a file", path);
	int code = git_blob_lookup(&blob, git->repo, git_tree_entry_id(entry));
	if (code == GIT_ENOTFOUND)
		mg_git_lacks(git, git_tree_entry_id(entry));
	if (code == GIT_ENOTFOUND)
		return mg_fail(err, MG_EIO,
			"the clone has no content of '%s' (a partial clone); fetch it with: git "
			"cat-file -p %s",
			path, git_oid_tostr_s(git_tree_entry_id(entry)));
	if (code != 0)
		return mg_git_fail(err, code, "read '%s'", path);
	git_object_size_t len = git_blob_rawsize(blob);
	if (len <= MG_GIT_FILE_MAX_BYTES) {
		char *bytes = mg_alloc(arena, (size_t)len + 1);
		memcpy(bytes, git_blob_rawcontent(blob), (size_t)len);
		*out = bytes;
		*out_len = (size_t)len;
	}
	git_blob_free(blob);
	if (len > MG_GIT_FILE_MAX_BYTES)
		return mg_fail(err, MG_ELIMIT, "'%s' has more than %s", path,
			mg_human_bytes(arena, MG_GIT_FILE_MAX_BYTES));
	return MG_OK;
}

int mg_git_file(struct mg_arena *arena, const struct mg_git *git, const git_oid *commit,
	const char *path, const char **out, size_t *out_len, struct mg_error *err)
{
	git_commit *object = NULL;
	git_tree *tree = NULL;
	git_tree_entry *entry = NULL;
	int code = git_commit_lookup(&object, git->repo, commit);
	if (code == 0)
		code = git_commit_tree(&tree, object);
	if (code != 0)
		code = mg_git_fail(err, GIT_ERROR, "read commit %.12s", git_oid_tostr_s(commit));
	else if (git_tree_entry_bypath(&entry, tree, path) != 0)
		code = mg_fail(err, MG_ENOTFOUND, "commit %.12s has no file '%s'",
			git_oid_tostr_s(commit), path);
	else
		code = copy_blob(arena, git, entry, path, out, out_len, err);
	git_tree_entry_free(entry);
	git_tree_free(tree);
	git_commit_free(object);
	return code;
}
