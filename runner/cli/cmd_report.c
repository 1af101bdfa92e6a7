/* cmd_report.c: makes the reports of a saved run again, byte for byte. */
#include <modelgate/report.h>

#include "cli/cli.h"
#include "cli/outputs.h"
#include "cli/reports.h"

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	struct mg_run *saved = NULL;
	const char *path = mg_arg_operand(args, 0);
	const struct mg_read file = {"the saved run", path};
	if (mg_outputs_check(cli->arena, args, &file, 1, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	if (mg_run_read_file(cli->arena, path, &saved, &err) != MG_OK) {
		mg_fail_in(&err, "%s cannot be used", path);
		return mg_cli_fail(cli, &err);
	}
	if (mg_reports_write(cli, args, saved, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	bool gate = mg_arg_flag(args, "exit-code");
	return mg_exit_code(MG_OK, gate ? saved->verdict : MG_PASS, saved->fail_on_warn);
}

static const struct mg_option options[] = {
	{.name = "exit-code",
		.help = "exit as the run did; without it, 0 once the reports are written"},
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate report run.json --junit results.xml --markdown summary.md",
		"make two reports of a run that was saved with --json run.json"},
	{"modelgate report run.json --quiet", "show again what did not pass"},
	{NULL, NULL},
};

const struct mg_command mg_command_report = {
	.name = "report",
	.summary = "make the reports of a saved run again",
	.description =
		"Reads a run that 'modelgate run --json FILE' saved (- is standard input), and "
		"checks that its counts and its verdict are what its results say. Then it prints "
		"the console report and writes the reports asked for. They are byte for byte those "
		"that the run itself would have written.\n\n"
		"A report is not a gate: the exit status is 0 whatever the verdict, unless "
		"--exit-code is given. It is 3 when a file cannot be read or written.",
	.options = options,
	.more_options = mg_report_options,
	.operands = "RUN.json",
	.least_operands = 1,
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
