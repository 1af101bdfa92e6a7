/* changed.c: one diff of two trees, and the models whose files are in it. */
#include "registry/changed.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/map.h"
#include "base/text.h"
#include "registry/policy.h"
#include "registry/tag_name.h"
#include "spec/diag.h"
#include "spec/node.h"

#define SPEC_FILE "modelgate.yaml"
enum { MODELS_MAX = 10000 };

/* ---- models ---- */

struct model {
	struct mg_changed_model is;
	const char **inputs; /* paths or patterns */
	size_t input_count, input_capacity;
};
struct models {
	struct mg_arena *arena;
	const struct mg_git *git;
	const git_oid *commit;
	const struct mg_policy *of_branch; /* policy of the protected branch; NULL: not known */
	struct model *list;
	size_t count, capacity;
	bool too_many;
};

static struct model *add_model(struct models *m)
{
	m->list = mg_grow(m->arena, m->list, m->count, &m->capacity, sizeof(*m->list));
	m->list[m->count] = (struct model){0};
	return &m->list[m->count++];
}

static void add_input(struct models *m, struct model *model, const char *path)
{
	model->inputs = mg_grow(m->arena, model->inputs, model->input_count, &model->input_capacity,
		sizeof(*model->inputs));
	model->inputs[model->input_count++] = path;
}

static const char *join(struct mg_arena *arena, const char *folder, const char *name)
{
	return *folder ? mg_printf(arena, "%s/%s", folder, name) : mg_strdup(arena, name);
}

/* What a path that a spec names may be, from the top of the repository: NULL when it leads out of it.
 * Variables may stand for anything. */
static const char *pattern_of(struct mg_arena *arena, const char *folder, const char *path)
{
	const char *plain = mg_path_plain(arena, folder, path);
	struct mg_text pattern;
	if (!plain)
		return NULL;
	mg_text_init(&pattern, arena);
	for (const char *s = plain; *s;) {
		const char *end = s[0] == '$' && s[1] == '{' ? strchr(s, '}') : NULL;
		mg_text_add_char(&pattern, end ? '*' : *s);
		s = end ? end + 1 : s + 1;
	}
	return pattern.data;
}

static void add_policy_input(struct models *m, struct model *model, const char *path)
{
	const char *plain = pattern_of(m->arena, "", path);
	if (plain && *plain)
		add_input(m, model, plain);
}

static void add_data(
	struct models *m, struct model *model, const char *folder, const struct mg_node *data)
{
	for (size_t i = 0; data && data->type == MG_NODE_MAPPING && i < data->count; i++) {
		const struct mg_node *value = data->pairs[i].value;
		const struct mg_node *path = value->type == MG_NODE_MAPPING
			? mg_node_get(value, "path")
			: value;
		const char *input = path && path->type == MG_NODE_SCALAR
			? pattern_of(m->arena, folder, path->text)
			: NULL;
		if (input && *input)
			add_input(m, model, input);
	}
}

/* Files that the data of the spec and of its stages names, and the model's name; NULL when it says none.
 * A spec that is wrong or not there is no matter here: its model has to be run to say so. One that is
 * there and cannot be read (a partial clone) is: what touches its model is not known. */
static int read_spec(
	struct models *m, struct model *model, const char **out_name, struct mg_error *err)
{
	struct mg_diags diags = {.arena = m->arena};
	const char *text = NULL;
	size_t len = 0;
	*out_name = NULL;
	int code = mg_git_file(m->arena, m->git, m->commit, model->is.spec, &text, &len, err);
	if (code != MG_OK)
		return code == MG_ENOTFOUND ? MG_OK : code;
	const char *folder = mg_path_dir(m->arena, model->is.spec);
	const struct mg_node *root = mg_node_read(m->arena, text, len, &diags);
	add_data(m, model, folder, mg_node_get(root, "data"));
	const struct mg_node *stages = mg_node_get(root, "stages");
	for (size_t i = 0; stages && stages->type == MG_NODE_MAPPING && i < stages->count; i++)
		add_data(m, model, folder, mg_node_get(stages->pairs[i].value, "data"));
	const struct mg_node *name = mg_node_get(root, "model");
	if (name && name->type == MG_NODE_SCALAR)
		*out_name = name->text;
	return MG_OK;
}

