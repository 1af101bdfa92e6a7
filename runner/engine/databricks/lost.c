/* lost.c: statements whose answer was lost, found again in the query history by what names them. */
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "http/address.h"
#include "http/ask.h"

/* How long one question takes at most, how long the history may be late, and how long statements that nobody waits for
 * are cancelled. */
static const double CALL_S = 5, LATE_S = 1.5, CANCEL_S = 3;

#define RUN_KEY "modelgate_run"
#define NUMBER_KEY "modelgate_statement"

/* ---- names ---- */

struct mg_databricks_tag mg_databricks_tag_next(struct mg_engine *engine, struct mg_arena *arena)
{
	struct mg_databricks_tag tag = {.run = engine->run};
	tag.number = mg_printf(arena, "%u", atomic_fetch_add(&engine->numbered, 1) + 1);
	tag.comment = mg_printf(arena, "/* modelgate %s, run %s, statement %s */ ", MG_VERSION,
		tag.run, tag.number);
	return tag;
}

json_t *mg_databricks_tag_json(const struct mg_databricks_tag *tag)
{
	return json_pack("[{s:s, s:s}, {s:s, s:s}]", "key", RUN_KEY, "value", tag->run, "key",
		NUMBER_KEY, "value", tag->number);
}

static bool has_tag(const json_t *query, const char *key, const char *value)
{
	const json_t *tag;
	size_t i;
	json_array_foreach(json_object_get(query, "query_tags"), i,
		tag) if (mg_streq(mg_ask_text(tag, "key"), key) &&
		mg_streq(mg_ask_text(tag, "value"), value)) return true;
	return false;
}

static bool is_of(const json_t *query, const struct mg_databricks_tag *tag)
{
	const char *text = mg_ask_text(query, "query_text");
	return (text && mg_starts_with(text, tag->comment)) ||
		(has_tag(query, RUN_KEY, tag->run) && has_tag(query, NUMBER_KEY, tag->number));
}

/* ---- the history ---- */

static bool is_status(const json_t *query, const char *status)
{
	return mg_streq(mg_ask_text(query, "status"), status);
}

static bool still_runs(const json_t *query)
{
	return is_status(query, "QUEUED") || is_status(query, "RUNNING");
}

/* The newest statements of the warehouse that the identity may see; false: it is not told. Whoever is cancelled asks as
 * well. */
static bool ask(struct mg_session *session, struct mg_arena *arena, json_t **out)
{
	struct mg_http_answer answer;
	struct mg_error ignored = {0};
	struct mg_text url;
	mg_text_init(&url, arena);
	mg_text_addf(&url,
		"%s/api/2.0/sql/history/queries?max_results=100&filter_by.warehouse_ids=",
		session->engine->host);
	mg_address_encode(&url, session->engine->params.warehouse);
	session->http.until = mg_clock_ticks() + CALL_S;
	if (mg_http_call(&session->http, arena, "GET", url.data, NULL, &answer, &ignored) !=
			MG_OK ||
		answer.status != 200)
		return false;
	*out = json_loadb(answer.body, answer.len, JSON_ALLOW_NUL, NULL);
	return *out != NULL;
}

static const char *id_of(const json_t *query)
{
	const char *id = mg_ask_text(query, "query_id");
	return id && *id && strspn(id, "0123456789abcdefABCDEF-") == strlen(id) ? id : NULL;
}

int mg_databricks_find(struct mg_session *session, const struct mg_databricks_tag *tag,
	struct mg_arena *arena, const char **out, struct mg_error *err)
{
	double until = mg_clock_ticks() + LATE_S;
	do {
		MG_TRY(mg_databricks_wait(session, LATE_S / 5, err));
		MG_SCOPED_JSON said = NULL;
		const json_t *query;
		size_t i;
		if (!ask(session, arena, &said))
			continue;
		json_array_foreach(json_object_get(said, "res"), i, query)
		{
			if (!is_of(query, tag) || !id_of(query) ||
				(!still_runs(query) && !is_status(query, "FINISHED")))
				continue;
			*out = mg_strdup(arena, id_of(query));
			return MG_OK;
		}
	} while (mg_clock_ticks() < until);
	return mg_fail(err, MG_ENOTFOUND, "the query history does not have the statement");
}

int mg_databricks_cancel_others(
	struct mg_session *session, const struct mg_databricks_tag *tag, const char *kept)
{
	int others = 0;
	struct mg_http *http = &session->http;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	double until = mg_clock_ticks() + CANCEL_S;
	http->stop = NULL;
	for (bool any = true; any && mg_clock_ticks() < until;) {
		MG_SCOPED_JSON said = NULL;
		const json_t *query;
		size_t i;
		any = false;
		if (!ask(session, arena, &said))
			break;
		others = 0;
		json_array_foreach(json_object_get(said, "res"), i, query)
		{
			struct mg_http_answer answer;
			struct mg_error ignored = {0};
			if (!is_of(query, tag) || !id_of(query) || mg_streq(id_of(query), kept))
				continue;
			others++;
			if (!still_runs(query))
				continue;
			any = true;
			mg_ignore(mg_http_call(http, arena, "POST",
				mg_printf(arena, "%s/api/2.0/sql/statements/%s/cancel",
					session->engine->host, id_of(query)),
				"{}", &answer, &ignored));
		}
		if (any)
			nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
	}
	http->stop = &session->cancelled;
	return others;
}
