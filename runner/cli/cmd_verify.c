/* cmd_verify.c: `modelgate verify`: is the history of the models what was written? */
#include <string.h>

#include "base/escape.h"
#include "cli/cli.h"
#include "cli/registry.h"
#include "registry/ledger.h"
#include "release/verify.h"

static void print_finding(
	struct mg_text *out, const struct mg_finding *finding, const struct mg_style *style)
{
	const char *subject = finding->tag ? finding->tag : finding->model;
	mg_text_addf(out, "%s%s%s %s: %s (%s)\n",
		mg_style_ink(style, finding->is_break ? MG_INK_RED : MG_INK_DIM),
		finding->is_break ? "BREAK " : "remark", mg_style_ink(style, MG_INK_PLAIN),
		mg_log_safe(out->arena, subject), mg_log_safe(out->arena, finding->text),
		finding->rule);
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void print_text(
	struct mg_text *out, const struct mg_verified *verified, const struct mg_style *style)
{
	const struct mg_verified *v = verified;
	for (size_t i = 0; i < v->count; i++)
		print_finding(out, &v->list[i], style);
	mg_text_addf(out,
		"checked %zu tag%s of %zu model%s: numbers, versions, names, order of stages; "
		"chain, times and messages of %zu; evidence of %zu; %zu signature%s\n",
		v->tags, plural(v->tags), v->models, plural(v->models), v->by_modelgate, v->bundles,
		v->signatures, plural(v->signatures));
	enum mg_ink ink = v->breaks ? MG_INK_RED : MG_INK_GREEN;
	mg_text_add(out, mg_style_ink(style, ink));
	if (v->breaks)
		mg_text_addf(out, "%zu break%s", v->breaks, plural(v->breaks));
	else
		mg_text_add(out, "no break");
	mg_text_addf(out, "%s, %zu remark%s\n", mg_style_ink(style, MG_INK_PLAIN),
		v->count - v->breaks, plural(v->count - v->breaks));
}

/* What stands in the stage that was asked for; null: nothing. */
static void add_standing(
	struct mg_json *json, const struct mg_registry *registry, const char *stage)
{
	const struct mg_model *model = &registry->ledger.models[0];
	const struct mg_standing *standing = mg_model_standing(model, stage);
	const struct mg_event *event = standing ? standing->event : NULL;
	const char *problem;
	if (!event) {
		mg_json_null(json, "standing");
		return;
	}
	mg_json_open(json, "standing", '{', true);
	mg_json_text(json, "stage", stage);
	mg_json_text(json, "tag", event->tag);
	mg_json_text(json, "version", standing->version->version);
	mg_json_text(json, "commit", event->commit);
	mg_json_text(json, "decision", mg_decision_words(event));
	mg_json_text(json, "evidence",
		mg_evidence_words(registry->arena, &registry->git, model, event, &problem));
	mg_json_close(json, '}');
}

static void print_json(struct mg_text *out, const struct mg_args *args,
	const struct mg_registry *registry, const struct mg_verified *v)
{
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '{', false);
	mg_json_bool(&json, "good", v->breaks == 0);
	if (mg_arg_given(args, "stage"))
		add_standing(&json, registry, mg_arg_text(args, "stage"));
	mg_json_int(&json, "models", (int64_t)v->models);
	mg_json_int(&json, "tags", (int64_t)v->tags);
	mg_json_int(&json, "by_modelgate", (int64_t)v->by_modelgate);
	mg_json_int(&json, "evidence", (int64_t)v->bundles);
	mg_json_int(&json, "signatures", (int64_t)v->signatures);
	mg_json_open(&json, "findings", '[', false);
	for (size_t i = 0; i < v->count; i++) {
		const struct mg_finding *f = &v->list[i];
		mg_json_open(&json, NULL, '{', false);
		mg_json_bool(&json, "break", f->is_break);
		mg_json_text(&json, "rule", f->rule);
		mg_json_text(&json, "model", f->model);
		mg_json_text(&json, "tag", f->tag);
		mg_json_text(&json, "text", f->text);
		mg_json_close(&json, '}');
	}
	mg_json_close(&json, ']');
	mg_json_close(&json, '}');
	mg_text_add_char(out, '\n');
}

/* The remote's tags come in first, so that what this clone lacks is no break. */
static int fetch(struct mg_cli *cli, const struct mg_args *args, struct mg_remote_refs *out,
	struct mg_error *err)
{
	MG_SCOPED_GIT struct mg_git git = {0};
	struct mg_remote remote;
	MG_TRY(mg_git_open(cli->arena, mg_arg_text(args, "repo"), &git, err));
	double timeout_s = 0;
	MG_TRY(mg_arg_duration(args, "timeout", &timeout_s, err));
	MG_TRY(mg_remote_find(cli->arena, &git, mg_arg_text(args, "remote"), &remote, err));
	if (timeout_s > 0)
		remote.timeout_s = timeout_s;
	return mg_remote_fetch(cli->arena, &git, &remote, out, err);
}

