/* volume.c: records as files of a volume of Unity Catalog, /Volumes/CATALOG/SCHEMA/VOLUME[/FOLDER], by the Files API of
 * Databricks. The service takes a file without `overwrite` only where there is none of its name. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/escape.h"
#include "base/text.h"
#include "engine/databricks/auth.h"
#include "history/store.h"
#include "http/address.h"
#include "http/ask.h"
#include "http/pool.h"
#include "http/secret.h"

#define ROOT "/Volumes"
#define FORM "write it as /Volumes/CATALOG/SCHEMA/VOLUME or .../VOLUME/FOLDER"
/* Records lie six folders deep; pages of a list have up to 1,000 names. */
enum { MOST_DEPTH = 8, MOST_PAGES = 10000, MOST_TOKENS = 3, MOST_ASKED = 4, SHOWN = 400 };
#define MOST_NAMES ((size_t)5000000)

struct volume {
	struct mg_arena *arena; /* of the tokens too, which several threads ask for */
	const char *host;       /* "https://adb-1.azuredatabricks.net" */
	const char *root;       /* "/Volumes/prd/churn/history", without a slash at its end */
	struct mg_databricks_auth auth;
	struct mg_http_pool pool;
	bool has_pool;
};

/* "dbfs:" is how the Databricks CLI writes it. A folder of this name that lies on this machine by chance is never meant: it
 * would keep what no other machine sees. */
static const char *takes(const char *address)
{
	const char *path = mg_starts_with(address, "dbfs:/") ? address + strlen("dbfs:") : address;
	while (mg_starts_with(path, "//"))
		path++;
	return mg_streq(path, ROOT) || mg_starts_with(path, ROOT "/") ? path : NULL;
}

/* ---- the address ---- */

static bool is_plain(const char *part, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)part[i]) && !strchr("-._ =+@", part[i]))
			return false;
	return len > 0 && !(len == 1 && part[0] == '.') &&
		!(len == 2 && part[0] == '.' && part[1] == '.');
}

static int read_place(struct volume *v, const char *place, struct mg_error *err)
{
	size_t len = strlen(place), parts = 0;
	while (len > 0 && place[len - 1] == '/')
		len--;
	v->root = mg_strndup(v->arena, place, len);
	for (const char *s = v->root + strlen(ROOT); *s; parts++) {
		size_t part = strcspn(s + 1, "/");
		if (!is_plain(s + 1, part))
			return mg_fail(err, MG_EUSAGE,
				"the history names a volume or a folder with odd characters; " FORM);
		s += 1 + part;
	}
	if (parts < 3)
		return mg_fail(err, MG_EUSAGE, "the history names no volume; " FORM);
	return MG_OK;
}

/* ---- calls ---- */

struct call {
	const char *method, *api; /* "files", "directories" */
	const char *path;
	const char *query; /* with its question mark; NULL: none */
	const char *body;  /* NULL: none */
	size_t len;
};

struct answer {
	struct mg_http_answer http;
	const char *token; /* that was sent */
};

static int find_token(struct volume *v, const char **out, struct mg_error *err)
{
	static const struct mg_http nobody_stops = {.stop = NULL};
	for (int tries = 1;; tries++) {
		bool again = false;
		int code = mg_databricks_auth_token(&v->auth, &nobody_stops, out, &again, err);
		if (code == MG_OK || !again || tries == MOST_ASKED)
			return code;
		nanosleep(&(struct timespec){.tv_sec = tries}, NULL);
	}
}

static const char *url_of(const struct volume *v, struct mg_arena *arena, const struct call *call)
{
	struct mg_text url;
	mg_text_init(&url, arena);
	mg_text_addf(&url, "%s/api/2.0/fs/%s", v->host, call->api);
	for (const char *s = call->path; *s;) {
		size_t len = strcspn(s + 1, "/");
		mg_text_add_char(&url, '/');
		mg_address_encode(&url, mg_strndup(arena, s + 1, len));
		s += 1 + len;
	}
	if (call->query)
		mg_text_add(&url, call->query);
	return url.data;
}

/* Tried again where the service is busy or its answer is lost, so that it may be carried out twice. A token that is refused
 * is asked for anew. MG_OK whatever the status. */
