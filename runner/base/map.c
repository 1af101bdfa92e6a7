/* map.c: a hash index over an array of entries that keeps the order of insertion. */
#include "base/map.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

/* FNV-1a, 64 bits. */
static uint64_t hash(const char *key)
{
	uint64_t h = 14695981039346656037u;
	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211u;
	return h ^ (h >> 32);
}

/* The slot that holds the key, or the empty one where it belongs. A slot holds index + 1. */
static size_t find_slot(const struct mg_map *map, const char *key)
{
	size_t mask = map->slot_count - 1;
	size_t i = (size_t)hash(key) & mask;
	while (map->slots[i] && strcmp(map->entries[map->slots[i] - 1].key, key) != 0)
		i = (i + 1) & mask;
	return i;
}

static const struct mg_map_entry *find(const struct mg_map *map, const char *key)
{
	if (!map->slot_count)
		return NULL;
	size_t slot = map->slots[find_slot(map, key)];
	return slot ? &map->entries[slot - 1] : NULL;
}

/* At most half of the slots are used, so a search stays short and always ends. */
static void make_room(struct mg_map *map)
{
	if ((map->count + 1) * 2 <= map->slot_count)
		return;
	map->slot_count = map->slot_count ? map->slot_count * 2 : 16;
	map->slots = mg_alloc_array(map->arena, map->slot_count, sizeof(*map->slots));
	for (size_t i = 0; i < map->count; i++)
		map->slots[find_slot(map, map->entries[i].key)] = i + 1;
}

void mg_map_init(struct mg_map *map, struct mg_arena *arena)
{
	*map = (struct mg_map){.arena = arena};
}

void *mg_map_get(const struct mg_map *map, const char *key)
{
	const struct mg_map_entry *entry = find(map, key);
	return entry ? entry->value : NULL;
}

bool mg_map_has(const struct mg_map *map, const char *key)
{
	return find(map, key) != NULL;
}

void mg_map_put(struct mg_map *map, const char *key, void *value)
{
	assert(map->arena && key);
	make_room(map);
	size_t slot = find_slot(map, key);
	if (map->slots[slot]) {
		map->entries[map->slots[slot] - 1].value = value;
		return;
	}
	map->entries = mg_grow(
		map->arena, map->entries, map->count, &map->capacity, sizeof(*map->entries));
	map->entries[map->count] = (struct mg_map_entry){
		.key = mg_strdup(map->arena, key), .value = value};
	map->slots[slot] = ++map->count;
}
