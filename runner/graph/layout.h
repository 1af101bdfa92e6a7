/* layout.h: where the nodes of a graph are drawn: one column for each rank, from left to right.
 *
 * The method of Sugiyama, Tagawa and Toda (1981): an edge over several columns has a place in each of them; each
 * column is ordered by the middle of its neighbours, in a fixed number of sweeps, of which the one with the fewest
 * crossings counts; then each place moves as near to its neighbours as the order allows. The same graph gives the
 * same places. */
#ifndef MG_GRAPH_LAYOUT_H
#define MG_GRAPH_LAYOUT_H

#include "graph/graph.h"

enum { /* in pixels */
	MG_LAYOUT_CARD_WIDTH = 196,
	MG_LAYOUT_CARD_HEIGHT = 54,
	MG_LAYOUT_COLUMN_GAP = 72,
	MG_LAYOUT_ROW_GAP = 14,
	MG_LAYOUT_LANE = 10, /* of an edge in a column that it passes */
};

struct mg_layout_place {
	double x, y; /* left, and the middle from the top */
	size_t column;
};
/* The places that an edge passes, from its first node's to its last one's. */
struct mg_layout_way {
	const struct mg_layout_place *const *places;
	size_t count; /* 2 and more; 0: both ends are in one column */
};
struct mg_layout {
	struct mg_layout_place *nodes; /* of each node */
	struct mg_layout_way *ways;    /* of each edge */
	int ranks[MG_GRAPH_RANKS];     /* of each column */
	size_t columns;
	double width, height;
};
/* The graph is finished. */
void mg_graph_lay_out(struct mg_arena *arena, const struct mg_graph *graph, struct mg_layout *out);

#endif
