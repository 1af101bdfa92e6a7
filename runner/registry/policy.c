/* policy.c: .modelgate.yaml by tables of keys, else the stages of .gto, else the defaults. */
#include "registry/policy.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "registry/tag_name.h"
#include "spec/read.h"

#define POLICY_FILE ".modelgate.yaml"
#define GTO_FILE ".gto"
enum {
	STAGES_MAX = 32,
	MODELS_MAX = 10000,
	DAY_S = 86400,
	AGE_MOST_S = 3650 * DAY_S,
	LEAST_RHYTHM_S = 60
};
/* As long as an approval in Azure Pipelines may wait. */
#define MAX_AGE_US (INT64_C(30) * DAY_S * 1000000)

/* ---- keys ---- */

struct raw_policy {
	const struct mg_node *stages, *protected_branch, *models, *overriders, *allowed_signers,
		*max_age, *fail_on, *tables, *vars, *signer, *approvals, *monitor;
};
#define RAW struct raw_policy
static const struct mg_key policy_keys[] = {
	MG_KEY_SHAPE(RAW, stages, "stages", "stages in order: names, or mappings"),
	MG_KEY_SHAPE(RAW, protected_branch, "branch", "branch that promoted commits must be on"),
	MG_KEY_SHAPE(RAW, models, "models", "models by name: a folder, or a mapping"),
	MG_KEY_SHAPE(RAW, monitor, "monitor", "how often runs are expected, by stage"),
	MG_KEY_SHAPE(RAW, overriders, "people", "who may pass a rule with --override"),
	MG_KEY_SHAPE(RAW, allowed_signers, "path", "file of the keys that may sign tags"),
	MG_KEY_SHAPE(RAW, signer, "signer", "tagger: a tag's signer must be its tagger"),
	MG_KEY_SHAPE(RAW, max_age, "duration", "how old a run may be when it is promoted"),
	MG_KEY_SHAPE(RAW, fail_on, "fail-on", "warn: a run that warned has not passed"),
	MG_KEY_SHAPE(
		RAW, tables, "tables-rule", "what every table must be: pinned, whole, or both"),
	MG_KEY_SHAPE(RAW, vars, "vars-rule", "fixed: --var may change no variable of the spec"),
	MG_KEY_SHAPE(
		RAW, approvals, "approvals-rule", "service: only who the service says approved"),
	MG_KEYS_END,
};
#undef RAW

struct raw_stage {
	const struct mg_node *name, *suites, *approvers, *signed_tags;
};
#define RAW struct raw_stage
static const struct mg_key stage_keys[] = {
	MG_KEY_SHAPE(RAW, name, "stage-name", "name of the stage", .required = true),
	MG_KEY_SHAPE(RAW, suites, "suite-names", "suites that a run must hold"),
	MG_KEY_SHAPE(RAW, approvers, "people", "people, one of whom must approve"),
	{.field = {.name = "signed",
		 .type = MG_FIELD_TEXT,
		 .offset = offsetof(RAW, signed_tags),
		 .help = "whether tags of this stage must be signed"},
		.shape = "bool"},
	MG_KEYS_END,
};
#undef RAW

struct raw_model {
	const struct mg_node *folder, *spec, *inputs, *monitor;
};
#define RAW struct raw_model
static const struct mg_key model_keys[] = {
	MG_KEY_SHAPE(
		RAW, folder, "path", "folder of the model in the repository", .required = true),
	MG_KEY_SHAPE(RAW, spec, "path", "its spec; modelgate.yaml in the folder by default"),
	MG_KEY_SHAPE(RAW, inputs, "paths", "further files that it is made of, or patterns"),
	MG_KEY_SHAPE(RAW, monitor, "monitor", "how often its runs are expected, by stage"),
	MG_KEYS_END,
};
#undef RAW

/* ---- values ---- */

static void read_list(struct mg_reader *r, const struct mg_node *node, const char *what,
	const char ***out, size_t *out_count)
{
	struct mg_texts texts = {0};
	if (node && mg_read_texts(r, node, what, &texts)) {
		*out = texts.list;
		*out_count = texts.count;
	}
}

