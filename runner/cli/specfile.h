/* specfile.h: reads a spec as commands do: the file, the variables, and all errors at once. */
#ifndef MG_CLI_SPECFILE_H
#define MG_CLI_SPECFILE_H

#include <modelgate/error.h>
#include <modelgate/spec.h>

#include "cli/cli.h"
#include "input/source.h"

/* Reads and checks the spec at path as `stage` (NULL: none) sees it, with the args' --var options. It
 * is opened in `sources`; NULL: it need not stay as it is.
 * On MG_ESPEC all diagnostics are printed to cli->err, and *out_first is the first of them in one
 * line, for reports (else it is left alone). */
MG_MUST_USE int mg_specfile_read(struct mg_cli *cli, struct mg_sources *sources, const char *path,
	const char *stage, const struct mg_args *args, struct mg_spec **out, const char **out_first,
	struct mg_error *err);

/* The first half of that: the text of the file, and options without a stage. */
MG_MUST_USE int mg_specfile_load(struct mg_cli *cli, struct mg_sources *sources, const char *path,
	const struct mg_args *args, char **out_text, size_t *out_len,
	struct mg_spec_options *out_options, struct mg_error *err);

#endif
