/* statement.c: one statement from its submission to its last row, or to its end when it is cancelled. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "http/ask.h"

#define STATEMENTS "/api/2.0/sql/statements"

enum { MOST_CHUNKS = 10000, MOST_SUBMITS = 3, MOST_ID = 200 };
static const double FIRST_PAUSE_S = 0.05, LONGEST_PAUSE_S = 10, CANCEL_S = 3;
/* A statement that has ended is seen after a twentieth of its time at most. */
static const double FIRST_POLL_S = 0.005, LONGEST_POLL_S = 5, POLL_SHARE = 0.05;

struct run {
	struct mg_session *session;
	struct mg_arena *arena;
	struct mg_databricks_tag tag;
	const char *id;
	const char *sql, *body;
	json_t *said; /* what the service said of it last */
	struct mg_error *err;
	double began, submitted; /* when it was sent, and when the service had it */
	bool quick;              /* reads no rows */
	bool again;              /* the service has lost it before */
	bool lost;               /* an answer may have been, so that its statement may run */
	int others;              /* that are known to have been sent before this one */
	bool too_large;          /* so many rows come by links alone */
};

/* ---- what may be sent ---- */

/* One statement that begins as a reading one does; what the spec has put into it was looked at as a piece. */
static int refuse_others(const char *sql, struct mg_error *err)
{
	static const char *const reading[] = {"SELECT ", "WITH ", "DESCRIBE HISTORY "};
	bool reads = false;
	for (size_t i = 0; i < sizeof(reading) / sizeof(*reading); i++)
		reads = reads || mg_starts_with(sql, reading[i]);
	if (!reads)
		return mg_fail(err, MG_ESPEC, "the SQL is not a SELECT; only reading is allowed");
	if (strstr(sql, "${"))
		return mg_fail(err, MG_ESPEC, "the SQL has a '${', which Spark would fill in");
	if (strlen(sql) > MG_DATABRICKS_MOST_TEXT)
		return mg_fail(err, MG_ELIMIT, "the statement has more than 16 MiB");
	return MG_OK;
}

/* large: rows come by way of the workspace's storage, without which 25 MiB are the most. */
static void make_body(struct run *r, bool large)
{
	const struct mg_databricks_params *p = &r->session->engine->params;
	struct mg_arena *arena = r->arena;
	MG_SCOPED_JSON body = json_object();
	json_object_set_new(
		body, "statement", json_string(mg_printf(arena, "%s%s", r->tag.comment, r->sql)));
	json_object_set_new(body, "query_tags", mg_databricks_tag_json(&r->tag));
	json_object_set_new(body, "warehouse_id", json_string(p->warehouse));
	/* The answer comes at once, with an id by which the statement can be cancelled; what is quick needs no other
	 * question. */
	bool at_once = r->quick && atomic_load(&r->session->engine->awake);
	json_object_set_new(body, "wait_timeout", json_string(at_once ? "5s" : "0s"));
	json_object_set_new(body, "disposition", json_string(large ? "EXTERNAL_LINKS" : "INLINE"));
	json_object_set_new(body, "format", json_string("JSON_ARRAY"));
	if (p->catalog)
		json_object_set_new(body, "catalog", json_string(p->catalog));
	if (p->schema)
		json_object_set_new(body, "schema", json_string(p->schema));
	r->body = mg_arena_own(arena, json_dumps(body, JSON_COMPACT));
}

/* ---- slots ---- */

static bool try_slot(struct mg_engine *engine)
{
	pthread_mutex_lock(&engine->lock);
	bool taken = engine->slots > 0;
	engine->slots -= taken;
	pthread_mutex_unlock(&engine->lock);
	return taken;
}

static int take_slot(struct mg_session *session, struct mg_error *err)
{
	while (!try_slot(session->engine))
		MG_TRY(mg_databricks_wait(session, 0.02, err));
	return MG_OK;
}

static void give_slot(struct mg_engine *engine)
{
	pthread_mutex_lock(&engine->lock);
	engine->slots++;
	pthread_mutex_unlock(&engine->lock);
}

/* ---- states ---- */

static const char *state_of(const json_t *said)
{
	return mg_ask_text(json_object_get(said, "status"), "state");
}

static bool is_state(const json_t *said, const char *state)
{
	return mg_streq(state_of(said), state);
}

