/* memory.c: what the program does with memory that it has given back. */
#include "base/memory.h"

#include <malloc.h>

void mg_memory_keep(void)
{
#ifdef M_MMAP_THRESHOLD
	enum { OWN_MAPPING = 64 << 20, MOST_KEPT = 256 << 20 };
	mallopt(M_MMAP_THRESHOLD, OWN_MAPPING);
	mallopt(M_TRIM_THRESHOLD, MOST_KEPT);
#endif
}
