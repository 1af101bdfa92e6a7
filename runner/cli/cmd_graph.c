/* cmd_graph.c: `modelgate graph`: where a model came from, and why it stands where it does. */
#include <string.h>

#include "base/escape.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/registry.h"
#include "graph/build.h"
#include "graph/write.h"
#include "registry/ledger.h"
#include "services/openlineage.h"

enum { DRAWN_MOST = 300 };

/* The form that is sent, not printed. */
#define SENT "openlineage-to"

/* ---- what is asked ---- */

static const char *const forms[] = {"json", "svg", "mermaid", "dot", "openlineage", SENT};

static bool wants(const struct mg_args *args, const char *form)
{
	return mg_streq(form, SENT) ? mg_arg_text(args, form) != NULL : mg_arg_flag(args, form);
}

static int read_form(const struct mg_args *args, const char **out, struct mg_error *err)
{
	*out = NULL;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (!wants(args, forms[i]))
			continue;
		if (*out)
			return mg_fail(err, MG_EUSAGE,
				"--%s and --%s are two forms of the graph; give one of them", *out,
				forms[i]);
		*out = forms[i];
	}
	return MG_OK;
}

static int read_question(struct mg_cli *cli, const struct mg_args *args,
	struct mg_graph_question *out, struct mg_error *err)
{
	const char *about = mg_arg_operand(args, 0);
	*out = (struct mg_graph_question){.about = about, .uses = mg_arg_text(args, "uses")};
	if (out->uses && !*out->uses)
		return mg_fail(err, MG_EUSAGE,
			"--uses is empty; it takes a file, sha256:DIGEST or the name of a table");
	if (!about)
		return MG_OK;
	char *model = mg_strndup(cli->arena, about, strcspn(about, "#@"));
	char *equals = strchr(model, '=');
	if (equals)
		*equals = ':';
	out->model = model;
	if (out->uses && strpbrk(about, "#@"))
		return mg_fail(err, MG_EUSAGE,
			"--uses asks about all versions of a model: give %s alone, or no MODEL",
			model);
	return MG_OK;
}

/* The node that the operand names behind its model. */
static int find_asked(struct mg_cli *cli, const struct mg_graph *graph,
	const struct mg_model *model, const char *about, const struct mg_graph_node **out,
	struct mg_error *err)
{
	struct mg_arena *arena = cli->arena;
	const char *rest = about + strcspn(about, "#@");
	const struct mg_version *latest = mg_model_latest(model);
	if (latest && (mg_streq(rest, "@latest") || mg_streq(rest, "@greatest")))
		rest = mg_printf(arena, "@%s", latest->version);
	if (*rest == '@')
		*out = mg_graph_find(graph, mg_printf(arena, "version:%s%s", model->name, rest));
	else
		*out = mg_graph_find(graph, mg_printf(arena, "stage:%s%s", model->name, rest));
	if (!*out) {
		char *tag = mg_printf(arena, "tag:%s%s", model->name, rest);
		char *colon = strchr(tag + strlen("tag:"), ':');
		if (colon)
			*colon = '=';
		*out = mg_graph_find(graph, tag);
	}
	if (*out)
		return MG_OK;
	if (*rest == '#' && !strchr(rest + 1, '#'))
		return mg_fail(err, MG_ENOTFOUND,
			"no version of %s stands in %s; 'modelgate status' lists what stands where",
			model->name, rest + 1);
	return mg_fail(err, MG_ENOTFOUND,
		"no tag in this clone is or registers '%s'; 'modelgate history %s' lists the tags "
		"there are",
		about, model->name);
}

/* ---- data ---- */

/* The digest of the file, of "sha256:..." or NULL where it is neither: the name of a table then. */
static int digest_of(struct mg_cli *cli, const char *uses, const char **out, struct mg_error *err)
{
	static const char digits[] = "0123456789abcdef";
	char sha256[65];
	*out = NULL;
	if (mg_starts_with(uses, "sha256:")) {
		const char *hex = uses + strlen("sha256:");
		if (strlen(hex) != 64 || strspn(hex, digits) != 64)
			return mg_fail(err, MG_EUSAGE,
				"--uses is '%s'; a digest is sha256: and 64 digits, as sha256sum "
				"prints them",
				uses);
		*out = hex;
		return MG_OK;
	}
	if (!mg_file_exists(uses))
		return MG_OK;
	MG_TRY(mg_file_sha256(uses, sha256, NULL, NULL, err));
	*out = mg_strdup(cli->arena, sha256);
	return MG_OK;
}

