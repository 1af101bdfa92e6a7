/* text.c: a graph as trees of lines, for a terminal. */
#include <string.h>

#include "base/escape.h"
#include "graph/write.h"
#include "report/columns.h"

#define RED "31"
#define GREEN "32"
#define YELLOW "33"
#define DIM "2"
#define BOLD "1"

struct drawing {
	const struct mg_graph *graph;
	struct mg_text *out;
	bool colour, forward;
	bool *told;    /* of each node: its own branches are above */
	size_t *marks; /* of each node: the last list of branches that has it */
	size_t mark;   /* of the last list that was begun; from 1 */
};

/* The nodes below one, and what they are to it. */
struct branches {
	const struct mg_graph_node **nodes;
	const char **words;
	size_t count, capacity, word_capacity, mark;
};

const char *mg_graph_name(struct mg_arena *arena, const struct mg_graph_node *node)
{
	return node->kind == MG_GRAPH_STAGE && node->model
		? mg_printf(arena, "%s#%s", node->model, node->label)
		: node->label;
}

const char *mg_graph_status(struct mg_arena *arena, const struct mg_graph_node *node)
{
	const char *proof = mg_graph_proof_words[node->proof];
	if (node->verdict && node->proof == MG_CONTRADICTED)
		return mg_printf(arena, "%s, says %s", proof, node->verdict);
	return node->verdict ? mg_printf(arena, "%s, %s", node->verdict, proof) : proof;
}

static const char *colour_of(const struct mg_graph_node *node)
{
	static const char *const colours[MG_GRAPH_LOOKS] = {
		[MG_GRAPH_LOOK_GOOD] = GREEN,
		[MG_GRAPH_LOOK_WARN] = YELLOW,
		[MG_GRAPH_LOOK_BAD] = RED,
		[MG_GRAPH_LOOK_UNKNOWN] = DIM,
		[MG_GRAPH_LOOK_CONTRADICTED] = RED,
	};
	return colours[mg_graph_look(node)];
}

/* ---- what lies below a node ---- */

/* A list is filled before another is begun. */
static void add_branch(
	struct drawing *d, struct branches *b, const struct mg_graph_node *node, const char *word)
{
	struct mg_arena *arena = d->graph->arena;
	if (!b->mark)
		b->mark = ++d->mark;
	if (d->marks[node->index] == b->mark)
		return;
	d->marks[node->index] = b->mark;
	b->words = mg_grow(arena, b->words, b->count, &b->word_capacity, sizeof(*b->words));
	b->nodes = mg_grow(
		arena, b->nodes, b->count, &b->capacity, sizeof(const struct mg_graph_node *));
	b->words[b->count] = word;
	b->nodes[b->count++] = node;
}

static void add_next(struct drawing *d, struct branches *b, const struct mg_graph_node *node,
	bool forward, enum mg_graph_kind only)
{
	struct mg_graph_ends ends = mg_graph_ends(
		d->graph, node, forward ? MG_GRAPH_FROM : MG_GRAPH_TO);
	for (size_t i = 0; i < ends.count; i++) {
		const struct mg_graph_edge *e = ends.list[i];
		const struct mg_graph_node *next = forward ? e->to : e->from;
		if (only == MG_GRAPH_KINDS || next->kind == only)
			add_branch(d, b, next, e->word);
	}
}

/* A decision is told with the runs that it judged, and a run with its suites, which lie between them. */
static struct branches branches_of(struct drawing *d, const struct mg_graph_node *node)
{
	struct branches all = {0}, b = {0};
	if (node->kind == MG_GRAPH_SUITE)
		return b;
	add_next(d, &all, node, d->forward, MG_GRAPH_KINDS);
	if (!d->forward && node->kind == MG_GRAPH_RUN)
		add_next(d, &b, node, true, MG_GRAPH_SUITE);
	for (size_t i = 0; i < all.count; i++) {
		bool between = all.nodes[i]->kind == MG_GRAPH_SUITE &&
			(node->kind == MG_GRAPH_DECISION || node->kind == MG_GRAPH_RUN);
		if (between && d->forward)
			add_next(d, &b, all.nodes[i], true, MG_GRAPH_DECISION);
		else if (between)
			add_next(d, &b, all.nodes[i], false, MG_GRAPH_RUN);
		else
			add_branch(d, &b, all.nodes[i], all.words[i]);
	}
	return b;
}

