/* cmd_run.c: `modelgate run`: measures a model's suites, judges them, and writes the reports. */
#include <limits.h>
#include <modelgate/engine.h>
#include <modelgate/report.h>

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/confine.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/outputs.h"
#include "cli/progress.h"
#include "cli/reports.h"
#include "cli/specfile.h"
#include "execute/execute.h"
#include "input/source.h"
#include "judge/judge.h"
#include "plan/plan.h"
#include "registry/model_name.h"
#include "run/baselines.h"
#include "run/describe.h"
#include "run/provenance.h"

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
		.help = "the model that the spec must be of; any other is refused"},
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
		.help = "the time that verdicts see, as 2026-11-23T04:05:06Z; now by default"},
	{.name = "seed",
		.value = "N",
		.default_text = "1",
		.help = "the only randomness that verdicts see"},
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
		.help = "the spec is a stranger's: the kernel refuses network and programs, and unless "
			"given, --timeout is 30m and --memory 4GB"},
	{.name = "dump",
		.value = "WHAT",
		.choices = dumps,
		.help = "print the plan (checks, needs, SQL) and measure nothing"},
	MG_OPTIONS_END};

static const struct mg_example examples[] = {
	{"modelgate run examples/flight-delay/modelgate.yaml --junit results.xml",
		"run all suites and write JUnit XML for the Tests tab"},
	{"modelgate run --stage PPS --var month=2001-03 --fail-on warn",
		"run what PPS demands on March, from modelgate.yaml in this folder"},
	{"modelgate run --suite drift --select 'column:dist*' --dump plan",
		"show what the drift suite would measure on some columns"},
	{"modelgate run --stage PPS --untrusted --timeout 10m",
		"run what a pull request changed, with less trust and less time"},
	{NULL, NULL}};

/* ---- signals ---- */

static volatile sig_atomic_t stop_asked;

static void on_signal(int number)
{
	(void)number;
	if (stop_asked)
		_exit(MG_EXIT_UNMEASURED); /* asked twice: at once */
	stop_asked = 1;
}

static void watch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* ---- the steps ---- */

struct job {
	struct mg_cli *cli;
	const struct mg_args *args;
	struct mg_arena *arena;
	struct mg_spec *spec;
	struct mg_selection selection;
	struct mg_sources *sources; /* every file that a verdict rests on */
	struct mg_engine_options engine_options;
	struct mg_execute_options execute;
	int64_t as_of_us, seed;
	const struct mg_engine_ops *ops;
	struct mg_engine *engine;
	const char *engine_version; /* outlives the engine */
	struct mg_schema *schemas;
	bool undigested; /* a stop came before the inputs had their digests */
	struct mg_baselines baselines;
	struct mg_plan *plan;
	struct mg_measured *measured;
	struct mg_provenance *provenance;
	bool *used; /* by dataset of the spec: does the selection reach it? */
	struct mg_progress progress;
	struct mg_run *run;
	const char *path;
	const char *spec_error; /* the first of them, or NULL */
	bool unwritable;        /* reports would be written to who knows where */
	int64_t started_us;
	bool engine_left;
	pthread_t closer;
	bool closing;
};

static int parse_bytes(const char *text, uint64_t *out, struct mg_error *err)
{
	static const struct {
		const char *unit;
		double factor;
	} units[] = {{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}, {"TiB", 1099511627776.0},
		{"GiB", 1073741824.0}, {"MiB", 1048576.0}, {"KiB", 1024.0}};
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (!mg_ends_with(text, units[i].unit))
			continue;
		double number = 0;
		const char *digits = mg_strndup(
			scratch, text, strlen(text) - strlen(units[i].unit));
		if (mg_parse_double(digits, false, &number) && number > 0 && number < 1e6) {
			*out = (uint64_t)(number * units[i].factor);
			return MG_OK;
		}
	}
	return mg_fail(err, MG_EUSAGE, "--memory '%s' is no size; write it as 512MB or 2GiB", text);
}