static int read_expected(const struct mg_args *args, struct mg_expected *out, struct mg_error *err)
{
	static const char *const names[] = {"stage", "version", "commit"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!mg_arg_given(args, names[i]))
			continue;
		if (!mg_arg_operand(args, 0) || !mg_arg_given(args, "stage"))
			return mg_fail(err, MG_EUSAGE,
				"--%s asks about a stage: give MODEL and --stage", names[i]);
		if (!*mg_arg_text(args, names[i]))
			return mg_fail(err, MG_EUSAGE, "--%s is empty", names[i]);
	}
	*out = (struct mg_expected){.stage = mg_arg_text(args, "stage"),
		.version = mg_arg_text(args, "version"),
		.commit = mg_arg_text(args, "commit")};
	if (out->commit &&
		(strlen(out->commit) != GIT_OID_HEXSZ ||
			strspn(out->commit, "0123456789abcdef") != GIT_OID_HEXSZ))
		return mg_fail(err, MG_EUSAGE,
			"--commit is '%s'; it takes the 40 hex digits of a commit, as "
			"Build.SourceVersion has them",
			out->commit);
	return MG_OK;
}

static int verify(struct mg_cli *cli, const struct mg_args *args, struct mg_registry *registry,
	struct mg_verified *out, struct mg_error *err)
{
	const char *name = mg_arg_operand(args, 0);
	const struct mg_model *model = NULL;
	if (name && mg_arg_flag(args, "all"))
		return mg_fail(err, MG_EUSAGE,
			"verify takes a MODEL or --all, not both; leave one of them out");
	struct mg_remote_refs refs = {0};
	struct mg_expected expected = {0};
	MG_TRY(read_expected(args, &expected, err));
	if (mg_arg_given(args, "remote"))
		MG_TRY(fetch(cli, args, &refs, err));
	const struct mg_registry_remote asked = {mg_arg_text(args, "remote"), &refs};
	MG_TRY(mg_registry_open(cli, args, asked.name ? &asked : NULL, name, registry, err));
	if (name && (expected.stage || registry->ledger.stray_count == 0))
		MG_TRY(mg_registry_model(registry, name, &model, err));
	for (size_t i = 0; i < registry->ledger.model_count; i++)
		MG_TRY(mg_verify_model(cli->arena, &registry->git, &registry->authority,
			&registry->ledger, &registry->ledger.models[i], out, err));
	for (size_t i = 0; mg_arg_given(args, "remote") && i < registry->ledger.model_count; i++)
		mg_verify_remote(cli->arena, &registry->ledger.models[i], &refs, out);
	if (expected.stage)
		mg_verify_standing(cli->arena, model, &expected, out);
	mg_verify_strays(cli->arena, &registry->ledger, out);
	return MG_OK;
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	MG_SCOPED_REGISTRY struct mg_registry registry = {0};
	struct mg_verified verified = {0};
	int code = verify(cli, args, &registry, &verified, &err);
	if (mg_arg_flag(args, "missing"))
		return mg_registry_print_missing(cli, &registry.lacks, &err);
	if (code != MG_OK)
		return mg_cli_fail(cli, &err);
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	if (mg_arg_flag(args, "json"))
		print_json(&text, args, &registry, &verified);
	else
		print_text(&text, &verified, &cli->out_style);
	fputs(text.data, cli->out);
	return mg_exit_code(MG_OK, verified.breaks ? MG_FAIL : MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "all", .help = "verify every model, which is the default"},
	{.name = "remote",
		.value = "NAME",
		.help = "fetch this remote's tags first, and compare them with those of the clone"},
	{.name = "timeout", .value = "TIME", .help = "how long the remote may take, as 30s"},
	{.name = "stage",
		.value = "STAGE",
		.help = "require that a version of MODEL is in this stage, with evidence"},
	{.name = "version", .value = "VERSION", .help = "require that it is this version"},
	{.name = "commit",
		.value = "COMMIT",
		.help = "require that it is of this commit, in 40 hex digits"},
	{.name = "json", .help = "print JSON"},
	MG_MISSING_OPTION,
	MG_REGISTRY_OPTIONS,
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate verify", "verify the history of every model in this clone"},
	{"modelgate verify --remote origin", "find tags that were moved or deleted on origin too"},
	{"modelgate verify churn --json", "print what is wrong with churn's history as JSON"},
	{"modelgate verify churn --stage PPS --version v1.2.0",
		"ask whether v1.2.0 of churn is in PPS, with valid evidence"},
	{NULL, NULL},
};

const struct mg_command mg_command_verify = {
	.name = "verify",
	.summary = "find deleted, moved, back-dated or forged tags and broken evidence",
	.description =
		"Follows the chain that modelgate's tags form, each naming the object of the one "
		"before it. It looks for numbers that are missing, tags that are not annotated or "
		"have another tag's object, times that go back, and stages that were skipped "
		"without an override. It also finds evidence that is missing or not what its tag "
		"says, and signatures that do not hold or are missing where .modelgate.yaml "
		"demands them.\n\n"
		"Each is reported as a break, and the exit status is 1. Remarks do not change it: "
		"tags that gto wrote, for example, carry no chain. No other tag names the newest "
		"one: only --remote, in a clone that has it, shows that the server lost it.\n\n"
		"With --stage it answers the question of a deployment. Is a version of MODEL in "
		"that stage, by a tag with valid evidence, and is the history that led there "
		"unbroken?",
	.options = options,
	.operands = "[MODEL]",
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
