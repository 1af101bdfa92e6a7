/* network: lists, fetches and pushes by libgit2, each call in a child with a deadline. The child
 * works with the parent's open repository, of which it has a copy, and writes what it found as one
 * struct verdict and, for a fetch, the refs: "<40 hex> <name>\n" each. */
#include "release/network.h"

#include <errno.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/text.h"
#include "release/network_child.h"
#include "release/network_git.h"
#include "release/network_words.h"

/* Refs that a push starts from: this, the program's process id, the object's id. */
#define SOURCES "refs/modelgate/tmp-"

enum { SAID_MAX_BYTES = 4096, REF_STATUS_BYTES = 512, KEY_FILES = 3 };

struct verdict {
	struct mg_error error;
	enum mg_pushed pushed;
};

/* What the child knows. */
struct call {
	struct mg_arena *arena;
	const struct mg_git *git;
	const struct mg_remote *remote;
	const char *ref; /* to push */
	const git_oid *object;
	const char *source; /* the clone's ref while it is pushed */
	git_remote *handle;
	char *header;                  /* "Authorization: ..." or NULL */
	char *headers[1];              /* as libgit2 wants it */
	struct mg_text said;           /* what the server wrote for people */
	int logins;                    /* how often it asked for one */
	bool login_asked;              /* and what we have was not enough */
	bool answered, taken;          /* the server spoke of our ref, and took it */
	char status[REF_STATUS_BYTES]; /* why it did not */
};

/* ---- login ---- */

static char *make_header(struct mg_arena *arena, const struct mg_remote *remote)
{
	if (remote->bearer)
		return mg_printf(arena, "Authorization: bearer %s", remote->bearer);
	if (!remote->password)
		return NULL;
	const char *plain = mg_printf(arena, "%s:%s", remote->user, remote->password);
	size_t len = strlen(plain);
	unsigned char *coded = mg_alloc(arena, 4 * ((len + 2) / 3) + 1);
	EVP_EncodeBlock(coded, (const unsigned char *)plain, (int)len);
	return mg_printf(arena, "Authorization: Basic %s", (const char *)coded);
}

/* The agent first, then the usual files; a passphrase has nobody to ask. */
static int log_in_by_ssh(struct call *call, git_credential **out, const char *user)
{
	static const char *const names[KEY_FILES] = {"id_ed25519", "id_ecdsa", "id_rsa"};
	const char *home = getenv("HOME");
	if (call->logins == 1 && getenv("SSH_AUTH_SOCK"))
		return git_credential_ssh_key_from_agent(out, user);
	for (int i = call->logins > 1 ? call->logins - 2 : 0; home && i < KEY_FILES; i++) {
		const char *key = mg_printf(call->arena, "%s/.ssh/%s", home, names[i]);
		if (access(key, R_OK) == 0) {
			call->logins = i + 2; /* the next one comes after this */
			return git_credential_ssh_key_new(
				out, user, mg_printf(call->arena, "%s.pub", key), key, "");
		}
	}
	call->login_asked = true;
	return GIT_EAUTH;
}

/* libgit2 asks again and again while the server says no. An HTTP server that asks at all has
 * refused the header, which is all we have. */
static int on_login(
	git_credential **out, const char *url, const char *user, unsigned allowed, void *context)
{
	(void)url;
	struct call *call = context;
	call->logins++;
	if (allowed & GIT_CREDENTIAL_USERNAME)
		return git_credential_username_new(out, user ? user : "git");
	if (allowed & GIT_CREDENTIAL_SSH_KEY)
		return log_in_by_ssh(call, out, user ? user : "git");
	call->login_asked = true;
	return GIT_EAUTH;
}

/* ---- what the server says ---- */

static int on_words(const char *text, int len, void *context)
{
	struct call *call = context;
	size_t room = SAID_MAX_BYTES - call->said.len;
	mg_text_add_bytes(&call->said, text, (size_t)len < room ? (size_t)len : room);
	return mg_child_stopping() ? GIT_EUSER : 0;
}

static int on_progress(const git_indexer_progress *progress, void *context)
{
	(void)progress;
	(void)context;
	return mg_child_stopping() ? GIT_EUSER : 0;
}

static int on_ref(const char *ref, const char *status, void *context)
{
	struct call *call = context;
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
	const struct call *call = context;
	if (count == 1 && git_oid_is_zero(&updates[0]->src) &&
		git_oid_equal(&updates[0]->dst, call->object) &&
		mg_streq(updates[0]->dst_refname, call->ref))
		return 0;
	git_error_set_str(GIT_ERROR_NET, "the push would do more than create one ref");
	return GIT_EUSER;
}

/* ---- connections ---- */