/* One to three digits; *at moves behind them. */
static bool read_number(const char **at, size_t *out)
{
	size_t digits = strspn(*at, "0123456789");
	*out = 0;
	for (const char *end = *at + digits; *at < end && digits <= 3; ++*at)
		*out = *out * 10 + (size_t)(**at - '0');
	return digits >= 1 && digits <= 3;
}

static int read_part(struct job *j, struct mg_error *err)
{
	const char *text = mg_arg_text(j->args, "part"), *at = text;
	size_t part = 0, parts = 0;
	if (!text)
		return MG_OK;
	if (!read_number(&at, &part) || *at++ != '/' || !read_number(&at, &parts) || *at ||
		part < 1 || part > parts)
		return mg_fail(err, MG_EUSAGE,
			"--part '%s' is no part; write it as 2/3, from 1/3 to 3/3, of at most %d",
			text, MG_PARTS_MOST);
	if (j->selection.term_count)
		return mg_fail(err, MG_EUSAGE,
			"--part shares out whole suites, and --select leaves checks out; take one "
			"of them");
	j->selection.part = part;
	j->selection.parts = parts;
	return MG_OK;
}

/* Who can write the spec can put links beside it, where the command line names files. */
static int refuse_links(struct job *j, struct mg_error *err)
{
	j->unwritable = true;
	for (size_t i = 0; mg_report_formats[i]; i++) {
		const char *path = mg_arg_text(j->args, mg_report_formats[i]->name);
		if (path)
			MG_TRY(mg_path_without_links(path, err));
	}
	j->unwritable = false;
	for (size_t i = 0; i < j->engine_options.allow_path_count; i++)
		MG_TRY(mg_path_without_links(j->engine_options.allow_paths[i], err));
	return mg_path_without_links(j->path, err);
}

static int read_options(struct job *j, struct mg_error *err)
{
	const struct mg_args *args = j->args;
	size_t count = 0;
	j->selection.suites = mg_arg_list(args, "suite", &j->selection.suite_count);
	j->selection.terms = mg_arg_list(args, "select", &j->selection.term_count);
	MG_TRY(read_part(j, err));
	j->engine_options.allow_paths = mg_arg_list(args, "allow-path", &count);
	j->engine_options.allow_path_count = count;
	int64_t threads = sysconf(_SC_NPROCESSORS_ONLN);
	MG_TRY(mg_arg_int(args, "threads", 1, 1024, &threads, err));
	j->engine_options.threads = (int)threads;
	j->execute.threads = (int)threads;
	bool untrusted = mg_arg_flag(args, "untrusted");
	if (untrusted) {
		j->engine_options.memory_bytes = UNTRUSTED_BYTES;
		j->execute.timeout_seconds = UNTRUSTED_SECONDS;
	}
	if (mg_arg_text(args, "memory"))
		MG_TRY(parse_bytes(
			mg_arg_text(args, "memory"), &j->engine_options.memory_bytes, err));
	if (untrusted) {
		MG_TRY(refuse_links(j, err));
		MG_TRY(mg_confine(2 * j->engine_options.memory_bytes + UNTRUSTED_BESIDE, err));
	}
	MG_TRY(mg_arg_duration(args, "timeout", &j->execute.timeout_seconds, err));
	MG_TRY(mg_arg_int(args, "seed", 0, INT64_MAX, &j->seed, err));
	j->as_of_us = j->started_us - j->started_us % 1000000;
	const char *as_of = mg_arg_text(args, "as-of");
	if (as_of && !mg_clock_parse(as_of, &j->as_of_us))
		return mg_fail(err, MG_EUSAGE,
			"--as-of '%s' is no time; write it as 2026-11-23 or 2026-11-23T04:05:06Z",
			as_of);
	j->execute.grace_seconds = GRACE_SECONDS;
	j->execute.stop = &stop_asked;
	j->execute.progress = mg_progress_show;
	j->execute.context = &j->progress;
	return MG_OK;
}

