/* cmd_run.c: `modelgate run`: measures a model's suites, judges them, and writes the reports. */
#include <modelgate/report.h>

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/confine.h"
#include "base/escape.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/outputs.h"
#include "cli/progress.h"
#include "cli/reports.h"
#include "cli/specfile.h"
#include "cli/stop.h"
#include "history/record.h"
#include "registry/model_name.h"
#include "report/formats.h"
#include "report/write.h"
#include "run/run.h"

/* What a stranger's spec may take where nothing else is asked for. */
#define UNTRUSTED_SECONDS 1800.0
#define UNTRUSTED_BYTES UINT64_C(4000000000)
/* What the process may take beside twice that: its start, threads, reports. */
#define UNTRUSTED_BESIDE UINT64_C(1000000000)

/* How long an engine may take to obey a cancel before it is left behind. */
#define GRACE_SECONDS 5.0

static const char *const dumps[] = {"plan", NULL};
static const char *const fail_ons[] = {"warn", NULL};

static const struct mg_option options[] = {
	{.name = "stage",
		.value = "STAGE",
		.section = "What to run",
		.help = "run the suites that this stage demands, with its overlays"},
	{.name = "model",
		.value = "NAME",
		.help = "the model that the spec must name; any other is refused"},
	{.name = "suite", .value = "NAME", .repeat = true, .help = "run only this suite"},
	{.name = "select",
		.value = "TERM",
		.repeat = true,
		.help = "run only checks that match tag:x, name:glob, kind:x or column:glob"},
	{.name = "part",
		.value = "K/N",
		.help = "run only every Nth suite, from the Kth on; modelgate join makes the parts one run"},
	{.name = "var",
		.value = "NAME=VALUE",
		.repeat = true,
		.help = "set a variable of the spec"},
	{.name = "as-of",
		.value = "TIME",
		.help = "the time that verdicts take as now, such as 2026-11-23T04:05:06Z; by "
			"default the clock's"},
	{.name = "seed",
		.value = "N",
		.default_text = "1",
		.help = "seed of all randomness in verdicts"},
	{.name = "fail-on",
		.value = "LEVEL",
		.choices = fail_ons,
		.help = "exit with 1 on warnings too"},
	{.name = "threads",
		.value = "N",
		.section = "How to run",
		.help = "processors to use; all by default"},
	{.name = "memory",
		.value = "SIZE",
		.help = "memory that the engine may take, as 2GB; most of the machine by default"},
	{.name = "timeout",
		.value = "TIME",
		.help = "stop after this long, as 90s or 15m, and report what was measured"},
	{.name = "allow-path",
		.value = "DIR",
		.repeat = true,
		.help = "let the spec read files here too, not only in its own folder"},
	{.name = "untrusted",
		.help = "do not trust the spec: the kernel refuses it network and programs, and "
			"--timeout is 30m and --memory 4GB by default"},
	{.name = "dump",
		.value = "WHAT",
		.choices = dumps,
		.help = "print the plan (checks, needs, SQL) and measure nothing"},
	{.name = "history",
		.value = "STORE",
		.section = "History",
		.help = "where earlier runs are on record, for baseline: {previous: N}"},
	{.name = "record",
		.value = "STORE",
		.help = "keep the run in this history too, as 'modelgate record' does"},
	MG_OPTIONS_END};

static const struct mg_example examples[] = {
	{"modelgate run examples/flight-delay/modelgate.yaml --junit results.xml",
		"run all suites and write JUnit XML for the Tests tab"},
	{"modelgate run --stage PPS --var month=2001-03 --fail-on warn",
		"run what PPS demands on March, from modelgate.yaml in this folder"},
	{"modelgate run --suite drift --select 'column:dist*' --dump plan",
		"show what the drift suite would measure on some columns"},
	{"modelgate run --stage PRD --record history",
		"run what PRD demands, and keep the run in the folder history"},
	{"modelgate run --stage PPS --untrusted --timeout 10m",
		"run what a pull request changed, with less trust and less time"},
	{NULL, NULL}};

/* ---- what was asked for ---- */

