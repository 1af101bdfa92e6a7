/* replay.h: the state that a model's events leave. */
#ifndef MG_REGISTRY_REPLAY_H
#define MG_REGISTRY_REPLAY_H

#include <modelgate/release.h>

#include "base/arena.h"

/* The model has its events, in order; gets its versions and what stands in the policy's stages and others. */
void mg_replay(struct mg_arena *arena, const struct mg_policy *policy, struct mg_model *model);

#endif