/* A path from the top of the repository, in its plain form: no / at the ends, no . or .. */
static bool read_path(struct mg_reader *r, const struct mg_node *node, const char *what,
	bool may_be_top, const char **out)
{
	const char *text = NULL;
	if (!mg_read_text(r, node, what, &text))
		return false;
	const char *path = mg_path_plain(r->arena, "", text);
	if (!path || (!*path && !may_be_top)) {
		mg_diag_at(r->diags, node, "%s cannot be '%s'", what, mg_diag_quote(r->arena, text))
			->accepted =
			"a path inside the repository, from its top, such as models/churn";
		return false;
	}
	*out = path;
	return true;
}

static void read_stage_name(
	struct mg_reader *r, const struct mg_node *node, struct mg_policy *out, const char **name)
{
	const char *text = NULL;
	char *ignored = NULL;
	struct mg_error err;
	if (!mg_read_name(r, node, MG_NAME_STAGE, &text))
		return;
	const struct mg_tag_name tag = {
		.type = MG_EVENT_ASSIGN, .model = "m", .stage = text, .counter = 1};
	if (mg_tag_name_write(r->arena, &tag, &ignored, &err) != MG_OK) {
		mg_diag_at(r->diags, node, "a stage's name cannot be '%s'",
			mg_diag_quote(r->arena, text))
			->accepted = "letters, digits, - and _, first and last a letter or digit";
		return;
	}
	for (size_t i = 0; i < out->stage_count; i++)
		if (mg_streq(out->stages[i].name, text))
			mg_diag_at(r->diags, node, "stage '%s' is listed twice", text);
	*name = text;
}

/* A name, or {name, suites, approvers, signed}. */
static void read_stage(struct mg_reader *r, const struct mg_node *node, struct mg_policy *out)
{
	struct mg_policy_stage stage = {0};
	if (node->type == MG_NODE_MAPPING) {
		struct raw_stage raw = {0};
		mg_read_table(r, node, "a stage", stage_keys, &raw);
		if (raw.name)
			read_stage_name(r, raw.name, out, &stage.name);
		read_list(r, raw.suites, "suites", &stage.suites, &stage.suite_count);
		read_list(r, raw.approvers, "approvers", &stage.approvers, &stage.approver_count);
		if (raw.signed_tags)
			mg_read_bool(r, raw.signed_tags, "signed", &stage.signed_tags);
	} else {
		read_stage_name(r, node, out, &stage.name);
	}
	if (stage.name)
		out->stages[out->stage_count++] = stage;
}

static void read_stages(struct mg_reader *r, const struct mg_node *node, struct mg_policy *out)
{
	if (!mg_expect(r, node, MG_NODE_LIST, "stages", "a list such as [PPD, PPS, PRD]"))
		return;
	if (node->count == 0 || node->count > STAGES_MAX) {
		mg_diag_at(r->diags, node, "stages has %zu entries", node->count)
			->accepted = mg_printf(r->arena, "1 to %d", STAGES_MAX);
		return;
	}
	out->stages = mg_alloc_array(r->arena, node->count, sizeof(*out->stages));
	out->stage_count = 0;
	for (size_t i = 0; i < node->count; i++)
		read_stage(r, node->items[i], out);
}

static void check_is_stage(
	struct mg_reader *r, const struct mg_node *key, const struct mg_policy *policy)
{
	const char **names = mg_alloc_array(r->arena, policy->stage_count, sizeof(*names));
	for (size_t i = 0; i < policy->stage_count; i++)
		names[i] = policy->stages[i].name;
	if (!mg_among(key->text, names, policy->stage_count))
		mg_diag_at(r->diags, key, "monitor names a stage '%s' that is not there",
			mg_diag_quote(r->arena, key->text))
			->accepted = mg_diag_words(r->arena, names, policy->stage_count);
}

/* {PRD: 1d}, of stages of the policy. */
static void read_monitors(struct mg_reader *r, const struct mg_node *node,
	const struct mg_policy *policy, struct mg_policy_monitor **out, size_t *out_count)
{
	if (!node || !mg_expect(r, node, MG_NODE_MAPPING, "monitor", "a mapping such as {PRD: 1d}"))
		return;
	*out = mg_alloc_array(r->arena, node->count, sizeof(**out));
	for (size_t i = 0; i < node->count; i++) {
		const struct mg_pair *pair = &node->pairs[i];
		double seconds = 0;
		check_is_stage(r, pair->key, policy);
		if (mg_read_duration(
			    r, pair->value, pair->key->text, LEAST_RHYTHM_S, AGE_MOST_S, &seconds))
			(*out)[(*out_count)++] = (struct mg_policy_monitor){
				pair->key->text, (int64_t)(seconds * 1e6)};
	}
}