struct job {
	struct mg_cli *cli;
	const struct mg_args *args;
	struct mg_runner runner;
	struct mg_progress progress;
	const char *spec_error;          /* the first of them, or NULL */
	bool unwritable;                 /* reports would be written to who knows where */
	struct mg_store history, record; /* of --history and --record, where ops is not NULL */
};

/* One to three digits; *at moves behind them. */
static bool read_number(const char **at, size_t *out)
{
	size_t digits = strspn(*at, "0123456789");
	*out = 0;
	for (const char *end = *at + digits; *at < end && digits <= 3; ++*at)
		*out = *out * 10 + (size_t)(**at - '0');
	return digits >= 1 && digits <= 3;
}

static int read_part(
	const struct mg_args *args, struct mg_selection *selection, struct mg_error *err)
{
	const char *text = mg_arg_text(args, "part"), *at = text;
	size_t part = 0, parts = 0;
	if (!text)
		return MG_OK;
	if (!read_number(&at, &part) || *at++ != '/' || !read_number(&at, &parts) || *at ||
		part < 1 || part > parts)
		return mg_fail(err, MG_EUSAGE,
			"--part '%s' is not a part; write it as 2/3, from 1/3 to 3/3, of at most %d",
			text, MG_PARTS_MOST);
	if (selection->term_count)
		return mg_fail(err, MG_EUSAGE,
			"--part divides whole suites, and --select leaves checks out; use one of "
			"them");
	selection->part = part;
	selection->parts = parts;
	return MG_OK;
}

/* Who can write the spec can put links beside it, where the command line names files. */
static int refuse_links(struct job *j, struct mg_error *err)
{
	const struct mg_run_request *request = &j->runner.request;
	j->unwritable = true;
	for (size_t i = 0; mg_report_formats[i]; i++) {
		const char *path = mg_report_path(j->args, mg_report_formats[i]);
		if (path)
			MG_TRY(mg_path_without_links(path, err));
	}
	j->unwritable = false;
	for (size_t i = 0; i < request->engine.allow_path_count; i++)
		MG_TRY(mg_path_without_links(request->engine.allow_paths[i], err));
	return mg_path_without_links(request->spec_path, err);
}

/* Threads, memory, time; from here on the kernel refuses a stranger's spec what it does not need. */
static int read_bounds(struct job *j, struct mg_error *err)
{
	const struct mg_args *args = j->args;
	struct mg_run_request *request = &j->runner.request;
	int64_t threads = sysconf(_SC_NPROCESSORS_ONLN);
	MG_TRY(mg_arg_int(args, "threads", 1, 1024, &threads, err));
	request->engine.threads = (int)threads;
	request->execute.threads = (int)threads;
	request->confined = mg_arg_flag(args, "untrusted");
	if (request->confined) {
		request->engine.memory_bytes = UNTRUSTED_BYTES;
		request->execute.timeout_seconds = UNTRUSTED_SECONDS;
	}
	MG_TRY(mg_arg_size(args, "memory", &request->engine.memory_bytes, err));
	if (request->confined) {
		MG_TRY(refuse_links(j, err));
		MG_TRY(mg_confine(2 * request->engine.memory_bytes + UNTRUSTED_BESIDE, err));
	}
	return mg_arg_duration(args, "timeout", &request->execute.timeout_seconds, err);
}

static int read_options(struct job *j, struct mg_error *err)
{
	const struct mg_args *args = j->args;
	struct mg_run_request *request = &j->runner.request;
	struct mg_selection *selection = &request->selection;
	int64_t seed = MG_SEED_DEFAULT;
	size_t count = 0;
	selection->suites = mg_arg_list(args, "suite", &selection->suite_count);
	selection->terms = mg_arg_list(args, "select", &selection->term_count);
	MG_TRY(read_part(args, selection, err));
	request->engine.allow_paths = mg_arg_list(args, "allow-path", &count);
	request->engine.allow_path_count = count;
	MG_TRY(read_bounds(j, err));
	MG_TRY(mg_arg_int(args, "seed", 0, INT64_MAX, &seed, err));
	request->seed = (uint64_t)seed;
	const char *as_of = mg_arg_text(args, "as-of");
	if (as_of && !mg_clock_parse(as_of, &request->as_of_us))
		return mg_fail(err, MG_EUSAGE,
			"--as-of '%s' is not a time; write it as 2026-11-23 or 2026-11-23T04:05:06Z",
			as_of);
	return MG_OK;
}

