/* profile_make.h: makes the profile of a dataset. */
#ifndef MG_RUN_PROFILE_MAKE_H
#define MG_RUN_PROFILE_MAKE_H

#include <modelgate/profile.h>

#include "run/run.h"

enum { MG_PROFILE_ENTRIES = 2000, MG_PROFILE_ENTRIES_LEAST = 1000 };

/* Of the dataset `name` of r->spec, between mg_runner_start and mg_runner_end; numbers in about `entries` entries a
 * column. Its sources are digested, and shown to be unchanged. MG_ECANCELLED: it was stopped. */
MG_MUST_USE int mg_profile_make(struct mg_runner *r, const char *name, size_t entries,
	struct mg_profile **out, struct mg_error *err);
/* Ends the runner, also when something went wrong; not with engine_left. */
void mg_profile_end(struct mg_runner *r);

#endif
