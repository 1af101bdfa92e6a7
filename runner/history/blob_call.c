/* blob_call.c: addresses of blobs, who asks for them, and calls that are tried again. */
#include "history/blob_call.h"

#include <libxml/parser.h>

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "http/azure_cli.h"
#include "http/pool.h"
#include "http/secret.h"

#define SAS "AZURE_STORAGE_SAS_TOKEN"
/* Azure Storage, as Entra ID knows it in every tenant. */
#define RESOURCE "https://storage.azure.com/"
#define API "x-ms-version: 2021-12-02"
enum { MOST_HEADERS = 8, SHOWN = 400 };

struct mg_blob {
	struct mg_arena *arena;
	const char *service;   /* "https://churn.blob.core.windows.net" */
	const char *container; /* "/history", or of an emulator "/devstoreaccount1/history" */
	const char *prefix;
	const char *address;             /* without a secret, for people */
	const char *sas;                 /* or NULL: */
	const char *token;               /* of Entra ID; NULL: nobody asked for one yet */
	const char *encoded, *signature; /* of the SAS; the latter without percent signs' codes */
	pthread_mutex_t lock;            /* of the token */
	struct mg_http_pool pool;
	bool is_open;
};

/* ---- the address ---- */

static bool is_plain_path(const char *s)
{
	for (const char *c = s; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-._/", *c))
			return false;
	return !strstr(s, "//") && !strstr(s, "/.");
}

/* Tokens for storage go to storage, and to this machine. */
static const char *service_of(struct mg_arena *arena, const struct mg_address *a)
{
	const char *lake = strstr(a->host, ".dfs.");
	if (mg_streq(a->scheme, "http"))
		return mg_printf(arena, "http://%s", a->host);
	if (lake) /* Data Lake: the same blobs under another name */
		return mg_printf(arena, "https://%.*s.blob.%s", (int)(lake - a->host), a->host,
			lake + strlen(".dfs."));
	return strstr(a->host, ".blob.") ? mg_printf(arena, "https://%s", a->host) : NULL;
}

static int fail_address(struct mg_error *err, const char *what)
{
	return mg_fail(err, MG_EUSAGE,
		"%s; write it as https://ACCOUNT.blob.core.windows.net/CONTAINER or "
		".../CONTAINER/PREFIX",
		what);
}

static int read_address(struct mg_blob *b, const char *text, struct mg_error *err)
{
	struct mg_address a = mg_address_read(b->arena, text);
	if (!a.host || a.user || strpbrk(text, "?#"))
		return fail_address(err,
			"the address of the history has a login or a query, which everybody would see; "
			"a SAS belongs into " SAS);
	b->service = mg_address_keeps_secrets(&a) ? service_of(b->arena, &a) : NULL;
	if (!b->service)
		return fail_address(err, "the history is no address of Azure Blob storage");
	const char *container = *a.path ? a.path + 1 : a.path;
	if (mg_streq(a.scheme, "http")) /* an emulator has the account in its path */
		container += strcspn(container, "/") + (strchr(container, '/') != NULL);
	size_t len = strcspn(container, "/");
	if (len == 0 || !is_plain_path(a.path))
		return fail_address(
			err, "the history names no container, or one with odd characters");
	b->container = mg_strndup(b->arena, a.path, (size_t)(container - a.path) + len);
	const char *rest = container + len + (container[len] == '/');
	b->prefix = !*rest || mg_ends_with(rest, "/") ? rest : mg_printf(b->arena, "%s/", rest);
	b->address = mg_printf(
		b->arena, "%s%s%s%s", b->service, b->container, *b->prefix ? "/" : "", b->prefix);
	return MG_OK;
}

const char *mg_blob_address(const struct mg_blob *b)
{
	return b->address;
}

const char *mg_blob_prefix(const struct mg_blob *b)
{
	return b->prefix;
}

/* ---- who asks ---- */

static int read_sas(struct mg_blob *b, struct mg_error *err)
{
	const char *sas = getenv(SAS);
	if (!sas || !*sas)
		return MG_OK;
	MG_TRY(mg_secret_check(SAS, sas, err));
	sas += *sas == '?';
	const char *signature = strstr(sas, "sig=");
	if (!signature || strpbrk(sas, " \"#"))
		return mg_fail(err, MG_EUSAGE,
			SAS " holds no shared access signature, which has the form sv=...&sig=...");
	signature += strlen("sig=");
	b->sas = mg_strdup(b->arena, sas);
	b->encoded = mg_strndup(b->arena, signature, strcspn(signature, "&"));
	/* A login's password is decoded as a query's value is. */
	b->signature = mg_address_read(b->arena, mg_printf(b->arena, "x://x:%s@x", b->encoded))
			       .password;
	return MG_OK;
}

/* The first of several threads asks, and the others wait for what it is told. */
static int find_token(struct mg_blob *b, struct mg_error *err)
{
	int code = MG_OK;
	pthread_mutex_lock(&b->lock);
	if (!b->sas && !b->token)
		code = mg_azure_cli_instead_of(SAS, b->arena, b->service, RESOURCE, &b->token, err);
	pthread_mutex_unlock(&b->lock);
	return code;
}

static char *masked(const struct mg_blob *b, struct mg_arena *arena, const char *text)
{
	const char *const secrets[] = {b->sas, b->encoded, b->signature, b->token};
	return mg_secret_mask(arena, text, secrets, sizeof(secrets) / sizeof(*secrets));
}

int mg_blob_open(
	struct mg_arena *arena, const char *address, struct mg_blob **out, struct mg_error *err)
{
	struct mg_blob *b = mg_alloc(arena, sizeof(*b));
	*b = (struct mg_blob){.arena = arena};
	MG_TRY(read_address(b, address, err));
	MG_TRY(read_sas(b, err));
	MG_TRY(mg_http_pool_open(&b->pool, b->service, err));
	pthread_mutex_init(&b->lock, NULL);
	b->is_open = true;
	*out = b;
	return MG_OK;
}

void mg_blob_close(struct mg_blob *b)
{
	if (b->is_open) {
		mg_http_pool_close(&b->pool);
		pthread_mutex_destroy(&b->lock);
	}
	b->is_open = false;
}

/* ---- one call ---- */

static const char *url_of(
	const struct mg_blob *b, struct mg_arena *arena, const char *name, const char *query)
{
	struct mg_text url;
	mg_text_init(&url, arena);
	mg_text_addf(&url, "%s%s", b->service, b->container);
	for (const char *part = name ? mg_printf(arena, "%s%s", b->prefix, name) : NULL; part;) {
		size_t len = strcspn(part, "/");
		mg_text_add_char(&url, '/');
		mg_address_encode(&url, mg_strndup(arena, part, len));
		part = part[len] ? part + len + 1 : NULL;
	}
	if (query || b->sas)
		mg_text_addf(&url, "?%s%s%s", query ? query : "", query && b->sas ? "&" : "",
			b->sas ? b->sas : "");
	return url.data;
}

xmlDocPtr mg_blob_read(const struct mg_blob_answer *answer)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
	return xmlReadMemory(answer->body, (int)answer->len, "answer.xml", NULL, options);
}

