/* git.c: records as files of a ref of their own in a repository, git:REMOTE. It needs no service beside the one that
 * the model's code has.
 *
 * refs/modelgate/history/MODEL has a commit for each record, whose tree holds all of them by their names. A record is
 * a commit on top of the one that was seen, and the remote takes it only where that one still stands. */
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "git/git.h"
#include "git/remote.h"
#include "git/tagger.h"
#include "history/store.h"

#define REFS "refs/modelgate/history/"
enum {
	MOST_TRIES = 50, /* each that is lost is one that another writer won */
	MOST_DEPTH = 8,
};

/* A model's ref, as it was when it was last fetched. */
struct tip {
	const char *ref;
	git_oid commit;
	bool there;
};

struct state {
	struct mg_git git;
	struct mg_remote remote;
	struct tip tip; /* of the model that was asked for last; ref NULL: none */
};

static const char *takes(const char *address)
{
	static const char prefix[] = "git:";
	return mg_starts_with(address, prefix) ? address + strlen(prefix) : NULL;
}

static int open_git(struct mg_store *store, const char *repo, struct mg_error *err)
{
	struct state *s = mg_alloc(store->arena, sizeof(*s));
	store->state = s;
	if (!*store->place)
		return mg_fail(err, MG_EUSAGE, "git: names no remote; write it as git:origin");
	MG_TRY(mg_git_open(store->arena, repo, &s->git, err));
	return mg_remote_find(store->arena, &s->git, store->place, &s->remote, err);
}

static void close_git(struct mg_store *store)
{
	struct state *s = store->state;
	if (s)
		mg_git_close(&s->git);
}

static const char *describe(struct mg_store *store)
{
	const struct state *s = store->state;
	return mg_printf(store->arena, "git history at %s", s->remote.address);
}

/* ---- the ref ---- */

/* Fetches the ref of the model that a name or a prefix begins with. */
static int look(struct mg_store *store, const char *name, struct mg_error *err)
{
	struct state *s = store->state;
	s->tip = (struct tip){
		.ref = mg_printf(store->arena, REFS "%.*s", (int)strcspn(name, "/"), name)};
	return mg_remote_fetch_ref(
		store->arena, &s->git, &s->remote, s->tip.ref, &s->tip.commit, &s->tip.there, err);
}

/* NULL where the ref is not there yet. */
static int open_tree(
	const struct state *s, git_commit **out_commit, git_tree **out_tree, struct mg_error *err)
{
	*out_commit = NULL;
	*out_tree = NULL;
	if (!s->tip.there)
		return MG_OK;
	int code = git_commit_lookup(out_commit, s->git.repo, &s->tip.commit);
	if (code == 0)
		code = git_commit_tree(out_tree, *out_commit);
	return code == 0 ? MG_OK : mg_git_fail(err, code, "read %s", s->tip.ref);
}

static bool holds(const git_tree *tree, const char *name)
{
	git_tree_entry *entry = NULL;
	bool there = tree && git_tree_entry_bypath(&entry, tree, name) == 0;
	git_tree_entry_free(entry);
	return there;
}

/* ---- writing ---- */

struct draft {
	const char *name, *bytes;
	size_t len;
	const struct mg_tagger *author;
};

/* The tree with the record in it, as a commit on top of the one that holds the tree. */
static int make_commit(const struct state *s, const struct draft *d, git_commit *parent,
	git_tree *tree, git_oid *out, struct mg_error *err)
{
	git_tree_update update = {
		.action = GIT_TREE_UPDATE_UPSERT, .filemode = GIT_FILEMODE_BLOB, .path = d->name};
	git_oid grown;
	git_tree *whole = NULL;
	git_signature *author = NULL;
	const git_commit *parents[] = {parent};
	int code = git_blob_create_from_buffer(&update.id, s->git.repo, d->bytes, d->len);
	if (code == 0)
		code = git_tree_create_updated(&grown, s->git.repo, tree, 1, &update);
	if (code == 0)
		code = git_tree_lookup(&whole, s->git.repo, &grown);
	if (code == 0)
		code = git_signature_new(&author, d->author->name, d->author->email,
			mg_clock_now_us() / 1000000, d->author->offset_minutes);
	if (code == 0)
		code = git_commit_create(out, s->git.repo, NULL, author, author, NULL, d->name,
			whole, parent ? 1 : 0, parents);
	git_signature_free(author);
	git_tree_free(whole);
	return code == 0 ? MG_OK : mg_git_fail(err, code, "write a commit for %s", d->name);
}

