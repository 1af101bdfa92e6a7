/* write.h: the forms of a graph: for people on a terminal, for programs, and for what draws pictures. */
#ifndef MG_GRAPH_WRITE_H
#define MG_GRAPH_WRITE_H

#include <stdbool.h>

#include "base/text.h"
#include "graph/graph.h"

/* What was asked, as people asked it. */
struct mg_graph_question {
	const char *model; /* or NULL: all of them */
	const char *about; /* "churn#PRD", "churn@v1.3.0", "churn" */
	const char *uses;  /* a file, a digest or a table: what came from it? Else NULL */
};

/* Why does it stand there? Each stage, tag or run with what it came from below it; with `uses`, the data with
 * what came from it. */
void mg_graph_text(struct mg_text *out, const struct mg_graph *graph,
	const struct mg_graph_question *question, bool colour);
/* Format modelgate.graph/1, docs/graph.md. */
void mg_graph_json(struct mg_text *out, const struct mg_graph *graph,
	const struct mg_graph_question *question);
/* A flowchart as the wikis of GitHub and Azure DevOps draw it, without the fence around it. */
void mg_graph_mermaid(struct mg_text *out, const struct mg_graph *graph);
void mg_graph_dot(struct mg_text *out, const struct mg_graph *graph);

/* A picture by itself, light and dark, without scripts; details are titles. */
void mg_graph_svg(struct mg_text *out, const struct mg_graph *graph,
	const struct mg_graph_question *question);
/* What its style element holds: a page with a policy names its digest. */
const char *mg_graph_svg_style(void);

/* Events of OpenLineage 2-0-2, one a line: of each run, which the graph keeps, its start and its end with all checks,
 * and of each tag that moved a version. What is neither proven nor on record is left out; how many. */
size_t mg_graph_openlineage(struct mg_text *out, const struct mg_graph *graph);

/* Its label; of a stage "churn#PRD". */
const char *mg_graph_name(struct mg_arena *arena, const struct mg_graph_node *node);
/* "pass, proven"; "not recorded". */
const char *mg_graph_status(struct mg_arena *arena, const struct mg_graph_node *node);

/* For --uses: what stands in a stage though nothing proves what it was tested on; NULL: nothing does. */
const char *mg_graph_unknown_tests(const struct mg_graph *graph);

#endif