static int send_call(struct volume *v, struct mg_arena *arena, const struct call *call,
	struct answer *out, struct mg_error *err)
{
	struct mg_http_request request = {.method = call->method,
		.url = url_of(v, arena, call),
		.body = call->body,
		.body_len = call->len,
		.content_type = "application/octet-stream",
		.accept = "*/*"};
	for (int tokens = 1;; tokens++) {
		MG_TRY(find_token(v, &out->token, err));
		request.authorization = mg_printf(arena, "Bearer %s", out->token);
		int code = mg_http_pool_call(&v->pool, arena, &request, &out->http, err);
		if (code != MG_OK)
			return mg_fail(
				err, code, "%s", mg_secret_mask(arena, err->text, &out->token, 1));
		if (out->http.status != 401 || tokens == MOST_TOKENS ||
			!mg_databricks_auth_refused(&v->auth, out->token))
			return MG_OK;
	}
}

static json_t *read_json(const struct answer *answer)
{
	return json_loadb(answer->http.body, answer->http.len, JSON_ALLOW_NUL, NULL);
}

/* Does the Files API say that there is no such file or folder? A page of a proxy, or a workspace without that API, does
 * not. */
static bool is_missing(const struct answer *answer)
{
	MG_SCOPED_JSON said = answer->http.status == 404 ? read_json(answer) : NULL;
	const char *code = mg_ask_text(said, "error_code");
	return code && !mg_streq(code, "ENDPOINT_NOT_FOUND");
}

static int fail_call(const struct volume *v, struct mg_arena *arena, const struct answer *answer,
	const char *what, struct mg_error *err)
{
	MG_SCOPED_JSON said = read_json(answer);
	const char *words = mg_ask_text(said, "message");
	words = words && *words ? mg_secret_mask(arena, words, &answer->token, 1)
				: "it does not say why";
	int status = answer->http.status;
	return mg_fail(err, MG_EIO, "%s %s %s (HTTP %d: %s)%s", v->host, what, v->root, status,
		mg_log_safe_cut(arena, words, SHOWN),
		status == 403 ? "; the identity needs USE CATALOG, USE SCHEMA and READ VOLUME, and "
				"WRITE VOLUME to record"
			      : "");
}

/* A folder that was mistyped must not pass for a history that nobody wrote to yet. */
static int fail_missing(const struct volume *v, struct mg_error *err)
{
	return mg_fail(err, MG_EUSAGE,
		"%s has no folder %s to read a history from; is the name right? To begin a new "
		"history, create the folder: databricks fs mkdir dbfs:%s",
		v->host, v->root, v->root);
}

/* ---- one record ---- */

static const char *path_of(struct mg_arena *arena, const struct volume *v, const char *name)
{
	return mg_printf(arena, "%s/%s", v->root, name);
}

/* With the folders above it. */
static int make_folder_of(
	struct volume *v, struct mg_arena *arena, const char *path, struct mg_error *err)
{
	const struct call call = {.method = "PUT",
		.api = "directories",
		.path = mg_strndup(arena, path, (size_t)(strrchr(path, '/') - path)),
		.body = ""};
	struct answer answer = {0};
	MG_TRY(send_call(v, arena, &call, &answer, err));
	if (is_missing(&answer))
		return mg_fail(err, MG_EUSAGE,
			"%s has no volume for %s; is the name right? To make one: databricks volumes "
			"create CATALOG SCHEMA VOLUME MANAGED",
			v->host, v->root);
	return answer.http.status == 204 ? MG_OK
					 : fail_call(v, arena, &answer, "makes no folder in", err);
}

static int put_if_absent(struct mg_store *store, const char *name, const char *bytes, size_t len,
	bool *out_made, struct mg_error *err)
{
	struct volume *v = store->state;
	struct mg_arena *arena = store->arena;
	if (len > MG_HTTP_ANSWER_MAX_BYTES)
		return mg_fail(err, MG_ELIMIT,
			"the record has %s, and only %s of a file are read again",
			mg_human_bytes(arena, (double)len),
			mg_human_bytes(arena, MG_HTTP_ANSWER_MAX_BYTES));
	const struct call call = {.method = "PUT",
		.api = "files",
		.path = path_of(arena, v, name),
		.query = "?overwrite=false",
		.body = bytes,
		.len = len};
	struct answer answer = {0};
	MG_TRY(send_call(v, arena, &call, &answer, err));
	if (is_missing(&answer)) { /* the first of its day */
		MG_TRY(make_folder_of(v, arena, call.path, err));
		MG_TRY(send_call(v, arena, &call, &answer, err));
	}
	if (answer.http.status != 204 && answer.http.status != 409)
		return fail_call(v, arena, &answer, "does not write the record to", err);
	*out_made = answer.http.status == 204;
	return MG_OK;
}

