/* key_lists.c: hashes of keys, gathered by several threads, to find those that occur more than once. */
#include "engine/key_lists.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* The first chunk of a part is small, since most tables are. */
enum { FIRST_HASHES = 14, CHUNK_HASHES = 1022 };

struct mg_key_chunk {
	struct mg_key_chunk *earlier;
	size_t capacity;
	uint64_t hashes[];
};

static size_t bytes_of(size_t capacity)
{
	return sizeof(struct mg_key_chunk) + capacity * sizeof(uint64_t);
}

static void *checked(void *p)
{
	if (!p)
		mg_out_of_memory();
	return p;
}

/* 0 stands for a free place. Whoever finds two keys of one hash compares them by value. */
static uint64_t not_zero(uint64_t hash)
{
	return hash ? hash : 1;
}

/* ---- lists ---- */

static void free_part(struct mg_key_list *list, size_t p)
{
	while (list->parts[p].chunk) {
		struct mg_key_chunk *chunk = list->parts[p].chunk;
		list->parts[p].chunk = chunk->earlier;
		list->bytes -= bytes_of(chunk->capacity);
		free(chunk);
	}
	list->parts[p].used = list->parts[p].count = 0;
}

void mg_key_list_add(struct mg_key_list *list, uint64_t hash)
{
	size_t p = mg_key_part(hash);
	if (p < list->first || p >= list->end)
		return;
	struct mg_key_chunk *chunk = list->parts[p].chunk;
	if (!chunk || list->parts[p].used == chunk->capacity) {
		size_t capacity = chunk ? CHUNK_HASHES : FIRST_HASHES;
		chunk = checked(malloc(bytes_of(capacity)));
		*chunk = (struct mg_key_chunk){list->parts[p].chunk, capacity};
		list->parts[p].chunk = chunk;
		list->parts[p].used = 0;
		list->bytes += bytes_of(capacity);
	}
	chunk->hashes[list->parts[p].used++] = not_zero(hash);
	list->parts[p].count++;
}

void mg_key_list_narrow(struct mg_key_list *list, size_t end)
{
	for (size_t p = end; p < list->end; p++)
		free_part(list, p);
	list->end = end < list->end ? end : list->end;
}

void mg_key_list_done(struct mg_key_list *list)
{
	mg_key_list_narrow(list, 0);
}

/* ---- sets ---- */

/* The highest bits are the same in a part. */
static size_t spread(uint64_t hash)
{
	return (size_t)((hash * UINT64_C(0x9e3779b97f4a7c15)) >> 20);
}

static size_t place_of(const struct mg_key_set *set, uint64_t hash)
{
	size_t i = spread(hash) & (set->capacity - 1);
	while (set->slots[i] && set->slots[i] != hash)
		i = (i + 1) & (set->capacity - 1);
	return i;
}

static size_t capacity_for(size_t count)
{
	size_t capacity = 16;
	while (capacity < 2 * count)
		capacity *= 2;
	return capacity;
}

/* What one thread has found: hashes that occur more than once, and how often all together. */
struct found {
	uint64_t *list;
	size_t count, capacity, rows;
};

static void add_found(struct found *found, uint64_t hash)
{
	if (found->count == found->capacity) {
		found->capacity = found->capacity ? 2 * found->capacity : 64;
		found->list = checked(realloc(found->list, found->capacity * sizeof(*found->list)));
	}
	found->list[found->count++] = hash;
}

/* The work, shared by threads: each takes the next part until none is left. */
struct finding {
	struct mg_key_list *const *lists;
	size_t count;
	const atomic_bool *cancelled;
	atomic_size_t next;
};

struct finder {
	struct finding *work;
	struct found found;
	pthread_t thread;
};

/* A hash table of one part. All its hashes begin with the same byte; whether one was seen once or
 * more often stands in its place, so that none is free. */
struct part_table {
	uint64_t *slots;
	size_t capacity, room;
};

enum { STATE_SHIFT = 56 };
#define STATE_MASK (UINT64_C(0xff) << STATE_SHIFT)
#define SEEN_ONCE (UINT64_C(1) << STATE_SHIFT)
#define SEEN_AGAIN (UINT64_C(2) << STATE_SHIFT)