static bool is_table(const struct mg_graph_node *node, const char *name)
{
	for (size_t i = 0; i < node->fact_count; i++)
		if (mg_streq(node->facts[i].name, "digest"))
			return false;
	for (size_t i = 0; i < node->fact_count; i++)
		if (mg_streq(node->facts[i].name, "path") && mg_streq(node->facts[i].value, name))
			return true;
	return mg_streq(node->label, name);
}

static int mark_data(struct mg_cli *cli, const struct mg_graph *graph, const char *uses,
	bool *marked, struct mg_error *err)
{
	const char *digest = NULL;
	bool found = false;
	MG_TRY(digest_of(cli, uses, &digest, err));
	for (size_t i = 0; i < graph->node_count; i++) {
		const struct mg_graph_node *node = graph->nodes[i];
		const char *id = digest ? mg_printf(cli->arena, "data:sha256:%s", digest) : NULL;
		marked[i] = node->kind == MG_GRAPH_DATA &&
			(digest ? mg_streq(node->id, id) : is_table(node, uses));
		found |= marked[i];
	}
	if (!digest && !found)
		return mg_fail(err, MG_ENOTFOUND,
			"there is no file '%s', and no run on record read a table of that name",
			uses);
	return MG_OK;
}

/* ---- the graph ---- */

static int add_all(struct mg_cli *cli, const struct mg_args *args,
	const struct mg_registry *registry, struct mg_graph *graph, struct mg_error *err)
{
	MG_SCOPED_STORE struct mg_store store = {0};
	const struct mg_graph_source source = {
		&registry->git, &registry->authority, &registry->ledger};
	const char *from = mg_arg_text(args, "from");
	if (from)
		MG_TRY(mg_store_open(
			cli->arena, from, MG_STORE_READ, mg_arg_text(args, "repo"), &store, err));
	for (size_t i = 0; i < registry->ledger.model_count; i++) {
		const struct mg_model *model = &registry->ledger.models[i];
		MG_TRY(mg_graph_add_model(graph, &source, model, err));
		if (from)
			MG_TRY(mg_graph_add_history(graph, &store, model->name, err));
	}
	mg_graph_finish(graph);
	return MG_OK;
}

/* Leaves what the question is about; *out_unknown names what might belong to it. */
static int keep_asked(struct mg_cli *cli, const struct mg_graph_question *question,
	const struct mg_model *model, struct mg_graph *graph, const char **out_unknown,
	struct mg_error *err)
{
	bool *marked = mg_alloc_array(cli->arena, graph->node_count + 1, sizeof(*marked));
	const struct mg_graph_node *node = NULL;
	if (question->uses) {
		MG_TRY(mark_data(cli, graph, question->uses, marked, err));
		*out_unknown = mg_graph_unknown_tests(graph);
		mg_graph_keep_uses(graph, marked);
	} else if (question->about && strpbrk(question->about, "#@")) {
		MG_TRY(find_asked(cli, graph, model, question->about, &node, err));
		marked[node->index] = true;
		if (node->kind == MG_GRAPH_VERSION)
			mg_graph_keep_history(graph, marked);
		else
			mg_graph_keep_origins(graph, marked);
	}
	return MG_OK;
}

static int make(struct mg_cli *cli, const struct mg_args *args,
	const struct mg_graph_question *question, struct mg_graph *out, const char **out_unknown,
	struct mg_error *err)
{
	MG_SCOPED_REGISTRY struct mg_registry registry = {0};
	const struct mg_model *model = NULL;
	MG_TRY(mg_registry_open(cli, args, NULL, question->model, &registry, err));
	if (question->model)
		MG_TRY(mg_registry_model(&registry, question->model, &model, err));
	mg_graph_init(out, cli->arena);
	out->keeps_runs = mg_arg_flag(args, "openlineage") || mg_arg_text(args, SENT);
	MG_TRY(add_all(cli, args, &registry, out, err));
	return keep_asked(cli, question, model, out, out_unknown, err);
}

/* How many runs and decisions it had to leave out. */
static size_t print(struct mg_cli *cli, struct mg_graph *graph,
	const struct mg_graph_question *question, const char *form)
{
	struct mg_text text;
	size_t left_out = 0;
	mg_text_init(&text, cli->arena);
	if (!mg_streq(form, "json") && !mg_streq(form, "openlineage"))
		mg_graph_group(graph, DRAWN_MOST);
	if (!form)
		mg_graph_text(&text, graph, question, cli->out_style.colour);
	else if (mg_streq(form, "json"))
		mg_graph_json(&text, graph, question);
	else if (mg_streq(form, "svg"))
		mg_graph_svg(&text, graph, question);
	else if (mg_streq(form, "mermaid"))
		mg_graph_mermaid(&text, graph);
	else if (mg_streq(form, "dot"))
		mg_graph_dot(&text, graph);
	else
		left_out = mg_graph_openlineage(&text, graph);
	fputs(text.data, cli->out);
	return left_out;
}

