/* cosmos_call.c: addresses of documents, who asks for them, and calls that are tried again. */
#include "history/cosmos_call.h"

#include <ctype.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/escape.h"
#include "base/text.h"
#include "http/address.h"
#include "http/ask.h"
#include "http/azure_cli.h"
#include "http/pool.h"
#include "http/secret.h"

#define KEY "AZURE_COSMOS_KEY"
#define FORM "write it as cosmos://ACCOUNT/DATABASE/CONTAINER"
enum { MOST_HEADERS = 10, SHOWN = 400 };

struct mg_cosmos {
	struct mg_arena *arena;
	const char *service;   /* "https://churn.documents.azure.com" */
	const char *container; /* "dbs/modelgate/colls/history", as the service signs it */
	const char *address;   /* without a secret, for people */
	const char *key;       /* or NULL: */
	const char *token;     /* of Entra ID; NULL: nobody asked for one yet */
	pthread_mutex_t lock;  /* of the token */
	struct mg_http_pool pool;
	bool is_open;
};

/* ---- the address ---- */

static bool is_plain(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("-._", s[i]))
			return false;
	return len > 0 && s[0] != '.';
}

static int read_address(struct mg_cosmos *c, const char *place, struct mg_error *err)
{
	size_t account = strcspn(place, "/");
	const char *database = place + account + (place[account] == '/');
	size_t len = strcspn(database, "/");
	const char *container = database + len + (database[len] == '/');
	const char *port = memchr(place, ':', account);
	size_t host = port ? (size_t)(port - place) : account;
	bool is_here = (host == 9 && strncmp(place, "localhost", host) == 0) ||
		(host == 9 && strncmp(place, "127.0.0.1", host) == 0);
	if (!is_plain(place, host) || (port && !is_here) || !is_plain(database, len) ||
		!is_plain(container, strlen(container)))
		return mg_fail(err, MG_EUSAGE,
			"the history is no address of a container of Cosmos DB; " FORM
			" (an account's key belongs into " KEY ")");
	c->service = mg_printf(c->arena,
		is_here ? "http://%.*s" : "https://%.*s.documents.azure.com", (int)account, place);
	c->container = mg_printf(c->arena, "dbs/%.*s/colls/%s", (int)len, database, container);
	c->address = mg_printf(c->arena, "cosmos://%s", place);
	return MG_OK;
}

const char *mg_cosmos_address(const struct mg_cosmos *c)
{
	return c->address;
}

/* ---- who asks ---- */

/* The first of several threads asks, and the others wait for what it is told. */
static int find_token(struct mg_cosmos *c, struct mg_error *err)
{
	int code = MG_OK;
	pthread_mutex_lock(&c->lock);
	if (!c->key && !c->token)
		code = mg_azure_cli_instead_of(
			KEY, c->arena, c->service, c->service, &c->token, err);
	pthread_mutex_unlock(&c->lock);
	return code;
}

static const char *encoded(struct mg_arena *arena, const char *value)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	mg_address_encode(&out, value);
	return out.data;
}

const char *mg_cosmos_signature(struct mg_arena *arena, const char *key, const char *method,
	const char *type, const char *link, const char *date)
{
	char *secret = NULL;
	size_t len = 0;
	unsigned char digest[MG_SHA256_BYTES];
	if (!mg_base64_read(arena, key, strlen(key), &secret, &len) || len == 0)
		return NULL;
	const char *text = mg_printf(arena, "%s\n%s\n%s\n%s\n\n", mg_lower(arena, method), type,
		link, mg_lower(arena, date));
	mg_hmac_sha256(secret, len, text, strlen(text), digest);
	return encoded(arena,
		mg_printf(arena, "type=master&ver=1.0&sig=%s",
			mg_base64(arena, digest, sizeof(digest))));
}

/* As HTTP writes it; by the C locale, which the program never leaves. */
static const char *http_date(struct mg_arena *arena)
{
	char text[64];
	struct tm parts;
	time_t now = (time_t)(mg_clock_now_us() / 1000000);
	gmtime_r(&now, &parts);
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts);
	return mg_strdup(arena, text);
}

static char *masked(const struct mg_cosmos *c, struct mg_arena *arena, const char *text)
{
	const char *const secrets[] = {c->key, c->token};
	return mg_secret_mask(arena, text, secrets, sizeof(secrets) / sizeof(*secrets));
}

/* What is used is looked at before anything is asked: a key that is none is no reason to try for long. */
static int read_key(struct mg_cosmos *c, struct mg_error *err)
{
	const char *key = getenv(KEY);
	if (!key || !*key)
		return MG_OK;
	MG_TRY(mg_secret_check(KEY, key, err));
	if (!mg_cosmos_signature(c->arena, key, "GET", "docs", "", ""))
		return mg_fail(err, MG_EUSAGE,
			KEY " holds no account's key, which is base64 (az cosmosdb keys list)");
	c->key = mg_strdup(c->arena, key);
	return MG_OK;
}

