/* data.h: the data of a run: its files are opened, described and handed to those who digest them. */
#ifndef MG_RUN_DATA_H
#define MG_RUN_DATA_H

#include <modelgate/error.h>

#include "run/run.h"

/* Files that datasets name are digested while the engine starts. Fills r->used. */
MG_MUST_USE int mg_run_data_expect(struct mg_runner *r, struct mg_error *err);
/* Opens the datasets that the selection reaches; one that cannot be opened keeps its reason. Fills r->schemas. */
MG_MUST_USE int mg_run_data_describe(struct mg_runner *r, struct mg_error *err);
/* A baseline from a file decides as data do: it is digested with them, and has to be the commit's. */
void mg_run_data_add_baselines(struct mg_runner *r);

#endif
