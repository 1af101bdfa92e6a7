/* moved.h: how promote, rollback and withdraw tell what came of it, and end. */
#ifndef MG_CLI_MOVED_H
#define MG_CLI_MOVED_H

#include <modelgate/error.h>

#include "cli/cli.h"
#include "release/promote.h"

/* Options that all three have. */
#define MG_MOVE_TARGET_OPTIONS                                                                     \
	{                                                                                          \
		.name = "model", .value = "MODEL", .required = true, .section = "What",            \
		.help = "name of the model, as churn or models/churn:churn"                        \
	}
#define MG_MOVE_REASON_OPTION                                                                      \
	{                                                                                          \
		.name = "reason", .value = "TEXT", .required = true,                               \
		.help = "the reason, for the record"                                               \
	}
#define MG_MOVE_HOW_OPTIONS                                                                         \
	{.name = "push",                                                                            \
		.value = "REMOTE",                                                                  \
		.section = "How",                                                                   \
		.help = "create the tags on this remote, and then here"},                           \
		{.name = "sign",                                                                    \
			.value = "FILE",                                                            \
			.help = "sign tags and evidence with this SSH key"},                        \
		{.name = "policy-ref",                                                              \
			.value = "BRANCH",                                                          \
			.help = "branch whose .modelgate.yaml says who may decide; by default the " \
				"remote's default one"},                                            \
		{.name = "timeout",                                                                 \
			.value = "TIME",                                                            \
			.help = "how long each call to the remote may take, as 30s"},               \
		{.name = "dry-run", .help = "show what would be done, and write nothing"},          \
		{.name = "repo",                                                                    \
			.value = "DIR",                                                             \
			.default_text = ".",                                                        \
			.help = "folder inside the repository"},                                    \
		{.name = "json", .help = "print what was done as JSON"},                            \
	{                                                                                           \
		.name = "azure", .help = "set variables and a tag of the Azure Pipelines build"     \
	}

/* Reads those; MG_EUSAGE. */
MG_MUST_USE int mg_move_options_read(
	const struct mg_args *args, struct mg_move_options *out, struct mg_error *err);

/* Prints it ("is in", "is back in", "is out of"), and returns the exit status: 1 when it was refused. With
 * --azure the build gets a tag, or only a variable with its words. */
int mg_moved_print(struct mg_cli *cli, const struct mg_args *args, const char *verb,
	bool tags_build, const struct mg_moved *moved);

#endif
