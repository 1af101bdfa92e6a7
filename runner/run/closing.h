/* closing.h: what the engines are asked when all was measured: is all as it was, and what did it take? */
#ifndef MG_RUN_CLOSING_H
#define MG_RUN_CLOSING_H

#include <modelgate/error.h>

#include "run/run.h"

/* Fills r->run->costs. Fails when data of a service are not what they were when they were described; files of
 * this machine are not looked at (mg_sources_unchanged does). A stop meanwhile is one of the run. */
MG_MUST_USE int mg_run_closing(struct mg_runner *r, struct mg_error *err);

#endif
