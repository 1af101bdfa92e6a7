/* git.c: records as files of a ref of their own in a repository, git:REMOTE. It needs no service beside the one that
 * the model's code has.
 *
 * refs/modelgate/history/MODEL has a commit for each record, whose tree holds all of them by their names. A record is
 * a commit on top of the one that was seen, and the remote takes it only where that one still stands. */
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/map.h"
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
	bool moved; /* by us since */
};

struct state {
	struct mg_git git;
	struct mg_remote remote;
	pthread_mutex_t
		lock; /* of all below, and of the repository: libgit2 is for one thread at a time */
	struct mg_arena *arena;
	struct mg_map tips; /* by model */
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
	pthread_mutex_init(&s->lock, NULL);
	s->arena = mg_arena_new();
	mg_map_init(&s->tips, s->arena);
	if (!*store->place)
		return mg_fail(err, MG_EUSAGE, "git: names no remote; write it as git:origin");
	MG_TRY(mg_git_open(store->arena, repo, &s->git, err));
	MG_TRY(mg_remote_find(store->arena, &s->git, store->place, &s->remote, err));
	store->described = mg_printf(store->arena, "git history at %s", s->remote.address);
	return MG_OK;
}

static void close_git(struct mg_store *store)
{
	struct state *s = store->state;
	if (!s)
		return;
	mg_git_close(&s->git);
	mg_arena_free(s->arena);
	pthread_mutex_destroy(&s->lock);
}

/* ---- the ref ---- */

static struct tip *tip_of(struct state *s, const char *model)
{
	struct tip *tip = mg_map_get(&s->tips, model);
	if (tip)
		return tip;
	tip = mg_alloc(s->arena, sizeof(*tip));
	tip->ref = mg_printf(s->arena, REFS "%s", model);
	mg_map_put(&s->tips, model, tip);
	return tip;
}

static const char *model_of(struct mg_arena *arena, const char *name)
{
	return mg_strndup(arena, name, strcspn(name, "/"));
}

/* Fetches the ref of a model, or those of all (""). */
static int look(struct state *s, const char *model, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_remote_refs refs = {0};
	MG_TRY(mg_remote_fetch_refs(
		scratch, &s->git, &s->remote, mg_printf(scratch, REFS "%s", model), &refs, err));
	if (*model)
		tip_of(s, model)->there = false;
	for (size_t i = 0; i < refs.count; i++) {
		struct tip *tip = tip_of(s, refs.list[i].name + strlen(REFS));
		tip->there = git_oid_fromstr(&tip->commit, refs.list[i].id) == 0;
		tip->moved = false;
	}
	return MG_OK;
}

/* The tip as it was seen last, or is seen now when it was not. */
static int find_tip(struct state *s, const char *model, struct tip **out, struct mg_error *err)
{
	*out = mg_map_get(&s->tips, model);
	if (!*out || (*out)->moved) {
		MG_TRY(look(s, model, err));
		*out = tip_of(s, model);
	}
	return MG_OK;
}

