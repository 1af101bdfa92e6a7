/* refusals.h: which checks their data refuse can be told without the data. */
#ifndef MG_PLAN_REFUSALS_H
#define MG_PLAN_REFUSALS_H

#include <modelgate/spec.h>

/* Adds a finding for each check that would need values which its data keep (`redacted_values: refuse`), whatever types
 * the columns have that the spec names. What patterns and types select shows when the spec is run. */
void mg_plan_refusals(struct mg_arena *arena, const struct mg_spec *spec, struct mg_diags *diags);

#endif
