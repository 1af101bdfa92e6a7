/* cmd_comment.c: writes the summary of a run into the pull request that it was made for. */
#include <assert.h>
#include <stdio.h>

#include "base/escape.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/reports.h"
#include "registry/model_name.h"
#include "release/champion.h"
#include "report/changes.h"
#include "report/formats.h"
#include "report/words.h"
#include "report/write.h"
#include "services/past_run.h"
#include "services/pull_request.h"

/* A run, and the gate that it is of. */
struct gate {
	const struct mg_run *run;
	const char *model; /* as in tags, which may have a folder before it */
	const char *stage; /* "": none */
};

static int read_gate(struct mg_arena *arena, const struct mg_args *args, const char *path,
	struct gate *out, struct mg_error *err)
{
	struct mg_run *run = NULL;
	const char *wanted = mg_arg_text(args, "model");
	if (mg_run_read_file(arena, path, &run, err) != MG_OK)
		return mg_fail_in(err, "%s cannot be used", path);
	*out = (struct gate){run, wanted ? wanted : run->model, run->stage ? run->stage : ""};
	if (mg_model_name_is(arena, out->model, run->model))
		return MG_OK;
	return mg_fail(err, MG_EUSAGE, "%s is a run of '%s', and --model wants '%s'", path,
		run->model, wanted);
}

/* "churn PPS" */
static const char *title(struct mg_arena *arena, const char *model, const char *stage)
{
	return mg_log_safe(arena, *stage ? mg_printf(arena, "%s %s", model, stage) : model);
}

/* ---- what the numbers are compared with ---- */

static int check_same_gate(struct mg_arena *arena, const struct mg_run *there,
	const struct gate *gate, const char *name, struct mg_error *err)
{
	const char *stage = there->stage ? there->stage : "";
	if (mg_model_name_is(arena, gate->model, there->model) && mg_streq(stage, gate->stage))
		return MG_OK;
	return mg_fail(err, MG_EIO, "%s is of %s, not of %s", name,
		title(arena, there->model, stage), title(arena, gate->model, gate->stage));
}

/* Each gives the run, and what it is of. */
static int read_stage(struct mg_arena *arena, const struct gate *gate, const char *stage,
	struct mg_run **out, const char **out_name, struct mg_error *err)
{
	const struct mg_run *saved = gate->run;
	const struct mg_spec spec = {
		.folder = ".", .path = saved->spec_path, .model = saved->model};
	*out_name = mg_printf(arena, "what stands in %s", stage);
	return mg_champion_read(arena, &spec, stage, out, err);
}

static int read_file(struct mg_arena *arena, const struct gate *gate, const char *path,
	struct mg_run **out, const char **out_name, struct mg_error *err)
{
	*out_name = path;
	MG_TRY(mg_run_read_file(arena, path, out, err));
	return check_same_gate(arena, *out, gate, path, err);
}

static int read_target(struct mg_arena *arena, const struct gate *gate, double timeout_s,
	struct mg_run **out, const char **out_name, struct mg_error *err)
{
	struct mg_past_run past = {0};
	MG_TRY(mg_past_run_of_target(arena, gate->model, gate->stage, timeout_s, &past, err));
	*out_name = mg_printf(arena, "the newest run of %s (build %s)", past.branch, past.build);
	if (mg_run_read(arena, past.text, past.len, out, err) != MG_OK)
		return mg_fail_in(err, "%s", *out_name);
	return check_same_gate(arena, *out, gate, *out_name, err);
}

static void add_problem(struct mg_text *text, const struct mg_error *err)
{
	mg_text_add(text, "\nNothing to compare with: ");
	mg_escape_markdown(text, mg_log_safe_cut(text->arena, err->text, 400));
	mg_text_add(text, "\n");
}

/* How the numbers moved; why that cannot be told is no error of the comment's. A stage stands in for a target branch
 * that has no run. */
static const char *changes(
	struct mg_cli *cli, const struct mg_args *args, const struct gate *gate, double timeout_s)
{
	struct mg_arena *arena = cli->arena;
	const char *stage = mg_arg_text(args, "against"), *file = mg_arg_text(args, "against-run");
	const char *name = NULL;
	struct mg_run *there = NULL;
	struct mg_error err = {0};
	struct mg_text text;
	mg_text_init(&text, arena);
	bool found = false;
	if (mg_arg_flag(args, "against-target")) {
		found = read_target(arena, gate, timeout_s, &there, &name, &err) == MG_OK;
		if (!found)
			add_problem(&text, &err);
	} else if (file) {
		found = read_file(arena, gate, file, &there, &name, &err) == MG_OK;
		if (!found)
			add_problem(&text, &err);
	}
	if (!found && stage) {
		err = (struct mg_error){0};
		found = read_stage(arena, gate, stage, &there, &name, &err) == MG_OK;
		if (!found)
			add_problem(&text, &err);
	}
	if (found)
		mg_changes_write(&text, arena, there, gate->run, name);
	return text.data;
}

