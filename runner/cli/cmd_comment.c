/* comment: writes the summary of a run into the pull request that it was made for. */
#include <stdio.h>

#include "base/escape.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/reports.h"
#include "release/champion.h"
#include "report/changes.h"
#include "report/comment.h"
#include "report/words.h"
#include "services/pull_request.h"

/* As in tags: what stands before # is the model, what follows the stage. */
static char *gate_name(struct mg_arena *arena, const struct mg_run *run)
{
	return mg_printf(arena, "%s#%s", run->model, run->stage ? run->stage : "");
}

/* How the numbers moved since what stands in the stage; why that cannot be told is no error of the comment's. */
static const char *changes(struct mg_cli *cli, const struct mg_run *saved, const char *stage)
{
	const struct mg_spec spec = {
		.folder = ".", .path = saved->spec_path, .model = saved->model};
	struct mg_run *champion = NULL;
	struct mg_error err = {0};
	struct mg_text text;
	if (!stage)
		return "";
	mg_text_init(&text, cli->arena);
	if (mg_champion_read(cli->arena, &spec, stage, &champion, &err) == MG_OK) {
		mg_changes_write(&text, cli->arena, champion, saved,
			mg_printf(cli->arena, "what stands in %s", stage));
	} else {
		mg_text_add(&text, "\nNothing to compare with: ");
		mg_escape_markdown(&text, mg_log_safe_cut(cli->arena, err.text, 400));
		mg_text_add(&text, "\n");
	}
	return text.data;
}

static void say_news(struct mg_arena *arena, const struct mg_run *saved, struct mg_gate_news *news)
{
	const struct mg_run *safe = mg_run_safe(arena, saved);
	news->gate = gate_name(arena, saved);
	/* Open or not is decided in one place: what would the run have ended with? */
	enum mg_exit end = mg_exit_code(MG_OK, saved->verdict, saved->fail_on_warn);
	news->open = end == MG_EXIT_PASSED;
	news->measured = end == MG_EXIT_PASSED || end == MG_EXIT_FAILED;
	news->status_name = mg_printf(
		arena, "%s/%s", safe->model, safe->stage ? safe->stage : "all");
	news->description = mg_printf(
		arena, "%s: %s", mg_verdict_word(saved->verdict), mg_words_summary(arena, safe));
}

static int comment(struct mg_cli *cli, const struct mg_args *args, struct mg_error *err)
{
	struct mg_arena *arena = cli->arena;
	struct mg_run *saved = NULL;
	struct mg_pull_request to;
	struct mg_commented done;
	double timeout_s = 0;
	char *text = NULL;
	MG_TRY(mg_arg_duration(args, "timeout", &timeout_s, err));
	const char *path = mg_arg_operand(args, 0);
	if (mg_run_read_file(arena, path, &saved, err) != MG_OK)
		return mg_fail_in(err, "%s cannot be used", path);
	MG_TRY(mg_pull_request_find(arena, &to, err));
	struct mg_comment_origin origin = {.run_id = to.run_id, .run_url = to.run_url};
	MG_TRY(mg_comment_text(arena, saved, &origin,
		changes(cli, saved, mg_arg_text(args, "against")), MG_COMMENT_MAX_CHARACTERS, &text,
		err));
	struct mg_gate_news news = {.text = text};
	say_news(arena, saved, &news);
	MG_TRY(mg_pull_request_comment(arena, &to, &news, timeout_s, &done, err));
	fprintf(cli->out, "pull request %s: the comment of %s is %s (thread %lld, %s)\n", to.id,
		mg_words_title(arena, mg_run_safe(arena, saved)),
		done.is_new ? "written" : "rewritten", (long long)done.thread,
		mg_log_safe_cut(arena, done.status, 40));
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
	{.name = "against",
		.value = "STAGE",
		.help = "tell how each number moved since the version that stands in this stage"},
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
		"Reads a run that 'modelgate run --json FILE' saved (- is standard input), and writes "
		"its Markdown summary into the pull request of Azure Repos that the job builds. Each "
		"model and stage has one thread, whose comment later runs rewrite; replies stay. When "
		"the run would let the model pass, the thread is resolved; when not, it is active, so "
		"that a policy on resolved comments holds the pull request. The status of the model and "
		"stage, as modelgate/churn/PPS, is set as well: a policy may require it.\n\n"
		"Where to comes from the job: SYSTEM_COLLECTIONURI, SYSTEM_TEAMPROJECTID, "
		"BUILD_REPOSITORY_ID and SYSTEM_PULLREQUEST_PULLREQUESTID; the token from "
		"SYSTEM_ACCESSTOKEN, which the step's env has to name. The build identity needs "
		"'Contribute to pull requests'. A thread is rewritten only if it carries the mark of "
		"the model and stage and was begun by the same identity.\n\n"
		"A comment is no gate: the exit status is 0 whatever the verdict, once it is written; "
		"3 when the service or the file does not do its part, 2 when the job is none of a pull "
		"request.",
	.options = options,
	.operands = "RUN.json",
	.least_operands = 1,
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