static void fill_callbacks(struct call *call, git_remote_callbacks *out)
{
	git_remote_init_callbacks(out, GIT_REMOTE_CALLBACKS_VERSION);
	out->payload = call;
	out->credentials = on_login;
	out->sideband_progress = on_words;
	out->transfer_progress = on_progress;
	out->push_update_reference = on_ref;
	out->push_negotiation = on_updates;
}

static void fill_headers(struct call *call, git_strarray *out)
{
	call->headers[0] = call->header;
	*out = (git_strarray){.strings = call->headers, .count = call->header ? 1 : 0};
}

/* A header with a token follows a redirect to any host, so there is none with a token. */
static git_remote_redirect_t redirects(const struct call *call)
{
	return call->header ? GIT_REMOTE_REDIRECT_NONE : GIT_REMOTE_REDIRECT_INITIAL;
}

static int fail(struct call *call, int code, struct mg_error *err)
{
	if (mg_child_stopping())
		return mg_fail(
			err, MG_ECANCELLED, "stopped while talking to %s", call->remote->address);
	return mg_network_fail(call->arena, call->remote, code, call->login_asked, err);
}

static int open_remote(struct call *call, struct mg_error *err)
{
	const struct mg_remote *remote = call->remote;
	if (git_remote_lookup(&call->handle, call->git->repo, remote->name) != 0) {
		int code = git_remote_create_anonymous(
			&call->handle, call->git->repo, remote->name);
		if (code != 0)
			return fail(call, code, err);
	}
	if (remote->ca_file) {
		int code = git_libgit2_opts(
			GIT_OPT_SET_SSL_CERT_LOCATIONS, remote->ca_file, (const char *)NULL);
		if (code != 0)
			return mg_fail(err, MG_EIO, "cannot read the certificates in %s",
				mg_log_safe_cut(call->arena, remote->ca_file, 200));
	}
	/* As git does: a relative path leads from the top of the work tree. */
	const char *from = call->git->top ? call->git->top : call->git->folder;
	if (chdir(from) != 0)
		return mg_fail(
			err, MG_EIO, "cannot enter %s", mg_log_safe_cut(call->arena, from, 200));
	return MG_OK;
}

