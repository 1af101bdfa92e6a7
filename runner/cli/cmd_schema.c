/* cmd_schema.c: `modelgate schema`: the JSON Schema of specs, for editors. */
#include <modelgate/check.h>
#include <modelgate/spec.h>

#include "cli/cli.h"

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	(void)args;
	fprintf(cli->out, "%s\n", mg_spec_schema(cli->arena, mg_check_kinds));
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_example examples[] = {
	{"modelgate schema > modelgate.schema.json", "keep the schema where an editor finds it"},
	{NULL, NULL},
};

const struct mg_command mg_command_schema = {
	.name = "schema",
	.summary = "print the JSON Schema of specs",
	.description =
		"Prints the JSON Schema (draft 2020-12) of spec files, made from the same tables "
		"that specs are read by. Editors complete and check keys with it; in many of them "
		"the first line '# yaml-language-server: $schema=modelgate.schema.json' is enough. "
		"What a schema cannot say (unknown datasets, limits that contradict each other) "
		"'modelgate validate' finds.",
	.examples = examples,
	.run = run,
};
