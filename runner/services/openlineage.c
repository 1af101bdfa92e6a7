/* openlineage.c: posts events, one after the other, each until the server takes it or refuses it for good. */
#include "services/openlineage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/text.h"
#include "http/address.h"
#include "http/http.h"
#include "http/secret.h"

static const double CALL_S = 60, ALL_S = 900, FIRST_WAIT_S = 0.3, LONGEST_WAIT_S = 120;
enum { MOST_TRIES = 6, SHOWN_BYTES = 200 };

static const char *variable(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

int mg_openlineage_server(struct mg_arena *arena, const char *address,
	struct mg_openlineage_server *out, struct mg_error *err)
{
	struct mg_address a = mg_address_read(arena, address);
	const char *key = variable("OPENLINEAGE_API_KEY"),
		   *endpoint = variable("OPENLINEAGE_ENDPOINT");
	if (a.user)
		return mg_fail(err, MG_EUSAGE,
			"--openlineage-to has a name or a password in it, which others can see; put a "
			"token into OPENLINEAGE_API_KEY");
	bool is_web = mg_streq(a.scheme, "https") || mg_streq(a.scheme, "http");
	if (!is_web || !a.host || !*a.host || strpbrk(address, "?# \n"))
		return mg_fail(err, MG_EUSAGE,
			"--openlineage-to is '%s'; write the server's address as OPENLINEAGE_URL has "
			"it: https://lineage.example.com",
			mg_log_safe_cut(arena, address, SHOWN_BYTES));
	if (key)
		MG_TRY(mg_secret_check("OPENLINEAGE_API_KEY", key, err));
	if (key && !mg_address_keeps_secrets(&a))
		return mg_fail(err, MG_EUSAGE,
			"OPENLINEAGE_API_KEY goes to https:// addresses only, and --openlineage-to is "
			"'%s'",
			mg_log_safe_cut(arena, address, SHOWN_BYTES));
	size_t len = strlen(address);
	while (len > 0 && address[len - 1] == '/')
		len--;
	endpoint = endpoint ? endpoint + strspn(endpoint, "/") : "api/v1/lineage";
	*out = (struct mg_openlineage_server){.host = mg_log_safe(arena, a.host),
		.url = mg_printf(arena, "%.*s/%s", (int)len, address, endpoint),
		.key = mg_strdup(arena, key)};
	return MG_OK;
}

static bool is_busy(int status)
{
	return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
		status == 504;
}

/* What the server said to it, if it is not that it took it. */
static int judge(const struct mg_openlineage_server *server, struct mg_arena *arena,
	const struct mg_http_answer *answer, struct mg_error *err)
{
	const char *said = answer->body + strspn(answer->body, " \r\n\t");
	if (answer->status >= 200 && answer->status < 300 && *said != '<')
		return MG_OK;
	if (*said == '<' && answer->status < 300) /* to log in with, mostly */
		return mg_fail(err, MG_EIO,
			"%s answers with a page for people, not as a server of OpenLineage; is the "
			"address right, and OPENLINEAGE_API_KEY valid?",
			server->host);
	const char *words = *said && *said != '<' ? mg_secret_mask(arena, said, &server->key, 1)
						  : "it does not say why";
	bool refused = answer->status == 401 || answer->status == 403;
	return mg_fail(err, MG_EIO, "%s does not take the events (HTTP %d: %s)%s", server->host,
		answer->status, mg_log_safe_cut(arena, words, SHOWN_BYTES),
		refused ? "; does OPENLINEAGE_API_KEY hold a token that may write there?" : "");
}

static void nap(double seconds)
{
	nanosleep(&(struct timespec){.tv_sec = (time_t)seconds,
			  .tv_nsec = (long)((seconds - floor(seconds)) * 1e9)},
		NULL);
}

static int post(struct mg_http *http, struct mg_arena *arena,
	const struct mg_openlineage_server *server, const char *event, double until,
	struct mg_error *err)
{
	const struct mg_http_request request = {.method = "POST",
		.url = server->url,
		.body = event,
		.authorization = server->key ? NULL : ""};
	double pause = FIRST_WAIT_S;
	for (int tries = 1;; tries++, pause *= 2) {
		struct mg_http_answer answer = {.retry_after_s = -1};
		http->until = fmin(until, mg_clock_ticks() + CALL_S);
		int code = mg_http_send(http, arena, &request, &answer, err);
		bool again = code == MG_OK ? is_busy(answer.status)
					   : code == MG_EIO || code == MG_ETIMEOUT;
		if (code == MG_OK)
			code = judge(server, arena, &answer, err);
		double wait = fmax(pause, answer.retry_after_s);
		if (code == MG_OK || !again || tries == MOST_TRIES)
			return code;
		if (wait > LONGEST_WAIT_S || mg_clock_ticks() + wait > until)
			return mg_fail_in(err, "%s asks to wait %s, which is too long",
				server->host, mg_human_duration(arena, wait));
		nap(wait);
	}
}

int mg_openlineage_send(const struct mg_openlineage_server *server, const char *events,
	size_t *out_taken, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct mg_http http;
	double until = mg_clock_ticks() + ALL_S;
	int code = MG_OK;
	*out_taken = 0;
	MG_TRY(mg_http_open(&http, server->host, server->key, until, err));
	for (const char *at = events; *at && code == MG_OK;) {
		size_t len = strcspn(at, "\n");
		mg_arena_reset(scratch);
		code = post(&http, scratch, server, mg_strndup(scratch, at, len), until, err);
		*out_taken += code == MG_OK;
		at += len + (at[len] == '\n');
	}
	mg_http_close(&http);
	return code;
}