/* Opens the datasets that the selection reaches; one that cannot be opened keeps its reason. */
static int describe_data(struct job *j, struct mg_error *err)
{
	struct mg_spec *spec = j->spec;
	char *folder = NULL;
	MG_TRY(mg_path_real(j->arena, spec->folder, &folder, err));
	struct mg_described described;
	j->execute.began = mg_clock_ticks();
	MG_TRY(mg_describe(
		j->arena, spec, j->used, j->ops, j->engine, &j->execute, &described, err));
	j->schemas = described.schemas;
	j->execute.stopped = described.stopped;
	j->engine_left = described.engine_left;
	for (size_t i = 0; i < spec->data_count; i++)
		mg_provenance_add(j->provenance, spec->data[i].name, folder,
			described.schemas[i].form, described.files[i].paths,
			described.files[i].count);
	return MG_OK;
}

/* Files that datasets name are digested while the engine starts. */
static int expect_inputs(struct job *j, struct mg_error *err)
{
	struct mg_spec *spec = j->spec;
	const struct mg_engine_options *o = &j->engine_options;
	j->used = mg_alloc_array(j->arena, spec->data_count, sizeof(*j->used));
	MG_TRY(mg_plan_datasets(spec, &j->selection, j->used, err));
	for (size_t i = 0; i < spec->data_count; i++) {
		struct mg_error ignored = {0};
		char *real = NULL;
		const char *path = spec->data[i].path;
		if (j->used[i] && path &&
			mg_path_real(j->arena, mg_path_join(j->arena, spec->folder, path), &real,
				&ignored) == MG_OK &&
			mg_path_allowed(
				j->arena, real, spec->folder, o->allow_paths, o->allow_path_count))
			mg_provenance_expect(j->provenance, real, path);
	}
	return MG_OK;
}

/* A baseline from a file decides as data do: it is digested with them, and has to be the commit's. */
static void add_baselines(struct job *j)
{
	const struct mg_spec *spec = j->spec;
	struct mg_error ignored = {0};
	char *folder = NULL;
	for (size_t i = 0; i < j->baselines.count; i++) {
		const struct mg_baseline_run *b = &j->baselines.list[i];
		char *real = NULL;
		if (b->kind != MG_BASELINE_FILE || !b->run ||
			mg_path_real(j->arena, spec->folder, &folder, &ignored) != MG_OK ||
			mg_path_real(j->arena, mg_path_join(j->arena, spec->folder, b->name), &real,
				&ignored) != MG_OK)
			continue;
		const char *const files[] = {real};
		mg_provenance_add(j->provenance, "baseline", folder, NULL, files, 1);
	}
}

static int plan_run(struct job *j, struct mg_error *err)
{
	MG_TRY(j->ops->open(&j->engine, &j->engine_options, err));
	j->engine_version = mg_strdup(j->arena, j->ops->version(j->engine));
	MG_TRY(describe_data(j, err));
	add_baselines(j);
	return mg_plan_make(j->arena, j->spec, j->schemas, &j->baselines, &j->selection,
		j->as_of_us, (uint64_t)j->seed, &j->plan, err);
}

/* As Azure Pipelines says it; what was run again has a later attempt of its job or of its stage. */
static struct mg_pipeline pipeline_of(struct mg_arena *arena)
{
	const char *build = getenv("BUILD_BUILDID"), *stage = getenv("SYSTEM_STAGENAME"),
		   *job = getenv("SYSTEM_JOBNAME"),
		   *attempts[] = {getenv("SYSTEM_STAGEATTEMPT"), getenv("SYSTEM_JOBATTEMPT")};
	struct mg_pipeline out = {.build = build, .attempt = 1};
	out.job = mg_printf(arena, "%s/%s", stage ? stage : "", job ? job : "");
	for (size_t i = 0; i < 2; i++) {
		int64_t attempt = 0;
		if (attempts[i] && mg_parse_int(attempts[i], &attempt) && attempt > out.attempt &&
			attempt < INT_MAX)
			out.attempt = attempt;
	}
	return out;
}

