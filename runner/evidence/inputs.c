/* inputs.c: finds each input in the tree of the commit, through submodules, and compares digests. */
#include "evidence/inputs.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "git/tree.h"

struct compare {
	struct mg_arena *arena;
	const struct mg_git *git;
	const git_oid *commit;
	const struct mg_run *run;
	struct mg_inputs *out;
};

static void problem(struct compare *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void problem(struct compare *c, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	if (!c->out->problem)
		c->out->problem = mg_vprintf(c->arena, format, args);
	va_end(args);
}

const char *mg_input_place_word(enum mg_input_place place)
{
	static const char *const words[] = {[MG_INPUT_COMMIT] = "commit",
		[MG_INPUT_LFS] = "git-lfs",
		[MG_INPUT_SUBMODULE] = "submodule",
		[MG_INPUT_OUTSIDE] = "outside of git",
		[MG_INPUT_OTHER] = "another file",
		[MG_INPUT_UNKNOWN] = "not known"};
	return words[place];
}

/* ---- paths ---- */

/* Where a run's input lies in the repository; NULL: outside. */
static const char *path_of(const struct compare *c, const struct mg_input *input)
{
	if (input->table.kind)
		return NULL;
	if (input->repo_path)
		return input->repo_path;
	return c->run->spec_repo_path
		? mg_path_plain(
			  c->arena, mg_path_dir(c->arena, c->run->spec_repo_path), input->path)
		: NULL;
}

/* ---- what the commit holds ---- */

/* git-lfs: a few lines, of which one, and no other, says "oid sha256:<hex>". */
static bool is_pointer_to(const char *text, size_t len, const char *sha256)
{
	static const char first[] = "version https://git-lfs.github.com/spec/";
	enum { POINTER_MAX = 1024 };
	if (len > POINTER_MAX || len < sizeof(first) || memcmp(text, first, sizeof(first) - 1) != 0)
		return false;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const char *oid = strstr(mg_strndup(scratch, text, len), "\noid ");
	return oid && mg_starts_with(oid, mg_printf(scratch, "\noid sha256:%s\n", sha256)) &&
		!strstr(oid + 1, "\noid ");
}

/* As git writes a text file into the work tree where lines end in CR LF. */
static bool is_same_with_crlf(const char *text, size_t len, const char *sha256)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_text changed;
	char hex[65];
	if (memchr(text, '\0', len) || memchr(text, '\r', len))
		return false;
	mg_text_init(&changed, scratch);
	for (const char *s = text, *end = text + len; s < end;) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		mg_text_add_bytes(&changed, s, (size_t)((stop ? stop : end) - s));
		if (stop)
			mg_text_add(&changed, "\r\n");
		s = stop ? stop + 1 : end;
	}
	mg_sha256(changed.data, changed.len, hex);
	return mg_streq(hex, sha256);
}

static enum mg_input_place compare_blob(const struct compare *c, git_repository *repo,
	const git_tree_entry *entry, const char *sha256)
{
	git_blob *blob = NULL;
	char hex[65];
	/* A run names files by their real paths, so none of them is a link. */
	if (git_tree_entry_filemode(entry) == GIT_FILEMODE_LINK ||
		git_tree_entry_type(entry) != GIT_OBJECT_BLOB)
		return MG_INPUT_OTHER;
	int code = git_blob_lookup(&blob, repo, git_tree_entry_id(entry));
	if (code == GIT_ENOTFOUND && repo == c->git->repo)
		mg_git_lacks(c->git, git_tree_entry_id(entry));
	if (code != 0)
		return MG_INPUT_UNKNOWN;
	const char *text = git_blob_rawcontent(blob);
	size_t len = (size_t)git_blob_rawsize(blob);
	enum mg_input_place place = MG_INPUT_OTHER;
	mg_sha256(text, len, hex);
	if (mg_streq(hex, sha256))
		place = MG_INPUT_COMMIT;
	else if (is_pointer_to(text, len, sha256))
		place = MG_INPUT_LFS;
	else if (is_same_with_crlf(text, len, sha256))
		place = MG_INPUT_COMMIT;
	git_blob_free(blob);
	return place;
}

static enum mg_input_place find(struct compare *c, git_repository *repo, const git_oid *commit,
	const char *path, const char *sha256);

/* The submodule's own repository, below the work tree or .git/modules. */
static enum mg_input_place find_in_submodule(struct compare *c, git_repository *repo,
	const char *name, const git_oid *commit, const char *path, const char *sha256)
{
	git_submodule *submodule = NULL;
	git_repository *inner = NULL;
	enum mg_input_place place = MG_INPUT_UNKNOWN;
	if (git_submodule_lookup(&submodule, repo, name) == 0 &&
		git_submodule_open(&inner, submodule) == 0)
		place = find(c, inner, commit, path, sha256);
	git_repository_free(inner);
	git_submodule_free(submodule);
	return place == MG_INPUT_COMMIT ? MG_INPUT_SUBMODULE : place;
}

static enum mg_input_place find_in_tree(struct compare *c, git_repository *repo, git_tree *tree,
	const char *path, const char *sha256)
{
	git_tree_entry *entry = NULL;
	enum mg_input_place place = MG_INPUT_OUTSIDE;
	if (git_tree_entry_bypath(&entry, tree, path) == 0) {
		place = compare_blob(c, repo, entry, sha256);
		git_tree_entry_free(entry);
		return place;
	}
	for (const char *s = strchr(path, '/'); s; s = strchr(s + 1, '/')) {
		const char *above = mg_strndup(c->arena, path, (size_t)(s - path));
		if (git_tree_entry_bypath(&entry, tree, above) != 0)
			break;
		git_object_t type = git_tree_entry_type(entry);
		if (type == GIT_OBJECT_COMMIT)
			place = find_in_submodule(
				c, repo, above, git_tree_entry_id(entry), s + 1, sha256);
		else if (type != GIT_OBJECT_TREE)
			place = MG_INPUT_OTHER; /* the commit has a file or a link for this folder */
		git_tree_entry_free(entry);
		if (type != GIT_OBJECT_TREE)
			break;
	}
	return place;
}

