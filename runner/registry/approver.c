/* approver.c: the mark at the end of an approver's name. */
#include "registry/approver.h"

#include <string.h>

#include "base/text.h"

#define CLAIMED " (claimed)"
#define OF_SERVICE "> (service)"

const char *mg_approver_claimed(struct mg_arena *arena, const char *name)
{
	return mg_printf(arena, "%s" CLAIMED, name);
}

const char *mg_approver_of_service(struct mg_arena *arena, const char *name, const char *account)
{
	return mg_printf(arena, "%s <%s" OF_SERVICE, name, account);
}

bool mg_approver_is_of_service(const char *approver)
{
	return strchr(approver, '<') && mg_ends_with(approver, OF_SERVICE);
}

const char *mg_approver_name(struct mg_arena *arena, const char *approver)
{
	size_t len = strlen(approver);
	if (mg_approver_is_of_service(approver)) {
		const char *account = strrchr(approver, '<') + 1;
		return mg_strndup(
			arena, account, len - strlen(OF_SERVICE) - (size_t)(account - approver));
	}
	if (mg_ends_with(approver, CLAIMED))
		len -= strlen(CLAIMED);
	return mg_strndup(arena, approver, len);
}