static void head_run(struct job *j)
{
	struct mg_run *run = j->run;
	char *host = mg_alloc(j->arena, 256);
	if (gethostname(host, 255) != 0)
		host[0] = '\0';
	run->program_version = MG_VERSION;
	run->engine = j->ops->name;
	run->engine_version = j->engine_version ? j->engine_version : "not opened";
	run->model = j->spec ? j->spec->model : "unknown";
	run->owner = j->spec ? j->spec->owner : NULL;
	run->stage = mg_arg_text(j->args, "stage");
	run->spec_path = j->path;
	run->spec_sha256 = j->spec ? j->spec->digest : "";
	run->vars = j->spec ? j->spec->vars : NULL;
	run->var_count = j->spec ? j->spec->var_count : 0;
	run->started_us = j->started_us;
	run->as_of_us = j->as_of_us;
	run->seed = (uint64_t)j->seed;
	run->host = host;
	run->pipeline = pipeline_of(j->arena);
	run->fail_on_warn = mg_arg_text(j->args, "fail-on") != NULL;
	struct mg_text terms;
	mg_text_init(&terms, j->arena);
	for (size_t i = 0; i < j->selection.term_count; i++)
		mg_text_addf(&terms, "%s%s", i ? " " : "", j->selection.terms[i]);
	run->selection = terms.len ? terms.data : NULL;
	run->part = (struct mg_part){.number = j->selection.part, .of = j->selection.parts};
	if (j->selection.parts && j->spec)
		run->part.suites = mg_plan_suites(
			j->arena, j->spec, &j->selection, &run->part.suite_count);
}

/* Once: for the judge, when it looks at digests, else in the end. */
static int finish_provenance(struct job *j, struct mg_error *err)
{
	struct mg_provenance *provenance = j->provenance;
	j->provenance = NULL;
	return provenance ? mg_provenance_finish(provenance, j->run, &j->undigested, err) : MG_OK;
}

/* All was measured, but nobody can say on what. */
static void tell_undigested(struct job *j)
{
	if (!j->undigested || j->run->stopped)
		return;
	j->run->stopped = "interrupted while the input files were digested";
	mg_run_close(j->run);
}

static int measure_run(struct job *j, struct mg_error *err)
{
	MG_TRY(mg_execute(j->arena, j->plan, j->ops, j->engine, &j->execute, &j->measured, err));
	if (j->measured->stopped)
		stop_asked = 1;
	if (mg_judge_wants_inputs(j->plan))
		MG_TRY(finish_provenance(j, err));
	mg_correct(j->arena, j->plan, j->measured);
	mg_judge(j->arena, j->plan, j->measured, &j->baselines, j->ops, j->engine, j->run);
	mg_sample_failures(j->arena, j->plan, j->measured, j->ops, j->engine, &j->execute, j->run);
	j->engine_left = j->engine_left || j->measured->engine_left;
	if (j->run->stopped)
		stop_asked = 1; /* nor are the inputs read to their end */
	return MG_OK;
}

/* A pipeline that lists a model under one name may not show another's results for it. */
static int check_model(struct job *j, struct mg_error *err)
{
	const char *wanted = mg_arg_text(j->args, "model");
	if (!wanted || mg_model_name_is(j->arena, wanted, j->spec->model))
		return MG_OK;
	return mg_fail(err, MG_EUSAGE, "%s is the spec of model '%s', and --model wants '%s'",
		j->spec->path, j->spec->model, wanted);
}

/* No report may be written over the spec, or over what it names. */
static int keep_inputs(struct job *j, const struct mg_spec *spec, struct mg_error *err)
{
	const struct mg_read file = {"the spec", j->path};
	int code = spec ? mg_outputs_check_spec(j->arena, j->args, spec, err)
			: mg_outputs_check(j->arena, j->args, &file, 1, err);
	j->unwritable = code != MG_OK;
	return code;
}

