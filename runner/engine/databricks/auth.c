/* auth.c: tokens for a workspace. None of them, and no secret, is ever shown. */
#include "engine/databricks/auth.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/process.h"
#include "http/address.h"
#include "http/ask.h"
#include "http/azure_cli.h"
#include "http/secret.h"

/* Azure Databricks, as Entra ID knows it in every tenant. */
#define RESOURCE "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"

static const double TIMEOUT_S = 60, RENEW_EARLY_S = 120;

struct asking {
	const struct mg_databricks_auth *auth;
	const struct mg_http *like; /* stops when this does */
	struct mg_arena *arena;     /* of the token */
	struct mg_arena *scratch;
	struct mg_error *err;
	bool *again; /* set when it failed in a way that may pass */
};

struct token {
	const char *text;
	double lives_s; /* 0: it is not renewed */
};

struct mg_databricks_way {
	const char *type;
	const char *needs[4]; /* variables */
	int (*ask)(const struct asking *w, struct token *out);
	bool fixed; /* there is one token, and no other */
};

/* ---- variables ---- */

static const char *set_variable(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

static int secret_of(const struct asking *w, const char *name, const char **out)
{
	const char *value = set_variable(name);
	if (!value)
		return mg_fail(w->err, MG_EUSAGE, "%s is not set any more", name);
	MG_TRY(mg_secret_check(name, value, w->err));
	*out = value;
	return MG_OK;
}

/* ---- forms ---- */

/* "a=1&b=2" of pairs of names and values, then NULL. */
static const char *form(struct mg_arena *arena, const char *const *pairs)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	for (size_t i = 0; pairs[i]; i += 2) {
		mg_text_addf(&out, "%s%s=", i ? "&" : "", pairs[i]);
		mg_address_encode(&out, pairs[i + 1]);
	}
	return out.data;
}

/* ---- services that give tokens ---- */

static int send_to(const struct asking *w, const struct mg_http_request *request,
	const char *service, const char *bearer, struct mg_http_answer *out)
{
	struct mg_address address = mg_address_read(w->scratch, request->url);
	if (!address.host || !mg_address_keeps_secrets(&address))
		return mg_fail(w->err, MG_EUSAGE, "%s is not at an https:// address", service);
	struct mg_http http;
	MG_TRY(mg_http_open(&http, service, bearer, mg_clock_ticks() + TIMEOUT_S, w->err));
	http.stop = w->like->stop;
	int code = mg_http_send(&http, w->scratch, request, out, w->err);
	*w->again = code != MG_OK && code != MG_ECANCELLED;
	mg_http_close(&http);
	return code;
}

/* Why there is no token, without what was sent. */
static int refused(const struct asking *w, const char *service, int status, const json_t *said,
	const char *const *secrets, size_t count)
{
	static const char *const keys[] = {"error_description", "message", "error"};
	const char *words = NULL;
	/* Busy, or an answer that was cut or is another's. */
	*w->again = status == 429 || status >= 500 || status == 200;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys) && !words; i++)
		words = mg_ask_text(said, keys[i]);
	words = words ? mg_secret_mask(w->scratch, words, secrets, count) : "it does not say why";
	return mg_fail(w->err, MG_EENGINE, "%s gives no token (%s; HTTP %d: %s)", service,
		w->auth->way->type, status, mg_log_safe_cut(w->scratch, words, 300));
}

static double seconds_of(const json_t *said)
{
	const json_t *expires = json_object_get(said, "expires_in");
	double seconds = json_is_string(expires) ? strtod(json_string_value(expires), NULL)
						 : json_number_value(expires);
	return seconds > 0 ? seconds : 600;
}

static int take_token(const struct asking *w, const char *service,
	const struct mg_http_answer *answer, const char *key, const char *const *secrets,
	size_t count, struct token *out)
{
	MG_SCOPED_JSON said = json_loadb(answer->body, answer->len, 0, NULL);
	const char *token = mg_ask_text(said, key);
	if (answer->status != 200 || !token || !*token)
		return refused(w, service, answer->status, said, secrets, count);
	MG_TRY(mg_secret_check("the token", token, w->err));
	*out = (struct token){mg_strdup(w->arena, token), seconds_of(said)};
	return MG_OK;
}