static int read_policy_models(
	struct models *m, const struct mg_policy *policy, struct mg_error *err)
{
	const char *ignored = NULL;
	for (size_t i = 0; i < policy->model_count; i++) {
		const struct mg_policy_model *from = &policy->models[i];
		struct model *model = add_model(m);
		model->is.name = from->name;
		model->is.folder = from->folder;
		model->is.spec = from->spec ? from->spec : join(m->arena, from->folder, SPEC_FILE);
		for (size_t k = 0; k < from->input_count; k++)
			add_policy_input(m, model, from->inputs[k]);
		MG_TRY(read_spec(m, model, &ignored, err));
	}
	return MG_OK;
}

/* Called for each entry of the tree, in order of paths. */
static int find_spec(const char *root, const git_tree_entry *entry, void *context)
{
	struct models *m = context;
	if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB ||
		strcmp(git_tree_entry_name(entry), SPEC_FILE) != 0)
		return 0;
	m->too_many = m->count == MODELS_MAX;
	if (m->too_many)
		return -1;
	size_t n = strlen(root);
	struct model *model = add_model(m);
	model->is.folder = mg_strndup(m->arena, root, n ? n - 1 : 0);
	model->is.spec = mg_printf(m->arena, "%s" SPEC_FILE, root);
	return 0;
}

static int by_folder(const void *a, const void *b)
{
	return strcmp(((const struct model *)a)->is.folder, ((const struct model *)b)->is.folder);
}

/* By the spec's `model`; when two bear one name, folder:name as in a mono-repo's tags. */
static int name_models(struct models *m, struct mg_error *err)
{
	struct mg_map counts;
	mg_map_init(&counts, m->arena);
	if (m->count > 0)
		qsort(m->list, m->count, sizeof(*m->list), by_folder);
	for (size_t i = 0; i < m->count; i++) {
		struct model *model = &m->list[i];
		const char *name = NULL;
		MG_TRY(read_spec(m, model, &name, err));
		const char *slash = strrchr(model->is.folder, '/');
		model->is.name = name       ? name
			: *model->is.folder ? (slash ? slash + 1 : model->is.folder)
					    : "model";
		size_t seen = (size_t)(uintptr_t)mg_map_get(&counts, model->is.name);
		mg_map_put(&counts, model->is.name, (void *)(uintptr_t)(seen + 1));
	}
	for (size_t i = 0; i < m->count; i++) {
		struct model *model = &m->list[i];
		if ((uintptr_t)mg_map_get(&counts, model->is.name) > 1 && *model->is.folder)
			model->is.name = mg_printf(
				m->arena, "%s:%s", model->is.folder, model->is.name);
	}
	return MG_OK;
}

static struct model *find_model(const struct models *m, const char *name, const char *spec)
{
	for (size_t i = 0; i < m->count; i++)
		if (mg_streq(m->list[i].is.name, name) || mg_streq(m->list[i].is.spec, spec))
			return &m->list[i];
	return NULL;
}

/* What the protected branch says of a model holds as well: a commit that drops a model or its inputs from the
 * list does not keep its own changes from being seen. */
