/* memory.c: memory outside of arenas. */
#include "base/memory.h"

#include <malloc.h>
#include <stdlib.h>

#include "base/arena.h"

void *mg_zeroed(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size);
	if (!p)
		mg_out_of_memory();
	return p;
}

void mg_memory_keep(void)
{
#ifdef M_MMAP_THRESHOLD
	enum { OWN_MAPPING = 64 << 20, MOST_KEPT = 256 << 20 };
	mallopt(M_MMAP_THRESHOLD, OWN_MAPPING);
	mallopt(M_TRIM_THRESHOLD, MOST_KEPT);
#endif
}
