/* plan.c: a spec and the shapes of its data become test cases and the queries they need. */
#include "plan/plan.h"

#include "base/arena.h"
#include "base/map.h"
#include "plan/expand.h"
#include "plan/labels.h"
#include "plan/wheres.h"

static int add_suite(struct mg_expansion *e, const struct mg_suite *suite)
{
	for (size_t i = 0; i < suite->check_count; i++) {
		const struct mg_spec_check *spec = &suite->checks[i];
		struct mg_check like = {.spec = spec,
			.suite = suite,
			.kind = spec->kind,
			.params = spec->params,
			.task = spec->task,
			.schema = mg_planner_schema(&e->planner, spec->on),
			.reference = mg_planner_schema(&e->planner, spec->reference)};
		if (spec->columns.count)
			MG_TRY(mg_expand_columns(e, &like));
		else
			MG_TRY(mg_expand_slices(e, &like));
	}
	return MG_OK;
}

int mg_plan_make(struct mg_arena *arena, const struct mg_spec *spec,
	const struct mg_schema *schemas, const struct mg_baselines *baselines,
	const struct mg_selection *selection, int64_t as_of_us, uint64_t seed, struct mg_plan **out,
	struct mg_error *err)
{
	MG_TRY(mg_selection_check(spec, selection, err));
	struct mg_plan *plan = mg_alloc(arena, sizeof(*plan));
	plan->spec = spec;
	plan->schemas = schemas;
	plan->as_of_us = as_of_us;
	plan->seed = seed;
	plan->whole_suites = selection->term_count == 0;
	plan->suites = mg_alloc_array(arena, spec->suite_count, sizeof(*plan->suites));
	struct mg_expansion e = {.planner = {.arena = arena, .plan = plan},
		.selection = selection,
		.baselines = baselines,
		.err = err};
	mg_merge_init(&e.planner.merge, arena, plan);
	mg_map_init(&e.names, arena);
	size_t named = 0;
	for (size_t i = 0; i < spec->suite_count; i++) {
		if (!mg_suite_selected(spec, selection, spec->suites[i].name, &named))
			continue;
		size_t before = plan->check_count;
		MG_TRY(add_suite(&e, &spec->suites[i]));
		if (plan->check_count > before)
			plan->suites[plan->suite_count++] = spec->suites[i].name;
	}
	if (!plan->check_count)
		return mg_fail(err, MG_EUSAGE,
			"nothing to check: the selection matches no check of %s; a gate never passes on nothing",
			spec->path);
	mg_wheres_join(&e.planner.merge);
	mg_labels_span(plan);
	*out = plan;
	return MG_OK;
}
