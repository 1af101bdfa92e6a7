/* cmd_help.c: how modelgate, or one of its commands, is used. */
#include "base/text.h"
#include "cli/cli.h"
#include "cli/help.h"

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	const char *name = mg_arg_operand(args, 0);
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	if (!name) {
		mg_help_overview(&text, &cli->out_style);
	} else {
		const struct mg_command *command;
		struct mg_error err;
		if (mg_command_need(cli->arena, name, &command, &err) != MG_OK)
			return mg_cli_fail(cli, &err);
		mg_help_command(&text, command, &cli->out_style);
	}
	fputs(text.data, cli->out);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_example examples[] = {
	{"modelgate help", "list the commands"},
	{"modelgate help completion", "explain one command"},
	{NULL, NULL},
};

const struct mg_command mg_command_help = {
	.name = "help",
	.summary = "show how to use modelgate or one of its commands",
	.description = "Prints what 'modelgate --help' or 'modelgate COMMAND --help' prints.",
	.group = "About modelgate",
	.operands = "[COMMAND]",
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