static enum mg_input_place find(struct compare *c, git_repository *repo, const git_oid *commit,
	const char *path, const char *sha256)
{
	git_commit *object = NULL;
	git_tree *tree = NULL;
	enum mg_input_place place = MG_INPUT_UNKNOWN;
	if (git_commit_lookup(&object, repo, commit) == 0 && git_commit_tree(&tree, object) == 0)
		place = find_in_tree(c, repo, tree, path, sha256);
	git_tree_free(tree);
	git_commit_free(object);
	return place;
}

static enum mg_input_place place_of(struct compare *c, const struct mg_input *input)
{
	const char *path = path_of(c, input);
	if (!path)
		return MG_INPUT_OUTSIDE;
	enum mg_input_place place = find(c, c->git->repo, c->commit, path, input->sha256);
	if (place == MG_INPUT_OTHER)
		problem(c, "the run read a %s that differs from the commit's", path);
	else if (place == MG_INPUT_UNKNOWN)
		problem(c,
			"this clone cannot say whether the run read the %s of the commit: it "
			"lacks the file's content, or the submodule that holds it",
			path);
	return place;
}

/* ---- what the commit holds, and the run did not read ---- */

static bool was_read(const struct compare *c, const char *data, const char *path)
{
	for (size_t i = 0; i < c->run->input_count; i++)
		if (mg_streq(c->run->inputs[i].data, data) &&
			mg_streq(path_of(c, &c->run->inputs[i]), path))
			return true;
	return false;
}

static bool was_used(const struct compare *c, const char *data)
{
	for (size_t i = 0; i < c->run->input_count; i++)
		if (mg_streq(c->run->inputs[i].data, data))
			return true;
	return false;
}

/* Where data lie in the commit. */
struct unread {
	struct compare *c;
	const char *data;
	size_t links; /* that lead out of the commit */
	const char *link;
};

static void look_at(void *context, enum mg_tree_kind kind, const char *path)
{
	struct unread *u = context;
	if (kind == MG_TREE_FILE && !was_read(u->c, u->data, path))
		problem(u->c,
			"the commit holds %s, which is data '%s', and the run did not read it",
			path, u->data);
	if (kind == MG_TREE_UNKNOWN)
		problem(u->c,
			"this clone cannot say what the commit holds at %s, which is data '%s'",
			path, u->data);
	if (kind != MG_TREE_OUTSIDE)
		return;
	u->links++;
	u->link = path;
}

/* A run names files by their real paths, so that a link that leads elsewhere than the commit's shows here. */
static void find_unread(struct compare *c, struct mg_tree *tree, const char *data, const char *path)
{
	struct unread u = {c, data, 0, NULL};
	const char *spec = c->run->spec_repo_path, *folder = "";
	if (strstr(path, "://") || *path == '/')
		return;
	if (mg_tree_find(tree, "", mg_path_dir(c->arena, spec), &folder) != MG_TREE_FOLDER)
		return;
	if (!mg_tree_glob(tree, folder, path, look_at, &u))
		problem(c, "there is no end of what the commit holds at %s", path);
	for (size_t i = 0; i < c->run->input_count && u.links > 0; i++)
		if (mg_streq(c->run->inputs[i].data, data) && c->out->places[i] == MG_INPUT_OUTSIDE)
			u.links--;
	if (u.links > 0)
		problem(c,
			"the commit's link %s, which is data '%s', leads out of it, and the run read "
			"other files",
			u.link, data);
}

/* A baseline decides as data do: one that the commit holds may not be missing in the run. */
static void find_unread_baselines(
	struct compare *c, struct mg_tree *tree, const struct mg_suite *suite)
{
	for (size_t i = 0; i < suite->check_count; i++)
		if (suite->checks[i].baseline.kind == MG_BASELINE_FILE)
			find_unread(c, tree, "baseline", suite->checks[i].baseline.name);
}

static bool has_suite(const struct mg_run *run, const char *name)
{
	for (size_t i = 0; i < run->suite_count; i++)
		if (mg_streq(run->suites[i], name))
			return true;
	return false;
}

void mg_inputs_compare(struct mg_arena *arena, const struct mg_git *git, const git_oid *commit,
	const struct mg_run *run, const struct mg_spec *spec, struct mg_inputs *out)
{
	struct compare c = {arena, git, commit, run, out};
	struct mg_error err = {0};
	MG_SCOPED_TREE tree = {0};
	enum mg_input_place *places = mg_alloc_array(arena, run->input_count, sizeof(*places));
	*out = (struct mg_inputs){.places = places};
	for (size_t i = 0; i < run->input_count; i++)
		places[i] = place_of(&c, &run->inputs[i]);
	if (!spec || !run->spec_repo_path || mg_tree_open(arena, git, commit, &tree, &err) != MG_OK)
		return;
	for (size_t i = 0; i < spec->data_count; i++)
		if (spec->data[i].path && !spec->data[i].connection &&
			was_used(&c, spec->data[i].name))
			find_unread(&c, &tree, spec->data[i].name, spec->data[i].path);
	for (size_t i = 0; i < spec->suite_count; i++)
		if (has_suite(run, spec->suites[i].name))
			find_unread_baselines(&c, &tree, &spec->suites[i]);
}
