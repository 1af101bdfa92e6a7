/* cmd_status.c: `modelgate status`: which version of each model is in which stage. */
#include "base/clock.h"
#include "cli/cli.h"
#include "cli/registry.h"
#include "registry/ledger.h"

struct status {
	struct mg_arena *arena;
	const struct mg_registry *registry;
	int64_t now_us;
	bool all; /* deprecated models too */
	bool one; /* a model was named */
};

static bool is_shown(const struct status *s, const struct mg_model *model)
{
	return model->event_count > 0 && (!model->deprecated || s->all || s->one);
}

/* Clocks of two machines differ a little, and tags of one second get times a second apart. */
static const char *age_words(struct mg_arena *arena, int64_t us)
{
	enum { SAME_S = 60 };
	if (us < -(int64_t)SAME_S * 1000000)
		return "in the future";
	if (us < 1000000)
		return "just now";
	int64_t seconds = us / 1000000;
	return mg_human_duration(arena, (double)seconds);
}

/* ---- for people ---- */

static void add_row(struct mg_listing *table, const struct status *s, const struct mg_model *model,
	const struct mg_standing *standing)
{
	const struct mg_event *event = standing->event;
	const char *problem;
	mg_listing_add(table, model->name);
	mg_listing_add(table, standing->stage);
	const char *version = event ? standing->version->version : NULL;
	if (version && !standing->version->registered)
		version = "unregistered";
	mg_listing_add(table, version);
	mg_listing_add(table, event ? mg_printf(s->arena, "%.7s", event->commit) : NULL);
	mg_listing_add(table, event ? mg_clock_text(s->arena, event->time_us) : NULL);
	mg_listing_add(table, event ? age_words(s->arena, s->now_us - event->time_us) : NULL);
	mg_listing_add(table, event ? event->author : NULL);
	mg_listing_add(table, event ? mg_decision_words(event) : NULL);
	mg_listing_add(table,
		event ? mg_evidence_words(s->arena, &s->registry->git, model, event, &problem)
		      : NULL);
	mg_listing_add(table, event ? event->trailers.deployed : NULL);
}

static void print_table(struct mg_text *out, const struct status *s, const struct mg_style *style)
{
	static const char *const headings[] = {"MODEL", "STAGE", "VERSION", "COMMIT", "SINCE",
		"AGE", "BY", "DECISION", "EVIDENCE", "DEPLOYED"};
	size_t columns = sizeof(headings) / sizeof(headings[0]);
	struct mg_listing table;
	mg_listing_init(&table, s->arena, columns);
	for (size_t i = 0; i < columns; i++)
		mg_listing_add(&table, headings[i]);
	const struct mg_ledger *ledger = &s->registry->ledger;
	for (size_t i = 0; i < ledger->model_count; i++) {
		const struct mg_model *model = &ledger->models[i];
		for (size_t k = 0; is_shown(s, model) && k < model->standing_count; k++)
			add_row(&table, s, model, &model->standings[k]);
	}
	if (table.count > columns)
		mg_listing_print(&table, out, style);
	else
		mg_text_add(out, "no model has a tag in this clone\n");
}

/* ---- for programs ---- */

static void add_standing(struct mg_json *json, const struct status *s, const struct mg_model *model,
	const struct mg_standing *standing)
{
	const struct mg_event *event = standing->event;
	const char *problem = NULL;
	if (!event) {
		mg_json_null(json, standing->stage);
		return;
	}
	mg_json_open(json, standing->stage, '{', false);
	mg_json_text(json, "ref", event->tag);
	mg_json_text(json, "version", standing->version->version);
	mg_json_text(json, "commit", event->commit);
	mg_json_text(json, "timestamp", mg_event_time(s->arena, event));
	mg_json_int(json, "age_seconds", (s->now_us - event->time_us) / 1000000);
	mg_json_text(json, "author", event->author);
	mg_json_text(json, "author_email", event->email);
	mg_json_text(json, "evidence_state",
		mg_evidence_words(s->arena, &s->registry->git, model, event, &problem));
	mg_json_text(json, "evidence_problem", problem);
	mg_event_json_ours(json, event);
	mg_json_close(json, '}');
}

