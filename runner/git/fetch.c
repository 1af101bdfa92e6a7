/* fetch.c: lists what a remote has, and brings its branches and tags into the clone. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "git/program.h"
#include "git/refusal.h"

/* ---- the list ---- */

static int by_name(const void *a, const void *b)
{
	const struct mg_remote_ref *x = a, *y = b;
	return strcmp(x->name, y->name);
}

/* Listings hold "refs/tags/x^{}" as well: what the tag marks. */
static bool is_ref(const char *name)
{
	int valid = 0;
	return git_reference_name_is_valid(&valid, name) == 0 && valid;
}

/* "ref: refs/heads/main\tHEAD", where HEAD leads; "<40 hex>\t<name>". False when it is neither. */
static bool read_line(
	struct mg_arena *arena, char *line, struct mg_remote_refs *out, size_t *capacity)
{
	static const char leads[] = "ref: ";
	char *name = strchr(line, '\t');
	if (!name)
		return false;
	*name++ = '\0';
	if (mg_starts_with(line, leads)) {
		if (mg_streq(name, "HEAD"))
			out->head = line + sizeof(leads) - 1;
		return true;
	}
	if (strlen(line) != GIT_OID_HEXSZ)
		return false;
	if (!is_ref(name))
		return true;
	out->list = mg_grow(arena, out->list, out->count, capacity, sizeof(*out->list));
	out->list[out->count++] = (struct mg_remote_ref){.id = line, .name = name};
	return true;
}

int mg_remote_list(struct mg_arena *arena, const struct mg_git *git, const struct mg_remote *remote,
	double until, struct mg_remote_refs *out, struct mg_error *err)
{
	const char *const arguments[] = {
		"git", "ls-remote", "--quiet", "--symref", "--", MG_GIT_REMOTE, NULL};
	struct mg_git_done done;
	size_t capacity = 0;
	MG_TRY(mg_git_program(arena, git, remote, arguments, until, &done, err));
	if (done.status != 0 || !done.spoke_git)
		return mg_remote_fail(arena, remote, &done, err);
	*out = (struct mg_remote_refs){0};
	for (char *line = done.out, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (!read_line(arena, line, out, &capacity))
			return mg_fail(err, MG_EIO, "%s lists something that is not a ref: %s",
				remote->address, mg_log_safe_cut(arena, line, 100));
	}
	if (out->count > 0)
		qsort(out->list, out->count, sizeof(*out->list), by_name);
	return MG_OK;
}

const char *mg_remote_ref_at(const struct mg_remote_refs *refs, const char *name)
{
	const struct mg_remote_ref wanted = {.name = name}, *found = NULL;
	if (refs->count > 0)
		found = bsearch(&wanted, refs->list, refs->count, sizeof(*refs->list), by_name);
	return found ? found->id : NULL;
}

/* ---- what the clone lacks ---- */

struct fetch {
	struct mg_arena *arena;
	const struct mg_git *git;
	const struct mg_remote *remote;
	struct mg_remote_refs *refs;
	double until;
};

static const char tags[] = "refs/tags/", heads[] = "refs/heads/";

/* Does the clone's own ref of this name stand at the object (NULL: anywhere)? */
static bool stands_at(const struct fetch *f, const char *name, const git_oid *id)
{
	git_oid have;
	return git_reference_name_to_id(&have, f->git->repo, name) == 0 &&
		(!id || git_oid_equal(&have, id));
}

static bool has_object(const struct fetch *f, const git_oid *id)
{
	git_odb *odb = NULL;
	bool has = git_repository_odb(&odb, f->git->repo) == 0 && git_odb_exists(odb, id) == 1;
	git_odb_free(odb);
	return has;
}

/* The i-th rule, where it is one by which the clone keeps branches of the remote, else NULL. */
static git_refspec *branch_rule(const struct fetch *f, size_t i)
{
	git_refspec *rule = NULL;
	if (git_refspec_parse(&rule, f->remote->rules[i], true) == 0 &&
		mg_starts_with(git_refspec_src(rule), heads) && git_refspec_dst(rule) &&
		mg_starts_with(git_refspec_dst(rule), "refs/remotes/"))
		return rule;
	git_refspec_free(rule);
	return NULL;
}

/* Where the clone keeps this branch; NULL: nowhere. */
static char *branch_place(const struct fetch *f, const char *name)
{
	char *place = NULL;
	for (size_t i = 0; i < f->remote->rule_count && !place; i++) {
		git_refspec *rule = branch_rule(f, i);
		git_buf found = {0};
		if (rule && git_refspec_src_matches(rule, name) &&
			git_refspec_transform(&found, rule, name) == 0)
			place = mg_strdup(f->arena, found.ptr);
		git_buf_dispose(&found);
		git_refspec_free(rule);
	}
	return place;
}

