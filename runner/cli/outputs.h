/* outputs.h: no report is written over what the program reads, or over another report. */
#ifndef MG_CLI_OUTPUTS_H
#define MG_CLI_OUTPUTS_H

#include <modelgate/error.h>
#include <modelgate/spec.h>

#include "cli/cli.h"

/* A file that is read. */
struct mg_read {
	const char *what; /* "data 'd'" */
	const char *path;
};

/* MG_EUSAGE when a report of the command line (mg_report_options) would be written over one of `reads`
 * or over another report, by whatever path or link. Devices and pipes may be named twice. */
MG_MUST_USE int mg_outputs_check(struct mg_arena *arena, const struct mg_args *args,
	const struct mg_read *reads, size_t count, struct mg_error *err);
/* The same for all files that the spec names: of datasets, also of those that are not measured, and of
 * baselines. */
MG_MUST_USE int mg_outputs_check_spec(struct mg_arena *arena, const struct mg_args *args,
	const struct mg_spec *spec, struct mg_error *err);

#endif
