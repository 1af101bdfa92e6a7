/* refusals.c: a spec is planned over made-up columns of each type, to see which checks its data refuse. */
#include "plan/refusals.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"
#include "plan/columns.h"
#include "plan/plan.h"
#include "spec/diag.h"

struct names { /* of all columns that the spec names */
	struct mg_arena *arena;
	struct mg_map seen;
	struct mg_column *list;
	size_t count, capacity;
};

static void add_name(struct names *n, const char *name)
{
	if (!name || mg_map_has(&n->seen, mg_lower(n->arena, name)))
		return;
	mg_map_put(&n->seen, mg_lower(n->arena, name), NULL);
	n->list = mg_grow(n->arena, n->list, n->count, &n->capacity, sizeof(*n->list));
	n->list[n->count++] = (struct mg_column){.name = name};
}

static void add_selected(struct names *n, const struct mg_selectors *selectors)
{
	for (size_t i = 0; i < selectors->count; i++)
		if (!selectors->list[i].is_glob && selectors->list[i].pattern)
			add_name(n, selectors->list[i].pattern);
}

static void add_check(struct names *n, const struct mg_spec_check *check)
{
	add_selected(n, &check->columns);
	for (size_t i = 0; i < check->slice_count; i++)
		if (!check->slices[i].is_glob)
			add_name(n, check->slices[i].column);
	if (!check->task)
		return;
	add_name(n, check->task->label);
	add_name(n, check->task->prediction);
	add_name(n, check->task->score);
	for (size_t i = 0; i < check->task->class_count; i++)
		add_name(n, check->task->class_columns[i]);
}

static void add_spec(struct names *n, const struct mg_spec *spec)
{
	for (size_t i = 0; i < spec->data_count; i++) {
		add_selected(n, &spec->data[i].key);
		add_selected(n, &spec->data[i].redact);
	}
	for (size_t i = 0; i < spec->suite_count; i++)
		for (size_t k = 0; k < spec->suites[i].check_count; k++)
			add_check(n, &spec->suites[i].checks[k]);
}

/* What came of a test case under the types so far. */
struct outcome {
	const struct mg_check *refused;
	bool measured;
};

/* The plan over columns that all have this type; NULL where there is none. */
static const struct mg_plan *plan_of(
	const struct names *n, const struct mg_spec *spec, const struct mg_column *like)
{
	static const struct mg_engine_ops none = {.name = "none"};
	struct mg_schema *schemas = mg_alloc_array(n->arena, spec->data_count, sizeof(*schemas));
	struct mg_plan *plan = NULL;
	struct mg_error ignored = {0};
	for (size_t i = 0; i < spec->data_count; i++) {
		schemas[i] = (struct mg_schema){.data = &spec->data[i], .count = n->count};
		schemas[i].columns = mg_alloc_array(n->arena, n->count, sizeof(struct mg_column));
		for (size_t k = 0; k < n->count; k++) {
			schemas[i].columns[k] = *like;
			schemas[i].columns[k].name = n->list[k].name;
		}
	}
	mg_columns_settle(n->arena, schemas, spec->data_count, &none, NULL);
	return mg_plan_make(n->arena, spec, schemas, NULL, &(struct mg_selection){0}, 0, 0, &plan,
		       &ignored) == MG_OK
		? plan
		: NULL;
}

static void look_at(struct mg_map *outcomes, const struct mg_plan *plan, struct mg_arena *arena)
{
	for (size_t i = 0; plan && i < plan->check_count; i++) {
		const struct mg_check *c = plan->checks[i];
		struct outcome *one = mg_map_get(outcomes, c->name);
		if (!one) {
			one = mg_alloc(arena, sizeof(*one));
			mg_map_put(outcomes, c->name, one);
		}
		const struct mg_check *refused = c->refused ? c : NULL;
		if (!refused && c->reference_check && c->reference_check->refused)
			refused = c->reference_check;
		if (refused)
			one->refused = refused;
		else if (!c->problem && !c->is_reference_check)
			one->measured = true;
	}
}

void mg_plan_refusals(struct mg_arena *arena, const struct mg_spec *spec, struct mg_diags *diags)
{
	static const struct mg_column types[] = {
		{.sql_type = "DOUBLE", .type = MG_TYPE_REAL, .number = {.kind = MG_NUMBER_DOUBLE}},
		{.sql_type = "VARCHAR", .type = MG_TYPE_TEXT},
		{.sql_type = "BOOLEAN", .type = MG_TYPE_BOOLEAN},
		{.sql_type = "TIMESTAMP", .type = MG_TYPE_TIME},
	};
	struct names names = {.arena = arena};
	struct mg_map outcomes;
	const struct mg_plan *first = NULL;
	bool any = false;
	for (size_t i = 0; i < spec->data_count; i++)
		any = any || spec->data[i].refuses_redacted;
	if (!any)
		return;
	mg_map_init(&names.seen, arena);
	mg_map_init(&outcomes, arena);
	add_spec(&names, spec);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		const struct mg_plan *plan = plan_of(&names, spec, &types[i]);
		first = first ? first : plan;
		look_at(&outcomes, plan, arena);
	}
	for (size_t i = 0; first && i < first->check_count; i++) {
		const struct mg_check *c = first->checks[i];
		const struct outcome *one = mg_map_get(&outcomes, c->name);
		if (one && one->refused && !one->measured && !c->is_reference_check)
			mg_diag_add(diags, c->spec->pos, "%s: %s", c->name, one->refused->problem);
	}
}
