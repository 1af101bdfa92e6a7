/* charts.h: bounds how much of a run its charts are. */
#ifndef MG_REPORT_CHARTS_H
#define MG_REPORT_CHARTS_H

#include <modelgate/run.h>

#include "base/arena.h"

#define MG_CHARTS_MAX_BYTES (16u << 20)

/* Drops charts until they take at most MG_CHARTS_MAX_BYTES, and run.json as many bytes as it may: of checks
 * that passed first, the last ones before the others, then of those that warned, then of all. The run
 * tells of how many checks. */
void mg_charts_fit(struct mg_run *run);
/* "the charts of 1,200 checks are left out to keep the file small, those that passed first", or NULL. */
char *mg_charts_words(struct mg_arena *arena, const struct mg_run *run);

#endif
