/* refusal.c: git gives half a sentence, and HTTP a number; people need to know what to do. */
#include "git/refusal.h"

#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "http/secret.h"

enum { SHOWN_MAX_BYTES = 600 };

/* ---- what was written ---- */

char *mg_remote_safe(struct mg_arena *arena, const struct mg_remote *remote, const char *text)
{
	/* A server, a proxy or git may repeat what it was sent. */
	const char *header = mg_remote_header(arena, remote);
	const char *const secrets[] = {
		remote->bearer, remote->password, header ? strrchr(header, ' ') + 1 : NULL};
	const char *plain = mg_secret_mask(
		arena, text, secrets, sizeof(secrets) / sizeof(*secrets));
	return mg_log_safe_cut(arena, plain, SHOWN_MAX_BYTES);
}

static const char *without(const char *line, const char *prefix)
{
	return mg_starts_with(line, prefix) ? line + strlen(prefix) : line;
}

/* Of git's own lines only what says something. */
static const char *own_words(const char *line)
{
	static const char *const idle[] = {"Could not read from remote repository.",
		"Please make sure you have", "and the repository exists.",
		"failed to push some refs", "the remote end hung up unexpectedly"};
	line = without(without(line, "fatal: "), "error: ");
	for (size_t i = 0; i < sizeof(idle) / sizeof(idle[0]); i++)
		if (mg_starts_with(line, idle[i]))
			return "";
	/* "unable to access 'http://...': Failed to connect ..." */
	const char *after = mg_starts_with(line, "unable to access '") ? strstr(line, "': ") : NULL;
	return after ? after + 3 : line;
}

/* What one line says, where it is the server's, or git's own; else "". */
static const char *said(const char *line, bool server)
{
	static const char mark[] = "remote:";
	if (mg_starts_with(line, mark) != server)
		return "";
	return server ? without(line + sizeof(mark) - 1, " ") : own_words(line);
}

/* The server's lines, or git's own. Of "Counting 10%\rCounting 100%, done." a terminal keeps the last
 * part. */
static char *words_of(struct mg_arena *arena, const char *complaints, bool server)
{
	struct mg_text out;
	const char *last = "";
	mg_text_init(&out, arena);
	for (const char *at = complaints; *at;) {
		size_t end = strcspn(at, "\r\n"), len = end;
		while (len > 0 && strchr(" \t", at[len - 1]))
			len--;
		const char *words = said(mg_strndup(arena, at, len), server);
		if (*words)
			last = words;
		at += end;
		if (*at != '\r' && *last) {
			mg_text_add(&out, out.len > 0 ? "; " : "");
			mg_text_add(&out, last);
			last = "";
		}
		at += *at != '\0';
	}
	return out.data;
}

char *mg_remote_words(
	struct mg_arena *arena, const struct mg_remote *remote, const char *complaints)
{
	return mg_remote_safe(arena, remote, words_of(arena, complaints, true));
}

/* ---- what it means ---- */

static int fail_login(const struct mg_remote *remote, const char *why, struct mg_error *err)
{
	if (!remote->http)
		return mg_fail(err, MG_EIO,
			"%s accepts no key (%s). It was offered those of the agent (SSH_AUTH_SOCK), then "
			"id_ed25519, id_ecdsa and id_rsa in ~/.ssh without a passphrase, or what "
			"~/.ssh/config says. Add the public key of one to the account there, with the "
			"right to write",
			remote->address, why);
	if (remote->bearer || remote->password)
		return mg_fail(err, MG_EIO,
			"%s refuses the %s (%s): is it expired, of another server, or without the "
			"right to read and write code?",
			remote->address, remote->bearer ? "token" : "user or token", why);
	return mg_fail(err, MG_EIO,
		"%s asks for a login (%s): in Azure set SYSTEM_ACCESSTOKEN: $(System.AccessToken) "
		"in the step's env, or persistCredentials: true on the checkout step; elsewhere "
		"set MODELGATE_GIT_USER and MODELGATE_GIT_TOKEN",
		remote->address, why);
}

