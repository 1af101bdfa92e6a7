/* cmd_connections.c: `modelgate connections`: does each connection of a spec work, and what is missing where not. */
#include <modelgate/engine.h>
#include <modelgate/spec.h>

#include <string.h>

#include "base/escape.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/specfile.h"
#include "report/json_out.h"

static const double PATIENCE_S = 10;

/* One connection of one spec. */
struct finding {
	const char *path; /* of the spec */
	const struct mg_connection *connection;
	struct mg_about about;
	struct mg_error failure; /* code MG_OK: there is none */
};

struct findings {
	struct mg_cli *cli;
	struct mg_about_options options;
	struct finding *list;
	size_t count, capacity;
};

/* ---- looking ---- */

static int ask(const struct findings *all, const struct mg_spec *spec, struct finding *f,
	struct mg_error *err)
{
	const struct mg_engine_options options = {.spec = spec, .connection = f->connection};
	const struct mg_engine_ops *ops = f->connection->engine;
	struct mg_engine *engine = NULL;
	struct mg_session *session = NULL;
	MG_TRY(ops->open(&engine, &options, err));
	int code = ops->session_open(&session, engine, err);
	if (code == MG_OK) {
		code = ops->about(session, &all->options, all->cli->arena, &f->about, err);
		ops->session_close(session);
	}
	/* What was found lives in our arena, but for what the engine names itself by. */
	f->about.address = mg_strdup(all->cli->arena, f->about.address);
	ops->close(engine);
	return code;
}

static void look(struct findings *all, const char *path, const struct mg_spec *spec)
{
	for (size_t i = 0; i < spec->connection_count; i++) {
		all->list = mg_grow(
			all->cli->arena, all->list, all->count, &all->capacity, sizeof(*all->list));
		struct finding *f = &all->list[all->count++];
		*f = (struct finding){.path = path,
			.connection = &spec->connections[i],
			.about = {.seconds = -1}};
		mg_ignore(ask(all, spec, f, &f->failure)); /* stands in the finding */
	}
}

static int look_into(
	struct findings *all, const char *path, const struct mg_args *args, struct mg_error *err)
{
	struct mg_spec *spec = NULL;
	const char *first = NULL;
	MG_TRY(mg_specfile_read(
		all->cli, NULL, path, mg_arg_text(args, "stage"), args, &spec, &first, err));
	look(all, path, spec);
	return MG_OK;
}

static size_t problems_of(const struct finding *f)
{
	size_t count = 0;
	for (size_t i = 0; i < f->about.table_count; i++)
		count += f->about.tables[i].problem != NULL;
	return f->failure.code != MG_OK ? 1 : count; /* of which that of its tables follows */
}

/* Without the name, under which it stands anyhow. */
static const char *failure_of(const struct findings *all, const struct finding *f)
{
	const char *name = mg_printf(all->cli->arena, "connection '%s': ", f->connection->name);
	return f->failure.text + (mg_starts_with(f->failure.text, name) ? strlen(name) : 0);
}

/* ---- for people ---- */

static void print_line(const struct findings *all, const char *label, const char *value)
{
	if (value)
		fprintf(all->cli->out, "    %-10s %s\n", label,
			mg_log_safe(all->cli->arena, value));
}

static void print_mark(const struct findings *all, bool good)
{
	const struct mg_style *style = &all->cli->out_style;
	fprintf(all->cli->out, "%s%s%s", mg_style_ink(style, good ? MG_INK_GREEN : MG_INK_RED),
		good ? "ok" : "no", mg_style_ink(style, MG_INK_PLAIN));
}

static void print_table(const struct findings *all, const struct mg_about_table *table)
{
	struct mg_arena *a = all->cli->arena;
	fputs("    ", all->cli->out);
	print_mark(all, !table->problem);
	const struct mg_input seen = {
		.table = {.version = table->version, .access = table->access}};
	fprintf(all->cli->out, "  %s: %s: %s\n", table->data->name, mg_log_safe(a, table->name),
		table->problem ? mg_log_safe(a, table->problem)
			       : mg_printf(a, "can be read, %s",
					 mg_log_safe(a, mg_input_state_words(a, &seen))));
	if (table->problem && table->fix)
		fprintf(all->cli->out, "        %s\n", mg_log_safe(a, table->fix));
}

static void print_finding(const struct findings *all, const struct finding *f)
{
	struct mg_arena *a = all->cli->arena;
	const struct mg_about *about = &f->about;
	fputs("  ", all->cli->out);
	print_mark(all, f->failure.code == MG_OK);
	fprintf(all->cli->out, "  %s (%s)\n", f->connection->name, f->connection->engine->name);
	print_line(all, "address", about->address);
	print_line(all, "login", about->login);
	if (about->seconds >= 0)
		print_line(all, "answered",
			mg_printf(a, "in %s", mg_human_duration(a, about->seconds)));
	print_line(all, "identity", about->identity);
	print_line(all, "service", about->service);
	if (f->failure.code != MG_OK) {
		print_line(all, "problem", failure_of(all, f));
		print_line(all, "fix", about->fix);
		return;
	}
	for (size_t i = 0; i < about->table_count; i++)
		print_table(all, &about->tables[i]);
}

static void print_all(const struct findings *all)
{
	const char *path = NULL;
	for (size_t i = 0; i < all->count; i++) {
		if (!mg_streq(path, all->list[i].path))
			fprintf(all->cli->out, "%s\n",
				mg_log_safe(all->cli->arena, all->list[i].path));
		path = all->list[i].path;
		print_finding(all, &all->list[i]);
	}
}

