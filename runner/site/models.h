/* models.h: which models there are: those of tags, of the policy, and of the history; and what tags say of them. */
#ifndef MG_SITE_MODELS_H
#define MG_SITE_MODELS_H

#include <modelgate/error.h>

#include "site/site.h"
#include "site/values.h"

/* By name. `folders` are the models that the history has records of. */
void mg_site_models(struct mg_arena *arena, const struct mg_site_registry *registry,
	const struct mg_store_names *folders, struct mg_site_model **out, size_t *out_count);

#endif
