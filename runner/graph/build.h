/* build.h: the graph of a model, from its tags, their evidence, and its runs on record. */
#ifndef MG_GRAPH_BUILD_H
#define MG_GRAPH_BUILD_H

#include <modelgate/error.h>
#include <modelgate/release.h>
#include <modelgate/run.h>

#include "git/git.h"
#include "graph/graph.h"
#include "history/store.h"
#include "registry/authority.h"

struct mg_graph_source {
	const struct mg_git *git;
	const struct mg_authority *authority;
	const struct mg_ledger *ledger; /* of the model, or of all */
};

/* Adds all events of a model. Each tag is verified (release/verify.h) and each decision made again: what does
 * not come out as its tag says is MG_CONTRADICTED, and so is what rests on it. A stage is MG_PROVEN when nothing
 * in the model's history is broken. MG_EIO: signatures cannot be checked. */
MG_MUST_USE int mg_graph_add_model(struct mg_graph *graph, const struct mg_graph_source *source,
	const struct mg_model *model, struct mg_error *err);

/* Adds the runs of a model that a history has; a run whose digest a tag names is that tag's. Each record is
 * proven to be what its name says, but whoever can write to the history can make one up: MG_ON_RECORD. */
MG_MUST_USE int mg_graph_add_history(
	struct mg_graph *graph, struct mg_store *store, const char *model, struct mg_error *err);

/* The node of a commit, which the best of what is known of it shows to be there. */
struct mg_graph_node *mg_graph_commit(
	struct mg_graph *graph, const char *commit, enum mg_graph_proof proof);

/* A run, and what is known of it, to be joined with what it read and what it holds. */
struct mg_graph_run {
	const struct mg_run *run;
	const char *id;            /* of the node */
	const char *model;         /* as tags call it */
	struct mg_graph_node *of;  /* the version, or the commit, or NULL */
	const char *spec;          /* path in the repository, or NULL: as the run says */
	enum mg_graph_proof proof; /* that the run was so */
	const char *why;           /* it is not proven */
	const bool *is_commits;    /* of each input: the commit holds it; NULL: not looked at */
};
struct mg_graph_node *mg_graph_add_run(struct mg_graph *graph, const struct mg_graph_run *what);
/* The suites of a run lead to `decision`; without suites the run itself does. */
void mg_graph_join_run(struct mg_graph *graph, const struct mg_graph_run *what,
	struct mg_graph_node *decision, enum mg_graph_proof proof);

#endif
