/* inputs.c: finds each input in the tree of the commit, through submodules, and compares digests. */
#include "evidence/inputs.h"

#include <fnmatch.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

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
	if (input->repo_path)
		return input->repo_path;
	return c->run->spec_repo_path
		? mg_path_plain(
			  c->arena, mg_path_dir(c->arena, c->run->spec_repo_path), input->path)
		: NULL;
}

/* ---- what the commit holds ---- */

/* git-lfs: a few lines, of which one says "oid sha256:<hex>". */
static bool is_pointer_to(const char *text, size_t len, const char *sha256)
{
	static const char first[] = "version https://git-lfs.github.com/spec/";
	enum { POINTER_MAX = 1024 };
	if (len > POINTER_MAX || len < sizeof(first) || memcmp(text, first, sizeof(first) - 1) != 0)
		return false;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	return strstr(mg_strndup(scratch, text, len),
		       mg_printf(scratch, "\noid sha256:%s\n", sha256)) != NULL;
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

static enum mg_input_place compare_blob(
	git_repository *repo, const git_tree_entry *entry, const char *sha256)
{
	git_blob *blob = NULL;
	char hex[65];
	/* A run names files by their real paths, so none of them is a link. */
	if (git_tree_entry_filemode(entry) == GIT_FILEMODE_LINK ||
		git_tree_entry_type(entry) != GIT_OBJECT_BLOB)
		return MG_INPUT_OTHER;
	if (git_blob_lookup(&blob, repo, git_tree_entry_id(entry)) != 0)
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
		place = compare_blob(repo, entry, sha256);
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
		problem(c, "the run read another %s than the commit holds", path);
	else if (place == MG_INPUT_UNKNOWN)
		problem(c,
			"this clone cannot say whether the run read the %s of the commit: it has not "
			"the file's content, or not the submodule that holds it",
			path);
	return place;
}

/* ---- what the commit holds, and the run did not read ---- */

struct pattern {
	struct compare *c;
	const char *data, *path;
};

static bool was_read(const struct compare *c, const char *data, const char *path)
{
	for (size_t i = 0; i < c->run->input_count; i++)
		if (mg_streq(c->run->inputs[i].data, data) &&
			mg_streq(path_of(c, &c->run->inputs[i]), path))
			return true;
	return false;
}

/* Called for each entry of the tree, in order of paths. Names that begin with . or _ are passed over, as
 * readers of folders do. */
static int look_for_unread(const char *root, const git_tree_entry *entry, void *context)
{
	const struct pattern *p = context;
	const char *name = git_tree_entry_name(entry);
	if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB || *name == '_' ||
		git_tree_entry_filemode(entry) == GIT_FILEMODE_LINK)
		return 0;
	const char *path = mg_printf(p->c->arena, "%s%s", root, name);
	if (fnmatch(p->path, path, FNM_PATHNAME | FNM_PERIOD) == 0 &&
		!was_read(p->c, p->data, path))
		problem(p->c,
			"the commit holds %s, which is data '%s', and the run did not read it",
			path, p->data);
	return 0;
}

static bool was_used(const struct compare *c, const char *data)
{
	for (size_t i = 0; i < c->run->input_count; i++)
		if (mg_streq(c->run->inputs[i].data, data))
			return true;
	return false;
}

static void find_unread(struct compare *c, git_tree *tree, const struct mg_data *data)
{
	struct pattern p = {c, data->name, NULL};
	git_tree_entry *entry = NULL;
	if (data->path && was_used(c, data->name))
		p.path = mg_path_plain(
			c->arena, mg_path_dir(c->arena, c->run->spec_repo_path), data->path);
	if (!p.path)
		return;
	if (strpbrk(p.path, "*?[")) {
		git_tree_walk(tree, GIT_TREEWALK_PRE, look_for_unread, &p);
		return;
	}
	if (git_tree_entry_bypath(&entry, tree, p.path) != 0)
		return;
	if (git_tree_entry_type(entry) == GIT_OBJECT_BLOB &&
		git_tree_entry_filemode(entry) != GIT_FILEMODE_LINK &&
		!was_read(c, data->name, p.path))
		problem(c, "the commit holds %s, which is data '%s', and the run did not read it",
			p.path, data->name);
	git_tree_entry_free(entry);
}

void mg_inputs_compare(struct mg_arena *arena, const struct mg_git *git, const git_oid *commit,
	const struct mg_run *run, const struct mg_spec *spec, struct mg_inputs *out)
{
	struct compare c = {arena, git, commit, run, out};
	git_commit *object = NULL;
	git_tree *tree = NULL;
	enum mg_input_place *places = mg_alloc_array(arena, run->input_count, sizeof(*places));
	*out = (struct mg_inputs){.places = places};
	for (size_t i = 0; i < run->input_count; i++)
		places[i] = place_of(&c, &run->inputs[i]);
	if (spec && run->spec_repo_path && git_commit_lookup(&object, git->repo, commit) == 0 &&
		git_commit_tree(&tree, object) == 0)
		for (size_t i = 0; i < spec->data_count; i++)
			find_unread(&c, tree, &spec->data[i]);
	git_tree_free(tree);
	git_commit_free(object);
}