static int add_of_branch(struct models *m, struct mg_error *err)
{
	size_t count = m->of_branch ? m->of_branch->model_count : 0;
	for (size_t i = 0; i < count; i++) {
		const struct mg_policy_model *from = &m->of_branch->models[i];
		const char *ignored = NULL, *text;
		size_t len;
		const char *spec = from->spec ? from->spec
					      : join(m->arena, from->folder, SPEC_FILE);
		struct model *model = find_model(m, from->name, spec);
		struct mg_error missing = {0};
		if (!model &&
			mg_git_file(m->arena, m->git, m->commit, spec, &text, &len, &missing) ==
				MG_ENOTFOUND)
			continue; /* given up, or not yet there */
		if (!model) {
			model = add_model(m);
			model->is = (struct mg_changed_model){
				.name = from->name, .folder = from->folder, .spec = spec};
			MG_TRY(read_spec(m, model, &ignored, err));
		} else if (!mg_streq(model->is.folder, from->folder)) {
			add_input(m, model, from->folder);
		}
		for (size_t k = 0; k < from->input_count; k++)
			add_policy_input(m, model, from->inputs[k]);
	}
	return MG_OK;
}

static int read_models(struct models *m, struct mg_error *err)
{
	struct mg_policy policy;
	git_commit *commit = NULL;
	git_tree *tree = NULL;
	MG_TRY(mg_policy_read(m->arena, m->git, m->commit, &policy, err));
	if (policy.model_count > 0)
		return read_policy_models(m, &policy, err);
	int code = git_commit_lookup(&commit, m->git->repo, m->commit);
	if (code == 0)
		code = git_commit_tree(&tree, commit);
	if (code == 0)
		code = git_tree_walk(tree, GIT_TREEWALK_PRE, find_spec, m);
	git_tree_free(tree);
	git_commit_free(commit);
	if (m->too_many)
		return mg_fail(err, MG_ELIMIT,
			"commit %.12s has more than %d files " SPEC_FILE ", and some would not be "
			"looked at; list the models in .modelgate.yaml",
			git_oid_tostr_s(m->commit), MODELS_MAX);
	if (code != 0)
		return mg_git_fail(
			err, code, "read the files of %.12s", git_oid_tostr_s(m->commit));
	return name_models(m, err);
}

/* ---- touching ---- */

static bool is_inside(const char *path, const char *folder)
{
	size_t n = strlen(folder);
	return n == 0 || (strncmp(path, folder, n) == 0 && path[n] == '/');
}

/* The file belongs to the innermost model's folder. */
static bool is_own(const struct models *m, const struct model *model, const char *path)
{
	if (!is_inside(path, model->is.folder))
		return false;
	for (size_t i = 0; i < m->count; i++)
		if (strlen(m->list[i].is.folder) > strlen(model->is.folder) &&
			is_inside(path, m->list[i].is.folder))
			return false;
	return true;
}

static bool is_input(const struct model *model, const char *path)
{
	for (size_t i = 0; i < model->input_count; i++)
		if (is_inside(path, model->inputs[i]) || mg_streq(path, model->inputs[i]) ||
			mg_glob_match(model->inputs[i], path))
			return true;
	return mg_streq(path, model->is.spec);
}

static void touch(struct models *m, const char *path)
{
	for (size_t i = 0; path && i < m->count; i++) {
		struct model *model = &m->list[i];
		if (!model->is.path && (is_own(m, model, path) || is_input(model, path)))
			model->is.path = mg_strdup(m->arena, path);
	}
}

static int tree_of(
	const struct mg_git *git, const git_oid *id, git_tree **out, struct mg_error *err)
{
	git_commit *commit = NULL;
	int code = git_commit_lookup(&commit, git->repo, id);
	if (code == 0)
		code = git_commit_tree(out, commit);
	git_commit_free(commit);
	return code == 0 ? MG_OK : mg_git_fail(err, code, "read commit %.12s", git_oid_tostr_s(id));
}

