/* cmd_rollback.c: `modelgate rollback`: takes a stage back to a version that stood there. */
#include "cli/moved.h"
#include "release/rollback.h"

static const struct mg_option options[] = {MG_MOVE_TARGET_OPTIONS,
	{.name = "stage", .value = "STAGE", .required = true, .help = "stage to roll back"},
	{.name = "to",
		.value = "VERSION",
		.help = "version to go back to; by default the one before"},
	MG_MOVE_REASON_OPTION, MG_MOVE_HOW_OPTIONS, MG_OPTIONS_END};

static const struct mg_example examples[] = {
	{"modelgate rollback --model churn --stage PRD --reason \"recall fell, INC-9\" --push origin",
		"go back to the version before"},
	{"modelgate rollback --model churn --stage PRD --to v1.2.0 --reason \"INC-9\"",
		"go back to a version by name"},
	{NULL, NULL}};

static int roll_back(
	struct mg_cli *cli, const struct mg_args *args, struct mg_moved *out, struct mg_error *err)
{
	struct mg_return asked = {.stage = mg_arg_text(args, "stage"),
		.version = mg_arg_text(args, "to"),
		.reason = mg_arg_text(args, "reason")};
	MG_SCOPED_GIT struct mg_git git = {0};
	MG_TRY(mg_move_options_read(args, &asked.move, err));
	MG_TRY(mg_git_open(cli->arena, mg_arg_text(args, "repo"), &git, err));
	return mg_rollback(cli->arena, &git, &asked, out, err);
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	struct mg_moved moved = {0};
	if (roll_back(cli, args, &moved, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	return mg_moved_print(cli, args, "is back in", true, &moved);
}

const struct mg_command mg_command_rollback = {
	.name = "rollback",
	.summary = "roll a stage back to an earlier version",
	.description =
		"Creates a new tag on the older version's commit; nothing is deleted. The tag "
		"cites the evidence by which that version came into the stage, and the reason. It "
		"needs no run and checks no branch: it is for emergencies.",
	.options = options,
	.examples = examples,
	.run = run,
};
