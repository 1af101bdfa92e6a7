/* cmd_join.c: makes the parts of a run one run, from which everything else follows. */
#include <modelgate/report.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/outputs.h"
#include "cli/reports.h"
#include "report/azure.h"
#include "report/join.h"

static void read_part(struct mg_arena *arena, const char *path, struct mg_join_part *out)
{
	struct mg_error err = {0};
	struct mg_run *run = NULL;
	*out = (struct mg_join_part){.name = path};
	if (mg_run_read_file(arena, path, &run, &err) == MG_OK)
		out->run = run;
	else
		out->problem = mg_strdup(arena, err.text);
}

static int refuse(struct mg_cli *cli, bool azure, const struct mg_join_reasons *reasons)
{
	struct mg_error err = {0};
	struct mg_text issues;
	mg_text_init(&issues, cli->arena);
	for (size_t i = 0; i < reasons->count; i++) {
		mg_fail(&err, MG_EIO, "cannot join: %s", reasons->list[i]);
		mg_cli_fail(cli, &err);
		if (azure)
			mg_azure_error(&issues, err.text);
	}
	fwrite(issues.data, 1, issues.len, cli->out);
	return mg_exit_code(err.code, MG_PASS, false);
}

/* What an earlier build left on a machine is no part of this one's. */
static int check_build(const struct mg_run *whole, struct mg_error *err)
{
	const char *here = getenv("BUILD_BUILDID"), *build = whole->pipeline.build;
	if (!here || !*here || mg_streq(here, build ? build : ""))
		return MG_OK;
	return mg_fail(err, MG_EIO,
		"cannot join: the parts are of build %s of the pipeline, and this is build %s",
		build ? build : "(none)", here);
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	size_t count = mg_arg_operand_count(args);
	struct mg_join_part *parts = mg_alloc_array(cli->arena, count, sizeof(*parts));
	struct mg_join_reasons reasons;
	struct mg_run whole;
	struct mg_error err = {0};
	struct mg_read *files = mg_alloc_array(cli->arena, count, sizeof(*files));
	for (size_t i = 0; i < count; i++)
		files[i] = (struct mg_read){"a part", mg_arg_operand(args, i)};
	if (mg_outputs_check(cli->arena, args, files, count, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	for (size_t i = 0; i < count; i++)
		read_part(cli->arena, mg_arg_operand(args, i), &parts[i]);
	if (!mg_run_join(cli->arena, parts, count, &whole, &reasons))
		return refuse(cli, mg_arg_flag(args, "azure"), &reasons);
	if ((mg_arg_flag(args, "azure") && check_build(&whole, &err) != MG_OK) ||
		mg_reports_write(cli, args, &whole, &err) != MG_OK)
		return mg_reports_fail(cli, args, &err);
	return mg_exit_code(MG_OK, whole.verdict, whole.fail_on_warn);
}

static const struct mg_option options[] = {MG_OPTIONS_END};

static const struct mg_example examples[] = {
	{"modelgate join part1.json part2.json --json run.json --junit results.xml",
		"join what 'run --part 1/2' and 'run --part 2/2' wrote"},
	{NULL, NULL},
};

const struct mg_command mg_command_join = {
	.name = "join",
	.summary = "join the parts of a run into one run",
	.description =
		"Reads what 'modelgate run --part K/N --json FILE' wrote on several machines, and "
		"joins it into the run that all suites together make. It decides counts and "
		"verdict again and writes the reports; 'promote' accepts its --json FILE like any "
		"other. The run lists its parts and their seals.\n\n"
		"Parts that do not belong to one run are refused, with all reasons at once, and "
		"nothing is written. Such are another model, stage, commit, spec, variable or "
		"version, and a data file that differed; and a part that is missing, given twice, "
		"or changed after its run.\n\n"
		"Exit status: 0 passed (warnings allowed unless the parts were run with --fail-on "
		"warn), 1 a check failed, 3 something could not be measured, read, joined or "
		"written.",
	.options = options,
	.more_options = mg_report_options,
	.operands = "PART.json...",
	.least_operands = 1,
	.most_operands = MG_PARTS_MOST,
	.examples = examples,
	.run = run,
};
