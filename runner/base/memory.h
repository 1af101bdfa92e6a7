/* memory.h: what the program does with memory that it has given back. */
#ifndef MG_BASE_MEMORY_H
#define MG_BASE_MEMORY_H

/* Memory that is freed is kept for what comes next, up to a bound, rather than handed to the kernel
 * and fetched again page by page: tables of millions of values come and go. For main(), once. */
void mg_memory_keep(void);

#endif
