/* graph.c: nodes and edges, each there once, and the parts of a graph that a question is about. */
#include "graph/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const char *const mg_graph_kind_words[] = {
	[MG_GRAPH_DATA] = "data",
	[MG_GRAPH_COMMIT] = "commit",
	[MG_GRAPH_TRAINING] = "training",
	[MG_GRAPH_SPEC] = "spec",
	[MG_GRAPH_VERSION] = "version",
	[MG_GRAPH_PIPELINE] = "pipeline",
	[MG_GRAPH_RUN] = "run",
	[MG_GRAPH_SUITE] = "suite",
	[MG_GRAPH_POLICY] = "policy",
	[MG_GRAPH_APPROVER] = "approver",
	[MG_GRAPH_DECISION] = "decision",
	[MG_GRAPH_TAG] = "tag",
	[MG_GRAPH_STAGE] = "stage",
	[MG_GRAPH_KINDS] = NULL,
};
const char *const mg_graph_proof_words[] = {
	"proven", "on record", "not recorded", "not in this clone", "contradicted", NULL};

const char *const mg_graph_look_words[] = {
	"plain", "good", "warn", "bad", "unknown", "contradicted", NULL};

enum mg_graph_look mg_graph_look(const struct mg_graph_node *node)
{
	static const char *const bad[] = {"fail", "error"};
	if (node->proof == MG_CONTRADICTED)
		return MG_GRAPH_LOOK_CONTRADICTED;
	if (node->proof == MG_NOT_RECORDED || node->proof == MG_NOT_HERE)
		return MG_GRAPH_LOOK_UNKNOWN;
	if (!node->verdict)
		return MG_GRAPH_LOOK_PLAIN;
	if (mg_among(node->verdict, bad, sizeof(bad) / sizeof(bad[0])))
		return MG_GRAPH_LOOK_BAD;
	if (!mg_streq(node->verdict, "pass"))
		return MG_GRAPH_LOOK_WARN;
	return node->proof == MG_PROVEN ? MG_GRAPH_LOOK_GOOD : MG_GRAPH_LOOK_PLAIN;
}

int mg_graph_rank(enum mg_graph_kind kind)
{
	static const int ranks[MG_GRAPH_KINDS] = {
		[MG_GRAPH_DATA] = 0,
		[MG_GRAPH_COMMIT] = 0,
		[MG_GRAPH_TRAINING] = 0,
		[MG_GRAPH_SPEC] = 1,
		[MG_GRAPH_VERSION] = 1,
		[MG_GRAPH_PIPELINE] = 1,
		[MG_GRAPH_RUN] = 2,
		[MG_GRAPH_SUITE] = 3,
		[MG_GRAPH_POLICY] = 3,
		[MG_GRAPH_APPROVER] = 3,
		[MG_GRAPH_DECISION] = 4,
		[MG_GRAPH_TAG] = 5,
		[MG_GRAPH_STAGE] = 6,
	};
	return ranks[kind];
}

/* ---- making it ---- */

void mg_graph_init(struct mg_graph *graph, struct mg_arena *arena)
{
	*graph = (struct mg_graph){.arena = arena};
	mg_map_init(&graph->by_id, arena);
}

struct mg_graph_node *mg_graph_add(struct mg_graph *graph, enum mg_graph_kind kind, const char *id,
	const char *label, bool *out_new)
{
	struct mg_graph_node *node = mg_map_get(&graph->by_id, id);
	if (out_new)
		*out_new = !node;
	if (node)
		return node;
	node = mg_alloc(graph->arena, sizeof(*node));
	*node = (struct mg_graph_node){.kind = kind,
		.id = mg_strdup(graph->arena, id),
		.label = mg_strdup(graph->arena, label),
		.members = 1};
	mg_map_put(&graph->by_id, id, node);
	graph->nodes = mg_grow(graph->arena, graph->nodes, graph->node_count, &graph->node_capacity,
		sizeof(struct mg_graph_node *));
	graph->nodes[graph->node_count++] = node;
	return node;
}

