/* tree.c: walks name by name, so that `..` behind a link means what it means to the file system. */
#include "git/tree.h"

#include <fnmatch.h>
#include <string.h>

#include "base/text.h"

enum { LINKS_MAX = 40, VISITS_MAX = 1000000, TARGET_MAX_BYTES = 4096 };

int mg_tree_open(struct mg_arena *arena, const struct mg_git *git, const git_oid *commit,
	struct mg_tree *out, struct mg_error *err)
{
	git_commit *object = NULL;
	*out = (struct mg_tree){.arena = arena, .git = git, .repo = git->repo};
	int code = git_commit_lookup(&object, git->repo, commit);
	if (code == 0)
		code = git_commit_tree(&out->root, object);
	git_commit_free(object);
	return code == 0
		? MG_OK
		: mg_git_fail(err, code, "read the files of %.12s", git_oid_tostr_s(commit));
}

static void close_inner(struct mg_tree *tree)
{
	if (!tree->inner)
		return;
	mg_tree_close(tree->inner);
	git_repository_free(tree->inner->repo);
	tree->inner = NULL;
}

void mg_tree_close(struct mg_tree *tree)
{
	close_inner(tree);
	git_tree_free(tree->root);
	tree->root = NULL;
}

/* ---- one name ---- */

struct entry {
	enum mg_tree_kind kind;
	bool link;
	git_repository *repo; /* the tree's */
	git_oid id;
};

/* The submodule's own repository, below the work tree or .git/modules, at the commit that the tree names. */
static struct mg_tree *open_inner(struct mg_tree *tree, const char *path, const git_oid *commit)
{
	git_submodule *submodule = NULL;
	git_commit *object = NULL;
	if (tree->inner && mg_streq(tree->inner_path, path))
		return tree->inner;
	close_inner(tree);
	struct mg_tree *inner = mg_alloc(tree->arena, sizeof(*inner));
	*inner = (struct mg_tree){.arena = tree->arena};
	if (git_submodule_lookup(&submodule, tree->repo, path) == 0 &&
		git_submodule_open(&inner->repo, submodule) == 0 &&
		git_commit_lookup(&object, inner->repo, commit) == 0 &&
		git_commit_tree(&inner->root, object) != 0)
		inner->root = NULL;
	git_commit_free(object);
	git_submodule_free(submodule);
	tree->inner = inner;
	tree->inner_path = mg_strdup(tree->arena, path);
	return inner;
}

static struct entry take(git_repository *repo, const git_tree_entry *found)
{
	struct entry e = {.kind = MG_TREE_UNKNOWN, .repo = repo, .id = *git_tree_entry_id(found)};
	git_object_t type = git_tree_entry_type(found);
	if (type == GIT_OBJECT_TREE)
		e.kind = MG_TREE_FOLDER;
	else if (type == GIT_OBJECT_BLOB)
		e.kind = MG_TREE_FILE;
	e.link = git_tree_entry_filemode(found) == GIT_FILEMODE_LINK;
	return e;
}

/* What stands at a path without links in it. */
static struct entry look(struct mg_tree *tree, const char *path)
{
	struct entry e = {.kind = MG_TREE_UNKNOWN};
	if (!tree->root)
		return e;
	if (!*path)
		return (struct entry){MG_TREE_FOLDER, false, tree->repo, *git_tree_id(tree->root)};
	for (const char *end = strchrnul(path, '/');; end = strchrnul(end + 1, '/')) {
		const char *above = mg_strndup(tree->arena, path, (size_t)(end - path));
		git_tree_entry *found = NULL;
		if (git_tree_entry_bypath(&found, tree->root, above) != 0)
			return (struct entry){.kind = MG_TREE_NONE};
		bool submodule = git_tree_entry_type(found) == GIT_OBJECT_COMMIT;
		e = take(tree->repo, found);
		git_tree_entry_free(found);
		if (submodule)
			return look(open_inner(tree, above, &e.id), *end ? end + 1 : "");
		if (!*end)
			return e;
	}
}

/* The link's text; NULL: this clone has it not. */
static const char *read_link(struct mg_tree *tree, const struct entry *e)
{
	git_blob *blob = NULL;
	const char *text = NULL;
	int code = git_blob_lookup(&blob, e->repo, &e->id);
	if (code == GIT_ENOTFOUND && e->repo == tree->repo && tree->git)
		mg_git_lacks(tree->git, &e->id);
	if (code == 0 && git_blob_rawsize(blob) <= TARGET_MAX_BYTES)
		text = mg_strndup(
			tree->arena, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob));
	git_blob_free(blob);
	return text;
}

