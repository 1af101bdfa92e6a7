/* pull_request.c: sets a gate's status, finds its own thread and writes its comment. The protocol
 * is "Pull Request Statuses", "Pull Request Threads" and "Pull Request Thread Comments" of Azure
 * DevOps' REST API 7.1. */
#include "services/pull_request.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "http/http.h"
#include "http/secret.h"

/* Names and numbers are the service's. */
static const char MARK[] = "modelgate.gate";
enum status { ACTIVE = 1, FIXED = 2, CLOSED = 4 };
enum { TEXT = 1, SHOWN_MAX_BYTES = 400 };

struct call {
	struct mg_arena *arena;
	const struct mg_pull_request *to;
	struct mg_http *http;
};

/* A thread of ours, as the service has it. */
struct thread {
	json_int_t id;
	json_int_t comment; /* the first one, which is ours */
	const char *status;
};

/* ---- what the service says ---- */

static json_t *parse(const struct mg_http_answer *answer)
{
	/* Other people's comments come along, and may hold anything. */
	return json_loadb(answer->body, answer->len, JSON_ALLOW_NUL, NULL);
}

static void drop(json_t **json)
{
	json_decref(*json);
}
#define SCOPED_JSON __attribute__((cleanup(drop))) json_t *

/* The service's own words, or "". */
static const char *message(const struct call *call, const struct mg_http_answer *answer)
{
	SCOPED_JSON json = parse(answer);
	const char *text = json_string_value(json_object_get(json, "message"));
	if (!text)
		return "";
	text = mg_secret_mask(call->arena, text, &call->to->token, 1);
	return mg_printf(call->arena, ": %s", mg_log_safe_cut(call->arena, text, SHOWN_MAX_BYTES));
}

static int fail_status(
	const struct call *call, const struct mg_http_answer *answer, struct mg_error *err)
{
	const char *service = call->to->collection;
	const char *said = message(call, answer);
	int status = answer->status;
	switch (status) {
	case 203: /* Azure's sign-in page */
	case 302:
	case 401:
		return mg_fail(err, MG_EIO,
			"%s refuses the token (HTTP %d%s): is SYSTEM_ACCESSTOKEN expired, or of "
			"another service?",
			service, status, said);
	case 403:
		return mg_fail(err, MG_EIO,
			"%s forbids it: the build identity needs 'Contribute to pull requests' on the "
			"repository (Project settings, Repositories, Security) (HTTP 403%s)",
			service, said);
	case 404:
		return mg_fail(err, MG_EIO,
			"%s has no pull request %s in this repository, or hides it from the build "
			"identity, which needs 'Read' (HTTP 404%s)",
			service, call->to->id, said);
	case 407:
		return mg_fail(err, MG_EIO,
			"the proxy on the way to %s asks for a login (HTTP 407): put it into "
			"https_proxy, as http://user:password@host:port",
			service);
	default:
		break;
	}
	if (status >= 500 || status == 429)
		return mg_fail(err, MG_EIO,
			"%s failed (HTTP %d%s): the next run writes the comment", service, status,
			said);
	return mg_fail(err, MG_EIO, "%s does not accept it (HTTP %d%s)", service, status, said);
}

/* The answer as JSON, to be released by the caller. */
static int ask(const struct call *call, const char *method, const char *url, json_t *body,
	json_t **out, struct mg_error *err)
{
	struct mg_http_answer answer;
	char *text = NULL;
	if (body) {
		text = json_dumps(body, JSON_COMPACT);
		if (!text)
			mg_out_of_memory();
		mg_arena_own(call->arena, text);
	}
	MG_TRY(mg_http_call(call->http, call->arena, method, url, text, &answer, err));
	if (answer.status != 200 && answer.status != 201)
		return fail_status(call, &answer, err);
	json_t *json = parse(&answer);
	if (!json)
		return mg_fail(err, MG_EIO,
			"%s answers with something other than JSON (HTTP %d), as a proxy's or a "
			"sign-in page does: open the address in a browser",
			call->to->collection, answer.status);
	*out = json;
	return MG_OK;
}

/* ---- which thread is ours ---- */