const char *mg_graph_fact(const struct mg_graph_node *node, const char *name)
{
	for (size_t i = 0; i < node->fact_count; i++)
		if (mg_streq(node->facts[i].name, name))
			return node->facts[i].value;
	return NULL;
}

void mg_graph_add_fact(
	struct mg_graph *graph, struct mg_graph_node *node, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	node->facts = mg_grow(graph->arena, node->facts, node->fact_count, &node->fact_capacity,
		sizeof(*node->facts));
	node->facts[node->fact_count++] = (struct mg_graph_fact){
		mg_strdup(graph->arena, name), mg_strdup(graph->arena, value)};
}

void mg_graph_join(struct mg_graph *graph, struct mg_graph_node *from, struct mg_graph_node *to,
	const char *word, enum mg_graph_proof proof)
{
	graph->edges = mg_grow(graph->arena, graph->edges, graph->edge_count, &graph->edge_capacity,
		sizeof(*graph->edges));
	graph->edges[graph->edge_count++] = (struct mg_graph_edge){
		from, to, mg_strdup(graph->arena, word), proof};
}

void mg_graph_add_problem(
	struct mg_graph *graph, const char *model, const char *tag, const char *text)
{
	graph->problems = mg_grow(graph->arena, graph->problems, graph->problem_count,
		&graph->problem_capacity, sizeof(*graph->problems));
	graph->problems[graph->problem_count++] = (struct mg_graph_problem){model, tag, text};
}

const struct mg_graph_node *mg_graph_find(const struct mg_graph *graph, const char *id)
{
	return mg_map_get(&graph->by_id, id);
}

/* ---- its order ---- */

static int by_place(const void *a, const void *b)
{
	const struct mg_graph_node *x = *(struct mg_graph_node *const *)a,
				   *y = *(struct mg_graph_node *const *)b;
	int ranks = mg_graph_rank(x->kind) - mg_graph_rank(y->kind);
	if (ranks)
		return ranks;
	if (x->kind != y->kind)
		return (int)x->kind - (int)y->kind;
	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return strcmp(x->id, y->id);
}

static int by_ends(const void *a, const void *b)
{
	const struct mg_graph_edge *x = a, *y = b;
	if (x->from != y->from)
		return x->from->index < y->from->index ? -1 : 1;
	if (x->to != y->to)
		return x->to->index < y->to->index ? -1 : 1;
	int words = strcmp(x->word, y->word);
	return words ? words : (int)y->proof - (int)x->proof; /* the worse first */
}

static size_t end_of(const struct mg_graph_edge *edge, enum mg_graph_direction direction)
{
	return (direction == MG_GRAPH_FROM ? edge->from : edge->to)->index;
}

/* Each edge at its node, by counting, so that edges keep their order. */
static void sort_ends(struct mg_graph *graph, enum mg_graph_direction direction)
{
	size_t nodes = graph->node_count;
	size_t *first = mg_alloc_array(graph->arena, nodes + 1, sizeof(*first));
	size_t *next = mg_alloc_array(graph->arena, nodes + 1, sizeof(*next));
	const struct mg_graph_edge **list = mg_alloc_array(
		graph->arena, graph->edge_count + 1, sizeof(const struct mg_graph_edge *));
	for (size_t i = 0; i < graph->edge_count; i++)
		first[end_of(&graph->edges[i], direction) + 1]++;
	for (size_t i = 0; i < nodes; i++)
		next[i + 1] = first[i + 1] += first[i];
	for (size_t i = 0; i < graph->edge_count; i++)
		list[next[end_of(&graph->edges[i], direction)]++] = &graph->edges[i];
	graph->first[direction] = first;
	graph->ends[direction] = list;
}

struct mg_graph_ends mg_graph_ends(const struct mg_graph *graph, const struct mg_graph_node *node,
	enum mg_graph_direction direction)
{
	const size_t *first = &graph->first[direction][node->index];
	return (struct mg_graph_ends){&graph->ends[direction][first[0]], first[1] - first[0]};
}

