/* cmd_profile.c: `modelgate profile`: what a dataset looks like, for people, or as the reference of later runs. */
#include <modelgate/profile.h>

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/profile_table.h"
#include "cli/progress.h"
#include "cli/specfile.h"
#include "cli/stop.h"
#include "run/profile_make.h"

/* How long an engine may take to obey a cancel before it is left behind. */
#define GRACE_SECONDS 5.0

struct job {
	struct mg_cli *cli;
	const struct mg_args *args;
	struct mg_runner runner;
	struct mg_progress progress;
	const char *out; /* NULL: for people */
};

static int read_options(struct job *j, int64_t *out_entries, struct mg_error *err)
{
	const struct mg_args *args = j->args;
	struct mg_run_request *request = &j->runner.request;
	const char *path = mg_arg_operand(args, 0);
	int64_t now_us = mg_clock_now_us(), threads = sysconf(_SC_NPROCESSORS_ONLN);
	size_t count = 0;
	*request = (struct mg_run_request){.spec_path = path ? path : "modelgate.yaml",
		.stage = mg_arg_text(args, "stage"),
		.started_us = now_us,
		.as_of_us = now_us - now_us % 1000000,
		.began = mg_clock_ticks(),
		.stop = mg_stop_on_signals(),
		.execute = {.grace_seconds = GRACE_SECONDS,
			.progress = mg_progress_show,
			.waits = mg_progress_wait,
			.context = &j->progress}};
	request->engine.allow_paths = mg_arg_list(args, "allow-path", &count);
	request->engine.allow_path_count = count;
	MG_TRY(mg_arg_int(args, "threads", 1, 1024, &threads, err));
	request->engine.threads = request->execute.threads = (int)threads;
	MG_TRY(mg_arg_size(args, "memory", &request->engine.memory_bytes, err));
	MG_TRY(mg_arg_duration(args, "timeout", &request->execute.timeout_seconds, err));
	return mg_arg_int(args, "entries", MG_PROFILE_ENTRIES_LEAST, 1000000, out_entries, err);
}

/* What stands there is a profile, or nothing: never a spec, data or anything else. */
static int check_out(const char *path, struct mg_error *err)
{
	static const char head[] = "{\n  \"format\": \"modelgate.profile/";
	char start[sizeof(head)] = "";
	if (!path || !mg_file_exists(path))
		return MG_OK;
	FILE *file = fopen(path, "r");
	size_t len = file ? fread(start, 1, sizeof(head) - 1, file) : 0;
	if (file)
		fclose(file);
	start[len] = '\0';
	return mg_streq(start, head)
		? MG_OK
		: mg_fail(err, MG_EUSAGE,
			  "--out %s exists and is not a profile; name another file, or remove it",
			  path);
}

static int write_file(struct job *j, const struct mg_profile *profile, struct mg_error *err)
{
	struct mg_text text;
	mg_text_init(&text, j->cli->arena);
	MG_TRY(mg_profile_write(&text, profile, err));
	MG_TRY(mg_file_write(j->out, text.data, text.len, err));
	mg_cli_note(j->cli, "%s: %lld row%s, %zu column%s, %s", j->out, (long long)profile->rows,
		profile->rows == 1 ? "" : "s", profile->column_count,
		profile->column_count == 1 ? "" : "s",
		mg_human_bytes(j->cli->arena, (double)text.len));
	return MG_OK;
}

static void print(struct job *j, const struct mg_profile *profile)
{
	struct mg_text text;
	mg_text_init(&text, j->cli->arena);
	mg_text_addf(&text, "%s: %lld row%s\n", profile->data, (long long)profile->rows,
		profile->rows == 1 ? "" : "s");
	mg_profile_table(&text, j->cli->arena, profile, &j->cli->out_style);
	fputs(text.data, j->cli->out);
}

static int make(struct job *j, struct mg_error *err)
{
	struct mg_runner *r = &j->runner;
	struct mg_profile *profile = NULL;
	const char *first = NULL;
	int64_t entries = MG_PROFILE_ENTRIES;
	MG_TRY(read_options(j, &entries, err));
	MG_TRY(check_out(j->out, err));
	MG_TRY(mg_specfile_read(j->cli, r->sources, r->request.spec_path, r->request.stage, j->args,
		&r->spec, &first, err));
	MG_TRY(mg_profile_make(r, mg_arg_text(j->args, "data"), (size_t)entries, &profile, err));
	mg_progress_clear(&j->progress);
	if (j->out)
		return write_file(j, profile, err);
	print(j, profile);
	return MG_OK;
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct job j = {.cli = cli, .args = args, .out = mg_arg_text(args, "out")};
	struct mg_error err = {0};
	mg_runner_start(&j.runner, cli->arena);
	mg_progress_init(&j.progress, cli->err, &cli->err_style, false, false);
	int code = make(&j, &err);
	mg_progress_clear(&j.progress);
	int status = code ? mg_cli_fail(cli, &err) : mg_exit_code(MG_OK, MG_PASS, false);
	if (j.runner.engine_left) {
		/* A thread is still inside the engine: nothing may be torn down under it. */
		fflush(NULL);
		_exit(status);
	}
	mg_profile_end(&j.runner);
	return status;
}

static const struct mg_option options[] = {
	{.name = "data",
		.value = "NAME",
		.required = true,
		.help = "the dataset, as the spec names it"},
	{.name = "out",
		.value = "FILE",
		.help = "write the profile to FILE; without it a table is printed"},
	{.name = "stage", .value = "STAGE", .help = "the dataset as this stage sees it"},
	{.name = "var",
		.value = "NAME=VALUE",
		.repeat = true,
		.help = "set a variable of the spec"},
	{.name = "entries",
		.value = "N",
		.default_text = "2000",
		.help = "keep every value of a numeric column up to so many, and about so many ranges "
			"of values beyond that"},
	{.name = "threads", .value = "N", .help = "processors to use; all by default"},
	{.name = "memory",
		.value = "SIZE",
		.help = "memory that the engine may take, as 2GB; most of the machine by default"},
	{.name = "timeout", .value = "TIME", .help = "stop after this long, as 90s or 15m"},
	{.name = "allow-path",
		.value = "DIR",
		.repeat = true,
		.help = "let the spec read files here too, not only in its own folder"},
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate profile --data train", "show what the training data look like"},
	{"modelgate profile --data train --out train.profile.json",
		"write it down, for reference: {profile: train.profile.json}"},
	{"modelgate profile models/churn.yaml --data train --stage PRD --out train.profile.json",
		"... of the data that PRD reads"},
	{NULL, NULL},
};

const struct mg_command mg_command_profile = {
	.name = "profile",
	.summary = "show what a dataset looks like, or keep it as a reference for drift",
	.description =
		"Reads one dataset of the spec (modelgate.yaml by default) from whatever engine has "
		"it, and tells of each column its type, missing values, ends, mean and "
		"distribution.\n\n"
		"With --out it is written to a file that takes the place of reference data: "
		"`reference: {profile: FILE}`. Drift against it gives the same number as drift "
		"against the data, without reading them. 'modelgate kinds NAME' says whether a kind "
		"takes a profile. Columns that the dataset redacts are counted and nothing else.",
	.options = options,
	.operands = "[SPEC]",
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
