/* passed.h: the earlier runs that a number may be held to. */
#ifndef MG_HISTORY_PASSED_H
#define MG_HISTORY_PASSED_H

#include <stddef.h>
#include <stdint.h>

#include <modelgate/error.h>

#include "history/store.h"
#include "plan/plan.h"

struct mg_passed_wanted {
	const char *model;
	const char *stage; /* NULL: runs of none */
	int64_t before_us; /* only runs with an as_of before it */
	int64_t every_us;  /* only runs whole periods of this before it, to half an hour; 0: all */
	size_t most;       /* at least 1 */
};

/* The newest of a model's runs that passed as a whole, of a clean commit or outside of git, newest first. Of several
 * such runs with one as_of the one that was started last counts alone, whether it passed or not. MG_ENOTFOUND, in words, when
 * there is none; MG_ELIMIT when there is no end of others before. */
MG_MUST_USE int mg_records_passed(struct mg_store *store, const struct mg_passed_wanted *wanted,
	struct mg_past_run **out, size_t *out_count, struct mg_error *err);

#endif