void mg_graph_finish(struct mg_graph *graph)
{
	size_t kept = 0;
	if (graph->node_count > 0)
		qsort(graph->nodes, graph->node_count, sizeof(struct mg_graph_node *), by_place);
	for (size_t i = 0; i < graph->node_count; i++)
		graph->nodes[i]->index = i;
	if (graph->edge_count > 0)
		qsort(graph->edges, graph->edge_count, sizeof(*graph->edges), by_ends);
	for (size_t i = 0; i < graph->edge_count; i++) {
		const struct mg_graph_edge *edge = &graph->edges[i];
		const struct mg_graph_edge *last = kept ? &graph->edges[kept - 1] : NULL;
		bool is_again = last && last->from == edge->from && last->to == edge->to &&
			mg_streq(last->word, edge->word);
		if (!is_again && edge->from != edge->to)
			graph->edges[kept++] = *edge;
	}
	graph->edge_count = kept;
	sort_ends(graph, MG_GRAPH_FROM);
	sort_ends(graph, MG_GRAPH_TO);
	if (graph->drawn_for < graph->node_count)
		graph->drawn_for = graph->node_count;
}

/* ---- parts of it ---- */

void mg_graph_spread(const struct mg_graph *graph, bool *marked, enum mg_graph_direction direction)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	size_t *reached = mg_alloc_array(scratch, graph->node_count + 1, sizeof(*reached)),
	       count = 0;
	for (size_t i = 0; i < graph->node_count; i++)
		if (marked[i])
			reached[count++] = i;
	while (count > 0) {
		const struct mg_graph_node *node = graph->nodes[reached[--count]];
		struct mg_graph_ends ends = mg_graph_ends(graph, node, direction);
		for (size_t i = 0; i < ends.count; i++) {
			const struct mg_graph_edge *edge = ends.list[i];
			const struct mg_graph_node *next = direction == MG_GRAPH_FROM ? edge->to
										      : edge->from;
			if (!marked[next->index])
				reached[count++] = next->index;
			marked[next->index] = true;
		}
	}
}

static void keep(struct mg_graph *graph, const bool *marked)
{
	size_t nodes = 0, edges = 0;
	for (size_t i = 0; i < graph->edge_count; i++)
		if (marked[graph->edges[i].from->index] && marked[graph->edges[i].to->index])
			graph->edges[edges++] = graph->edges[i];
	graph->edge_count = edges;
	for (size_t i = 0; i < graph->node_count; i++)
		if (marked[i])
			graph->nodes[nodes++] = graph->nodes[i];
	graph->node_count = nodes;
	graph->drawn_for = 0;
	mg_map_init(&graph->by_id, graph->arena);
	for (size_t i = 0; i < nodes; i++)
		mg_map_put(&graph->by_id, graph->nodes[i]->id, graph->nodes[i]);
	mg_graph_finish(graph);
}

static bool *copy_of(const struct mg_graph *graph, const bool *marked)
{
	bool *copy = mg_alloc_array(graph->arena, graph->node_count + 1, sizeof(*copy));
	if (graph->node_count > 0)
		memcpy(copy, marked, graph->node_count * sizeof(*copy));
	return copy;
}

void mg_graph_keep_history(struct mg_graph *graph, const bool *marked)
{
	bool *kept = copy_of(graph, marked);
	mg_graph_spread(graph, kept, MG_GRAPH_FROM);
	mg_graph_spread(graph, kept, MG_GRAPH_TO);
	keep(graph, kept);
}

void mg_graph_keep_origins(struct mg_graph *graph, const bool *marked)
{
	bool *kept = copy_of(graph, marked);
	mg_graph_spread(graph, kept, MG_GRAPH_TO);
	keep(graph, kept);
}

void mg_graph_keep_uses(struct mg_graph *graph, const bool *marked)
{
	bool *reached = copy_of(graph, marked);
	mg_graph_spread(graph, reached, MG_GRAPH_FROM);
	bool *kept = copy_of(graph, reached);
	for (size_t i = 0; i < graph->edge_count; i++) {
		const struct mg_graph_edge *edge = &graph->edges[i];
		if (reached[edge->to->index] && edge->to->kind == MG_GRAPH_RUN &&
			edge->from->kind == MG_GRAPH_VERSION)
			kept[edge->from->index] = true;
	}
	keep(graph, kept);
}
