/* cmd_show.c: `modelgate show`: everything that one tag says. */
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "cli/cli.h"
#include "cli/registry.h"
#include "evidence/evidence.h"
#include "evidence/inputs.h"
#include "evidence/signature.h"
#include "registry/ledger.h"
#include "registry/signer.h"
#include "registry/tag_name.h"
#include "report/columns.h"

enum { LABEL_WIDTH = 12 };

/* ---- which tag ---- */

/* "models/churn=churn" or "models/churn:churn" before the first # or @. */
static const char *model_of(struct mg_arena *arena, const char *tag)
{
	char *model = mg_strndup(arena, tag, strcspn(tag, "#@"));
	char *equals = strchr(model, '=');
	if (equals)
		*equals = ':';
	return model;
}

static const struct mg_event *find_tag(
	struct mg_arena *arena, const struct mg_model *model, const char *tag)
{
	char *written = mg_strdup(arena, tag);
	char *colon = strchr(written, ':');
	if (colon)
		*colon = '=';
	for (size_t i = 0; i < model->event_count; i++)
		if (mg_streq(model->events[i].tag, written))
			return &model->events[i];
	return NULL;
}

/* MODEL#STAGE: what stands there; MODEL@latest, MODEL@greatest: the greatest version. */
static const struct mg_event *find_shortcut(const struct mg_model *model, const char *tag)
{
	const char *rest = tag + strcspn(tag, "#@");
	if (*rest == '#') {
		const struct mg_standing *standing = mg_model_standing(model, rest + 1);
		return standing ? standing->event : NULL;
	}
	if (!mg_streq(rest, "@latest") && !mg_streq(rest, "@greatest"))
		return NULL;
	const struct mg_version *latest = mg_model_latest(model);
	return latest ? latest->event : NULL;
}

static int find(const struct mg_registry *registry, const char *tag, const struct mg_model *model,
	const struct mg_event **out, struct mg_error *err)
{
	*out = find_tag(registry->arena, model, tag);
	if (!*out)
		*out = find_shortcut(model, tag);
	if (*out)
		return MG_OK;
	for (size_t i = 0; i < registry->ledger.stray_count; i++)
		if (mg_streq(registry->ledger.strays[i].tag, tag))
			return mg_fail(err, MG_ENOTFOUND, "tag '%s' is not an event of '%s': %s",
				tag, model->name, registry->ledger.strays[i].why);
	return mg_fail(err, MG_ENOTFOUND,
		"this clone has no tag '%s', and no version is there; 'modelgate history %s' "
		"lists the tags there are",
		tag, model->name);
}

/* ---- for people ---- */

static void add_line(struct mg_text *out, const char *label, const char *value)
{
	if (!value || !*value)
		return;
	mg_add_padded(out, label, LABEL_WIDTH, false);
	mg_text_addf(out, "%s\n", mg_log_safe(out->arena, value));
}

static const char *named(struct mg_arena *arena, const char *name, const char *word, const char *id)
{
	if (!name)
		return id ? mg_printf(arena, "%s%s", word, id) : NULL;
	return id ? mg_printf(arena, "%s  %s%s", name, word, id) : name;
}

/* What the profiles that the run read were made of. */
static void add_profiles(struct mg_text *out, const struct mg_run *run)
{
	for (size_t i = 0; i < run->input_count; i++) {
		const char *words = mg_input_profile_words(out->arena, &run->inputs[i]);
		if (words)
			add_line(out, "profile",
				mg_printf(out->arena, "%s: %s", run->inputs[i].path, words));
	}
}

/* Files that the run read and that git does not keep. */
static void add_outside(struct mg_text *out, const struct mg_git *git, const struct mg_event *event,
	const struct mg_run *run)
{
	struct mg_inputs inputs = {0};
	const char *label = "outside git";
	git_oid commit;
	if (git_oid_fromstr(&commit, event->commit) != 0)
		return;
	mg_inputs_compare(out->arena, git, &commit, run, NULL, &inputs);
	for (size_t i = 0; i < run->input_count; i++) {
		const struct mg_input *input = &run->inputs[i];
		if (inputs.places[i] != MG_INPUT_OUTSIDE)
			continue;
		add_line(out, label,
			mg_printf(out->arena, "%s: %s  %s%s", input->data, input->path,
				input->table.kind ? "" : "sha256:",
				input->table.kind ? mg_input_state_words(out->arena, input)
						  : input->sha256));
		label = "";
	}
}

