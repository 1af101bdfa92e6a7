/* stores.c: the list of stores.def, and which of them an address belongs to. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "history/store.h"

#define STORE(name) extern const struct mg_store_ops mg_store_##name;
#include "history/stores.def"
#undef STORE

#define STORE(name) &mg_store_##name,
static const struct mg_store_ops *const stores[] = {
#include "history/stores.def"
};
#undef STORE

/* What takes the address, and what it makes of it. */
static const struct mg_store_ops *find_store(const char *address, const char **out_place)
{
	size_t last = sizeof(stores) / sizeof(*stores) - 1; /* takes every address */
	for (size_t i = 0; i < last; i++)
		if ((*out_place = stores[i]->takes(address)))
			return stores[i];
	*out_place = stores[last]->takes(address);
	return stores[last];
}

bool mg_store_is_remote(const char *address)
{
	const char *place;
	return find_store(address, &place)->is_remote;
}

int mg_store_open(struct mg_arena *arena, const char *address, enum mg_store_use use,
	const char *repo, struct mg_store *out, struct mg_error *err)
{
	*out = (struct mg_store){.arena = arena, .use = use};
	if (!*address)
		return mg_fail(err, MG_EUSAGE,
			"the history has an empty address; name a folder, git:REMOTE, the "
			"https:// address of a container, cosmos://ACCOUNT/DATABASE/CONTAINER or "
			"/Volumes/CATALOG/SCHEMA/VOLUME");
	out->ops = find_store(address, &out->place);
	int code = out->ops->open(out, repo, err);
	if (code != MG_OK)
		mg_store_close(out);
	return code;
}

void mg_store_close(struct mg_store *store)
{
	if (store->ops && store->ops->close)
		store->ops->close(store);
	store->ops = NULL;
}

void mg_store_add_name(
	struct mg_store *store, struct mg_store_names *names, size_t *capacity, const char *name)
{
	names->list = mg_grow(
		store->arena, names->list, names->count, capacity, sizeof(*names->list));
	names->list[names->count++] = mg_strdup(store->arena, name);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void mg_store_sort(struct mg_store_names *names)
{
	if (names->count > 0)
		qsort(names->list, names->count, sizeof(*names->list), by_bytes);
}
