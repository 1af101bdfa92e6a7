/* profile_table.h: a profile for people: a row for each column, with a small histogram. */
#ifndef MG_CLI_PROFILE_TABLE_H
#define MG_CLI_PROFILE_TABLE_H

#include <modelgate/profile.h>

#include "base/text.h"
#include "cli/style.h"

void mg_profile_table(struct mg_text *out, struct mg_arena *arena, const struct mg_profile *profile,
	const struct mg_style *style);

#endif
