/* cmd_history.c: `modelgate history`: everything that happened to a model, newest first. */
#include "base/clock.h"
#include "cli/cli.h"
#include "cli/registry.h"
#include "history/runs.h"

/* What tags say, and what the runs on record came to: both in the order of time. */
struct timeline {
	const char *name; /* of the model */
	const struct mg_model *model;
	size_t event_count;
	struct mg_recorded_run *runs;
	size_t run_count;
};

static int64_t second(int64_t us)
{
	return us - us % 1000000;
}

/* The newest entry that is left is taken: an event, or NULL and then *out_run. False when there is none. Tags know
 * no parts of a second, and a run of the same one came before: what was decided is decided by it. */
static bool take_newest(struct timeline *t, const struct mg_event **out_event,
	const struct mg_recorded_run **out_run)
{
	const struct mg_event *event = t->event_count ? &t->model->events[t->event_count - 1]
						      : NULL;
	const struct mg_recorded_run *run = t->run_count ? &t->runs[t->run_count - 1] : NULL;
	bool takes_run = run && (!event || second(run->started_us) > event->time_us);
	*out_event = takes_run ? NULL : event;
	*out_run = takes_run ? run : NULL;
	t->run_count -= takes_run;
	t->event_count -= event && !takes_run;
	return event || run;
}

/* The fields that events have, where a run has them. */
static void run_json(struct mg_json *json, const char *model, const struct mg_recorded_run *run)
{
	struct mg_arena *arena = json->out->arena;
	mg_json_text(json, "timestamp", mg_clock_text(arena, run->started_us));
	mg_json_text(json, "artifact", model);
	mg_json_text(json, "event", "run");
	mg_json_text(json, "stage", run->stage);
	mg_json_text(json, "commit", run->commit);
	mg_json_text(json, "message", run->summary);
	mg_json_text(json, "verdict", mg_verdict_word(run->verdict));
	mg_json_text(json, "as_of", mg_clock_text(arena, run->as_of_us));
	mg_json_text(json, "record", run->record);
	mg_json_text(json, "record_sha256", run->sha256);
}

static void print_json(struct mg_text *out, struct timeline *t)
{
	struct mg_json json = {.out = out};
	const struct mg_event *event;
	const struct mg_recorded_run *run;
	mg_json_open(&json, NULL, '[', false);
	while (take_newest(t, &event, &run)) {
		mg_json_open(&json, NULL, '{', false);
		if (event)
			mg_event_json(&json, t->model, event);
		else
			run_json(&json, t->name, run);
		mg_json_close(&json, '}');
	}
	mg_json_close(&json, ']');
	mg_text_add_char(out, '\n');
}

static void list_event(
	struct mg_listing *table, const struct mg_model *model, const struct mg_event *event)
{
	struct mg_arena *arena = table->arena;
	mg_listing_add(table, mg_clock_text(arena, event->time_us));
	mg_listing_add(table, mg_event_what(arena, model, event));
	mg_listing_add(table, mg_printf(arena, "%.7s", event->commit));
	mg_listing_add(table, event->author);
	mg_listing_add(table, mg_decision_words(event));
	mg_listing_add(table, event->tag);
	mg_listing_add(table, event->trailers.reason);
}

/* Nobody decided anything, and there is no tag. */
static void list_run(struct mg_listing *table, const struct mg_recorded_run *run)
{
	struct mg_arena *arena = table->arena;
	mg_listing_add(table, mg_clock_text(arena, second(run->started_us)));
	mg_listing_add(table,
		mg_printf(arena, "run%s%s: %s", run->stage ? " for " : "",
			run->stage ? run->stage : "", mg_verdict_word(run->verdict)));
	mg_listing_add(table, run->commit ? mg_printf(arena, "%.7s", run->commit) : NULL);
	mg_listing_add(table, NULL);
	mg_listing_add(table, NULL);
	mg_listing_add(table, NULL);
	mg_listing_add(table, run->summary);
}

static void print_table(struct mg_text *out, struct timeline *t, const struct mg_style *style)
{
	static const char *const headings[] = {
		"WHEN", "WHAT", "COMMIT", "BY", "DECISION", "TAG", "REASON"};
	size_t columns = sizeof(headings) / sizeof(headings[0]);
	const struct mg_event *event;
	const struct mg_recorded_run *run;
	struct mg_listing table;
	mg_listing_init(&table, out->arena, columns);
	for (size_t i = 0; i < columns; i++)
		mg_listing_add(&table, headings[i]);
	while (take_newest(t, &event, &run)) {
		if (event)
			list_event(&table, t->model, event);
		else
			list_run(&table, run);
	}
	mg_listing_print(&table, out, style);
}

/* Without a tag there are the runs alone, if there are any. */
static int read_timeline(struct mg_cli *cli, const struct mg_args *args,
	const struct mg_registry *registry, struct timeline *out, struct mg_error *err)
{
	MG_SCOPED_STORE struct mg_store store = {0};
	const char *from = mg_arg_text(args, "from");
	*out = (struct timeline){.name = mg_arg_operand(args, 0)};
	if (from) {
		MG_TRY(mg_store_open(
			cli->arena, from, MG_STORE_READ, mg_arg_text(args, "repo"), &store, err));
		store.cache = mg_arg_text(args, "cache");
		MG_TRY(mg_recorded_runs(&store, out->name, &out->runs, &out->run_count, err));
	}
	int code = mg_registry_model(registry, out->name, &out->model, err);
	if (code == MG_OK)
		out->event_count = out->model->event_count;
	return code == MG_ENOTFOUND && out->run_count > 0 ? MG_OK : code;
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	MG_SCOPED_REGISTRY struct mg_registry registry = {0};
	struct timeline timeline;
	if (mg_registry_open(cli, args, NULL, mg_arg_operand(args, 0), &registry, &err) != MG_OK ||
		read_timeline(cli, args, &registry, &timeline, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	if (mg_arg_flag(args, "json"))
		print_json(&text, &timeline);
	else
		print_table(&text, &timeline, &cli->out_style);
	fputs(text.data, cli->out);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "from",
		.value = "STORE",
		.help = "a history of runs, as 'run --record' keeps it: show its runs too"},
	{.name = "cache",
		.value = "DIR",
		.help = "keep copies of what is read from the history there, and read those the next "
			"time"},
	{.name = "json", .help = "print JSON, with the fields of gto's history and more"},
	MG_REGISTRY_OPTIONS,
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate history churn", "list what happened to churn, newest first"},
	{"modelgate history churn --from git:origin", "list its runs on record as well"},
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
		"without a number are placed by their time. With --from, the runs that "
		"'modelgate record' kept stand among them, by the time they were started; "
		"'modelgate trend' shows the numbers of their checks.",
	.options = options,
	.operands = "MODEL",
	.least_operands = 1,
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
