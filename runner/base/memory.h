/* memory.h: memory outside of arenas, and what becomes of it when it is given back. */
#ifndef MG_BASE_MEMORY_H
#define MG_BASE_MEMORY_H

#include <stddef.h>

/* count * size zeroed bytes, the caller's to free(). Ends as arenas do when memory is out. */
void *mg_zeroed(size_t count, size_t size);

/* Memory that is freed is kept for what comes next, up to a bound, rather than handed to the kernel
 * and fetched again page by page: tables of millions of values come and go. For main(), once. */
void mg_memory_keep(void);

#endif