static bool check_model_name(struct mg_reader *r, const struct mg_node *key)
{
	char *ignored = NULL;
	struct mg_error err;
	if (mg_tag_model(r->arena, key->text, &ignored, &err) == MG_OK)
		return true;
	mg_diag_at(
		r->diags, key, "a model's name cannot be '%s'", mg_diag_quote(r->arena, key->text))
		->accepted =
		"letters, digits, - and _, first and last a letter or digit; or a folder "
		"and a name: models/churn:churn";
	return false;
}

/* name: folder, or name: {folder, spec, inputs, monitor} */
static void read_model(struct mg_reader *r, const struct mg_pair *pair, struct mg_policy *out)
{
	struct mg_policy_model model = {.name = pair->key->text};
	bool good = check_model_name(r, pair->key);
	if (pair->value->type == MG_NODE_MAPPING) {
		struct raw_model raw = {0};
		good = mg_read_table(r, pair->value, "a model", model_keys, &raw) && good;
		if (raw.folder)
			good = read_path(r, raw.folder, "folder", true, &model.folder) && good;
		if (raw.spec)
			good = read_path(r, raw.spec, "spec", false, &model.spec) && good;
		read_list(r, raw.inputs, "inputs", &model.inputs, &model.input_count);
		read_monitors(r, raw.monitor, out, &model.monitors, &model.monitor_count);
	} else {
		good = read_path(r, pair->value, "a model's folder", true, &model.folder) && good;
	}
	if (good)
		out->models[out->model_count++] = model;
}

static void read_models(struct mg_reader *r, const struct mg_node *node, struct mg_policy *out)
{
	if (!mg_expect(
		    r, node, MG_NODE_MAPPING, "models", "a mapping such as {churn: models/churn}"))
		return;
	if (node->count > MODELS_MAX) {
		mg_diag_at(r->diags, node, "models has %zu entries", node->count)
			->accepted = mg_printf(r->arena, "at most %d", MODELS_MAX);
		return;
	}
	out->models = mg_alloc_array(r->arena, node->count, sizeof(*out->models));
	for (size_t i = 0; i < node->count; i++)
		read_model(r, &node->pairs[i], out);
}

/* Signatures can only be checked against somebody's keys. */
static void check_signers(
	struct mg_reader *r, const struct mg_node *stages, const struct mg_policy *policy)
{
	for (size_t i = 0; i < policy->stage_count; i++) {
		if (!policy->stages[i].signed_tags || policy->allowed_signers)
			continue;
		mg_diag_at(r->diags, stages,
			"stage %s requires signed tags, but no key may sign them: allowed_signers "
			"is missing",
			policy->stages[i].name)
			->accepted = "allowed_signers: a file in the repository, as ssh-keygen -Y "
				     "verify reads it";
		return;
	}
}

/* One word, or a list of them. */
static void read_tables(struct mg_reader *r, const struct mg_node *node, struct mg_policy *out)
{
	static const char *const words[] = {"any", "pinned", "whole", NULL};
	bool list = node->type == MG_NODE_LIST;
	for (size_t i = 0; i < (list ? node->count : 1); i++) {
		int choice = 0;
		if (!mg_read_choice(r, list ? node->items[i] : node, "tables", words, &choice))
			continue;
		out->pinned_tables = out->pinned_tables || choice == 1;
		out->whole_tables = out->whole_tables || choice == 2;
	}
}

/* What a run must be like, besides its verdict. */
static void read_run_rules(struct mg_reader *r, const struct raw_policy *raw, struct mg_policy *out)
{
	static const char *const fail_on[] = {"fail", "warn", NULL};
	static const char *const vars[] = {"free", "fixed", NULL};
	double seconds = 0;
	int choice = 0;
	if (raw->max_age && mg_read_duration(r, raw->max_age, "max_age", 1, AGE_MOST_S, &seconds))
		out->max_age_us = (int64_t)(seconds * 1e6);
	if (raw->fail_on && mg_read_choice(r, raw->fail_on, "fail_on", fail_on, &choice))
		out->fail_on_warn = choice == 1;
	if (raw->tables)
		read_tables(r, raw->tables, out);
	if (raw->vars && mg_read_choice(r, raw->vars, "vars", vars, &choice))
		out->fixed_vars = choice == 1;
}

