/* network_call: libgit2's callbacks and options, the same for every call. */
#include "git/network_call.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/escape.h"
#include "git/network_child.h"
#include "git/network_words.h"

enum { KEY_FILES = 3 };

/* ---- login ---- */

char *mg_call_header(struct mg_arena *arena, const struct mg_remote *remote)
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

/* Does somebody listen there? libgit2 gives up altogether where nobody does. */
static bool has_agent(void)
{
	const char *path = getenv("SSH_AUTH_SOCK");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (!path || !*path || strlen(path) >= sizeof(address.sun_path))
		return false;
	memcpy(address.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool connected = fd >= 0 &&
		connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
	if (fd >= 0)
		close(fd);
	return connected;
}

/* The agent first, then the usual files; a passphrase has nobody to ask. The public key is worked out of
 * the private one: its file may be missing, or be another's. */
static int log_in_by_ssh(struct mg_call *call, git_credential **out, const char *user)
{
	static const char *const names[KEY_FILES] = {"id_ed25519", "id_ecdsa", "id_rsa"};
	const char *home = getenv("HOME");
	if (call->logins == 1 && has_agent())
		return git_credential_ssh_key_from_agent(out, user);
	for (int i = call->logins > 1 ? call->logins - 2 : 0; home && i < KEY_FILES; i++) {
		const char *key = mg_printf(call->arena, "%s/.ssh/%s", home, names[i]);
		if (access(key, R_OK) == 0) {
			call->logins = i + 2; /* the next one comes after this */
			return git_credential_ssh_key_new(out, user, NULL, key, "");
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
	struct mg_call *call = context;
	if (allowed & GIT_CREDENTIAL_USERNAME)
		return git_credential_username_new(out, user ? user : "git");
	call->logins++;
	if (allowed & GIT_CREDENTIAL_SSH_KEY)
		return log_in_by_ssh(call, out, user ? user : "git");
	call->login_asked = true;
	return GIT_EAUTH;
}

/* ---- what the server says ---- */

static int on_words(const char *text, int len, void *context)
{
	struct mg_call *call = context;
	size_t room = MG_SAID_MAX_BYTES - call->said.len;
	mg_text_add_bytes(&call->said, text, (size_t)len < room ? (size_t)len : room);
	return mg_child_stopping() ? GIT_EUSER : 0;
}

static int on_progress(const git_indexer_progress *progress, void *context)
{
	(void)progress;
	(void)context;
	return mg_child_stopping() ? GIT_EUSER : 0;
}

/* ---- connections ---- */

void mg_call_callbacks(struct mg_call *call, git_remote_callbacks *out)
{
	git_remote_init_callbacks(out, GIT_REMOTE_CALLBACKS_VERSION);
	out->payload = call;
	out->credentials = on_login;
	out->sideband_progress = on_words;
	out->transfer_progress = on_progress;
}

void mg_call_headers(struct mg_call *call, git_strarray *out)
{
	call->headers[0] = call->header;
	*out = (git_strarray){.strings = call->headers, .count = call->header ? 1 : 0};
}

git_remote_redirect_t mg_call_redirects(const struct mg_call *call)
{
	return call->header ? GIT_REMOTE_REDIRECT_NONE : GIT_REMOTE_REDIRECT_INITIAL;
}

int mg_call_fail(struct mg_call *call, int code, struct mg_error *err)
{
	if (mg_child_stopping())
		return mg_fail(
			err, MG_ECANCELLED, "stopped while talking to %s", call->remote->address);
	return mg_network_fail(call->arena, call->remote, code, call->login_asked, err);
}

int mg_call_open(struct mg_call *call, struct mg_error *err)
{
	const struct mg_remote *remote = call->remote;
	if (git_remote_lookup(&call->handle, call->git->repo, remote->name) != 0) {
		int code = git_remote_create_anonymous(
			&call->handle, call->git->repo, remote->name);
		if (code != 0)
			return mg_call_fail(call, code, err);
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

int mg_call_connect(struct mg_call *call, git_direction direction, struct mg_error *err)
{
	git_remote_connect_options options;
	git_remote_connect_options_init(&options, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
	mg_call_callbacks(call, &options.callbacks);
	mg_call_headers(call, &options.custom_headers);
	options.proxy_opts.type = GIT_PROXY_AUTO;
	options.follow_redirects = mg_call_redirects(call);
	call->logins = 0;
	int code = git_remote_connect_ext(call->handle, direction, &options);
	return code == 0 ? MG_OK : mg_call_fail(call, code, err);
}

int mg_call_heads(
	struct mg_call *call, const git_remote_head ***out, size_t *out_count, struct mg_error *err)
{
	int code = git_remote_ls(out, out_count, call->handle);
	return code == 0 ? MG_OK : mg_call_fail(call, code, err);
}
