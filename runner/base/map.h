/* map.h: text keys to pointers, in order of insertion. */
#ifndef MG_BASE_MAP_H
#define MG_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct mg_map_entry {
	const char *key;
	void *value;
};

/* Start with mg_map_init. Entries are never removed; iterate entries[0..count). */
struct mg_map {
	struct mg_arena *arena;
	struct mg_map_entry *entries;
	size_t count, capacity;
	size_t *slots;
	size_t slot_count;
};

void mg_map_init(struct mg_map *map, struct mg_arena *arena);
/* NULL when absent (a NULL value cannot be told from absence; use mg_map_has). */
void *mg_map_get(const struct mg_map *map, const char *key);
bool mg_map_has(const struct mg_map *map, const char *key);
/* Adds or replaces; the key is copied. */
void mg_map_put(struct mg_map *map, const char *key, void *value);

#endif