/* ---- for programs ---- */

static void optional(struct mg_json *json, const char *key, const char *value)
{
	if (value)
		mg_json_text(json, key, value);
}

static void add_finding(struct mg_json *json, const struct findings *all, const struct finding *f)
{
	const struct mg_about *about = &f->about;
	mg_json_open(json, NULL, '{', false);
	mg_json_text(json, "spec", f->path);
	mg_json_text(json, "name", f->connection->name);
	mg_json_text(json, "engine", f->connection->engine->name);
	mg_json_bool(json, "good", problems_of(f) == 0);
	optional(json, "address", about->address);
	optional(json, "login", about->login);
	if (about->seconds >= 0)
		mg_json_double(json, "seconds", about->seconds);
	optional(json, "identity", about->identity);
	optional(json, "service", about->service);
	if (f->failure.code != MG_OK) {
		mg_json_text(json, "problem", failure_of(all, f));
		optional(json, "fix", about->fix);
	}
	mg_json_open(json, "tables", '[', false);
	for (size_t i = 0; i < about->table_count; i++) {
		const struct mg_about_table *table = &about->tables[i];
		mg_json_open(json, NULL, '{', false);
		mg_json_text(json, "data", table->data->name);
		mg_json_text(json, "table", table->name);
		mg_json_bool(json, "readable", !table->problem);
		optional(json, "version", table->problem ? NULL : table->version);
		if (!table->problem && table->access != MG_ACCESS_NOT_SAID)
			mg_json_text(json, "access", mg_access_words[table->access]);
		optional(json, "problem", table->problem);
		optional(json, "fix", table->problem ? table->fix : NULL);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
	mg_json_close(json, '}');
}

static void print_json(const struct findings *all, size_t problems)
{
	struct mg_text text;
	mg_text_init(&text, all->cli->arena);
	struct mg_json json = {.out = &text};
	mg_json_open(&json, NULL, '{', false);
	mg_json_bool(&json, "good", problems == 0);
	mg_json_open(&json, "connections", '[', false);
	for (size_t i = 0; i < all->count; i++)
		add_finding(&json, all, &all->list[i]);
	mg_json_close(&json, ']');
	mg_json_close(&json, '}');
	fprintf(all->cli->out, "%s\n", text.data);
}

/* ---- the command ---- */

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_error err = {0};
	struct findings all = {.cli = cli,
		.options = {.patience_s = PATIENCE_S, .start = mg_arg_flag(args, "start")}};
	if (mg_arg_duration(args, "patience", &all.options.patience_s, &err) != MG_OK)
		return mg_cli_fail(cli, &err);
	size_t specs = mg_arg_operand_count(args), problems = 0;
	for (size_t i = 0; i < specs || i == 0; i++)
		if (look_into(&all, specs ? mg_arg_operand(args, i) : "modelgate.yaml", args,
			    &err) != MG_OK)
			return mg_cli_fail(cli, &err);
	if (all.count == 0) {
		mg_fail(&err, MG_EUSAGE, "there is nothing to ask: %s connections",
			specs > 1 ? "none of the specs has" : "the spec has no");
		return mg_cli_fail(cli, &err);
	}
	for (size_t i = 0; i < all.count; i++)
		problems += problems_of(&all.list[i]);
	if (mg_arg_flag(args, "json"))
		print_json(&all, problems);
	else
		print_all(&all);
	if (problems == 0)
		return mg_exit_code(MG_OK, MG_PASS, false);
	mg_fail(&err, MG_EENGINE, "%zu problem%s with %zu connection%s", problems,
		problems == 1 ? "" : "s", all.count, all.count == 1 ? "" : "s");
	return mg_cli_fail(cli, &err);
}

static const struct mg_option options[] = {
	{.name = "stage", .value = "STAGE", .help = "the connections as this stage sees them"},
	{.name = "var",
		.value = "NAME=VALUE",
		.repeat = true,
		.help = "set a variable of the spec"},
	{.name = "start",
		.help = "start what is stopped, to look at the tables; it may take minutes"},
	{.name = "patience",
		.value = "TIME",
		.help = "how long to try where a service does not answer",
		.default_text = "10s"},
	{.name = "json", .help = "print the findings as JSON on standard output"},
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate connections", "look at the connections of modelgate.yaml"},
	{"modelgate connections --stage PRD", "... as the stage PRD sees them"},
	{"modelgate connections models/churn.yaml models/fraud.yaml --json",
		"look at those of two specs, for a program"},
	{NULL, NULL},
};

const struct mg_command mg_command_connections = {
	.name = "connections",
	.summary = "see whether the connections of a spec work, and what is missing",
	.description =
		"Connects to each service under `connections` of the specs (modelgate.yaml by "
		"default). Tells whether it answers, how it logs in, whom it takes you for, and "
		"which tables of the spec may be read. What is missing comes with what to do about "
		"it, such as the GRANT. No row is read, no secret is shown, and a stopped warehouse "
		"stays stopped without --start.\n\n"
		"The exit status is 0 only when every connection and every table is good, else 3; 2 "
		"when a spec is wrong or has no connections.",
	.options = options,
	.operands = "[SPEC...]",
	.most_operands = 1000,
	.examples = examples,
	.run = run,
};