static int connect_to(struct call *call, git_direction direction, struct mg_error *err)
{
	git_remote_connect_options options;
	git_remote_connect_options_init(&options, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
	fill_callbacks(call, &options.callbacks);
	fill_headers(call, &options.custom_headers);
	options.proxy_opts.type = GIT_PROXY_AUTO;
	options.follow_redirects = redirects(call);
	call->logins = 0;
	int code = git_remote_connect_ext(call->handle, direction, &options);
	return code == 0 ? MG_OK : fail(call, code, err);
}

static int list_heads(
	struct call *call, const git_remote_head ***out, size_t *out_count, struct mg_error *err)
{
	int code = git_remote_ls(out, out_count, call->handle);
	return code == 0 ? MG_OK : fail(call, code, err);
}

/* ---- push ---- */

enum standing { ABSENT, OURS, ANOTHERS };

static int look(struct call *call, enum standing *out, struct mg_error *err)
{
	const git_remote_head **heads = NULL;
	size_t count = 0;
	MG_TRY(list_heads(call, &heads, &count, err));
	*out = ABSENT;
	for (size_t i = 0; i < count; i++)
		if (mg_streq(heads[i]->name, call->ref))
			*out = git_oid_equal(&heads[i]->oid, call->object) ? OURS : ANOTHERS;
	return MG_OK;
}

/* A push that was killed with its whole program leaves its source behind. */
static void sweep_sources(struct call *call)
{
	git_reference_iterator *each = NULL;
	const char *name = NULL;
	if (git_reference_iterator_glob_new(&each, call->git->repo, SOURCES "*") != 0)
		return;
	while (git_reference_next_name(&name, each) == 0) {
		long pid = strtol(name + strlen(SOURCES), NULL, 10);
		if (pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH)
			git_reference_remove(call->git->repo, name);
	}
	git_reference_iterator_free(each);
}

/* libgit2 pushes from a ref only; the tag itself is made after the server took it. Never "+", which
 * overwrites. */
static int upload(struct call *call)
{
	char *spec = mg_printf(call->arena, "%s:%s", call->source, call->ref);
	git_strarray specs = {.strings = &spec, .count = 1};
	git_reference *source = NULL;
	git_push_options options;
	git_push_options_init(&options, GIT_PUSH_OPTIONS_VERSION);
	fill_callbacks(call, &options.callbacks);
	fill_headers(call, &options.custom_headers);
	options.pb_parallelism = 1; /* the deadline's child has no other threads */
	options.proxy_opts.type = GIT_PROXY_AUTO;
	options.follow_redirects = redirects(call);
	int code = git_reference_create(
		&source, call->git->repo, call->source, call->object, true, NULL);
	git_reference_free(source);
	if (code == 0)
		code = git_remote_upload(call->handle, &specs, &options);
	return code;
}

static int fail_refused(struct call *call, struct mg_error *err)
{
	char *words = mg_server_words(call->arena, call->remote, call->said.data);
	char *status = mg_server_words(call->arena, call->remote, call->status);
	return mg_fail(err, MG_EIO, "%s refuses to create %s: %s%s%s", call->remote->address,
		mg_log_safe_cut(call->arena, call->ref, 300), status,
		*status && *words ? "; it says: " : "", words);
}

/* The push went wrong or nobody knows how it went: what stands there now tells. */
static int look_again(struct call *call, enum mg_pushed *out, struct mg_error *err)
{
	struct mg_error later = {0};
	enum standing standing = ABSENT;
	git_remote_disconnect(call->handle);
	call->login_asked = false;
	if (connect_to(call, GIT_DIRECTION_PUSH, &later) != MG_OK ||
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

static int push_from_shallow(struct call *call, enum mg_pushed *out, struct mg_error *err)
{
	const struct mg_git_push push = {.remote = call->remote->name,
		.url = plain_url(call->arena, git_remote_url(call->handle)),
		.header = call->header,
		.ref = call->ref,
		.object = call->object};
	int code = mg_git_push_by_program(&push, &call->said, SAID_MAX_BYTES, err);
	if (mg_child_stopping())
		return fail(call, GIT_EUSER, err);
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

static int push_from_whole(struct call *call, enum mg_pushed *out, struct mg_error *err)
{
	sweep_sources(call);
	int code = upload(call);
	if (code == 0 && call->answered && call->taken) {
		*out = MG_PUSHED;
		return MG_OK;
	}
	if (mg_child_stopping())
		return fail(call, code, err);
	if (call->answered && !call->taken)
		fail_refused(call, err);
	else if (code != 0)
		fail(call, code, err);
	else
		mg_fail(err, MG_EIO, "%s did not say whether it created %s", call->remote->address,
			mg_log_safe_cut(call->arena, call->ref, 300));
	return call->login_asked ? (int)err->code : look_again(call, out, err);
}

static int push(struct call *call, enum mg_pushed *out, struct mg_error *err)
{
	enum standing standing = ABSENT;
	MG_TRY(open_remote(call, err));
	MG_TRY(connect_to(call, GIT_DIRECTION_PUSH, err));
	MG_TRY(look(call, &standing, err));
	if (standing == ABSENT)
		return call->git->shallow ? push_from_shallow(call, out, err)
					  : push_from_whole(call, out, err);
	*out = standing == OURS ? MG_PUSHED : MG_PUSH_TAKEN;
	return MG_OK;
}

static void push_in_child(void *context, struct mg_text *answer)
{
	struct call *call = context;
	struct verdict verdict = {0};
	call->arena = answer->arena;
	mg_text_init(&call->said, call->arena);
	verdict.error.code = (enum mg_code)push(call, &verdict.pushed, &verdict.error);
	mg_text_add_bytes(answer, (const char *)&verdict, sizeof(verdict));
}

/* ---- fetch ---- */

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
static bool local_id(const struct call *call, const char *name, git_oid *out)
{
	return git_reference_name_to_id(out, call->git->repo, name) == 0;
}

static int check_shallow(
	struct call *call, const git_remote_head **heads, size_t count, struct mg_error *err)
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
	struct call *call, const char *name, const git_oid *id, bool move, struct mg_error *err)
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
static char *branch_place(struct call *call, const char *name)
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

/* Only the objects; libgit2's own update of refs would move tags. */
static int download(struct call *call, struct mg_error *err)
{
	size_t rules = git_remote_refspec_count(call->handle);
	char **specs = mg_alloc_array(call->arena, rules + 1, sizeof(*specs));
	git_strarray wanted = {.strings = specs};
	specs[wanted.count++] = mg_strdup(call->arena, "refs/tags/*:refs/tags/*");
	for (size_t i = 0; i < rules; i++) {
		const git_refspec *spec = git_remote_get_refspec(call->handle, i);
		if (keeps_branches(spec))
			specs[wanted.count++] = mg_strdup(call->arena, git_refspec_string(spec));
	}
	git_fetch_options options;
	git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION);
	fill_callbacks(call, &options.callbacks);
	fill_headers(call, &options.custom_headers);
	options.proxy_opts.type = GIT_PROXY_AUTO;
	options.follow_redirects = redirects(call);
	options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
	int code = git_remote_download(call->handle, &wanted, &options);
	return code == 0 ? MG_OK : fail(call, code, err);
}

static int update_refs(
	struct call *call, const git_remote_head **heads, size_t count, struct mg_error *err)
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
static void note_default_branch(struct call *call)
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

static int fetch(struct call *call, struct mg_text *list, struct mg_error *err)
{
	const git_remote_head **heads = NULL;
	size_t count = 0;
	MG_TRY(open_remote(call, err));
	MG_TRY(connect_to(call, GIT_DIRECTION_FETCH, err));
	MG_TRY(list_heads(call, &heads, &count, err));
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

static void fetch_in_child(void *context, struct mg_text *answer)
{
	struct call *call = context;
	struct verdict verdict = {0};
	struct mg_text list;
	call->arena = answer->arena;
	mg_text_init(&call->said, call->arena);
	mg_text_init(&list, call->arena);
	verdict.error.code = (enum mg_code)fetch(call, &list, &verdict.error);
	mg_text_add_bytes(answer, (const char *)&verdict, sizeof(verdict));
	mg_text_add_bytes(answer, list.data, list.len);
}

/* ---- in the parent ---- */

static int run(struct mg_arena *arena, struct call *call,
	void (*work)(void *context, struct mg_text *answer), struct verdict *out, char **out_rest,
	size_t *out_rest_len, struct mg_error *err)
{
	char *answer = NULL;
	size_t len = 0;
	MG_TRY(mg_child_run(arena, call->remote->timeout_s, work, call, &answer, &len, err));
	if (len < sizeof(*out))
		return mg_fail(err, MG_EIO, "the network process gave no answer");
	memcpy(out, answer, sizeof(*out));
	*out_rest = answer + sizeof(*out);
	*out_rest_len = len - sizeof(*out);
	if (out->error.code != MG_OK)
		return mg_fail(err, out->error.code, "%s", out->error.text);
	return MG_OK;
}

static int fail_timeout(struct mg_arena *arena, const struct mg_remote *remote, const char *more,
	struct mg_error *err)
{
	return mg_fail(err, MG_ETIMEOUT,
		"%s did not answer within %s%s; --timeout 5m or MODELGATE_GIT_TIMEOUT=5m gives "
		"it longer",
		remote->address, mg_human_duration(arena, remote->timeout_s), more);
}

static int by_name(const void *a, const void *b)
{
	const struct mg_remote_ref *x = a, *y = b;
	return strcmp(x->name, y->name);
}

/* The child's list, in place. */
static void read_list(struct mg_arena *arena, char *list, struct mg_remote_refs *out)
{
	size_t capacity = 0;
	*out = (struct mg_remote_refs){0};
	for (char *line = list, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		line[GIT_OID_HEXSZ] = '\0';
		out->list = mg_grow(arena, out->list, out->count, &capacity, sizeof(*out->list));
		out->list[out->count++] = (struct mg_remote_ref){
			.id = line, .name = line + GIT_OID_HEXSZ + 1};
	}
	if (out->count > 0)
		qsort(out->list, out->count, sizeof(*out->list), by_name);
}

int mg_remote_fetch(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_remote *remote, struct mg_remote_refs *out, struct mg_error *err)
{
	struct call call = {.git = git, .remote = remote, .header = make_header(arena, remote)};
	struct verdict verdict;
	char *list = NULL;
	size_t len = 0;
	int code = run(arena, &call, fetch_in_child, &verdict, &list, &len, err);
	if (code == MG_ETIMEOUT)
		return fail_timeout(arena, remote, "", err);
	MG_TRY(code);
	read_list(arena, list, out);
	return MG_OK;
}

int mg_remote_push(struct mg_arena *arena, const struct mg_git *git, const struct mg_remote *remote,
	const char *ref, const git_oid *object, enum mg_pushed *out, struct mg_error *err)
{
	struct call call = {.git = git,
		.remote = remote,
		.header = make_header(arena, remote),
		.ref = ref,
		.object = object};
	struct verdict verdict;
	char *rest = NULL;
	size_t len = 0;
	char hex[GIT_OID_HEXSZ + 1];
	call.source = mg_printf(
		arena, SOURCES "%ld-%s", (long)getpid(), git_oid_tostr(hex, sizeof(hex), object));
	int code = run(arena, &call, push_in_child, &verdict, &rest, &len, err);
	git_reference_remove(git->repo, call.source); /* here: the child may have been killed */
	if (code == MG_ETIMEOUT)
		return fail_timeout(arena, remote,
			mg_printf(arena,
				", and nobody knows whether it created %s: the same command again "
				"finds out",
				mg_log_safe_cut(arena, ref, 300)),
			err);
	MG_TRY(code);
	*out = verdict.pushed;
	return MG_OK;
}
