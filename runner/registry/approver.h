/* approver.h: who approved, as a tag says it, and who says so: "Ada Lovelace <ada@example.com> (service)" is on the
 * service's record, "Ada (claimed)" is what the caller typed. */
#ifndef MG_REGISTRY_APPROVER_H
#define MG_REGISTRY_APPROVER_H

#include <stdbool.h>

#include "base/arena.h"

const char *mg_approver_claimed(struct mg_arena *arena, const char *name);
const char *mg_approver_of_service(struct mg_arena *arena, const char *name, const char *account);
/* Whom the policy would name so: the account that the service has, else what was typed. */
const char *mg_approver_name(struct mg_arena *arena, const char *approver);
bool mg_approver_is_of_service(const char *approver);

#endif