static void add_evidence(struct mg_text *out, const struct mg_git *git,
	const struct mg_model *model, const struct mg_event *event)
{
	struct mg_arena *arena = out->arena;
	const struct mg_trailers *t = &event->trailers;
	struct mg_evidence_read read = {0};
	struct mg_error err = {0};
	const char *problem;
	if (!t->evidence)
		return;
	add_line(out, "evidence", named(arena, t->evidence, "sha256:", t->evidence_sha256));
	mg_evidence_words(arena, git, model, event, &problem);
	if (problem)
		add_line(out, "", mg_printf(arena, "it is not whole: %s", problem));
	if (problem || mg_evidence_read(arena, git, event, &read, &err) != MG_OK)
		return;
	const struct mg_counts *counts = &read.run->counts;
	add_line(out, "",
		mg_printf(arena,
			"it is whole: run of %s, %d passed, %d warned, %d failed, %d in error",
			mg_clock_text(arena, read.run->started_us - read.run->started_us % 1000000),
			(int)counts->pass, (int)counts->warn, (int)counts->fail,
			(int)counts->error));
	add_profiles(out, read.run);
	add_outside(out, git, event, read.run);
}

/* A later attempt says that an earlier one was not taken. */
static const char *attempt_words(struct mg_arena *arena, const char *attempt)
{
	const char *number = attempt ? strrchr(attempt, ' ') : NULL;
	if (!number || mg_streq(number, " 1"))
		return attempt;
	return mg_printf(arena, "%s; it was run before, and run again", attempt);
}

static const char *earlier_words(struct mg_arena *arena, const struct mg_trailers *t)
{
	const char *number = t->attempt ? strrchr(t->attempt, ' ') : NULL;
	if (t->earlier)
		return mg_printf(arena, "earlier: %s", t->earlier);
	return !number || mg_streq(number, " 1") ? NULL : "its result then is not on record";
}

/* Whose, where the policy says whose keys count. */
static const char *signature_words(struct mg_arena *arena, const struct mg_git *git,
	const struct mg_signers *signers, const struct mg_event *event)
{
	const char *signer = NULL, *why = NULL;
	struct mg_error err = {0};
	if (!event->signature)
		return "none";
	if (!mg_starts_with(event->signature, "-----BEGIN SSH"))
		return "not an SSH signature; 'git tag -v' checks it";
	if (!signers->path)
		return "SSH, by an unknown key: the policy has no allowed_signers";
	if (mg_signer_of(arena, git, signers, event, &signer, &why, &err) != MG_OK)
		why = err.text;
	if (why)
		return mg_printf(arena, "SSH, and not valid: %s", why);
	return mg_printf(arena, "SSH, by %s%s", signer,
		mg_signer_is(arena, signer, event->email) ? "" : ", who is not the tagger");
}

static void print(struct mg_text *out, const struct mg_registry *registry,
	const struct mg_model *model, const struct mg_event *event, const struct mg_style *style)
{
	struct mg_arena *arena = out->arena;
	const struct mg_trailers *t = &event->trailers;
	const char *sentence = mg_strndup(arena, event->message, strcspn(event->message, "\n"));
	mg_text_addf(out, "%s%s%s\n", mg_style_ink(style, MG_INK_BOLD), event->tag,
		mg_style_ink(style, MG_INK_PLAIN));
	if (*sentence)
		mg_text_addf(out, "%s\n", mg_log_safe(arena, sentence));
	mg_text_add_char(out, '\n');
	add_line(out, "what",
		mg_printf(arena, "%s %s", model->name, mg_event_what(arena, model, event)));
	add_line(out, "when", mg_clock_text(arena, event->time_us));
	add_line(out, "by", mg_printf(arena, "%s <%s>", event->author, event->email));
	add_line(out, "commit", event->commit);
	add_line(out, "tag object", event->id);
	add_line(out, "decision",
		t->format ? mg_decision_words(event) : "none: the tag was not made by modelgate");
	add_line(out, "reason", t->reason);
	for (size_t i = 0; i < t->approver_count; i++)
		add_line(out, i ? "" : "approved by", t->approvers[i]);
	add_line(out, "version", t->version);
	add_line(out, "from", named(arena, t->from, "", t->from_id));
	add_line(out, "previous", named(arena, t->previous, "", t->previous_id));
	add_line(out, "spec", named(arena, t->spec, "sha256:", t->spec_sha256));
	add_line(out, "run", named(arena, NULL, "sha256:", t->run_sha256));
	add_line(out, "variables", t->vars);
	add_line(out, "attempt", attempt_words(arena, t->attempt));
	add_line(out, "", earlier_words(arena, t));
	add_line(out, "deployed", t->deployed ? "before the tag was made" : NULL);
	add_line(out, "branch", named(arena, t->branch, "", t->branch_id));
	add_line(out, "policy", named(arena, NULL, "sha256:", t->policy_sha256));
	add_line(out, "MLflow run", t->mlflow_run);
	add_line(out, "  version", t->mlflow_version);
	add_line(out, "build", t->build);
	add_evidence(out, &registry->git, model, event);
	add_line(out, "signature",
		signature_words(arena, &registry->git, &registry->authority.signers, event));
}

