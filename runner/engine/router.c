/* router.c: an engine belongs to a dataset: each query goes to the one that reads its data. */
#include <modelgate/engine.h>

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <modelgate/run.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "engine/profile.h"

/* One engine: of this machine, of a connection, or of the profiles. */
struct part {
	const struct mg_connection *connection; /* NULL: this machine */
	bool profiles;
	const struct mg_engine_ops *ops;
	struct mg_engine *engine; /* NULL: none of its datasets is asked for */
	atomic_llong queries, refinements;
	atomic_llong microseconds; /* of all queries */
};

struct mg_engine {
	struct mg_arena *arena;
	struct part *parts; /* this machine's first */
	size_t count;
};

struct mg_session {
	struct mg_arena *arena;
	struct mg_engine *engine;
	pthread_mutex_t lock;     /* what follows */
	struct mg_session **subs; /* by part; NULL: not opened yet */
	size_t busy;              /* the part that was asked last */
	bool cancelled;
};

/* ---- which part ---- */

/* Queries without a dataset are this machine's. */
static bool reads(const struct part *part, const struct mg_data *data)
{
	return part->connection == (data ? data->connection : NULL) &&
		part->profiles == (data && mg_data_is_profile(data));
}

static int find_part(const struct mg_engine *engine, const struct mg_data *data, size_t *out,
	struct mg_error *err)
{
	for (size_t i = 0; i < engine->count; i++) {
		if (!reads(&engine->parts[i], data))
			continue;
		if (!engine->parts[i].engine)
			break;
		*out = i;
		return MG_OK;
	}
	return mg_fail(err, MG_EENGINE, "connection '%s' was not opened",
		data && data->connection ? data->connection->name : "of this machine");
}

/* One statement reads the tables of one engine. `validate` refuses what a spec says of several. */
static int find_query(const struct mg_engine *engine, const struct mg_query *query, size_t *out,
	struct mg_error *err)
{
	const struct mg_data *data = query->source.data;
	const struct mg_data *others[] = {
		query->other.data, query->with ? query->with->source.data : NULL};
	MG_TRY(find_part(engine, data, out, err));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (others[i] && !reads(&engine->parts[*out], others[i]))
			return mg_fail(err, MG_EENGINE,
				"'%s' and '%s' are in different places, and one statement "
				"cannot read both",
				data->name, others[i]->name);
	return MG_OK;
}

/* ---- engines ---- */

static bool is_asked(const struct mg_engine_options *options, const struct part *part)
{
	const struct mg_spec *spec = options->spec;
	for (size_t i = 0; i < spec->data_count; i++)
		if (reads(part, &spec->data[i]) && (!options->used || options->used[i]))
			return true;
	return false;
}

static void router_close(struct mg_engine *engine)
{
	for (size_t i = 0; engine && i < engine->count; i++)
		if (engine->parts[i].engine)
			engine->parts[i].ops->close(engine->parts[i].engine);
	if (engine)
		mg_arena_free(engine->arena); /* the router itself lives in it */
}

static int router_open(
	struct mg_engine **out, const struct mg_engine_options *options, struct mg_error *err)
{
	const struct mg_spec *spec = options->spec;
	struct mg_arena *arena = mg_arena_new();
	struct mg_engine *engine = mg_alloc(arena, sizeof(*engine));
	bool any = false;
	int code = MG_OK;
	engine->arena = arena;
	engine->count = spec->connection_count + 2;
	engine->parts = mg_alloc_array(arena, engine->count, sizeof(*engine->parts));
	engine->parts[0].ops = mg_engines[0];
	for (size_t i = 0; i < spec->connection_count; i++) {
		engine->parts[i + 1].connection = &spec->connections[i];
		engine->parts[i + 1].ops = spec->connections[i].engine;
	}
	engine->parts[engine->count - 1].profiles = true;
	engine->parts[engine->count - 1].ops = &mg_engine_profile;
	/* This machine's also when nothing is asked for at all. */
	for (size_t i = engine->count; i-- > 0 && code == MG_OK;) {
		struct part *part = &engine->parts[i];
		struct mg_engine_options own = *options;
		own.connection = part->connection;
		if (!is_asked(options, part) && (i || any))
			continue;
		any = true;
		code = part->ops->open(&part->engine, &own, err);
	}
	if (code != MG_OK) {
		router_close(engine);
		return code;
	}
	*out = engine;
	return MG_OK;
}

static int router_find(const char **out_version, struct mg_error *err)
{
	return mg_engines[0]->find(out_version, err);
}

/* "duckdb, postgres", or what `each` says of them. */
static const char *list_parts(const struct mg_engine *engine,
	const char *(*each)(const struct part *part), const char *unknown)
{
	struct mg_text text;
	mg_text_init(&text, engine->arena);
	for (size_t i = 0; i < engine->count; i++) {
		const struct part *part = &engine->parts[i];
		if (!part->engine)
			continue;
		const char *word = each(part);
		mg_text_addf(&text, "%s%s", text.len ? ", " : "", word ? word : unknown);
	}
	return text.data;
}

