/* history_nodes.c: the runs of a history as nodes, each once: many of them are those that tags name. */
#include "base/text.h"
#include "graph/build.h"
#include "history/records.h"
#include "registry/model_name.h"
#include "spec/keys.h"

/* The versions of a model by their commits, as tags say it. */
static struct mg_map versions_of(const struct mg_graph *graph, const char *model)
{
	struct mg_map versions;
	mg_map_init(&versions, graph->arena);
	for (size_t i = 0; i < graph->edge_count; i++) {
		const struct mg_graph_edge *edge = &graph->edges[i];
		if (edge->from->kind == MG_GRAPH_COMMIT && edge->to->kind == MG_GRAPH_VERSION &&
			mg_streq(edge->to->model, model))
			mg_map_put(&versions, edge->from->id, edge->to);
	}
	return versions;
}

/* The version that the run's commit is; else the commit. */
static struct mg_graph_node *commit_of(
	struct mg_graph *graph, const struct mg_map *versions, const char *commit)
{
	if (!commit)
		return NULL;
	struct mg_graph_node *node = mg_graph_commit(graph, commit, MG_ON_RECORD);
	struct mg_graph_node *version = mg_map_get(versions, node->id);
	return version ? version : node;
}

struct adding {
	struct mg_graph *graph;
	const char *model;
	struct mg_map versions;
};

static int add_record(void *context, const struct mg_past_run *past, struct mg_error *err)
{
	struct adding *a = context;
	struct mg_graph *graph = a->graph;
	const struct mg_run *run = past->run;
	const struct mg_graph_run what = {.run = run,
		.id = mg_printf(graph->arena, "run:sha256:%s", past->run_sha256),
		.model = a->model,
		.of = run->dirty ? NULL : commit_of(graph, &a->versions, run->commit),
		.proof = MG_ON_RECORD,
		.why = "a history says so, and whoever can write to it can make up a run"};
	struct mg_graph_node *node = mg_graph_add_run(graph, &what);
	mg_graph_add_fact(graph, node, "record", past->record);
	(void)err;
	return MG_OK;
}

int mg_graph_add_history(
	struct mg_graph *graph, struct mg_store *store, const char *model, struct mg_error *err)
{
	struct adding adding = {graph, model, versions_of(graph, model)};
	const struct mg_record_reader reader = {.take = add_record,
		.context = &adding,
		.keep = graph->keeps_runs ? graph->arena : NULL};
	size_t count = 0;
	const char **folders = mg_model_names_in_spec(graph->arena, model, &count);
	for (size_t f = 0; f < count; f++) {
		struct mg_store_names names;
		if (!mg_name_valid(MG_NAME_MODEL, folders[f]))
			continue;
		MG_TRY(mg_records_list(store, folders[f], NULL, INT64_MIN, &names, err));
		MG_TRY(mg_records_read(store, &names, &reader, err));
	}
	return MG_OK;
}
