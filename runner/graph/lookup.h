/* lookup.h: what a model's tags say, found by a name at once: many tags ask for many. */
#ifndef MG_GRAPH_LOOKUP_H
#define MG_GRAPH_LOOKUP_H

#include <stdbool.h>

#include <modelgate/release.h>

#include "base/map.h"
#include "release/verify.h"

struct mg_graph_lookup {
	struct mg_arena *arena;
	struct mg_map events;    /* by tag */
	struct mg_map versions;  /* of a commit, the last first */
	struct mg_map trainings; /* MLflow run, by commit */
	struct mg_map breaks;    /* of a tag */
	struct mg_map assigned;  /* the last assignment so far, by stage and commit */
};

/* Of a model and of what verify found of it; both must outlive it. */
void mg_graph_lookup_init(struct mg_graph_lookup *out, struct mg_arena *arena,
	const struct mg_model *model, const struct mg_verified *verified);

const struct mg_event *mg_graph_event(
	const struct mg_graph_lookup *l, const char *tag); /* or NULL */
/* The version of a commit, as the registry has it: of several the one of that name, else the last that is
 * active, else the first. NULL: it is none. */
const struct mg_version *mg_graph_version(
	const struct mg_graph_lookup *l, const char *commit, const char *named);
/* The MLflow run that trained the commit, as its last tag says that names one; or NULL. */
const char *mg_graph_training(const struct mg_graph_lookup *l, const char *commit);
/* All that verify calls a break of the tag, in one sentence, or NULL; *out_evidence_only: no other kind of break. */
const char *mg_graph_breaks(
	const struct mg_graph_lookup *l, const char *tag, bool *out_evidence_only);

/* Events are told of in their order; then the last assignment of a commit to a stage is found, or NULL. */
void mg_graph_note(struct mg_graph_lookup *l, const struct mg_event *event);
const struct mg_event *mg_graph_assigned(
	const struct mg_graph_lookup *l, const char *stage, const char *commit);

#endif
