/* cmd_withdraw.c: `modelgate withdraw`: takes a version out of a stage. */
#include "cli/moved.h"
#include "release/rollback.h"

static const struct mg_option options[] = {MG_MOVE_TARGET_OPTIONS,
	{.name = "stage", .value = "STAGE", .required = true, .help = "stage to take it out of"},
	{.name = "version", .value = "VERSION", .required = true, .help = "version to take out"},
	MG_MOVE_REASON_OPTION, MG_MOVE_HOW_OPTIONS, MG_OPTIONS_END};

static const struct mg_example examples[] = {
	{"modelgate withdraw --model churn --stage PPS --version v1.3.0 --reason \"leaks the label\"",
		"take v1.3.0 out of PPS"},
	{NULL, NULL}};

static int withdraw(
	struct mg_cli *cli, const struct mg_args *args, struct mg_moved *out, struct mg_error *err)
{
	struct mg_return asked = {.stage = mg_arg_text(args, "stage"),
		.version = mg_arg_text(args, "version"),
		.reason = mg_arg_text(args, "reason")};
	MG_SCOPED_GIT struct mg_git git = {0};
	MG_TRY(mg_move_options_read(args, &asked.move, err));
	MG_TRY(mg_git_open(cli->arena, mg_arg_text(args, "repo"), &git, err));
	return mg_withdraw(cli->arena, &git, &asked, out, err);
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	struct mg_moved moved = {0};
	if (withdraw(cli, args, &moved, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	return mg_moved_print(cli, args, "is out of", true, &moved);
}

const struct mg_command mg_command_withdraw = {
	.name = "withdraw",
	.summary = "take a version out of a stage",
	.description =
		"Creates a tag as churn#PPS!#5; nothing is deleted. The version may not go on to "
		"the next stage from there. The version before it is in the stage again, as every "
		"reader of such tags understands it; the command names it.",
	.options = options,
	.examples = examples,
	.run = run,
};
