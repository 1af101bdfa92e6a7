/* diagram.c: a graph in the languages of two programs that draw: Mermaid and Graphviz. */
#include <string.h>

#include "base/escape.h"
#include "graph/write.h"
#include "report/columns.h"

enum { LABEL_WIDTH = 48 };

/* What is drawn in a node: its kind, its name, and what is known of it. */
static const char *lines_of(
	struct mg_arena *arena, const struct mg_graph_node *node, size_t line, bool *out_more)
{
	*out_more = line < 2;
	if (line == 0)
		return mg_graph_kind_words[node->kind];
	if (line == 1)
		return mg_cut_middle(arena, mg_log_safe(arena, node->label), LABEL_WIDTH);
	return mg_graph_status(arena, node);
}

/* ---- Mermaid ---- */

/* Letters and digits stay; all else is a character reference, as Mermaid writes them: nothing that a label says is
 * markup, or ends it. */
static void add_mermaid_text(struct mg_text *out, const char *s)
{
	size_t left = strlen(s);
	while (left > 0) {
		uint32_t c = 0;
		size_t n = mg_utf8_next(s, left, &c);
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			(c >= 'a' && c <= 'z') || c == ' ' || c == '.' || c == ',';
		if (n == 0) {
			n = 1;
			c = 0xfffd;
		}
		if (plain)
			mg_text_add_char(out, (char)c);
		else
			mg_text_addf(out, "#%u;", (unsigned)c);
		s += n;
		left -= n;
	}
}

static void add_mermaid_node(struct mg_text *out, const struct mg_graph_node *node)
{
	static const char *const shapes[MG_GRAPH_KINDS][2] = {
		[MG_GRAPH_DATA] = {"[(", ")]"},
		[MG_GRAPH_RUN] = {"([", "])"},
		[MG_GRAPH_TRAINING] = {"([", "])"},
		[MG_GRAPH_DECISION] = {"{{", "}}"},
		[MG_GRAPH_STAGE] = {"[[", "]]"},
	};
	const char *const *shape = shapes[node->kind];
	bool more = true;
	mg_text_addf(out, "  n%zu%s\"", node->index, shape[0] ? shape[0] : "[");
	for (size_t line = 0; more; line++) {
		const char *text = lines_of(out->arena, node, line, &more);
		if (line > 0)
			mg_text_add(out, "<br/>");
		add_mermaid_text(out, text);
	}
	mg_text_addf(out, "\"%s:::%s\n", shape[1] ? shape[1] : "]",
		mg_graph_look_words[mg_graph_look(node)]);
}

void mg_graph_mermaid(struct mg_text *out, const struct mg_graph *graph)
{
	mg_text_add(out, "graph LR\n");
	for (size_t i = 0; i < graph->node_count; i++)
		add_mermaid_node(out, graph->nodes[i]);
	for (size_t i = 0; i < graph->edge_count; i++) {
		const struct mg_graph_edge *edge = &graph->edges[i];
		mg_text_addf(out, "  n%zu %s|\"", edge->from->index,
			edge->proof == MG_PROVEN ? "-->" : "-.->");
		add_mermaid_text(out, edge->word);
		mg_text_addf(out, "\"| n%zu\n", edge->to->index);
	}
	for (size_t i = 0; i < graph->edge_count; i++)
		if (graph->edges[i].proof == MG_CONTRADICTED)
			mg_text_addf(out, "  linkStyle %zu stroke:#c62828,stroke-width:2px\n", i);
	mg_text_add(out,
		"  classDef plain fill:#f6f8fa,stroke:#6e7781,color:#1f2328\n"
		"  classDef good fill:#dafbe1,stroke:#1a7f37,color:#0b3d1a\n"
		"  classDef warn fill:#fff8c5,stroke:#9a6700,color:#4d3300\n"
		"  classDef bad fill:#ffebe9,stroke:#cf222e,color:#6e1119\n"
		"  classDef unknown fill:#ffffff,stroke:#6e7781,color:#57606a,stroke-dasharray:4 3\n"
		"  classDef contradicted fill:#cf222e,stroke:#82071e,color:#ffffff,stroke-width:3px\n");
}

/* ---- Graphviz ---- */

/* A label's backslashes and character references are ones of its own. */
static void add_dot_text(struct mg_text *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			mg_text_add_char(out, '\\');
		if (*s == '&')
			mg_text_add(out, "&amp;");
		else
			mg_text_add_char(out, *s);
	}
}

static void add_dot_node(struct mg_text *out, const struct mg_graph_node *node)
{
	static const char *const styles[MG_GRAPH_LOOKS] = {
		[MG_GRAPH_LOOK_PLAIN] = "fillcolor=\"#f6f8fa\", color=\"#6e7781\"",
		[MG_GRAPH_LOOK_GOOD] = "fillcolor=\"#dafbe1\", color=\"#1a7f37\"",
		[MG_GRAPH_LOOK_WARN] = "fillcolor=\"#fff8c5\", color=\"#9a6700\"",
		[MG_GRAPH_LOOK_BAD] = "fillcolor=\"#ffebe9\", color=\"#cf222e\"",
		[MG_GRAPH_LOOK_UNKNOWN] = "style=\"rounded,dashed\", color=\"#6e7781\"",
		[MG_GRAPH_LOOK_CONTRADICTED] =
			"fillcolor=\"#cf222e\", color=\"#82071e\", fontcolor=white, penwidth=3",
	};
	bool more = true;
	mg_text_addf(out, "  n%zu [label=\"", node->index);
	for (size_t line = 0; more; line++) {
		const char *text = lines_of(out->arena, node, line, &more);
		if (line > 0)
			mg_text_add(out, "\\n");
		add_dot_text(out, text);
	}
	mg_text_add(out, "\", tooltip=\"");
	add_dot_text(out, mg_log_safe(out->arena, node->why ? node->why : node->id));
	mg_text_addf(out, "\", %s];\n", styles[mg_graph_look(node)]);
}

void mg_graph_dot(struct mg_text *out, const struct mg_graph *graph)
{
	mg_text_add(out,
		"digraph modelgate {\n"
		"  rankdir=LR;\n"
		"  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=11];\n"
		"  edge [fontname=\"sans-serif\", fontsize=9, color=\"#6e7781\"];\n");
	for (size_t i = 0; i < graph->node_count; i++)
		add_dot_node(out, graph->nodes[i]);
	for (size_t i = 0; i < graph->edge_count; i++) {
		const struct mg_graph_edge *edge = &graph->edges[i];
		mg_text_addf(out, "  n%zu -> n%zu [label=\"", edge->from->index, edge->to->index);
		add_dot_text(out, mg_log_safe(out->arena, edge->word));
		mg_text_addf(out, "\"%s];\n",
			edge->proof == MG_PROVEN                 ? ""
				: edge->proof == MG_CONTRADICTED ? ", color=\"#cf222e\", penwidth=2"
								 : ", style=dashed");
	}
	mg_text_add(out, "}\n");
}
