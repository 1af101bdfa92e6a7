/* links.c: rows that a workspace does not send itself, since they are many: it says where they lie, for some
 * minutes, for whoever has the address. So no token goes there, and no message has the address. */
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "http/address.h"
#include "http/ask.h"

enum { MOST_TRIES = 4, MOST_HEADERS = 16 };
static const double CALL_S = 120;

/* What has to be sent along, such as a key to decrypt with. */
static int headers_of(
	const json_t *link, struct mg_arena *arena, const char **out, struct mg_error *err)
{
	const char *name;
	json_t *value;
	size_t count = 0;
	json_object_foreach(json_object_get(link, "http_headers"), name, value)
	{
		const char *text = json_string_value(value);
		if (!text || count == MOST_HEADERS || strpbrk(name, "\r\n:") ||
			strpbrk(text, "\r\n"))
			return mg_fail(err, MG_EENGINE, "the workspace tells to send no header");
		out[count++] = mg_printf(arena, "%s: %s", name, text);
	}
	out[count] = NULL;
	return MG_OK;
}

static int fetch(struct mg_session *session, const json_t *link, json_t **out, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *headers[MOST_HEADERS + 1];
	const char *url = mg_ask_text(link, "external_link");
	struct mg_address address = mg_address_read(arena, url ? url : "");
	if (!address.host || address.user || !mg_address_keeps_secrets(&address))
		return mg_fail(err, MG_EENGINE,
			"the workspace says that rows of the result lie at no https:// address");
	MG_TRY(headers_of(link, arena, headers, err));
	const struct mg_http_request request = {
		.method = "GET", .url = url, .authorization = "", .headers = headers};
	struct mg_http storage = session->http;
	struct mg_http_answer answer = {0};
	struct mg_error ignored = {0};
	storage.bearer = "";
	storage.until = mg_clock_ticks() + CALL_S;
	int code = mg_http_send(&storage, arena, &request, &answer, &ignored);
	if (code == MG_ECANCELLED)
		return mg_fail(err, MG_ECANCELLED, "the query was stopped");
	if (code != MG_OK)
		return mg_fail(err, MG_EENGINE,
			"rows of the result do not come from %s, where the workspace keeps large "
			"results; this machine has to reach that host",
			mg_log_safe_cut(arena, address.host, 200));
	json_t *rows = answer.status == 200
		? json_loadb(answer.body, answer.len, JSON_ALLOW_NUL, NULL)
		: NULL;
	if (json_is_array(rows)) {
		*out = json_pack("{s:o}", "data_array", rows);
		return MG_OK;
	}
	json_decref(rows);
	return mg_fail(err, MG_EENGINE,
		"rows of the result do not come from %s, where the workspace keeps large results "
		"(HTTP %d)",
		mg_log_safe_cut(arena, address.host, 200), answer.status);
}

static bool has_link(const json_t *said)
{
	return json_array_size(json_object_get(said, "external_links")) == 1;
}

int mg_databricks_fetch(struct mg_session *session, const char *statement, const json_t *link,
	json_t **out, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	MG_SCOPED_JSON fresh = NULL;
	const json_t *index = json_object_get(link, "chunk_index");
	const char *path = mg_printf(
		arena, "%s/result/chunks/%lld", statement, (long long)json_integer_value(index));
	for (int tries = 1;; tries++) {
		int code = fetch(session, link, out, err);
		if (code == MG_OK || code == MG_ECANCELLED || tries == MOST_TRIES ||
			!json_is_integer(index))
			return code;
		/* It may have ended meanwhile: another one for the same rows. */
		MG_TRY(mg_databricks_wait(session, 0.2 * tries, err));
		json_t *said = NULL;
		MG_TRY(mg_databricks_call(session, "GET", path, NULL, has_link, &said, err));
		json_decref(fresh);
		fresh = said;
		link = json_array_get(json_object_get(fresh, "external_links"), 0);
		index = json_object_get(link, "chunk_index");
	}
}