enum { MOST_WANTED = 3 };

/* An address has no rules by which branches are kept, and a clone may keep others than the one that
 * commits must be on. */
static bool is_wanted(const struct fetch *f, const char *name)
{
	if (!mg_starts_with(name, heads))
		return false;
	name += strlen(heads);
	return mg_streq(name, "main") || mg_streq(name, "master") ||
		mg_streq(name, f->remote->branch);
}

static bool lacks(const struct fetch *f, const struct mg_remote_ref *ref)
{
	git_oid id;
	if (mg_starts_with(ref->name, tags))
		return !stands_at(f, ref->name, NULL); /* one that is another's stays */
	if (!mg_starts_with(ref->name, heads) || git_oid_fromstr(&id, ref->id) != 0)
		return false;
	const char *place = branch_place(f, ref->name);
	return place ? !stands_at(f, place, &id) : is_wanted(f, ref->name) && !has_object(f, &id);
}

static const char *first_lacking(const struct fetch *f, const char *prefix)
{
	for (size_t i = 0; i < f->refs->count; i++)
		if (mg_starts_with(f->refs->list[i].name, prefix) && lacks(f, &f->refs->list[i]))
			return f->refs->list[i].name;
	return NULL;
}

/* ---- bringing it ---- */

/* By the rules, and not by the names of what is lacking: git looks for each name in the whole list. It
 * takes it amiss when there is none of the name. */
static size_t add_branches(const struct fetch *f, const char **to)
{
	size_t count = 0, wanted = 0;
	for (size_t i = 0; i < f->remote->rule_count; i++) {
		git_refspec *rule = branch_rule(f, i);
		const char *from = rule ? git_refspec_src(rule) : NULL;
		if (rule && (strchr(from, '*') || mg_remote_ref_at(f->refs, from)))
			to[count++] = mg_printf(f->arena, "+%s:%s", from, git_refspec_dst(rule));
		git_refspec_free(rule);
	}
	for (size_t i = 0; i < f->refs->count && wanted < MOST_WANTED; i++) {
		const char *name = f->refs->list[i].name;
		if (!is_wanted(f, name) || branch_place(f, name))
			continue;
		to[count++] = name; /* the objects alone */
		wanted++;
	}
	return count;
}

/* Fetches what these name ("refs/x", "refs/x:refs/y"; ended by NULL), whole objects in a partial clone too, since
 * they are going to be read. */
static int run_fetch(const struct fetch *f, const char *const *what, size_t count,
	struct mg_git_done *out, struct mg_error *err)
{
	const char *const first[] = {"git", "fetch", "--quiet", "--no-tags", "--no-filter",
		"--refmap=", "--no-write-fetch-head", "--no-auto-gc", "--no-prune",
		"--no-show-forced-updates", "--recurse-submodules=no", "--", MG_GIT_REMOTE};
	enum { COUNT = sizeof(first) / sizeof(first[0]) };
	const char **arguments = mg_alloc_array(f->arena, COUNT + count + 1, sizeof(*arguments));
	memcpy(arguments, first, sizeof(first));
	memcpy(arguments + COUNT, what, count * sizeof(*what));
	return mg_git_program(f->arena, f->git, f->remote, arguments, f->until, out, err);
}

/* Without "+" a tag of the clone that is another stays, of which git complains. */
static int download(const struct fetch *f, struct mg_git_done *out, struct mg_error *err)
{
	const char **what = mg_alloc_array(
		f->arena, 1 + f->remote->rule_count + MOST_WANTED, sizeof(*what));
	what[0] = "refs/tags/*:refs/tags/*";
	return run_fetch(f, what, 1 + add_branches(f, what + 1), out, err);
}

/* The list comes after what was fetched, so that the clone has no tag of the remote that is not on it;
 * and the remote may have more by then. */
static int bring(const struct fetch *f, struct mg_error *err)
{
	enum { MOST_TRIES = 5 };
	struct mg_git_done done = {0};
	const char *lacking = NULL;
	for (int i = 0; i < MOST_TRIES && (lacking = first_lacking(f, "")); i++) {
		if (done.status != 0)
			return mg_remote_fail(f->arena, f->remote, &done, err);
		MG_TRY(download(f, &done, err));
		MG_TRY(mg_remote_list(f->arena, f->git, f->remote, f->until, f->refs, err));
	}
	if (!lacking || !(lacking = first_lacking(f, "")))
		return MG_OK;
	return mg_fail(err, MG_EIO, "%s changes faster than it can be fetched, at last %s",
		f->remote->address, mg_log_safe_cut(f->arena, lacking, 300));
}