/* ---- lines ---- */

enum { TOLD_MOST = 3 };

/* What of a node's facts a line has room for. */
static const char *remark(struct mg_arena *arena, const struct mg_graph_node *node)
{
	static const char *const told[MG_GRAPH_KINDS][TOLD_MOST] = {
		[MG_GRAPH_DATA] = {"path", "digest"},
		[MG_GRAPH_SPEC] = {"digest"},
		[MG_GRAPH_RUN] = {"checks", "started"},
		[MG_GRAPH_SUITE] = {"checks"},
		[MG_GRAPH_DECISION] = {"evidence", "reason"},
		[MG_GRAPH_TAG] = {"version", "when", "by"},
		[MG_GRAPH_STAGE] = {"version", "since"},
	};
	const char *const *names = told[node->kind], *text = NULL;
	for (size_t i = 0; i < TOLD_MOST; i++) {
		const char *value = names[i] ? mg_graph_fact(node, names[i]) : NULL;
		if (value && mg_starts_with(value, "sha256:"))
			value = mg_printf(arena, "%.19s", value);
		if (value && !mg_streq(value, node->label))
			text = text ? mg_printf(arena, "%s, %s", text, value) : value;
	}
	return text;
}

static void add_safe(const struct drawing *d, const char *text)
{
	mg_text_add(d->out, mg_log_safe(d->graph->arena, text));
}

static void add_line(const struct drawing *d, const struct mg_graph_node *node, const char *indent,
	bool is_again)
{
	struct mg_arena *arena = d->graph->arena;
	const char *more = remark(arena, node);
	mg_text_add(d->out, mg_graph_kind_words[node->kind]);
	mg_text_add_char(d->out, ' ');
	mg_add_coloured(
		d->out, d->colour ? BOLD : NULL, mg_log_safe(arena, mg_graph_name(arena, node)));
	mg_text_add(d->out, "  ");
	mg_add_coloured(d->out, d->colour ? colour_of(node) : NULL, mg_graph_status(arena, node));
	if (more) {
		mg_text_add(d->out, "  ");
		add_safe(d, more);
	}
	if (is_again)
		mg_text_add(d->out, "  (see above)");
	mg_text_add_char(d->out, '\n');
	if (node->why && !is_again && node->proof != MG_ON_RECORD) {
		mg_text_add(d->out, indent);
		mg_text_add(d->out, "   ");
		mg_add_coloured(
			d->out, d->colour ? colour_of(node) : NULL, mg_log_safe(arena, node->why));
		mg_text_add_char(d->out, '\n');
	}
}

/* As deep as the longest way: tags that follow each other may be many. */
enum { DEEPEST = 60 };

static void add_tree(
	struct drawing *d, const struct mg_graph_node *node, const char *indent, int depth)
{
	struct branches b = branches_of(d, node);
	bool is_again = d->told[node->index] && b.count > 0;
	d->told[node->index] = true;
	add_line(d, node,
		mg_printf(d->graph->arena, "%s%s", indent, b.count && !is_again ? "│" : " "),
		is_again);
	if (is_again || depth == DEEPEST)
		return;
	for (size_t i = 0; i < b.count; i++) {
		bool is_last = i + 1 == b.count;
		mg_text_add(d->out, indent);
		mg_text_add(d->out, is_last ? "└─ " : "├─ ");
		add_tree(d, b.nodes[i],
			mg_printf(d->graph->arena, "%s%s", indent, is_last ? "   " : "│  "),
			depth + 1);
	}
}

static bool leads_on(const struct mg_graph *graph, const struct mg_graph_node *node)
{
	struct mg_graph_ends ends = mg_graph_ends(graph, node, MG_GRAPH_FROM);
	for (size_t i = 0; i < ends.count; i++) {
		const struct mg_graph_node *next = ends.list[i]->to;
		if (next->kind != MG_GRAPH_SUITE || leads_on(graph, next))
			return true;
	}
	return false;
}

