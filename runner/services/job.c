/* job.c: what a job of Azure Pipelines knows of the service and of itself, from its variables. */
#include "services/job.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "http/address.h"
#include "http/secret.h"

enum { PART_MAX_BYTES = 200, COLLECTION_MAX_BYTES = 1000 };

bool mg_job_is_part(const char *text)
{
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
			return false;
	return text[strspn(text, ".")] && strlen(text) <= PART_MAX_BYTES;
}

bool mg_job_is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0' && strlen(text) < 19;
}

int mg_job_variable(struct mg_arena *arena, const char *name, bool (*fits)(const char *text),
	const char *what, const char **out, struct mg_error *err)
{
	const char *value = getenv(name);
	if (!value || !*value)
		return mg_fail(err, MG_EUSAGE, "%s is not set: %s", name, what);
	if (!fits(value))
		return mg_fail(err, MG_EUSAGE, "%s is '%s', which cannot be", name,
			mg_log_safe_cut(arena, value, 100));
	*out = mg_strdup(arena, value);
	return MG_OK;
}

static bool is_address(const char *text)
{
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_.~:/%[]", *c))
			return false;
	return strlen(text) <= COLLECTION_MAX_BYTES;
}

int mg_job_collection(
	struct mg_arena *arena, const char *what, const char **out, struct mg_error *err)
{
	const char *uri = "";
	MG_TRY(mg_job_variable(arena, "SYSTEM_COLLECTIONURI", is_address, what, &uri, err));
	struct mg_address a = mg_address_read(arena, uri);
	if (!a.host || !*a.host)
		return mg_fail(err, MG_EUSAGE,
			"SYSTEM_COLLECTIONURI is '%s', which is not an "
			"address",
			mg_log_safe_cut(arena, uri, 100));
	if (!mg_address_keeps_secrets(&a))
		return mg_fail(err, MG_EUSAGE,
			"SYSTEM_COLLECTIONURI is '%s': the token goes to https:// addresses only",
			mg_log_safe_cut(arena, uri, 100));
	size_t len = strlen(uri);
	while (len > 0 && uri[len - 1] == '/')
		len--;
	*out = mg_strndup(arena, uri, len);
	return MG_OK;
}

int mg_job_token(struct mg_arena *arena, const char **out, struct mg_error *err)
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