static int open_store(struct job *j, const char *option, enum mg_store_use use,
	struct mg_store *out, struct mg_error *err)
{
	const char *address = mg_arg_text(j->args, option);
	if (!address)
		return MG_OK;
	return mg_store_open(j->cli->arena, address, use,
		mg_path_dir(j->cli->arena, j->runner.request.spec_path), out, err);
}

/* Before anything is measured: an address that is wrong should not cost an hour. What later runs are held to is no
 * place for a stranger's run. */
static int open_stores(struct job *j, struct mg_error *err)
{
	struct mg_run_request *request = &j->runner.request;
	bool records = mg_arg_text(j->args, "record") && !request->plan_only;
	if (records && request->selection.part)
		return mg_fail(err, MG_EUSAGE,
			"--record keeps whole runs, and --part is one of several; join them, then "
			"record the joined run");
	if (records && request->confined)
		return mg_fail(err, MG_EUSAGE,
			"--record keeps what later runs are compared with, and --untrusted says that "
			"the spec is a stranger's; record runs of trusted commits only");
	const char *history = mg_arg_text(j->args, "history");
	if (history && request->confined && mg_store_is_remote(history))
		return mg_fail(err, MG_EUSAGE,
			"--untrusted has no network, by which this history is reached; give "
			"--history a folder");
	MG_TRY(open_store(j, "history", MG_STORE_READ, &j->history, err));
	if (j->history.ops)
		request->history = &j->history;
	return records ? open_store(j, "record", MG_STORE_WRITE, &j->record, err) : MG_OK;
}

/* Before the work, which may take long or fail for it. */
static void warn(void *context, const char *text)
{
	struct job *j = context;
	mg_progress_clear(&j->progress);
	mg_cli_note(j->cli, "%s", text);
}

static struct mg_run_request request_of(struct job *j)
{
	const char *path = mg_arg_operand(j->args, 0);
	int64_t now_us = mg_clock_now_us();
	return (struct mg_run_request){.spec_path = path ? path : "modelgate.yaml",
		.stage = mg_arg_text(j->args, "stage"),
		.fail_on_warn = mg_arg_text(j->args, "fail-on") != NULL,
		.plan_only = mg_arg_text(j->args, "dump") != NULL,
		.started_us = now_us,
		.as_of_us = now_us - now_us % 1000000,
		.began = mg_clock_ticks(),
		.stop = mg_stop_on_signals(),
		.warn = warn,
		.warn_context = j,
		.execute = {.grace_seconds = GRACE_SECONDS,
			.progress = mg_progress_show,
			.waits = mg_progress_wait,
			.context = &j->progress}};
}

/* ---- the run ---- */

/* A pipeline that lists a model under one name may not show another's results for it. */
static int check_model(struct job *j, struct mg_error *err)
{
	const char *wanted = mg_arg_text(j->args, "model");
	const struct mg_spec *spec = j->runner.spec;
	if (!wanted || mg_model_name_is(j->cli->arena, wanted, spec->model))
		return MG_OK;
	return mg_fail(err, MG_EUSAGE, "%s is the spec of model '%s', and --model wants '%s'",
		spec->path, spec->model, wanted);
}

/* No report may be written over the spec, or over what it names. */
static int keep_inputs(struct job *j, const struct mg_spec *spec, struct mg_error *err)
{
	const struct mg_read file = {"the spec", j->runner.request.spec_path};
	int code = spec ? mg_outputs_check_spec(j->cli->arena, j->args, spec, err)
			: mg_outputs_check(j->cli->arena, j->args, &file, 1, err);
	j->unwritable = code != MG_OK;
	return code;
}

