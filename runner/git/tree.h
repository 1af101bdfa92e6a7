/* tree.h: what a commit holds where a path leads, through its links and submodules, as a work tree would have it. */
#ifndef MG_GIT_TREE_H
#define MG_GIT_TREE_H

#include "git/git.h"

enum mg_tree_kind {
	MG_TREE_NONE, /* the commit holds nothing there */
	MG_TREE_FILE,
	MG_TREE_FOLDER,
	MG_TREE_OUTSIDE, /* a link leads to what the commit does not hold */
	MG_TREE_UNKNOWN, /* not in this clone: a link's text, a submodule; or links without end */
};

/* The tree of one commit. */
struct mg_tree {
	struct mg_arena *arena;
	const struct mg_git *git; /* NULL: a submodule's */
	git_repository *repo;
	git_tree *root; /* NULL: this clone has it not */
	/* The submodule that was looked into last, and where it lies. */
	struct mg_tree *inner;
	const char *inner_path;
};

/* MG_EIO when the commit cannot be read. Close it in any case. */
MG_MUST_USE int mg_tree_open(struct mg_arena *arena, const struct mg_git *git,
	const git_oid *commit, struct mg_tree *out, struct mg_error *err);
void mg_tree_close(struct mg_tree *tree);
#define MG_SCOPED_TREE __attribute__((cleanup(mg_tree_close))) struct mg_tree

/* Follows the path from a folder of the tree; "" is the top. *out_real is where it ends, from the top and without links:
 * for files and folders. */
enum mg_tree_kind mg_tree_find(
	struct mg_tree *tree, const char *folder, const char *path, const char **out_real);

/* Calls found() for each file that the pattern names, from a folder, and for each link among them that leads outside or
 * is not known (path is the link's then). * ? and [ stand for parts of one name; ** is as *. Names that begin with . or _ are
 * passed over, as readers of folders do. False: there is no end of them. */
bool mg_tree_glob(struct mg_tree *tree, const char *folder, const char *pattern,
	void (*found)(void *context, enum mg_tree_kind kind, const char *path), void *context);

#endif
