/* json.c: a graph for programs. */
#include "base/clock.h"
#include "graph/write.h"
#include "report/json_out.h"

static void add_node(struct mg_json *json, const struct mg_graph_node *node)
{
	mg_json_open(json, NULL, '{', false);
	mg_json_text(json, "id", node->id);
	mg_json_text(json, "kind", mg_graph_kind_words[node->kind]);
	mg_json_int(json, "rank", mg_graph_rank(node->kind));
	mg_json_text(json, "model", node->model);
	mg_json_text(json, "label", node->label);
	mg_json_text(json, "verdict", node->verdict);
	mg_json_text(json, "proof", mg_graph_proof_words[node->proof]);
	mg_json_text(json, "why", node->why);
	mg_json_text(json, "look", mg_graph_look_words[mg_graph_look(node)]);
	mg_json_text(json, "time",
		node->time_us ? mg_clock_text(json->out->arena, node->time_us) : NULL);
	mg_json_int(json, "members", (int64_t)node->members);
	mg_json_open(json, "facts", '[', node->fact_count == 0);
	for (size_t i = 0; i < node->fact_count; i++) {
		mg_json_open(json, NULL, '{', true);
		mg_json_text(json, "name", node->facts[i].name);
		mg_json_text(json, "value", node->facts[i].value);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
	mg_json_close(json, '}');
}

static void add_edge(struct mg_json *json, const struct mg_graph_edge *edge)
{
	mg_json_open(json, NULL, '{', true);
	mg_json_text(json, "from", edge->from->id);
	mg_json_text(json, "to", edge->to->id);
	mg_json_text(json, "word", edge->word);
	mg_json_text(json, "proof", mg_graph_proof_words[edge->proof]);
	mg_json_close(json, '}');
}

void mg_graph_json(
	struct mg_text *out, const struct mg_graph *graph, const struct mg_graph_question *question)
{
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '{', false);
	mg_json_text(&json, "format", "modelgate.graph/1");
	mg_json_text(&json, "about", question->about);
	mg_json_text(&json, "uses", question->uses);
	mg_json_open(&json, "problems", '[', graph->problem_count == 0);
	for (size_t i = 0; i < graph->problem_count; i++) {
		mg_json_open(&json, NULL, '{', true);
		mg_json_text(&json, "model", graph->problems[i].model);
		mg_json_text(&json, "tag", graph->problems[i].tag);
		mg_json_text(&json, "text", graph->problems[i].text);
		mg_json_close(&json, '}');
	}
	mg_json_close(&json, ']');
	mg_json_open(&json, "nodes", '[', graph->node_count == 0);
	for (size_t i = 0; i < graph->node_count; i++)
		add_node(&json, graph->nodes[i]);
	mg_json_close(&json, ']');
	mg_json_open(&json, "edges", '[', graph->edge_count == 0);
	for (size_t i = 0; i < graph->edge_count; i++)
		add_edge(&json, &graph->edges[i]);
	mg_json_close(&json, ']');
	mg_json_close(&json, '}');
	mg_text_add_char(out, '\n');
}
