/* origin.h: what a run is of: program, spec, machine, pipeline, and what was asked for. */
#ifndef MG_RUN_ORIGIN_H
#define MG_RUN_ORIGIN_H

#include "run/run.h"

/* Fills all of r->run that was known before anything was measured. */
void mg_run_origin(struct mg_runner *r);

#endif
