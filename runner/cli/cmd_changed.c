/* cmd_changed.c: `modelgate changed`: the models that a range of commits touches, for a pipeline. */
#include <string.h>

#include "base/escape.h"
#include "base/map.h"
#include "cli/cli.h"
#include "cli/registry.h"
#include "registry/changed.h"

static void add_fields(struct mg_json *json, const struct mg_changed_model *model)
{
	mg_json_text(json, "model", model->name);
	mg_json_text(json, "folder", model->folder);
	mg_json_text(json, "spec", model->spec);
}

static void print_names(struct mg_text *out, const struct mg_changed *changed)
{
	for (size_t i = 0; i < changed->count; i++)
		mg_text_addf(out, "%s\n", mg_log_safe(out->arena, changed->list[i].name));
}

static void print_json(struct mg_text *out, const struct mg_changed *changed)
{
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '[', false);
	for (size_t i = 0; i < changed->count; i++) {
		mg_json_open(&json, NULL, '{', false);
		add_fields(&json, &changed->list[i]);
		mg_json_text(&json, "because", changed->list[i].path);
		mg_json_close(&json, '}');
	}
	mg_json_close(&json, ']');
	mg_text_add_char(out, '\n');
}

/* Names of a matrix begin with a letter and hold letters, digits and _, at most 100; two models may
 * come to one name. */
static const char *matrix_name(struct mg_map *taken, const char *model)
{
	enum { MOST = 90 };
	struct mg_text name;
	mg_text_init(&name, taken->arena);
	for (const char *s = model; *s && name.len < MOST; s++) {
		bool letter = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z');
		if (name.len == 0 && !letter)
			mg_text_add(&name, "m_");
		mg_text_add_char(&name, letter || (*s >= '0' && *s <= '9') ? *s : '_');
	}
	const char *wanted = name.data;
	for (int i = 2; mg_map_has(taken, wanted); i++)
		wanted = mg_printf(taken->arena, "%s_%d", name.data, i);
	mg_map_put(taken, wanted, NULL);
	return wanted;
}

static void print_matrix(struct mg_text *out, const struct mg_changed *changed)
{
	struct mg_json json = {.out = out};
	struct mg_map taken;
	mg_map_init(&taken, out->arena);
	mg_json_open(&json, NULL, '{', true);
	for (size_t i = 0; i < changed->count; i++) {
		mg_json_open(&json, matrix_name(&taken, changed->list[i].name), '{', true);
		add_fields(&json, &changed->list[i]);
		mg_json_close(&json, '}');
	}
	mg_json_close(&json, '}');
	mg_text_add_char(out, '\n');
}

/* Of what the service takes; it says nothing of use about more. */
enum { MOST_LEGS = 256 };

/* The values become variables of a job, and Azure fills in a $(name) that stands in a variable: whoever
 * names a folder could have secrets printed. */
static int check_matrix(const struct mg_changed *changed, struct mg_error *err)
{
	if (changed->count > MOST_LEGS)
		return mg_fail(err, MG_EUSAGE,
			"%zu models changed, and a matrix of Azure Pipelines has at most %d jobs: "
			"split the change, or test the models by stages of their own",
			changed->count, MOST_LEGS);
	for (size_t i = 0; i < changed->count; i++) {
		const struct mg_changed_model *m = &changed->list[i];
		if (strstr(m->name, "$(") || strstr(m->folder, "$(") || strstr(m->spec, "$("))
			return mg_fail(err, MG_EUSAGE,
				"model '%s' (%s) has '$(' in its name or path, which Azure Pipelines "
				"takes for a variable to fill in; rename it",
				m->name, m->spec);
	}
	return MG_OK;
}

static const struct {
	const char *name;
	void (*print)(struct mg_text *out, const struct mg_changed *changed);
	int (*check)(const struct mg_changed *changed, struct mg_error *err); /* or NULL */
} formats[] = {{"names", print_names, NULL}, {"json", print_json, NULL},
	{"azure-matrix", print_matrix, check_matrix}};
static const char *const format_names[] = {"names", "json", "azure-matrix", NULL};

/* A branch whose policy is wrong must not keep the commit that mends it from being looked at. */
static int find_branch_policy(struct mg_cli *cli, const struct mg_args *args,
	const struct mg_git *git, struct mg_authority *out, struct mg_error *err)
{
	struct mg_error wrong = {0};
	int code = mg_registry_authority(cli, args, NULL, git, out, &wrong);
	if (code == MG_ESPEC) {
		out->problem = "its policy is invalid";
		mg_cli_note(cli, "the policy of the protected branch is ignored: %s", wrong.text);
		return MG_OK;
	}
	if (code != MG_OK)
		*err = wrong;
	return code;
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	MG_SCOPED_GIT struct mg_git git = {0};
	struct mg_changed changed = {0};
	struct mg_authority authority = {0};
	struct mg_map lacks;
	mg_map_init(&lacks, cli->arena);
	int code = mg_git_open(cli->arena, mg_arg_text(args, "repo"), &git, &err);
	git.lacks = &lacks;
	if (code == MG_OK)
		code = find_branch_policy(cli, args, &git, &authority, &err);
	if (code == MG_OK)
		code = mg_changed_read(cli->arena, &git,
			authority.problem ? NULL : &authority.policy, mg_arg_operand(args, 0),
			&changed, &err);
	if (mg_arg_flag(args, "missing"))
		return mg_registry_print_missing(cli, &lacks, &err);
	if (code != MG_OK)
		return mg_cli_fail(cli, &err);
	if (changed.models == 0)
		mg_cli_note(cli,
			"no model found: no folder has a modelgate.yaml, and .modelgate.yaml "
			"lists no models");
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (!mg_streq(formats[i].name, mg_arg_text(args, "format")))
			continue;
		if (formats[i].check && formats[i].check(&changed, &err) != MG_OK)
			return mg_cli_fail(cli, &err);
		formats[i].print(&text, &changed);
	}
	fputs(text.data, cli->out);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "format",
		.value = "FORMAT",
		.choices = format_names,
		.default_text = "names",
		.help = "names, one per line; JSON with the reasons; or the matrix of an Azure job in one "
			"line"},
	MG_MISSING_OPTION,
	MG_REGISTRY_OPTIONS,
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate changed origin/main...HEAD", "list the models that this branch touches"},
	{"modelgate changed \"$BASE\"..HEAD --format azure-matrix",
		"make one job for each of them in Azure Pipelines"},
	{NULL, NULL},
};

const struct mg_command mg_command_changed = {
	.name = "changed",
	.summary = "list the models that a range of commits touches",
	.description =
		"Compares two commits: BASE..HEAD as they are, BASE...HEAD since they diverged "
		"(what a pull request changes). A model is touched by files in its folder, its "
		"spec, the inputs that .modelgate.yaml lists for it, and files that its spec's "
		"data names. Models are those of .modelgate.yaml, else every folder with a "
		"modelgate.yaml. A BASE of zeros, as a new branch has, lists all of them.",
	.options = options,
	.operands = "BASE..HEAD",
	.least_operands = 1,
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
