/* network_fetch: brings branches and tags of a remote into the clone, and lists what the remote has. */
#include <string.h>

#include "base/escape.h"
#include "git/network_call.h"

/* Listings hold "refs/tags/x^{}" as well: what the tag marks. */
static bool is_ref(const char *name)
{
	int valid = 0;
	return git_reference_name_is_valid(&valid, name) == 0 && valid;
}

static bool is_tag(const char *name)
{
	return mg_starts_with(name, "refs/tags/") && is_ref(name);
}

/* The clone's own ref; false when there is none. */
static bool local_id(const struct mg_call *call, const char *name, git_oid *out)
{
	return git_reference_name_to_id(out, call->git->repo, name) == 0;
}

static int check_shallow(
	struct mg_call *call, const git_remote_head **heads, size_t count, struct mg_error *err)
{
	for (size_t i = 0; i < count; i++) {
		git_oid have;
		if (is_tag(heads[i]->name) && !local_id(call, heads[i]->name, &have))
			return mg_fail(err, MG_EUSAGE,
				"this clone is shallow and lacks the tag %s, which %s has; " MG_GIT_FULL_CLONE,
				mg_log_safe_cut(
					call->arena, heads[i]->name + strlen("refs/tags/"), 200),
				call->remote->address);
	}
	return MG_OK;
}

static int write_ref(
	struct mg_call *call, const char *name, const git_oid *id, bool move, struct mg_error *err)
{
	git_reference *made = NULL;
	int code = git_reference_create(
		&made, call->git->repo, name, id, move, "fetch by modelgate");
	git_reference_free(made);
	if (code == 0 || (code == GIT_EEXISTS && !move))
		return MG_OK;
	return mg_fail(err, MG_EIO, "cannot write %s into the clone: %s",
		mg_log_safe_cut(call->arena, name, 300),
		mg_log_safe_cut(
			call->arena, git_error_last() ? git_error_last()->message : "", 300));
}

/* A rule by which the clone keeps branches of the remote. */
static bool keeps_branches(const git_refspec *spec)
{
	return git_refspec_direction(spec) == GIT_DIRECTION_FETCH &&
		mg_starts_with(git_refspec_src(spec), "refs/heads/") &&
		mg_starts_with(git_refspec_dst(spec), "refs/remotes/");
}

/* Where it keeps this one; NULL: nowhere. */
static char *branch_place(struct mg_call *call, const char *name)
{
	for (size_t i = 0; i < git_remote_refspec_count(call->handle); i++) {
		const git_refspec *spec = git_remote_get_refspec(call->handle, i);
		git_buf place = {0};
		if (!keeps_branches(spec) || !git_refspec_src_matches(spec, name) ||
			git_refspec_transform(&place, spec, name) != 0)
			continue;
		char *found = mg_strdup(call->arena, place.ptr);
		git_buf_dispose(&place);
		return found;
	}
	return NULL;
}

/* Only the objects; libgit2's own update of refs would move tags. An address has no rules by which
 * branches are kept, and a clone may keep others than the one that commits must be on. */
static int download(struct mg_call *call, struct mg_error *err)
{
	const char *const branches[] = {"main", "master", call->remote->branch};
	size_t branch_count = call->remote->branch ? 3 : 2;
	size_t rules = git_remote_refspec_count(call->handle);
	char **specs = mg_alloc_array(call->arena, rules + branch_count + 1, sizeof(*specs));
	git_strarray wanted = {.strings = specs};
	specs[wanted.count++] = mg_strdup(call->arena, "refs/tags/*:refs/tags/*");
	for (size_t i = 0; i < branch_count; i++)
		specs[wanted.count++] = mg_printf(
			call->arena, "refs/heads/%s:refs/heads/%s", branches[i], branches[i]);
	for (size_t i = 0; i < rules; i++) {
		const git_refspec *spec = git_remote_get_refspec(call->handle, i);
		if (keeps_branches(spec))
			specs[wanted.count++] = mg_strdup(call->arena, git_refspec_string(spec));
	}
	git_fetch_options options;
	git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION);
	mg_call_callbacks(call, &options.callbacks);
	mg_call_headers(call, &options.custom_headers);
	options.proxy_opts.type = GIT_PROXY_AUTO;
	options.follow_redirects = mg_call_redirects(call);
	options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
	int code = git_remote_download(call->handle, &wanted, &options);
	return code == 0 ? MG_OK : mg_call_fail(call, code, err);
}

static int update_refs(
	struct mg_call *call, const git_remote_head **heads, size_t count, struct mg_error *err)
{
	for (size_t i = 0; i < count; i++) {
		git_oid have;
		const char *name = heads[i]->name;
		char *place = NULL;
		if (is_tag(name) && !local_id(call, name, &have))
			MG_TRY(write_ref(call, name, &heads[i]->oid, false, err));
		else if ((place = branch_place(call, name)) &&
			!(local_id(call, place, &have) && git_oid_equal(&have, &heads[i]->oid)))
			MG_TRY(write_ref(call, place, &heads[i]->oid, true, err));
	}
	return MG_OK;
}

/* git clone notes which branch is the remote's default one; Azure's checkout does not. */
static void note_default_branch(struct mg_call *call)
{
	git_buf branch = {0};
	git_reference *head = NULL;
	char *place = NULL;
	if (git_remote_default_branch(&branch, call->handle) == 0)
		place = branch_place(call, branch.ptr);
	if (place) /* an older note stays; without one the policy has other ways to know */
		git_reference_symbolic_create(&head, call->git->repo,
			mg_printf(call->arena, "refs/remotes/%s/HEAD", call->remote->name), place,
			0, NULL);
	git_reference_free(head);
	git_buf_dispose(&branch);
}

int mg_call_fetch(struct mg_call *call, struct mg_text *list, struct mg_error *err)
{
	const git_remote_head **heads = NULL;
	size_t count = 0;
	MG_TRY(mg_call_open(call, err));
	MG_TRY(mg_call_connect(call, GIT_DIRECTION_FETCH, err));
	MG_TRY(mg_call_heads(call, &heads, &count, err));
	if (call->git->shallow) {
		MG_TRY(check_shallow(call, heads, count, err));
	} else {
		MG_TRY(download(call, err));
		MG_TRY(update_refs(call, heads, count, err));
		note_default_branch(call);
	}
	for (size_t i = 0; i < count; i++) {
		char hex[GIT_OID_HEXSZ + 1];
		if (is_ref(heads[i]->name))
			mg_text_addf(list, "%s %s\n",
				git_oid_tostr(hex, sizeof(hex), &heads[i]->oid), heads[i]->name);
	}
	return MG_OK;
}
