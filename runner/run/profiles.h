/* profiles.h: the profiles that a spec names in the place of reference data. */
#ifndef MG_RUN_PROFILES_H
#define MG_RUN_PROFILES_H

#include <modelgate/engine.h>
#include <modelgate/profile.h>
#include <modelgate/run.h>

/* Reads those of the datasets that are used, by the spec's order; what cannot be used says why. NULL when there
 * are none. Files are opened in options->sources, and under the rules for data. */
const struct mg_profile_file *mg_profiles_read(
	struct mg_arena *arena, const struct mg_engine_options *options);
/* Says at the run's inputs what the profiles among them were made of. */
void mg_profiles_note(
	const struct mg_spec *spec, const struct mg_profile_file *files, struct mg_run *run);

#endif
