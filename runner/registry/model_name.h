/* model_name.h: models are named in tags and in specs, and the two need not be written alike. */
#ifndef MG_REGISTRY_MODEL_NAME_H
#define MG_REGISTRY_MODEL_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* The names that a spec may give it: a tag's model may have a folder (models/churn:churn is churn in its spec) or a
 * catalog (main.ml:churn, which is main.ml.churn in its spec). */
const char **mg_model_names_in_spec(struct mg_arena *arena, const char *in_tag, size_t *out_count);
bool mg_model_name_is(struct mg_arena *arena, const char *in_tag, const char *in_spec);

#endif
