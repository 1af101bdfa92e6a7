/* group.c: a graph with too many nodes to read: nodes that are alike become one. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "graph/graph.h"

/* What says least first. Stages are never grouped. */
static const enum mg_graph_kind order[] = {MG_GRAPH_SUITE, MG_GRAPH_DATA, MG_GRAPH_PIPELINE,
	MG_GRAPH_APPROVER, MG_GRAPH_POLICY, MG_GRAPH_SPEC, MG_GRAPH_TRAINING, MG_GRAPH_RUN,
	MG_GRAPH_COMMIT, MG_GRAPH_DECISION, MG_GRAPH_TAG, MG_GRAPH_VERSION};

/* The ends of a node's edges, in their order: nodes with the same ones are alike. */
static struct mg_text *neighbours(const struct mg_graph *graph)
{
	struct mg_text *texts = mg_alloc_array(graph->arena, graph->node_count + 1, sizeof(*texts));
	for (size_t i = 0; i < graph->node_count; i++)
		mg_text_init(&texts[i], graph->arena);
	for (size_t i = 0; i < graph->edge_count; i++) {
		const struct mg_graph_edge *edge = &graph->edges[i];
		mg_text_addf(&texts[edge->from->index], ">%zu", edge->to->index);
		mg_text_addf(&texts[edge->to->index], "<%zu", edge->from->index);
	}
	return texts;
}

static const char *key_of(const struct mg_graph *graph, const struct mg_graph_node *node,
	const struct mg_text *beside)
{
	char digest[65];
	const char *key = mg_printf(graph->arena, "%s|%s|%s|%s|%s", mg_graph_kind_words[node->kind],
		mg_graph_proof_words[node->proof], node->verdict ? node->verdict : "",
		node->model ? node->model : "", beside ? beside->data : "");
	mg_sha256(key, strlen(key), digest);
	return mg_printf(graph->arena, "%s:group:%.16s", mg_graph_kind_words[node->kind], digest);
}

static const char *group_label(const struct mg_graph *graph, const struct mg_graph_node *group)
{
	static const char *const many[MG_GRAPH_KINDS] = {
		[MG_GRAPH_DATA] = "data files",
		[MG_GRAPH_COMMIT] = "commits",
		[MG_GRAPH_TRAINING] = "training runs",
		[MG_GRAPH_SPEC] = "specs",
		[MG_GRAPH_VERSION] = "versions",
		[MG_GRAPH_PIPELINE] = "pipeline runs",
		[MG_GRAPH_RUN] = "runs",
		[MG_GRAPH_SUITE] = "suites",
		[MG_GRAPH_POLICY] = "policies",
		[MG_GRAPH_APPROVER] = "approvers",
		[MG_GRAPH_DECISION] = "decisions",
		[MG_GRAPH_TAG] = "tags",
	};
	return mg_printf(graph->arena, "%zu %s%s%s", group->members, many[group->kind],
		group->verdict ? ": " : "", group->verdict ? group->verdict : "");
}

/* The node takes the place of another. */
static void take(
	struct mg_graph *graph, struct mg_graph_node *group, const struct mg_graph_node *node)
{
	group->members += node->members;
	group->label = group_label(graph, group);
	if (node->time_us > group->time_us)
		group->time_us = node->time_us;
	if (node->why)
		group->why = node->why;
	mg_graph_add_fact(graph, group, "with", node->label);
}

static struct mg_graph_node *start_group(
	struct mg_graph *graph, const struct mg_graph_node *first, const char *id)
{
	struct mg_graph_node *group = mg_alloc(graph->arena, sizeof(*group));
	*group = *first;
	group->id = id;
	group->facts = NULL;
	group->fact_count = group->fact_capacity = 0;
	mg_graph_add_fact(graph, group, "with", first->label);
	return group;
}

/* Groups all nodes of one kind that have one key. */
static void group_kind(struct mg_graph *graph, enum mg_graph_kind kind, bool by_neighbours)
{
	struct mg_text *beside = by_neighbours ? neighbours(graph) : NULL;
	struct mg_map groups, counts;
	struct mg_graph_node **into = mg_alloc_array(
		graph->arena, graph->node_count + 1, sizeof(struct mg_graph_node *));
	const char **keys = mg_alloc_array(graph->arena, graph->node_count + 1, sizeof(*keys));
	size_t kept = 0;
	mg_map_init(&groups, graph->arena);
	mg_map_init(&counts, graph->arena);
	for (size_t i = 0; i < graph->node_count; i++) {
		if (graph->nodes[i]->kind != kind)
			continue;
		keys[i] = key_of(graph, graph->nodes[i], beside ? &beside[i] : NULL);
		void *first = mg_map_get(&counts, keys[i]);
		mg_map_put(&counts, keys[i], first ? graph : (void *)graph->nodes[i]);
	}
	for (size_t i = 0; i < graph->node_count; i++) {
		struct mg_graph_node *node = graph->nodes[i], *group;
		into[i] = node;
		if (node->kind != kind || mg_map_get(&counts, keys[i]) != graph) {
			graph->nodes[kept++] = node;
			continue;
		}
		group = mg_map_get(&groups, keys[i]);
		if (group) {
			take(graph, group, node);
		} else {
			group = start_group(graph, node, keys[i]);
			mg_map_put(&groups, keys[i], group);
			graph->nodes[kept++] = group;
		}
		into[i] = group;
	}
	for (size_t i = 0; i < graph->edge_count; i++) {
		graph->edges[i].from = into[graph->edges[i].from->index];
		graph->edges[i].to = into[graph->edges[i].to->index];
	}
	graph->node_count = kept;
	mg_graph_finish(graph);
}

void mg_graph_group(struct mg_graph *graph, size_t most)
{
	for (int by_neighbours = 1; by_neighbours >= 0; by_neighbours--)
		for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
			if (graph->node_count > most)
				group_kind(graph, order[i], by_neighbours);
	mg_map_init(&graph->by_id, graph->arena);
	for (size_t i = 0; i < graph->node_count; i++)
		mg_map_put(&graph->by_id, graph->nodes[i]->id, graph->nodes[i]);
}
