/* arena.c: blocks of memory that are handed out piece by piece and released all at once. */
#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Under AddressSanitizer, memory that was not handed out is poisoned, and a gap stays between
 * two pieces, so that a run past the end of a piece is found as with malloc. */
#if defined(__SANITIZE_ADDRESS__)
#define MG_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MG_ASAN 1
#endif
#endif
#ifdef MG_ASAN
#include <sanitizer/asan_interface.h>
#define HIDE(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define SHOW(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
enum { GAP = 16 };
#else
#define HIDE(p, n) ((void)(p), (void)(n))
#define SHOW(p, n) ((void)(p), (void)(n))
enum { GAP = 0 };
#endif

enum {
	ALIGN = _Alignof(max_align_t),
	FIRST_BLOCK = 4096,
	LAST_BLOCK = 1 << 20,
	MOST_KEPT = 1 << 22, /* bytes that an arena which was reset holds on to */
};

struct block {
	struct block *next;
	size_t size, used;
	max_align_t data[];
};

struct owned {
	struct owned *next;
	void *p;
};

struct mg_arena {
	struct block *blocks; /* the first one is being filled */
	struct owned *owned;
	size_t next_size;
	size_t used;
};

/* Without stdio, which may want memory itself, and by _exit, as other threads may be at work. */
_Noreturn void mg_out_of_memory(void)
{
	static const char text[] = "modelgate: out of memory\n";
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)ignored;
	_exit(MG_OUT_OF_MEMORY_STATUS);
}

static struct block *block_new(size_t size)
{
	if (size > SIZE_MAX - sizeof(struct block))
		mg_out_of_memory();
	struct block *b = malloc(sizeof(*b) + size);
	if (!b)
		mg_out_of_memory();
	b->next = NULL;
	b->size = size;
	b->used = 0;
	HIDE(b->data, size);
	return b;
}

static void block_free(struct block *b)
{
	SHOW(b->data, b->size);
	free(b);
}

struct mg_arena *mg_arena_new(void)
{
	struct mg_arena *arena = calloc(1, sizeof(*arena));
	if (!arena)
		mg_out_of_memory();
	arena->next_size = FIRST_BLOCK;
	return arena;
}

/* The list of owned pointers lives in the blocks, so it goes first. */
static void free_owned(struct mg_arena *arena)
{
	for (struct owned *o = arena->owned; o; o = o->next)
		free(o->p);
	arena->owned = NULL;
}

static void free_blocks(struct mg_arena *arena)
{
	for (struct block *b = arena->blocks, *next; b; b = next) {
		next = b->next;
		block_free(b);
	}
	arena->blocks = NULL;
}

void mg_arena_free(struct mg_arena *arena)
{
	if (!arena)
		return;
	free_owned(arena);
	free_blocks(arena);
	free(arena);
}

static void empty(struct block *b)
{
	b->used = 0;
	HIDE(b->data, b->size);
}

/* What was too small for what it was used for gets one block as large as all it had, so that whoever does the same again
 * and again asks for memory once. */
void mg_arena_reset(struct mg_arena *arena)
{
	free_owned(arena);
	arena->used = 0;
	struct block *kept = arena->blocks;
	size_t size = 0;
	for (struct block *b = kept; b; b = b->next)
		size += b->size;
	if (!kept || (!kept->next && size <= MOST_KEPT)) {
		if (kept)
			empty(kept);
		return;
	}
	free_blocks(arena);
	arena->next_size = size < MOST_KEPT ? size : MOST_KEPT;
}

/* The block that the arena is filling stays its first. */
void mg_arena_adopt(struct mg_arena *arena, struct mg_arena *other)
{
	struct block **place = arena->blocks ? &arena->blocks->next : &arena->blocks;
	struct block **last = &other->blocks;
	struct owned **last_owned = &other->owned;
	while (*last)
		last = &(*last)->next;
	while (*last_owned)
		last_owned = &(*last_owned)->next;
	*last = *place;
	*place = other->blocks;
	*last_owned = arena->owned;
	arena->owned = other->owned;
	arena->used += other->used;
	*other = (struct mg_arena){.next_size = FIRST_BLOCK};
}

size_t mg_arena_used(const struct mg_arena *arena)
{
	return arena->used;
}

static void *take(struct block *b, size_t size, size_t step)
{
	char *p = (char *)b->data + b->used;
	b->used += step;
	SHOW(p, size);
	return p;
}

void *mg_alloc_unset(struct mg_arena *arena, size_t size)
{
	if (size > SIZE_MAX / 2)
		mg_out_of_memory();
	size_t step = ((size ? size : 1) + GAP + ALIGN - 1) / ALIGN * ALIGN;
	arena->used += size;

	struct block *b = arena->blocks;
	if (b && b->size - b->used >= step)
		return take(b, size, step);
	if (b && step > arena->next_size / 4) {
		/* A large piece gets a block of its own, behind the one being filled. */
		struct block *own = block_new(step);
		own->next = b->next;
		b->next = own;
		return take(own, size, step);
	}
	b = block_new(step > arena->next_size ? step : arena->next_size);
	if (arena->next_size < LAST_BLOCK)
		arena->next_size *= 2;
	b->next = arena->blocks;
	arena->blocks = b;
	return take(b, size, step);
}

void *mg_alloc(struct mg_arena *arena, size_t size)
{
	return memset(mg_alloc_unset(arena, size), 0, size);
}

void *mg_alloc_array(struct mg_arena *arena, size_t count, size_t size)
{
	size_t total;
	if (__builtin_mul_overflow(count, size, &total))
		mg_out_of_memory();
	return mg_alloc(arena, total);
}

void *mg_grow(struct mg_arena *arena, void *array, size_t count, size_t *capacity, size_t size)
{
	if (array && count < *capacity)
		return array;
	size_t wanted = *capacity < 4 ? 8 : *capacity * 2;
	void *grown = mg_alloc_array(arena, wanted, size);
	if (array && count)
		memcpy(grown, array, count * size);
	*capacity = wanted;
	return grown;
}

void *mg_arena_own(struct mg_arena *arena, void *p)
{
	if (!p)
		return NULL;
	struct owned *o = mg_alloc(arena, sizeof(*o));
	o->p = p;
	o->next = arena->owned;
	arena->owned = o;
	return p;
}

char *mg_strdup(struct mg_arena *arena, const char *text)
{
	return text ? mg_strndup(arena, text, SIZE_MAX) : NULL;
}

char *mg_strndup(struct mg_arena *arena, const char *text, size_t n)
{
	if (!text)
		return NULL;
	size_t len = n == SIZE_MAX ? strlen(text) : strnlen(text, n);
	char *copy = mg_alloc_unset(arena, len + 1);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *mg_vprintf(struct mg_arena *arena, const char *format, va_list args)
{
	assert(format);
	va_list again;
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	if (n < 0) /* longer than INT_MAX */
		mg_out_of_memory();
	char *out = mg_alloc(arena, (size_t)n + 1);
	vsnprintf(out, (size_t)n + 1, format, again);
	va_end(again);
	return out;
}

char *mg_printf(struct mg_arena *arena, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *out = mg_vprintf(arena, format, args);
	va_end(args);
	return out;
}
