/* changes.h: how the numbers moved from one run of a model to another, for people who review. */
#ifndef MG_REPORT_CHANGES_H
#define MG_REPORT_CHANGES_H

#include <modelgate/run.h>

#include "base/arena.h"
#include "base/text.h"

/* A table in Markdown of the checks that both runs measured by the same definition, as far as their numbers differ; how
 * many do not, are new or gone. `there` is what the other run is of, as "v1.2.0 in PPS". */
void mg_changes_write(struct mg_text *out, struct mg_arena *scratch, const struct mg_run *before,
	const struct mg_run *now, const char *there);

#endif
