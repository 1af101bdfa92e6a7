/* call.c: one call to the workspace, tried again where that may help. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "engine/databricks/engine.h"
#include "http/ask.h"
#include "http/secret.h"

static const double CALL_S = 60, RETRY_S = 300, FIRST_WAIT_S = 0.2, LONGEST_WAIT_S = 10,
		    LONGEST_ASKED_S = 120;
enum { MOST_TOKENS = 3, MOST_MESSAGE = 500 };

int mg_databricks_wait(struct mg_session *session, double seconds, struct mg_error *err)
{
	double until = mg_clock_ticks() + seconds;
	for (double left; (left = until - mg_clock_ticks()) > 0;) {
		if (atomic_load(&session->cancelled))
			break;
		double nap = left < 0.02 ? left : 0.02;
		nanosleep(&(struct timespec){.tv_nsec = (long)(nap * 1e9)}, NULL);
	}
	if (atomic_load(&session->cancelled))
		return mg_fail(err, MG_ECANCELLED, "the query was stopped");
	return MG_OK;
}

const char *mg_databricks_words(
	const struct mg_session *session, struct mg_arena *arena, const char *message)
{
	if (!message)
		return "it does not say why";
	const char *const secrets[] = {session->http.bearer};
	char *text = mg_secret_mask(arena, message, secrets, 1);
	/* What follows is the plan of the statement, which is ours. */
	static const char *const ends[] = {"; line ", " SQLSTATE: ", "\n== SQL", ";\n'"};
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		char *end = strstr(text, ends[i]);
		if (end)
			*end = '\0';
	}
	size_t len = strlen(text);
	while (len > 0 && strchr(" .\n", text[len - 1]))
		text[--len] = '\0';
	for (char *c = text; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return mg_log_safe_cut(arena, text, MOST_MESSAGE);
}

double mg_databricks_patience(const struct mg_session *session)
{
	return session->patience_s > 0 ? session->patience_s : RETRY_S;
}

struct attempt {
	struct mg_session *session;
	struct mg_arena *arena;
	const char *method, *url, *body;
	bool (*is_answer)(const json_t *);
	struct mg_http_answer answer;
	double until;
	struct mg_error why; /* it is worth another try */
	double wait;
	bool lost; /* its answer, so that it may have been carried out */
	int tokens;
};

enum outcome { ANSWERED, AGAIN, GIVE_UP };

/* What the service said to an error's status. */
static enum outcome refused(struct attempt *a, struct mg_error *err)
{
	MG_SCOPED_JSON said = json_loadb(a->answer.body, a->answer.len, JSON_ALLOW_NUL, NULL);
	const char *words = mg_databricks_words(a->session, a->arena, mg_ask_text(said, "message"));
	const char *code = mg_ask_text(said, "error_code");
	const char *host = a->session->http.service;
	int status = a->answer.status;
	struct mg_databricks_auth *auth = &a->session->engine->auth;
	bool busy = status == 429 || status == 502 || status == 503 || status == 504 ||
		mg_streq(code, "TEMPORARILY_UNAVAILABLE");
	if (busy) {
		mg_fail(&a->why, MG_EENGINE, "%s is too busy (HTTP %d: %s)", host, status, words);
		if (a->answer.retry_after_s > 0)
			a->wait = fmin(a->answer.retry_after_s, LONGEST_ASKED_S);
		return AGAIN;
	}
	if (status == 401 && a->tokens++ < MOST_TOKENS &&
		mg_databricks_auth_refused(auth, a->session->http.bearer)) {
		mg_fail(&a->why, MG_EENGINE, "%s does not take the token: %s", host, words);
		return AGAIN;
	}
	if (status == 401)
		mg_fail(err, MG_EENGINE, "%s does not take the token (%s): %s", host,
			mg_databricks_auth_type(auth), words);
	else if (status == 403)
		mg_fail(err, MG_EENGINE,
			"%s refuses this (HTTP 403: %s); the identity needs CAN USE on the warehouse",
			host, words);
	else
		mg_fail(err, status == 404 ? MG_ENOTFOUND : MG_EENGINE, "%s answers HTTP %d: %s",
			host, status, words);
	return GIVE_UP;
}

