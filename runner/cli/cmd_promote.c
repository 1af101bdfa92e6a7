/* cmd_promote.c: `modelgate promote`: puts a version of a model into a stage, by a tag that proves why. */
#include <modelgate/report.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/moved.h"
#include "registry/approver.h"
#include "registry/message.h"
#include "services/approvals.h"

static const char *const bumps[] = {"patch", "minor", "major", NULL};
static const char *const approvals[] = {"service", NULL};

static const struct mg_option options[] = {MG_MOVE_TARGET_OPTIONS,
	{.name = "to", .value = "STAGE", .required = true, .help = "stage to promote it to"},
	{.name = "run",
		.value = "FILE",
		.required = true,
		.help = "the run that justifies it, as 'modelgate run --json FILE' wrote it"},
	{.name = "earlier",
		.value = "FILE",
		.repeat = true,
		.help = "the run of an attempt of the same job; the tag records how the earlier "
			"ones ended"},
	{.name = "commit",
		.value = "REV",
		.default_text = "HEAD",
		.help = "commit to promote; the run must be of it"},
	{.name = "version",
		.value = "VERSION",
		.help = "version to register it as, like v1.3.0; by default the one it has, or the "
			"next"},
	{.name = "bump",
		.value = "PART",
		.choices = bumps,
		.default_text = "patch",
		.help = "which part of the version the next one raises"},
	{.name = "artifact",
		.value = "FILE",
		.repeat = true,
		.help = "a file of the version, such as the trained model; the evidence records "
			"its digest"},
	{.name = "deployed",
		.help = "record in the tag that it is deployed already; by default deployment "
			"follows the tag, or there is none"},
	{.name = "no-build-tag",
		.help = "with --azure: do not tag the build yet, only set the variable "
			"modelgate.buildTag"},
	{.name = "approver",
		.value = "NAME",
		.repeat = true,
		.section = "Who and why",
		.help = "who approved, by your word; with --azure the service's record is read as "
			"well"},
	{.name = "approvals",
		.value = "service",
		.choices = approvals,
		.help = "read who approved the stage of this job of Azure Pipelines, as --azure does"},
	{.name = "override",
		.value = "REASON",
		.help = "override the rules that may be overridden, and record the reason"},
	MG_MOVE_HOW_OPTIONS, MG_OPTIONS_END};

static const struct mg_example examples[] = {
	{"modelgate promote --model churn --to PPD --run run.json --push origin",
		"promote the commit that is checked out to PPD"},
	{"modelgate promote --model churn --to PRD --run run.json --dry-run",
		"see why it would be refused, and write nothing"},
	{"modelgate promote --model churn --to PRD --run run.json --override \"fraud wave, see "
	 "INC-7\"",
		"promote it to PRD although a check failed, on record"},
	{NULL, NULL}};

static int read_options(struct mg_arena *arena, const struct mg_args *args,
	struct mg_promotion *out, struct mg_error *err)
{
	MG_TRY(mg_move_options_read(args, &out->move, err));
	out->stage = mg_arg_text(args, "to");
	out->revision = mg_arg_text(args, "commit");
	out->version = mg_arg_text(args, "version");
	out->override_reason = mg_arg_text(args, "override");
	out->deployed = mg_arg_flag(args, "deployed");
	if (out->version && mg_arg_given(args, "bump"))
		return mg_fail(err, MG_EUSAGE,
			"--version and --bump both choose the version; use one of them");
	if (out->override_reason && !*mg_message_line(arena, out->override_reason))
		return mg_fail(err, MG_EUSAGE, "--override needs a reason, for the record");
	for (size_t i = 0; bumps[i]; i++)
		if (mg_streq(mg_arg_text(args, "bump"), bumps[i]))
			out->bump = (enum mg_bump)i;
	return MG_OK;
}