const xmlNode *mg_blob_child(const xmlNode *of, const char *name)
{
	for (const xmlNode *n = of ? of->children : NULL; n; n = n->next)
		if (n->type == XML_ELEMENT_NODE && mg_streq((const char *)n->name, name))
			return n;
	return NULL;
}

const char *mg_blob_text(struct mg_arena *arena, const xmlNode *node)
{
	xmlChar *text = node ? xmlNodeGetContent(node) : NULL;
	const char *copy = mg_strdup(arena, text ? (const char *)text : "");
	xmlFree(text);
	return copy;
}

/* <Error><Code>BlobNotFound</Code><Message>...</Message></Error> */
static void read_error(struct mg_arena *arena, struct mg_blob_answer *answer)
{
	xmlDocPtr doc = mg_blob_read(answer);
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
	answer->code = mg_blob_text(arena, mg_blob_child(root, "Code"));
	answer->message = mg_blob_text(arena, mg_blob_child(root, "Message"));
	xmlFreeDoc(doc);
}

int mg_blob_call(struct mg_blob *b, struct mg_arena *arena, const struct mg_http_request *request,
	const char *name, const char *query, struct mg_blob_answer *out, struct mg_error *err)
{
	const char *headers[MOST_HEADERS + 2] = {API};
	struct mg_http_answer answer;
	for (size_t i = 0; i < MOST_HEADERS && request->headers && request->headers[i]; i++)
		headers[i + 1] = request->headers[i];
	MG_TRY(find_token(b, err));
	struct mg_http_request sent = *request;
	sent.url = url_of(b, arena, name, query);
	sent.headers = headers;
	sent.accept = "application/xml";
	sent.authorization = b->sas ? "" : mg_printf(arena, "Bearer %s", b->token);
	int code = mg_http_pool_call(&b->pool, arena, &sent, &answer, err);
	if (code != MG_OK)
		return mg_fail(err, code, "%s", masked(b, arena, err->text));
	*out = (struct mg_blob_answer){.status = answer.status,
		.body = answer.body,
		.len = answer.len,
		.code = "",
		.message = ""};
	if (answer.status >= 300)
		read_error(arena, out);
	return MG_OK;
}

int mg_blob_fail(const struct mg_blob *b, struct mg_arena *arena,
	const struct mg_blob_answer *answer, const char *what, struct mg_error *err)
{
	const char *said = mg_printf(arena, "%s%s%s", answer->code,
		*answer->code && *answer->message ? ": " : "", answer->message);
	said = mg_log_safe_cut(
		arena, *said ? masked(b, arena, said) : "it does not say why", SHOWN);
	if (mg_streq(answer->code, "ContainerNotFound"))
		return mg_fail(err, MG_EUSAGE,
			"there is no container at %s to keep a history in; is the name right? To "
			"begin a new history: az storage container create --name NAME --account-name "
			"ACCOUNT",
			mg_blob_address(b));
	bool refused = answer->status == 401 || answer->status == 403;
	return mg_fail(err, MG_EIO, "%s %s (HTTP %d: %s)%s", mg_blob_address(b), what,
		answer->status, said,
		!refused         ? ""
			: b->sas ? "; the SAS needs read, create and list on the container"
				 : "; the identity needs the role Storage Blob Data Contributor");
}
