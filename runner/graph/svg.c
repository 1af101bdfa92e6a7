/* svg.c: a graph as a picture that needs nothing else: no script, no font, no file. */
#include <string.h>

#include "base/escape.h"
#include "graph/layout.h"
#include "graph/write.h"
#include "report/columns.h"

enum {
	MARGIN = 28,
	HEAD = 64,        /* room for the headings above the columns */
	LABEL_WIDTH = 26, /* columns of text that fit into a card */
	STATUS_WIDTH = 30,
	ARROW = 7,
	ARC = 26, /* how far an edge between two of one column swings out */
};

static const char STYLE[] =
	"\n.mg-graph{--paper:#ffffff;--card:#ffffff;--ink:#1f2328;--dim:#59636e;--rule:#d1d9e0;"
	"--wire:#9aa4af;--plain:#8c959f;--good:#1a7f37;--good-card:#f0fbf3;--warn:#9a6700;"
	"--warn-card:#fffaeb;--bad:#cf222e;--bad-card:#fff4f3;--false:#cf222e;--false-ink:#ffffff;"
	"background:var(--paper);font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;"
	"font-variant-numeric:tabular-nums}\n"
	"@media (prefers-color-scheme:dark){.mg-graph{--paper:#0d1117;--card:#151b23;--ink:#f0f6fc;"
	"--dim:#9198a1;--rule:#3d444d;--wire:#656c76;--plain:#7d8590;--good:#3fb950;"
	"--good-card:#0f2417;--warn:#d29922;--warn-card:#272115;--bad:#f85149;--bad-card:#2d1517;"
	"--false:#b62324;--false-ink:#ffffff}}\n"
	".mg-graph .paper{fill:var(--paper)}\n"
	".mg-graph text{fill:var(--ink)}\n"
	".mg-graph .heading{font-size:11px;font-weight:600;letter-spacing:.06em;fill:var(--dim)}\n"
	".mg-graph .title{font-size:16px;font-weight:600}\n"
	".mg-graph .rule{stroke:var(--rule);stroke-width:1}\n"
	".mg-graph .kind{font-size:10px;letter-spacing:.04em;fill:var(--dim)}\n"
	".mg-graph .label{font-size:13px;font-weight:600}\n"
	".mg-graph .status{font-size:11px;fill:var(--dim)}\n"
	".mg-graph .card{fill:var(--card);stroke:var(--rule);stroke-width:1}\n"
	".mg-graph .band{fill:var(--plain)}\n"
	".mg-graph .good .card{fill:var(--good-card)}.mg-graph .good .band{fill:var(--good)}\n"
	".mg-graph .good .status{fill:var(--good)}\n"
	".mg-graph .warn .card{fill:var(--warn-card)}.mg-graph .warn .band{fill:var(--warn)}\n"
	".mg-graph .warn .status{fill:var(--warn)}\n"
	".mg-graph .bad .card{fill:var(--bad-card)}.mg-graph .bad .band{fill:var(--bad)}\n"
	".mg-graph .bad .status{fill:var(--bad)}\n"
	".mg-graph .unknown .card{fill:none;stroke:var(--plain);stroke-dasharray:4 3}\n"
	".mg-graph .unknown .band{fill:none}.mg-graph .unknown .label{fill:var(--dim)}\n"
	".mg-graph .contradicted .card{fill:var(--false);stroke:var(--false)}\n"
	".mg-graph .contradicted .band{fill:none}\n"
	".mg-graph .contradicted text{fill:var(--false-ink)}\n"
	".mg-graph .wire{fill:none;stroke:var(--wire);stroke-width:1.3}\n"
	".mg-graph .tip{fill:var(--wire)}\n"
	".mg-graph .weak .wire{stroke-dasharray:4 4}\n"
	".mg-graph .false .wire{stroke:var(--false);stroke-width:2.2}"
	".mg-graph .false .tip{fill:var(--false)}\n"
	".mg-graph g:hover>.wire{stroke:var(--ink);stroke-width:2.4}\n"
	".mg-graph g:hover>.card{stroke:var(--ink)}\n";

struct picture {
	struct mg_text *out;
	const struct mg_graph *graph;
	struct mg_layout layout;
};

/* ---- texts ---- */

