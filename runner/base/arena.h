/* arena.h: memory that is released all at once, named by how long it lives. */
#ifndef MG_BASE_ARENA_H
#define MG_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct mg_arena;

/* Ends the process with one plain line and MG_OUT_OF_MEMORY_STATUS: there is no way back, and it is
 * no bug of ours either. */
_Noreturn void mg_out_of_memory(void);
enum { MG_OUT_OF_MEMORY_STATUS = 3 }; /* as cli/ ends what could not be measured */

/* A new, empty arena. Every allocation below ends the process like that when memory is out, so
 * inputs are bounded where they enter. Not thread-safe: one arena, one thread at a time. */
struct mg_arena *mg_arena_new(void);
/* Releases everything in it; NULL is fine. */
void mg_arena_free(struct mg_arena *arena);
/* Releases everything in it but keeps the arena (and one block) for reuse. */
void mg_arena_reset(struct mg_arena *arena);
/* All that is in `other` lives in the arena from now on, and `other` is empty. */
void mg_arena_adopt(struct mg_arena *arena, struct mg_arena *other);
/* Bytes handed out since new or reset. */
size_t mg_arena_used(const struct mg_arena *arena);

/* `size` zeroed bytes, aligned for any type. size 0 gives a valid unique pointer. */
void *mg_alloc(struct mg_arena *arena, size_t size);
/* The same bytes as they are, for who writes all of them. */
void *mg_alloc_unset(struct mg_arena *arena, size_t size);
/* count * size zeroed bytes; ends like that on overflow. */
void *mg_alloc_array(struct mg_arena *arena, size_t count, size_t size);
/* Doubles `*capacity` (from 8) and copies when count == *capacity; returns the array to use. */
void *mg_grow(struct mg_arena *arena, void *array, size_t count, size_t *capacity, size_t size);
/* The arena frees the malloc'ed pointer when it is reset or freed. Returns p. */
void *mg_arena_own(struct mg_arena *arena, void *p);

/* Copies of text; mg_strndup stops at n bytes or a NUL. NULL gives NULL. */
char *mg_strdup(struct mg_arena *arena, const char *text);
char *mg_strndup(struct mg_arena *arena, const char *text, size_t n);
/* printf into the arena, in the C locale's number format. */
char *mg_printf(struct mg_arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *mg_vprintf(struct mg_arena *arena, const char *format, va_list args);

/* `MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();` frees at the end of the scope. */
static inline void mg_arena_drop(struct mg_arena **arena)
{
	mg_arena_free(*arena);
}
#define MG_SCOPED_ARENA __attribute__((cleanup(mg_arena_drop)))

#endif