static enum outcome try_once(struct attempt *a, json_t **out, struct mg_error *err)
{
	struct mg_http *http = &a->session->http;
	bool again = false;
	a->lost = false;
	if (mg_databricks_auth_token(
		    &a->session->engine->auth, http, &http->bearer, &again, &a->why) != MG_OK) {
		if (!again)
			*err = a->why;
		return again ? AGAIN : GIVE_UP;
	}
	http->until = fmin(mg_clock_ticks() + CALL_S, a->until);
	a->lost = true;
	int code = mg_http_call(http, a->arena, a->method, a->url, a->body, &a->answer, &a->why);
	if (code == MG_ECANCELLED) {
		mg_fail(err, MG_ECANCELLED, "the query was stopped");
		return GIVE_UP;
	}
	if (code != MG_OK)
		return AGAIN;
	a->lost = a->answer.status == 200 || a->answer.status == 502 || a->answer.status == 504;
	if (a->answer.status != 200)
		return refused(a, err);
	json_t *said = json_loadb(a->answer.body, a->answer.len, JSON_ALLOW_NUL, NULL);
	if (said && a->is_answer(said)) {
		a->lost = a->answer.connected && a->session->connected;
		a->session->connected = true;
		*out = said;
		return ANSWERED;
	}
	json_decref(said);
	mg_fail(&a->why, MG_EENGINE,
		"%s answers with something else than the Statement Execution API does; is DATABRICKS_HOST "
		"a workspace?",
		http->service);
	return AGAIN;
}

static int call_until(struct mg_session *session, const char *method, const char *path,
	const char *body, bool (*is_answer)(const json_t *), double seconds, json_t **out,
	bool *out_lost, struct mg_error *err)
{
	double began = mg_clock_ticks(), pause = FIRST_WAIT_S;
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct attempt a = {.session = session,
		.arena = arena,
		.method = method,
		.url = mg_printf(arena, "%s%s", session->engine->host, path),
		.body = body,
		.until = began + seconds,
		.is_answer = is_answer};
	struct mg_error local = {0};
	err = err ? err : &local;
	for (;;) {
		a.wait = pause;
		switch (try_once(&a, out, err)) {
		case ANSWERED:
			if (out_lost)
				*out_lost = a.lost;
			return MG_OK;
		case GIVE_UP:
			return (int)err->code;
		case AGAIN:
			break;
		}
		if (mg_clock_ticks() + a.wait > a.until)
			return mg_fail(err, MG_EENGINE, "%s; tried for %s", a.why.text,
				mg_human_duration(arena, mg_clock_ticks() - began));
		if (a.lost && out_lost) {
			*out_lost = true;
			return mg_fail(err, MG_EENGINE, "%s", a.why.text);
		}
		MG_TRY(mg_databricks_wait(session, a.wait, err));
		pause = fmin(pause * 2, LONGEST_WAIT_S);
	}
}

int mg_databricks_call_for(struct mg_session *session, const char *method, const char *path,
	const char *body, bool (*is_answer)(const json_t *), double seconds, json_t **out,
	struct mg_error *err)
{
	return call_until(session, method, path, body, is_answer, seconds, out, NULL, err);
}

int mg_databricks_send(struct mg_session *session, const char *path, const char *body,
	bool (*is_answer)(const json_t *), double seconds, json_t **out, bool *out_lost,
	struct mg_error *err)
{
	*out_lost = false;
	return call_until(session, "POST", path, body, is_answer, seconds, out, out_lost, err);
}

int mg_databricks_call(struct mg_session *session, const char *method, const char *path,
	const char *body, bool (*is_answer)(const json_t *), json_t **out, struct mg_error *err)
{
	return mg_databricks_call_for(
		session, method, path, body, is_answer, mg_databricks_patience(session), out, err);
}
