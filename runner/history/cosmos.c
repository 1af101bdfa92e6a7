/* cosmos.c: records as documents of a container of Cosmos DB, cosmos://ACCOUNT/DATABASE/CONTAINER. A document's id is the
 * record's name, and its model is the partition that it lies in; the service takes an id only once there. */
#include <jansson.h>
#include <string.h>

#include "base/base64.h"
#include "base/escape.h"
#include "base/text.h"
#include "history/cosmos_call.h"
#include "history/store.h"
#include "http/ask.h"

/* Documents hold 2 MB, of which base64 takes a third more than the bytes, and the names a little. */
enum { MOST_BYTES = 1500000, MOST_PAGES = 10000 };

static const char *takes(const char *address)
{
	static const char prefix[] = "cosmos://";
	return mg_starts_with(address, prefix) ? address + strlen(prefix) : NULL;
}

static void close_cosmos(struct mg_store *store)
{
	if (store->state)
		mg_cosmos_close(store->state);
}

/* ---- names ---- */

/* An id has no slashes, and names have no colons. */
static char *id_of(struct mg_arena *arena, const char *name)
{
	char *id = mg_strdup(arena, name);
	for (char *c = id; *c; c++)
		if (*c == '/')
			*c = ':';
	return id;
}

static char *model_of(struct mg_arena *arena, const char *name)
{
	return mg_strndup(arena, name, strcspn(name, "/"));
}

/* As JSON, in the arena. */
static const char *text_of(struct mg_arena *arena, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	if (!text)
		mg_out_of_memory();
	return mg_arena_own(arena, text);
}

/* ---- one record ---- */

static int put_if_absent(struct mg_store *store, const char *name, const char *bytes, size_t len,
	bool *out_made, struct mg_error *err)
{
	struct mg_arena *arena = store->arena;
	struct mg_cosmos_answer answer;
	if (len > MOST_BYTES)
		return mg_fail(err, MG_ELIMIT,
			"the record has %s, and a document of Cosmos DB holds no more than %s of one; "
			"keep such runs in a container of Azure Blob storage",
			mg_human_bytes(arena, (double)len), mg_human_bytes(arena, MOST_BYTES));
	const struct mg_cosmos_request request = {.method = "POST",
		.documents = true,
		.partition = model_of(arena, name),
		.body = text_of(arena,
			json_pack("{s:s, s:s, s:s, s:s}", "id", id_of(arena, name), "model",
				model_of(arena, name), "name", name, "gzip",
				mg_base64(arena, bytes, len)))};
	MG_TRY(mg_cosmos_call(store->state, arena, &request, &answer, err));
	if (answer.status == 413)
		return mg_fail(err, MG_ELIMIT,
			"the record is larger than what a document of Cosmos DB holds; keep such runs "
			"in a container of Azure Blob storage");
	if (answer.status != 201 && answer.status != 409)
		return mg_cosmos_fail(
			store->state, arena, &answer, "does not write the record", err);
	*out_made = answer.status == 201;
	return MG_OK;
}

static int take_document(struct mg_arena *arena, const struct mg_cosmos_answer *answer,
	const char *name, size_t max_bytes, char **out, size_t *out_len, struct mg_error *err)
{
	MG_SCOPED_JSON said = json_loadb(answer->body, answer->len, 0, NULL);
	const char *packed = mg_ask_text(said, "gzip");
	if (!packed || !mg_streq(mg_ask_text(said, "name"), name) ||
		!mg_base64_read(arena, packed, strlen(packed), out, out_len))
		return mg_fail(err, MG_EIO, "its document is none that modelgate wrote");
	return *out_len <= max_bytes ? MG_OK
				     : mg_fail(err, MG_ELIMIT, "it has more than %s",
					       mg_human_bytes(arena, (double)max_bytes));
}

static int get(struct mg_store *store, struct mg_arena *arena, const char *name, size_t max_bytes,
	char **out, size_t *out_len, struct mg_error *err)
{
	const struct mg_cosmos_request request = {.method = "GET",
		.documents = true,
		.id = id_of(arena, name),
		.partition = model_of(arena, name)};
	struct mg_cosmos_answer answer;
	MG_TRY(mg_cosmos_call(store->state, arena, &request, &answer, err));
	if (answer.status == 404)
		return mg_fail(err, MG_ENOTFOUND, "there is no such document");
	if (answer.status != 200)
		return mg_cosmos_fail(
			store->state, arena, &answer, "does not give the record", err);
	return take_document(arena, &answer, name, max_bytes, out, out_len, err);
}

/* ---- the list ---- */

struct listing {
	struct mg_store *store;
	const char *prefix, *after;
	struct mg_store_names *names;
	size_t capacity;
};