static bool is_statement(const json_t *said)
{
	static const char *const states[] = {
		"PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "CLOSED"};
	const char *id = mg_ask_text(said, "statement_id");
	if (!id || !*id || strlen(id) > MOST_ID ||
		strspn(id, "0123456789abcdefABCDEF-") != strlen(id))
		return false;
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (is_state(said, states[i])) /* a result without rows may be left out */
			return strcmp(states[i], "SUCCEEDED") != 0 ||
				json_is_object(json_object_get(said, "manifest"));
	return false;
}

static bool is_chunk(const json_t *said)
{
	return json_is_array(json_object_get(said, "data_array")) ||
		json_array_size(json_object_get(said, "external_links")) > 0;
}

/* ---- the end of one that is not wanted any more ---- */

static bool has_ended(const json_t *said)
{
	return !is_state(said, "PENDING") && !is_state(said, "RUNNING");
}

/* A cancel may be accepted and not carried out, so it is repeated until the statement has ended; for some
 * seconds, after which whoever waits would leave us behind. */
static void cancel_statement(struct run *r)
{
	struct mg_http *http = &r->session->http;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	char *url = mg_printf(arena, "%s" STATEMENTS "/%s", r->session->engine->host, r->id);
	http->stop = NULL;
	http->until = mg_clock_ticks() + CANCEL_S;
	for (bool ended = false; !ended && mg_clock_ticks() < http->until;) {
		struct mg_http_answer answer;
		struct mg_error ignored = {0};
		mg_ignore(mg_http_call(http, arena, "POST", mg_printf(arena, "%s/cancel", url),
			"{}", &answer, &ignored));
		if (mg_http_call(http, arena, "GET", url, NULL, &answer, &ignored) == MG_OK) {
			MG_SCOPED_JSON said = json_loadb(
				answer.body, answer.len, JSON_ALLOW_NUL, NULL);
			ended = said && is_statement(said) && has_ended(said);
		}
		if (!ended)
			nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
	}
	http->stop = &r->session->cancelled;
}

/* ---- submit and wait ---- */

static void take_said(struct run *r, json_t *said)
{
	json_decref(r->said);
	r->said = said;
}

/* The service may have a statement whose answer was lost: then that is the one. */
static int attach(struct run *r)
{
	const char *id = NULL;
	json_t *said = NULL;
	MG_TRY(mg_databricks_find(r->session, &r->tag, r->arena, &id, r->err));
	MG_TRY(mg_databricks_call(r->session, "GET", mg_printf(r->arena, STATEMENTS "/%s", id),
		NULL, is_statement, &said, r->err));
	take_said(r, said);
	r->id = id;
	return MG_OK;
}

static int submit(struct run *r)
{
	double until = mg_clock_ticks() + mg_databricks_patience(r->session), pause = FIRST_PAUSE_S;
	r->others += r->id != NULL;
	r->id = NULL;
	r->began = mg_clock_ticks();
	for (;;) {
		json_t *said = NULL;
		bool lost = false;
		int code = mg_databricks_send(r->session, STATEMENTS, r->body, is_statement,
			until - mg_clock_ticks(), &said, &lost, r->err);
		r->lost = r->lost || lost || code == MG_ECANCELLED;
		if (code == MG_OK) {
			take_said(r, said);
			r->id = mg_strdup(r->arena, mg_ask_text(said, "statement_id"));
			break;
		}
		if (!lost || mg_clock_ticks() + pause > until)
			return code;
		mg_databricks_note_sent(r->session->engine, r->again);
		code = attach(r);
		if (code == MG_OK) {
			r->submitted = mg_clock_ticks();
			return MG_OK;
		}
		if (code == MG_ECANCELLED)
			return code;
		r->again = true;
		r->others++;
		MG_TRY(mg_databricks_wait(r->session, pause, r->err));
		pause = fmin(pause * 2, LONGEST_PAUSE_S);
	}
	r->submitted = mg_clock_ticks();
	mg_databricks_note_sent(r->session->engine, r->again);
	return MG_OK;
}

/* Asks until the statement has ended. */
static int ask_until_ended(struct run *r)
{
	const char *path = mg_printf(r->arena, STATEMENTS "/%s", r->id);
	while (!has_ended(r->said)) {
		if (is_state(r->said, "PENDING"))
			MG_TRY(mg_databricks_wait_for_warehouse(r->session, r->submitted, r->err));
		else
			atomic_store(&r->session->pending_since, 0);
		double pause = POLL_SHARE * (mg_clock_ticks() - r->submitted);
		pause = fmin(fmax(pause, FIRST_POLL_S), LONGEST_POLL_S);
		MG_TRY(mg_databricks_wait(r->session, pause, r->err));
		json_t *next = NULL;
		MG_TRY(mg_databricks_call(
			r->session, "GET", path, NULL, is_statement, &next, r->err));
		take_said(r, next);
	}
	return MG_OK;
}

/* Waits for what was submitted. A statement that the service does not know any more is submitted again: it only
 * reads. */
static int finish(struct run *r)
{
	for (int tries = 1;; tries++) {
		int code = ask_until_ended(r);
		atomic_store(&r->session->pending_since, 0);
		if (code != MG_ENOTFOUND || tries == MOST_SUBMITS)
			return code;
		r->again = true;
		MG_TRY(submit(r));
	}
}

/* ---- what it says ---- */

static bool redacts(const struct mg_engine *engine)
{
	for (size_t i = 0; engine->spec && i < engine->spec->data_count; i++)
		if (engine->spec->data[i].redact.count)
			return true;
	return false;
}

static bool is_about_old_files(const char *message)
{
	static const char *const marks[] = {"DELTA_VERSION_NOT_FOUND", "Cannot time travel",
		"DELTA_FILE_NOT_FOUND", "FAILED_READ_FILE", "FILE_NOT_EXIST",
		"BEYOND_DELETED_FILE_RETENTION", "DELTA_VERSIONS_NOT_CONTIGUOUS",
		"DELTA_LOG_FILE_NOT_FOUND"};
	for (size_t i = 0; message && i < sizeof(marks) / sizeof(*marks); i++)
		if (strstr(message, marks[i]))
			return true;
	return false;
}

/* Messages of syntax, names and rights (class 42) quote no values. */
static int fail_statement(struct run *r)
{
	const json_t *said = r->said, *status = json_object_get(said, "status"),
		     *error = json_object_get(status, "error");
	const char *message = mg_ask_text(error, "message"),
		   *sql_state = mg_ask_text(status, "sql_state");
	if (is_state(said, "CANCELED") || is_state(said, "CLOSED"))
		return mg_fail(r->err, MG_EENGINE, "the statement was cancelled in Databricks");
	r->too_large = message && strstr(message, "Inline byte limit exceeded");
	if (is_about_old_files(message))
		return mg_fail(r->err, MG_EENGINE,
			"a version of a table that this run reads is not there any more: it was vacuumed or "
			"rewritten (%s); run again, on a newer version",
			redacts(r->session->engine)
				? "more is not shown"
				: mg_databricks_words(r->session, r->arena, message));
	if (redacts(r->session->engine) && !(sql_state && mg_starts_with(sql_state, "42")))
		return mg_fail(r->err, MG_EENGINE,
			"Databricks refuses the statement (SQLSTATE %s; more is not shown, since it may quote "
			"values and the spec redacts some)",
			sql_state ? mg_log_safe_cut(r->arena, sql_state, 10) : "unknown");
	return mg_fail(
		r->err, MG_EENGINE, "%s", mg_databricks_words(r->session, r->arena, message));
}

/* The rows of a chunk, or those that its links lead to; *next: where it goes on, or NULL. */
static int add_chunk(
	struct run *r, const json_t *chunk, struct mg_databricks_rows *rows, const char **next)
{
	const json_t *links = json_object_get(chunk, "external_links"), *link;
	const char *statement = mg_printf(r->arena, STATEMENTS "/%s", r->id);
	size_t i;
	*next = mg_strdup(r->arena, mg_ask_text(chunk, "next_chunk_internal_link"));
	if (!links)
		return mg_databricks_rows_add(rows, chunk, r->err);
	json_array_foreach(links, i, link)
	{
		MG_SCOPED_JSON fetched = NULL;
		MG_TRY(mg_databricks_fetch(r->session, statement, link, &fetched, r->err));
		MG_TRY(mg_databricks_rows_add(rows, fetched, r->err));
		*next = mg_strdup(r->arena, mg_ask_text(link, "next_chunk_internal_link"));
	}
	return MG_OK;
}

static int gather_chunks(struct run *r, const json_t *first, struct mg_databricks_rows *rows)
{
	const char *next = NULL;
	MG_TRY(add_chunk(r, first, rows, &next));
	for (size_t i = 0; next; i++) {
		if (i == MOST_CHUNKS || !mg_starts_with(next, STATEMENTS "/"))
			return mg_fail(r->err, MG_EENGINE,
				"the result goes on at a place that is not its own");
		MG_SCOPED_JSON chunk = NULL;
		MG_TRY(mg_databricks_call(r->session, "GET", next, NULL, is_chunk, &chunk, r->err));
		MG_TRY(add_chunk(r, chunk, rows, &next));
	}
	return MG_OK;
}

static int gather(struct run *r, struct mg_databricks_result *out)
{
	const json_t *manifest = json_object_get(r->said, "manifest");
	struct mg_databricks_rows rows;
	MG_TRY(mg_databricks_rows_init(&rows, r->arena, manifest, r->err));
	if (json_is_true(json_object_get(manifest, "truncated")))
		return mg_fail(r->err, MG_ELIMIT,
			"Databricks cut the result short, since it is too large");
	MG_TRY(gather_chunks(r, json_object_get(r->said, "result"), &rows));
	json_int_t total = json_integer_value(json_object_get(manifest, "total_row_count"));
	if (total != (json_int_t)rows.count)
		return mg_fail(r->err, MG_EENGINE, "%zu of the result's %lld rows came", rows.count,
			(long long)total);
	*out = (struct mg_databricks_result){
		.table = {.cells = rows.cells, .rows = rows.count, .columns = rows.column_count},
		.columns = rows.columns};
	return MG_OK;
}

static int end_once(struct run *r, struct mg_databricks_result *out)
{
	MG_TRY(finish(r));
	double seconds = mg_clock_ticks() - r->began;
	atomic_store(&r->session->engine->awake, true);
	int code = is_state(r->said, "SUCCEEDED") ? gather(r, out) : fail_statement(r);
	mg_databricks_note_end(
		r->session->engine, r->id, seconds, code == MG_OK ? (int64_t)out->table.rows : -1);
	return code;
}

static int submit_and_end(struct run *r, struct mg_databricks_result *out)
{
	MG_TRY(submit(r));
	return end_once(r, out);
}

/* ---- from the first to the last ---- */

/* With a slot, which is held until the run is left. */
static int begin(struct run *r, struct mg_session *session, const char *sql, bool quick,
	struct mg_arena *arena, struct mg_error *err)
{
	*r = (struct run){
		.session = session, .arena = arena, .sql = sql, .quick = quick, .err = err};
	r->tag = mg_databricks_tag_next(session->engine, arena);
	make_body(r, false);
	return submit(r);
}

/* Nobody will ask for the rows of what still runs. */
static void leave(struct run *r, int code)
{
	if (code != MG_OK && code != MG_ENOTFOUND && r->id && r->said && !has_ended(r->said))
		cancel_statement(r);
	int others = r->lost
		? mg_databricks_cancel_others(r->session, &r->tag, code == MG_OK ? r->id : NULL)
		: 0;
	for (; code == MG_OK && others > r->others; others--)
		mg_databricks_note_sent(r->session->engine, true);
	take_said(r, NULL);
	give_slot(r->session->engine);
}

/* A result of which the service knows a part no more is asked for once more, from the first row on; one that is too
 * large to come with the answer, by links. */
static int end(struct run *r, struct mg_databricks_result *out)
{
	int code = end_once(r, out);
	if (code == MG_ENOTFOUND && !r->again) {
		r->again = true;
		code = submit_and_end(r, out);
	}
	if (code != MG_OK && r->too_large) {
		make_body(r, true);
		code = submit_and_end(r, out);
	}
	return code;
}

static int run_statement(struct mg_session *session, const char *sql, bool quick,
	struct mg_arena *arena, struct mg_databricks_result *out, struct mg_error *err)
{
	struct mg_error local = {0};
	struct run r;
	err = err ? err : &local;
	MG_TRY(refuse_others(sql, err));
	MG_TRY(take_slot(session, err));
	int code = begin(&r, session, sql, quick, arena, err);
	if (code == MG_OK)
		code = end(&r, out);
	leave(&r, code);
	return code;
}

int mg_databricks_run(struct mg_session *session, const char *sql, struct mg_arena *arena,
	struct mg_databricks_result *out, struct mg_error *err)
{
	return run_statement(session, sql, false, arena, out, err);
}

int mg_databricks_run_quick(struct mg_session *session, const char *sql, struct mg_arena *arena,
	struct mg_databricks_result *out, struct mg_error *err)
{
	return run_statement(session, sql, true, arena, out, err);
}

/* Whoever holds a slot does not wait for another one, so that two sessions never wait for each other: it ends its
 * oldest statement first. */
int mg_databricks_run_all(struct mg_session *session, const char *const *sql, size_t count,
	struct mg_arena *arena, struct mg_databricks_result *out, struct mg_error *err)
{
	struct run *runs = mg_alloc_array(arena, count, sizeof(*runs));
	size_t begun = 0, ended = 0;
	int code = MG_OK;
	for (size_t i = 0; i < count; i++)
		MG_TRY(refuse_others(sql[i], err));
	while (code == MG_OK && ended < count) {
		bool free = begun < count && begun > ended && try_slot(session->engine);
		if (begun < count && begun == ended) {
			MG_TRY(take_slot(session, err));
			free = true;
		}
		if (free) {
			code = begin(&runs[begun], session, sql[begun], false, arena, err);
			begun++;
			continue;
		}
		code = end(&runs[ended], &out[ended]);
		leave(&runs[ended++], code);
	}
	while (ended < begun) /* nobody wants these any more */
		leave(&runs[ended++], MG_ECANCELLED);
	return code;
}