static void add_version(struct mg_json *json, const struct status *s, const struct mg_model *model,
	const struct mg_version *version)
{
	mg_json_open(json, NULL, '{', false);
	mg_json_text(json, "artifact", model->name);
	mg_json_text(json, "version", version->version);
	mg_json_text(json, "commit_hexsha", version->commit);
	mg_json_bool(json, "is_active", version->active);
	mg_json_bool(json, "registered", version->registered);
	mg_json_text(json, "created_at",
		version->event ? mg_event_time(s->arena, version->event) : NULL);
	mg_json_text(json, "author", version->event ? version->event->author : NULL);
	mg_json_text(json, "author_email", version->event ? version->event->email : NULL);
	mg_json_text(json, "ref", version->event ? version->event->tag : NULL);
	mg_json_open(json, "stages", '[', true);
	for (size_t i = 0; i < version->stage_count; i++)
		mg_json_text(json, NULL, version->stages[i]);
	mg_json_close(json, ']');
	mg_json_close(json, '}');
}

static void add_model(struct mg_json *json, const struct status *s, const struct mg_model *model)
{
	const struct mg_version *latest = mg_model_latest(model);
	mg_json_open(json, model->name, '{', false);
	mg_json_text(json, "version", latest ? latest->version : NULL);
	mg_json_open(json, "stage", '{', false);
	for (size_t i = 0; i < model->standing_count; i++)
		mg_json_text(json, model->standings[i].stage,
			model->standings[i].event ? model->standings[i].version->version : NULL);
	mg_json_close(json, '}');
	mg_json_bool(json, "registered", true);
	mg_json_bool(json, "active", !model->deprecated);
	mg_json_int(json, "next_counter", model->next_counter);
	mg_json_open(json, "standings", '{', false);
	for (size_t i = 0; i < model->standing_count; i++)
		add_standing(json, s, model, &model->standings[i]);
	mg_json_close(json, '}');
	mg_json_open(json, "versions", '[', false);
	for (size_t i = 0; i < model->version_count; i++)
		add_version(json, s, model, &model->versions[i]);
	mg_json_close(json, ']');
	mg_json_close(json, '}');
}

static void print_json(struct mg_text *out, const struct status *s)
{
	struct mg_json json = {.out = out};
	const struct mg_ledger *ledger = &s->registry->ledger;
	mg_json_open(&json, NULL, '{', false);
	for (size_t i = 0; i < ledger->model_count; i++)
		if (is_shown(s, &ledger->models[i]))
			add_model(&json, s, &ledger->models[i]);
	mg_json_close(&json, '}');
	mg_text_add_char(out, '\n');
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	MG_SCOPED_REGISTRY struct mg_registry registry = {0};
	struct status s = {
		.arena = cli->arena, .registry = &registry, .all = mg_arg_flag(args, "deprecated")};
	const char *name = mg_arg_operand(args, 0);
	const struct mg_model *model = NULL;
	bool missing = mg_arg_flag(args, "missing");
	if (mg_registry_clock(args, &s.now_us, &err) != MG_OK ||
		mg_registry_open(cli, args, NULL, name, &registry, &err) != MG_OK ||
		(name && mg_registry_model(&registry, name, &model, &err) != MG_OK))
		return missing ? mg_registry_print_missing(cli, &registry.lacks, &err)
			       : mg_cli_fail(cli, &err);
	s.one = model != NULL;
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	if (mg_arg_flag(args, "json"))
		print_json(&text, &s);
	else
		print_table(&text, &s, &cli->out_style);
	if (missing)
		return mg_registry_print_missing(cli, &registry.lacks, &err);
	fputs(text.data, cli->out);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "json", .help = "print JSON, with the fields of 'gto show' and more"},
	{.name = "deprecated", .help = "list deprecated models as well"},
	MG_AS_OF_OPTION,
	MG_MISSING_OPTION,
	MG_REGISTRY_OPTIONS,
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate status", "list every model, stage by stage"},
	{"modelgate status churn", "list the stages of churn"},
	{"modelgate status --json --repo ../models", "print another repository as JSON"},
	{NULL, NULL},
};

const struct mg_command mg_command_status = {
	.name = "status",
	.summary = "show which version of each model is in which stage",
	.description =
		"Reads the tags of a clone, of modelgate and of gto alike, and shows for each "
		"stage the version that is there, its commit, since when and by whom. It also says "
		"whether its gates passed or were overridden, and whether the evidence that its "
		"tag names is whole.\n\n"
		"It shows what this clone knows: fetch the tags first to know what the remote has.",
	.options = options,
	.operands = "[MODEL]",
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