/* A property is a plain value, or {"$type": ..., "$value": ...}. */
static const char *property(const json_t *thread, const char *name)
{
	const json_t *value = json_object_get(json_object_get(thread, "properties"), name);
	if (json_is_object(value))
		value = json_object_get(value, "$value");
	return json_string_value(value);
}

/* The first comment; NULL when there is none any more. */
static const json_t *first_comment(const json_t *thread)
{
	const json_t *list = json_object_get(thread, "comments"), *first = NULL;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *comment = json_array_get(list, i);
		const json_t *id = json_object_get(comment, "id");
		if (!json_is_integer(id) || json_is_true(json_object_get(comment, "isDeleted")))
			continue;
		if (json_integer_value(json_object_get(comment, "parentCommentId")) != 0)
			continue; /* a reply */
		if (!first ||
			json_integer_value(id) < json_integer_value(json_object_get(first, "id")))
			first = comment;
	}
	return first;
}

static bool is_own(const json_t *thread, const char *gate, const char *self, struct thread *out)
{
	const json_t *id = json_object_get(thread, "id");
	if (!json_is_integer(id) || json_is_true(json_object_get(thread, "isDeleted")) ||
		!mg_streq(property(thread, MARK), gate))
		return false;
	const json_t *comment = first_comment(thread);
	const char *author = json_string_value(
		json_object_get(json_object_get(comment, "author"), "id"));
	if (!author || strcasecmp(author, self) != 0)
		return false;
	const char *status = json_string_value(json_object_get(thread, "status"));
	*out = (struct thread){.id = json_integer_value(id),
		.comment = json_integer_value(json_object_get(comment, "id")),
		.status = status ? status : ""};
	return true;
}

/* Who the token logs in as: the id that comments of ours have as author. */
static int find_self(const struct call *call, const char **out, struct mg_error *err)
{
	SCOPED_JSON json = NULL;
	const char *url = mg_printf(call->arena, "%s/_apis/connectionData", call->to->collection);
	MG_TRY(ask(call, "GET", url, NULL, &json, err));
	const char *id = json_string_value(
		json_object_get(json_object_get(json, "authenticatedUser"), "id"));
	if (!id || !*id)
		return mg_fail(err, MG_EIO,
			"%s does not say who the token belongs to, so modelgate cannot recognise "
			"its own threads",
			call->to->collection);
	*out = mg_strdup(call->arena, id);
	return MG_OK;
}

/* ---- writing ---- */

static char *url_of(const struct call *call, const char *what, const char *after)
{
	const struct mg_pull_request *to = call->to;
	return mg_printf(call->arena,
		"%s/%s/_apis/git/repositories/%s/pullRequests/%s/%s%s?api-version=7.1",
		to->collection, to->project, to->repository, to->id, what, after);
}

static char *threads_url(const struct call *call, const char *after)
{
	return url_of(call, "threads", after);
}

/* The latest status of a name is the one that counts. */
static int tell_status(
	const struct call *call, const struct mg_gate_news *news, struct mg_error *err)
{
	SCOPED_JSON answer = NULL;
	const char *state = news->open ? "succeeded" : news->measured ? "failed" : "error";
	SCOPED_JSON body = json_pack("{s:s, s:s, s:s*, s:{s:s, s:s}}", "state", state,
		"description", news->description, "targetUrl", call->to->run_url, "context",
		"genre", "modelgate", "name", news->status_name);
	if (!body)
		mg_out_of_memory();
	if (ask(call, "POST", url_of(call, "statuses", ""), body, &answer, err) != MG_OK)
		return mg_fail_in(err, "the status of %s could not be set",
			mg_log_safe_cut(call->arena, news->status_name, SHOWN_MAX_BYTES));
	return MG_OK;
}

