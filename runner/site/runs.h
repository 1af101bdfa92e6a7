/* runs.h: the pages of runs: of the newest of each stage, and of those of the last 30 days that did not pass. */
#ifndef MG_SITE_RUNS_H
#define MG_SITE_RUNS_H

#include <modelgate/error.h>

#include "base/text.h"
#include "site/folder.h"
#include "site/records.h"
#include "site/values.h"

/* Writes them, and fills in what the newest runs say: owner, tags, the worst checks, metrics. `out_checks` gets their tables
 * of checks. Runs that have a page get its address. */
MG_MUST_USE int mg_site_runs(const struct mg_site_reader *reader,
	const struct mg_site_folder *folder, const struct mg_site_records *records, int64_t now_us,
	struct mg_site_entry *entry, struct mg_text *out_checks, struct mg_error *err);

#endif
