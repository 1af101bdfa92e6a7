/* run_nodes.c: a run as nodes: what it read, what it was made by, and its suites. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "graph/build.h"
#include "report/words.h"

static const int64_t US_PER_S = 1000000;

/* ---- data ---- */

/* What names its content: a digest, or the state of a table. NULL: nothing does. */
static const char *input_id(struct mg_arena *arena, const struct mg_input *input)
{
	if (input->sha256 && *input->sha256)
		return mg_printf(arena, "data:sha256:%s", input->sha256);
	if (!input->table.kind)
		return NULL;
	return mg_printf(arena, "data:%s:%s@%s", input->table.kind,
		input->table.name ? input->table.name : input->path,
		mg_input_state_words(arena, input));
}

static struct mg_graph_node *add_data(struct mg_graph *graph, const struct mg_input *input)
{
	struct mg_arena *arena = graph->arena;
	const char *id = input_id(arena, input), *slash = strrchr(input->path, '/');
	bool is_new = false;
	if (!id)
		return NULL;
	const char *label = slash && slash[1] && !input->table.kind ? slash + 1 : input->path;
	if (input->table.kind)
		label = mg_printf(arena, "%s %s", input->path, mg_input_state_words(arena, input));
	struct mg_graph_node *node = mg_graph_add(graph, MG_GRAPH_DATA, id, label, &is_new);
	if (!is_new)
		return node;
	node->proof = MG_ON_RECORD;
	mg_graph_add_fact(graph, node, "path", input->path);
	if (input->sha256 && *input->sha256)
		mg_graph_add_fact(
			graph, node, "digest", mg_printf(arena, "sha256:%s", input->sha256));
	if (input->table.kind && !input->table.version)
		node->why = "the table is not pinned: nobody can read this state again";
	return node;
}

static void add_sources(struct mg_graph *graph, const struct mg_input *profile,
	struct mg_graph_node *node, enum mg_graph_proof proof)
{
	for (size_t i = 0; i < profile->profile.source_count; i++) {
		struct mg_graph_node *source = add_data(graph, &profile->profile.sources[i]);
		if (source)
			mg_graph_join(graph, source, node, "profile made of it", proof);
	}
}

/* What the run says of its inputs holds as far as the run does, and is proven where the commit has the file. */
static void add_inputs(
	struct mg_graph *graph, const struct mg_graph_run *what, struct mg_graph_node *node)
{
	for (size_t i = 0; i < what->run->input_count; i++) {
		const struct mg_input *input = &what->run->inputs[i];
		struct mg_graph_node *data = add_data(graph, input);
		bool in_commit = what->is_commits && what->is_commits[i];
		if (!data)
			continue;
		if (what->proof == MG_PROVEN && in_commit)
			data->proof = MG_PROVEN;
		enum mg_graph_proof proof = what->proof;
		if (proof == MG_PROVEN && !in_commit)
			proof = MG_ON_RECORD;
		mg_graph_join(graph, data, node, mg_printf(graph->arena, "read as %s", input->data),
			proof);
		add_sources(graph, input, data, proof == MG_PROVEN ? MG_ON_RECORD : proof);
	}
}

/* ---- the run ---- */

static void add_spec(
	struct mg_graph *graph, const struct mg_graph_run *what, struct mg_graph_node *node)
{
	const struct mg_run *run = what->run;
	const char *path = what->spec ? what->spec : run->spec_repo_path;
	bool is_new = false;
	if (!path)
		path = run->spec_path;
	if (!path || !run->spec_sha256)
		return;
	struct mg_graph_node *spec = mg_graph_add(graph, MG_GRAPH_SPEC,
		mg_printf(graph->arena, "spec:%s@sha256:%s", path, run->spec_sha256), path,
		&is_new);
	if (is_new) {
		spec->proof = what->proof == MG_PROVEN ? MG_PROVEN : MG_ON_RECORD;
		mg_graph_add_fact(graph, spec, "digest",
			mg_printf(graph->arena, "sha256:%s", run->spec_sha256));
	}
	mg_graph_join(graph, spec, node, "its spec", what->proof);
}

