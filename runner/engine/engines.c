/* engines.c: the list of engines.def as an array. */
#include <modelgate/engine.h>

#define ENGINE(name) extern const struct mg_engine_ops mg_engine_##name;
#include "engine/engines.def"
#undef ENGINE

#define ENGINE(name) &mg_engine_##name,
const struct mg_engine_ops *const mg_engines[] = {
#include "engine/engines.def"
	NULL,
};
#undef ENGINE
