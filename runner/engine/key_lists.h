/* key_lists.h: hashes of keys, gathered by several threads, to find those that occur more than once. */
#ifndef MG_ENGINE_KEY_LISTS_H
#define MG_ENGINE_KEY_LISTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Hashes lie in parts by their highest bits, so that a part of many fits into a processor's cache. */
enum { MG_KEY_PARTS = 256 };
static inline size_t mg_key_part(uint64_t hash)
{
	return hash >> 56;
}

struct mg_key_chunk;

/* What one thread has gathered of the parts first..end. All zero is empty, without parts. */
struct mg_key_list {
	struct {
		struct mg_key_chunk *chunk; /* the one being filled, then the earlier ones */
		size_t used;                /* of it */
		size_t count;               /* hashes of all */
	} parts[MG_KEY_PARTS];
	size_t first, end;
	size_t bytes; /* of all chunks */
};

void mg_key_list_add(struct mg_key_list *list, uint64_t hash);
/* Frees the parts from `end` on; what is added to them is dropped from now on. */
void mg_key_list_narrow(struct mg_key_list *list, size_t end);
void mg_key_list_done(struct mg_key_list *list);

/* Hashes that occur more than once. All zero is empty. */
struct mg_key_set {
	uint64_t *slots; /* a hash table of them; 0: free */
	size_t capacity; /* a power of two, or 0 */
	size_t count;
	size_t rows; /* how often they occur, all together */
};

/* The set of all lists together, which are empty afterwards. When `cancelled` gets set it is not
 * whole. */
void mg_key_lists_repeated(struct mg_key_list *const *lists, size_t count, int threads,
	const atomic_bool *cancelled, struct mg_key_set *out);
bool mg_key_set_has(const struct mg_key_set *set, uint64_t hash);
void mg_key_set_done(struct mg_key_set *set);

#endif
