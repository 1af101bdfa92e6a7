/* profile.h: the engine of profiles: it answers from their tables what drift asks of a reference. */
#ifndef MG_ENGINE_PROFILE_H
#define MG_ENGINE_PROFILE_H

#include <modelgate/engine.h>

extern const struct mg_engine_ops mg_engine_profile;

#endif
