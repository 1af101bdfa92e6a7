/* cmd_schema.c: `modelgate schema`: the JSON Schema of specs, for editors; of run.json and profiles, for programs. */
#include <modelgate/check.h>
#include <modelgate/engine.h>
#include <modelgate/profile.h>
#include <modelgate/report.h>
#include <modelgate/spec.h>

#include "base/text.h"
#include "cli/cli.h"

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	const char *of = mg_arg_operand(args, 0);
	struct mg_error err = {0};
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	if (!of || mg_streq(of, "spec"))
		mg_text_addf(&text, "%s\n", mg_spec_schema(cli->arena, mg_check_kinds, mg_engines));
	else if (mg_streq(of, "run"))
		mg_run_schema(&text);
	else if (mg_streq(of, "profile"))
		mg_profile_schema(&text);
	else
		mg_fail(&err, MG_EUSAGE, "there is no schema of '%s'; one of: spec, run, profile",
			of);
	if (err.code)
		return mg_cli_fail(cli, &err);
	fputs(text.data, cli->out);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_example examples[] = {
	{"modelgate schema > modelgate.schema.json", "keep the schema where an editor finds it"},
	{"modelgate schema run", "print what run.json holds"},
	{NULL, NULL},
};

const struct mg_command mg_command_schema = {
	.name = "schema",
	.summary = "print the JSON Schema of specs, of run.json, or of profiles",
	.operands = "[spec|run|profile]",
	.most_operands = 1,
	.description =
		"Prints the JSON Schema (draft 2020-12) of spec files, made from the same tables "
		"that specs are read by. Editors complete and check keys with it; in many of them "
		"the first line '# yaml-language-server: $schema=modelgate.schema.json' is enough. "
		"What a schema cannot say (unknown datasets, limits that contradict each other) "
		"'modelgate validate' finds.\n\nWith 'run' it prints the schema of run.json, which "
		"'modelgate run --json FILE' writes; with 'profile' that of 'modelgate profile --out "
		"FILE'.",
	.examples = examples,
	.run = run,
};