static int run_steps(struct job *j, struct mg_error *err)
{
	struct mg_runner *r = &j->runner;
	const struct mg_selection *selection = &r->request.selection;
	MG_TRY(read_options(j, err));
	MG_TRY(mg_reports_check_whole(j->args,
		selection->term_count     ? "--select"
			: selection->part ? "--part"
					  : NULL,
		err));
	MG_TRY(open_stores(j, err));
	MG_TRY(keep_inputs(j, NULL, err));
	MG_TRY(mg_specfile_read(j->cli, r->sources, r->request.spec_path, r->request.stage, j->args,
		&r->spec, &j->spec_error, err));
	MG_TRY(keep_inputs(j, r->spec, err));
	MG_TRY(check_model(j, err));
	return mg_runner_measure(r, err);
}

static int write_reports(struct job *j, bool failed, struct mg_error *err)
{
	if (j->unwritable || (j->runner.request.plan_only && !failed))
		return MG_OK;
	/* A pipeline wants its issue and its variables in any case. */
	return failed && !mg_arg_flag(j->args, "azure")
		? mg_reports_save(j->cli, j->args, j->runner.run, err)
		: mg_reports_write(j->cli, j->args, j->runner.run, err);
}

/* A run that failed is kept too: a history of green days only would be a lie. */
static int record_run(struct job *j, struct mg_error *err)
{
	const struct mg_run *run = j->runner.run;
	struct mg_text text;
	const char *name = NULL;
	bool made = false;
	if (!j->record.ops || !j->runner.spec)
		return MG_OK; /* without a spec there is no telling whose run it is */
	mg_text_init(&text, j->cli->arena);
	MG_TRY(mg_report_text(&text, &mg_report_json, run, NULL, err));
	if (mg_record_put(&j->record, text.data, text.len, &name, &made, err) != MG_OK)
		return mg_fail_in(err, "the run cannot be recorded");
	mg_cli_note(j->cli, "recorded %s in %s", name, j->record.described);
	return MG_OK;
}

/* Says what came of it, writes the reports, and records the run; the exit status. */
static int tell(struct job *j, int code, const struct mg_error *err)
{
	const struct mg_runner *r = &j->runner;
	struct mg_error unwritten = {0};
	if (r->unconfined)
		mg_cli_note(j->cli,
			"WARNING: this machine does not keep the run's SQL from other files (%s); only "
			"modelgate itself does",
			r->unconfined);
	if (r->plan_text)
		fputs(mg_log_safe_lines(j->cli->arena, r->plan_text), j->cli->out);
	int status = code ? mg_cli_fail(j->cli, err)
			  : mg_exit_code(MG_OK, r->plan_text ? MG_PASS : r->run->verdict,
				    r->run->fail_on_warn);
	int written = write_reports(j, code != MG_OK, &unwritten);
	int recorded = record_run(j, written ? NULL : &unwritten);
	if (written == MG_OK && recorded == MG_OK)
		return status;
	int unwritten_status = mg_reports_fail(j->cli, j->args, &unwritten);
	return code ? status : unwritten_status; /* what went wrong first is what to mend */
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct job j = {.cli = cli, .args = args};
	struct mg_error err = {0};
	mg_runner_start(&j.runner, cli->arena);
	j.runner.request = request_of(&j);
	mg_progress_init(&j.progress, cli->err, &cli->err_style, mg_arg_flag(args, "quiet"),
		mg_arg_flag(args, "azure"));
	int code = run_steps(&j, &err);
	mg_progress_clear(&j.progress);
	code = mg_runner_finish(&j.runner, code, j.spec_error, &err);
	int status = tell(&j, code, &err);
	mg_store_close(&j.history);
	mg_store_close(&j.record);
	if (j.runner.engine_left) {
		/* A thread is still inside the engine: nothing may be torn down under it. */
		fflush(NULL);
		_exit(status);
	}
	mg_runner_end(&j.runner);
	return status;
}

const struct mg_command mg_command_run = {
	.name = "run",
	.summary = "measure a model's suites and judge them",
	.description =
		"Reads the spec (modelgate.yaml by default), measures every selected check on its "
		"data, compares each number with its limits, prints the verdicts and writes the "
		"reports asked for.\n\n"
		"Exit status: 0 passed (warnings allowed unless --fail-on warn), 1 a check "
		"failed, 2 the command line or the spec was wrong, 3 something could not be "
		"measured or written. A run that checks nothing never passes.",
	.group = "Gate",
	.options = options,
	.more_options = mg_report_options,
	.operands = "[SPEC]",
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