static int send(struct mg_cli *cli, const struct mg_graph *graph,
	const struct mg_openlineage_server *server, size_t *out_left_out, struct mg_error *err)
{
	struct mg_text text;
	size_t taken = 0;
	mg_text_init(&text, cli->arena);
	*out_left_out = mg_graph_openlineage(&text, graph);
	int code = mg_openlineage_send(server, text.data, &taken, err);
	mg_cli_note(cli, "%s took %zu event%s", server->host, taken, taken == 1 ? "" : "s");
	return code;
}

static int run(struct mg_cli *cli, const struct mg_args *args)
{
	struct mg_openlineage_server server = {0};
	struct mg_error err = {0};
	struct mg_graph_question question;
	struct mg_graph graph;
	const char *form = NULL, *unknown = NULL;
	const char *address = mg_arg_text(args, SENT);
	size_t left_out = 0;
	if (read_form(args, &form, &err) != MG_OK ||
		read_question(cli, args, &question, &err) != MG_OK ||
		(address && mg_openlineage_server(cli->arena, address, &server, &err) != MG_OK) ||
		make(cli, args, &question, &graph, &unknown, &err) != MG_OK ||
		(address && send(cli, &graph, &server, &left_out, &err) != MG_OK))
		return mg_cli_fail(cli, &err);
	if (!address)
		left_out = print(cli, &graph, &question, form);
	if (unknown)
		mg_cli_note(cli,
			"the answer may lack some: nothing proves what %s was tested on; "
			"'modelgate verify' says why",
			mg_log_safe(cli->arena, unknown));
	if (left_out)
		mg_cli_note(cli,
			"%zu runs and decisions were left out, which nothing shows to be true; "
			"'modelgate graph' names them",
			left_out);
	return mg_exit_code(MG_OK, unknown || left_out ? MG_ERROR : MG_PASS, false);
}

static const struct mg_option options[] = {
	{.name = "uses",
		.value = "FILE",
		.help = "show what was tested on this file, sha256:DIGEST or table, and where that "
			"stands"},
	{.name = "from",
		.value = "STORE",
		.help = "a history of runs, as 'run --record' keeps it: show its runs too"},
	{.name = "json", .help = "print JSON, in the format modelgate.graph/1"},
	{.name = "svg", .help = "print a picture, for browsers and pages"},
	{.name = "mermaid", .help = "print a Mermaid diagram, for Markdown and wikis"},
	{.name = "dot", .help = "print a graph for Graphviz"},
	{.name = "openlineage",
		.help = "print OpenLineage events of its runs and decisions, one a line"},
	{.name = SENT,
		.value = "URL",
		.help = "send these events to a server, such as Marquez, with the token in "
			"OPENLINEAGE_API_KEY if it is set"},
	MG_REGISTRY_OPTIONS,
	MG_OPTIONS_END,
};

static const struct mg_example examples[] = {
	{"modelgate graph 'churn#PRD'", "why does this version stand in PRD?"},
	{"modelgate graph churn@v1.3.0",
		"what was v1.3.0 tested on, who approved it, and where does it stand?"},
	{"modelgate graph --uses data/march.csv", "what was tested on this file?"},
	{"modelgate graph 'churn#PRD' --svg > churn.svg", "draw it"},
	{"modelgate graph churn --from git:origin --mermaid",
		"draw all of churn for a wiki, with its runs on record"},
	{NULL, NULL},
};

const struct mg_command mg_command_graph = {
	.name = "graph",
	.summary = "show where a model came from and why it stands where it does",
	.description =
		"Joins what tags, evidence and runs on record say: data, runs, suites, decisions, "
		"tags and stages, with commit, spec, policy, approvers and pipeline. MODEL#STAGE "
		"is what led to the version that stands there, MODEL@VERSION all that led to a "
		"version and came of it, MODEL alone everything. Quote a name with # in a shell.\n\n"
		"Each tag is verified, and each decision made again. What is 'proven' came out as "
		"its tag says. What is 'on record' somebody wrote down. What is 'contradicted' is "
		"not as its tag says, or rests on what is not; the reason stands below it. What "
		"nobody recorded is shown as 'not recorded', and never guessed.\n\n"
		"Exit status: 0, whatever it shows ('modelgate verify' judges). With --uses it is "
		"3 when nothing proves what some version that stands in a stage was tested on: "
		"the answer may lack it. With --openlineage it is 3 when runs or decisions were "
		"left out, since nothing shows them to be true. With --openlineage-to it is 3 also "
		"when the server did not take them all; they may be sent again.",
	.options = options,
	.operands = "[MODEL]",
	.most_operands = 1,
	.examples = examples,
	.run = run,
};
