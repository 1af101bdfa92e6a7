/* facts.h: gathers what the rules of promotion look at. */
#ifndef MG_RELEASE_FACTS_H
#define MG_RELEASE_FACTS_H

#include "release/promote.h"

/* Fills out->run, run_whole and run_problem from the run file. */
void mg_facts_run(struct mg_arena *arena, const char *text, size_t len, struct mg_facts *out);
/* What the commit says: spec_path, spec, inputs, changed variables, and whether it comes before what stands
 * in the stage. There are own_policy, model, model_name, stage, commit, branch_commit and run. */
void mg_facts_commit(struct mg_arena *arena, const struct mg_git *git, struct mg_facts *out);
/* Fills the rest; out->policy, commit and run are there. What cannot be found out is a fact too. */
void mg_facts_gather(
	const struct mg_move *move, const struct mg_promotion *promotion, struct mg_facts *out);

/* The changed variables as a tag says them: "month=2001-02, n=3"; NULL: none. */
const char *mg_facts_vars(struct mg_arena *arena, const struct mg_facts *facts);

#endif
