/* attempts.h: a job of a pipeline may be run again until it is green: which attempt a run was, and what the ones
 * before it came to. */
#ifndef MG_REGISTRY_ATTEMPTS_H
#define MG_REGISTRY_ATTEMPTS_H

#include <modelgate/run.h>

#include "base/arena.h"

/* An attempt's run file that somebody found. */
struct mg_attempt {
	const struct mg_run *run;
	const char *sha256; /* of the file */
};

/* The job that ran it and its attempt, as a tag says it, "PPS/test 2"; NULL: no pipeline did. */
const char *mg_attempts_word(struct mg_arena *arena, const struct mg_run *run);
/* What the attempts before it came to, as a tag says it: "1 fail sha256:..., 2 error sha256:...". Of the files only
 * those count that are of the same job, build, model, stage and commit. NULL: none is. */
const char *mg_attempts_earlier(struct mg_arena *arena, const struct mg_run *run,
	const struct mg_attempt *found, size_t count);
/* Can a run have had these? */
bool mg_attempts_fit(const char *earlier, const struct mg_run *run);

#endif
