/* json_keys.c: the keys of rows, found by their hash when they do not come in the order of
 * before. */
#include <string.h>

#include "input/json_text.h"

void mg_json_keys_init(struct mg_json_keys *keys, struct mg_arena *arena)
{
	*keys = (struct mg_json_keys){.arena = arena, .slot_count = 64};
	keys->slots = mg_alloc_array(arena, keys->slot_count, sizeof(*keys->slots));
}

/* FNV-1a, 64 bits. */
static size_t hash(const char *name, size_t len)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)name[i]) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

static void link_key(struct mg_json_keys *keys, struct mg_json_key *key)
{
	struct mg_json_key *
		*slot = &keys->slots[hash(key->name, key->len) & (keys->slot_count - 1)];
	key->next = *slot;
	*slot = key;
}

static void make_room(struct mg_json_keys *keys)
{
	if (keys->count < keys->slot_count)
		return;
	keys->slot_count *= 2;
	keys->slots = mg_alloc_array(keys->arena, keys->slot_count, sizeof(*keys->slots));
	for (size_t i = 0; i < keys->count; i++)
		link_key(keys, keys->list[i]);
}

/* Is it written without an escape? */
static bool is_plain(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] < 0x20 || name[i] == '"' || name[i] == '\\')
			return false;
	return true;
}

struct mg_json_key *mg_json_keys_get(struct mg_json_keys *keys, const char *name, size_t len)
{
	struct mg_json_key *key = keys->slots[hash(name, len) & (keys->slot_count - 1)];
	while (key && (key->len != len || memcmp(key->name, name, len) != 0))
		key = key->next;
	if (key || keys->fixed || keys->count == MG_JSON_MOST_KEYS)
		return key;
	make_room(keys);
	key = mg_alloc(keys->arena, sizeof(*key));
	*key = (struct mg_json_key){.name = memcpy(mg_alloc(keys->arena, len + 8), name, len),
		.len = len,
		.index = keys->count,
		.plain = is_plain(name, len)};
	keys->list = mg_grow(
		keys->arena, keys->list, keys->count, &keys->capacity, sizeof(*keys->list));
	keys->list[keys->count++] = key;
	link_key(keys, key);
	return key;
}