static void read_root(struct mg_reader *r, const struct mg_node *root, struct mg_policy *out)
{
	struct raw_policy raw = {0};
	mg_read_table(r, root, "the policy", policy_keys, &raw);
	if (raw.stages)
		read_stages(r, raw.stages, out);
	if (raw.protected_branch)
		mg_read_filled_text(
			r, raw.protected_branch, "protected_branch", &out->protected_branch);
	if (raw.models)
		read_models(r, raw.models, out);
	read_monitors(r, raw.monitor, out, &out->monitors, &out->monitor_count);
	read_list(r, raw.overriders, "overriders", &out->overriders, &out->overrider_count);
	if (raw.allowed_signers)
		read_path(r, raw.allowed_signers, "allowed_signers", false, &out->allowed_signers);
	static const char *const signers[] = {"anybody", "tagger", NULL};
	static const char *const approvals[] = {"claimed", "service", NULL};
	int choice = 0;
	if (raw.signer && mg_read_choice(r, raw.signer, "signer", signers, &choice))
		out->signer_is_tagger = choice == 1;
	if (raw.approvals && mg_read_choice(r, raw.approvals, "approvals", approvals, &choice))
		out->service_approvals = choice == 1;
	read_run_rules(r, &raw, out);
	if (raw.stages && r->diags->count == 0)
		check_signers(r, raw.stages, out);
}

/* ---- errors ---- */

static int fail(const struct mg_diags *diags, const char *file, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct mg_text text;
	mg_text_init(&text, arena);
	size_t shown = 0;
	for (; shown < diags->count && text.len < sizeof(err->text) / 2; shown++) {
		const struct mg_diag *diag = &diags->list[shown];
		mg_text_addf(&text, "%s%s:%d:%d: %s", shown ? "; " : "", file, diag->pos.line,
			diag->pos.col, diag->message);
		if (diag->accepted)
			mg_text_addf(&text, " (accepted: %s)", diag->accepted);
		if (diag->nearest)
			mg_text_addf(&text, " (did you mean '%s'?)", diag->nearest);
	}
	if (shown < diags->count)
		mg_text_addf(&text, "; and %zu more", diags->count - shown);
	return mg_fail(err, MG_ESPEC, "%s", text.data);
}

/* ---- files ---- */

void mg_policy_defaults(struct mg_policy *out)
{
	static const char *const names[] = {"PPD", "PPS", "PRD"};
	static struct mg_policy_stage stages[3];
	for (size_t i = 0; i < 3; i++)
		stages[i].name = names[i];
	*out = (struct mg_policy){.stages = stages, .stage_count = 3, .max_age_us = MAX_AGE_US};
}

/* MG_ENOTFOUND without a message worth telling when there is no such file. */
static int read_file(struct mg_arena *arena, const struct mg_git *git, const git_oid *commit,
	const char *name, const char **out, size_t *out_len, struct mg_error *err)
{
	git_oid head;
	if (commit)
		return mg_git_file(arena, git, commit, name, out, out_len, err);
	if (git->top) {
		char *text = NULL;
		MG_TRY(mg_file_read(arena, mg_path_join(arena, git->top, name), MG_SPEC_MAX_BYTES,
			&text, out_len, err));
		*out = text;
		return MG_OK;
	}
	MG_TRY(mg_git_commit(git, "HEAD", &head, err));
	return mg_git_file(arena, git, &head, name, out, out_len, err);
}

static bool has_content(const char *text, size_t len)
{
	for (const char *s = text; s < text + len;) {
		const char *end = memchr(s, '\n', (size_t)(text + len - s));
		end = end ? end : text + len;
		s += strspn(s, " \t\r");
		if (s < end && *s != '#')
			return true;
		s = end + 1;
	}
	return false;
}

