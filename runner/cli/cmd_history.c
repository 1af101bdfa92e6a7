/* cmd_history.c: `modelgate history`: everything that happened to a model, newest first. */
#include "base/clock.h"
#include "cli/cli.h"
#include "cli/registry.h"

static void print_json(struct mg_text *out, const struct mg_model *model)
{
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '[', false);
	for (size_t i = model->event_count; i-- > 0;) {
		mg_json_open(&json, NULL, '{', false);
		mg_event_json(&json, model, &model->events[i]);
		mg_json_close(&json, '}');
	}
	mg_json_close(&json, ']');
	mg_text_add_char(out, '\n');
}

static void print_table(
	struct mg_text *out, const struct mg_model *model, const struct mg_style *style)
{
	static const char *const headings[] = {
		"WHEN", "WHAT", "COMMIT", "BY", "DECISION", "TAG", "REASON"};
	size_t columns = sizeof(headings) / sizeof(headings[0]);
	struct mg_listing table;
	mg_listing_init(&table, out->arena, columns);
	for (size_t i = 0; i < columns; i++)
		mg_listing_add(&table, headings[i]);
	for (size_t i = model->event_count; i-- > 0;) {
		const struct mg_event *event = &model->events[i];
		mg_listing_add(&table, mg_clock_text(out->arena, event->time_us));
		mg_listing_add(&table, mg_event_what(out->arena, model, event));
		mg_listing_add(&table, mg_printf(out->arena, "%.7s", event->commit));
		mg_listing_add(&table, event->author);
		mg_listing_add(&table, mg_decision_words(event));
		mg_listing_add(&table, event->tag);
		mg_listing_add(&table, event->trailers.reason);
	}
	mg_listing_print(&table, out, style);
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	MG_SCOPED_REGISTRY struct mg_registry registry = {0};
	const char *name = mg_arg_operand(args, 0);
	const struct mg_model *model = NULL;
	if (mg_registry_open(cli, args, NULL, name, &registry, &err) != MG_OK ||
		mg_registry_model(&registry, name, &model, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	if (mg_arg_flag(args, "json"))
		print_json(&text, model);
	else
		print_table(&text, model, &cli->out_style);
	fputs(text.data, cli->out);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "json", .help = "print JSON, with the fields of gto's history and more"},
	MG_REGISTRY_OPTIONS,
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate history churn", "list what happened to churn, newest first"},
	{"modelgate history models/churn:churn --json", "print it for a program"},
	{NULL, NULL},
};

const struct mg_command mg_command_history = {
	.name = "history",
	.summary = "list what happened to a model, newest first",
	.description =
		"Reads the model's tags: its versions, when each came into a stage or left it, "
		"who did it, by which decision and why. Tags that gto wrote are read as well. The "
		"order is that of the tags' numbers, so a wrong clock changes nothing; tags "
		"without a number are placed by their time.",
	.options = options,
	.operands = "MODEL",
	.least_operands = 1,
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