/* NULL where the ref is not there yet. */
static int open_tree(const struct state *s, const struct tip *tip, git_commit **out_commit,
	git_tree **out_tree, struct mg_error *err)
{
	*out_commit = NULL;
	*out_tree = NULL;
	if (!tip->there)
		return MG_OK;
	int code = git_commit_lookup(out_commit, s->git.repo, &tip->commit);
	if (code == 0)
		code = git_commit_tree(out_tree, *out_commit);
	return code == 0 ? MG_OK : mg_git_fail(err, code, "read %s", tip->ref);
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

static int try_put(struct mg_store *store, const struct draft *d, const char *model,
	enum outcome *out, struct mg_error *err)
{
	struct state *s = store->state;
	git_commit *parent = NULL;
	git_tree *tree = NULL;
	git_oid commit;
	enum mg_pushed pushed = MG_PUSHED;
	MG_TRY(look(s, model, err));
	struct tip *tip = tip_of(s, model);
	int code = open_tree(s, tip, &parent, &tree, err);
	bool there = code == MG_OK && holds(tree, d->name);
	if (code == MG_OK && !there)
		code = make_commit(s, d, parent, tree, &commit, err);
	git_tree_free(tree);
	git_commit_free(parent);
	if (code == MG_OK && !there) {
		code = mg_remote_push(store->arena, &s->git, &s->remote, tip->ref,
			tip->there ? &tip->commit : NULL, &commit, &pushed, err);
		tip->moved = true;
	}
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
	const char *model = model_of(store->arena, name);
	for (int tries = 0; tries < MOST_TRIES && outcome == LOST; tries++) {
		if (tries > 0)
			wait_after_loss(tries);
		MG_TRY(try_put(store, &draft, model, &outcome, err));
	}
	if (outcome == LOST)
		return mg_fail(err, MG_EIO,
			"others wrote to " REFS
			"%s of %s at the same time, and were faster %d times; "
			"nothing was written; run the same command again",
			model, s->remote.address, MOST_TRIES);
	*out_made = outcome == MADE;
	return MG_OK;
}

/* ---- reading ---- */

static int read_blob(const struct state *s, struct mg_arena *arena, const git_tree *tree,
	const char *name, size_t max_bytes, char **out, size_t *out_len, struct mg_error *err)
{
	git_tree_entry *entry = NULL;
	git_blob *blob = NULL;
	if (!tree || git_tree_entry_bypath(&entry, tree, name) != 0)
		return mg_fail(err, MG_ENOTFOUND, "its model's ref does not have it");
	int code = git_blob_lookup(&blob, s->git.repo, git_tree_entry_id(entry));
	git_tree_entry_free(entry);
	if (code != 0)
		return mg_git_fail(err, code, "read it");
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

static int get_locked(struct state *s, struct mg_arena *arena, const char *name, size_t max_bytes,
	char **out, size_t *out_len, struct mg_error *err)
{
	git_commit *commit = NULL;
	git_tree *tree = NULL;
	struct tip *tip = NULL;
	MG_TRY(find_tip(s, model_of(arena, name), &tip, err));
	int code = open_tree(s, tip, &commit, &tree, err);
	if (code == MG_OK)
		code = read_blob(s, arena, tree, name, max_bytes, out, out_len, err);
	git_tree_free(tree);
	git_commit_free(commit);
	return code;
}

static int get(struct mg_store *store, struct mg_arena *arena, const char *name, size_t max_bytes,
	char **out, size_t *out_len, struct mg_error *err)
{
	struct state *s = store->state;
	pthread_mutex_lock(&s->lock);
	int code = get_locked(s, arena, name, max_bytes, out, out_len, err);
	pthread_mutex_unlock(&s->lock);
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

/* Names within a tree begin with their model's. */
static int list_tip(struct walk *w, const struct tip *tip, struct mg_error *err)
{
	git_commit *commit = NULL;
	git_tree *tree = NULL;
	int code = open_tree(w->store->state, tip, &commit, &tree, err);
	if (tree && code == MG_OK) {
		int walked = git_tree_walk(tree, GIT_TREEWALK_PRE, look_at, w);
		if (walked < 0)
			code = mg_git_fail(err, walked, "list %s", tip->ref);
	}
	git_tree_free(tree);
	git_commit_free(commit);
	return code;
}

static int list(struct mg_store *store, const char *prefix, const char *after,
	struct mg_store_names *out, struct mg_error *err)
{
	struct state *s = store->state;
	struct walk w = {.store = store, .prefix = prefix, .after = after, .names = out};
	const char *model = model_of(store->arena, prefix);
	*out = (struct mg_store_names){0};
	MG_TRY(look(s, model, err));
	for (size_t i = 0; i < s->tips.count; i++)
		if (!*model || mg_streq(s->tips.entries[i].key, model))
			MG_TRY(list_tip(&w, s->tips.entries[i].value, err));
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
	.close = close_git,
};