/* What the run read, and whether git keeps it. */
static void add_inputs(struct mg_json *json, const struct mg_git *git, const struct mg_event *event)
{
	struct mg_arena *arena = json->out->arena;
	struct mg_evidence_read read = {0};
	struct mg_inputs inputs = {0};
	struct mg_error err = {0};
	git_oid commit;
	if (!event->trailers.evidence || git_oid_fromstr(&commit, event->commit) != 0 ||
		mg_evidence_read(arena, git, event, &read, &err) != MG_OK)
		return;
	mg_inputs_compare(arena, git, &commit, read.run, NULL, &inputs);
	mg_json_open(json, "inputs", '[', false);
	for (size_t i = 0; i < read.run->input_count; i++) {
		mg_json_open(json, NULL, '{', true);
		mg_json_text(json, "data", read.run->inputs[i].data);
		mg_json_text(json, "path", read.run->inputs[i].path);
		mg_json_text(json, "place", mg_input_place_word(inputs.places[i]));
		mg_json_text(json, "sha256", read.run->inputs[i].sha256);
		if (read.run->inputs[i].table.kind)
			mg_json_text(
				json, "state", mg_input_state_words(arena, &read.run->inputs[i]));
		const char *profile = mg_input_profile_words(arena, &read.run->inputs[i]);
		if (profile)
			mg_json_text(json, "profile", profile);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

static void print_json(struct mg_text *out, const struct mg_git *git, const struct mg_model *model,
	const struct mg_event *event)
{
	struct mg_json json = {.out = out};
	const char *problem = NULL;
	mg_json_open(&json, NULL, '{', false);
	mg_event_json(&json, model, event);
	mg_json_text(&json, "evidence_state",
		mg_evidence_words(out->arena, git, model, event, &problem));
	mg_json_text(&json, "evidence_problem", problem);
	add_inputs(&json, git, event);
	mg_json_close(&json, '}');
	mg_text_add_char(out, '\n');
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	MG_SCOPED_REGISTRY struct mg_registry registry = {0};
	const char *tag = mg_arg_operand(args, 0);
	const char *name = model_of(cli->arena, tag);
	const struct mg_model *model = NULL;
	const struct mg_event *event = NULL;
	if (!strpbrk(tag, "#@")) {
		mg_fail(&err, MG_EUSAGE,
			"'%s' is not a tag; accepted are MODEL#STAGE#N, MODEL@vX.Y.Z, or "
			"MODEL#STAGE for what is there now",
			tag);
		return mg_cli_fail(cli, &err);
	}
	if (mg_registry_open(cli, args, NULL, name, &registry, &err) != MG_OK ||
		mg_registry_model(&registry, name, &model, &err) != MG_OK ||
		find(&registry, tag, model, &event, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	if (mg_arg_flag(args, "json"))
		print_json(&text, &registry.git, model, event);
	else
		print(&text, &registry, model, event, &cli->out_style);
	fputs(text.data, cli->out);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "json", .help = "print JSON"},
	MG_REGISTRY_OPTIONS,
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate show 'churn#PRD#3'", "show what this tag says"},
	{"modelgate show 'churn#PRD'", "show why the version in PRD is there"},
	{"modelgate show churn@latest", "show who registered the highest version, and when"},
	{NULL, NULL},
};

const struct mg_command mg_command_show = {
	.name = "show",
	.summary = "show what a tag says: who, when, by which decision, on which evidence",
	.description =
		"Takes the name of a tag, or GTO's shortcuts: MODEL#STAGE is the tag of the "
		"version now in the stage, MODEL@latest that of the highest version. Quote a name "
		"with # in a shell.",
	.options = options,
	.operands = "TAG",
	.least_operands = 1,
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