/* What an answer of HTTP says of the address, and the fix; the first that fits. */
static const struct {
	int from, to;
	const char *means, *fix;
} meanings[] = {
	{300, 399, "sends on to another address, where a token does not follow",
		"give the remote the new address, by git remote set-url. If it is the page to sign in "
		"at, the token is wrong or expired"},
	{403, 403, "forbids it",
		"the account needs the right to contribute and to create tags in this repository (in "
		"Azure: the project's Build Service, under Repositories, Security)"},
	{404, 404, "has no such repository", "or it is hidden from this account"},
	{407, 407, "is behind a proxy that asks for a login",
		"put it into https_proxy, as http://user:password@host:port"},
	{413, 413, "takes no push of this size", "the server's limit is for its owner to raise"},
	{0, 999, "answers with an error of its own", "try again later, or ask who runs it"},
};

static int fail_status(
	struct mg_arena *arena, const struct mg_remote *remote, int status, struct mg_error *err)
{
	size_t i = 0;
	if (status == 401 || status == 203) /* Azure's sign-in page */
		return fail_login(remote, mg_printf(arena, "HTTP %d", status), err);
	while (i + 1 < sizeof(meanings) / sizeof(*meanings) &&
		(status < meanings[i].from || status > meanings[i].to))
		i++;
	return mg_fail(err, MG_EIO, "%s %s (HTTP %d): %s", remote->address, meanings[i].means,
		status, meanings[i].fix);
}

int mg_remote_timeout(struct mg_arena *arena, const struct mg_remote *remote, const char *more,
	struct mg_error *err)
{
	return mg_fail(err, MG_ETIMEOUT,
		"%s did not answer within %s%s; --timeout 5m or MODELGATE_GIT_TIMEOUT=5m gives "
		"it longer",
		remote->address, mg_human_duration(arena, remote->timeout_s), more);
}

/* Does git complain of one of these? */
static bool complains(const char *complaints, const char *const *words)
{
	for (; *words; words++)
		if (strstr(complaints, *words))
			return true;
	return false;
}

int mg_remote_fail(struct mg_arena *arena, const struct mg_remote *remote,
	const struct mg_git_done *done, struct mg_error *err)
{
	static const char *const login[] = {"could not read Username", "could not read Password",
		"Authentication failed", "Permission denied", NULL};
	static const char *const host_key[] = {"Host key verification failed", NULL};
	static const char *const not_safe[] = {"certificate", "SSL", "TLS", "gnutls", NULL};
	const char *text = words_of(arena, done->complaints, false);
	if (done->http_status != 0 && done->http_status != 200)
		return fail_status(arena, remote, done->http_status, err);
	if (complains(text, login))
		return fail_login(remote, remote->http ? "HTTP 401" : "authentication failed", err);
	if (complains(text, host_key))
		return mg_fail(err, MG_EIO,
			"the host key of %s is not known (%s): compare the key with what its owner "
			"says, then add it to ~/.ssh/known_hosts, for example by ssh-keyscan -p PORT "
			"HOST",
			remote->address,
			strstr(text, "IDENTIFICATION HAS CHANGED")
				? "Host key verification failed: another one is known"
				: "Host key verification failed");
	if (remote->http && complains(text, not_safe))
		return mg_fail(err, MG_EIO,
			"no safe connection to %s (%s): if the server's certificate is your "
			"organization's own, name its CA file in http.sslCAInfo or GIT_SSL_CAINFO",
			remote->address, mg_remote_safe(arena, remote, text));
	if (done->http_status == 200 && !done->spoke_git)
		return mg_fail(err, MG_EIO,
			"%s answers with something other than git, as a proxy's or a sign-in page "
			"does: open the address in a browser",
			remote->address);
	if (!*text)
		text = mg_printf(arena, "git ended with status %d", done->status);
	return mg_fail(err, MG_EIO, "talking to %s failed: %s", remote->address,
		mg_remote_safe(arena, remote, text));
}
