/* freq_slices.h: numbers for the slices that one thread has seen. */
#ifndef MG_ENGINE_FREQ_SLICES_H
#define MG_ENGINE_FREQ_SLICES_H

#include <stddef.h>
#include <stdint.h>

struct mg_slice_name {
	char *text; /* NULL: the NULL slice */
	uint32_t len;
	uint64_t hash;
};

/* Text -> its number, in order of appearance. All zero is an empty one. */
struct mg_slice_names {
	struct mg_slice_name *list;
	size_t count, capacity;
	uint32_t *slots; /* number + 1; 0: free */
	size_t slot_count;
	size_t null_slice; /* number + 1; 0: not seen */
};

void mg_slices_done(struct mg_slice_names *s);
/* The number of a slice, a new one when it was not seen before. */
size_t mg_slices_find(struct mg_slice_names *s, const char *text, uint32_t len);
size_t mg_slices_null(struct mg_slice_names *s);

#endif