int mg_cosmos_open(
	struct mg_arena *arena, const char *place, struct mg_cosmos **out, struct mg_error *err)
{
	struct mg_cosmos *c = mg_alloc(arena, sizeof(*c));
	c->arena = arena;
	MG_TRY(read_address(c, place, err));
	MG_TRY(read_key(c, err));
	MG_TRY(mg_http_pool_open(&c->pool, c->service, err));
	pthread_mutex_init(&c->lock, NULL);
	c->is_open = true;
	*out = c;
	return MG_OK;
}

void mg_cosmos_close(struct mg_cosmos *c)
{
	if (c->is_open) {
		mg_http_pool_close(&c->pool);
		pthread_mutex_destroy(&c->lock);
	}
	c->is_open = false;
}

/* ---- one call ---- */

/* ["churn"], without any character that would end a header. */
static const char *partition_of(struct mg_arena *arena, const char *model)
{
	MG_SCOPED_JSON key = json_pack("[s]", model);
	char *text = key ? json_dumps(key, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
	return text ? mg_arena_own(arena, text) : "[]"; /* no model is no UTF-8 */
}

static void add_headers(const struct mg_cosmos_request *request, struct mg_arena *arena,
	const char *date, const char *headers[MOST_HEADERS])
{
	size_t n = 0;
	headers[n++] = "x-ms-version: 2018-12-31";
	headers[n++] = mg_printf(arena, "x-ms-date: %s", date);
	if (request->partition)
		headers[n++] = mg_printf(arena, "x-ms-documentdb-partitionkey: %s",
			partition_of(arena, request->partition));
	if (request->query) {
		headers[n++] = "x-ms-documentdb-isquery: True";
		headers[n++] = "x-ms-max-item-count: 1000";
	}
	if (request->query && !request->partition)
		headers[n++] = "x-ms-documentdb-query-enablecrosspartition: True";
	if (request->next)
		headers[n++] = mg_printf(arena, "x-ms-continuation: %s", request->next);
	headers[n] = NULL;
}

int mg_cosmos_call(struct mg_cosmos *c, struct mg_arena *arena,
	const struct mg_cosmos_request *request, struct mg_cosmos_answer *out, struct mg_error *err)
{
	const char *headers[MOST_HEADERS], *date = http_date(arena), *link = c->container;
	const char *url = mg_printf(
		arena, "%s/%s%s", c->service, c->container, request->documents ? "/docs" : "");
	struct mg_http_answer answer;
	MG_TRY(find_token(c, err));
	if (request->id) {
		link = mg_printf(arena, "%s/docs/%s", c->container, request->id);
		url = mg_printf(arena, "%s/%s", url, encoded(arena, request->id));
	}
	add_headers(request, arena, date, headers);
	const struct mg_http_request sent = {.method = request->method,
		.url = url,
		.body = request->body,
		.content_type = request->query ? "application/query+json" : NULL,
		.headers = headers,
		.wanted = "x-ms-continuation",
		.authorization = c->key
			? mg_cosmos_signature(arena, c->key, request->method,
				  request->documents ? "docs" : "colls", link, date)
			: encoded(arena, mg_printf(arena, "type=aad&ver=1.0&sig=%s", c->token))};
	int code = mg_http_pool_call(&c->pool, arena, &sent, &answer, err);
	if (code != MG_OK)
		return mg_fail(err, code, "%s", masked(c, arena, err->text));
	*out = (struct mg_cosmos_answer){.status = answer.status,
		.body = answer.body,
		.len = answer.len,
		.next = answer.header && *answer.header ? answer.header : NULL};
	return MG_OK;
}

int mg_cosmos_fail(const struct mg_cosmos *c, struct mg_arena *arena,
	const struct mg_cosmos_answer *answer, const char *what, struct mg_error *err)
{
	MG_SCOPED_JSON said = json_loadb(answer->body, answer->len, JSON_ALLOW_NUL, NULL);
	const char *words = mg_ask_text(said, "message");
	words = mg_log_safe_cut(
		arena, words ? masked(c, arena, words) : "it does not say why", SHOWN);
	if (answer->status == 404)
		return mg_fail(err, MG_EUSAGE,
			"there is no container at %s to keep a history in; is the name right? To "
			"begin a new history: az cosmosdb sql container create --account-name ACCOUNT "
			"--resource-group GROUP --database-name DATABASE --name CONTAINER "
			"--partition-key-path /model",
			c->address);
	bool refused = answer->status == 401 || answer->status == 403;
	return mg_fail(err, MG_EIO, "%s %s (HTTP %d: %s)%s", c->address, what, answer->status,
		words,
		!refused ? ""
			: c->key
			? "; is " KEY " a key of this account?"
			: "; the identity needs the role Cosmos DB Built-in Data Contributor");
}
