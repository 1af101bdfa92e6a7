/* network_push: creates one ref on a remote, and is sure of what came of it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "git/network_call.h"
#include "git/network_child.h"
#include "git/network_git.h"
#include "git/network_words.h"

static int on_ref(const char *ref, const char *status, void *context)
{
	struct mg_call *call = context;
	if (!mg_streq(ref, call->ref))
		return 0;
	call->answered = true;
	call->taken = status == NULL;
	snprintf(call->status, sizeof(call->status), "%s", status ? status : "");
	return 0;
}

/* What libgit2 is about to send: one new ref and nothing else. */
static int on_updates(const git_push_update **updates, size_t count, void *context)
{
	const struct mg_call *call = context;
	if (count == 1 && git_oid_is_zero(&updates[0]->src) &&
		git_oid_equal(&updates[0]->dst, call->object) &&
		mg_streq(updates[0]->dst_refname, call->ref))
		return 0;
	git_error_set_str(GIT_ERROR_NET, "the push would do more than create one ref");
	return GIT_EUSER;
}

enum standing { ABSENT, OURS, ANOTHERS };

static int look(struct mg_call *call, enum standing *out, struct mg_error *err)
{
	const git_remote_head **heads = NULL;
	size_t count = 0;
	MG_TRY(mg_call_heads(call, &heads, &count, err));
	*out = ABSENT;
	for (size_t i = 0; i < count; i++)
		if (mg_streq(heads[i]->name, call->ref))
			*out = git_oid_equal(&heads[i]->oid, call->object) ? OURS : ANOTHERS;
	return MG_OK;
}

/* A push that was killed with its whole program leaves its source behind. */
static void sweep_sources(struct mg_call *call)
{
	git_reference_iterator *each = NULL;
	const char *name = NULL;
	if (git_reference_iterator_glob_new(&each, call->git->repo, MG_PUSH_SOURCES "*") != 0)
		return;
	while (git_reference_next_name(&name, each) == 0) {
		long pid = strtol(name + strlen(MG_PUSH_SOURCES), NULL, 10);
		if (pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH)
			git_reference_remove(call->git->repo, name);
	}
	git_reference_iterator_free(each);
}

/* libgit2 pushes from a ref only; the tag itself is made after the server took it. Never "+", which
 * overwrites. */
static int upload(struct mg_call *call)
{
	char *spec = mg_printf(call->arena, "%s:%s", call->source, call->ref);
	git_strarray specs = {.strings = &spec, .count = 1};
	git_reference *source = NULL;
	git_push_options options;
	git_push_options_init(&options, GIT_PUSH_OPTIONS_VERSION);
	mg_call_callbacks(call, &options.callbacks);
	options.callbacks.push_update_reference = on_ref;
	options.callbacks.push_negotiation = on_updates;
	mg_call_headers(call, &options.custom_headers);
	options.pb_parallelism = 1; /* the deadline's child has no other threads */
	options.proxy_opts.type = GIT_PROXY_AUTO;
	options.follow_redirects = mg_call_redirects(call);
	int code = git_reference_create(
		&source, call->git->repo, call->source, call->object, true, NULL);
	git_reference_free(source);
	if (code == 0)
		code = git_remote_upload(call->handle, &specs, &options);
	return code;
}

static int fail_refused(struct mg_call *call, struct mg_error *err)
{
	char *words = mg_server_words(call->arena, call->remote, call->said.data);
	char *status = mg_server_words(call->arena, call->remote, call->status);
	return mg_fail(err, MG_EIO, "%s refuses to create %s: %s%s%s", call->remote->address,
		mg_log_safe_cut(call->arena, call->ref, 300), status,
		*status && *words ? "; it says: " : "", words);
}

/* The push went wrong or nobody knows how it went: what stands there now tells. */
static int look_again(struct mg_call *call, enum mg_pushed *out, struct mg_error *err)
{
	struct mg_error later = {0};
	enum standing standing = ABSENT;
	/* libgit2 1.5 follows a null pointer when a connection that was refused in the middle is used
	 * again. */
	git_remote_free(call->handle);
	call->handle = NULL;
	call->login_asked = false;
	if (mg_call_open(call, &later) != MG_OK ||
		mg_call_connect(call, GIT_DIRECTION_PUSH, &later) != MG_OK ||
		look(call, &standing, &later) != MG_OK)
		return mg_fail(err, err->code,
			"%s; whether it was created nobody knows, since the server could not be asked "
			"again: the same command finds out",
			err->text);
	if (standing == ABSENT)
		return err->code;
	*out = standing == OURS ? MG_PUSHED : MG_PUSH_TAKEN;
	return MG_OK;
}

/* An address as git's configuration has it: without user and password. */
static char *plain_url(struct mg_arena *arena, const char *url)
{
	const char *host = strstr(url, "://");
	if (!host)
		return mg_strdup(arena, url);
	host += 3;
	const char *at = memchr(host, '@', strcspn(host, "/"));
	return mg_printf(arena, "%.*s%s", (int)(host - url), url, at ? at + 1 : host);
}

static int push_from_shallow(struct mg_call *call, enum mg_pushed *out, struct mg_error *err)
{
	const struct mg_git_push push = {.remote = call->remote->name,
		.address = git_remote_url(call->handle),
		.folder = call->git->folder,
		.url = plain_url(call->arena, git_remote_url(call->handle)),
		.header = call->header,
		.ref = call->ref,
		.object = call->object};
	int code = mg_git_push_by_program(&push, &call->said, MG_SAID_MAX_BYTES, err);
	if (mg_child_stopping())
		return mg_call_fail(call, GIT_EUSER, err);
	if (code == MG_ENOTFOUND)
		return mg_fail(err, MG_EUSAGE,
			"this clone is shallow and there is no git program to push from it; " MG_GIT_FULL_CLONE);
	if (code == MG_OK)
		mg_fail(err, MG_EIO, "git created %s at %s, and it is not there",
			mg_log_safe_cut(call->arena, call->ref, 300), call->remote->address);
	else if (code == MG_EIO && call->said.len > 0)
		fail_refused(call, err);
	return look_again(call, out, err);
}

static int push_from_whole(struct mg_call *call, enum mg_pushed *out, struct mg_error *err)
{
	sweep_sources(call);
	int code = upload(call);
	if (code == 0 && call->answered && call->taken) {
		*out = MG_PUSHED;
		return MG_OK;
	}
	if (mg_child_stopping())
		return mg_call_fail(call, code, err);
	if (call->answered && !call->taken)
		fail_refused(call, err);
	else if (code != 0)
		mg_call_fail(call, code, err);
	else
		mg_fail(err, MG_EIO, "%s did not say whether it created %s", call->remote->address,
			mg_log_safe_cut(call->arena, call->ref, 300));
	return call->login_asked ? (int)err->code : look_again(call, out, err);
}

int mg_call_push(struct mg_call *call, enum mg_pushed *out, struct mg_error *err)
{
	enum standing standing = ABSENT;
	MG_TRY(mg_call_open(call, err));
	MG_TRY(mg_call_connect(call, GIT_DIRECTION_PUSH, err));
	MG_TRY(look(call, &standing, err));
	if (standing == ABSENT)
		return call->git->shallow ? push_from_shallow(call, out, err)
					  : push_from_whole(call, out, err);
	*out = standing == OURS ? MG_PUSHED : MG_PUSH_TAKEN;
	return MG_OK;
}
