/* warehouse.c: what a SQL warehouse is doing, and how long a run waits until it has started. */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "http/address.h"
#include "http/ask.h"

/* How long a statement is pending before the warehouse is asked, how often it is asked again, and how long one
 * question may take. */
static const double PATIENCE_S = 2, ASK_EVERY_S = 10, CALL_S = 10;

static const char *const state_words[] = {
	[MG_WAREHOUSE_UNKNOWN] = "in a state that is not known",
	[MG_WAREHOUSE_STARTING] = "starting",
	[MG_WAREHOUSE_RUNNING] = "running",
	[MG_WAREHOUSE_STOPPING] = "stopping",
	[MG_WAREHOUSE_STOPPED] = "stopped",
	[MG_WAREHOUSE_DELETING] = "being deleted",
	[MG_WAREHOUSE_DELETED] = "deleted",
};

const char *mg_databricks_warehouse_words(enum mg_databricks_warehouse_state state)
{
	return state_words[state];
}

static enum mg_databricks_warehouse_state read_state(const char *text)
{
	static const char *const names[] = {"", "STARTING", "RUNNING", "STOPPING", "STOPPED",
		"DELETING", "DELETED"};
	for (size_t i = 1; i < sizeof(names) / sizeof(*names); i++)
		if (mg_streq(text, names[i]))
			return (enum mg_databricks_warehouse_state)i;
	return MG_WAREHOUSE_UNKNOWN;
}

static bool is_warehouse(const json_t *said)
{
	return mg_ask_text(said, "state") != NULL;
}

static const char *path_of(const struct mg_session *session, struct mg_arena *arena)
{
	struct mg_text path;
	mg_text_init(&path, arena);
	mg_text_add(&path, "/api/2.0/sql/warehouses/");
	mg_address_encode(&path, session->engine->params.warehouse);
	return path.data;
}

int mg_databricks_warehouse(struct mg_session *session, struct mg_arena *arena,
	struct mg_databricks_warehouse *out, struct mg_error *err)
{
	MG_SCOPED_JSON said = NULL;
	MG_TRY(mg_databricks_call_for(session, "GET", path_of(session, arena), NULL, is_warehouse,
		CALL_S, &said, err));
	const char *name = mg_ask_text(said, "name");
	*out = (struct mg_databricks_warehouse){
		.name = name ? mg_log_safe_cut(arena, name, 100) : NULL,
		.state = read_state(mg_ask_text(said, "state"))};
	return MG_OK;
}

/* ---- waiting for it ---- */

/* Of all sessions one asks, and all know. */
static bool may_ask(struct mg_engine *engine)
{
	double now = mg_clock_ticks();
	pthread_mutex_lock(&engine->lock);
	bool may = now >= engine->ask_warehouse_at;
	if (may)
		engine->ask_warehouse_at = now + ASK_EVERY_S;
	pthread_mutex_unlock(&engine->lock);
	return may;
}

int mg_databricks_wait_for_warehouse(
	struct mg_session *session, double pending_since, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	double waited = mg_clock_ticks() - pending_since;
	double allowed = engine->params.start_timeout;
	atomic_store(&session->pending_since, pending_since);
	if (waited > PATIENCE_S && may_ask(engine)) {
		MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
		struct mg_databricks_warehouse warehouse = {0};
		struct mg_error refused = {0};
		/* Who may use it may not always look at it: then nothing is known. */
		if (mg_databricks_warehouse(session, arena, &warehouse, &refused) == MG_ECANCELLED)
			return mg_fail(err, MG_ECANCELLED, "%s", refused.text);
		atomic_store(&engine->warehouse_state, (int)warehouse.state);
		atomic_store(&engine->warehouse_asked, true);
	}
	if (!(allowed > 0) || waited <= allowed)
		return MG_OK;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *name = mg_log_safe_cut(arena, engine->params.warehouse, 60);
	const char *time = mg_human_duration(arena, allowed);
	if (atomic_load(&engine->warehouse_state) == MG_WAREHOUSE_RUNNING)
		return mg_fail(err, MG_ETIMEOUT,
			"warehouse %s is running, and did not begin the statement within %s: it has too much "
			"to do; give it more clusters, or allow it more with the connection's start_timeout",
			name, time);
	return mg_fail(err, MG_ETIMEOUT,
		"warehouse %s did not start within %s; start it before the run, or allow it more with the "
		"connection's start_timeout",
		name, time);
}

const char *mg_databricks_waits(struct mg_session *session, struct mg_arena *arena)
{
	const struct mg_engine *engine = session->engine;
	double since = atomic_load(&session->pending_since);
	double waited = mg_clock_ticks() - since;
	if (!(since > 0) || waited <= PATIENCE_S || !atomic_load(&engine->warehouse_asked))
		return NULL;
	const char *name = mg_log_safe_cut(arena, engine->params.warehouse, 60);
	const char *time = mg_human_duration(arena, (double)(long long)waited);
	enum mg_databricks_warehouse_state state =
		(enum mg_databricks_warehouse_state)atomic_load(&engine->warehouse_state);
	if (state == MG_WAREHOUSE_UNKNOWN)
		return mg_printf(arena, "waiting for warehouse %s, %s", name, time);
	if (state == MG_WAREHOUSE_RUNNING)
		return mg_printf(arena, "warehouse %s is busy, %s", name, time);
	return mg_printf(arena, "warehouse %s is %s, %s", name,
		mg_databricks_warehouse_words(state), time);
}
