/* model_name.c: compares the name of a model in tags with that in a spec. */
#include "registry/model_name.h"

#include <string.h>

#include "base/text.h"

const char **mg_model_names_in_spec(struct mg_arena *arena, const char *in_tag, size_t *out_count)
{
	const char *colon = strrchr(in_tag, ':');
	const char **names = mg_alloc_array(arena, 3, sizeof(*names));
	names[0] = in_tag;
	*out_count = 1;
	if (!colon)
		return names;
	names[1] = colon + 1;
	names[2] = mg_printf(arena, "%.*s.%s", (int)(colon - in_tag), in_tag, colon + 1);
	*out_count = 3;
	return names;
}

bool mg_model_name_is(struct mg_arena *arena, const char *in_tag, const char *in_spec)
{
	size_t count = 0;
	const char **names = mg_model_names_in_spec(arena, in_tag, &count);
	for (size_t i = 0; i < count; i++)
		if (mg_streq(names[i], in_spec))
			return true;
	return false;
}