/* Once: *out says whether it is in, was there, or others came first. */
enum outcome { MADE, THERE, LOST };

static int try_put(
	struct mg_store *store, const struct draft *d, enum outcome *out, struct mg_error *err)
{
	struct state *s = store->state;
	git_commit *parent = NULL;
	git_tree *tree = NULL;
	git_oid commit;
	enum mg_pushed pushed = MG_PUSHED;
	MG_TRY(look(store, d->name, err));
	int code = open_tree(s, &parent, &tree, err);
	bool there = code == MG_OK && holds(tree, d->name);
	if (code == MG_OK && !there)
		code = make_commit(s, d, parent, tree, &commit, err);
	git_tree_free(tree);
	git_commit_free(parent);
	if (code == MG_OK && !there)
		code = mg_remote_push(store->arena, &s->git, &s->remote, s->tip.ref,
			s->tip.there ? &s->tip.commit : NULL, &commit, &pushed, err);
	*out = there ? THERE : pushed == MG_PUSHED ? MADE : LOST;
	return code;
}

/* Losers come back one after the other. */
static void wait_after_loss(int tries)
{
	long ms = 20L * (tries < 20 ? tries : 20) + (long)(mg_clock_now_us() % 199);
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static int put_if_absent(struct mg_store *store, const char *name, const char *bytes, size_t len,
	bool *out_made, struct mg_error *err)
{
	struct state *s = store->state;
	struct mg_tagger author;
	enum outcome outcome = LOST;
	MG_TRY(mg_tagger_find(store->arena, &s->git, &author, err));
	const struct draft draft = {name, bytes, len, &author};
	for (int tries = 0; tries < MOST_TRIES && outcome == LOST; tries++) {
		if (tries > 0)
			wait_after_loss(tries);
		MG_TRY(try_put(store, &draft, &outcome, err));
	}
	if (outcome == LOST)
		return mg_fail(err, MG_EIO,
			"others wrote to %s of %s at the same time, and were faster %d times; "
			"nothing was written; run the same command again",
			s->tip.ref, s->remote.address, MOST_TRIES);
	*out_made = outcome == MADE;
	s->tip.ref = NULL; /* it moved */
	return MG_OK;
}

/* ---- reading ---- */

static int read_blob(const struct state *s, struct mg_arena *arena, const git_tree *tree,
	const char *name, size_t max_bytes, char **out, size_t *out_len, struct mg_error *err)
{
	git_tree_entry *entry = NULL;
	git_blob *blob = NULL;
	if (!tree || git_tree_entry_bypath(&entry, tree, name) != 0)
		return mg_fail(err, MG_ENOTFOUND, "it is not in %s", s->tip.ref);
	int code = git_blob_lookup(&blob, s->git.repo, git_tree_entry_id(entry));
	git_tree_entry_free(entry);
	if (code != 0)
		return mg_git_fail(err, code, "read it from %s", s->tip.ref);
	size_t len = (size_t)git_blob_rawsize(blob);
	if (len <= max_bytes) {
		*out = mg_alloc(arena, len + 1);
		memcpy(*out, git_blob_rawcontent(blob), len);
		*out_len = len;
	}
	git_blob_free(blob);
	return len <= max_bytes ? MG_OK
				: mg_fail(err, MG_ELIMIT, "it is larger than %zu bytes", max_bytes);
}

static int get(struct mg_store *store, struct mg_arena *arena, const char *name, size_t max_bytes,
	char **out, size_t *out_len, struct mg_error *err)
{
	struct state *s = store->state;
	git_commit *commit = NULL;
	git_tree *tree = NULL;
	size_t model = strcspn(name, "/");
	if (!s->tip.ref || strlen(s->tip.ref) != strlen(REFS) + model ||
		strncmp(s->tip.ref + strlen(REFS), name, model) != 0)
		MG_TRY(look(store, name, err));
	int code = open_tree(s, &commit, &tree, err);
	if (code == MG_OK)
		code = read_blob(s, arena, tree, name, max_bytes, out, out_len, err);
	git_tree_free(tree);
	git_commit_free(commit);
	return code;
}

/* ---- the list ---- */

struct walk {
	struct mg_store *store;
	const char *prefix, *after;
	struct mg_store_names *names;
	size_t capacity;
};

/* May anything below the folder be wanted? It ends with a slash. */
static bool is_on_the_way(const struct walk *w, const char *folder)
{
	size_t len = strlen(folder), depth = 0;
	for (const char *at = folder; (at = strchr(at, '/')); at++)
		depth++;
	size_t shared = len < strlen(w->prefix) ? len : strlen(w->prefix);
	return depth < MOST_DEPTH && strncmp(folder, w->prefix, shared) == 0 &&
		strncmp(folder, w->after, len) >= 0;
}

/* 1: nothing of this folder is wanted. */
static int look_at(const char *root, const git_tree_entry *entry, void *context)
{
	struct walk *w = context;
	const char *name = mg_printf(w->store->arena, "%s%s", root, git_tree_entry_name(entry));
	if (git_tree_entry_type(entry) == GIT_OBJECT_TREE)
		return is_on_the_way(w, mg_printf(w->store->arena, "%s/", name)) ? 0 : 1;
	if (mg_starts_with(name, w->prefix) && strcmp(name, w->after) > 0)
		mg_store_add_name(w->store, w->names, &w->capacity, name);
	return 0;
}

static int list(struct mg_store *store, const char *prefix, const char *after,
	struct mg_store_names *out, struct mg_error *err)
{
	const struct state *s = store->state;
	struct walk w = {.store = store, .prefix = prefix, .after = after, .names = out};
	git_commit *commit = NULL;
	git_tree *tree = NULL;
	*out = (struct mg_store_names){0};
	MG_TRY(look(store, prefix, err));
	int code = open_tree(s, &commit, &tree, err);
	if (tree && code == MG_OK) {
		int walked = git_tree_walk(tree, GIT_TREEWALK_PRE, look_at, &w);
		if (walked < 0)
			code = mg_git_fail(err, walked, "list %s", s->tip.ref);
	}
	git_tree_free(tree);
	git_commit_free(commit);
	mg_store_sort(out);
	return code;
}

/* A ref each. */
static int models(struct mg_store *store, struct mg_store_names *out, struct mg_error *err)
{
	const struct state *s = store->state;
	struct mg_remote_refs refs;
	size_t capacity = 0;
	*out = (struct mg_store_names){0};
	MG_TRY(mg_remote_list(store->arena, &s->git, &s->remote,
		mg_clock_ticks() + s->remote.timeout_s, &refs, err));
	for (size_t i = 0; i < refs.count; i++)
		if (mg_starts_with(refs.list[i].name, REFS))
			mg_store_add_name(store, out, &capacity, refs.list[i].name + strlen(REFS));
	mg_store_sort(out);
	return MG_OK;
}

const struct mg_store_ops mg_store_git = {
	.name = "git",
	.is_remote = true,
	.takes = takes,
	.open = open_git,
	.put_if_absent = put_if_absent,
	.get = get,
	.list = list,
	.models = models,
	.describe = describe,
	.close = close_git,
};