static void add_pipeline(
	struct mg_graph *graph, const struct mg_graph_run *what, struct mg_graph_node *node)
{
	const struct mg_pipeline *p = &what->run->pipeline;
	if (!p->build)
		return;
	struct mg_graph_node *pipeline = mg_graph_add(graph, MG_GRAPH_PIPELINE,
		mg_printf(graph->arena, "pipeline:%s", p->build),
		mg_printf(graph->arena, "build %s", p->build), NULL);
	pipeline->proof = MG_ON_RECORD;
	mg_graph_join(graph, pipeline, node, "ran it",
		what->proof == MG_CONTRADICTED ? MG_CONTRADICTED : MG_ON_RECORD);
}

static void add_facts(struct mg_graph *graph, struct mg_graph_node *node, const struct mg_run *run)
{
	struct mg_arena *arena = graph->arena;
	mg_graph_add_fact(graph, node, "checks", mg_words_summary(arena, run));
	mg_graph_add_fact(graph, node, "started",
		mg_clock_text(arena, run->started_us - run->started_us % US_PER_S));
	mg_graph_add_fact(graph, node, "as of", mg_clock_text(arena, run->as_of_us));
	mg_graph_add_fact(graph, node, "stage", run->stage);
	mg_graph_add_fact(graph, node, "commit", run->commit);
	mg_graph_add_fact(graph, node, "engine",
		mg_printf(arena, "%s %s", run->engine ? run->engine : "",
			run->engine_version ? run->engine_version : ""));
	mg_graph_add_fact(graph, node, "host", run->host);
	mg_graph_add_fact(graph, node, "seal", run->seal);
}

static const char *suite_id(
	const struct mg_graph *graph, const struct mg_graph_run *what, const char *suite)
{
	return mg_printf(graph->arena, "suite:%s/%s", what->id, suite);
}

static void add_suites(
	struct mg_graph *graph, const struct mg_graph_run *what, struct mg_graph_node *node)
{
	size_t count = 0;
	const struct mg_group *groups = mg_run_groups(graph->arena, what->run, &count);
	for (size_t i = 0; i < count; i++) {
		const struct mg_counts *c = &groups[i].counts;
		struct mg_graph_node *suite = mg_graph_add(graph, MG_GRAPH_SUITE,
			suite_id(graph, what, groups[i].suite), groups[i].suite, NULL);
		suite->model = node->model;
		suite->verdict = mg_verdict_word(c->error ? MG_ERROR
				: c->fail                 ? MG_FAIL
				: c->warn                 ? MG_WARN
				: c->pass                 ? MG_PASS
							  : MG_SKIP);
		suite->proof = what->proof;
		suite->why = node->why;
		mg_graph_add_fact(graph, suite, "checks", mg_words_counts(graph->arena, c));
		mg_graph_join(graph, node, suite, "holds", what->proof);
	}
}

struct mg_graph_node *mg_graph_add_run(struct mg_graph *graph, const struct mg_graph_run *what)
{
	const struct mg_run *run = what->run;
	bool is_new = false;
	struct mg_graph_node *node = mg_graph_add(graph, MG_GRAPH_RUN, what->id,
		run->stage ? mg_printf(graph->arena, "for %s", run->stage) : "without a stage",
		&is_new);
	if (!is_new)
		return node;
	node->model = what->model;
	node->run = graph->keeps_runs ? run : NULL;
	node->verdict = mg_verdict_word(run->verdict);
	node->proof = what->proof;
	node->why = what->why;
	node->time_us = node->order = run->started_us;
	add_facts(graph, node, run);
	if (what->of)
		mg_graph_join(graph, what->of, node, "evaluated by", what->proof);
	add_spec(graph, what, node);
	add_pipeline(graph, what, node);
	add_inputs(graph, what, node);
	add_suites(graph, what, node);
	return node;
}

void mg_graph_join_run(struct mg_graph *graph, const struct mg_graph_run *what,
	struct mg_graph_node *decision, enum mg_graph_proof proof)
{
	struct mg_graph_node *node = mg_map_get(&graph->by_id, what->id);
	size_t joined = 0;
	for (size_t i = 0; i < what->run->suite_count; i++) {
		struct mg_graph_node *suite = mg_map_get(
			&graph->by_id, suite_id(graph, what, what->run->suites[i]));
		if (suite)
			mg_graph_join(graph, suite, decision, "judged by", proof);
		joined += suite != NULL;
	}
	if (!joined)
		mg_graph_join(graph, node, decision, "judged by", proof);
}
