/* layout.c: columns by rank, their order by the middle of neighbours, and heights that keep it. */
#include "graph/layout.h"

#include <stdlib.h>
#include <string.h>

enum { SWEEPS = 12, MOVES = 24 };

/* A node, or an edge's place in a column that it passes. */
struct item {
	struct mg_layout_place place;
	double height;
	struct item **before, **after; /* in the columns beside it */
	size_t before_count, after_count, before_capacity, after_capacity;
	const struct item *beside; /* in its own column, where it has nothing else to stand by */
	size_t at;                 /* in its column */
	double middle;
};

struct column {
	struct item **items;
	size_t count, capacity;
};

struct plan {
	struct mg_arena *arena;
	const struct mg_graph *graph;
	struct mg_layout *out;
	struct item *nodes;
	struct column columns[MG_GRAPH_RANKS];
	size_t column_of[MG_GRAPH_RANKS];
};

/* ---- columns ---- */

static void add_item(struct plan *p, struct item *item, size_t column, double height)
{
	struct column *c = &p->columns[column];
	item->place.column = column;
	item->height = height;
	c->items = mg_grow(p->arena, c->items, c->count, &c->capacity, sizeof(struct item *));
	item->at = c->count;
	c->items[c->count++] = item;
}

static void make_columns(struct plan *p)
{
	bool used[MG_GRAPH_RANKS] = {false};
	for (size_t i = 0; i < p->graph->node_count; i++)
		used[mg_graph_rank(p->graph->nodes[i]->kind)] = true;
	for (int rank = 0; rank < MG_GRAPH_RANKS; rank++) {
		p->column_of[rank] = p->out->columns;
		if (used[rank])
			p->out->ranks[p->out->columns++] = rank;
	}
	p->nodes = mg_alloc_array(p->arena, p->graph->node_count + 1, sizeof(*p->nodes));
	for (size_t i = 0; i < p->graph->node_count; i++)
		add_item(p, &p->nodes[i], p->column_of[mg_graph_rank(p->graph->nodes[i]->kind)],
			MG_LAYOUT_CARD_HEIGHT);
}

static void link_items(struct plan *p, struct item *a, struct item *b)
{
	a->after = mg_grow(
		p->arena, a->after, a->after_count, &a->after_capacity, sizeof(struct item *));
	a->after[a->after_count++] = b;
	b->before = mg_grow(
		p->arena, b->before, b->before_count, &b->before_capacity, sizeof(struct item *));
	b->before[b->before_count++] = a;
}

static void make_way(struct plan *p, size_t edge)
{
	struct item *from = &p->nodes[p->graph->edges[edge].from->index];
	struct item *to = &p->nodes[p->graph->edges[edge].to->index], *last = from;
	struct mg_layout_way *way = &p->out->ways[edge];
	size_t first = from->place.column, end = to->place.column;
	if (first >= end) {
		to->beside = from;
		return;
	}
	const struct mg_layout_place **places = mg_alloc_array(
		p->arena, end - first + 1, sizeof(const struct mg_layout_place *));
	places[way->count++] = &from->place;
	for (size_t column = first + 1; column < end; column++) {
		struct item *lane = mg_alloc(p->arena, sizeof(*lane));
		*lane = (struct item){.before = NULL};
		add_item(p, lane, column, MG_LAYOUT_LANE);
		link_items(p, last, lane);
		places[way->count++] = &lane->place;
		last = lane;
	}
	link_items(p, last, to);
	places[way->count++] = &to->place;
	way->places = places;
}

/* ---- order ---- */

static int by_middle(const void *a, const void *b)
{
	const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;
	if (x->middle != y->middle)
		return x->middle < y->middle ? -1 : 1;
	return x->at < y->at ? -1 : 1;
}

static bool stands_beside(const struct item *item)
{
	return item->beside && item->before_count + item->after_count == 0;
}

static void order_column(struct column *c, bool by_before)
{
	for (size_t i = 0; i < c->count; i++) {
		struct item *item = c->items[i];
		struct item **beside = by_before ? item->before : item->after;
		size_t count = by_before ? item->before_count : item->after_count;
		item->middle = (double)item->at;
		for (size_t n = 0; n < count; n++)
			item->middle = (n ? item->middle : 0) + (double)beside[n]->at;
		if (count > 0)
			item->middle /= (double)count;
	}
	for (size_t i = 0; i < c->count; i++)
		if (stands_beside(c->items[i]))
			c->items[i]->middle = c->items[i]->beside->middle;
	if (c->count > 0)
		qsort(c->items, c->count, sizeof(struct item *), by_middle);
	for (size_t i = 0; i < c->count; i++)
		c->items[i]->at = i;
}

/* Pairs of edges between two columns that cross: the ends on the right, taken in the order of those on the left,
 * are counted into a tree of sums. */
static size_t crossings(const struct plan *p, size_t column)
{
	const struct column *left = &p->columns[column];
	size_t right = p->columns[column + 1].count, total = 0, seen = 0;
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	size_t *sums = mg_alloc_array(scratch, right + 1, sizeof(*sums));
	for (size_t i = 0; i < left->count; i++) {
		const struct item *item = left->items[i];
		for (size_t n = 0; n < item->after_count; n++) {
			size_t above = 0;
			for (size_t at = item->after[n]->at + 1; at > 0; at -= at & -at)
				above += sums[at];
			total += seen - above;
		}
		for (size_t n = 0; n < item->after_count; n++, seen++)
			for (size_t at = item->after[n]->at + 1; at <= right; at += at & -at)
				sums[at]++;
	}
	return total;
}

