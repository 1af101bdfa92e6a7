/* join.h: the parts of a run (modelgate run --part K/N) become the one run that they are parts
 * of. */
#ifndef MG_REPORT_JOIN_H
#define MG_REPORT_JOIN_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/run.h>

struct mg_arena;

struct mg_join_part {
	const char *name;         /* what people call it: its file */
	const struct mg_run *run; /* as it was read; NULL: it could not be, see problem */
	const char *problem;
};

struct mg_join_reasons {
	const char **list; /* one sentence each */
	size_t count;
};

/* At least one part. Fills out, whose counts and verdict are decided anew; or returns false with every reason why the
 * parts are not one run. out shares what the parts point to. */
bool mg_run_join(struct mg_arena *arena, const struct mg_join_part *parts, size_t count,
	struct mg_run *out, struct mg_join_reasons *reasons);

#endif