/* What is no list whole is none: a page that was cut off would pass for a history with fewer runs. */
static int take_page(struct listing *l, const struct mg_cosmos_answer *answer, struct mg_error *err)
{
	MG_SCOPED_JSON said = json_loadb(answer->body, answer->len, 0, NULL);
	const json_t *documents = json_object_get(said, "Documents");
	const json_t *count = json_object_get(said, "_count");
	const char *name;
	if (!json_is_array(documents) || !json_is_integer(count) ||
		json_integer_value(count) != (json_int_t)json_array_size(documents))
		return mg_fail(err, MG_EIO, "%s answers a query with something else than documents",
			l->store->described);
	for (size_t i = 0; i < json_array_size(documents); i++) {
		name = json_string_value(json_array_get(documents, i));
		if (!name || !mg_starts_with(name, l->prefix))
			return mg_fail(err, MG_EIO,
				"%s lists a document that was not asked for, or that modelgate did not "
				"write",
				l->store->described);
		if (strcmp(name, l->after) > 0)
			mg_store_add_name(l->store, l->names, &l->capacity, name);
	}
	return MG_OK;
}

/* What comes after a name is said here: the service need not order texts as we do. */
static const char *query_of(struct mg_arena *arena, const char *model, const char *prefix)
{
	const char *text = mg_printf(arena,
		"SELECT VALUE c.name FROM c WHERE %sSTARTSWITH(c.name, @prefix)",
		model ? "c.model = @model AND " : "");
	return text_of(arena,
		json_pack("{s:s, s:[{s:s, s:s}, {s:s, s:s}]}", "query", text, "parameters", "name",
			"@prefix", "value", prefix, "name", "@model", "value", model ? model : ""));
}

static int list(struct mg_store *store, const char *prefix, const char *after,
	struct mg_store_names *out, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct listing l = {.store = store, .prefix = prefix, .after = after, .names = out};
	*out = (struct mg_store_names){0};
	const char *model = *prefix ? model_of(scratch, prefix) : NULL;
	struct mg_cosmos_request request = {.method = "POST",
		.documents = true,
		.query = true,
		.partition = model,
		.body = query_of(scratch, model, prefix)};
	for (size_t page = 0; page == 0 || request.next; page++) {
		struct mg_cosmos_answer answer;
		if (page == MOST_PAGES)
			return mg_fail(err, MG_ELIMIT, "%s has more than %d pages of documents",
				store->described, MOST_PAGES);
		MG_TRY(mg_cosmos_call(store->state, scratch, &request, &answer, err));
		if (answer.status != 200)
			return mg_cosmos_fail(
				store->state, scratch, &answer, "does not list its documents", err);
		MG_TRY(take_page(&l, &answer, err));
		if (answer.next && mg_streq(answer.next, request.next))
			return mg_fail(err, MG_EIO, "the list of %s leads back to itself",
				store->described);
		request.next = answer.next;
	}
	mg_store_sort(out);
	return MG_OK;
}

/* ---- the container ---- */

/* By another key than the model, an id could be there twice; where documents end of themselves, records are lost. */
static int check_container(
	const struct mg_store *store, const struct mg_cosmos_answer *answer, struct mg_error *err)
{
	MG_SCOPED_JSON said = json_loadb(answer->body, answer->len, 0, NULL);
	const json_t *paths = json_object_get(json_object_get(said, "partitionKey"), "paths");
	const json_t *ttl = json_object_get(said, "defaultTtl");
	if (json_array_size(paths) != 1 ||
		!mg_streq(json_string_value(json_array_get(paths, 0)), "/model"))
		return mg_fail(err, MG_EUSAGE,
			"%s is not partitioned by /model, so a record could be there twice; create a "
			"container with --partition-key-path /model",
			store->described);
	if (ttl && !json_is_null(ttl) && json_integer_value(ttl) != -1)
		return mg_fail(err, MG_EUSAGE,
			"%s removes documents after a time (its time to live), so records would be "
			"lost; switch that off (az cosmosdb sql container update --ttl -1)",
			store->described);
	return MG_OK;
}

static int open_cosmos(struct mg_store *store, const char *repo, struct mg_error *err)
{
	(void)repo;
	const struct mg_cosmos_request request = {.method = "GET"};
	struct mg_cosmos *cosmos = NULL;
	struct mg_cosmos_answer answer;
	MG_TRY(mg_cosmos_open(store->arena, store->place, &cosmos, err));
	store->state = cosmos;
	store->described = mg_printf(
		store->arena, "Cosmos DB history at %s", mg_cosmos_address(cosmos));
	MG_TRY(mg_cosmos_call(cosmos, store->arena, &request, &answer, err));
	if (answer.status != 200)
		return mg_cosmos_fail(
			cosmos, store->arena, &answer, "does not tell of the container", err);
	return check_container(store, &answer, err);
}

const struct mg_store_ops mg_store_cosmos = {
	.name = "cosmos",
	.is_remote = true,
	.waiting = 16,
	.takes = takes,
	.open = open_cosmos,
	.put_if_absent = put_if_absent,
	.get = get,
	.list = list,
	.close = close_cosmos,
};