static int get(struct mg_store *store, struct mg_arena *arena, const char *name, size_t max_bytes,
	char **out, size_t *out_len, struct mg_error *err)
{
	struct volume *v = store->state;
	const struct call call = {.method = "GET", .api = "files", .path = path_of(arena, v, name)};
	struct answer answer = {0};
	MG_TRY(send_call(v, arena, &call, &answer, err));
	if (is_missing(&answer))
		return mg_fail(err, MG_ENOTFOUND, "there is no such file");
	if (answer.http.status != 200)
		return fail_call(v, arena, &answer, "does not give the record of", err);
	if (answer.http.len > max_bytes)
		return mg_fail(err, MG_ELIMIT, "it has more than %s",
			mg_human_bytes(arena, (double)max_bytes));
	*out = (char *)answer.http.body;
	*out_len = answer.http.len;
	return MG_OK;
}

/* ---- the list ---- */

struct walk {
	struct mg_store *store;
	struct volume *volume;
	const char *after;
	struct mg_store_names *names;
	size_t capacity;
};

/* A page of a folder. *out is the caller's. MG_ENOTFOUND: there is no such folder. What is no page whole is none: it would
 * pass for a history with fewer runs. */
static int ask_page(struct volume *v, struct mg_arena *arena, const char *folder, int most,
	const char *token, json_t **out, struct mg_error *err)
{
	struct mg_text query;
	struct answer answer = {0};
	mg_text_init(&query, arena);
	mg_text_addf(&query, "?page_size=%d", most);
	if (token) {
		mg_text_add(&query, "&page_token=");
		mg_address_encode(&query, token);
	}
	const char *path = mg_printf(arena, "%s%s%s", v->root, *folder ? "/" : "", folder);
	const struct call call = {.method = "GET",
		.api = "directories",
		.path = mg_ends_with(path, "/") ? mg_strndup(arena, path, strlen(path) - 1) : path,
		.query = query.data};
	MG_TRY(send_call(v, arena, &call, &answer, err));
	if (is_missing(&answer))
		return mg_fail(err, MG_ENOTFOUND, "there is no folder %s", call.path);
	if (answer.http.status != 200)
		return fail_call(v, arena, &answer, "does not list", err);
	json_t *page = read_json(&answer);
	const json_t *contents = json_object_get(page, "contents"),
		     *next = json_object_get(page, "next_page_token");
	/* An empty folder has neither; no other answer has nothing at all. */
	size_t known = (contents != NULL) + (next != NULL);
	if (json_is_object(page) && json_object_size(page) == known &&
		(!contents || json_is_array(contents)) && (!next || json_is_string(next))) {
		*out = page;
		return MG_OK;
	}
	json_decref(page);
	return mg_fail(err, MG_EIO,
		"%s answers with something else than the list of a folder; is DATABRICKS_HOST a "
		"workspace?",
		v->host);
}

static int look_into(struct walk *w, const char *folder, int depth, struct mg_error *err);

/* Names of Unity Catalog have no case, and the service may tell another than was asked for. */
static bool lies_in(const struct walk *w, struct mg_arena *arena, const char *folder,
	const char *name, const char *path)
{
	const char *wanted = mg_printf(arena, "%s/%s%s", w->volume->root, folder, name);
	size_t len = strlen(path);
	len -= len > 0 && path[len - 1] == '/';
	return *name && !strchr(name, '/') && len == strlen(wanted) &&
		strncasecmp(path, wanted, len) == 0;
}

static int look_at(struct walk *w, struct mg_arena *arena, const char *folder, const json_t *entry,
	int depth, struct mg_error *err)
{
	const char *name = mg_ask_text(entry, "name"), *path = mg_ask_text(entry, "path");
	const json_t *is_folder = json_object_get(entry, "is_directory");
	if (!name || !path || !json_is_boolean(is_folder) || !lies_in(w, arena, folder, name, path))
		return mg_fail(err, MG_EIO, "%s lists something in %s that was not asked for",
			w->volume->host, w->volume->root);
	name = mg_printf(arena, "%s%s%s", folder, name, json_is_true(is_folder) ? "/" : "");
	/* Nothing of a folder comes after when its own name comes before. */
	if (json_is_true(is_folder))
		return depth < MOST_DEPTH && strncmp(name, w->after, strlen(name)) >= 0
			? look_into(w, name, depth + 1, err)
			: MG_OK;
	if (strcmp(name, w->after) <= 0)
		return MG_OK;
	if (w->names->count == MOST_NAMES)
		return mg_fail(
			err, MG_ELIMIT, "%s has more than %zu files", w->volume->root, MOST_NAMES);
	mg_store_add_name(w->store, w->names, &w->capacity, name);
	return MG_OK;
}