static const char *version_of(const struct part *part)
{
	return part->ops->version(part->engine);
}

static const char *name_of(const struct part *part)
{
	return part->ops->name;
}

static const char *router_version(const struct mg_engine *engine)
{
	return list_parts(engine, version_of, "not connected");
}

const char *mg_engine_router_names(const struct mg_engine *router)
{
	return list_parts(router, name_of, "");
}

static int router_expect(
	struct mg_engine *engine, const struct mg_data *data, size_t passes, struct mg_error *err)
{
	size_t at = 0;
	MG_TRY(find_part(engine, data, &at, err));
	const struct part *part = &engine->parts[at];
	return part->ops->expect ? part->ops->expect(part->engine, data, passes, err) : MG_OK;
}

static char *router_sql(
	struct mg_engine *engine, const struct mg_query *query, struct mg_arena *arena)
{
	struct mg_error err = {0};
	size_t at = 0;
	if (find_query(engine, query, &at, &err) != MG_OK)
		return mg_printf(arena, "-- %s", err.text);
	return engine->parts[at].ops->sql(engine->parts[at].engine, query, arena);
}

/* ---- sessions ---- */

static int router_session_open(
	struct mg_session **out, struct mg_engine *engine, struct mg_error *err)
{
	(void)err;
	struct mg_arena *arena = mg_arena_new();
	struct mg_session *session = mg_alloc(arena, sizeof(*session));
	*session = (struct mg_session){.arena = arena, .engine = engine};
	session->subs = mg_alloc_array(arena, engine->count, sizeof(struct mg_session *));
	pthread_mutex_init(&session->lock, NULL);
	*out = session;
	return MG_OK;
}

static void router_session_close(struct mg_session *session)
{
	if (!session)
		return;
	for (size_t i = 0; i < session->engine->count; i++)
		if (session->subs[i])
			session->engine->parts[i].ops->session_close(session->subs[i]);
	pthread_mutex_destroy(&session->lock);
	mg_arena_free(session->arena);
}

/* The part's own session. A cancel is seen here, or goes to what is returned. */
static int enter(
	struct mg_session *session, size_t at, struct mg_session **out, struct mg_error *err)
{
	const struct part *part = &session->engine->parts[at];
	int code = MG_OK;
	pthread_mutex_lock(&session->lock);
	if (session->cancelled)
		code = mg_fail(err, MG_ECANCELLED, "the query was stopped");
	else if (!session->subs[at])
		code = part->ops->session_open(&session->subs[at], part->engine, err);
	session->busy = at;
	*out = session->subs[at];
	pthread_mutex_unlock(&session->lock);
	return code;
}

static void router_cancel(struct mg_session *session)
{
	pthread_mutex_lock(&session->lock);
	session->cancelled = true;
	for (size_t i = 0; i < session->engine->count; i++)
		if (session->subs[i])
			session->engine->parts[i].ops->cancel(session->subs[i]);
	pthread_mutex_unlock(&session->lock);
}

static double router_progress(struct mg_session *session)
{
	double share = -1;
	pthread_mutex_lock(&session->lock);
	struct mg_session *sub = session->subs[session->busy];
	const struct mg_engine_ops *ops = session->engine->parts[session->busy].ops;
	if (sub && ops->progress)
		share = ops->progress(sub);
	pthread_mutex_unlock(&session->lock);
	return share;
}

static const char *router_waits(struct mg_session *session, struct mg_arena *arena)
{
	const char *words = NULL;
	pthread_mutex_lock(&session->lock);
	struct mg_session *sub = session->subs[session->busy];
	const struct mg_engine_ops *ops = session->engine->parts[session->busy].ops;
	if (sub && ops->waits)
		words = ops->waits(sub, arena);
	pthread_mutex_unlock(&session->lock);
	return words;
}

static int router_describe(struct mg_session *session, const struct mg_data *data,
	struct mg_arena *arena, struct mg_schema *out, const char ***out_files,
	size_t *out_file_count, struct mg_error *err)
{
	struct mg_session *sub = NULL;
	size_t at = 0;
	MG_TRY(find_part(session->engine, data, &at, err));
	MG_TRY(enter(session, at, &sub, err));
	return session->engine->parts[at].ops->describe(
		sub, data, arena, out, out_files, out_file_count, err);
}

static int router_prepare(
	struct mg_session *session, const struct mg_query *query, struct mg_error *err)
{
	struct mg_session *sub = NULL;
	size_t at = 0;
	MG_TRY(find_query(session->engine, query, &at, err));
	MG_TRY(enter(session, at, &sub, err));
	return session->engine->parts[at].ops->prepare(sub, query, err);
}

static void note(struct part *part, double began, bool refines)
{
	atomic_fetch_add(&part->queries, 1);
	atomic_fetch_add(&part->refinements, refines);
	atomic_fetch_add(&part->microseconds, (long long)((mg_clock_ticks() - began) * 1e6));
}