static int read_policy(struct mg_arena *arena, const char *text, size_t len, struct mg_policy *out,
	struct mg_error *err)
{
	struct mg_diags diags = {.arena = arena};
	struct mg_reader reader = {.arena = arena, .diags = &diags};
	struct mg_policy policy;
	mg_policy_defaults(&policy);
	/* Nothing but remarks in it: the defaults. */
	if (has_content(text, len)) {
		const struct mg_node *root = mg_node_read(arena, text, len, &diags);
		if (root && diags.count == 0)
			read_root(&reader, root, &policy);
	}
	mg_diags_sort(&diags);
	if (diags.count > 0)
		return fail(&diags, POLICY_FILE, err);
	char hex[65];
	mg_sha256(text, len, hex);
	policy.path = POLICY_FILE;
	policy.sha256 = mg_strdup(arena, hex);
	*out = policy;
	return MG_OK;
}

/* Names that GTO takes for a stage; those with a / are read, though never written. */
static void read_gto_stages(struct mg_reader *r, const struct mg_node *node, struct mg_policy *out)
{
	struct mg_texts names = {0};
	if (!mg_read_texts(r, node, "stages", &names) || names.count == 0)
		return;
	out->stages = mg_alloc_array(r->arena, names.count, sizeof(*out->stages));
	out->stage_count = names.count;
	for (size_t i = 0; i < names.count; i++) {
		struct mg_tag_name ignored;
		out->stages[i].name = names.list[i];
		if (!mg_tag_name_read(
			    r->arena, mg_printf(r->arena, "m#%s", names.list[i]), &ignored) ||
			!mg_streq(ignored.stage, names.list[i]))
			mg_diag_at(r->diags, node, "a stage cannot be '%s'",
				mg_diag_quote(r->arena, names.list[i]))
				->accepted = "letters, digits, - / and _";
	}
}

/* Only `stages` of it, a list of names; all else is GTO's business. */
static int read_gto(struct mg_arena *arena, const char *text, size_t len, struct mg_policy *out,
	struct mg_error *err)
{
	struct mg_diags diags = {.arena = arena};
	struct mg_reader reader = {.arena = arena, .diags = &diags};
	mg_policy_defaults(out);
	if (!has_content(text, len))
		return MG_OK;
	const struct mg_node *stages = mg_node_get(
		mg_node_read(arena, text, len, &diags), "stages");
	if (stages && !mg_node_is_null(stages) && diags.count == 0) {
		read_gto_stages(&reader, stages, out);
		char hex[65];
		mg_sha256(text, len, hex);
		out->path = GTO_FILE;
		out->sha256 = mg_strdup(arena, hex);
	}
	mg_diags_sort(&diags);
	return diags.count > 0 ? fail(&diags, GTO_FILE, err) : MG_OK;
}

int mg_policy_read(struct mg_arena *arena, const struct mg_git *git, const git_oid *commit,
	struct mg_policy *out, struct mg_error *err)
{
	static const struct {
		const char *name;
		int (*read)(struct mg_arena *arena, const char *text, size_t len,
			struct mg_policy *out, struct mg_error *err);
	} files[] = {{POLICY_FILE, read_policy}, {GTO_FILE, read_gto}};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const char *text = NULL;
		size_t len = 0;
		int code = read_file(arena, git, commit, files[i].name, &text, &len, err);
		if (code == MG_OK)
			return files[i].read(arena, text, len, out, err);
		if (code != MG_ENOTFOUND)
			return code;
	}
	mg_policy_defaults(out);
	return MG_OK;
}

int mg_policy_stage_index(
	const struct mg_policy *policy, const char *stage, size_t *out, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char **names = mg_alloc_array(arena, policy->stage_count, sizeof(*names));
	for (size_t i = 0; i < policy->stage_count; i++) {
		names[i] = policy->stages[i].name;
		if (mg_streq(names[i], stage)) {
			*out = i;
			return MG_OK;
		}
	}
	const char *nearest = mg_nearest_word(stage, names, policy->stage_count);
	const char *hint = nearest ? mg_printf(arena, "; did you mean '%s'?", nearest) : "";
	return mg_fail(err, MG_EUSAGE, "there is no stage '%s'; stages are: %s%s", stage,
		mg_diag_words(arena, names, policy->stage_count), hint);
}