static size_t all_crossings(const struct plan *p)
{
	size_t total = 0;
	for (size_t c = 0; c + 1 < p->out->columns; c++)
		total += crossings(p, c);
	return total;
}

static void copy_order(struct plan *p, struct item ***kept, bool back)
{
	for (size_t c = 0; c < p->out->columns; c++) {
		struct column *column = &p->columns[c];
		size_t bytes = column->count * sizeof(struct item *);
		memcpy(back ? column->items : kept[c], back ? kept[c] : column->items, bytes);
		for (size_t i = 0; i < column->count; i++)
			column->items[i]->at = i;
	}
}

static void order_all(struct plan *p)
{
	struct item **kept[MG_GRAPH_RANKS];
	size_t least, columns = p->out->columns;
	for (size_t c = 0; c < columns; c++)
		kept[c] = mg_alloc_array(p->arena, p->columns[c].count, sizeof(struct item *));
	copy_order(p, kept, false);
	least = all_crossings(p);
	for (int sweep = 0; sweep < SWEEPS; sweep++) {
		bool rightward = sweep % 2 == 0;
		for (size_t i = 1; i < columns; i++)
			order_column(&p->columns[rightward ? i : columns - 1 - i], rightward);
		size_t now = all_crossings(p);
		if (now < least) {
			least = now;
			copy_order(p, kept, false);
		}
	}
	copy_order(p, kept, true);
}

/* ---- heights ---- */

static double room_between(const struct item *above, const struct item *below)
{
	return (above->height + below->height) / 2 + MG_LAYOUT_ROW_GAP;
}

/* Where it would stand if it were alone. */
static double wish(const struct item *item)
{
	double sum = 0;
	size_t count = item->before_count + item->after_count;
	if (stands_beside(item))
		return item->beside->place.y + MG_LAYOUT_CARD_HEIGHT + MG_LAYOUT_ROW_GAP;
	for (size_t i = 0; i < item->before_count; i++)
		sum += item->before[i]->place.y;
	for (size_t i = 0; i < item->after_count; i++)
		sum += item->after[i]->place.y;
	return count ? sum / (double)count : item->place.y;
}

/* Least squares under the order and its gaps: neighbours that would overlap share the mean of their wishes (pool
 * adjacent violators). */
static void move_column(struct column *c)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	struct pool {
		double sum;
		size_t count;
	} *pools = mg_alloc_array(scratch, c->count + 1, sizeof(*pools));
	double *offsets = mg_alloc_array(scratch, c->count + 1, sizeof(*offsets));
	size_t count = 0, at = 0;
	for (size_t i = 0; i < c->count; i++) {
		if (i > 0)
			offsets[i] = offsets[i - 1] + room_between(c->items[i - 1], c->items[i]);
		pools[count++] = (struct pool){wish(c->items[i]) - offsets[i], 1};
		while (count > 1 &&
			pools[count - 2].sum / (double)pools[count - 2].count >
				pools[count - 1].sum / (double)pools[count - 1].count) {
			pools[count - 2].sum += pools[count - 1].sum;
			pools[count - 2].count += pools[count - 1].count;
			count--;
		}
	}
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < pools[i].count; n++, at++)
			c->items[at]->place.y = pools[i].sum / (double)pools[i].count + offsets[at];
}

static void set_heights(struct plan *p)
{
	size_t columns = p->out->columns;
	double top = 0, bottom = 0;
	for (size_t c = 0; c < columns; c++)
		for (size_t i = 1; i < p->columns[c].count; i++)
			p->columns[c].items[i]->place.y = p->columns[c].items[i - 1]->place.y +
				room_between(p->columns[c].items[i - 1], p->columns[c].items[i]);
	for (int move = 0; move < MOVES; move++)
		for (size_t i = 0; i < columns; i++)
			move_column(&p->columns[move % 2 ? i : columns - 1 - i]);
	for (size_t c = 0; c < columns; c++) {
		const struct column *column = &p->columns[c];
		if (column->count == 0)
			continue;
		const struct item *first = column->items[0],
				  *last = column->items[column->count - 1];
		double above = first->place.y - first->height / 2;
		double below = last->place.y + last->height / 2;
		top = c == 0 || above < top ? above : top;
		bottom = c == 0 || below > bottom ? below : bottom;
	}
	for (size_t c = 0; c < columns; c++)
		for (size_t i = 0; i < p->columns[c].count; i++) {
			struct mg_layout_place *place = &p->columns[c].items[i]->place;
			place->y -= top;
			place->x = (double)c * (MG_LAYOUT_CARD_WIDTH + MG_LAYOUT_COLUMN_GAP);
		}
	p->out->height = bottom - top;
	p->out->width = columns ? (double)columns * (MG_LAYOUT_CARD_WIDTH + MG_LAYOUT_COLUMN_GAP) -
			MG_LAYOUT_COLUMN_GAP
				: 0;
}

void mg_graph_lay_out(struct mg_arena *arena, const struct mg_graph *graph, struct mg_layout *out)
{
	struct plan p = {.arena = arena, .graph = graph, .out = out};
	*out = (struct mg_layout){.columns = 0};
	out->nodes = mg_alloc_array(arena, graph->node_count + 1, sizeof(*out->nodes));
	out->ways = mg_alloc_array(arena, graph->edge_count + 1, sizeof(*out->ways));
	make_columns(&p);
	for (size_t i = 0; i < graph->edge_count; i++)
		make_way(&p, i);
	order_all(&p);
	set_heights(&p);
	for (size_t i = 0; i < graph->node_count; i++)
		out->nodes[i] = p.nodes[i].place;
}
