/* kinds.c: the registry of check kinds, made from kinds.def. */
#include <modelgate/check.h>

#include "base/text.h"

#define KIND(name) extern const struct mg_check_kind mg_check_##name;
#include "checks/kinds.def"
#undef KIND

#define KIND(name) &mg_check_##name,
const struct mg_check_kind *const mg_check_kinds[] = {
#include "checks/kinds.def"
	NULL,
};
#undef KIND

const struct mg_check_kind *mg_check_kind_find(const char *name)
{
	for (size_t i = 0; mg_check_kinds[i]; i++)
		if (mg_streq(mg_check_kinds[i]->name, name))
			return mg_check_kinds[i];
	return NULL;
}