static void look_up(struct part_table *table, uint64_t hash, struct found *found)
{
	size_t mask = table->capacity - 1;
	size_t i = spread(hash) & mask;
	while (table->slots[i] && (table->slots[i] ^ hash) & ~STATE_MASK)
		i = (i + 1) & mask;
	uint64_t state = table->slots[i] & STATE_MASK;
	if (state == 0) {
		table->slots[i] = (hash & ~STATE_MASK) | SEEN_ONCE;
		return;
	}
	found->rows++;
	if (state == SEEN_AGAIN)
		return;
	table->slots[i] = (hash & ~STATE_MASK) | SEEN_AGAIN;
	found->rows++; /* the first one */
	add_found(found, hash);
}

static void clear_table(struct part_table *table, size_t count)
{
	table->capacity = capacity_for(count);
	if (table->capacity > table->room) {
		free(table->slots);
		table->slots = checked(malloc(table->capacity * sizeof(*table->slots)));
		table->room = table->capacity;
	}
	assert(table->slots);
	memset(table->slots, 0, table->capacity * sizeof(*table->slots));
}

static void find_in_part(
	const struct finding *work, size_t p, struct part_table *table, struct found *found)
{
	size_t count = 0;
	for (size_t i = 0; i < work->count; i++)
		count += work->lists[i]->parts[p].count;
	if (count < 2)
		return;
	clear_table(table, count);
	for (size_t i = 0; i < work->count; i++) {
		size_t used = work->lists[i]->parts[p].used;
		for (const struct mg_key_chunk *c = work->lists[i]->parts[p].chunk; c;
			c = c->earlier, used = c ? c->capacity : 0)
			for (size_t k = 0; k < used; k++)
				look_up(table, c->hashes[k], found);
	}
}

static void *find_parts(void *context)
{
	struct finder *self = context;
	struct finding *work = self->work;
	struct part_table table = {0};
	for (size_t p; (p = atomic_fetch_add(&work->next, 1)) < MG_KEY_PARTS;) {
		if (atomic_load(work->cancelled))
			break;
		find_in_part(work, p, &table, &self->found);
		for (size_t i = 0; i < work->count; i++)
			free_part(work->lists[i], p);
	}
	free(table.slots);
	return NULL;
}

static void set_of(const struct finder *finders, size_t count, struct mg_key_set *out)
{
	struct mg_key_set set = {0};
	for (size_t i = 0; i < count; i++) {
		set.count += finders[i].found.count;
		set.rows += finders[i].found.rows;
	}
	if (set.count) {
		set.capacity = capacity_for(set.count);
		set.slots = checked(calloc(set.capacity, sizeof(*set.slots)));
	}
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < finders[i].found.count; k++) {
			uint64_t hash = finders[i].found.list[k];
			set.slots[place_of(&set, hash)] = hash;
		}
	*out = set;
}

void mg_key_lists_repeated(struct mg_key_list *const *lists, size_t count, int threads,
	const atomic_bool *cancelled, struct mg_key_set *out)
{
	enum { MOST_THREADS = 64, WORTH_A_THREAD = 50000 /* hashes */ };
	struct finding work = {.lists = lists, .count = count, .cancelled = cancelled};
	struct finder finders[MOST_THREADS] = {0};
	size_t bytes = 0, wanted = (size_t)(threads > MOST_THREADS ? MOST_THREADS : threads);
	for (size_t i = 0; i < count; i++)
		bytes += lists[i]->bytes;
	size_t worth = bytes / sizeof(uint64_t) / WORTH_A_THREAD + 1;
	wanted = wanted > worth ? worth : wanted;
	size_t started = 1; /* the first share is this thread's own */
	for (size_t i = 1; i < wanted; i++) {
		finders[started].work = &work;
		/* When one does not start the others do more. */
		if (pthread_create(&finders[started].thread, NULL, find_parts, &finders[started]) ==
			0)
			started++;
	}
	finders[0].work = &work;
	find_parts(&finders[0]);
	for (size_t i = 1; i < started; i++)
		pthread_join(finders[i].thread, NULL);
	set_of(finders, started, out);
	for (size_t i = 0; i < started; i++)
		free(finders[i].found.list);
}

bool mg_key_set_has(const struct mg_key_set *set, uint64_t hash)
{
	return set->count && set->slots[place_of(set, not_zero(hash))] != 0;
}

void mg_key_set_done(struct mg_key_set *set)
{
	free(set->slots);
	*set = (struct mg_key_set){0};
}
