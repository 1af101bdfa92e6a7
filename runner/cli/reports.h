/* reports.h: where a run's reports go: the options that commands share, the writing, and saved runs. */
#ifndef MG_CLI_REPORTS_H
#define MG_CLI_REPORTS_H

#include <modelgate/error.h>
#include <modelgate/report.h>

#include "cli/cli.h"

/* For mg_command.more_options: the option of every report format that has one, --quiet and --verbose. */
const struct mg_option *mg_report_options(struct mg_arena *arena);

/* What --FORMAT FILE was given ("-": standard output); NULL without, and for formats that have no file. */
const char *mg_report_path(const struct mg_args *args, const struct mg_report_format *format);

/* MG_EUSAGE for a report of whole runs that was asked of one of some checks alone; `part`: the option that makes it one, or
 * NULL. */
MG_MUST_USE int mg_reports_check_whole(
	const struct mg_args *args, const char *part, struct mg_error *err);

/* Writes the files that were asked for ("-": standard output). All are tried; the first failure is
 * returned (MG_EIO). */
MG_MUST_USE int mg_reports_save(struct mg_cli *cli, const struct mg_args *args,
	const struct mg_run *run, struct mg_error *err);

/* The same, then the console report on standard output (with --azure: in groups, and the logging
 * commands), unless a report went there. */
MG_MUST_USE int mg_reports_write(struct mg_cli *cli, const struct mg_args *args,
	const struct mg_run *run, struct mg_error *err);

/* Tells an error that no report could hold; with --azure as an issue of the pipeline's run too. Its exit code. */
int mg_reports_fail(struct mg_cli *cli, const struct mg_args *args, const struct mg_error *err);

#endif
