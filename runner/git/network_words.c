/* network_words: libgit2 gives a number and half a sentence; people need to know what to do. */
#include "git/network_words.h"

#include <git2.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "git/network_call.h"
#include "http/secret.h"

enum { SHOWN_MAX_BYTES = 600 };

/* A server, a proxy or libgit2 may repeat what it was sent. */
static char *without_secrets(struct mg_arena *arena, const struct mg_remote *remote, const char *s)
{
	const char *header = mg_call_header(arena, remote);
	const char *const secrets[] = {
		remote->bearer, remote->password, header ? strrchr(header, ' ') + 1 : NULL};
	return mg_secret_mask(arena, s, secrets, sizeof(secrets) / sizeof(*secrets));
}

char *mg_server_words(struct mg_arena *arena, const struct mg_remote *remote, const char *text)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");
		size_t end = len;
		while (end > 0 && strchr(" \t\r", line[end - 1]))
			end--;
		/* "Counting 10%\rCounting 100%, done.": a terminal keeps the last part only. */
		size_t start = end;
		while (start > 0 && line[start - 1] != '\r')
			start--;
		if (end > start) {
			mg_text_add(&out, out.len > 0 ? "; " : "");
			mg_text_add_bytes(&out, line + start, end - start);
		}
		line += len + (line[len] == '\n');
	}
	return mg_log_safe_cut(arena, without_secrets(arena, remote, out.data), SHOWN_MAX_BYTES);
}

/* The status in "unexpected http status code: 403"; 0 when there is none. */
static int http_status(const char *text)
{
	static const char before[] = "status code: ";
	const char *at = strstr(text, before);
	return at ? (int)strtol(at + sizeof(before) - 1, NULL, 10) : 0;
}

static bool speaks_http(const struct mg_remote *remote)
{
	return mg_starts_with(remote->address, "http");
}

static int fail_login(const struct mg_remote *remote, const char *why, struct mg_error *err)
{
	if (!speaks_http(remote))
		return mg_fail(err, MG_EIO,
			"%s accepts no key (%s): tried are those of the agent (SSH_AUTH_SOCK), then "
			"id_ed25519, id_ecdsa and id_rsa in ~/.ssh, without a passphrase; give the "
			"account one of them there, with the right to write",
			remote->address, why);
	if (remote->bearer || remote->password)
		return mg_fail(err, MG_EIO,
			"%s refuses the %s (%s): is it expired, of another server, or without the "
			"right to read and write code?",
			remote->address, remote->bearer ? "token" : "user or token", why);
	return mg_fail(err, MG_EIO,
		"%s wants a login (%s): in Azure set SYSTEM_ACCESSTOKEN: $(System.AccessToken) in "
		"the step's env, or persistCredentials: true on the checkout step; elsewhere set "
		"MODELGATE_GIT_USER and MODELGATE_GIT_TOKEN",
		remote->address, why);
}

static int fail_status(const struct mg_remote *remote, int status, struct mg_error *err)
{
	const char *address = remote->address;
	switch (status) {
	case 203: /* Azure's sign-in page */
	case 302:
	case 401: {
		char why[32];
		snprintf(why, sizeof(why), "HTTP %d", status);
		return fail_login(remote, why, err);
	}
	case 403:
		return mg_fail(err, MG_EIO,
			"%s forbids it (HTTP 403): the account needs the right to contribute and to "
			"create tags in this repository (in Azure: the project's Build Service, under "
			"Repositories, Security)",
			address);
	case 404:
		return mg_fail(err, MG_EIO,
			"%s has no such repository (HTTP 404), or hides it from this account",
			address);
	case 407:
		return mg_fail(err, MG_EIO,
			"the proxy on the way to %s wants a login (HTTP 407): put it into "
			"https_proxy, as http://user:password@host:port",
			address);
	case 413:
		return mg_fail(err, MG_EIO, "%s takes no push of this size (HTTP 413)", address);
	default:
		return mg_fail(err, MG_EIO,
			"%s answers with an error of its own (HTTP %d): try again later, or ask who "
			"runs it",
			address, status);
	}
}

int mg_network_fail(struct mg_arena *arena, const struct mg_remote *remote, int code,
	bool login_asked, struct mg_error *err)
{
	const git_error *last = git_error_last();
	const char *raw = last && last->message ? last->message : "unknown error";
	int class = last ? last->klass : GIT_ERROR_NONE;
	char *text = mg_server_words(arena, remote, raw);
	bool http = class == GIT_ERROR_HTTP;
	if (login_asked)
		return fail_login(
			remote, speaks_http(remote) ? "HTTP 401" : "authentication failed", err);
	if (http && http_status(raw) != 0)
		return fail_status(remote, http_status(raw), err);
	if (code == GIT_EAUTH)
		return fail_login(remote, text, err);
	if (strstr(raw, "content-type") || strstr(raw, "content type"))
		return mg_fail(err, MG_EIO,
			"%s answers with something else than git, as a proxy's or a sign-in page does "
			"(%s): open the address in a browser",
			remote->address, text);
	if (code == GIT_ECERTIFICATE && !speaks_http(remote))
		return mg_fail(err, MG_EIO,
			"%s is not known by its host key (%s): compare the key with what its owner "
			"says, then add it to ~/.ssh/known_hosts, as by ssh-keyscan -p PORT HOST",
			remote->address, text);
	if (code == GIT_ECERTIFICATE || class == GIT_ERROR_SSL)
		return mg_fail(err, MG_EIO,
			"no safe connection to %s (%s): when the server has a certificate of the house, "
			"name the house's certificates in http.sslCAInfo or GIT_SSL_CAINFO",
			remote->address, text);
	if (strstr(raw, "redirect"))
		return mg_fail(err, MG_EIO,
			"%s sends on to another address, where a token does not follow (%s): "
			"give the remote the new address, by git remote set-url",
			remote->address, text);
	return mg_fail(err, MG_EIO, "talking to %s failed: %s", remote->address, text);
}