static int check_shallow(const struct fetch *f, struct mg_error *err)
{
	const char *lacking = first_lacking(f, tags);
	if (!lacking)
		return MG_OK;
	return mg_fail(err, MG_EUSAGE,
		"this clone is shallow and lacks the tag %s, which %s has; " MG_GIT_FULL_CLONE,
		mg_log_safe_cut(f->arena, lacking + strlen(tags), 200), f->remote->address);
}

/* git clone notes which branch is the remote's default one; Azure's checkout does not. */
static void note_default_branch(const struct fetch *f)
{
	git_reference *head = NULL;
	const char *place = f->refs->head ? branch_place(f, f->refs->head) : NULL;
	if (place) /* an older note stays; without one the policy has other ways to know */
		git_reference_symbolic_create(&head, f->git->repo,
			mg_printf(f->arena, "refs/remotes/%s/HEAD", f->remote->name), place, 0,
			NULL);
	git_reference_free(head);
}

static int fetch(const struct fetch *f, struct mg_error *err)
{
	MG_TRY(mg_remote_list(f->arena, f->git, f->remote, f->until, f->refs, err));
	if (f->git->shallow)
		return check_shallow(f, err);
	MG_TRY(bring(f, err));
	note_default_branch(f);
	return MG_OK;
}

int mg_remote_fetch(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_remote *remote, struct mg_remote_refs *out, struct mg_error *err)
{
	const struct fetch f = {arena, git, remote, out, mg_clock_ticks() + remote->timeout_s};
	int code = fetch(&f, err);
	return code == MG_ETIMEOUT ? mg_remote_timeout(arena, remote, "", err) : code;
}

/* ---- refs of our own ---- */

/* Keeps of the list what is `wanted`: a ref, or all below it where it ends with a slash. */
static void keep_wanted(struct mg_remote_refs *refs, const char *wanted)
{
	size_t kept = 0;
	bool below = mg_ends_with(wanted, "/");
	for (size_t i = 0; i < refs->count; i++)
		if (below ? mg_starts_with(refs->list[i].name, wanted)
			  : mg_streq(refs->list[i].name, wanted))
			refs->list[kept++] = refs->list[i];
	refs->count = kept;
}

static bool is_new(const struct fetch *f, const struct mg_remote_ref *ref, git_oid *out)
{
	return git_oid_fromstr(out, ref->id) != 0 || !stands_at(f, ref->name, out);
}

/* What the clone's ref stands at was fetched whole, so the next fetch asks for what is new alone. Not under git's
 * hands, which would fail where another process holds the ref. */
static int fetch_refs(const struct fetch *f, const char *wanted, struct mg_error *err)
{
	struct mg_git_done done;
	git_oid id;
	size_t count = 0;
	MG_TRY(mg_remote_list(f->arena, f->git, f->remote, f->until, f->refs, err));
	keep_wanted(f->refs, wanted);
	const char **names = mg_alloc_array(f->arena, f->refs->count, sizeof(*names));
	for (size_t i = 0; i < f->refs->count; i++)
		if (is_new(f, &f->refs->list[i], &id))
			names[count++] = f->refs->list[i].name;
	if (count == 0)
		return MG_OK;
	MG_TRY(run_fetch(f, names, count, &done, err));
	for (size_t i = 0; i < f->refs->count; i++) {
		git_reference *kept = NULL;
		const struct mg_remote_ref *ref = &f->refs->list[i];
		if (!is_new(f, ref, &id))
			continue;
		if (done.status != 0 || !has_object(f, &id))
			return mg_remote_fail(f->arena, f->remote, &done, err);
		git_reference_create(&kept, f->git->repo, ref->name, &id, 1, NULL);
		git_reference_free(kept);
	}
	return MG_OK;
}

int mg_remote_fetch_refs(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_remote *remote, const char *wanted, struct mg_remote_refs *out,
	struct mg_error *err)
{
	const struct fetch f = {arena, git, remote, out, mg_clock_ticks() + remote->timeout_s};
	int code = fetch_refs(&f, wanted, err);
	return code == MG_ETIMEOUT ? mg_remote_timeout(arena, remote, "", err) : code;
}
