/* remote.c: which remote is meant, and how to log in there: configuration and environment. */
#include "git/remote.h"

#include <git2.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/escape.h"
#include "base/text.h"
#include "http/address.h"
#include "http/secret.h"

static const double DEFAULT_TIMEOUT_S = 60;

/* ---- configuration ---- */

struct pair {
	const char *key, *value;
};

/* What of git's configuration matters here. */
struct settings {
	const char *url, *push_url;    /* of the remote that is asked for */
	const char *ca_file;           /* http.sslCAInfo */
	const char *proxy, *own_proxy; /* http.proxy; of the remote */
	bool own_ssh;                  /* core.sshCommand */
	bool partial;                  /* extensions.partialClone */
	const char **rules;            /* remote.<name>.fetch */
	size_t rule_count, rule_room;
	struct pair *headers; /* http.<key>.extraheader; key "": without one */
	size_t header_count, header_room;
	struct pair *instead; /* url.<key>.insteadOf: value is written for key */
	size_t instead_count, instead_room;
	struct mg_text names; /* of all remotes, for people */
};

/* "remote.<middle>.url" with head "remote." and tail ".url"; NULL when it is something else. */
static char *middle(struct mg_arena *arena, const char *name, const char *head, const char *tail)
{
	size_t len = strlen(name), head_len = strlen(head), tail_len = strlen(tail);
	if (!mg_starts_with(name, head) || !mg_ends_with(name, tail))
		return NULL;
	/* http.extraheader: the dots of head and tail are one */
	if (len < head_len + tail_len)
		return len + 1 == head_len + tail_len ? mg_strdup(arena, "") : NULL;
	return mg_strndup(arena, name + head_len, len - head_len - tail_len);
}

/* Of the remote that is asked for. */
static bool read_remote_entry(struct mg_arena *arena, const char *remote, const char *name,
	const char *value, struct settings *out)
{
	if (mg_streq(name, mg_printf(arena, "remote.%s.url", remote))) {
		if (!out->url)
			out->url = value;
	} else if (mg_streq(name, mg_printf(arena, "remote.%s.pushurl", remote))) {
		if (!out->push_url)
			out->push_url = value;
	} else if (mg_streq(name, mg_printf(arena, "remote.%s.proxy", remote))) {
		out->own_proxy = value;
	} else if (mg_streq(name, mg_printf(arena, "remote.%s.fetch", remote))) {
		out->rules = mg_grow(
			arena, out->rules, out->rule_count, &out->rule_room, sizeof(*out->rules));
		out->rules[out->rule_count++] = value;
	} else {
		return false;
	}
	return true;
}

static void read_entry(struct mg_arena *arena, const char *remote, const git_config_entry *entry,
	struct settings *out)
{
	const char *value = mg_strdup(arena, entry->value ? entry->value : "");
	char *key = NULL;
	if ((key = middle(arena, entry->name, "remote.", ".url"))) {
		mg_text_add(&out->names, out->names.len > 0 ? ", " : "");
		mg_escape_log(&out->names, key, strlen(key), 100);
	}
	if (read_remote_entry(arena, remote, entry->name, value, out))
		return;
	if ((key = middle(arena, entry->name, "http.", ".extraheader"))) {
		out->headers = mg_grow(arena, out->headers, out->header_count, &out->header_room,
			sizeof(*out->headers));
		out->headers[out->header_count++] = (struct pair){key, value};
	} else if ((key = middle(arena, entry->name, "url.", ".insteadof"))) {
		out->instead = mg_grow(arena, out->instead, out->instead_count, &out->instead_room,
			sizeof(*out->instead));
		out->instead[out->instead_count++] = (struct pair){key, value};
	} else if (mg_streq(entry->name, "http.sslcainfo")) {
		out->ca_file = value;
	} else if (mg_streq(entry->name, "http.proxy")) {
		out->proxy = value;
	} else if (mg_streq(entry->name, "core.sshcommand")) {
		out->own_ssh = true;
	} else if (mg_streq(entry->name, "extensions.partialclone")) {
		out->partial = true;
	}
}

/* One walk over all entries: libgit2's own look-ups of remotes search by pattern, and 1.5 leaks
 * memory there. */
static int read_settings(struct mg_arena *arena, const struct mg_git *git, const char *remote,
	struct settings *out, struct mg_error *err)
{
	git_config *config = NULL;
	git_config_iterator *each = NULL;
	git_config_entry *entry = NULL;
	*out = (struct settings){0};
	mg_text_init(&out->names, arena);
	int code = git_repository_config_snapshot(&config, git->repo);
	if (code == 0)
		code = git_config_iterator_new(&each, config);
	while (code == 0 && (code = git_config_next(&entry, each)) == 0)
		read_entry(arena, remote, entry, out);
	git_config_iterator_free(each);
	git_config_free(config);
	return code == GIT_ITEROVER ? MG_OK : mg_git_fail(err, code, "read git's configuration");
}