static void add_text(struct picture *p, const char *class, double x, double y, const char *text)
{
	mg_text_addf(p->out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", class, x, y);
	mg_escape_html(p->out, text);
	mg_text_add(p->out, "</text>\n");
}

/* By which a page finds what belongs to a node. */
static void add_id(struct picture *p, const char *what, const struct mg_graph_node *node)
{
	mg_text_addf(p->out, " data-%s=\"", what);
	mg_escape_html(p->out, node->id);
	mg_text_add_char(p->out, '"');
}

/* All that is known of it, a line each: what a browser shows under the pointer, and a screen reader reads. */
static void add_details(struct picture *p, const struct mg_graph_node *node)
{
	struct mg_arena *arena = p->out->arena;
	mg_text_add(p->out, "<title>");
	mg_escape_html(p->out,
		mg_printf(arena, "%s %s: %s", mg_graph_kind_words[node->kind], node->label,
			mg_graph_status(arena, node)));
	if (node->why) {
		mg_text_add_char(p->out, '\n');
		mg_escape_html(p->out, node->why);
	}
	for (size_t i = 0; i < node->fact_count && i < 40; i++) {
		mg_text_add_char(p->out, '\n');
		mg_escape_html(p->out,
			mg_printf(arena, "%s: %s", node->facts[i].name, node->facts[i].value));
	}
	mg_text_add(p->out, "</title>\n");
}

/* ---- edges ---- */

static double top_of(double y)
{
	return y + HEAD;
}

static void add_tip(struct picture *p, double x, double y, int direction)
{
	mg_text_addf(p->out, "<path class=\"tip\" d=\"M%.1f %.1fl%d -4v8z\"/>\n", x, y,
		-direction * ARROW);
}

/* From the right of one card to the left of the other, through its place in each column between. */
static void add_way(struct picture *p, const struct mg_layout_way *way)
{
	const struct mg_layout_place *at = way->places[0];
	double x = at->x + MG_LAYOUT_CARD_WIDTH, y = top_of(at->y);
	mg_text_addf(p->out, "<path class=\"wire\" d=\"M%.1f %.1f", x, y);
	for (size_t i = 1; i < way->count; i++) {
		const struct mg_layout_place *to = way->places[i];
		bool is_last = i + 1 == way->count;
		double next_x = is_last ? to->x - ARROW : to->x, next_y = top_of(to->y);
		double middle = (x + next_x) / 2;
		mg_text_addf(p->out, "C%.1f %.1f %.1f %.1f %.1f %.1f", middle, y, middle, next_y,
			next_x, next_y);
		if (!is_last)
			mg_text_addf(p->out, "H%.1f", to->x + MG_LAYOUT_CARD_WIDTH);
		x = to->x + MG_LAYOUT_CARD_WIDTH;
		y = next_y;
	}
	mg_text_add(p->out, "\"/>\n");
	add_tip(p, way->places[way->count - 1]->x, y, 1);
}

/* Between two of one column: an arc on their right. */
static void add_arc(struct picture *p, const struct mg_graph_edge *edge)
{
	const struct mg_layout_place *from = &p->layout.nodes[edge->from->index];
	const struct mg_layout_place *to = &p->layout.nodes[edge->to->index];
	double x = from->x + MG_LAYOUT_CARD_WIDTH, lower = from->y < to->y ? -1 : 1;
	double y = top_of(from->y) - lower * 12, end = top_of(to->y) + lower * 12;
	double rows = (from->y - to->y) * lower / (MG_LAYOUT_CARD_HEIGHT + MG_LAYOUT_ROW_GAP);
	double out = x + ARC + (rows > 4 ? 4 : rows) * 6;
	mg_text_addf(p->out,
		"<path class=\"wire\" d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\"/>\n", x, y,
		out, y, out, end, x + ARROW, end);
	add_tip(p, x, end, -1);
}

static void add_edge(struct picture *p, size_t i)
{
	const struct mg_graph_edge *edge = &p->graph->edges[i];
	const char *class = edge->proof == MG_CONTRADICTED ? "false"
		: edge->proof == MG_PROVEN                 ? "sure"
							   : "weak";
	mg_text_addf(p->out, "<g class=\"%s\"", class);
	add_id(p, "from", edge->from);
	add_id(p, "to", edge->to);
	mg_text_add(p->out, "><title>");
	mg_escape_html(p->out,
		mg_printf(p->out->arena, "%s → %s: %s (%s)", edge->from->label, edge->to->label,
			edge->word, mg_graph_proof_words[edge->proof]));
	mg_text_add(p->out, "</title>\n");
	if (p->layout.ways[i].count)
		add_way(p, &p->layout.ways[i]);
	else
		add_arc(p, edge);
	mg_text_add(p->out, "</g>\n");
}

/* ---- nodes ---- */

static const char *sign_of(const struct mg_graph_node *node)
{
	static const char *const signs[MG_GRAPH_LOOKS] = {
		[MG_GRAPH_LOOK_PLAIN] = "",
		[MG_GRAPH_LOOK_GOOD] = "✓ ",
		[MG_GRAPH_LOOK_WARN] = "! ",
		[MG_GRAPH_LOOK_BAD] = "✗ ",
		[MG_GRAPH_LOOK_UNKNOWN] = "? ",
		[MG_GRAPH_LOOK_CONTRADICTED] = "✗ ",
	};
	return signs[mg_graph_look(node)];
}

static const char *label_of(struct mg_arena *arena, const struct mg_graph_node *node)
{
	return mg_cut_middle(arena, mg_log_safe(arena, mg_graph_name(arena, node)), LABEL_WIDTH);
}

/* The fact that tells it from others of its name: a version, a day, a digest. */
static const char *kind_of(struct mg_arena *arena, const struct mg_graph_node *node)
{
	static const struct {
		const char *name;
		size_t skipped;
		int shown;
	} facts[MG_GRAPH_KINDS] = {
		[MG_GRAPH_DATA] = {"digest", sizeof("sha256:") - 1, 12},
		[MG_GRAPH_SPEC] = {"digest", sizeof("sha256:") - 1, 12},
		[MG_GRAPH_RUN] = {"started", 0, 10},
		[MG_GRAPH_TAG] = {"version", 0, 24},
		[MG_GRAPH_STAGE] = {"version", 0, 24},
	};
	const char *word = mg_graph_kind_words[node->kind], *name = facts[node->kind].name;
	const char *value = name ? mg_graph_fact(node, name) : NULL;
	if (!value || strlen(value) < facts[node->kind].skipped)
		return word;
	return mg_printf(arena, "%s · %.*s", word, facts[node->kind].shown,
		value + facts[node->kind].skipped);
}

static void add_node(struct picture *p, const struct mg_graph_node *node)
{
	struct mg_arena *arena = p->out->arena;
	const struct mg_layout_place *place = &p->layout.nodes[node->index];
	double x = place->x, y = top_of(place->y) - MG_LAYOUT_CARD_HEIGHT / 2.0;
	mg_text_addf(p->out, "<g class=\"%s\"", mg_graph_look_words[mg_graph_look(node)]);
	add_id(p, "node", node);
	mg_text_add(p->out, ">\n");
	add_details(p, node);
	mg_text_addf(p->out,
		"<rect class=\"card\" x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"%d\"/>\n",
		x, y, MG_LAYOUT_CARD_WIDTH, MG_LAYOUT_CARD_HEIGHT, node->members > 1 ? 12 : 5);
	mg_text_addf(p->out,
		"<rect class=\"band\" x=\"%.1f\" y=\"%.1f\" width=\"4\" height=\"%d\" rx=\"2\"/>\n",
		x, y, MG_LAYOUT_CARD_HEIGHT);
	add_text(p, "kind", x + 14, y + 15, kind_of(arena, node));
	add_text(p, "label", x + 14, y + 31, label_of(arena, node));
	add_text(p, "status", x + 14, y + 46,
		mg_cut_end(arena,
			mg_printf(arena, "%s%s", sign_of(node), mg_graph_status(arena, node)),
			STATUS_WIDTH));
	mg_text_add(p->out, "</g>\n");
}

/* ---- the whole ---- */

static void add_headings(struct picture *p, const char *title)
{
	static const char *const headings[MG_GRAPH_RANKS] = {"DATA AND CODE", "VERSIONS AND SPECS",
		"RUNS", "SUITES AND RULES", "DECISIONS", "TAGS", "STAGES NOW"};
	add_text(p, "title", 0, 8, title);
	for (size_t c = 0; c < p->layout.columns; c++) {
		double x = (double)c * (MG_LAYOUT_CARD_WIDTH + MG_LAYOUT_COLUMN_GAP);
		add_text(p, "heading", x, HEAD - 24, headings[p->layout.ranks[c]]);
		mg_text_addf(p->out, "<path class=\"rule\" d=\"M%.1f %d.5h%d\"/>\n", x, HEAD - 17,
			MG_LAYOUT_CARD_WIDTH);
	}
}

static const char *title_of(struct mg_arena *arena, const struct mg_graph_question *question)
{
	if (question->uses)
		return mg_printf(arena, "What was tested on %s", question->uses);
	return mg_printf(arena, "Where %s came from",
		question->about ? question->about : "the models of this repository");
}

const char *mg_graph_svg_style(void)
{
	return STYLE;
}

void mg_graph_svg(
	struct mg_text *out, const struct mg_graph *graph, const struct mg_graph_question *question)
{
	struct picture p = {.out = out, .graph = graph};
	mg_graph_lay_out(out->arena, graph, &p.layout);
	const char *title = title_of(out->arena, question);
	double width = p.layout.width + 2 * MARGIN + ARC,
	       height = p.layout.height + HEAD + 2 * MARGIN;
	mg_text_addf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"mg-graph\" role=\"img\" "
		"width=\"%.0f\" height=\"%.0f\" viewBox=\"%d %d %.0f %.0f\">\n<title>",
		width, height, -MARGIN, -MARGIN, width, height);
	mg_escape_html(out, title);
	mg_text_addf(out, "</title>\n<style>%s</style>\n", STYLE);
	mg_text_addf(out,
		"<rect class=\"paper\" x=\"%d\" y=\"%d\" width=\"%.0f\" height=\"%.0f\"/>\n",
		-MARGIN, -MARGIN, width, height);
	add_headings(&p, title);
	for (size_t i = 0; i < graph->edge_count; i++)
		add_edge(&p, i);
	for (size_t i = 0; i < graph->node_count; i++)
		add_node(&p, graph->nodes[i]);
	mg_text_add(out, "</svg>\n");
}