/* Plans, and measures unless only the plan is asked for. */
static int look_at_data(struct job *j, struct mg_error *err)
{
	MG_TRY(plan_run(j, err));
	if (mg_arg_text(j->args, "dump")) {
		if (j->execute.stopped)
			return mg_fail(
				err, MG_ECANCELLED, "no plan was made: %s", j->execute.stopped);
		char *text = mg_plan_text(j->arena, j->plan, j->ops, j->engine);
		fputs(mg_log_safe_lines(j->arena, text), j->cli->out);
		return MG_OK;
	}
	mg_provenance_seal(j->provenance);
	return measure_run(j, err);
}

struct confined {
	struct job *job;
	struct mg_error *err;
	int code;
};

static int confine_files(struct job *j, struct mg_error *err)
{
	const struct mg_engine_options *o = &j->engine_options;
	const char **paths = mg_alloc_array(j->arena, o->allow_path_count + 1, sizeof(*paths));
	const char *why = NULL;
	for (size_t i = 0; i < o->allow_path_count; i++)
		paths[i] = o->allow_paths[i];
	paths[o->allow_path_count] = j->spec->folder;
	MG_TRY(mg_confine_files(paths, o->allow_path_count + 1, &why, err));
	if (why)
		mg_cli_note(j->cli,
			"WARNING: this machine does not keep the run's SQL from other files (%s); only "
			"modelgate itself does",
			why);
	return MG_OK;
}

static void *look_confined(void *argument)
{
	struct confined *c = argument;
	c->code = confine_files(c->job, c->err);
	if (c->code == MG_OK)
		c->code = look_at_data(c->job, c->err);
	return NULL;
}

/* A thread of its own, with all threads of the engine, sees the data alone: git's files are read and reports are
 * written by others. */
static int look_apart(struct job *j, struct mg_error *err)
{
	struct confined c = {.job = j, .err = err};
	const char *ignored = NULL;
	pthread_t thread;
	MG_TRY(j->ops->find(&ignored, err)); /* the engine's library lies elsewhere */
	if (pthread_create(&thread, NULL, look_confined, &c) != 0)
		return mg_fail(err, MG_EIO, "cannot start a thread");
	pthread_join(thread, NULL);
	return c.code;
}

static int run_steps(struct job *j, struct mg_error *err)
{
	MG_TRY(read_options(j, err));
	MG_TRY(keep_inputs(j, NULL, err));
	MG_TRY(mg_specfile_read(j->cli, j->sources, j->path, mg_arg_text(j->args, "stage"), j->args,
		&j->spec, &j->spec_error, err));
	MG_TRY(keep_inputs(j, j->spec, err));
	MG_TRY(check_model(j, err));
	j->provenance = mg_provenance_start(j->arena, j->spec->path, j->sources, &stop_asked);
	j->engine_options.spec = j->spec;
	j->engine_options.as_of_us = j->as_of_us;
	j->engine_options.sources = j->sources;
	MG_TRY(expect_inputs(j, err));
	mg_baselines_read(j->arena, j->spec, &j->selection, &j->engine_options, &j->baselines);
	return mg_arg_flag(j->args, "untrusted") ? look_apart(j, err) : look_at_data(j, err);
}

/* A run that did not come about is written as one that measured nothing: a report of an earlier
 * run must not be taken for this one's. */
static void fail_run(struct job *j, const struct mg_error *err)
{
	*j->run = (struct mg_run){.stopped = j->spec_error
			? mg_printf(j->arena, "%s: %s", err->text, j->spec_error)
			: mg_strdup(j->arena, err->text)};
	head_run(j);
	mg_run_close(j->run);
}

/* A file that changed makes all of it worthless: numbers, verdicts and digests may be of several
 * states, also when something else is said to have failed. */
static int prove_unchanged(struct job *j, int code, struct mg_error *err)
{
	struct mg_error changed = {0};
	if (j->engine_left || mg_sources_unchanged(j->sources, &changed) == MG_OK)
		return code;
	*err = changed;
	return changed.code;
}