static void say_news(struct mg_arena *arena, const struct gate *gate, struct mg_gate_news *news)
{
	const struct mg_run *saved = gate->run, *safe = mg_run_safe(arena, saved);
	/* As in tags: what stands before # is the model, what follows the stage. */
	news->gate = mg_printf(arena, "%s#%s", gate->model, gate->stage);
	/* Open or not is decided in one place: what would the run have ended with? */
	enum mg_exit end = mg_exit_code(MG_OK, saved->verdict, saved->fail_on_warn);
	news->open = end == MG_EXIT_PASSED;
	news->measured = end == MG_EXIT_PASSED || end == MG_EXIT_FAILED;
	news->status_name = mg_log_safe(
		arena, mg_printf(arena, "%s/%s", gate->model, *gate->stage ? gate->stage : "all"));
	news->description = mg_printf(
		arena, "%s: %s", mg_verdict_word(saved->verdict), mg_words_summary(arena, safe));
}

static int comment(struct mg_cli *cli, const struct mg_args *args, struct mg_error *err)
{
	struct mg_arena *arena = cli->arena;
	struct gate gate = {0};
	struct mg_pull_request to = {0};
	struct mg_commented done = {0};
	double timeout_s = 0;
	struct mg_text text;
	MG_TRY(mg_arg_duration(args, "timeout", &timeout_s, err));
	if (mg_arg_flag(args, "against-target") && mg_arg_given(args, "against-run"))
		return mg_fail(err, MG_EUSAGE,
			"--against-target and --against-run both say what to compare with; take "
			"one of them");
	MG_TRY(read_gate(arena, args, mg_arg_operand(args, 0), &gate, err));
	assert(gate.run && gate.model && gate.stage);
	MG_TRY(mg_pull_request_find(arena, &to, err));
	const struct mg_report_style style = {.run_id = to.run_id,
		.run_url = to.run_url,
		.more = changes(cli, args, &gate, timeout_s),
		.max = MG_COMMENT_MAX_CHARACTERS};
	mg_text_init(&text, arena);
	MG_TRY(mg_report_text(&text, &mg_report_comment, gate.run, &style, err));
	struct mg_gate_news news = {.text = text.data};
	say_news(arena, &gate, &news);
	MG_TRY(mg_pull_request_comment(arena, &to, &news, timeout_s, &done, err));
	fprintf(cli->out, "pull request %s: the comment of %s is %s (thread %lld, %s)\n", to.id,
		title(arena, gate.model, gate.stage), done.is_new ? "written" : "rewritten",
		(long long)done.thread, mg_log_safe_cut(arena, done.status, 40));
	return MG_OK;
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	if (comment(cli, args, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "model",
		.value = "NAME",
		.help = "the model as its tags name it, as models/churn:churn, where the spec's name is "
			"not enough"},
	{.name = "against-target",
		.help = "show how each number changed since the newest run that builds of the "
			"target branch kept"},
	{.name = "against-run",
		.value = "FILE",
		.help = "show how each number changed since this run"},
	{.name = "against",
		.value = "STAGE",
		.help = "show how each number changed since the version that is in this stage, "
			"where no run is found"},
	{.name = "timeout",
		.value = "DURATION",
		.default_text = "60s",
		.help = "give up after this long"},
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate comment run.json",
		"in a job that builds a pull request: write the run's summary into it"},
	{NULL, NULL},
};

const struct mg_command mg_command_comment = {
	.name = "comment",
	.summary = "write the summary of a run into its pull request, and set its status there",
	.description =
		"Reads a run that 'modelgate run --json FILE' saved (- is standard input), and "
		"writes its Markdown summary into the pull request of Azure Repos that the job "
		"builds. Each model and stage has one thread, whose comment later runs rewrite; "
		"replies stay. When the run would let the model pass, the thread is resolved; when "
		"not, it is active, so that a policy on resolved comments holds the pull request. "
		"The status of the model and stage, as modelgate/churn/PPS, is set as well: a "
		"policy may require it.\n\n"
		"The job says where: SYSTEM_COLLECTIONURI, SYSTEM_TEAMPROJECTID, "
		"BUILD_REPOSITORY_ID and SYSTEM_PULLREQUEST_PULLREQUESTID; the token from "
		"SYSTEM_ACCESSTOKEN, which the step's env has to name. The build identity needs "
		"'Contribute to pull requests'. A thread is rewritten only if it carries the mark "
		"of the model and stage and was begun by the same identity.\n\n"
		"A comment is not a gate: the exit status is 0 whatever the verdict, once it is "
		"written. It is 3 when the service or the file fails, 2 when the job does not "
		"build a pull request.",
	.options = options,
	.operands = "RUN.json",
	.least_operands = 1,
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
