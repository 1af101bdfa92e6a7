/* warehouse.c: what a SQL warehouse is doing, and how long a run waits until it has started. */
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "http/address.h"
#include "http/ask.h"

/* How long a statement is pending before the warehouse is asked, how often it is asked again, and how long one
 * question may take. */
static const double PATIENCE_S = 2, ASK_EVERY_S = 10, CALL_S = 10;

enum state { UNKNOWN, STARTING, RUNNING, STOPPING, STOPPED, DELETING, DELETED, STATES };
static const struct {
	const char *name, *words; /* "warehouse 1 is starting" */
} states[STATES] = {[STARTING] = {"STARTING", "starting"},
	[RUNNING] = {"RUNNING", "busy"},
	[STOPPING] = {"STOPPING", "stopping"},
	[STOPPED] = {"STOPPED", "stopped"},
	[DELETING] = {"DELETING", "being deleted"},
	[DELETED] = {"DELETED", "deleted"}};

static enum state read_state(const char *text)
{
	for (int i = UNKNOWN + 1; i < STATES; i++)
		if (mg_streq(text, states[i].name))
			return (enum state)i;
	return UNKNOWN;
}

static bool is_warehouse(const json_t *said)
{
	return mg_ask_text(said, "state") != NULL;
}

int mg_databricks_warehouse(
	struct mg_session *session, double seconds, json_t **out, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_text path;
	mg_text_init(&path, arena);
	mg_text_add(&path, "/api/2.0/sql/warehouses/");
	mg_address_encode(&path, session->engine->params.warehouse);
	return mg_databricks_call_for(
		session, "GET", path.data, NULL, is_warehouse, seconds, out, err);
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
		MG_SCOPED_JSON said = NULL;
		struct mg_error refused = {0};
		/* Who may use it may not always look at it: then nothing is known. */
		if (mg_databricks_warehouse(session, CALL_S, &said, &refused) == MG_ECANCELLED)
			return mg_fail(err, MG_ECANCELLED, "%s", refused.text);
		atomic_store(&engine->warehouse_state, (int)read_state(mg_ask_text(said, "state")));
		atomic_store(&engine->warehouse_asked, true);
	}
	if (!(allowed > 0) || waited <= allowed)
		return MG_OK;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *name = mg_log_safe_cut(arena, engine->params.warehouse, 60);
	const char *time = mg_human_duration(arena, allowed);
	if (atomic_load(&engine->warehouse_state) == RUNNING)
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
	enum state state = (enum state)atomic_load(&engine->warehouse_state);
	if (state == UNKNOWN)
		return mg_printf(arena, "waiting for warehouse %s, %s", name, time);
	return mg_printf(arena, "warehouse %s is %s, %s", name, states[state].words, time);
}