static int ask_form(const struct asking *w, const char *service, const char *url,
	const char *authorization, const char *const *pairs, struct token *out)
{
	const struct mg_http_request request = {.method = "POST",
		.url = url,
		.body = form(w->scratch, pairs),
		.content_type = "application/x-www-form-urlencoded",
		.authorization = authorization};
	struct mg_http_answer answer = {0};
	MG_TRY(send_to(w, &request, service, "", &answer));
	const char *secrets[4];
	size_t count = 0;
	for (size_t i = 0; pairs[i]; i += 2)
		if (mg_streq(pairs[i], "client_secret") || mg_streq(pairs[i], "subject_token"))
			secrets[count++] = pairs[i + 1];
	return take_token(w, service, &answer, "access_token", secrets, count, out);
}

static const char *token_url(const struct asking *w)
{
	return mg_printf(w->scratch, "%s/oidc/v1/token", w->auth->host);
}

/* ---- the ways ---- */

static int ask_pat(const struct asking *w, struct token *out)
{
	const char *token = NULL;
	MG_TRY(secret_of(w, "DATABRICKS_TOKEN", &token));
	*out = (struct token){.text = mg_strdup(w->arena, token)};
	return MG_OK;
}

static int ask_m2m(const struct asking *w, struct token *out)
{
	const char *id = NULL, *secret = NULL;
	MG_TRY(secret_of(w, "DATABRICKS_CLIENT_ID", &id));
	MG_TRY(secret_of(w, "DATABRICKS_CLIENT_SECRET", &secret));
	const char *login = mg_printf(w->scratch, "%s:%s", id, secret);
	const char *const pairs[] = {"grant_type", "client_credentials", "scope", "all-apis", NULL};
	return ask_form(w, w->auth->host, token_url(w),
		mg_printf(w->scratch, "Basic %s", mg_base64(w->scratch, login, strlen(login))),
		pairs, out);
}

/* A token of the CI system for one of the workspace. */
static int exchange(const struct asking *w, const char *subject, struct token *out)
{
	const char *id = NULL;
	MG_TRY(secret_of(w, "DATABRICKS_CLIENT_ID", &id));
	MG_TRY(mg_secret_check("the workload's token", subject, w->err));
	const char *const pairs[] = {"grant_type",
		"urn:ietf:params:oauth:grant-type:token-exchange", "subject_token", subject,
		"subject_token_type", "urn:ietf:params:oauth:token-type:jwt", "client_id", id,
		"scope", "all-apis", NULL};
	return ask_form(w, w->auth->host, token_url(w), "", pairs, out);
}

static int ask_env_oidc(const struct asking *w, struct token *out)
{
	const char *subject = NULL;
	MG_TRY(secret_of(w, "DATABRICKS_OIDC_TOKEN", &subject));
	return exchange(w, subject, out);
}

static int ask_file_oidc(const struct asking *w, struct token *out)
{
	const char *path = NULL;
	char *text = NULL;
	size_t len = 0;
	MG_TRY(secret_of(w, "DATABRICKS_OIDC_TOKEN_FILEPATH", &path));
	MG_TRY(mg_file_read(w->scratch, path, MG_SECRET_MAX_BYTES, &text, &len, w->err));
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		text[--len] = '\0';
	return exchange(w, text, out);
}

/* A token of the CI system, with which it says which pipeline this is. */
static int ask_ci(const struct asking *w, const char *service, const char *method, const char *url,
	const char *variable, const char *key, struct token *out)
{
	const char *bearer = NULL;
	MG_TRY(secret_of(w, variable, &bearer));
	const struct mg_http_request request = {
		.method = method, .url = url, .body = mg_streq(method, "POST") ? "" : NULL};
	struct mg_http_answer answer = {0};
	MG_TRY(send_to(w, &request, service, bearer, &answer));
	struct token subject = {0};
	MG_TRY(take_token(w, service, &answer, key, &bearer, 1, &subject));
	return exchange(w, subject.text, out);
}