/* A folder that was listed by the one above, or on an earlier page, must be there: records are never removed. */
static int fail_gone(const struct walk *w, struct mg_error *err)
{
	return mg_fail(
		err, MG_EIO, "a folder of %s went away while it was listed", w->volume->root);
}

/* `folder` is empty or ends with a slash. MG_ENOTFOUND: it is not there. */
static int look_into(struct walk *w, const char *folder, int depth, struct mg_error *err)
{
	enum { PAGE = 1000 };
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *token = NULL;
	for (size_t pages = 0; pages == 0 || token; pages++) {
		MG_SCOPED_JSON page = NULL;
		size_t i;
		json_t *entry;
		if (pages == MOST_PAGES)
			return mg_fail(err, MG_ELIMIT, "a folder of %s has more than %d pages",
				w->volume->root, MOST_PAGES);
		int code = ask_page(w->volume, arena, folder, PAGE, token, &page, err);
		if (code == MG_ENOTFOUND && (depth > 0 || pages > 0))
			return fail_gone(w, err);
		MG_TRY(code);
		json_array_foreach(json_object_get(page, "contents"), i, entry)
			MG_TRY(look_at(w, arena, folder, entry, depth, err));
		const char *next = mg_ask_text(page, "next_page_token");
		if (next && token && mg_streq(next, token))
			return mg_fail(err, MG_EIO,
				"the list of a folder of %s leads back to itself", w->volume->root);
		token = next && *next ? mg_strdup(arena, next) : NULL;
	}
	return MG_OK;
}

static int need_root(struct volume *v, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	MG_SCOPED_JSON page = NULL;
	int code = ask_page(v, arena, "", 1, NULL, &page, err);
	return code == MG_ENOTFOUND ? fail_missing(v, err) : code;
}

static int list(struct mg_store *store, const char *prefix, const char *after,
	struct mg_store_names *out, struct mg_error *err)
{
	struct walk w = {.store = store, .volume = store->state, .after = after, .names = out};
	*out = (struct mg_store_names){0};
	int code = look_into(&w, prefix, 0, err);
	if (code == MG_ENOTFOUND) /* no run of the model or stage yet */
		return need_root(w.volume, err);
	MG_TRY(code);
	mg_store_sort(out);
	return MG_OK;
}

/* ---- the store ---- */

static void close_volume(struct mg_store *store)
{
	struct volume *v = store->state;
	if (!v)
		return;
	if (v->has_pool)
		mg_http_pool_close(&v->pool);
	mg_databricks_auth_done(&v->auth);
	mg_arena_free(v->arena); /* which it lies in */
	store->state = NULL;
}

static int open_volume(struct mg_store *store, const char *repo, struct mg_error *err)
{
	(void)repo;
	struct mg_arena *arena = mg_arena_new();
	struct volume *v = mg_alloc(arena, sizeof(*v));
	const char *host = getenv("DATABRICKS_HOST");
	v->arena = arena;
	store->state = v;
	MG_TRY(read_place(v, store->place, err));
	store->described = mg_printf(store->arena, "volume %s", v->root);
	if (!host || !*host)
		return mg_fail(err, MG_EUSAGE,
			"nothing says in which workspace the volume %s is: set DATABRICKS_HOST (a "
			"folder of this machine is written as /.%s)",
			v->root, v->root);
	MG_TRY(mg_databricks_host(arena, host, &v->host, err));
	MG_TRY(mg_databricks_auth_init(&v->auth, arena, v->host, err));
	MG_TRY(mg_http_pool_open(&v->pool, v->host, err));
	v->has_pool = true;
	return store->use == MG_STORE_READ ? need_root(v, err) : MG_OK;
}

const struct mg_store_ops mg_store_volume = {
	.name = "volume",
	.is_remote = true,
	.waiting = 16,
	.takes = takes,
	.open = open_volume,
	.put_if_absent = put_if_absent,
	.get = get,
	.list = list,
	.close = close_volume,
};
