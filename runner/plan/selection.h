/* selection.h: what to run of a spec. */
#ifndef MG_PLAN_SELECTION_H
#define MG_PLAN_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/error.h>
#include <modelgate/plan.h>
#include <modelgate/spec.h>

struct mg_arena;

/* What to run. No suites: those of the spec's stage, or all when no stage was asked for. */
struct mg_selection {
	const char *const *suites;
	size_t suite_count;
	const char *const *terms; /* tag:x name:glob kind:x column:glob; same key: any, keys: all */
	size_t term_count;
	size_t part,
		parts; /* of these suites only those that are part's, see mg_part_of; or 0, 0 */
};

/* The suites that are selected, whichever part they are in, in the order of the spec. */
const char **mg_plan_suites(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_selection *selection, size_t *out_count);

/* Does the selection reach this dataset? Only those are opened. out has spec->data_count flags.
 * MG_EUSAGE: an unknown suite, a term of unknown form, or more parts than suites. */
MG_MUST_USE int mg_plan_datasets(const struct mg_spec *spec, const struct mg_selection *selection,
	bool *out_used, struct mg_error *err);

/* MG_EUSAGE as mg_plan_datasets says. */
MG_MUST_USE int mg_selection_check(
	const struct mg_spec *spec, const struct mg_selection *s, struct mg_error *err);
/* Is this suite run? named: how many suites before this one were named; it is counted up. */
bool mg_suite_selected(
	const struct mg_spec *spec, const struct mg_selection *s, const char *name, size_t *named);
/* Is a test case with this name, kind, column and these tags run? */
bool mg_check_selected(const struct mg_check *c, const struct mg_selection *s);

#endif