static int ask_github(const struct asking *w, struct token *out)
{
	const char *url = NULL;
	MG_TRY(secret_of(w, "ACTIONS_ID_TOKEN_REQUEST_URL", &url));
	struct mg_text audience;
	mg_text_init(&audience, w->scratch);
	mg_address_encode(&audience, w->auth->host);
	return ask_ci(w, "GitHub Actions", "GET",
		mg_printf(w->scratch, "%s&audience=%s", url, audience.data),
		"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "value", out);
}

static int ask_azure_devops(const struct asking *w, struct token *out)
{
	const char *url = NULL;
	MG_TRY(secret_of(w, "SYSTEM_OIDCREQUESTURI", &url));
	return ask_ci(w, "Azure DevOps", "POST", mg_printf(w->scratch, "%s?api-version=7.1", url),
		"SYSTEM_ACCESSTOKEN", "oidcToken", out);
}

static int ask_entra(const struct asking *w, struct token *out)
{
	const char *tenant = "", *id = "", *secret = "";
	MG_TRY(secret_of(w, "ARM_TENANT_ID", &tenant));
	MG_TRY(secret_of(w, "ARM_CLIENT_ID", &id));
	MG_TRY(secret_of(w, "ARM_CLIENT_SECRET", &secret));
	const char *authority = set_variable("AZURE_AUTHORITY_HOST");
	struct mg_text url;
	mg_text_init(&url, w->scratch);
	mg_text_addf(&url, "%s/", authority ? authority : "https://login.microsoftonline.com");
	mg_address_encode(&url, tenant);
	mg_text_add(&url, "/oauth2/v2.0/token");
	static const char scope[] = RESOURCE "/.default";
	const char *const pairs[] = {"grant_type", "client_credentials", "client_id", id,
		"client_secret", secret, "scope", scope, NULL};
	return ask_form(w, "Entra ID", url.data, "", pairs, out);
}

static int ask_azure_cli(const struct asking *w, struct token *out)
{
	const char *token = NULL;
	int code = mg_azure_cli_token(w->scratch, RESOURCE, MG_EENGINE, &token, w->err);
	if (code == MG_ENOTFOUND)
		return mg_fail(w->err, MG_EUSAGE,
			"nothing says who asks %s: set DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and "
			"DATABRICKS_CLIENT_SECRET, or sign in with the Azure CLI (az login)",
			w->auth->host);
	MG_TRY(code);
	*out = (struct token){mg_strdup(w->arena, token), 300}; /* az keeps it, and renews it */
	return MG_OK;
}

static const struct mg_databricks_way ways[] = {
	{"pat", {"DATABRICKS_TOKEN"}, ask_pat, true},
	{"oauth-m2m", {"DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET"}, ask_m2m, false},
	{"env-oidc", {"DATABRICKS_CLIENT_ID", "DATABRICKS_OIDC_TOKEN"}, ask_env_oidc, false},
	{"file-oidc", {"DATABRICKS_CLIENT_ID", "DATABRICKS_OIDC_TOKEN_FILEPATH"}, ask_file_oidc,
		false},
	{"github-oidc",
		{"DATABRICKS_CLIENT_ID", "ACTIONS_ID_TOKEN_REQUEST_URL",
			"ACTIONS_ID_TOKEN_REQUEST_TOKEN"},
		ask_github, false},
	{"azure-devops-oidc",
		{"DATABRICKS_CLIENT_ID", "SYSTEM_OIDCREQUESTURI", "SYSTEM_ACCESSTOKEN"},
		ask_azure_devops, false},
	{"azure-client-secret", {"ARM_TENANT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET"}, ask_entra,
		false},
	{"azure-cli", {NULL}, ask_azure_cli, false},
};
enum { WAYS = sizeof(ways) / sizeof(*ways), NEEDS = sizeof(ways->needs) / sizeof(*ways->needs) };

/* ---- what calls see ---- */

int mg_databricks_host(
	struct mg_arena *arena, const char *written, const char **out, struct mg_error *err)
{
	const char *host = strstr(written, "://") ? written
						  : mg_printf(arena, "https://%s", written);
	struct mg_address a = mg_address_read(arena, host);
	if (!a.host || !*a.host || a.user || !mg_address_keeps_secrets(&a) ||
		strlen(a.path) != strspn(a.path, "/"))
		return mg_fail(err, MG_EUSAGE,
			"the workspace's address is '%s', which is not as https://adb-1.azuredatabricks.net",
			mg_log_safe_cut(arena, host, 100));
	*out = mg_printf(arena, "%s://%s", a.scheme, a.host);
	return MG_OK;
}

static const char *missing_variable(const struct mg_databricks_way *way)
{
	for (size_t i = 0; i < NEEDS && way->needs[i]; i++)
		if (!set_variable(way->needs[i]))
			return way->needs[i];
	return NULL;
}

static int choose(const struct mg_databricks_way **out, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const char *type = set_variable("DATABRICKS_AUTH_TYPE");
	struct mg_text known;
	mg_text_init(&known, scratch);
	for (size_t i = 0; i < WAYS; i++) {
		const char *missing = missing_variable(&ways[i]);
		mg_text_addf(&known, "%s%s", i ? ", " : "", ways[i].type);
		if (type ? !mg_streq(type, ways[i].type) : missing != NULL)
			continue;
		if (missing)
			return mg_fail(err, MG_EUSAGE, "DATABRICKS_AUTH_TYPE is %s, which needs %s",
				ways[i].type, missing);
		*out = &ways[i];
		return MG_OK;
	}
	return mg_fail(err, MG_EUSAGE, "DATABRICKS_AUTH_TYPE is '%s'; known are %s",
		mg_log_safe_cut(scratch, type, 100), known.data);
}

int mg_databricks_auth_init(struct mg_databricks_auth *out, struct mg_arena *arena,
	const char *host, struct mg_error *err)
{
	struct mg_databricks_auth auth = {.arena = arena, .host = host};
	MG_TRY(choose(&auth.way, err));
	*out = auth;
	pthread_mutex_init(&out->lock, NULL);
	return MG_OK;
}

void mg_databricks_auth_done(struct mg_databricks_auth *auth)
{
	if (auth->way)
		pthread_mutex_destroy(&auth->lock);
}

static int renew(struct mg_databricks_auth *auth, const struct mg_http *http, bool *out_again,
	struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const struct asking w = {.auth = auth,
		.like = http,
		.arena = auth->arena,
		.scratch = scratch,
		.err = err,
		.again = out_again};
	struct token token;
	MG_TRY(auth->way->ask(&w, &token));
	double lives = token.lives_s - RENEW_EARLY_S;
	lives = lives > token.lives_s / 2 ? lives : token.lives_s / 2;
	auth->token = token.text;
	auth->renew_at = token.lives_s > 0 ? mg_clock_ticks() + lives : INFINITY;
	return MG_OK;
}

int mg_databricks_auth_token(struct mg_databricks_auth *auth, const struct mg_http *http,
	const char **out, bool *out_again, struct mg_error *err)
{
	pthread_mutex_lock(&auth->lock);
	int code = MG_OK;
	*out_again = false;
	if (!auth->token || mg_clock_ticks() >= auth->renew_at)
		code = renew(auth, http, out_again, err);
	if (code == MG_OK)
		*out = auth->token;
	pthread_mutex_unlock(&auth->lock);
	return code;
}

bool mg_databricks_auth_refused(struct mg_databricks_auth *auth, const char *token)
{
	if (auth->way->fixed)
		return false;
	pthread_mutex_lock(&auth->lock);
	if (auth->token == token)
		auth->token = NULL;
	pthread_mutex_unlock(&auth->lock);
	return true;
}

const char *mg_databricks_auth_type(const struct mg_databricks_auth *auth)
{
	return auth->way->type;
}
