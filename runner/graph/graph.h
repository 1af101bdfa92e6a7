/* graph.h: where a model came from and where it stands: one typed graph of what is on record.
 *
 *     data ─▶ run ─▶ suites ─▶ decision ─▶ tag ─▶ stage
 *
 * beside them the commit, spec, training run, version, policy, approvers and pipeline. An edge is there because
 * something on record names the other end: a digest, a commit, a tag's object. What nobody recorded is a node that
 * says so. Texts are as git and files have them, not safe to print. */
#ifndef MG_GRAPH_GRAPH_H
#define MG_GRAPH_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <modelgate/run.h>

#include "base/arena.h"
#include "base/map.h"

enum mg_graph_kind {
	MG_GRAPH_DATA,
	MG_GRAPH_COMMIT,
	MG_GRAPH_TRAINING,
	MG_GRAPH_SPEC,
	MG_GRAPH_VERSION,
	MG_GRAPH_PIPELINE,
	MG_GRAPH_RUN,
	MG_GRAPH_SUITE,
	MG_GRAPH_POLICY,
	MG_GRAPH_APPROVER,
	MG_GRAPH_DECISION,
	MG_GRAPH_TAG,
	MG_GRAPH_STAGE,
	MG_GRAPH_KINDS
};
/* "data", "commit", ...: by kind, then NULL. */
extern const char *const mg_graph_kind_words[];
/* From left to right: edges go to a higher rank, but those between two tags. */
enum { MG_GRAPH_RANKS = 7 };
int mg_graph_rank(enum mg_graph_kind kind);

/* What shows that it is so. */
enum mg_graph_proof {
	MG_PROVEN,       /* git's objects do, or the decision does when it is made again */
	MG_ON_RECORD,    /* somebody wrote it down; nothing else shows it */
	MG_NOT_RECORDED, /* nobody wrote it down */
	MG_NOT_HERE,     /* this clone lacks what would show it */
	MG_CONTRADICTED, /* what would show it says something else */
};
/* "proven", "on record", "not recorded", "not in this clone", "contradicted", NULL. */
extern const char *const mg_graph_proof_words[];

struct mg_graph_fact {
	const char *name, *value;
};

struct mg_graph_node {
	enum mg_graph_kind kind;
	const char *id;      /* unique and stable: "data:sha256:...", "tag:churn#PRD#3" */
	const char *model;   /* or NULL: data, for one, are of no model */
	const char *label;   /* for people, short */
	const char *verdict; /* "pass", "warn", ..., "overridden", or NULL: nobody judged it */
	enum mg_graph_proof proof;
	const char *why; /* it is not proven, in a sentence; or NULL */
	int64_t time_us; /* when it happened; 0: not known */
	int64_t order;   /* among those of its kind: its time, if nothing else */
	struct mg_graph_fact *facts;
	size_t fact_count, fact_capacity;
	const struct mg_run *run; /* of a run, where the graph keeps them; or NULL */
	size_t members;           /* of a group of nodes of one kind; 1: it is one */
	size_t index;             /* in the graph, once it is finished */
};

/* How it is to be seen: MG_GRAPH_LOOK_GOOD is for what passed and is proven, and for nothing else. */
enum mg_graph_look {
	MG_GRAPH_LOOK_PLAIN,
	MG_GRAPH_LOOK_GOOD,
	MG_GRAPH_LOOK_WARN,
	MG_GRAPH_LOOK_BAD,
	MG_GRAPH_LOOK_UNKNOWN,
	MG_GRAPH_LOOK_CONTRADICTED,
	MG_GRAPH_LOOKS
};
/* "plain", "good", ..., NULL. */
extern const char *const mg_graph_look_words[];
enum mg_graph_look mg_graph_look(const struct mg_graph_node *node);

struct mg_graph_edge {
	struct mg_graph_node *from, *to;
	const char *word; /* what `from` is to `to`: "read as rows" */
	enum mg_graph_proof proof;
};

/* Something about the whole that is not right. */
struct mg_graph_problem {
	const char *model, *tag; /* or NULL */
	const char *text;
};

struct mg_graph {
	struct mg_arena *arena;
	struct mg_graph_node **nodes;
	size_t node_count, node_capacity;
	struct mg_graph_edge *edges;
	size_t edge_count, edge_capacity;
	/* Once it is finished: the edges from each node, then those to each, and where those of a node begin. */
	const struct mg_graph_edge **ends[2];
	size_t *first[2];
	struct mg_graph_problem *problems;
	size_t problem_count, problem_capacity;
	struct mg_map by_id;
	bool keeps_runs;  /* nodes have their runs: many checks, so only on demand */
	size_t drawn_for; /* how many nodes there were before they were grouped */
};

/* The label of what nobody recorded. */
#define MG_GRAPH_NO_NAME "—"

void mg_graph_init(struct mg_graph *graph, struct mg_arena *arena);
/* The node of this id, which is made when it is not there: *out_new. Texts are copied. */
struct mg_graph_node *mg_graph_add(struct mg_graph *graph, enum mg_graph_kind kind, const char *id,
	const char *label, bool *out_new);
const char *mg_graph_fact(const struct mg_graph_node *node, const char *name); /* or NULL */
void mg_graph_add_fact(
	struct mg_graph *graph, struct mg_graph_node *node, const char *name, const char *value);
/* One edge for each pair of nodes and word; the worse proof counts. */
void mg_graph_join(struct mg_graph *graph, struct mg_graph_node *from, struct mg_graph_node *to,
	const char *word, enum mg_graph_proof proof);
void mg_graph_add_problem(
	struct mg_graph *graph, const char *model, const char *tag, const char *text);
const struct mg_graph_node *mg_graph_find(
	const struct mg_graph *graph, const char *id); /* or NULL */

/* Puts nodes and edges in an order that depends on what they say alone. */
void mg_graph_finish(struct mg_graph *graph);
/* Of a finished graph: the edges from a node, or to it, in the graph's order. */
enum mg_graph_direction { MG_GRAPH_FROM, MG_GRAPH_TO };
struct mg_graph_ends {
	const struct mg_graph_edge *const *list;
	size_t count;
};
struct mg_graph_ends mg_graph_ends(const struct mg_graph *graph, const struct mg_graph_node *node,
	enum mg_graph_direction direction);
/* Marks all that is reached from the marked nodes along edges, or against them. */
void mg_graph_spread(const struct mg_graph *graph, bool *marked, enum mg_graph_direction direction);

/* Keeps what the marked nodes came from, and what came from them with all that this came from in turn. */
void mg_graph_keep_history(struct mg_graph *graph, const bool *marked);
/* Keeps what the marked nodes came from. */
void mg_graph_keep_origins(struct mg_graph *graph, const bool *marked);
/* Keeps what came from the marked nodes, and the versions that it is about. */
void mg_graph_keep_uses(struct mg_graph *graph, const bool *marked);

/* Makes one node of many that are alike, until there are at most `most` or nothing is alike. */
void mg_graph_group(struct mg_graph *graph, size_t most);

#endif
