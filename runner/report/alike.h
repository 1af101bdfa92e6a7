/* alike.h: errors that say the same are told once. */
#ifndef MG_REPORT_ALIKE_H
#define MG_REPORT_ALIKE_H

#include <modelgate/run.h>

#include "base/arena.h"

/* Which errors of a run say the same. */
struct mg_alike {
	const struct mg_run *run;
	size_t *next;  /* by result: the next one that says the same, or SIZE_MAX */
	size_t *count; /* by result: how many say what this one says; 0: one before it did */
};
struct mg_alike mg_alike_errors(struct mg_arena *arena, const struct mg_run *run);

/* "39 more checks say the same: a/b, a/c, ... and 34 more"; NULL when result i is the only one. */
char *mg_alike_words(struct mg_arena *arena, const struct mg_alike *alike, size_t i);

#endif
