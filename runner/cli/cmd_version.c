/* version: which modelgate this is. */
#include <jansson.h>

#include "cli/cli.h"

static int print_json(FILE *out)
{
	json_t *root = json_pack("{ss ss}", "name", "modelgate", "version", MG_VERSION);
	int failed = json_dumpf(root, out, JSON_INDENT(2));
	json_decref(root);
	fputc('\n', out);
	return failed;
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	if (!mg_arg_flag(args, "json")) {
		fprintf(cli->out, "modelgate %s\n", MG_VERSION);
	} else if (print_json(cli->out) != 0) {
		struct mg_error err;
		mg_fail(&err, MG_EIO, "cannot write the version as JSON");
		return mg_cli_fail(cli, &err);
	}
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "json", .help = "print a JSON object"},
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate version", "print one line"},
	{"modelgate version --json", "print the same for a program to read"},
	{NULL, NULL},
};

const struct mg_command mg_command_version = {
	.name = "version",
	.summary = "print the version",
	.description = "Prints the version of modelgate; 'modelgate --version' does the same.",
	.options = options,
	.examples = examples,
	.run = run,
};
