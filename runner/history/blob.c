/* blob.c: records as blobs of a container of Azure Blob storage or Data Lake, https://ACCOUNT.blob.core.windows.net/
 * CONTAINER[/PREFIX]. A record is one blob, written under the condition that there is none of its name. */
#include <string.h>

#include "base/text.h"
#include "history/blob_call.h"
#include "history/store.h"

/* Pages of a list have up to 5,000 names. */
enum { MOST_PAGES = 1000 };

static const char *takes(const char *address)
{
	return mg_starts_with(address, "https://") || mg_starts_with(address, "http://") ? address
											 : NULL;
}

static void close_blob(struct mg_store *store)
{
	if (store->state)
		mg_blob_close(store->state);
}

/* ---- one record ---- */


static int put_if_absent(struct mg_store *store, const char *name, const char *bytes, size_t len,
	bool *out_made, struct mg_error *err)
{
	static const char *const headers[] = {
		"x-ms-blob-type: BlockBlob", "If-None-Match: *", NULL};
	struct mg_blob_answer answer;
	if (len > MG_HTTP_ANSWER_MAX_BYTES)
		return mg_fail(err, MG_ELIMIT,
			"the record has %s, and only %s of a blob are read again",
			mg_human_bytes(store->arena, (double)len),
			mg_human_bytes(store->arena, MG_HTTP_ANSWER_MAX_BYTES));
	const struct mg_http_request request = {.method = "PUT",
		.body = bytes,
		.body_len = len,
		.content_type = "application/gzip",
		.headers = headers};
	MG_TRY(mg_blob_call(store->state, store->arena, &request, name, NULL, &answer, err));
	bool taken = answer.status == 412 || mg_streq(answer.code, "BlobAlreadyExists");
	if (answer.status != 201 && !taken)
		return mg_blob_fail(store->state, store->arena, &answer, "does not write the record", err);
	*out_made = !taken;
	return MG_OK;
}

static int get(struct mg_store *store, struct mg_arena *arena, const char *name, size_t max_bytes,
	char **out, size_t *out_len, struct mg_error *err)
{
	const struct mg_http_request request = {.method = "GET"};
	struct mg_blob_answer answer;
	MG_TRY(mg_blob_call(store->state, arena, &request, name, NULL, &answer, err));
	if (mg_streq(answer.code, "BlobNotFound"))
		return mg_fail(err, MG_ENOTFOUND, "there is no such blob");
	if (answer.status != 200)
		return mg_blob_fail(store->state, arena, &answer, "does not give the record", err);
	if (answer.len > max_bytes)
		return mg_fail(err, MG_ELIMIT, "it has more than %s",
			mg_human_bytes(arena, (double)max_bytes));
	*out = (char *)answer.body;
	*out_len = answer.len;
	return MG_OK;
}

/* ---- the list ---- */

struct listing {
	struct mg_store *store;
	const char *after;
	struct mg_store_names *names;
	size_t capacity;
	const char *marker; /* where the next page begins; "" after the last one */
};

/* What is no list whole is none: a page that was cut off would pass for a history with fewer runs. */
static int take_page(struct listing *l, const xmlNode *root, struct mg_error *err)
{
	const xmlNode *blobs = mg_blob_child(root, "Blobs"),
		      *next = mg_blob_child(root, "NextMarker");
	size_t base = strlen(mg_blob_prefix(l->store->state));
	if (!root || !mg_streq((const char *)root->name, "EnumerationResults") || !blobs || !next)
		return mg_fail(err, MG_EIO, "it is no whole page of blobs");
	for (const xmlNode *n = blobs->children; n; n = n->next) {
		if (n->type != XML_ELEMENT_NODE || !mg_streq((const char *)n->name, "Blob"))
			continue;
		const char *text = mg_blob_text(l->store->arena, mg_blob_child(n, "Name"));
		if (!mg_starts_with(text, mg_blob_prefix(l->store->state)))
			return mg_fail(err, MG_EIO, "it has a blob that was not asked for");
		if (strcmp(text + base, l->after) > 0)
			mg_store_add_name(l->store, l->names, &l->capacity, text + base);
	}
	const char *marker = mg_blob_text(l->store->arena, next);
	if (*marker && mg_streq(marker, l->marker))
		return mg_fail(err, MG_EIO, "it leads back to itself");
	l->marker = marker;
	return MG_OK;
}

static int read_page(struct listing *l, const struct mg_blob_answer *answer, struct mg_error *err)
{
	xmlDocPtr doc = mg_blob_read(answer);
	int code = take_page(l, doc ? xmlDocGetRootElement(doc) : NULL, err);
	xmlFreeDoc(doc);
	return code == MG_OK
		? MG_OK
		: mg_fail_in(err, "the list of blobs of %s", l->store->described);
}

static int ask_page(struct listing *l, const char *prefix, int most, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	const struct mg_http_request request = {.method = "GET"};
	struct mg_blob_answer answer;
	struct mg_text query;
	mg_text_init(&query, scratch);
	mg_text_addf(&query, "restype=container&comp=list&maxresults=%d&prefix=", most);
	mg_address_encode(
		&query, mg_printf(scratch, "%s%s", mg_blob_prefix(l->store->state), prefix));
	if (*l->marker) {
		mg_text_add(&query, "&marker=");
		mg_address_encode(&query, l->marker);
	}
	MG_TRY(mg_blob_call(l->store->state, scratch, &request, NULL, query.data, &answer, err));
	if (answer.status != 200)
		return mg_blob_fail(l->store->state, scratch, &answer, "does not list its blobs", err);
	return read_page(l, &answer, err);
}

static int list(struct mg_store *store, const char *prefix, const char *after,
	struct mg_store_names *out, struct mg_error *err)
{
	enum { PAGE = 5000 };
	struct listing l = {.store = store, .after = after, .names = out, .marker = ""};
	*out = (struct mg_store_names){0};
	for (size_t page = 0; page == 0 || *l.marker; page++) {
		if (page == MOST_PAGES)
			return mg_fail(err, MG_ELIMIT, "%s has more than %d pages of blobs",
				store->described, MOST_PAGES);
		MG_TRY(ask_page(&l, prefix, PAGE, err));
	}
	mg_store_sort(out);
	return MG_OK;
}

/* A container that is not there, or that may not be read, must not pass for a history without runs. */
static int open_blob(struct mg_store *store, const char *repo, struct mg_error *err)
{
	(void)repo;
	struct mg_store_names names = {0};
	struct listing l = {.store = store, .after = "", .names = &names, .marker = ""};
	struct mg_blob *blob = NULL;
	MG_TRY(mg_blob_open(store->arena, store->place, &blob, err));
	store->state = blob;
	store->described =
		mg_printf(store->arena, "Azure Blob history at %s", mg_blob_address(blob));
	return store->use == MG_STORE_READ ? ask_page(&l, "", 1, err) : MG_OK;
}

const struct mg_store_ops mg_store_blob = {
	.name = "blob",
	.is_remote = true,
	.waiting = 16,
	.takes = takes,
	.open = open_blob,
	.put_if_absent = put_if_absent,
	.get = get,
	.list = list,
	.close = close_blob,
};