static int create(const struct call *call, const char *gate, const char *text, bool open,
	struct mg_commented *out, struct mg_error *err)
{
	SCOPED_JSON answer = NULL;
	SCOPED_JSON body = json_pack("{s:[{s:i, s:s, s:i}], s:i, s:{s:s}}", "comments",
		"parentCommentId", 0, "content", text, "commentType", TEXT, "status",
		open ? CLOSED : ACTIVE, "properties", MARK, gate);
	if (!body)
		mg_out_of_memory();
	MG_TRY(ask(call, "POST", threads_url(call, ""), body, &answer, err));
	const json_t *id = json_object_get(answer, "id");
	*out = (struct mg_commented){json_integer_value(id), true, open ? "closed" : "active"};
	return MG_OK;
}

static int rewrite(
	const struct call *call, const struct thread *own, const char *text, struct mg_error *err)
{
	SCOPED_JSON answer = NULL;
	SCOPED_JSON body = json_pack("{s:s}", "content", text);
	if (!body)
		mg_out_of_memory();
	const char *after = mg_printf(
		call->arena, "/%lld/comments/%lld", (long long)own->id, (long long)own->comment);
	return ask(call, "PATCH", threads_url(call, after), body, &answer, err);
}

static int set_status(const struct call *call, const struct thread *thread, enum status status,
	struct mg_error *err)
{
	SCOPED_JSON answer = NULL;
	SCOPED_JSON body = json_pack("{s:i}", "status", (int)status);
	if (!body)
		mg_out_of_memory();
	const char *after = mg_printf(call->arena, "/%lld", (long long)thread->id);
	return ask(call, "PATCH", threads_url(call, after), body, &answer, err);
}

/* Resolved, in whatever way: it does not hold the pull request up. */
static bool is_resolved(const char *status)
{
	static const char *const resolved[] = {"fixed", "closed", "wontFix", "byDesign"};
	for (size_t i = 0; i < sizeof(resolved) / sizeof(*resolved); i++)
		if (strcasecmp(status, resolved[i]) == 0)
			return true;
	return false;
}

static int update(const struct call *call, const struct thread *own, const char *text, bool open,
	struct mg_commented *out, struct mg_error *err)
{
	const char *status = mg_strdup(call->arena, own->status);
	MG_TRY(rewrite(call, own, text, err));
	if (open != is_resolved(status)) {
		status = open ? "fixed" : "active";
		if (set_status(call, own, open ? FIXED : ACTIVE, err) != MG_OK)
			return mg_fail_in(err,
				"the comment is rewritten, but its thread could not be %s",
				open ? "resolved" : "opened again");
	}
	*out = (struct mg_commented){own->id, false, status};
	return MG_OK;
}

/* Two runs at once may each have made a thread: the older one stays the comment, the rest is closed. */
static int comment(const struct call *call, const char *gate, const char *text, bool open,
	struct mg_commented *out, struct mg_error *err)
{
	const char *self = NULL;
	SCOPED_JSON all = NULL;
	MG_TRY(find_self(call, &self, err));
	MG_TRY(ask(call, "GET", threads_url(call, ""), NULL, &all, err));
	const json_t *list = json_object_get(all, "value");
	if (!json_is_array(list))
		return mg_fail(err, MG_EIO,
			"%s does not list the threads of the pull request, but something else",
			call->to->collection);
	struct thread first = {0}, own;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (is_own(json_array_get(list, i), gate, self, &own) &&
			(!first.status || own.id < first.id))
			first = own;
	if (!first.status)
		return create(call, gate, text, open, out, err);
	MG_TRY(update(call, &first, text, open, out, err));
	for (size_t i = 0; i < json_array_size(list); i++)
		if (is_own(json_array_get(list, i), gate, self, &own) && own.id != first.id &&
			!is_resolved(own.status))
			MG_TRY(set_status(call, &own, CLOSED, err));
	return MG_OK;
}

int mg_pull_request_comment(struct mg_arena *arena, const struct mg_pull_request *to,
	const struct mg_gate_news *news, double timeout_s, struct mg_commented *out,
	struct mg_error *err)
{
	struct mg_http http;
	MG_TRY(mg_http_open(&http, to->collection, to->token, mg_clock_ticks() + timeout_s, err));
	struct call call = {arena, to, &http};
	int code = tell_status(&call, news, err);
	if (code == MG_OK)
		code = comment(&call, news->gate, news->text, news->open, out, err);
	mg_http_close(&http);
	return code;
}