/* Where trees begin: at what leads to nothing else; with --uses at the data that were asked for. */
static bool is_root(const struct drawing *d, const struct mg_graph_node *node)
{
	if (!d->forward)
		return node->kind != MG_GRAPH_SUITE && !leads_on(d->graph, node);
	return node->kind == MG_GRAPH_DATA && mg_graph_ends(d->graph, node, MG_GRAPH_TO).count == 0;
}

/* ---- answers ---- */

/* Does anything proven say on what it was tested? */
static bool tests_are_known(const struct mg_graph *graph, const struct mg_graph_node *stage)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	bool *seen = mg_alloc_array(scratch, graph->node_count + 1, sizeof(*seen)), known = false;
	seen[stage->index] = true;
	mg_graph_spread(graph, seen, MG_GRAPH_TO);
	for (size_t i = 0; i < graph->node_count; i++)
		known |= seen[i] && graph->nodes[i]->kind == MG_GRAPH_RUN &&
			graph->nodes[i]->proof == MG_PROVEN;
	return known;
}

const char *mg_graph_unknown_tests(const struct mg_graph *graph)
{
	const char *names = NULL;
	for (size_t i = 0; i < graph->node_count; i++) {
		const struct mg_graph_node *node = graph->nodes[i];
		if (node->kind != MG_GRAPH_STAGE ||
			(node->proof == MG_PROVEN && tests_are_known(graph, node)))
			continue;
		const char *name = mg_graph_name(graph->arena, node);
		names = names ? mg_printf(graph->arena, "%s, %s", names, name) : name;
	}
	return names;
}

static void add_answer(const struct drawing *d, const char *uses)
{
	size_t stages = 0;
	for (size_t i = 0; i < d->graph->node_count; i++)
		stages += d->graph->nodes[i]->kind == MG_GRAPH_STAGE;
	if (d->graph->node_count == 0) {
		mg_text_addf(d->out, "No run on record read %s.\n", uses);
		return;
	}
	mg_text_addf(d->out,
		stages ? "Tested on %s, and standing in a stage now:\n"
		       : "Nothing that stands in a stage now was tested on %s.\n",
		uses);
	for (size_t i = 0; i < d->graph->node_count; i++) {
		const struct mg_graph_node *node = d->graph->nodes[i];
		if (node->kind != MG_GRAPH_STAGE)
			continue;
		mg_text_add(d->out, "  ");
		add_line(d, node, "  ", false);
	}
	mg_text_add_char(d->out, '\n');
}

static void add_problems(const struct drawing *d)
{
	for (size_t i = 0; i < d->graph->problem_count; i++) {
		const struct mg_graph_problem *p = &d->graph->problems[i];
		mg_add_coloured(d->out, d->colour ? RED : NULL, "BREAK ");
		add_safe(d,
			mg_printf(d->graph->arena, " %s: %s", p->tag ? p->tag : p->model, p->text));
		mg_text_add_char(d->out, '\n');
	}
	if (d->graph->problem_count > 0)
		mg_text_add_char(d->out, '\n');
}

void mg_graph_text(struct mg_text *out, const struct mg_graph *graph,
	const struct mg_graph_question *question, bool colour)
{
	struct drawing d = {.graph = graph,
		.out = out,
		.colour = colour,
		.forward = question->uses != NULL,
		.told = mg_alloc_array(graph->arena, graph->node_count + 1, sizeof(bool)),
		.marks = mg_alloc_array(graph->arena, graph->node_count + 1, sizeof(size_t))};
	bool is_first = true;
	add_problems(&d);
	if (question->uses)
		add_answer(&d, mg_log_safe(graph->arena, question->uses));
	for (size_t i = graph->node_count; i-- > 0;) {
		/* From the right, or with --uses from the left, where the data are. */
		const struct mg_graph_node
			*node = graph->nodes[d.forward ? graph->node_count - 1 - i : i];
		if (!is_root(&d, node))
			continue;
		if (!is_first)
			mg_text_add_char(out, '\n');
		is_first = false;
		add_tree(&d, node, "", 0);
	}
	if (graph->drawn_for > graph->node_count)
		mg_text_addf(out, "\n%zu nodes are shown as %zu: those that are alike are one.\n",
			graph->drawn_for, graph->node_count);
}