static void drop_provenance(struct job *j)
{
	bool ignored = false;
	stop_asked = 1;
	if (j->provenance)
		mg_provenance_finish(j->provenance, j->run, &ignored, NULL);
	j->provenance = NULL;
}

/* ---- the end ---- */

static void *close_engine(void *argument)
{
	struct job *j = argument;
	j->ops->close(j->engine);
	return NULL;
}

/* Everything is measured: the engine ends while the inputs are digested and reports written. */
static void start_closing(struct job *j)
{
	if (j->engine && !j->engine_left)
		j->closing = pthread_create(&j->closer, NULL, close_engine, j) == 0;
}

static void finish_closing(struct job *j)
{
	if (j->closing)
		pthread_join(j->closer, NULL);
	else if (j->engine)
		j->ops->close(j->engine);
}

static int write_reports(struct job *j, bool failed, bool dumped, struct mg_error *err)
{
	if (j->unwritable || (dumped && !failed))
		return MG_OK;
	/* A pipeline wants its issue and its variables in any case. */
	return failed && !mg_arg_flag(j->args, "azure")
		? mg_reports_save(j->cli, j->args, j->run, err)
		: mg_reports_write(j->cli, j->args, j->run, err);
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct job j = {.cli = cli,
		.args = args,
		.arena = cli->arena,
		.ops = &mg_engine_duckdb,
		.sources = mg_sources_new(),
		.started_us = mg_clock_now_us(),
		.path = mg_arg_operand(args, 0)};
	double began = mg_clock_ticks();
	struct mg_error err = {0}, write_err = {0};
	j.path = j.path ? j.path : "modelgate.yaml";
	j.run = mg_alloc(j.arena, sizeof(*j.run));
	mg_progress_init(&j.progress, cli->err, &cli->err_style, mg_arg_flag(args, "quiet"),
		mg_arg_flag(args, "azure"));
	watch_signals();
	int code = run_steps(&j, &err);
	mg_progress_clear(&j.progress);
	bool dumped = code == MG_OK && mg_arg_text(args, "dump");
	if (code == MG_OK)
		head_run(&j);
	start_closing(&j);
	/* An input that cannot be digested cannot be vouched for. */
	if (code == MG_OK && !dumped)
		code = finish_provenance(&j, &err);
	else
		drop_provenance(&j);
	tell_undigested(&j);
	if (!dumped)
		code = prove_unchanged(&j, code, &err);
	if (code != MG_OK)
		fail_run(&j, &err);
	j.run->seconds = mg_clock_ticks() - began;
	int status = code
		? mg_cli_fail(cli, &err)
		: mg_exit_code(MG_OK, dumped ? MG_PASS : j.run->verdict, j.run->fail_on_warn);
	if (write_reports(&j, code != MG_OK, dumped, &write_err) != MG_OK) {
		int unwritten = mg_reports_fail(cli, args, &write_err);
		status = code ? status : unwritten; /* what went wrong first is what to mend */
	}
	if (j.engine_left) {
		/* A thread is still inside the engine: nothing may be torn down under it. */
		fflush(NULL);
		_exit(status);
	}
	mg_measured_free(j.measured);
	finish_closing(&j);
	mg_sources_free(j.sources);
	return status;
}

const struct mg_command mg_command_run = {
	.name = "run",
	.summary = "measure a model's suites and judge them",
	.description =
		"Reads the spec (modelgate.yaml by default), measures every selected check on the data "
		"beside it, holds each number to its limits, prints the verdicts and writes the reports "
		"asked for.\n\n"
		"Exit status: 0 passed (warnings allowed unless --fail-on warn), 1 a check failed, 2 the "
		"command line or the spec was wrong, 3 something could not be measured or written. A run "
		"that checks nothing never passes.",
	.group = "Gate",
	.options = options,
	.more_options = mg_report_options,
	.operands = "[SPEC]",
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
