/* cmd_version.c: which modelgate this is. */
#include <modelgate/engine.h>

#include <jansson.h>

#include "cli/cli.h"

/* The engine that runs would use; without one its version is null and the reason is told. */
static json_t *engine_json(void)
{
	const char *version = NULL;
	struct mg_error err = {0};
	const struct mg_engine_ops *engine = mg_engines[0];
	if (engine->find(&version, &err) == MG_OK)
		return json_pack("{ss ss*}", "name", engine->name, "version", version);
	return json_pack("{ss sn ss*}", "name", engine->name, "version", "problem", err.text);
}

static int print_json(FILE *out)
{
	json_t *root = json_pack(
		"{ss ss so}", "name", "modelgate", "version", MG_VERSION, "engine", engine_json());
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
	{.name = "json", .help = "print a JSON object, with the engine"},
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