/* ---- a path ---- */

static const char *join(struct mg_arena *arena, const char *folder, const char *name, size_t len)
{
	return mg_printf(arena, "%s%s%.*s", folder, *folder ? "/" : "", (int)len, name);
}

enum mg_tree_kind mg_tree_find(
	struct mg_tree *tree, const char *folder, const char *path, const char **out_real)
{
	const char *real = folder;
	enum mg_tree_kind kind = MG_TREE_FOLDER;
	int links = 0;
	*out_real = NULL;
	if (*path == '/')
		return MG_TREE_NONE;
	for (size_t len; *path; path += len) {
		path += strspn(path, "/");
		len = strcspn(path, "/");
		if (len == 0 || (len == 1 && *path == '.'))
			continue;
		if (kind != MG_TREE_FOLDER)
			return MG_TREE_NONE; /* a file is no folder */
		if (len == 2 && strncmp(path, "..", 2) == 0) {
			const char *slash = strrchr(real, '/');
			if (!*real)
				return links ? MG_TREE_OUTSIDE : MG_TREE_NONE;
			real = slash ? mg_strndup(tree->arena, real, (size_t)(slash - real)) : "";
			continue;
		}
		const char *at = join(tree->arena, real, path, len);
		struct entry e = look(tree, at);
		if (e.kind == MG_TREE_NONE)
			return links ? MG_TREE_OUTSIDE : MG_TREE_NONE;
		if (e.kind == MG_TREE_UNKNOWN)
			return MG_TREE_UNKNOWN;
		if (!e.link) {
			real = at;
			kind = e.kind;
			continue;
		}
		const char *target = read_link(tree, &e);
		if (!target || ++links > LINKS_MAX)
			return MG_TREE_UNKNOWN;
		if (*target == '/')
			return MG_TREE_OUTSIDE;
		path = mg_printf(tree->arena, "%s/%s", target, path + len);
		len = 0;
	}
	*out_real = real;
	return kind;
}

/* ---- a pattern ---- */

struct glob {
	struct mg_tree *tree;
	void (*found)(void *context, enum mg_tree_kind kind, const char *path);
	void *context;
	size_t visits;
};

static void match(struct glob *g, const char *folder, const char *pattern);

/* A name below a folder, and what is left of the pattern behind it. */
static void visit(
	struct glob *g, const char *folder, const char *name, size_t len, const char *rest)
{
	const char *real = NULL;
	if (++g->visits > VISITS_MAX)
		return;
	enum mg_tree_kind kind = mg_tree_find(
		g->tree, folder, mg_strndup(g->tree->arena, name, len), &real);
	if (kind == MG_TREE_FOLDER && *rest)
		match(g, real, rest);
	else if (kind == MG_TREE_FILE && !*rest)
		g->found(g->context, kind, real);
	else if (kind == MG_TREE_OUTSIDE || kind == MG_TREE_UNKNOWN)
		g->found(g->context, kind, join(g->tree->arena, folder, name, len));
}

static void match(struct glob *g, const char *folder, const char *pattern)
{
	pattern += strspn(pattern, "/");
	size_t len = strcspn(pattern, "/");
	const char *part = mg_strndup(g->tree->arena, pattern, len), *rest = pattern + len;
	rest += strspn(rest, "/");
	if (!strpbrk(part, "*?[")) {
		visit(g, folder, part, len, rest);
		return;
	}
	struct entry e = look(g->tree, folder);
	git_tree *tree = NULL;
	if (e.kind != MG_TREE_FOLDER || git_tree_lookup(&tree, e.repo, &e.id) != 0) {
		g->found(g->context, MG_TREE_UNKNOWN, folder);
		return;
	}
	for (size_t i = 0; i < git_tree_entrycount(tree) && g->visits <= VISITS_MAX; i++) {
		const char *name = git_tree_entry_name(git_tree_entry_byindex(tree, i));
		if ((*name == '_' && !*rest) || fnmatch(part, name, FNM_PERIOD) != 0)
			continue;
		visit(g, folder, name, strlen(name), rest);
	}
	git_tree_free(tree);
}

bool mg_tree_glob(struct mg_tree *tree, const char *folder, const char *pattern,
	void (*found)(void *context, enum mg_tree_kind kind, const char *path), void *context)
{
	struct glob g = {tree, found, context, 0};
	match(&g, folder, pattern);
	return g.visits <= VISITS_MAX;
}
