/* model_name.c: compares the name of a model in tags with that in a spec. */
#include "registry/model_name.h"

#include <string.h>

#include "base/text.h"

bool mg_model_name_is(struct mg_arena *arena, const char *in_tag, const char *in_spec)
{
	const char *colon = strrchr(in_tag, ':');
	if (!colon)
		return mg_streq(in_tag, in_spec);
	const char *dotted = mg_printf(arena, "%.*s.%s", (int)(colon - in_tag), in_tag, colon + 1);
	return mg_streq(colon + 1, in_spec) || mg_streq(in_tag, in_spec) ||
		mg_streq(dotted, in_spec);
}