static int router_query(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_table *out, const char ***out_columns,
	struct mg_error *err)
{
	struct mg_session *sub = NULL;
	size_t at = 0;
	MG_TRY(find_query(session->engine, query, &at, err));
	MG_TRY(enter(session, at, &sub, err));
	struct part *part = &session->engine->parts[at];
	double began = mg_clock_ticks();
	int code = part->ops->query(sub, query, arena, out, out_columns, err);
	note(part, began, false);
	return code;
}

static int router_freq(struct mg_session *session, const struct mg_query *query,
	const struct mg_range *ranges, size_t range_count, size_t max_entries,
	struct mg_arena *arena, struct mg_freq_set *out, struct mg_error *err)
{
	struct mg_session *sub = NULL;
	size_t at = 0;
	MG_TRY(find_query(session->engine, query, &at, err));
	MG_TRY(enter(session, at, &sub, err));
	struct part *part = &session->engine->parts[at];
	double began = mg_clock_ticks();
	int code = part->ops->freq(sub, query, ranges, range_count, max_entries, arena, out, err);
	note(part, began, ranges != NULL);
	return code;
}

static int router_unchanged(struct mg_session *session, struct mg_error *err)
{
	for (size_t i = 0; i < session->engine->count; i++) {
		const struct part *part = &session->engine->parts[i];
		struct mg_session *sub = NULL;
		if (!part->engine || !part->ops->unchanged)
			continue;
		MG_TRY(enter(session, i, &sub, err));
		MG_TRY(part->ops->unchanged(sub, err));
	}
	return MG_OK;
}

/* Also of a cancelled session: then its part's own, which asks nobody. */
static void costs_of(
	struct mg_session *session, size_t at, struct mg_arena *arena, struct mg_engine_costs *out)
{
	const struct part *part = &session->engine->parts[at];
	struct mg_session *sub = NULL;
	struct mg_error ignored = {0};
	*out = (struct mg_engine_costs){
		.connection = part->connection ? part->connection->name : NULL,
		.engine = part->ops->name,
		.queries = atomic_load(&part->queries),
		.refinements = atomic_load(&part->refinements),
		.seconds = (double)atomic_load(&part->microseconds) / 1e6,
		.statement_count = -1,
		.sent_again = -1,
		.rows = -1,
		.bytes_read = -1};
	if (!part->ops->costs)
		return;
	if (enter(session, at, &sub, &ignored) == MG_OK) {
		part->ops->costs(sub, arena, out);
	} else if (part->ops->session_open(&sub, part->engine, &ignored) == MG_OK) {
		part->ops->cancel(sub);
		part->ops->costs(sub, arena, out);
		part->ops->session_close(sub);
	}
}

void mg_engine_router_costs(struct mg_session *session, struct mg_arena *arena,
	struct mg_engine_costs **out, size_t *out_count)
{
	const struct mg_engine *engine = session->engine;
	*out = mg_alloc_array(arena, engine->count, sizeof(**out));
	*out_count = 0;
	for (size_t i = 0; i < engine->count; i++)
		if (engine->parts[i].engine)
			costs_of(session, i, arena, &(*out)[(*out_count)++]);
}

static int router_harmless(struct mg_session *session, const struct mg_data *data, const char *sql,
	const struct mg_texts *names, const struct mg_texts *hidden, const char *const *outputs,
	size_t count, bool *out, struct mg_error *err)
{
	struct mg_session *sub = NULL;
	size_t at = 0;
	MG_TRY(find_part(session->engine, data, &at, err));
	const struct mg_engine_ops *ops = session->engine->parts[at].ops;
	memset(out, 0, count * sizeof(*out));
	if (!ops->harmless)
		return MG_OK;
	MG_TRY(enter(session, at, &sub, err));
	return ops->harmless(sub, data, sql, names, hidden, outputs, count, out, err);
}

static int router_memory(struct mg_session *session, const struct mg_query *query,
	struct mg_arena *arena, struct mg_memory *out, struct mg_error *err)
{
	struct mg_session *sub = NULL;
	size_t at = 0;
	*out = (struct mg_memory){0};
	MG_TRY(find_query(session->engine, query, &at, err));
	const struct mg_engine_ops *ops = session->engine->parts[at].ops;
	if (!ops->memory)
		return MG_OK;
	MG_TRY(enter(session, at, &sub, err));
	return ops->memory(sub, query, arena, out, err);
}

const struct mg_engine_ops mg_engine_router = {
	.name = "router",
	.find = router_find,
	.open = router_open,
	.close = router_close,
	.version = router_version,
	.describe = router_describe,
	.expect = router_expect,
	.session_open = router_session_open,
	.session_close = router_session_close,
	.prepare = router_prepare,
	.query = router_query,
	.freq = router_freq,
	.unchanged = router_unchanged,
	.cancel = router_cancel,
	.progress = router_progress,
	.waits = router_waits,
	.harmless = router_harmless,
	.memory = router_memory,
	.sql = router_sql,
};