/* With url.<key>.insteadOf applied: the longest one that the address starts with. */
static const char *resolve(
	struct mg_arena *arena, const struct settings *settings, const char *address)
{
	const struct pair *best = NULL;
	for (size_t i = 0; i < settings->instead_count; i++) {
		const struct pair *p = &settings->instead[i];
		if (mg_starts_with(address, p->value) &&
			(!best || strlen(p->value) > strlen(best->value)))
			best = p;
	}
	return best ? mg_printf(arena, "%s%s", best->key, address + strlen(best->value)) : address;
}

/* ---- logins ---- */

static bool speaks_http(const struct mg_address *a)
{
	return mg_streq(a->scheme, "https") || mg_streq(a->scheme, "http");
}

/* Azure DevOps answers under two names. */
static bool is_azure(const char *host)
{
	return mg_streq(host, "dev.azure.com") || mg_ends_with(host, ".visualstudio.com");
}

static bool same_host(const char *a, const char *b)
{
	return mg_streq(a, b) || (is_azure(a) && is_azure(b));
}

static const char *variable(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

/* http.<url>.extraheader, which checkout writes with persistCredentials: true. */

/* How well the address in a key fits: -1 not, else the length of the part that fits. */
static int fits(struct mg_arena *arena, const char *pattern, const struct mg_address *to)
{
	struct mg_address p = mg_address_read(arena, pattern);
	if (!mg_streq(p.scheme, to->scheme) || !mg_streq(p.host, to->host))
		return -1;
	if (p.user && !mg_streq(p.user, to->user))
		return -1;
	size_t len = strlen(p.path);
	while (len > 0 && p.path[len - 1] == '/')
		len--;
	if (strncmp(p.path, to->path, len) != 0 || (to->path[len] && to->path[len] != '/'))
		return -1;
	return (int)len + 1;
}

static bool read_basic(struct mg_arena *arena, const char *text, struct mg_remote *out)
{
	size_t len = strlen(text);
	unsigned char *plain = mg_alloc(arena, len / 4 * 3 + 4);
	if (len % 4 != 0 || EVP_DecodeBlock(plain, (const unsigned char *)text, (int)len) < 0)
		return false;
	char *colon = strchr((char *)plain, ':');
	if (!colon)
		return false;
	*colon = '\0';
	out->user = (char *)plain;
	out->password = colon + 1;
	return true;
}

/* "AUTHORIZATION: bearer TOKEN" or "... basic BASE64"; other headers are not for us. */
static void read_header(struct mg_arena *arena, const char *header, struct mg_remote *out)
{
	static const char name[] = "authorization:";
	if (strlen(header) > MG_SECRET_MAX_BYTES ||
		strncasecmp(header, name, sizeof(name) - 1) != 0)
		return;
	header += sizeof(name) - 1;
	header += strspn(header, " \t");
	size_t word = strcspn(header, " \t");
	const char *value = header + word + strspn(header + word, " \t");
	if (word == 6 && !strncasecmp(header, "bearer", word))
		out->bearer = mg_strdup(arena, value);
	else if (word == 5 && !strncasecmp(header, "basic", word))
		read_basic(arena, value, out);
}

/* The header that fits the address best. */
static void find_header(struct mg_arena *arena, const struct settings *settings,
	const struct mg_address *to, struct mg_remote *out)
{
	int best = -1;
	for (size_t i = 0; i < settings->header_count; i++) {
		const struct pair *header = &settings->headers[i];
		int fit = *header->key ? fits(arena, header->key, to) : 0; /* without: everywhere */
		if (fit < best || fit < 0)
			continue;
		best = fit;
		out->bearer = out->user = out->password = NULL;
		read_header(arena, header->value, out);
	}
}

/* ---- the order in which logins are looked for ---- */

/* The pipeline's token is for the pipeline's own server: another one must not see it. */
static bool token_belongs(struct mg_arena *arena, const struct mg_address *to)
{
	const char *home = variable("SYSTEM_COLLECTIONURI");
	if (!home)
		home = variable("SYSTEM_TEAMFOUNDATIONCOLLECTIONURI");
	if (!home)
		return true;
	struct mg_address own = mg_address_read(arena, home);
	return !own.host || same_host(own.host, to->host);
}

static int find_login(struct mg_arena *arena, const struct settings *settings,
	const struct mg_address *to, struct mg_remote *out, struct mg_error *err)
{
	const char *token = variable("MODELGATE_GIT_TOKEN");
	if (token) {
		MG_TRY(mg_secret_check("MODELGATE_GIT_TOKEN", token, err));
		const char *user = variable("MODELGATE_GIT_USER");
		if (user)
			MG_TRY(mg_secret_check("MODELGATE_GIT_USER", user, err));
		/* For a personal access token any name will do, but not every server takes none. */
		out->user = mg_strdup(arena, user ? user : to->user ? to->user : "modelgate");
		out->password = mg_strdup(arena, token);
		return MG_OK;
	}
	token = variable("SYSTEM_ACCESSTOKEN");
	if (token && token_belongs(arena, to)) {
		MG_TRY(mg_secret_check("SYSTEM_ACCESSTOKEN", token, err));
		out->bearer = mg_strdup(arena, token);
		return MG_OK;
	}
	find_header(arena, settings, to, out);
	if (out->bearer)
		return mg_secret_check("http.extraheader of git's configuration", out->bearer, err);
	if (!out->user && to->user && to->password) {
		out->user = to->user;
		out->password = to->password;
	}
	if (out->user) {
		MG_TRY(mg_secret_check("the user's name for the remote", out->user, err));
		MG_TRY(mg_secret_check("the password for the remote", out->password, err));
	}
	return MG_OK;
}

char *mg_remote_header(struct mg_arena *arena, const struct mg_remote *remote)
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

/* ---- which remote ---- */

static int unknown_remote(struct mg_arena *arena, const struct settings *settings, const char *name,
	struct mg_error *err)
{
	return mg_fail(err, MG_ENOTFOUND,
		"no remote is named '%s'; %s%s, or give an address such as https://host/path",
		mg_log_safe_cut(arena, name, 200),
		settings->names.len > 0
			? "there is: "
			: "the repository has none: git remote add origin <address>",
		settings->names.data);
}

/* What git takes for a place and not for a remote's name. */
static bool is_place(const char *name)
{
	return strpbrk(name, ":/") || mg_starts_with(name, ".");
}

/* As people may see it. */
static char *shown(struct mg_arena *arena, const char *url, const struct mg_address *a)
{
	return mg_log_safe_cut(arena,
		a->scheme ? mg_printf(arena, "%s://%s%s", a->scheme, a->host, a->path) : url, 300);
}

/* As git is told on its command line, where others see it: a login is told otherwise, but for the
 * user of SSH. */
static const char *without_login(
	struct mg_arena *arena, const char *url, const struct mg_address *to)
{
	if (!to->user)
		return url;
	const char *host = strstr(url, "://") + 3;
	const char *rest = host + strcspn(host, "/?#");
	while (rest > host && rest[-1] != '@')
		rest--;
	size_t user = speaks_http(to) ? 0 : strcspn(host, ":@");
	return mg_printf(
		arena, "%s://%.*s%s%s", to->scheme, (int)user, host, user ? "@" : "", rest);
}

/* What stands there must be read where it is written. */
static int check_push_url(struct mg_arena *arena, const struct settings *settings,
	const struct mg_remote *remote, struct mg_error *err)
{
	if (!settings->push_url)
		return MG_OK;
	const char *url = resolve(arena, settings, settings->push_url);
	struct mg_address to = mg_address_read(arena, url);
	if (mg_streq(shown(arena, url, &to), remote->address))
		return MG_OK;
	return mg_fail(err, MG_EUSAGE,
		"the remote '%s' is read at %s and written at another place, its pushurl; give that "
		"address instead of the name",
		mg_log_safe_cut(arena, remote->name, 200), remote->address);
}

static int read_timeout(double *out, struct mg_error *err)
{
	const char *text = variable("MODELGATE_GIT_TIMEOUT");
	*out = DEFAULT_TIMEOUT_S;
	if (text && (!mg_parse_duration(text, out) || !(*out > 0) || *out > 86400))
		return mg_fail(err, MG_EUSAGE,
			"MODELGATE_GIT_TIMEOUT is '%.40s'; write a time of up to a day, such as 90s or 5m",
			text);
	return MG_OK;
}

int mg_remote_find(struct mg_arena *arena, const struct mg_git *git, const char *name,
	struct mg_remote *out, struct mg_error *err)
{
	struct mg_remote found = {.name = mg_strdup(arena, name)};
	MG_TRY(read_timeout(&found.timeout_s, err));
	struct settings settings;
	MG_TRY(read_settings(arena, git, name, &settings, err));
	if (!settings.url && !is_place(name))
		return unknown_remote(arena, &settings, name, err);
	const char *url = resolve(arena, &settings, settings.url ? settings.url : found.name);
	struct mg_address to = mg_address_read(arena, url);
	found.address = shown(arena, url, &to);
	MG_TRY(check_push_url(arena, &settings, &found, err));
	found.http = speaks_http(&to);
	if (found.http)
		MG_TRY(find_login(arena, &settings, &to, &found, err));
	found.url = without_login(arena, url, &to);
	found.asks_as = to.user;
	found.ca_file = settings.ca_file;
	found.proxy = settings.own_proxy ? settings.own_proxy : settings.proxy;
	found.own_ssh = settings.own_ssh;
	found.partial = settings.partial;
	found.rules = settings.rules;
	found.rule_count = settings.rule_count;
	*out = found;
	return MG_OK;
}
