/* cmd_validate.c: `modelgate validate`: everything that is wrong with a spec, for every stage. */
#include <modelgate/check.h>
#include <modelgate/spec.h>

#include <jansson.h>
#include <string.h>

#include "base/escape.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/specfile.h"
#include "plan/refusals.h"

/* What was found for one stage, or without one. */
struct pass {
	const char *stage; /* NULL: none */
	struct mg_diags diags;
	struct mg_spec *spec; /* NULL when it has errors */
};

struct validation {
	struct mg_cli *cli;
	const char *path;
	char *text;
	size_t len;
	struct mg_spec_options options;
	struct pass *passes;
	size_t pass_count;
	struct mg_diags diags; /* of all passes, without repetition */
};

static int parse(struct validation *v, const char *stage, struct mg_error *err)
{
	struct pass *pass = &v->passes[v->pass_count++];
	pass->stage = stage;
	v->options.stage = stage;
	int code = mg_spec_parse(v->cli->arena, v->path, v->text, v->len, &v->options, &pass->diags,
		&pass->spec, err);
	if (code == MG_OK && pass->spec)
		mg_plan_refusals(v->cli->arena, pass->spec, &pass->diags);
	return code == MG_ESPEC ? MG_OK : code;
}

/* ---- one list out of many ---- */

static bool same(const struct mg_diag *a, const struct mg_diag *b)
{
	return a->pos.line == b->pos.line && a->pos.col == b->pos.col &&
		strcmp(a->message, b->message) == 0;
}

static bool has(const struct mg_diags *diags, const struct mg_diag *wanted)
{
	for (size_t i = 0; i < diags->count; i++)
		if (same(&diags->list[i], wanted))
			return true;
	return false;
}

static bool before(const struct mg_diag *a, const struct mg_diag *b)
{
	return a->pos.line != b->pos.line ? a->pos.line < b->pos.line : a->pos.col < b->pos.col;
}

static void insert(struct mg_diags *diags, struct mg_arena *arena, const struct mg_diag *diag)
{
	diags->list = mg_grow(arena, diags->list, diags->count, &diags->capacity, sizeof(*diag));
	size_t i = diags->count++;
	for (; i > 0 && before(diag, &diags->list[i - 1]); i--)
		diags->list[i] = diags->list[i - 1];
	diags->list[i] = *diag;
}

/* Findings of some stages only say which. */
static void merge(struct validation *v)
{
	struct mg_arena *arena = v->cli->arena;
	struct mg_diags seen = {.arena = arena};
	for (size_t i = 0; i < v->pass_count; i++) {
		for (size_t k = 0; k < v->passes[i].diags.count; k++) {
			struct mg_diag diag = v->passes[i].diags.list[k];
			if (has(&seen, &diag))
				continue;
			insert(&seen, arena, &diag);
			struct mg_text stages;
			mg_text_init(&stages, arena);
			size_t count = 0;
			for (size_t p = i; p < v->pass_count; p++) {
				if (!has(&v->passes[p].diags, &diag))
					continue;
				mg_text_addf(&stages, "%s%s", count++ ? ", " : "",
					v->passes[p].stage ? v->passes[p].stage : "none");
			}
			if (count < v->pass_count)
				diag.message = mg_printf(
					arena, "%s (stage %s)", diag.message, stages.data);
			insert(&v->diags, arena, &diag);
		}
	}
}

/* ---- output ---- */

static json_t *diag_json(const struct mg_diag *diag)
{
	json_t *json = json_object();
	json_object_set_new(json, "line", json_integer(diag->pos.line));
	json_object_set_new(json, "column", json_integer(diag->pos.col));
	json_object_set_new(json, "width", json_integer(diag->width));
	json_object_set_new(json, "message", json_string(diag->message));
	if (diag->accepted)
		json_object_set_new(json, "accepted", json_string(diag->accepted));
	if (diag->nearest)
		json_object_set_new(json, "nearest", json_string(diag->nearest));
	return json;
}

static size_t count_checks(const struct mg_spec *spec)
{
	size_t count = 0;
	for (size_t i = 0; i < spec->suite_count; i++)
		count += spec->suites[i].check_count;
	return count;
}

