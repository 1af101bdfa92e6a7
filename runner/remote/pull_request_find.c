/* pull_request_find: where the pull request is, by the variables of the job. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/escape.h"
#include "base/text.h"
#include "remote/address.h"
#include "remote/pull_request.h"
#include "remote/secret.h"

enum { PART_MAX_BYTES = 200, COLLECTION_MAX_BYTES = 1000 };

/* A part of an address that needs no coding, such as a GUID. */
static bool is_part(const char *text)
{
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
			return false;
	return text[strspn(text, ".")] && strlen(text) <= PART_MAX_BYTES;
}

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0' && strlen(text) < 19;
}

static int need(struct mg_arena *arena, const char *name, bool (*fits)(const char *text),
	const char **out, struct mg_error *err)
{
	const char *value = getenv(name);
	if (!value || !*value)
		return mg_fail(err, MG_EUSAGE,
			"%s is not set: a comment is written by a job of Azure Pipelines that builds "
			"a pull request of Azure Repos",
			name);
	if (!fits(value))
		return mg_fail(err, MG_EUSAGE, "%s is '%s', which cannot be", name,
			mg_log_safe_cut(arena, value, 100));
	*out = mg_strdup(arena, value);
	return MG_OK;
}

static bool is_loopback(const char *host)
{
	size_t len = strcspn(host, ":");
	if (*host == '[')
		len = strcspn(host, "]") + 1;
	static const char *const own[] = {"127.0.0.1", "[::1]", "localhost"};
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (strlen(own[i]) == len && strncasecmp(host, own[i], len) == 0)
			return true;
	return false;
}

static bool is_address(const char *text)
{
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_.~:/%[]", *c))
			return false;
	return strlen(text) <= COLLECTION_MAX_BYTES;
}

/* Nobody on the way may see the token; on this machine there is no way. */
static int find_collection(struct mg_arena *arena, const char **out, struct mg_error *err)
{
	const char *uri = "";
	MG_TRY(need(arena, "SYSTEM_COLLECTIONURI", is_address, &uri, err));
	struct mg_address a = mg_address_read(arena, uri);
	if (!a.host || !*a.host)
		return mg_fail(err, MG_EUSAGE, "SYSTEM_COLLECTIONURI is '%s', which is no address",
			mg_log_safe_cut(arena, uri, 100));
	bool safe = strcasecmp(a.scheme, "https") == 0 ||
		(strcmp(a.scheme, "http") == 0 && is_loopback(a.host));
	if (!safe)
		return mg_fail(err, MG_EUSAGE,
			"SYSTEM_COLLECTIONURI is '%s': the token goes to https:// addresses only",
			mg_log_safe_cut(arena, uri, 100));
	size_t len = strlen(uri);
	while (len > 0 && uri[len - 1] == '/')
		len--;
	*out = mg_strndup(arena, uri, len);
	return MG_OK;
}

static int find_token(struct mg_arena *arena, const char **out, struct mg_error *err)
{
	static const char name[] = "SYSTEM_ACCESSTOKEN";
	const char *token = getenv(name);
	if (!token || !*token)
		return mg_fail(err, MG_EUSAGE,
			"%s is not set: the step's env: needs the line SYSTEM_ACCESSTOKEN: "
			"$(System.AccessToken)",
			name);
	MG_TRY(mg_secret_check(name, token, err));
	*out = mg_strdup(arena, token);
	return MG_OK;
}

int mg_pull_request_find(struct mg_arena *arena, struct mg_pull_request *out, struct mg_error *err)
{
	struct mg_pull_request found = {0};
	MG_TRY(find_collection(arena, &found.collection, err));
	MG_TRY(need(arena, "SYSTEM_TEAMPROJECTID", is_part, &found.project, err));
	MG_TRY(need(arena, "BUILD_REPOSITORY_ID", is_part, &found.repository, err));
	MG_TRY(need(arena, "SYSTEM_PULLREQUEST_PULLREQUESTID", is_number, &found.id, err));
	MG_TRY(find_token(arena, &found.token, err));
	const char *build = getenv("BUILD_BUILDID");
	if (build && is_number(build)) {
		found.run_id = mg_strdup(arena, build);
		found.run_url = mg_printf(arena, "%s/%s/_build/results?buildId=%s",
			found.collection, found.project, build);
	}
	*out = found;
	return MG_OK;
}
