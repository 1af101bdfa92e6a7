/* costs.c: what a run's statements took: what we see ourselves, and the bytes that the query history tells. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "http/ask.h"

/* For the history, which is asked when all else is done. */
static const double HISTORY_S = 10;
enum { IDS_AT_ONCE = 50 };

void mg_databricks_costs_init(struct mg_databricks_costs *costs)
{
	*costs = (struct mg_databricks_costs){.arena = mg_arena_new()};
	pthread_mutex_init(&costs->lock, NULL);
}

void mg_databricks_costs_done(struct mg_databricks_costs *costs)
{
	pthread_mutex_destroy(&costs->lock);
	mg_arena_free(costs->arena);
}

void mg_databricks_note_sent(struct mg_engine *engine, bool again)
{
	pthread_mutex_lock(&engine->costs.lock);
	engine->costs.sent++;
	engine->costs.sent_again += again;
	pthread_mutex_unlock(&engine->costs.lock);
}

void mg_databricks_note_end(struct mg_engine *engine, const char *id, double seconds, int64_t rows)
{
	struct mg_databricks_costs *costs = &engine->costs;
	pthread_mutex_lock(&costs->lock);
	costs->list = mg_grow(
		costs->arena, costs->list, costs->count, &costs->capacity, sizeof(*costs->list));
	costs->list[costs->count++] = (struct mg_statement_costs){.id = mg_strdup(costs->arena, id),
		.seconds = seconds,
		.rows = rows,
		.bytes_read = -1};
	if (rows > 0)
		costs->rows += rows;
	pthread_mutex_unlock(&costs->lock);
}

/* ---- bytes ---- */

static bool is_history(const json_t *said)
{
	const json_t *list = json_object_get(said, "res");
	return json_is_object(said) && (!list || json_is_array(list));
}

static void take_bytes(const json_t *said, struct mg_statement_costs *list, size_t count)
{
	const json_t *query;
	size_t i;
	json_array_foreach(json_object_get(said, "res"), i, query)
	{
		const char *id = mg_ask_text(query, "query_id");
		const json_t *bytes = json_object_get(
			json_object_get(query, "metrics"), "read_bytes");
		if (!mg_streq(mg_ask_text(query, "status"), "FINISHED") ||
			!json_is_integer(bytes) || json_integer_value(bytes) < 0)
			continue;
		for (size_t k = 0; k < count; k++)
			if (mg_streq(list[k].id, id))
				list[k].bytes_read = json_integer_value(bytes);
	}
}

/* Whoever may run statements may not always see their history, and that is no reason to fail: what is not told
 * is not known. */
static void ask_history(struct mg_session *session, struct mg_arena *arena,
	struct mg_statement_costs *list, size_t count)
{
	double until = mg_clock_ticks() + HISTORY_S;
	for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
		size_t some = count - from < IDS_AT_ONCE ? count - from : IDS_AT_ONCE;
		double left = until - mg_clock_ticks();
		struct mg_error ignored = {0};
		struct mg_text path;
		mg_text_init(&path, arena);
		mg_text_addf(&path,
			"/api/2.0/sql/history/queries?include_metrics=true&max_results=%d",
			IDS_AT_ONCE);
		for (size_t i = 0; i < some; i++)
			mg_text_addf(&path, "&filter_by.statement_ids=%s", list[from + i].id);
		MG_SCOPED_JSON said = NULL;
		if (left <= 0 ||
			mg_databricks_call_for(session, "GET", path.data, NULL, is_history, left,
				&said, &ignored) != MG_OK)
			return;
		take_bytes(said, &list[from], some);
	}
}

void mg_databricks_costs(
	struct mg_session *session, struct mg_arena *arena, struct mg_engine_costs *out)
{
	struct mg_databricks_costs *costs = &session->engine->costs;
	pthread_mutex_lock(&costs->lock);
	out->statement_count = costs->sent;
	out->sent_again = costs->sent_again;
	out->rows = costs->rows;
	out->listed_count = costs->count;
	out->statements = mg_alloc_array(arena, costs->count, sizeof(*out->statements));
	for (size_t i = 0; i < costs->count; i++) {
		out->statements[i] = costs->list[i];
		out->statements[i].id = mg_strdup(arena, costs->list[i].id);
	}
	pthread_mutex_unlock(&costs->lock);
	if (!atomic_load(&session->cancelled))
		ask_history(session, arena, out->statements, out->listed_count);
	for (size_t i = 0; i < out->listed_count; i++) {
		int64_t bytes = out->statements[i].bytes_read;
		if (bytes >= 0)
			out->bytes_read = (out->bytes_read > 0 ? out->bytes_read : 0) + bytes;
	}
}