static void print_json(const struct validation *v, const struct mg_spec *spec)
{
	json_t *json = json_object(), *errors = json_array();
	for (size_t i = 0; i < v->diags.count; i++)
		json_array_append_new(errors, diag_json(&v->diags.list[i]));
	json_object_set_new(json, "path", json_string(mg_log_safe(v->cli->arena, v->path)));
	json_object_set_new(json, "good", json_boolean(v->diags.count == 0));
	json_object_set_new(json, "errors", errors);
	if (v->diags.count == 0) {
		json_object_set_new(json, "model", json_string(spec->model));
		json_object_set_new(json, "suites", json_integer((json_int_t)spec->suite_count));
		json_object_set_new(json, "checks", json_integer((json_int_t)count_checks(spec)));
		json_object_set_new(json, "stages", json_integer((json_int_t)spec->stage_count));
	}
	char *text = json_dumps(json, JSON_INDENT(2));
	json_decref(json);
	fprintf(v->cli->out, "%s\n", text ? text : "{}");
	mg_arena_own(v->cli->arena, text);
}

static void print_good(const struct validation *v, const struct mg_spec *spec)
{
	size_t checks = count_checks(spec);
	fprintf(v->cli->out, "%s: %zu suite%s, %zu check%s", mg_log_safe(v->cli->arena, v->path),
		spec->suite_count, spec->suite_count == 1 ? "" : "s", checks,
		checks == 1 ? "" : "s");
	if (spec->stage_count)
		fprintf(v->cli->out, ", %zu stage%s", spec->stage_count,
			spec->stage_count == 1 ? "" : "s");
	fprintf(v->cli->out, ": good\n");
}

/* ---- the command ---- */

/* Without a stage asked for: each stage that the file defines, or the file as it is. */
static int parse_all(struct validation *v, const char *stage, struct mg_error *err)
{
	size_t count = 0;
	const char **stages = stage ? NULL : mg_spec_stages(v->cli->arena, v->text, v->len, &count);
	v->passes = mg_alloc_array(v->cli->arena, count + 1, sizeof(*v->passes));
	if (count == 0)
		return parse(v, stage, err);
	for (size_t i = 0; i < count; i++)
		MG_TRY(parse(v, stages[i], err));
	return MG_OK;
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	struct validation v = {.cli = cli, .path = mg_arg_operand(args, 0)};
	if (!v.path)
		v.path = "modelgate.yaml";
	if (mg_specfile_load(cli, NULL, v.path, args, &v.text, &v.len, &v.options, &err) != MG_OK ||
		parse_all(&v, mg_arg_text(args, "stage"), &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	merge(&v);
	const struct mg_spec *spec = v.passes[0].spec;
	if (mg_arg_flag(args, "json"))
		print_json(&v, spec);
	if (v.diags.count) {
		if (!mg_arg_flag(args, "json"))
			fputs(mg_diags_text(cli->arena, &v.diags, v.path, v.text, v.len), cli->err);
		mg_fail(&err, MG_ESPEC, "%zu error%s in %s", v.diags.count,
			v.diags.count == 1 ? "" : "s", v.path);
		return mg_cli_fail(cli, &err);
	}
	if (!mg_arg_flag(args, "json"))
		print_good(&v, spec);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "stage",
		.value = "STAGE",
		.help = "check the spec as this stage sees it; every stage by default"},
	{.name = "var",
		.value = "NAME=VALUE",
		.repeat = true,
		.help = "set a variable of the spec"},
	{.name = "json", .help = "print the errors as JSON on standard output"},
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate validate", "check modelgate.yaml in this folder"},
	{"modelgate validate models/churn/modelgate.yaml --stage PRD",
		"check a spec with the overlays of PRD"},
	{"modelgate validate --json", "print the errors for a program"},
	{NULL, NULL},
};

const struct mg_command mg_command_validate = {
	.name = "validate",
	.summary = "find everything that is wrong with a spec",
	.description =
		"Reads a spec (modelgate.yaml by default) and lists all its errors, each with its "
		"place, what would be accepted and the nearest known word. A spec with stages is "
		"checked as each of them sees it. No data is opened: whether files and columns "
		"exist shows when the spec is run.",
	.options = options,
	.operands = "[SPEC]",
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