static int diff(struct models *m, const git_oid *base, struct mg_error *err)
{
	git_tree *before = NULL, *after = NULL;
	git_diff *changes = NULL;
	int code = tree_of(m->git, base, &before, err);
	if (code == MG_OK)
		code = tree_of(m->git, m->commit, &after, err);
	if (code == MG_OK) {
		git_diff_options options;
		git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
		options.flags = GIT_DIFF_SKIP_BINARY_CHECK | GIT_DIFF_INCLUDE_TYPECHANGE;
		code = git_diff_tree_to_tree(&changes, m->git->repo, before, after, &options);
		if (code != 0)
			code = mg_git_fail(err, code, "compare the two commits");
	}
	for (size_t i = 0; code == MG_OK && i < git_diff_num_deltas(changes); i++) {
		const git_diff_delta *delta = git_diff_get_delta(changes, i);
		touch(m, delta->old_file.path);
		touch(m, delta->new_file.path);
	}
	git_diff_free(changes);
	git_tree_free(after);
	git_tree_free(before);
	return code;
}

/* ---- the range ---- */

struct range {
	const char *base, *head;
	bool since_parted; /* three dots */
};

static int read_range(
	struct mg_arena *arena, const char *text, struct range *out, struct mg_error *err)
{
	const char *dots = strstr(text, "..");
	if (!dots || dots == text)
		return mg_fail(err, MG_EUSAGE,
			"'%s' is not a range of commits; accepted are BASE..HEAD and BASE...HEAD, "
			"as in origin/main...HEAD",
			text);
	out->since_parted = dots[2] == '.';
	out->base = mg_strndup(arena, text, (size_t)(dots - text));
	out->head = dots + (out->since_parted ? 3 : 2);
	if (*out->head == '\0')
		out->head = "HEAD";
	return MG_OK;
}

static int find_base(const struct mg_git *git, const struct range *range, const git_oid *head,
	git_oid *out, struct mg_error *err)
{
	struct mg_error missing = {0};
	git_oid base;
	if (mg_git_commit(git, range->base, out, &missing) != MG_OK)
		return mg_fail(err, MG_EUSAGE,
			"there is no commit '%s' in this clone to compare "
			"with; " MG_GIT_FULL_CLONE,
			range->base);
	if (!range->since_parted)
		return MG_OK;
	/* libgit2 1.5 fails at the first parent that is not there, and leaks. */
	if (git->shallow)
		return mg_fail(err, MG_EUSAGE,
			"where '%s' and '%s' diverge cannot be seen in this clone, whose history "
			"was cut off; write %s..%s to compare them as they are, or " MG_GIT_FULL_CLONE,
			range->base, range->head, range->base, range->head);
	base = *out;
	int code = git_merge_base(out, git->repo, &base, head);
	if (code == 0)
		return MG_OK;
	return mg_fail(err, MG_EUSAGE,
		"'%s' and '%s' have no commit in common; write %s..%s to compare them as they are",
		range->base, range->head, range->base, range->head);
}

/* Azure and git hooks name it when a branch is new. */
static bool is_zero(const char *base)
{
	return strlen(base) >= 7 && strspn(base, "0") == strlen(base);
}

int mg_changed_read(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_policy *of_branch, const char *range, struct mg_changed *out,
	struct mg_error *err)
{
	struct range ends = {.base = "", .head = "HEAD"};
	git_oid head = {{0}}, base = {{0}};
	MG_TRY(read_range(arena, range, &ends, err));
	MG_TRY(mg_git_commit(git, ends.head, &head, err));
	struct models m = {.arena = arena, .git = git, .commit = &head, .of_branch = of_branch};
	bool all = is_zero(ends.base);
	if (!all)
		MG_TRY(find_base(git, &ends, &head, &base, err));
	MG_TRY(read_models(&m, err));
	MG_TRY(add_of_branch(&m, err));
	if (!all)
		MG_TRY(diff(&m, &base, err));
	*out = (struct mg_changed){
		.list = mg_alloc_array(arena, m.count, sizeof(*out->list)), .models = m.count};
	for (size_t i = 0; i < m.count; i++)
		if (all || m.list[i].is.path)
			out->list[out->count++] = m.list[i].is;
	return MG_OK;
}