/* Those on the service's record, then those that were typed. */
static void read_approvers(struct mg_cli *cli, const struct mg_args *args, struct mg_promotion *out)
{
	struct mg_arena *arena = cli->arena;
	struct mg_approvals found = {0};
	struct mg_error err = {0};
	size_t typed = 0;
	const char *const *names = mg_arg_list(args, "approver", &typed);
	double timeout_s = out->move.timeout_s > 0 ? out->move.timeout_s : 60;
	if (!mg_arg_flag(args, "azure") && !mg_arg_given(args, "approvals"))
		out->approvals_problem = "it was not asked";
	else if (mg_approvals_read(arena, timeout_s, &found, &err) != MG_OK)
		out->approvals_problem = mg_strdup(arena, err.text);
	if (err.code == MG_EIO || err.code == MG_ETIMEOUT)
		mg_cli_note(cli, "%s", err.text);
	out->approvers = mg_alloc_array(arena, found.count + typed, sizeof(*out->approvers));
	for (size_t i = 0; i < found.count; i++)
		out->approvers[out->approver_count++] = mg_message_line(arena,
			mg_approver_of_service(arena, found.list[i].name, found.list[i].account));
	for (size_t i = 0; i < typed; i++)
		out->approvers[out->approver_count++] = mg_message_line(
			arena, mg_approver_claimed(arena, names[i]));
}

static int read_artifacts(struct mg_arena *arena, const struct mg_args *args,
	struct mg_promotion *out, struct mg_error *err)
{
	size_t count = 0;
	const char *const *files = mg_arg_list(args, "artifact", &count);
	struct mg_artifact *list = mg_alloc_array(arena, count, sizeof(*list));
	for (size_t i = 0; i < count; i++) {
		char sha256[65];
		uint64_t bytes = 0;
		MG_TRY(mg_file_sha256(files[i], sha256, &bytes, NULL, err));
		list[i] = (struct mg_artifact){files[i], mg_strdup(arena, sha256)};
	}
	out->artifacts = list;
	out->artifact_count = count;
	return MG_OK;
}

static int read_earlier(struct mg_arena *arena, const struct mg_args *args,
	struct mg_promotion *out, struct mg_error *err)
{
	size_t count = 0;
	const char *const *files = mg_arg_list(args, "earlier", &count);
	struct mg_attempt *list = mg_alloc_array(arena, count, sizeof(*list));
	for (size_t i = 0; i < count; i++) {
		char *text = NULL, *sha256 = mg_alloc(arena, 65);
		size_t len = 0;
		struct mg_run *run = NULL;
		MG_TRY(mg_file_read(arena, files[i], MG_RUN_MAX_BYTES, &text, &len, err));
		if (mg_run_read(arena, text, len, &run, err) != MG_OK)
			return mg_fail_in(err, "%s", files[i]);
		if (run->unsealed)
			return mg_fail(err, MG_EUSAGE,
				"%s has no seal, so it may have been changed; leave it out",
				files[i]);
		mg_sha256(text, len, sha256);
		list[i] = (struct mg_attempt){run, sha256};
	}
	out->earlier = list;
	out->earlier_count = count;
	return MG_OK;
}

static int promote(
	struct mg_cli *cli, const struct mg_args *args, struct mg_moved *out, struct mg_error *err)
{
	struct mg_promotion promotion = {0};
	MG_SCOPED_GIT struct mg_git git = {0};
	char *text = NULL;
	MG_TRY(read_options(cli->arena, args, &promotion, err));
	read_approvers(cli, args, &promotion);
	MG_TRY(mg_file_read(cli->arena, mg_arg_text(args, "run"), MG_RUN_MAX_BYTES, &text,
		&promotion.run_len, err));
	promotion.run_text = text;
	MG_TRY(read_artifacts(cli->arena, args, &promotion, err));
	MG_TRY(read_earlier(cli->arena, args, &promotion, err));
	MG_TRY(mg_git_open(cli->arena, mg_arg_text(args, "repo"), &git, err));
	return mg_promote(cli->arena, &git, &promotion, out, err);
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	struct mg_moved moved = {0};
	if (promote(cli, args, &moved, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	return mg_moved_print(cli, args, "is in", !mg_arg_flag(args, "no-build-tag"), &moved);
}

const struct mg_command mg_command_promote = {
	.name = "promote",
	.summary = "promote a version of a model to a stage, with a tag that proves why",
	.description =
		"Checks that the run file is whole, passed, and is of this commit, its spec and "
		"the suites that the stage demands. The commit must have gone through the stage "
		"before, and be on the protected branch. Then it keeps the evidence in git and "
		"creates an annotated tag, as churn#PPS#4, that cites it.\n\n"
		"A refusal lists every broken rule at once, each with its fix, and the exit status "
		"is 1. The same promotion twice makes one tag; after a crash the same command "
		"continues where it stopped. docs/release.md has every rule.",
	.group = "Release",
	.options = options,
	.examples = examples,
	.run = run,
};
